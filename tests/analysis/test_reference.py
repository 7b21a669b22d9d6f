"""What a build publishes is what an independent count of the same files says."""

import ast
from pathlib import Path

import pytest

from tests import reference
from tests.reference.compare import compare_town, program_in
from tests.reference.disclosure import Part, given_away

TOWNS = 40
BATCHES = 8
"""The towns are shared out so that several processes can take some each."""


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_build_says_the_same_as_an_independent_count(batch: int, tmp_path: Path) -> None:
    """JSON, tables, records, pages and commands agree with the rules in random towns, on two days and after edits."""
    run = program_in()
    for seed in range(batch, TOWNS, BATCHES):
        differences = [str(difference) for difference in compare_town(seed, tmp_path / str(seed), run)]
        assert not differences, "\n".join(differences[:10])


def test_the_independent_count_takes_nothing_from_the_program() -> None:
    """Two results of the same code that agree would prove nothing; only what runs the program imports it."""
    nodes = [(file.name, node) for file in Path(reference.__file__).parent.glob("*.py")
             for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    imported = {(file, name) for file, node in nodes if isinstance(node, ast.Import | ast.ImportFrom)
                for name in [node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name]}
    assert {(file, name) for file, name in imported if name.split(".")[0] == "yishi"} == {("compare.py", "yishi.cli")}
    assert {name for _, name in imported} >= {"yaml", "datetime"}


FEW = Part("places/t/a", None, is_few=True)
REST = Part("places/t/b", None)


@pytest.mark.parametrize(
    ("totals", "parts", "found"),
    [
        ({"": 9}, [FEW, Part("places/t/b", 6)], [""]),
        ({"": 9}, [REST, Part("places/t/a", 6)], [""]),
        ({"": 2}, [FEW, FEW], [""]),
        ({"": 8}, [FEW, FEW], [""]),
        ({"": 5}, [FEW, FEW], []),
        ({"": 20, "places/t/b": 17}, [FEW, Part("places/t/b", 17)], [""]),
        ({"places/t/b": 17}, [FEW, Part("places/t/b", 17)], []),
    ],
)
def test_a_total_that_gives_a_hidden_number_away_is_found(
    totals: dict[str, int], parts: list[Part], found: list[str]
) -> None:
    """The search for what can be worked out sees a part that is alone, or as small or as large as it can be."""
    assert list(given_away(totals, parts)) == found
