"""Compute the statistics of the site and of every place from the library.

A statistic of issues is one rule that gives the contribution of a single issue; a scope (a place with all places
below, or the site) is the sum of the contributions. The rules are those of the content model, §6; T is `as_of`. Drafts
are never counted; duplicates and issues raised after T are left out, and issues known only from the press are left out
of judging statistics.
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
    """Statistic → contribution of one issue, without statistics to whose population it does not belong."""
    contributions = ((definition, definition.issue_rule(context)) for definition in DEFINITIONS.values()
                     if definition.issue_rule)
    return {definition.key: find_exclusion(context, definition.is_judging) or contribution
            for definition, contribution in contributions if contribution}


def contribute_case(case: Case, as_of: date) -> dict[str, Contribution]:
    """Statistic → contribution of one case."""
    return {key: definition.case_rule(case, as_of) for key, definition in DEFINITIONS.items() if definition.case_rule}


def classify_contribution(key: str, contribution: Contribution) -> str:
    """The role of a record in the statistic `key`: `counted`, `looked_at` (in the population, but not counted), or the
    reason why it is left out.

    Pages, tables and `explain` all use this function. In statistics of people every record with both numbers is
    counted, because `looked_at` would reveal a numerator of 0.
    """
    if contribution.is_excluded:
        return contribution.exclusion_reason
    is_counted = contribution.numerator or contribution.values or contribution.number is not None
    return "counted" if is_counted or DEFINITIONS[key].counts_people else "looked_at"


def compute_statistics(library: Library, own: Mapping[str, PlaceTotals], as_of: date) -> Statistics:
    """All statistics of the site and of every place. `own`: place → totals of its own issues and cases."""
    active_places = {place for place, totals in own.items() if _has_past_records(totals)}
    other_contributions = {key: dict(definition.record_rule(library, as_of, active_places))
                           for key, definition in DEFINITIONS.items() if definition.record_rule}
    totals = _aggregate(library, own, other_contributions)
    scopes = {scope: {key: definition.total(library, scope, totals) if definition.total
                      else compute(definition, totals[scope][key]) for key, definition in DEFINITIONS.items()}
              for scope in totals}
    for key, definition in DEFINITIONS.items():
        if definition.counts_people:
            _suppress(key, scopes, library, other_contributions[key])
    return Statistics(as_of, scopes, other_contributions)


def _has_past_records(totals: PlaceTotals) -> bool:
    """Whether some issue, including duplicates, was raised or some case began by T."""
    issues, cases = totals.get("issues", Aggregate()), totals.get("cases", Aggregate())
    return bool(issues.numerator or issues.excluded.get("duplicate") or cases.numerator)


# --- contributions ----------------------------------------------------------------------------------------------------


def build_issue_context(library: Library, path: str, issue: Issue, progress: Progress, as_of: date) -> IssueContext:
    """The issue at `path` as input of the rules."""
    location = library.locations.get(issue.location or "")
    kinds = collect_meeting_stakeholders(library, path, as_of).union(issue.participants.kinds)
    return IssueContext(issue, progress, kinds, location.kind if location else None, as_of,
                        is_duplicate=is_uncounted_duplicate(library, issue.duplicate_of, as_of))


def collect_meeting_stakeholders(library: Library, issue: str, as_of: date) -> frozenset[str]:
    """The kinds of stakeholders at the meetings on an issue; meetings after T do not count (§6.1.4)."""
    meetings = (library.meetings[path] for path in library.referrers(issue, "meeting.issues"))
    return frozenset(kind for meeting in meetings if not meeting.draft and not meeting.date.is_after(as_of)
                     for kind in meeting.participants.kinds)


def is_uncounted_duplicate(library: Library, original: str | None, as_of: date) -> bool:
    """Whether an issue is not counted because it duplicates `original`, a published issue that is counted (§6.1.11)."""
    return original is not None and is_counted_original(library.issues[original], as_of)


def find_exclusion(context: IssueContext, judging: bool) -> Contribution | None:
    """Why an issue is left out of all statistics, or of the judging ones."""
    if context.issue.raised.is_after(context.as_of):
        return Contribution(exclusion_reason="after_as_of")
    if context.is_duplicate:
        return Contribution(exclusion_reason="duplicate")
    return Contribution(exclusion_reason="press") if judging and context.issue.from_press else None


# --- totals -----------------------------------------------------------------------------------------------------------


def _aggregate(library: Library, own: Mapping[str, PlaceTotals],
               other_contributions: Mapping[str, Mapping[str, Contribution]]) -> Totals:
    """The totals of every place with all places below, and of the site.

    `own`: place → totals of its own issues and cases; `other_contributions`: statistic → record of another kind →
    contribution.
    """
    keys = [key for key, definition in DEFINITIONS.items() if not definition.regroups]
    totals = {scope: {key: Aggregate() for key in keys} for scope in ("", *library.places)}
    for place, own_totals in own.items():
        for key, aggregate in own_totals.items():
            totals[place][key].merge(aggregate)
    for key, contributions in other_contributions.items():
        for path, contribution in contributions.items():
            totals[get_place_of(path)][key].add(contribution)
    for place in reversed(list(library.places)):  # children stand after their parent
        for key, aggregate in totals[place].items():
            totals[get_place_of(place)][key].merge(aggregate)
    return totals


def _suppress(key: str, scopes: Mapping[str, dict[str, Stat]], library: Library,
              contributions: Mapping[str, Contribution]) -> None:
    """Replace suppressed numbers of people in `scopes` by their markers; `contributions`: record → contribution."""
    own = {place: [contributions[path] for path in paths if not contributions[path].is_excluded]
           for place, paths in group_by_place(contributions).items()}
    totals = {place: Contribution(stats[key].numerator or 0, stats[key].denominator or 0)
              for place, stats in scopes.items()}
    numerators, denominators = find_suppressed_totals(library.children, own, totals)
    for place in dict.fromkeys((*numerators, *denominators)):
        stat = scopes[place][key]
        denominator = None if place in denominators else stat.denominator
        marker = numerators.get(place) or denominators[place]
        scopes[place][key] = replace(stat, value=None, numerator=None, denominator=denominator, suppressed=marker)
