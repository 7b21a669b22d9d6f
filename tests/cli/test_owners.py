"""`owners` writes what code hosts read; the hooks look at what is committed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.program import run_program
from tests.support.repository import Repository
from tests.support.workshop import PROJECT, SITES, Workshop

CITY = "places/example-city"
ISSUE = f"{CITY}/northside/issues/uneven-slabs.yaml"
OTHER = f"{CITY}/southside/issues/school-crossing.yaml"


@pytest.fixture
def town(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path, SITES / "english-city")


def test_owners_of_a_place_stand_below_those_of_the_place_above_it(town: Workshop) -> None:
    """The last line that fits a file counts on both hosts; a place that names none is left to those above."""
    for path, owners in {CITY: '["@city", "@city/office"]', f"{CITY}/northside": "north@example.org"}.items():
        town.write(f"{path}/place.yaml", f"{town.read(f'{path}/place.yaml')}\nowners: {owners}\n")
    ended = run_program(town.folder, "owners", "--language", "en")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "Written: CODEOWNERS\n", "")
    assert (town.folder / "CODEOWNERS").read_text("utf-8").splitlines()[1:] == [
        f"/content/{CITY}/ @city @city/office", f"/content/{CITY}/northside/ north@example.org"]


@pytest.mark.parametrize("word", ["the town office", "@a b", "x\u00e9@example.org y", "*", "# x", "@"])
def test_what_is_no_account_is_told_and_left_out(town: Workshop, word: str) -> None:
    """Nothing that somebody typed becomes a pattern, a comment or a second account."""
    town.write(f"{CITY}/place.yaml", f"{town.read(f'{CITY}/place.yaml')}\nowners: ['{word}', '@city']\n")
    ended = run_program(town.folder, "owners", "--language", "en")
    assert ended.returncode == 0
    assert f"{CITY}: {word} is no account" in ended.stderr
    assert (town.folder / "CODEOWNERS").read_text("utf-8").splitlines()[1:] == [f"/content/{CITY}/ @city"]


def test_a_check_of_some_files_tells_and_counts_their_problems_alone(town: Workshop) -> None:
    """Somebody else's mistake keeps nobody from a commit; one's own does."""
    town.replace(ISSUE, "topic:", "topci:")
    for files, status in (((), 1), ((ISSUE,), 1), ((OTHER,), 0), ((OTHER, ISSUE), 1)):
        ended = run_program(town.folder, "check", *(f"content/{file}" for file in files), "--language", "en")
        assert ended.returncode == status
        assert ("topci" in ended.stdout + ended.stderr) == bool(status)


def test_the_hook_of_a_new_town_checks_the_files_that_are_committed(town: Workshop) -> None:
    """It is given their names."""
    run_program(town.folder, "new", "site", "new", "--kit", "en-parish")
    hooks = yaml.safe_load((town.folder / "new/.pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    assert [(hook["entry"], hook["files"], hook.get("pass_filenames", True)) for hook in hooks] == [
        ("yishi check", "^content/", True)]


@pytest.mark.skipif(os.name == "nt", reason="make and hooks of shell are not needed there")
def test_the_hook_of_the_project_looks_at_what_is_staged(tmp_path: Path) -> None:
    """Not at what the working tree holds besides; a wrong record and a wrong Python file keep a commit back."""
    repository = Repository(tmp_path)
    (tmp_path / "deploy/hooks").mkdir(parents=True)
    shutil.copy(PROJECT / "deploy/hooks/pre-commit", tmp_path / "deploy/hooks")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (tmp_path / ".venv/bin/python").chmod(0o755)
    shutil.copytree(SITES / "english-city", tmp_path / "content")
    (tmp_path / "build.py").write_text(f"# ruff: noqa\nimport sys\nsys.path.insert(0, {str(PROJECT)!r})\n"
                                       "from yishi.cli import main\n\nmain(sys.argv[1:])\n")
    repository.git("config", "core.hooksPath", "deploy/hooks")
    issue = tmp_path / "content" / ISSUE

    def commits(**texts: str) -> bool:
        for name, text in texts.items():
            file = issue if name == "issue" else tmp_path / "x.py"
            file.write_text(text, "utf-8")
            repository.git("add", str(file))
        try:
            repository.git("commit", "--quiet", "--message=x")
        except subprocess.CalledProcessError:
            return False
        return True

    repository.git("add", "content", "build.py")
    good = issue.read_text("utf-8")
    assert commits(python="x = 1\n", issue=good)
    assert not commits(issue=good.replace("topic:", "topci:"))
    assert not commits(issue=f"{good}\nnotes: x\n", python="import os\n")
    issue.write_text("topci: x\n", "utf-8")
    assert commits(python="x = 2\n")
