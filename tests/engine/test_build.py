"""What is on disk after a build is what a build from nothing would have made, and nothing else was touched."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from tests.support.workshop import PROJECT, Tree, Workshop, times, tree
from yishi.core import files
from yishi.core.hashes import FileStat
from yishi.engine.manifest import FILE_LIST_NAME

SLABS = "places/example-city/northside/issues/uneven-slabs.yaml"
CROSSING = "places/example-city/southside/issues/school-crossing.yaml"
NEW = ("title: A bench is missing\ntopic: [pavements]\nraised: 2025-06-01\n"
       "log:\n  - 2025-06-01 raised: No bench at the stop\n")


def assert_like_clean(workshop: Workshop, **choices: object) -> None:
    """The output folder holds what a clean build makes."""
    clean, found = workshop.clean(**choices), tree(workshop.output)
    assert found.keys() == clean.keys()
    assert [path for path in clean if found[path] != clean[path]] == []


# --- nothing is written twice -----------------------------------------------------------------------------------------


def test_second_build_writes_nothing(workshop: Workshop) -> None:
    """A second build of the same content touches no file of the site."""
    workshop.build()
    before = times(workshop.output)
    assert workshop.written() == 0
    assert times(workshop.output) == before


def test_full_build_rewrites_nothing_that_is_equal(city: Workshop) -> None:
    """`--full` makes everything anew, compares bytes, and writes what differs."""
    city.build()
    before = times(city.output)
    assert city.written(full=True) == 0
    assert times(city.output) == before


def test_full_build_sees_damage_that_shows_in_no_time_or_size(city: Workshop) -> None:
    """`--full` trusts neither times nor sizes."""
    city.build()
    page = city.output / "index.html"
    data, stat = page.read_bytes(), page.stat()
    page.write_bytes(b"x" * len(data))
    os.utime(page, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert city.written(full=True) == 1
    assert page.read_bytes() == data


def test_one_issue_touches_few_pages(city: Workshop) -> None:
    """A change of one issue's text changes its own pages, not those of other records, and what machines are told."""
    city.build()
    before = tree(city.output)
    city.replace(SLABS, "log:", "notes: looked at again\nlog:")
    city.build()
    after = tree(city.output)
    assert {path for path in after if after[path] != before[path] and not path.startswith("search/")} == {
        "data/issues.json", "data/all.zip", "places/example-city/northside/issues/uneven-slabs/index.html",
        "zh-hans/places/example-city/northside/issues/uneven-slabs/index.html"}


def test_a_restored_copy_is_adopted(city: Workshop) -> None:
    """A site whose times were lost (a copy, a checkout) is compared, not written."""
    city.build()
    for file in city.output.rglob("*.html"):
        os.utime(file, (1_000_000_000, 1_000_000_000))
    assert city.written() == 0


# --- two builds are equal ---------------------------------------------------------------------------------------------

SURROUNDINGS = [
    {"PYTHONHASHSEED": "1", "TZ": "America/New_York", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8"},
]


def test_two_builds_are_byte_equal(workshop: Workshop, tmp_path: Path) -> None:
    """Hash seed, time zone, locale, folder, number of processes and the order of files change nothing."""
    trees = []
    for number, (environment, jobs) in enumerate(zip(SURROUNDINGS, ("1", "3"), strict=True)):
        folder = tmp_path / f"somewhere {number}"
        _copied_in_order(workshop.content, folder / "content", backwards=number == 0)
        folders = ("--content", str(folder / "content"), "--output", str(folder / "site"))
        subprocess.run([sys.executable, "build.py", *folders, "--as-of", "2025-12-31", "--jobs", jobs, "--quiet"],
                       cwd=PROJECT, env={**os.environ, **environment}, check=True, timeout=60)
        trees.append(tree(folder / "site"))
    workshop.build()
    assert trees[0] == trees[1] == tree(workshop.output)


def _copied_in_order(source: Path, target: Path, *, backwards: bool) -> None:
    """A copy whose files were made in another order, so that the disk lists them in another order."""
    for file in sorted(source.rglob("*"), reverse=backwards):
        if file.is_file():
            (target / file.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target / file.relative_to(source))


# --- errors -----------------------------------------------------------------------------------------------------------


def test_errors_leave_the_old_site(city: Workshop) -> None:
    """With an error in the content nothing is written, changed or deleted."""
    city.build()
    before, lying = tree(city.output), times(city.output)
    city.write("places/example-city/westside/issues/new.yaml", NEW.replace("raised: 2025-06-01", "raised: soon"))
    (city.content / CROSSING).unlink()
    assert city.build().write_result is None
    assert (tree(city.output), times(city.output)) == (before, lying)


def test_errors_in_a_first_build_make_no_folder(city: Workshop) -> None:
    """Where there was no site there is none."""
    city.write("places/example-city/westside/issues/new.yaml", "title: [")
    assert city.build().write_result is None
    assert not city.output.exists()


# --- edits ------------------------------------------------------------------------------------------------------------


def _edit(city: Workshop) -> None:
    city.replace(SLABS, "title: ", "title: Again ")


def _add(city: Workshop) -> None:
    city.write("places/example-city/westside/issues/bench.yaml", NEW)


def _delete(city: Workshop) -> None:
    (city.content / SLABS).unlink()


def _rename(city: Workshop) -> None:
    (city.content / SLABS).rename((city.content / SLABS).with_name("slabs.yaml"))


def _new_place(city: Workshop) -> None:
    city.write("places/example-city/eastside/place.yaml", "name: Eastside\nkind: community\n")


def _rename_place(city: Workshop) -> None:
    (city.content / "places/example-city/southside").rename(city.content / "places/example-city/seaside")


def _vocabulary(city: Workshop) -> None:
    city.replace("site.yaml", "en: ", "en: New ")


def _template(city: Workshop) -> None:
    base = city.own_templates() / "base.html"
    base.write_text(base.read_text("utf-8").replace("<footer", "<p>A new line</p>\n<footer"), "utf-8")


def _component(city: Workshop) -> None:
    part = city.own_templates() / "components" / "record_rows.html"
    part.write_text(part.read_text("utf-8").replace("<li", '<li data-new=""'), "utf-8")


def _stylesheet(city: Workshop) -> None:
    style = city.own_templates() / "static" / "style.css"
    style.write_text(style.read_text("utf-8") + "\nbody { margin: 0 }\n", "utf-8")


def _damage(city: Workshop) -> None:
    (city.output / "index.html").write_text("damaged")


def _damage_same_size(city: Workshop) -> None:
    page = city.output / "index.html"
    page.write_bytes(b"x" * page.stat().st_size)


def _truncate(city: Workshop) -> None:
    (city.output / "data/statistics.json").write_bytes(b"")


def _delete_output(city: Workshop) -> None:
    shutil.rmtree(city.output / "places")


def _delete_site(city: Workshop) -> None:
    shutil.rmtree(city.output)


def _damage_cache(city: Workshop) -> None:
    for file in filter(Path.is_file, city.cache.rglob("*")):
        file.write_text('{"code": 1, "outputs": {"index.html": 3}')
    _edit(city)


def _foreign_cache(city: Workshop) -> None:
    for file in filter(Path.is_file, city.cache.rglob("*")):
        file.write_text('{"outputs": {"index.html": [1]}, "code": "", "readings": [], "digests": 7}')
    _edit(city)


def _delete_cache(city: Workshop) -> None:
    shutil.rmtree(city.cache)
    _edit(city)


EDITS = [_edit, _add, _delete, _rename, _new_place, _rename_place, _vocabulary, _template, _component, _stylesheet,
         _damage, _damage_same_size, _truncate, _delete_output, _delete_site, _damage_cache, _foreign_cache,
         _delete_cache]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__.strip("_"))
def test_an_incremental_build_equals_a_clean_one(city: Workshop, edit: Callable[[Workshop], None]) -> None:
    """After an edit of any kind the next build leaves exactly what a build from nothing makes."""
    city.build()
    edit(city)
    assert city.written() > 0
    assert_like_clean(city)


def test_an_edit_taken_back_is_seen(city: Workshop) -> None:
    """Back and forth between two states, each build shows the state of now."""
    city.build()
    first, text = tree(city.output), city.read(SLABS)
    _edit(city)
    city.build()
    assert tree(city.output) != first
    city.write(SLABS, text)
    city.build()
    assert tree(city.output) == first


def test_another_day_makes_another_site(workshop: Workshop) -> None:
    """With another `--as-of` every page that depends on the day is made anew."""
    workshop.build()
    workshop.build(as_of=date(2025, 6, 30))
    assert_like_clean(workshop, as_of=date(2025, 6, 30))


def test_other_options_make_another_site(city: Workshop) -> None:
    """The base URL and drafts are part of what a page is made of."""
    city.build()
    city.write("places/example-city/westside/issues/draft.yaml", "title: A draft\ndraft: yes\n")
    choices = {"base_url": "https://example.net/", "drafts": True}
    city.build(**choices)
    assert_like_clean(city, **choices)


def test_a_same_size_edit_in_the_same_moment_is_seen(city: Workshop) -> None:
    """An edit that changes neither size nor time of a file just saved is seen all the same."""
    file = city.content / SLABS
    file.touch()
    city.build()
    stat = file.stat()
    city.replace(SLABS, "Uneven", "Broken")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (stat.st_size, stat.st_mtime_ns)
    assert city.written() > 0
    assert_like_clean(city)


def test_another_program_reads_everything_anew(city: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another version of Yishi has read is not trusted."""
    city.build()
    kept = [file for file in filter(Path.is_file, city.cache.rglob("*")) if b"Uneven" in file.read_bytes()]
    assert kept
    for file in kept:
        _, _, data = file.read_bytes().partition(b"\n")
        files.write_cache(file, data.replace(b"Uneven", b"Smooth"))
    monkeypatch.setattr(files, "compute_program_fingerprint", lambda codecs: "another program")
    city.build()
    assert_like_clean(city)


# --- what Yishi did not write -----------------------------------------------------------------------------------------


def test_foreign_files_are_never_touched(city: Workshop) -> None:
    """What Yishi did not write stays, whatever happens around it, beside the site's own files too."""
    foreign = [city.output / path for path in ("CNAME", ".nojekyll", "mine/notes.html",
                                               "places/example-city/northside/issues/uneven-slabs/mine.txt")]
    for file in foreign:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("mine")
    lying = {path.as_posix(): path.stat().st_mtime_ns for path in foreign}
    city.build()
    _delete(city)
    city.build()
    city.build(full=True)
    assert {path.as_posix(): path.stat().st_mtime_ns for path in foreign} == lying
    assert not (city.output / "places/example-city/northside/issues/uneven-slabs/index.html").exists()


def test_stale_files_of_unknown_origin_stay(city: Workshop) -> None:
    """Without a trace and a list nothing proves that Yishi wrote a file, so it is not deleted."""
    city.build()
    _delete(city)
    shutil.rmtree(city.cache)
    (city.output / FILE_LIST_NAME).unlink()
    city.build()
    assert (city.output / "places/example-city/northside/issues/uneven-slabs/index.html").exists()


def test_folders_left_empty_go(city: Workshop) -> None:
    """A page that goes takes its folder with it."""
    city.build()
    _delete(city)
    city.build()
    assert not (city.output / "places/example-city/northside/issues/uneven-slabs").exists()


# --- interruptions ----------------------------------------------------------------------------------------------------


class Interrupted(Exception):
    """The machine stops."""


@pytest.mark.parametrize("after", [0, 1, 12])
def test_a_build_that_fails_while_it_makes_its_files_leaves_the_site_as_it_was(
        city: Workshop, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """No file is moved into place before all are made; the next build makes the site of what is written by then."""
    city.build()
    before, text, numbers = tree(city.output), city.read(SLABS), count()
    _edit(city)
    _add(city)

    def stage(folder: Path, path: str, data: bytes) -> FileStat:
        if next(numbers) == after:
            raise Interrupted
        return staged(folder, path, data)

    with monkeypatch.context() as stopped:
        staged = files.stage_file
        stopped.setattr(files, "stage_file", stage)
        with pytest.raises(Interrupted):
            city.build()
    assert tree(city.output) == before
    city.write(SLABS, text)
    (city.content / "places/example-city/westside/issues/bench.yaml").unlink()
    assert city.written() == 0
    assert_like_clean(city)


def test_an_interruption_before_the_trace_is_mended(city: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that stops after its last file, before its trace, is put right too."""
    city.build()
    _rename(city)
    with monkeypatch.context() as stopped:
        def refuse(*_: object) -> int:
            raise Interrupted
        stopped.setattr(files, "remove_files", refuse)
        with pytest.raises(Interrupted):
            city.build()
    city.build()
    assert_like_clean(city)


def test_a_site_is_its_files(city: Workshop) -> None:
    """What the report counts is what lies in the folder."""
    published = city.build().write_result
    assert published is not None
    found: Tree = tree(city.output)
    del found[FILE_LIST_NAME]
    assert (published.written, published.unchanged, published.removed) == (len(found), 0, 0)
