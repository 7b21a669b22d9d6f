"""How long a writer waits: from saving a record until the server of Yishi, or of Hugo, shows it."""

import http.client
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from .measure import Change, Program

LOOK = 0.005  # seconds between two looks at the page
PATIENCE = 600.0


def waits(program: Program, command: Sequence[str], edits: int, rest: float) -> list[float]:
    """Seconds from each of `edits` saves until the page that `program` serves, told to by `command`, shows it.

    `rest`: seconds before each. One more is made at first, which waits for the first build. Raises TimeoutError.
    """
    change = program.changes["record"]
    with _served(program, command) as port:
        _until_shown(port, change, "")
        marks = [f"（{program.name} {number}）" for number in range(edits + 1)]
        return [_wait(port, change, mark, rest) for mark in marks][1:]


def in_words(seconds: Sequence[float]) -> str:
    """The median, and the range."""
    return f"{statistics.median(seconds):.2f} s ({min(seconds):.2f}-{max(seconds):.2f})"


@contextmanager
def _served(program: Program, command: Sequence[str]) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    told = [*(one for one in program.command if one != "build"), "--port", str(port)]
    start = told.index("build.py") + 1 if "build.py" in told else 1
    told[start:start] = command
    process = subprocess.Popen(told, cwd=program.folder, stdout=subprocess.DEVNULL, env=program.variables)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait(port: int, change: Change, mark: str, rest: float) -> float:
    time.sleep(rest)
    text = change.file.read_text("utf-8").replace(change.behind, change.behind + mark, 1)
    started = time.perf_counter()
    change.file.write_text(text, "utf-8")
    _until_shown(port, change, mark)
    return time.perf_counter() - started


def _until_shown(port: int, change: Change, mark: str) -> None:
    started = time.perf_counter()
    while mark.encode() not in (page := _page(port, change.page)) or not page:
        if time.perf_counter() - started > PATIENCE:
            raise TimeoutError(f"{change.page} does not show {mark!r}")
        time.sleep(LOOK)


def _page(port: int, path: str) -> bytes:
    """What is served at `path`; nothing while there is no server, or no whole page yet."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", f"/{path.removesuffix('index.html')}")
        answer = connection.getresponse()
        return answer.read() if answer.status == 200 else b""
    except (OSError, http.client.HTTPException):
        return b""
    finally:
        connection.close()
