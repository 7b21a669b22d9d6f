"""Measures workbooks: so many rows imported into an empty town, the same workbook once more, and the way out.

    python -m benchmarks.workbooks --rows 1000 --rows 10000
"""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click
from openpyxl import Workbook

from .generate import LAST_DAY, Size, files_of
from .measure import Program, Timing, peak_memory, timed
from .run import FOLDER, machine

RESULTS = Path("benchmarks/WORKBOOKS.md")
STAGES = ("提出", "后续未报道", "办结")
"""The rows of the log for each issue."""

WANTED = {1_000: (5.0, None), 10_000: (None, 500)}
"""Rows of issues → seconds and MiB that are wanted of their import."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of a workbook with `rows` issues: how long it took, and MiB at the peak of its import."""

    rows: int
    new: Timing
    again: Timing
    out: Timing
    memory: float


def measure(rows: int, folder: Path) -> Figures:
    """Imports a workbook of so many issues, each with its log, below the new `folder`."""
    content, inbox = folder / "content", folder / "inbox"
    _write_town(content, inbox, rows)
    imports = _program(folder, "import", str(inbox))
    new = timed(imports)
    again = timed(imports)
    out = timed(_program(folder, "export", str(folder / "out.xlsx")))
    shutil.rmtree(content)
    _write_town(content, inbox, rows)
    return Figures(rows, new, again, out, peak_memory(imports))


def _write_town(content: Path, inbox: Path, rows: int) -> None:
    for name, text in files_of(Size(issues=0, cases=0)):
        file = content / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    inbox.mkdir(exist_ok=True)
    places = sorted(file.parent.name for file in content.glob("places/*/*/place.yaml"))
    book = Workbook(write_only=True)
    for name, lines in (("议题", _issues(rows, places)), ("进展", _steps(rows, places))):
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    book.save(inbox / "rows.xlsx")


def _issues(rows: int, places: Sequence[str]) -> Iterator[Sequence[str]]:
    yield "#id", "地方", "标题", "主题", "提出", "简介", "来源渠道", "参与类别", "人数"
    for row in range(rows):
        yield (f"bench-{row}", places[row % len(places)], f"第{row + 1}件：路灯不亮", "照明、停车",
               f"2025年{row % 8 + 1}月3日", "居民说晚上看不清路，商量以后换了灯。", "议事会", "居民、物业", "约20人")


def _steps(rows: int, places: Sequence[str]) -> Iterator[Sequence[str]]:
    yield "地方", "议题", "日期", "阶段", "内容"
    for row in range(rows):
        for step, stage in enumerate(STAGES):
            yield (places[row % len(places)], f"第{row + 1}件：路灯不亮", f"2025-09-{step + 10}", stage,
                   f"第{step + 1}步的经过")


def _program(folder: Path, *command: str) -> Program:
    options = ["--content", str(folder / "content"), "--output", str(folder / "site"), "--as-of", str(LAST_DAY)]
    arguments = [sys.executable, "build.py", *command, *options, "--quiet"]
    return Program("Yishi", arguments, Path.cwd(), folder / "site", [], {})


def report(figures: Sequence[Figures], command: str) -> str:
    """What was measured, as a Markdown page."""
    lines = "".join(
        f"| {one.rows:,} | {_seconds(one.new)} | {_seconds(one.again)} | {_seconds(one.out)} | {one.memory:,.0f} MiB | "
        f"{_wanted(one.rows)} |\n" for one in figures)
    return f"""\
# What a workbook costs

Measured on {date.today()} with `{command}`:
{machine()}; load at the end: {os.getloadavg()[0]:.1f} (1 or less is this program alone).

One workbook for a town of 28 communities that has no issues yet; every issue has {len(STAGES)} rows in the sheet
of the log, which are not counted as rows. Each figure is one whole process, from start to end, the check of the whole
site within it; in brackets what the processors have spent, which does not depend on what else the machine does.
Memory is the peak of all processes in the first import.

| rows | imported | imported again, unchanged | exported | memory | wanted |
|---:|---:|---:|---:|---:|---|
{lines}"""


def _seconds(timing: Timing) -> str:
    return f"{timing.median:.2f} s ({timing.median_processor:.2f} s)"


def _wanted(rows: int) -> str:
    seconds, memory = WANTED.get(rows, (None, None))
    return ", ".join(filter(None, [f"≤ {seconds:g} s" if seconds else "", f"≤ {memory} MiB" if memory else ""])) or "–"


@click.command()
@click.option("--rows", "sizes", multiple=True, type=click.IntRange(min=1), default=[1_000, 10_000], show_default=True)
def main(sizes: Sequence[int]) -> None:
    """Measure workbooks and write benchmarks/WORKBOOKS.md."""
    folder = FOLDER.absolute() / "workbooks"
    shutil.rmtree(folder, ignore_errors=True)
    figures = [measure(rows, folder / str(rows)) for rows in sizes]
    page = report(figures, " ".join(["python -m benchmarks.workbooks", *sys.argv[1:]]))
    RESULTS.write_text(page, "utf-8")
    click.echo(page)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
