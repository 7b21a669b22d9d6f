"""The page of a plan: the gaps it addresses, its audience, its sessions, and the current values of its indicators."""

from collections.abc import Iterator

from msgspec import Struct

from ...model.paths import get_place_of, get_record_url
from ...model.records import Plan
from ..indicators import GapView, build_gaps
from ..page_context import Link, PageContext, RecordRow, link_to_records, select_rows
from ..recommendations import RecommendationView, list_review_recommendations
from ..record_parts import (
    LabelledValue,
    RecordParts,
    build_record_parts,
    explain_suppression,
    format_headcount,
    link_gaps_page,
)
from ..record_rows import format_plan_status


class SessionView(Struct, frozen=True):
    """One session of a plan."""

    date_text: str
    day: str
    topic: str
    attendance: str
    is_future: bool


class PlanView(Struct, frozen=True):
    """The view of a plan's page."""

    parts: RecordParts
    gaps: tuple[GapView, ...]
    sessions: tuple[SessionView, ...]
    suppression_note: str
    from_press: bool
    reviews: tuple[RecordRow, ...]
    recommendations: tuple[RecommendationView, ...]


def build_plan_view(context: PageContext, path: str, plan: Plan) -> PlanView:
    """Build the view of the page of the plan at `path`."""
    sessions, name = tuple(_session_views(context, plan)), get_record_url(path)
    reviews = dict.fromkeys((*plan.from_, *context.library.referrers(path, "review.recommendations")))
    taken_up = (recommendation for review in reviews if review in context.library.reviews
                for recommendation in list_review_recommendations(context, review)
                if recommendation.plan and recommendation.plan.target == name)
    return PlanView(
        build_record_parts(context, path, plan, _plan_facts(context, path, plan)),
        tuple(build_gaps(context, path, plan)), sessions,
        explain_suppression(context, *(one.attendance for one in sessions)), plan.basis == "press",
        select_rows(context, reviews), tuple(taken_up),
    )


def _plan_facts(context: PageContext, path: str, plan: Plan) -> Iterator[LabelledValue]:
    text = context.text
    places = link_to_records(context, plan.places)
    yield LabelledValue(text("Prepared by"), link_to_records(context, [get_place_of(path)]))
    if places:
        yield LabelledValue(text("For"), places)
    if status := format_plan_status(context, plan):
        yield LabelledValue(text("Status"), (Link(status),))
    if plan.format:
        yield LabelledValue(text("Form"), tuple(Link(one, "", context.original_language) for one in plan.format))
    if gaps := link_gaps_page(context, get_place_of(path)):
        yield LabelledValue(text("More"), (gaps,))


def _session_views(context: PageContext, plan: Plan) -> Iterator[SessionView]:
    for session in plan.sessions:
        day, earliest = session.date.exact, session.date.earliest
        yield SessionView(
            context.language.when(session.date), day.isoformat() if day else "", session.topic,
            format_headcount(context, session.attendance) if session.attendance else "",
            bool(earliest and earliest > context.as_of))
