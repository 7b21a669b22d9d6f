"""Tasks in this process or in others, on any executor of `concurrent.futures`.

A task is a function of module level, `task(shared, items)`; what goes to it and comes back can be pickled. Worker
processes start empty, so that every system does the same and no worker holds what it was not given.
"""

import contextlib
import copyreg
import gc
import multiprocessing
import os
import pickle
import signal
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures import wait as wait_for_all
from functools import lru_cache, partial
from multiprocessing.connection import wait
from types import MappingProxyType
from typing import Any, TypeVar

from msgspec import Struct

from .files import open_shared_file, write_shared_file

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")

MIN_PARALLEL_ITEMS = 1_500
"""Fewer records or pages are processed faster in one process than workers can start."""

_PARTS_PER_WORKER = 4
"""Into so many parts the work of each worker is divided, so that all end together."""

_PRELOADED = ("PIL.Image", "babel", "jinja2", "markdown", "msgspec", "nh3", "pydantic", "yaml")
"""Libraries imported once, by the server from which workers are forked; the program itself may lie elsewhere."""


class WorkerDied(Exception):
    """A process ended before it returned its result."""


class ClusterUnusable(Exception):
    """A cluster cannot be used; `reason`: `no_package`, `unreachable`, `other_program` or `threads`."""

    def __init__(self, reason: str, address: str) -> None:
        super().__init__(reason, address)
        self.reason = reason
        self.address = address


class Workers(Struct, frozen=True):
    """Processes that do tasks; without an `executor` this process does them.

    `least`: how many records or pages are worth sharing; `share`: context that hands bytes to all workers at once, and
    yields what stands for them among the arguments of a task: the path of a file, or the bytes.
    """

    jobs: int = 1
    executor: Executor | None = None
    least: int = MIN_PARALLEL_ITEMS
    share: Callable[[bytes], contextlib.AbstractContextManager[object]] = write_shared_file

    @contextlib.contextmanager
    def start(self, task: Callable[[S, Sequence[T]], R], shared: S, items: Sequence[T],
              weight: int) -> Iterator[Iterator[R]]:
        """Context in which `task(shared, part)` is done for parts of `items`; it yields the results one by one, and
        ends when no worker is at work any more.

        `weight`: how many records or pages the items stand for; if they are few, this process does the work, at once.
        Raises WorkerDied, and whatever the task raises.
        """
        if self.executor is None or weight < self.least:
            yield iter([task(shared, items)] if items else [])
            return
        with self.share(pickle.dumps(shared, pickle.HIGHEST_PROTOCOL)) as handed:
            futures = [self.executor.submit(_run_task, task, handed, part)
                       for part in _divide(items, self.jobs * _PARTS_PER_WORKER)]
            try:
                yield _collect(futures)
            finally:
                for future in futures:
                    future.cancel()
                wait_for_all(futures)

    def map(self, task: Callable[[S, Sequence[T]], R], shared: S, items: Sequence[T], weight: int) -> list[R]:
        """The results of `task(shared, part)` for parts of `items`, as `start`."""
        with self.start(task, shared, items, weight) as results:
            return list(results)


IN_PROCESS = Workers()
"""No other processes."""


@contextlib.contextmanager
def open_workers(jobs: int, start_method: str = "") -> Iterator[Workers]:
    """Context with `jobs` worker processes, which start when they are first needed.

    `start_method`: `forkserver` or `spawn`; "" for the faster one that the system has.
    """
    if jobs == 1:
        yield IN_PROCESS
        return
    known = multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context(start_method or ("forkserver" if "forkserver" in known else "spawn"))
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload([*_PRELOADED])
    executor = ProcessPoolExecutor(jobs, context, prepare_worker)
    with _safe_import_path():
        try:
            yield Workers(jobs, executor, MIN_PARALLEL_ITEMS)
        finally:
            executor.shutdown(cancel_futures=True)  # its locks are freed before the process ends


@contextlib.contextmanager
def _safe_import_path() -> Iterator[None]:
    """Context in which Python processes that start import nothing from the current folder."""
    name, before = "PYTHONSAFEPATH", os.environ.get("PYTHONSAFEPATH")
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


_MIN_CLUSTER_ITEMS = 100
"""Workers of a cluster have started already: fewer records or pages are worth sharing."""


@contextlib.contextmanager
def open_cluster(address: str, get_program: Callable[[], str]) -> Iterator[Workers]:
    """Context with the workers of a Dask cluster (`tcp://HOST:PORT`), which see the same files under the same paths.

    `get_program`: a function of module level that returns the fingerprint of the program. Raises ClusterUnusable if
    there is no such cluster, or its workers run another program or several tasks at once, and WorkerDied.
    """
    try:
        from distributed import Client, KilledWorker  # imported here: an optional package
    except ImportError:
        raise ClusterUnusable("no_package", address) from None
    try:
        client = Client(address, timeout=_CONNECT_TIMEOUT_S, set_as_default=False)
    except (OSError, ValueError):
        raise ClusterUnusable("unreachable", address) from None
    with client:
        threads = client.nthreads()
        if not threads:
            raise ClusterUnusable("unreachable", address)
        if set(threads.values()) != {1}:
            raise ClusterUnusable("threads", address)
        try:
            programs = set(client.run(get_program).values())
        except Exception:  # it lacks the program altogether, or fails in it
            programs = set()
        if programs != {get_program()}:
            raise ClusterUnusable("other_program", address)
        try:
            yield Workers(len(threads), client.get_executor(), _MIN_CLUSTER_ITEMS, partial(_hand_out, client))
        except KilledWorker as error:
            raise WorkerDied("the workers of the cluster end before their work is done") from error


@contextlib.contextmanager
def _hand_out(client: Any, data: bytes) -> Iterator[object]:
    """Context with bytes as the result of a task, which the scheduler does again if they are lost with a worker; bytes
    that are copied to all workers at once are waited for without end when one of them dies meanwhile."""
    try:
        client.wait_for_workers(1, timeout=_CONNECT_TIMEOUT_S)
    except TimeoutError as error:
        raise WorkerDied("the workers of the cluster are lost") from error
    with warnings.catch_warnings(action="ignore", category=UserWarning):  # of "large graphs": the bytes are the task
        handed = client.submit(bytes, data, pure=False)
    yield handed


_CONNECT_TIMEOUT_S = 10
"""Seconds to wait for the scheduler of a cluster."""


def _divide(items: Sequence[T], parts: int) -> list[Sequence[T]]:
    """Items in turns: those that take long often stand together."""
    return [items[start::parts] for start in range(min(parts, len(items)))]


def _collect(futures: list[Future[R]]) -> Iterator[R]:
    """The results in order; none is held longer than its user does."""
    try:
        while futures:
            result = futures[0].result()
            del futures[0]
            yield result
    except (BrokenExecutor, CancelledError) as error:
        raise WorkerDied("a worker process ended before its work was done") from error


def _reduce_mapping(mapping: "MappingProxyType[Any, Any]") -> tuple[Any, ...]:
    return _restore_mapping, (dict(mapping),)


def _restore_mapping(values: dict[Any, Any]) -> "MappingProxyType[Any, Any]":
    return MappingProxyType(values)


copyreg.pickle(MappingProxyType, _reduce_mapping)


# --- in the worker ----------------------------------------------------------------------------------------------------


def prepare_worker() -> None:
    """What a worker does first."""
    gc.disable()  # as in the main process: looking for cycles, of which a build creates hardly any, takes long
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted too, and ends the worker
    threading.Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent() -> None:
    """End this worker once its parent was killed: nobody waits for its result, and it must not write any more."""
    if parent := multiprocessing.parent_process():
        wait([parent.sentinel])
        os._exit(1)


def _run_task(task: Callable[[S, Sequence[T]], R], shared: Any, items: Sequence[T]) -> R:
    with _without_collection():
        return task(_load_shared(shared), items)


@contextlib.contextmanager
def _without_collection() -> Iterator[None]:
    """Context without a search for cycles, also in the worker of a cluster, which goes on to other work."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@lru_cache(maxsize=1)  # the parts of one piece of work share it
def _load_shared(handed: str | bytes) -> Any:
    _load_shared.cache_clear()  # what the piece of work before shared is let go first
    if isinstance(handed, bytes):
        return pickle.loads(handed)
    with open_shared_file(handed) as file:
        return pickle.load(file)
