"""How to take part in a place: its next meeting, where to raise an issue, and how to say that one is not solved."""

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from ..model.paths import get_place_of
from ..model.records import Contact, Office, Place
from .layout import SUBMIT_PAGE, build_absolute_url, build_phone_url
from .page_context import Link, LocalizedText, PageContext, RecordRow, format_time_span, link_to_records, localize_text

NextMeeting = tuple[str, RecordRow, LocalizedText]
"""Whether it is the next meeting of a place or its latest one, in words; the meeting; its time and venue."""


def find_next_meeting(context: PageContext, place: str) -> NextMeeting | None:
    """The next meeting of a place and those below it, else the latest; None if there is no public meeting."""
    to_come = find_upcoming_meetings(context, place)
    meetings = context.record_lists.by_kind_in["meetings"].get(place, ())
    path = next(iter((*to_come, *meetings)), "")
    if not path:
        return None
    label = context.text("Next meeting") if to_come else context.text("Latest meeting")
    meeting = context.library.meetings[path]
    venue = localize_text(context, meeting, meeting.venue)
    return label, context.rows[path], replace(
        venue, text=" ".join(filter(None, (format_time_span(meeting.time), venue.text))))


def find_upcoming_meetings(context: PageContext, place: str) -> list[str]:
    """The meetings of a place that are not over on the day of the report, the soonest first."""
    meetings = context.record_lists.by_kind_in["meetings"].get(place, ())
    held = ((path, context.library.meetings[path]) for path in meetings)
    to_come = [(day, str(meeting.time or ""), path) for path, meeting in held
               if (day := meeting.date.latest) and day >= context.as_of]
    return [path for *_, path in sorted(to_come)]


class ContactOffice(Struct, frozen=True):
    """An office; `owner` is the name of the place that it belongs to, if that is a place above."""

    owner: Link | None
    address: LocalizedText
    hours: LocalizedText
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
    return ContactOffice(whose, localize_text(context, place, office.address),
                         localize_text(context, place, office.hours), phone, hotline)


class AnswerBack(Struct, frozen=True):
    """How to say that something is not solved. `ways`: what each way is, and its link (`target` leaves the site) or
    text; `form`: the path of the form ("" = none)."""

    ways: tuple[tuple[str, Link], ...]
    form: str


def find_ways_to_answer(context: PageContext, place: str, page: str, title: str) -> AnswerBack:
    """Whom to tell that the matter `title`, on `page` of `place`, is not solved."""
    return AnswerBack(tuple(_ways_to_answer(context, place, page, title)),
                      f"{SUBMIT_PAGE}?place={place}" if context.library.site.submit else "")


def _ways_to_answer(context: PageContext, place: str, page: str, title: str) -> Iterator[tuple[str, Link]]:
    text = context.text
    contact = context.library.site.contact or Contact()
    office = find_contact_office(context, place)
    if contact.email:
        yield text("E-mail"), Link(contact.email, _write_mail(context, contact.email, page, title))
    if office:
        yield from _ways_to_office(context, office)
    elif contact.phone:
        yield text("Phone"), Link(contact.phone, build_phone_url(contact.phone))


def _ways_to_office(context: PageContext, office: ContactOffice) -> Iterator[tuple[str, Link]]:
    text = context.text
    phones = ((text("Phone"), office.phone), (text("Hotline"), office.hotline))
    yield from ((label, phone) for label, phone in phones if phone.text)
    if office.address.text:
        where = " ".join(filter(None, (office.address.text, office.hours.text)))
        yield text("Office"), Link(where, "", office.address.lang)


def list_ways_to_send(context: PageContext) -> Mapping[str, list[tuple[str, str, str, str]]]:
    """Where a written record can be sent: place → what each way is, its text, its URL and language ("" = none), for
    each place that has an office of its own; under "" those of the site, the e-mail first."""
    contact = context.library.site.contact or Contact()
    of_site = [(context.text("E-mail"), Link(contact.email, f"mailto:{quote(contact.email, safe='@')}"))] if (
        contact.email) else []
    of_site += [(context.text("Phone"), Link(contact.phone, build_phone_url(contact.phone)))] if contact.phone else []
    offices = {path: _ways_to_office(context, _contact_office(context, place, None))
               for path, place in context.library.places.items() if place.office or place.hotline}
    return {path: [(label, one.text, one.target, one.lang) for label, one in ways]
            for path, ways in {"": of_site, **offices}.items()}


def _write_mail(context: PageContext, address: str, page: str, title: str) -> str:
    """The `mailto:` URL (RFC 6068) of a message whose subject names the matter and whose text has its address."""
    at = build_absolute_url(context, context.language.tag, page) or page
    body = "\r\n".join((title, at, "", context.text("What is not solved:"), ""))
    subject = context.text("Not solved: {title}", title=title)
    return f"mailto:{quote(address, safe='@')}?subject={quote(subject, safe='')}&body={quote(body, safe='')}"
