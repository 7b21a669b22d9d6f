"""What Windows does otherwise, as far as another system can tell: its consoles, paths, line ends, and how it starts."""

import os
import re
import subprocess
from pathlib import Path, PureWindowsPath

import pytest

from tests.support.program import run_program
from tests.support.workshop import PROJECT, SITES, Workshop
from yishi.content.load import ParsedFile, read_records
from yishi.content.yaml_source import SourceFile
from yishi.core.files import read_kit
from yishi.engine.pipeline import check
from yishi.model.paths import locate_record
from yishi.model.problems import select_errors

START = (PROJECT / "start.bat").read_bytes()
OFFICE = (PROJECT / "yishi/content/kits/repository/office.bat").read_bytes()
SAID = sorted((PROJECT / "docs/windows").glob("*.txt"))


# --- how it starts ----------------------------------------------------------------------------------------------------


def test_start_bat_is_as_every_console_reads_it() -> None:
    """Plain ASCII with Windows line ends, also after a checkout elsewhere; what it shows is UTF-8, and it says so."""
    assert START.isascii()
    assert OFFICE.isascii()
    for data in (START, OFFICE, *(file.read_bytes() for file in SAID)):
        assert data.count(b"\n") == data.count(b"\r\n") > 3
    told = subprocess.run(["git", "check-attr", "eol", "start.bat", *SAID], cwd=PROJECT, capture_output=True,
                          encoding="utf-8", check=True, timeout=60).stdout.splitlines()
    assert [line.rpartition(": ")[2] for line in told] == ["crlf"] * (1 + len(SAID))
    for data in (START, OFFICE):
        assert data.index(b"chcp 65001") < data.index(b"type ")


def test_start_bat_leads_to_what_is_there() -> None:
    """Every label, file, command and option that it names exists."""
    text = START.decode()
    labels = set(re.findall(r"^:(\w+)", text, re.MULTILINE))
    assert set(re.findall(r"goto (\w+)", text)) <= labels
    shown = {PureWindowsPath(name).as_posix() for name in re.findall(r"^type (\S+)", text, re.MULTILINE)}
    assert shown == {file.relative_to(PROJECT).as_posix() for file in SAID}
    assert all((PROJECT / name).is_file() for name in re.findall(r"fc /b (\S+)", text))
    assert re.search(r'^"%OWN%" build\.py serve --open %\*', text, re.MULTILINE)
    version = re.search(r"sys\.version_info < (\(\d, \d+\))", text)
    assert version
    required = (PROJECT / "pyproject.toml").read_text("utf-8")
    assert f'requires-python = ">={version[1][1:-1].replace(", ", ".")}"' in required
    assert OWN_PYTHON in text


OWN_PYTHON = r".venv\Scripts\python.exe"


@pytest.mark.parametrize(("kit", "name"), [("zh-town", "收表.bat"), ("en-parish", "office.bat")])
def test_a_new_town_has_the_page_of_the_office_on_a_double_click(kit: str, name: str) -> None:
    """The file that `new site` writes differs from `start.bat` only in what it installs and opens, and the texts that
    it shows are written beside it; what was sent stays out of Git."""
    town, text = read_kit(kit), OFFICE.decode()
    assert town[name] == OFFICE
    assert {PureWindowsPath(file).as_posix() for file in re.findall(r"^type (\S+)", text, re.MULTILINE)} <= town.keys()
    assert set(re.findall(r"goto (\w+)", text)) <= set(re.findall(r"^:(\w+)", text, re.MULTILINE))
    assert re.search(r'^"%OWN%" -m yishi serve --office %PUBLISH% %\*', text, re.MULTILINE)
    own = [line for line in text.splitlines() if "rem " not in line and line not in START.decode().splitlines()]
    assert len(own) < 9
    assert b"/inbox/\n/taken/\n" in town[".gitignore"]


def test_what_is_missing_is_said_in_both_languages() -> None:
    """Without Python, or where it cannot be set up: what to do, in Chinese and in English, and where to get it."""
    for file in SAID:
        text = file.read_text("utf-8")
        assert re.search("[一-龥]{4}", text)
        assert re.search(r"[a-z]+ [a-z]+ [a-z]+", text)
    missing = (PROJECT / "docs/windows/no-python.txt").read_text("utf-8")
    assert missing.count("https://www.python.org/downloads/windows/") == 2


def test_the_guide_for_windows_uses_commands_that_there_are() -> None:
    """Every command of docs/windows.md is one of the program's."""
    text = (PROJECT / "docs/windows.md").read_text("utf-8")
    named = set(re.findall(r"python build\.py (\w+)", text))
    helped = run_program(PROJECT, "--help").stdout
    assert named
    assert named <= set(re.findall(r"^  (\w+)", helped.partition("Commands:")[2], re.MULTILINE))


# --- consoles ---------------------------------------------------------------------------------------------------------


def said(folder: Path, *arguments: str, encoding: str = "utf-8") -> tuple[int, str]:
    """How a command ends in a console of this encoding, and what can be read there."""
    done = run_program(folder, *arguments, encoding=encoding)
    return done.returncode, done.stdout + done.stderr


def test_a_chinese_console_can_be_read(tmp_path: Path) -> None:
    """In a console of code page 936 every command speaks Chinese, without a traceback and without a question mark."""
    steps = [("new", "site", "."), ("new", "issue", "content", "x"), ("new", "issue", "南门路灯"), ("check",),
             ("build", "--templates", os.fspath(PROJECT / "templates")), ("due",)]
    texts = []
    for step in steps:
        code, text = said(tmp_path, *step, encoding="cp936")
        assert code == (2 if step[-1] == "x" else 0)
        texts.append(text)
    assert not set("?\ufffd").intersection("".join(texts))
    assert "已写好：" in texts[2]
    assert texts[3] == "没有问题。\n"


def test_problems_can_be_read_in_a_chinese_console(tmp_path: Path) -> None:
    """The mistakes of all kinds, and the repairs of some, come through as they are."""
    workshop = Workshop(tmp_path, SITES / "mistakes")
    code, text = said(tmp_path, "check", "--fix", "--language", "zh-Hans", encoding="gbk")
    assert code == 1
    assert "\ufffd" not in text
    assert text.count("处错误") == 1
    assert "是不是想写" in text
    assert workshop.content.is_dir()


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp1252"])
def test_a_western_console_is_no_reason_to_stop(tmp_path: Path, encoding: str) -> None:
    """What a console cannot show is replaced; the work is done all the same."""
    assert said(tmp_path, "new", "site", ".", encoding=encoding)[0] == 0
    assert said(tmp_path, "new", "issue", "南门路灯", encoding=encoding)[0] == 0
    assert said(tmp_path, "check", encoding=encoding)[0] == 0


# --- paths and line ends ----------------------------------------------------------------------------------------------


def test_paths_may_be_typed_with_backslashes(city: Workshop) -> None:
    """A path copied from the Explorer is the same file or place."""
    templates = ("--templates", os.fspath(PROJECT / "templates"), "--as-of", "2025-12-31")
    issue = "content/places/example-city/northside/issues/cold-stairs.yaml"
    for path in (issue, os.fspath(PureWindowsPath(issue))):
        code, text = said(city.folder, "explain", path, *templates)
        assert (code, text.splitlines()[0]) == (
            0, "places/example-city/northside/issues/cold-stairs/index.html")
    for place in ("places/example-city/northside", r"places\example-city\northside", "northside\\"):
        assert said(city.folder, "due", "--place", place, *templates)[0] == 0


def _read(site: Path, end: bytes) -> dict[str, ParsedFile]:
    """What every record file of a site says, with these line ends."""
    files = ((file.relative_to(site).as_posix(), file) for file in sorted(site.rglob("*")))
    return {path: read_records(SourceFile(path, file.read_bytes().replace(b"\n", end)), slot)
            for path, file in files if file.is_file() and (slot := locate_record(path))}


@pytest.mark.parametrize("site", ["full", "mistakes"])
@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_line_ends_make_no_difference(site: str, end: bytes) -> None:
    """Files of every kind say the same, and have the same problems in the same lines, however their lines end."""
    assert _read(SITES / site, end) == _read(SITES / site, b"\n")


def test_a_whole_site_with_windows_line_ends_is_in_order(city: Workshop) -> None:
    """What Git checked out on Windows passes the check as it does elsewhere."""
    for file in city.content.rglob("*"):
        if file.suffix in (".yaml", ".md"):
            file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert check(city.options()).problems == ()


def test_names_that_one_system_takes_for_one_are_errors(city: Workshop) -> None:
    """Two photos that differ by capitals, and a name that Windows keeps, are told by the check."""
    for name in ("files/plan.pdf", "files/Plan.pdf", "issues/aux.yaml"):
        city.write(f"places/example-city/northside/{name}", "title: x\n")
    codes = {problem.code for problem in select_errors(check(city.options()).problems)}
    assert {"same_but_capitals", "name_of_device"} <= codes
