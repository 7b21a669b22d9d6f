"""Filters and sort orders of a list of issues or cases, as options for the script that filters in the browser."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from ..analysis.progress import OPEN_STATUSES
from ..model.language import marked
from .page_context import STATUS_SHAPES, PageContext, RecordRow, format_place_status, localize_name

MAX_UNFILTERED = 5
"""A list with at most this many records gets no filters."""

ISSUE_FILTERS = ("place", "topic", "status", "year")
CASE_FILTERS = ("place", "topic", "year")
"""The filters of a list of issues, and of a list of cases."""

_FILTER_LABELS = {"place": marked("Place"), "topic": marked("Topic"), "status": marked("Status"),
                  "year": marked("Year")}
_ALL_LABELS = {"place": marked("all places"), "topic": marked("all topics"), "status": marked("every status"),
               "year": marked("all years")}
_ORDER_LABELS = {"oldest": marked("oldest first"), "place": marked("by place"), "topic": marked("by topic"),
                 "status": marked("by status")}


class FilterOption(Struct, frozen=True):
    """A value to filter or sort by. `included_values`: the values that it stands for, if it is a group of values."""

    value: str
    text: str
    lang: str = ""
    included_values: str = ""


class ListFilter(Struct, frozen=True):
    """A filter: its name in the page's address, its label and its options; the first option selects everything."""

    name: str
    label: str
    options: tuple[FilterOption, ...]


class ListFilters(Struct, frozen=True):
    """The filters of a list of `total` records, `shown` of which are on its front page."""

    filters: tuple[ListFilter, ...]
    total: int
    shown: int


def build_filters(context: PageContext, names: Sequence[str], place: str, rows: Sequence[RecordRow],
                  months: Iterable[str], total: int) -> ListFilters | None:
    """Return the filters of a list; None if the list is too short for any.

    `names`: what the list is filtered by; `place` contains all its records ("" = the site); `months`: those of its
    subpages.
    """
    if not names or total <= MAX_UNFILTERED:
        return None
    options = {"place": _place_options(context, place, 0), "topic": _term_options(context, "topic"),
               "status": _status_options(context, place), "year": _year_options(context, rows, months)}
    choices = [one for name in names if len((one := _list_filter(context, name, options[name])).options) > 2]
    orders = [name for name in ("oldest", *(one.name for one in choices)) if name in _ORDER_LABELS]
    order = ListFilter("sort", context.text("Order"), (
        FilterOption("", context.text("newest first")),
        *(FilterOption(name, context.text(_ORDER_LABELS[name])) for name in orders)))
    return ListFilters((*choices, order), total, len(rows))


def _list_filter(context: PageContext, name: str, options: Iterable[FilterOption]) -> ListFilter:
    return ListFilter(name, context.text(_FILTER_LABELS[name]),
                      (FilterOption("", context.text(_ALL_LABELS[name])), *options))


def _place_options(context: PageContext, place: str, depth: int) -> Iterator[FilterOption]:
    """Yield the places below `place` that have a public record, depth first and indented by depth."""
    for path in context.library.children.get(place, ()):
        if path in context.record_lists.places_reporting:
            name = localize_name(context, context.library.places[path])
            yield FilterOption(path, "\u3000" * depth + name.text, name.lang)
            yield from _place_options(context, path, depth + 1)


def _term_options(context: PageContext, vocabulary: str) -> Iterator[FilterOption]:
    for key in context.library.vocabulary.terms[vocabulary]:
        yield FilterOption(key, context.label(vocabulary, key))


def _status_options(context: PageContext, place: str) -> Iterator[FilterOption]:
    """Yield an option for all open statuses together, then one for each status."""
    words = context.text(", ").join(format_place_status(context, place, status) for status in OPEN_STATUSES)
    yield FilterOption("open", context.text("open ({statuses})", statuses=words),
                       included_values=" ".join(OPEN_STATUSES))
    for status in context.library.vocabulary.terms["status"]:
        yield FilterOption(status, f"{STATUS_SHAPES[status]} {format_place_status(context, place, status)}")


def _year_options(context: PageContext, rows: Iterable[RecordRow], months: Iterable[str]) -> Iterator[FilterOption]:
    years = {*(row.day[:4] for row in rows), *(month[:4] for month in months if month[:1].isdigit())}
    yield from (FilterOption(year, year) for year in sorted(years - {""}, reverse=True))
    if "" in years or "unknown" in months:
        yield FilterOption("unknown", context.text("year not known"))
