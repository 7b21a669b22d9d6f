"""The search page: its filters, and links to the lists for readers without scripts. The index is built in `search`."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from ...core.outputs import Output
from ...model.language import marked
from ...search import REPORTED_SUFFIX
from ..layout import SEARCH_PAGE, build_page
from ..page_context import STATUS_SHAPES, Link, PageContext, format_status, localize_name

_LIST_PAGES = (
    ("issues/index.html", marked("Issues")),
    ("cases/index.html", marked("Case studies")),
    ("places/index.html", marked("Places")),
    ("topics/index.html", marked("By topic")),
    ("status/index.html", marked("By status")),
    ("months/index.html", marked("By month")),
)


class SearchOption(Struct, frozen=True):
    """A value to filter by."""

    value: str
    text: str
    lang: str = ""


class SearchView(Struct, frozen=True):
    """The filters, and the lists in which every record can be found without searching."""

    places: tuple[SearchOption, ...]
    topics: tuple[SearchOption, ...]
    statuses: tuple[SearchOption, ...]
    kinds: tuple[SearchOption, ...]
    years: tuple[SearchOption, ...]
    lists: tuple[Link, ...]


def build_search_page(context: PageContext) -> Output:
    """Build the search page; only values that occur are offered."""
    title, occurring = context.text("Search"), context.record_lists.facet_values
    view = SearchView(
        places=tuple(_place_options(context)), topics=tuple(_term_options(context, "topic", occurring["topics"])),
        statuses=tuple(_status_options(context)), kinds=tuple(_term_options(context, "record_kind",
                                                                            occurring["kinds"])),
        years=tuple(SearchOption(year, year) for year in reversed(occurring["years"])),
        lists=tuple(Link(context.text(name), target) for target, name in _LIST_PAGES))
    return build_page(context, SEARCH_PAGE, "pages/search_page.html", title, view, trail=(Link(title),))


def _place_options(context: PageContext) -> Iterator[SearchOption]:
    """Yield all places as a tree, each indented below its parent."""
    for path, place in context.library.places.items():
        name = localize_name(context, place)
        yield SearchOption(path, "\u3000" * (path.count("/") - 1) + name.text, name.lang)


def _term_options(context: PageContext, vocabulary: str, keys: Iterable[str]) -> Iterator[SearchOption]:
    occurring = set(keys)
    for key in context.library.vocabulary.terms[vocabulary]:
        if key in occurring:
            yield SearchOption(key, context.label(vocabulary, key))


def _status_options(context: PageContext) -> Iterator[SearchOption]:
    """Yield the statuses that occur; an open status known only from a report is separate from one open today."""
    for status in context.library.vocabulary.terms["status"]:
        for value in (status, f"{status}{REPORTED_SUFFIX}"):
            if value in context.record_lists.facet_values["statuses"]:
                label = format_status(context, status, reported=value != status)
                yield SearchOption(value, f"{STATUS_SHAPES[status]} {label}")
