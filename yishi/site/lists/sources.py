"""The page of all sources."""

from collections.abc import Iterator

from msgspec import Struct

from ...core.outputs import Output
from ...model.kinds import KINDS
from ...model.paths import SOURCE_ANCHOR_PREFIX
from ...model.records import Reference
from ..layout import build_page
from ..page_context import Link, LocalizedText, PageContext, link_to_records, localize_name, localize_text

MAX_CITING_RECORDS = 200
"""Maximum number of citing records listed below a source."""


class SourceView(Struct, frozen=True):
    """A press report or document: its details, and the records that cite it."""

    anchor: str
    title: LocalizedText
    url: str
    facts: tuple[LocalizedText, ...]
    note: LocalizedText
    citing: tuple[Link, ...]
    more_text: str


def build_sources_page(context: PageContext) -> Output:
    """The page of all sources."""
    title = context.text("Sources")
    view = tuple(_source_view(context, path, source) for path, source in context.library.sources.items())
    return build_page(context, "sources/index.html", "pages/sources.html", title, view, trail=(Link(title),))


def _source_view(context: PageContext, path: str, source: Reference) -> SourceView:
    citing = context.library.referrers(path, *(f"{kind}.source" for kind in KINDS))
    over = len(citing) - MAX_CITING_RECORDS
    return SourceView(
        SOURCE_ANCHOR_PREFIX + path.rpartition("/")[2], localize_name(context, source), source.url or "",
        tuple(_bibliography(context, source)), localize_text(context, source, source.note),
        link_to_records(context, citing[:MAX_CITING_RECORDS]),
        context.plural("and {n} more record", "and {n} more records", over) if over > 0 else "",
    )


def _bibliography(context: PageContext, source: Reference) -> Iterator[LocalizedText]:
    text = context.text
    when = context.language.when
    yield localize_text(context, source, source.publisher or "") if source.publisher else LocalizedText(
        text("publisher not known"))
    yield LocalizedText(text("published {when}", when=when(source.published)) if source.published.day
                        else text("date of publication not known"))
    if source.document_no:
        yield LocalizedText(text("document no. {number}", number=source.document_no))
    if source.accessed and source.accessed.day:
        yield LocalizedText(text("looked up {when}", when=when(source.accessed)))
