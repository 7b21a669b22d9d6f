"""`Holdings`: which issues and cases each list holds, newest first - the same in every language."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..dates import UNKNOWN, When
from ..library import Library
from ..paths import place_of
from ..progress import Progress
from ..records import DEFAULT_METHOD

Paths = tuple[str, ...]


@dataclass(frozen=True)
class Holdings:
    """Paths of issues and cases, newest first. `month`: the month (`YYYY-MM`) a record is listed under, if known."""

    issues: Paths
    cases: Paths
    month: Mapping[str, str | None]
    issues_in: Mapping[str, Paths]      # place → issues there and in all places below
    cases_in: Mapping[str, Paths]
    by_topic: Mapping[str, Paths]       # leaf topic → issues
    by_status: Mapping[str, Paths]
    by_month: Mapping[str, Paths]       # `YYYY-MM` or `unknown` → issues raised then
    issues_by_method: Mapping[str, Paths]
    cases_by_method: Mapping[str, Paths]
    reporting: frozenset[str]
    """Places that have a public record, their own or of a place below; the others have none yet."""


def holdings_of(library: Library, progress: Mapping[str, Progress]) -> Holdings:
    """Every list of the site."""
    when = {path: issue.raised for path, issue in library.issues.items()}
    when |= {path: case.dates.start if case.dates else UNKNOWN for path, case in library.cases.items()}
    issues = newest_first(library.issues, when)
    cases = newest_first(library.cases, when)
    month = {path: moment.month for path, moment in when.items()}
    return Holdings(
        issues, cases, month,
        issues_in=_grouped(issues, _places_above), cases_in=_grouped(cases, _places_above),
        by_topic=_grouped(issues, lambda path: library.issues[path].topic),
        by_status=_grouped(issues, lambda path: (progress[path].status,)),
        by_month=_grouped(issues, lambda path: (month[path] or "unknown",)),
        issues_by_method=_grouped(issues, lambda path: (library.issues[path].method or DEFAULT_METHOD,)),
        cases_by_method=_grouped(cases, lambda path: (library.cases[path].method or DEFAULT_METHOD,)),
        reporting=frozenset(place for path in (*issues, *cases, *library.locations, *library.figures)
                            for place in _places_above(path)),
    )


def newest_first(paths: Iterable[str], when: Mapping[str, When]) -> Paths:
    """`paths` by date, the newest first, undated ones last; ties in the order of the paths."""
    def age(path: str) -> tuple[int, str]:
        latest = when[path].latest
        return (-latest.toordinal() if latest else 0), path

    return tuple(sorted(paths, key=age))


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
