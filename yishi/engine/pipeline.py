"""`check` and `build`: from a content folder to a site, step by step."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import date, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from ..analysis.snapshots import StatisticsSnapshot
from ..analysis.statistics import Statistics, compute_statistics
from ..analysis.statistics.checks import check_expected, check_names
from ..analysis.summaries import RecordSummary
from ..content import git
from ..content.change_log import ChangeLog, ChangesByRecord, parse_change_log
from ..content.images import CODEC_VERSIONS, plan_renditions
from ..content.load import locate_findings, read_records
from ..content.placement import check_attachments, check_ignored_names, check_portable_names, check_record_locations
from ..content.privacy import list_exposed_files, mask_problem
from ..content.yaml_source import SourceFile
from ..core import files, hashes
from ..core.dependencies import DependencyTracker, LazyDict
from ..core.hashes import FileStat, FolderSnapshot
from ..core.outputs import OutputPlan, Rendition
from ..core.parallel import IN_PROCESS, Workers, open_cluster, open_workers
from ..core.traditional import describe_converter
from ..exports import build_attachment, build_photo, plan_exports
from ..library import Library
from ..library.withholding import SelectedRecords, link_until_stable, select_records
from ..model.boundaries import Outline
from ..model.keys import key_table
from ..model.kinds import KINDS
from ..model.paths import RecordLocation, is_photo_name, locate_records
from ..model.problems import Finding, Problem, limit_problems, select_errors
from ..model.records import DEFAULT_METHOD, Place, Site
from ..model.records.limits import DEFAULT_LIMITS, MAX_PROBLEMS, Limits
from ..model.times import get_time_zone
from ..site import SiteData, build_site_data, build_withdrawal_page, plan_site
from .assets import BuildFolders
from .attachments import find_changed_snapshots, inspect_attachments, list_boundary_files, read_snapshots
from .cache import Cache, CacheStage
from .content_source import ContentSource, ProgressCallback, open_content, override_files
from .file_index import FILE_INDEX, FileEntry, FileIndex, forget_recent_stats, select_fit_names
from .parse_cache import explain_link, load_collation_keys, parse_record_files, save_parsed_files
from .search_index import plan_search_index
from .summary_cache import compute_own_breakdowns, compute_place_totals, create_cached_resolver
from .writing import WriteResult, write_site


class BuildOptions(Struct, frozen=True):
    """Everything a build depends on besides files. The only place where the current time and the site address enter.

    `as_of` None: the day of `now` in the site's time zone; `base_url` None: that of site.yaml; `jobs`: number of
    processes; `start_method`: as `parallel.open_workers`; `cluster`: address of a Dask scheduler, "" for none;
    `revision`: name of the state of the records, such as a commit; "" if none.
    """

    folders: BuildFolders
    now: datetime
    as_of: date | None = None
    base_url: str | None = None
    jobs: int = 1
    start_method: str = ""
    cluster: str = ""
    drafts: bool = False
    full: bool = False
    skip_invalid: bool = False
    search: bool = True
    revision: str = ""
    history: bool = False


class CheckedContent(Struct, frozen=True):
    """The linked records of a content folder and their problems; `attachment_digests`: content file → digest;
    `snapshots`: frozen statistics by name; `card_font`: that of share cards, None if there are none."""

    library: Library
    as_of: date
    problems: tuple[Problem, ...]
    attachment_digests: Mapping[str, str]
    program_fingerprint: str
    file_stats: Mapping[str, FileStat]
    snapshots: Mapping[str, StatisticsSnapshot] = field(default_factory=dict)
    card_font: files.FontFile | None = None


class BuildReport(Struct, frozen=True):
    """What a build found and did. `write_result` is None if nothing was written; `phase_seconds`: phase → seconds;
    `change_log`: the history read from Git."""

    checked: CheckedContent
    record_counts: Mapping[str, int]
    write_result: WriteResult | None = None
    phase_seconds: Mapping[str, float] = field(default_factory=dict)
    plans: Sequence[OutputPlan] = ()
    change_log: ChangeLog = ChangeLog()


def _ignore_progress(phase: str, done: int, total: int) -> None:
    """Progress callback that does nothing."""


def build(options: BuildOptions, progress: ProgressCallback = _ignore_progress,
          content: FolderSnapshot | None = None) -> BuildReport:
    """Build the site. If the content has errors, nothing is written unless invalid records are skipped.

    `content`: a snapshot of the content folder, if one was taken already. Raises InvalidTemplate if a template is
    wrong, DuplicateAddress if two outputs have one address, OSError if the output folder cannot be written, Busy if
    another build is writing to it.
    """
    with (files.lock_output(options.folders.content, options.folders.output),
          _open_workers(options) as workers):
        return _build_locked(options, progress, open_content(options.folders.content, content), workers)


def _open_workers(options: BuildOptions) -> AbstractContextManager[Workers]:
    return (open_cluster(options.cluster, fingerprint_program) if options.cluster
            else open_workers(options.jobs, options.start_method))


def fingerprint_program() -> str:
    """The digest of the program, of Python and of the libraries: with another, everything is built anew."""
    return files.compute_program_fingerprint(CODEC_VERSIONS)


def _build_locked(options: BuildOptions, progress: ProgressCallback, source: ContentSource,
                  workers: Workers) -> BuildReport:
    times = [time.perf_counter()]
    with ThreadPoolExecutor(1) as thread:  # scanned while the content is checked
        scan = thread.submit(files.scan_folder, options.folders.output, hidden=True)
        checked = check_source(source, options, progress, workers)
        output_stats = scan.result()
    times.append(time.perf_counter())
    records = _count_records(checked.library)
    if select_errors(checked.problems) and not options.skip_invalid:
        return BuildReport(checked, records, phase_seconds=_seconds_of_phases(times))
    change_log = read_change_log(checked, options)
    plans, dependencies, shared_fingerprint = plan_outputs(checked, options, change_log.changes)
    times.append(time.perf_counter())
    write_result = write_site(plans, options.folders, dependencies, shared_fingerprint, output_stats, progress,
                              workers, full=options.full)
    times.append(time.perf_counter())
    return BuildReport(checked, records, write_result, _seconds_of_phases(times), plans, change_log)


def check(options: BuildOptions, progress: ProgressCallback = _ignore_progress,
          overrides: Mapping[str, bytes] = MappingProxyType({})) -> CheckedContent:
    """Read, link and check all records of the content folder; `overrides`: file → the bytes to use in place of those
    on disk."""
    source = open_content(options.folders.content)
    if overrides:
        return check_source(override_files(source, overrides), options, progress)
    with _open_workers(options) as workers:
        return check_source(source, options, progress, workers)


def check_source(source: ContentSource, options: BuildOptions, progress: ProgressCallback = _ignore_progress,
                 workers: Workers = IN_PROCESS) -> CheckedContent:
    """As `check`, for any source of content, such as an earlier commit; with workers it must be picklable."""
    file_stats, locations = source.file_stats, locate_records(source.file_stats)
    limits = _read_limits(source, locations)
    program_fingerprint = fingerprint_program() + ("" if limits == DEFAULT_LIMITS else f" {limits!r}")
    cache = Cache(source.folder, is_read=not options.full, is_written=source.writes_cache)
    previous_index = cache.get(FILE_INDEX, "", program_fingerprint) or FileIndex()
    parsed = parse_record_files(source, locations, previous_index, cache, program_fingerprint, progress, workers,
                                limits)
    location_problems = [*check_record_locations(locations), *check_portable_names(file_stats),
                         *check_ignored_names(source.unusable, source.leftovers)]
    selected = select_records(parsed.readings, locations, location_problems, drafts=options.drafts)
    parsed = save_parsed_files(parsed, selected.kinds, cache, program_fingerprint)
    as_of = options.as_of or day_at(options.now, selected.site)
    keys = {locations[file].path: key for file, key in parsed.list_keys().items()}
    resolve = create_cached_resolver(cache, program_fingerprint, keys, workers)
    collation_keys = load_collation_keys(cache, program_fingerprint, _names_of_places_without_code(selected))
    library, findings, withheld = link_until_stable(selected, file_stats, as_of, resolve, collation_keys.__getitem__)
    parsed = save_parsed_files(parsed, library.link_context.records, cache, program_fingerprint)
    attachments = inspect_attachments(source, library, previous_index)
    library = replace(library, renditions=_photo_renditions(library, attachments.entries),
                      boundaries=_collect_boundaries(library, attachments.entries))
    unused_problems = [explain_link(source, problem) for problem in check_attachments(
        file_stats, locations, set(library.attachments.values()))]
    if withheld.invalid:  # withheld records may refer to these files
        refused_files = {one.values[:1] for one in findings if one.code == "file_kind"}
        unused_problems = [one for one in unused_problems if one.code != "unused_attachment"
                           and one.values[:1] not in refused_files]
    snapshots, snapshot_problems = read_snapshots(source)
    if options.history and snapshots:
        snapshot_problems += find_changed_snapshots(source, snapshots, cache)
    has_cards = library.site.share_cards and bool(_choose_address(library.site, options))
    card_font = _choose_card_font(library.site, options.folders.content) if has_cards else None
    all_findings = (*findings, *check_names(library), *check_expected(library, as_of),
                    *([Finding("site", ("share_cards",), "no_card_font", level="warning")]
                      if has_cards and not card_font else ()))
    problems = [*snapshot_problems, *(problem for reading in parsed.readings.values()
                                      for problem in reading.problems), *location_problems, *attachments.problems,
                *unused_problems, *_locate_findings(all_findings, locations, source)]
    told = {problem.path for problem in attachments.problems}  # to be told again
    kept = {file: entry for file, entry in attachments.entries.items() if file not in told}
    entries = {**parsed.entries, **kept}
    index = forget_recent_stats(FileIndex(select_fit_names(entries) if list_exposed_files(problems) else entries),
                                source.taken_at)
    if index != previous_index:
        cache.put(FILE_INDEX, "", program_fingerprint, index)
    attachment_digests = {file: entry.digest for file, entry in attachments.entries.items()}
    told_problems = map(mask_problem, limit_problems(set(problems), MAX_PROBLEMS))
    return CheckedContent(library, as_of, tuple(sorted(told_problems)), attachment_digests, program_fingerprint,
                          file_stats, snapshots, card_font)


def _choose_card_font(site: Site, content: Path) -> files.FontFile | None:
    """The font of share cards; that of Pillow is enough for a site without Chinese. None if there is none."""
    from ..rendering.share_cards import has_chinese  # few sites have cards

    found = next((font for font in files.find_fonts(content) if has_chinese(font)), None)
    is_chinese = any(tag.startswith("zh") for tag in site.languages)
    return found if found or is_chinese else files.FontFile()


def _read_limits(source: ContentSource, locations: Mapping[str, RecordLocation]) -> Limits:
    """The limits that the site sets; those of any site if it sets none, or wrong ones, which are told elsewhere."""
    file = next((file for file, location in locations.items() if location.kind == "site"), "")
    try:
        data = source.read_file(file) if file else b""
        names = key_table(Site).names
        if not any(name.encode() in data for name, key in names.items() if key == "limits"):  # spares reading it twice
            return DEFAULT_LIMITS
        limits = read_records(SourceFile(file, data), locations[file]).entries[""].get("limits")
        return Limits.model_validate(limits or {})
    except (OSError, KeyError, ValueError):
        return DEFAULT_LIMITS


def _names_of_places_without_code(selected: SelectedRecords) -> list[str]:
    """Names of the places without a code, which are sorted by name."""
    places = (selected.records[path] for path, kind in selected.kinds.items() if kind == "place")
    return [place.name for place in places if isinstance(place, Place) and place.code is None]


def summarise_content(checked: CheckedContent, content: Path, *, full: bool = False,
                      writes_cache: bool = True) -> tuple[dict[str, RecordSummary], Statistics]:
    """Summaries of all issues and cases, and all statistics.

    Caches are stored for `content`; `writes_cache=False` leaves them as they are.
    """
    summaries: Mapping[str, RecordSummary] = checked.library.summaries
    cache = Cache(content, is_read=not full, is_written=writes_cache)
    totals = compute_place_totals(cache, checked.program_fingerprint, summaries)
    return dict(summaries), compute_statistics(checked.library, totals, checked.as_of)


_CHANGE_LOG = CacheStage("history", ChangeLog)


def read_change_log(checked: CheckedContent, options: BuildOptions) -> ChangeLog:
    """Changes of all records up to the day of the report, from Git; cached by repository state, personal data
    masked."""
    content, site = options.folders.content, checked.library.site
    repository_state = git.compute_repository_state(content)
    if not options.history or not repository_state:
        return ChangeLog(error_code="no_repository" if options.history else "")
    fingerprint = f"{checked.program_fingerprint} {repository_state} {site.timezone} {checked.as_of}"
    cache = Cache(content, is_read=not options.full)
    if cached := cache.get(_CHANGE_LOG, "", fingerprint):
        return cached
    try:
        change_log = parse_change_log(git.read_git_log(content), get_time_zone(site.timezone), checked.as_of)
    except git.GitUnavailable as refused:  # Git may be able to tell the next time
        return ChangeLog(error_code=refused.code, error_detail=refused.detail)
    cache.put(_CHANGE_LOG, "", fingerprint, change_log)
    return change_log


def _photo_renditions(library: Library, entries: Mapping[str, FileEntry]) -> dict[str, tuple[Rendition, ...]]:
    """Photo that can be shown → the renditions published in its place."""
    return {path: plan_renditions(path, pixels, avif=library.site.avif)
            for path, file in library.attachments.items() if file in entries and (pixels := entries[file].pixels)}


def _collect_boundaries(library: Library, entries: Mapping[str, FileEntry]) -> dict[str, Outline]:
    """Location → its boundary, from its record or from the file that it names."""
    files_of = {path: library.attachments[output] for path, output in list_boundary_files(library).items()}
    read = {path: entry.outline for path, file in files_of.items() if (entry := entries.get(file)) and entry.outline}
    return {**library.boundaries, **read}


def day_at(now: datetime, site: Site) -> date:
    """The local date of `now` in the time zone of the site."""
    return now.astimezone(get_time_zone(site.timezone)).date()


def _count_records(library: Library) -> dict[str, int]:
    """Kind of record → number of published records."""
    kinds = sorted((kind for kind in KINDS if kind != "site"), key=lambda kind: not KINDS[kind].is_placed)
    return {kind: len(library.of_kind(kind).keys() - {DEFAULT_METHOD}) for kind in kinds}


def _seconds_of_phases(times: Sequence[float]) -> dict[str, float]:
    phases = zip(("read", "plan", "write"), pairwise(times), strict=False)
    return {phase: after - before for phase, (before, after) in phases}


# --- problems ---------------------------------------------------------------------------------------------------------


def _locate_findings(findings: Iterable[Finding], locations: Mapping[str, RecordLocation],
                     source: ContentSource) -> Iterator[Problem]:
    """Findings about records as problems with the position in their file."""
    file_of = {location.path: file for file, location in locations.items()}
    by_file: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if file := file_of.get(finding.record) or file_of.get(finding.record.rpartition("/")[0]):
            by_file[file].append(finding)
    for file, found in by_file.items():
        yield from (Problem(file, *finding.position, finding.code, finding.values, level=finding.level)
                    for finding in found if finding.position)
        if unlocated := [finding for finding in found if not finding.position]:
            yield from locate_findings(unlocated, SourceFile(file, source.read_file(file)), locations[file])


# --- outputs ----------------------------------------------------------------------------------------------------------


def get_site_address(checked: CheckedContent, options: BuildOptions) -> str:
    """The address of the site, ending in a slash; "" if unknown."""
    base_url = _choose_address(checked.library.site, options)
    return f"{base_url.rstrip('/')}/" if base_url else ""


def _choose_address(site: Site, options: BuildOptions) -> str:
    return options.base_url if options.base_url is not None else site.base_url or ""


def assemble_site_data(checked: CheckedContent, options: BuildOptions, summaries: Mapping[str, RecordSummary],
                       statistics: Statistics, changes: ChangesByRecord | None = None) -> SiteData:
    """The data of the site. `summaries`: those of all issues and cases; `changes`: the changes of all records."""
    cache = Cache(options.folders.content, is_read=not options.full)
    breakdowns = LazyDict(("",), partial(compute_own_breakdowns, cache, checked.program_fingerprint, summaries))
    locations = locate_records(checked.file_stats) if checked.library.site.repository else {}
    return build_site_data(checked.library, summaries, statistics, breakdowns, checked.snapshots, changes,
                           {location.path: file for file, location in locations.items()})


def plan_outputs(checked: CheckedContent, options: BuildOptions,
                 changes: ChangesByRecord | None = None) -> tuple[list[OutputPlan], DependencyTracker, str]:
    """Plans of all outputs but the static files, the dependency tracker, and the fingerprint of what all outputs
    depend on.

    `changes`: the changes of all records, if they were read already.
    """
    library, base_url, folders = checked.library, get_site_address(checked, options), options.folders
    summaries, statistics = summarise_content(checked, folders.content, full=options.full)
    changes = read_change_log(checked, options).changes if changes is None else changes
    site_data = assemble_site_data(checked, options, summaries, statistics, changes)
    index = plan_search_index(library, summaries, site_data.record_lists.date_of, checked.program_fingerprint,
                              Cache(folders.content, is_read=not options.full),
                              folders.output) if options.search else []
    guides, content_model = files.read_guides(), files.read_content_model()
    pages = list(plan_site(site_data, base_url=base_url, problems=select_errors(checked.problems),
                           search=options.search, has_change_log=bool(changes), revision=options.revision,
                           guides=guides, content_model=content_model, card_font=checked.card_font))
    exports = list(plan_exports(site_data, [page.path for page in pages if page.produce is not build_withdrawal_page],
                                base_url))
    attachments = [OutputPlan(path, build_attachment, None, (path, file, digest), origin=file)
                   for path, file in library.attachments.items()
                   if (digest := checked.attachment_digests.get(file)) and not is_photo_name(file)]
    photo_files = ((library.attachments[path], renditions) for path, renditions in library.renditions.items())
    photos = [OutputPlan(rendition.path, build_photo, None, (rendition, file, checked.attachment_digests[file]),
                         origin=file) for file, renditions in photo_files for rendition in renditions]
    shared_inputs = (checked.program_fingerprint, describe_converter(library.site.languages), checked.as_of, base_url,
                     options.search, bool(changes),
                     sorted(guides), bool(content_model), bool(checked.card_font), library.site, library.methods,
                     [(path, place.method) for path, place in library.places.items()])
    plans = [*exports, *pages, *attachments, *photos, *index]
    return plans, site_data.dependencies, hashes.compute_digest(repr(shared_inputs).encode())
