"""Filters and sort orders of a list of issues or cases, as options for the script that filters in the browser."""

from collections.abc import Container, Iterable, Iterator, Sequence

from msgspec import Struct

from ..analysis.progress import OPEN_STATUSES
from ..model.language import marked
from .page_context import STATUS_SHAPES, PageContext, RecordRow, format_place_status, join_items, localize_name

MAX_UNFILTERED = 5
"""A list with at most this many records gets no filters."""

ISSUE_FILTERS = ("place", "topic", "status", "year")
CASE_FILTERS = ("place", "topic", "year")
"""The filters of a list of issues, and of a list of cases."""

_FILTER_LABELS = {"place": marked("Place"), "topic": marked("Topic"), "status": marked("Status"),
                  "kind": marked("Kind"), "year": marked("Year"), "colour": marked("Colour")}
_ALL_LABELS = {"place": marked("all places"), "topic": marked("all topics"), "status": marked("every status"),
               "kind": marked("all kinds"), "year": marked("all years")}
_ORDER_LABELS = {"oldest": marked("oldest first"), "place": marked("by place"), "topic": marked("by topic"),
                 "status": marked("by status")}


class SelectOption(Struct, frozen=True):
    """A value to choose. `included_values`: the values that it stands for, if it is a group of values."""

    value: str
    text: str
    lang: str = ""
    included_values: str = ""


class ListFilter(Struct, frozen=True):
    """A filter: its name in the page's address, its label and its options; the first option selects everything."""

    name: str
    label: str
    options: tuple[SelectOption, ...]


def build_filters(context: PageContext, names: Sequence[str], place: str, rows: Sequence[RecordRow],
                  periods: Iterable[str], total: int) -> tuple[ListFilter, ...]:
    """The filters of a list of `total` records, `rows` being its first page; none if it is too short for any.

    `names`: what the list is filtered by; `place` contains all its records ("" = the site); `periods`: the years
    and months of its subpages.
    """
    if not names or total <= MAX_UNFILTERED:
        return ()
    options = {"place": _reporting_places(context, place, 0), "topic": list_term_options(context, "topic"),
               "status": _status_options(context, place), "year": _year_options(context, rows, periods)}
    choices = [one for name in names if len((one := build_list_filter(context, name, options[name])).options) > 2]
    orders = [name for name in ("oldest", *(choice.name for choice in choices)) if name in _ORDER_LABELS]
    order = ListFilter("sort", context.text("Order"), (
        SelectOption("", context.text("newest first")),
        *(SelectOption(name, context.text(_ORDER_LABELS[name])) for name in orders)))
    return (*choices, order)


def build_list_filter(context: PageContext, name: str, options: Iterable[SelectOption],
                      all_label: str = "") -> ListFilter:
    """The filter `name` with its options; the first one, called `all_label`, selects everything."""
    return ListFilter(name, context.text(_FILTER_LABELS[name]),
                      (SelectOption("", all_label or context.text(_ALL_LABELS[name])), *options))


def build_place_option(context: PageContext, path: str, depth: int = 0) -> SelectOption:
    """A place as an option, indented by `depth`."""
    name = localize_name(context, context.library.places[path])
    return SelectOption(path, "\u3000" * depth + name.text, name.lang)


def list_place_options(context: PageContext) -> tuple[SelectOption, ...]:
    """All places as a tree, each indented below its parent."""
    return tuple(build_place_option(context, path, path.count("/") - 1) for path in context.library.places)


def list_term_options(context: PageContext, vocabulary: str,
                      occurring: Container[str] | None = None) -> Iterator[SelectOption]:
    """The values of a vocabulary in their order, only those `occurring` if given."""
    for key in context.library.vocabulary.terms[vocabulary]:
        if occurring is None or key in occurring:
            yield SelectOption(key, context.label(vocabulary, key))


def _reporting_places(context: PageContext, place: str, depth: int) -> Iterator[SelectOption]:
    """The places below `place` that have a public record, depth first and indented by depth."""
    for path in context.library.children.get(place, ()):
        if path in context.record_lists.places_reporting:
            yield build_place_option(context, path, depth)
            yield from _reporting_places(context, path, depth + 1)


def _status_options(context: PageContext, place: str) -> Iterator[SelectOption]:
    """An option for all open statuses together, then one for each status."""
    words = join_items(context, (format_place_status(context, place, status) for status in OPEN_STATUSES))
    yield SelectOption("open", context.text("open ({statuses})", statuses=words),
                       included_values=" ".join(OPEN_STATUSES))
    for status in context.library.vocabulary.terms["status"]:
        yield SelectOption(status, f"{STATUS_SHAPES[status]} {format_place_status(context, place, status)}")


def _year_options(context: PageContext, rows: Iterable[RecordRow], periods: Iterable[str]) -> Iterator[SelectOption]:
    years = {*(row.day[:4] for row in rows), *(period[:4] for period in periods if period[:1].isdigit())}
    yield from (SelectOption(year, year) for year in sorted(years - {""}, reverse=True))
    if "" in years or "unknown" in periods:
        yield SelectOption("unknown", context.text("year not known"))
