"""`SiteData`: all that pages and files for machines are made of. Whatever they read in it is noted, fact by fact.

A page is made again only if one of the facts that it read has changed. The site's own record and its vocabulary are no
facts: everything rests on them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import fields, replace

from ..analysis.breakdowns import Breakdown, OwnBreakdown, break_down_other_records, roll_up_breakdowns
from ..analysis.contribution_table import write_contribution_tables
from ..analysis.news import CalendarEntry, NewsItem, collect_calendar, collect_news
from ..analysis.obligations import Obligation, collect_obligations, group_obligations_by_place
from ..analysis.peer_groups import PeerMedians, compute_peer_medians
from ..analysis.progress import Progress
from ..analysis.record_lists import RecordLists, build_record_lists
from ..analysis.similar_cases import CaseTraits, collect_case_traits, find_similar_cases
from ..analysis.snapshots import StatisticsSnapshot
from ..analysis.statistics import DEFINITIONS, Stat, Statistics
from ..analysis.summaries import ListItem, RecordSummary, StatusSnapshot
from ..content.change_log import ChangesByRecord, RecordChangeEntry, select_latest_changes
from ..core.dependencies import ALL_KEYS, DependencyTracker, LazyDict, RecordingDict, TableDigests
from ..core.hashes import compute_digest, shorten_to_digest
from ..library import Library
from ..model.kinds import BULK, KINDS, TABLES
from ..model.paths import get_place_of
from ..model.paths import group_by_place as paths_by_place
from ..model.records import Correction, Record, get_title

MAX_RECENT_CHANGES = 200
"""So many changes of all records are told on one page."""

DataTables = Mapping[str, Mapping[str, Any]]
"""Name of a table → key → what stands there."""


_COVERED_BY_STAMP = ("dropped_refs", "links", "photos", "progress")
"""Tables of what is found when an issue or a case is linked, and of what its log says: its stamp covers all that."""


class StatusSinceEvent(Struct, frozen=True):
    """Issue that was raised by the day of an event → where it stood on that day, and where it stands now; `since`: how
    many have been raised since."""

    statuses: Mapping[str, tuple[StatusSnapshot, StatusSnapshot]]
    raised_since: int


class SiteData(Struct, frozen=True):
    """What the site is made of. Issue or case → `list_items`, issue → `progress`; event that is over →
    `status_since_event`, where each issue raised by its day stood on it; place ("" = the site) → `obligations`, what
    is due there and below, `news` of its issues, and `calendar`, its days; case → `similar_cases`, the cases most like
    it, and `case_traits`, by what it is compared; record → `change_log`, its changes; statistic →
    `contribution_tables`, what each issue contributes to it, as lines of a table, `stats`, place → its value there,
    and `breakdowns`, place → what stands behind that; name → `snapshots`, numbers as they were published; group of
    peers → `peer_medians`. Of all at once: under "", `titles`, path → what a record is called, `recent_changes`, the
    last changes of all records, and `corrections`, all of them; under `issues` and `cases`, `csv_rows` and
    `exported_records`: path → its line of CSV, and of JSON.
    """

    library: Library
    statistics: Statistics
    record_lists: RecordLists
    list_items: Mapping[str, ListItem]
    progress: Mapping[str, Progress]
    csv_rows: Mapping[str, Mapping[str, str]]
    exported_records: Mapping[str, Mapping[str, str]]
    titles: Mapping[str, Mapping[str, str]]
    status_since_event: Mapping[str, StatusSinceEvent]
    obligations: Mapping[str, tuple[Obligation, ...]]
    news: Mapping[str, tuple[NewsItem, ...]]
    calendar: Mapping[str, tuple[CalendarEntry, ...]]
    similar_cases: Mapping[str, tuple[str, ...]]
    case_traits: Mapping[str, CaseTraits]
    contribution_tables: Mapping[str, bytes]
    stats: Mapping[str, Mapping[str, Stat]]
    breakdowns: Mapping[str, Mapping[str, Breakdown]]
    snapshots: Mapping[str, StatisticsSnapshot]
    peer_medians: Mapping[str, PeerMedians]
    change_log: Mapping[str, tuple[RecordChangeEntry, ...]]
    recent_changes: Mapping[str, tuple[tuple[str, RecordChangeEntry], ...]]
    corrections: Mapping[str, tuple[tuple[str, Correction], ...]]
    dependencies: DependencyTracker

    @property
    def as_of(self) -> date:
        """The day that everything is told for."""
        return self.statistics.as_of


def build_site_data(library: Library, briefs: Mapping[str, RecordSummary], statistics: Statistics,
                    breakdowns: Mapping[str, Mapping[str, OwnBreakdown]],
                    frozen: Mapping[str, StatisticsSnapshot] | None = None,
                    past: ChangesByRecord | None = None) -> SiteData:
    """The book of a site. `briefs`: those of all issues and cases; `breakdowns`: under "", place → what stands behind
    each statistic of its own issues; `frozen`: the numbers that are kept, by name; `past`: the
    changes of all records."""
    listings = {path: brief.list_item for path, brief in briefs.items()}
    holdings, uses = build_record_lists(library, listings, statistics.as_of), set[str]()
    titles, bulk, scopes = _collect_titles(library, listings), _summarised_records(library), ("", *library.places)
    traits = LazyDict(library.cases, lambda path: collect_case_traits(library, listings, path))
    tables: DataTables = {
        "list_items": listings,
        "progress": LazyDict(library.issues, lambda path: briefs[path].progress),
        "csv_rows": LazyDict(bulk, lambda kind: {path: row for path in bulk[kind] if (row := briefs[path].csv_row)}),
        "exported_records": LazyDict(bulk, lambda kind: {path: told for path in bulk[kind]
                                                         if (told := briefs[path].exported)}),
        "titles": LazyDict(("",), lambda _: titles),
        "status_since_event": LazyDict(_past_events(library, statistics.as_of),
                                       lambda event: _status_since_event(holdings, briefs, event, statistics.as_of)),
        "obligations": _lazy_whole_table(
            lambda: group_obligations_by_place(_collect_obligations(library, briefs, statistics.as_of)), scopes),
        "news": _lazy_whole_table(lambda: collect_news(library, listings, statistics.as_of), scopes),
        "calendar": _lazy_whole_table(lambda: collect_calendar(library, listings, statistics.as_of), scopes),
        "similar_cases": find_similar_cases(traits, listings),
        "case_traits": traits,
        "contribution_tables": _lazy_whole_table(lambda: write_contribution_tables(briefs),
                                                 [key for key, one in DEFINITIONS.items() if one.of_issues]),
        "stats": LazyDict(DEFINITIONS, lambda key: {place: stats[key] for place, stats in statistics.scopes.items()}),
        "snapshots": frozen or {},
        "peer_medians": compute_peer_medians(library, statistics),
        "breakdowns": LazyDict(DEFINITIONS, lambda key: roll_up_breakdowns(key, own[key], list(library.places))),
        "change_log": past or {},
        "corrections": LazyDict(("",), lambda _: _collect_corrections(library, briefs)),
        "recent_changes": LazyDict(("",), lambda _: select_latest_changes(past or {}, MAX_RECENT_CHANGES)),
    }
    own = _lazy_own_breakdowns(statistics, holdings, breakdowns)
    digests = {**{name: fingerprint_table(values) for name, values in tables.items()},
               **_summary_fingerprints(library, briefs, holdings, statistics.as_of),
               "breakdowns": fingerprint_table(own, lambda key: _fingerprint_breakdowns(key, own[key])),
               **{f"row-{tag}": _fingerprint_rows(library, holdings, briefs) for tag in library.site.languages}}
    noted: dict[str, Any] = {name: RecordingDict(name, values, uses) for name, values in tables.items()}
    own_library, of_library = _record_reads(library, uses,
                                            ("site", "vocabulary", "drafts", "encoded_summaries", "fingerprints",
                                             "link_context"))
    own_holdings, of_holdings = _record_reads(holdings, uses, ())
    own_statistics, of_statistics = _record_reads(statistics, uses, ("as_of",))
    stamped = {name: fingerprint_table(getattr(library, name), library.fingerprints.get) for name in bulk}
    told = {**digests, **of_library, **of_holdings, **of_statistics, **(stamped if library.fingerprints else {})}
    implied = dict.fromkeys(bulk, _COVERED_BY_STAMP) if library.fingerprints else {}
    owned = ("list_items", *bulk, *(f"row-{tag}" for tag in library.site.languages))
    group_of = {path: get_place_of(path) for path in library.fingerprints}
    return SiteData(own_library, own_statistics, own_holdings, **noted,
                    dependencies=DependencyTracker(told, uses, implied, _place_fingerprints(library),
                                                   dict.fromkeys(owned, group_of)))


def _place_fingerprints(library: Library) -> dict[str, str]:
    """Place → what tells all that lists and pages say of its own issues and cases, and how it is called."""
    return {place: compute_digest(repr((library.places[place].name, library.places[place].translations,
                                        [(path, library.fingerprints[path]) for path in paths])).encode())
            for place, paths in paths_by_place(library.fingerprints).items()}


def _lazy_own_breakdowns(statistics: Statistics, holdings: RecordLists,
                         of_issues: Mapping[str, Mapping[str, OwnBreakdown]]) -> Mapping[str,
                                                                                         Mapping[str, OwnBreakdown]]:
    """Statistic → place → what stands behind the statistics of its own records."""
    def own(key: str) -> Mapping[str, OwnBreakdown]:
        if DEFINITIONS[key].of_issues:
            return of_issues[""]
        return break_down_other_records(key, statistics.other_contributions[key], holdings.date_of)

    return LazyDict(DEFINITIONS, own)


def _fingerprint_breakdowns(key: str, own: Mapping[str, OwnBreakdown]) -> str:
    kept = ((place, bytes(data.get(DEFINITIONS[key].source, b""))) for place, data in own.items())
    return compute_digest(repr(sorted(kept)).encode())


def _summarised_records(library: Library) -> Mapping[str, Iterable[str]]:
    """The kinds of records that are known by their briefs, each with its paths."""
    return {TABLES[kind]: library.of_kind(kind) for kind in BULK}


def _lazy_whole_table(make: Callable[[], Mapping[str, Any]], keys: Iterable[str]) -> Mapping[str, Any]:
    """A table that is made as a whole when one of its `keys` is first asked for."""
    made = LazyDict(("",), lambda _: make())
    return LazyDict(keys, lambda key: made[""].get(key, ()))


def _record_reads(tables: Any, uses: set[str], plain: Iterable[str]) -> tuple[Any, TableDigests]:
    """A type of tables with every reading in them noted, and what tells each fact; `plain` fields are none."""
    values = {one.name: getattr(tables, one.name) for one in fields(tables) if one.name not in plain}
    noted: dict[str, Any] = {name: RecordingDict(name, of, uses) for name, of in values.items()}
    return replace(tables, **noted), {name: fingerprint_table(of) for name, of in values.items()}


# --- what tells a fact ------------------------------------------------------------------------------------------------


def fingerprint_table(values: Mapping[str, object], of: Callable[[str], object] | None = None) -> Callable[[str], str]:
    """Key of a table → what tells what stands there, "" where nothing does: `of` it, else its repr."""
    def digest_of(key: str) -> str:
        if key == ALL_KEYS:
            return shorten_to_digest(repr(list(values)))
        return shorten_to_digest(str(of(key)) if of else repr(values[key])) if key in values else ""

    return digest_of


def _summary_fingerprints(library: Library, briefs: Mapping[str, RecordSummary], holdings: RecordLists,
                          as_of: date) -> TableDigests:
    """What tells those facts that briefs hold as texts, so that they need not be read."""
    whole = LazyDict(("obligations", "similar_cases", "contribution_tables"),
                     lambda table: _fingerprint_whole_table(library, briefs, as_of, table))
    return {
        "list_items": fingerprint_table(briefs, lambda path: briefs[path].list_item_json),
        "progress": fingerprint_table(library.issues, lambda path: briefs[path].progress_json),
        "csv_rows": _fingerprint_exports(library, briefs),
        "exported_records": _fingerprint_exports(library, briefs),
        "status_since_event": fingerprint_table(library.events, lambda event: "".join(
            f"{path}{brief.status_at_event_json}{brief.list_item.status_snapshot}{brief.list_item.listed_date}"
            for path in holdings.issues_in.get(get_place_of(event), ()) for brief in (briefs[path],))),
        "obligations": lambda _: whole["obligations"],
        "similar_cases": lambda _: whole["similar_cases"],
        "case_traits": lambda _: whole["similar_cases"],
        "contribution_tables": lambda _: whole["contribution_tables"],
        "corrections": lambda _: shorten_to_digest(repr((
            [(path, brief.corrections_json) for path,
             brief in briefs.items() if brief.corrections_json != _EMPTY_LIST_JSON],
            [(path, record.corrections) for path, record in _other_records(library) if record.corrections]))),
    }


def _fingerprint_exports(library: Library, briefs: Mapping[str, RecordSummary]) -> Callable[[str], str]:
    """Kind of record → what tells all that machines are told of those of it."""
    def told(path: str) -> str:
        return path + (library.fingerprints.get(path) or briefs[path].export_json)

    return lambda kind: compute_digest("".join(map(told, _summarised_records(library)[kind])).encode())


def _fingerprint_whole_table(library: Library, briefs: Mapping[str, RecordSummary], as_of: date, table: str) -> str:
    if table == "obligations":
        others = collect_obligations(library, (), as_of)
        return shorten_to_digest(repr(([brief.obligations_json for brief in briefs.values()
                                        if brief.obligations_json != _EMPTY_LIST_JSON], others)))
    if table == "contribution_tables":
        told = (f"{path}{brief.list_item.title}{brief.contributions_json}" for path, brief in briefs.items())
        return compute_digest("".join(told).encode())
    issues = {issue: briefs[issue].list_item_json for case in library.cases for issue in briefs[case].list_item.issues}
    locations = [(path, location.kind) for path, location in library.locations.items()]
    return shorten_to_digest(repr((issues, [(case, briefs[case].list_item_json) for case in library.cases], locations)))


def _fingerprint_rows(library: Library, holdings: RecordLists, briefs: Mapping[str, RecordSummary]) -> Callable[[str],
                                                                                                                str]:
    """Path → what tells how a record stands in lists: what it says of itself, its place's name, its target's name."""
    names = {path: repr((place.name, place.translations)) for path, place in library.places.items()}

    def told(path: str) -> str:
        if path in briefs:
            return shorten_to_digest(briefs[path].list_item_json + names.get(get_place_of(path), ""))
        record = library.record(path)
        target = getattr(record, "target", "")
        reviewed = briefs[target].list_item_json if target in briefs else repr(library.record(target))
        return shorten_to_digest(repr((record, holdings.date_of.get(path), names.get(get_place_of(path)), reviewed)))

    return told


_EMPTY_LIST_JSON = "[]"


def _other_records(library: Library) -> Iterator[tuple[str, Record]]:
    """All records but issues and cases."""
    yield "site", library.site
    yield from library.of_kinds(kind for kind in TABLES if kind not in BULK)


def _collect_corrections(library: Library, briefs: Mapping[str, RecordSummary]) -> tuple[tuple[str, Correction], ...]:
    """What was corrected in all records, the newest first."""
    bulk = ((path, one) for path, brief in briefs.items() if brief.corrections_json != _EMPTY_LIST_JSON
            for one in brief.corrections)
    others = ((path, one) for path, record in _other_records(library) for one in record.corrections)
    return tuple(sorted((*bulk, *others), key=lambda one: (-one[1].date.toordinal(), one[0])))


def _status_since_event(holdings: RecordLists, briefs: Mapping[str, RecordSummary], event: str,
                        as_of: date) -> StatusSinceEvent:
    """Where each issue of the event's place, raised by its day, stood on that day."""
    paths = holdings.issues_in.get(get_place_of(event), ())
    stood = {path: (then[event], briefs[path].list_item.status_snapshot)
             for path in paths if event in (then := briefs[path].status_at_event)}
    since = sum(path not in stood and (briefs[path].list_item.listed_date.earliest or as_of) <= as_of for path in paths)
    return StatusSinceEvent(stood, since)


def _collect_titles(library: Library, listings: Mapping[str, ListItem]) -> dict[str, str]:
    """Path → what a record is called."""
    others = library.of_kinds(kind for kind in TABLES if KINDS[kind].is_placed and kind not in BULK)
    return {**{path: one.title for path, one in listings.items()},
            **{path: get_title(record) for path, record in others}}


def _past_events(library: Library, as_of: date) -> list[str]:
    """The events that are over."""
    return [path for path, event in library.events.items() if (day := event.date.latest) and day <= as_of]


def _collect_obligations(library: Library, briefs: Mapping[str, RecordSummary], as_of: date) -> tuple[Obligation, ...]:
    return collect_obligations(library, (one for brief in briefs.values() for one in brief.obligations), as_of)
