"""What was agreed or recommended, who is to do it, and whether it is done."""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from ..model.records import Recommendation, Review
from .page_context import Link, PageContext, link_to_record, localize_name
from .record_parts import Reply, build_reply

COMPLETION_SHAPES = {"done": "✓", "late": "✓", "open": "○", "overdue": "!"}
"""State of a promise → its shape, so that colour is never the only sign."""


class CompletionStatus(Struct, frozen=True):
    """Whether something promised is done: `state` is done, late, open or overdue; `said` is that in words."""

    state: str
    shape: str
    text: str


class RecommendationView(Struct, frozen=True):
    """What a reviewer recommended, where it stands, what the reviewed place answered, and the plan that takes it up.

    `review` leads to the review, `about` to what was reviewed. A missing `answer` is said in words by `silence`. What
    is later leads: where it stands, unless it was answered after it was done (`answer_leads`).
    """

    text: str
    review: Link
    about: Link | None
    answer: Reply | None
    answer_first: bool
    no_answer_text: str
    plan: Link | None
    completion: CompletionStatus


def build_completion_status(edition: PageContext, due: date | None, done_on: date | None, *,
                            judged: bool) -> CompletionStatus:
    """Whether something due on a day is done; what only the press reports is not `judged`, so never overdue."""
    text, day, as_of = edition.text, edition.language.day, edition.as_of
    if done_on and done_on <= as_of:
        late = judged and due is not None and done_on > due
        said = text("done on {day}, after the day agreed", day=day(done_on)) if late else text(
            "done on {day}", day=day(done_on))
        return CompletionStatus("late" if late else "done", COMPLETION_SHAPES["done"], said)
    if due is None:
        said = text("still open") if judged else text("not reported whether it is done")
        return CompletionStatus("open", COMPLETION_SHAPES["open"], said)
    if due >= as_of:
        return CompletionStatus("open", COMPLETION_SHAPES["open"], text("open, due on {day}", day=day(due)))
    if not judged:
        said = text("was due on {day}; not reported whether it is done", day=day(due))
        return CompletionStatus("open", COMPLETION_SHAPES["open"], said)
    return CompletionStatus("overdue", COMPLETION_SHAPES["overdue"], text("overdue since {day}", day=day(due)))


def list_review_recommendations(edition: PageContext, path: str) -> Iterator[RecommendationView]:
    """What the review at `path` recommends."""
    review = edition.library.reviews[path]
    for recommendation in review.recommendations:
        yield _build_recommendation(edition, path, review, recommendation)


def list_place_recommendations(edition: PageContext, place: str) -> list[RecommendationView]:
    """What reviewers recommended to a place and those below it: what is overdue and open first, then what is done."""
    reviews = edition.record_lists.reviews_of.get(place, ())
    found = [advice for path in reviews for advice in list_review_recommendations(edition, path)]
    return sorted(found, key=lambda advice: ("overdue", "open", "late", "done").index(advice.completion.state))


def _build_recommendation(edition: PageContext, path: str, review: Review,
                          recommendation: Recommendation) -> RecommendationView:
    judged, one = review.basis != "press", recommendation
    answer, answered_on = build_reply(edition, one.response, one.responded_on), one.responded_on
    silence = edition.text("No answer has been recorded yet.") if judged else edition.text(
        "The report does not say what the answer was.")
    return RecommendationView(
        one.text, link_to_record(edition, path) or Link(localize_name(edition, review).text),
        link_to_record(edition, review.target), answer, bool(answered_on and one.done_on and answered_on > one.done_on),
        silence, link_to_record(edition, one.plan),
        build_completion_status(edition, one.due, one.done_on, judged=judged),
    )
