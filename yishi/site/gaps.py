"""The gaps of a place: what reviewers found, what is still to be done about it, what is planned, what has improved."""

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from ..core.outputs import Output, Plan
from ..library.criteria import criteria_of
from .edition import Edition, Link, Row, Words, link_to, name_of, rows_of
from .indicators import GapView, gaps_of
from .promises import Advice, advice_for
from .ratings import Rating, Verdict, rating_of, verdict_of
from .record import IN_FULL, labelled
from .shell import planned, sheet, trail_to


class Found(Struct, frozen=True):
    """What one review found: of what, in which review and when, and the verdict."""

    about: Link | None
    review: Link | None
    when: str
    verdict: Verdict


class Question(Struct, frozen=True):
    """A criterion: how often each rating was given, and what was found where it was not met."""

    criterion: Words
    ratings: tuple[tuple[Rating, str], ...]
    found: tuple[Found, ...]


class Planned(Struct, frozen=True):
    """A plan with the gaps it names."""

    plan: Row
    gaps: tuple[GapView, ...]


class GapsView(Struct, frozen=True):
    """Everything that the page of a place's gaps shows. `cut`: not all reviews stand here."""

    title: str
    place: Link
    questions: tuple[Question, ...]
    cut: str
    to_do: tuple[Advice, ...]
    done: tuple[Advice, ...]
    plans: tuple[Planned, ...]
    events: tuple[Row, ...]


def gap_pages(edition: Edition) -> Iterator[Plan]:
    """The gaps of every place that reviews or plans are about."""
    for path in edition.library.places:
        if path in edition.holdings.with_gaps:
            yield planned(edition, f"{path}/gaps/index.html", gaps_page, path)


def gaps_page(edition: Edition, place: str) -> Output:
    """The page of the gaps of the place at this path."""
    view = gaps_view(edition, place)
    return sheet(edition, f"{place}/gaps/index.html", "pages/gaps.html", view.title, view,
                 trail=(*trail_to(edition, place), Link(view.title)))


def gaps_view(edition: Edition, place: str) -> GapsView:
    """What the page of the gaps of the place at this path shows."""
    held, name = edition.holdings, name_of(edition, edition.library.places[place])
    reviews, plans = held.reviews_of.get(place, ()), held.of_kind_in["plans"].get(place, ())
    advice = advice_for(edition, place)
    events = dict.fromkeys(event for review in reviews if (event := held.event_of.get(review)))
    return GapsView(
        edition.text("Gaps of {place}, and what is done about them", place=name.text),
        link_to(edition, place) or Link(name.text), tuple(_questions(edition, reviews[:IN_FULL])),
        _cut(edition, len(reviews)),
        tuple(one for one in advice if one.standing.state in ("open", "overdue")),
        tuple(one for one in advice if one.standing.state in ("done", "late")),
        tuple(Planned(edition.rows[path], tuple(gaps_of(edition, path, edition.library.plans[path])))
              for path in plans),
        rows_of(edition, events),
    )


def _cut(edition: Edition, number: int) -> str:
    if number <= IN_FULL:
        return ""
    return edition.text("Only the newest {n} reviews are shown here.", n=edition.number(IN_FULL))


def _questions(edition: Edition, reviews: Sequence[str]) -> Iterator[Question]:
    """Criterion by criterion in the order of the method; within one, places in their fixed order."""
    names: dict[str, Words] = {}
    verdicts: dict[str, list[tuple[str, Verdict]]] = {}
    for path in reviews:
        review = edition.library.reviews[path]
        names |= {one.id: labelled(edition, one) for one in criteria_of(edition.library, review.target)
                  if one.id not in names}
        for judgement in review.criteria:
            verdicts.setdefault(judgement.key, []).append((path, verdict_of(edition, review, judgement)))
    for key, name in names.items():
        if key in verdicts:
            yield _question(edition, name, verdicts[key])


def _question(edition: Edition, name: Words, verdicts: Sequence[tuple[str, Verdict]]) -> Question:
    numbers = Counter(verdict.rating.key for _, verdict in verdicts)
    ratings = tuple((rating_of(edition, key), edition.number(numbers[key]))
                    for key in edition.library.vocabulary.terms["rating"] if numbers[key])
    order = {place: n for n, place in enumerate(edition.library.places)}
    weak = [(path, verdict) for path, verdict in verdicts if verdict.rating.key != "met"]
    in_order = sorted(weak, key=lambda one: order.get(edition.holdings.place_reviewed[one[0]], len(order)))
    return Question(name, ratings, tuple(_found(edition, path, verdict) for path, verdict in in_order))


def _found(edition: Edition, path: str, verdict: Verdict) -> Found:
    about, when = link_to(edition, edition.library.reviews[path].target), edition.holdings.when[path]
    return Found(about, link_to(edition, path), edition.language.when(when) if when.day else "", verdict)
