"""What the entries of a log that end or reopen an issue say (content model §3.1.1, §3.1.2, §3.1.4)."""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct, field

from ..model.dates import PartialDate
from ..model.records import LogEntry

_STATUS_AFTER_ENTRY = {"resolved": "resolved", "closed": "closed", "reopened": "in_progress", "not_reported": "unknown"}


class ClosingHistory(Struct):
    """How a log was ended and reopened. `status`: "" if nothing ended it; `first_resolved` is kept after a reopening,
    `resolved` and `closed` are not; `ignored`: number of an entry without effect → code of its warning."""

    status: str = ""
    reopenings: int = 0
    reopened_after_resolved: bool = False
    first_resolved: PartialDate | None = None
    resolved: PartialDate | None = None
    closed: PartialDate | None = None
    ignored: dict[int, str] = field(default_factory=dict)


def trace_closings(log: Iterable[LogEntry]) -> ClosingHistory:
    """The history of the entries `resolved`, `closed`, `reopened` and `not_reported` of a log."""
    history = ClosingHistory()
    for number, entry in enumerate(log):
        if entry.stage == "resolved":
            if history.status == "resolved":
                history.ignored[number] = "resolved_twice"
                continue
            history.first_resolved = history.first_resolved or entry.date
            history.resolved = entry.date
        elif entry.stage == "closed":
            history.closed = entry.date
        elif entry.stage == "reopened":
            _reopen(history, number)
        history.status = _STATUS_AFTER_ENTRY.get(entry.stage, history.status)
    return history


def _reopen(history: ClosingHistory, number: int) -> None:
    if history.resolved or history.closed:
        history.reopenings += 1
    else:
        history.ignored[number] = "reopened_without_closing"
    history.reopened_after_resolved |= history.first_resolved is not None
    history.resolved = history.closed = None


def select_past_entries(log: Iterable[LogEntry], as_of: date) -> list[LogEntry]:
    """The entries dated up to `as_of`; an undated entry counts with the dated entry before it (§6.1.10)."""
    past = []
    is_later = False
    for entry in log:
        if entry.date.day is not None:
            is_later = entry.date.is_after(as_of)
        if not is_later:
            past.append(entry)
    return past
