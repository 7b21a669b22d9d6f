"""The pages of the records around the issues: forums, meetings, events, reviews, plans and registers."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..core.outputs import Output, Plan
from ..model.kinds import KINDS
from ..model.paths import place_of, url_of
from ..model.records import Event, Meeting
from .edition import Edition, Link
from .event import event_view
from .forum import forum_view
from .linked import about_event
from .meeting import meeting_view
from .plan import plan_view
from .register import RegisterView, register_view
from .review import review_view
from .shell import planned, sheet, trail_to

VIEWS: Mapping[str, Callable[[Edition, str, Any], Any]] = {
    "forum": forum_view, "meeting": meeting_view, "event": event_view, "review": review_view, "plan": plan_view,
    "register": register_view,
}
"""Kind of record → what makes the view of its page of the path and the record; a view has a `common` part."""


def activity_pages(edition: Edition) -> Iterator[Plan]:
    """The page of every record of these kinds."""
    for kind in VIEWS:
        for path in edition.library.of_kind(kind):
            yield planned(edition, url_of(path), activity_page, path, kind)


def activity_page(edition: Edition, path: str, kind: str) -> Output:
    """The page of the record of this kind at `path`."""
    record, spec, place = edition.library.of_kind(kind)[path], KINDS[kind], place_of(path)
    view = VIEWS[kind](edition, path, record)
    title, summary = view.common.title, view.common.summary
    described = view.sum if isinstance(view, RegisterView) else summary.text if summary else ""
    trail = trail_to(edition, place, Link(edition.text(spec.list_title), f"{place}/{spec.folder}/index.html"),
                     Link(title.text, "", title.lang))
    about = about_event(edition, record, place) if isinstance(record, Meeting | Event) else None
    return sheet(edition, url_of(path), f"pages/{kind}.html", title.text, view, description=described, trail=trail,
                 about=about)
