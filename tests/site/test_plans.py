"""What holds for every planned file: it is made where it was planned, of what its plan names and of nothing else."""

import sys

import pytest
from msgspec import Struct
from msgspec.structs import astuple

from tests.support.workshop import SITES, Workshop
from yishi.core.outputs import OutputPlan
from yishi.engine.pipeline import check, plan_outputs


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> list[OutputPlan]:
    """The plans of a site in which every kind of record occurs; some of its records are withheld, so it says so."""
    options = Workshop(tmp_path_factory.mktemp("mistakes"), SITES / "mistakes").options()
    full = Workshop(tmp_path_factory.mktemp("full"), SITES / "full").options()
    return [*plan_outputs(check(options), options)[0], *plan_outputs(check(full), full)[0]]


def test_a_file_is_made_where_it_was_planned(plans: list[OutputPlan]) -> None:
    """The path of the output is that of its plan: whoever asks for a page by its path gets that page."""
    assert [plan.path for plan in plans] == [plan.produce_output().path for plan in plans]


def test_nothing_leaks_into_a_file_beside_its_plan(plans: list[OutputPlan]) -> None:
    """A plan's `make` is a function of module level, and what is `given` is plain data."""
    assert [plan.path for plan in plans
            if getattr(sys.modules[plan.produce.__module__], plan.produce.__qualname__, None) is not plan.produce] == []
    assert [plan.path for plan in plans if not is_plain(plan.args)] == []


def is_plain(value: object) -> bool:
    """Whether `value` is a text, a number, None, or a tuple or frozen struct of such."""
    if isinstance(value, tuple):
        return all(map(is_plain, value))
    if isinstance(value, Struct):
        return is_plain(astuple(value))
    return value is None or isinstance(value, str | int | float)
