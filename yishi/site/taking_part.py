"""How to take part in a place: its next meeting, where to raise an issue, and how to say that one is not solved."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import takewhile
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from ..model.paths import get_place_of
from ..model.records import Contact, Office, Place
from .layout import SUBMIT_PAGE, build_absolute_url, build_phone_url
from .page_context import (
    Link,
    LocalizedText,
    PageContext,
    RecordRow,
    format_time_span,
    join_sentences,
    link_to_record,
    link_to_records,
    localize_text,
)

MAX_FORUMS = 3
"""Maximum number of deliberation bodies named beside the next meeting."""


class NextMeeting(Struct, frozen=True):
    """The next meeting of a place, else its latest one; `label` says which. `meeting`: None if there is none; `when`:
    its day, or that it is not known; `venue`: its time, the place below that holds it, and where; `remark`: that none
    has been announced, and whom to ask ("" = one is); `forums`: who deliberates there."""

    label: str
    meeting: RecordRow | None
    when: str
    venue: LocalizedText
    remark: str
    forums: tuple[Link, ...]


def find_next_meeting(context: PageContext, place: str) -> NextMeeting:
    """The next meeting of a place and those below it, else the latest, and how to take part."""
    meetings = context.record_lists.by_kind_in["meetings"].get(place, ())
    to_come = select_upcoming_meetings(context, meetings)
    path = next(iter((*to_come, *meetings)), "")
    label = context.text("Latest meeting") if meetings and not to_come else context.text("Next meeting")
    remark = "" if to_come else join_sentences(context, (context.text("No next meeting has been announced."),
                                                         context.text("When will it be, may children come along, can "
                                                                      "you take part from elsewhere?"),
                                                         say_whom_to_ask(context, place)))
    forums = [forum for forum in context.record_lists.by_kind_in["forums"].get(place, ())
              if get_place_of(forum) == place]
    links = link_to_records(context, forums[:MAX_FORUMS])
    if not path:
        return NextMeeting(label, None, "", LocalizedText(""), remark, links)
    meeting = context.library.meetings[path]
    venue = localize_text(context, meeting, meeting.venue)
    host = context.rows[path].place if get_place_of(path) != place else ""
    time_and_venue = " ".join(filter(None, (format_time_span(meeting.time), host, venue.text)))
    return NextMeeting(label, context.rows[path], context.language.when(meeting.date),
                       replace(venue, text=time_and_venue), remark, links)


def select_upcoming_meetings(context: PageContext, newest_first: Iterable[str]) -> list[str]:
    """Those of these meetings that are not over on the day of the report, the soonest first. One with minutes is."""
    def find_end(path: str) -> date:
        return context.record_lists.date_of[path].latest or date.min

    ahead = takewhile(lambda path: find_end(path) >= context.as_of, newest_first)
    meetings = ((path, context.library.meetings[path]) for path in ahead)
    to_come = [(find_end(path), str(meeting.time or ""), path) for path, meeting in meetings if not meeting.minutes]
    return [path for *_, path in sorted(to_come)]


class AnswerBack(Struct, frozen=True):
    """Where a matter can be raised, or said not to be solved, under a `heading`.

    `ways`: what each way is, and its link (`target` leaves the site) or text; `form`: the path of the form ("" = none);
    `owner`: the place above whose office it is (None: the place's own); `advice`: why nobody here can take it up, and
    to whom to turn ("" = somebody can).
    """

    heading: str
    ways: tuple[tuple[str, Link], ...]
    form: str
    owner: Link | None
    advice: str


def find_ways_to_raise(context: PageContext, place: str, page: str, name: str) -> AnswerBack:
    """Where a matter of `place`, which is called `name`, can be raised, from `page`."""
    mail = context.text("About {name}", name=name), page, context.text("What it is about:")
    return _find_ways(context, place, context.text("How to raise an issue here"), mail)


def find_ways_to_ask(context: PageContext, place: str, page: str, title: str) -> AnswerBack | None:
    """Where to ask about the meeting `title`, on `page` of `place`; None if no way is known."""
    mail = context.text("About {name}", name=title), page, context.text("What I would like to know:")
    answer = _find_ways(context, place, context.text("Questions about this meeting?"), mail)
    return replace(answer, form="") if answer.ways else None


def find_ways_to_answer(context: PageContext, place: str, page: str, title: str, *, from_press: bool) -> AnswerBack:
    """Whom to tell that the matter `title`, on `page` of `place`, is not solved.

    What is known only from a press report is not the site's own: only the office of the place is named.
    """
    if from_press:
        return _find_ways(context, place, context.text("Not solved?"), None)
    mail = context.text("Not solved: {title}", title=title), page, context.text("What is not solved:")
    answer = _find_ways(context, place, context.text("Not solved? Tell us"), mail)
    return replace(answer, heading=context.text("Not solved?")) if answer.advice else answer


Mail = tuple[str, str, str]
"""The subject of a message, the page that it is about, and the question that it answers."""


def _find_ways(context: PageContext, place: str, heading: str, mail: Mail | None) -> AnswerBack:
    """The ways to reach the site and the office of a place; without `mail` only the office."""
    office = _find_office(context, place)
    ways = (*(_ways_to_site(context, mail, has_office=bool(office)) if mail else ()),
            *(_ways_to_office(context, context.library.places[office]) if office else ()))
    form = f"{SUBMIT_PAGE}?place={place}" if mail and context.library.site.submit else ""
    return AnswerBack(heading, ways, form, link_to_record(context, office) if office not in ("", place) else None,
                      join_sentences(context, _advise(context, is_own=mail is not None, has_way=bool(ways or form))))


def _advise(context: PageContext, *, is_own: bool, has_way: bool) -> Iterator[str]:
    if not is_own:
        yield context.text("This is known only from a press report, so this site cannot take it up.")
    elif not has_way:
        yield context.text("This site has not published how to reach it, so it takes no reports.")
    if not has_way:
        yield context.text("Please turn to the residents' or village committee there.")


def say_whom_to_ask(context: PageContext, place: str) -> str:
    """Whom to ask what is not published about a place ("" = the site): its office, else the site, else the committee
    that every place has."""
    office, site = _find_office(context, place), context.library.site.contact or Contact()
    record = context.library.places[office] if office else None
    contact = (record and ((record.office or Office()).phone or record.hotline)) or site.phone or site.email
    return (context.text("You can ask: {contact}.", contact=contact) if contact
            else context.text("Please ask the residents' or village committee there."))


def _find_office(context: PageContext, place: str) -> str:
    """The place, else the nearest one above, that has published an office or a hotline; "" if none has."""
    while place:
        record = context.library.places.get(place)
        if record and (record.office or record.hotline):
            return place
        place = get_place_of(place)
    return ""


def _ways_to_site(context: PageContext, mail: Mail, *, has_office: bool) -> Iterator[tuple[str, Link]]:
    """The site's e-mail; its phone where no office is nearer."""
    contact = context.library.site.contact or Contact()
    if contact.email:
        yield context.text("E-mail"), Link(contact.email, _write_mail(context, contact.email, mail))
    if contact.phone and not has_office:
        yield context.text("Phone"), Link(contact.phone, build_phone_url(contact.phone))


def _ways_to_office(context: PageContext, place: Place) -> Iterator[tuple[str, Link]]:
    text = context.text
    office = place.office or Office()
    phones = ((text("Phone"), office.phone), (text("Hotline"), place.hotline))
    yield from ((label, Link(number, build_phone_url(number))) for label, number in phones if number)
    address, hours = (localize_text(context, place, one) for one in (office.address, office.hours))
    if address.text or hours.text:
        yield text("Office"), Link(" ".join(filter(None, (address.text, hours.text))), "", address.lang or hours.lang)


def list_ways_to_send(context: PageContext) -> Mapping[str, list[tuple[str, str, str, str]]]:
    """Where a written record can be sent: place → what each way is, its text, its URL and language ("" = none), for
    each place that has an office of its own; under "" those of the site, the e-mail first."""
    contact = context.library.site.contact or Contact()
    of_site = [(context.text("E-mail"), Link(contact.email, f"mailto:{quote(contact.email, safe='@')}"))] if (
        contact.email) else []
    of_site += [(context.text("Phone"), Link(contact.phone, build_phone_url(contact.phone)))] if contact.phone else []
    offices = {path: _ways_to_office(context, place) for path, place in context.library.places.items()
               if place.office or place.hotline}
    return {path: [(label, one.text, one.target, one.lang) for label, one in ways]
            for path, ways in {"": of_site, **offices}.items()}


def _write_mail(context: PageContext, address: str, mail: Mail) -> str:
    """The `mailto:` URL (RFC 6068) of a message whose subject names the matter and whose text has its address."""
    subject, page, question = mail
    at = build_absolute_url(context, context.language.tag, page) or page
    body = "\r\n".join((subject, at, "", question, ""))
    return f"mailto:{quote(address, safe='@')}?subject={quote(subject, safe='')}&body={quote(body, safe='')}"
