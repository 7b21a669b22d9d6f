"""What a list of issues or cases can be filtered and sorted by, in place: the choices that a script offers."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from ..analysis.progress import OPEN_STATUSES
from ..model.language import marked
from .page_context import STATUS_SHAPES, PageContext, RecordRow, format_place_status, localize_name

MAX_UNFILTERED = 5
"""A list of no more records is seen at a glance, and needs no filters."""

ISSUE_FILTERS = ("place", "topic", "status", "year")
CASE_FILTERS = ("place", "topic", "year")
"""What each can be filtered by."""

_FILTER_LABELS = {"place": marked("Place"), "topic": marked("Topic"), "status": marked("Status"),
                  "year": marked("Year")}
_ALL_LABELS = {"place": marked("all places"), "topic": marked("all topics"), "status": marked("every status"),
               "year": marked("all years")}
_ORDER_LABELS = {"oldest": marked("oldest first"), "place": marked("by place"), "topic": marked("by topic"),
                 "status": marked("by status")}


class FilterOption(Struct, frozen=True):
    """A value to filter or sort by. `holds`: the values it stands for, where it is not one itself."""

    value: str
    text: str
    lang: str = ""
    included_values: str = ""


class ListFilter(Struct, frozen=True):
    """A filter: the name that it has in the address, its label, and what can be chosen; the first stands for all."""

    name: str
    label: str
    options: tuple[FilterOption, ...]


class ListFilters(Struct, frozen=True):
    """The filters of a list of `total` records, of which `shown` stand on its front page."""

    filters: tuple[ListFilter, ...]
    total: int
    shown: int


def build_filters(edition: PageContext, names: Sequence[str], place: str, rows: Sequence[RecordRow],
                  months: Iterable[str], total: int) -> ListFilters | None:
    """The filters of a list; None if it is too short for any.

    `names`: what it is filtered by; `place` holds all its records ("" = the site); `months`: those of its other pages.
    """
    if not names or total <= MAX_UNFILTERED:
        return None
    options = {"place": _place_options(edition, place, 0), "topic": _term_options(edition, "topic"),
               "status": _status_options(edition, place), "year": _year_options(edition, rows, months)}
    choices = [one for name in names if len((one := _list_filter(edition, name, options[name])).options) > 2]
    orders = [name for name in ("oldest", *(one.name for one in choices)) if name in _ORDER_LABELS]
    order = ListFilter("sort", edition.text("Order"), (
        FilterOption("", edition.text("newest first")),
        *(FilterOption(name, edition.text(_ORDER_LABELS[name])) for name in orders)))
    return ListFilters((*choices, order), total, len(rows))


def _list_filter(edition: PageContext, name: str, options: Iterable[FilterOption]) -> ListFilter:
    return ListFilter(name, edition.text(_FILTER_LABELS[name]),
                      (FilterOption("", edition.text(_ALL_LABELS[name])), *options))


def _place_options(edition: PageContext, place: str, depth: int) -> Iterator[FilterOption]:
    """The places below `place` with a public record, as a tree, each indented below its parent."""
    for path in edition.library.children.get(place, ()):
        if path in edition.record_lists.places_reporting:
            name = localize_name(edition, edition.library.places[path])
            yield FilterOption(path, "\u3000" * depth + name.text, name.lang)
            yield from _place_options(edition, path, depth + 1)


def _term_options(edition: PageContext, vocabulary: str) -> Iterator[FilterOption]:
    for key in edition.library.vocabulary.terms[vocabulary]:
        yield FilterOption(key, edition.label(vocabulary, key))


def _status_options(edition: PageContext, place: str) -> Iterator[FilterOption]:
    """Each status, and before them those that are open, together."""
    words = edition.text(", ").join(format_place_status(edition, place, status) for status in OPEN_STATUSES)
    yield FilterOption("open", edition.text("open ({statuses})", statuses=words),
                       included_values=" ".join(OPEN_STATUSES))
    for status in edition.library.vocabulary.terms["status"]:
        yield FilterOption(status, f"{STATUS_SHAPES[status]} {format_place_status(edition, place, status)}")


def _year_options(edition: PageContext, rows: Iterable[RecordRow], months: Iterable[str]) -> Iterator[FilterOption]:
    found = {*(row.day[:4] for row in rows), *(month[:4] for month in months if month[:1].isdigit())}
    yield from (FilterOption(year, year) for year in sorted(found - {""}, reverse=True))
    if "" in found or "unknown" in months:
        yield FilterOption("unknown", edition.text("year not known"))
