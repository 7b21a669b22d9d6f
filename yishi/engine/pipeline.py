"""`check` and `build`: the whole way from a content folder to a site, top to bottom."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo, available_timezones

from msgspec import Struct, field
from msgspec.structs import replace

from ..analysis.snapshots import StatisticsSnapshot
from ..analysis.statistics import Statistics, compute_statistics
from ..analysis.statistics.checks import check_expected, check_names
from ..analysis.summaries import RecordSummary
from ..content import git
from ..content.change_log import ChangeLog, ChangesByRecord, parse_change_log
from ..content.images import CODEC_VERSIONS, plan_renditions
from ..content.load import locate_finding
from ..content.placement import check_attachments, check_ignored_names, check_portable_names, check_record_locations
from ..content.privacy import mask_personal_data
from ..content.yaml_source import SourceFile
from ..core import files, hashes
from ..core.dependencies import DependencyTracker, LazyDict
from ..core.hashes import FileStat, FolderSnapshot
from ..core.outputs import OutputPlan, Rendition
from ..core.parallel import MIN_PARALLEL_ITEMS, run_in_background
from ..core.traditional import describe_converter
from ..exports import build_attachment, build_photo, plan_exports
from ..library import Library
from ..library.withholding import SelectedRecords, link_until_stable, select_records
from ..model.kinds import KINDS
from ..model.paths import RecordLocation, is_photo_name, locate_records
from ..model.problems import Finding, Problem, select_errors
from ..model.records import DEFAULT_METHOD, Place, Site
from ..site import SiteData, build_site_data, build_withdrawal_page, plan_site
from . import cache
from .assets import BuildFolders
from .cache import FileEntry, FileIndex, open_cache_tables
from .content_source import ContentSource, ProgressCallback, open_content, override_files
from .parse_cache import (
    get_cache_table_name,
    inspect_attachments,
    load_collation_keys,
    parse_record_files,
    read_snapshots,
)
from .search_index import plan_search_index
from .summary_cache import compute_own_breakdowns, compute_place_totals, create_cached_resolver
from .writing import WriteResult, write_site


class BuildOptions(Struct, frozen=True):
    """All that a build depends on besides the files: here alone the clock and the address come in.

    `as_of` None: the day of `now` in the site's time zone; `base_url` None: that of site.yaml; `jobs`: processes;
    `revision`: what the state of the records is called, "" = nothing.
    """

    folders: BuildFolders
    now: datetime
    as_of: date | None = None
    base_url: str | None = None
    jobs: int = 1
    drafts: bool = False
    full: bool = False
    skip_invalid: bool = False
    search: bool = True
    revision: str = ""
    history: bool = False


class CheckedContent(Struct, frozen=True):
    """The records of a content folder, linked, and what is wrong; `hashes`: content file → its digest; `frozen`: the
    numbers that are kept as they were published, by name."""

    library: Library
    as_of: date
    problems: tuple[Problem, ...]
    attachment_digests: Mapping[str, str]
    program_fingerprint: str
    file_stats: Mapping[str, FileStat]
    snapshots: Mapping[str, StatisticsSnapshot] = field(default_factory=dict)


class BuildReport(Struct, frozen=True):
    """What a build found and did. `published` None: nothing was written; `seconds`: phase → how long it took;
    `past`: what Git told."""

    checked: CheckedContent
    record_counts: Mapping[str, int]
    write_result: WriteResult | None = None
    phase_seconds: Mapping[str, float] = field(default_factory=dict)
    plans: Sequence[OutputPlan] = ()
    change_log: ChangeLog = ChangeLog()


def _ignore_progress(phase: str, done: int, total: int) -> None:
    """Watches nothing."""


def build(options: BuildOptions, watch: ProgressCallback = _ignore_progress,
          content: FolderSnapshot | None = None) -> BuildReport:
    """Builds the site; with errors in the content nothing is written, unless invalid records are skipped.

    `content`: how the files of the content folder lie, where somebody has looked already.
    Raises TemplateMistake if a template is wrong, AddressTaken if two outputs have one address, OSError if the output
    folder cannot be written, Busy if another build is writing to it.
    """
    with files.lock_output(options.folders.content, options.folders.output):
        return _build_locked(options, watch, open_content(options.folders.content, content))


def _build_locked(options: BuildOptions, watch: ProgressCallback, stock: ContentSource) -> BuildReport:
    times = [time.perf_counter()]
    helping = options.jobs if len(stock.file_stats) >= MIN_PARALLEL_ITEMS else 1
    # looked at meanwhile
    site = run_in_background(partial(files.scan_folder, options.folders.output, hidden=True), helping)
    checked = check_source(stock, options, watch)
    lying = site()
    times.append(time.perf_counter())
    records = _count_records(checked.library)
    if select_errors(checked.problems) and not options.skip_invalid:
        return BuildReport(checked, records, phase_seconds=_seconds_of_phases(times))
    past = read_change_log(checked, options)
    plans, facts, ground = plan_outputs(checked, options, past.changes)
    times.append(time.perf_counter())
    published = write_site(plans, options.folders, facts, ground, lying, watch, full=options.full, jobs=options.jobs)
    times.append(time.perf_counter())
    return BuildReport(checked, records, published, _seconds_of_phases(times), plans, past)


def check(options: BuildOptions, watch: ProgressCallback = _ignore_progress,
          instead: Mapping[str, bytes] = MappingProxyType({})) -> CheckedContent:
    """Reads, links and checks all records of the content folder; `instead`: file → what it would say."""
    stock = open_content(options.folders.content)
    return check_source(override_files(stock, instead) if instead else stock, options, watch)


def check_source(stock: ContentSource, options: BuildOptions,
                 watch: ProgressCallback = _ignore_progress) -> CheckedContent:
    """The same of what a content folder holds, or held."""
    content, found = stock.folder, stock.file_stats
    slots = locate_records(found)
    code = files.compute_program_fingerprint(CODEC_VERSIONS)
    cache_path = files.locate_cache_file(content, "index", content)
    before = FileIndex(code) if options.full else cache.decode_file_index(files.read_cache(cache_path), code)
    shelves = {"", *map(get_cache_table_name, slots.values())}
    kept = open_cache_tables(content, "readings", code, shelves, full=options.full, keeps=stock.writes_cache)
    readings = parse_record_files(stock, slots, before, kept, watch, options.jobs)
    misplaced = [*check_record_locations(slots), *check_portable_names(found),
                 *check_ignored_names(stock.unusable, stock.leftovers)]
    intake = select_records(readings.readings, slots, misplaced, drafts=options.drafts)
    as_of = options.as_of or day_at(options.now, intake.site)
    keys = {slots[file].path: key for file, key in readings.keys.items()}
    resolve = create_cached_resolver(content, code, keys, options.jobs, full=options.full, keeps=stock.writes_cache)
    orders = load_collation_keys(content, code, _names_of_places_without_code(intake), full=options.full,
                                 keeps=stock.writes_cache)
    library, findings, withheld = link_until_stable(intake, found, as_of, resolve, orders.__getitem__)
    attachments = inspect_attachments(stock, library, before)
    library = replace(library, renditions=_photo_renditions(library, attachments.entries))
    unread = list(check_attachments(found, slots, set(library.attachments.values())))
    if withheld.invalid:  # they may name files of their own
        refused = {one.values[:1] for one in findings if one.code in ("file_kind", "photo_heic")}
        unread = [one for one in unread if one.code != "unused_attachment" and one.values[:1] not in refused]
    frozen, unreadable = read_snapshots(stock)
    problems = [*unreadable, *(problem for reading in readings.readings.values() for problem in reading.problems),
                *misplaced,
                *attachments.problems, *unread, *_locate_findings((*findings, *check_names(library),
                                         *check_expected(library, as_of)), slots, stock)]
    index = cache.drop_recent_entries(FileIndex(code, {**readings.entries, **attachments.entries}), stock.taken_at)
    if index != before and stock.writes_cache:
        files.write_cache(cache_path, cache.encode_file_index(index))
    digests = {file: seen.digest for file, seen in attachments.entries.items()}
    return CheckedContent(library, as_of, tuple(sorted(map(_mask_problem, set(problems)))), digests, code, found,
                          frozen)


def _names_of_places_without_code(intake: SelectedRecords) -> list[str]:
    """The names of the places without a code, which are sorted by name."""
    places = (intake.records[path] for path, kind in intake.kinds.items() if kind == "place")
    return [place.name for place in places if isinstance(place, Place) and place.code is None]


def summarise_content(checked: CheckedContent, content: Path, *, full: bool = False,
                      keeps: bool = True) -> tuple[dict[str, RecordSummary], Statistics]:
    """The briefs of all issues and cases, and all numbers; memos lie beside `content`, without `keeps` as they are."""
    briefs = {path: RecordSummary(*texts) for path, texts in checked.library.encoded_summaries.items()}
    totals = compute_place_totals(content, checked.program_fingerprint, briefs, full=full, keeps=keeps)
    return briefs, compute_statistics(checked.library, totals, checked.as_of)


def read_change_log(checked: CheckedContent, options: BuildOptions) -> ChangeLog:
    """The changes of all records until the day of the report, as Git tells; it is asked once for each state of it."""
    content = options.folders.content
    state, cache_path = git.compute_repository_state(content), files.locate_cache_file(content, "past", content)
    if not options.history or not state:
        return ChangeLog(error_code="no_repository" if options.history else "")
    kept, _, told = files.read_cache(cache_path).decode("utf-8", "surrogateescape").partition("\n")
    if kept != state or options.full:
        try:
            told = git.read_git_log(content)
        except git.GitUnavailable as refused:  # Git may be able to tell the next time
            return ChangeLog(error_code=refused.code, error_detail=refused.detail)
        files.write_cache(cache_path, f"{state}\n{told}".encode("utf-8", "surrogateescape"))
    return parse_change_log(told, _time_zone(checked.library.site), checked.as_of)


def _photo_renditions(library: Library, seen: Mapping[str, FileEntry]) -> dict[str, tuple[Rendition, ...]]:
    """Photo that can be shown → what is published in its place."""
    return {path: plan_renditions(path, pixels, avif=library.site.avif)
            for path, file in library.attachments.items() if file in seen and (pixels := seen[file].pixels)}


def day_at(now: datetime, site: Site) -> date:
    """The day it is where the site is."""
    return now.astimezone(_time_zone(site)).date()


def _time_zone(site: Site) -> ZoneInfo:
    return ZoneInfo(site.timezone if site.timezone in available_timezones() else "Asia/Shanghai")


def _count_records(library: Library) -> dict[str, int]:
    """Kind of record → how many are published."""
    kinds = sorted((kind for kind in KINDS if kind != "site"), key=lambda kind: not KINDS[kind].is_placed)
    return {kind: len(library.of_kind(kind).keys() - {DEFAULT_METHOD}) for kind in kinds}


def _seconds_of_phases(times: Sequence[float]) -> dict[str, float]:
    phases = zip(("read", "plan", "write"), pairwise(times), strict=False)
    return {phase: after - before for phase, (before, after) in phases}


# --- problems ---------------------------------------------------------------------------------------------------------


def _locate_findings(findings: Iterable[Finding], slots: Mapping[str, RecordLocation],
                     stock: ContentSource) -> Iterator[Problem]:
    """Findings about records as problems in their files."""
    file_of = {slot.path: file for file, slot in slots.items()}
    for finding in findings:
        file = file_of.get(finding.record) or file_of.get(finding.record.rpartition("/")[0])
        if file:
            yield locate_finding(finding, SourceFile(file, stock.read_file(file)), slots[file])


def _mask_problem(problem: Problem) -> Problem:
    """A problem that repeats no personal data, not even that in the name of a file."""
    values = tuple((name, mask_personal_data(value)) for name, value in problem.values)
    path = "/".join(map(mask_personal_data, problem.path.split("/")))
    return replace(problem, path=path, values=values, suggestion=mask_personal_data(problem.suggestion),
                   example=mask_personal_data(problem.example))


# --- outputs ----------------------------------------------------------------------------------------------------------


def get_site_address(checked: CheckedContent, options: BuildOptions) -> str:
    """The address of the site, with a slash at its end; "" = not known."""
    base_url = options.base_url if options.base_url is not None else checked.library.site.base_url or ""
    return f"{base_url.rstrip('/')}/" if base_url else ""


def assemble_site_data(checked: CheckedContent, options: BuildOptions, briefs: Mapping[str, RecordSummary],
                       statistics: Statistics,
                       past: ChangesByRecord | None = None) -> SiteData:
    """What the site is made of. `briefs`: those of all issues and cases; `past`: the changes of all records."""
    content, full = options.folders.content, options.full
    breakdowns = LazyDict(("",), lambda _: compute_own_breakdowns(content, checked.program_fingerprint, briefs,
                                                                  full=full))
    return build_site_data(checked.library, briefs, statistics, breakdowns, checked.snapshots, past)


def plan_outputs(checked: CheckedContent, options: BuildOptions,
                 past: ChangesByRecord | None = None) -> tuple[list[OutputPlan], DependencyTracker, str]:
    """The plan of every file of the site but the static ones, the facts they read, and what all of them rest on.

    `past`: the changes of all records, where they have been asked for.
    """
    library, base_url, folders = checked.library, get_site_address(checked, options), options.folders
    briefs, statistics = summarise_content(checked, folders.content, full=options.full)
    past = read_change_log(checked, options).changes if past is None else past
    book = assemble_site_data(checked, options, briefs, statistics, past)
    index = plan_search_index(library, briefs, book.record_lists.date_of, checked.program_fingerprint, folders.content,
                              folders.output,
                              options.jobs, full=options.full) if options.search else list[OutputPlan]
    guides, content_model = files.read_guides(), files.read_content_model()
    html = list(plan_site(book, base_url=base_url, problems=select_errors(checked.problems), search=options.search,
                          past=bool(past), revision=options.revision, guides=guides,
                          content_model=content_model))
    machines = list(plan_exports(book, [page.path for page in html if page.produce is not build_withdrawal_page],
                                 base_url))
    copies = [OutputPlan(path, build_attachment, None, (path, file, digest), origin=file)
              for path, file in library.attachments.items()
              if (digest := checked.attachment_digests.get(file)) and not is_photo_name(file)]
    originals = ((library.attachments[path], several) for path, several in library.renditions.items())
    photos = [OutputPlan(one.path, build_photo, None, (one, file, checked.attachment_digests[file]), origin=file)
              for file, several in originals for one in several]
    ground = (checked.program_fingerprint, describe_converter(library.site.languages), checked.as_of, base_url,
              options.search, bool(past),
              sorted(guides), bool(content_model), library.site, library.methods,
              [(path, place.method) for path, place in library.places.items()])
    return [*machines, *html, *copies, *photos,
            *index()], book.dependencies, hashes.compute_digest(repr(ground).encode())
