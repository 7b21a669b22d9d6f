"""The page of a plan: the gaps it answers, for whom, its sessions, and what the same indicators say now."""

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
    """Everything that the page of a plan shows."""

    parts: RecordParts
    gaps: tuple[GapView, ...]
    sessions: tuple[SessionView, ...]
    suppression_note: str
    from_press: bool
    reviews: tuple[RecordRow, ...]
    recommendations: tuple[RecommendationView, ...]


def build_plan_view(edition: PageContext, path: str, plan: Plan) -> PlanView:
    """What the page of the plan at `path` shows."""
    sessions, name = tuple(_session_views(edition, plan)), get_record_url(path)
    naming = dict.fromkeys((*plan.from_, *edition.library.referrers(path, "review.recommendations")))
    taken_up = (advice for review in naming if review in edition.library.reviews
                for advice in list_review_recommendations(edition, review) if advice.plan
                and advice.plan.target == name)
    return PlanView(
        build_record_parts(edition, path, plan, _plan_facts(edition, path, plan)),
        tuple(build_gaps(edition, path, plan)), sessions,
        explain_suppression(edition, *(one.attendance for one in sessions)), plan.basis == "press",
        select_rows(edition, naming), tuple(taken_up),
    )


def _plan_facts(edition: PageContext, path: str, plan: Plan) -> Iterator[LabelledValue]:
    text = edition.text
    places = link_to_records(edition, plan.places)
    yield LabelledValue(text("Prepared by"), link_to_records(edition, [get_place_of(path)]))
    if places:
        yield LabelledValue(text("For"), places)
    if status := format_plan_status(edition, plan):
        yield LabelledValue(text("Status"), (Link(status),))
    if plan.format:
        yield LabelledValue(text("Form"), tuple(Link(one, "", edition.original_language) for one in plan.format))
    if gaps := link_gaps_page(edition, get_place_of(path)):
        yield LabelledValue(text("More"), (gaps,))


def _session_views(edition: PageContext, plan: Plan) -> Iterator[SessionView]:
    for session in plan.sessions:
        day, earliest = session.date.exact, session.date.earliest
        yield SessionView(
            edition.language.when(session.date), day.isoformat() if day else "", session.topic,
            format_headcount(edition, session.attendance) if session.attendance else "",
            bool(earliest and earliest > edition.as_of))
