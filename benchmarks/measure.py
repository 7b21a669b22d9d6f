"""Runs programs as whole processes and measures them: seconds, memory of all their processes, and the floor."""

import ctypes
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PAUSE = 0.05  # seconds between two looks at the memory


@dataclass(frozen=True, slots=True)
class Change:
    """An edit: the file, the text that the edit is put behind, and the page that has to show it."""

    file: Path
    behind: str
    page: str


@dataclass(frozen=True, slots=True)
class Program:
    """A generator: its command and the folder it runs in, what it writes, and what is changed by kind of build.

    `kinds`: the builds in which it takes part; `environment`: variables of its own.
    """

    name: str
    command: Sequence[str]
    folder: Path
    output: Path
    caches: Sequence[Path]
    changes: Mapping[str, Change]
    kinds: Sequence[str] = ("cold", "unchanged", "record", "template", "told")
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        """The variables of the environment that its processes see."""
        return {**os.environ, **self.environment}


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of each round of one kind of build: by the clock, and of the processors in all its processes."""

    seconds: Sequence[float]
    processor: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def median_processor(self) -> float:
        return statistics.median(self.processor)


KINDS = ("cold", "unchanged", "record", "template")
"""Into an empty folder; once more; one record changed; a template changed that the pages of all records use."""


def timings(programs: Sequence[Program], rounds: int,
            kinds: Sequence[str] = KINDS) -> dict[tuple[str, str], Timing]:
    """(Program, kind of build) → its timing; the programs take turns, so that a slow minute hits them all."""
    taken: defaultdict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for number in range(rounds):
        for kind in kinds:
            for one in (program for program in programs if kind in program.kinds):
                taken[one.name, kind].append(_round(one, kind, number))
    return {key: Timing(*zip(*rounds_of, strict=True)) for key, rounds_of in taken.items()}


def _round(program: Program, kind: str, number: int) -> tuple[float, float]:
    """Seconds by the clock and of the processors. Raises RuntimeError when a change is not seen on its page."""
    if kind == "cold":
        set_aside(program)
    change, mark = program.changes.get(kind), f"（{kind} {number + 1}）"
    if change:
        _make(change, mark)
    os.sync()
    before = _clocks()
    run(program)
    after = _clocks()
    if change and mark not in (program.output / change.page).read_text("utf-8"):
        raise RuntimeError(f"{program.name} does not show that {change.file} has changed")
    return after[0] - before[0], after[1] - before[1]


def _make(change: Change, mark: str) -> None:
    text = change.file.read_text("utf-8")
    change.file.write_text(text.replace(change.behind, change.behind + mark, 1), "utf-8")


def _clocks() -> tuple[float, float]:
    """The clock, and what the processors have spent on processes that have ended."""
    spent = os.times()
    return time.perf_counter(), spent.children_user + spent.children_system


def run(program: Program) -> None:
    """Build once, and wait for all its processes. Raises CalledProcessError when the program fails."""
    with _adopted_processes():
        subprocess.run(program.command, cwd=program.folder, check=True, stdout=subprocess.DEVNULL,
                       env=program.variables)


@contextmanager
def _adopted_processes() -> Iterator[None]:
    """Context after which processes that outlive the one that started them have ended too, and their time is known: the
    server that forks Yishi's workers ends a moment after Yishi. On Linux; elsewhere their time is not counted."""
    adopts = sys.platform == "linux" and ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    own = set(_children_of(os.getpid()))
    yield
    while adopts and (orphans := set(_children_of(os.getpid())) - own):
        for pid in orphans:
            os.waitpid(pid, 0)


_PR_SET_CHILD_SUBREAPER = 36
"""The number of this option of `prctl` (Linux)."""


def timed(program: Program) -> Timing:
    """Seconds that one run takes. Raises CalledProcessError when the program fails."""
    os.sync()
    before = _clocks()
    run(program)
    after = _clocks()
    return Timing([after[0] - before[0]], [after[1] - before[1]])


def set_aside(program: Program) -> None:
    """Rename what the program has written: just after deleting many files, file systems are slow to create new ones."""
    for path in (program.output, *program.caches):
        if path.exists():
            path.rename(path.with_name(f"{path.name}-aside-{time.time_ns()}"))


def peak_memory(program: Program) -> float:
    """MiB at the peak of a cold build: all its processes together, shared pages counted once (Linux; else 0)."""
    set_aside(program)
    process = subprocess.Popen(program.command, cwd=program.folder, stdout=subprocess.DEVNULL, env=program.variables)
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(_kib_of(pid) for pid in _family(process.pid)))
        time.sleep(PAUSE)
    return peak / 1024


def _family(pid: int) -> list[int]:
    """`pid` and the processes below it, also those that one of its threads started."""
    return [pid, *(each for child in _children_of(pid) for each in _family(child))]


def _children_of(pid: int) -> Iterator[int]:
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            yield from map(int, tasks.read_text().split())
        except OSError:  # it has ended
            continue


def _kib_of(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def floor(content: Path, output: Path, folder: Path) -> float:
    """Seconds to read every file of `content` and to write as many bytes into as many files as in `output`.

    One thread, each file opened, written with one call and closed, each folder made once; nothing is computed.
    """
    sizes = {path.relative_to(output): path.stat().st_size for path in output.rglob("*") if path.is_file()}
    bytes_to_write = memoryview(bytes(max(sizes.values())))
    sources = [path for path in content.rglob("*") if path.is_file()]
    os.sync()
    start = time.perf_counter()
    for path in sources:
        os.close(_read(str(path)))
    for parent in dict.fromkeys(path.parent for path in sizes):
        (folder / parent).mkdir(parents=True, exist_ok=True)
    for path, size in sizes.items():
        handle = os.open(f"{folder}/{path}", os.O_WRONLY | os.O_CREAT, 0o644)
        os.write(handle, bytes_to_write[:size])
        os.close(handle)
    return time.perf_counter() - start


def _read(path: str) -> int:
    handle = os.open(path, os.O_RDONLY)
    os.read(handle, 1 << 24)
    return handle
