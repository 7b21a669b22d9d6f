"""News to subscribe to, of the whole site and of every place: an Atom feed (RFC 4287) in every language."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct

from ..analysis.news import MAX_NEWS
from ..analysis.obligations import ObligationKind
from ..core.outputs import Output, OutputPlan
from ..model.language import marked
from ..site import PageContext
from ..site.layout import build_absolute_url, get_language_prefix, join_place_path, plan_page
from ..site.page_context import localize_name

FEED_FILE = "feed.xml"

_TITLE_TEXTS: Mapping[str, str] = {
    "new": marked("New: {title}"), "moved": marked("Progress: {title}"), "resolved": marked("Resolved: {title}"),
    "followup": marked("Follow-up due: {title}"),
}
_FOLLOWUP_KINDS: tuple[ObligationKind, ...] = ("followup_due", "followup_overdue")
_DATE_WITHOUT_NEWS = date(1970, 1, 1)
_FORBIDDEN_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class FeedEntryView(Struct, frozen=True):
    """One piece of news: `id` is its own for ever, `page` the address of the issue."""

    id: str
    page: str
    title: str
    updated: str
    summary: str


class FeedView(Struct, frozen=True):
    """A feed: its own address, that of the page it belongs to, who publishes it, when there was news last."""

    language: str
    title: str
    author: str
    address: str
    page: str
    updated: str
    entries: tuple[FeedEntryView, ...]


def plan_feeds(edition: PageContext) -> Iterator[OutputPlan]:
    """The feed of the site and of every place; none without an address of the site, which a feed must name."""
    if edition.base_url:
        for place in ("", *edition.library.places):
            yield plan_page(edition, join_place_path(place, FEED_FILE), build_feed, place)


def build_feed(edition: PageContext, place: str) -> Output:
    """The feed of a place and those below it ("" = of the site)."""
    path, tag = join_place_path(place, FEED_FILE), edition.language.tag
    site, scope = localize_name(edition, edition.library.site).text, edition.library.places.get(place)
    title = edition.text("News from {place}", place=localize_name(edition, scope).text if scope else site)
    found = sorted(_iter_feed_news(edition, place), reverse=True)[:MAX_NEWS]
    latest = max((day for day, *_ in found), default=_DATE_WITHOUT_NEWS)
    view = FeedView(
        tag, remove_non_xml_characters(title), remove_non_xml_characters(edition.library.site.publisher or site),
        build_absolute_url(edition, tag, path),
        build_absolute_url(edition, tag, join_place_path(place, "index.html")), _noon_utc(latest),
        tuple(_feed_entry(edition, *one) for one in found))
    return Output(get_language_prefix(edition, tag) + path, "feeds/feed.xml", tag, view, conversion=edition.conversion)


def _iter_feed_news(edition: PageContext, place: str) -> Iterator[tuple[date, str, str]]:
    """The news of a place as (day, issue, what kind of news)."""
    yield from edition.site_data.news.get(place) or ()
    for one in edition.site_data.obligations.get(place) or ():
        if one.kind in _FOLLOWUP_KINDS and one.due_on:
            yield one.due_on, one.record, "followup"


def _feed_entry(edition: PageContext, day: date, issue: str, kind: str) -> FeedEntryView:
    row, page = edition.rows[issue], build_absolute_url(edition, edition.language.tag, f"{issue}/index.html")
    own = f"{page}#{kind}" if kind in ("new", "resolved") else f"{page}#{kind}-{day}"
    parts = filter(None, (row.place, row.subject, row.date_text, row.status_label))
    return FeedEntryView(own, page, remove_non_xml_characters(edition.text(_TITLE_TEXTS[kind], title=row.title)),
                         _noon_utc(day),
                         remove_non_xml_characters(" · ".join(parts)))


def _noon_utc(day: date) -> str:
    """A day as a moment: noon in Greenwich is the same day nearly everywhere."""
    return f"{day}T12:00:00Z"


def remove_non_xml_characters(text: str) -> str:
    """A text without characters that no XML may hold, and no calendar should."""
    return _FORBIDDEN_IN_XML.sub("", text)
