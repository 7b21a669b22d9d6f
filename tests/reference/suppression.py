"""Few people are hidden (content model §6.1.15 and §8)."""

from typing import Any

from .read import Record, as_count

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
