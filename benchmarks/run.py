"""Measures builds as whole processes, and writes what was measured to `benchmarks/RESULTS.md`.

    python -m benchmarks.run --rounds 3
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from .generate import LAST_DAY, Size, write_content

FOLDER = Path("build/bench")
RESULTS = Path("benchmarks/RESULTS.md")


@dataclass(frozen=True)
class Timing:
    """Seconds of each round of one kind of build."""

    name: str
    seconds: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


@dataclass(frozen=True)
class Result:
    """What was measured; `memory` in MiB, `shares` = module → its share of the time, 0-1."""

    command: str
    records: int
    timings: Sequence[Timing]
    memory: float
    pages: int
    shares: Sequence[tuple[str, float]]


def measure(size: Size, rounds: int, jobs: int | None) -> Result:
    """Build the content of `size` in each way, `rounds` times."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    write_content(FOLDER / "content", size)
    arguments = _arguments(jobs)
    return Result(
        command=" ".join(sys.argv[1:]),
        records=size.issues + size.cases,
        timings=_timings(arguments, rounds),
        memory=_peak_memory(arguments),
        pages=sum(1 for _ in (FOLDER / "site").rglob("*.html")),
        shares=_shares(arguments),
    )


def _arguments(jobs: int | None) -> list[str]:
    """The arguments of build.py."""
    folders = ["--content", f"{FOLDER}/content", "--output", f"{FOLDER}/site"]
    return ["build", *folders, "--as-of", str(LAST_DAY), "--quiet", *(["--jobs", str(jobs)] if jobs else [])]


def _timings(arguments: Sequence[str], rounds: int) -> list[Timing]:
    full, unchanged, one = [], [], []
    for number in range(rounds):
        _forget_builds()
        full.append(_seconds(arguments))
        unchanged.append(_seconds(arguments))
        _change_one_record(number)
        one.append(_seconds(arguments))
    return [Timing("full build, nothing cached", full), Timing("nothing changed", unchanged),
            Timing("one issue changed", one)]


def _forget_builds() -> None:
    shutil.rmtree(FOLDER / "site", ignore_errors=True)
    shutil.rmtree(FOLDER / ".build-cache", ignore_errors=True)


def _seconds(arguments: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "build.py", *arguments], check=True)
    return time.perf_counter() - start


def _change_one_record(number: int) -> None:
    path = sorted(FOLDER.glob("content/places/*/*/issues/*"))[number]
    text = path.read_text("utf-8")
    path.write_text(text.replace("简介: ", f"简介: 第{number + 1}次修改。", 1), "utf-8")


def _peak_memory(arguments: Sequence[str]) -> float:
    """MiB at the peak of a full build: all its processes together, shared pages counted once (Linux; else 0)."""
    _forget_builds()
    process = subprocess.Popen([sys.executable, "build.py", *arguments])
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(_kib_of(pid) for pid in _family(process.pid)))
        time.sleep(0.05)
    return peak / 1024


def _family(pid: int) -> list[int]:
    """`pid` and the processes below it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        children = []
    return [pid, *(each for child in children for each in _family(int(child)))]


def _kib_of(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _shares(arguments: Sequence[str]) -> list[tuple[str, float]]:
    """Where the time of a full build in one process goes, dearest first."""
    _forget_builds()
    file = FOLDER / "samples.json"
    program = ["-m", "benchmarks.sampling", str(file), "build.py"]
    subprocess.run([sys.executable, *program, *arguments, "--jobs", "1"], check=True)
    looks: Counter[str] = Counter()
    for module, number in json.loads(file.read_text()).items():
        looks[".".join(module.split(".")[:2])] += number
    shares = ((module, number / looks.total()) for module, number in looks.most_common())
    return [(module, share) for module, share in shares if share >= 0.005]


def report(result: Result) -> str:
    """The result as a Markdown page."""
    full = result.timings[0].median
    rows = "".join(_row(timing) for timing in result.timings)
    shares = "".join(f"| {part} | {share:.0%} |\n" for part, share in result.shares)
    return f"""\
# What a build costs

Measured on {date.today()} with `python -m benchmarks.run {result.command}`: {_machine()}.

{result.records:,} records, {result.pages:,} pages, each build a whole process from start to end.

| build | median | fastest | slowest |
|---|---:|---:|---:|
{rows}
A full build handles **{result.records / full:,.0f} records per second**; its peak is **{result.memory:,.0f} MiB** for
all processes together, shared pages counted once.

## Where the time of a full build goes

In one process (`--jobs 1`), by the module of Yishi that was at work; the libraries it calls count as its own.

| module | share |
|---|---:|
{shares}"""


def _row(timing: Timing) -> str:
    return f"| {timing.name} | {timing.median:.2f} s | {min(timing.seconds):.2f} s | {max(timing.seconds):.2f} s |\n"


def _machine() -> str:
    python = f"Python {platform.python_version()}"
    return f"{platform.system()} {platform.machine()}, {_processor()}, {os.cpu_count()} cores, {python}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())


@click.command()
@click.option("--issues", default=Size.issues, show_default=True)
@click.option("--cases", default=Size.cases, show_default=True)
@click.option("--communities", default=Size.communities, show_default=True)
@click.option("--towns", default=Size.towns, show_default=True)
@click.option("--bodies", is_flag=True, help="Give every issue a Markdown body of about 1 KB.")
@click.option("--languages", default="zh-Hans", show_default=True, help="Separated by commas, the default first.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--jobs", type=int, help="Processes; without it, what build.py takes by itself.")
def main(issues: int, cases: int, communities: int, towns: int, bodies: bool, languages: str, rounds: int,
         jobs: int | None) -> None:
    """Measure builds and write benchmarks/RESULTS.md."""
    size = Size(issues, cases, communities, towns, bodies, languages=tuple(languages.split(",")))
    page = report(measure(size, rounds, jobs))
    RESULTS.write_text(page, "utf-8")
    click.echo(page)


if __name__ == "__main__":
    main()
