"""A build that finds nothing changed says so without reading a file or loading a library."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.support.program import run_program
from tests.support.repository import Repository
from tests.support.workshop import PROJECT, Workshop, times, tree
from yishi.cli import noop
from yishi.core.hashes import CTIME_RESOLUTION_NS, FolderSnapshot

HEAVY = ("yaml", "markdown", "jinja2", "pydantic", "rich", "babel", "PIL", "nh3", "yishi.engine.pipeline")
PROGRAM = f"""
import sys
from yishi.cli import main
try:
    main(sys.argv[1:])
finally:
    print("LOADED", *[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
ISSUE = "places/example-city/northside/issues/uneven-slabs.yaml"


def _arguments(city: Workshop, *options: str) -> list[str]:
    return ["build", "--templates", str(city.templates), "--as-of", "2025-12-31", *options]


def _build(city: Workshop) -> tuple[str, str, str]:
    """What a build in a process of its own says on each stream, and which libraries it loaded."""
    ended = subprocess.run([sys.executable, "-c", PROGRAM, *_arguments(city)], cwd=city.folder, capture_output=True,
                           text=True, check=True, env={**os.environ, "PYTHONPATH": str(PROJECT)})
    err, _, loaded = ended.stderr.rpartition("LOADED")
    return ended.stdout, err, loaded.strip()


def _looks_into(city: Workshop, *options: str) -> bool:
    """Whether a build looks into what is there, rather than answer from memory."""
    answers = list[bool]()
    answer = noop.replay_last_run

    def noted(choices: dict[str, Any], content: FolderSnapshot) -> bool:
        answers.append(answer(choices, content))
        return answers[-1]

    with mock.patch.object(noop, "replay_last_run", noted):
        run_program(city.folder, *_arguments(city, *options)).check_returncode()
    return answers != [True]


@pytest.fixture
def settled(city: Workshop) -> Workshop:
    """A site that is built, its sources long untouched."""
    city.own_templates()
    for folder in (city.content, city.templates):
        for file in filter(Path.is_file, folder.rglob("*")):
            os.utime(file, (1_700_000_000, 1_700_000_000))
    time.sleep(CTIME_RESOLUTION_NS / 1e9)  # what was touched later is looked into again
    assert _looks_into(city)
    return city


def _edit(city: Workshop) -> None:
    city.replace(ISSUE, "Uneven", "Very uneven")


def _add(city: Workshop) -> None:
    city.write("places/example-city/files/unused.pdf", "x")


def _template(city: Workshop) -> None:
    file = city.templates / "pages" / "home.html"
    file.write_text(file.read_text("utf-8") + " ", "utf-8")


def _damage(city: Workshop) -> None:
    (city.output / "index.html").write_text("x")


def _delete(city: Workshop) -> None:
    (city.output / "places/index.html").unlink()


def _cache(city: Workshop) -> None:
    for file in city.cache.glob("last*"):
        file.write_bytes(file.read_bytes()[:-9])


def test_nothing_changed_is_answered_without_libraries(settled: Workshop) -> None:
    """Nothing is written, and no library that reads, checks or renders is loaded."""
    _build(settled)  # as seen from a process of its own, whose Python looks elsewhere for its libraries
    before = times(settled.output)
    out, _, loaded = _build(settled)
    assert loaded == ""
    assert "0 written" in out
    assert times(settled.output) == before


def test_the_same_is_said_as_after_a_build(settled: Workshop) -> None:
    """Numbers of records, warnings and the place of the site are told again, word for word."""
    settled.replace(ISSUE, "raised:", "body: '[nowhere](nowhere.md)'\nraised:")
    os.utime(settled.content / ISSUE, (1_700_000_000, 1_700_000_000))
    out, err, loaded = _build(settled)
    assert "nowhere" in err
    assert loaded
    again, told, loaded = _build(settled)
    assert loaded == ""
    assert told == err
    assert [line for line in again.splitlines() if "written" not in line] == [
        line for line in out.splitlines() if "written" not in line]


@pytest.mark.parametrize("change", [_edit, _add, _template, _damage, _delete, _cache],
                         ids=lambda change: change.__name__.strip("_"))
def test_whatever_changes_is_looked_into(settled: Workshop, change: Callable[[Workshop], None]) -> None:
    """After any change of sources, site or cache the build looks into it."""
    change(settled)
    assert _looks_into(settled)
    assert tree(settled.output) == settled.clean()


def test_files_of_others_in_the_output_folder_are_no_change(settled: Workshop) -> None:
    """They belong to nobody's record: the build has nothing to do, and leaves them."""
    (settled.output / "mine.txt").write_text("x")
    assert not _looks_into(settled)
    assert (settled.output / "mine.txt").read_text() == "x"


def test_a_change_without_markdown_does_not_load_its_library(settled: Workshop) -> None:
    """A record whose texts are plain lines is read, checked and shown without the parser of Markdown."""
    _edit(settled)
    loaded = _build(settled)[2].split()
    assert "jinja2" in loaded
    assert "markdown" not in loaded


def test_a_new_commit_is_noticed(settled: Workshop) -> None:
    """Pages tell what Git knows: with each new commit it is looked into, and then answered from memory again."""
    town = Repository(settled.folder)
    for message in ("The first records", "Nothing in the records"):
        town.commit(message)
        assert _looks_into(settled)
        assert not _looks_into(settled)
    town.commit("Of no interest")
    assert _looks_into(settled, "--no-history")
    town.commit("Of no interest either")
    assert not _looks_into(settled, "--no-history")


class _Asked(Exception):
    """A build has asked whether it can answer from memory; the argument says whether it can."""


def _would_look_into(city: Workshop, *options: str) -> bool:
    """Whether a build would look into what is there; it goes no further."""
    answer = noop.replay_last_run

    def asked(choices: dict[str, Any], content: FolderSnapshot) -> bool:
        raise _Asked(answer(choices, content))

    with mock.patch.object(noop, "replay_last_run", asked), pytest.raises(_Asked) as found:
        run_program(city.folder, *_arguments(city, *options))
    return found.value.args != (True,)


def test_other_options_are_another_build(settled: Workshop) -> None:
    """What was asked for differently is not answered from memory; what was asked for in the same way is."""
    for option in (("--drafts",), ("--base-url", "https://example.org/"), ("--as-of", "2025-12-30"),
                   ("--language", "zh-Hans"), ("--full",), ("--output", "other")):
        assert _would_look_into(settled, *option), option
        assert not _would_look_into(settled), option


def test_a_file_changed_a_moment_ago_is_looked_into_again(city: Workshop) -> None:
    """Some file systems give two changes within a moment the same time."""
    assert _looks_into(city)
    city.replace(ISSUE, "Uneven", "Very uneven")
    assert _looks_into(city)
    assert _looks_into(city)
