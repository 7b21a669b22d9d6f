"""A cluster builds the same site, and says what keeps it from being used."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.workshop import Workshop, tree
from yishi.core import parallel
from yishi.core.parallel import ClusterUnusable, open_cluster

distributed = pytest.importorskip("distributed", reason="the package of yishi[cluster] is not installed")
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A scheduler and two workers on this computer."""
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1",
                                  dashboard_address=None) as started:
        yield started


def _other_program() -> str:
    import os

    return str(os.getpid())


def test_a_cluster_builds_the_same_site(city: Workshop, cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bytes are those of a build in one process, cold and after a change."""
    monkeypatch.setattr(parallel, "_MIN_CLUSTER_ITEMS", 1)
    city.build(cluster=cluster.scheduler_address)
    assert tree(city.output) == city.clean()
    city.replace("site.yaml", "title: ", "title: New ")
    city.build(cluster=cluster.scheduler_address)
    assert tree(city.output) == city.clean()


def test_a_cluster_of_another_program_is_refused(cluster: Any) -> None:
    """Pages of two versions do not mix."""
    with pytest.raises(ClusterUnusable, match="other_program"), open_cluster(cluster.scheduler_address, _other_program):
        pass


def test_a_cluster_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """No endless waiting for a scheduler."""
    monkeypatch.setattr(parallel, "_CONNECT_TIMEOUT_S", 0.5)
    with pytest.raises(ClusterUnusable, match="unreachable"), open_cluster("tcp://127.0.0.1:1", _other_program):
        pass
