"""The page of a location."""

from collections.abc import Iterator

from msgspec import Struct

from ..core.outputs import Output, Plan
from ..model.paths import place_of, url_of
from ..model.records import Location
from .edition import (
    Edition,
    Link,
    Row,
    Words,
    links_to,
    name_of,
    rows_of,
)
from .lists import Portion, list_pages, more_of, portions
from .record import (
    IN_FULL,
    Fact,
    location_kind,
    sources_of,
)
from .shell import planned, sheet, trail_to


class LocationView(Struct, frozen=True):
    """A location, its issues and the cases that tell of it."""

    name: Words
    facts: tuple[Fact, ...]
    issues: tuple[Row, ...]
    more: tuple[Link, ...]
    cases: tuple[Row, ...]
    sources: tuple[Link, ...]


def location_pages(edition: Edition) -> Iterator[Plan]:
    """The page of every location."""
    for path in edition.library.locations:
        issues = edition.library.named_by(path, "issue.location")
        front = next(portions(path, issues, edition.holdings.month))
        yield planned(edition, url_of(path), location_page, path, front)
        if front.below:
            name = name_of(edition, edition.library.locations[path])
            yield from list_pages(edition, path, name.text, issues, lang=name.lang, empty="",
                                  trail=trail_to(edition, place_of(path)), front=False)


def location_page(edition: Edition, path: str, front: Portion) -> Output:
    """The page of the location at `path`; `front` holds the issues that stand on it."""
    location = edition.library.locations[path]
    view = LocationView(
        name_of(edition, location), tuple(_location_facts(edition, path, location)),
        rows_of(edition, front.paths), more_of(edition, front),
        rows_of(edition, edition.library.named_by(path, "case.location")[:IN_FULL]),
        sources_of(edition, path, location),
    )
    return sheet(edition, url_of(path), "pages/location.html", view.name.text, view,
                 trail=trail_to(edition, place_of(path), Link(view.name.text, "", view.name.lang)))


def _location_facts(edition: Edition, path: str, location: Location) -> Iterator[Fact]:
    yield Fact(edition.text("Place"), links_to(edition, [place_of(path)]))
    yield Fact(edition.text("Kind"), (Link(location_kind(edition, location)),))
    if location.built is not None:
        yield Fact(edition.text("Built"), (Link(str(location.built)),))
