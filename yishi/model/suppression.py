"""Numbers of so few people that they could be recognised: which are hidden, so that no difference gives one away. Pure.

A number of one to four people is told as `<5`. A number that would give one away if it were told - what is left of a
headcount, the other votes, a total with a single hidden part - is told as `[c]` (confidential), the sign that the
statistical offices of the United Kingdom use. Which totals are hidden `statistics.hiding` says.
"""

from collections.abc import Iterator, Mapping, Sequence

from .records import Decision, Issue, Meeting, Model, Participants, Quantity, Vote
from .thresholds import MIN_PEOPLE

PRIMARY = f"<{MIN_PEOPLE}"
"""What stands instead of a number of so few people."""

SECONDARY = "[c]"
"""What stands instead of a number that would give such a number away."""

SuppressionMarkers = Mapping[tuple[str | int, ...], str]
"""Keys of a record down to a number → what stands instead of it."""


def is_below_threshold(number: float) -> bool:
    """Whether so few people could be recognised; nobody is not few."""
    return 0 < number < MIN_PEOPLE


def choose_marker(number: int, of: float | None = None) -> str:
    """What stands instead of a number of people, "" if it is told; `of`: the number that it is a part of."""
    if is_below_threshold(number):
        return PRIMARY
    return SECONDARY if of is not None and is_below_threshold(of - number) else ""


def find_suppressed_values(record: Model) -> SuppressionMarkers:
    """What is hidden in a record, of those numbers of people that hang together."""
    return dict(_iter_suppressed_values(record))


def suppress_participants(who: Participants) -> Mapping[str, str]:
    """`under18` and `over60` → what stands instead: neither may be few, nor leave few of the headcount, nor both
    together; then one of them is hidden. The headcount counts by its value where it is approximate (§6.2.2)."""
    there = who.headcount.value if who.headcount else None
    parts = {key: number for key, number in (("under18", who.under18), ("over60", who.over60)) if number is not None}
    hidden = {key: sign for key, number in parts.items() if (sign := choose_marker(number, there))}
    if not hidden and len(parts) > 1 and there is not None and is_below_threshold(left := there - sum(parts.values())):
        hidden[_closed(parts, left, 1)] = SECONDARY
    return hidden


def suppress_votes(cast: Decision | Vote, headcount: Quantity | None) -> Mapping[str, str]:
    """`for`, `against` and `abstain` → what stands instead.

    Where the exact headcount would tell the hidden ones - a single one, or several that are all, or all but one by one,
    as few or as many as they can be - one of the others is hidden too.
    """
    votes = {"for": cast.for_, "against": cast.against, "abstain": cast.abstain}
    told = {key: number for key, number in votes.items() if number is not None}
    hidden = {key: PRIMARY for key, number in told.items() if is_below_threshold(number)}
    others = {key: number for key, number in told.items() if key not in hidden}
    there = get_exact_headcount(headcount)
    if others and there is not None and not is_below_threshold(there):
        left = there - sum(others.values())
        if _tells(left, len(hidden)):
            hidden[_closed(others, left, len(hidden))] = SECONDARY
    return hidden


def _tells(left: float, hidden: int) -> bool:
    """Whether so many numbers of one to four people, of which `left` is left, could be worked out. Several that are one
    away from their bounds count as well: else whoever knows the rule would know those at the bounds."""
    if hidden == 1:
        return is_below_threshold(left)
    least, most = hidden, hidden * (MIN_PEOPLE - 1)
    return hidden > 1 and left in (least, least + 1, most - 1, most)


def _closed(others: Mapping[str, int], left: float, hidden: int) -> str:
    """Which of the others is hidden: the first with which the hidden numbers can be several, else the largest. It goes
    by what is told in any case, so that it tells nothing itself."""
    enough = MIN_PEOPLE + hidden + 1
    return next((key for key, number in others.items() if number + left >= enough),
                max(others, key=others.__getitem__))


def get_exact_headcount(headcount: Quantity | None) -> float | None:
    """A headcount that is known exactly."""
    return headcount.value if headcount and headcount.precision == "exact" else None


def _iter_suppressed_values(record: Model) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if not isinstance(record, Issue | Meeting):
        return
    who = record.participants
    yield from ((("participants", key), sign) for key, sign in suppress_participants(who).items())
    cast: Sequence[tuple[tuple[str | int, ...], Decision | Vote]] = ()
    if isinstance(record, Meeting):
        cast = [(("votes", number), vote) for number, vote in enumerate(record.votes)]
    elif record.decision:
        cast = [(("decision",), record.decision)]
    for keys, one in cast:
        yield from (((*keys, key), sign) for key, sign in suppress_votes(one, who.headcount).items())
