"""Library → numbers, each with its definition, parts and records.

A statistic of issues is one rule that says what a single issue contributes; a scope - a place with all below it, or
the site - is the sum of the contributions. The rules are those of the content model, §6. T is `as_of`. Drafts are never
counted; duplicates and issues raised after T are left out, and of judging statistics what only the press reports.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from statistics import median, quantiles

from msgspec import Struct, field
from msgspec.structs import replace

from ..facts import Later
from ..library import Library
from ..paths import by_place, place_of
from ..problems import Finding, KeyPath
from ..progress import Progress
from ..records import Issue
from ..vocabulary import nearest
from .definitions import DEFINITIONS
from .hiding import hidden_totals, signs_of
from .model import Definition, Kind, Matter, Part, Stat, Statistics, as_data

__all__ = ["DEFINITIONS", "KEYS", "Definition", "Matter", "Part", "Stat", "Statistics", "Sums", "Tally", "as_data",
           "check_names", "contributions_of", "left_out", "matter_of", "matters", "signs_of", "statistics_of", "totals"]

KEYS = tuple(definition.key for definition in DEFINITIONS if definition.rule)
"""The statistics of issues: each issue contributes to them by itself."""

ENOUGH = 5
"""Medians of fewer values are not given."""

Contributions = Mapping[str, Mapping[str, Part]]
"""Issue → statistic → what it contributes."""


def statistics_of(library: Library, progress: Mapping[str, Progress], as_of: date) -> Statistics:
    """All statistics of the site and of every place on `as_of`; `progress` by issue path."""
    contributions = {matter.path: contributions_of(matter) for matter in matters(library, progress, as_of)}
    sums = {place: Sums.of(contributions[path] for path in paths) for place, paths in by_place(contributions).items()}
    return totals(library, Later(KEYS, partial(of_key, contributions)), sums, as_of)


def contributions_of(matter: Matter) -> dict[str, Part]:
    """What one issue contributes to each statistic of issues whose population it belongs to."""
    parts = {one.key: one.rule(matter) for one in DEFINITIONS if one.rule}
    return {one.key: left_out(matter, one.judging) or part for one in DEFINITIONS if (part := parts.get(one.key))}


def of_key(contributions: Contributions, key: str) -> dict[str, Part]:
    """Issue → what it contributes to the statistic `key`."""
    return {path: parts[key] for path, parts in contributions.items() if key in parts}


def totals(library: Library, of_issues: Mapping[str, Mapping[str, Part]], sums: Mapping[str, "Sums"],
           as_of: date) -> Statistics:
    """All statistics: `of_issues`: statistic → issue → part; `sums`: place → the sums of its own issues' parts."""
    gathered = {one.key: dict(one.gather(library, as_of)) for one in DEFINITIONS if one.gather}
    tallies = _tallies(library, sums, gathered)
    scopes = {scope: {definition.key: _stat(definition, scope, library, tallies) for definition in DEFINITIONS}
              for scope in ("", *library.places)}
    for definition in DEFINITIONS:
        if definition.people:
            _hide(definition.key, scopes, library, gathered[definition.key])

    def parts(key: str) -> Mapping[str, Part]:
        if key == "by_place":
            return {path: replace(part, values=(place_of(path),)) for path, part in of_issues["issues"].items()}
        return gathered[key] if key in gathered else of_issues[key]

    return Statistics(as_of, scopes, Later([one.key for one in DEFINITIONS], parts))


def check_names(library: Library) -> Iterator[Finding]:
    """What a figure matches, and by what a plan measures its gaps, is a statistic that exists, as KEY or KEY.VALUE."""
    names = set(_names(library))
    for path, keys, name in _named(library):
        if name not in names and not _MONTH.fullmatch(name):
            yield Finding(path, keys, "unknown_statistic", (("found", f"'{name}'"),), nearest(name, names) or "")


def _named(library: Library) -> Iterator[tuple[str, KeyPath, str]]:
    for path, figure in library.figures.items():
        if figure.matches:
            yield path, ("matches",), figure.matches
    for path, plan in library.plans.items():
        for number, gap in enumerate(plan.gaps):
            if gap.statistic:
                yield path, ("gaps", number, "statistic"), gap.statistic


_MONTH = re.compile(r"(raised|resolved)_by_month\.\d{4}-\d{2}")


def _names(library: Library) -> Iterator[str]:
    """Every statistic by its name: KEY, or KEY.VALUE of one that is split into values."""
    terms = library.vocabulary.terms
    values: Mapping[str, Iterable[str]] = {
        "by_status": terms["status"], "by_topic": terms["topic"], "by_channel": terms["channel"],
        "by_stage": terms["phase"], "by_place": library.places, "raised_by_month": (), "resolved_by_month": ()}
    for definition in DEFINITIONS:
        if definition.key in values:
            yield from (f"{definition.key}.{value}" for value in values[definition.key])
        else:
            yield definition.key


# --- contributions ----------------------------------------------------------------------------------------------------


def matters(library: Library, progress: Mapping[str, Progress], as_of: date) -> Iterator[Matter]:
    """The issues as statistics see them."""
    for path, issue in library.issues.items():
        if not issue.draft:
            yield matter_of(library, path, issue, progress[path], as_of)


def matter_of(library: Library, path: str, issue: Issue, progress: Progress, as_of: date) -> Matter:
    """The issue at `path` as statistics see it."""
    location = library.locations.get(issue.location or "")
    kinds = frozenset(issue.participants.kinds).union(*_kinds_of_meetings(library, path))
    return Matter(path, issue, progress, kinds, location.kind if location else None, as_of)


def _kinds_of_meetings(library: Library, issue: str) -> Iterator[tuple[str, ...]]:
    meetings = (library.meetings[path] for path in library.named_by(issue, "meeting.issues"))
    return (meeting.participants.kinds for meeting in meetings if not meeting.draft)


def left_out(matter: Matter, judging: bool) -> Part | None:
    """Why an issue is left out of all statistics, or of the judging ones."""
    raised = matter.issue.raised.earliest
    if matter.issue.duplicate_of:
        return Part(left_out="duplicate")
    if raised and raised > matter.as_of:
        return Part(left_out="after_as_of")
    return Part(left_out="press") if judging and matter.issue.basis == "press" else None


# --- sums -------------------------------------------------------------------------------------------------------------


class Tally(Struct):
    """A sum of parts."""

    numerator: int = 0
    denominator: int = 0
    values: Counter[str] = field(default_factory=Counter)
    numbers: list[int | float] = field(default_factory=list)
    excluded: Counter[str] = field(default_factory=Counter)
    about: bool = False

    def add(self, part: Part) -> None:
        """Counts one part more."""
        if part.left_out:
            self.excluded[part.left_out] += 1
            return
        self.numerator += part.numerator
        self.denominator += part.denominator
        if part.values:
            self.values.update(part.values)
        self.about |= part.about
        if part.number is not None:
            self.numbers.append(part.number)

    def merge(self, other: "Tally") -> None:
        """Counts all that another sum counts."""
        self.numerator += other.numerator
        self.denominator += other.denominator
        self.values.update(other.values)
        self.numbers += other.numbers
        self.excluded.update(other.excluded)
        self.about |= other.about


class Sums(Struct, frozen=True):
    """The sums of the parts of some records: statistic → its sum."""

    of_key: Mapping[str, Tally]

    @classmethod
    def of(cls, contributions: Iterable[Mapping[str, Part]]) -> "Sums":
        """The sums of what these records contribute."""
        tallies: defaultdict[str, Tally] = defaultdict(Tally)
        for parts in contributions:
            for key, part in parts.items():
                tallies[key].add(part)
        return cls(dict(tallies))


_Tallies = dict[str, dict[str, Tally]]
"""Scope → statistic → sum."""


def _tallies(library: Library, sums: Mapping[str, Sums], gathered: Mapping[str, Mapping[str, Part]]) -> _Tallies:
    """The sums of every place with all below it, and of the site."""
    keys = [definition.key for definition in DEFINITIONS if definition.key != "by_place"]
    tallies: _Tallies = {scope: {key: Tally() for key in keys} for scope in ("", *library.places)}
    for place, own in sums.items():
        for key, tally in own.of_key.items():
            tallies[place][key].merge(tally)
    for key, contributions in gathered.items():
        for path, part in contributions.items():
            tallies[place_of(path)][key].add(part)
    for place in reversed(list(library.places)):  # children stand after their parent
        for key, tally in tallies[place].items():
            tallies[place_of(place)][key].merge(tally)
    return tallies


def _stat(definition: Definition, scope: str, library: Library, tallies: _Tallies) -> Stat:
    if definition.key == "by_place":
        return _by_place(library, scope, tallies)
    if definition.key == "communities_reporting":
        return _communities_reporting(library, scope, tallies)
    return _FORMS[definition.kind](tallies[scope][definition.key])


def _hide(key: str, scopes: Mapping[str, dict[str, Stat]], library: Library, parts: Mapping[str, Part]) -> None:
    """Takes out the totals of people that are not told."""
    own = {place: [parts[path] for path in paths if not parts[path].left_out]
           for place, paths in by_place(parts).items()}
    totals = {place: Part(stats[key].numerator or 0, stats[key].denominator or 0, about=stats[key].about)
              for place, stats in scopes.items()}
    numerators, denominators = hidden_totals(library.children, own, totals)
    for place in dict.fromkeys((*numerators, *denominators)):
        stat = scopes[place][key]
        of = None if place in denominators else stat.denominator
        sign = numerators.get(place) or denominators[place]
        scopes[place][key] = replace(stat, value=None, numerator=None, denominator=of, suppressed=sign)



def _count(tally: Tally) -> Stat:
    return Stat(tally.numerator, tally.numerator, None, _excluded(tally))


def _share(tally: Tally) -> Stat:
    value = _fraction(tally.numerator, tally.denominator)
    return Stat(value, tally.numerator, tally.denominator, _excluded(tally),
                results=_sorted(tally.values) or None, about=tally.about)


def _split(tally: Tally) -> Stat:
    return Stat(_sorted(tally.values), tally.numerator, tally.denominator, _excluded(tally))


def _distinct(tally: Tally) -> Stat:
    return Stat(len(tally.values), len(tally.values), None, _excluded(tally))


def _median(tally: Tally) -> Stat:
    """The median and the inclusive quartiles (first, second, third) of the numbers; null for fewer than ENOUGH."""
    n = len(tally.numbers)
    if n < ENOUGH:
        return Stat(None, None, n, _excluded(tally), n=n)
    quartiles = tuple(round(q, 4) for q in quantiles(tally.numbers, n=4, method="inclusive"))
    return Stat(median(tally.numbers), None, n, _excluded(tally), n=n, quartiles=quartiles)


_FORMS: Mapping[Kind, Callable[[Tally], Stat]] = {
    "count": _count, "share": _share, "split": _split, "distinct": _distinct, "median": _median}


def _fraction(numerator: int, denominator: int) -> float | None:
    return round(numerator / denominator, 4) if denominator else None


def _sorted(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items()))


def _excluded(tally: Tally) -> dict[str, int]:
    return _sorted(tally.excluded)


# --- statistics that are not sums over issues -------------------------------------------------------------------------


def _by_place(library: Library, scope: str, tallies: _Tallies) -> Stat:
    """The issues of each place directly below; those of the place itself under its own path."""
    total = tallies[scope]["issues"]
    below = {place: tallies[place]["issues"].numerator for place in library.children.get(scope, ())}
    own = {scope: total.numerator - sum(below.values())}
    counts = {place: number for place, number in sorted({**below, **own}.items()) if number}
    return Stat(counts, total.numerator, total.numerator, _excluded(total))


def _communities_reporting(library: Library, scope: str, tallies: _Tallies) -> Stat:
    """The leaf places with a record, of as many as the highest places with `expected_communities` say there are."""
    highest = list(_highest_expecting(library, scope))
    if not highest:
        return Stat(None, None, None, {})
    numerator = sum(tallies[place]["communities_reporting"].numerator for place in highest)
    denominator = sum(library.places[place].expected_communities or 0 for place in highest)
    return Stat(_fraction(numerator, denominator), numerator, denominator, {})


def _highest_expecting(library: Library, scope: str) -> Iterator[str]:
    if scope and library.places[scope].expected_communities is not None:
        yield scope
        return
    for child in library.children.get(scope, ()):
        yield from _highest_expecting(library, child)
