"""`python build.py changes`: what it compares, in a real repository, and that it leaves nothing behind."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.repository import Repository
from tests.support.workshop import SITES, Workshop, tree
from yishi.cli import main
from yishi.engine import file_index

ISSUE = "places/example-city/southside/issues/school-crossing.yaml"
CASE = "places/example-city/northside/cases/warm-stairs.md"
STEP = "  - 2025-12-01 resolved: painted\n"


class Town(Repository):
    """A repository with the English city in its folder `town/content`."""

    def __init__(self, city: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(city.folder.parent)
        self.city, self.capsys = city, capsys
        self.commit("The first records")

    def changes(self, *arguments: str, content: Path | None = None) -> tuple[int, str, str]:
        """How the command ends: its exit code, and what it says."""
        with pytest.raises(SystemExit) as ended:
            main(["changes", *arguments, "--content", str(content or self.city.content), "--templates",
                  str(self.city.templates), "--output", str(self.city.output), "--as-of", "2025-12-31"])
        captured = self.capsys.readouterr()
        return ended.value.code if isinstance(ended.value.code, int) else 0, captured.out, captured.err

    def checks(self) -> None:
        """A check of what lies there finds no error."""
        with pytest.raises(SystemExit, match="0"):
            main(["check", "--content", str(self.city.content), "--templates", str(self.city.templates), "--as-of",
                  "2025-12-31"])

    def told(self, *arguments: str) -> dict[str, int]:
        """What is counted, but for the numbers."""
        code, out, err = self.changes(*arguments, "--format", "json")
        assert (code, err) == (0, "")
        return {name: number for name, number in json.loads(out)["counts"].items() if name != "stat_changes"}


@pytest.fixture
def repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    (tmp_path / "town").mkdir()
    return Town(Workshop(tmp_path / "town", SITES / "english-city"), capsys)


def test_a_clean_tree_changes_nothing(repository: Town) -> None:
    """On the main branch, with nothing edited, nothing is told."""
    code, out, _ = repository.changes()
    assert code == 0
    assert "Nothing changes" in out


def test_what_lies_in_the_folder_is_compared(repository: Town) -> None:
    """Edited, new and removed files are told, whether Git knows them or not."""
    repository.city.write(ISSUE, repository.city.read(ISSUE) + STEP)
    (repository.city.content / CASE).unlink()
    repository.city.write("pages/new.md", "---\ntitle: New\n---\nText.\n")
    assert repository.told() == {"removed": 1, "new": 1, "resolved": 1, "edits": 1}


def test_without_a_base_it_is_what_the_main_branch_does_not_have(repository: Town) -> None:
    """On a branch everything that it would bring is told, committed or not, and nothing that came to main meanwhile."""
    repository.git("checkout", "--quiet", "-b", "crossing")
    repository.city.write(ISSUE, repository.city.read(ISSUE) + STEP)
    repository.commit("Painted")
    repository.git("checkout", "--quiet", "main")
    repository.city.write("pages/new.md", "---\ntitle: New\n---\nText.\n")
    repository.commit("A page")
    repository.git("checkout", "--quiet", "crossing")
    repository.city.write("pages/about.md", "---\ntitle: About all\n---\nText.\n")
    assert repository.told() == {"resolved": 1, "edits": 2}


def test_a_revision_is_compared_with_the_folder(repository: Town) -> None:
    """Whatever names a commit may be given."""
    first = repository.commit("Nothing")
    repository.city.write(ISSUE, repository.city.read(ISSUE) + STEP)
    repository.commit("Painted")
    assert repository.told(first[:10]) == repository.told("HEAD~1") == {"resolved": 1, "edits": 1}
    assert repository.told("HEAD") == {}


def test_two_revisions_are_compared_whatever_lies_in_the_folder(repository: Town) -> None:
    """A..B tells of what was committed between them, also backwards."""
    repository.city.write(ISSUE, repository.city.read(ISSUE) + STEP)
    repository.commit("Painted")
    repository.city.write("pages/new.md", "---\ntitle: New\n---\nText.\n")
    assert repository.told("HEAD~1..HEAD") == repository.told("HEAD~1..") == {"resolved": 1, "edits": 1}
    assert repository.told("HEAD..HEAD~1") == {"reopened": 1, "edits": 1} | repository.told("HEAD..HEAD~1")


def test_another_folder_is_compared(repository: Town, tmp_path: Path) -> None:
    """A content folder may be the base; nothing is written beside it."""
    other = tmp_path / "other" / "content"
    shutil.copytree(repository.city.content, other)
    repository.city.write(ISSUE, repository.city.read(ISSUE) + STEP)
    assert repository.told(str(other)) == {"resolved": 1, "edits": 1}
    assert [path.name for path in other.parent.iterdir()] == ["content"]


def test_nothing_is_left_behind(repository: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git's own folder stays as it is, byte for byte, also where its index is out of date; so does the site's."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    repository.city.write(ISSUE, repository.city.read(ISSUE) + STEP)
    os.utime(repository.city.content / CASE, (1, 1))
    before, content = tree(repository.root / ".git"), tree(repository.city.content)
    assert repository.changes()[0] == repository.changes("HEAD~0..HEAD")[0] == 0
    assert repository.changes("nowhere")[0] == 2
    assert tree(repository.root / ".git") == before
    assert tree(repository.city.content) == content
    assert list(temporary.iterdir()) == []
    assert {path.name for path in repository.city.folder.iterdir()} == {"content", ".build-cache"}


@pytest.mark.parametrize("year", [2020, 2120])
def test_memos_of_what_lies_there_are_not_lost(repository: Town, monkeypatch: pytest.MonkeyPatch, year: int) -> None:
    """Looking at what was leaves the cache as a check of what is leaves it, whether the files are long settled or may
    be written again within a tick of the clock, so that the next command reads them again."""
    monkeypatch.setattr(file_index, "CTIME_RESOLUTION_NS", 0)  # no test can set it back
    repository.city.write(ISSUE, repository.city.read(ISSUE) + STEP)
    moment = datetime(year, 1, 1, tzinfo=UTC).timestamp()
    for file in repository.city.content.rglob("*"):
        os.utime(file, (moment, moment))
    repository.changes("HEAD")
    kept = tree(repository.city.cache)
    repository.checks()
    assert tree(repository.city.cache) == kept


def test_a_hook_may_ask(repository: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Git sets for a hook of another repository does not lead astray."""
    repository.city.write(ISSUE, repository.city.read(ISSUE) + STEP)
    monkeypatch.setenv("GIT_DIR", str(repository.root / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(repository.root / "nowhere" / "index"))
    assert repository.told() == {"resolved": 1, "edits": 1}


def test_content_that_was_not_there_yet_is_all_new(repository: Town) -> None:
    """A folder that the revision does not have is empty there."""
    repository.git("checkout", "--quiet", "--orphan", "empty")
    repository.git("rm", "--quiet", "-r", "--cached", ".")
    repository.git("commit", "--quiet", "--allow-empty", "--message=Empty", "--no-verify")
    told = repository.told("HEAD")
    assert told["new"] > 10
    assert "removed" not in told


def test_errors_are_told_instead(repository: Town) -> None:
    """What cannot be published is not compared, unless wrong records are to be left out."""
    repository.city.write(ISSUE, repository.city.read(ISSUE).replace("Crossings", "crosings"))
    code, out, err = repository.changes("HEAD")
    assert (code, out) == (1, "")
    assert "Did you mean" in err
    code, out, err = repository.changes("HEAD", "--skip-invalid")
    assert code == 0
    assert "is withheld, since it has errors" in out


@pytest.mark.parametrize(("base", "said"), [
    ("nowhere", "There is no revision and no content folder nowhere."),
    ("HEAD~9", "There is no revision and no content folder HEAD~9."),
    ("HEAD..nowhere", "There is no revision and no content folder nowhere."),
    ("-p", "There is no option -p.")])
def test_what_is_no_revision_is_said(repository: Town, base: str, said: str) -> None:
    """One clear message, and nothing that Git would take for an option."""
    code, out, err = repository.changes("--language", "en", base)
    assert said in out + err
    assert code == 2


def test_a_shallow_clone_is_said(repository: Town, tmp_path: Path) -> None:
    """Where the clone lacks what is asked for, it is said how to get it."""
    repository.commit("Nothing")
    subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{repository.root}", str(tmp_path / "clone")],
                   check=True)
    code, _, err = repository.changes("HEAD~1", "--language", "en", content=tmp_path / "clone" / "town" / "content")
    assert code == 2
    assert "git fetch --unshallow" in err


def test_no_repository_is_said(repository: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of Git only folders can be compared."""
    shutil.rmtree(repository.root / ".git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(repository.root.parent))
    code, _, err = repository.changes("--language", "en")
    assert code == 2
    assert "is not in a Git repository" in err


def test_no_git_is_said(repository: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Git is not installed, one message says so."""
    monkeypatch.setenv("PATH", str(repository.root))
    code, _, err = repository.changes("--language", "zh-Hans")
    assert code == 2
    assert "没有安装 Git" in err
