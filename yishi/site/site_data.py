"""SiteData: the input of all pages and data files. Every read is recorded, table by table and key by key.

An output is rebuilt only if a value that it has read has changed. The site record and its vocabulary are not tracked,
because every page depends on them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import fields, replace

from ..analysis.breakdowns import Breakdown, OwnBreakdown, break_down_other_records, roll_up_breakdowns
from ..analysis.contribution_table import write_contribution_tables
from ..analysis.news import WEEK, CalendarEntry, NewsItem, collect_calendar, collect_news
from ..analysis.obligations import Obligation, collect_obligations, group_obligations_by_place
from ..analysis.peer_groups import PeerMedians, compute_peer_medians
from ..analysis.progress import Progress
from ..analysis.record_lists import RecordLists, build_record_lists
from ..analysis.similar_cases import CaseTraits, collect_case_traits, find_similar_cases
from ..analysis.snapshots import StatisticsSnapshot
from ..analysis.statistics import DEFINITIONS, Stat, Statistics
from ..analysis.summaries import ListItem, RecordSummary, StatusSnapshot
from ..content.change_log import ChangesByRecord, RecordChangeEntry, select_latest_changes
from ..core.dependencies import ALL_KEYS, ONLY_KEY, DependencyTracker, LazyDict, RecordingDict, TableDigests
from ..core.hashes import compute_digest, shorten_to_digest
from ..library import Library
from ..model.kinds import BULK, KINDS, TABLES
from ..model.paths import (
    RECORD_FOLDERS,
    get_folder_name,
    get_place_of,
    group_by_place,
    list_self_and_ancestors,
)
from ..model.records import Correction, Record, get_title

MAX_RECENT_CHANGES = 200
"""Maximum number of changes on the page of recent changes."""

DataTables = Mapping[str, Mapping[str, Any]]
"""Name of a table → key → value."""


_COVERED_BY_FINGERPRINT = ("dropped_refs", "links", "photos", "progress")
"""Tables derived from an issue or a case by linking it or from its log; its own fingerprint covers their values."""


class StatusSinceEvent(Struct, frozen=True):
    """Issue raised by the day of an event → its status on that day and its status now.

    `raised_since`: number of issues raised after that day.
    """

    statuses: Mapping[str, tuple[StatusSnapshot, StatusSnapshot]]
    raised_since: int


class SiteData(Struct, frozen=True):
    """All tables that outputs are built from. Paths are those of records; place "" is the whole site.

    By issue or case: `list_items`; by issue: `progress`; by case: `similar_cases` (most similar first) and
    `case_traits` (what cases are compared by); by event that is over: `status_since_event`.

    By place: `obligations` due there and below, `news` of its issues, `calendar` of its dates, `changed_lately`, how
    many records there and below were changed in the last week. By record: `change_log`.
    By record or collection of records: `record_files`, its file in the content folder; none if the site names no
    repository. By name: `snapshots`, numbers as they were published. By peer group: `peer_medians`.

    By statistic: `contribution_tables` (CSV, what each issue contributes), `stats` (place → value) and `breakdowns`
    (place → contributions behind it).

    Under ONLY_KEY: `titles` (path → title), `recent_changes` and `corrections` of all records. Under `issues`
    and `cases`: `exported_records` (path → its row of CSV and its JSON), without drafts.
    """

    library: Library
    statistics: Statistics
    record_lists: RecordLists
    list_items: Mapping[str, ListItem]
    progress: Mapping[str, Progress]
    exported_records: Mapping[str, Mapping[str, tuple[str, str]]]
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
    changed_lately: Mapping[str, int]
    corrections: Mapping[str, tuple[tuple[str, Correction], ...]]
    record_files: Mapping[str, str]
    dependencies: DependencyTracker

    @property
    def as_of(self) -> date:
        """The day of the report."""
        return self.statistics.as_of


def build_site_data(library: Library, summaries: Mapping[str, RecordSummary], statistics: Statistics,
                    breakdowns: Mapping[str, Mapping[str, OwnBreakdown]],
                    snapshots: Mapping[str, StatisticsSnapshot] | None = None,
                    change_log: ChangesByRecord | None = None,
                    record_files: Mapping[str, str] = MappingProxyType({})) -> SiteData:
    """The site data; tables are computed on first use.

    `summaries`: those of all issues and cases; `breakdowns`: under "", place → the contributions of its own issues to
    each statistic; `snapshots`: by name; `change_log`: the changes of all records; `record_files`: as in SiteData.
    """
    list_items = {path: summary.list_item for path, summary in summaries.items()}
    record_lists = build_record_lists(library, list_items, statistics.as_of)
    own = _lazy_own_breakdowns(statistics, record_lists, breakdowns)
    tables: DataTables = {**_lazy_tables(library, summaries, list_items, statistics, record_lists, own),
                          **_lazy_change_tables(change_log or {}, library, list_items, statistics.as_of),
                          "snapshots": snapshots or {}, "record_files": record_files}
    reads = set[str]()
    recorded: dict[str, Any] = {name: RecordingDict(name, values, reads) for name, values in tables.items()}
    own_library, of_library = _record_reads(library, reads, ("site", "vocabulary", "drafts", "summaries",
                                                             "fingerprints", "link_context"))
    own_record_lists, of_record_lists = _record_reads(record_lists, reads, ())
    own_statistics, of_statistics = _record_reads(statistics, reads, ("as_of",))
    fingerprints = {**_table_fingerprints(library, summaries, record_lists, statistics.as_of, tables, own),
                    **of_library, **of_record_lists, **of_statistics, **_bulk_fingerprints(library)}
    return SiteData(own_library, own_statistics, own_record_lists, **recorded,
                    dependencies=_track_dependencies(library, fingerprints, reads))


def _lazy_tables(library: Library, summaries: Mapping[str, RecordSummary], list_items: Mapping[str, ListItem],
                 statistics: Statistics, record_lists: RecordLists,
                 own: Mapping[str, Mapping[str, OwnBreakdown]]) -> DataTables:
    """The tables that follow from the records and their statistics, by the name of their field."""
    as_of = statistics.as_of
    titles = _collect_titles(library, list_items)
    bulk = _summarised_records(library)
    scopes = ("", *library.places)
    traits = LazyDict(library.cases, partial(collect_case_traits, library, list_items))
    return {
        "list_items": list_items,
        "progress": LazyDict(library.issues, partial(_load_progress, summaries)),
        "exported_records": LazyDict(bulk, partial(_load_exports, bulk, summaries), keep=1),
        "titles": {ONLY_KEY: titles},
        "status_since_event": LazyDict(_past_events(library, as_of),
                                       partial(_status_since_event, record_lists, summaries, as_of)),
        "obligations": _lazy_whole_table(partial(_group_obligations, library, summaries, as_of), scopes),
        "news": _lazy_whole_table(partial(collect_news, library, list_items, as_of), scopes),
        "calendar": _lazy_whole_table(partial(collect_calendar, library, list_items, as_of), scopes),
        "similar_cases": find_similar_cases(traits, list_items),
        "case_traits": traits,
        "contribution_tables": _lazy_whole_table(
            partial(write_contribution_tables, summaries),
            [key for key, definition in DEFINITIONS.items() if definition.of_issues]),
        "stats": LazyDict(DEFINITIONS, partial(_collect_stats, statistics)),
        "peer_medians": compute_peer_medians(library, statistics),
        "breakdowns": LazyDict(DEFINITIONS, partial(_roll_up_breakdowns, own, list(library.places))),
        "corrections": LazyDict((ONLY_KEY,), partial(_collect_corrections, library, summaries)),
    }


def _load_progress(summaries: Mapping[str, RecordSummary], path: str) -> Progress:
    return summaries[path].progress


def _load_exports(paths: Mapping[str, Iterable[str]], summaries: Mapping[str, RecordSummary],
                  table: str) -> dict[str, tuple[str, str]]:
    """Path → its row of CSV and its JSON, without drafts."""
    details = ((path, summaries[path].details) for path in paths[table])
    return {path: (one.csv_row, one.exported) for path, one in details if one.exported}


def _collect_stats(statistics: Statistics, key: str) -> dict[str, Stat]:
    return {place: stats[key] for place, stats in statistics.scopes.items()}


def _roll_up_breakdowns(own: Mapping[str, Mapping[str, OwnBreakdown]], places: Sequence[str],
                        key: str) -> dict[str, Breakdown]:
    return roll_up_breakdowns(key, own[key], places)


def _lazy_change_tables(change_log: ChangesByRecord, library: Library, list_items: Mapping[str, ListItem],
                        as_of: date) -> DataTables:
    """The changes of each record, the latest of all, and how many records of each place were changed in a week."""
    return {"change_log": change_log,
            "recent_changes": LazyDict((ONLY_KEY,), partial(_select_recent_changes, change_log)),
            "changed_lately": _lazy_whole_table(partial(_count_changed_records, change_log, library, list_items,
                                                        as_of), ("", *library.places))}


def _count_changed_records(change_log: ChangesByRecord, library: Library, list_items: Mapping[str, ListItem],
                           as_of: date) -> Mapping[str, int]:
    """Place ("" = the site) → how many published records there and below were changed in the last week."""
    def is_published(path: str) -> bool:  # without reading an issue or a case
        is_bulk = RECORD_FOLDERS.get(get_folder_name(path)) in BULK
        return path in list_items if is_bulk else library.record(path) is not None

    changed = (path for path, changes in change_log.items()
               if any(as_of - WEEK < change.day <= as_of for change in changes) and is_published(path))
    return Counter(place for path in changed
                   for place in ("", *list_self_and_ancestors(path if path in library.places else get_place_of(path))))


def _select_recent_changes(change_log: ChangesByRecord, _: str) -> tuple[tuple[str, RecordChangeEntry], ...]:
    return select_latest_changes(change_log, MAX_RECENT_CHANGES)


def _track_dependencies(library: Library, fingerprints: TableDigests, reads: set[str]) -> DependencyTracker:
    """The tracker of what pages read: `fingerprints` of all tables, and the `reads` recorded so far."""
    bulk = _summarised_records(library)
    implied = dict.fromkeys(bulk, _COVERED_BY_FINGERPRINT) if library.fingerprints else {}
    owned = ("list_items", "progress", *bulk, *(f"row-{tag}" for tag in library.site.languages))
    group_of = {path: get_place_of(path) for path in library.fingerprints}
    return DependencyTracker(fingerprints, reads, implied, _place_fingerprints(library),
                             dict.fromkeys(owned, group_of))


def _place_fingerprints(library: Library) -> dict[str, str]:
    """Place → fingerprint of its name and of all its own issues and cases."""
    return {place: compute_digest(repr((library.places[place].name, library.places[place].translations,
                                        [(path, library.fingerprints[path]) for path in paths])).encode())
            for place, paths in group_by_place(library.fingerprints).items()}


def _lazy_own_breakdowns(statistics: Statistics, record_lists: RecordLists,
                         of_issues: Mapping[str, Mapping[str, OwnBreakdown]],
                         ) -> Mapping[str, Mapping[str, OwnBreakdown]]:
    """Statistic → place → the contributions of its own records, without those of places below it."""
    return LazyDict(DEFINITIONS, partial(_break_down_own_records, statistics, record_lists, of_issues))


def _break_down_own_records(statistics: Statistics, record_lists: RecordLists,
                            of_issues: Mapping[str, Mapping[str, OwnBreakdown]],
                            key: str) -> Mapping[str, OwnBreakdown]:
    if DEFINITIONS[key].of_issues:
        return of_issues[""]
    return break_down_other_records(key, statistics.other_contributions[key], record_lists.date_of)


def _fingerprint_breakdowns(key: str, own: Mapping[str, OwnBreakdown]) -> str:
    encoded = ((place, bytes(data.get(DEFINITIONS[key].counted_as, b""))) for place, data in own.items())
    return compute_digest(repr(sorted(encoded)).encode())


def _summarised_records(library: Library) -> Mapping[str, Iterable[str]]:
    """The names of the tables of records that have summaries, each with its paths."""
    return {TABLES[kind]: library.of_kind(kind) for kind in BULK}


def _lazy_whole_table(make: Callable[[], Mapping[str, Any]], keys: Iterable[str]) -> Mapping[str, Any]:
    """A lazy table whose values are all computed on the first read of any of its `keys`."""
    return LazyDict(keys, partial(_get_of_whole, LazyDict((ONLY_KEY,), partial(_make_whole, make))))


def _make_whole(make: Callable[[], Mapping[str, Any]], _: str) -> Mapping[str, Any]:
    return make()


def _get_of_whole(made: Mapping[str, Mapping[str, Any]], key: str) -> Any:
    return made[ONLY_KEY].get(key, ())


def _record_reads(tables: Any, reads: set[str], plain: Iterable[str]) -> tuple[Any, TableDigests]:
    """`tables` with every read recorded, and their fingerprints; the fields `plain` are left as they are."""
    values = {field.name: getattr(tables, field.name) for field in fields(tables) if field.name not in plain}
    recorded: dict[str, Any] = {name: RecordingDict(name, table, reads) for name, table in values.items()}
    return replace(tables, **recorded), {name: fingerprint_table(table) for name, table in values.items()}


# --- fingerprints -----------------------------------------------------------------------------------------------------


def _table_fingerprints(library: Library, summaries: Mapping[str, RecordSummary], record_lists: RecordLists,
                        as_of: date, tables: DataTables,
                        own: Mapping[str, Mapping[str, OwnBreakdown]]) -> TableDigests:
    """The fingerprints of all tables, from the summaries where these are cheaper than the values."""
    return {**{name: fingerprint_table(values) for name, values in tables.items()},
            **_summary_fingerprints(library, summaries, record_lists, as_of),
            "breakdowns": fingerprint_table(own, lambda key: _fingerprint_breakdowns(key, own[key])),
            **{f"row-{tag}": _fingerprint_rows(library, record_lists, summaries) for tag in library.site.languages}}


def _bulk_fingerprints(library: Library) -> TableDigests:
    """The fingerprints of issues and cases, if the library knows them without reading the records."""
    return {name: fingerprint_table(getattr(library, name), library.fingerprints.get)
            for name in _summarised_records(library)} if library.fingerprints else {}


def fingerprint_table(values: Mapping[str, object], of: Callable[[str], object] | None = None) -> Callable[[str], str]:
    """A function from a table key to the fingerprint of its value ("" = absent), taken from `of(key)` or from the
    value's repr."""
    def digest_of(key: str) -> str:
        if key == ALL_KEYS:
            return shorten_to_digest(repr(list(values)))
        return shorten_to_digest(str(of(key)) if of else repr(values[key])) if key in values else ""

    return digest_of


def _summary_fingerprints(library: Library, summaries: Mapping[str, RecordSummary], record_lists: RecordLists,
                          as_of: date) -> TableDigests:
    """The fingerprints of tables whose values are stored as JSON in summaries, without decoding them."""
    whole = LazyDict(("obligations", "similar_cases", "contribution_tables"),
                     lambda table: _fingerprint_whole_table(library, summaries, as_of, table))
    return {
        "list_items": fingerprint_table(summaries, lambda path: summaries[path].list_item_json),
        "progress": fingerprint_table(library.issues, lambda path: summaries[path].fields.progress_digest),
        "exported_records": _fingerprint_exports(library, summaries),
        "status_since_event": fingerprint_table(library.events, lambda event: "".join(
            f"{path}{summary.status_at_event}{summary.list_item.status_snapshot}{summary.list_item.listed_date}"
            for path in record_lists.issues_in.get(get_place_of(event), ()) for summary in (summaries[path],))),
        "obligations": lambda _: whole["obligations"],
        "similar_cases": lambda _: whole["similar_cases"],
        "case_traits": lambda _: whole["similar_cases"],
        "contribution_tables": lambda _: whole["contribution_tables"],
        "corrections": lambda _: shorten_to_digest(repr((
            [(path, summary.fields.corrections) for path, summary in summaries.items() if summary.fields.corrections],
            [(path, record.corrections) for path, record in _other_records(library) if record.corrections]))),
    }


def _fingerprint_exports(library: Library, summaries: Mapping[str, RecordSummary]) -> Callable[[str], str]:
    """A function from a kind of record to the fingerprint of the exported data of that kind."""
    def fingerprint(path: str) -> str:
        return path + (library.fingerprints.get(path) or summaries[path].fields.details_digest)

    return lambda kind: compute_digest("".join(map(fingerprint, _summarised_records(library)[kind])).encode())


def _fingerprint_whole_table(library: Library, summaries: Mapping[str, RecordSummary], as_of: date, table: str) -> str:
    if table == "obligations":
        others = collect_obligations(library, (), as_of)
        return shorten_to_digest(repr(([summary.obligations for summary in summaries.values() if summary.obligations],
                                       others)))
    if table == "contribution_tables":
        parts = (f"{path}{summary.list_item.title}{summary.fields.contributions_digest}"
                 for path, summary in summaries.items())
        return compute_digest("".join(parts).encode())
    cases = [(case, summaries[case].list_item_json) for case in library.cases]
    issues = {issue: summaries[issue].list_item_json
              for case in library.cases for issue in summaries[case].list_item.issues}
    locations = [(path, location.kind) for path, location in library.locations.items()]
    return shorten_to_digest(repr((issues, cases, locations)))


def _fingerprint_rows(library: Library, record_lists: RecordLists,
                      summaries: Mapping[str, RecordSummary]) -> Callable[[str], str]:
    """A function from a path to the fingerprint of its row: record, name of its place, title of its target."""
    names = {path: repr((place.name, place.translations)) for path, place in library.places.items()}

    def fingerprint_row(path: str) -> str:
        if path in summaries:
            return shorten_to_digest(summaries[path].list_item_json + names.get(get_place_of(path), ""))
        record = library.record(path)
        target = getattr(record, "target", "")
        reviewed = summaries[target].list_item_json if target in summaries else repr(library.record(target))
        when = record_lists.date_of.get(path)
        place_name = names.get(get_place_of(path))
        return shorten_to_digest(repr((record, when, place_name, reviewed)))

    return fingerprint_row


def _other_records(library: Library) -> Iterator[tuple[str, Record]]:
    """All records but issues and cases."""
    yield "site", library.site
    yield from library.of_kinds(kind for kind in TABLES if kind not in BULK)


def _collect_corrections(library: Library, summaries: Mapping[str, RecordSummary],
                         _: str) -> tuple[tuple[str, Correction], ...]:
    """The corrections of all records, the newest first."""
    bulk = ((path, one) for path, summary in summaries.items() for one in summary.corrections)
    others = ((path, one) for path, record in _other_records(library) for one in record.corrections)
    return tuple(sorted((*bulk, *others), key=lambda one: (-one[1].date.toordinal(), one[0])))


def _status_since_event(record_lists: RecordLists, summaries: Mapping[str, RecordSummary], as_of: date,
                        event: str) -> StatusSinceEvent:
    """The status, on the event's day and now, of each issue of the event's place raised by that day."""
    paths = record_lists.issues_in.get(get_place_of(event), ())
    statuses = {path: (then[event], summaries[path].list_item.status_snapshot)
                for path in paths if event in (then := summaries[path].status_at_event)}
    since = sum(path not in statuses and (summaries[path].list_item.listed_date.earliest or as_of) <= as_of
                for path in paths)
    return StatusSinceEvent(statuses, since)


def _collect_titles(library: Library, list_items: Mapping[str, ListItem]) -> dict[str, str]:
    """Path → title, of all records."""
    others = library.of_kinds(kind for kind in TABLES if KINDS[kind].is_placed and kind not in BULK)
    return {**{path: item.title for path, item in list_items.items()},
            **{path: get_title(record) for path, record in others}}


def _past_events(library: Library, as_of: date) -> list[str]:
    """The paths of the events that are over."""
    return [path for path, event in library.events.items() if (day := event.date.latest) and day <= as_of]


def _group_obligations(library: Library, summaries: Mapping[str, RecordSummary],
                       as_of: date) -> Mapping[str, tuple[Obligation, ...]]:
    of_issues = (one for summary in summaries.values() for one in summary.obligations)
    return group_obligations_by_place(collect_obligations(library, of_issues, as_of))
