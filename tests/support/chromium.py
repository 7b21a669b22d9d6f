"""The browser that tests look through; `tests/support/prerequisites.py` installs one."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Request, sync_playwright
from playwright.sync_api import Page as Window

from tests.support.prerequisites import find_browser

QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)


class _Quiet(SimpleHTTPRequestHandler):
    """Serves a folder without a word, and keeps the connection."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that it has above
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder on this computer, with a slash at its end."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(QUIET[1:]))
        yield browser
        browser.close()


@contextmanager
def looking(browser: Browser, width: int = 360, height: int = 740, **choices: Any) -> Iterator[Window]:
    """A window as narrow as a phone. Whatever goes wrong in it, and whatever it asks another host for, is an error."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **choices)
    context.set_default_timeout(10_000)
    wrong = list[str]()
    _listen(context, wrong)
    yield context.new_page()
    context.close()
    assert wrong == [], wrong


def _listen(context: BrowserContext, wrong: list[str]) -> None:
    def asked(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "file:", "blob:", "data:", "about:")):
            wrong.append(f"asks {request.url}")

    def failed(request: Request) -> None:
        # Where the reader goes on to another page, the page's requests are aborted, those of its worker fail. What a
        # worker truly does not get for a page fails as a request of the page as well.
        if request.failure != "net::ERR_ABORTED" and not request.service_worker:
            wrong.append(f"{request.failure} {request.url}")

    def told(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            wrong.append(message.text)

    context.on("request", asked)
    context.on("requestfailed", failed)
    context.on("console", told)
    context.on("weberror", lambda error: wrong.append(str(error.error)))


def print_to_pdf(page: Path, pdf: Path, profile: Path) -> None:
    """Prints a page of a built site to a PDF file; `profile` is an empty folder for the browser's own files."""
    browser = find_browser()
    assert browser, "there is no browser; see tests/support/prerequisites.py"
    options = (*QUIET, f"--user-data-dir={profile}", "--no-pdf-header-footer", f"--print-to-pdf={pdf}")
    subprocess.run([browser, *options, page.as_uri()], check=True, capture_output=True, timeout=120)
