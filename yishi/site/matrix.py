"""What reviewers found at an event, communities by criteria, beside the indicators. A fixed order, never a ranking."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from ..analysis.statistics import DEFINITIONS
from ..library.criteria import criteria_of
from ..model.paths import url_of
from .edition import Edition, Link, Words, link_to
from .numbers import Said, machine_value, number_at, said, stat_of
from .ratings import Rating, rating_of
from .record import labelled

INDICATORS = ("procedure_complete", "breadth_3plus", "followup_rate")
"""The statistics that stand beside the reviewers' ratings."""


class Mark(Struct, frozen=True):
    """One reviewer's rating; `target` leads to the review, `reviewer` is a role."""

    rating: Rating
    target: str
    reviewer: Words


class Line(Struct, frozen=True):
    """One community: the marks by each criterion, and its indicators now. Without a review `silent`."""

    place: Link
    silent: bool
    marks: tuple[tuple[Mark, ...], ...]
    indicators: tuple[tuple[str, Said, str], ...]


class Matrix(Struct, frozen=True):
    """Communities by criteria."""

    criteria: tuple[Words, ...]
    indicators: tuple[Link, ...]
    lines: tuple[Line, ...]


def matrix_of(edition: Edition, event: str, given: Sequence[str]) -> Matrix | None:
    """The reviews `given` at an event, of communities and their cases; None if there is none of them."""
    reviews: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(given):
        if edition.library.reviews[path].target != event:
            reviews[edition.holdings.place_reviewed[path]].append(path)
    if not reviews:
        return None
    criteria = _criteria(edition, event, [path for paths in reviews.values() for path in paths])
    shown = {one.place for group in edition.library.events[event].groups for one in group.presentations}
    lines = (_line(edition, place, reviews[place], list(criteria))
             for place in edition.library.places if place in reviews or place in shown)
    names = (Link(edition.text(DEFINITIONS[key].name), f"statistics/{key}/index.html") for key in INDICATORS)
    return Matrix(tuple(criteria.values()), tuple(names), tuple(lines))


def _criteria(edition: Edition, event: str, reviews: Sequence[str]) -> Mapping[str, Words]:
    """The event's criteria, then those of the reviews' own methods: those by which a review judges."""
    targets = (event, *(edition.library.reviews[path].target for path in reviews))
    used = {judgement.key for path in reviews for judgement in edition.library.reviews[path].criteria}
    names = {one.id: labelled(edition, one) for target in dict.fromkeys(targets)
             for one in criteria_of(edition.library, target)}
    return {key: name for key, name in names.items() if key in used}


def _line(edition: Edition, place: str, reviews: Sequence[str], criteria: Sequence[str]) -> Line:
    marks = tuple(tuple(_marks(edition, reviews, key)) for key in criteria)
    indicators = tuple((number_at(key, place), said(edition, key, stat), machine_value(stat))
                       for key in INDICATORS if (stat := stat_of(edition, place, key)))
    return Line(link_to(edition, place) or Link(place), not reviews, marks, indicators)


def _marks(edition: Edition, reviews: Sequence[str], criterion: str) -> Iterator[Mark]:
    for path in reviews:
        review = edition.library.reviews[path]
        for judgement in review.criteria:
            if judgement.key == criterion:
                yield Mark(rating_of(edition, judgement.rating), url_of(path),
                           Words(review.reviewer_role or "", edition.original))
