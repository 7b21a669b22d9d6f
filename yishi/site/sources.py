"""The page of all sources."""

from collections.abc import Iterator

from msgspec import Struct

from ..core.outputs import Output
from ..model.kinds import KINDS
from ..model.paths import SOURCE_ANCHOR
from ..model.records import Reference
from .edition import Edition, Link, Words, links_to, name_of
from .shell import sheet

CITED = 200
"""So many records that cite a source are listed below it."""


class SourceView(Struct, frozen=True):
    """A press report or document: what is known of it, and what cites it."""

    anchor: str
    title: Words
    url: str
    facts: tuple[str, ...]
    note: str
    citing: tuple[Link, ...]
    more: str


class SourcesView(Struct, frozen=True):
    """All sources."""

    sources: tuple[SourceView, ...]


def source_page(edition: Edition) -> Output:
    """The page of all sources."""
    title = edition.text("Sources")
    view = SourcesView(tuple(_source(edition, path, source) for path, source in edition.library.sources.items()))
    return sheet(edition, "sources/index.html", "pages/sources.html", title, view, trail=(Link(title),))


def _source(edition: Edition, path: str, source: Reference) -> SourceView:
    citing = edition.library.named_by(path, *(f"{kind}.source" for kind in KINDS))
    over = len(citing) - CITED
    return SourceView(
        SOURCE_ANCHOR + path.rpartition("/")[2], name_of(edition, source), source.url or "",
        tuple(_bibliography(edition, source)), source.note or "", links_to(edition, citing[:CITED]),
        edition.plural("and {n} more record", "and {n} more records", over) if over > 0 else "",
    )


def _bibliography(edition: Edition, source: Reference) -> Iterator[str]:
    text, when = edition.text, edition.language.when
    yield source.publisher or text("publisher not known")
    if source.published.day:
        yield text("published {when}", when=when(source.published))
    else:
        yield text("date of publication not known")
    if source.document_no:
        yield text("document no. {number}", number=source.document_no)
    if source.accessed and source.accessed.day:
        yield text("looked up {when}", when=when(source.accessed))
