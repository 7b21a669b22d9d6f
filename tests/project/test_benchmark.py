"""The benchmark measures real builds of valid records, the same ones everywhere."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks import hugosite
from benchmarks.generate import Size, files_of, write_content
from benchmarks.kinds import Pages
from benchmarks.measure import Timing, floor
from benchmarks.run import CORPORA, Result, measure, report
from benchmarks.told import section, told
from benchmarks.workbooks import measure as measure_workbooks
from benchmarks.workbooks import report as workbooks_report
from tests.support.program import TEMPLATES, run_program

ROOT = Path(__file__).parents[2]
SMALL = Size(issues=60, cases=12, communities=5, towns=2)

ALONE = re.compile(r"^(accessibility|search|changes|guide|data/dictionary|statistics/frozen)/"
                   r"|(^|/)(compare|objections|report-cards|week)/")
"""Pages that Yishi makes beside those that are compared: accessibility, search, changes, guide, frozen numbers, what
columns mean, places side by side, objections, all report cards, the week."""

FILES = {"stages": "wall/stages/index.html", "feed": "feed.xml", "calendar": "calendar.ics"}
"""Output format of Hugo → its file, where it is no folder of that name."""


def test_a_seed_always_gives_the_same_content() -> None:
    """Figures of two machines, or of two days, are about the same records; another seed gives others."""
    assert dict(files_of(SMALL)) == dict(files_of(SMALL))
    assert dict(files_of(SMALL)) != dict(files_of(replace(SMALL, seed=2)))


def test_the_content_has_the_size_asked_for() -> None:
    """As many issues, cases, communities and towns as were asked for, each in a file of its own."""
    names = list(dict(files_of(SMALL)))
    counts = (sum("/issues/" in name for name in names), sum("/cases/" in name for name in names),
              sum(name.endswith("place.yaml") for name in names))
    assert counts == (SMALL.issues, SMALL.cases, SMALL.communities + SMALL.towns)


@pytest.mark.parametrize("bodies", [False, True])
def test_the_content_is_valid(tmp_path: Path, bodies: bool) -> None:
    """What is measured is the building of good records: the check has nothing to say about them."""
    write_content(tmp_path / "content", replace(SMALL, bodies=bodies))
    done = run_program(tmp_path, "check", *TEMPLATES, "--as-of", "2025-12-31", "--format", "github")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "::" not in done.stdout


# --- the same site for Hugo -------------------------------------------------------------------------------------------

SPLIT = Size(issues=700, cases=210, communities=3)
"""Large enough that Yishi splits lists by year, a year by month, and one month further."""


@pytest.fixture(scope="module")
def yishi_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Yishi makes of the records."""
    folder = tmp_path_factory.mktemp("yishi")
    write_content(folder / "content", SPLIT)
    run_program(folder, *TEMPLATES, "--quiet", "--as-of", "2025-12-31", "--output", "site").check_returncode()
    return folder / "site"


@pytest.fixture(scope="module")
def hugo_files() -> Mapping[str, str]:
    """Path → text of the Hugo site of the same records."""
    return dict(hugosite.files_of(dict(files_of(SPLIT))))


def front_matter(text: str) -> dict[str, Any]:
    matter: dict[str, Any] = yaml.load(text.removeprefix("---\n").split("---\n")[0], yaml.CBaseLoader)
    return matter


def addresses(files: Mapping[str, str]) -> Iterator[str]:
    """The pages that Hugo makes of these files, with those of the theme."""
    for name, text in files.items():
        if name.startswith("content/"):
            folder = name.removeprefix("content/").removesuffix(".md").removesuffix("/_index")
            outputs = front_matter(text).get("outputs", "html")
            names = [one.strip() for one in outputs] if isinstance(outputs, list) else [outputs]
            yield from (f"{folder}/{'index.html' if one == 'html' else FILES.get(one, f'{one}/index.html')}"
                        for one in names)
    for page in json.loads(files["data/pages.json"]):
        yield from (f"{page['path']}.{one}" for one in page.get("outputs", ()))
        if "outputs" not in page:
            yield f"{page['path']}/index.html"
    yield from ("index.html", "404.html", "places/index.html", "feed.xml", "calendar.ics")


def test_hugo_makes_the_pages_that_yishi_makes(yishi_site: Path, hugo_files: Mapping[str, str]) -> None:
    """The comparison is about the same work: every page, no other, each once, long lists split in the same way."""
    made = list(addresses(hugo_files))
    assert len(made) == len(set(made))
    files = {path.relative_to(yishi_site).as_posix() for path in yishi_site.rglob("*.*")}
    pages = {path for path in files if path.endswith((".html", ".ics", "feed.xml")) and not ALONE.search(path)}
    tables = {path for path in files if path.endswith((".csv", ".json"))}
    assert {path for path in made if not path.startswith("data/") or path.endswith(".html")} == pages
    assert {path for path in made if path.endswith((".csv", ".json"))} <= tables


def test_hugo_is_given_every_record_in_its_own_words(hugo_files: Mapping[str, str]) -> None:
    """Each record is one file at its own path, with the same keys, values and body; only the title's key is Hugo's."""
    for name, text in files_of(SPLIT):
        if "/issues/" in name or "/cases/" in name:
            given = hugo_files[f"content/{name.rpartition('.')[0]}.md"]
            own = front_matter(text)
            expected = {"title" if key == "标题" else key: value for key, value in own.items()}
            assert {key: front_matter(given)[key] for key in expected} == expected
            assert given.split("---\n", 2)[2] == (text.split("---\n", 2)[2] if name.endswith(".md") else "")


def test_hugo_is_told_what_yishi_reads_in_a_log(yishi_site: Path, hugo_files: Mapping[str, str]) -> None:
    """Status, days and follow-ups are the same for both, so that both count the same."""
    same = {"status": "status", "took": "days_to_resolve", "waited": "days_to_first_reply", "age": "days_open",
            "due": "followup_due", "resolved": "resolved_on", "breadth": "breadth", "phase": "phase"}
    with (yishi_site / "data/issues.csv").open(encoding="utf-8-sig", newline="") as table:
        for row in csv.DictReader(table):
            told = front_matter(hugo_files[f"content/{row['path']}.md"])
            assert {key: told.get(key, "") for key in same} == {key: row[column] for key, column in same.items()}
            assert told.get("stale", "") == ("true" if row["stale"] == "yes" else "")
            assert told.get("ladder", "") == (row["ladder"] if row["status"] == "resolved" else "")


# --- measuring --------------------------------------------------------------------------------------------------------


def test_the_floor_reads_and_writes_as_much_as_a_build(tmp_path: Path) -> None:
    """As many files of the same sizes at the same places; nothing can be faster that still does this."""
    write_content(tmp_path / "content", SMALL)
    (tmp_path / "site/below").mkdir(parents=True)
    (tmp_path / "site/below/index.html").write_bytes(b"x" * 5000)
    assert floor(tmp_path / "content", tmp_path / "site", tmp_path / "floor") > 0
    assert (tmp_path / "floor/below/index.html").stat().st_size == 5000


def test_a_benchmark_measures_every_kind_of_build(tmp_path: Path) -> None:
    """Each kind of build is measured, its change is seen on the page, and the memory and the profile are known."""
    tiny = replace(CORPORA["small"], size=Size(issues=6, cases=2, communities=1), rest=0.2)
    result = measure(tiny, tmp_path / "tiny", 1, None, None)
    assert {kind for _, kind in result.timings} == {"cold", "unchanged", "record", "template"}
    assert result.pages["Yishi"]["an issue"].number == 6
    assert result.shares
    assert len(result.waits["Yishi"]) == 5
    assert "## Where the time" in report({"small": result}, result.timings, "make bench")


def test_the_report_gives_ratios_to_hugo_of_the_same_run() -> None:
    """Yishi's median by Hugo's, beside what is wanted; growth where both sizes were measured."""
    seconds = {"cold": (10.0, 5.0), "unchanged": (10.0, 0.1), "record": (10.0, 0.5), "template": (10.0, 1.5)}
    timed = {(name, kind): Timing([both[number]] * 3, [both[number]] * 3)
             for kind, both in seconds.items() for number, name in enumerate(("Hugo", "Yishi"))}
    pages = {"an issue": Pages(10_000, 60_000_000)}
    small = Result(CORPORA["small"], timed, {"Hugo": 1000, "Yishi": 500}, 0.5, {"Hugo": pages, "Yishi": pages}, [],
                   {"Hugo": [0.3], "Yishi": [0.1, 0.2]}, {"Hugo": 20_000, "Yishi": 16_500})
    said = report({"small": small, "large": replace(small, corpus=CORPORA["large"])}, timed, "make bench")
    assert "| 10.00 s (10.00-10.00) | 5.00 s (5.00-5.00) | 0.50 | ≤ 0.70 |" in said
    assert "| 1/100 | ≤ 1/50 |" in said
    assert "it is 0.30" in said
    assert "Yishi 0.15 s (0.10-0.20)" in said
    assert "| Yishi | 0.45 ms | 0.05 ms | -89% |" in said


def test_what_a_change_does_is_measured(tmp_path: Path) -> None:
    """Records are really edited and really told, from a repository of their own."""
    timing = told(tmp_path, 1, SMALL)
    assert "72 records, 50 of them edited" in section(timing, SMALL)
    done = run_program(tmp_path, "changes", "HEAD", *TEMPLATES, "--format", "json", "--as-of", "2025-12-31")
    counts = json.loads(done.stdout)["counts"]
    assert counts["edits"] == 50
    assert counts["resolved"] > 5


def test_a_workbook_is_measured_in_whole(tmp_path: Path) -> None:
    """Every row becomes a record, and the page of results names what was measured."""
    figures = measure_workbooks(3, tmp_path)
    assert len(list(tmp_path.glob("content/places/*/*/issues/*.yaml"))) == 3
    assert "| 3 |" in workbooks_report([figures], "command")
