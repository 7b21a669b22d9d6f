"""Reviewers' ratings at an event, communities by criteria, beside indicators. In a fixed order, never a ranking."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from ...analysis.statistics import DEFINITIONS
from ...library.criteria import get_review_criteria
from ...model.paths import get_record_url
from ..format_stat import FormattedStat, encode_stat_value, format_stat, get_stat, get_statistic_path
from ..page_context import Link, LocalizedText, Mark, PageContext, link_to_record, localize_label, localize_text
from ..ratings import build_rating

MATRIX_INDICATORS = ("procedure_complete", "breadth_3plus", "followup_rate")
"""The statistics shown beside the reviewers' ratings."""


ReviewerRating = tuple[Mark, Link]
"""One reviewer's rating, and the reviewer's role, linked to the review."""


Indicator = tuple[str, FormattedStat, str]
"""The path of a statistic's section, its value now, and the value for machines."""

RatingsMatrixRow = tuple[Link, tuple[tuple[ReviewerRating, ...], ...] | None, tuple[Indicator, ...]]
"""A community, its ratings by criterion (None: nobody has reviewed it), and its indicators."""


class RatingsMatrix(Struct, frozen=True):
    """Ratings of communities by criteria."""

    criteria: tuple[LocalizedText, ...]
    indicators: tuple[Link, ...]
    rows: tuple[RatingsMatrixRow, ...]


def build_ratings_matrix(context: PageContext, event: str, given: Sequence[str]) -> RatingsMatrix | None:
    """The matrix from the `given` reviews of communities and their cases at an event; None if there are none."""
    reviews: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(given):
        if context.library.reviews[path].target != event:
            reviews[context.record_lists.reviewed_place_of[path]].append(path)
    if not reviews:
        return None
    criteria = _matrix_criteria(context, event, [path for paths in reviews.values() for path in paths])
    presented = {presentation.place for group in context.library.events[event].groups
                 for presentation in group.presentations}
    lines = (_matrix_row(context, place, reviews[place], list(criteria))
             for place in context.library.places if place in reviews or place in presented)
    names = (Link(context.text(DEFINITIONS[key].name), f"statistics/{key}/index.html") for key in MATRIX_INDICATORS)
    return RatingsMatrix(tuple(criteria.values()), tuple(names), tuple(lines))


def _matrix_criteria(context: PageContext, event: str, reviews: Sequence[str]) -> Mapping[str, LocalizedText]:
    """The event's criteria, then those of the reviews' own methods, as far as a review rates by them."""
    targets = (event, *(context.library.reviews[path].target for path in reviews))
    used = {judgement.key for path in reviews for judgement in context.library.reviews[path].criteria}
    names = {criterion.id: localize_label(context, criterion) for target in dict.fromkeys(targets)
             for criterion in get_review_criteria(context.library, target)}
    return {key: name for key, name in names.items() if key in used}


def _matrix_row(context: PageContext, place: str, reviews: Sequence[str], criteria: Sequence[str]) -> RatingsMatrixRow:
    ratings = tuple(tuple(_reviewer_ratings(context, reviews, key)) for key in criteria) if reviews else None
    indicators = tuple((get_statistic_path(key, place), format_stat(context, key, stat), encode_stat_value(stat))
                       for key in MATRIX_INDICATORS if (stat := get_stat(context, place, key)))
    return link_to_record(context, place) or Link(place), ratings, indicators


def _reviewer_ratings(context: PageContext, reviews: Sequence[str], criterion: str) -> Iterator[ReviewerRating]:
    for path in reviews:
        review = context.library.reviews[path]
        for judgement in review.criteria:
            if judgement.key == criterion:
                role = localize_text(context, review, review.reviewer_role)
                yield build_rating(context, judgement.rating), Link(role.text, get_record_url(path), role.lang)
