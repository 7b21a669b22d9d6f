"""`Holdings`: which records each list holds, newest first, and what hangs on the walls - the same in every language."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ..dates import UNKNOWN, When
from ..library import Library
from ..paths import place_of
from ..progress import Progress, progress_of
from ..records import DEFAULT_METHOD, Record, Review

Paths = tuple[str, ...]


@dataclass(frozen=True)
class Holdings:
    """Paths of records, newest first. `month`: the month (`YYYY-MM`) a record is listed under, if known."""

    issues: Paths
    cases: Paths
    when: Mapping[str, When]            # listed record → the date it is listed by
    month: Mapping[str, str | None]
    issues_in: Mapping[str, Paths]      # place → issues there and in all places below
    cases_in: Mapping[str, Paths]
    by_topic: Mapping[str, Paths]       # leaf topic → issues
    by_month: Mapping[str, Paths]       # `YYYY-MM` or `unknown` → issues raised then
    issues_by_method: Mapping[str, Paths]
    cases_by_method: Mapping[str, Paths]
    reporting: frozenset[str]
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
    with_gaps: frozenset[str]
    """Places that have a page of gaps: reviews or plans are about them or a place below."""
    then: Mapping[str, Mapping[str, Progress]]
    """Event that is over → issue of its place raised by its day → where the issue stood on that day."""


def holdings_of(library: Library, progress: Mapping[str, Progress], as_of: date) -> Holdings:
    """Every list of the site."""
    event_of = {path: event for path, review in library.reviews.items() if (event := _event_of(library, review))}
    when = {path: _when(library, path, record, event_of) for path, record in library.records_of_places()}
    month = {path: moment.month for path, moment in when.items()}
    issues, cases = newest_first(library.issues, when), newest_first(library.cases, when)
    of_kind = {folder: newest_first(records, when) for folder, records in _kinds(library).items()}
    of_kind_in = {folder: _grouped(paths, lambda path: _places_about(library, path))
                  for folder, paths in of_kind.items()}
    issues_in = _grouped(issues, _places_above)
    return Holdings(
        issues, cases, when, month, issues_in=issues_in, cases_in=_grouped(cases, _places_above),
        by_topic=_grouped(issues, lambda path: library.issues[path].topic),
        by_month=_grouped(issues, lambda path: (month[path] or "unknown",)),
        issues_by_method=_grouped(issues, lambda path: (library.issues[path].method or DEFAULT_METHOD,)),
        cases_by_method=_grouped(cases, lambda path: (library.cases[path].method or DEFAULT_METHOD,)),
        reporting=frozenset(place for path, _ in library.records_of_places() for place in _places_above(path)),
        of_kind=of_kind, of_kind_in=of_kind_in, event_of=event_of,
        place_reviewed={path: place_of(_inside(library, review.target)) for path, review in library.reviews.items()},
        reviews_of=_grouped(of_kind["reviews"], lambda path: _places_reviewed(library, path)),
        with_gaps=frozenset((*of_kind_in["reviews"], *of_kind_in["plans"])),
        then={path: _then(library, issues_in.get(place_of(path), ()), day)
              for path, event in library.events.items() if (day := event.date.latest) and day <= as_of},
    )


def newest_first(paths: Iterable[str], when: Mapping[str, When]) -> Paths:
    """`paths` by date, the newest first, undated ones last; ties in the order of the paths."""
    def age(path: str) -> tuple[int, str]:
        latest = when[path].latest
        return (-latest.toordinal() if latest else 0), path

    return tuple(sorted(paths, key=age))


def raised_by(library: Library, issues: Iterable[str], day: date) -> list[str]:
    """Those of the issues that had been raised on `day`, as far as is known."""
    return [path for path in issues if (library.issues[path].raised.earliest or day) <= day]


def _grouped(paths: Paths, keys_of: Callable[[str], Iterable[str]]) -> Mapping[str, Paths]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        for key in keys_of(path):
            groups[key].append(path)
    return {key: tuple(group) for key, group in groups.items()}


def _places_above(path: str) -> Iterator[str]:
    place = place_of(path)
    while place:
        yield place
        place = place_of(place)


# --- the records around the issues ------------------------------------------------------------------------------------


def _kinds(library: Library) -> Mapping[str, Mapping[str, Record]]:
    return {"forums": library.forums, "meetings": library.meetings, "events": library.events,
            "reviews": library.reviews, "plans": library.plans, "registers": library.registers}


def _when(library: Library, path: str, record: Record, event_of: Mapping[str, str]) -> When:
    """The date that a record is listed by."""
    if path in library.issues:
        return library.issues[path].raised
    if path in library.cases:
        dates = library.cases[path].dates
        return dates.start if dates else UNKNOWN
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
    return dict.fromkeys(place for one in about for place in _places_above(one))


def _places_reviewed(library: Library, path: str) -> Iterable[str]:
    return _places_above(_inside(library, library.reviews[path].target))


def _inside(library: Library, target: str) -> str:
    return _inside_place(target) if target in library.places else target or ""


def _inside_place(place: str) -> str:
    """A path that stands below a place, so that the place itself is among those above it."""
    return f"{place}/place" if place else ""


def _then(library: Library, issues: Iterable[str], day: date) -> dict[str, Progress]:
    return {path: progress_of(library.issues[path], library.methods[library.issues[path].method or DEFAULT_METHOD], day)
            for path in raised_by(library, issues, day)}
