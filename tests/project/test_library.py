"""Yishi as a library: what docs/library.md says is so, and `import yishi` costs next to nothing."""

import contextlib
import csv
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import yishi
from tests.support.program import run_program
from tests.support.workshop import DAY, PROJECT, SITES, tree

DOCUMENT = (PROJECT / "docs/library.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)


@pytest.fixture
def city_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with the records of a small city in `content`."""
    shutil.copytree(SITES / "english-city", tmp_path / "content")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run_example(number: int) -> dict[str, Any]:
    """The names that an example of the document leaves behind; `printed`: what it printed."""
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(EXAMPLES[number], f"example {number}", "exec"), names)
    return {**names, "printed": printed.getvalue()}


def test_the_table_of_statistics_is_that_of_the_site(city_folder: Path) -> None:
    """The first example gives the numbers that a build writes into its data files."""
    table = run_example(0)["table"]
    report = yishi.build("content", "site", as_of=DAY)
    assert report.write_result
    rows = csv.DictReader(io.StringIO((city_folder / "site/data/statistics.csv").read_text("utf-8-sig")))
    rates = {row["scope"] or "all": row["value"] for row in rows
             if (row["key"], row["dimension"]) == ("resolution_rate", "")}
    assert {place: str(rate if rate is not None else "") for place, _, rate in table} == rates


def test_the_export_has_the_open_issues(city_folder: Path) -> None:
    """The second example writes a table of what the data files call open."""
    run_example(1)
    head, *rows = csv.reader(io.StringIO((city_folder / "open-issues.csv").read_text("utf-8-sig")))
    wanted = [issue["title"] for issue in yishi.records("content", "issue") if "days_open" in issue["derived"]]
    assert head == ["place", "title", "status", "days open"]
    assert [row[1] for row in rows] == wanted != []


def test_the_mail_of_the_night_says_what_check_says(city_folder: Path) -> None:
    """The third example: in order, and with a mistake the lines that the command prints."""
    assert run_example(2)["mail"].get_content() == "Everything is in order.\n"
    (city_folder / "content/site.yaml").write_text("titel: x\n", "utf-8")
    mail = run_example(2)["mail"]
    said = run_program(city_folder, "check", "--language", "en").stderr
    lines, _, count = said.rpartition("\n\n")
    assert mail["Subject"] == f"Records: {count.partition(' ')[0]} errors"
    assert mail.get_content().strip() == lines.strip() != ""


def test_the_library_builds_what_the_command_builds(city_folder: Path) -> None:
    """Byte for byte; a folder that cannot be used is a ValueError, and a wrong record stops what counts."""
    yishi.build("content", "site", as_of=DAY, history=False)
    done = run_program(city_folder, "--output", "other", "--as-of", str(DAY), "--no-history")
    assert done.returncode == 0, done.stderr
    assert tree(city_folder / "site") == tree(city_folder / "other")
    for use in (lambda: yishi.check("nowhere"), lambda: yishi.build("content", "content/site"),
                lambda: yishi.build("content", "site", base_url="x")):
        with pytest.raises(ValueError, match=r"\w"):
            use()
    (city_folder / "content/site.yaml").write_text("titel: x\n", "utf-8")
    with pytest.raises(yishi.InvalidContent, match=r"site\.yaml:1:1") as refused:
        yishi.statistics("content", as_of=DAY)
    assert refused.value.problems == yishi.check("content", as_of=DAY).problems
    assert yishi.statistics("content", as_of=DAY, skip_invalid=True).scopes
    assert yishi.build("content", "site", as_of=DAY).write_result is None


def test_every_public_name_is_documented_and_there() -> None:
    """The table of functions is what the package gives; nothing else can be asked of it."""
    named = re.findall(r"^\| `yishi\.(\w+)`", DOCUMENT, re.MULTILINE)
    public = {name for name in yishi.__all__ if not name.isupper() and not name.startswith("__")}
    assert {*named, "InvalidContent", "InvalidTemplate"} == public
    assert all(getattr(yishi, name).__doc__ for name in public)
    with pytest.raises(AttributeError, match="nothing"):
        yishi.nothing  # noqa: B018


def test_importing_the_package_loads_nothing() -> None:
    """`import yishi` loads one module; each start of the command line does so."""
    program = "import sys; before = {*sys.modules}; import yishi; print(*{*sys.modules} - before)"
    said = subprocess.run([sys.executable, "-S", "-c", program], cwd=PROJECT, check=True, capture_output=True,
                          text=True)
    assert said.stdout.split() == ["yishi"]
