"""What follows from a log: status, durations, outcome ladder, procedure. Rules: content model §3.1."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from ..model.dates import UNKNOWN_DATE, PartialDate
from ..model.records import Followup, Issue, LogEntry, Method
from ..model.thresholds import EARLY_FOLLOWUP_DAYS, STALE_DAYS
from ..model.vocabulary import get_built_in_vocabulary

PHASES = tuple(get_built_in_vocabulary().terms["phase"])
"""The core phases in their order."""

_STATUSES = get_built_in_vocabulary().terms["status"]

OPEN_STATUSES = tuple(status for status, term in _STATUSES.items() if term.open)
"""The statuses of an open issue."""

STATUS_COLOURS = {status: term.colour for status, term in _STATUSES.items()}
"""Status → colour of its note, where the method does not say."""

_STATUS_AFTER_ENTRY = {"resolved": "resolved", "closed": "closed", "reopened": "in_progress", "not_reported": "unknown"}


class ProcedureStep(Struct, frozen=True):
    """A required stage that is due: whether the log has it, and in its order."""

    stage: str
    state: Literal["present", "out_of_order", "missing"]


class Progress(Struct, frozen=True):
    """Where an issue stands on a day. Durations are days; None = not computable from dates known to the day."""

    status: str
    colour: str
    phase: str
    ladder: str | None
    reopenings: int
    was_reopened_after_resolved: bool
    resolved_date: PartialDate | None
    first_resolved_date: PartialDate | None
    closed_date: PartialDate | None
    first_reply_date: PartialDate | None
    days_to_resolve: int | None
    days_open: int | None
    days_to_first_reply: int | None
    followup_due: date | None
    first_followup_due: date | None
    is_overdue: bool
    is_stale: bool
    procedure: tuple[ProcedureStep, ...]

    @property
    def was_ever_resolved(self) -> bool:
        """Whether it was ever resolved."""
        return self.first_resolved_date is not None

    @property
    def is_open(self) -> bool:
        """Whether the issue is still to be solved."""
        return self.status in OPEN_STATUSES

    @property
    def resolved_day(self) -> date | None:
        """The day it was resolved, if it is resolved and the day is known."""
        return self.resolved_date.exact if self.resolved_date else None


def derive_progress(issue: Issue, method: Method, as_of: date) -> Progress:
    """Where `issue`, worked on by `method`, stands on `as_of`; what is dated later is ignored."""
    log = select_past_entries(issue.log, as_of)
    followups = [f for f in issue.followups if f.date <= as_of]
    phases = {stage.id: stage.core for stage in method.stages}
    course = _closing_history(log)
    status = course.status or _status_of_stages(log, phases)
    resolved = course.resolved if status == "resolved" else None
    due = _add_days(resolved, method.followup_days)
    phase = _current_phase(log, phases, status)
    reply = _first_reply(log, phases, issue.raised)
    judged = issue.basis != "press"
    is_open = status in OPEN_STATUSES
    return Progress(
        status=status,
        colour=method.colours.get(status, STATUS_COLOURS[status]),
        phase=phase,
        ladder=_ladder(status, course, followups, due),
        reopenings=course.reopenings,
        was_reopened_after_resolved=course.reopened_after_resolved,
        resolved_date=resolved,
        first_resolved_date=course.first_resolved,
        closed_date=course.closed if status == "closed" else None,
        first_reply_date=reply,
        days_to_resolve=_days_between(issue.raised, resolved),
        days_open=_days_between(issue.raised, PartialDate("day", as_of)) if is_open else None,
        days_to_first_reply=_days_between(issue.raised, reply),
        followup_due=due,
        first_followup_due=_add_days(course.first_resolved, method.followup_days),
        is_overdue=judged and is_open and issue.due is not None and issue.due < as_of,
        is_stale=judged and is_open and _is_stale(find_last_news(issue, as_of), as_of),
        procedure=tuple(_required_steps(_entries_before_closing(log) if status == "closed" else log, method, phase)),
    )


def find_phase(stage: str, phases: dict[str, tuple[str, ...]]) -> str | None:
    """The core phase that an entry with `stage` stands for: the earliest its stage spans; None for a closing word."""
    if stage in phases:
        return min(phases[stage], key=PHASES.index)
    return "raise" if stage == "raised" else None


# --- the course of a log: closings and reopenings ---------------------------------------------------------------------


class _ClosingHistory(Struct):
    status: str = ""
    reopenings: int = 0
    reopened_after_resolved: bool = False
    first_resolved: PartialDate | None = None
    resolved: PartialDate | None = None
    closed: PartialDate | None = None


def _closing_history(log: Iterable[LogEntry]) -> _ClosingHistory:
    course = _ClosingHistory()
    for entry in log:
        if entry.stage == "resolved":
            if course.resolved:  # a second time without a reopening: ignored
                continue
            course.first_resolved = course.first_resolved or entry.date
            course.resolved = entry.date
        elif entry.stage == "closed":
            course.closed = entry.date
        elif entry.stage == "reopened":
            course.reopenings += bool(course.resolved or course.closed)
            course.reopened_after_resolved |= course.first_resolved is not None
            course.resolved = course.closed = None
        course.status = _STATUS_AFTER_ENTRY.get(entry.stage, course.status)
    return course


def _status_of_stages(log: Sequence[LogEntry], phases: dict[str, tuple[str, ...]]) -> str:
    return "new" if all(find_phase(entry.stage, phases) == "raise" for entry in log) else "in_progress"


def _current_phase(log: Sequence[LogEntry], phases: dict[str, tuple[str, ...]], status: str) -> str:
    if status == "resolved":
        return "close"
    entries = _entries_before_closing(log) if status == "closed" else log
    reached = [phase for entry in entries if (phase := find_phase(entry.stage, phases))]
    return max(reached, key=PHASES.index, default="raise")


def _entries_before_closing(log: Sequence[LogEntry]) -> list[LogEntry]:
    last = max(n for n, entry in enumerate(log) if entry.stage == "closed")
    return list(log[:last])


# --- dates and durations ----------------------------------------------------------------------------------------------


def select_past_entries(log: Iterable[LogEntry], as_of: date) -> list[LogEntry]:
    """The entries that do not lie after `as_of`; an undated one lies where the dated one before it does (§6.1.10)."""
    found, later = [], False
    for entry in log:
        if entry.date.day is not None:
            later = entry.date.is_after(as_of)
        if not later:
            found.append(entry)
    return found


def find_last_news(issue: Issue, as_of: date) -> date | None:
    """The latest possible day of the dated entries; when it was raised only where none is dated (§6.1.3)."""
    days = (day for entry in select_past_entries(issue.log, as_of) if (day := entry.date.latest))
    return max(days, default=issue.raised.latest)


def _days_between(start: PartialDate, end: PartialDate | None) -> int | None:
    if end is None or start.exact is None or end.exact is None:
        return None
    return (end.exact - start.exact).days


def _add_days(when: PartialDate | None, days: int) -> date | None:
    return when.exact + timedelta(days) if when and when.exact else None


def _first_reply(log: Iterable[LogEntry], phases: dict[str, tuple[str, ...]],
                 raised: PartialDate) -> PartialDate | None:
    """The date of the first entry that is more than the raising itself, and not surely before it.

    That nothing further was reported is no reply; that it was closed is one (§6.1.13).
    """
    return next((entry.date for entry in log if find_phase(entry.stage, phases) != "raise"
                 and entry.stage != "not_reported" and not _is_before(entry.date, raised)), None)


def _is_before(when: PartialDate, other: PartialDate) -> bool:
    return when.latest is not None and other.earliest is not None and when.latest < other.earliest


def _is_stale(news: date | None, as_of: date) -> bool:
    return news is not None and (as_of - news).days > STALE_DAYS


# --- outcome ladder and procedure -------------------------------------------------------------------------------------


def _ladder(status: str, course: _ClosingHistory, followups: Iterable[Followup], due: date | None) -> str | None:
    if status == "closed":
        return "closed"
    if status in OPEN_STATUSES:
        return "relapsed" if course.reopenings else None
    return _outcome_after_resolution(course.resolved, followups, due) if status == "resolved" else None


def _outcome_after_resolution(resolved: PartialDate | None, followups: Iterable[Followup], due: date | None) -> str:
    since = resolved.earliest if resolved else None
    latest = find_latest_followup(f for f in followups if since is None or f.date >= since)
    if latest is None or latest.result == "partly":
        return "done"
    if latest.result == "failed":
        return "relapsed"
    return "lasting" if due and latest.date >= due - timedelta(EARLY_FOLLOWUP_DAYS) else "confirmed"


def select_timely_followups(issue: Issue, progress: Progress, as_of: date) -> list[Followup]:
    """The follow-ups that answer the one that is due: not before the issue was resolved, and early by at most
    EARLY_FOLLOWUP_DAYS (§6.1.9)."""
    if progress.resolved_day is None or progress.followup_due is None:
        return []
    since = max(progress.resolved_day, progress.followup_due - timedelta(EARLY_FOLLOWUP_DAYS))
    return [followup for followup in issue.followups if since <= followup.date <= as_of]


def find_latest_followup(followups: Iterable[Followup]) -> Followup | None:
    """The latest of them; of several on one day the one that stands last."""
    return max(reversed(list(followups)), key=lambda followup: followup.date, default=None)


def _required_steps(log: Sequence[LogEntry], method: Method, phase: str) -> Iterator[ProcedureStep]:
    reached = PHASES.index(phase)
    latest_start: date | None = None  # of the required stages before: the latest day one of them surely began
    for stage in method.stages:
        if not (stage.required and stage.verified) or min(map(PHASES.index, stage.core)) > reached:
            continue
        entries = [entry for entry in log if entry.stage == stage.id]
        first = next((entry.date for entry in entries if entry.date.day), UNKNOWN_DATE)
        early = first.latest is not None and latest_start is not None and first.latest < latest_start
        yield ProcedureStep(stage.id, "missing" if not entries else "out_of_order" if early else "present")
        latest_start = max(filter(None, (latest_start, first.earliest)), default=None)
