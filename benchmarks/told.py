"""Measures `python build.py changes`: how soon is told what an edit of fifty records does to ten thousand.

    python -m benchmarks.told --rounds 5
"""

import shutil
import subprocess
import sys
from pathlib import Path

import click

from .generate import LAST_DAY, Size, write_content
from .measure import Program, Timing, timings

FOLDER = Path("build/bench-told")
CHANGED = 50
WANTED = 3.0  # seconds


def told(folder: Path, rounds: int, size: Size) -> Timing:
    """Seconds to tell what CHANGED edited records change, after `check` has read what lies there (a warm cache)."""
    write_content(folder / "content", size)
    (folder / ".gitignore").write_text(".build-cache/\n")
    _git(folder, "init", "--quiet")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message=Before")
    _edit(folder / "content")
    choices = ["--content", str(folder / "content"), "--as-of", str(LAST_DAY)]
    program = Program("Yishi", [sys.executable, "build.py", "changes", "HEAD", *choices], Path.cwd(), folder / "none",
                      [], {})
    timings([program], 1, ("told",))  # reads what lies there
    return timings([program], rounds, ("told",))["Yishi", "told"]


def _git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.org", "-c", "gc.auto=0"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True)


def _edit(content: Path) -> None:
    """Every nth issue is resolved; where it has been already, it gets another title."""
    issues = sorted(content.glob("places/*/*/issues/i*"))
    for file in issues[::max(1, len(issues) // CHANGED)][:CHANGED]:
        lines = file.read_text("utf-8").splitlines()
        last = max((number for number, line in enumerate(lines) if line.startswith("  - 2")), default=0)
        if "办结" in "\n".join(lines) or not last:
            lines[lines[0] == "---"] += "（补充）"
        else:
            lines.insert(last + 1, f"  - {LAST_DAY} 办结: 已办好")
        file.write_text("\n".join(lines) + "\n", "utf-8")


def section(timing: Timing, size: Size) -> str:
    """What was measured, as a section of the results."""
    return f"""\
## What a change does, in words

`python build.py changes HEAD` on {size.issues + size.cases:,} records, {CHANGED} of them edited, process start \
included: {timing.median:.2f} s ({min(timing.seconds):.2f}-{max(timing.seconds):.2f}), wanted ≤ {WANTED:.0f} s; \
{timing.median_processor:.2f} s of all processors.
"""


@click.command()
@click.option("--rounds", default=5, show_default=True)
def main(rounds: int) -> None:
    """Measure, and say what was measured."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    size = Size()
    click.echo(section(told(FOLDER.absolute(), rounds, size), size))
    shutil.rmtree(FOLDER)


if __name__ == "__main__":
    main()
