"""Ratings and what reviewers found by each criterion: as words and shapes."""

from msgspec import Struct

from ..library.criteria import criteria_of
from ..model.records import Judgement, Review
from ..model.vocabulary import built_in
from .edition import Edition, Words
from .record import labelled

RATING_SHAPES = {rating: term.shape for rating, term in built_in().terms["rating"].items()}
"""Rating → its shape, beside the word."""


class Rating(Struct, frozen=True):
    """A rating as a word and a shape; "" where the reviewer gave none."""

    key: str
    label: str
    shape: str


class Verdict(Struct, frozen=True):
    """What a reviewer found by one criterion."""

    criterion: Words
    rating: Rating
    finding: str
    evidence: str


def verdict_of(edition: Edition, review: Review, judgement: Judgement) -> Verdict:
    """What `review` found by one criterion."""
    return Verdict(criterion_of(edition, review.target, judgement.key), rating_of(edition, judgement.rating),
                   judgement.finding or "", judgement.evidence or "")


def criterion_of(edition: Edition, target: str, key: str) -> Words:
    """The name of a criterion in a review of `target`."""
    return next((labelled(edition, one) for one in criteria_of(edition.library, target) if one.id == key), Words(key))


def rating_of(edition: Edition, rating: str | None) -> Rating:
    """A rating in words."""
    if rating is None:
        return Rating("", "", "")
    return Rating(rating, edition.label("rating", rating), RATING_SHAPES[rating])
