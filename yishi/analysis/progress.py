"""Derive status, durations, outcome ladder and procedure from an issue's log (content model §3.1)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from ..library.closings import ClosingHistory, select_past_entries, trace_closings
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
"""Status → colour of its note, unless the method defines one."""


StepState = Literal["present", "out_of_order", "missing"]
"""Whether the log has a stage, and has it in order."""


class Progress(Struct, frozen=True):
    """The state of an issue on a day. Durations are days; None if not computable from dates known to the day.

    `procedure`: the required stages that are due.
    """

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
    procedure: Mapping[str, StepState]

    @property
    def was_ever_resolved(self) -> bool:
        """Whether it was ever resolved."""
        return self.first_resolved_date is not None

    @property
    def is_open(self) -> bool:
        """Whether the issue is open."""
        return self.status in OPEN_STATUSES

    @property
    def resolved_day(self) -> date | None:
        """The day it was resolved, if it is resolved and the day is known."""
        return self.resolved_date.exact if self.resolved_date else None


def derive_progress(issue: Issue, method: Method, as_of: date) -> Progress:
    """The progress of `issue`, handled by `method`, on `as_of`; later entries are ignored."""
    log = select_past_entries(issue.log, as_of)
    followups = [f for f in issue.followups if f.date <= as_of]
    phases = {stage.id: stage.core for stage in method.stages}
    history = trace_closings(log)
    status = history.status or _status_of_stages(log, phases)
    resolved = history.resolved if status == "resolved" else None
    followup_due = _add_days(resolved, method.followup_days)
    phase = _current_phase(log, phases, status)
    reply = _first_reply(log, phases, issue.raised)
    is_open = status in OPEN_STATUSES
    return Progress(
        status=status,
        colour=method.colours.get(status, STATUS_COLOURS[status]),
        phase=phase,
        ladder=_ladder(status, history, followups, followup_due),
        reopenings=history.reopenings,
        was_reopened_after_resolved=history.reopened_after_resolved,
        resolved_date=resolved,
        first_resolved_date=history.first_resolved,
        closed_date=history.closed if status == "closed" else None,
        first_reply_date=reply,
        days_to_resolve=_days_between(issue.raised, resolved),
        days_open=_days_between(issue.raised, PartialDate("day", as_of)) if is_open else None,
        days_to_first_reply=_days_between(issue.raised, reply),
        followup_due=followup_due,
        first_followup_due=_add_days(history.first_resolved, method.followup_days),
        is_overdue=not issue.from_press and is_open and issue.due is not None and issue.due < as_of,
        is_stale=not issue.from_press and is_open and _is_stale(find_last_news(issue, as_of), as_of),
        procedure=dict(_required_steps(_entries_before_closing(log) if status == "closed" else log, method, phase)),
    )


def find_phase(stage: str, phases: dict[str, tuple[str, ...]]) -> str | None:
    """The core phase of an entry with `stage`: the earliest that the stage covers; None for a closing entry."""
    if stage in phases:
        return min(phases[stage], key=PHASES.index)
    return "raise" if stage == "raised" else None


# --- status and phase -------------------------------------------------------------------------------------------------


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


def find_last_news(issue: Issue, as_of: date) -> date | None:
    """The latest possible day of the dated entries; the day it was raised only if none is dated (§6.1.3)."""
    days = (day for entry in select_past_entries(issue.log, as_of) if (day := entry.date.latest))
    return max(days, default=issue.raised.latest)


def _days_between(start: PartialDate, end: PartialDate | None) -> int | None:
    """None also if the end lies before the start, as the day of the report does of what is raised later."""
    if end is None or start.exact is None or end.exact is None or end.exact < start.exact:
        return None
    return (end.exact - start.exact).days


def _add_days(when: PartialDate | None, days: int) -> date | None:
    return when.exact + timedelta(days) if when and when.exact else None


def _first_reply(log: Iterable[LogEntry], phases: dict[str, tuple[str, ...]],
                 raised: PartialDate) -> PartialDate | None:
    """The date of the first entry after raising that is not certainly before it.

    `not_reported` is no reply, a closing is one (§6.1.13).
    """
    return next((entry.date for entry in log if find_phase(entry.stage, phases) != "raise"
                 and entry.stage != "not_reported" and not _is_before(entry.date, raised)), None)


def _is_before(when: PartialDate, other: PartialDate) -> bool:
    return when.latest is not None and other.earliest is not None and when.latest < other.earliest


def _is_stale(news: date | None, as_of: date) -> bool:
    return news is not None and (as_of - news).days > STALE_DAYS


# --- outcome ladder and procedure -------------------------------------------------------------------------------------


def _ladder(status: str, history: ClosingHistory, followups: Iterable[Followup], due: date | None) -> str | None:
    if status == "closed":
        return "closed"
    if status in OPEN_STATUSES:
        return "relapsed" if history.reopenings else None
    return _outcome_after_resolution(history.resolved, followups, due) if status == "resolved" else None


def _outcome_after_resolution(resolved: PartialDate | None, followups: Iterable[Followup], due: date | None) -> str:
    since = resolved.earliest if resolved else None
    latest = find_latest_followup(f for f in followups if since is None or f.date >= since)
    if latest is None or latest.result == "partly":
        return "done"
    if latest.result == "failed":
        return "relapsed"
    return "lasting" if due and latest.date >= due - timedelta(EARLY_FOLLOWUP_DAYS) else "confirmed"


def select_timely_followups(issue: Issue, progress: Progress, as_of: date) -> list[Followup]:
    """The follow-ups that satisfy the one due: not before the issue was resolved, and at most EARLY_FOLLOWUP_DAYS
    early (§6.1.9)."""
    if progress.resolved_day is None or progress.followup_due is None:
        return []
    since = max(progress.resolved_day, progress.followup_due - timedelta(EARLY_FOLLOWUP_DAYS))
    return [followup for followup in issue.followups if since <= followup.date <= as_of]


def find_latest_followup(followups: Iterable[Followup]) -> Followup | None:
    """The latest follow-up; of several on one day the last in the list."""
    return max(reversed(list(followups)), key=lambda followup: followup.date, default=None)


def _required_steps(log: Sequence[LogEntry], method: Method, phase: str) -> Iterator[tuple[str, StepState]]:
    reached = PHASES.index(phase)
    latest_start: date | None = None  # the latest day on which an earlier required stage certainly began
    for stage in method.stages:
        if not (stage.required and stage.verified) or min(map(PHASES.index, stage.core)) > reached:
            continue
        entries = [entry for entry in log if entry.stage == stage.id]
        first = next((entry.date for entry in entries if entry.date.day), UNKNOWN_DATE)
        is_early = first.latest is not None and latest_start is not None and first.latest < latest_start
        if not entries:
            yield stage.id, "missing"
        else:
            yield stage.id, "out_of_order" if is_early else "present"
        latest_start = max(filter(None, (latest_start, first.earliest)), default=None)
