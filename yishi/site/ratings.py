"""Ratings and findings of reviewers by criterion, as words and shapes."""

from msgspec import Struct

from ..library.criteria import get_review_criteria
from ..model.records import Judgement, Review
from ..model.vocabulary import get_built_in_vocabulary
from .page_context import LocalizedText, Mark, PageContext, localize_label, localize_text

RATING_SHAPES = {rating: term.shape for rating, term in get_built_in_vocabulary().terms["rating"].items()}
"""Rating → its shape, shown beside the word."""


class CriterionFinding(Struct, frozen=True):
    """A reviewer's finding on one criterion; the key of the rating is "" if there is none."""

    criterion: LocalizedText
    rating: Mark
    finding: LocalizedText
    evidence: LocalizedText


def build_criterion_finding(context: PageContext, review: Review, judgement: Judgement) -> CriterionFinding:
    """The view of a reviewer's `judgement` on one criterion."""
    return CriterionFinding(localize_criterion(context, review.target, judgement.key),
                            build_rating(context, judgement.rating), localize_text(context, review, judgement.finding),
                            localize_text(context, review, judgement.evidence))


def localize_criterion(context: PageContext, target: str, key: str) -> LocalizedText:
    """The name of a criterion in a review of `target`."""
    criteria = get_review_criteria(context.library, target)
    return next((localize_label(context, criterion) for criterion in criteria if criterion.id == key),
                LocalizedText(key))


def build_rating(context: PageContext, rating: str | None) -> Mark:
    """A rating as a mark; an empty one if the reviewer gave none."""
    if rating is None:
        return Mark("", "")
    return Mark(rating, context.label("rating", rating), RATING_SHAPES[rating])
