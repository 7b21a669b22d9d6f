"""Pages of activities: forums, meetings, events, reviews, plans and registers."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...core.outputs import Output, OutputPlan
from ...model.kinds import KINDS
from ...model.paths import get_place_of, get_record_url
from ...model.records import Event, Meeting
from ..json_ld import describe_event
from ..layout import build_breadcrumbs, build_page, plan_page
from ..page_context import Link, PageContext
from .event import build_event_view
from .forum import build_forum_view
from .meeting import build_meeting_view
from .plan import build_plan_view
from .register import RegisterView, build_register_view
from .review import build_review_view

VIEWS: Mapping[str, Callable[[PageContext, str, Any], Any]] = {
    "forum": build_forum_view, "meeting": build_meeting_view, "event": build_event_view, "review": build_review_view,
    "plan": build_plan_view,
    "register": build_register_view,
}
"""Kind of record → function from path and record to the view of its page; every view has `parts`."""


def plan_activity_pages(context: PageContext) -> Iterator[OutputPlan]:
    """Yield the page of each record of these kinds."""
    for kind in VIEWS:
        for path in context.library.of_kind(kind):
            yield plan_page(context, get_record_url(path), build_activity_page, path, kind)


def build_activity_page(context: PageContext, path: str, kind: str) -> Output:
    """Build the page of the record of this kind at `path`."""
    record, spec, place = context.library.of_kind(kind)[path], KINDS[kind], get_place_of(path)
    view = VIEWS[kind](context, path, record)
    title, summary = view.parts.title, view.parts.summary
    described = view.summary if isinstance(view, RegisterView) else summary.text if summary else ""
    trail = build_breadcrumbs(context, place, Link(context.text(spec.list_title), f"{place}/{spec.folder}/index.html"),
                              Link(title.text, "", title.lang))
    about = describe_event(context, record, place) if isinstance(record, Meeting | Event) else None
    return build_page(context, get_record_url(path), f"pages/{kind}.html", title.text, view, description=described,
                      trail=trail, about=about)
