"""`Holdings`: which records each list holds, newest first - the same in every language."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from datetime import date, timedelta
from heapq import nlargest
from typing import Any

from msgspec import Struct

from ..library import Library
from ..model.dates import UNKNOWN, When
from ..model.kinds import ACTIVITIES, KINDS, TABLES
from ..model.paths import and_above, place_of, places_above
from ..model.records import DEFAULT_METHOD, Record, Review
from ..model.thresholds import WALL_DAYS
from ..search import REPORTED
from .briefs import Listing, Standing
from .statistics import places_with_records

Paths = tuple[str, ...]


class Hung(Struct, frozen=True):
    """The issues in one column of a wall, newest first, and how many there are of that kind altogether."""

    paths: Paths
    number: int


Wall = Mapping[str, Hung]
"""Status, or phase → what hangs there."""

LATELY = 8
"""So many recent moves stand on the front page."""


class Holdings(Struct, frozen=True):
    """Paths of records, newest first. `month`: the month (`YYYY-MM`) a record is listed under, if known."""

    when: Mapping[str, When]            # listed record → the date it is listed by
    month: Mapping[str, str | None]
    issues_in: Mapping[str, Paths]      # place → issues there and in all places below; "" → all
    cases_in: Mapping[str, Paths]
    by_topic: Mapping[str, Paths]       # leaf topic → issues
    by_month: Mapping[str, Paths]       # `YYYY-MM` or `unknown` → issues raised then
    by_status_in: Mapping[str, Mapping[str, Paths]]
    """Place ("" = the site) → status, or the reason why statistics leave them out → issues."""
    only_reported: Mapping[str, tuple[str, ...]]
    """Place ("" = the site) → the statuses of which all issues there and below are known from press reports only."""
    issues_by_method: Mapping[str, Paths]
    cases_by_method: Mapping[str, Paths]
    reporting: Mapping[str, None]
    """Places that have a public record, their own or of a place below; the others have none yet."""
    of_kind: Mapping[str, Paths]
    """Folder of a kind of record (`meetings`) → all of that kind."""
    of_kind_in: Mapping[str, Mapping[str, Paths]]
    """Folder of a kind of record → place → those that stand there or below, and those about a place there."""
    event_of: Mapping[str, str]
    """Review → the event that it was given at."""
    place_reviewed: Mapping[str, str]
    """Review → the place that it is about: its target, or where the case or event stands."""
    reviews_of: Mapping[str, Paths]
    """Place → the reviews of it, of what is below it and of its cases and events."""
    with_gaps: Mapping[str, None]
    """Places that have a page of gaps: reviews or plans are about them or a place below."""
    walls: Mapping[str, Wall]
    """Place ("" = the site) → its wall on the day of the report."""
    walls_by_phase: Mapping[str, Wall]
    """Place ("" = the site) → the same notes by the phase that they have reached."""
    open_in: Mapping[str, Paths]
    """Place → the open issues that count, by the promised day; those without one by the day they were raised."""
    lasting_in: Mapping[str, Paths]
    """Place → the issues found to last."""
    objected_in: Mapping[str, Paths]
    """Place ("" = the site) → the issues to whose result somebody objected, as far as they are counted and judged."""
    years_of: Mapping[str, tuple[int, ...]]
    """Place → the years from the first to the last of which something is told there, or below."""
    in_year: Mapping[str, Paths]
    """`PLACE/YYYY` → the issues raised, the cases that began and the meetings held in that year, there or below."""
    lately: Mapping[str, tuple[tuple[str, int], ...]]
    """"" → the issues that moved last, newest first, each with the number of its latest step in the log."""
    occurring: Mapping[str, tuple[str, ...]]
    """`topics`, `statuses`, `kinds` and `years` → those that occur among all records."""

    @property
    def issues(self) -> Paths:
        """All issues."""
        return self.issues_in.get("", ())

    @property
    def cases(self) -> Paths:
        """All cases."""
        return self.cases_in.get("", ())


def holdings_of(library: Library, listings: Mapping[str, Listing], as_of: date) -> Holdings:
    """Every list of the site; `listings`: issue or case → what a list shows of it."""
    event_of = {path: event for path, review in library.reviews.items() if (event := _event_of(library, review))}
    when = _dates(library, listings, event_of)
    month = {path: moment.month for path, moment in when.items()}
    issues, cases = newest_first(library.issues, when), newest_first(library.cases, when)
    of_kind = {KINDS[kind].table: newest_first(library.of_kind(kind), when) for kind in ACTIVITIES}
    reporting = (place for own in sorted(_reporting(library, listings, as_of)) for place in and_above(own))
    began = {path: _began(path, when, listings) for path in (*issues, *cases, *of_kind["meetings"])}
    return Holdings(
        when, month, reporting=dict.fromkeys(reporting), event_of=event_of,
        occurring=_occurring(library, listings, when), **_lists(issues, cases, listings, month),
        **_practice(library, of_kind), **_by_year(began, as_of), **_on_display(issues, listings, as_of))


def _dates(library: Library, listings: Mapping[str, Listing], event_of: Mapping[str, str]) -> dict[str, When]:
    """Every record that is listed → the date it is listed by."""
    return {**{path: one.when for path, one in listings.items()},
            **{path: _when(library, path, record, event_of)
               for path, record in library.of_kinds((*ACTIVITIES, "location", "figure"))}}


def _lists(issues: Paths, cases: Paths, listings: Mapping[str, Listing],
           month: Mapping[str, str | None]) -> dict[str, Any]:
    """Issues and cases by place, topic, month, status and method."""
    def method(path: str) -> Paths:
        return (listings[path].method or DEFAULT_METHOD,)

    by_status_in = _by_status(issues, listings)
    return {
        "issues_in": _by_place(issues), "cases_in": _by_place(cases),
        "by_topic": _grouped(issues, lambda path: listings[path].topics),
        "by_month": _grouped(issues, lambda path: (month[path] or "unknown",)),
        "by_status_in": by_status_in, "only_reported": _only_reported(by_status_in, listings),
        "issues_by_method": _grouped(issues, method), "cases_by_method": _grouped(cases, method),
    }


def _practice(library: Library, of_kind: Mapping[str, Paths]) -> dict[str, Any]:
    """The records around the issues, by place; and which places they review."""
    of_kind_in = {folder: _grouped(paths, lambda path: _places_about(library, path))
                  for folder, paths in of_kind.items()}
    return {
        "of_kind": of_kind, "of_kind_in": of_kind_in,
        "place_reviewed": {path: place_of(_inside(library, one.target)) for path, one in library.reviews.items()},
        "reviews_of": _grouped(of_kind["reviews"], lambda path: _places_reviewed(library, path)),
        "with_gaps": dict.fromkeys((*of_kind_in["reviews"], *of_kind_in["plans"])),
    }


def _reporting(library: Library, listings: Mapping[str, Listing], as_of: date) -> Set[str]:
    """The places with records of their own, as the statistic of reporting communities knows them."""
    begun = {place_of(path) for path, one in listings.items() if not one.draft and not one.when.is_after(as_of)}
    return places_with_records(library, as_of, begun)


def _occurring(library: Library, listings: Mapping[str, Listing], when: Mapping[str, When]) -> dict[str, Paths]:
    found = {
        "topics": {topic for one in listings.values() for topic in one.topics},
        "statuses": {f"{one.status}{REPORTED}" if one.press and one.open else one.status
                     for one in listings.values() if one.status},
        "kinds": {kind for kind in TABLES if library.of_kind(kind)},
        "years": {str(moment.day.year) for moment in when.values() if moment.day},
    }
    return {name: tuple(sorted(values)) for name, values in found.items()}


def _by_status(issues: Paths, listings: Mapping[str, Listing]) -> Mapping[str, Mapping[str, Paths]]:
    groups = _grouped(issues, lambda path: (listings[path].apart or listings[path].status,))
    within = {status: _by_place(paths) for status, paths in groups.items()}
    places = dict.fromkeys(place for of_status in within.values() for place in of_status)
    return {place: {status: of_status[place] for status, of_status in within.items() if place in of_status}
            for place in places}


def _only_reported(by_status_in: Mapping[str, Mapping[str, Paths]],
                   listings: Mapping[str, Listing]) -> Mapping[str, tuple[str, ...]]:
    return {place: tuple(status for status, paths in of_status.items() if all(listings[path].press for path in paths))
            for place, of_status in by_status_in.items()}


def _began(path: str, when: Mapping[str, When], listings: Mapping[str, Listing]) -> date | None:
    """When the matter of a record began: a case without a date of its own began with the first issue it tells of."""
    told = listings[path].issues if path in listings else ()
    return when[path].earliest or min(filter(None, (when[one].earliest for one in told if one in when)), default=None)


def _by_year(began: Mapping[str, date | None], as_of: date) -> dict[str, Any]:
    """What belongs to each year of each place; left out is what is still to come, or has no year that is known."""
    year = {path: day.year for path, day in began.items() if day and day <= as_of}
    found: defaultdict[str, set[int]] = defaultdict(set)
    for path in year:
        for place in places_above(path):
            found[place].add(year[path])
    return {"in_year": _grouped(tuple(year), lambda path: (f"{place}/{year[path]}" for place in places_above(path))),
            "years_of": {place: tuple(range(min(years), max(years) + 1)) for place, years in found.items()}}


def _on_display(issues: Paths, listings: Mapping[str, Listing], as_of: date) -> dict[str, Any]:
    """Which issues hang on walls, are open, last, were objected to, and moved last."""
    def in_places(holds: Callable[[Listing], bool]) -> dict[str, Paths]:
        return _by_place(path for path in issues if holds(listings[path]))

    def promised(path: str) -> tuple[date, date, str]:
        return listings[path].due or date.max, listings[path].when.latest or date.max, path

    raised = in_places(lambda one: (one.when.earliest or as_of) <= as_of)
    hanging = {path for path in issues if _hangs(listings[path].standing, as_of)}
    statuses, phases = ({path: getattr(listings[path], of) for path in issues} for of in ("status", "phase"))
    pending = in_places(lambda one: one.open and not one.apart)
    return {
        "walls": {place: _wall(paths, statuses, hanging) for place, paths in raised.items()},
        "walls_by_phase": {place: _wall(paths, phases, hanging) for place, paths in raised.items()},
        "open_in": {place: tuple(sorted(paths, key=promised)) for place, paths in pending.items()},
        "lasting_in": in_places(lambda one: one.ladder == "lasting" and not one.draft),
        "objected_in": in_places(lambda one: one.objections and not one.apart and one.judged),
        "lately": {"": _lately(issues, listings)},
    }


def _lately(issues: Paths, listings: Mapping[str, Listing]) -> tuple[tuple[str, int], ...]:
    """The issues that moved last, each with the number of its step."""
    steps = ((day, path, number) for path in issues for day, number in filter(None, (listings[path].latest,)))
    return tuple((path, number) for _, path, number in nlargest(LATELY, steps))


def wall_of(standings: Mapping[str, Standing], day: date) -> Wall:
    """The wall on `day`; `standings`: the issues raised by then, newest first → where each stood on it."""
    statuses = {path: one.status for path, one in standings.items()}
    return _wall(standings, statuses, {path for path, one in standings.items() if _hangs(one, day)})


def _wall(paths: Iterable[str], column_of: Mapping[str, str], hanging: Set[str]) -> Wall:
    """The wall of these issues, newest first; `column_of`: issue → its column; `hanging`: those that hang on walls."""
    columns: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        columns[column_of[path]].append(path)
    return {column: Hung(tuple(filter(hanging.__contains__, those)), len(those)) for column, those in columns.items()}


def _hangs(standing: Standing, day: date) -> bool:
    """Whether an issue is on the wall of `day`: open, not known further, or closed in the last days before."""
    since = day - timedelta(WALL_DAYS)
    return standing.status not in ("resolved", "closed") or bool(standing.closed and standing.closed >= since)


def newest_first(paths: Iterable[str], when: Mapping[str, When]) -> Paths:
    """`paths` by date, the newest first, undated ones last; ties in the order of the paths."""
    return tuple(sorted(paths, key=lambda path: (age_of(when[path]), path)))


def age_of(when: When) -> int:
    """What sorts dates, the newest first, and unknown ones last."""
    return -when.latest.toordinal() if when.latest else 0


def _grouped(paths: Iterable[str], keys_of: Callable[[str], Iterable[str]]) -> dict[str, Paths]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        for key in keys_of(path):
            groups[key].append(path)
    return {key: tuple(group) for key, group in groups.items()}


def _by_place(paths: Iterable[str]) -> dict[str, Paths]:
    """Place → those there and in all places below; "" → all."""
    return _grouped(paths, lambda path: ("", *places_above(path)))


# --- the records around the issues ------------------------------------------------------------------------------------


def _when(library: Library, path: str, record: Record, event_of: Mapping[str, str]) -> When:
    """The date that a record is listed by."""
    if path in library.plans:
        return library.plans[path].sessions[0].date if library.plans[path].sessions else UNKNOWN
    if path in event_of and library.reviews[path].date is None:
        return library.events[event_of[path]].date
    moment = getattr(record, "date", None) or getattr(record, "founded", None)
    return moment if isinstance(moment, When) else UNKNOWN


def _event_of(library: Library, review: Review) -> str | None:
    """The event that a review was given at: its target, its case's, or the last that showed its target by then."""
    if review.target in library.events:
        return review.target
    case = library.cases.get(review.target)
    if case and case.event:
        return case.event
    given = review.date.latest if review.date else None
    showing = {path: library.events[path].date for path in library.named_by(review.target, "event.groups")}
    by_then = [path for path, held in showing.items() if not (given and held.earliest and held.earliest > given)]
    return max(by_then, key=lambda path: showing[path].latest or date.min, default=None)


def _places_about(library: Library, path: str) -> Iterable[str]:
    """The places that a record belongs to: where it stands, those it is about, and all above them."""
    about = [path]
    if path in library.reviews:
        about.append(_inside(library, library.reviews[path].target))
    elif path in library.plans:
        about += map(_inside_place, library.plans[path].places)
    elif path in library.events:
        about += (_inside_place(one.place) for group in library.events[path].groups for one in group.presentations)
    return dict.fromkeys(place for one in about for place in places_above(one))


def _places_reviewed(library: Library, path: str) -> Iterable[str]:
    return places_above(_inside(library, library.reviews[path].target))


def _inside(library: Library, target: str) -> str:
    return _inside_place(target) if target in library.places else target or ""


def _inside_place(place: str) -> str:
    """A path that stands below a place, so that the place itself is among those above it."""
    return f"{place}/place" if place else ""
