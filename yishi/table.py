"""Tables for spreadsheets: that of all issues, with its columns and an issue as one line; and any other, as CSV."""

import csv
import io
from collections.abc import Iterable, Sequence

from .paths import place_of, url_of
from .progress import Progress
from .records import Issue

COLUMNS = (
    "path", "url", "place", "title", "topic", "raised", "status", "phase", "ladder", "reopenings", "resolved_on",
    "days_to_resolve", "days_open", "days_to_first_reply", "followup_due", "due", "overdue", "stale", "channel",
    "method", "location", "stakeholders", "breadth", "close_reason", "outcome_kind", "mechanism", "derived_from",
    "duplicate_of", "basis", "source", "summary",
)


Row = Sequence[object]


def row_of(path: str, issue: Issue, at: Progress) -> tuple[object, ...]:
    """The issue at `path` as `COLUMNS`: keys and paths, as machines need them; None where nothing is known."""
    outcome = issue.outcome
    return (
        path, url_of(path).removesuffix("index.html"), place_of(path), issue.title, " ".join(issue.topic), issue.raised,
        at.status, at.phase, at.ladder, at.reopenings, at.resolved_on, at.days_to_resolve, at.days_open,
        at.days_to_first_reply, at.followup_due, issue.due, _yes(at.overdue), _yes(at.stale), issue.channel,
        issue.method, issue.location, " ".join(issue.participants.kinds), len(set(issue.participants.kinds)) or None,
        issue.close_reason, outcome and outcome.kind, outcome and outcome.mechanism, issue.derived_from,
        issue.duplicate_of, issue.basis, " ".join(issue.source), issue.summary,
    )


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


# --- CSV --------------------------------------------------------------------------------------------------------------


def csv_of(rows: Iterable[Row]) -> bytes:
    """A table, its head first: UTF-8 with a mark at the beginning, as spreadsheets need it for Chinese."""
    return lines_of(rows).encode("utf-8-sig")


def lines_of(rows: Iterable[Row]) -> str:
    """The lines of a table, in cells that no spreadsheet runs as formulas."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    """A cell that no spreadsheet runs as a formula: an apostrophe before what would begin one."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r", "'") else value
