"""Runs a command of Yishi's and tells in which module of Yishi its time went, what that module calls included.

    python -m benchmarks.sampling RESULT.json build --jobs 1

Every few milliseconds it looks which module of Yishi is at work; that costs the command next to nothing.
"""

import json
import signal
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from types import FrameType

EVERY = 0.004  # seconds
START = "starting up"
OTHER = "outside yishi"
EXPORTS = "all exports"
EXPORTING = ("yishi.exports", "yishi.analysis.table", "yishi.analysis.plain", "yishi.core.cells",
             "yishi.analysis.contributed", "yishi.model.dictionary")
"""The modules that make what machines read: a look counts for all exports if one of them is anywhere at work."""


def main() -> None:
    """Write module → number of looks at which it was at work; and EXPORTS, at how many anything for machines was."""
    result, *arguments = sys.argv[1:]
    seen: Counter[str] = Counter()
    signal.signal(signal.SIGALRM, lambda _, frame: seen.update([_at_work(frame), *_exports(frame)]))
    signal.setitimer(signal.ITIMER_REAL, EVERY, EVERY)
    try:
        import_module("yishi.cli").main(arguments)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        Path(result).write_text(json.dumps(seen))


def _at_work(frame: FrameType | None) -> str:
    """The innermost module of Yishi on the stack."""
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if frame.f_code.co_name == "<module>" and name != "__main__":
            return START
        if name.startswith("yishi."):
            return name
        frame = frame.f_back
    return OTHER


def _exports(frame: FrameType | None) -> list[str]:
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).startswith(EXPORTING):
            return [EXPORTS]
        frame = frame.f_back
    return []


if __name__ == "__main__":
    main()
