"""Whatever files are called: what can be read is published, what cannot is named, and no command fails at it."""

import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Literal
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.support.program import run_program
from tests.support.workshop import PROJECT, Workshop, tree
from yishi.core.characters import format_for_terminal_line
from yishi.engine.writing import WriteResult
from yishi.model.filenames import classify_files, guess_intended_name, is_leftover, is_usable_path
from yishi.model.problems import select_errors

ISSUES = "places/example-city/northside/issues"
ISSUE = f"{ISSUES}/uneven-slabs.yaml"
Form = Literal["NFC", "NFD"]
GBK = os.fsdecode("路灯".encode("gbk"))
HOSTILE = [f"{ISSUES}/{GBK}.yaml", f"{ISSUES}/{GBK}.jpg", f"{ISSUES}/a\x1eb\nc.txt", f"{ISSUES}/\x1b[31m.yaml",
           f"places/{os.fsdecode('路口'.encode('gbk'))}/place.yaml", f"{GBK}.yaml", f"frozen/{GBK}.json"]


def _photo() -> bytes:
    data = BytesIO()
    Image.new("RGB", (40, 20), "red").save(data, "JPEG")
    return data.getvalue()


def _published(city: Workshop) -> WriteResult:
    published = city.build().write_result
    assert published is not None
    return published


def _with_photo(city: Workshop, named: str, lying: str) -> None:
    """A photo, named by a record in one way and lying there in another."""
    (city.content / ISSUES / lying).write_bytes(_photo())
    city.write(ISSUE, city.read(ISSUE) + f"\nphotos:\n  - {{file: {named}, alt: Broken slabs, consent: yes}}\n")


@pytest.fixture
def hostile(city: Workshop) -> Workshop:
    """The city with files of names that no text can hold, an hour old."""
    for path in HOSTILE:
        file = city.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(city.content / ISSUE, file)
        os.utime(file, (1_700_000_000, 1_700_000_000))
    return city


COMMANDS = ["build", "build --skip-invalid", "build --full --skip-invalid", "check", "check --format json",
            "check --format github", "check --fix", "due --skip-invalid", "explain index.html --skip-invalid",
            "freeze q1 --skip-invalid", "changes --skip-invalid was", "export out.xlsx", "template out.xlsx",
            "import inbox", "new issue northside Lamps", "schema schemas"]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_fails_at_the_name_of_a_file(hostile: Workshop, command: str) -> None:
    """Bytes that are not UTF-8, control characters: in content, inbox and an earlier content, no command fails."""
    shutil.copytree(hostile.content, hostile.folder / "was")
    (hostile.folder / "inbox").mkdir()
    (hostile.folder / "inbox" / f"{GBK}.xlsx").write_text("no workbook")
    ended = run_program(hostile.folder, *command.split(), "--language", "en")
    assert ended.returncode in (0, 1), ended.stderr
    if "skip-invalid" in command and command.startswith("build"):
        assert ended.returncode == 0


@pytest.mark.parametrize("command", ["build --revision {0}", "new issue northside {0}", "new place {0}",
                                     "new site folder {0}", "new issue {0} Lamps", "explain {0}", "changes {0}",
                                     "freeze {0}", "due --place {0}", "import {0}", "build --base-url https://{0}/"])
def test_what_is_typed_in_other_bytes_is_wrong_usage(city: Workshop, command: str) -> None:
    """A word of a command that no text can hold, as from a terminal in another encoding, is refused in one line."""
    words = [word.format(GBK) for word in command.split()]
    ended = run_program(city.folder, *words)
    assert ended.returncode == 2, ended.stderr


def test_a_name_that_no_text_can_hold_is_named_and_all_else_is_published(hostile: Workshop) -> None:
    """The file is told, with the name that was likely meant; a record so named is an error, as any wrong record is."""
    clean = Workshop(hostile.folder / "clean", PROJECT / "tests/sites/english-city")
    clean.build(search=False)
    report = hostile.build(skip_invalid=True, search=False)
    found = {problem.path: problem for problem in report.checked.problems}
    assert {problem.code for problem in found.values()} == {"unfit_name"}
    assert len(found) == len(HOSTILE)
    record, photo = (found[f"{ISSUES}/{format_for_terminal_line(GBK)}{suffix}"] for suffix in (".yaml", ".jpg"))
    assert (record.level, record.suggestion, photo.level) == ("error", "路灯.yaml", "warning")
    made = {path: data for path, data in tree(hostile.output).items() if path.startswith("places/")}
    assert made == {path: data for path, data in tree(clean.output).items() if path.startswith("places/")}


def test_the_name_of_a_template_that_no_text_can_hold_is_named(city: Workshop) -> None:
    """A file of the templates is told by its own name."""
    (city.own_templates() / "static" / f"{GBK}.css").write_text("p { color: red }")
    ended = run_program(city.folder, "--templates", city.templates, "--language", "en")
    assert ended.returncode == 1
    assert f"static/{format_for_terminal_line(GBK)}.css" in ended.stderr


def test_folders_may_be_called_as_they_are(city: Workshop, tmp_path: Path) -> None:
    """Content, output and templates may lie in folders of any name."""
    folder = tmp_path / GBK
    shutil.copytree(city.content, folder / "content")
    shutil.copytree(PROJECT / "templates", folder / "templates")
    for _ in range(2):
        ended = run_program(tmp_path, "--content", folder / "content", "--output", folder / "site",
                            "--templates", folder / "templates")
        assert ended.returncode == 0


@pytest.mark.parametrize("name", ["_DSC0123.JPG", "_pictures/a.jpg"])
def test_a_photo_whose_name_begins_with_an_underscore_is_used(city: Workshop, name: str) -> None:
    """As cameras name them; and in a folder that is called so."""
    (city.content / ISSUES / "_pictures").mkdir()
    _with_photo(city, name, name)
    assert city.build().checked.problems == ()
    assert any(name in path for path in tree(city.output))


def test_a_record_whose_name_begins_with_an_underscore_is_told(city: Workshop) -> None:
    """It is not read, as it was before, but not in silence: a folder of them is told once."""
    for path in ("_loushui.yaml", "_old/a.yaml", "_old/b.yaml", "_old/more/c.md"):
        city.write(f"{ISSUES}/{path}", city.read(ISSUE))
    city.write(f"{ISSUES}/_DSC0123.JPG", "x")
    report = city.build()
    assert [(one.path, one.code, one.level) for one in report.checked.problems] == [
        (f"{ISSUES}/_DSC0123.JPG", "unused_attachment", "warning"),
        (f"{ISSUES}/_loushui.yaml", "set_aside", "warning"), (f"{ISSUES}/_old", "set_aside", "warning")]
    assert report.write_result is not None


@pytest.mark.parametrize("lying", ["NFC", "NFD"])
@pytest.mark.parametrize("named", ["NFC", "NFD"])
def test_a_name_finds_its_file_in_either_unicode_form(city: Workshop, named: Form, lying: Form) -> None:
    """macOS decomposes letters, people type composed ones: the photo is found, and its address is the composed one."""
    name = "照片é.jpg"
    _with_photo(city, normalize(named, name), normalize(lying, name))
    city.write(ISSUE, city.read(ISSUE) + f"body: see [it]({normalize(named, name)})\n")
    assert city.build().checked.problems == ()
    assert any(f"{ISSUES}/{name}." in path for path in tree(city.output))
    assert _published(city).written == 0


def test_two_names_that_differ_in_their_unicode_form_only_are_told(city: Workshop) -> None:
    """On macOS both would be one file: an error that names both."""
    for form in ("NFC", "NFD"):
        (city.content / ISSUES / normalize(form, "é.jpg")).write_bytes(_photo())
    (problem,) = select_errors(city.build().checked.problems)
    assert problem.code == "same_but_form"
    assert {problem.path, dict(problem.values)["found"]} == {
        f"{ISSUES}/{normalize(form, 'é.jpg')}" for form in ("NFC", "NFD")}


LEFTOVERS = ["desktop.ini", "Thumbs.db", "site.yaml~", f"{ISSUES}/~$x.xlsx", f"{ISSUES}/uneven-slabs.yaml.swp",
             f"{ISSUES}/~WRL0001.tmp", f"{ISSUES}/uneven-slabs.yaml.bak", f"{ISSUES}/#uneven-slabs.yaml#",
             "__MACOSX/places/x.yaml", f"{ISSUES}/@eaDir/uneven-slabs.yaml", f"{ISSUES}/Icon\r", "lost+found/x"]
HIDDEN = [".DS_Store", f"{ISSUES}/._DSC0123.JPG", f"{ISSUES}/.~lock.x.xlsx#", f"{ISSUES}/.x.yaml.swp"]


def test_what_systems_and_editors_leave_is_ignored_and_said_once(city: Workshop) -> None:
    """The site is built as if it were not there; one warning names the first few; what is hidden is not mentioned."""
    clean = city.clean(search=False)
    for path in (*LEFTOVERS, *HIDDEN):
        city.write(path, "left over")
    report = city.build(search=False)
    (problem,) = report.checked.problems
    assert (problem.code, problem.level) == ("leftovers", "warning")
    assert dict(problem.values)["found"].count(",") == 4
    assert tree(city.output) == clean


def test_what_editors_leave_beside_templates_is_not_published(city: Workshop) -> None:
    """Nor is a copy of a template taken for one."""
    clean, templates = city.clean(), city.own_templates()
    for name in ("static/style.css~", "static/Thumbs.db", "pages/issue.html.bak", "desktop.ini"):
        (templates / name).write_text("left over")
    city.build()
    assert tree(city.output) == clean


def test_a_new_site_may_begin_in_a_folder_with_leftovers(tmp_path: Path) -> None:
    """A folder that a file manager has looked into is still an empty one."""
    (tmp_path / "town").mkdir()
    for name in (".DS_Store", "desktop.ini"):
        (tmp_path / "town" / name).write_text("left over")
    ended = run_program(tmp_path, "new", "site", "town")
    assert ended.returncode == 0, ended.stderr


@given(st.lists(st.binary(min_size=1).filter(lambda name: not {0, ord("/")} & {*name}), unique=True))
def test_every_name_is_used_or_told(names: list[bytes]) -> None:
    """Whatever bytes names are of: each file is read, told as unreadable or left over; what is shown is plain text."""
    found = dict.fromkeys(map(os.fsdecode, names), 0)
    out = classify_files(found)
    assert len(out.files) + len(out.unusable) + len(out.leftovers) == len(found)
    for name in found:
        format_for_terminal_line(name).encode()
        assert is_usable_path(format_for_terminal_line(name))
        assert is_usable_path(guess_intended_name(name))


@pytest.mark.parametrize("name", ["uneven-slabs.yaml", "照片 1.jpg", "照片　1.jpg", "a~b.jpg", "tmp.yaml", "bak/x.jpg",
                                  "_DSC0123.JPG", "x.sb.jpg", "~note.jpg"])
def test_what_a_writer_wrote_is_not_taken_for_left_over(name: str) -> None:
    """Names that only resemble those of leftovers are ordinary ones."""
    assert is_usable_path(name)
    assert not is_leftover(name)


@pytest.mark.parametrize("name", ["yishi/library/__init__.py", "yishi/site/__init__.py"])
def test_the_program_knows_all_its_own_code(name: str, tmp_path: Path) -> None:
    """A change in a file whose name begins with an underscore makes another program, too."""
    program = ("from yishi.core.files import compute_program_fingerprint, stat_program\n"
               "print(compute_program_fingerprint(''), hash(repr(stat_program())))")
    shutil.copytree(PROJECT / "yishi", tmp_path / "yishi", ignore=shutil.ignore_patterns("__pycache__"))

    def told() -> list[str]:
        done = subprocess.run([sys.executable, "-B", "-c", program], cwd=tmp_path, capture_output=True, text=True,
                              check=True, env={**os.environ, "PYTHONHASHSEED": "0"})
        return done.stdout.split()

    before = told()
    with (tmp_path / name).open("a") as file:
        file.write("# changed\n")
    assert all(one != other for one, other in zip(before, told(), strict=True))
