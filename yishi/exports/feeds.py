"""News to subscribe to, of the whole site and of every place: an Atom feed (RFC 4287) in every language."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct

from ..analysis.due import Kind
from ..analysis.news import NEWEST
from ..core.outputs import Output, Plan
from ..model.language import marked
from ..site import Edition
from ..site.edition import name_of
from ..site.shell import absolute, page_of, planned, prefix_of

FEED = "feed.xml"

_SAID: Mapping[str, str] = {
    "new": marked("New: {title}"), "moved": marked("Moved on: {title}"), "resolved": marked("Resolved: {title}"),
    "followup": marked("Follow-up due: {title}"),
}
_FOLLOWUPS: tuple[Kind, ...] = ("followup_due", "followup_overdue")
_NO_NEWS = date(1970, 1, 1)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class EntryView(Struct, frozen=True):
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
    entries: tuple[EntryView, ...]


def feed_plans(edition: Edition) -> Iterator[Plan]:
    """The feed of the site and of every place; none without an address of the site, which a feed must name."""
    if edition.base_url:
        for place in ("", *edition.library.places):
            yield planned(edition, page_of(place, FEED), feed, place)


def feed(edition: Edition, place: str) -> Output:
    """The feed of a place and those below it ("" = of the site)."""
    path, tag = page_of(place, FEED), edition.language.tag
    site, scope = name_of(edition, edition.library.site).text, edition.library.places.get(place)
    title = edition.text("News from {place}", place=name_of(edition, scope).text if scope else site)
    found = sorted(_found(edition, place), reverse=True)[:NEWEST]
    latest = max((day for day, *_ in found), default=_NO_NEWS)
    view = FeedView(
        tag, legal(title), legal(edition.library.site.publisher or site), absolute(edition, tag, path),
        absolute(edition, tag, page_of(place, "index.html")), _moment(latest),
        tuple(_entry(edition, *one) for one in found))
    return Output(prefix_of(edition, tag) + path, "feeds/feed.xml", tag, view, conversion=edition.conversion)


def _found(edition: Edition, place: str) -> Iterator[tuple[date, str, str]]:
    """The news of a place as (day, issue, what kind of news)."""
    yield from edition.book.news.get(place) or ()
    for one in edition.book.duties.get(place) or ():
        if one.kind in _FOLLOWUPS and one.day:
            yield one.day, one.record, "followup"


def _entry(edition: Edition, day: date, issue: str, kind: str) -> EntryView:
    row, page = edition.rows[issue], absolute(edition, edition.language.tag, f"{issue}/index.html")
    own = f"{page}#{kind}" if kind in ("new", "resolved") else f"{page}#{kind}-{day}"
    parts = filter(None, (row.place, row.about, row.when, row.label))
    return EntryView(own, page, legal(edition.text(_SAID[kind], title=row.title)), _moment(day),
                     legal(" · ".join(parts)))


def _moment(day: date) -> str:
    """A day as a moment: noon in Greenwich is the same day nearly everywhere."""
    return f"{day}T12:00:00Z"


def legal(text: str) -> str:
    """A text without characters that no XML may hold, and no calendar should."""
    return _NOT_XML.sub("", text)
