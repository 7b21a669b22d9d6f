"""The page of a forum: who deliberates there, by which rules, its meetings and its issues."""

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
    """Everything that the page of a forum shows."""

    parts: RecordParts
    suppression_note: str
    rules: LocalizedText | None
    meetings: tuple[RecordRow, ...]
    issues: tuple[RecordRow, ...]


def build_forum_view(edition: PageContext, path: str, forum: Forum) -> ForumView:
    """What the page of the forum at `path` shows."""
    library, when = edition.library, edition.record_lists.date_of
    meetings = sort_newest_first(library.referrers(path, "meeting.forum"), when)
    of_meetings = (issue for meeting in meetings for issue in library.meetings[meeting].issues)
    issues = sort_newest_first(dict.fromkeys((*library.referrers(path, "issue.forum"), *of_meetings)), when)
    members = format_headcount(edition, forum.members) if forum.members else ""
    return ForumView(
        build_record_parts(edition, path, forum, _forum_facts(edition, path, forum, members)),
        explain_suppression(edition, members),
        localize_markdown(edition, path, forum.rules, get_language_root(get_record_url(path))),
        select_rows(edition, meetings[:MAX_RELATED_RECORDS]), select_rows(edition, issues[:MAX_RELATED_RECORDS]),
    )


def _forum_facts(edition: PageContext, path: str, forum: Forum, members: str) -> Iterator[LabelledValue]:
    text, written = edition.text, edition.original_language
    yield LabelledValue(text("Place"), link_to_records(edition, [get_place_of(path)]))
    yield LabelledValue(text("Kind"), (Link(edition.label("forum_kind", forum.kind)),))
    if forum.founded and forum.founded.day:
        yield LabelledValue(text("Founded"), (Link(edition.language.when(forum.founded)),))
    if method := link_to_records(edition, [forum.method or ""]):
        yield LabelledValue(text("Way of working"), method)
    if members:
        yield LabelledValue(text("Members"), (Link(members),))
    if forum.member_kinds:
        kinds = tuple(Link(edition.label("stakeholder", kind)) for kind in forum.member_kinds)
        yield LabelledValue(text("Members by kind"), kinds)
    if forum.embedded_in:
        yield LabelledValue(text("Part of"), (Link(forum.embedded_in, "", written),))
    if forum.replicated_in:
        yield LabelledValue(text("Taken over by"), tuple(Link(one, "", written) for one in forum.replicated_in))
