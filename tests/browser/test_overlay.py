"""`serve` shows what is wrong in the browser, over the last good site, and takes it away when it is corrected."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, expect
from playwright.sync_api import Page as Window

from tests.support.chromium import looking
from tests.support.workshop import PROJECT, SITES

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)  # a site is built while the browser waits, perhaps on a busy machine

ISSUE = "places/example-city/northside/issues/cold-stairs.yaml"
PAGE = ISSUE.replace(".yaml", "/index.html")
RULES = ["color-contrast", "scrollable-region-focusable", "aria-allowed-role", "button-name", "landmark-unique",
         "landmark-no-duplicate-main", "html-has-lang", "html-lang-valid", "valid-lang", "page-has-heading-one"]


class Session:
    """A running `serve` over a content folder of its own."""

    def __init__(self, folder: Path, templates: Path = PROJECT / "templates") -> None:
        self.content = folder / "content"
        self.good = (SITES / "english-city" / ISSUE).read_text("utf-8")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{free.getsockname()[1]}/"
        self.said = folder / "said.txt"
        program = [sys.executable, os.fspath(PROJECT / "build.py"), "serve", "--port", self.address[:-1].split(":")[-1],
                   "--templates", os.fspath(templates), "--no-search", "--as-of", "2025-12-31"]
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(program, cwd=folder, stdout=said, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 60
        while not re.search(r"As of|\d errors?, ", self.said.read_text("utf-8")):
            assert time.monotonic() < deadline, self.lines
            time.sleep(0.05)

    def write(self, text: str) -> None:
        (self.content / ISSUE).write_text(text, "utf-8")

    def mistake(self) -> None:
        self.write(self.good.replace("channel:", "chanel:"))

    @property
    def lines(self) -> list[str]:
        return self.said.read_text("utf-8").splitlines()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(SITES / "english-city", folder / "content")
    session = Session(folder)
    yield session
    session.end()


@pytest.fixture
def page(window: Window, running: Session) -> Iterator[Window]:
    """A page of the site, which is in order."""
    window.goto(running.address + PAGE)
    expect(overlay(window)).to_have_count(0)
    yield window
    running.write(running.good)
    expect(overlay(window)).to_have_count(0)


def overlay(window: Window) -> Locator:
    return window.locator("yishi-problems section")


def test_a_mistake_appears_over_the_last_good_site_and_goes_when_it_is_corrected(
        page: Window, running: Session) -> None:
    """File, line, what was found and what is meant stand over the page, which stays; they go by themselves."""
    title = page.locator("h1").text_content() or ""
    running.mistake()
    expect(overlay(page)).to_contain_text(f"content/{ISSUE}:5:1")
    expect(overlay(page)).to_contain_text("'chanel' is not a key of this record. Did you mean channel?")
    expect(page.locator("h1")).to_have_text(title)
    running.write(running.good)
    expect(overlay(page)).to_have_count(0)


def test_the_corrected_line_is_shown(page: Window, running: Session) -> None:
    """Where one line is obviously meant, it stands there to be copied."""
    running.write(running.good.replace("title: ", "title：", 1))
    expect(overlay(page).locator("pre")).to_have_text(re.compile(r"^title: "))


def test_what_stands_in_a_file_is_shown_as_text(page: Window, running: Session) -> None:
    """Nothing that somebody typed becomes part of the page."""
    running.write(running.good + "<img src=x onerror=alert(1)>: x\n")
    expect(overlay(page)).to_contain_text("<img src=x onerror=alert(1)>")
    assert overlay(page).locator("img").count() == 0


def test_personal_data_is_masked_in_the_browser_too(page: Window, running: Session) -> None:
    """A number that must not be published is not repeated over the page."""
    running.write(running.good + "notes: call 13800138000\n")
    expect(overlay(page)).to_contain_text("138****8000")
    expect(overlay(page)).not_to_contain_text("13800138000")


def test_escape_hides_it_until_something_else_is_wrong(page: Window, running: Session) -> None:
    """Esc puts it away, on the next page too; another problem, and the same one made again, bring it back."""
    running.mistake()
    expect(overlay(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(overlay(page)).to_have_count(0)
    page.goto(running.address)
    page.wait_for_load_state("networkidle")
    expect(overlay(page)).to_have_count(0)
    running.write(running.good.replace("lead:", "laed:"))
    expect(overlay(page)).to_contain_text("laed")
    page.keyboard.press("Escape")
    with page.expect_navigation():  # the site as it is in order
        running.write(running.good)
    running.write(running.good.replace("lead:", "laed:"))
    expect(overlay(page)).to_contain_text("laed")


def test_the_focus_stays_where_it_was(page: Window, running: Session) -> None:
    """Who is typing in a field goes on typing there; the overlay is reached with the keyboard, and closed with it."""
    page.goto(running.address)
    page.locator("a").first.focus()
    link = page.evaluate("document.activeElement.href")
    running.mistake()
    expect(overlay(page)).to_be_visible()
    assert page.evaluate("document.activeElement.href") == link
    overlay(page).get_by_role("button", name="Hide").press("Enter")
    expect(overlay(page)).to_have_count(0)


def test_it_speaks_the_language_of_the_page_and_the_other_on_demand(page: Window, running: Session) -> None:
    """A Chinese page gets the problem in Chinese; one button turns it into the other language."""
    page.goto(f"{running.address}zh-hans/index.html")
    running.mistake()
    expect(overlay(page)).to_have_attribute("lang", "zh-Hans")
    expect(overlay(page)).to_contain_text("1处错误")
    overlay(page).get_by_role("button", name="English").click()
    expect(overlay(page)).to_contain_text("is not a key of this record")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_on_the_narrowest_phone_and_in_the_dark(
        browser: Browser, running: Session, scheme: str) -> None:
    """At 320 pixels nothing is cut off or wider than the screen; colours, names and landmarks are right."""
    with looking(browser, width=320, color_scheme=scheme) as window:
        window.goto(running.address + PAGE)
        running.mistake()
        expect(overlay(window)).to_be_visible()
        expect(overlay(window)).to_have_css("position", "fixed")
        assert overlay(window).evaluate("it => it.scrollWidth <= it.clientWidth && it.clientWidth <= 320")
        found = Axe().run(window, options={"runOnly": RULES}).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        running.write(running.good)
        expect(overlay(window)).to_have_count(0)


def test_a_site_that_was_never_built_has_a_page_that_says_why(browser: Browser, tmp_path: Path) -> None:
    """If the very first build fails there is a page all the same; the site takes its place once it can be built."""
    shutil.copytree(SITES / "english-city", tmp_path / "content")
    site = (tmp_path / "content/site.yaml").read_text("utf-8")
    (tmp_path / "content/site.yaml").write_text(site.replace("title:", "tilte:"), "utf-8")
    session = Session(tmp_path)
    try:
        with browser.new_page() as window:
            window.goto(session.address)
            expect(overlay(window)).to_contain_text("content/site.yaml:1:1")
            (tmp_path / "content/site.yaml").write_text(site, "utf-8")
            expect(window.locator("h1")).to_have_text("Example City in the open")
            expect(overlay(window)).to_have_count(0)
    finally:
        session.end()


def test_a_template_that_is_wrong_is_shown_too(browser: Browser, tmp_path: Path) -> None:
    """A mistake in a template stops a build; it is told as any other, and the next change builds again."""
    shutil.copytree(SITES / "english-city", tmp_path / "content")
    shutil.copytree(PROJECT / "templates", tmp_path / "templates")
    home = tmp_path / "templates/pages/home.html"
    good = home.read_text("utf-8")
    session = Session(tmp_path, templates=tmp_path / "templates")
    try:
        with browser.new_page() as window:
            window.goto(session.address)
            home.write_text("{% if %}", "utf-8")
            expect(overlay(window)).to_contain_text("home.html:1")
            home.write_text(good, "utf-8")
            expect(overlay(window)).to_have_count(0)
    finally:
        session.end()


def test_each_rebuild_is_one_line_in_the_terminal(page: Window, running: Session) -> None:
    """The browser tells the rest."""
    before = len(running.lines)
    running.mistake()
    expect(overlay(page)).to_be_visible()
    running.write(running.good)
    expect(overlay(page)).to_have_count(0)
    told = [re.sub(r"^[\d:]{8}|[\d.]+ s$", "", line) for line in running.lines[before:]]
    assert told[0] == f"  1 error, 0 warnings; content/{ISSUE}:5:1"
    assert re.fullmatch(r"  Files: \d+ written, \d+ unchanged, \d+ removed, in ", told[1])
    assert len(told) == 2


def test_many_files_saved_at_once_are_hardly_more_than_one_rebuild(page: Window, running: Session) -> None:
    """A folder copied in does not build the site once for each of its files."""
    before = len(running.lines)
    for number in range(60):
        (running.content / ISSUE).with_name(f"more-{number}.yaml").write_text(running.good, "utf-8")
    running.mistake()
    expect(overlay(page)).to_be_visible()
    assert len(running.lines) - before < 6
    for number in range(60):
        (running.content / ISSUE).with_name(f"more-{number}.yaml").unlink()
