"""What is new at each place, for feeds, and what stands in its calendar: the same in every language."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from heapq import nlargest, nsmallest
from typing import Literal, NamedTuple, TypeVar

from ..library import Library
from ..model.paths import place_of
from ..model.records import Plan
from .briefs import Listing

NEWEST = 50
"""So many news one feed tells."""

NEAREST = 200
"""So many days one calendar holds, those nearest to the day of the report."""

LOOK_BACK = timedelta(90)
"""So long a day stays in a calendar."""

T = TypeVar("T")


class News(NamedTuple):
    """An issue that is new, moved on or was resolved, and on which day."""

    day: date
    issue: str
    kind: Literal["new", "moved", "resolved"]


class Day(NamedTuple):
    """A day for the calendar: when something takes place or is due; `what` tells apart the days of one record."""

    day: date
    record: str
    kind: Literal["meeting", "event", "session", "promise", "followup", "action", "recommendation"]
    what: str = ""


def news_of(library: Library, listings: Mapping[str, Listing], as_of: date) -> Mapping[str, tuple[News, ...]]:
    """Place ("" = the site) → what is new there and below, newest first."""
    found = ((path, news) for path in library.issues for news in _news(path, listings[path], as_of))
    return _by_place(library, found, lambda several: nlargest(NEWEST, several))


def _news(path: str, one: Listing, as_of: date) -> Iterator[News]:
    """What is told of an issue: that it was raised, and the last that became of it.

    What is known to the month or year stands under its first day, so that it does not move from build to build.
    """
    if one.apart:
        return
    raised, moved = one.when.day, one.moved.day if one.latest else None
    if raised and raised <= as_of:
        yield News(raised, path, "new")
    if one.status == "resolved" and one.closed:
        yield News(one.closed if one.closed <= as_of else moved or one.closed, path, "resolved")
    elif moved and moved <= as_of and (one.status != "new" or moved != raised):
        yield News(moved, path, "moved")


def calendar_of(library: Library, listings: Mapping[str, Listing], as_of: date) -> Mapping[str, tuple[Day, ...]]:
    """Place ("" = the site) → the days of its calendar and of those below, the nearest first."""
    days = (*((path, day) for path in library.issues for day in _of_issue(path, listings[path])),
            *_of_practice(library))
    recent = ((path, day) for path, day in days if day.day >= as_of - LOOK_BACK)

    def nearness(day: Day) -> tuple[timedelta, Day]:
        return abs(day.day - as_of), day

    return _by_place(library, recent, lambda several: nsmallest(NEAREST, several, key=nearness))


def _of_issue(path: str, one: Listing) -> Iterator[Day]:
    if one.judged and not one.apart:
        if one.due and one.open:
            yield Day(one.due, path, "promise")
        if one.look:
            yield Day(one.look, path, "followup")


def _of_practice(library: Library) -> Iterator[tuple[str, Day]]:
    for path, event in library.events.items():
        if not event.draft and event.date.exact:
            yield path, Day(event.date.exact, path, "event")
    for path, meeting in library.meetings.items():
        if not meeting.draft and meeting.date.exact:
            yield path, Day(meeting.date.exact, path, "meeting")
        if not meeting.draft and meeting.basis != "press":
            yield from ((path, Day(one.due, path, "action", one.what))
                        for one in meeting.actions if one.due and not one.done_on)
    for path, review in library.reviews.items():
        if not review.draft and review.basis != "press":
            yield from ((path, Day(one.due, path, "recommendation", one.text))
                        for one in review.recommendations if one.due and not one.done_on)
    for path, plan in library.plans.items():
        yield from ((path, day) for day in _sessions(path, plan))


def _sessions(path: str, plan: Plan) -> Iterator[Day]:
    for session in () if plan.draft else plan.sessions:
        if day := session.date.exact:
            yield Day(day, path, "session", session.topic)


def _by_place(library: Library, found: Iterable[tuple[str, T]],
              chosen: Callable[[list[T]], list[T]]) -> Mapping[str, tuple[T, ...]]:
    """What was found of records, by place: what is chosen there of its own and of what was chosen below."""
    held: defaultdict[str, list[T]] = defaultdict(list)
    for path, one in found:
        held[place_of(path)].append(one)
    for place in reversed(list(library.places)):  # children stand after their parent
        if place in held:
            held[place] = chosen(held[place])
            held[place_of(place)] += held[place]
    return {**{place: tuple(several) for place, several in held.items()}, "": tuple(chosen(held[""]))}
