"""Atom feeds (RFC 4287) of the site and of every place, in every language."""

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
from ..site.page_context import localize_name, localize_text

FEED_FILE = "feed.xml"

_TITLE_TEXTS: Mapping[str, str] = {
    "new": marked("New: {title}"), "moved": marked("Progress: {title}"), "resolved": marked("Resolved: {title}"),
    "followup": marked("Follow-up due: {title}"),
}
_FOLLOWUP_KINDS: tuple[ObligationKind, ...] = ("followup_due", "followup_overdue")
_DATE_WITHOUT_NEWS = date(1970, 1, 1)
_FORBIDDEN_IN_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"  # compiled when first used


class FeedEntryView(Struct, frozen=True):
    """One entry: `id` is permanent, `page` the URL of the issue."""

    id: str
    page: str
    title: str
    updated: str
    summary: str


class FeedView(Struct, frozen=True):
    """A feed: its URL, the URL of its page, its author, and the time of the latest news."""

    language: str
    title: str
    author: str
    address: str
    page: str
    updated: str
    entries: tuple[FeedEntryView, ...]


def plan_feeds(context: PageContext) -> Iterator[OutputPlan]:
    """Plans of the feeds of the site and of every place; none if the site has no address, which a feed must state."""
    if context.base_url:
        for place in ("", *context.library.places):
            yield plan_page(context, join_place_path(place, FEED_FILE), build_feed, place)


def build_feed(context: PageContext, place: str) -> Output:
    """The feed of a place and the places below it ("" for the site)."""
    path = join_place_path(place, FEED_FILE)
    tag = context.language.tag
    publisher = localize_text(context, context.library.site, context.library.site.publisher).text
    site = localize_name(context, context.library.site).text
    scope = context.library.places.get(place)
    title = context.text("News from {place}", place=localize_name(context, scope).text if scope else site)
    news = sorted(_iter_feed_news(context, place), reverse=True)[:MAX_NEWS]
    latest = max((day for day, *_ in news), default=_DATE_WITHOUT_NEWS)
    view = FeedView(
        tag, remove_non_xml_characters(title), remove_non_xml_characters(publisher or site),
        build_absolute_url(context, tag, path),
        build_absolute_url(context, tag, join_place_path(place, "index.html")), _noon_utc(latest),
        tuple(_feed_entry(context, *item) for item in news))
    return Output(get_language_prefix(context, tag) + path, "feeds/feed.xml", tag, view, conversion=context.conversion)


def _iter_feed_news(context: PageContext, place: str) -> Iterator[tuple[date, str, str]]:
    """News of a place as (day, path of issue, kind of news)."""
    yield from context.site_data.news.get(place) or ()
    for obligation in context.site_data.obligations.get(place) or ():
        if obligation.kind in _FOLLOWUP_KINDS and obligation.due_on:
            yield obligation.due_on, obligation.record, "followup"


def _feed_entry(context: PageContext, day: date, issue: str, kind: str) -> FeedEntryView:
    row = context.rows[issue]
    page = build_absolute_url(context, context.language.tag, f"{issue}/index.html")
    entry_id = f"{page}#{kind}" if kind in ("new", "resolved") else f"{page}#{kind}-{day}"
    parts = filter(None, (row.place, row.subject, row.date_text, row.status_label))
    return FeedEntryView(entry_id, page, remove_non_xml_characters(context.text(_TITLE_TEXTS[kind], title=row.title)),
                         _noon_utc(day), remove_non_xml_characters(" · ".join(parts)))


def _noon_utc(day: date) -> str:
    """A day as RFC 3339 timestamp: noon UTC is the same day nearly everywhere."""
    return f"{day}T12:00:00Z"


def remove_non_xml_characters(text: str) -> str:
    """`text` without the characters that XML forbids; calendars should not hold them either."""
    return re.sub(_FORBIDDEN_IN_XML, "", text)
