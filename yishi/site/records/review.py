"""The page of a review: what the reviewer found by each criterion, what was recommended, and what came of it."""

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
    """Everything that the page of a review shows; `others` are the reviews of the same record."""

    parts: RecordParts
    findings: tuple[CriterionFinding, ...]
    recommendations: tuple[RecommendationView, ...]
    gaps: Link | None
    other_reviews: tuple[RecordRow, ...]


def build_review_view(edition: PageContext, path: str, review: Review) -> ReviewView:
    """What the page of the review at `path` shows."""
    place = review.target if review.target in edition.library.places else get_place_of(review.target or "")
    others = (one for one in edition.library.referrers(review.target, "review.target") if one != path)
    return ReviewView(
        build_record_parts(edition, path, review, _review_facts(edition, path, review)),
        tuple(build_criterion_finding(edition, review, judgement) for judgement in review.criteria),
        tuple(list_review_recommendations(edition, path)), link_gaps_page(edition, place),
        select_rows(edition, sort_newest_first(others, edition.record_lists.date_of)),
    )


def _review_facts(edition: PageContext, path: str, review: Review) -> Iterator[LabelledValue]:
    text, when = edition.text, edition.record_lists.date_of[path]
    if target := link_to_reference(edition, path, "target", review.target):
        yield LabelledValue(text("Reviewed"), (target,))
    event = edition.record_lists.event_of.get(path)
    if event and event != review.target:
        yield LabelledValue(text("Given at"), link_to_records(edition, [event]))
    yield LabelledValue(text("Date"), (Link(edition.language.when(when)),))
    if review.reviewer_role:
        yield LabelledValue(text("Reviewer"), (Link(review.reviewer_role, "", edition.original_language),))
    if review.reviewer_org:
        yield LabelledValue(text("Organisation"), (Link(review.reviewer_org, "", edition.original_language),))
    plans = link_to_records(edition, edition.library.referrers(path, "plan.from"))
    if plans:
        yield LabelledValue(text("Plans based on it"), plans)
