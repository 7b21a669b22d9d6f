"""Write the page of a record that was just saved before the full rebuild, for `serve`."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ..analysis.summaries import create_summary, summarise_record
from ..content.load import create_record, read_records
from ..content.yaml_source import SourceFile
from ..core import files
from ..core.dependencies import LazyDict
from ..core.outputs import Output, OutputPlan
from ..library import Library, LinkedRecord, resolve_record
from ..model.kinds import BULK, KINDS
from ..model.paths import locate_record
from ..site import PageContext, SiteData, build_page_context
from .parse_cache import is_clean_reading

V = TypeVar("V")


class PreviewState(Struct, frozen=True):
    """The state of the last build, kept in memory for previews."""

    library: Library
    site_data: SiteData
    plans: Mapping[str, OutputPlan]
    encode_output: Callable[[Output], bytes]


def write_preview(state: PreviewState, content: Path, output: Path, file: str) -> list[str]:
    """Write the pages of the issue or case in `file` as it is now; returns the paths written.

    Nothing is written for a new, draft or invalid record: the following build reports it, and updates lists and
    statistics.
    """
    location = locate_record(file)
    if location is None or location.kind not in BULK or location.path not in state.library.summaries:
        return []
    reading = read_records(SourceFile(file, files.read_file(content, file)), location)
    if not is_clean_reading(reading):
        return []
    linked = resolve_record(location.path, create_record(location.kind, reading.entries[""]),
                            state.library.link_context)
    if any(finding.level == "error" for finding in linked.findings):
        return []
    site_data = _with_record(state, location.path, linked)
    outputs = (_replace_site_data(plan, site_data).produce_output() for plan in _plans_of_record(state, location.path))
    encoded = {output.path: state.encode_output(output) for output in outputs}
    for path, data in encoded.items():
        files.write_file(output, path, data)
    return list(encoded)


def _plans_of_record(state: PreviewState, path: str) -> Iterator[OutputPlan]:
    """Plans of the pages that show only the record at `path`."""
    return (plan for plan in state.plans.values() if plan.args[:1] == (path,) and isinstance(plan.source, PageContext))


def _replace_site_data(plan: OutputPlan, site_data: SiteData) -> OutputPlan:
    context = plan.source
    assert isinstance(context, PageContext)
    rows = build_page_context(site_data, context.language, context.base_url).rows
    return replace(plan, source=replace(context, site_data=site_data, rows=rows))


def _with_record(state: PreviewState, path: str, linked: LinkedRecord) -> SiteData:
    """The site data with one record replaced."""
    assert linked.record is not None
    library, context = state.site_data.library, state.library.link_context
    summary = create_summary(path, *summarise_record(path, linked.record, context.methods[linked.method], state.library,
                                                     context.as_of))
    tables: Any = {KINDS[linked.record.kind_of_record].table: linked.record}
    values: dict[str, Any] = {**tables, "dropped_refs": linked.dropped_refs, "links": linked.links,
                              "photos": linked.photos}
    changed: dict[str, Any] = {name: _with_value(getattr(library, name), path, value) for name, value in values.items()}
    progress = _with_value(state.site_data.progress, path,
                           summary.progress) if tables.get("issues") else state.site_data.progress
    return replace(state.site_data, library=replace(library, **changed), progress=progress,
                   list_items=_with_value(state.site_data.list_items, path, summary.list_item))


def _with_value(values: Mapping[str, V], path: str, value: V) -> Mapping[str, V]:
    """`values` with another value at `path`."""
    return LazyDict(dict.fromkeys((*values, path)), lambda key: value if key == path else values[key])
