"""The page of a review: findings by criterion, recommendations, and what came of them."""

from collections.abc import Iterator

from msgspec import Struct

from ...analysis.record_lists import sort_newest_first
from ...model.paths import get_place_of
from ...model.records import Review
from ..page_context import (
    Link,
    PageContext,
    RecordRow,
    link_text,
    link_to_record,
    link_to_records,
    link_to_reference,
    select_rows,
)
from ..ratings import CriterionFinding, build_criterion_finding
from ..recommendations import RecommendationView, list_review_recommendations
from ..record_parts import LabelledValue, RecordParts, build_record_parts, link_gaps_page, list_facts


class ReviewView(Struct, frozen=True):
    """The view of a review's page; `other_reviews`: those of the same record."""

    parts: RecordParts
    findings: tuple[CriterionFinding, ...]
    recommendations: tuple[RecommendationView, ...]
    gaps: Link | None
    other_reviews: tuple[RecordRow, ...]


def build_review_view(context: PageContext, path: str, review: Review) -> ReviewView:
    """The view of the page of the review at `path`."""
    place = review.target if review.target in context.library.places else get_place_of(review.target or "")
    others = (other for other in context.library.referrers(review.target, "review.target") if other != path)
    return ReviewView(
        build_record_parts(context, path, review, _review_facts(context, path, review)),
        tuple(build_criterion_finding(context, review, judgement) for judgement in review.criteria),
        tuple(list_review_recommendations(context, path)), link_gaps_page(context, place),
        select_rows(context, sort_newest_first(others, context.record_lists.date_of)),
    )


def _review_facts(context: PageContext, path: str, review: Review) -> Iterator[LabelledValue]:
    text = context.text
    event = context.record_lists.event_of.get(path)
    return list_facts(
        (text("Reviewed"), link_to_reference(context, path, "target", review.target)),
        (text("Given at"), link_to_record(context, event) if event != review.target else None),
        (text("Date"), context.language.when(context.record_lists.date_of[path])),
        (text("Reviewer"), link_text(context, review, review.reviewer_role)),
        (text("Organisation"), link_text(context, review, review.reviewer_org)),
        (text("Plans based on it"), link_to_records(context, context.library.referrers(path, "plan.from"))))
