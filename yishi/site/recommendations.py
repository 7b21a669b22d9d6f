"""Agreed actions and recommendations: who is responsible, and whether they are done."""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from ..model.records import Recommendation, Review
from .page_context import Link, LocalizedText, Mark, PageContext, link_to_record, localize_name, localize_text
from .record_parts import Reply, build_reply

COMPLETION_SHAPES = {"done": "✓", "late": "✓", "open": "○", "overdue": "!"}
"""Completion state → its shape, so that colour is never the only sign."""


class RecommendationView(Struct, frozen=True):
    """A recommendation: its completion, the response of the reviewed place, and the plan that takes it up.

    `review` links to the review, `about` to what was reviewed. `no_answer_text` replaces a missing `answer`. The later
    of answer and completion status comes first (`answer_first`: the answer was given after completion).
    """

    text: LocalizedText
    review: Link
    about: Link | None
    answer: Reply | None
    answer_first: bool
    no_answer_text: str
    plan: Link | None
    completion: Mark


def build_completion_mark(context: PageContext, due: date | None, done_on: date | None, *, judged: bool) -> Mark:
    """Whether an action is completed: done, late, open or overdue.

    One known only from the press is not `judged`: never overdue.
    """
    state, words = _describe_completion(context, due, done_on, judged=judged)
    return Mark(state, words, COMPLETION_SHAPES[state])


def _describe_completion(context: PageContext, due: date | None, done_on: date | None, *,
                         judged: bool) -> tuple[str, str]:
    text = context.text
    day = context.language.day
    as_of = context.as_of
    if done_on and done_on <= as_of:
        if judged and due is not None and done_on > due:
            return "late", text("done on {day}, after the day agreed", day=day(done_on))
        return "done", text("done on {day}", day=day(done_on))
    if due is None:
        return "open", text("still open") if judged else text("not reported whether it is done")
    if due >= as_of:
        return "open", text("open, due on {day}", day=day(due))
    if not judged:
        return "open", text("was due on {day}; not reported whether it is done", day=day(due))
    return "overdue", text("overdue since {day}", day=day(due))


def list_review_recommendations(context: PageContext, path: str) -> Iterator[RecommendationView]:
    """The recommendations of the review at `path`."""
    review = context.library.reviews[path]
    for recommendation in review.recommendations:
        yield _build_recommendation(context, path, review, recommendation)


def list_place_recommendations(context: PageContext, place: str) -> list[RecommendationView]:
    """The recommendations to a place and those below it: first overdue and open ones, then completed ones."""
    reviews = context.record_lists.reviews_of.get(place, ())
    views = [view for path in reviews for view in list_review_recommendations(context, path)]
    return sorted(views, key=lambda view: ("overdue", "open", "late", "done").index(view.completion.key))


def _build_recommendation(context: PageContext, path: str, review: Review,
                          recommendation: Recommendation) -> RecommendationView:
    judged = not review.from_press
    one = recommendation
    answer = build_reply(context, review, one.response, one.responded_on)
    answered_on = one.responded_on
    no_answer = context.text("No answer has been recorded yet.") if judged else context.text(
        "The report does not say what the answer was.")
    return RecommendationView(
        localize_text(context, review, one.text),
        link_to_record(context, path) or Link(localize_name(context, review).text),
        link_to_record(context, review.target), answer, bool(answered_on and one.done_on and answered_on > one.done_on),
        no_answer, link_to_record(context, one.plan),
        build_completion_mark(context, one.due, one.done_on, judged=judged),
    )
