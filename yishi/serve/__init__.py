"""Show the site on this computer while it is written: build, serve, rebuild and reload on every change."""

import asyncio
import traceback
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from livereload.handlers import LiveReloadHandler
from msgspec import Struct
from watchfiles import Change, awatch

from .overlay import overlay, stumbled
from .web import Board, application

__all__ = ["Outcome", "overlay", "serve", "stumbled"]

HOST = "127.0.0.1"  # this computer only: what is served may hold drafts
STEP, TOGETHER = 20, 200
"""Milliseconds without a further change after which a build begins; and after which it begins all the same."""


class Outcome(Struct, frozen=True):
    """How a build ended: whether the site is a new one, and what the browser shows over it (see `overlay`)."""

    done: bool
    told: str = ""


def serve(build: Callable[[], Outcome], watch: Sequence[Path], output: Path, port: int = 5500,
          open_browser: bool = False, preview: Callable[[Sequence[Path]], bool] = lambda changed: False) -> None:
    """Build, then serve `output` on http://127.0.0.1:`port`/ until interrupted, building again after each change.

    Where a build does not succeed, what was built before stays served, with what is wrong shown over it. `preview` may
    show the pages of the files that changed before the build, and says whether it did. `watch` names folders; names
    that start with a dot, and what lies in `output`, do not count. Raises OSError if the port is taken.
    """
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(build, preview, watch, output.resolve(), port, open_browser))


async def _serve(build: Callable[[], Outcome], preview: Callable[[Sequence[Path]], bool], watch: Sequence[Path],
                 output: Path, port: int, open_browser: bool) -> None:
    board = Board()
    application(output, board).listen(port, address=HOST)
    changes = awatch(*watch, watch_filter=partial(_counts, output), step=STEP, debounce=TOGETHER, rust_timeout=1000,
                     yield_on_timeout=True)
    await anext(changes)  # from now on every change is noticed, those during the first build too
    await _built(build, board)
    if open_browser:
        webbrowser.open(f"http://{HOST}:{port}/")
    async for changed in changes:
        if changed:
            await _shown(build, preview, board, [Path(path) for _, path in changed])


async def _shown(build: Callable[[], Outcome], preview: Callable[[Sequence[Path]], bool], board: Board,
                 changed: Sequence[Path]) -> None:
    """What has changed, first as a preview, then as the whole site that follows from it; or what is wrong."""
    if _ended(lambda: Outcome(preview(changed))).done:
        await _reloaded()
    await _built(build, board)


async def _built(build: Callable[[], Outcome], board: Board) -> None:
    outcome = await asyncio.to_thread(_ended, build)  # meanwhile pages are served, those of a preview first of all
    board.show(outcome.told)
    if outcome.done:
        await _reloaded()


async def _reloaded() -> None:
    LiveReloadHandler.reload_waiters()
    await asyncio.sleep(0)  # the browsers are told before the next work begins


def _ended(work: Callable[[], Outcome]) -> Outcome:
    try:
        return work()
    except Exception as error:  # a bug in one build must not end the session
        traceback.print_exc()
        return Outcome(False, stumbled(f"{type(error).__name__}: {error}"))


def _counts(output: Path, _: Change, path: str) -> bool:
    """Whether a change of this file counts."""
    hidden = any(part.startswith(".") for part in Path(path).parts)
    return not hidden and output not in Path(path).parents
