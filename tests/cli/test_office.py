"""The page of the office: nothing that was sent is lost, each sender gets a reply, and only its own page may act."""

import re
import subprocess
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import urlencode

import click
import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from tests.support.asynchronous import run_coroutine
from tests.support.hostile import parts_of, read_vectors
from tests.support.inbox import Desk
from tests.support.workbooks import Filling
from tests.support.workshop import PROJECT, Page
from yishi.cli import _command_group, publish
from yishi.cli.office import OfficeDesk, clean_file_name, store_received_file
from yishi.cli.server.web import ProblemBroadcast, create_application
from yishi.cli.workbook_common import open_content_folder
from yishi.model.language import get_language


def office_of(desk: Desk, *options: str) -> OfficeDesk:
    """The page over the town of the desk, with the options of `serve`."""
    command = _command_group.get_command(click.Context(_command_group), "serve")
    assert command
    arguments = ["--content", str(desk.folder / "content"), "--output", str(desk.folder / "site"), "--jobs", "1",
                 "--templates", str(PROJECT / "templates"), "--as-of", "2025-12-31", "--no-search", *options]
    choices = command.make_context("serve", arguments).params
    office = OfficeDesk(choices, nullcontext())
    office.note_places(open_content_folder(choices)[0].library)
    return office


def filled(desk: Desk, **cells: str) -> bytes:
    """A workbook for 南园 with one matter."""
    filling = desk.template() if not (desk.folder / "a.xlsx").exists() else Filling(
        (desk.folder / "a.xlsx").read_bytes())
    filling.fill("议题", 3, {"主题": "照明", "提出": "2025-06-01", **cells})
    return filling.saved()


FORM = "# places/liuxi/beiyuan\n标题: 北门路灯不亮\n主题: 照明\n提出: 2025-11-01\n进展:\n- 2025-11-01 提出: 看不清\n"


# --- what is sent -----------------------------------------------------------------------------------------------------


def test_each_sender_gets_a_colour_a_reply_and_the_answered_workbook(desk: Desk) -> None:
    """Green, yellow and red come back side by side; the reply names what to do and the file to send; right rows are in,
    what was taken lies in `taken/DAY`, and who has not sent is known."""
    office = office_of(desk)
    page = office.show({"language": "en", "since": "2025-12-01"}).decode()
    assert "<li>北园</li>" in page
    assert "<li>南园</li>" in page
    red = filled(desk, 标题="停车乱", 现在怎样="没办成，结案了")
    asking = filled(desk, 标题="井盖松了", 位置="西门广场")
    office.act({"language": "en"}, [("good.txt", FORM.encode()), ("老王.xlsx", asking), ("Ann.xlsx", red),
                                    ("letter.docx", b"Dear office")])
    assert {one.name: one.colour for one in office.senders.values()} == {
        "good.txt": "green", "老王.xlsx": "yellow", "Ann.xlsx": "red"}
    by_name = {one.name: one for one in office.senders.values()}
    yellow, bad = by_name["老王.xlsx"], by_name["Ann.xlsx"]
    assert "There is 1 question:\n1. 议题!F3  '西门广场'" in yellow.reply
    assert "1 place has to be corrected:\n1. 议题!H3 " in bad.reply
    assert "attached “Ann.returned.xlsx”" in bad.reply
    answer = office.find_answer(bad.answer)
    assert answer
    assert answer.name == "Ann.returned.xlsx"
    assert office.find_answer(99) is None
    assert (desk.folder / "taken/2025-12-31/老王.xlsx").exists()
    assert (desk.folder / "inbox/letter.docx").read_bytes() == b"Dear office"
    assert any(note.startswith("letter.docx: ") for note in office.notes)
    assert yellow.links == (("/places/liuxi/nanyuan/issues/jing-gai-song-le/index.html", "井盖松了"),)
    page = office.show({"language": "en", "since": "2025-12-01"}).decode()
    assert "Every place has sent something." in page
    assert "<li>Ann" not in page


def test_nothing_that_was_sent_becomes_part_of_the_page(desk: Desk) -> None:
    """Names of files and cells, also those that a question or a mistake repeats, and values of the address are text."""
    office = office_of(desk)
    wrong = {"标题": "停车乱", "现在怎样": "没办成，结案了", "位置": "西门广场"}
    office.act({}, [("a.xlsx", filled(desk, **wrong)), ("b.docx", b"x")])
    harmless = parts_of(Page(office.show({"language": "en"}).decode()))
    texts = [" ".join(text.split()) for kind, text in read_vectors() if kind in ("event", "attribute", "script")]
    sent = [(f"{texts[0]}.xlsx", filled(desk, 标题=texts[1], 现在怎样=texts[2], 位置=texts[3], 主题=texts[4]))]
    office.act({}, [*sent, *((f"{text}.docx", b"x") for text in texts)])
    page = Page(office.show({"language": texts[0], "since": texts[1]}).decode())
    assert parts_of(page) <= harmless
    assert "alert(1)" in page.text


def test_the_corrected_workbook_makes_its_sender_green(desk: Desk) -> None:
    """The answer comes back under the name of the answer that still lies there: neither is lost, and the matter is
    taken in once."""
    office = office_of(desk)
    office.act({}, [("a.xlsx", filled(desk, 标题="停车乱", 现在怎样="没办成，结案了"))])
    answer = office.find_answer(next(iter(office.senders.values())).answer)
    assert answer
    mended = Filling(answer.read_bytes())
    mended.fill("议题", 3, {"未解决原因": "不属本级"})
    office.act({}, [("a.returned.xlsx", mended.saved())])
    assert [one.colour for one in office.senders.values()] == ["green"]
    assert sum("停车乱" in data.decode() for data in desk.records.values()) == 1
    assert not list((desk.folder / "inbox").iterdir())


def test_new_locations_are_added_from_the_page(desk: Desk) -> None:
    """The button takes the workbook in again, with its locations, and leaves it where what was taken lies."""
    office = office_of(desk)
    office.act({}, [("a.xlsx", filled(desk, 标题="井盖松了", 位置="西门广场"))])
    (sender,) = office.senders.values()
    assert sender.locations == ("西门广场",)
    office.act({"action": "add", "add": sender.key}, [])
    assert [one.locations for one in office.senders.values()] == [()]
    assert "名称: 西门广场" in desk.text("places/liuxi/nanyuan/locations.yaml")
    assert (desk.folder / "taken/2025-12-31/a.xlsx").exists()


def test_two_files_of_one_name_are_both_kept(tmp_path: Path) -> None:
    """A file is never written over; the same file sent twice is one file."""
    sent = [(b"1", "x.xlsx"), (b"2", "x(2).xlsx"), (b"1", "x.xlsx"), (b"3", "x(3).xlsx")]
    assert [store_received_file(tmp_path, "x.xlsx", data).name for data, _ in sent] == [name for _, name in sent]
    for number, name in enumerate(("x.returned.xlsx", "x.returned-2.xlsx")):
        assert store_received_file(tmp_path, "x.returned.xlsx", b"%d" % number).name == name
    for name in ("..", "", "~$", "CON", "noend", "../../up.xlsx", "a" * 300 + ".xlsx", "南" * 200 + ".xlsx", ".x"):
        file = store_received_file(tmp_path / "inbox", name, b"data")
        assert file.resolve().parent == (tmp_path / "inbox").resolve()
        assert file.read_bytes() == b"data"


@pytest.mark.parametrize(("name", "clean"), {
    r"C:\Users\a\南园.xlsx": "南园.xlsx", "../../etc/passwd": "passwd", "a:b?.xlsx": "a_b_.xlsx", "~$x.xlsx": "x.xlsx",
    "nul.xlsx": "_nul.xlsx", "e\u0301.csv": "\u00e9.csv", "a\nb\0c.txt": "a_b_c.txt", " 南园 .xlsx ": "南园 .xlsx",
}.items())
def test_a_file_keeps_its_name_but_what_a_system_forbids(name: str, clean: str) -> None:
    """The name of a received file is one that every system can write, below the inbox."""
    assert clean_file_name(name) == clean


def test_what_cannot_be_written_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is no silence: the page says which file was not kept."""
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "a.xlsx")

    monkeypatch.setattr("yishi.core.files.create_file", full)
    office = office_of(desk)
    office.act({}, [("a.xlsx", b"x")])
    assert office.notes == ("a.xlsx: No space left on device",)
    assert "No space left" in office.show({}).decode()


def test_what_is_sent_never_lies_among_what_is_published(desk: Desk) -> None:
    """An inbox inside the records or the site is refused."""
    for folder in ("content/inbox", "site/inbox", "site"):
        ended = desk.run("serve", "--output", "site", "--inbox", folder, "--language", "en")
        assert ended.code == 2
        assert "would be published" in ended.err


# --- who may act ------------------------------------------------------------------------------------------------------

ORIGIN = "http://127.0.0.1:{port}"
ASKED: Mapping[str, tuple[str, dict[str, str], str]] = {
    "from its own page": (ORIGIN, {}, "303"),
    "without a token": (ORIGIN, {"token": ""}, "403"),
    "with another token": (ORIGIN, {"token": "x"}, "403"),
    "from another site": ("https://example.org", {}, "403"),
    "from another port": ("http://127.0.0.1:1", {}, "403"),
    "from a file": ("null", {}, "403"),
    "from nowhere": ("", {}, "403"),
}


@pytest.mark.parametrize("case", ASKED)
def test_only_its_own_page_may_act(desk: Desk, case: str) -> None:
    """Whoever posts comes from the page and knows its token; anyone else changes nothing."""
    office, (origin, values, status) = office_of(desk), ASKED[case]
    body = urlencode({"token": office.token, "action": "plan", **values})
    code, _ = run_coroutine(_ask(office, desk.folder, body=body, origin=origin))
    assert str(code) == status


def test_the_page_answers_to_this_computer_only(desk: Desk) -> None:
    """Under another name, as after a trick with names of hosts, there is no page; it loads nothing from elsewhere."""
    office = office_of(desk)
    code, page = run_coroutine(_ask(office, desk.folder))
    assert (code, office.token in page) == (200, True)
    assert run_coroutine(_ask(office, desk.folder, host="attacker.example"))[0] == 404
    assert run_coroutine(_ask(office, desk.folder, path="answers/0/a.xlsx"))[0] == 404
    assert "<script src=\"/livereload.js\"" not in page
    assert not re.search(r"(?:src|href)=\"(?!/|\?|data:)", page)


async def _ask(office: OfficeDesk, folder: Path, *, path: str = "", body: str = "", origin: str = "",
               host: str = "127.0.0.1") -> tuple[int, str]:
    """The status and body of an answer of the server."""
    listening, port = bind_unused_port()
    server = HTTPServer(create_application(folder, ProblemBroadcast(), office=office))
    server.add_socket(listening)
    headers = {"Host": f"{host}:{port}", **({"Origin": origin.format(port=port)} if origin else {})}
    answer = await AsyncHTTPClient(force_instance=True).fetch(
        f"http://127.0.0.1:{port}/office/{path}", method="POST" if body else "GET", headers=headers, body=body or None,
        follow_redirects=False, raise_error=False)
    server.stop()
    return answer.code, answer.body.decode()


# --- publishing -------------------------------------------------------------------------------------------------------


def test_what_publishing_does_is_shown_before_it_is_done(desk: Desk) -> None:
    """The site goes into the folder only as it was shown, without drafts; what was withdrawn goes from there too."""
    public = desk.folder / "public"
    office = office_of(desk, "--publish", f"folder:{public}", "--drafts")
    office.act({"action": "publish", "plan": "guessed"}, [])
    assert office.plan
    assert not public.exists()
    assert str(public) in office.plan.lines[0]
    office.act({"action": "publish", "plan": office.plan.digest}, [])
    assert office.report
    assert office.report.is_possible
    assert (public / "places/liuxi/nanyuan/issues/ludeng/index.html").exists()


def test_nothing_is_published_while_there_are_errors(desk: Desk) -> None:
    """As with every build: the public site stays as it was."""
    desk.write("content/places/liuxi/nanyuan/issues/bad.yaml", "标题: x\n")
    office = office_of(desk, "--publish", f"folder:{desk.folder / 'public'}")
    office.act({"action": "plan", "language": "en"}, [])
    assert office.plan
    assert not office.plan.is_possible
    assert "there are" in office.plan.lines[0]
    assert "Publish now" not in office.show({"language": "en"}).decode()


def test_the_records_are_pushed_to_a_git_remote_and_nothing_else(desk: Desk) -> None:
    """Only what lies in the folder of the records is committed; a password in the remote's address is not shown."""
    def git(*arguments: str) -> str:
        return subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments],
                              cwd=desk.folder, check=True, capture_output=True, text=True).stdout

    git("init", "-q", "-b", "main")
    git("init", "-q", "--bare", "remote.git")
    git("config", "user.name", "office")
    git("config", "user.email", "office@example.org")
    git("remote", "add", "host", "https://user:secret@example.org/town.git")
    plan = publish.plan_publication(office_of(desk, "--publish", "git:host").choices, get_language("en"))
    assert "(https://example.org/town.git), branch main" in plan.lines[0]
    assert "places/liuxi/nanyuan/issues/ludeng.yaml" in " ".join(plan.lines)
    git("remote", "set-url", "host", str(desk.folder / "remote.git"))
    desk.write("inbox/private.txt", "not public")
    done = publish.publish_site(office_of(desk, "--publish", "git:host").choices, get_language("en"))
    assert done.is_possible, done.lines
    pushed = git("--git-dir", "remote.git", "ls-tree", "-r", "--name-only", "main").split()
    assert "content/places/liuxi/nanyuan/issues/ludeng.yaml" in pushed
    assert all(file.startswith("content/") for file in pushed)
    wrong = publish.plan_publication(office_of(desk, "--publish", "git:elsewhere").choices, get_language("en"))
    assert wrong.lines == ("It cannot be published: no such remote: elsewhere",)


def test_the_script_is_run_as_it_was_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan is the command itself; what the script says, and that it failed, is told."""
    script = desk.write("publish.sh", 'echo "publish: $2 $3"\n[ "$1" != wrong ] || exit 1\n')
    monkeypatch.setattr(publish, "PUBLISH_SCRIPT", script)

    def tell(target: str) -> OfficeDesk:
        return office_of(desk, "--publish", f"script:{target}")

    plan = publish.plan_publication(tell("/srv/site").choices, get_language("en"))
    assert plan.lines[1].startswith(f"bash {script} /srv/site --content {desk.folder / 'content'} ")
    done = publish.publish_site(tell("/srv/site").choices, get_language("en"))
    assert done.lines == (f"publish: --content {desk.folder / 'content'}",)
    assert not publish.publish_site(tell("wrong").choices, get_language("en")).is_possible
