"""The gaps page of a place: reviewers' findings, open recommendations, plans, and what has improved."""

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from ...core.outputs import Output
from ...library.criteria import get_review_criteria
from ..indicators import GapChange, GapView, build_gaps, list_gap_changes
from ..layout import build_breadcrumbs, build_page
from ..page_context import (
    Link,
    LocalizedText,
    Mark,
    PageContext,
    RecordRow,
    link_to_record,
    localize_label,
    localize_name,
    select_rows,
)
from ..ratings import CriterionFinding, build_criterion_finding, build_rating
from ..recommendations import RecommendationView, list_place_recommendations
from ..record_parts import MAX_RELATED_RECORDS

ReviewFinding = tuple[CriterionFinding, Link | None, Link | None, str]
"""A finding, what was reviewed, the review, and its date."""


CriterionSummary = tuple[LocalizedText, tuple[tuple[Mark, str], ...], tuple[ReviewFinding, ...]]
"""A criterion, how often each rating was given, and the findings where it was not met."""


class GapsView(Struct, frozen=True):
    """The view of the gaps page.

    `changes`: then and now of each gap; `truncation_note`: not all reviews are listed; `plans`: with their gaps.
    """

    place: Link
    changes: tuple[GapChange, ...]
    criteria: tuple[CriterionSummary, ...]
    truncation_note: str
    open_recommendations: tuple[RecommendationView, ...]
    done_recommendations: tuple[RecommendationView, ...]
    plans: tuple[tuple[RecordRow, tuple[GapView, ...]], ...]
    events: tuple[RecordRow, ...]


def build_gaps_page(context: PageContext, place: str) -> Output:
    """The gaps page of `place`."""
    title = context.text("Gaps and improvements of {place}",
                         place=localize_name(context, context.library.places[place]).text)
    return build_page(context, f"{place}/gaps/index.html", "pages/gaps.html", title, build_gaps_view(context, place),
                      trail=build_breadcrumbs(context, place, Link(title)))


def build_gaps_view(context: PageContext, place: str) -> GapsView:
    """The view of the gaps page of `place`."""
    record_lists = context.record_lists
    reviews = record_lists.reviews_of.get(place, ())
    plans = record_lists.by_kind_in["plans"].get(place, ())
    recommendations = list_place_recommendations(context, place)
    events = dict.fromkeys(event for review in reviews if (event := record_lists.event_of.get(review)))
    return GapsView(
        link_to_record(context, place) or Link(place),
        tuple(list_gap_changes(context, plans)),
        tuple(_criterion_summaries(context, reviews[:MAX_RELATED_RECORDS])),
        _truncation_note(context, len(reviews)),
        _select_by_completion(recommendations, ("open", "overdue")),
        _select_by_completion(recommendations, ("done", "late")),
        tuple((context.rows[path], tuple(build_gaps(context, path, context.library.plans[path])))
              for path in plans),
        select_rows(context, events),
    )


def _select_by_completion(recommendations: Sequence[RecommendationView],
                          keys: tuple[str, ...]) -> tuple[RecommendationView, ...]:
    return tuple(recommendation for recommendation in recommendations if recommendation.completion.key in keys)


def _truncation_note(context: PageContext, number: int) -> str:
    if number <= MAX_RELATED_RECORDS:
        return ""
    return context.text("Only the newest {n} reviews are shown here.", n=context.number(MAX_RELATED_RECORDS))


def _criterion_summaries(context: PageContext, reviews: Sequence[str]) -> Iterator[CriterionSummary]:
    """The criteria in the order of the method; within each, places in their fixed order."""
    names: dict[str, LocalizedText] = {}
    verdicts: dict[str, list[tuple[str, CriterionFinding]]] = {}
    for path in reviews:
        review = context.library.reviews[path]
        names |= {criterion.id: localize_label(context, criterion)
                  for criterion in get_review_criteria(context.library, review.target) if criterion.id not in names}
        for judgement in review.criteria:
            verdicts.setdefault(judgement.key, []).append((path, build_criterion_finding(context, review, judgement)))
    for key, name in names.items():
        if key in verdicts:
            yield _criterion_summary(context, name, verdicts[key])


def _criterion_summary(context: PageContext, name: LocalizedText,
                       verdicts: Sequence[tuple[str, CriterionFinding]]) -> CriterionSummary:
    numbers = Counter(verdict.rating.key for _, verdict in verdicts)
    ratings = tuple((build_rating(context, key), context.number(numbers[key]))
                    for key in context.library.vocabulary.terms["rating"] if numbers[key])
    order = {place: n for n, place in enumerate(context.library.places)}
    weak = [(path, verdict) for path, verdict in verdicts if verdict.rating.key != "met"]
    in_order = sorted(weak, key=lambda one: order.get(context.record_lists.reviewed_place_of[one[0]], len(order)))
    return name, ratings, tuple(_review_finding(context, path, verdict) for path, verdict in in_order)


def _review_finding(context: PageContext, path: str, verdict: CriterionFinding) -> ReviewFinding:
    about = link_to_record(context, context.library.reviews[path].target)
    when = context.record_lists.date_of[path]
    return verdict, about, link_to_record(context, path), context.language.when(when) if when.day else ""
