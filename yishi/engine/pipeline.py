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

from ..analysis.briefs import Brief
from ..analysis.frozen import Frozen
from ..analysis.statistics import Statistics, statistics_from
from ..analysis.statistics.checks import check_expected, check_names
from ..content import history
from ..content.images import CODECS, renditions
from ..content.load import located
from ..content.past import Past, Pasts, past_of
from ..content.placement import check_attachments, check_portable, check_records, check_unread_names
from ..content.privacy import mask
from ..content.sources import Source
from ..core import digests, files
from ..core.digests import Look, OnDisk
from ..core.facts import Facts, Later
from ..core.outputs import Plan, Rendition
from ..core.traditional import converts_with
from ..core.workers import WORTH_SHARING, begun
from ..exports import attachment, exports, photo
from ..library import Library
from ..library.intake import Intake, settle, take_in
from ..model.kinds import KINDS
from ..model.paths import Slot, is_photo, slots_of
from ..model.problems import Finding, Problem, errors
from ..model.records import DEFAULT_METHOD, Place, Site
from ..site import Book, book_of, pages, withdrawn_page
from . import memos
from .briefing import breakdowns_in, resolver, totals_in
from .content_source import Stock, Watch, stock_of, with_instead
from .indexing import index_plans
from .memos import Index, Seen, cabinet
from .press import Folders
from .publish import Published, publish
from .reading import orders_of, read_all, read_attachments, read_frozen, shelf_of


class BuildOptions(Struct, frozen=True):
    """All that a build depends on besides the files: here alone the clock and the address come in.

    `as_of` None: the day of `now` in the site's time zone; `base_url` None: that of site.yaml; `jobs`: processes;
    `revision`: what the state of the records is called, "" = nothing.
    """

    folders: Folders
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


class Checked(Struct, frozen=True):
    """The records of a content folder, linked, and what is wrong; `digests`: content file → its digest; `frozen`: the
    numbers that are kept as they were published, by name."""

    library: Library
    as_of: date
    problems: tuple[Problem, ...]
    digests: Mapping[str, str]
    code: str
    found: Mapping[str, OnDisk]
    frozen: Mapping[str, Frozen] = field(default_factory=dict)


class Report(Struct, frozen=True):
    """What a build found and did. `published` None: nothing was written; `seconds`: phase → how long it took;
    `past`: what Git told."""

    checked: Checked
    records: Mapping[str, int]
    published: Published | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    plans: Sequence[Plan] = ()
    past: Past = Past()


def _silent(phase: str, done: int, total: int) -> None:
    """Watches nothing."""


def build(options: BuildOptions, watch: Watch = _silent, content: Look | None = None) -> Report:
    """Builds the site; with errors in the content nothing is written, unless invalid records are skipped.

    `content`: how the files of the content folder lie, where somebody has looked already.
    Raises TemplateMistake if a template is wrong, AddressTaken if two outputs have one address, OSError if the output
    folder cannot be written, Busy if another build is writing to it.
    """
    with files.alone(options.folders.content, options.folders.output):
        return _build(options, watch, stock_of(options.folders.content, content))


def _build(options: BuildOptions, watch: Watch, stock: Stock) -> Report:
    times = [time.perf_counter()]
    helping = options.jobs if len(stock.found) >= WORTH_SHARING else 1
    site = begun(partial(files.scan, options.folders.output, hidden=True), helping)  # looked at meanwhile
    checked = check_stock(stock, options, watch)
    lying = site()
    times.append(time.perf_counter())
    records = _numbers(checked.library)
    if errors(checked.problems) and not options.skip_invalid:
        return Report(checked, records, seconds=_phases(times))
    past = past_in(checked, options)
    plans, facts, ground = plans_of(checked, options, past.changes)
    times.append(time.perf_counter())
    published = publish(plans, options.folders, facts, ground, lying, watch, full=options.full, jobs=options.jobs)
    times.append(time.perf_counter())
    return Report(checked, records, published, _phases(times), plans, past)


def check(options: BuildOptions, watch: Watch = _silent,
          instead: Mapping[str, bytes] = MappingProxyType({})) -> Checked:
    """Reads, links and checks all records of the content folder; `instead`: file → what it would say."""
    stock = stock_of(options.folders.content)
    return check_stock(with_instead(stock, instead) if instead else stock, options, watch)


def check_stock(stock: Stock, options: BuildOptions, watch: Watch = _silent) -> Checked:
    """The same of what a content folder holds, or held."""
    content, found = stock.folder, stock.found
    slots = slots_of(found)
    code = files.code_digest(CODECS)
    cache_path = files.cache_file(content, "index", content)
    before = Index(code) if options.full else memos.loaded(files.read_cache(cache_path), code)
    shelves = {"", *map(shelf_of, slots.values())}
    kept = cabinet(content, "readings", code, shelves, full=options.full, keeps=stock.keeps)
    readings = read_all(stock, slots, before, kept, watch, options.jobs)
    misplaced = [*check_records(slots), *check_portable(found), *check_unread_names(stock.unfit, stock.leftovers)]
    intake = take_in(readings.of, slots, misplaced, drafts=options.drafts)
    as_of = options.as_of or day_at(options.now, intake.site)
    keys = {slots[file].path: key for file, key in readings.keys.items()}
    resolve = resolver(content, code, keys, options.jobs, full=options.full, keeps=stock.keeps)
    orders = orders_of(content, code, _unnumbered(intake), full=options.full, keeps=stock.keeps)
    library, findings, withheld = settle(intake, found, as_of, resolve, orders.__getitem__)
    attachments = read_attachments(stock, library, before)
    library = replace(library, renditions=_renditions(library, attachments.seen))
    unread = list(check_attachments(found, slots, set(library.attachments.values())))
    if withheld.invalid:  # they may name files of their own
        refused = {one.values[:1] for one in findings if one.code in ("file_kind", "photo_heic")}
        unread = [one for one in unread if one.code != "unused_attachment" and one.values[:1] not in refused]
    frozen, unreadable = read_frozen(stock)
    problems = [*unreadable, *(problem for reading in readings.of.values() for problem in reading.problems), *misplaced,
                *attachments.problems, *unread, *_located((*findings, *check_names(library),
                                         *check_expected(library, as_of)), slots, stock)]
    index = memos.settled(Index(code, {**readings.seen, **attachments.seen}), stock.at)
    if index != before and stock.keeps:
        files.write_cache(cache_path, memos.dumped(index))
    digests = {file: seen.digest for file, seen in attachments.seen.items()}
    return Checked(library, as_of, tuple(sorted(map(_masked, set(problems)))), digests, code, found, frozen)


def _unnumbered(intake: Intake) -> list[str]:
    """The names of the places without a code, which are sorted by name."""
    places = (intake.records[path] for path, kind in intake.kinds.items() if kind == "place")
    return [place.name for place in places if isinstance(place, Place) and place.code is None]


def counted(checked: Checked, content: Path, *, full: bool = False,
            keeps: bool = True) -> tuple[dict[str, Brief], Statistics]:
    """The briefs of all issues and cases, and all numbers; memos lie beside `content`, without `keeps` as they are."""
    briefs = {path: Brief(*texts) for path, texts in checked.library.briefs.items()}
    totals = totals_in(content, checked.code, briefs, full=full, keeps=keeps)
    return briefs, statistics_from(checked.library, totals, checked.as_of)


def past_in(checked: Checked, options: BuildOptions) -> Past:
    """The changes of all records until the day of the report, as Git tells; it is asked once for each state of it."""
    content = options.folders.content
    state, cache_path = history.state(content), files.cache_file(content, "past", content)
    if not options.history or not state:
        return Past(refused="no_repository" if options.history else "")
    kept, _, told = files.read_cache(cache_path).decode("utf-8", "surrogateescape").partition("\n")
    if kept != state or options.full:
        try:
            told = history.log(content)
        except history.Refused as refused:  # Git may be able to tell the next time
            return Past(refused=refused.code, found=refused.found)
        files.write_cache(cache_path, f"{state}\n{told}".encode("utf-8", "surrogateescape"))
    return past_of(told, _zone(checked.library.site), checked.as_of)


def _renditions(library: Library, seen: Mapping[str, Seen]) -> dict[str, tuple[Rendition, ...]]:
    """Photo that can be shown → what is published in its place."""
    return {path: renditions(path, pixels, avif=library.site.avif)
            for path, file in library.attachments.items() if file in seen and (pixels := seen[file].pixels)}


def day_at(now: datetime, site: Site) -> date:
    """The day it is where the site is."""
    return now.astimezone(_zone(site)).date()


def _zone(site: Site) -> ZoneInfo:
    return ZoneInfo(site.timezone if site.timezone in available_timezones() else "Asia/Shanghai")


def _numbers(library: Library) -> dict[str, int]:
    """Kind of record → how many are published."""
    kinds = sorted((kind for kind in KINDS if kind != "site"), key=lambda kind: not KINDS[kind].is_placed)
    return {kind: len(library.of_kind(kind).keys() - {DEFAULT_METHOD}) for kind in kinds}


def _phases(times: Sequence[float]) -> dict[str, float]:
    phases = zip(("read", "plan", "write"), pairwise(times), strict=False)
    return {phase: after - before for phase, (before, after) in phases}


# --- problems ---------------------------------------------------------------------------------------------------------


def _located(findings: Iterable[Finding], slots: Mapping[str, Slot], stock: Stock) -> Iterator[Problem]:
    """Findings about records as problems in their files."""
    file_of = {slot.path: file for file, slot in slots.items()}
    for finding in findings:
        file = file_of.get(finding.record) or file_of.get(finding.record.rpartition("/")[0])
        if file:
            yield located(finding, Source(file, stock.read(file)), slots[file])


def _masked(problem: Problem) -> Problem:
    """A problem that repeats no personal data, not even that in the name of a file."""
    values = tuple((name, mask(value)) for name, value in problem.values)
    path = "/".join(map(mask, problem.path.split("/")))
    return replace(problem, path=path, values=values, nearest=mask(problem.nearest), example=mask(problem.example))


# --- outputs ----------------------------------------------------------------------------------------------------------


def address_of(checked: Checked, options: BuildOptions) -> str:
    """The address of the site, with a slash at its end; "" = not known."""
    base_url = options.base_url if options.base_url is not None else checked.library.site.base_url or ""
    return f"{base_url.rstrip('/')}/" if base_url else ""


def book_in(checked: Checked, options: BuildOptions, briefs: Mapping[str, Brief], statistics: Statistics,
            past: Pasts | None = None) -> Book:
    """What the site is made of. `briefs`: those of all issues and cases; `past`: the changes of all records."""
    content, full = options.folders.content, options.full
    breakdowns = Later(("",), lambda _: breakdowns_in(content, checked.code, briefs, full=full))
    return book_of(checked.library, briefs, statistics, breakdowns, checked.frozen, past)


def plans_of(checked: Checked, options: BuildOptions, past: Pasts | None = None) -> tuple[list[Plan], Facts, str]:
    """The plan of every file of the site but the static ones, the facts they read, and what all of them rest on.

    `past`: the changes of all records, where they have been asked for.
    """
    library, base_url, folders = checked.library, address_of(checked, options), options.folders
    briefs, statistics = counted(checked, folders.content, full=options.full)
    past = past_in(checked, options).changes if past is None else past
    book = book_in(checked, options, briefs, statistics, past)
    index = index_plans(library, briefs, book.holdings.when, checked.code, folders.content, folders.output,
                        options.jobs, full=options.full) if options.search else list[Plan]
    guides, content_model = files.guides(), files.content_model()
    html = list(pages(book, base_url=base_url, problems=errors(checked.problems), search=options.search,
                      past=bool(past), revision=options.revision, guides=guides,
                      content_model=content_model))
    machines = list(exports(book, [page.path for page in html if page.make is not withdrawn_page], base_url))
    copies = [Plan(path, attachment, None, (path, file, digest), origin=file)
              for path, file in library.attachments.items()
              if (digest := checked.digests.get(file)) and not is_photo(file)]
    originals = ((library.attachments[path], several) for path, several in library.renditions.items())
    photos = [Plan(one.path, photo, None, (one, file, checked.digests[file]), origin=file)
              for file, several in originals for one in several]
    ground = (checked.code, converts_with(library.site.languages), checked.as_of, base_url, options.search, bool(past),
              sorted(guides), bool(content_model), library.site, library.methods,
              [(path, place.method) for path, place in library.places.items()])
    return [*machines, *html, *copies, *photos, *index()], book.facts, digests.digest(repr(ground).encode())
