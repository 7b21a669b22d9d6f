"""`new`: what is written to begin with is right as it is, explains itself, and never writes over anything."""

import io
import os
import pty
import re
import select
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.workshop import PROJECT, Page, tree
from yishi.cli import SITE_KITS, main
from yishi.content.load import read_records
from yishi.content.scaffold import NEW_KINDS, CannotAppend, NewRecord, ScaffoldContext, append_entry, draft_record
from yishi.content.yaml_source import SourceFile
from yishi.model.keys import key_table, meaning
from yishi.model.kinds import KINDS
from yishi.model.paths import locate_record
from yishi.model.vocabulary import get_built_in_vocabulary

DAY = date(2025, 12, 31)
RECORDS = tuple(kind for kind in NEW_KINDS if kind != "site")
ABOUT = {"case": {"issues": "ludeng"}, "review": {"target": "places/t"}, "figure": {"source": "s1"}}


def scaffolded(kind: str, title: str = "南门路灯", tag: str = "zh-Hans",
               files: Mapping[str, bytes] | None = None) -> NewRecord:
    setting = ScaffoldContext(tag, get_built_in_vocabulary(), DAY, ABOUT.get(kind, {}))
    return draft_record(kind, "" if not KINDS[kind].is_placed else "places/t", title, setting, files or {})


def problems_of(new: NewRecord, text: str) -> list[tuple[int, str]]:
    slot = locate_record(new.file)
    assert slot
    return [(problem.line, problem.code) for problem in read_records(SourceFile(new.file, text.encode()),
                                                                     slot).problems]


@pytest.mark.parametrize("tag", ["zh-Hans", "en"])
@pytest.mark.parametrize("kind", RECORDS)
def test_every_line_that_may_be_used_can_be_used(kind: str, tag: str) -> None:
    """As it is, with any one of its comments made a line, and with all of them, a new record is right."""
    new = scaffolded(kind, tag=tag)
    lines = new.text.splitlines(keepends=True)
    optional = [number for number, line in enumerate(lines) if re.match(r" *# [^ ]+:", line)]
    assert len(optional) > 8
    assert problems_of(new, new.text) == []
    used = [line.replace("# ", "", 1) if number in optional else line for number, line in enumerate(lines)]
    assert problems_of(new, "".join(used)) == []
    for number in optional:
        assert problems_of(new, "".join([*lines[:number], used[number], *lines[number + 1:]])) == [], used[number]


@pytest.mark.parametrize("kind", RECORDS)
def test_every_key_stands_there_with_its_meaning(kind: str) -> None:
    """A writer finds each key of the kind, filled in or as a comment that says what it means, in his own language."""
    model = KINDS[kind].model
    for tag, name in (("zh-Hans", 0), ("en", -1)):
        text = scaffolded(kind, tag=tag).text
        for key in key_table(model).specs.keys() - ({"body"} if kind in ("case", "page") else set()):
            said = key_table(model).both_names(key).split()[name]
            line = re.search(rf"^[ -]*(?P<comment># )?{said}:.*", text, re.MULTILINE)
            assert line, key
            assert not line["comment"] or meaning(model, key)[tag] in line[0]


@given(st.text(min_size=1, max_size=60).filter(lambda text: text.strip() and text.isprintable()))
def test_any_title_comes_back_as_it_was(title: str) -> None:
    """Whatever signs a title holds, it is read back as it was typed, in the title and in the log."""
    new = scaffolded("issue", title.strip())
    slot = locate_record(new.file)
    assert slot
    reading = read_records(SourceFile(new.file, new.text.encode()), slot)
    if not reading.problems:
        assert reading.entries[""]["title"] == title.strip()
    assert {problem.code for problem in reading.problems} <= {"control_character"}


def test_a_taken_name_gets_a_number() -> None:
    """A second record of the same title has a file of its own, whatever the ending of the first, and its capitals."""
    assert scaffolded("issue").file == "places/t/issues/nan-men-lu-deng.yaml"
    taken = {"places/t/issues/nan-men-lu-deng.md": b"", "places/t/issues/Nan-men-lu-deng-2.yml": b""}
    assert scaffolded("issue", files=taken).file == "places/t/issues/nan-men-lu-deng-3.yaml"
    assert scaffolded("place", files={"places/t/nan-men-lu-deng/place.yaml": b""}).file == (
        "places/t/nan-men-lu-deng-2/place.yaml")


@pytest.mark.parametrize("before", [
    b"", b"# nothing yet\n", b"yard:\n  name: Yard\n  kind: road\n", b"yard:\r\n  name: Yard\r\n  kind: road # 1\r\n",
    b"yard:\n  name: Yard\n  kind: road", b"  yard:\n    name: Yard\n    kind: road\n"])
def test_an_entry_is_added_and_nothing_before_it_changes(before: bytes) -> None:
    """A location goes to the end of the file of locations, with its line ends, under a free id."""
    file = "places/t/locations.yaml"
    for number in ("", "-2"):
        new = scaffolded("location", "Yard two", "en", {file: before})
        after = append_entry(new.file, before, new.text)
        assert after.startswith(before)
        assert (b"\r\n" in after) is (b"\r\n" in before)
        assert after.count(b"\r\n") in (0, after.count(b"\n"))
        assert new.path == f"places/t/locations/yard-two{number}"
        assert problems_of(new, after.decode()) == []
        before = after


@pytest.mark.parametrize(("file", "before"), [
    ("places/t/figures.yaml", "- {名目: 甲, 数值: 1, 来源: s1}\n"),
    ("places/t/figures.yaml", "a: {名目: 甲, 数值: 1, 来源: s1}\n"),
    ("places/t/figures.yml", "  - 名目: 甲\n    数值: 1\n    来源: s1\n")])
def test_a_figure_is_added_to_a_list_or_to_names(file: str, before: str) -> None:
    """Published figures stand in a list or under names, further in or not: one more stands as the others do."""
    new = scaffolded("figure", files={file: before.encode()})
    after = append_entry(new.file, before.encode(), new.text).decode()
    assert new.file == file
    assert after.startswith(before)
    assert problems_of(new, after) == []


@pytest.mark.parametrize("before", [
    b"{yard: {name: Yard, kind: road}}\n", b"yard: {name: [\n", "二号院: 1\n".encode("gbk")])
def test_what_cannot_be_added_to_is_left_alone(before: bytes) -> None:
    """A file with mistakes, or written in one line of brackets, is not made worse."""
    with pytest.raises(CannotAppend):
        append_entry("places/t/locations.yaml", before,
                     scaffolded("location", files={"places/t/locations.yaml": before}).text)


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is there to be asked, wherever the tests are run."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())


def run(folder: Path, *arguments: str, code: int = 0) -> str:
    """What `python build.py` says in a folder where nobody can be asked."""
    said = io.StringIO()
    with chdir(folder), redirect_stdout(said), redirect_stderr(said), pytest.raises(SystemExit) as ended:
        main(arguments)
    assert (ended.value.code or 0) == code, said.getvalue()
    return said.getvalue()


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A folder with a new site in `content`."""
    run(tmp_path, "new", "site", ".")
    return tmp_path


def test_a_new_record_of_every_kind_passes_the_check_as_it_is(town: Path) -> None:
    """One of each kind, one after the other: nothing is wrong, nothing is warned of, nothing is written over."""
    run(town, "new", "source", "工作报告")
    run(town, "new", "place", "南园", "shili-zhen")
    before = tree(town / "content")
    for kind in RECORDS:
        where = ("shili-shequ",) if KINDS[kind].is_placed and kind != "place" else ()
        run(town, "new", kind, *where, f"新的{kind}", "--as-of", "2025-12-31")
        assert run(town, "check", "--as-of", "2025-12-31") == "没有问题。\n", kind
    after = tree(town / "content")
    assert all(after[file].startswith(data) for file, data in before.items())
    assert len(after) >= len(before) + len(RECORDS) - 2


@pytest.mark.parametrize("kit", SITE_KITS)
def test_a_new_site_builds_at_once(tmp_path: Path, kit: str) -> None:
    """Each kit is right without a word of warning, is plainly invented, and says so on every page."""
    run(tmp_path, "new", "site", ".", "--kit", kit)
    assert {path.name for path in (PROJECT / "yishi/content/kits").iterdir() if path.is_dir()} == {
        *SITE_KITS, "repository"}
    said = run(tmp_path, "build", "--as-of", "2025-12-31", "--templates", os.fspath(PROJECT / "templates"))
    assert "written" in said or "写入" in said
    assert "warning" not in said
    assert "提醒" not in said
    home = Page((tmp_path / "site/index.html").read_text("utf-8")).text
    assert {"zh-town": "全是虚构的", "en-parish": "invented throughout"}[kit] in home


def test_a_new_site_may_have_its_own_title(tmp_path: Path) -> None:
    """What stands behind the folder is what the site is called."""
    run(tmp_path, "new", "site", ".", "柳溪镇: 议事")
    assert (tmp_path / "content/site.yaml").read_text("utf-8").startswith('标题: "柳溪镇: 议事"\n副标题')
    assert run(tmp_path, "check") == "没有问题。\n"


def test_a_site_is_never_put_where_something_is(town: Path) -> None:
    """A folder with a file in it, even a hidden one, stays as it is."""
    before = tree(town)
    assert "不是空的" in run(town, "new", "site", ".", code=2)
    (town / "other").mkdir()
    (town / "other/.keep").touch()
    run(town, "new", "site", "other", code=2)
    assert tree(town) == {**before, "other/.keep": b""}


@pytest.mark.parametrize("arguments", [
    (), ("isue",), ("issue",), ("issue", "nowhere", "路灯"), ("issue", "shili-shequ"), ("page",), ("place",), ("site",),
    ("place", "南园", "nowhere"), ("issue", "路灯", "--content", "nowhere"), ("page", "打 13800138000")])
def test_where_nobody_can_be_asked_what_is_missing_is_said(town: Path, arguments: tuple[str, ...]) -> None:
    """Wrong or missing words are wrong usage: exit 2, one sentence, nothing written."""
    before = tree(town / "content")
    said = run(town, "new", *arguments, code=2)
    assert "错误：" in said
    assert "13800138000" not in said
    assert tree(town / "content") == before


def test_a_title_that_no_record_may_have_is_told_before_anything_is_written(town: Path) -> None:
    """Too long a title gives the problem that the check would tell."""
    assert "最多60个字" in run(town, "new", "issue", "长" * 70, code=1)
    assert run(town, "check") == "没有问题。\n"


@pytest.mark.parametrize("place", [
    "shili-shequ", "places/shili-zhen/shili-shequ", r"content\places\shili-zhen\shili-shequ", "示例社区",
    "./content/places/shili-zhen/shili-shequ/"])
def test_a_place_may_be_named_as_one_likes(town: Path, place: str) -> None:
    """By its id, its path, a path as Windows has it, or its name."""
    run(town, "new", "议题", place, "南门路灯")
    assert (town / "content/places/shili-zhen/shili-shequ/issues/nan-men-lu-deng.yaml").exists()


@pytest.mark.parametrize(("kit", "town", "community"), [
    ("zh-town", "类别: 镇", "类别: 社区"), ("en-parish", "kind: town", "kind: community")])
def test_a_place_at_the_top_is_a_town_and_one_below_it_a_community(
        tmp_path: Path, kit: str, town: str, community: str) -> None:
    """What a place most often is stands there already; the other words beside it."""
    run(tmp_path, "new", "site", ".", "--kit", kit)
    run(tmp_path, "new", "place", "柳溪")
    run(tmp_path, "new", "place", "南园", "liu-xi")
    for path, line in (("liu-xi", town), ("liu-xi/nan-yuan", community)):
        assert f"\n{line}  # " in (tmp_path / "content/places" / path / "place.yaml").read_text("utf-8")


class Terminal:
    """A command at a terminal, where somebody answers."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        ours, theirs = pty.openpty()
        self.side = ours
        self.process = subprocess.Popen([sys.executable, os.fspath(PROJECT / "build.py"), *arguments], cwd=folder,
                                        stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        self.said = ""

    def until(self, text: str) -> None:
        """Reads until `text` is said."""
        deadline = time.monotonic() + 60
        while text not in self.said:
            assert time.monotonic() < deadline, self.said
            if select.select([self.side], [], [], 1)[0]:
                self.said += os.read(self.side, 4096).decode("utf-8", "replace")

    def answer(self, text: str) -> None:
        os.write(self.side, f"{text}\n".encode())


def test_at_a_terminal_what_is_missing_is_asked(town: Path) -> None:
    """Kind, place and title are asked one after the other; a place that is none is asked for again."""
    run(town, "new", "place", "南园", "shili-zhen")
    terminal = Terminal(town, "new")
    try:
        answers = (("issue, case", "issue"), ("nan-yuan", "nanyuan"), ("；是不是 nan-yuan", "南园"), ("标题", "路灯"))
        for question, reply in answers:
            terminal.until(question)
            terminal.answer(reply)
        terminal.until("lu-deng.yaml")
        assert terminal.process.wait(60) == 0
    finally:
        terminal.process.kill()
        os.close(terminal.side)
    assert (town / "content/places/shili-zhen/nan-yuan/issues/lu-deng.yaml").exists()


# --- three commands ---------------------------------------------------------------------------------------------------


def three_commands(readme: str) -> Iterator[list[str]]:
    """The three commands of a README, from nothing to a site."""
    text = (PROJECT / readme).read_text("utf-8")
    block = re.search(r"```sh\n((?:python build\.py [^\n]+\n){3})```", text)
    assert block
    return (shlex.split(line)[2:] for line in block[1].splitlines())


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_three_commands_lead_from_an_empty_folder_to_ones_own_first_issue(tmp_path: Path, readme: str) -> None:
    """`new site`, `new issue`, `serve`, word for word as the README has them: the issue is on the served site."""
    site, issue, serve = three_commands(readme)
    assert [site[:2], issue[:2], serve[0]] == [["new", "site"], ["new", "issue"], "serve"]
    run(tmp_path, *site)
    said = run(tmp_path, *issue)
    path = re.search(r"my-town/content/(places/\S+)\.yaml", said)
    assert path
    terminal = Terminal(tmp_path, *[word for word in serve if word != "--open"],
                        "--port", free_port())
    try:
        terminal.until("index.html")
        page = (tmp_path / "my-town/site" / path[1] / "index.html").read_text("utf-8")
        assert "南门路灯不亮" in page
    finally:
        terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.side)


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])
