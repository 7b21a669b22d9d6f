"""The page of a review: what the reviewer found by each criterion, what was recommended, and what came of it."""

from collections.abc import Iterator

from msgspec import Struct

from ..analysis.holdings import newest_first
from ..library.criteria import criteria_of
from ..model.paths import place_of
from ..model.records import Judgement, Review
from ..model.vocabulary import built_in
from .edition import Edition, Link, Row, Words, links_to, reference, rows_of
from .practice import link_to_gaps
from .promises import Advice, advice_in
from .record import Common, Fact, common_of, labelled

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


class ReviewView(Struct, frozen=True):
    """Everything that the page of a review shows; `others` are the reviews of the same record."""

    common: Common
    verdicts: tuple[Verdict, ...]
    advice: tuple[Advice, ...]
    gaps: Link | None
    others: tuple[Row, ...]


def review_view(edition: Edition, path: str, review: Review) -> ReviewView:
    """What the page of the review at `path` shows."""
    place = review.target if review.target in edition.library.places else place_of(review.target or "")
    others = (one for one in edition.library.named_by(review.target, "review.target") if one != path)
    return ReviewView(
        common_of(edition, path, review, _facts(edition, path, review)),
        tuple(verdict_of(edition, review, judgement) for judgement in review.criteria),
        tuple(advice_in(edition, path)), link_to_gaps(edition, place),
        rows_of(edition, newest_first(others, edition.holdings.when)),
    )


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


def _facts(edition: Edition, path: str, review: Review) -> Iterator[Fact]:
    text, when = edition.text, edition.holdings.when[path]
    if target := reference(edition, path, "target", review.target):
        yield Fact(text("Reviewed"), (target,))
    event = edition.holdings.event_of.get(path)
    if event and event != review.target:
        yield Fact(text("Given at"), links_to(edition, [event]))
    yield Fact(text("Date"), (Link(edition.language.when(when)),))
    if review.reviewer_role:
        yield Fact(text("Reviewer"), (Link(review.reviewer_role, "", edition.original),))
    if review.reviewer_org:
        yield Fact(text("Organisation"), (Link(review.reviewer_org, "", edition.original),))
    plans = links_to(edition, edition.library.named_by(path, "plan.from"))
    if plans:
        yield Fact(text("Plans that came of it"), plans)
