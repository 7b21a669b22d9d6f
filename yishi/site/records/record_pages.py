"""Pages of issues, cases and activities (forums, meetings, events, reviews, plans, registers)."""

from collections.abc import Callable, Mapping
from typing import Any

from ...core.outputs import Output
from ...model.kinds import KINDS
from ...model.paths import get_place_of, get_record_url
from ...model.records import Case, Event, Issue, Meeting, Record
from ..json_ld import JsonLdThing, describe_event, describe_work
from ..layout import build_breadcrumbs, build_page
from ..page_context import Link, PageContext
from .case import build_case_view
from .event import build_event_view
from .forum import build_forum_view
from .issue import IssueView, build_issue_view
from .meeting import build_meeting_view
from .plan import build_plan_view
from .register import RegisterView, build_register_view
from .review import build_review_view

VIEWS: Mapping[str, Callable[[PageContext, str, Any], Any]] = {
    "issue": build_issue_view, "case": build_case_view, "forum": build_forum_view, "meeting": build_meeting_view,
    "event": build_event_view, "review": build_review_view, "plan": build_plan_view, "register": build_register_view,
}
"""Kind of record → function from path and record to the view of its page; every view has `parts`."""


def build_record_page(context: PageContext, path: str, kind: str) -> Output:
    """The page of the record of this kind at `path`."""
    record = context.library.of_kind(kind)[path]
    place = get_place_of(path)
    list_link = Link(context.text(KINDS[kind].list_title), f"{place}/{KINDS[kind].folder}/index.html")
    view = VIEWS[kind](context, path, record)
    title = view.parts.title
    trail = build_breadcrumbs(context, place, list_link, Link(title.text, "", title.lang))
    return build_page(context, get_record_url(path), f"pages/{kind}.html", title.text, view,
                      description=_description(view), trail=trail, about=_describe_for_search(context, record, place),
                      has_card=True)


def _description(view: Any) -> str:
    """The summary; without one, the result of an issue; for a register, what is computed from its items."""
    if isinstance(view, RegisterView):
        return view.summary
    if view.parts.summary:
        return str(view.parts.summary.text)
    return view.result if isinstance(view, IssueView) else ""


def _describe_for_search(context: PageContext, record: Record, place: str) -> JsonLdThing | None:
    if isinstance(record, Meeting | Event):
        return describe_event(context, record, place)
    return describe_work(context, record, place) if isinstance(record, Issue | Case) else None
