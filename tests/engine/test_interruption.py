"""However a build ends, the next one leaves exactly the clean site, and nothing of anybody else's is touched."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.program import run_program
from tests.support.stopped import Running, running
from tests.support.workshop import PROJECT, SITES, Tree, Workshop, times, tree
from yishi.engine.writing import ForeignFile

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 is known only where fork is")

ISSUES = "places/example-city/northside/issues"
PARTS = 10
"""A build's steps are stopped at so many moments, the first and the last among them."""


def _arguments(workshop: Workshop, *more: str, output: Path | None = None) -> list[str]:
    return ["--content", str(workshop.content), "--templates", str(workshop.templates), "--output",
            str(output or workshop.output), "--as-of", "2025-12-31", "--quiet", "--jobs", "1", *more]


def _stopped(how: str, moment: int, arguments: list[str]) -> "subprocess.CompletedProcess[str]":
    """A build that something happens to at a moment."""
    with running(how, moment, arguments) as build:
        return build.ended()


def _built(workshop: Workshop, *more: str, output: Path | None = None) -> "subprocess.CompletedProcess[str]":
    return run_program(PROJECT, *_arguments(workshop, *more, output=output))


@dataclass
class Edited:
    """A site that was built and then edited: how it lies, what a clean build makes of it, before and after."""

    workshop: Workshop
    kept: Path
    before: Tree
    after: Tree
    steps: int

    def restore(self) -> Workshop:
        """The site as it was edited, not built since."""
        shutil.rmtree(self.workshop.folder)
        shutil.copytree(self.kept, self.workshop.folder)
        return self.workshop

    def moment(self, part: int) -> int:
        """The first of its build's steps for 0, the last for `PARTS - 1`."""
        return 1 + part * (self.steps - 1) // (PARTS - 1)

    def take_back(self) -> None:
        """What the writer had before."""
        shutil.rmtree(self.workshop.content)
        shutil.copytree(SITES / "english-city", self.workshop.content)


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Edited:
    """One record changed, one new, one gone, one place with another name."""
    folder = tmp_path_factory.mktemp("edited")
    city = Workshop(folder / "work", SITES / "english-city")
    city.build()
    before = tree(city.output)
    city.replace(f"{ISSUES}/uneven-slabs.yaml", "title: ", "title: Again ")
    city.write(f"{ISSUES}/bench.yaml", "title: A bench is missing\ntopic: [pavements]\nraised: 2025-06-01\n"
                                       "log:\n  - 2025-06-01 raised: No bench at the stop\n")
    (city.content / "places/example-city/southside/issues/second-crossing.yaml").unlink()
    (city.content / "places/example-city/westside").rename(city.content / "places/example-city/far-west")
    shutil.copytree(city.folder, folder / "kept")
    counted = _stopped("count", 0, _arguments(city))
    assert counted.returncode == 0, counted.stderr
    edited = Edited(city, folder / "kept", before, city.clean(), int(counted.stdout))
    assert tree(city.output) == edited.after
    assert edited.steps > 50
    return edited


# --- the power goes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", range(PARTS))
def test_after_a_kill_the_next_build_makes_the_clean_site(edited: Edited, part: int) -> None:
    """kill -9 before any step on the disk; every other time the writer takes the edit back before building again."""
    city, taken_back = edited.restore(), part % 2 == 1
    assert _stopped("kill", edited.moment(part), _arguments(city)).returncode == -signal.SIGKILL
    if taken_back:
        edited.take_back()
    city.build()
    assert tree(city.output) == (edited.before if taken_back else edited.after)
    assert city.written() == 0


@pytest.mark.parametrize("part", [2, 5, 9])
def test_after_a_kill_within_a_file_the_next_build_makes_the_clean_site(edited: Edited, part: int) -> None:
    """The same in the middle of writing a file, which is left cut short."""
    city = edited.restore()
    assert _stopped("cut", edited.moment(part), _arguments(city)).returncode in (-signal.SIGXFSZ, 0)
    city.build()
    assert tree(city.output) == edited.after


def test_kill_after_kill_ends_in_the_clean_site(edited: Edited) -> None:
    """Builds that are killed one after another, each a little later, leave nothing that the last does not mend."""
    city = edited.restore()
    for part in (2, 5, 3):
        _stopped("kill", edited.moment(part), _arguments(city))
    city.build()
    assert tree(city.output) == edited.after


def test_a_killed_first_build_is_finished(city: Workshop) -> None:
    """A first build that is killed leaves a folder that the next one knows as its own, to write and to delete in."""
    assert _stopped("kill", 150, _arguments(city)).returncode == -signal.SIGKILL
    (city.content / ISSUES / "uneven-slabs.yaml").unlink()
    city.build()
    assert tree(city.output) == city.clean()


def test_a_worker_that_is_killed_ends_the_build_with_a_word(workshop: Workshop) -> None:
    """kill -9 of one of several processes (memory may be short): no endless waiting, and the next build is exact."""
    done = _stopped("kill-worker", 20, _arguments(workshop, "--jobs", "2"))
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert "worker" in done.stderr
    workshop.build()
    assert tree(workshop.output) == workshop.clean()


def test_workers_end_with_a_build_that_is_killed(workshop: Workshop) -> None:
    """Once the build is killed its workers write no more, so that they do not spoil what the next build writes."""
    done = _stopped("kill-parent", 5, _arguments(workshop, "--jobs", "2"))  # returns when the last process has ended
    assert done.returncode == -signal.SIGKILL
    left = tree(workshop.output)
    workshop.build()
    assert len(left) < len(tree(workshop.output))
    assert tree(workshop.output) == workshop.clean()


# --- the disk refuses -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("how", "said"), [("full", "No space left on device"), ("denied", "Permission denied")])
@pytest.mark.parametrize("part", [0, 4, 8])
def test_what_the_disk_refuses_is_told_in_a_line(edited: Edited, part: int, how: str, said: str) -> None:
    """A disk that is full from some moment on, or may not be written: one line, exit 1, and the next build is exact."""
    city = edited.restore()
    done = _stopped(how, edited.moment(part), _arguments(city))
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert said in done.stderr
    city.build()
    assert tree(city.output) == edited.after


def test_a_disk_that_fills_up_within_a_file_names_the_file(edited: Edited) -> None:
    """Where the disk refuses a write, not the opening of a file, the line says which file it was."""
    city = edited.restore()
    done = _stopped("limit", edited.moment(2), _arguments(city))
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert str(city.output) in done.stderr
    city.build()
    assert tree(city.output) == edited.after


def test_a_folder_that_cannot_be_is_told_in_a_line(city: Workshop) -> None:
    """An output folder below a file: one line, exit 1, and the file stays."""
    city.folder.joinpath("file").write_text("mine")
    done = _built(city, output=city.folder / "file" / "site")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert city.folder.joinpath("file").read_text() == "mine"


def test_without_a_place_for_the_cache_the_site_is_built(city: Workshop) -> None:
    """Where no cache can be kept, and so no lock, the site is exact all the same."""
    city.cache.write_text("mine")
    assert _built(city).returncode == 0
    assert tree(city.output) == city.clean()
    assert city.cache.read_text() == "mine"


@pytest.mark.parametrize("part", ["the cache", "photos", "views", "parsed", "summaries", "details", "manifest"])
def test_a_cache_that_cannot_be_read_keeps_no_build(workshop: Workshop, part: str) -> None:
    """A folder of the cache that the system refuses to open, here a link to itself: built without it, in one line."""
    workshop.build()
    for folder in [workshop.cache] if part == "the cache" else list(workshop.cache.glob(f"{part}*")):
        shutil.rmtree(folder)
        folder.symlink_to(folder.name)
    workshop.replace("site.yaml", "测试网站", "试验网站")
    done = _built(workshop, "--skip-invalid", "--no-history")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert tree(workshop.output) == workshop.clean(skip_invalid=True)


def test_nothing_half_written_stays_in_the_cache(edited: Edited) -> None:
    """What could not be written is deleted at once; what a build left that was stopped, by a later one."""
    city = edited.restore()
    _stopped("limit", edited.moment(0), _arguments(city))
    assert list(city.cache.rglob("tmp*")) == []
    left = [city.cache / "tmpabc123", next(city.cache.glob("parsed-*")) / "tmpdef456", city.cache / "tmpnow"]
    for file in left:
        file.write_text("half")
    for file in left[:2]:
        os.utime(file, (1_700_000_000, 1_700_000_000))
    city.build()
    assert list(city.cache.rglob("tmp*")) == left[2:]


# --- two builds at once -----------------------------------------------------------------------------------------------


@contextmanager
def _paused(edited: Edited) -> Iterator[Running]:
    """A build that waits, with half of its files written, for a line to go on."""
    with running("pause", edited.moment(5), _arguments(edited.workshop)) as build:
        assert build.stdout.readline() == "paused\n"
        yield build


def test_a_second_build_at_the_same_time_is_refused(edited: Edited) -> None:
    """Two builds do not write to one folder: the second says so in the writer's language, and changes nothing."""
    city = edited.restore()
    with _paused(edited) as first:
        lying = times(city.output)
        english, chinese = (_built(city, "--language", tag) for tag in ("en", "zh-Hans"))
        assert times(city.output) == lying
        done = first.ended("go on\n")
    assert [one.returncode for one in (done, english, chinese)] == [0, 1, 1]
    assert english.stderr == (f"Error: Another build is writing to the folder {city.output}; nothing was changed. "
                              "Build again when it is done.\n")
    assert f"另一次生成正在写入文件夹 {city.output}" in chinese.stderr
    assert tree(city.output) == edited.after


def test_two_builds_to_two_folders_do_not_wait_for_each_other(edited: Edited) -> None:
    """The lock is that of one output folder."""
    city = edited.restore()
    with _paused(edited) as first:
        assert _built(city, output=city.folder / "other").returncode == 0
        first.ended("go on\n")
    assert tree(city.output) == tree(city.folder / "other") == edited.after


def test_the_lock_goes_with_the_process(edited: Edited) -> None:
    """A build that was killed does not keep the next one out."""
    city = edited.restore()
    with _paused(edited) as first:
        first.process.kill()
    assert _built(city).returncode == 0
    assert tree(city.output) == edited.after


# --- what is somebody else's ------------------------------------------------------------------------------------------


def test_a_link_in_place_of_a_page_is_replaced_not_followed(city: Workshop) -> None:
    """A symbolic link in the output folder does not make a build write to where it leads."""
    city.build()
    mine, page = city.folder / "mine.html", city.output / "index.html"
    mine.write_text("mine")
    page.unlink()
    page.symlink_to(mine)
    assert city.written() == 1
    assert (mine.read_text(), page.is_symlink()) == ("mine", False)
    assert tree(city.output) == city.clean()


@pytest.mark.parametrize("full", [False, True])
def test_a_link_in_place_of_a_folder_is_not_followed(city: Workshop, full: bool) -> None:
    """A folder of the site that somebody has made a link to elsewhere stops the build; nothing is written there."""
    city.build()
    elsewhere = city.folder / "elsewhere"
    (city.output / "zh-hans").rename(elsewhere)
    (city.output / "zh-hans").symlink_to(elsewhere)
    city.replace(f"{ISSUES}/uneven-slabs.yaml", "title: ", "title: Again ")
    before = times(city.output), times(elsewhere)
    with pytest.raises(ForeignFile, match="zh-hans"):
        city.build(full=full)
    assert (times(city.output), times(elsewhere)) == before


def test_the_output_folder_may_be_a_link(city: Workshop) -> None:
    """Where the site lies is its owner's choice."""
    (city.folder / "elsewhere").mkdir()
    city.output.symlink_to(city.folder / "elsewhere")
    city.build()
    assert tree(city.folder / "elsewhere") == city.clean()
