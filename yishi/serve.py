"""Show the site on this computer while it is written: build, serve, rebuild and reload on every change."""

import asyncio
import os
import traceback
import webbrowser
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler
from livereload.watcher import Watcher
from tornado import httputil, web

HOST = "127.0.0.1"  # this computer only: what is served may hold drafts
LOOK_EVERY = 0.25  # seconds

Snapshot = Mapping[str, tuple[int, int]]
"""Path of a watched file → time of last change in ns, size in bytes."""


def serve(build: Callable[[], bool], watch: Sequence[Path], output: Path, port: int = 5500,
          open_browser: bool = False) -> None:
    """Build, then serve `output` on http://127.0.0.1:`port`/ until interrupted, building again after each change.

    `build` says whether it succeeded; if not, what was built before stays served. `watch` names files and folders;
    names that start with a dot, and what lies in `output`, do not count. Raises OSError if the port is taken.
    """
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(build, watch, output.resolve(), port, open_browser))


async def _serve(build: Callable[[], bool], watch: Sequence[Path], output: Path, port: int, open_browser: bool) -> None:
    LiveReloadHandler.watcher = Watcher()  # livereload asks it for a file's name, nothing else
    _application(output).listen(port, address=HOST)
    built = previous = _snapshot(watch, output)
    _succeeds(build)
    if open_browser:
        webbrowser.open(f"http://{HOST}:{port}/")
    while True:
        await asyncio.sleep(LOOK_EVERY)
        now = _snapshot(watch, output)
        if now == previous != built:  # changed, and at rest since the last look: many edits at once are one build
            built = now
            if _succeeds(build):
                LiveReloadHandler.reload_waiters()
        previous = now


def _succeeds(build: Callable[[], bool]) -> bool:
    try:
        return build()
    except Exception:  # a bug in one build must not end the session
        traceback.print_exc()
        return False


def _snapshot(watch: Sequence[Path], output: Path) -> Snapshot:
    seen = {}
    for path in watch:
        for entry in _files(os.fspath(path.resolve()), os.fspath(output)):
            with suppress(OSError):  # gone since it was listed
                stat = os.stat(entry)
                seen[entry] = stat.st_mtime_ns, stat.st_size
    return seen


def _files(path: str, output: str) -> Iterator[str]:
    if not os.path.isdir(path):
        yield path
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".") and os.path.join(folder, name) != output]
        yield from (os.path.join(folder, name) for name in names if not name.startswith("."))


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
