"""Parallel work in forked processes; in this process where the system cannot fork."""

import contextlib
import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar, cast

T = TypeVar("T")
R = TypeVar("R")

MIN_PARALLEL_ITEMS = 400
"""Fewer items are processed faster in one process."""

_CHUNK_SIZE = 20
"""Number of neighbouring items, which often need the same cached data, that go to the same process."""


class WorkerDied(Exception):
    """A process ended before it returned its result."""


def map_parallel(work: Callable[[Sequence[T]], R], items: Sequence[T], jobs: int,
                 worth: int | None = None) -> list[R]:
    """Call `work` on `items`, split among `jobs` processes; return one result per process.

    Fewer items than `worth` (or MIN_PARALLEL_ITEMS) are processed in this process. Raises WorkerDied, and whatever
    `work` raises, once every process has ended.
    """
    if jobs == 1 or len(items) < (worth or MIN_PARALLEL_ITEMS) or "fork" not in multiprocessing.get_all_start_methods():
        return [work(items)]
    parts = [part for part in _split_round_robin(items, jobs) if part]
    ended = [_result_or_error(*started) for started in [_start_process(work, part) for part in parts]]
    if failure := next((result for result in ended if isinstance(result, Exception)), None):
        raise failure
    return ended


def _split_round_robin(items: Sequence[T], workers: int) -> list[list[T]]:
    """Split items round-robin in chunks of neighbours: items that take long often stand together, and neighbours share
    caches."""
    size = min(_CHUNK_SIZE, -(-len(items) // workers))
    chunks = [items[start:start + size] for start in range(0, len(items), size)]
    return [[item for chunk in chunks[worker::workers] for item in chunk] for worker in range(workers)]


def run_in_background(work: Callable[[], R], jobs: int) -> Callable[[], R]:
    """Start `work` in a process of its own; the function returned waits for its result, and raises as `map_parallel`
    does.

    With one job, or where the system cannot fork, the work is done when its result is requested.
    """
    if jobs == 1 or "fork" not in multiprocessing.get_all_start_methods():
        return work
    started = _start_process(lambda _: work(), ())
    return lambda: cast(R, _receive_result(*started))


def _start_process(work: Callable[[Sequence[T]], R], part: Sequence[T]) -> tuple[Connection, BaseProcess]:
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    # a daemon ends with this process
    process = context.Process(target=_run_worker, args=(work, part, receiver, sender), daemon=True)
    process.start()
    sender.close()
    return receiver, process


def _run_worker(work: Callable[[Sequence[T]], R], part: Sequence[T], other_end: Connection,
                connection: Connection) -> None:
    other_end.close()
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    try:
        result: object = work(part)
    except Exception as error:  # raised again in the parent
        result = error
    with contextlib.suppress(BrokenPipeError):  # the parent has failed and no longer waits
        connection.send(result)
        connection.close()


def _exit_with_parent() -> None:
    """End this worker once its parent was killed: nobody waits for its result, and it must not write any more."""
    if parent := multiprocessing.parent_process():
        wait([parent.sentinel])
        os._exit(1)


def _result_or_error(connection: Connection, process: BaseProcess) -> Any:
    """The result of a process, or the exception it raised."""
    try:
        return _receive_result(connection, process)
    except Exception as error:
        return error


def _receive_result(connection: Connection, process: BaseProcess) -> Any:
    try:
        result = connection.recv()
    except EOFError:
        process.join()
        raise WorkerDied(f"a worker process ended with status {process.exitcode}") from None
    process.join()
    if isinstance(result, Exception):
        raise result
    return result
