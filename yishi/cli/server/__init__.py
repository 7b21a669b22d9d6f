"""Serve the site on this computer while it is written: rebuild and reload on every change."""

import asyncio
import traceback
import webbrowser
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Sequence
from contextlib import aclosing, suppress
from functools import partial
from pathlib import Path

from livereload.handlers import LiveReloadHandler
from msgspec import Struct
from tornado.web import Application
from watchfiles import Change, awatch

from ...model.filenames import is_hidden, is_leftover
from .office import OfficePage
from .overlay import encode_failure_overlay
from .web import LOOPBACK_NAMES, ProblemBroadcast, create_application

__all__ = ["LOOPBACK", "RebuildResult", "serve_site", "watch_changes"]

LOOPBACK = "127.0.0.1"  # this computer only: what is served may hold drafts
DEBOUNCE_QUIET_MS = 20
"""Debounce: a build starts after so many milliseconds without a further change."""
DEBOUNCE_MAX_MS = 200
"""Debounce: a build starts at the latest so many milliseconds after the first change."""
ROOT_CHECK_INTERVAL_MS = 250
"""Interval in ms at which the watched folders are checked for having been replaced."""


class RebuildResult(Struct, frozen=True):
    """Result of a build: whether the site is new, and what the browser shows over it (JSON, see `overlay`)."""

    is_updated: bool
    overlay_json: str = ""


def serve_site(build: Callable[[], RebuildResult], watch: Sequence[Path], output: Path, port: int = 5500,
               open_page: str | None = None, preview: Callable[[Sequence[Path]], bool] = lambda changed: False,
               host: str = LOOPBACK, office: OfficePage | None = None) -> None:
    """Build, then serve `output` on http://`host`:`port`/ until interrupted, building again after each change.

    Where a build does not succeed, what was built before stays served, with what is wrong shown over it. `preview` may
    show the pages of the files that changed before the build, and says whether it did. `watch` names folders, whatever
    lies there: also after one was replaced, or a link on the way to it turned. What is hidden in them, or left by
    systems and editors, does not count. `open_page`: address below the site to open in the browser; `office`: the page
    of the office, for this computer only. Raises OSError if the port is taken.
    """
    application = partial(create_application, output.resolve(), office=office)
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve_until_interrupted(build, preview, watch, application, host, port, open_page))


async def _serve_until_interrupted(build: Callable[[], RebuildResult], preview: Callable[[Sequence[Path]], bool],
                                   watch: Sequence[Path], application: Callable[..., Application], host: str,
                                   port: int, open_page: str | None) -> None:
    board = ProblemBroadcast()
    application(board, LOOPBACK_NAMES if host == LOOPBACK else ".*").listen(port, address=host)
    changes = watch_changes(watch)
    await anext(changes)
    await _build_and_reload(build, board)
    if open_page is not None:
        webbrowser.open(f"http://{host}:{port}/{open_page}")
    async for changed in changes:
        await _preview_and_build(build, preview, board, changed)


async def watch_changes(folders: Sequence[Path]) -> AsyncGenerator[Sequence[Path], None]:
    """The files that change, together where they change together; nothing where all may have: from the moment that
    folders are watched, and when they are others or are gone. Whatever changes after that is noticed; where the system
    watches no more folders, by looking at all files again and again."""
    polls = False
    while True:
        roots = _resolve_roots(folders)
        if None in roots:
            yield ()
            while _resolve_roots(folders) == roots:
                await asyncio.sleep(ROOT_CHECK_INTERVAL_MS / 1000)
        else:
            known = dict(root for root in roots if root)
            watched = awatch(*known, watch_filter=partial(_is_relevant_change, known), step=DEBOUNCE_QUIET_MS,
                             debounce=DEBOUNCE_MAX_MS, rust_timeout=ROOT_CHECK_INTERVAL_MS, yield_on_timeout=True,
                             force_polling=polls or None)
            async with aclosing(watched):
                try:
                    await anext(watched)  # from now on every change is noticed
                except OSError:
                    if polls:
                        raise
                    polls = True
                    continue
                yield ()
                while (changed := await _next_changes(watched)) is not None and _resolve_roots(folders) == roots:
                    if any(change == Change.deleted and Path(path) in known for change, path in changed):
                        break  # a folder created again may have the same inode number
                    if changed:
                        yield [Path(path) for _, path in changed]


async def _next_changes(watched: AsyncIterator[set[tuple[Change, str]]]) -> set[tuple[Change, str]] | None:
    """The next changes, an empty set if there were none for a while; None if they cannot be read, as for a file name
    that is not UTF-8."""
    try:
        return await anext(watched)
    except (RuntimeError, ExceptionGroup):
        return None


def _resolve_roots(folders: Sequence[Path]) -> list[tuple[Path, tuple[int, int]] | None]:
    return [_resolve_root(folder) for folder in folders]


def _resolve_root(folder: Path) -> tuple[Path, tuple[int, int]] | None:
    """The resolved path of a folder, and its device and inode number; None if it does not exist."""
    try:
        real = folder.resolve(strict=True)
        stat = real.stat()
    except OSError:
        return None
    return (real, (stat.st_dev, stat.st_ino))


async def _preview_and_build(build: Callable[[], RebuildResult], preview: Callable[[Sequence[Path]], bool],
                             board: ProblemBroadcast, changed: Sequence[Path]) -> None:
    """Show the changed pages as a preview, then build the whole site."""
    if changed and _run_safely(lambda: RebuildResult(preview(changed))).is_updated:
        await _reload_pages()
    await _build_and_reload(build, board)


async def _build_and_reload(build: Callable[[], RebuildResult], board: ProblemBroadcast) -> None:
    outcome = await asyncio.to_thread(_run_safely, build)  # meanwhile pages are served, those of a preview first of all
    board.broadcast(outcome.overlay_json)
    if outcome.is_updated:
        await _reload_pages()


async def _reload_pages() -> None:
    LiveReloadHandler.reload_waiters()
    await asyncio.sleep(0)  # lets the messages to the browsers go out before the next work begins


def _run_safely(work: Callable[[], RebuildResult]) -> RebuildResult:
    try:
        return work()
    except Exception as error:  # a bug in one build must not end the session
        traceback.print_exc()
        return RebuildResult(False, encode_failure_overlay(f"{type(error).__name__}: {error}"))


def _is_relevant_change(roots: Collection[Path], _: Change, path: str) -> bool:
    """Whether a change of this file counts; its path below the watched folder decides."""
    below = next((Path(path).relative_to(root).as_posix() for root in roots if Path(path).is_relative_to(root)), "")
    return below == "." or not (is_hidden(below) or is_leftover(below))
