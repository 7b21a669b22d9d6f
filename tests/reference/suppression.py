"""Few people are hidden (content model §6.2)."""

from typing import Any

from .read import Record, as_count
from .words import PRECISIONS

FEW = range(1, 5)
"""So many people are never told."""
GROUPS = ("under18", "over60")


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
    closed: set[str] = set()
    if few and (people := _exactly(headcount)) is not None and people not in FEW:
        left = people - sum(number for number in votes.values() if number not in FEW)
        if left in _revealing(len(few)):
            closed = {*few, *_to_close([name for name in votes if name not in few], votes, left, len(few))}
    return {name: "[c]" if name in closed else "<5" if name in few else votes[name] for name in votes}


def groups_shown(participants: dict[str, Any]) -> dict[str, int | str]:
    """`under18` and `over60` as they may be told."""
    groups = {name: number for name in GROUPS if (number := as_count(participants.get(name))) is not None}
    people = as_count(participants.get("headcount"))
    few = {name for name, number in groups.items() if number in FEW}
    if people is None:
        return {name: "<5" if name in few else number for name, number in groups.items()}
    leaving = {name for name, number in groups.items() if name not in few and people - number in FEW}
    told = sum(number for name, number in groups.items() if name not in few | leaving)
    closed = few | leaving
    if not closed and people - told in FEW:
        closed = leaving = set(groups)
    if leaving or (len(closed) == 1 and people - told == 6):
        return {name: "[c]" if name in closed else number for name, number in groups.items()}
    return {name: "<5" if name in few else number for name, number in groups.items()}


def _exactly(headcount: Any) -> int | None:
    precision = headcount.get("precision", "exact") if isinstance(headcount, dict) else "exact"
    return as_count(headcount) if PRECISIONS.get(precision, precision) == "exact" else None


def _revealing(few: int) -> set[int]:
    """What the headcount may not leave for so many numbers of 1-4."""
    return {1, 2, 3, 4} if few == 1 else {few, few + 1, 4 * few - 1, 4 * few}


def _to_close(names: list[str], numbers: dict[str, int], left: int, few: int) -> list[str]:
    wide = [name for name in names if numbers[name] + left >= 6 + few]
    return wide[:1] or [name for name in names if numbers[name]]
