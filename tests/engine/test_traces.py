"""What a trace keeps: the facts that outputs use, and no more."""

from yishi.core.dependencies import DependencyTracker, RecordingDict
from yishi.engine.manifest import Manifest, OutputEntry, compute_current_dependencies, drop_unused_dependencies

FACTS = [(f"titles {number}", "told") for number in range(10)]


def test_facts_that_nothing_uses_any_more_are_forgotten_and_the_others_stay_told() -> None:
    """A trace does not grow with every record that ever was."""
    trace = drop_unused_dependencies(Manifest({"a": OutputEntry(1, 1, reads=(3, 7)),
                                               "b": OutputEntry(1, 1, reads=(7,))}, FACTS))
    assert trace.dependencies == [FACTS[3], FACTS[7]]
    assert [[trace.dependencies[number] for number in mark.reads] for mark in trace.outputs.values()] == [
        [FACTS[3], FACTS[7]], [FACTS[7]]]


def test_a_trace_whose_facts_are_nearly_all_in_use_stays_as_it_is() -> None:
    """A change of one record does not renumber the whole trace."""
    trace = Manifest({"a": OutputEntry(1, 1, reads=tuple(range(1, 11)))}, [*FACTS, ("titles 10", "told")])
    assert drop_unused_dependencies(trace) is trace


def test_a_fact_that_another_implies_is_noted_once() -> None:
    """Whoever read the whole record need not be told of its parts; whoever read only a part must be."""
    uses: set[str] = set()
    facts = DependencyTracker({}, uses, {"issues": ("progress",)})
    issues, progress = RecordingDict("issues", {"x": 1}, uses), RecordingDict("progress", {"x": 1, "y": 2}, uses)
    assert (issues["x"], progress["x"], progress["y"]) == (1, 1, 2)
    assert facts.list_reads() == ("issues x", "progress y")


def test_only_facts_of_what_has_changed_are_told_anew() -> None:
    """What is said of the records of a place holds as long as nothing in it has changed, and all that it rests on."""
    asked = list[str]()

    def told(key: str) -> str:
        asked.append(key)
        return "now"

    facts = DependencyTracker({"listings": told, "naming": told}, set(), {}, {"east": "1", "west": "1"},
                              {"listings": {"a": "east", "b": "west"}})
    known = [("listings a", "then"), ("listings b", "then"), ("listings gone", "then"), ("naming a", "then")]
    before = Manifest(dependencies=known, program_fingerprint="program", group_digests={"east": "1", "west": "0"})
    assert [now for _, now in compute_current_dependencies(before, facts, "program")] == ["then", "now", "now", "now"]
    assert asked == ["b", "gone", "a"]
    assert [now for _, now in compute_current_dependencies(before, facts, "another program")] == ["now"] * 4
