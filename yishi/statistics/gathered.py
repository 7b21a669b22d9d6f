"""Statistics of other records than issues: what each meeting, register, case or community contributes (§6)."""

from collections.abc import Iterator
from datetime import date

from ..library import Library
from ..paths import and_above, place_of
from ..records import Meeting
from .model import Contribution

Contributions = Iterator[tuple[str, Contribution]]
"""The path of a record, and what it contributes."""


def cases(library: Library, as_of: date) -> Contributions:
    for path in library.cases:
        if path not in library.drafts:
            yield path, Contribution(1, 1)


def communities_reporting(library: Library, as_of: date) -> Contributions:
    """Every leaf place with a record, where the number of communities is known; its place.yaml alone is none."""
    reporting = {place_of(path) for path in library.paths_of_places() if path not in library.drafts}
    for place in library.places:
        if place in reporting and place not in library.children and _is_expected(library, place):
            yield place, Contribution(1)


def _is_expected(library: Library, place: str) -> bool:
    """Whether this place or one above it says how many communities there are."""
    return any(library.places[one].expected_communities is not None for one in and_above(place))


def youth_share(library: Library, as_of: date) -> Contributions:
    for path, meeting in _meetings(library):
        yield path, _people(meeting, meeting.participants.under18, as_of)


def elderly_share(library: Library, as_of: date) -> Contributions:
    for path, meeting in _meetings(library):
        yield path, _people(meeting, meeting.participants.over60, as_of)


def actions_done(library: Library, as_of: date) -> Contributions:
    """A meeting's actions that were due by T: how many were done by their day."""
    for path, meeting in _meetings(library):
        due = [action for action in meeting.actions if action.due and action.due <= as_of]
        if due:
            yield path, Contribution(sum(bool(a.done_on and a.due and a.done_on <= a.due) for a in due), len(due))


def claimed_plots(library: Library, as_of: date) -> Contributions:
    """A register's items that are claimed by T; a register without items is a published figure and counts nothing."""
    for path, register in library.registers.items():
        if not register.draft and register.items:
            claimed = [item for item in register.items if item.claimed and (item.claimed_on or as_of) <= as_of]
            yield path, Contribution(len(claimed), len(register.items))


def _meetings(library: Library) -> Iterator[tuple[str, Meeting]]:
    return ((path, meeting) for path, meeting in library.meetings.items() if not meeting.draft)


def _people(meeting: Meeting, number: int | None, as_of: date) -> Contribution:
    """So many of all who took part; an approximate headcount counts by its value."""
    if meeting.date.earliest and meeting.date.earliest > as_of:
        return Contribution(left_out="after_as_of")
    headcount = meeting.participants.headcount
    if number is None or headcount is None or headcount.value is None:
        return Contribution(left_out="not_recorded")
    return Contribution(number, round(headcount.value), about=headcount.precision != "exact")
