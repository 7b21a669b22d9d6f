"""The page of a record that was just saved, before the rest of the site follows: for the writer who watches it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ..analysis.briefs import brief_of
from ..content.load import read_records, record_of
from ..content.sources import Source
from ..core import files
from ..core.facts import Later
from ..core.outputs import Output, Plan
from ..library import Library, Linked, resolved
from ..model.kinds import BULK, KINDS
from ..model.paths import slot_of
from ..site import Book, Edition, edition_of
from .memos import is_plain

V = TypeVar("V")


class Shown(Struct, frozen=True):
    """What the last build showed, kept in memory: its records and plans, and how outputs are made."""

    library: Library
    book: Book
    plans: Mapping[str, Plan]
    make: Callable[[Output], bytes]


def preview(shown: Shown, content: Path, output: Path, file: str) -> list[str]:
    """Writes the pages of the issue or case in `file` as it is now; the paths of those that were written.

    None are if it is new, a draft or wrong: then the build that follows tells. Lists and numbers follow with it too.
    """
    slot = slot_of(file)
    if slot is None or slot.kind not in BULK or slot.path not in shown.library.briefs:
        return []
    reading = read_records(Source(file, files.read(content, file)), slot)
    if not is_plain(reading):
        return []
    linked = resolved(slot.path, record_of(slot.kind, reading.entries[""]), shown.library.around)
    if any(finding.level == "error" for finding in linked.findings):
        return []
    book = _with(shown, slot.path, linked)
    outputs = (_remade(plan, book).output() for plan in _plans_of(shown, slot.path))
    made = {one.path: shown.make(one) for one in outputs}
    for path, data in made.items():
        files.write(output, path, data)
    return list(made)


def _plans_of(shown: Shown, path: str) -> Iterator[Plan]:
    """The plans of the pages that show the record at `path` and nothing else."""
    return (plan for plan in shown.plans.values() if plan.given[:1] == (path,) and isinstance(plan.source, Edition))


def _remade(plan: Plan, book: Book) -> Plan:
    edition = plan.source
    assert isinstance(edition, Edition)
    return replace(plan, source=edition_of(book, edition.language, edition.base_url))


def _with(shown: Shown, path: str, linked: Linked) -> Book:
    """The book with one record as it is now."""
    assert linked.record is not None
    library, around = shown.book.library, shown.library.around
    brief = brief_of(path, linked.record, around.methods[linked.method], shown.library, around.as_of)
    kind: Any = {KINDS[linked.record.kind_of_record].table: linked.record}
    own: dict[str, Any] = {**kind, "lost": linked.lost, "links": linked.links, "photos": linked.photos}
    changed: dict[str, Any] = {name: _over(getattr(library, name), path, value) for name, value in own.items()}
    progress = _over(shown.book.progress, path, brief.progress) if kind.get("issues") else shown.book.progress
    return replace(shown.book, library=replace(library, **changed), progress=progress,
                   listings=_over(shown.book.listings, path, brief.listing))


def _over(values: Mapping[str, V], path: str, value: V) -> Mapping[str, V]:
    """`values` with another one at `path`."""
    return Later(dict.fromkeys((*values, path)), lambda key: value if key == path else values[key])
