"""The search page: its filters, and links to the lists for readers without scripts. The index is built in `search`."""

from collections.abc import Iterator

from msgspec import Struct

from ...core.outputs import Output
from ...model.language import marked
from ...search import REPORTED_SUFFIX
from ..filters import ListFilter, SelectOption, build_list_filter, list_place_options, list_term_options
from ..layout import SEARCH_PAGE, build_page
from ..page_context import STATUS_SHAPES, Link, PageContext, format_status

_LIST_PAGES = (
    ("issues/index.html", marked("Issues")),
    ("cases/index.html", marked("Case studies")),
    ("places/index.html", marked("Places")),
    ("topics/index.html", marked("By topic")),
    ("status/index.html", marked("By status")),
    ("months/index.html", marked("By month")),
)


class SearchView(Struct, frozen=True):
    """The filters, and the lists in which every record can be found without searching."""

    filters: tuple[ListFilter, ...]
    lists: tuple[Link, ...]


def build_search_page(context: PageContext) -> Output:
    """The search page; only values that occur are offered."""
    title = context.text("Search")
    occurring = context.record_lists.facet_values
    options = {
        "place": list_place_options(context), "topic": list_term_options(context, "topic", occurring["topics"]),
        "status": _status_options(context), "kind": list_term_options(context, "record_kind", occurring["kinds"]),
        "year": (SelectOption(year, year) for year in reversed(occurring["years"]))}
    view = SearchView(tuple(build_list_filter(context, name, options[name]) for name in options),
                      tuple(Link(context.text(name), target) for target, name in _LIST_PAGES))
    return build_page(context, SEARCH_PAGE, "pages/search_page.html", title, view, trail=(Link(title),))


def _status_options(context: PageContext) -> Iterator[SelectOption]:
    """The statuses that occur; an open status known only from a report is separate from one open today."""
    for status in context.library.vocabulary.terms["status"]:
        for value in (status, f"{status}{REPORTED_SUFFIX}"):
            if value in context.record_lists.facet_values["statuses"]:
                label = format_status(context, status, reported=value != status)
                yield SelectOption(value, f"{STATUS_SHAPES[status]} {label}")
