"""How to take part in a place: its next meeting, and the office and the hotline where to raise an issue."""

from msgspec import Struct

from ...model.paths import get_place_of
from ...model.records import Office, Place
from ..layout import build_phone_url
from ..page_context import Link, PageContext, RecordRow, link_to_records

NextMeeting = tuple[str, RecordRow, str]
"""Whether it is the next meeting of a place or its latest one, in words; the meeting; its venue."""


def find_next_meeting(context: PageContext, place: str) -> NextMeeting | None:
    """The next meeting of a place and those below it, else the latest; None if there is no public meeting."""
    to_come = find_upcoming_meetings(context, place)
    meetings = context.record_lists.by_kind_in["meetings"].get(place, ())
    path = next(iter((*to_come, *meetings)), "")
    if not path:
        return None
    label = context.text("Next meeting") if to_come else context.text("Latest meeting")
    return label, context.rows[path], context.library.meetings[path].venue or ""


def find_upcoming_meetings(context: PageContext, place: str) -> list[str]:
    """The meetings of a place that are not over on the day of the report, the soonest first."""
    meetings = context.record_lists.by_kind_in["meetings"].get(place, ())
    dates = {path: context.library.meetings[path].date for path in meetings}
    to_come = [(day, path) for path, when in dates.items() if (day := when.latest) and day >= context.as_of]
    return [path for _, path in sorted(to_come)]


class ContactOffice(Struct, frozen=True):
    """An office; `owner` is the name of the place that it belongs to, if that is a place above."""

    owner: Link | None
    address: str
    hours: str
    phone: Link
    hotline: Link


def find_contact_office(context: PageContext, place: str) -> ContactOffice | None:
    """The office and hotline of the place, else of the nearest place above that has published one."""
    at = place
    while at:
        record = context.library.places.get(at)
        if record and (record.office or record.hotline):
            return _contact_office(context, record, link_to_records(context, [at])[0] if at != place else None)
        at = get_place_of(at)
    return None


def _contact_office(context: PageContext, place: Place, whose: Link | None) -> ContactOffice:
    office = place.office or Office()
    phone, hotline = (Link(number, build_phone_url(number)) for number in (office.phone or "", place.hotline or ""))
    return ContactOffice(whose, office.address or "", office.hours or "", phone, hotline)
