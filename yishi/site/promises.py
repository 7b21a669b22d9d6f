"""What was agreed or recommended, who is to do it, and whether it is done."""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from ..model.records import Recommendation, Review
from .edition import Edition, Link, link_to, name_of
from .record import Reply, reply_of

MARKS = {"done": "✓", "late": "✓", "open": "○", "overdue": "!"}
"""State of a promise → its shape, so that colour is never the only sign."""


class Standing(Struct, frozen=True):
    """Whether something promised is done: `state` is done, late, open or overdue; `said` is that in words."""

    state: str
    shape: str
    said: str


class Advice(Struct, frozen=True):
    """What a reviewer recommended, where it stands, what the reviewed place answered, and the plan that takes it up.

    `review` leads to the review, `about` to what was reviewed. A missing `answer` is said in words by `silence`. What
    is later leads: where it stands, unless it was answered after it was done (`answer_leads`).
    """

    text: str
    review: Link
    about: Link | None
    answer: Reply | None
    answer_leads: bool
    silence: str
    plan: Link | None
    standing: Standing


def standing_of(edition: Edition, due: date | None, done_on: date | None, *, judged: bool) -> Standing:
    """Whether something due on a day is done; what only the press reports is not `judged`, so never overdue."""
    text, day, as_of = edition.text, edition.language.day, edition.as_of
    if done_on and done_on <= as_of:
        late = judged and due is not None and done_on > due
        said = text("done on {day}, after the day agreed", day=day(done_on)) if late else text(
            "done on {day}", day=day(done_on))
        return Standing("late" if late else "done", MARKS["done"], said)
    if due is None:
        said = text("still open") if judged else text("not reported whether it is done")
        return Standing("open", MARKS["open"], said)
    if due >= as_of:
        return Standing("open", MARKS["open"], text("open, due on {day}", day=day(due)))
    if not judged:
        said = text("was due on {day}; not reported whether it is done", day=day(due))
        return Standing("open", MARKS["open"], said)
    return Standing("overdue", MARKS["overdue"], text("overdue since {day}", day=day(due)))


def advice_in(edition: Edition, path: str) -> Iterator[Advice]:
    """What the review at `path` recommends."""
    review = edition.library.reviews[path]
    for recommendation in review.recommendations:
        yield _advice(edition, path, review, recommendation)


def advice_for(edition: Edition, place: str) -> list[Advice]:
    """What reviewers recommended to a place and those below it: what is overdue and open first, then what is done."""
    reviews = edition.holdings.reviews_of.get(place, ())
    found = [advice for path in reviews for advice in advice_in(edition, path)]
    return sorted(found, key=lambda advice: ("overdue", "open", "late", "done").index(advice.standing.state))


def _advice(edition: Edition, path: str, review: Review, recommendation: Recommendation) -> Advice:
    judged, one = review.basis != "press", recommendation
    answer, answered_on = reply_of(edition, one.response, one.responded_on), one.responded_on
    silence = edition.text("No answer has been recorded yet.") if judged else edition.text(
        "The report does not say what the answer was.")
    return Advice(
        one.text, link_to(edition, path) or Link(name_of(edition, review).text),
        link_to(edition, review.target), answer, bool(answered_on and one.done_on and answered_on > one.done_on),
        silence, link_to(edition, one.plan), standing_of(edition, one.due, one.done_on, judged=judged),
    )
