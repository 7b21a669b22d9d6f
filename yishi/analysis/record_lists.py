"""Which records each list of the site contains, newest first; independent of language."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from datetime import date, timedelta
from heapq import nlargest
from typing import Any, TypeVar

from msgspec import Struct

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
    """The issues in one column of a wall, newest first, and how many there are of that kind altogether."""

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
    years_of: Mapping[str, tuple[int, ...]]
    """Place → the years from the first to the last with a record there or below."""
    by_year_in: Mapping[str, Paths]
    """`PLACE/YYYY` → the issues raised, the cases that began and the meetings held in that year, there or below."""
    recent_moves: Mapping[str, tuple[tuple[str, int], ...]]
    """"" → the issues that moved last, newest first, each with the number of its latest step in the log."""
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
    reporting = (place for own in sorted(_places_reporting(library, list_items, as_of))
                 for place in list_self_and_ancestors(own))
    began = {path: _start_day(path, when, list_items) for path in (*issues, *cases, *of_kind["meetings"])}
    return RecordLists(
        when, month, places_reporting=dict.fromkeys(reporting), event_of=event_of,
        facet_values=_facet_values(library, list_items, when), **_lists(issues, cases, list_items, month),
        **_practice(library, of_kind), **_group_by_year(began, as_of), **_issue_lists(issues, list_items, as_of))


def _dates(library: Library, list_items: Mapping[str, ListItem], event_of: Mapping[str, str]) -> dict[str, PartialDate]:
    """Listed record → the date it is listed by."""
    return {**{path: one.listed_date for path, one in list_items.items()},
            **{path: _listed_date(library, path, record, event_of)
               for path, record in library.of_kinds((*ACTIVITIES, "location", "figure"))}}


def _lists(issues: Paths, cases: Paths, list_items: Mapping[str, ListItem],
           month: Mapping[str, str | None]) -> dict[str, Any]:
    """Issues and cases by place, topic, month, status and method."""
    def method(path: str) -> Paths:
        return (list_items[path].method or DEFAULT_METHOD,)

    by_status_in = _group_by_status(issues, list_items)
    return {
        "issues_in": _by_place(issues), "cases_in": _by_place(cases),
        "by_topic": _group_paths(issues, lambda path: list_items[path].topics),
        "by_month": _group_paths(issues, lambda path: (month[path] or "unknown",)),
        "by_status_in": by_status_in, "statuses_only_from_press": _statuses_only_from_press(by_status_in, list_items),
        "issues_by_method": _group_paths(issues, method), "cases_by_method": _group_paths(cases, method),
    }


def _practice(library: Library, of_kind: Mapping[str, Paths]) -> dict[str, Any]:
    """Activities and reviews by place, and the places they review."""
    of_kind_in = {folder: _group_paths(paths, lambda path: _places_about(library, path))
                  for folder, paths in of_kind.items()}
    return {"by_kind": of_kind, "by_kind_in": of_kind_in,
            "reviewed_place_of": {path: get_place_of(_path_inside_target(library, one.target))
                                  for path, one in library.reviews.items()},
            "reviews_of": _group_paths(of_kind["reviews"], lambda path: _places_reviewed(library, path)),
            "places_with_gaps": dict.fromkeys((*of_kind_in["reviews"], *of_kind_in["plans"])),}


def _places_reporting(library: Library, list_items: Mapping[str, ListItem], as_of: date) -> Set[str]:
    """The places with records of their own, as in the statistic of reporting communities."""
    begun = {get_place_of(path) for path, one in list_items.items() if not one.draft
             and not one.listed_date.is_after(as_of)}
    return find_places_with_records(library, as_of, begun)


def _facet_values(library: Library, list_items: Mapping[str, ListItem],
                  when: Mapping[str, PartialDate]) -> dict[str, Paths]:
    values_of = {
        "topics": {topic for one in list_items.values() for topic in one.topics},
        "statuses": {f"{one.status}{REPORTED_SUFFIX}" if one.from_press and one.is_open else one.status
                     for one in list_items.values() if one.status},
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
    return when[path].earliest or min(filter(None, (when[one].earliest for one in issues if one in when)), default=None)


def _group_by_year(began: Mapping[str, date | None], as_of: date) -> dict[str, Any]:
    """The records of each year of each place, without future ones and those without a known year."""
    year = {path: day.year for path, day in began.items() if day and day <= as_of}
    years_by_place: defaultdict[str, set[int]] = defaultdict(set)
    for path in year:
        for place in list_ancestor_places(path):
            years_by_place[place].add(year[path])
    by_year = _group_paths(year, lambda path: [(place, year[path]) for place in list_ancestor_places(path)])
    return {"by_year_in": {f"{place}/{of_year}": paths for (place, of_year), paths in by_year.items()},
            "years_of": {place: tuple(range(min(years), max(years) + 1)) for place, years in years_by_place.items()}}


def _issue_lists(issues: Paths, list_items: Mapping[str, ListItem], as_of: date) -> dict[str, Any]:
    """Issues on walls, open, lasting, with objections, and recently moved."""
    def in_places(condition: Callable[[ListItem], bool]) -> dict[str, Paths]:
        return _by_place(tuple(path for path in issues if condition(list_items[path])))

    def promise_sort_key(path: str) -> tuple[date, date, str]:
        return list_items[path].due or date.max, list_items[path].listed_date.latest or date.max, path

    promised = sorted((path for path in issues if list_items[path].is_open and not list_items[path].exclusion_reason),
                      key=promise_sort_key)
    raised = in_places(lambda one: (one.listed_date.earliest or as_of) <= as_of)
    on_wall = {path for path in issues if _is_on_wall(list_items[path], as_of)}
    statuses, phases = ({path: getattr(list_items[path], attribute) for path in issues}
                        for attribute in ("status", "phase"))
    return {
        "walls": {place: _build_columns(paths, statuses, on_wall) for place, paths in raised.items()},
        "walls_by_phase": {place: _build_columns(paths, phases, on_wall) for place, paths in raised.items()},
        "open_issues_in": _by_place(tuple(promised)),
        "lasting_issues_in": in_places(lambda one: one.ladder == "lasting" and not one.draft),
        "objected_issues_in": in_places(lambda one: one.has_objections and not one.exclusion_reason and one.is_judged),
        "recent_moves": {"": _lately(issues, list_items)},
    }


def _lately(issues: Paths, list_items: Mapping[str, ListItem]) -> tuple[tuple[str, int], ...]:
    """The issues with the latest steps, each with the index of the step in its log."""
    steps = ((day, path, number) for path in issues for day, number in filter(None, (list_items[path].last_step,)))
    return tuple((path, number) for _, path, number in nlargest(RECENT_MOVES, steps))


def build_wall(snapshots: Mapping[str, StatusSnapshot], day: date) -> Wall:
    """The wall on `day`; `snapshots`: issue raised by then, newest first → its status on the day."""
    statuses = {path: one.status for path, one in snapshots.items()}
    return _build_columns(snapshots, statuses, {path for path, one in snapshots.items() if _is_on_wall(one, day)})


def _build_columns(paths: Iterable[str], column_of: Mapping[str, str], on_wall: Set[str]) -> Wall:
    """The wall columns of these issues, newest first; `column_of`: issue → its column; `on_wall`: the issues shown."""
    columns: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        columns[column_of[path]].append(path)
    return {column: WallColumn(tuple(filter(on_wall.__contains__, those)), len(those))
            for column, those in columns.items()}


def _is_on_wall(issue: ListItem | StatusSnapshot, day: date) -> bool:
    """Whether an issue is on the wall on `day`: open, of unknown outcome, or closed in the last WALL_DAYS days."""
    return issue.status not in ("resolved", "closed") or bool(issue.closed_on
                                                              and issue.closed_on >= day - timedelta(WALL_DAYS))


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
        about += (_path_inside_place(one.place) for group in library.events[path].groups for one in group.presentations)
    return dict.fromkeys(place for one in about for place in list_ancestor_places(one))


def _places_reviewed(library: Library, path: str) -> Iterable[str]:
    return list_ancestor_places(_path_inside_target(library, library.reviews[path].target))


def _path_inside_target(library: Library, target: str) -> str:
    return _path_inside_place(target) if target in library.places else target or ""


def _path_inside_place(place: str) -> str:
    """A path inside the place, so that `list_ancestor_places` includes the place itself."""
    return f"{place}/place" if place else ""
