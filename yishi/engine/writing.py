"""From planned outputs to files: what is stale is made and written, what nothing makes any more is deleted.

All new files are staged, and moved into place once every one of them is made: whatever fails while they are made, such
as a template, leaves the site as it was.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ..core import files
from ..core.dependencies import DependencyTracker
from ..core.hashes import FileStat, PackEntry
from ..core.outputs import Output, OutputPlan
from ..core.parallel import map_parallel
from ..model.paths import fold_path
from ..model.problems import Problem
from . import manifest
from .assets import BuildFolders, SiteAssets, is_photo_plan, load_assets, prune_photo_cache
from .content_source import ProgressCallback
from .manifest import FILE_LIST_NAME, UNWRITTEN, Manifest, OutputEntry
from .view_cache import decode_view, encode_view

_PHOTO_WEIGHT = 4
"""To convert one takes as long as to write hundreds of pages."""

MIN_CACHED_VIEWS = 400
"""Of so many outputs what they show is kept: of fewer it is soon worked out again."""

_HEAVY_BYTES = 5_000_000
"""To make so many bytes, such as the tables of all records, takes as long as well."""

_COMPLETENESS_CHECK_RATIO = 10
"""Where more than one output in so many was made, a look whether all of them are there takes little beside that."""

_SITE_MARKER_FILE = "data/statistics.json"
"""The file by which a site of Yishi's is known where neither a trace nor a list of its files is left."""


class WriteResult(Struct, frozen=True):
    """How many files were written, left as they were, and deleted; `cached` tells whether the trace could be kept;
    `lying`: how all files of the output folder lie now; `unknown`: those of a site of which nothing tells what wrote
    them, because an earlier version left no list."""

    written: int
    unchanged: int
    removed: int
    is_manifest_saved: bool
    output_stats: Mapping[str, FileStat]
    unknown_files: Sequence[str] = ()


class ForeignFile(Exception):
    """The output folder holds a file that is not Yishi's where one is to be written; its path."""


class DuplicateAddress(Exception):
    """Two outputs would lie at one address; holds the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class StaleOutputs(Struct, frozen=True):
    """What a build finds before it makes anything: the plans, the last trace, the facts of today, how files lie."""

    plans: Mapping[str, OutputPlan]
    assets: SiteAssets
    previous_manifest: Manifest
    dependencies: list[tuple[str, str]]
    output_stats: Mapping[str, FileStat]
    reasons: Mapping[str, str]
    """Output that has to be made anew → why, as `manifest.reason`."""
    view_unchanged: Set[str]
    """Those of them that show what they showed before: only their templates have changed, or their files."""
    plans_fingerprint: str
    """What tells all plans at once: if that is as it was, so is each."""
    file_list: bytes
    """What the list of files in the output folder says."""
    known_files: Set[str]
    """The files that earlier builds wrote: what the cache and what that list tells."""


def find_stale_outputs(planned: Sequence[OutputPlan], folders: BuildFolders, made_with: DependencyTracker, code: str,
                       lying: Mapping[str, FileStat],
                       *, full: bool) -> StaleOutputs:
    """What has to be made anew. Raises AddressTaken, ForeignFile, TemplateMistake, OSError; as for `write_site`."""
    before = manifest.decode_manifest(files.read_cache(_locate_manifest(folders)))
    known = Manifest() if full else before
    press = load_assets(folders, known, code, anew=full)
    plans = _plans_by_path((*planned, *press.static_plans))
    listed = files.read_file_or_empty(folders.output, FILE_LIST_NAME)
    wrote = before.outputs.keys() | manifest.decode_file_list(listed)
    _refuse_foreign_files(plans, wrote, lying)
    facts = manifest.compute_current_dependencies(known, made_with, code)
    changed = manifest.find_changed_dependencies(known, facts)
    told = press.fingerprint_plans(plans.values())

    def basis(path: str, mark: OutputEntry) -> str:
        return mark.fingerprint if told == known.plans_fingerprint else press.fingerprint_output(plans[path],
                                                                                                 mark.template)

    def shows_the_same(path: str, mark: OutputEntry) -> bool:
        return (mark.cached_view is not None and changed.isdisjoint(mark.reads)
                and mark.fingerprint == press.fingerprint_output(plans[path], mark.template,
                                                                 known.template_fingerprints))

    reasons = {path: manifest.find_stale_reason(mark, mark and basis(path, mark), changed, lying.get(path))
               for path in plans for mark in [known.outputs.get(path)]}
    stale = {path: why for path, why in reasons.items() if why}
    shown = {path for path in stale if path in known.outputs and shows_the_same(path, known.outputs[path])}
    return StaleOutputs(plans, press, before, facts, lying, stale, shown, told, listed, wrote)


def write_site(planned: Sequence[OutputPlan], folders: BuildFolders, made_with: DependencyTracker, code: str,
               lying: Mapping[str, FileStat],
               watch: ProgressCallback, *, full: bool, jobs: int = 1) -> WriteResult:
    """Makes the output folder hold exactly `planned`, and the static files beside the templates.

    `made_with`: the facts of the site; `code`: the digest of the program; `lying`: how the files of the output folder
    lie. With `full` everything is made anew and compared. Files that no earlier build wrote are not touched. Raises
    AddressTaken, ForeignFile, TemplateMistake, Removed, OSError.
    """
    lying = _drop_staged_files(folders.output, lying)
    found = find_stale_outputs(planned, folders, made_with, code, lying, full=full)
    plans, before, stale = found.plans, found.previous_manifest, list(found.reasons)
    gone = [path for path in manifest.list_orphans({*found.known_files, _TEMP_FILE_LIST}, plans) if path in lying]
    if gone or not before.outputs.keys() >= set(stale):  # what this build writes is known to the next, come what may
        files.write_cache(_locate_manifest(folders), manifest.encode_manifest(_announce_outputs(before, stale)))
    announced = manifest.encode_file_list(found.known_files | plans.keys())
    list_lies = lying.get(FILE_LIST_NAME)
    with files.open_staging(folders.output, _top_level_names(plans)) if stale else nullcontext():
        made = _produce_outputs(_OutputProducer(found, folders, made_with, len(stale) >= MIN_CACHED_VIEWS), stale,
                                watch, jobs)
        list_lies = _write_file_list(folders.output, announced, found.file_list, list_lies)
        files.move_staged(folders.output, (one.path for one in made if one.is_new))
    _check_output_complete(folders.output, plans, stale)
    if stale or gone:
        prune_photo_cache(folders.content, plans.values(), found.assets.converter_fingerprint)
    removed = files.remove_files(folders.output, gone)
    marks, facts = manifest.number_dependencies({one.path: (one.entry, one.reads) for one in made}, found.dependencies,
                                                made_with.digests)
    outputs = {path: marks.get(path) or before.outputs[path] for path in plans}
    trace = manifest.drop_unused_dependencies(Manifest(outputs, facts, found.assets.templates_digest,
                                                       found.assets.template_fingerprints, code,
                                                       made_with.group_digests, found.plans_fingerprint))
    list_lies = _write_file_list(folders.output, manifest.encode_file_list(plans), announced, list_lies)
    cached = trace == before or files.write_cache(_locate_manifest(folders), manifest.encode_manifest(trace))
    files.prune_cache(_locate_view_cache(folders), {mark.cached_view.pack for mark in outputs.values()
                                                    if mark.cached_view})
    written = sum(one.is_new for one in made)
    lying = {path: lies for path, lies in found.output_stats.items() if path not in gone}
    lying |= {one.path: FileStat(one.entry.size, one.entry.mtime) for one in made} | {FILE_LIST_NAME: list_lies}
    unknown = () if found.known_files else sorted(found.output_stats.keys() - plans.keys() - {FILE_LIST_NAME})
    return WriteResult(written, len(plans) - written, removed, cached, lying, unknown)


_TEMP_FILE_LIST = f"{FILE_LIST_NAME}.new"
"""What a list of files is called until it is whole."""


def _write_file_list(folder: Path, data: bytes, before: bytes, lying: FileStat | None) -> FileStat:
    """Puts a list of files into the output folder in one step, unless it says that `before`; how it then lies."""
    return lying if lying and data == before else files.write_file_atomically(folder, FILE_LIST_NAME, _TEMP_FILE_LIST,
                                                                              data)


def _plans_by_path(plans: Iterable[OutputPlan]) -> dict[str, OutputPlan]:
    """Address → its plan. Raises AddressTaken if two are one file on some system, OSError for one outside the site."""
    found: dict[str, OutputPlan] = {}
    for plan in plans:
        other = found.setdefault(fold_path(files.require_inside(plan.path)), plan)
        if other is not plan:
            raise DuplicateAddress(_duplicate_address_problem(plan, other))
    return {plan.path: plan for plan in found.values()}


def _duplicate_address_problem(plan: OutputPlan, other: OutputPlan) -> Problem:
    origin, beside = sorted((plan.origin, other.origin), reverse=True)
    values = (("key", f"/{plan.path}"), ("found", origin), ("allowed", beside))
    return Problem(origin or "site.yaml", 1, 1, "address_twice" if beside else "address_of_site", values)


def _drop_staged_files(output: Path, lying: Mapping[str, FileStat]) -> Mapping[str, FileStat]:
    """How files lie once what a build that was killed had staged is deleted."""
    if not any(path.startswith(files.STAGING_FOLDER) for path in lying):
        return lying
    files.drop_staged(output)
    return {path: lies for path, lies in lying.items() if not path.startswith(files.STAGING_FOLDER)}


class StaleReason(Struct, frozen=True):
    """Why an output would be made anew: a reason as `manifest.reason` ("" = it would not), the facts that have changed,
    and whether its plan, its template or the program has; `facts`: how many it was made of, by `template`."""

    reason: str
    changed_dependencies: tuple[str, ...]
    is_plan_changed: bool
    template: str
    dependency_count: int


def explain_stale_output(found: StaleOutputs, path: str) -> StaleReason:
    """Why the output at `path` would be made anew, or would not."""
    mark = found.previous_manifest.outputs.get(path, UNWRITTEN)
    pairs = ((found.previous_manifest.dependencies[number], found.dependencies[number]) for number in mark.reads)
    changed = tuple(fact for (fact, before), (_, now) in pairs if before != now)
    is_known = path in found.previous_manifest.outputs
    plan = is_known and mark.fingerprint != found.assets.fingerprint_output(found.plans[path], mark.template)
    return StaleReason(found.reasons.get(path, ""), changed, plan, mark.template, len(mark.reads))


def _locate_manifest(folders: BuildFolders) -> Path:
    return files.locate_cache_file(folders.content, "trace", folders.output)


def _locate_view_cache(folders: BuildFolders) -> Path:
    """The folder in which lies what the pages of an output folder show."""
    return files.locate_cache_file(folders.content, "views", folders.output)


def _announce_outputs(before: Manifest, stale: Iterable[str]) -> Manifest:
    return replace(before, outputs={**dict.fromkeys(stale, manifest.UNWRITTEN), **before.outputs})


# --- what is made -----------------------------------------------------------------------------------------------------


def _top_level_names(plans: Iterable[str]) -> set[str]:
    """The names directly below the output folder."""
    return {path.partition("/")[0] for path in plans}


def _check_output_complete(output: Path, plans: Mapping[str, OutputPlan], stale: Sequence[str]) -> None:
    """Raises Removed if files of the site are not there any more: somebody has deleted them meanwhile."""
    if len(stale) * _COMPLETENESS_CHECK_RATIO <= len(plans):
        return
    if not plans.keys() <= files.scan_folder(output, hidden=True).keys():
        raise files.OutputFolderRemoved(str(output))


def _produce_outputs(work: "_OutputProducer", stale: Sequence[str], watch: ProgressCallback,
                     jobs: int) -> list["_ProducedOutput"]:
    """What was made of the outputs that are stale, by several processes: pages first, then photos."""
    watch("write", 0, len(stale))
    photos = [path for path in stale if is_photo_plan(work.stale_outputs.plans[path])]
    pages = [path for path in stale if not is_photo_plan(work.stale_outputs.plans[path])]
    before = sum(work.stale_outputs.previous_manifest.outputs.get(path, manifest.UNWRITTEN).size for path in pages)
    heavy = 2 if before > _HEAVY_BYTES else None
    made = [one for paths, worth in ((pages, heavy), (photos, _PHOTO_WEIGHT))
            for part in map_parallel(work.produce_all, paths, jobs, worth) for one in part]
    watch("write", len(stale), len(stale))
    return made


class _ProducedOutput(NamedTuple):
    """One output that was made: its mark, the facts it used, and whether its file is new."""

    path: str
    entry: OutputEntry
    reads: tuple[str, ...]
    is_new: bool


class _OutputProducer(Struct, frozen=True):
    """All that is needed to make the outputs that are stale; `keeps`: whether to keep what they show."""

    stale_outputs: StaleOutputs
    folders: BuildFolders
    dependencies: DependencyTracker
    caches_views: bool

    def produce_all(self, paths: Sequence[str]) -> list[_ProducedOutput]:
        """Makes and stages the outputs at `paths`."""
        make, packs = self.stale_outputs.assets.create_output_encoder(self.folders), _locate_view_cache(self.folders)
        with files.open_pack_reader(packs) as read, files.open_pack_writer(packs) as add:
            return [self._stage_output(self._load_cached_view(path, read) or self._build_view(path), make, add)
                    for path in paths]

    def _load_cached_view(self, path: str, read: Callable[[PackEntry], bytes]) -> "_RenderableOutput | None":
        """What an output shows, as it was kept; None if that has changed or was not kept."""
        mark = self.stale_outputs.previous_manifest.outputs.get(path, UNWRITTEN)
        if path not in self.stale_outputs.view_unchanged or not mark.cached_view:
            return None
        output = decode_view(path, mark.template, read(mark.cached_view))
        uses = tuple(self.stale_outputs.dependencies[number][0] for number in mark.reads)
        return _RenderableOutput(output, uses, mark.cached_view) if output else None

    def _build_view(self, path: str) -> "_RenderableOutput":
        """What an output shows, worked out."""
        self.dependencies.reads.clear()
        output = self.stale_outputs.plans[path].produce_output()
        return _RenderableOutput(output, self.dependencies.list_reads())

    def _stage_output(self, shown: "_RenderableOutput", make: Callable[[Output], bytes],
                      add: Callable[[bytes], PackEntry | None]) -> _ProducedOutput:
        output = shown.output
        basis = self.stale_outputs.assets.fingerprint_output(self.stale_outputs.plans[output.path], output.template)
        lies, is_new = _stage_if_changed(self.folders.output, output.path, make(output),
                                         self.stale_outputs.output_stats.get(output.path))
        view = shown.cached_view or (add(data) if self.caches_views and (data := encode_view(output)) else None)
        return _ProducedOutput(output.path, OutputEntry(lies.size, lies.mtime, output.template, basis,
                                                        cached_view=view), shown.reads, is_new)


class _RenderableOutput(NamedTuple):
    """An output before it is bytes, the facts that it used, and where what it shows is kept already."""

    output: Output
    reads: tuple[str, ...]
    cached_view: PackEntry | None = None


def _refuse_foreign_files(outputs: Mapping[str, OutputPlan], known: Set[str], lying: Mapping[str, FileStat]) -> None:
    """A folder that holds no site of Yishi's, by what is `known` of it or by its statistics, is not written over.

    Nor is a link, or a file, followed or replaced where the site needs a folder, nor a folder where it needs a file.
    """
    foreign = lying.keys() - outputs.keys()
    if foreign and (in_the_way := foreign & _ancestor_folders(outputs)):
        raise ForeignFile(min(in_the_way))
    if inside := next((path for path in foreign if not outputs.keys().isdisjoint(_iter_parents(path))), ""):
        raise ForeignFile(inside)
    if known or _SITE_MARKER_FILE in lying:
        return
    for path in outputs:
        if path in lying:
            raise ForeignFile(path)


def _ancestor_folders(paths: Iterable[str]) -> set[str]:
    """Every folder that stands above one of these paths."""
    folders = {path.rpartition("/")[0] for path in paths}
    return folders.union(*map(_iter_parents, folders))


def _iter_parents(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _stage_if_changed(folder: Path, path: str, data: bytes, lying: FileStat | None) -> tuple[FileStat, bool]:
    """Stages a file unless it holds `data` already; how it then lies, and whether it is new."""
    if lying and lying.size == len(data) and files.read_file(folder, path) == data:
        return lying, False
    return files.stage_file(folder, path, data), True
