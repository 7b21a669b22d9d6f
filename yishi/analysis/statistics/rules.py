"""The rules: what one issue or case contributes to each statistic (content model §6)."""

from datetime import date, timedelta

from ...model.dates import When
from ...model.records import Case
from ...model.thresholds import BROAD_KINDS, GRACE_DAYS
from ..progress import PHASES, last_news, latest_of, timely_followups
from .model import Contribution, IssueContext

_COUNTED = Contribution(1, 1)
_NOT_COUNTED = Contribution(0, 1)


def _counted(holds: bool) -> Contribution:
    return _COUNTED if holds else _NOT_COUNTED


def _left_out(reason: str) -> Contribution:
    return Contribution(left_out=reason)


def _value(*values: str) -> Contribution:
    return Contribution(1, 1, values=values)


def _duration(days: int | None, *dates: When) -> Contribution:
    return _undated(*dates) if days is None else Contribution(number=days)


def _month(when: When) -> Contribution:
    return _value(when.month) if when.month else _undated(when)


def _undated(*dates: When | None) -> Contribution:
    """Left out for one of these dates: unknown comes before imprecise (§6)."""
    return _left_out("imprecise_date" if all(when and when.day for when in dates) else "unknown_date")


def cases(case: Case, as_of: date) -> Contribution:
    return _left_out("after_as_of") if case.dates and case.dates.start.is_after(as_of) else _COUNTED  # §6.1.7


def issues(context: IssueContext) -> Contribution:
    return _COUNTED


def by_status(context: IssueContext) -> Contribution:
    return _value(context.progress.status)


def by_topic(context: IssueContext) -> Contribution:
    return _value(*dict.fromkeys(context.issue.topic))


def by_channel(context: IssueContext) -> Contribution:
    return _value(context.issue.channel) if context.issue.channel else _left_out("not_recorded")


def by_stage(context: IssueContext) -> Contribution:
    return _value(context.progress.phase)


def raised_by_month(context: IssueContext) -> Contribution:
    return _month(context.issue.raised)


def resolved_by_month(context: IssueContext) -> Contribution | None:
    return _month(context.progress.resolved) if context.progress.resolved else None


def resolution_rate(context: IssueContext) -> Contribution:
    if context.issue.raised.day is None:
        return _left_out("unknown_date")
    return _counted(context.progress.status == "resolved")


def days_to_resolve(context: IssueContext) -> Contribution | None:
    progress = context.progress
    return _duration(progress.days_to_resolve, context.issue.raised, progress.resolved) if progress.resolved else None


def age_open(context: IssueContext) -> Contribution | None:
    return _duration(context.progress.days_open, context.issue.raised) if context.progress.open else None


def days_to_first_reply(context: IssueContext) -> Contribution | None:
    reply = context.progress.first_reply
    return _duration(context.progress.days_to_first_reply, context.issue.raised, reply) if reply else None


def followup_rate(context: IssueContext) -> Contribution | None:
    progress = context.progress
    if progress.status != "resolved":
        return None
    if progress.followup_due is None:
        return _undated(progress.resolved)
    if progress.followup_due + timedelta(GRACE_DAYS) > context.as_of:
        return _left_out("not_due")
    latest = latest_of(timely_followups(context.issue, progress, context.as_of))
    return _value(latest.result) if latest else _NOT_COUNTED


def reopened_share(context: IssueContext) -> Contribution | None:
    return _counted(context.progress.reopened_after_resolved) if context.progress.ever_resolved else None


def lasting_share(context: IssueContext) -> Contribution | None:
    progress = context.progress
    if not progress.ever_resolved:
        return None
    if progress.first_followup_due is None:
        return _undated(progress.first_resolved)
    if progress.first_followup_due > context.as_of:
        return _left_out("not_due")
    return _counted(progress.ladder == "lasting")


def overdue_share(context: IssueContext) -> Contribution | None:
    return _counted(context.progress.overdue) if context.progress.open and context.issue.due else None


def stale_share(context: IssueContext) -> Contribution | None:
    if not context.progress.open:
        return None
    known = last_news(context.issue, context.as_of) is not None
    return _counted(context.progress.stale) if known else _left_out("unknown_date")


def breadth_median(context: IssueContext) -> Contribution | None:
    return _of_deliberation(context, Contribution(number=len(context.kinds)))


def breadth_3plus(context: IssueContext) -> Contribution | None:
    return _of_deliberation(context, _counted(len(context.kinds) >= BROAD_KINDS))


def _of_deliberation(context: IssueContext, contribution: Contribution) -> Contribution | None:
    """None of an issue that has not come to deliberation; left out where no kind of stakeholder is recorded."""
    if PHASES.index(context.progress.phase) < PHASES.index("deliberate"):
        return None
    return contribution if context.kinds else _left_out("not_recorded")


def procedure_complete(context: IssueContext) -> Contribution | None:
    steps = context.progress.procedure
    return Contribution(sum(step.state != "missing" for step in steps), len(steps)) if steps else None


def renovated_compounds(context: IssueContext) -> Contribution | None:
    return _distinct_location(context, "facility_renovation", "compound")


def renewed_spaces(context: IssueContext) -> Contribution | None:
    return _distinct_location(context, "micro_renewal", "public_space")


def _distinct_location(context: IssueContext, outcome: str, location: str) -> Contribution | None:
    if context.progress.status != "resolved" or not context.issue.outcome or context.issue.outcome.kind != outcome:
        return None
    if context.issue.location is None:
        return _left_out("not_recorded")
    return Contribution(values=(context.issue.location,)) if context.location_kind == location else None


def mechanism_share(context: IssueContext) -> Contribution | None:
    outcome = context.issue.outcome
    return _counted(bool(outcome and outcome.mechanism)) if context.progress.status == "resolved" else None
