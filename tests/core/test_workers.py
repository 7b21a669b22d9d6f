"""What sharing out work promises: the same result for any executor, and a clear end when one fails."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from tests.support.workshop import PROJECT, Workshop, tree
from yishi.core import parallel
from yishi.core.parallel import IN_PROCESS, WorkerDied, Workers, open_workers

METHODS = ("forkserver", "spawn") if hasattr(os, "fork") else ("spawn",)


@pytest.fixture(scope="module", params=METHODS)
def pool(request: pytest.FixtureRequest) -> Iterator[Workers]:
    """Two processes that started empty."""
    with open_workers(2, request.param) as workers:
        yield replace(workers, least=1)


def _scale(factor: int, numbers: Sequence[int]) -> list[int]:
    return [factor * number for number in numbers]


def _tell_process(_: None, items: Sequence[int]) -> int:
    return os.getpid()


def _fail(_: None, items: Sequence[int]) -> None:
    raise ValueError(f"part {items[0]}")


def _die(_: None, items: Sequence[int]) -> None:
    os._exit(9)


@pytest.mark.parametrize("jobs", [1, 2, 3, 50])
def test_every_item_is_done_once(jobs: int) -> None:
    """However many workers share the work, nothing is left out and nothing is done twice."""
    with ThreadPoolExecutor(2) as executor:
        done = Workers(jobs, executor, 1).map(_scale, 10, range(90), 90)
    assert sorted(number for part in done for number in part) == list(range(0, 900, 10))


def test_items_are_dealt_in_turns() -> None:
    """Each part gets some of what comes first and some of what comes last, so that all end together."""
    with ThreadPoolExecutor(2) as executor:
        assert Workers(2, executor, 1).map(_scale, 1, range(16), 16)[:2] == [[0, 8], [1, 9]]


def test_the_work_is_done_in_other_processes(pool: Workers) -> None:
    """Two jobs are two processes, neither of them this one; one job, or little work, is done in this one."""
    assert os.getpid() not in pool.map(_tell_process, None, range(40), 40)
    assert pool.map(_tell_process, None, range(40), 0) == [os.getpid()]
    assert IN_PROCESS.map(_tell_process, None, range(40), 40) == [os.getpid()]
    assert pool.map(_scale, 3, [1], 1) == IN_PROCESS.map(_scale, 3, [1], 1) == [[3]]


def test_what_the_work_raises_is_raised_here(pool: Workers) -> None:
    """A mistake in a worker is the caller's to handle, with its message; the others can work on."""
    for workers in (pool, IN_PROCESS):
        with pytest.raises(ValueError, match="part 0"):
            workers.map(_fail, None, range(4), 4)
    assert pool.map(_scale, 2, [2], 1) == [[4]]


def test_a_worker_that_dies_is_told() -> None:
    """A process that ends without a result does not leave the build waiting."""
    with open_workers(2) as workers, pytest.raises(WorkerDied):
        replace(workers, least=1).map(_die, None, range(4), 4)


def test_nothing_is_left_behind_where_the_process_ends_at_once() -> None:
    """The command line ends without freeing its memory: by then no process or lock of the pool remains, and Python
    complains of none."""
    program = ("import os\nfrom yishi.core.parallel import open_workers\n"
               "with open_workers(2) as workers:\n    workers.executor.submit(len, ()).result()\nos._exit(0)")
    ended = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, timeout=60, check=True)
    assert ended.stderr == b""


@pytest.mark.parametrize("method", METHODS)
def test_a_site_is_the_same_for_any_executor(city: Workshop, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading, linking and writing shared by processes give the bytes that one gives."""
    monkeypatch.setattr(parallel, "MIN_PARALLEL_ITEMS", 1)
    city.build(jobs=2, start_method=method)
    assert tree(city.output) == city.clean(jobs=1)
