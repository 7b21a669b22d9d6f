"""The page of a review: what the reviewer found by each criterion, what was recommended, and what came of it."""

from collections.abc import Iterator

from msgspec import Struct

from ..analysis.holdings import newest_first
from ..model.paths import place_of
from ..model.records import Review
from .edition import Edition, Link, Row, links_to, reference, rows_of
from .promises import Advice, advice_in
from .ratings import Verdict, verdict_of
from .record import Common, Fact, common_of, link_to_gaps


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
