"""The rules of the statistics: the contribution of one issue or case to each (content model §6)."""

from datetime import date, timedelta

from ...model.dates import PartialDate
from ...model.records import Case
from ...model.thresholds import BROAD_KINDS, GRACE_DAYS
from ..progress import PHASES, find_last_news, find_latest_followup, select_timely_followups
from .model import Contribution, IssueContext

_COUNTED = Contribution(1, 1)
_NOT_COUNTED = Contribution(0, 1)


def _counted_if(holds: bool) -> Contribution:
    return _COUNTED if holds else _NOT_COUNTED


def _counted_if_told(context: IssueContext, holds: bool) -> Contribution:
    """As what holds or not; that a press report does not tell it counts as no, and is marked."""
    return Contribution(0, 1, untold=1) if context.issue.from_press and not holds else _counted_if(holds)


def _excluded_for(reason: str) -> Contribution:
    return Contribution(exclusion_reason=reason)


def _in_values(*values: str) -> Contribution:
    return Contribution(1, 1, values=values)


def _duration_or_exclusion(days: int | None, *dates: PartialDate) -> Contribution:
    return _undated(*dates) if days is None else Contribution(number=days)


def _month_or_exclusion(when: PartialDate) -> Contribution:
    return _in_values(when.month) if when.month else _undated(when)


def _undated(*dates: PartialDate | None) -> Contribution:
    """Left out because of one of these dates: unknown takes precedence over imprecise (§6)."""
    return _excluded_for("imprecise_date" if all(when and when.day for when in dates) else "unknown_date")


def count_case(case: Case, as_of: date) -> Contribution:
    return _excluded_for("after_as_of") if case.dates and case.dates.start.is_after(as_of) else _COUNTED  # §6.1.7


def count_issue(context: IssueContext) -> Contribution:
    return _COUNTED


def classify_by_status(context: IssueContext) -> Contribution:
    return _in_values(context.progress.status)


def classify_by_topic(context: IssueContext) -> Contribution:
    return _in_values(*dict.fromkeys(context.issue.topic))


def classify_by_channel(context: IssueContext) -> Contribution:
    return _in_values(context.issue.channel) if context.issue.channel else _excluded_for("not_recorded")


def classify_by_phase(context: IssueContext) -> Contribution:
    return _in_values(context.progress.phase)


def classify_by_month_raised(context: IssueContext) -> Contribution:
    return _month_or_exclusion(context.issue.raised)


def classify_by_month_resolved(context: IssueContext) -> Contribution | None:
    return _month_or_exclusion(context.progress.resolved_date) if context.progress.resolved_date else None


def count_if_resolved(context: IssueContext) -> Contribution:
    if context.issue.raised.day is None:
        return _excluded_for("unknown_date")
    return _counted_if(context.progress.status == "resolved")


def measure_days_to_resolve(context: IssueContext) -> Contribution | None:
    progress = context.progress
    return _duration_or_exclusion(progress.days_to_resolve, context.issue.raised,
                                  progress.resolved_date) if progress.resolved_date else None


def measure_age_if_open(context: IssueContext) -> Contribution | None:
    return _duration_or_exclusion(context.progress.days_open,
                                  context.issue.raised) if context.progress.is_open else None


def measure_days_to_first_reply(context: IssueContext) -> Contribution | None:
    reply = context.progress.first_reply_date
    return _duration_or_exclusion(context.progress.days_to_first_reply, context.issue.raised, reply) if reply else None


def count_if_followed_up(context: IssueContext) -> Contribution | None:
    progress = context.progress
    if progress.status != "resolved":
        return None
    if progress.followup_due is None:
        return _undated(progress.resolved_date)
    if progress.followup_due + timedelta(GRACE_DAYS) > context.as_of:
        return _excluded_for("not_due")
    latest = find_latest_followup(select_timely_followups(context.issue, progress, context.as_of))
    return _in_values(latest.result) if latest else _NOT_COUNTED


def count_if_reopened(context: IssueContext) -> Contribution | None:
    progress = context.progress
    return _counted_if_told(context, progress.was_reopened_after_resolved) if progress.was_ever_resolved else None


def count_if_lasting(context: IssueContext) -> Contribution | None:
    progress = context.progress
    if not progress.was_ever_resolved:
        return None
    if progress.first_followup_due is None:
        return _undated(progress.first_resolved_date)
    if progress.first_followup_due > context.as_of:
        return _excluded_for("not_due")
    return _counted_if(progress.ladder == "lasting")


def count_if_overdue(context: IssueContext) -> Contribution | None:
    return _counted_if(context.progress.is_overdue) if context.progress.is_open and context.issue.due else None


def count_if_stale(context: IssueContext) -> Contribution | None:
    if not context.progress.is_open:
        return None
    known = find_last_news(context.issue, context.as_of) is not None
    return _counted_if(context.progress.is_stale) if known else _excluded_for("unknown_date")


def measure_breadth(context: IssueContext) -> Contribution | None:
    return _of_deliberation(context, Contribution(number=len(context.stakeholder_kinds)))


def count_if_broad(context: IssueContext) -> Contribution | None:
    return _of_deliberation(context, _counted_if(len(context.stakeholder_kinds) >= BROAD_KINDS))


def _of_deliberation(context: IssueContext, contribution: Contribution) -> Contribution | None:
    """None for an issue that has not reached deliberation; left out if no stakeholders are recorded."""
    if PHASES.index(context.progress.phase) < PHASES.index("deliberate"):
        return None
    return contribution if context.stakeholder_kinds else _excluded_for("not_recorded")


def count_required_stages(context: IssueContext) -> Contribution | None:
    steps = context.progress.procedure
    return Contribution(sum(state != "missing" for state in steps.values()), len(steps)) if steps else None


def count_renovated_compound(context: IssueContext) -> Contribution | None:
    return _distinct_location(context, "facility_renovation", "compound")


def count_renewed_space(context: IssueContext) -> Contribution | None:
    return _distinct_location(context, "micro_renewal", "public_space")


def _distinct_location(context: IssueContext, outcome: str, location: str) -> Contribution | None:
    if context.progress.status != "resolved" or not context.issue.outcome or context.issue.outcome.kind != outcome:
        return None
    if context.issue.location is None:
        return _excluded_for("not_recorded")
    return Contribution(values=(context.issue.location,)) if context.location_kind == location else None


def count_if_mechanism(context: IssueContext) -> Contribution | None:
    if context.progress.status != "resolved":
        return None
    return _counted_if_told(context, bool(context.issue.outcome and context.issue.outcome.mechanism))
