"""Ratings and what reviewers found by each criterion: as words and shapes."""

from msgspec import Struct

from ..library.criteria import get_review_criteria
from ..model.records import Judgement, Review
from ..model.vocabulary import get_built_in_vocabulary
from .page_context import LocalizedText, PageContext
from .record_parts import localize_label

RATING_SHAPES = {rating: term.shape for rating, term in get_built_in_vocabulary().terms["rating"].items()}
"""Rating → its shape, beside the word."""


class RatingView(Struct, frozen=True):
    """A rating as a word and a shape; "" where the reviewer gave none."""

    key: str
    label: str
    shape: str


class CriterionFinding(Struct, frozen=True):
    """What a reviewer found by one criterion."""

    criterion: LocalizedText
    rating: RatingView
    finding: str
    evidence: str


def build_criterion_finding(edition: PageContext, review: Review, judgement: Judgement) -> CriterionFinding:
    """What `review` found by one criterion."""
    return CriterionFinding(localize_criterion(edition, review.target, judgement.key),
                            build_rating(edition, judgement.rating),
                            judgement.finding or "", judgement.evidence or "")


def localize_criterion(edition: PageContext, target: str, key: str) -> LocalizedText:
    """The name of a criterion in a review of `target`."""
    return next((localize_label(edition, one) for one in get_review_criteria(edition.library, target) if one.id == key),
                LocalizedText(key))


def build_rating(edition: PageContext, rating: str | None) -> RatingView:
    """A rating in words."""
    if rating is None:
        return RatingView("", "", "")
    return RatingView(rating, edition.label("rating", rating), RATING_SHAPES[rating])
