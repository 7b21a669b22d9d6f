"""The page of a meeting: its agenda, who took part, the minutes, the votes, and what was agreed to be done."""

from collections.abc import Iterator

from msgspec import Struct

from ..model.few import hidden_votes
from ..model.paths import place_of
from ..model.records import Meeting
from .edition import Edition, Link, Row, links_to, people_in_words, reference, rows_of
from .promises import Standing, standing_of
from .record import Common, Fact, common_of, participants_of, stakeholder, why_few


class Ballot(Struct, frozen=True):
    """A vote on one matter, in numbers of people; "" = not recorded."""

    text: str
    votes_for: str
    against: str
    abstain: str


class Deed(Struct, frozen=True):
    """A thing to be done that the meeting agreed on, who leads it, and where it stands."""

    what: str
    lead: Link | None
    standing: Standing


class MeetingView(Struct, frozen=True):
    """Everything that the page of a meeting shows. `said` tells what is still missing, and why."""

    common: Common
    said: str
    agenda: tuple[str, ...]
    participants: tuple[Fact, ...]
    few: str
    ballots: tuple[Ballot, ...]
    deeds: tuple[Deed, ...]
    deeds_said: str
    issues: tuple[Row, ...]


def meeting_view(edition: Edition, path: str, meeting: Meeting) -> MeetingView:
    """What the page of the meeting at `path` shows."""
    participants, ballots = tuple(participants_of(edition, meeting.participants)), tuple(_ballots(edition, meeting))
    numbers = (*(one.text for fact in participants for one in fact.values),
               *(number for one in ballots for number in (one.votes_for, one.against, one.abstain)))
    deeds = tuple(_deeds(edition, meeting))
    return MeetingView(
        common=common_of(edition, path, meeting, _facts(edition, path, meeting)), said=_said(edition, meeting),
        agenda=meeting.agenda, participants=participants, few=why_few(edition, *numbers), ballots=ballots, deeds=deeds,
        deeds_said=_deeds_in_words(edition, deeds), issues=rows_of(edition, meeting.issues),
    )


def _facts(edition: Edition, path: str, meeting: Meeting) -> Iterator[Fact]:
    text, written = edition.text, edition.original
    yield Fact(text("Place"), links_to(edition, [place_of(path)]))
    yield Fact(text("Date"), (Link(edition.language.when(meeting.date)),))
    if forum := reference(edition, path, "forum", meeting.forum):
        yield Fact(text("Forum"), (forum,))
    if meeting.form:
        yield Fact(text("Form"), (Link(meeting.form, "", written),))
    if meeting.mode:
        yield Fact(text("How people met"), (Link(edition.label("attendance_mode", meeting.mode)),))
    if meeting.venue:
        yield Fact(text("Where"), (Link(meeting.venue, "", written),))
    if meeting.chair:
        yield Fact(text("In the chair"), (Link(edition.label("stakeholder", meeting.chair)),))


def _said(edition: Edition, meeting: Meeting) -> str:
    if meeting.date.earliest and meeting.date.earliest > edition.as_of:
        return edition.text("This meeting is still to come.")
    if meeting.minutes:
        return ""
    if meeting.basis == "press":
        return edition.text("The minutes are not part of the report.")
    return edition.text("No minutes have been published yet.")


def _ballots(edition: Edition, meeting: Meeting) -> Iterator[Ballot]:
    for vote in meeting.votes:
        hidden = hidden_votes(vote, meeting.participants.headcount)
        cast = (("for", vote.for_), ("against", vote.against), ("abstain", vote.abstain))
        yield Ballot(vote.text, *("" if number is None else people_in_words(edition, number, hidden.get(key))
                                  for key, number in cast))


def _deeds(edition: Edition, meeting: Meeting) -> Iterator[Deed]:
    for action in meeting.actions:
        yield Deed(action.what, stakeholder(edition, action.lead) if action.lead else None,
                   standing_of(edition, action.due, action.done_on, judged=meeting.basis != "press"))


def _deeds_in_words(edition: Edition, deeds: tuple[Deed, ...]) -> str:
    """How many of the actions are done, open, overdue."""
    states = [deed.standing.state for deed in deeds]
    done, overdue = states.count("done") + states.count("late"), states.count("overdue")
    if not deeds:
        return ""
    return edition.text("Done: {done}; open: {open}; overdue: {overdue}.", done=edition.number(done),
                        open=edition.number(states.count("open")), overdue=edition.number(overdue))
