"""Links to the feed, the calendar and the data of a place, and what search engines are told of a table."""

from .edition import Edition, Link, base_of, name_of
from .linked import About, about_data
from .shell import absolute, page_of, root_of

DATA = "data/index.html"
DICTIONARY = "data/dictionary/index.html"


def to_follow(edition: Edition, place: str) -> tuple[Link, ...]:
    """How to stay informed about a place ("" = the site): its feed, its calendar, and the data."""
    name = name_of(edition, edition.library.places.get(place) or edition.library.site).text
    feed = Link(edition.text("Subscribe to what is new: {place}", place=name), page_of(place, "feed.xml"))
    return (*((feed,) if edition.base_url else ()), calendar_link(edition, place),
            Link(edition.text("Download the data"), DATA))


def calendar_link(edition: Edition, place: str) -> Link:
    """The calendar of a place ("" = the site)."""
    return Link(edition.text("Add meetings, promised dates and follow-ups to your calendar"),
                page_of(place, "calendar.ics"))


def about_table(edition: Edition, page: str, *files: str) -> About:
    """The tables that the `page` tells of: `files` of the site."""
    base = base_of(edition, root_of(page))
    kinds = {"csv": "text/csv", "json": "application/json", "zip": "application/zip"}
    return about_data(edition, [(absolute(edition, edition.first, file) or base + file, kinds[file.rpartition(".")[2]])
                                for file in files])
