"""The page of a forum: its members, its rules, its meetings and its issues."""

from collections.abc import Iterator

from msgspec import Struct

from ...analysis.record_lists import sort_newest_first
from ...model.paths import get_place_of, get_record_url
from ...model.records import Forum
from ..layout import get_language_root
from ..page_context import Link, LocalizedText, PageContext, RecordRow, link_to_records, localize_markdown, select_rows
from ..record_parts import (
    MAX_RELATED_RECORDS,
    LabelledValue,
    RecordParts,
    build_record_parts,
    explain_suppression,
    format_headcount,
)


class ForumView(Struct, frozen=True):
    """The view of a forum's page."""

    parts: RecordParts
    suppression_note: str
    rules: LocalizedText | None
    meetings: tuple[RecordRow, ...]
    issues: tuple[RecordRow, ...]


def build_forum_view(context: PageContext, path: str, forum: Forum) -> ForumView:
    """Build the view of the page of the forum at `path`."""
    library, when = context.library, context.record_lists.date_of
    meetings = sort_newest_first(library.referrers(path, "meeting.forum"), when)
    of_meetings = (issue for meeting in meetings for issue in library.meetings[meeting].issues)
    issues = sort_newest_first(dict.fromkeys((*library.referrers(path, "issue.forum"), *of_meetings)), when)
    members = format_headcount(context, forum.members) if forum.members else ""
    return ForumView(
        build_record_parts(context, path, forum, _forum_facts(context, path, forum, members)),
        explain_suppression(context, members),
        localize_markdown(context, path, forum.rules, get_language_root(get_record_url(path))),
        select_rows(context, meetings[:MAX_RELATED_RECORDS]), select_rows(context, issues[:MAX_RELATED_RECORDS]),
    )


def _forum_facts(context: PageContext, path: str, forum: Forum, members: str) -> Iterator[LabelledValue]:
    text, written = context.text, context.original_language
    yield LabelledValue(text("Place"), link_to_records(context, [get_place_of(path)]))
    yield LabelledValue(text("Kind"), (Link(context.label("forum_kind", forum.kind)),))
    if forum.founded and forum.founded.day:
        yield LabelledValue(text("Founded"), (Link(context.language.when(forum.founded)),))
    if method := link_to_records(context, [forum.method or ""]):
        yield LabelledValue(text("Way of working"), method)
    if members:
        yield LabelledValue(text("Members"), (Link(members),))
    if forum.member_kinds:
        kinds = tuple(Link(context.label("stakeholder", kind)) for kind in forum.member_kinds)
        yield LabelledValue(text("Members by kind"), kinds)
    if forum.embedded_in:
        yield LabelledValue(text("Part of"), (Link(forum.embedded_in, "", written),))
    if forum.replicated_in:
        yield LabelledValue(text("Taken over by"), tuple(Link(one, "", written) for one in forum.replicated_in))
