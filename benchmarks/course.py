"""What the log of an invented issue says on `LAST_DAY`, for Hugo, which groups pages by front matter only.

Yishi works it out itself in every build; a test holds that both come to the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from .generate import LAST_DAY

STAGES = ("明事", "议事", "定事", "成事")
PHASES = dict(zip(STAGES, ("clarify", "deliberate", "decide", "implement"), strict=True))
CLOSINGS = {"办结": "resolved", "未解决": "closed", "后续未报道": "unknown", "重开": "in_progress"}
TODAY = str(LAST_DAY)

Entries = Sequence[tuple[str, str]]


def course_of(issue: Mapping[str, Any]) -> dict[str, str]:
    """Key → value of the front matter, without what is not so or not known."""
    log = _entries(issue["进展"])
    status = _status(log)
    found = dict(_of_log(log, issue["提出"]))
    if status == "resolved":
        found |= _of_result(issue, log)
    if status in ("new", "in_progress"):
        found |= {"age": _days(issue["提出"], TODAY), "stale": _flag(int(_days(log[-1][0], TODAY)) > 60)}
    breadth = str(len(issue["参与方"]["参与类别"])) if "参与方" in issue else ""
    return {key: value for key, value in {"status": status, "breadth": breadth, **found}.items() if value}


def _entries(log: Sequence[Mapping[str, str]]) -> Entries:
    """Day and word of each entry."""
    return [(head[:10], head[11:]) for entry in log for head in entry]


def _status(log: Entries) -> str:
    words = [word for _, word in log]
    closings = [CLOSINGS[word] for word in words if word in CLOSINGS]
    return closings[-1] if closings else "in_progress" if set(words) & set(STAGES) else "new"


def _phase(log: Entries) -> str:
    if _status(log) == "resolved":
        return "close"
    return max((PHASES[word] for _, word in log if word in PHASES), key=list(PHASES.values()).index, default="raise")


def _of_log(log: Entries, raised: str) -> Iterator[tuple[str, str]]:
    yield "news", log[-1][0]
    yield "stage", log[-1][1]
    yield "phase", _phase(log)
    yield "waited", _days(raised, next((day for day, word in log if word != "提出"), ""))
    yield "reopened", _flag(any(word == "重开" for _, word in log))


def _of_result(issue: Mapping[str, Any], log: Entries) -> dict[str, str]:
    """When an issue was resolved, whether somebody went to look, and whether the result lasts."""
    resolved = log[-1][0]
    due, early = _plus(resolved, 90), _plus(resolved, 75)
    found = [entry for entry in _entries(issue.get("回访", ())) if entry[0] >= resolved]
    reached, followed = due <= TODAY, any(day >= early for day, _ in found)
    return {
        "resolved": resolved, "ended": resolved[:7], "took": _days(issue["提出"], resolved), "due": due,
        "ladder": _ladder(found, early), "reached": _flag(reached), "followed": _flag(reached and followed),
        "waits": ("late" if _plus(due, 30) <= TODAY else "soon") if reached and not followed else "",
        "mechanism": _flag("长效机制" in issue["成效"]),
        "steps": f"'{len({word for _, word in log} & set(STAGES))}'",
    }


def _ladder(followups: Entries, early: str) -> str:
    day, result = max(followups, default=("", ""))
    return {"有效": "lasting" if day >= early else "confirmed", "失效": "relapsed"}.get(result, "done")


def _flag(value: bool) -> str:
    return "true" if value else ""


def _plus(day: str, days: int) -> str:
    return str(date.fromisoformat(day) + timedelta(days))


def _days(start: str, end: str) -> str:
    """Days between two days; "" if one is not known."""
    if len(start) < 10 or not end:
        return ""
    return str((date.fromisoformat(end) - date.fromisoformat(start)).days)
