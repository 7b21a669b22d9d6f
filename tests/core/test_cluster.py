"""A cluster builds the same site, and says what keeps it from being used."""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.support.workshop import Workshop, tree
from yishi.core import parallel
from yishi.core.parallel import ClusterUnusable, open_cluster
from yishi.engine.pipeline import build

distributed = pytest.importorskip("distributed", reason="the package of yishi[cluster] is not installed")
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A scheduler and two workers on this computer."""
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1",
                                  dashboard_address=None) as started:
        yield started


def _other_program() -> str:
    return str(os.getpid())


def _same_program() -> str:
    return "the same everywhere"


def test_a_cluster_builds_the_same_site(city: Workshop, cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bytes are those of a build in one process, cold and after a change."""
    monkeypatch.setattr(parallel, "_MIN_CLUSTER_ITEMS", 1)
    city.build(cluster=cluster.scheduler_address)
    assert tree(city.output) == city.clean()
    city.replace("site.yaml", "title: ", "title: New ")
    city.build(cluster=cluster.scheduler_address)
    assert tree(city.output) == city.clean()


def _numbers_after_a_death(marker: str, numbers: Sequence[int]) -> list[int]:
    """The numbers; the first worker that is asked dies."""
    with suppress(FileExistsError):
        Path(marker).touch(exist_ok=False)
        os._exit(1)
    return [*numbers]


def test_a_worker_that_dies_costs_its_task_again_and_nothing_else(cluster: Any, tmp_path: Path) -> None:
    """The scheduler gives its task to another; every result comes once, in order."""
    with open_cluster(cluster.scheduler_address, _same_program) as workers:
        parts = workers.map(_numbers_after_a_death, str(tmp_path / "died"), range(1_000), 1_000)
    assert sorted(number for part in parts for number in part) == [*range(1_000)]
    assert (tmp_path / "died").exists()


def test_a_build_whose_worker_is_killed_makes_the_same_site(city: Workshop, cluster: Any,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it had written half or whole before, the site is that of a build in one process."""
    monkeypatch.setattr(parallel, "_MIN_CLUSTER_ITEMS", 1)
    killed: list[int] = []

    def kill_a_worker(phase: str, done: int, total: int) -> None:
        if (phase, done) == ("write", 0):
            killed.append(cluster.workers[0].pid)
            os.kill(killed[0], signal.SIGKILL)

    build(city.options(cluster=cluster.scheduler_address), kill_a_worker)
    assert tree(city.output) == city.clean()
    assert killed


def test_a_cluster_of_another_program_is_refused(cluster: Any) -> None:
    """Pages of two versions do not mix."""
    with pytest.raises(ClusterUnusable, match="other_program"), open_cluster(cluster.scheduler_address, _other_program):
        pass


def test_a_cluster_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """No endless waiting for a scheduler."""
    monkeypatch.setattr(parallel, "_CONNECT_TIMEOUT_S", 0.5)
    with pytest.raises(ClusterUnusable, match="unreachable"), open_cluster("tcp://127.0.0.1:1", _other_program):
        pass
