"""What sharing out work promises: the same result for any number of processes, and a clear end when one fails."""

import multiprocessing
import os
from collections.abc import Sequence

import pytest

from tests.support.workshop import Workshop, tree
from yishi.core import parallel
from yishi.core.parallel import WorkerDied, map_parallel, run_in_background


@pytest.fixture(autouse=True)
def _everything_is_worth_sharing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "MIN_PARALLEL_ITEMS", 1)


@pytest.mark.parametrize("jobs", [1, 2, 3, 50])
def test_every_item_is_done_once(jobs: int) -> None:
    """However many processes share the work, nothing is left out and nothing is done twice."""
    assert sorted(item for part in map_parallel(list, range(90), jobs) for item in part) == list(range(90))


def test_neighbours_are_dealt_in_turns() -> None:
    """Each of two processes gets some of what comes first and some of what comes last, so that both end together."""
    assert [(part[0], part[-1], len(part)) for part in map_parallel(list, range(80), 2)] == [(0, 59, 40), (20, 79, 40)]


def test_the_work_is_done_in_other_processes() -> None:
    """Two jobs are two processes, neither of them this one; a system without fork does it all in this one."""
    processes = {*map_parallel(lambda part: os.getpid(), range(4), 2), os.getpid()}
    assert len(processes) == (3 if hasattr(os, "fork") else 1)


def test_what_the_work_raises_is_raised_here() -> None:
    """A mistake in a worker is the caller's to handle, with its message."""
    def fail(part: Sequence[int]) -> None:
        raise ValueError(f"part {part[0]}")

    with pytest.raises(ValueError, match="part 0"):
        map_parallel(fail, range(4), 2)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="without fork there are no workers")
def test_a_worker_that_dies_is_told() -> None:
    """A process that ends without a result does not leave the build waiting."""
    with pytest.raises(WorkerDied, match="status 9"):
        map_parallel(lambda part: os._exit(9), range(4), 2)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="without fork there are no workers")
def test_work_whose_result_nobody_awaits_ends_in_silence(capfd: pytest.CaptureFixture[str]) -> None:
    """When a build fails while a process looks at its site, that process says nothing and ends."""
    run_in_background(lambda: b"far more than a pipe holds" * 100_000, 2)
    for process in multiprocessing.active_children():
        process.join(60)
        assert process.exitcode == 0
    assert capfd.readouterr() == ("", "")


def test_work_that_was_begun_goes_on_elsewhere() -> None:
    """It is done in another process meanwhile, with one process when its result is asked for; what it raises, too."""
    def fail() -> None:
        raise ValueError("begun")

    assert (run_in_background(os.getpid, 2)() == os.getpid()) is not hasattr(os, "fork")
    assert run_in_background(os.getpid, 1)() == os.getpid()
    with pytest.raises(ValueError, match="begun"):
        run_in_background(fail, 2)()


def test_a_site_is_the_same_for_any_number_of_processes(city: Workshop) -> None:
    """Reading and writing shared by three processes give the bytes that one gives."""
    city.build(jobs=3)
    assert tree(city.output) == city.clean(jobs=1)
