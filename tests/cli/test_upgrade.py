"""`upgrade`: what another version means for a site, and how it gets there."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.program import run_program
from tests.support.workshop import SITES
from yishi import __version__
from yishi.cli.upgrade import list_changes
from yishi.core.files import read_changelog

CHANGELOG = """# Changelog

## [Unreleased]

### Changed

- Not yet.

## [1.10.0] - 2027-02-01

### Added

- New only.

### Changed

- One thing,
  in two lines.

### Removed

- Another.

## [1.2.0] - 2027-01-01

### Fixed

- Mended only.

## [1.1.0] - 2026-12-01

### Changed

- Long known.
"""


@pytest.fixture
def run_upgrade(tmp_path: Path) -> Callable[..., str]:
    """Runs `upgrade` for a small city that asks for a version; gives what it says."""
    shutil.copytree(SITES / "english-city", tmp_path / "content")

    def run(version: str, *more: str, status: int = 0) -> str:
        if version:
            (tmp_path / "requirements.txt").write_text(f"# comment\nyishi=={version}\n", "utf-8")
            (tmp_path / ".pre-commit-config.yaml").write_text(f'  deps: ["yishi=={version}"]\n', "utf-8")
        done = run_program(tmp_path, "upgrade", "--as-of", "2025-12-31", *more)
        assert done.returncode == status, done.stderr
        return done.stdout + done.stderr

    return run


@pytest.mark.parametrize(("since", "until", "wanted"), [
    ("1.1.0", "1.10.0", [("1.10.0", "Changed", ["- One thing,", "  in two lines."]),
                         ("1.10.0", "Removed", ["- Another."])]),
    ("1.1.0", "1.9.0", []), ("1.10.0", "1.10.0", []), ("0.9", "1.1.0", [("1.1.0", "Changed", ["- Long known."])])])
def test_only_what_concerns_existing_sites_is_listed(since: str, until: str, wanted: list[object]) -> None:
    """Of the versions between, by number and not by letters: what was changed, deprecated or removed."""
    assert list(list_changes(CHANGELOG, since, until)) == wanted


def test_the_changelog_of_the_program_is_read() -> None:
    """It lists points for those who come from the first version."""
    [(version, _, points)] = list_changes(read_changelog(), "0.1.0", __version__)
    assert version == __version__
    assert len(points) > 20


def test_a_newer_program_says_what_it_changes_and_takes_over(run_upgrade: Callable[..., str], tmp_path: Path) -> None:
    """First only told; with --fix both files ask for the new version, and nothing else is written."""
    said = run_upgrade("0.1.0")
    assert said.startswith(f"The site asks for Yishi 0.1.0; this is {__version__}.")
    assert "\n- `freeze` refuses a day that has not come.\n" in said
    assert said.endswith("requirements.txt: upgrade --fix\n")
    assert (tmp_path / "requirements.txt").read_text() == "# comment\nyishi==0.1.0\n"
    assert re.search(r"\n\n0\.2\.0 有变动（\d+条）：\n- .*\n\n完整的更新记录（英文）：.*CHANGELOG\.md\n\n",
                     run_upgrade("0.1.0", "--language", "zh-Hans"), re.DOTALL)
    said = run_upgrade("0.1.0", "--fix")
    assert said.endswith(f".pre-commit-config.yaml now asks for Yishi {__version__}.\n")
    assert (tmp_path / "requirements.txt").read_text() == f"# comment\nyishi=={__version__}\n"
    assert (tmp_path / ".pre-commit-config.yaml").read_text() == f'  deps: ["yishi=={__version__}"]\n'
    assert run_upgrade("").startswith("The site asks for the version that is running")


@pytest.mark.parametrize(("file", "text", "said"), [
    ("content/site.yaml", "titel: x\n", "titel"),
    ("templates/pages/missing.html", '{% extends "base.html" %}{% block old %}{% endblock %}', "block old")])
def test_a_site_with_mistakes_keeps_its_version(run_upgrade: Callable[..., str], tmp_path: Path, file: str, text: str,
                                                said: str) -> None:
    """In records and in templates: they are told, and the version stays until they are mended."""
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(text, "utf-8")
    assert said in run_upgrade("0.1.0", "--fix", "--language", "en", status=1)
    assert "0.1.0" in (tmp_path / "requirements.txt").read_text()


def test_a_version_with_extras_is_one_too(run_upgrade: Callable[..., str], tmp_path: Path) -> None:
    """Such as that of a site built on a cluster; another package whose name ends alike is not."""
    text = "not-yishi==0.0.1\nyishi[cluster] == 0.1.0  # pinned\n"
    (tmp_path / "requirements.txt").write_text(text, "utf-8")
    run_upgrade("", "--fix")
    assert (tmp_path / "requirements.txt").read_text() == text.replace("0.1.0", __version__)


def test_an_older_program_sends_to_the_version_that_is_asked_for(run_upgrade: Callable[..., str]) -> None:
    """It checks nothing: it does not know what the newer one knows. Without a version it says that there is none."""
    said = run_upgrade("99.0.0", status=1)
    assert said == (f"The site asks for Yishi 99.0.0, and this is the older {__version__}. Install what it asks for: "
                    "python -m pip install -r requirements.txt\n")


def test_a_site_that_names_no_version_is_checked(run_upgrade: Callable[..., str]) -> None:
    """Such as one in a clone of the program."""
    assert run_upgrade("").startswith("No file requirements.txt beside the records names a version")
