"""`check` and `build`: the whole way from a content folder to a site, top to bottom."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo, available_timezones

from . import files, images, memos, traces
from .exports import exports
from .intake import settle, take_in
from .library import Library
from .load import Reading, located, read_records
from .memos import Memos
from .outputs import Output
from .pages import pages
from .paths import Slot, check_attachments, check_records, slot_of
from .privacy import mask
from .problems import Finding, Problem, errors
from .progress import progress_of
from .publish import PHOTOS, Folders, Published, Watch, publish
from .records import DEFAULT_METHOD, Site
from .sources import Source
from .statistics import check_figures, statistics_of
from .traces import OnDisk
from .workers import share_out


@dataclass(frozen=True)
class BuildOptions:
    """All that a build depends on besides the files: here alone the clock and the address come in.

    `as_of` None: the day of `now` in the site's time zone; `base_url` None: that of site.yaml; `jobs`: processes.
    """

    folders: Folders
    now: datetime
    as_of: date | None = None
    base_url: str | None = None
    jobs: int = 1
    drafts: bool = False
    full: bool = False
    skip_invalid: bool = False


@dataclass(frozen=True)
class Checked:
    """The records of a content folder, linked, and what is wrong; `digests`: content file → its digest."""

    library: Library
    as_of: date
    problems: tuple[Problem, ...]
    digests: Mapping[str, str]
    code: str


@dataclass(frozen=True)
class Report:
    """What a build found and did. `published` None: nothing was written; `seconds`: phase → how long it took."""

    checked: Checked
    records: Mapping[str, int]
    published: Published | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)


def _silent(phase: str, done: int, total: int) -> None:
    """Watches nothing."""


def build(options: BuildOptions, watch: Watch = _silent) -> Report:
    """Builds the site; with errors in the content nothing is written, unless invalid records are skipped.

    Raises TemplateMistake if a template is wrong, OSError if the output folder cannot be written.
    """
    times = [time.perf_counter()]
    checked = check(options, watch)
    times.append(time.perf_counter())
    records = _numbers(checked.library)
    if errors(checked.problems) and not options.skip_invalid:
        return Report(checked, records, seconds=_phases(times))
    outputs = list(_outputs(checked, options))
    times.append(time.perf_counter())
    published = publish(outputs, options.folders, checked.code, checked.digests, watch,
                        full=options.full, jobs=options.jobs)
    times.append(time.perf_counter())
    return Report(checked, records, published, _phases(times))


def check(options: BuildOptions, watch: Watch = _silent) -> Checked:
    """Reads, links and checks all records of the content folder."""
    content = options.folders.content
    started = time.time_ns()
    found = files.scan(content)
    slots = {file: slot for file in found if (slot := slot_of(file))}
    code = files.code_digest()
    cache = files.cache_file(content, "records", content)
    before = Memos(code) if options.full else memos.loaded(files.read_cache(cache), code)
    readings, kept = _readings(content, found, slots, before, watch, options.jobs)
    misplaced = list(check_records(found))
    intake = take_in(readings, slots, misplaced, drafts=options.drafts)
    as_of = options.as_of or _day(options.now, intake.site)
    library, findings, withheld = settle(intake, found, as_of)
    attachments, bad = _attachments(content, found, library, before)
    unread = list(check_attachments(found, set(library.attachments.values())))
    if withheld.invalid:  # they may name files of their own
        unread = errors(unread)
    problems = [*(problem for reading in readings.values() for problem in reading.problems), *misplaced, *bad, *unread,
                *_located((*findings, *check_figures(library)), slots, content)]
    kept = replace(kept, digests={**kept.digests, **attachments})
    settled = memos.settled(kept, started)
    if settled != before:
        files.write_cache(cache, memos.dumped(settled))
    digests = {path: digest for path, (_, _, digest) in kept.digests.items()}
    return Checked(library, as_of, tuple(sorted(map(_masked, set(problems)))), digests, code)


def _day(now: datetime, site: Site) -> date:
    """The day it is where the site is."""
    zone = site.timezone if site.timezone in available_timezones() else "Asia/Shanghai"
    return now.astimezone(ZoneInfo(zone)).date()


def _numbers(library: Library) -> dict[str, int]:
    """Kind of record → how many are published."""
    kinds: Sequence[Mapping[str, object]] = (library.places, library.locations, library.issues, library.cases,
                                             library.figures, library.methods, library.sources, library.pages)
    names = ("place", "location", "issue", "case", "figure", "method", "source", "page")
    return {name: len(records.keys() - {DEFAULT_METHOD}) for name, records in zip(names, kinds, strict=True)}


def _phases(times: Sequence[float]) -> dict[str, float]:
    phases = zip(("read", "plan", "write"), pairwise(times), strict=False)
    return {phase: after - before for phase, (before, after) in phases}


# --- reading ----------------------------------------------------------------------------------------------------------


def _readings(content: Path, found: Mapping[str, OnDisk], slots: Mapping[str, Slot], before: Memos, watch: Watch,
              jobs: int) -> tuple[dict[str, Reading], Memos]:
    """What every record file says, from its memo where the file is unchanged; and the memos for the next build."""
    readings: dict[str, Reading] = {}
    keys: dict[str, str] = {}
    digests: dict[str, tuple[int, int, str]] = {}
    unread: list[tuple[Source, Slot]] = []
    for file, slot in slots.items():
        digest = before.digest(file, found[file])
        memo = before.reading(_key(slot, file, digest), file) if digest else None
        if digest is None or memo is None:
            try:
                data = files.read(content, file)
            except OSError as error:
                readings[file] = _unreadable(file, error)
                continue
            digest = traces.digest(data)
            memo = before.reading(_key(slot, file, digest), file)
            unread += [(Source(file, data), slot)] if memo is None else []
        if memo:
            readings[file] = memo
        keys[file] = _key(slot, file, digest)
        digests[file] = (*found[file], digest)
    watch("read", len(slots) - len(unread), len(slots))
    for part in share_out(_read_all, unread, jobs):
        readings |= part
    watch("read", len(slots), len(slots))
    kept = {key: before.readings.get(key) or memos.kept(readings[file]) for file, key in keys.items()}
    return readings, Memos(before.code, {key: memo for key, memo in kept.items() if memo}, digests)


def _key(slot: Slot, file: str, digest: str) -> str:
    """What a reading is kept under: all that it depends on."""
    return f"{slot.kind}{PurePosixPath(file).suffix}:{digest}"


def _read_all(unread: Sequence[tuple[Source, Slot]]) -> dict[str, Reading]:
    return {source.path: read_records(source, slot) for source, slot in unread}


def _unreadable(file: str, error: OSError) -> Reading:
    problem = Problem(file, 1, 1, "unreadable", (("found", error.strerror or str(error)),))
    return Reading(problems=(problem,), invalid=frozenset({""}))


def _attachments(content: Path, found: Mapping[str, OnDisk], library: Library,
                 before: Memos) -> tuple[dict[str, tuple[int, int, str]], list[Problem]]:
    """The digests of all files that records name; problems of photos that cannot be shown."""
    digests: dict[str, tuple[int, int, str]] = {}
    problems: list[Problem] = []
    for file in sorted(set(library.attachments.values())):
        digest = before.digest(file, found[file])
        try:
            data = b"" if digest else files.read(content, file)
            if data and PurePosixPath(file).suffix.lower() in PHOTOS:
                images.size(data)
            digests[file] = (*found[file], digest or traces.digest(data))
        except (ValueError, OSError):
            problems.append(Problem(file, 1, 1, "bad_photo", (("found", file),)))
    return digests, problems


# --- problems ---------------------------------------------------------------------------------------------------------


def _located(findings: Iterable[Finding], slots: Mapping[str, Slot], content: Path) -> Iterator[Problem]:
    """Findings about records as problems in their files."""
    file_of = {slot.path: file for file, slot in slots.items()}
    for finding in findings:
        file = file_of.get(finding.record) or file_of.get(finding.record.rpartition("/")[0])
        if file:
            yield located(finding, Source(file, files.read(content, file)), slots[file])


def _masked(problem: Problem) -> Problem:
    """A problem that repeats no personal data."""
    values = tuple((name, mask(value)) for name, value in problem.values)
    return replace(problem, values=values, nearest=mask(problem.nearest), example=mask(problem.example))


# --- outputs ----------------------------------------------------------------------------------------------------------


def _outputs(checked: Checked, options: BuildOptions) -> Iterator[Output]:
    """Every file of the site but the static ones."""
    library, as_of = checked.library, checked.as_of
    progress = {path: progress_of(issue, library.methods[issue.method or ""], as_of)
                for path, issue in library.issues.items()}
    statistics = statistics_of(library, progress, as_of)
    base_url = options.base_url if options.base_url is not None else library.site.base_url or ""
    base_url = f"{base_url.rstrip('/')}/" if base_url else ""
    html = list(pages(library, progress, statistics, base_url=base_url, problems=errors(checked.problems)))
    yield from html
    yield from exports(library, progress, statistics, [page.path for page in html], base_url)
    for path, file in library.attachments.items():
        yield Output(path, file=file)
