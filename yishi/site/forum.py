"""The page of a forum: who deliberates there, by which rules, its meetings and its issues."""

from collections.abc import Iterator

from msgspec import Struct

from ..analysis.holdings import newest_first
from ..model.paths import place_of, url_of
from ..model.records import Forum
from .edition import Edition, Link, Row, Words, links_to, prose_of, rows_of
from .record import IN_FULL, Common, Fact, common_of, crowd_in_words, why_few
from .shell import root_of


class ForumView(Struct, frozen=True):
    """Everything that the page of a forum shows."""

    common: Common
    few: str
    rules: Words | None
    meetings: tuple[Row, ...]
    issues: tuple[Row, ...]


def forum_view(edition: Edition, path: str, forum: Forum) -> ForumView:
    """What the page of the forum at `path` shows."""
    library, when = edition.library, edition.holdings.when
    meetings = newest_first(library.named_by(path, "meeting.forum"), when)
    of_meetings = (issue for meeting in meetings for issue in library.meetings[meeting].issues)
    issues = newest_first(dict.fromkeys((*library.named_by(path, "issue.forum"), *of_meetings)), when)
    members = crowd_in_words(edition, forum.members) if forum.members else ""
    return ForumView(
        common_of(edition, path, forum, _facts(edition, path, forum, members)), why_few(edition, members),
        prose_of(edition, path, forum.rules, root_of(url_of(path))),
        rows_of(edition, meetings[:IN_FULL]), rows_of(edition, issues[:IN_FULL]),
    )


def _facts(edition: Edition, path: str, forum: Forum, members: str) -> Iterator[Fact]:
    text, written = edition.text, edition.original
    yield Fact(text("Place"), links_to(edition, [place_of(path)]))
    yield Fact(text("Kind"), (Link(edition.label("forum_kind", forum.kind)),))
    if forum.founded and forum.founded.day:
        yield Fact(text("Founded"), (Link(edition.language.when(forum.founded)),))
    if method := links_to(edition, [forum.method or ""]):
        yield Fact(text("Way of working"), method)
    if members:
        yield Fact(text("Members"), (Link(members),))
    if forum.member_kinds:
        kinds = tuple(Link(edition.label("stakeholder", kind)) for kind in forum.member_kinds)
        yield Fact(text("Who belongs to it"), kinds)
    if forum.embedded_in:
        yield Fact(text("Part of"), (Link(forum.embedded_in, "", written),))
    if forum.replicated_in:
        yield Fact(text("Taken over by"), tuple(Link(one, "", written) for one in forum.replicated_in))
