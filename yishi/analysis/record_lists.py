"""Which records each list of the site contains, newest first; independent of language."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from datetime import date, timedelta
from heapq import nlargest
from typing import TypeVar

from msgspec import Struct

from ..core.dependencies import ONLY_KEY
from ..library import Library
from ..model.dates import UNKNOWN_DATE, PartialDate
from ..model.kinds import ACTIVITIES, KINDS, TABLES
from ..model.paths import get_place_of, list_ancestor_places, list_self_and_ancestors
from ..model.records import DEFAULT_METHOD, Record, Review
from ..model.thresholds import WALL_DAYS
from ..search import REPORTED_SUFFIX
from .statistics import find_places_with_records
from .summaries import ListItem, StatusSnapshot

K = TypeVar("K")

Paths = tuple[str, ...]


class WallColumn(Struct, frozen=True):
    """The issues in one column of a wall, newest first; `total`: all with this status or phase, also those no longer
    on the wall."""

    paths: Paths
    total: int


Wall = Mapping[str, WallColumn]
"""Status or phase → its wall column."""

RECENT_MOVES = 8
"""Number of recent moves on the front page."""


class RecordLists(Struct, frozen=True):
    """Paths of records, newest first. `month`: the month (`YYYY-MM`) a record is listed under, if known."""

    date_of: Mapping[str, PartialDate]            # listed record → the date it is listed by
    month_of: Mapping[str, str | None]
    issues_in: Mapping[str, Paths]      # place → issues there and in all places below; "" → all
    cases_in: Mapping[str, Paths]
    by_topic: Mapping[str, Paths]       # leaf topic → issues
    by_month: Mapping[str, Paths]       # `YYYY-MM` or `unknown` → issues raised then
    by_status_in: Mapping[str, Mapping[str, Paths]]
    """Place ("" = the site) → status, or the reason why statistics leave them out → issues."""
    statuses_only_from_press: Mapping[str, tuple[str, ...]]
    """Place ("" = the site) → the statuses of which all issues there and below are known from press reports only."""
    issues_by_method: Mapping[str, Paths]
    cases_by_method: Mapping[str, Paths]
    places_reporting: Mapping[str, None]
    """Places that have a public record, their own or of a place below; the others have none yet."""
    by_kind: Mapping[str, Paths]
    """Folder of a kind of record (`meetings`) → all of that kind."""
    by_kind_in: Mapping[str, Mapping[str, Paths]]
    """Folder of a kind of record → place → those that stand there or below, and those about a place there."""
    event_of: Mapping[str, str]
    """Review → its event."""
    reviewed_place_of: Mapping[str, str]
    """Review → the place reviewed: its target, or the place of the case or event."""
    reviews_of: Mapping[str, Paths]
    """Place → the reviews of it, of places below, and of their cases and events."""
    places_with_gaps: Mapping[str, None]
    """Places that have a page of gaps: reviews or plans are about them or a place below."""
    walls: Mapping[str, Wall]
    """Place ("" = the site) → its wall on the day of the report."""
    walls_by_phase: Mapping[str, Wall]
    """Place ("" = the site) → the wall with columns by phase."""
    open_issues_in: Mapping[str, Paths]
    """Place → the counted open issues, by promised day; those without one by the day they were raised."""
    lasting_issues_in: Mapping[str, Paths]
    """Place → the issues with a lasting result."""
    objected_issues_in: Mapping[str, Paths]
    """Place ("" = the site) → the counted and judged issues with objections to their result."""
    press_issues_in: Mapping[str, Paths]
    """Place ("" = the site) → the counted issues known only from press reports: they are never called overdue."""
    years_of: Mapping[str, tuple[int, ...]]
    """Place → the years from the first to the last with a record there or below."""
    by_year_in: Mapping[str, Paths]
    """`PLACE/YYYY` → the issues raised, the cases that began and the meetings held in that year, there or below."""
    recent_moves: Mapping[str, tuple[tuple[str, int], ...]]
    """ONLY_KEY → the issues that moved last, newest first, each with the number of its latest step in the log."""
    facet_values: Mapping[str, tuple[str, ...]]
    """`topics`, `statuses`, `kinds` and `years` → the values that occur in any record (facets of the search page)."""

    @property
    def issues(self) -> Paths:
        """All issues."""
        return self.issues_in.get("", ())

    @property
    def cases(self) -> Paths:
        """All cases."""
        return self.cases_in.get("", ())


def build_record_lists(library: Library, list_items: Mapping[str, ListItem], as_of: date) -> RecordLists:
    """All lists of the site; `list_items`: issue or case → its list item."""
    event_of = {path: event for path, review in library.reviews.items() if (event := _event_of_review(library, review))}
    when = _dates(library, list_items, event_of)
    month = {path: moment.month for path, moment in when.items()}
    issues = sort_newest_first(library.issues, when)
    cases = sort_newest_first(library.cases, when)
    of_kind = {KINDS[kind].table: sort_newest_first(library.of_kind(kind), when) for kind in ACTIVITIES}
    of_kind_in = {folder: _group_paths(paths, lambda path: _places_about(library, path))
                  for folder, paths in of_kind.items()}
    reporting = (place for own in sorted(_places_reporting(library, list_items, as_of))
                 for place in list_self_and_ancestors(own))
    by_status_in = _group_by_status(issues, list_items)
    raised = _select_in_places(issues, list_items, lambda item: (item.listed_date.earliest or as_of) <= as_of)
    on_wall = {path for path in issues if _is_on_wall(list_items[path], as_of)}
    began = {path: _start_day(path, when, list_items) for path in (*issues, *cases, *of_kind["meetings"])}
    year = {path: day.year for path, day in began.items() if day and day <= as_of}
    return RecordLists(
        date_of=when, month_of=month,
        issues_in=_by_place(issues), cases_in=_by_place(cases),
        by_topic=_group_paths(issues, lambda path: list_items[path].topics),
        by_month=_group_paths(issues, lambda path: (month[path] or "unknown",)),
        by_status_in=by_status_in, statuses_only_from_press=_statuses_only_from_press(by_status_in, list_items),
        issues_by_method=_group_by_method(issues, list_items), cases_by_method=_group_by_method(cases, list_items),
        places_reporting=dict.fromkeys(reporting),
        by_kind=of_kind, by_kind_in=of_kind_in,
        event_of=event_of,
        reviewed_place_of={path: get_place_of(_path_inside_target(library, review.target))
                           for path, review in library.reviews.items()},
        reviews_of=_group_paths(of_kind["reviews"], lambda path: list_ancestor_places(
            _path_inside_target(library, library.reviews[path].target))),
        places_with_gaps=dict.fromkeys((*of_kind_in["reviews"], *of_kind_in["plans"])),
        walls=_build_walls(raised, {path: list_items[path].status for path in issues}, on_wall),
        walls_by_phase=_build_walls(raised, {path: list_items[path].phase for path in issues}, on_wall),
        open_issues_in=_by_place(_list_open_issues(issues, list_items)),
        lasting_issues_in=_select_in_places(issues, list_items,
                                            lambda item: item.ladder == "lasting" and not item.draft),
        objected_issues_in=_select_in_places(
            issues, list_items, lambda item: item.has_objections and not item.exclusion_reason and item.is_judged),
        press_issues_in=_select_in_places(issues, list_items,
                                          lambda item: item.from_press and not item.exclusion_reason),
        years_of=_list_years(year), by_year_in=_group_by_year(year),
        recent_moves={ONLY_KEY: _recent_moves(issues, list_items)},
        facet_values=_facet_values(library, list_items, when),
    )


def _dates(library: Library, list_items: Mapping[str, ListItem], event_of: Mapping[str, str]) -> dict[str, PartialDate]:
    """Listed record → the date it is listed by."""
    return {**{path: item.listed_date for path, item in list_items.items()},
            **{path: _listed_date(library, path, record, event_of)
               for path, record in library.of_kinds((*ACTIVITIES, "location", "figure"))}}


def _places_reporting(library: Library, list_items: Mapping[str, ListItem], as_of: date) -> Set[str]:
    """The places with records of their own, as in the statistic of reporting communities."""
    begun = {get_place_of(path) for path, item in list_items.items()
             if not item.draft and not item.listed_date.is_after(as_of)}
    return find_places_with_records(library, as_of, begun)


def _facet_values(library: Library, list_items: Mapping[str, ListItem],
                  when: Mapping[str, PartialDate]) -> dict[str, Paths]:
    values_of = {
        "topics": {topic for item in list_items.values() for topic in item.topics},
        "statuses": {f"{item.status}{REPORTED_SUFFIX}" if item.from_press and item.is_open else item.status
                     for item in list_items.values() if item.status},
        "kinds": {kind for kind in TABLES if library.of_kind(kind)},
        "years": {str(moment.day.year) for moment in when.values() if moment.day},
    }
    return {name: tuple(sorted(values)) for name, values in values_of.items()}


def _group_by_status(issues: Paths, list_items: Mapping[str, ListItem]) -> Mapping[str, Mapping[str, Paths]]:
    groups = _group_paths(issues, lambda path: (list_items[path].exclusion_reason or list_items[path].status,))
    within = {status: _by_place(paths) for status, paths in groups.items()}
    places = dict.fromkeys(place for of_status in within.values() for place in of_status)
    return {place: {status: of_status[place] for status, of_status in within.items() if place in of_status}
            for place in places}


def _statuses_only_from_press(by_status_in: Mapping[str, Mapping[str, Paths]],
                              list_items: Mapping[str, ListItem]) -> Mapping[str, tuple[str, ...]]:
    return {place: tuple(status for status, paths in of_status.items()
                         if all(list_items[path].from_press for path in paths))
            for place, of_status in by_status_in.items()}


def _start_day(path: str, when: Mapping[str, PartialDate], list_items: Mapping[str, ListItem]) -> date | None:
    """When the subject of a record began; for a case without a date, its first issue."""
    issues = list_items[path].issues if path in list_items else ()
    days_raised = (when[issue].earliest for issue in issues if issue in when)
    return when[path].earliest or min(filter(None, days_raised), default=None)


def _list_years(year: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    """Place → its years; `year`: record → the year in which its subject began."""
    years_by_place: defaultdict[str, set[int]] = defaultdict(set)
    for path in year:
        for place in list_ancestor_places(path):
            years_by_place[place].add(year[path])
    return {place: tuple(range(min(years), max(years) + 1)) for place, years in years_by_place.items()}


def _group_by_year(year: Mapping[str, int]) -> dict[str, Paths]:
    """`PLACE/YYYY` → the records of that year there or below; `year`: record → the year in which its subject began."""
    return _group_paths(year, lambda path: [f"{place}/{year[path]}" for place in list_ancestor_places(path)])


def _group_by_method(paths: Paths, list_items: Mapping[str, ListItem]) -> dict[str, Paths]:
    return _group_paths(paths, lambda path: (list_items[path].method or DEFAULT_METHOD,))


def _select_in_places(issues: Paths, list_items: Mapping[str, ListItem],
                      condition: Callable[[ListItem], bool]) -> dict[str, Paths]:
    """Place → the issues there and below that fulfil the condition."""
    return _by_place(tuple(path for path in issues if condition(list_items[path])))


def _list_open_issues(issues: Paths, list_items: Mapping[str, ListItem]) -> Paths:
    """The counted open issues by promised day; those without one by the day they were raised."""
    def promise_sort_key(path: str) -> tuple[date, date, str]:
        return list_items[path].due or date.max, list_items[path].listed_date.latest or date.max, path

    counted = (path for path in issues if list_items[path].is_open and not list_items[path].exclusion_reason)
    return tuple(sorted(counted, key=promise_sort_key))


def _recent_moves(issues: Paths, list_items: Mapping[str, ListItem]) -> tuple[tuple[str, int], ...]:
    """The issues with the latest steps, each with the index of the step in its log."""
    steps = ((step[0], path, step[1]) for path in issues if (step := list_items[path].last_step))
    return tuple((path, number) for _, path, number in nlargest(RECENT_MOVES, steps))


def build_wall(snapshots: Mapping[str, StatusSnapshot], day: date) -> Wall:
    """The wall on `day`; `snapshots`: issue raised by then, newest first → its status on the day."""
    statuses = {path: snapshot.status for path, snapshot in snapshots.items()}
    on_wall = {path for path, snapshot in snapshots.items() if _is_on_wall(snapshot, day)}
    return _build_columns(snapshots, statuses, on_wall)


def _build_walls(issues_in: Mapping[str, Paths], column_of: Mapping[str, str], on_wall: Set[str]) -> dict[str, Wall]:
    """Place → its wall; `issues_in`: place → its issues; the others as for `_build_columns`."""
    return {place: _build_columns(paths, column_of, on_wall) for place, paths in issues_in.items()}


def _build_columns(paths: Iterable[str], column_of: Mapping[str, str], on_wall: Set[str]) -> Wall:
    """The wall columns of these issues, newest first; `column_of`: issue → its column; `on_wall`: the issues shown."""
    columns: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        columns[column_of[path]].append(path)
    return {column: WallColumn(tuple(path for path in paths_in_column if path in on_wall), len(paths_in_column))
            for column, paths_in_column in columns.items()}


def _is_on_wall(issue: ListItem | StatusSnapshot, day: date) -> bool:
    """Whether an issue is on the wall on `day`: open, of unknown outcome, or closed in the last WALL_DAYS days."""
    if issue.status not in ("resolved", "closed"):
        return True
    return issue.closed_on is not None and issue.closed_on >= day - timedelta(WALL_DAYS)


def sort_newest_first(paths: Iterable[str], when: Mapping[str, PartialDate]) -> Paths:
    """`paths` by date, newest first, undated ones last; ties in the order of the paths."""
    return tuple(sorted(paths, key=lambda path: (age_of(when[path]), path)))


def age_of(when: PartialDate) -> int:
    """Sort key: newest date first, unknown dates last."""
    latest = when.latest
    return -latest.toordinal() if latest else 0


def _group_paths(paths: Iterable[str], keys_of: Callable[[str], Iterable[K]]) -> dict[K, Paths]:
    groups: defaultdict[K, list[str]] = defaultdict(list)
    for path in paths:
        for key in keys_of(path):
            groups[key].append(path)
    return {key: tuple(group) for key, group in groups.items()}


def _by_place(paths: Paths) -> dict[str, Paths]:
    """Place → paths in the place and all places below; "" → all."""
    return {"": paths, **_group_paths(paths, list_ancestor_places)} if paths else {}


# --- activities and reviews -------------------------------------------------------------------------------------------


def _listed_date(library: Library, path: str, record: Record, event_of: Mapping[str, str]) -> PartialDate:
    """The date by which a record is listed."""
    if path in library.plans:
        return library.plans[path].sessions[0].date if library.plans[path].sessions else UNKNOWN_DATE
    if path in event_of and library.reviews[path].date is None:
        return library.events[event_of[path]].date
    moment = getattr(record, "date", None) or getattr(record, "founded", None)
    return moment if isinstance(moment, PartialDate) else UNKNOWN_DATE


def _event_of_review(library: Library, review: Review) -> str | None:
    """The event of a review: its target, the event of its case, or the last one that presented its target by then."""
    if review.target in library.events:
        return review.target
    case = library.cases.get(review.target)
    if case and case.event:
        return case.event
    given_on = review.date.latest if review.date else None
    date_of = {path: library.events[path].date for path in library.referrers(review.target, "event.groups")}
    by_then = [path for path, event_date in date_of.items()
               if not (given_on and event_date.earliest and event_date.earliest > given_on)]
    return max(by_then, key=lambda path: date_of[path].latest or date.min, default=None)


def _places_about(library: Library, path: str) -> Iterable[str]:
    """The places to which a record belongs: where it is, those it is about, and all above them."""
    about = [path]
    if path in library.reviews:
        about.append(_path_inside_target(library, library.reviews[path].target))
    elif path in library.plans:
        about += map(_path_inside_place, library.plans[path].places)
    elif path in library.events:
        about += (_path_inside_place(presentation.place)
                  for group in library.events[path].groups for presentation in group.presentations)
    return dict.fromkeys(place for inner_path in about for place in list_ancestor_places(inner_path))


def _path_inside_target(library: Library, target: str) -> str:
    return _path_inside_place(target) if target in library.places else target or ""


def _path_inside_place(place: str) -> str:
    """A path inside the place, so that `list_ancestor_places` includes the place itself."""
    return f"{place}/place" if place else ""
