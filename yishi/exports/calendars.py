"""Days to subscribe to, of the whole site and of every place: an iCalendar (RFC 5545) in every language."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from ..analysis.news import CalendarEntry
from ..core.hashes import compute_digest
from ..core.outputs import Output, OutputPlan
from ..core.traditional import convert_data
from ..model.language import marked
from ..model.paths import get_place_of
from ..site import PageContext
from ..site.layout import build_absolute_url, get_language_prefix, join_place_path, plan_page
from ..site.page_context import localize_name
from .feeds import remove_non_xml_characters

if TYPE_CHECKING:
    from icalendar import Event

CALENDAR_FILE = "calendar.ics"

_SUMMARY_TEXTS: Mapping[str, str] = {
    "meeting": marked("Meeting: {title}"), "event": marked("Event: {title}"), "session": marked("Session: {what}"),
    "promise": marked("Promised by today: {title}"), "followup": marked("Follow-up due: {title}"),
    "action": marked("Action due: {what}"), "recommendation": marked("Recommendation due: {what}"),
}
"""Kind of a day → how it is said."""

_OPAQUE_KINDS = ("meeting", "event", "session")
"""What takes place; all other days are those by which something should be done."""


def plan_calendars(edition: PageContext) -> Iterator[OutputPlan]:
    """The calendar of the site and of every place."""
    for place in ("", *edition.library.places):
        yield plan_page(edition, join_place_path(place, CALENDAR_FILE), build_calendar, place)


def build_calendar(edition: PageContext, place: str) -> Output:
    """The calendar of a place and those below it ("" = of the site)."""
    from icalendar import Calendar  # a tenth of a second to import: only where a calendar is made

    path, tag = join_place_path(place, CALENDAR_FILE), edition.language.tag
    scope = edition.library.places.get(place) or edition.library.site
    made, name = Calendar(), _localized_line(edition, localize_name(edition, scope).text)
    for key, value in (("prodid", "-//Yishi//Yishi//EN"), ("version", "2.0"), ("name", name), ("x-wr-calname", name)):
        made.add(key, value)
    days = Counter(edition.site_data.calendar.get(place) or ())
    for day in sorted(days):
        for number in range(days[day]):
            made.add_component(_calendar_event(edition, day, number))
    return Output(get_language_prefix(edition, tag) + path, body=made.to_ical())


def _calendar_event(edition: PageContext, day: CalendarEntry, number: int) -> "Event":
    """A whole day; `number`: how many of its record say the very same before it."""
    from icalendar import Event

    event, row = Event(), edition.rows[day.record]
    summary = edition.text(_SUMMARY_TEXTS[day.kind], title=row.title, what=day.detail)
    told: dict[str, object] = {
        "uid": _event_uid(edition, day, number), "dtstart": day.day, **_revision_properties(edition, day.record),
        "summary": _localized_line(edition, summary),
        "location": _localized_line(edition, _location_text(edition, day)),
        "url": build_absolute_url(edition, edition.language.tag, row.target),
        "transp": "" if day.kind in _OPAQUE_KINDS else "TRANSPARENT",
    }
    for key, value in told.items():
        if value:
            event.add(key, value)
    return event


def _revision_properties(edition: PageContext, path: str) -> dict[str, object]:
    """When a record was changed last, and how often since: neither ever goes back, even if its date is put forward.

    Where Git does not know, it may have been changed until the day of the report.
    """
    changes = edition.site_data.change_log.get(path) or ()
    day = changes[-1].day if changes else edition.as_of
    return {"dtstamp": datetime.combine(day, time(), UTC), "sequence": len(changes[1:])}


def _event_uid(edition: PageContext, day: CalendarEntry, number: int) -> str:
    """What stays the same when a date is put off; what one record has several of is known by its date, too."""
    which = f"{day.detail} {day.day}" if day.detail else ""
    if number:
        which += f" {number}"
    return compute_digest(f"{edition.base_url} {day.record} {day.kind} {which}".encode())[:32]


def _location_text(edition: PageContext, day: CalendarEntry) -> str:
    """Where a meeting is held; else the name of the place."""
    meeting = edition.library.meetings.get(day.record) if day.kind == "meeting" else None
    place = edition.library.places.get(get_place_of(day.record))
    return (meeting and meeting.venue) or (localize_name(edition, place).text if place else "")


def _localized_line(edition: PageContext, text: str) -> str:
    """A text as it is written in this language, on one line, without what a calendar may not hold."""
    return " ".join(remove_non_xml_characters(convert_data(text, edition.conversion)).split())
