"""Library → numbers, each with its definition, parts and records.

A statistic of issues is one rule that says what a single issue contributes; a scope - a place with all below it, or
the site - is the sum of the contributions. The rules are those of the content model, §6. T is `as_of`. Drafts are never
counted; duplicates and issues raised after T are left out, and of judging statistics what only the press reports.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from statistics import median, quantiles

from msgspec.structs import replace

from ...library import Library
from ...library.checks import stands_for_others
from ...model.dates import UNKNOWN
from ...model.paths import by_place, place_of
from ...model.problems import Finding, KeyPath
from ...model.records import Case, Issue
from ...model.thresholds import ENOUGH
from ...model.vocabulary import nearest
from ..progress import Progress
from .definitions import DEFINITIONS
from .gathered import communities_reporting, places_with_records
from .hiding import hidden_totals, signs_of
from .model import (
    Aggregate,
    Contribution,
    Definition,
    IssueContext,
    Kind,
    PlaceTotals,
    Stat,
    Statistics,
    as_data,
    place_totals,
)

__all__ = ["DEFINITIONS", "KEYS", "OF_PEOPLE", "Aggregate", "Contribution", "Definition", "IssueContext",
           "PlaceTotals", "Stat", "Statistics", "as_data", "check_expected", "check_names", "contribute",
           "contribute_case", "issue_context", "kinds_of_meetings", "left_out", "place_totals", "places_with_records",
           "repeats_another", "role_of", "signs_of", "stat_of", "statistics_from"]

KEYS = tuple(definition.key for definition in DEFINITIONS if definition.rule or definition.of_case)
"""The statistics of issues and cases: each of them contributes by itself."""

KEYS_OF_ALL = tuple(definition.key for definition in DEFINITIONS)

OF_PEOPLE = tuple(definition.key for definition in DEFINITIONS if definition.people)
"""The statistics that count people."""

Totals = Mapping[str, Mapping[str, Aggregate]]
"""Place ("" = the site) → statistic → what it adds up to, there and below."""


def contribute(context: IssueContext) -> dict[str, Contribution]:
    """Statistic → what one issue contributes to it; without those to whose population it does not belong."""
    made = {one.key: one.rule(context) for one in DEFINITIONS if one.rule}
    return {one.key: left_out(context, one.judging) or part for one in DEFINITIONS if (part := made.get(one.key))}


def contribute_case(case: Case, as_of: date) -> dict[str, Contribution]:
    """Statistic → what one case contributes to it."""
    return {one.key: one.of_case(case, as_of) for one in DEFINITIONS if one.of_case}


def role_of(key: str, contribution: Contribution) -> str:
    """What a record is to the statistic `key`: `counted`, `looked_at` (of the population, but not counted), or the
    reason why it is left out. Pages, tables and `explain` all take it from here.

    Of numbers of people every record that has both is counted: who is looked at only would be known to have none.
    """
    if contribution.is_left_out:
        return contribution.left_out
    counts = contribution.numerator or contribution.values or contribution.number is not None
    return "counted" if counts or key in OF_PEOPLE else "looked_at"


def statistics_from(library: Library, own: Mapping[str, PlaceTotals], as_of: date) -> Statistics:
    """All statistics of the site and of every place. `own`: place → what its own issues and cases add up to."""
    contributions = {one.key: dict(one.gather(library, as_of)) for one in DEFINITIONS if one.gather}
    with_matters = {place for place, totals in own.items() if _has_begun(totals)}
    contributions["communities_reporting"] = dict(communities_reporting(library, as_of, with_matters))
    totals = aggregate(library, own, contributions)
    scopes = {scope: {definition.key: _stat(definition, scope, library, totals) for definition in DEFINITIONS}
              for scope in ("", *library.places)}
    for key in OF_PEOPLE:
        suppress(key, scopes, library, contributions[key])
    return Statistics(as_of, scopes, contributions)


def _has_begun(totals: PlaceTotals) -> bool:
    """Whether some issue was raised by T, be it one that repeats another, or some case had begun."""
    issues, cases = totals.get("issues", Aggregate()), totals.get("cases", Aggregate())
    return bool(issues.numerator or issues.excluded.get("duplicate") or cases.numerator)


def check_names(library: Library) -> Iterator[Finding]:
    """What a figure matches, and by what a plan measures its gaps, is a statistic that exists, as KEY or KEY.VALUE."""
    names = set(_names(library))
    for path, keys, name in _named(library):
        if name not in names and not _MONTH.fullmatch(name):
            yield Finding(path, keys, "unknown_statistic", (("found", f"'{name}'"),), nearest(name, names) or "")


def check_expected(library: Library, as_of: date) -> Iterator[Finding]:
    """No place has more communities with records than it says there are (§6.1.2). Issues and cases are looked into
    only where there are more communities than that at all."""
    leaves = [place for place in library.places if place not in library.children]
    for path, place in library.places.items():
        below = [leaf for leaf in leaves if leaf.startswith(f"{path}/")]
        if place.expected_communities is None or len(below) <= place.expected_communities:
            continue
        dates = {**{issue: one.raised for issue, one in library.issues.items()},
                 **{case: one.dates.start if one.dates else UNKNOWN for case, one in library.cases.items()}}
        begun = {place_of(one) for one, when in dates.items()
                 if one not in library.drafts and not when.is_after(as_of)}
        number = len(dict(communities_reporting(library, as_of, begun)).keys() & set(below))
        if number > place.expected_communities:
            values = (("found", str(number)), ("allowed", str(place.expected_communities)))
            yield Finding(path, ("expected_communities",), "more_communities", values, level="warning")


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


def issue_context(library: Library, path: str, issue: Issue, progress: Progress, as_of: date) -> IssueContext:
    """The issue at `path` as the rules see it."""
    location = library.locations.get(issue.location or "")
    kinds = kinds_of_meetings(library, path, as_of).union(issue.participants.kinds)
    return IssueContext(path, issue, progress, kinds, location.kind if location else None, as_of,
                        repeats=repeats_another(library, issue.duplicate_of, as_of))


def kinds_of_meetings(library: Library, issue: str, as_of: date) -> frozenset[str]:
    """The kinds of stakeholders that took part in the meetings on an issue; those after T do not count (§6.1.4)."""
    meetings = (library.meetings[path] for path in library.named_by(issue, "meeting.issues"))
    return frozenset(kind for meeting in meetings if not meeting.draft and not meeting.date.is_after(as_of)
                     for kind in meeting.participants.kinds)


def repeats_another(library: Library, original: str | None, as_of: date) -> bool:
    """Whether an issue that repeats `original`, which is published, is not counted for that (§6.1.11)."""
    return original is not None and stands_for_others(library.issues[original], as_of)


def left_out(context: IssueContext, judging: bool) -> Contribution | None:
    """Why an issue is left out of all statistics, or of the judging ones."""
    if context.issue.raised.is_after(context.as_of):
        return Contribution(left_out="after_as_of")
    if context.repeats:
        return Contribution(left_out="duplicate")
    return Contribution(left_out="press") if judging and context.issue.basis == "press" else None


# --- totals -----------------------------------------------------------------------------------------------------------


def aggregate(library: Library, own: Mapping[str, PlaceTotals],
              of_others: Mapping[str, Mapping[str, Contribution]]) -> Totals:
    """The totals of every place with all below it, and of the site. `own`: place → those of its own issues;
    `of_others`: statistic → record of another kind → what it contributes."""
    totals: dict[str, dict[str, Aggregate]] = {
        scope: {key: Aggregate() for key in KEYS_OF_ALL if key != "by_place"} for scope in ("", *library.places)}
    for place, known in own.items():
        for key, one in known.items():
            totals[place][key].merge(one)
    for key, contributions in of_others.items():
        for path, contribution in contributions.items():
            totals[place_of(path)][key].add(contribution)
    for place in reversed(list(library.places)):  # children stand after their parent
        for key, one in totals[place].items():
            totals[place_of(place)][key].merge(one)
    return totals


def _stat(definition: Definition, scope: str, library: Library, totals: Totals) -> Stat:
    if definition.key == "by_place":
        return _by_place(library, scope, totals)
    if definition.key == "communities_reporting":
        return _communities_reporting(library, scope, totals)
    return stat_of(definition.kind, totals[scope][definition.key])


def suppress(key: str, scopes: Mapping[str, dict[str, Stat]], library: Library,
             contributions: Mapping[str, Contribution]) -> None:
    """Takes the numbers of people out of `scopes` that are hidden; `contributions`: record → what it contributes."""
    own = {place: [contributions[path] for path in paths if not contributions[path].is_left_out]
           for place, paths in by_place(contributions).items()}
    totals = {place: Contribution(stats[key].numerator or 0, stats[key].denominator or 0)
              for place, stats in scopes.items()}
    numerators, denominators = hidden_totals(library.children, own, totals)
    for place in dict.fromkeys((*numerators, *denominators)):
        stat = scopes[place][key]
        of = None if place in denominators else stat.denominator
        sign = numerators.get(place) or denominators[place]
        scopes[place][key] = replace(stat, value=None, numerator=None, denominator=of, suppressed=sign)


def _count(total: Aggregate) -> Stat:
    return Stat(total.numerator, total.numerator, None, _excluded(total))


def _share(total: Aggregate) -> Stat:
    value = _fraction(total.numerator, total.denominator)
    return Stat(value, total.numerator, total.denominator, _excluded(total),
                results=_sorted(total.values) or None, about=total.about)


def _split(total: Aggregate) -> Stat:
    return Stat(_sorted(total.values), total.numerator, total.denominator, _excluded(total))


def _distinct(total: Aggregate) -> Stat:
    return Stat(len(total.values), len(total.values), None, _excluded(total))


def _median(total: Aggregate) -> Stat:
    """The median and the inclusive quartiles (first, second, third) of the numbers; null for fewer than ENOUGH."""
    n = len(total.numbers)
    if n < ENOUGH:
        return Stat(None, None, n, _excluded(total), n=n)
    quartiles = tuple(round(q, 4) for q in quantiles(total.numbers, n=4, method="inclusive"))
    return Stat(median(total.numbers), None, n, _excluded(total), n=n, quartiles=quartiles)


_FORMS: Mapping[Kind, Callable[[Aggregate], Stat]] = {
    "count": _count, "share": _share, "split": _split, "distinct": _distinct, "median": _median}


def stat_of(kind: Kind, total: Aggregate) -> Stat:
    """What a statistic of a kind says of what its records add up to."""
    return _FORMS[kind](total)


def _fraction(numerator: int, denominator: int) -> float | None:
    return round(numerator / denominator, 4) if denominator else None


def _sorted(counter: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counter.items()))


def _excluded(total: Aggregate) -> dict[str, int]:
    return _sorted(total.excluded)


# --- statistics that are not sums over issues -------------------------------------------------------------------------


def _by_place(library: Library, scope: str, totals: Totals) -> Stat:
    """The issues of each place directly below; those of the place itself under its own path."""
    total = totals[scope]["issues"]
    below = {place: totals[place]["issues"].numerator for place in library.children.get(scope, ())}
    own = {scope: total.numerator - sum(below.values())}
    counts = {place: number for place, number in sorted({**below, **own}.items()) if number}
    return Stat(counts, total.numerator, total.numerator, _excluded(total))


def _communities_reporting(library: Library, scope: str, totals: Totals) -> Stat:
    """The leaf places with a record, of as many as the highest places with `expected_communities` say there are.

    Where there are more than were expected both numbers are told, and no share (§6.1.2).
    """
    highest = list(_highest_expecting(library, scope))
    if not highest:
        return Stat(None, None, None, {})
    numerator = sum(totals[place]["communities_reporting"].numerator for place in highest)
    denominator = sum(library.places[place].expected_communities or 0 for place in highest)
    value = None if numerator > denominator else _fraction(numerator, denominator)
    return Stat(value, numerator, denominator, {})


def _highest_expecting(library: Library, scope: str) -> Iterator[str]:
    if scope and library.places[scope].expected_communities is not None:
        yield scope
        return
    for child in library.children.get(scope, ()):
        yield from _highest_expecting(library, child)
