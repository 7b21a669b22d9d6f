"""The page of a forum: its members, its rules, its meetings and its issues."""

from collections.abc import Iterator

from msgspec import Struct

from ...analysis.record_lists import sort_newest_first
from ...model.paths import get_place_of
from ...model.records import Forum
from ..page_context import (
    LocalizedText,
    PageContext,
    RecordRow,
    link_terms,
    link_text,
    link_texts,
    link_to_record,
    localize_rules,
    select_rows,
)
from ..record_parts import (
    MAX_RELATED_RECORDS,
    LabelledValue,
    RecordParts,
    build_record_parts,
    explain_suppression,
    format_headcount,
    list_facts,
)
from ..taking_part import select_upcoming_meetings


class ForumView(Struct, frozen=True):
    """The view of a forum's page; `to_come`: its meetings that are not over, the soonest first."""

    parts: RecordParts
    suppression_note: str
    rules: LocalizedText | None
    to_come: tuple[RecordRow, ...]
    meetings: tuple[RecordRow, ...]
    issues: tuple[RecordRow, ...]


def build_forum_view(context: PageContext, path: str, forum: Forum) -> ForumView:
    """The view of the page of the forum at `path`."""
    library = context.library
    when = context.record_lists.date_of
    meetings = sort_newest_first(library.referrers(path, "meeting.forum"), when)
    to_come = select_upcoming_meetings(context, meetings)
    held = [meeting for meeting in meetings if meeting not in to_come]
    of_meetings = (issue for meeting in meetings for issue in library.meetings[meeting].issues)
    issues = sort_newest_first(dict.fromkeys((*library.referrers(path, "issue.forum"), *of_meetings)), when)
    members = format_headcount(context, forum.members)
    return ForumView(
        build_record_parts(context, path, forum, _forum_facts(context, path, forum, members)),
        explain_suppression(context, members),
        localize_rules(context, path, forum),
        select_rows(context, to_come), select_rows(context, held[:MAX_RELATED_RECORDS]),
        select_rows(context, issues[:MAX_RELATED_RECORDS]),
    )


def _forum_facts(context: PageContext, path: str, forum: Forum, members: str) -> Iterator[LabelledValue]:
    text = context.text
    return list_facts(
        (text("Place"), link_to_record(context, get_place_of(path))),
        (text("Kind"), context.label("forum_kind", forum.kind)),
        (text("Founded"), context.language.when(forum.founded) if forum.founded and forum.founded.day else None),
        (text("Way of working"), link_to_record(context, forum.method)),
        (text("Members"), members), (text("Members by kind"), link_terms(context, "stakeholder", forum.member_kinds)),
        (text("Part of"), link_text(context, forum, forum.embedded_in)),
        (text("Taken over by"), link_texts(context, forum, forum.replicated_in)))
