"""Days to subscribe to, of the whole site and of every place: an iCalendar (RFC 5545) in every language."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from ..digests import digest
from ..language import marked
from ..outputs import Output, Plan
from ..pages import Edition
from ..pages.edition import name_of
from ..pages.news import Day
from ..pages.shell import absolute, page_of, planned, prefix_of
from ..paths import place_of
from ..traditional import converter
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
    for day in sorted(edition.book.calendar.get(place) or ()):
        made.add_component(_event(edition, day))
    return Output(prefix_of(edition, tag) + path, body=made.to_ical())


def _event(edition: Edition, day: Day) -> "Event":
    """A whole day. It is stamped with its own date, so that the same records give the same calendar."""
    from icalendar import Event

    event, row = Event(), edition.rows[day.record]
    summary = edition.text(_SAID[day.kind], title=row.title, what=day.what)
    told: dict[str, object] = {
        "uid": _uid(edition, day), "dtstamp": datetime.combine(day.day, time(12), UTC), "dtstart": day.day,
        "summary": _written(edition, summary), "location": _written(edition, _where(edition, day)),
        "url": absolute(edition, edition.language.tag, row.target),
        "transp": "" if day.kind in _HELD else "TRANSPARENT",
    }
    for key, value in told.items():
        if value:
            event.add(key, value)
    return event


def _uid(edition: Edition, day: Day) -> str:
    """What stays the same when a date is put off; what one record has several of is known by its date, too."""
    which = f"{day.what} {day.day}" if day.what else ""
    return digest(f"{edition.base_url} {day.record} {day.kind} {which}".encode())[:32]


def _where(edition: Edition, day: Day) -> str:
    """Where a meeting is held; else the name of the place."""
    meeting = edition.library.meetings.get(day.record) if day.kind == "meeting" else None
    place = edition.library.places.get(place_of(day.record))
    return (meeting and meeting.venue) or (name_of(edition, place).text if place else "")


def _written(edition: Edition, text: str) -> str:
    """A text as it is written in this language, without what a calendar may not hold."""
    return legal(converter(edition.conversion)(text) if edition.conversion else text)
