"""Numbers of so few people that they could be recognised: which are hidden, so that no difference gives one away. Pure.

A number of one to four people is told as `<5`. A number that would give one away if it were told - what is left of a
headcount, the other votes, a total with a single hidden part - is told as `[c]` (confidential), the sign that the
statistical offices of the United Kingdom use. Which totals are hidden `statistics.hiding` says.
"""

from collections.abc import Iterator, Mapping, Sequence

from .records import Decision, Issue, Meeting, Model, Participants, Quantity, Vote
from .thresholds import FEW_PEOPLE

FEW = f"<{FEW_PEOPLE}"
"""What stands instead of a number of so few people."""

CLOSED = "[c]"
"""What stands instead of a number that would give such a number away."""

Hidden = Mapping[tuple[str | int, ...], str]
"""Keys of a record down to a number → what stands instead of it."""


def is_few(number: float) -> bool:
    """Whether so few people could be recognised; nobody is not few."""
    return 0 < number < FEW_PEOPLE


def sign_of(number: int, of: float | None = None) -> str:
    """What stands instead of a number of people, "" if it is told; `of`: the number that it is a part of."""
    if is_few(number):
        return FEW
    return CLOSED if of is not None and is_few(of - number) else ""


def hidden_in(record: Model) -> Hidden:
    """What is hidden in a record, of those numbers of people that hang together."""
    return dict(_hidden_in(record))


def hidden_parts(who: Participants) -> Mapping[str, str]:
    """`under18` and `over60` → what stands instead: neither may be few, nor leave few of the headcount, which counts by
    its value where it is approximate (content model §6.1.15)."""
    there = who.headcount.value if who.headcount else None
    parts = {"under18": who.under18, "over60": who.over60}
    return {key: sign for key, number in parts.items() if number is not None
            if (sign := sign_of(number, there))}


def hidden_votes(cast: Decision | Vote, headcount: Quantity | None) -> Mapping[str, str]:
    """`for`, `against` and `abstain` → what stands instead.

    Where a single one is hidden, and the exact headcount without the others would be as few, the least of those is
    hidden too.
    """
    votes = {"for": cast.for_ or 0, "against": cast.against or 0, "abstain": cast.abstain or 0}
    hidden = {key: FEW for key, number in votes.items() if is_few(number)}
    others = {key: number for key, number in votes.items() if number and key not in hidden}
    there = exactly(headcount)
    if len(hidden) == 1 and others and there is not None and is_few(there - sum(others.values())):
        hidden[min(others, key=others.__getitem__)] = CLOSED
    return hidden


def exactly(headcount: Quantity | None) -> float | None:
    """A headcount that is known exactly."""
    return headcount.value if headcount and headcount.precision == "exact" else None


def _hidden_in(record: Model) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if not isinstance(record, Issue | Meeting):
        return
    who = record.participants
    yield from ((("participants", key), sign) for key, sign in hidden_parts(who).items())
    cast: Sequence[tuple[tuple[str | int, ...], Decision | Vote]] = ()
    if isinstance(record, Meeting):
        cast = [(("votes", number), vote) for number, vote in enumerate(record.votes)]
    elif record.decision:
        cast = [(("decision",), record.decision)]
    for keys, one in cast:
        yield from (((*keys, key), sign) for key, sign in hidden_votes(one, who.headcount).items())
