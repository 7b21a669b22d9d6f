"""Days to subscribe to, of the whole site and of every place: an iCalendar (RFC 5545) in every language."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from ..analysis.news import Day
from ..core.digests import digest
from ..core.outputs import Output, Plan
from ..core.traditional import converted_data
from ..model.language import marked
from ..model.paths import place_of
from ..site import Edition
from ..site.edition import name_of
from ..site.shell import absolute, page_of, planned, prefix_of
from .feeds import legal

if TYPE_CHECKING:
    from icalendar import Event

CALENDAR = "calendar.ics"

_SAID: Mapping[str, str] = {
    "meeting": marked("Meeting: {title}"), "event": marked("Event: {title}"), "session": marked("Session: {what}"),
    "promise": marked("Promised by today: {title}"), "followup": marked("Follow-up due: {title}"),
    "action": marked("Action due: {what}"), "recommendation": marked("Recommendation due: {what}"),
}
"""Kind of a day → how it is said."""

_HELD = ("meeting", "event", "session")
"""What takes place; all other days are those by which something should be done."""


def calendar_plans(edition: Edition) -> Iterator[Plan]:
    """The calendar of the site and of every place."""
    for place in ("", *edition.library.places):
        yield planned(edition, page_of(place, CALENDAR), calendar, place)


def calendar(edition: Edition, place: str) -> Output:
    """The calendar of a place and those below it ("" = of the site)."""
    from icalendar import Calendar  # a tenth of a second to import: only where a calendar is made

    path, tag = page_of(place, CALENDAR), edition.language.tag
    scope = edition.library.places.get(place) or edition.library.site
    made, name = Calendar(), _written(edition, name_of(edition, scope).text)
    for key, value in (("prodid", "-//Yishi//Yishi//EN"), ("version", "2.0"), ("name", name), ("x-wr-calname", name)):
        made.add(key, value)
    days = Counter(edition.book.calendar.get(place) or ())
    for day in sorted(days):
        for number in range(days[day]):
            made.add_component(_event(edition, day, number))
    return Output(prefix_of(edition, tag) + path, body=made.to_ical())


def _event(edition: Edition, day: Day, number: int) -> "Event":
    """A whole day; `number`: how many of its record say the very same before it."""
    from icalendar import Event

    event, row = Event(), edition.rows[day.record]
    summary = edition.text(_SAID[day.kind], title=row.title, what=day.what)
    told: dict[str, object] = {
        "uid": _uid(edition, day, number), "dtstart": day.day, **_revision(edition, day.record),
        "summary": _written(edition, summary), "location": _written(edition, _where(edition, day)),
        "url": absolute(edition, edition.language.tag, row.target),
        "transp": "" if day.kind in _HELD else "TRANSPARENT",
    }
    for key, value in told.items():
        if value:
            event.add(key, value)
    return event


def _revision(edition: Edition, path: str) -> dict[str, object]:
    """When a record was changed last, and how often since: neither ever goes back, even if its date is put forward.

    Where Git does not know, it may have been changed until the day of the report.
    """
    changes = edition.book.past.get(path) or ()
    day = changes[-1].day if changes else edition.as_of
    return {"dtstamp": datetime.combine(day, time(), UTC), "sequence": len(changes[1:])}


def _uid(edition: Edition, day: Day, number: int) -> str:
    """What stays the same when a date is put off; what one record has several of is known by its date, too."""
    which = f"{day.what} {day.day}" if day.what else ""
    if number:
        which += f" {number}"
    return digest(f"{edition.base_url} {day.record} {day.kind} {which}".encode())[:32]


def _where(edition: Edition, day: Day) -> str:
    """Where a meeting is held; else the name of the place."""
    meeting = edition.library.meetings.get(day.record) if day.kind == "meeting" else None
    place = edition.library.places.get(place_of(day.record))
    return (meeting and meeting.venue) or (name_of(edition, place).text if place else "")


def _written(edition: Edition, text: str) -> str:
    """A text as it is written in this language, on one line, without what a calendar may not hold."""
    return " ".join(legal(converted_data(text, edition.conversion)).split())
