"""Primary and secondary suppression of small numbers of people within one record. Pure.

A number of one to four people is published as `<5`. If another number would give it away (what is left of a headcount,
the other votes), both are published as `[c]` (confidential), the sign used by the UK statistical offices: with two
signs a reader would know which of them is small. A total counts only records whose own numbers are told.
"""

from collections.abc import Iterator, Mapping, Sequence

from .records import Decision, Issue, Meeting, Model, Participants, Quantity, Vote
from .thresholds import MIN_PEOPLE

PRIMARY = f"<{MIN_PEOPLE}"
"""Published instead of a number of 1-4 people."""

SECONDARY = "[c]"
"""Published instead of numbers of people one of which would give another away."""

SuppressionMarkers = Mapping[tuple[str | int, ...], str]
"""Path of keys in a record to a number → the marker published instead of it."""


def is_below_threshold(number: float) -> bool:
    """Whether a number of people is so small that they could be recognised; 0 is not."""
    return 0 < number < MIN_PEOPLE


def choose_marker(number: int, of: float | None = None) -> str:
    """The marker published instead of a number of people, or ""; `of`: the number that it is a part of."""
    if is_below_threshold(number):
        return PRIMARY
    return SECONDARY if of is not None and is_below_threshold(of - number) else ""


def find_suppressed_values(record: Model) -> SuppressionMarkers:
    """The suppressed numbers of people in a record; those that depend on each other are suppressed together."""
    return dict(_iter_suppressed_values(record))


def suppress_participants(participants: Participants) -> Mapping[str, str]:
    """`under18` and `over60` → marker, for those suppressed (content model §6.2.2).

    A part is suppressed if it, or what it leaves of the headcount, is below the threshold; both if only the rest
    without both is. An approximate headcount counts by its value.
    """
    headcount = participants.headcount.value if participants.headcount else None
    given = (("under18", participants.under18), ("over60", participants.over60))
    parts = {key: number for key, number in given if number is not None}
    hidden = {key: sign for key, number in parts.items() if (sign := choose_marker(number, headcount))}
    if headcount is None:
        return hidden
    left = headcount - sum(number for key, number in parts.items() if key not in hidden)
    if not hidden and is_below_threshold(left):
        return dict.fromkeys(parts, SECONDARY)
    # of six people, five and one must look alike: with less, no other number could stand for the five
    return _with_one_sign(hidden, if_also=len(hidden) == 1 and left == MIN_PEOPLE + 1)


def _with_one_sign(hidden: Mapping[str, str], *, if_also: bool = False) -> Mapping[str, str]:
    return dict.fromkeys(hidden, SECONDARY) if if_also or SECONDARY in hidden.values() else hidden


def suppress_votes(cast: Decision | Vote, headcount: Quantity | None) -> Mapping[str, str]:
    """`for`, `against` and `abstain` → marker, for those suppressed.

    Where the exact headcount would reveal the suppressed ones (a single one, or several whose sum is at, or one away
    from, its least or greatest possible value), a further number is suppressed, and all of them have its sign.
    """
    votes = {"for": cast.for_, "against": cast.against, "abstain": cast.abstain}
    known = {key: number for key, number in votes.items() if number is not None}
    hidden = {key: PRIMARY for key, number in known.items() if is_below_threshold(number)}
    others = {key: number for key, number in known.items() if key not in hidden}
    exact = get_exact_headcount(headcount)
    if hidden and exact is not None and not is_below_threshold(exact):
        left = exact - sum(others.values())
        if _is_inferable(left, len(hidden)):
            return dict.fromkeys((*hidden, *_choose_further_keys(others, left, len(hidden))), SECONDARY)
    return hidden


def _is_inferable(left: float, hidden: int) -> bool:
    """Whether `hidden` numbers of 1-4 people whose sum is `left` could be inferred.

    Sums one away from the bounds count as well; otherwise a reader who knows the rule could infer the sums at the
    bounds.
    """
    if hidden == 1:
        return is_below_threshold(left)
    most = hidden * (MIN_PEOPLE - 1)
    return left in (hidden, hidden + 1, most - 1, most)


def _choose_further_keys(others: Mapping[str, int], left: float, hidden: int) -> Sequence[str]:
    """The keys to suppress in addition: the first that leaves the hidden numbers undetermined, else all but zeros.

    The choice depends only on public numbers, so that it reveals nothing itself.
    """
    enough = MIN_PEOPLE + hidden + 1
    first = next((key for key, number in others.items() if number + left >= enough), None)
    return [first] if first else [key for key, number in others.items() if number]


def get_exact_headcount(headcount: Quantity | None) -> float | None:
    """The value of a headcount that is known exactly, else None."""
    return headcount.value if headcount and headcount.precision == "exact" else None


def _iter_suppressed_values(record: Model) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if not isinstance(record, Issue | Meeting):
        return
    participants = record.participants
    yield from ((("participants", key), sign) for key, sign in suppress_participants(participants).items())
    cast: Sequence[tuple[tuple[str | int, ...], Decision | Vote]] = ()
    if isinstance(record, Meeting):
        cast = [(("votes", number), vote) for number, vote in enumerate(record.votes)]
    elif record.decision:
        cast = [(("decision",), record.decision)]
    for keys, decision in cast:
        yield from (((*keys, key), sign) for key, sign in suppress_votes(decision, participants.headcount).items())
