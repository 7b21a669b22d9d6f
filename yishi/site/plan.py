"""The page of a plan: the gaps it answers, for whom, its sessions, and what the same indicators say now."""

from collections.abc import Iterator

from msgspec import Struct

from ..model.paths import place_of, url_of
from ..model.records import Plan
from .edition import Edition, Link, Row, links_to, rows_of
from .indicators import GapView, gaps_of
from .promises import Advice, advice_in
from .record import Common, Fact, common_of, crowd_in_words, link_to_gaps, why_few
from .rows import plan_status


class SessionView(Struct, frozen=True):
    """One session of a plan."""

    when: str
    day: str
    topic: str
    attendance: str
    later: bool


class PlanView(Struct, frozen=True):
    """Everything that the page of a plan shows."""

    common: Common
    gaps: tuple[GapView, ...]
    sessions: tuple[SessionView, ...]
    few: str
    press: bool
    reviews: tuple[Row, ...]
    advice: tuple[Advice, ...]


def plan_view(edition: Edition, path: str, plan: Plan) -> PlanView:
    """What the page of the plan at `path` shows."""
    sessions, name = tuple(_sessions(edition, plan)), url_of(path)
    naming = dict.fromkeys((*plan.from_, *edition.library.named_by(path, "review.recommendations")))
    taken_up = (advice for review in naming if review in edition.library.reviews
                for advice in advice_in(edition, review) if advice.plan and advice.plan.target == name)
    return PlanView(
        common_of(edition, path, plan, _facts(edition, path, plan)), tuple(gaps_of(edition, path, plan)), sessions,
        why_few(edition, *(one.attendance for one in sessions)), plan.basis == "press",
        rows_of(edition, naming), tuple(taken_up),
    )


def _facts(edition: Edition, path: str, plan: Plan) -> Iterator[Fact]:
    text = edition.text
    places = links_to(edition, plan.places)
    yield Fact(text("Made by"), links_to(edition, [place_of(path)]))
    if places:
        yield Fact(text("For"), places)
    if status := plan_status(edition, plan):
        yield Fact(text("Status"), (Link(status),))
    if plan.format:
        yield Fact(text("Form"), tuple(Link(one, "", edition.original) for one in plan.format))
    if gaps := link_to_gaps(edition, place_of(path)):
        yield Fact(text("More"), (gaps,))


def _sessions(edition: Edition, plan: Plan) -> Iterator[SessionView]:
    for session in plan.sessions:
        day, earliest = session.date.exact, session.date.earliest
        yield SessionView(
            edition.language.when(session.date), day.isoformat() if day else "", session.topic,
            crowd_in_words(edition, session.attendance) if session.attendance else "",
            bool(earliest and earliest > edition.as_of))
