"""The page of a review: findings by criterion, recommendations, and what came of them."""

from collections.abc import Iterator

from msgspec import Struct

from ...analysis.record_lists import sort_newest_first
from ...model.paths import get_place_of
from ...model.records import Review
from ..page_context import Link, PageContext, RecordRow, link_to_records, link_to_reference, select_rows
from ..ratings import CriterionFinding, build_criterion_finding
from ..recommendations import RecommendationView, list_review_recommendations
from ..record_parts import LabelledValue, RecordParts, build_record_parts, link_gaps_page


class ReviewView(Struct, frozen=True):
    """The view of a review's page; `other_reviews`: those of the same record."""

    parts: RecordParts
    findings: tuple[CriterionFinding, ...]
    recommendations: tuple[RecommendationView, ...]
    gaps: Link | None
    other_reviews: tuple[RecordRow, ...]


def build_review_view(context: PageContext, path: str, review: Review) -> ReviewView:
    """Build the view of the page of the review at `path`."""
    place = review.target if review.target in context.library.places else get_place_of(review.target or "")
    others = (one for one in context.library.referrers(review.target, "review.target") if one != path)
    return ReviewView(
        build_record_parts(context, path, review, _review_facts(context, path, review)),
        tuple(build_criterion_finding(context, review, judgement) for judgement in review.criteria),
        tuple(list_review_recommendations(context, path)), link_gaps_page(context, place),
        select_rows(context, sort_newest_first(others, context.record_lists.date_of)),
    )


def _review_facts(context: PageContext, path: str, review: Review) -> Iterator[LabelledValue]:
    text, when = context.text, context.record_lists.date_of[path]
    if target := link_to_reference(context, path, "target", review.target):
        yield LabelledValue(text("Reviewed"), (target,))
    event = context.record_lists.event_of.get(path)
    if event and event != review.target:
        yield LabelledValue(text("Given at"), link_to_records(context, [event]))
    yield LabelledValue(text("Date"), (Link(context.language.when(when)),))
    if review.reviewer_role:
        yield LabelledValue(text("Reviewer"), (Link(review.reviewer_role, "", context.original_language),))
    if review.reviewer_org:
        yield LabelledValue(text("Organisation"), (Link(review.reviewer_org, "", context.original_language),))
    plans = link_to_records(context, context.library.referrers(path, "plan.from"))
    if plans:
        yield LabelledValue(text("Plans based on it"), plans)
