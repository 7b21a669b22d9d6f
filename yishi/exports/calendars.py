"""iCalendar files (RFC 5545) of the site and of every place, in every language.

What has a time of day stands in the time zone of the site, which the file defines; all else lasts whole days.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from ..analysis.news import CalendarEntry
from ..core.hashes import compute_digest
from ..core.outputs import Output, OutputPlan
from ..core.traditional import convert_data
from ..model.paths import get_place_of
from ..model.times import get_time_zone
from ..site import PageContext
from ..site.layout import build_absolute_url, get_language_prefix, join_place_path, plan_page
from ..site.lists.week import describe_calendar_entry, find_entry_time
from ..site.page_context import localize_name, localize_text
from .feeds import remove_non_xml_characters

if TYPE_CHECKING:
    from icalendar import Event

CALENDAR_FILE = "calendar.ics"

_OPAQUE_KINDS = ("meeting", "event", "session")
"""Kinds that take place at a time (OPAQUE); all others are deadlines (TRANSPARENT)."""


def plan_calendars(context: PageContext) -> Iterator[OutputPlan]:
    """Plans of the calendars of the site and of every place."""
    for place in ("", *context.library.places):
        yield plan_page(context, join_place_path(place, CALENDAR_FILE), build_calendar, place)


def build_calendar(context: PageContext, place: str) -> Output:
    """The calendar of a place and the places below it ("" for the site)."""
    from icalendar import Calendar, Timezone  # a tenth of a second to import: only where a calendar is made

    path = join_place_path(place, CALENDAR_FILE)
    tag = context.language.tag
    scope = context.library.places.get(place) or context.library.site
    calendar = Calendar()
    name = _localized_line(context, localize_name(context, scope).text)
    for key, value in (("prodid", "-//Yishi//Yishi//EN"), ("version", "2.0"), ("name", name), ("x-wr-calname", name)):
        calendar.add(key, value)
    entries = sorted(context.site_data.calendar.get(place) or ())
    for entry, summary, number in _name_entries(context, entries):
        calendar.add_component(_calendar_event(context, entry, summary, number))
    if not entries:  # a calendar must have a component (RFC 5545, 3.6)
        zone = get_time_zone(context.library.site.timezone).key
        calendar.add_component(Timezone.from_tzid(zone, first_date=context.as_of,
                                                  last_date=context.as_of + timedelta(366)))
    if timed := [entry.day for entry in entries if find_entry_time(context, entry)]:
        calendar.add_missing_timezones(min(timed).replace(month=1, day=1), max(timed) + timedelta(366))
    return Output(get_language_prefix(context, tag) + path, body=calendar.to_ical())


def _name_entries(context: PageContext, entries: Iterable[CalendarEntry]) -> Iterator[tuple[CalendarEntry, str, int]]:
    """Each entry, what it is and where, and how many identical entries of its record precede it.

    No two entries of a day have one name: several that would are numbered.
    """
    seen: Counter[CalendarEntry] = Counter()
    named: Counter[tuple[date, str]] = Counter()
    for entry in entries:
        text = context.text("{name} ({n})", name=describe_calendar_entry(context, entry),
                            n=context.rows[entry.record].place)
        named[entry.day, text] += 1
        alike = named[entry.day, text]
        yield entry, f"{text} {context.number(alike)}" if alike > 1 else text, seen[entry]
        seen[entry] += 1


def _calendar_event(context: PageContext, entry: CalendarEntry, summary: str, repetition: int) -> "Event":
    """An event of whole days, or from the beginning to the end of a meeting; `repetition`: how many identical
    entries of its record precede it."""
    from icalendar import Event

    event = Event()
    row = context.rows[entry.record]
    start, end = _event_span(context, entry)
    properties: dict[str, object] = {
        "uid": _event_uid(context, entry, repetition), "dtstart": start, "dtend": end,
        **_revision_properties(context, entry.record),
        "summary": _localized_line(context, summary),
        "location": _localized_line(context, _location_text(context, entry)),
        "url": build_absolute_url(context, context.language.tag, row.target),
        "transp": "" if entry.kind in _OPAQUE_KINDS else "TRANSPARENT",
    }
    for key, value in properties.items():
        if value:
            event.add(key, value)
    return event


def _event_span(context: PageContext, entry: CalendarEntry) -> tuple[date, date | None]:
    """When an entry begins and ends: days, of which the last is that after its end, or times."""
    if span := find_entry_time(context, entry):
        return span.on(entry.day, get_time_zone(context.library.site.timezone))
    return entry.day, entry.day + timedelta(days=entry.days) if entry.days > 1 else None


def _revision_properties(context: PageContext, path: str) -> dict[str, object]:
    """DTSTAMP and SEQUENCE from the history of the record, so that neither ever decreases even if its date is brought
    forward.

    Without history: the day of the report, since the record may have changed until then.
    """
    changes = context.site_data.change_log.get(path) or ()
    day = changes[-1].day if changes else context.as_of
    return {"dtstamp": datetime.combine(day, time(), UTC), "sequence": len(changes[1:])}


def _event_uid(context: PageContext, entry: CalendarEntry, repetition: int) -> str:
    """UID that stays the same if a date is postponed; entries of which a record has several are identified by date as
    well."""
    detail = f"{entry.detail} {entry.day}" if entry.detail else ""
    if repetition:
        detail += f" {repetition}"
    return compute_digest(f"{context.base_url} {entry.record} {entry.kind} {detail}".encode())[:32]


def _location_text(context: PageContext, entry: CalendarEntry) -> str:
    """The venue of a meeting, otherwise the name of the place."""
    meeting = context.library.meetings.get(entry.record) if entry.kind == "meeting" else None
    place = context.library.places.get(get_place_of(entry.record))
    venue = localize_text(context, meeting, meeting.venue).text if meeting else ""
    return venue or (localize_name(context, place).text if place else "")


def _localized_line(context: PageContext, text: str) -> str:
    """`text` as a single line in the variant of this language, without characters that a calendar must not hold."""
    return " ".join(remove_non_xml_characters(convert_data(text, context.conversion)).split())
