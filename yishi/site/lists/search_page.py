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


_SERVICES = (
    ("week/index.html", marked("What was and what comes in these days"), marked("upcoming|this week|what is new|news")),
    ("due/index.html", marked("What comes and what is due: meetings, dates and the calendar"),
     marked("next meeting|meetings|when is|calendar|deadline|overdue|reminder")),
    ("objections/index.html", marked("Objections to results, and where to say that something is not solved"),
     marked("complain|complaint|objection|not solved|feedback|report a problem")),
    ("places/index.html", marked("All places: how to reach each, and its report card to print"),
     marked("contact|phone|telephone|office|print|report card")),
    ("data/index.html", marked("All data as tables, with licence and citation"),
     marked("download|data|csv|excel|licence|license|cite|citation|copyright")),
    ("statistics/index.html", marked("All numbers, and what is not recorded of people, such as their sex"),
     marked("statistics|sex|gender|women|men|age")),
    ("methods/index.html", marked("Ways of working"), marked("method|criteria|judged")),
    ("accessibility/index.html", marked("Accessibility of these pages"),
     marked("accessibility|screen reader|large type|barrier")),
)
"""Pages that do what some ask the search for: path, what each is, and the words that ask for it."""


class SearchView(Struct, frozen=True):
    """The filters, and the lists in which every record can be found without searching; `services`: pages that some
    words ask for, with these words between `|`."""

    filters: tuple[ListFilter, ...]
    lists: tuple[Link, ...]
    services: tuple[tuple[Link, str], ...]


def build_search_page(context: PageContext) -> Output:
    """The search page; only values that occur are offered."""
    title = context.text("Search")
    occurring = context.record_lists.facet_values
    options = {
        "place": list_place_options(context), "topic": list_term_options(context, "topic", occurring["topics"]),
        "status": _status_options(context), "kind": list_term_options(context, "record_kind", occurring["kinds"]),
        "year": (SelectOption(year, year) for year in reversed(occurring["years"]))}
    view = SearchView(tuple(build_list_filter(context, name, options[name]) for name in options),
                      tuple(Link(context.text(name), target) for target, name in _LIST_PAGES),
                      tuple((Link(context.text(name), target), context.text(words))
                            for target, name, words in _SERVICES))
    return build_page(context, SEARCH_PAGE, "pages/search_page.html", title, view, trail=(Link(title),))


def _status_options(context: PageContext) -> Iterator[SelectOption]:
    """The statuses that occur; an open status known only from a report is separate from one open today."""
    for status in context.library.vocabulary.terms["status"]:
        for value in (status, f"{status}{REPORTED_SUFFIX}"):
            if value in context.record_lists.facet_values["statuses"]:
                label = format_status(context, status, reported=value != status)
                yield SelectOption(value, f"{STATUS_SHAPES[status]} {label}")
