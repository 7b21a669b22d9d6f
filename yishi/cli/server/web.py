"""The local web server: files of the site, and the scripts that reload pages and show problems."""

import os
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler
from livereload.watcher import Watcher
from tornado import httputil, web
from tornado.websocket import WebSocketHandler

from .office import ADDRESS, OfficeHandler, OfficePage

LOOPBACK_NAMES = r"127\.0\.0\.1|localhost"
"""Pattern of the host names of this computer."""

_INTERNAL_PREFIX = "/.yishi"
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; "
        "trusted-types yishi-text yishi-worker; frame-ancestors 'none'"),
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin"}
"""As in `deploy/nginx.conf`; the pages say the same policy, but for the frames, which only a header can forbid."""
_SCRIPT_TAGS = b'<script src="/.yishi/overlay.js" defer></script><script src="/livereload.js"></script></head>'


@dataclass
class ProblemBroadcast:
    """The current problems ("" = none), and the open pages that are notified when they change."""

    message: str = ""
    connections: set["ProblemsHandler"] = field(default_factory=set)

    def broadcast(self, message: str) -> None:
        """Send the problems to all pages; "" if there are none any more."""
        self.message = message
        for page in list(self.connections):
            page.send_message(message)


def create_application(output: Path, board: ProblemBroadcast, names: str = LOOPBACK_NAMES,
                       office: OfficePage | None = None) -> web.Application:
    """The application that serves `output`, and the page of the office if there is one; the scripts it adds are never
    written there.

    `names`: pattern of the host names it answers to. A page elsewhere could have its own name lead to this computer
    and so read drafts: it gets no answer.
    """
    LiveReloadHandler.watcher = Watcher()  # livereload needs it only for the name of a file
    site = {"path": os.fspath(output), "default_filename": "index.html"}
    application = web.Application(transforms=[_ScriptInjector], log_function=lambda handler: None)
    application.add_handlers(names, [
        ("/livereload", _ReloadHandler), (r"/livereload\.js", LiveReloadJSHandler),
        (rf"{_INTERNAL_PREFIX}/problems", ProblemsHandler, {"board": board}),
        (rf"{_INTERNAL_PREFIX}/((?:overlay|office)\.(?:js|css))", _InternalFileHandler),
        *(_office_rules(office) if office else []),
        ("/(.*)", _SiteHandler, site)])
    return application


def _office_rules(office: OfficePage) -> list[tuple[str, type[web.RequestHandler], dict[str, object]]]:
    return [(rf"{ADDRESS}(?:answers/([0-9]{{1,9}})/([^/]*))?", OfficeHandler, {"office": office}),
            (ADDRESS.rstrip("/"), web.RedirectHandler, {"url": ADDRESS, "permanent": False})]


class _ReloadHandler(LiveReloadHandler):  # type: ignore[misc]  # the library has no types
    """The connection over which pages are reloaded: for pages of this site only."""

    def check_origin(self, origin: str) -> bool:
        return bool(WebSocketHandler.check_origin(self, origin))


class ProblemsHandler(WebSocketHandler):
    """The connection of an open page: receives the problems when it opens and whenever they change."""

    def initialize(self, board: ProblemBroadcast) -> None:
        self.board = board

    def open(self, *_: str, **__: str) -> None:
        self.board.connections.add(self)
        self.send_message(self.board.message)

    def on_message(self, message: str | bytes) -> None:
        pass

    def on_close(self) -> None:
        self.board.connections.discard(self)

    def send_message(self, message: str) -> None:
        """Send a message, unless the page has just been closed."""
        if self.ws_connection and not self.ws_connection.is_closing():
            self.write_message(message)


class _InternalFileHandler(web.RequestHandler):
    """The script that shows problems over the site, and its style."""

    def get(self, name: str) -> None:
        self.set_header("Content-Type", "text/javascript" if name.endswith(".js") else "text/css")
        self.set_header("Cache-Control", "no-store")
        self.finish(_read_internal_file(name))


class _SiteHandler(web.StaticFileHandler):
    """The files of the site, never from a cache; `404.html` for addresses that it does not have."""

    def set_default_headers(self) -> None:
        for name, value in SECURITY_HEADERS.items():
            self.set_header(name, value)

    def set_extra_headers(self, path: str) -> None:
        self.set_header("Cache-Control", "no-store")

    def parse_url_path(self, url_path: str) -> str:
        if "\0" in url_path:
            raise web.HTTPError(400)
        return str(super().parse_url_path(url_path))

    def compute_etag(self) -> None:
        return None

    def should_return_304(self) -> bool:
        return False

    def write_error(self, status_code: int, **kwargs: object) -> None:
        page = Path(self.root) / "404.html"
        if status_code == 404:  # without a site there is still a page, on which to see what keeps it from being built
            self.finish(page.read_bytes() if page.is_file() else _read_internal_file("waiting.html"))
        else:
            super().write_error(status_code, **kwargs)


def _read_internal_file(name: str) -> bytes:
    return resources.files(__package__).joinpath(name).read_bytes()


class _ScriptInjector(web.OutputTransform):
    """Adds the scripts to pages, by address: the site's policy allows no script within a page."""

    def __init__(self, request: httputil.HTTPServerRequest) -> None:
        self.is_of_site = not request.path.startswith(ADDRESS)  # a form that is being filled in is not loaded again

    def transform_first_chunk(self, status_code: int, headers: httputil.HTTPHeaders, chunk: bytes,
                              finishing: bool) -> tuple[int, httputil.HTTPHeaders, bytes]:
        if self.is_of_site and "html" in headers.get("Content-Type", "") and b"</head>" in chunk:
            whole = len(chunk)
            chunk = chunk.replace(b"</head>", _SCRIPT_TAGS, 1)
            if "Content-Length" in headers:
                headers["Content-Length"] = str(int(headers["Content-Length"]) + len(chunk) - whole)
        return status_code, headers, chunk
