"""The rules: what one issue contributes to each statistic (content model §6)."""

from datetime import timedelta

from ..dates import When
from ..progress import EARLY_FOLLOWUP_DAYS, PHASES, latest_of
from .model import Matter, Part

GRACE_DAYS = 30
"""A follow-up counts as missed only so many days after it was due."""

_COUNTED = Part(1, 1)
_NOT_COUNTED = Part(0, 1)


def _counted(holds: bool) -> Part:
    return _COUNTED if holds else _NOT_COUNTED


def _left_out(reason: str) -> Part:
    return Part(left_out=reason)


def _value(*values: str) -> Part:
    return Part(1, 1, values=values)


def _duration(days: int | None, *dates: When) -> Part:
    if days is not None:
        return Part(number=days)
    return _left_out("unknown_date" if any(when.day is None for when in dates) else "imprecise_date")


def _month(when: When) -> Part:
    return _value(when.month) if when.month else _left_out("imprecise_date" if when.day else "unknown_date")


def issues(matter: Matter) -> Part:
    return _COUNTED


def by_status(matter: Matter) -> Part:
    return _value(matter.progress.status)


def by_topic(matter: Matter) -> Part:
    return _value(*dict.fromkeys(matter.issue.topic))


def by_channel(matter: Matter) -> Part:
    return _value(matter.issue.channel) if matter.issue.channel else _left_out("not_recorded")


def by_stage(matter: Matter) -> Part:
    return _value(matter.progress.phase)


def raised_by_month(matter: Matter) -> Part:
    return _month(matter.issue.raised)


def resolved_by_month(matter: Matter) -> Part | None:
    return _month(matter.progress.resolved) if matter.progress.resolved else None


def resolution_rate(matter: Matter) -> Part:
    if matter.issue.raised.day is None:
        return _left_out("unknown_date")
    return _counted(matter.progress.status == "resolved")


def days_to_resolve(matter: Matter) -> Part | None:
    progress = matter.progress
    return _duration(progress.days_to_resolve, matter.issue.raised, progress.resolved) if progress.resolved else None


def age_open(matter: Matter) -> Part | None:
    return _duration(matter.progress.days_open, matter.issue.raised) if matter.progress.open else None


def days_to_first_reply(matter: Matter) -> Part | None:
    reply = matter.progress.first_reply
    return _duration(matter.progress.days_to_first_reply, matter.issue.raised, reply) if reply else None


def followup_rate(matter: Matter) -> Part | None:
    progress = matter.progress
    if progress.status != "resolved":
        return None
    if progress.followup_due is None:
        return _no_day(progress.resolved)
    if progress.followup_due + timedelta(GRACE_DAYS) > matter.as_of:
        return _left_out("not_due")
    since = progress.followup_due - timedelta(EARLY_FOLLOWUP_DAYS)
    latest = latest_of(f for f in matter.issue.followups if since <= f.date <= matter.as_of)
    return Part(1, 1, values=(latest.result,)) if latest else _NOT_COUNTED


def reopened_share(matter: Matter) -> Part | None:
    return _counted(matter.progress.reopened_after_resolved) if matter.progress.ever_resolved else None


def lasting_share(matter: Matter) -> Part | None:
    progress = matter.progress
    if not progress.ever_resolved:
        return None
    if progress.first_followup_due is None:
        return _no_day(progress.first_resolved)
    if progress.first_followup_due > matter.as_of:
        return _left_out("not_due")
    return _counted(progress.ladder == "lasting")


def overdue_share(matter: Matter) -> Part | None:
    return _counted(matter.progress.overdue) if matter.progress.open and matter.issue.due else None


def stale_share(matter: Matter) -> Part | None:
    return _counted(matter.progress.stale) if matter.progress.open else None


def _breadth(matter: Matter) -> int | None:
    """The number of kinds of stakeholders, of an issue that has come to deliberation; None before that."""
    return len(matter.kinds) if PHASES.index(matter.progress.phase) >= PHASES.index("deliberate") else None


def breadth_median(matter: Matter) -> Part | None:
    breadth = _breadth(matter)
    return None if breadth is None else Part(number=breadth) if breadth else _left_out("not_recorded")


def breadth_3plus(matter: Matter) -> Part | None:
    breadth = _breadth(matter)
    return None if breadth is None else _counted(breadth >= 3) if breadth else _left_out("not_recorded")


def procedure_complete(matter: Matter) -> Part | None:
    steps = matter.progress.procedure
    return Part(sum(step.state != "missing" for step in steps), len(steps)) if steps else None


def renovated_compounds(matter: Matter) -> Part | None:
    return _distinct_location(matter, "facility_renovation", "compound")


def renewed_spaces(matter: Matter) -> Part | None:
    return _distinct_location(matter, "micro_renewal", "public_space")


def _distinct_location(matter: Matter, outcome: str, location: str) -> Part | None:
    if matter.progress.status != "resolved" or not matter.issue.outcome or matter.issue.outcome.kind != outcome:
        return None
    if matter.issue.location is None:
        return _left_out("not_recorded")
    return Part(values=(matter.issue.location,)) if matter.location_kind == location else None


def mechanism_share(matter: Matter) -> Part | None:
    outcome = matter.issue.outcome
    return _counted(bool(outcome and outcome.mechanism)) if matter.progress.status == "resolved" else None


def _no_day(when: When | None) -> Part:
    return _left_out("imprecise_date" if when and when.day else "unknown_date")
