"""What a build publishes is what an independent count of the same files says."""

from pathlib import Path

import pytest
from reference.compare import build_with, compare_town

TOWNS = 40
BATCHES = 8
"""The towns are shared out so that several processes can take some each."""


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_build_says_the_same_as_an_independent_count(batch: int, tmp_path: Path) -> None:
    """JSON, tables, records and pages of random towns agree with the rules, on two days and after edits."""
    build = build_with()
    for seed in range(batch, TOWNS, BATCHES):
        differences = [str(difference) for difference in compare_town(seed, tmp_path / str(seed), build)]
        assert not differences, "\n".join(differences[:10])
