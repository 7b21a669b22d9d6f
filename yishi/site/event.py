"""The page of an event: what was shown, the wall as it stood on the day and what has moved since, the reviews."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from ..analysis.briefs import Standing
from ..analysis.holdings import newest_first, wall_of
from ..model.paths import place_of
from ..model.records import Event
from .book import Moved
from .edition import SHAPES, Edition, Link, Row, link_to, links_to, rows_of, sentences, status_in_words
from .matrix import Matrix, matrix_of
from .record import Common, Fact, common_of, crowd_in_words, labelled, link_to_gaps, why_few
from .wall_notes import Column, Paper, columns_of, paper_then


class Shown(Struct, frozen=True):
    """What one place presented, and in which format."""

    place: Link | None
    case: Link | None
    format: str


class Section(Struct, frozen=True):
    """A group of presentations, in one session."""

    label: str
    session: str
    shown: tuple[Shown, ...]


class Move(Struct, frozen=True):
    """The issues that stood somewhere on the day and stand elsewhere now."""

    before: str
    before_shape: str
    after: str
    after_shape: str
    number: str
    papers: tuple[Paper, ...]


class Then(Struct, frozen=True):
    """The wall as it stood on the day of an event, and what has moved since, in words and one by one."""

    day: str
    columns: tuple[Column, ...]
    said: str
    moves: tuple[Move, ...]


class EventView(Struct, frozen=True):
    """Everything that the page of an event shows. `no_wall` says why its wall cannot be shown."""

    common: Common
    aim: str
    few: str
    sections: tuple[Section, ...]
    then: Then | None
    no_wall: str
    wall: Link
    matrix: Matrix | None
    reviews: tuple[Row, ...]
    plans: tuple[Row, ...]
    gaps: Link | None


def event_view(edition: Edition, path: str, event: Event) -> EventView:
    """What the page of the event at `path` shows."""
    place, named_by = place_of(path), edition.library.named_by
    attendance = crowd_in_words(edition, event.attendance) if event.attendance else ""
    given = newest_first((review for review, at in edition.holdings.event_of.items() if at == path),
                         edition.holdings.when)
    plans = dict.fromkeys(plan for review in given for plan in named_by(review, "plan.from"))
    return EventView(
        common=common_of(edition, path, event, _facts(edition, path, event, attendance)), aim=event.aim or "",
        few=why_few(edition, attendance), sections=tuple(_sections(edition, event)),
        then=_then(edition, path, event), no_wall=_no_wall(edition, path, event),
        wall=Link(edition.text("The wall as it is now"), f"{place}/wall/index.html"),
        matrix=matrix_of(edition, path, given),
        reviews=rows_of(edition, (one for one in given if edition.library.reviews[one].target == path)),
        plans=rows_of(edition, plans), gaps=link_to_gaps(edition, place),
    )


def _facts(edition: Edition, path: str, event: Event, attendance: str) -> Iterator[Fact]:
    text = edition.text
    yield Fact(text("Place"), links_to(edition, [place_of(path)]))
    yield Fact(text("Date"), (Link(edition.language.when(event.date)),))
    yield Fact(text("Kind"), (Link(edition.label("event_kind", event.kind)),))
    if attendance:
        yield Fact(text("Took part"), (Link(attendance),))
    if event.criteria:
        names = (labelled(edition, one) for one in event.criteria)
        yield Fact(text("Also judged by"), tuple(Link(name.text, "", name.lang) for name in names))


def _sections(edition: Edition, event: Event) -> Iterator[Section]:
    for group in event.groups:
        shown = (Shown(link_to(edition, one.place), link_to(edition, one.case), one.format or "")
                 for one in group.presentations)
        yield Section(group.label or "", group.session or "", tuple(shown))


# --- the wall of the day ----------------------------------------------------------------------------------------------


def _no_wall(edition: Edition, path: str, event: Event) -> str:
    if path in edition.book.then:
        return ""
    if event.date.day is None:
        return edition.text("The day of the event is not known, so its wall cannot be shown.")
    return edition.text("The event is not over yet; its wall will stand here.")


def _then(edition: Edition, path: str, event: Event) -> Then | None:
    day, then = event.date.latest, edition.book.then.get(path)
    if day is None or then is None:
        return None

    def paper(issue: str) -> Paper:
        return paper_then(edition, issue, *then.stood[issue])

    wall = wall_of({issue: before for issue, (before, _) in then.stood.items()}, day)
    columns = tuple(columns_of(edition, place_of(path), wall, paper))
    return Then(edition.language.day(day), columns, _moved_in_words(edition, then),
                tuple(_moves(edition, then.stood, paper)))


def _moved_in_words(edition: Edition, then: Moved) -> str:
    moved = sum(before.status != now.status for before, now in then.stood.values())
    first = edition.plural("{n} issue had been raised by that day; standing elsewhere now: {moved}.",
                           "{n} issues had been raised by that day; standing elsewhere now: {moved}.", len(then.stood),
                           moved=edition.number(moved))
    second = edition.plural("{n} more issue has been raised since.", "{n} more issues have been raised since.",
                            then.since)
    return sentences(edition, (first, second if then.since else ""))


def _moves(edition: Edition, stood: Mapping[str, tuple[Standing, Standing]],
           paper: Callable[[str], Paper]) -> Iterator[Move]:
    """The issues that stand elsewhere now, by where from and where to, in the order of the statuses."""
    groups: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for path, (before, now) in stood.items():
        groups[before.status, now.status].append(path)
    statuses = tuple(edition.library.vocabulary.terms["status"])
    for before_, after in sorted(groups, key=lambda move: (statuses.index(move[0]), statuses.index(move[1]))):
        paths = groups[before_, after]
        papers = tuple(map(paper, paths)) if before_ != after else ()
        reported = all(edition.book.listings[path].press for path in paths)
        before_label, label = (status_in_words(edition, status, reported=reported) for status in (before_, after))
        yield Move(before_label, SHAPES[before_], label, SHAPES[after],
                   edition.number(len(paths)), papers)
