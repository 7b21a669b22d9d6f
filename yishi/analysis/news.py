"""What is new at each place, for feeds, and what stands in its calendar: the same in every language."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from heapq import nlargest, nsmallest
from typing import Literal, NamedTuple, TypeVar

from ..library import Library
from ..model.paths import get_place_of
from ..model.records import Plan
from .summaries import ListItem

MAX_NEWS = 50
"""So many news one feed tells."""

MAX_CALENDAR_ENTRIES = 200
"""So many days one calendar holds, those nearest to the day of the report."""

CALENDAR_PAST = timedelta(90)
"""So long a day stays in a calendar."""

T = TypeVar("T")


class NewsItem(NamedTuple):
    """An issue that is new, moved on or was resolved, and on which day."""

    day: date
    issue: str
    kind: Literal["new", "moved", "resolved"]


class CalendarEntry(NamedTuple):
    """A day for the calendar: when something takes place or is due; `what` tells apart the days of one record."""

    day: date
    record: str
    kind: Literal["meeting", "event", "session", "promise", "followup", "action", "recommendation"]
    detail: str = ""


def collect_news(library: Library, listings: Mapping[str, ListItem], as_of: date) -> Mapping[str, tuple[NewsItem, ...]]:
    """Place ("" = the site) → what is new there and below, newest first."""
    found = ((path, news) for path in library.issues for news in _news_of_issue(path, listings[path], as_of))
    return _group_and_limit_by_place(library, found, lambda several: nlargest(MAX_NEWS, several))


def _news_of_issue(path: str, one: ListItem, as_of: date) -> Iterator[NewsItem]:
    """What is told of an issue: that it was raised, and the last that became of it.

    What is known to the month or year stands under its first day, so that it does not move from build to build.
    """
    if one.exclusion_reason:
        return
    raised, moved = one.listed_date.day, one.last_step_date.day if one.last_step else None
    if raised and raised <= as_of:
        yield NewsItem(raised, path, "new")
    if one.status == "resolved" and one.closed_on:
        yield NewsItem(one.closed_on if one.closed_on <= as_of else moved or one.closed_on, path, "resolved")
    elif moved and moved <= as_of and (one.status != "new" or moved != raised):
        yield NewsItem(moved, path, "moved")


def collect_calendar(library: Library, listings: Mapping[str, ListItem],
                     as_of: date) -> Mapping[str, tuple[CalendarEntry, ...]]:
    """Place ("" = the site) → the days of its calendar and of those below, the nearest first."""
    days = (*((path, day) for path in library.issues for day in _calendar_of_issue(path, listings[path])),
            *_calendar_of_activities(library))
    recent = ((path, day) for path, day in days if day.day >= as_of - CALENDAR_PAST)

    def nearness(day: CalendarEntry) -> tuple[timedelta, CalendarEntry]:
        return abs(day.day - as_of), day

    return _group_and_limit_by_place(library, recent,
                                     lambda several: nsmallest(MAX_CALENDAR_ENTRIES, several, key=nearness))


def _calendar_of_issue(path: str, one: ListItem) -> Iterator[CalendarEntry]:
    if one.is_judged and not one.exclusion_reason:
        if one.due and one.is_open:
            yield CalendarEntry(one.due, path, "promise")
        if one.followup_due:
            yield CalendarEntry(one.followup_due, path, "followup")


def _calendar_of_activities(library: Library) -> Iterator[tuple[str, CalendarEntry]]:
    for path, event in library.events.items():
        if not event.draft and event.date.exact:
            yield path, CalendarEntry(event.date.exact, path, "event")
    for path, meeting in library.meetings.items():
        if not meeting.draft and meeting.date.exact:
            yield path, CalendarEntry(meeting.date.exact, path, "meeting")
        if not meeting.draft and meeting.basis != "press":
            yield from ((path, CalendarEntry(one.due, path, "action", one.what))
                        for one in meeting.actions if one.due and not one.done_on)
    for path, review in library.reviews.items():
        if not review.draft and review.basis != "press":
            yield from ((path, CalendarEntry(one.due, path, "recommendation", one.text))
                        for one in review.recommendations if one.due and not one.done_on)
    for path, plan in library.plans.items():
        yield from ((path, day) for day in _calendar_of_plan(path, plan))


def _calendar_of_plan(path: str, plan: Plan) -> Iterator[CalendarEntry]:
    for session in () if plan.draft else plan.sessions:
        if day := session.date.exact:
            yield CalendarEntry(day, path, "session", session.topic)


def _group_and_limit_by_place(library: Library, found: Iterable[tuple[str, T]],
                              chosen: Callable[[list[T]], list[T]]) -> Mapping[str, tuple[T, ...]]:
    """What was found of records, by place: what is chosen there of its own and of what was chosen below."""
    held: defaultdict[str, list[T]] = defaultdict(list)
    for path, one in found:
        held[get_place_of(path)].append(one)
    for place in reversed(list(library.places)):  # children stand after their parent
        if place in held:
            held[place] = chosen(held[place])
            held[get_place_of(place)] += held[place]
    return {**{place: tuple(several) for place, several in held.items()}, "": tuple(chosen(held[""]))}
