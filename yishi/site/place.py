"""The page of a place - a town that rolls up its communities, a community with its own matters - and its lists."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ..analysis.progress import OPEN
from ..analysis.statistics import Stat
from ..core.outputs import Output, Plan
from ..model.paths import place_of, url_of
from ..model.records import Place
from .claims import Claim, claims_of
from .desk import Desk, desk_of
from .download_links import to_follow
from .edition import (
    Edition,
    Link,
    Row,
    Words,
    amount_in_words,
    body_of,
    links_to,
    name_of,
    rows_of,
    sentences,
    summary_of,
)
from .filters import CASES, ISSUES
from .linked import about_place
from .lists import by_status, list_pages
from .next_meeting import Gathering, next_meeting
from .numbers import machine_value, number_at, number_link, stat_of
from .peers import Comparison, comparison_of
from .place_activities import Practice, practice_of
from .record import Fact, location_kind, remarks_of, sources_of
from .sentences import Count, main_numbers, sentences_on
from .shell import planned, root_of, sheet, trail_to
from .year import years_of

LATEST = 10
"""So many issues of each status, and cases, stand on a place's own page."""


class Child(Struct, frozen=True):
    """A place in the list of those below another. `silent`: it has no public record yet, and so no numbers."""

    name: Link
    kind: str
    silent: bool
    issues: Link
    open: Link
    resolved: Link
    cases: Link


class Group(Struct, frozen=True):
    """The issues of one status: how many, and the newest of them."""

    key: str
    label: str
    number: Link
    rows: tuple[Row, ...]


class PlaceView(Struct, frozen=True):
    """Everything that the page of a place shows. `numbers` are sentences, each leading to its statistic."""

    path: str
    name: Words
    kind: str
    summary: Words | None
    body: Words | None
    press: bool
    silent: bool
    counts: tuple[Count, ...]
    numbers: tuple[Link, ...]
    years: tuple[Link, ...]
    meeting: Gathering | None
    follow: tuple[Link, ...]
    reporting: Link | None
    beside: Comparison | None
    children: tuple[tuple[int, Child], ...]
    groups: tuple[Group, ...]
    cases: tuple[Row, ...]
    practice: Practice
    claims: tuple[Claim, ...]
    desk: Desk | None
    locations: tuple[tuple[Link, str], ...]
    facts: tuple[Fact, ...]
    sources: tuple[Link, ...]
    remarks: tuple[Fact, ...]


class PlacesView(Struct, frozen=True):
    """All places as a tree, flattened: each with its depth, 0 at the top."""

    rows: tuple[tuple[int, Child], ...]


def place_pages(edition: Edition) -> Iterator[Plan]:
    """The list of places; for every place its page, its issues and its cases."""
    yield planned(edition, "places/index.html", places_page)
    for path in edition.library.places:
        yield planned(edition, url_of(path), place_page, path)
        yield from _lists(edition, path)


def _lists(edition: Edition, path: str) -> Iterator[Plan]:
    text, held, trail = edition.text, edition.holdings, trail_to(edition, path)
    name = name_of(edition, edition.library.places[path])
    yield from list_pages(edition, f"{path}/issues", text("Issues of {place}", place=name.text),
                          held.issues_in.get(path, ()), trail=trail, filters=ISSUES,
                          empty=text("No issue of this place has been published yet."))
    yield from list_pages(edition, f"{path}/cases", text("Case studies of {place}", place=name.text),
                          held.cases_in.get(path, ()), trail=trail, filters=CASES,
                          empty=text("No case study of this place has been published yet."))


def places_page(edition: Edition) -> Output:
    """The list of places."""
    title = edition.text("Places")
    view = PlacesView(tuple(_tree(edition, "", 0)))
    return sheet(edition, "places/index.html", "pages/places.html", title, view, trail=(Link(title),))


def place_page(edition: Edition, path: str) -> Output:
    """The page of the place at `path`."""
    view = place_view(edition, path, edition.library.places[path])
    return sheet(edition, url_of(path), "pages/place.html", view.name.text, view,
                 trail=(*trail_to(edition, path)[:-1], Link(view.name.text, "", view.name.lang)),
                 about=about_place(edition, edition.library.places[path], place_of(path)),
                 description=sentences(edition, (one.text for one in view.numbers)))


def place_view(edition: Edition, path: str, place: Place) -> PlaceView:
    """What the page of the place at `path` shows."""
    cases = edition.holdings.cases_in.get(path, ())
    return PlaceView(
        path=path, name=name_of(edition, place), kind=edition.label("place_kind", place.kind),
        summary=summary_of(edition, place), body=body_of(edition, path, place, root_of(url_of(path))),
        press=place.basis == "press", silent=path not in edition.holdings.reporting,
        counts=main_numbers(edition, path), numbers=sentences_on(edition, path), years=years_of(edition, path),
        meeting=next_meeting(edition, path), follow=to_follow(edition, path),
        reporting=reporting_in_words(edition, path), beside=comparison_of(edition, path),
        children=tuple((0, _child(edition, child)) for child in edition.library.children.get(path, ())),
        groups=tuple(_groups(edition, path)),
        cases=rows_of(edition, cases[:LATEST]),
        practice=practice_of(edition, path), claims=tuple(claims_of(edition, path)), desk=desk_of(edition, path),
        locations=tuple(_locations(edition, path)), facts=tuple(_facts(edition, place)),
        sources=sources_of(edition, path, place), remarks=tuple(remarks_of(edition, path, place)),
    )


# --- the tree ---------------------------------------------------------------------------------------------------------


def _tree(edition: Edition, place: str, depth: int) -> Iterator[tuple[int, Child]]:
    for child in edition.library.children.get(place, ()):
        yield depth, _child(edition, child)
        yield from _tree(edition, child, depth + 1)


def _child(edition: Edition, path: str) -> Child:
    place = edition.library.places[path]
    name, status = name_of(edition, place), stat_of(edition, path, "by_status")
    values = status.value if status and isinstance(status.value, Mapping) else {}
    cases = stat_of(edition, path, "cases")

    def number(key: str, value: int) -> Link:
        return number_link(edition, key, path, value)

    return Child(
        Link(name.text, url_of(path), name.lang), edition.label("place_kind", place.kind),
        path not in edition.holdings.reporting,
        number("issues", sum(values.values())), number("by_status", sum(values.get(one, 0) for one in OPEN)),
        number("by_status", values.get("resolved", 0)), number("cases", (cases and cases.numerator) or 0),
    )


def reporting_in_words(edition: Edition, place: str) -> Link | None:
    """How many of the communities that there are have a public record; None where their number is not known."""
    stat = stat_of(edition, place, "communities_reporting")
    if stat is None or not stat.denominator:
        return None
    return Link(_reporting(edition, stat), number_at("communities_reporting", place), value=machine_value(stat))


def _reporting(edition: Edition, stat: Stat) -> str:
    all_of_them, reporting = stat.denominator or 0, stat.numerator or 0
    silent = all_of_them - reporting
    number = edition.number
    if silent < 0:
        return edition.plural("{n} community has public records here, more than the {all} that there are said to be.",
                              "{n} communities have public records here, more than the {all} that there are said to "
                              "be.", reporting, all=number(all_of_them))
    if not silent:
        return edition.text("All {all} communities have public records here.", all=number(all_of_them))
    return edition.plural("Of {all} communities, {reporting} have public records here; {n} has no public record yet.",
                          "Of {all} communities, {reporting} have public records here; {n} have no public record yet.",
                          silent, all=number(all_of_them), reporting=number(reporting))


# --- issues by status ------------------------------------------------------------------------------------------------


def _groups(edition: Edition, place: str) -> Iterator[Group]:
    for key, label, paths in by_status(edition, place):
        if paths:
            number = number_link(edition, "by_status", place, len(paths))
            yield Group(key, label, number, rows_of(edition, paths[:LATEST]))


# --- facts and locations ----------------------------------------------------------------------------------------------


def _locations(edition: Edition, place: str) -> Iterator[tuple[Link, str]]:
    for path, location in edition.library.locations.items():
        if place_of(path) == place:
            name = name_of(edition, location)
            yield Link(name.text, url_of(path), name.lang), location_kind(edition, location)


def _facts(edition: Edition, place: Place) -> Iterator[Fact]:
    if place.households:
        known = place.households
        households = amount_in_words(edition, known.value, known.unit, known.precision)
        yield Fact(edition.text("Households"), (Link(households),))
    if place.code:
        yield Fact(edition.text("Division code"), (Link(place.code),))
    if place.method in edition.library.methods:
        yield Fact(edition.text("Way of working"), links_to(edition, [place.method or ""]))
