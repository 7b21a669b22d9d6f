"""Numbers of few people: no hidden one can be worked out from those that are told."""

from collections.abc import Mapping
from datetime import date
from itertools import product
from types import SimpleNamespace

import pytest

from yishi.analysis.serialize import serialize_model
from yishi.analysis.statistics import Contribution
from yishi.analysis.statistics.record_contributions import share_of_people
from yishi.content.load import create_record
from yishi.model.records import Decision, Participants, Quantity
from yishi.model.suppression import PRIMARY, SECONDARY, find_suppressed_values, suppress_participants, suppress_votes

AS_OF = date(2025, 12, 31)
Shown = tuple[object, ...]


def share_at(there: int, young: int, old: int) -> list[Contribution]:
    """What a meeting adds to the shares of the young and of the old."""
    meeting = create_record("meeting", {"title": "x", "date": "2025-01-02", "participants": {
        "headcount": {"value": there}, "under18": young, "over60": old}})
    library = SimpleNamespace(meetings={"m": meeting})
    return [dict(share_of_people(key, library, AS_OF, set()))["m"] for key in ("under18", "over60")]  # type: ignore


def test_an_amount_of_few_people_is_not_told_in_files() -> None:
    """Whatever the unit for people is; households and things are told."""
    amounts = [{"what": "moved", "value": "3", "unit": unit} for unit in ("人", "位", "Children", "户", "盏")]
    issue = create_record("issue", {"title": "x", "topic": ["leaks"], "raised": "2025", "log": ["raised: x"],
                                    "quantities": amounts})
    told = serialize_model(issue)["quantities"]
    assert [one["value"] for one in told] == [PRIMARY, PRIMARY, PRIMARY, 3, 3]  # type: ignore[attr-defined]


def test_no_total_holds_what_is_hidden() -> None:
    """What a meeting of up to twenty people adds to totals follows from what its own page tells: so no total gives a
    hidden number away, nor does the change of one between two days, nor two totals over different meetings."""
    added: dict[Shown, list[Contribution]] = {}
    for there, young, old in product(range(21), repeat=3):
        if young + old <= there:
            hidden = suppress_participants(Participants(headcount=Quantity(value=there, precision="exact"),
                                                        under18=young, over60=old))
            told = (there if there >= 5 else "<5" if there else 0,
                    hidden.get("under18", young), hidden.get("over60", old))
            assert added.setdefault(told, share_at(there, young, old)) == share_at(there, young, old), told


def test_a_headcount_does_not_give_away_who_is_left() -> None:
    """Nine of twelve over 60 would tell that three are not, and nine of about twelve that about three are not."""
    exact, about = (Quantity(value=12, precision=precision) for precision in ("exact", "about"))
    assert suppress_participants(Participants(headcount=exact, over60=9, under18=2)) == {"over60": SECONDARY,
                                                                                         "under18": SECONDARY}
    assert suppress_participants(Participants(headcount=about, over60=9)) == {"over60": SECONDARY}
    assert suppress_participants(Participants(headcount=exact, over60=0, under18=7)) == {}
    assert suppress_participants(Participants(headcount=exact, over60=7, under18=4)) == {"under18": PRIMARY}
    # two are neither
    assert suppress_participants(Participants(headcount=exact, over60=5, under18=5)) == {"under18": SECONDARY,
                                                                                         "over60": SECONDARY}


@pytest.mark.parametrize(("votes", "there", "hidden"), [
    ((30, 2, 0), 32, {"against": SECONDARY, "for": SECONDARY}),  # 32 - 30 would tell the 2
    ((30, 3, 1), 34, {"against": PRIMARY, "abstain": PRIMARY}),  # nobody knows which of both
    ((30, 2, 0), 60, {"against": PRIMARY}),  # many did not vote
    ((30, 2, 0), None, {"against": PRIMARY}),
    ((20, 12, 0), 32, {}),
    ((None, None, None), None, {}),  # nothing is said of the votes
    ((2, None, 30), 32, {"for": SECONDARY, "abstain": SECONDARY}),
    ((27, 1, 1), 29, {"for": SECONDARY, "against": SECONDARY, "abstain": SECONDARY}),  # both are surely 1
    ((21, 4, 4), 29, {"for": SECONDARY, "against": SECONDARY, "abstain": SECONDARY}),  # both are 4 if all voted
    ((22, 4, 3), 29, {"for": SECONDARY, "against": SECONDARY, "abstain": SECONDARY}),  # one less than the most
    ((23, 3, 3), 29, {"against": PRIMARY, "abstain": PRIMARY}),
    ((27, 2, 1), 30, {"for": SECONDARY, "against": SECONDARY, "abstain": SECONDARY}),  # told, 30 / 27 / 1 / 2
    ((27, 2, 1), 60, {"against": PRIMARY, "abstain": PRIMARY}),
    ((26, 2, 2), 30, {"against": PRIMARY, "abstain": PRIMARY}),
    ((5, 24, 2), 31, {"for": SECONDARY, "abstain": SECONDARY}),
    ((4, 4, 0), 8, {"for": SECONDARY, "against": SECONDARY, "abstain": SECONDARY}),
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
    assert find_suppressed_values(issue) == {("participants", "under18"): PRIMARY, ("decision", "against"): SECONDARY,
                                             ("decision", "for"): SECONDARY}
    meeting = create_record("meeting", {"title": "x", "date": "2025-01-02", "participants": few, "votes": [
        {"text": "a", "for": 20, "against": 12}, {"text": "b", "for": 28, "against": 4}]})
    assert find_suppressed_values(meeting) == {("participants", "under18"): PRIMARY, ("votes", 1, "against"): SECONDARY,
                                               ("votes", 1, "for"): SECONDARY}
    assert find_suppressed_values(create_record("place", {"name": "x", "kind": "community"})) == {}



def explained(shown: Mapping[tuple[int, ...], Shown]) -> set[tuple[int, ...]]:
    """Of records with what is shown of each, those of which some few people have a single explanation."""
    alike: dict[Shown, list[tuple[int, ...]]] = {}
    for numbers, signs in shown.items():
        alike.setdefault(signs, []).append(numbers)
    known = {signs: [len(set(values)) == 1 for values in zip(*records, strict=True)]
             for signs, records in alike.items()}
    return {numbers for numbers, signs in shown.items()
            if any(0 < number < 5 and single for number, single in zip(numbers, known[signs], strict=True))}


@pytest.mark.parametrize("there", range(5, 31))
def test_no_small_record_of_votes_has_a_single_explanation(there: int) -> None:
    """Of all votes of a number of people, those that look alike differ in every hidden number, also if all voted."""
    def shown(votes: tuple[int, ...]) -> Shown:
        cast = Decision(**{"for": votes[0]}, against=votes[1], abstain=votes[2])
        hidden = suppress_votes(cast, Quantity(value=there, precision="exact"))
        return tuple(hidden.get(key, number) for key, number in zip(("for", "against", "abstain"), votes, strict=True))

    every = {votes: shown(votes) for votes in product(range(there + 1), repeat=3) if sum(votes) <= there}
    full = {votes: signs for votes, signs in every.items() if sum(votes) == there}
    assert explained(every) == explained(full) == set()


@pytest.mark.parametrize("there", range(5, 31))
def test_no_small_record_of_participants_has_a_single_explanation(there: int) -> None:
    """Of all who can have come, those that look alike differ in every hidden number, the rest of the headcount too."""
    def shown(parts: tuple[int | None, ...]) -> Shown:
        hidden = suppress_participants(Participants(headcount=Quantity(value=there, precision="exact"),
                                                    under18=parts[0], over60=parts[1]))
        return tuple(hidden.get(key, number) for key, number in zip(("under18", "over60"), parts, strict=True))

    every = {(*parts, there - sum(parts)): shown(parts)
             for parts in product(range(there + 1), repeat=2) if sum(parts) <= there}
    single: dict[tuple[int, ...], Shown] = {(number, there - number): shown((number, None))
                                            for number in range(there + 1)}
    assert explained(every) == explained(single) == set()
