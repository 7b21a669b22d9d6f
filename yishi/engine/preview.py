"""The page of a record that was just saved, before the rest of the site follows: for the writer who watches it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ..analysis.summaries import summarise_record
from ..content.load import create_record, read_records
from ..content.yaml_source import SourceFile
from ..core import files
from ..core.dependencies import LazyDict
from ..core.outputs import Output, OutputPlan
from ..library import Library, LinkedRecord, resolve_record
from ..model.kinds import BULK, KINDS
from ..model.paths import locate_record
from ..site import PageContext, SiteData, build_page_context
from .cache import is_clean_reading

V = TypeVar("V")


class PreviewState(Struct, frozen=True):
    """What the last build showed, kept in memory: its records and plans, and how outputs are made."""

    library: Library
    site_data: SiteData
    plans: Mapping[str, OutputPlan]
    encode_output: Callable[[Output], bytes]


def write_preview(shown: PreviewState, content: Path, output: Path, file: str) -> list[str]:
    """Writes the pages of the issue or case in `file` as it is now; the paths of those that were written.

    None are if it is new, a draft or wrong: then the build that follows tells. Lists and numbers follow with it too.
    """
    slot = locate_record(file)
    if slot is None or slot.kind not in BULK or slot.path not in shown.library.encoded_summaries:
        return []
    reading = read_records(SourceFile(file, files.read_file(content, file)), slot)
    if not is_clean_reading(reading):
        return []
    linked = resolve_record(slot.path, create_record(slot.kind, reading.entries[""]), shown.library.link_context)
    if any(finding.level == "error" for finding in linked.findings):
        return []
    book = _with_record(shown, slot.path, linked)
    outputs = (_replace_site_data(plan, book).produce_output() for plan in _plans_of_record(shown, slot.path))
    made = {one.path: shown.encode_output(one) for one in outputs}
    for path, data in made.items():
        files.write_file(output, path, data)
    return list(made)


def _plans_of_record(shown: PreviewState, path: str) -> Iterator[OutputPlan]:
    """The plans of the pages that show the record at `path` and nothing else."""
    return (plan for plan in shown.plans.values() if plan.args[:1] == (path,) and isinstance(plan.source, PageContext))


def _replace_site_data(plan: OutputPlan, book: SiteData) -> OutputPlan:
    edition = plan.source
    assert isinstance(edition, PageContext)
    return replace(plan, source=build_page_context(book, edition.language, edition.base_url))


def _with_record(shown: PreviewState, path: str, linked: LinkedRecord) -> SiteData:
    """The book with one record as it is now."""
    assert linked.record is not None
    library, around = shown.site_data.library, shown.library.link_context
    brief = summarise_record(path, linked.record, around.methods[linked.method], shown.library, around.as_of)
    kind: Any = {KINDS[linked.record.kind_of_record].table: linked.record}
    own: dict[str, Any] = {**kind, "dropped_refs": linked.dropped_refs, "links": linked.links, "photos": linked.photos}
    changed: dict[str, Any] = {name: _with_value(getattr(library, name), path, value) for name, value in own.items()}
    progress = _with_value(shown.site_data.progress, path,
                           brief.progress) if kind.get("issues") else shown.site_data.progress
    return replace(shown.site_data, library=replace(library, **changed), progress=progress,
                   list_items=_with_value(shown.site_data.list_items, path, brief.list_item))


def _with_value(values: Mapping[str, V], path: str, value: V) -> Mapping[str, V]:
    """`values` with another one at `path`."""
    return LazyDict(dict.fromkeys((*values, path)), lambda key: value if key == path else values[key])
