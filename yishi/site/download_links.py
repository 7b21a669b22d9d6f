"""Links to the feed, the calendar and the data of a place, and what search engines are told of a table."""

from .json_ld import JsonLdThing, describe_dataset
from .layout import build_absolute_url, get_language_root, join_place_path
from .page_context import Link, PageContext, get_site_root, localize_name

DATA_PAGE = "data/index.html"
DICTIONARY_PAGE = "data/dictionary/index.html"


def build_follow_links(edition: PageContext, place: str) -> tuple[Link, ...]:
    """How to stay informed about a place ("" = the site): its feed, its calendar, and the data."""
    name = localize_name(edition, edition.library.places.get(place) or edition.library.site).text
    feed = Link(edition.text("Subscribe to what is new: {place}", place=name), join_place_path(place, "feed.xml"))
    return (*((feed,) if edition.base_url else ()), link_calendar(edition, place),
            Link(edition.text("Download the data"), DATA_PAGE))


def link_calendar(edition: PageContext, place: str) -> Link:
    """The calendar of a place ("" = the site)."""
    return Link(edition.text("Add meetings, promised dates and follow-ups to your calendar"),
                join_place_path(place, "calendar.ics"))


def describe_tables(edition: PageContext, page: str, *files: str) -> JsonLdThing:
    """The tables that the `page` tells of: `files` of the site."""
    base = get_site_root(edition, get_language_root(page))
    kinds = {"csv": "text/csv", "json": "application/json", "zip": "application/zip"}
    return describe_dataset(edition, [(build_absolute_url(edition, edition.first_language, file) or base + file,
                                       kinds[file.rpartition(".")[2]])
                                      for file in files])
