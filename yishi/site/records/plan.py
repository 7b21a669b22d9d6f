"""The page of a plan: the gaps it addresses, its audience, its sessions, and the current values of its indicators."""

from collections.abc import Iterator

from msgspec import Struct

from ...model.paths import get_place_of, get_record_url
from ...model.records import Plan
from ..indicators import GapView, build_gaps
from ..page_context import (
    PageContext,
    RecordRow,
    link_texts,
    link_to_record,
    link_to_records,
    localize_text,
    select_rows,
)
from ..recommendations import RecommendationView, list_review_recommendations
from ..record_parts import (
    DatedEntry,
    LabelledValue,
    RecordParts,
    build_entry,
    build_record_parts,
    explain_suppression,
    format_headcount,
    link_gaps_page,
    list_facts,
)
from ..record_rows import format_plan_status

PlanSession = tuple[DatedEntry, str]
"""A session of a plan, and how many people took part ("" = not recorded)."""


class PlanView(Struct, frozen=True):
    """The view of a plan's page."""

    parts: RecordParts
    gaps: tuple[GapView, ...]
    sessions: tuple[PlanSession, ...]
    suppression_note: str
    reviews: tuple[RecordRow, ...]
    recommendations: tuple[RecommendationView, ...]


def build_plan_view(context: PageContext, path: str, plan: Plan) -> PlanView:
    """The view of the page of the plan at `path`."""
    sessions = tuple(_sessions(context, plan))
    name = get_record_url(path)
    reviews = dict.fromkeys((*plan.from_, *context.library.referrers(path, "review.recommendations")))
    taken_up = (recommendation for review in reviews if review in context.library.reviews
                for recommendation in list_review_recommendations(context, review)
                if recommendation.plan and recommendation.plan.target == name)
    return PlanView(
        build_record_parts(context, path, plan, _plan_facts(context, path, plan)),
        tuple(build_gaps(context, path, plan)), sessions,
        explain_suppression(context, *(attendance for _, attendance in sessions)),
        select_rows(context, reviews), tuple(taken_up),
    )


def _plan_facts(context: PageContext, path: str, plan: Plan) -> Iterator[LabelledValue]:
    text = context.text
    place = get_place_of(path)
    return list_facts(
        (text("Prepared by"), link_to_record(context, place)), (text("For"), link_to_records(context, plan.places)),
        (text("Status"), format_plan_status(context, plan)),
        (text("Form"), link_texts(context, plan, plan.format)),
        (text("More"), link_gaps_page(context, place)))


def _sessions(context: PageContext, plan: Plan) -> Iterator[PlanSession]:
    for session in plan.sessions:
        yield (build_entry(context, session.date, localize_text(context, plan, session.topic),
                           is_future=session.date.is_after(context.as_of)),
               format_headcount(context, session.attendance))
