"""A build that is stopped at a chosen moment, in a process that is forked: to start another program takes longer.

The moments are the build's own steps on the disk: each file that it opens to write, moves or deletes, each folder that
it makes or deletes, below the output folder and in the cache. They are the same in every run, unlike moments in time.
"""

import errno
import itertools
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from subprocess import CompletedProcess
from threading import Timer
from typing import IO, Any
from unittest import mock

from yishi.cli import exit_when_terminated, main
from yishi.core import parallel
from yishi.core.parallel import prepare_worker

MOVING = {"os.remove", "os.rename", "os.rmdir", "os.mkdir"}
ALTERING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kill_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent
    os.kill(parent.pid or 0, signal.SIGKILL)


def cut() -> None:
    """The file about to be opened is cut short, and the process ends within its write."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50, 50))


def limit() -> None:
    """From now on the disk takes no file of more than a few bytes."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (50, 50))


def refuse(number: int) -> None:
    raise OSError(number, os.strerror(number))


def terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def pause() -> None:
    print("paused", flush=True)
    sys.stdin.readline()


AT: dict[str, Callable[[], None]] = {"kill": kill, "kill-worker": kill, "kill-parent": kill_parent, "cut": cut,
                                     "limit": limit, "pause": pause, "terminate": terminate,
                                     "interrupt": interrupt}
"""What happens at the moment; with `-worker` and `-parent` the steps counted are those of a worker."""
IN_WORKER = ("kill-worker", "kill-parent")
"""What happens at a step of a worker."""

FROM: dict[str, int] = {"full": errno.ENOSPC, "denied": errno.EACCES}
"""What every step is refused with from the moment on."""
LIMIT = 120
"""Seconds after which a build that does not end is killed."""


def steps_on(folders: tuple[str, ...]) -> Callable[[str, tuple[object, ...]], bool]:
    """Whether an audit event is a step that alters something in one of these folders."""

    def is_step(event: str, arguments: tuple[object, ...]) -> bool:
        if event == "open":
            path, _, flags = arguments
            altering = isinstance(flags, int) and bool(flags & ALTERING)
        else:
            path, altering = arguments[0], event in MOVING
        return altering and isinstance(path, str) and os.path.abspath(path).startswith(folders)

    return is_step


def watch_steps(how: str, moment: int, arguments: Sequence[str]) -> Iterator[int]:
    """Lets it happen at the moment, counted from now on in this process; returns the numbers of the steps to come."""
    content, output = (os.path.abspath(arguments[arguments.index(name) + 1]) for name in ("--content", "--output"))
    is_step = steps_on((output, str(Path(content).parent / ".build-cache")))
    numbers = itertools.count(1)

    def hook(event: str, event_arguments: tuple[object, ...]) -> None:
        if event != "open" and event not in MOVING:
            return  # soon: there are a great many others
        if is_step(event, event_arguments):
            number = next(numbers)
            if how in FROM and number >= moment:
                refuse(FROM[how])
            elif number == moment:
                AT[how]()

    sys.addaudithook(hook)
    return numbers


def _watch_worker(how: str, moment: int, arguments: Sequence[str]) -> None:
    prepare_worker()
    watch_steps(how, moment, arguments)


def _build(how: str, moment: int, arguments: Sequence[str]) -> None:
    if how in IN_WORKER:  # in processes that start anew, whatever this one was forked from
        with (mock.patch.object(parallel, "MIN_PARALLEL_ITEMS", 1),
              mock.patch.object(parallel, "prepare_worker", partial(_watch_worker, how, moment, arguments)),
              mock.patch.object(multiprocessing, "get_all_start_methods", return_value=["spawn"])):
            main(arguments)
        return
    exit_when_terminated()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background ignores it
    numbers = watch_steps(how, moment, arguments)
    try:
        main(arguments)
    finally:
        if how == "count":
            print(next(numbers) - 1)


class Running:
    """A build in a process of its own, and the ends of what it reads and says."""

    def __init__(self, process: BaseProcess, streams: Sequence[IO[str]]) -> None:
        self.process = process
        self.stdin, self.stdout, self.stderr = streams

    def ended(self, typed: str = "") -> "CompletedProcess[str]":
        """How it ended, after `typed` was typed; returns when the last of its processes has ended."""
        self.stdin.write(typed)
        self.stdin.close()
        said = self.stdout.read(), self.stderr.read()
        self.process.join()
        return CompletedProcess((), self.process.exitcode or 0, *said)


@contextmanager
def running(how: str, moment: int, arguments: Sequence[str]) -> Iterator[Running]:
    """A build that something happens to at a moment."""
    (stdin, ours_in), (ours_out, stdout), (ours_err, stderr) = (os.pipe() for _ in range(3))
    theirs, ours = (stdin, stdout, stderr), (ours_in, ours_out, ours_err)
    process = get_context("fork").Process(target=_forked, args=(theirs, ours, how, moment, arguments))
    process.start()
    for end in theirs:
        os.close(end)
    watch = Timer(LIMIT, process.kill)
    watch.start()
    with open(ours_in, "w") as first, open(ours_out) as second, open(ours_err) as third:
        yield Running(process, (first, second, third))
    process.join()
    watch.cancel()


def _forked(theirs: Sequence[int], ours: Sequence[int], *how: Any) -> None:
    for end in ours:
        os.close(end)
    for number, end in enumerate(theirs):
        os.dup2(end, number)
        os.close(end)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115 - as long as the process
    _build(*how)
