"""`serve` keeps the last good site in the browser, on this computer only."""

import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.support.workshop import PROJECT, SITES
from yishi.cli.server.overlay import encode_problem_overlay
from yishi.model.problems import Problem

PROGRAM = """
import sys
from pathlib import Path
from yishi.cli.server import RebuildResult, serve_site

folder, port = Path(sys.argv[1]), int(sys.argv[2])
source, output = folder / "content" / "page.txt", folder / "site"

def build_once():
    text = source.read_text()
    if text in ("fail", "raise"):
        (folder / "tried").touch()
        if text == "raise":
            raise RuntimeError("a bug")
        return False
    output.mkdir(exist_ok=True)
    (output / "index.html").write_text(f"<html><head></head><body>{text}</body></html>")
    (output / "404.html").write_text("<html><head></head><body>no such page</body></html>")
    return True

build = lambda: RebuildResult(build_once())
serve_site(build, [folder / "content"], output, port)
"""


class Session:
    """A running `serve` over `folder`, whose page is what `content/page.txt` says."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port

    def write(self, text: str) -> None:
        (self.folder / "content" / "page.txt").write_text(text)

    def page(self, address: str = "") -> str:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/{address}", timeout=5) as answer:
                return str(answer.read().decode())
        except HTTPError as error:
            with error:
                return f"{error.code} {error.read().decode()}"
        except OSError:
            return ""


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = Session(tmp_path, port)
    (tmp_path / "content").mkdir()
    running.write("first")
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path), str(port)], stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: "first" in running.page())
        yield running
    finally:
        process.kill()
        process.wait()


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.05)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Session]:
    """`build.py serve` of the English city, whose content is a link to a folder below a hidden one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / ".work").mkdir()
    for name in ("town", "other"):
        shutil.copytree(SITES / "english-city", tmp_path / ".work" / name)
    (tmp_path / ".work" / "content").symlink_to("town")
    running = Session(tmp_path / ".work", port)
    options = ["--content", "content", "--templates", str(PROJECT / "templates"), "--port", str(port), "--jobs", "1",
               "--no-search", "--as-of", "2025-12-31"]
    process = subprocess.Popen([sys.executable, PROJECT / "build.py", "serve", *options], cwd=running.folder,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: "Uneven slabs" in running.page(SLABS))
        yield running
    finally:
        process.kill()
        process.wait()


SLABS = "places/example-city/northside/issues/uneven-slabs/"


def _retitle(folder: Path, title: str) -> None:
    """Gives the issue about slabs another title."""
    file = folder / f"{SLABS.rstrip('/')}.yaml"
    file.write_text(re.sub("^title: .*", f"title: {title}", file.read_text("utf-8")), "utf-8")


def _replaced(folder: Path) -> None:
    """The content folder is moved away, and another one into its place."""
    (folder / "town").rename(folder / "away")
    (folder / "other").rename(folder / "town")


def _copied_anew(folder: Path) -> None:
    """The content folder is deleted, and another one copied there, which may get the same number on the disk."""
    shutil.rmtree(folder / "town")
    shutil.copytree(folder / "other", folder / "town")


def _turned(folder: Path) -> None:
    """The link to the content folder leads to another one."""
    (folder / "link").symlink_to("other")
    (folder / "link").replace(folder / "content")


def _gone_for_a_while(folder: Path) -> None:
    """There is no content folder, until somebody brings it back."""
    (folder / "town").rename(folder / "away")
    time.sleep(1)
    (folder / "other").rename(folder / "town")


@pytest.mark.parametrize("change", [_replaced, _copied_anew, _turned, _gone_for_a_while],
                         ids=lambda change: change.__name__.strip("_"))
def test_whatever_folder_lies_there_is_shown(town: Session, change: Callable[[Path], None]) -> None:
    """`serve` follows the content folder below a hidden folder when it is replaced, and sees each change after that."""
    _retitle(town.folder / "content", "Slabs that rock")
    wait_until(lambda: "Slabs that rock" in town.page(SLABS))
    _retitle(town.folder / "other", "Slabs of another town")
    change(town.folder)
    wait_until(lambda: "Slabs of another town" in town.page(SLABS))
    _retitle(town.folder / "content", "Slabs mended")
    wait_until(lambda: "Slabs mended" in town.page(SLABS))


def test_a_file_of_any_name_is_survived(town: Session) -> None:
    """A name in other bytes than UTF-8 comes and goes: what is wrong is told, and the next change is shown."""
    folder = (town.folder / "content" / SLABS).parent
    strange = Path(os.fsdecode(bytes(folder) + b"/\xc2\xb7\xb5\xc6.yaml"))
    strange.write_text("title: x")
    wait_until(lambda: "cannot be read" in told(town))
    strange.unlink()
    _retitle(town.folder / "content", "Slabs that rock")
    wait_until(lambda: "Slabs that rock" in town.page(SLABS))


def test_a_change_is_built_and_served(session: Session) -> None:
    """A saved change reaches the browser without anyone asking."""
    session.write("second")
    wait_until(lambda: "second" in session.page())


@pytest.mark.parametrize("trouble", ["fail", "raise"])
def test_a_failed_build_keeps_the_last_good_site_served(session: Session, trouble: str) -> None:
    """Neither problems in the content nor a bug takes the site away, and the next good build replaces it."""
    session.write(trouble)
    wait_until((session.folder / "tried").exists)
    assert "first" in session.page()
    session.write("repaired")
    wait_until(lambda: "repaired" in session.page())


async def _leave(browser: WebSocketClientConnection) -> None:
    """Says goodbye, and waits for the answer: no socket stays open, however slow the machine is."""
    browser.close()
    while await browser.read_message() is not None:
        pass


def test_a_change_reloads_the_page_in_the_browser(session: Session) -> None:
    """A browser that has the page open is told to load it again, once the new page is there."""

    async def told() -> str:
        browser = await websocket_connect(f"ws://127.0.0.1:{session.port}/livereload")
        await browser.write_message(json.dumps({"command": "hello"}))
        await browser.read_message()
        await browser.write_message(json.dumps({"command": "info", "url": "/"}))
        session.write("second")
        message = await asyncio.wait_for(browser.read_message(), 20)
        await _leave(browser)
        return str(json.loads(message or "{}")["command"])

    with ThreadPoolExecutor() as apart:  # tests in a browser may have a loop of their own running here
        assert apart.submit(asyncio.run, told()).result() == "reload"
    assert "second" in session.page()


def test_pages_load_the_reload_script_by_address(session: Session) -> None:
    """The script that reloads a page comes by address from the site itself, as its policy demands."""
    assert '<script src="/livereload.js"></script></head>' in session.page()
    assert "LiveReload" in session.page("livereload.js")


def told(session: Session) -> str:
    """What an open page is told is wrong."""

    async def first() -> str:
        browser = await websocket_connect(f"ws://127.0.0.1:{session.port}/.yishi/problems")
        message = await asyncio.wait_for(browser.read_message(), 20)
        await _leave(browser)
        return str(message or "")

    with ThreadPoolExecutor() as apart:
        return str(apart.submit(asyncio.run, first()).result())


def test_a_bug_is_told_in_the_browser_and_the_next_change_builds_again(session: Session) -> None:
    """Whatever a build raises, the session goes on: the page says so until a build succeeds."""
    assert told(session) == ""
    session.write("raise")
    wait_until(lambda: "RuntimeError: a bug" in told(session))
    session.write("repaired")
    wait_until(lambda: told(session) == "")
    assert "repaired" in session.page()


@pytest.mark.parametrize("path", [".yishi/problems", "livereload"])
def test_only_a_page_of_the_site_is_told_what_is_wrong(session: Session, path: str) -> None:
    """Another site that is open in the browser cannot listen: what is served may hold drafts."""

    async def foreign() -> None:
        address = f"ws://127.0.0.1:{session.port}/{path}"
        await websocket_connect(HTTPRequest(address, headers={"Origin": "https://example.org"}))

    with ThreadPoolExecutor() as apart, pytest.raises(HTTPClientError, match="403"):
        apart.submit(asyncio.run, foreign()).result()


def test_the_server_answers_to_its_own_name_and_to_no_other(session: Session) -> None:
    """A foreign name that leads here gets nothing, odd addresses are wrong addresses, and pages have headers."""
    def ask(path: str, host: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", session.port, timeout=60)
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        connection.close()
        return answer.status, answer.headers["Content-Security-Policy"] or ""

    own = f"localhost:{session.port}"
    assert ask("/", own)[0] == 200
    assert "frame-ancestors 'none'" in ask("/", own)[1]
    assert [ask("/", host)[0] for host in ("evil.example", f"evil.example:{session.port}")] == [404, 404]
    assert [ask(path, own)[0] for path in ("/%00", "/../secret", "/%2e%2e/secret")] == [400, 403, 403]


WRONG = Problem("places/t/issues/x.yaml", 3, 5, "unknown_key", (("found", "'<b>'"), ("allowed", "title")),
                example="title: x")


def test_the_browser_is_told_errors_in_every_language_and_no_warnings() -> None:
    """Each error with its file, line, column, words and corrected line; warnings keep no site from being built."""
    told = json.loads(encode_problem_overlay([WRONG, Problem("x.yaml", 1, 1, "resolved_twice", level="warning")],
                                             "content", "en"))
    problem, = told["problems"]
    assert problem["place"] == "content/places/t/issues/x.yaml:3:5"
    assert problem["example"] == "title: x"
    assert problem["said"]["en"] == "'<b>' is not a key of this record. Allowed: title."
    assert {tag: texts["heading"] for tag, texts in told["texts"].items()} == {"en": "1 error", "zh-Hans": "1处错误"}
    assert told["first"] == "en"
    assert encode_problem_overlay([], "content") == ""


def test_a_site_built_without_what_is_wrong_says_so() -> None:
    """With `--skip-invalid` the site is not as it last was: it is new, and lacks the wrong records."""
    states = [json.loads(encode_problem_overlay([WRONG], "content", published=published))["texts"]["en"]["state"]
              for published in (False, True)]
    assert states == ["Until this is corrected, the site stays as it last was.",
                      "The site is shown without what is wrong."]


def test_a_thousand_errors_are_not_all_sent_to_the_browser() -> None:
    """The first fifty are shown, and how many more there are."""
    told = json.loads(encode_problem_overlay([WRONG] * 1000, "content"))
    assert len(told["problems"]) == 50
    assert told["texts"]["en"]["rest"] == "and 950 more"


def test_unknown_addresses_get_the_sites_own_page(session: Session) -> None:
    """A wrong address is answered with 404.html and status 404."""
    answer = session.page("nowhere/")
    assert answer.startswith("404 ")
    assert "no such page" in answer


def test_a_port_in_use_is_refused_before_anything_is_built(tmp_path: Path) -> None:
    """Who starts `serve` twice is told at once, not after a build."""
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "page.txt").write_text("first")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        program = [sys.executable, "-c", PROGRAM, str(tmp_path), str(taken.getsockname()[1])]
        done = subprocess.run(program, capture_output=True, timeout=60, check=False)
    assert b"OSError" in done.stderr
    assert not (tmp_path / "site").exists()
