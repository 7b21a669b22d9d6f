"""Show the site on this computer while it is written: build, serve, rebuild and reload on every change."""

import asyncio
import os
import traceback
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler
from livereload.watcher import Watcher
from tornado import httputil, web
from watchfiles import Change, awatch

HOST = "127.0.0.1"  # this computer only: what is served may hold drafts
STEP, TOGETHER = 20, 200
"""Milliseconds without a further change after which a build begins; and after which it begins all the same."""


def serve(build: Callable[[], bool], watch: Sequence[Path], output: Path, port: int = 5500,
          open_browser: bool = False, preview: Callable[[Sequence[Path]], bool] = lambda changed: False) -> None:
    """Build, then serve `output` on http://127.0.0.1:`port`/ until interrupted, building again after each change.

    `build` says whether it succeeded; if not, what was built before stays served. `preview` may show the pages of the
    files that changed before the build, and says whether it did. `watch` names folders; names that start with a dot,
    and what lies in `output`, do not count. Raises OSError if the port is taken.
    """
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(build, preview, watch, output.resolve(), port, open_browser))


async def _serve(build: Callable[[], bool], preview: Callable[[Sequence[Path]], bool], watch: Sequence[Path],
                 output: Path, port: int, open_browser: bool) -> None:
    LiveReloadHandler.watcher = Watcher()  # livereload asks it for a file's name, nothing else
    _application(output).listen(port, address=HOST)
    changes = awatch(*watch, watch_filter=partial(_counts, output), step=STEP, debounce=TOGETHER, rust_timeout=1000,
                     yield_on_timeout=True)
    await anext(changes)  # from now on every change is noticed, those during the first build too
    _succeeds(build)
    if open_browser:
        webbrowser.open(f"http://{HOST}:{port}/")
    async for changed in changes:
        if changed:
            await _shown(build, preview, [Path(path) for _, path in changed])


async def _shown(build: Callable[[], bool], preview: Callable[[Sequence[Path]], bool], changed: Sequence[Path]) -> None:
    """What has changed, first as a preview, then as the whole site that follows from it."""
    for show in (partial(preview, changed), build):
        if _succeeds(show):
            LiveReloadHandler.reload_waiters()
            await asyncio.sleep(0)  # the browsers are told before the next work begins


def _succeeds(work: Callable[[], bool]) -> bool:
    try:
        return work()
    except Exception:  # a bug in one build must not end the session
        traceback.print_exc()
        return False


def _counts(output: Path, _: Change, path: str) -> bool:
    """Whether a change of this file counts."""
    hidden = any(part.startswith(".") for part in Path(path).parts)
    return not hidden and output not in Path(path).parents


def _application(output: Path) -> web.Application:
    site = {"path": os.fspath(output), "default_filename": "index.html"}
    return web.Application(
        [("/livereload", LiveReloadHandler), (r"/livereload\.js", LiveReloadJSHandler), ("/(.*)", _SiteHandler, site)],
        transforms=[_ReloadScript], log_function=lambda handler: None)


class _SiteHandler(web.StaticFileHandler):
    """The files of the site, never from a cache; `404.html` for addresses that it does not have."""

    def set_extra_headers(self, path: str) -> None:
        self.set_header("Cache-Control", "no-store")

    def compute_etag(self) -> None:
        return None

    def should_return_304(self) -> bool:
        return False

    def write_error(self, status_code: int, **kwargs: object) -> None:
        page = Path(self.root) / "404.html"
        if status_code == 404 and page.is_file():
            self.finish(page.read_bytes())
        else:
            super().write_error(status_code, **kwargs)


class _ReloadScript(web.OutputTransform):
    """Adds livereload's script to pages, by address: the site's policy allows no script within a page."""

    def __init__(self, request: httputil.HTTPServerRequest) -> None:
        pass

    def transform_first_chunk(self, status_code: int, headers: httputil.HTTPHeaders, chunk: bytes,
                              finishing: bool) -> tuple[int, httputil.HTTPHeaders, bytes]:
        if "html" in headers.get("Content-Type", "") and b"</head>" in chunk:
            whole = len(chunk)
            chunk = chunk.replace(b"</head>", b'<script src="/livereload.js"></script></head>', 1)
            if "Content-Length" in headers:
                headers["Content-Length"] = str(int(headers["Content-Length"]) + len(chunk) - whole)
        return status_code, headers, chunk
