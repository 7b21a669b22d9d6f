"""Few people are hidden (content model §6.1.15 and §8)."""

from typing import Any

from .read import Record, as_count
from .words import PRECISIONS

FEW = range(1, 5)
"""So many people are never told."""
GROUPS = ("under18", "over60")


def hide_few(stat: dict[str, Any]) -> dict[str, Any]:
    """A share of people without its numbers where numerator, denominator or the rest are 1-4 people."""
    numerator, denominator = stat["numerator"], stat["denominator"]
    if numerator in FEW or denominator in FEW or denominator - numerator in FEW:
        shown = None if denominator in FEW else denominator
        return stat | {"value": None, "numerator": None, "denominator": shown, "suppressed": True}
    return stat


def has_few(meeting: Record) -> bool:
    """Whether a meeting has a number of 1-4 people, as a group, in all, or as the rest of a headcount."""
    participants = meeting.data.get("participants") or {}
    people = as_count(participants.get("headcount"))
    groups = [number for group in GROUPS if (number := as_count(participants.get(group))) is not None]
    rests = [people - sum(groups), *(people - number for number in groups)] if people is not None else []
    return any(number in FEW for number in (people, *groups, *rests))


VOTES = ("for", "against", "abstain")


def votes_shown(cast: dict[str, Any], headcount: Any) -> dict[str, int | str]:
    """The votes of one ballot as they may be told (content model §6.2.2)."""
    votes = {name: number for name in VOTES if (number := as_count(cast.get(name))) is not None}
    few = [name for name in votes if votes[name] in FEW]
    closed = ""
    if few and len(few) < len(votes) and (people := _exactly(headcount)) is not None and people not in FEW:
        left = people - sum(number for number in votes.values() if number not in FEW)
        if left in _revealing(len(few)):
            closed = _to_close([name for name in votes if name not in few], votes, left, len(few))
    return {name: "<5" if name in few else "[c]" if name == closed else votes[name] for name in votes}


def groups_shown(participants: dict[str, Any]) -> dict[str, int | str]:
    """`under18` and `over60` as they may be told."""
    groups = {name: number for name in GROUPS if (number := as_count(participants.get(name))) is not None}
    people = as_count(participants.get("headcount"))
    shown: dict[str, int | str] = {}
    for name, number in groups.items():
        leaves_few = people is not None and people - number in FEW
        shown[name] = "<5" if number in FEW else "[c]" if leaves_few else number
    all_told = len(groups) == len(GROUPS) and list(shown.values()) == list(groups.values())
    if all_told and people is not None and people - sum(groups.values()) in FEW:
        shown[_to_close(list(GROUPS), groups, people - sum(groups.values()), 1)] = "[c]"
    return shown


def _exactly(headcount: Any) -> int | None:
    precision = headcount.get("precision", "exact") if isinstance(headcount, dict) else "exact"
    return as_count(headcount) if PRECISIONS.get(precision, precision) == "exact" else None


def _revealing(few: int) -> set[int]:
    """What the headcount may not leave for so many numbers of 1-4."""
    return {1, 2, 3, 4} if few == 1 else {few, few + 1, 4 * few - 1, 4 * few}


def _to_close(names: list[str], numbers: dict[str, int], left: int, few: int) -> str:
    wide = [name for name in names if numbers[name] + left >= 6 + few]
    return wide[0] if wide else max(names, key=lambda name: numbers[name])
