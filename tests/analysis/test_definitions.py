"""A statistic is defined once: all that is known of it by its key stands in its `Definition`."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from tests.support.workshop import PROJECT
from yishi.analysis.peer_groups import COMPARED_STATISTICS
from yishi.analysis.statistics import DEFINITIONS, LEFT_OUT
from yishi.model.vocabulary import get_built_in_vocabulary
from yishi.site.numbers.review_questions import REVIEW_QUESTIONS

CHOICES = {
    "yishi/analysis/statistics/definitions.py": "the definitions themselves",
    "yishi/site/records/ratings_matrix.py": "three that stand beside the ratings of one event",
    "yishi/site/numbers/charts.py": "those that are drawn as charts, each in its own way",
    "yishi/site/places/key_figures.py": "those that are told as sentences, each in its own words",
}
"""Module that may name several statistics at once → why that is no fact about them."""

AMBIGUOUS = {"issues", "cases", "by_place", "by_topic", "by_month"}
"""Keys that are names of something else too."""


def test_no_module_has_a_list_of_statistics_of_its_own() -> None:
    """A list, set or dict of statistics says a fact about each of them, and that belongs into its definition."""
    found = {path.relative_to(PROJECT).as_posix() for path in (PROJECT / "yishi").rglob("*.py")
             if any(len(keys) > 1 for keys in lists_of_statistics(ast.parse(path.read_text("utf-8"))))}
    assert found <= CHOICES.keys()


def lists_of_statistics(tree: ast.AST) -> Iterator[set[str]]:
    """The statistics that each list of a module names."""
    for node in ast.walk(tree):
        items = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", ())
        named = {one.value for one in items if isinstance(one, ast.Constant) and isinstance(one.value, str)}
        yield named & (DEFINITIONS.keys() - AMBIGUOUS)


def test_a_list_of_statistics_is_found() -> None:
    """The search above finds tuples, sets and dicts."""
    for text in ("X = ('stale_share', 'by_status')", "X = {'stale_share', 'by_status'}",
                 "X = {'stale_share': 1, 'by_status': 2}"):
        assert {"stale_share", "by_status"} in lists_of_statistics(ast.parse(text))


def test_every_row_and_rank_is_given_once() -> None:
    """The rows of comparisons, and the answers to each question, are numbered 1, 2, 3 without a gap."""
    rows = [DEFINITIONS[key].comparison_row for key in COMPARED_STATISTICS]
    assert rows == list(range(1, len(COMPARED_STATISTICS) + 1))
    ranks = defaultdict(list)
    for one in DEFINITIONS.values():
        if one.criterion:
            ranks[one.criterion].append(one.criterion_rank)
    assert ranks.keys() == REVIEW_QUESTIONS.keys()
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in ranks.values())


def test_every_split_says_what_its_values_are() -> None:
    """Values are those of a vocabulary, places or months; what is split has them, and a share that has results."""
    for one in DEFINITIONS.values():
        assert one.values in {"", "place", "month", *get_built_in_vocabulary().terms}
        assert bool(one.values) == (one.kind == "split" or one.key == "followup_rate")


def test_every_statistic_has_exactly_one_source() -> None:
    """Issues, cases, other records, or the contributions of another statistic."""
    for one in DEFINITIONS.values():
        assert sum(map(bool, (one.issue_rule, one.case_rule, one.record_rule, one.regroups))) == 1
        assert one.counted_as in DEFINITIONS


def test_every_reason_for_leaving_out_has_words() -> None:
    """A reason that a rule gives is one that pages can say, and pages can say no other."""
    folder = PROJECT / "yishi/analysis/statistics"
    nodes = [node for path in folder.glob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert set(LEFT_OUT) <= texts
    given = {reason for node in nodes if isinstance(node, ast.Call) for reason in reasons_in(node)}
    assert given <= set(LEFT_OUT)
    assert given >= {"after_as_of", "duplicate", "not_due", "unknown_date"}


def reasons_in(call: ast.Call) -> Iterator[str]:
    """The reasons that a call gives: `_excluded_for(…)`, `Contribution(exclusion_reason=…)`."""
    given = [one.value for one in call.keywords if one.arg == "exclusion_reason"]
    given += call.args if isinstance(call.func, ast.Name) and call.func.id == "_excluded_for" else []
    for node in (node for one in given for node in (one, *ast.iter_child_nodes(one))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
            yield node.value
