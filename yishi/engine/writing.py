"""Write stale outputs and delete outdated ones.

All new files are staged, and moved into place once every one of them is complete: if anything fails before, such as a
template, the site stays as it was.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import nullcontext
from pathlib import Path
from sys import intern
from typing import NamedTuple

from msgspec import Raw, Struct
from msgspec.structs import replace

from ..core import files
from ..core.dependencies import DependencyTracker
from ..core.hashes import FileStat
from ..core.outputs import Output, OutputPlan
from ..core.parallel import IN_PROCESS, Workers
from ..model.paths import fold_path
from ..model.problems import Problem
from ..site import PageContext, SiteData
from . import manifest
from .assets import BuildFolders, SiteAssets, is_photo_plan, load_assets, prune_photo_cache
from .cache import Cache, group_by_shard
from .content_source import ProgressCallback
from .manifest import FILE_LIST_NAME, MANIFEST, UNWRITTEN, Manifest, OutputEntry
from .view_cache import create_view_stage, decode_view, digest_view, encode_view, get_view_folder

_PHOTO_WEIGHT = 4
"""Weight of a photo for distributing work: converting one takes as long as writing hundreds of pages."""

_COMPLETENESS_CHECK_RATIO = 10
"""If more than one output in this many was written, checking that all outputs exist costs little in comparison."""

_SITE_MARKER_FILE = "data/statistics.json"
"""The file that identifies a site written by Yishi if neither manifest nor file list is left."""


class WriteResult(Struct, frozen=True):
    """How many files were written, unchanged and deleted; `output_stats`: stat of every file in the output folder;
    `unknown_files`: files of a site written by a version without a file list."""

    written: int
    unchanged: int
    removed: int
    is_manifest_saved: bool
    output_stats: Mapping[str, FileStat]
    unknown_files: Sequence[str] = ()


class ForeignFile(Exception):
    """The output folder holds a file that Yishi did not write where one is to be written; holds its path."""


class DuplicateAddress(Exception):
    """Two outputs have the same address; holds the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class StaleOutputs(Struct, frozen=True):
    """The state before anything is written: plans, assets, previous manifest, current dependencies, file stats, and
    which outputs are stale."""

    plans: Mapping[str, OutputPlan]
    assets: SiteAssets
    previous_manifest: Manifest
    dependencies: list[tuple[str, str]]
    output_stats: Mapping[str, FileStat]
    reasons: Mapping[str, str]
    """Stale output → why, as `manifest.find_stale_reason`."""
    view_unchanged: Set[str]
    """Stale outputs whose view is unchanged: only a template or the file itself changed."""
    file_list: bytes
    """The content of the file list in the output folder."""
    known_files: Set[str]
    """Files that earlier builds wrote, according to the manifest and the file list."""


def find_stale_outputs(planned: Sequence[OutputPlan], folders: BuildFolders, tracker: DependencyTracker,
                       shared_fingerprint: str, stats: Mapping[str, FileStat], *, full: bool) -> StaleOutputs:
    """Determine which outputs are stale. Arguments as for `write_site`. Raises DuplicateAddress, ForeignFile,
    InvalidTemplate, OSError."""
    previous = Cache(folders.content).get(MANIFEST, _shard_of(folders), "") or Manifest()
    compared = Manifest() if full else previous
    assets = load_assets(folders, compared, shared_fingerprint, force=full)
    plans = _plans_by_path((*planned, *assets.static_plans))
    file_list = files.read_file_or_empty(folders.output, FILE_LIST_NAME)
    known_files = previous.outputs.keys() | manifest.decode_file_list(file_list)
    _refuse_foreign_files(plans, known_files, stats)
    dependencies = manifest.compute_current_dependencies(compared, tracker, shared_fingerprint)
    changed = manifest.find_changed_dependencies(compared, dependencies)

    def find_reason(path: str, given: OutputPlan) -> str:
        plan, entry = _bind_sizes(given, compared.outputs), compared.outputs.get(path)
        fingerprint = assets.fingerprint_output(plan, entry.template) if entry else None
        return manifest.find_stale_reason(entry, fingerprint, changed, stats.get(path))

    def is_view_unchanged(path: str, entry: OutputEntry) -> bool:
        return (entry.view_digest != "" and changed.isdisjoint(entry.reads)
                and entry.fingerprint == assets.fingerprint_output(plans[path], entry.template,
                                                                   compared.template_fingerprints))

    stale = {files.require_inside(path): reason for path, plan in plans.items() if (reason := find_reason(path, plan))}
    stale |= {path: "changed" for path, plan in plans.items()
              if plan.measures and path not in stale and not stale.keys().isdisjoint(plan.measures)}
    view_unchanged = {path for path in stale if path in compared.outputs and not plans[path].measures
                      and is_view_unchanged(path, compared.outputs[path])}
    return StaleOutputs(plans, assets, previous, dependencies, stats, stale, view_unchanged, file_list, known_files)


def _bind_sizes(plan: OutputPlan, written: Mapping[str, OutputEntry]) -> OutputPlan:
    """`plan` with the sizes of the files that it measures (0 = not written) as its last argument."""
    if not plan.measures:
        return plan
    sizes = tuple(written[path].size if path in written else 0 for path in plan.measures)
    return replace(plan, args=(*plan.args, sizes), measures=())


def write_site(planned: Sequence[OutputPlan], folders: BuildFolders, tracker: DependencyTracker,
               shared_fingerprint: str, stats: Mapping[str, FileStat], progress: ProgressCallback,
               workers: Workers = IN_PROCESS, *, full: bool) -> WriteResult:
    """Make the output folder hold exactly the planned outputs and the static files of the templates.

    `tracker`: dependencies of the outputs; `shared_fingerprint`: of what all outputs depend on; `stats`: of the files
    of the output folder. `full` renders everything again and compares. Files that no earlier build wrote are left
    alone. Raises DuplicateAddress, ForeignFile, InvalidTemplate, files.OutputFolderRemoved, OSError.
    """
    stats = _drop_staged_files(folders.output, stats)
    state = find_stale_outputs(planned, folders, tracker, shared_fingerprint, stats, full=full)
    plans, previous, stale = state.plans, state.previous_manifest, list(state.reasons)
    orphans = [path for path in manifest.list_orphans({*state.known_files, _TEMP_FILE_LIST}, plans) if path in stats]
    view_shards = {path: shard for shard, paths in group_by_shard([*plans, *orphans], get_view_folder).items()
                   for path in paths}
    # record intended writes first, so that a crash is detected
    if orphans or not previous.outputs.keys() >= set(stale):
        Cache(folders.content).put(MANIFEST, _shard_of(folders), "", _announce_outputs(previous, stale))
    announced = manifest.encode_file_list(state.known_files | plans.keys())
    list_stat = stats.get(FILE_LIST_NAME)
    with files.open_staging(folders.output, _top_level_names(plans)) if stale else nullcontext():
        progress("write", 0, len(stale))
        produced = _produce_outputs(state, folders, tracker, view_shards, workers)
        progress("write", len(stale), len(stale))
        list_stat = _write_file_list(folders.output, announced, state.file_list, list_stat)
        files.move_staged(folders.output, (output.path for output in produced if output.is_new))
    _check_output_complete(folders.output, plans, stale)
    if stale or orphans:
        prune_photo_cache(folders.content, plans.values(), state.assets.converter_fingerprint)
    _drop_views(folders, plans, orphans, view_shards)
    removed = files.remove_files(folders.output, orphans)
    entries, dependencies = manifest.number_dependencies({output.path: (output.entry, output.reads)
                                                          for output in produced}, state.dependencies, tracker.digests)
    outputs = {path: entries.get(path) or previous.outputs[path] for path in plans}
    new_manifest = manifest.drop_unused_dependencies(Manifest(outputs, dependencies, state.assets.templates_digest,
                                                              state.assets.template_fingerprints, shared_fingerprint,
                                                              tracker.group_digests))
    list_stat = _write_file_list(folders.output, manifest.encode_file_list(plans), announced, list_stat)
    is_saved = new_manifest == previous or Cache(folders.content).put(MANIFEST, _shard_of(folders), "", new_manifest)
    written = sum(output.is_new for output in produced)
    gone = set(orphans)
    stats = {path: stat for path, stat in state.output_stats.items() if path not in gone}
    stats |= {output.path: FileStat(output.entry.size, output.entry.mtime)
              for output in produced} | {FILE_LIST_NAME: list_stat}
    unknown_files = () if state.known_files else sorted(state.output_stats.keys() - plans.keys() - {FILE_LIST_NAME})
    return WriteResult(written, len(plans) - written, removed, is_saved, stats, unknown_files)


_TEMP_FILE_LIST = f"{FILE_LIST_NAME}.new"
"""Name of the file list until it is complete."""


def _write_file_list(folder: Path, data: bytes, previous: bytes, stat: FileStat | None) -> FileStat:
    """Replace the file list atomically unless it already has this content; returns its stat."""
    return stat if stat and data == previous else files.write_file_atomically(folder, FILE_LIST_NAME, _TEMP_FILE_LIST,
                                                                              data)


def _plans_by_path(plans: Iterable[OutputPlan]) -> dict[str, OutputPlan]:
    """Address → its plan. Raises DuplicateAddress if two would be the same file on some system."""
    plan_of: dict[str, OutputPlan] = {}
    for plan in plans:
        other = plan_of.setdefault(fold_path(plan.path), plan)
        if other is not plan:
            raise DuplicateAddress(_duplicate_address_problem(plan, other))
    return {plan.path: plan for plan in plan_of.values()}


def _duplicate_address_problem(plan: OutputPlan, other: OutputPlan) -> Problem:
    origin, beside = sorted((plan.origin, other.origin), reverse=True)
    values = (("key", f"/{plan.path}"), ("found", origin), ("allowed", beside))
    return Problem(origin or "site.yaml", 1, 1, "address_twice" if beside else "address_of_site", values)


def _drop_staged_files(output: Path, stats: Mapping[str, FileStat]) -> Mapping[str, FileStat]:
    """File stats after deleting what a killed build had staged."""
    if not any(path.startswith(files.STAGING_FOLDER) for path in stats):
        return stats
    files.drop_staged(output)
    return {path: stat for path, stat in stats.items() if not path.startswith(files.STAGING_FOLDER)}


class StaleReason(Struct, frozen=True):
    """Why an output is stale: a reason as returned by `find_stale_reason` ("" if up to date), the changed
    dependencies, whether plan, template or program changed, and the number of its dependencies."""

    reason: str
    changed_dependencies: tuple[str, ...]
    is_plan_changed: bool
    template: str
    dependency_count: int


def explain_stale_output(state: StaleOutputs, path: str) -> StaleReason:
    """Why the output at `path` is stale, or that it is not."""
    entry = state.previous_manifest.outputs.get(path, UNWRITTEN)
    pairs = ((state.previous_manifest.dependencies[number], state.dependencies[number]) for number in entry.reads)
    changed = tuple(fact for (fact, before), (_, now) in pairs if before != now)
    is_known = path in state.previous_manifest.outputs
    plan = _bind_sizes(state.plans[path], state.previous_manifest.outputs)
    is_plan_changed = is_known and entry.fingerprint != state.assets.fingerprint_output(plan, entry.template)
    return StaleReason(state.reasons.get(path, ""), changed, is_plan_changed, entry.template, len(entry.reads))


def _shard_of(folders: BuildFolders) -> str:
    """The shard of the cache for what is kept of an output folder."""
    return str(folders.output.resolve())


def _drop_views(folders: BuildFolders, plans: Mapping[str, OutputPlan], orphans: Iterable[str],
                view_shards: Mapping[str, str]) -> None:
    """Delete the cached views of outputs that the site no longer has: they may have been withdrawn."""
    cache, stage = Cache(folders.content), create_view_stage(folders.output)
    for shard in {view_shards[path] for path in orphans}:
        if views := cache.get(stage, shard, ""):
            cache.put(stage, shard, "", {path: view for path, view in views.items() if path in plans})
    if orphans:
        cache.prune(stage, {view_shards[path] for path in plans})


def _announce_outputs(previous: Manifest, stale: Iterable[str]) -> Manifest:
    return replace(previous, outputs={**dict.fromkeys(stale, manifest.UNWRITTEN), **previous.outputs})


# --- producing outputs ------------------------------------------------------------------------------------------------


def _top_level_names(plans: Iterable[str]) -> set[str]:
    """Names directly below the output folder."""
    return {path.partition("/")[0] for path in plans}


def _check_output_complete(output: Path, plans: Mapping[str, OutputPlan], stale: Sequence[str]) -> None:
    """Raises files.OutputFolderRemoved if files of the site were deleted during the build."""
    if len(stale) * _COMPLETENESS_CHECK_RATIO <= len(plans):
        return
    if not plans.keys() <= files.scan_folder(output, hidden=True).keys():
        raise files.OutputFolderRemoved(str(output))


class _StaleOutput(Struct, frozen=True):
    """An output to be produced: its plan, the stat of its file, and if its view is unchanged the manifest entry with
    the reads of the last build. `source`: number of the plan's source among those shared, -1 for the plan's own."""

    plan: OutputPlan
    source: int
    stat: FileStat | None
    entry: OutputEntry | None
    reads: tuple[str, ...]


class _Batch(Struct, frozen=True):
    """Stale outputs whose views are cached in one shard ("": in none)."""

    shard: str
    outputs: list[_StaleOutput]


class _RenderInputs(Struct, frozen=True):
    """What all outputs are produced with; `sources`: the site data in each language."""

    assets: SiteAssets
    folders: BuildFolders
    dependencies: DependencyTracker
    sources: tuple[object, ...]


class _ProducedOutput(NamedTuple):
    """One output as produced: its manifest entry, the dependencies read, and whether its file is new."""

    path: str
    entry: OutputEntry
    reads: tuple[str, ...]
    is_new: bool


def _produce_outputs(state: StaleOutputs, folders: BuildFolders, tracker: DependencyTracker,
                     view_shards: Mapping[str, str], workers: Workers) -> list[_ProducedOutput]:
    """Produce and stage the stale outputs: pages and photos by workers, meanwhile here what is finished already, and at
    the end what tells the size of other files."""
    sources = {id(plan.source): plan.source for path in state.reasons for plan in (state.plans[path],)
               if isinstance(plan.source, SiteData | PageContext)}
    inputs = _RenderInputs(replace(state.assets, static_plans=()), folders, tracker, tuple(sources.values()))
    tracker.reads.clear()  # those of planning are no output's, and need not go to other processes
    numbers = {source: number for number, source in enumerate(sources)}
    shared: defaultdict[str, list[_StaleOutput]] = defaultdict(list)
    own: list[_Batch] = []
    last: list[_StaleOutput] = []
    for path in state.reasons:
        output = _describe_output(state, path, numbers)
        if output.plan.measures:
            last.append(output)
        elif output.plan.digest:
            own.append(_Batch("", [output]))
        else:
            shared[view_shards[path]].append(output)
    batches = [_Batch(shard, outputs) for shard, outputs in shared.items()]
    with workers.start(_produce_batches, inputs, batches, _weigh(state)) as results:
        produced = _produce_batches(inputs, own)
        for part in results:
            produced += (output._replace(reads=tuple(map(intern, output.reads))) for output in part)
    written = {**state.previous_manifest.outputs, **{output.path: output.entry for output in produced}}
    bound = [replace(output, plan=_bind_sizes(output.plan, written)) for output in last]
    return produced + _produce_batches(inputs, [_Batch("", bound)])


def _weigh(state: StaleOutputs) -> int:
    """How many pages the stale outputs stand for."""
    return sum(_PHOTO_WEIGHT if is_photo_plan(state.plans[path]) else 1 for path in state.reasons)


def _describe_output(state: StaleOutputs, path: str, numbers: Mapping[int, int]) -> _StaleOutput:
    plan, entry = state.plans[path], state.previous_manifest.outputs.get(path)
    number = numbers.get(id(plan.source), -1)
    reads = [state.dependencies[read][0] for read in entry.reads] if entry and path in state.view_unchanged else []
    return _StaleOutput(plan if number < 0 else replace(plan, source=None), number, state.output_stats.get(path),
                        entry if path in state.view_unchanged else None, tuple(reads))


def _produce_batches(inputs: _RenderInputs, batches: Sequence[_Batch]) -> list[_ProducedOutput]:
    """Produce and stage the outputs of these batches."""
    encode = inputs.assets.create_output_encoder(inputs.folders)
    return [output for batch in batches for output in _produce_batch(inputs, batch, encode)]


def _produce_batch(inputs: _RenderInputs, batch: _Batch,
                   encode: Callable[[Output], bytes]) -> Iterator[_ProducedOutput]:
    cache, stage = Cache(inputs.folders.content), create_view_stage(inputs.folders.output)
    known = (cache.get(stage, batch.shard, "") if batch.shard else None) or {}
    views = dict(known)
    for output in batch.outputs:
        yield _stage_output(inputs, output, _load_cached_view(output, views) or _build_view(inputs, output), encode,
                            views)
    if views != known:
        cache.put(stage, batch.shard, "", views)


def _load_cached_view(output: _StaleOutput, views: Mapping[str, Raw]) -> "_RenderableOutput | None":
    """The cached view of an output; None if it changed or was not cached."""
    path, entry = output.plan.path, output.entry
    if entry is None or path not in views or digest_view(views[path]) != entry.view_digest:
        return None
    view = decode_view(path, entry.template, views[path])
    return _RenderableOutput(view, output.reads, entry.view_digest) if view else None


def _build_view(inputs: _RenderInputs, output: _StaleOutput) -> "_RenderableOutput":
    """The view of an output, built anew, with the dependencies read."""
    inputs.dependencies.reads.clear()
    plan = output.plan if output.source < 0 else replace(output.plan, source=inputs.sources[output.source])
    return _RenderableOutput(plan.produce_output(), inputs.dependencies.list_reads())


def _stage_output(inputs: _RenderInputs, stale: _StaleOutput, rendered: "_RenderableOutput",
                  encode: Callable[[Output], bytes], views: dict[str, Raw]) -> _ProducedOutput:
    output = rendered.output
    fingerprint = inputs.assets.fingerprint_output(stale.plan, output.template)
    stat, is_new = _stage_if_changed(inputs.folders.output, output.path, encode(output), stale.stat)
    view_digest = rendered.view_digest
    if not view_digest and (data := encode_view(output)):
        views[output.path], view_digest = Raw(data), digest_view(data)
    return _ProducedOutput(output.path, OutputEntry(stat.size, stat.mtime, output.template, fingerprint,
                                                    view_digest=view_digest), rendered.reads, is_new)


class _RenderableOutput(NamedTuple):
    """An output before rendering, its recorded reads, and the digest of its cached view ("" if none is)."""

    output: Output
    reads: tuple[str, ...]
    view_digest: str = ""


def _refuse_foreign_files(outputs: Mapping[str, OutputPlan], known_files: Set[str],
                          stats: Mapping[str, FileStat]) -> None:
    """Refuse to overwrite files of a folder that holds no Yishi site, to follow or replace a link or file where the
    site needs a folder, or a folder where it needs a file."""
    foreign = stats.keys() - outputs.keys() - {FILE_LIST_NAME}
    if foreign and (in_the_way := foreign & _ancestor_folders(outputs)):
        raise ForeignFile(min(in_the_way))
    if inside := next((path for path in foreign if not outputs.keys().isdisjoint(_iter_parents(path))), ""):
        raise ForeignFile(inside)
    if known_files or _SITE_MARKER_FILE in stats:
        return
    for path in outputs:
        if path in stats:
            raise ForeignFile(path)


def _ancestor_folders(paths: Iterable[str]) -> set[str]:
    """Every folder above one of these paths."""
    folders: set[str] = set()
    for path in paths:
        for folder in _iter_parents(path):
            if folder in folders:
                break
            folders.add(folder)
    return folders


def _iter_parents(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _stage_if_changed(folder: Path, path: str, data: bytes, stat: FileStat | None) -> tuple[FileStat, bool]:
    """Stage a file unless it already has this content; returns its stat and whether it is new."""
    if stat and stat.size == len(data) and files.read_file(folder, path) == data:
        return stat, False
    return files.stage_file(folder, path, data), True
