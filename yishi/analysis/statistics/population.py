"""To which statistics an issue or a case contributes, and why it is left out of others (content model §6)."""

from datetime import date

from ...library import Library
from ...library.checks import is_counted_original
from ...model.records import Case, Issue
from ..progress import Progress
from .definitions import DEFINITIONS
from .model import Contribution, IssueContext


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
