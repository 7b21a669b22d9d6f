"""The page of a meeting: agenda, participants, minutes, votes and agreed actions."""

from collections.abc import Iterator

from msgspec import Struct

from ...model.paths import get_place_of
from ...model.records import Meeting
from ...model.suppression import suppress_votes
from ..page_context import (
    Link,
    LocalizedText,
    Mark,
    PageContext,
    RecordRow,
    format_people,
    format_time_span,
    link_text,
    link_to_record,
    link_to_reference,
    localize_text,
    localize_texts,
    select_rows,
)
from ..recommendations import build_completion_mark
from ..record_parts import (
    LabelledValue,
    RecordParts,
    build_record_parts,
    explain_suppression,
    link_stakeholder,
    list_facts,
    list_participants,
)

Vote = tuple[LocalizedText, tuple[str, ...]]
"""A vote on one item: its text, and how many people were for it, against it, and abstained; "" = not recorded."""

AgreedAction = tuple[LocalizedText, Link | None, Mark]
"""An action that the meeting agreed on, who leads it, and its completion."""


class MeetingView(Struct, frozen=True):
    """The view of a meeting's page; `minutes_note`: what the minutes lack, and why."""

    parts: RecordParts
    minutes_note: str
    agenda: tuple[LocalizedText, ...]
    participants: tuple[LabelledValue, ...]
    suppression_note: str
    votes: tuple[Vote, ...]
    actions: tuple[AgreedAction, ...]
    actions_summary: str
    issues: tuple[RecordRow, ...]


def build_meeting_view(context: PageContext, path: str, meeting: Meeting) -> MeetingView:
    """The view of the page of the meeting at `path`."""
    participants = tuple(list_participants(context, meeting.participants))
    votes = tuple(_votes(context, meeting))
    numbers = (*(value.text for fact in participants for value in fact.values),
               *(number for _, cast in votes for number in cast))
    actions = tuple(_agreed_actions(context, meeting))
    return MeetingView(
        parts=build_record_parts(context, path, meeting, _meeting_facts(context, path, meeting)),
        minutes_note=_minutes_note(context, meeting),
        agenda=localize_texts(context, meeting, meeting.agenda), participants=participants,
        suppression_note=explain_suppression(context, *numbers),
        votes=votes, actions=actions,
        actions_summary=_summarise_actions(context, actions), issues=select_rows(context, meeting.issues),
    )


def _meeting_facts(context: PageContext, path: str, meeting: Meeting) -> Iterator[LabelledValue]:
    text = context.text
    return list_facts(
        (text("Place"), link_to_record(context, get_place_of(path))),
        (text("Date"), " ".join(filter(None, (context.language.when(meeting.date), format_time_span(meeting.time))))),
        (text("Forum"), link_to_reference(context, path, "forum", meeting.forum)),
        (text("Form"), link_text(context, meeting, meeting.form)),
        (text("Form of the meeting"), meeting.mode and context.label("attendance_mode", meeting.mode)),
        (text("Where"), link_text(context, meeting, meeting.venue)),
        (text("Chair"), meeting.chair and context.label("stakeholder", meeting.chair)))


def _minutes_note(context: PageContext, meeting: Meeting) -> str:
    if meeting.date.earliest and meeting.date.earliest > context.as_of:
        return context.text("This meeting is still to come.")
    if meeting.minutes:
        return ""
    if meeting.from_press:
        return context.text("The minutes are not part of the report.")
    return context.text("No minutes have been published yet.")


def _votes(context: PageContext, meeting: Meeting) -> Iterator[Vote]:
    for vote in meeting.votes:
        hidden = suppress_votes(vote, meeting.participants.headcount)
        cast = (("for", vote.for_), ("against", vote.against), ("abstain", vote.abstain))
        yield (localize_text(context, meeting, vote.text),
               tuple(format_people(context, number, hidden.get(key)) for key, number in cast))


def _agreed_actions(context: PageContext, meeting: Meeting) -> Iterator[AgreedAction]:
    for action in meeting.actions:
        yield (localize_text(context, meeting, action.what), link_stakeholder(context, meeting, action.lead),
               build_completion_mark(context, action.due, action.done_on, judged=not meeting.from_press))


def _summarise_actions(context: PageContext, actions: tuple[AgreedAction, ...]) -> str:
    """Say how many of the actions are done, open and overdue."""
    states = [completion.key for _, _, completion in actions]
    done = states.count("done") + states.count("late")
    overdue = states.count("overdue")
    if not actions:
        return ""
    return context.text("Done: {done}; open: {open}; overdue: {overdue}.", done=context.number(done),
                        open=context.number(states.count("open")), overdue=context.number(overdue))
