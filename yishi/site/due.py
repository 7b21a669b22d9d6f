"""What is due, of the whole site and of every place: by kind, then by day."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ..analysis.due import KINDS, Obligation
from ..core.outputs import Output, Plan
from ..model.thresholds import THRESHOLDS
from .download_links import calendar_link
from .edition import Edition, Link, link_to
from .record import stakeholder
from .shell import page_of, planned, sheet, trail_to

SHOWN = 100
"""So many obligations of one kind stand on one page."""


class Duty(Struct, frozen=True):
    """One thing that is due. `what` is the action or recommendation as written; `who` None: not recorded."""

    record: Link
    what: str
    said: str
    day: str
    who: Link | None
    place: Link | None


class DueGroup(Struct, frozen=True):
    """What is due of one kind, the longest due first."""

    key: str
    label: str
    meaning: str
    number: str
    duties: tuple[Duty, ...]
    cut: str


class DueView(Struct, frozen=True):
    """What is due at a place and below it, or on the whole site (`scope` None)."""

    scope: Link | None
    calendar: Link
    groups: tuple[DueGroup, ...]


def due_pages(edition: Edition) -> Iterator[Plan]:
    """The page of what is due on the whole site, and for every place its own."""
    for place in ("", *edition.library.places):
        yield planned(edition, page_of(place, "due/index.html"), due_page, place)


def due_page(edition: Edition, place: str) -> Output:
    """The page of what is due at a place and below it ("" = on the whole site)."""
    scope, title = link_to(edition, place), edition.text("What is due")
    view = DueView(scope, calendar_link(edition, place), tuple(_groups(edition, edition.book.duties.get(place) or ())))
    return sheet(edition, page_of(place, "due/index.html"), "pages/obligations.html",
                 edition.text("What is due in {place}", place=scope.text) if scope else title, view,
                 trail=trail_to(edition, place, Link(title)) if scope else (Link(title),))


def _groups(edition: Edition, found: Sequence[Obligation]) -> Iterator[DueGroup]:
    for kind, (label, meaning, _) in KINDS.items():
        of_kind = [one for one in found if one.kind == kind]
        if of_kind:
            yield DueGroup(kind, edition.text(label), edition.text(meaning, **THRESHOLDS), edition.number(len(of_kind)),
                           tuple(_duty(edition, one) for one in of_kind[:SHOWN]), _cut(edition, len(of_kind)))


def _cut(edition: Edition, number: int) -> str:
    if number <= SHOWN:
        return ""
    return edition.text("The {shown} that have been due longest stand here; the pages of the places have the others.",
                        shown=edition.number(SHOWN))


def _duty(edition: Edition, one: Obligation) -> Duty:
    day = edition.language.day(one.day) if one.day else ""
    return Duty(
        link_to(edition, one.record) or Link(one.record), one.what,
        edition.text(KINDS[one.kind][2], day=day) if one.day else edition.text("no day has been set"),
        one.day.isoformat() if one.day else "", stakeholder(edition, one.who) if one.who else None,
        link_to(edition, one.place),
    )
