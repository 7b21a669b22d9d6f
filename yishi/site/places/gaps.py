"""The gaps of a place: what reviewers found, what is still to be done about it, what is planned, what has improved."""

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from ...core.outputs import Output, OutputPlan
from ...library.criteria import get_review_criteria
from ..indicators import GapView, build_gaps
from ..layout import build_breadcrumbs, build_page, plan_page
from ..page_context import Link, LocalizedText, PageContext, RecordRow, link_to_record, localize_name, select_rows
from ..ratings import CriterionFinding, RatingView, build_criterion_finding, build_rating
from ..recommendations import RecommendationView, list_place_recommendations
from ..record_parts import MAX_RELATED_RECORDS, localize_label


class ReviewFinding(Struct, frozen=True):
    """What one review found: of what, in which review and when, and the verdict."""

    reviewed: Link | None
    review: Link | None
    date_text: str
    finding: CriterionFinding


class CriterionSummary(Struct, frozen=True):
    """A criterion: how often each rating was given, and what was found where it was not met."""

    criterion: LocalizedText
    ratings: tuple[tuple[RatingView, str], ...]
    findings: tuple[ReviewFinding, ...]


class PlanWithGaps(Struct, frozen=True):
    """A plan with the gaps it names."""

    plan: RecordRow
    gaps: tuple[GapView, ...]


class GapsView(Struct, frozen=True):
    """Everything that the page of a place's gaps shows. `cut`: not all reviews stand here."""

    title: str
    place: Link
    criteria: tuple[CriterionSummary, ...]
    truncation_note: str
    open_recommendations: tuple[RecommendationView, ...]
    done_recommendations: tuple[RecommendationView, ...]
    plans: tuple[PlanWithGaps, ...]
    events: tuple[RecordRow, ...]


def plan_gap_pages(edition: PageContext) -> Iterator[OutputPlan]:
    """The gaps of every place that reviews or plans are about."""
    for path in edition.library.places:
        if path in edition.record_lists.places_with_gaps:
            yield plan_page(edition, f"{path}/gaps/index.html", build_gaps_page, path)


def build_gaps_page(edition: PageContext, place: str) -> Output:
    """The page of the gaps of the place at this path."""
    view = build_gaps_view(edition, place)
    return build_page(edition, f"{place}/gaps/index.html", "pages/gaps.html", view.title, view,
                      trail=(*build_breadcrumbs(edition, place), Link(view.title)))


def build_gaps_view(edition: PageContext, place: str) -> GapsView:
    """What the page of the gaps of the place at this path shows."""
    held, name = edition.record_lists, localize_name(edition, edition.library.places[place])
    reviews, plans = held.reviews_of.get(place, ()), held.by_kind_in["plans"].get(place, ())
    advice = list_place_recommendations(edition, place)
    events = dict.fromkeys(event for review in reviews if (event := held.event_of.get(review)))
    return GapsView(
        edition.text("Gaps and improvements of {place}", place=name.text),
        link_to_record(edition, place) or Link(name.text),
        tuple(_criterion_summaries(edition, reviews[:MAX_RELATED_RECORDS])),
        _truncation_note(edition, len(reviews)),
        tuple(one for one in advice if one.completion.state in ("open", "overdue")),
        tuple(one for one in advice if one.completion.state in ("done", "late")),
        tuple(PlanWithGaps(edition.rows[path], tuple(build_gaps(edition, path, edition.library.plans[path])))
              for path in plans),
        select_rows(edition, events),
    )


def _truncation_note(edition: PageContext, number: int) -> str:
    if number <= MAX_RELATED_RECORDS:
        return ""
    return edition.text("Only the newest {n} reviews are shown here.", n=edition.number(MAX_RELATED_RECORDS))


def _criterion_summaries(edition: PageContext, reviews: Sequence[str]) -> Iterator[CriterionSummary]:
    """Criterion by criterion in the order of the method; within one, places in their fixed order."""
    names: dict[str, LocalizedText] = {}
    verdicts: dict[str, list[tuple[str, CriterionFinding]]] = {}
    for path in reviews:
        review = edition.library.reviews[path]
        names |= {one.id: localize_label(edition, one) for one in get_review_criteria(edition.library, review.target)
                  if one.id not in names}
        for judgement in review.criteria:
            verdicts.setdefault(judgement.key, []).append((path, build_criterion_finding(edition, review, judgement)))
    for key, name in names.items():
        if key in verdicts:
            yield _criterion_summary(edition, name, verdicts[key])


def _criterion_summary(edition: PageContext, name: LocalizedText,
                       verdicts: Sequence[tuple[str, CriterionFinding]]) -> CriterionSummary:
    numbers = Counter(verdict.rating.key for _, verdict in verdicts)
    ratings = tuple((build_rating(edition, key), edition.number(numbers[key]))
                    for key in edition.library.vocabulary.terms["rating"] if numbers[key])
    order = {place: n for n, place in enumerate(edition.library.places)}
    weak = [(path, verdict) for path, verdict in verdicts if verdict.rating.key != "met"]
    in_order = sorted(weak, key=lambda one: order.get(edition.record_lists.reviewed_place_of[one[0]], len(order)))
    return CriterionSummary(name, ratings, tuple(_review_finding(edition, path, verdict) for path, verdict in in_order))


def _review_finding(edition: PageContext, path: str, verdict: CriterionFinding) -> ReviewFinding:
    about, when = link_to_record(edition, edition.library.reviews[path].target), edition.record_lists.date_of[path]
    return ReviewFinding(about, link_to_record(edition, path), edition.language.when(when) if when.day else "", verdict)
