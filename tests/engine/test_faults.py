"""What goes wrong around a build has a defined result: a line says so, the old site is whole, the next build exact."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, nullcontext
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from watchfiles import awatch

from tests.support.asynchronous import run_coroutine
from tests.support.program import TEMPLATES, run_program
from tests.support.repository import Repository
from tests.support.stopped import running
from tests.support.workshop import Workshop, tree
from yishi.analysis.snapshots import decode_snapshot, encode_snapshot
from yishi.cli import server
from yishi.core import files
from yishi.core.hashes import compute_checksum
from yishi.engine.cache import Cache
from yishi.engine.pipeline import build, check

ISSUES = "places/example-city/northside/issues"
SLABS = f"{ISSUES}/uneven-slabs.yaml"


def program(city: Workshop, *arguments: str) -> "tuple[int, list[str]]":
    """How a build ended that was typed beside the content folder, and the lines of its error stream."""
    done = run_program(city.folder, *arguments, *TEMPLATES, "--as-of", "2025-12-31", "--language", "en")
    return done.returncode, done.stderr.splitlines()


# --- while it builds --------------------------------------------------------------------------------------------------


def at_writing(happens: Callable[[], object]) -> Callable[[str, int, int], None]:
    """A progress callback that lets something happen once all is read and before the first page is made."""

    def watch(phase: str, done: int, total: int) -> None:
        if (phase, done) == ("write", 0):
            happens()

    return watch


def after_reading(happens: Callable[[], object]) -> Callable[[str, int, int], None]:
    """The same once all files are parsed, before records are linked."""

    def watch(phase: str, done: int, total: int) -> None:
        if (phase, done) == ("read", total):
            happens()

    return watch


@pytest.mark.parametrize("change", [
    lambda city: city.replace(SLABS, "title: ", "title: Again "), lambda city: (city.content / SLABS).unlink()])
def test_content_that_changes_during_a_build_is_built_next(city: Workshop,
                                                           change: Callable[[Workshop], object]) -> None:
    """A build shows what it has read; what was changed or deleted meanwhile is seen by the next one."""
    before = city.clean()
    build(city.options(), at_writing(lambda: change(city)))
    assert tree(city.output) == before
    assert city.build(skip_invalid=True).write_result is not None
    assert tree(city.output) == city.clean(skip_invalid=True)


@pytest.mark.parametrize("change", [
    lambda city: city.replace(SLABS, "title: ", "title: Again "), lambda city: city.write(SLABS, "no record: [")])
def test_without_a_cache_a_change_during_a_build_is_told(city: Workshop, monkeypatch: pytest.MonkeyPatch,
                                                         change: Callable[[Workshop], object]) -> None:
    """A record that has to be read again and is another by then ends the build in a line; nothing is written."""

    def lose_all() -> None:
        monkeypatch.setattr("yishi.engine.parse_cache._RecordLoader.find", lambda *_: None)
        change(city)

    monkeypatch.setattr("yishi.cli.common.show_progress", lambda _: nullcontext(after_reading(lose_all)))
    code, said = program(city, "build", "--no-history")
    assert (code, said) == (1, ["Error: The content folder was changed while it was read. Do it again."])
    assert tree(city.output) == {}


def test_a_file_that_goes_during_a_build_is_named(city: Workshop) -> None:
    """A photo that was there when the content was read: an error that names it, and the old site stays."""
    city.build()
    before = tree(city.output)
    city.write(f"{ISSUES}/slabs.csv", "slab\n1\n")
    city.write(SLABS, city.read(SLABS) + "body: '[All](slabs.csv)'\n")
    with pytest.raises(FileNotFoundError, match=r"slabs\.csv"):
        build(city.options(), at_writing((city.content / ISSUES / "slabs.csv").unlink))
    assert tree(city.output) == before
    city.write(f"{ISSUES}/slabs.csv", "slab\n1\n")
    city.build()
    assert tree(city.output) == city.clean()


def test_a_clock_that_goes_back_hides_no_change(city: Workshop) -> None:
    """Files of the day after tomorrow, then edits of long ago with the same size: the site is that of a clean build."""
    for file in city.content.rglob("*.*"):
        os.utime(file, (4_102_444_800, 4_102_444_800))
    city.build()
    city.replace(SLABS, "title: Uneven", "title: Uneasy")
    os.utime(city.content / SLABS, (946_684_800, 946_684_800))
    os.utime(city.output / "index.html", (946_684_800, 946_684_800))
    city.build()
    assert tree(city.output) == city.clean()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="signals are sent to a process that was forked")
@pytest.mark.parametrize(("how", "number"), [("terminate", signal.SIGTERM), ("interrupt", signal.SIGINT)])
def test_a_build_that_is_told_to_end_clears_up(city: Workshop, how: str, number: int) -> None:
    """SIGTERM and Ctrl+C: the status that shells expect, no traceback, nothing half written; the next is exact."""
    arguments = ["--content", str(city.content), "--output", str(city.output), "--as-of", "2025-12-31", *TEMPLATES]
    with running(how, 60, arguments) as stopped:
        done = stopped.ended()
    assert (done.returncode, done.stderr.strip()) == (128 + number, "")
    assert not (city.output / files.STAGING_FOLDER).exists()
    city.build()
    assert tree(city.output) == city.clean()


def test_memory_that_is_short_is_told_in_a_line(city: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it runs out: one line, exit 1, and the old site stays."""
    city.build()
    before = tree(city.output)
    city.replace("site.yaml", "title: ", "title: New ")

    def exhaust(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("yishi.engine.pipeline.write_site", exhaust)
    code, said = program(city, "build", "--no-history")
    assert (code, len(said)) == (1, 1)
    assert "memory" in said[0]
    assert tree(city.output) == before


def test_where_no_more_folders_can_be_watched_changes_are_still_seen(tmp_path: Path,
                                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    """At the limit of the system `serve` looks at the files again and again instead."""

    async def refuse_to_watch(*folders: Path, force_polling: bool | None = None, **options: Any
                              ) -> AsyncIterator[set[Any]]:
        if not force_polling:
            raise OSError(28, "OS file watch limit reached")
        async for changes in awatch(*folders, force_polling=True, poll_delay_ms=10, **options):
            yield changes

    async def see_a_change() -> Sequence[Path]:
        async with aclosing(server.watch_changes([tmp_path])) as changes:
            await anext(changes)
            (tmp_path / "a.yaml").write_text("title: a")
            return await asyncio.wait_for(anext(changes), 20)

    monkeypatch.setattr(server, "awatch", refuse_to_watch)
    assert tmp_path.resolve() / "a.yaml" in run_coroutine(see_a_change())


def test_two_builds_of_one_content_folder_do_not_disturb_each_other(city: Workshop,
                                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever one of them keeps, the other may overwrite at once, as a build for another day does: the result of
    each is that of a build alone."""
    expected = city.clean()
    monkeypatch.setattr(Cache, "get", lambda *_: None)
    assert city.build().write_result
    assert tree(city.output) == expected


# --- what somebody else may have written ------------------------------------------------------------------------------


def poison(city: Workshop) -> None:
    """Another word in all that is cached of records, with the right checksum."""
    for file in city.cache.glob("parsed*/*"):
        data = file.read_bytes().partition(b"\n")[2].replace(b"Uneven", b"Poison")
        file.write_bytes(compute_checksum(data).encode() + b"\n" + data)


@pytest.mark.parametrize("tracked", [False, True])
def test_a_cache_from_the_repository_is_not_believed(city: Workshop, tracked: bool) -> None:
    """The cache of this computer is, since only its user writes it; one that came with the records is told of."""
    code, _ = program(city, "build", "--no-history")
    poison(city)
    if tracked:
        repository = Repository(city.folder)
        repository.git("add", "--force", ".build-cache")
    city.replace("site.yaml", "title: ", "title: New ")
    code, said = program(city, "build", "--no-history")
    assert code == 0
    assert [line for line in said if "git rm -r --cached .build-cache" in line] == said[:tracked]
    assert (b"Poison" in (city.output / "data/issues.csv").read_bytes()) is not tracked


def test_a_frozen_copy_that_git_knows_otherwise_is_told(city: Workshop) -> None:
    """Also with a digest that fits; not while it is new, and not for what was committed once."""
    repository = Repository(city.folder)
    city.freeze("first")
    repository.commit("Freeze the numbers")
    city.freeze("second")

    def told() -> list[tuple[str, str, str]]:
        return [(one.path, one.code, one.level) for one in check(city.options(history=True)).problems]

    assert told() == []
    for name in ("first", "second"):
        copy = decode_snapshot(city.read(f"frozen/{name}.json"))
        city.write(f"frozen/{name}.json", encode_snapshot(replace(copy, revision="r2")))
    assert told() == [("frozen/first.json", "frozen_differs", "warning")]
    repository.commit("Look innocent")
    assert told() == [("frozen/first.json", "frozen_differs", "warning")]
