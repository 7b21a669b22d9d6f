"""Contributions of meetings, registers and communities to statistics, and totals that are no plain sums (§6)."""

from collections.abc import Iterator, Set
from datetime import date
from typing import Literal

from ...library import Library, get_review_date
from ...model.dates import UNKNOWN_DATE
from ...model.kinds import ACTIVITIES
from ...model.paths import get_place_of, list_ancestor_places
from ...model.records import Meeting
from ...model.suppression import SECONDARY, is_below_threshold, suppress_participants
from .compute import fraction, in_order
from .model import Contribution, Stat, Totals

RecordContributions = Iterator[tuple[str, Contribution]]
"""Pairs of record path and contribution."""


def count_reporting_communities(library: Library, as_of: date, active_places: Set[str]) -> RecordContributions:
    """Every leaf place with a record below a place that states its number of communities.

    `active_places`: the places that have issues or cases of their own dated up to T.
    """
    reporting = find_places_with_records(library, as_of, active_places)
    for place in library.places:
        if place in reporting and place not in library.children and _has_expected_number(library, place):
            yield place, Contribution(1)


def find_places_with_records(library: Library, as_of: date, active_places: Set[str]) -> Set[str]:
    """The places that have records of their own.

    `active_places`: as above. Records dated after T do not count yet; the descriptions of a place (`place.yaml`,
    `locations.yaml`) never count (§6.1.2).
    """
    dates = {**{path: meeting.date for path, meeting in library.meetings.items()},
             **{path: event.date for path, event in library.events.items()},
             **{path: get_review_date(library, review) for path, review in library.reviews.items()}}
    return active_places | {get_place_of(path) for path, _ in library.of_kinds((*ACTIVITIES, "figure"))
                            if path not in library.drafts and not dates.get(path, UNKNOWN_DATE).is_after(as_of)}


def _has_expected_number(library: Library, place: str) -> bool:
    """Whether a place above it states its number of communities."""
    return any(library.places[above].expected_communities is not None for above in list_ancestor_places(place))


def share_of_people(key: Literal["under18", "over60"], library: Library, as_of: date,
                    active_places: Set[str]) -> RecordContributions:
    """The people of an age group at each meeting, of all participants."""
    for path, meeting in _public_meetings(library):
        yield path, _share_of_headcount(meeting, key, as_of)


def count_actions_done(library: Library, as_of: date, active_places: Set[str]) -> RecordContributions:
    """A meeting's actions due by T: how many were done in time; those due later are left out."""
    for path, meeting in _public_meetings(library):
        days = [(action.due, action.done_on) for action in meeting.actions if action.due]
        due = [(day, done_on) for day, done_on in days if day <= as_of]
        if days:
            done = sum(done_on is not None and done_on <= day for day, done_on in due)
            later = len(days) - len(due)
            yield path, Contribution(done, len(due), exclusion_reason="not_due" if later else "", excluded_parts=later)


def count_claimed_plots(library: Library, as_of: date, active_places: Set[str]) -> RecordContributions:
    """A register's items claimed by T; a register without items is a published figure and counts nothing."""
    for path, register in library.registers.items():
        if not register.draft and register.items:
            claimed = [item for item in register.items if item.claimed and (item.claimed_on or as_of) <= as_of]
            yield path, Contribution(len(claimed), len(register.items))


def _public_meetings(library: Library) -> Iterator[tuple[str, Meeting]]:
    return ((path, meeting) for path, meeting in library.meetings.items() if not meeting.draft)


def _share_of_headcount(meeting: Meeting, key: Literal["under18", "over60"], as_of: date) -> Contribution:
    """The share of all participants; an approximate headcount counts with its value."""
    if meeting.date.is_after(as_of):
        return Contribution(exclusion_reason="after_as_of")
    participants = meeting.participants
    number = getattr(participants, key)
    headcount = participants.headcount
    if number is None or headcount is None or headcount.value is None:
        return Contribution(exclusion_reason="not_recorded")
    people = round(headcount.value)
    other = (participants.over60 if key == "under18" else participants.under18) or 0
    is_disclosed = suppress_participants(participants).get(key) == SECONDARY and not is_below_threshold(people - number)
    return Contribution(number, people, is_approximate=headcount.precision != "exact",
                        published_elsewhere=other if is_disclosed else 0)


def by_place(library: Library, scope: str, totals: Totals) -> Stat:
    """The issues of each place directly below; those of the place itself under its own path."""
    total = totals[scope]["issues"]
    below = {place: totals[place]["issues"].numerator for place in library.children.get(scope, ())}
    own = {scope: total.numerator - sum(below.values())}
    counts = {place: number for place, number in sorted({**below, **own}.items()) if number}
    return Stat(counts, total.numerator, total.numerator, in_order(total.excluded))


def share_reporting(library: Library, scope: str, totals: Totals) -> Stat:
    """The leaf places with a record, of the number stated by the highest places with `expected_communities`.

    If there are more than expected, both numbers are given, but no share (§6.1.2).
    """
    highest = list(_highest_expecting(library, scope))
    if not highest:
        return Stat(None, None, None, {})
    numerator = sum(totals[place]["communities_reporting"].numerator for place in highest)
    denominator = sum(library.places[place].expected_communities or 0 for place in highest)
    value = None if numerator > denominator else fraction(numerator, denominator)
    return Stat(value, numerator, denominator, {})


def _highest_expecting(library: Library, scope: str) -> Iterator[str]:
    if scope and library.places[scope].expected_communities is not None:
        yield scope
        return
    for child in library.children.get(scope, ()):
        yield from _highest_expecting(library, child)
