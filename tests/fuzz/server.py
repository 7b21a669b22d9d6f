"""Requests to the server of `serve`, as no browser makes them."""

import asyncio
import logging
import socket
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random

from tests.fuzz.mutation import mutate
from tests.fuzz.sites import make_folder
from yishi.cli.server.web import ProblemBroadcast, create_application

SECRET = b"nobody outside may read this"
PAGE = "<html><head></head><body>一页</body></html>"
GOOD = b"GET / HTTP/1.1\r\nHost: %b\r\nConnection: close\r\n\r\n"
REQUESTS = [part.encode("latin-1") for part in (
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "GET /a/index.html HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-5"
    "\r\n\r\n",
    "HEAD /a/ HTTP/1.0\r\nHost: localhost\r\n\r\n", "GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "GET /../secret.txt HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /%2e%2e/secret.txt HTTP/1.1\r\nHost: localhost\r\n"
    "\r\n",
    "GET /link.txt HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /.yishi/overlay.js HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\na=b",
    "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n",
    "GET /livereload HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nOrigin: http://localhost\r\n\r\n",
    "GET /livereload.js HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "GET /office/?language=en HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET /office/answers/1/a.xlsx HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "POST /office/ HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Length: 22\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n\r\ntoken=0123456789abcdef",
    "POST /office/?token=%C3%A9 HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Length: 0\r\n\r\n",
    "POST /office/?token=0123456789abcdef HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
    "Content-Length: 86\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\nContent-Disposition: form-data; "
    "name=\"f\"; filename=\"a.xlsx\"\r\n\r\nabc\r\n--x--\r\n")]
TOKENS = [b"\r\n", b"\n", b"\0", b"%00", b"%2e%2e/", b"../", b"..\\", b"%5c", b"//", b"\xff", b"%ff", b"%", b" ", b"\t",
          b"HTTP/9.9", b"Host: evil.example\r\n", b"Host:", b"Content-Length: 99999999999\r\n",
          b"Content-Length: -1\r\n", b"Accept-Encoding: gzip\r\n",
          b"Transfer-Encoding: chunked\r\n", b"Range: bytes=9-1,-\r\n", b"If-Modified-Since: x\r\n",
          b"http://evil.example/", b"?", b"#", b":", b"secret.txt", b"Cookie: a=\"\r\n", b"x" * 3000,
          b"9" * 5000, b"%C3%A9", b"\xe4\xb8\x80"]


class Office:
    """A page of the office that shows and does nothing."""

    token = "0123456789abcdef"

    def show(self, values: Mapping[str, str]) -> bytes:
        return PAGE.encode()

    def act(self, values: Mapping[str, str], sent: Sequence[tuple[str, bytes]]) -> None:
        pass

    def find_answer(self, number: int) -> Path | None:
        return None


class Mistakes(logging.Handler):
    """Keeps what the server logs as a mistake of its own."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(self.format(record))


@cache
def start_server() -> tuple[int, Mistakes]:
    """The port of a server that runs as long as this process, and its mistakes."""
    folder, mistakes, started = make_folder(), Mistakes(), threading.Event()
    (folder / "site/a").mkdir(parents=True)
    (folder / "secret.txt").write_bytes(SECRET)
    for path in ("site/index.html", "site/404.html", "site/a/index.html"):
        (folder / path).write_text(PAGE, "utf-8")
    logging.getLogger("tornado").addHandler(mistakes)
    logging.getLogger("tornado").propagate = False
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])

    async def serve() -> None:
        create_application(folder / "site", ProblemBroadcast(), office=Office()).listen(port, address="127.0.0.1")
        started.set()
        await asyncio.Event().wait()

    threading.Thread(target=lambda: asyncio.run(serve()), daemon=True).start()
    assert started.wait(10)
    return port, mistakes


def make_request(random: Random) -> bytes:
    """One or several requests."""
    return b"".join(mutate(random, REQUESTS, TOKENS, 5) for _ in range(random.choice((1, 1, 1, 2))))


def check_request(request: bytes) -> None:
    """Nothing outside the site is sent, no mistake is made, other hosts get nothing; and the server still answers."""
    port, mistakes = start_server()
    answer = send(port, request)
    assert SECRET not in answer
    assert not answer or answer.startswith(b"HTTP/1.")
    found = "\n".join(mistakes.found)
    mistakes.found.clear()  # they are those of this request
    assert not found, found
    assert b" 500 " not in answer.partition(b"\r\n")[0]
    assert PAGE.encode()[-20:] in send(port, GOOD % b"localhost", ends=False)
    assert PAGE.encode()[-20:] not in send(port, GOOD % b"evil.example", ends=False)


def send(port: int, request: bytes, *, ends: bool = True) -> bytes:
    """The answer to a request; `ends`: whose sender says no more."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        try:
            connection.sendall(request)
            if ends:
                connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65_536):
                answer += part
        except OSError:  # the server has closed it
            pass
    return answer
