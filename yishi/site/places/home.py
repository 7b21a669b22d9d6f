"""The front page: what has changed, links to communities, the latest steps of issues, a story, and main numbers."""

from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from ...analysis.obligations import count_overdue
from ...core.dependencies import ONLY_KEY
from ...core.outputs import Output
from ..download_links import build_follow_links
from ..format_stat import is_due_unknown
from ..indicators import GapChange, list_gap_changes
from ..issue_timeline import build_log_entry, localize_stages
from ..json_ld import describe_site
from ..layout import SEARCH_PAGE, build_absolute_url, build_page
from ..page_context import (
    Link,
    LocalizedText,
    PageContext,
    RecordRow,
    join_sentences,
    link_to_records,
    localize_body,
    localize_name,
    localize_summary,
    localize_text,
)
from ..record_parts import DatedEntry
from ..taking_part import select_upcoming_meetings
from .key_figures import KeyFigure, build_key_figures, build_stat_sentences
from .story import Story, build_story

MANY_PLACES = 200
"""With more places than this, the front page shows only the topmost ones."""


MAX_CHANGES = 3
"""Maximum number of gaps, then and now, on the front page."""


MAX_CASES = 4
"""Maximum number of case studies on the front page."""


PlaceWithCommunities = tuple[Link, str, tuple[Link, ...]]
"""A place, its kind, and the communities directly in it."""

RecentMove = tuple[RecordRow, DatedEntry]
"""An issue and its latest dated step."""


class HomeView(Struct, frozen=True):
    """The view of the front page.

    `ways`: the week, and the next meeting; `changes`: then and now of gaps, of the newest plan first;
    `last_event`: what has changed since the latest showcase; `overdue`: what is due.
    """

    title: LocalizedText
    summary: LocalizedText | None
    body: LocalizedText | None
    ways: tuple[Link, ...]
    changes: tuple[GapChange, ...]
    last_event: Link | None
    story: Story | None
    overdue: Link
    sentences: tuple[Link, ...]
    key_figures: tuple[KeyFigure, ...]
    places: tuple[PlaceWithCommunities, ...]
    recent_moves: tuple[RecentMove, ...]
    cases: tuple[RecordRow, ...]
    follow_links: tuple[Link, ...]


def build_home_page(context: PageContext) -> Output:
    """The front page."""
    site = context.library.site
    summary = localize_summary(context, site) or (
        localize_text(context, site, site.subtitle) if site.subtitle else None)
    view = HomeView(
        title=localize_name(context, site), summary=summary, body=localize_body(context, "site", site),
        ways=tuple(_ways_to_come(context)),
        changes=tuple(islice(list_gap_changes(context, context.record_lists.by_kind["plans"]), MAX_CHANGES)),
        last_event=_link_last_event(context), story=build_story(context), overdue=_overdue_link(context),
        sentences=build_stat_sentences(context, ""), key_figures=build_key_figures(context, ""),
        places=tuple(_places_with_communities(context)), recent_moves=tuple(_recent_moves(context)),
        cases=tuple(context.rows[path] for path in context.record_lists.cases[:MAX_CASES]),
        follow_links=build_follow_links(context, ""),
    )
    return build_page(context, "index.html", "pages/home.html", "", view,
                      about=describe_site(context, _search_url(context)), description=summary.text if summary else "",
                      has_card=True)


def _ways_to_come(context: PageContext) -> Iterator[Link]:
    yield Link(context.text("The week at a glance"), "week/index.html")
    for path in select_upcoming_meetings(context, context.record_lists.by_kind["meetings"])[:1]:
        row = context.rows[path]
        day = context.language.when(context.library.meetings[path].date)
        yield Link(context.text("Next meeting: {day}, {place}", day=day, place=row.place), row.target)


def _link_last_event(context: PageContext) -> Link | None:
    """The link to what has changed since the latest showcase whose wall is known; None if there is none."""
    events = (path for path in context.record_lists.by_kind["events"]
              if path in context.site_data.status_since_event and context.library.events[path].kind == "showcase")
    latest = next(events, "")
    return Link(context.text("What has changed since {event}", event=context.rows[latest].title),
                f"{context.rows[latest].target}#since") if latest else None


def _overdue_link(context: PageContext) -> Link:
    """Say how much is overdue, and what cannot be, with a link to what is due."""
    obligations = context.site_data.obligations.get("") or ()
    if not obligations and is_due_unknown(context, ""):
        return Link(context.text("Whether anything is overdue cannot be known: the reports do not say by when."),
                    "due/index.html")
    overdue = count_overdue(obligations)
    text = context.plural("{n} follow-up, promise, task or recommendation is overdue.",
                          "{n} follow-ups, promises, tasks and recommendations are overdue.",
                          overdue) if overdue else context.text("Nothing is overdue.")
    unjudged = len(context.record_lists.press_issues_in.get("") or ())
    note = context.plural("{n} issue is known only from a press report and is never called overdue.",
                          "{n} issues are known only from press reports and are never called overdue.",
                          unjudged) if unjudged else ""
    return Link(join_sentences(context, (text, note)), "due/index.html")


def _search_url(context: PageContext) -> str:
    """The URL of the search page; "" if there is no base URL or no search page."""
    return build_absolute_url(context, context.language.tag, SEARCH_PAGE) if context.has_search else ""


def _places_with_communities(context: PageContext) -> Iterator[PlaceWithCommunities]:
    """Each place that has communities of its own, and the topmost ones; with very many places only the latter."""
    children = context.library.children
    few = len(context.library.places) <= MANY_PLACES
    for path, place in context.library.places.items():
        communities = [child for child in children.get(path, ()) if not children.get(child)] if few else []
        if communities or (path in children[""] and not (few and children.get(path))):
            kind = context.label("place_kind", place.kind)
            yield link_to_records(context, [path])[0], kind, link_to_records(context, communities)


def _recent_moves(context: PageContext) -> Iterator[RecentMove]:
    """The issues with the most recent dated steps, the newest first."""
    for path, number in context.record_lists.recent_moves[ONLY_KEY]:
        issue = context.library.issues[path]
        yield context.rows[path], build_log_entry(context, issue, issue.log[number], localize_stages(context, issue))
