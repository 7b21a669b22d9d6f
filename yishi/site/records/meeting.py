"""The page of a meeting: agenda, participants, minutes, votes and agreed actions."""

from collections.abc import Iterator

from msgspec import Struct

from ...model.paths import get_place_of, get_record_url
from ...model.records import Meeting
from ...model.suppression import suppress_votes
from ..download_links import link_calendar
from ..page_context import (
    Link,
    LocalizedText,
    Mark,
    PageContext,
    RecordRow,
    format_people,
    format_time_span,
    link_terms,
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
from ..taking_part import AnswerBack, find_ways_to_ask, select_upcoming_meetings

Vote = tuple[LocalizedText, tuple[str, ...]]
"""A vote on one item: its text, and how many people were for it, against it, and abstained; "" = not recorded."""

AgreedAction = tuple[LocalizedText, Link | None, Mark]
"""An action that the meeting agreed on, who leads it, and its completion."""


class MeetingView(Struct, frozen=True):
    """The view of a meeting's page; `minutes_note`: what the minutes lack, and why; `answer_back`: where to ask about a
    meeting that is still to come; `calendar`: the calendar of its place, which has it."""

    parts: RecordParts
    minutes_note: str
    agenda: tuple[LocalizedText, ...]
    participants: tuple[LabelledValue, ...]
    suppression_note: str
    votes: tuple[Vote, ...]
    actions: tuple[AgreedAction, ...]
    actions_summary: str
    issues: tuple[RecordRow, ...]
    answer_back: AnswerBack | None
    calendar: Link | None


def build_meeting_view(context: PageContext, path: str, meeting: Meeting) -> MeetingView:
    """The view of the page of the meeting at `path`."""
    participants = tuple(list_participants(context, meeting.participants))
    votes = tuple(_votes(context, meeting))
    numbers = (*(value.text for fact in participants for value in fact.values),
               *(number for _, cast in votes for number in cast))
    actions = tuple(_agreed_actions(context, meeting))
    is_to_come = bool(select_upcoming_meetings(context, (path,)))
    return MeetingView(
        parts=build_record_parts(context, path, meeting, _meeting_facts(context, path, meeting, is_to_come=is_to_come)),
        minutes_note=_minutes_note(context, meeting),
        agenda=localize_texts(context, meeting, meeting.agenda), participants=participants,
        suppression_note=explain_suppression(context, *numbers),
        votes=votes, actions=actions,
        actions_summary=_summarise_actions(context, actions), issues=select_rows(context, meeting.issues),
        answer_back=find_ways_to_ask(context, get_place_of(path), get_record_url(path), context.rows[path].title)
        if is_to_come and not meeting.draft and not meeting.from_press else None,
        calendar=link_calendar(context, get_place_of(path)) if is_to_come and not meeting.draft else None,
    )


def _meeting_facts(context: PageContext, path: str, meeting: Meeting, *, is_to_come: bool) -> Iterator[LabelledValue]:
    text = context.text
    forum = context.library.forums.get(meeting.forum or "") if is_to_come else None
    return list_facts(
        (text("Place"), link_to_record(context, get_place_of(path))),
        (text("Date"), " ".join(filter(None, (context.language.when(meeting.date), format_time_span(meeting.time))))),
        (text("Forum"), link_to_reference(context, path, "forum", meeting.forum)),
        (text("Form"), link_text(context, meeting, meeting.form)),
        (text("Form of the meeting"), meeting.mode and context.label("attendance_mode", meeting.mode)),
        (text("Where"), link_text(context, meeting, meeting.venue)),
        (text("Members of the forum"), link_terms(context, "stakeholder", forum.member_kinds) if forum else None),
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
