"""The page of a meeting: its agenda, who took part, the minutes, the votes, and what was agreed to be done."""

from collections.abc import Iterator

from msgspec import Struct

from ...model.paths import get_place_of
from ...model.records import Meeting
from ...model.suppression import suppress_votes
from ..page_context import Link, PageContext, RecordRow, format_people, link_to_records, link_to_reference, select_rows
from ..recommendations import CompletionStatus, build_completion_status
from ..record_parts import (
    LabelledValue,
    RecordParts,
    build_record_parts,
    explain_suppression,
    format_stakeholder,
    list_participants,
)


class VoteView(Struct, frozen=True):
    """A vote on one matter, in numbers of people; "" = not recorded."""

    text: str
    votes_for: str
    against: str
    abstain: str


class ActionView(Struct, frozen=True):
    """A thing to be done that the meeting agreed on, who leads it, and where it stands."""

    what: str
    lead: Link | None
    completion: CompletionStatus


class MeetingView(Struct, frozen=True):
    """Everything that the page of a meeting shows. `said` tells what is still missing, and why."""

    parts: RecordParts
    minutes_note: str
    agenda: tuple[str, ...]
    participants: tuple[LabelledValue, ...]
    suppression_note: str
    votes: tuple[VoteView, ...]
    actions: tuple[ActionView, ...]
    actions_summary: str
    issues: tuple[RecordRow, ...]


def build_meeting_view(edition: PageContext, path: str, meeting: Meeting) -> MeetingView:
    """What the page of the meeting at `path` shows."""
    participants, ballots = tuple(list_participants(edition, meeting.participants)), tuple(_vote_views(edition,
                                                                                                       meeting))
    numbers = (*(one.text for fact in participants for one in fact.values),
               *(number for one in ballots for number in (one.votes_for, one.against, one.abstain)))
    deeds = tuple(_action_views(edition, meeting))
    return MeetingView(
        parts=build_record_parts(edition, path, meeting, _meeting_facts(edition, path, meeting)),
        minutes_note=_minutes_note(edition, meeting),
        agenda=meeting.agenda, participants=participants, suppression_note=explain_suppression(edition, *numbers),
        votes=ballots, actions=deeds,
        actions_summary=_summarise_actions(edition, deeds), issues=select_rows(edition, meeting.issues),
    )


def _meeting_facts(edition: PageContext, path: str, meeting: Meeting) -> Iterator[LabelledValue]:
    text, written = edition.text, edition.original_language
    yield LabelledValue(text("Place"), link_to_records(edition, [get_place_of(path)]))
    yield LabelledValue(text("Date"), (Link(edition.language.when(meeting.date)),))
    if forum := link_to_reference(edition, path, "forum", meeting.forum):
        yield LabelledValue(text("Forum"), (forum,))
    if meeting.form:
        yield LabelledValue(text("Form"), (Link(meeting.form, "", written),))
    if meeting.mode:
        yield LabelledValue(text("Form of the meeting"), (Link(edition.label("attendance_mode", meeting.mode)),))
    if meeting.venue:
        yield LabelledValue(text("Where"), (Link(meeting.venue, "", written),))
    if meeting.chair:
        yield LabelledValue(text("Chair"), (Link(edition.label("stakeholder", meeting.chair)),))


def _minutes_note(edition: PageContext, meeting: Meeting) -> str:
    if meeting.date.earliest and meeting.date.earliest > edition.as_of:
        return edition.text("This meeting is still to come.")
    if meeting.minutes:
        return ""
    if meeting.basis == "press":
        return edition.text("The minutes are not part of the report.")
    return edition.text("No minutes have been published yet.")


def _vote_views(edition: PageContext, meeting: Meeting) -> Iterator[VoteView]:
    for vote in meeting.votes:
        hidden = suppress_votes(vote, meeting.participants.headcount)
        cast = (("for", vote.for_), ("against", vote.against), ("abstain", vote.abstain))
        yield VoteView(vote.text, *("" if number is None else format_people(edition, number, hidden.get(key))
                                    for key, number in cast))


def _action_views(edition: PageContext, meeting: Meeting) -> Iterator[ActionView]:
    for action in meeting.actions:
        yield ActionView(action.what, format_stakeholder(edition, action.lead) if action.lead else None,
                         build_completion_status(edition, action.due, action.done_on, judged=meeting.basis != "press"))


def _summarise_actions(edition: PageContext, deeds: tuple[ActionView, ...]) -> str:
    """How many of the actions are done, open, overdue."""
    states = [deed.completion.state for deed in deeds]
    done, overdue = states.count("done") + states.count("late"), states.count("overdue")
    if not deeds:
        return ""
    return edition.text("Done: {done}; open: {open}; overdue: {overdue}.", done=edition.number(done),
                        open=edition.number(states.count("open")), overdue=edition.number(overdue))
