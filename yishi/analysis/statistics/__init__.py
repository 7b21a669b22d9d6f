"""Library → numbers, each with its definition, parts and records.

A statistic of issues is one rule that says what a single issue contributes; a scope - a place with all below it, or
the site - is the sum of the contributions. The rules are those of the content model, §6. T is `as_of`. Drafts are never
counted; duplicates and issues raised after T are left out, and of judging statistics what only the press reports.
"""

from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace

from ...library import Library
from ...library.checks import is_counted_original
from ...model.paths import get_place_of, group_by_place
from ...model.records import Case, Issue
from ..progress import Progress
from .compute import compute
from .definitions import DEFINITIONS, LEFT_OUT
from .model import (
    Aggregate,
    Contribution,
    Definition,
    IssueContext,
    PlaceTotals,
    Stat,
    Statistics,
    Totals,
    add_up_contributions,
    export_stat,
)
from .record_contributions import find_places_with_records
from .suppression import find_suppressed_totals, find_suppression_marks

__all__ = [
    "DEFINITIONS",
    "LEFT_OUT",
    "Aggregate",
    "Contribution",
    "Definition",
    "IssueContext",
    "PlaceTotals",
    "Stat",
    "Statistics",
    "add_up_contributions",
    "build_issue_context",
    "classify_contribution",
    "collect_meeting_stakeholders",
    "compute",
    "compute_statistics",
    "contribute_case",
    "contribute_issue",
    "export_stat",
    "find_exclusion",
    "find_places_with_records",
    "find_suppression_marks",
    "is_uncounted_duplicate",
]


def contribute_issue(context: IssueContext) -> dict[str, Contribution]:
    """Statistic → what one issue contributes to it; without those to whose population it does not belong."""
    made = ((one, one.issue_rule(context)) for one in DEFINITIONS.values() if one.issue_rule)
    return {one.key: find_exclusion(context, one.is_judging) or part for one, part in made if part}


def contribute_case(case: Case, as_of: date) -> dict[str, Contribution]:
    """Statistic → what one case contributes to it."""
    return {key: one.case_rule(case, as_of) for key, one in DEFINITIONS.items() if one.case_rule}


def classify_contribution(key: str, contribution: Contribution) -> str:
    """What a record is to the statistic `key`: `counted`, `looked_at` (of the population, but not counted), or the
    reason why it is left out. Pages, tables and `explain` all take it from here.

    Of numbers of people every record that has both is counted: who is looked at only would be known to have none.
    """
    if contribution.is_excluded:
        return contribution.exclusion_reason
    counts = contribution.numerator or contribution.values or contribution.number is not None
    return "counted" if counts or DEFINITIONS[key].counts_people else "looked_at"


def compute_statistics(library: Library, own: Mapping[str, PlaceTotals], as_of: date) -> Statistics:
    """All statistics of the site and of every place. `own`: place → what its own issues and cases add up to."""
    begun = {place for place, totals in own.items() if _has_past_records(totals)}
    of_others = {key: dict(one.record_rule(library, as_of, begun)) for key,
                 one in DEFINITIONS.items() if one.record_rule}
    totals = _aggregate(library, own, of_others)
    scopes = {scope: {key: one.total(library, scope, totals) if one.total else compute(one, totals[scope][key])
                      for key, one in DEFINITIONS.items()} for scope in totals}
    for key, one in DEFINITIONS.items():
        if one.counts_people:
            _suppress(key, scopes, library, of_others[key])
    return Statistics(as_of, scopes, of_others)


def _has_past_records(totals: PlaceTotals) -> bool:
    """Whether some issue was raised by T, be it one that repeats another, or some case had begun."""
    issues, cases = totals.get("issues", Aggregate()), totals.get("cases", Aggregate())
    return bool(issues.numerator or issues.excluded.get("duplicate") or cases.numerator)


# --- contributions ----------------------------------------------------------------------------------------------------


def build_issue_context(library: Library, path: str, issue: Issue, progress: Progress, as_of: date) -> IssueContext:
    """The issue at `path` as the rules see it."""
    location = library.locations.get(issue.location or "")
    kinds = collect_meeting_stakeholders(library, path, as_of).union(issue.participants.kinds)
    return IssueContext(issue, progress, kinds, location.kind if location else None, as_of,
                        is_duplicate=is_uncounted_duplicate(library, issue.duplicate_of, as_of))


def collect_meeting_stakeholders(library: Library, issue: str, as_of: date) -> frozenset[str]:
    """The kinds of stakeholders that took part in the meetings on an issue; those after T do not count (§6.1.4)."""
    meetings = (library.meetings[path] for path in library.referrers(issue, "meeting.issues"))
    return frozenset(kind for meeting in meetings if not meeting.draft and not meeting.date.is_after(as_of)
                     for kind in meeting.participants.kinds)


def is_uncounted_duplicate(library: Library, original: str | None, as_of: date) -> bool:
    """Whether an issue that repeats `original`, which is published, is not counted for that (§6.1.11)."""
    return original is not None and is_counted_original(library.issues[original], as_of)


def find_exclusion(context: IssueContext, judging: bool) -> Contribution | None:
    """Why an issue is left out of all statistics, or of the judging ones."""
    if context.issue.raised.is_after(context.as_of):
        return Contribution(exclusion_reason="after_as_of")
    if context.is_duplicate:
        return Contribution(exclusion_reason="duplicate")
    return Contribution(exclusion_reason="press") if judging and context.issue.basis == "press" else None


# --- totals -----------------------------------------------------------------------------------------------------------


def _aggregate(library: Library, own: Mapping[str, PlaceTotals],
               of_others: Mapping[str, Mapping[str, Contribution]]) -> Totals:
    """The totals of every place with all below it, and of the site. `own`: place → those of its own issues and cases;
    `of_others`: statistic → record of another kind → what it contributes."""
    keys = [key for key, one in DEFINITIONS.items() if not one.regroups]
    totals = {scope: {key: Aggregate() for key in keys} for scope in ("", *library.places)}
    for place, known in own.items():
        for key, one in known.items():
            totals[place][key].merge(one)
    for key, contributions in of_others.items():
        for path, contribution in contributions.items():
            totals[get_place_of(path)][key].add(contribution)
    for place in reversed(list(library.places)):  # children stand after their parent
        for key, one in totals[place].items():
            totals[get_place_of(place)][key].merge(one)
    return totals


def _suppress(key: str, scopes: Mapping[str, dict[str, Stat]], library: Library,
              contributions: Mapping[str, Contribution]) -> None:
    """Takes the numbers of people out of `scopes` that are hidden; `contributions`: record → what it contributes."""
    own = {place: [contributions[path] for path in paths if not contributions[path].is_excluded]
           for place, paths in group_by_place(contributions).items()}
    totals = {place: Contribution(stats[key].numerator or 0, stats[key].denominator or 0)
              for place, stats in scopes.items()}
    numerators, denominators = find_suppressed_totals(library.children, own, totals)
    for place in dict.fromkeys((*numerators, *denominators)):
        stat = scopes[place][key]
        of = None if place in denominators else stat.denominator
        sign = numerators.get(place) or denominators[place]
        scopes[place][key] = replace(stat, value=None, numerator=None, denominator=of, suppressed=sign)
