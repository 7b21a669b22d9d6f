"""The search page: what can be filtered by, and the lists for readers who cannot search. The index is in `search`."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from ..core.outputs import Output
from ..model.language import marked
from ..search import REPORTED
from .edition import SHAPES, Edition, Link, name_of, status_in_words
from .shell import SEARCH, sheet

_LISTS = (
    ("issues/index.html", marked("Issues")),
    ("cases/index.html", marked("Case studies")),
    ("places/index.html", marked("Places")),
    ("topics/index.html", marked("By topic")),
    ("status/index.html", marked("By status")),
    ("months/index.html", marked("By month")),
)


class Option(Struct, frozen=True):
    """A value to filter by."""

    value: str
    text: str
    lang: str = ""


class SearchView(Struct, frozen=True):
    """What can be filtered by, and where every record can be found without searching."""

    places: tuple[Option, ...]
    topics: tuple[Option, ...]
    statuses: tuple[Option, ...]
    kinds: tuple[Option, ...]
    years: tuple[Option, ...]
    lists: tuple[Link, ...]


def search_page(edition: Edition) -> Output:
    """The search page; only values that occur can be chosen."""
    title, occurring = edition.text("Search"), edition.holdings.occurring
    view = SearchView(
        places=tuple(_places(edition)), topics=tuple(_terms(edition, "topic", occurring["topics"])),
        statuses=tuple(_statuses(edition)), kinds=tuple(_terms(edition, "record_kind", occurring["kinds"])),
        years=tuple(Option(year, year) for year in reversed(occurring["years"])),
        lists=tuple(Link(edition.text(name), target) for target, name in _LISTS))
    return sheet(edition, SEARCH, "pages/search_page.html", title, view, trail=(Link(title),))


def _places(edition: Edition) -> Iterator[Option]:
    """All places as a tree, each indented below its parent."""
    for path, place in edition.library.places.items():
        name = name_of(edition, place)
        yield Option(path, "\u3000" * (path.count("/") - 1) + name.text, name.lang)


def _terms(edition: Edition, vocabulary: str, keys: Iterable[str]) -> Iterator[Option]:
    found = set(keys)
    for key in edition.library.vocabulary.terms[vocabulary]:
        if key in found:
            yield Option(key, edition.label(vocabulary, key))


def _statuses(edition: Edition) -> Iterator[Option]:
    """Those that occur; what is open as it was reported stands apart from what is open today."""
    for status in edition.library.vocabulary.terms["status"]:
        for value in (status, f"{status}{REPORTED}"):
            if value in edition.holdings.occurring["statuses"]:
                label = status_in_words(edition, status, reported=value != status)
                yield Option(value, f"{SHAPES[status]} {label}")
