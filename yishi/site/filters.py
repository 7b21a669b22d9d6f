"""What a list of issues or cases can be filtered and sorted by, in place: the choices that a script offers."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from ..analysis.progress import OPEN
from ..model.language import marked
from .edition import SHAPES, Edition, Row, name_of, status_in

FEW = 5
"""A list of no more records is seen at a glance, and needs no filters."""

ISSUES = ("place", "topic", "status", "year")
CASES = ("place", "topic", "year")
"""What each can be filtered by."""

_NAMES = {"place": marked("Place"), "topic": marked("Topic"), "status": marked("Status"), "year": marked("Year")}
_ALL = {"place": marked("all places"), "topic": marked("all topics"), "status": marked("every status"),
        "year": marked("all years")}
_ORDERS = {"oldest": marked("oldest first"), "place": marked("by place"), "topic": marked("by topic"),
           "status": marked("by status")}


class Option(Struct, frozen=True):
    """A value to filter or sort by. `holds`: the values it stands for, where it is not one itself."""

    value: str
    text: str
    lang: str = ""
    holds: str = ""


class Choice(Struct, frozen=True):
    """A filter: the name that it has in the address, its label, and what can be chosen; the first stands for all."""

    name: str
    label: str
    options: tuple[Option, ...]


class Filters(Struct, frozen=True):
    """The filters of a list of `total` records, of which `shown` stand on its front page."""

    choices: tuple[Choice, ...]
    total: int
    shown: int


def filters_of(edition: Edition, names: Sequence[str], place: str, rows: Sequence[Row],
               months: Iterable[str], total: int) -> Filters | None:
    """The filters of a list; None if it is too short for any.

    `names`: what it is filtered by; `place` holds all its records ("" = the site); `months`: those of its other pages.
    """
    if not names or total <= FEW:
        return None
    options = {"place": _places(edition, place, 0), "topic": _terms(edition, "topic"),
               "status": _statuses(edition, place), "year": _years(edition, rows, months)}
    choices = [one for name in names if len((one := _choice(edition, name, options[name])).options) > 2]
    orders = [name for name in ("oldest", *(one.name for one in choices)) if name in _ORDERS]
    order = Choice("sort", edition.text("Order"), (
        Option("", edition.text("newest first")), *(Option(name, edition.text(_ORDERS[name])) for name in orders)))
    return Filters((*choices, order), total, len(rows))


def _choice(edition: Edition, name: str, options: Iterable[Option]) -> Choice:
    return Choice(name, edition.text(_NAMES[name]), (Option("", edition.text(_ALL[name])), *options))


def _places(edition: Edition, place: str, depth: int) -> Iterator[Option]:
    """The places below `place` with a public record, as a tree, each indented below its parent."""
    for path in edition.library.children.get(place, ()):
        if path in edition.holdings.reporting:
            name = name_of(edition, edition.library.places[path])
            yield Option(path, "\u3000" * depth + name.text, name.lang)
            yield from _places(edition, path, depth + 1)


def _terms(edition: Edition, vocabulary: str) -> Iterator[Option]:
    for key in edition.library.vocabulary.terms[vocabulary]:
        yield Option(key, edition.label(vocabulary, key))


def _statuses(edition: Edition, place: str) -> Iterator[Option]:
    """Each status, and before them those that are open, together."""
    words = edition.text(", ").join(status_in(edition, place, status) for status in OPEN)
    yield Option("open", edition.text("open ({statuses})", statuses=words), holds=" ".join(OPEN))
    for status in edition.library.vocabulary.terms["status"]:
        yield Option(status, f"{SHAPES[status]} {status_in(edition, place, status)}")


def _years(edition: Edition, rows: Iterable[Row], months: Iterable[str]) -> Iterator[Option]:
    found = {*(row.day[:4] for row in rows), *(month[:4] for month in months if month[:1].isdigit())}
    yield from (Option(year, year) for year in sorted(found - {""}, reverse=True))
    if "" in found or "unknown" in months:
        yield Option("unknown", edition.text("year not known"))
