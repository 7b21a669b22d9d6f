"""What a trace keeps: the facts that outputs use, and no more."""

from yishi.core.facts import Facts, Noted
from yishi.engine.traces import Mark, Trace, compacted, today

FACTS = [(f"titles {number}", "told") for number in range(10)]


def test_facts_that_nothing_uses_any_more_are_forgotten_and_the_others_stay_told() -> None:
    """A trace does not grow with every record that ever was."""
    trace = compacted(Trace({"a": Mark(1, 1, uses=(3, 7)), "b": Mark(1, 1, uses=(7,))}, FACTS))
    assert trace.facts == [FACTS[3], FACTS[7]]
    assert [[trace.facts[number] for number in mark.uses] for mark in trace.outputs.values()] == [
        [FACTS[3], FACTS[7]], [FACTS[7]]]


def test_a_trace_whose_facts_are_nearly_all_in_use_stays_as_it_is() -> None:
    """A change of one record does not renumber the whole trace."""
    trace = Trace({"a": Mark(1, 1, uses=tuple(range(1, 11)))}, [*FACTS, ("titles 10", "told")])
    assert compacted(trace) is trace


def test_a_fact_that_another_implies_is_noted_once() -> None:
    """Whoever read the whole record need not be told of its parts; whoever read only a part must be."""
    uses: set[str] = set()
    facts = Facts({}, uses, {"issues": ("progress",)})
    issues, progress = Noted("issues", {"x": 1}, uses), Noted("progress", {"x": 1, "y": 2}, uses)
    assert (issues["x"], progress["x"], progress["y"]) == (1, 1, 2)
    assert facts.used() == ("issues x", "progress y")


def test_only_facts_of_what_has_changed_are_told_anew() -> None:
    """What is said of the records of a place holds as long as nothing in it has changed, and all that it rests on."""
    asked = list[str]()

    def told(key: str) -> str:
        asked.append(key)
        return "now"

    facts = Facts({"listings": told, "naming": told}, set(), {}, {"east": "1", "west": "1"},
                  {"listings": {"a": "east", "b": "west"}})
    known = [("listings a", "then"), ("listings b", "then"), ("listings gone", "then"), ("naming a", "then")]
    before = Trace(facts=known, code="program", grounds={"east": "1", "west": "0"})
    assert [now for _, now in today(before, facts, "program")] == ["then", "now", "now", "now"]
    assert asked == ["b", "gone", "a"]
    assert [now for _, now in today(before, facts, "another program")] == ["now"] * 4
