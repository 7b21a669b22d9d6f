"""The page of the office in the browser: files are dropped or chosen, with scripts and without, on a phone too."""

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FilePayload
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from tests.cli.test_office import FORM, office_of
from tests.support.chromium import looking
from tests.support.inbox import Desk
from yishi.cli.server.web import ProblemBroadcast, create_application

pytestmark = pytest.mark.browser

DROP = """(text) => {
  const files = new DataTransfer();
  files.items.add(new File([text], "dropped.txt"));
  document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
}"""


@contextmanager
def served_office(desk: Desk) -> Iterator[str]:
    """The address of the page over the town of the desk."""
    listening, port = bind_unused_port()
    loop = asyncio.new_event_loop()

    async def listen() -> None:
        HTTPServer(create_application(desk.folder, ProblemBroadcast(), office=office_of(desk))).add_socket(listening)

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(listen(), loop).result()
    try:
        yield f"http://127.0.0.1:{port}/office/"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def test_files_are_chosen_or_dropped_and_the_page_is_fit_for_everybody(desk: Desk, browser: Browser) -> None:
    """Without scripts a file is chosen and sent with the keyboard; with them it is dropped anywhere; the page breaks no
    rule of accessibility, in light and dark, and is no wider than a phone."""
    with served_office(desk) as address:
        with looking(browser, java_script_enabled=False) as window:
            window.goto(address)
            chosen: FilePayload = {"name": "甲.txt", "mimeType": "text/plain", "buffer": FORM.encode()}
            window.locator("#files").set_input_files(chosen)
            window.locator("[value=receive]").press("Enter")
            assert "甲.txt" in window.locator("article.is-green").inner_text()
        for scheme in ("light", "dark"):
            with looking(browser, color_scheme=scheme) as window:
                window.goto(f"{address}?language=en")
                window.evaluate(DROP, FORM.replace("北门", f"{scheme}门"))
                window.locator("article", has_text="dropped").first.wait_for()
                assert window.evaluate("document.documentElement.scrollWidth") <= 360
                assert re.search(r"#results$", window.url)
                problems = Axe().run(window).response["violations"]
                assert [(one["id"], one["nodes"][0]["html"]) for one in problems] == []
