"""Numbers of few people: no hidden one can be worked out from those that are told."""

from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishi.analysis.statistics import Contribution, find_suppression_marks
from yishi.analysis.statistics.suppression import find_suppressed_totals
from yishi.content.load import create_record
from yishi.model.records import Decision, Participants, Quantity
from yishi.model.suppression import PRIMARY, SECONDARY, find_suppressed_values, suppress_participants, suppress_votes

PLACES = {"": ("a", "b"), "a": ("a/1", "a/2"), "b": ()}
"""The site, a town with two communities, and a town without."""

Meetings = Mapping[str, list[Contribution]]
meetings = st.fixed_dictionaries({place: st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 7)).map(lambda one: Contribution(one[0], sum(one))), max_size=2)
    for place in ("a", "a/1", "a/2", "b")})


def below(place: str) -> Iterator[str]:
    """A place and all below it."""
    yield place
    for child in PLACES.get(place, ()):
        yield from below(child)


def total(found: Meetings, place: str) -> Contribution:
    """All who came to the meetings of a place and those below."""
    parts = [part for one in below(place) for part in found.get(one, ())]
    return Contribution(sum(part.numerator for part in parts), sum(part.denominator for part in parts))


def possible(part: Contribution) -> range:
    """What everybody knows that a meeting's hidden number can be, by the sign that stands instead of it."""
    sign = find_suppression_marks(part)[0]
    return range(1, 5) if sign == PRIMARY else range(part.denominator - 4, part.denominator)


@given(meetings)
def test_no_hidden_number_can_be_worked_out(found: Meetings) -> None:
    """For each hidden number of a meeting there are other numbers with which all that is told would be the same."""
    totals = {place: total(found, place) for place in below("")}
    hidden, _ = find_suppressed_totals(PLACES, found, totals)
    unknown = [(place, part) for place, parts in found.items() for part in parts if find_suppression_marks(part)[0]]
    told = [place for place in totals if place not in hidden]
    ways: list[list[int]] = []
    for way in product(*(possible(part) for _, part in unknown)):
        change = [(place, now - part.numerator) for (place, part), now in zip(unknown, way, strict=True)]
        if all(not sum(by for place, by in change if place in set(below(one))) for one in told):
            ways.append(list(way))
    assert all(len(set(values)) > 1 for values in zip(*ways, strict=True))


@given(meetings)
def test_no_more_is_hidden_than_must_be(found: Meetings) -> None:
    """A total that no hidden number stands in is told, unless it is of few people itself."""
    totals = {place: total(found, place) for place in below("")}
    for place in find_suppressed_totals(PLACES, found, totals)[0]:
        assert any(find_suppression_marks(part)[0] for one in below(place) for part in found.get(one, ()))


def test_a_total_with_one_hidden_part_is_hidden() -> None:
    """10 and 2 young people: 12 would tell the 2; with another 3 it would not, and is told."""
    one: Meetings = {"b": [Contribution(10, 40), Contribution(2, 40)]}
    two: Meetings = {"b": [Contribution(10, 40), Contribution(2, 40), Contribution(3, 40)]}
    assert find_suppressed_totals(PLACES, one, {place: total(one, place) for place in below("")})[0]["b"] == SECONDARY
    assert "b" not in find_suppressed_totals(PLACES, two, {place: total(two, place) for place in below("")})[0]


@pytest.mark.parametrize(("young", "told"), [((4, 4), False), ((4, 3), True), ((4, 4, 4), False), ((4, 4, 2), True)])
def test_a_total_of_hidden_parts_that_are_all_at_their_limit_is_hidden(young: tuple[int, ...], told: bool) -> None:
    """Two hidden numbers of at most four that come to eight can only both be four."""
    found: Meetings = {"b": [Contribution(number, 40) for number in young]}
    totals = {place: total(found, place) for place in below("")}
    assert ("b" not in find_suppressed_totals(PLACES, found, totals)[0]) == told


def test_a_headcount_does_not_give_away_who_is_left() -> None:
    """Nine of twelve over 60 would tell that three are not, and nine of about twelve that about three are not."""
    exact, about = (Quantity(value=12, precision=precision) for precision in ("exact", "about"))
    assert suppress_participants(Participants(headcount=exact, over60=9, under18=2)) == {"over60": SECONDARY,
                                                                                         "under18": PRIMARY}
    assert suppress_participants(Participants(headcount=about, over60=9)) == {"over60": SECONDARY}
    assert suppress_participants(Participants(headcount=exact, over60=0, under18=7)) == {}
    # two are neither
    assert suppress_participants(Participants(headcount=exact, over60=5, under18=5)) == {"under18": SECONDARY}


@pytest.mark.parametrize(("votes", "there", "hidden"), [
    ((30, 2, 0), 32, {"against": PRIMARY, "for": SECONDARY}),  # 32 - 30 would tell the 2
    ((30, 3, 1), 34, {"against": PRIMARY, "abstain": PRIMARY}),  # nobody knows which of both
    ((30, 2, 0), 60, {"against": PRIMARY}),  # many did not vote
    ((30, 2, 0), None, {"against": PRIMARY}),
    ((20, 12, 0), 32, {}),
    ((None, None, None), None, {}),  # nothing is said of the votes
    ((2, None, 30), 32, {"for": PRIMARY, "abstain": SECONDARY}),
    ((27, 1, 1), 29, {"for": SECONDARY, "against": PRIMARY, "abstain": PRIMARY}),  # both are surely 1
    ((21, 4, 4), 29, {"for": SECONDARY, "against": PRIMARY, "abstain": PRIMARY}),  # both are 4 if all voted
    ((27, 2, 1), 30, {"for": SECONDARY, "against": PRIMARY, "abstain": PRIMARY}),  # told, it would tell 29 / 27 / 1 / 1
    ((27, 2, 1), 60, {"against": PRIMARY, "abstain": PRIMARY}),
    ((26, 2, 2), 30, {"against": PRIMARY, "abstain": PRIMARY}),
    ((5, 24, 2), 31, {"for": SECONDARY, "abstain": PRIMARY}),
    ((4, 4, 0), 8, {"for": PRIMARY, "against": PRIMARY, "abstain": SECONDARY}),
    ((1, 1, 0), 2, {"for": PRIMARY, "against": PRIMARY}),  # the headcount itself is not told
])
def test_a_headcount_does_not_give_away_a_vote(votes: tuple[int | None, ...], there: int | None,
                                               hidden: Mapping[str, str]) -> None:
    """Where a single vote is hidden and the headcount would tell it, another is hidden with it."""
    cast = Decision(**{"for": votes[0]}, against=votes[1], abstain=votes[2])
    assert suppress_votes(cast, Quantity(value=there, precision="exact") if there else None) == hidden


def test_what_is_hidden_in_a_record_is_named_by_its_keys() -> None:
    """The ages of an issue and of a meeting, its decision, and each of the votes; nothing of other records."""
    few = {"headcount": {"value": 32}, "under18": 2}
    issue = create_record("issue", {"title": "x", "topic": ["lighting"], "raised": "2025", "log": ["raised: x"],
                                    "participants": few, "decision": {"for": 30, "against": 2}})
    assert find_suppressed_values(issue) == {("participants", "under18"): PRIMARY, ("decision", "against"): PRIMARY,
                                             ("decision", "for"): SECONDARY}
    meeting = create_record("meeting", {"title": "x", "date": "2025-01-02", "participants": few, "votes": [
        {"text": "a", "for": 20, "against": 12}, {"text": "b", "for": 28, "against": 4}]})
    assert find_suppressed_values(meeting) == {("participants", "under18"): PRIMARY, ("votes", 1, "against"): PRIMARY,
                                               ("votes", 1, "for"): SECONDARY}
    assert find_suppressed_values(create_record("place", {"name": "x", "kind": "community"})) == {}


Shown = tuple[object, ...]


def explained(shown: Mapping[tuple[int, ...], Shown]) -> set[tuple[int, ...]]:
    """Of records with what is shown of each, those of which some few people have a single explanation."""
    alike: dict[Shown, list[tuple[int, ...]]] = {}
    for numbers, signs in shown.items():
        alike.setdefault(signs, []).append(numbers)
    known = {signs: [len(set(values)) == 1 for values in zip(*records, strict=True)]
             for signs, records in alike.items()}
    return {numbers for numbers, signs in shown.items()
            if any(0 < number < 5 and single for number, single in zip(numbers, known[signs], strict=True))}


def is_least(numbers: tuple[int, ...]) -> bool:
    """Whether the least number that is not few stands beside ones only: six people can be nothing else."""
    return 5 in numbers and {number for number in numbers if 0 < number < 5} == {1}


@pytest.mark.parametrize("there", range(5, 31))
def test_no_small_record_of_votes_has_a_single_explanation(there: int) -> None:
    """Of all votes of a number of people, those that look alike differ in every hidden number, also if all voted;
    what is left are the least votes that can be, and those of which nothing more can be hidden."""
    def shown(votes: tuple[int, ...]) -> Shown:
        cast = Decision(**{"for": votes[0]}, against=votes[1], abstain=votes[2])
        hidden = suppress_votes(cast, Quantity(value=there, precision="exact"))
        return tuple(hidden.get(key, number) for key, number in zip(("for", "against", "abstain"), votes, strict=True))

    every = {votes: shown(votes) for votes in product(range(there + 1), repeat=3) if sum(votes) <= there}
    full = {votes: signs for votes, signs in every.items() if sum(votes) == there}
    assert all(is_least(votes) for votes in explained(every))
    assert all(is_least(votes) or votes == (4, 4, 4) for votes in explained(full))


@pytest.mark.parametrize("there", range(5, 31))
def test_no_small_record_of_participants_has_a_single_explanation(there: int) -> None:
    """Of all who can have come, those that look alike differ in every hidden number, the rest of the headcount too."""
    def shown(parts: tuple[int, ...]) -> Shown:
        hidden = suppress_participants(Participants(headcount=Quantity(value=there, precision="exact"),
                                                    under18=parts[0], over60=parts[1]))
        return tuple(hidden.get(key, number) for key, number in zip(("under18", "over60"), parts, strict=True))

    every = {(*parts, there - sum(parts)): shown(parts)
             for parts in product(range(there + 1), repeat=2) if sum(parts) <= there}
    assert all(map(is_least, explained(every)))
