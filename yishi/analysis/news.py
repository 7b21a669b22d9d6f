"""News of each place, for feeds, and the entries of its calendar; independent of language."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from heapq import nlargest, nsmallest
from typing import Literal, NamedTuple, TypeVar

from ..library import Library
from ..model.dates import PartialDate
from ..model.paths import get_place_of
from .summaries import ListItem

MAX_NEWS = 50
"""Maximum number of entries in a feed."""

MAX_CALENDAR_ENTRIES = 200
"""Maximum number of entries in a calendar: those nearest to the day of the report."""

CALENDAR_PAST = timedelta(90)
"""How long a past entry stays in a calendar."""

WEEK = timedelta(7)
"""The days up to the day of the report that the digest of a week tells, and those after it that it announces."""

T = TypeVar("T")


class NewsItem(NamedTuple):
    """An issue that is new, moved on or was resolved, and the day."""

    day: date
    issue: str
    kind: Literal["new", "moved", "resolved"]


class CalendarEntry(NamedTuple):
    """A day on which something takes place or is due; `detail` distinguishes several entries of one record; `days`: how
    long it lasts."""

    day: date
    record: str
    kind: Literal["meeting", "event", "session", "promise", "followup", "action", "recommendation"]
    detail: str = ""
    days: int = 1


def collect_news(library: Library, list_items: Mapping[str, ListItem],
                 as_of: date) -> Mapping[str, tuple[NewsItem, ...]]:
    """Place ("" for the site) → news of the place and the places below, newest first."""
    items = ((path, news) for path in library.issues for news in _news_of_issue(path, list_items[path], as_of))
    return _group_and_limit_by_place(library, items, lambda several: nlargest(MAX_NEWS, several))


def _news_of_issue(path: str, list_item: ListItem, as_of: date) -> Iterator[NewsItem]:
    """The news of an issue: that it was raised, and its last step.

    A date known to the month or year counts as its first day, so that it does not move from build to build.
    """
    if list_item.exclusion_reason:
        return
    raised = list_item.listed_date.day
    moved = list_item.last_step_date.day if list_item.last_step else None
    if raised and raised <= as_of:
        yield NewsItem(raised, path, "new")
    if list_item.status == "resolved" and list_item.closed_on:
        yield NewsItem(list_item.closed_on if list_item.closed_on <= as_of else moved or list_item.closed_on, path,
                       "resolved")
    elif moved and moved <= as_of and (list_item.status != "new" or moved != raised):
        yield NewsItem(moved, path, "moved")


def collect_calendar(library: Library, list_items: Mapping[str, ListItem],
                     as_of: date) -> Mapping[str, tuple[CalendarEntry, ...]]:
    """Place ("" for the site) → calendar entries of the place and the places below, nearest first."""
    entries = (*((path, entry) for path in library.issues for entry in _calendar_of_issue(path, list_items[path])),
               *_calendar_of_activities(library))
    recent = ((path, entry) for path, entry in entries if entry.day >= as_of - CALENDAR_PAST)

    def nearness(entry: CalendarEntry) -> tuple[timedelta, CalendarEntry]:
        return abs(entry.day - as_of), entry

    return _group_and_limit_by_place(library, recent,
                                     lambda several: nsmallest(MAX_CALENDAR_ENTRIES, several, key=nearness))


def _calendar_of_issue(path: str, list_item: ListItem) -> Iterator[CalendarEntry]:
    if list_item.is_judged and not list_item.exclusion_reason:
        if list_item.due and list_item.is_open:
            yield CalendarEntry(list_item.due, path, "promise")
        if list_item.followup_due:
            yield CalendarEntry(list_item.followup_due, path, "followup")


def _calendar_of_activities(library: Library) -> Iterator[tuple[str, CalendarEntry]]:
    for path, event in library.events.items():
        if not event.draft:
            yield from ((path, entry) for entry in _held_on(event.date, path, "event"))
    for path, meeting in library.meetings.items():
        if not meeting.draft:
            yield from ((path, entry) for entry in _held_on(meeting.date, path, "meeting"))
        if meeting.is_judged:
            yield from ((path, CalendarEntry(action.due, path, "action", action.what))
                        for action in meeting.actions if action.due and not action.done_on)
    for path, review in library.reviews.items():
        if review.is_judged:
            yield from ((path, CalendarEntry(recommendation.due, path, "recommendation", recommendation.text))
                        for recommendation in review.recommendations
                        if recommendation.due and not recommendation.done_on)
    for path, plan in library.plans.items():
        if not plan.draft:
            yield from ((path, entry) for session in plan.sessions
                        for entry in _held_on(session.date, path, "session", session.topic))


def _held_on(when: PartialDate, path: str, kind: Literal["meeting", "event", "session"],
             detail: str = "") -> Iterator[CalendarEntry]:
    """The entry of what takes place on a day, or from one day to another; none if the days are not known."""
    last = when.last_named
    if when.day and last and when.unit == "day" and when.precision in ("day", "range") and not when.is_about:
        yield CalendarEntry(when.day, path, kind, detail, (last - when.day).days + 1)


def _group_and_limit_by_place(library: Library, items: Iterable[tuple[str, T]],
                              select: Callable[[list[T]], list[T]]) -> Mapping[str, tuple[T, ...]]:
    """The items by place: a selection of the place's own items and of those selected below."""
    items_of_place: defaultdict[str, list[T]] = defaultdict(list)
    for path, item in items:
        items_of_place[get_place_of(path)].append(item)
    for place in reversed(list(library.places)):  # children stand after their parent
        if place in items_of_place:
            items_of_place[place] = select(items_of_place[place])
            items_of_place[get_place_of(place)] += items_of_place[place]
    return {**{place: tuple(selected) for place, selected in items_of_place.items()},
            "": tuple(select(items_of_place[""]))}
