"""The wall: which notes hang on it on a day, of the site, of a place, and as it was when an event took place."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..briefs import Standing
from ..outputs import Output, Plan
from .edition import SHAPES, Edition, Link, Row, link_to
from .holdings import Hung, Wall
from .rows import with_status
from .shell import page_of, planned, sheet, trail_to

WALL_NOTES = 200
"""So many notes hang in one column of the wall; the list holds the rest."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A note: the issue as it stood on the day of the wall; `now`, where it stands elsewhere by now."""

    row: Row
    now: Row | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the wall: its notes, and how many more the list holds; `empty` stands where there is no note."""

    label: str
    shape: str
    papers: tuple[Paper, ...]
    more: Link | None
    empty: str


@dataclass(frozen=True, slots=True)
class WallView:
    """The wall of the site or of a place."""

    title: str
    place: Link | None
    columns: tuple[Column, ...]


def wall_pages(edition: Edition) -> Iterator[Plan]:
    """The wall of the site, and of every place."""
    for place in ("", *edition.library.places):
        yield planned(edition, page_of(place, "wall/index.html"), wall_page, place)


def wall_page(edition: Edition, place: str) -> Output:
    """The wall of a place ("" = the site)."""
    scope, wall = link_to(edition, place), edition.holdings.walls.get(place) or {}
    title = edition.text("Wall of {place}", place=scope.text) if scope else edition.text("Wall")
    columns = tuple(columns_of(edition, place, wall, lambda path: Paper(edition.rows[path])))
    return sheet(edition, page_of(place, "wall/index.html"), "pages/wall.html", title, WallView(title, scope, columns),
                 trail=trail_to(edition, place, Link(title)) if scope else (Link(title),))


def columns_of(edition: Edition, place: str, wall: Wall, paper: Callable[[str], Paper]) -> Iterator[Column]:
    """The columns of a wall of a place ("" = the site), by status; `paper`: the note of an issue on it."""
    for status in edition.library.vocabulary.terms["status"]:
        hung = wall.get(status, Hung((), 0))
        papers = tuple(map(paper, hung.paths[:WALL_NOTES]))
        over = len(hung.paths) - WALL_NOTES
        more = _more(edition, over, f"{place}/issues" if place else f"status/{status}") if over > 0 else None
        yield Column(edition.label("status", status), SHAPES[status], papers, more,
                     "" if papers else _why_empty(edition, hung.number))


def _more(edition: Edition, number: int, folder: str) -> Link:
    """The list of the notes that do not fit into a column."""
    return Link(edition.text("{n} more in the list", n=edition.number(number)), f"{folder}/index.html")


def _why_empty(edition: Edition, earlier: int) -> str:
    """What stands in a column without notes; `earlier`: so many were closed before its days."""
    if not earlier:
        return edition.text("No note")
    return edition.plural("No note from these days; {n} earlier one stands under “all issues”.",
                          "No note from these days; {n} earlier ones stand under “all issues”.", earlier)


def paper_then(edition: Edition, path: str, then: Standing, now: Standing) -> Paper:
    """The note of an issue as it stood, and as it stands if that is not the same."""
    row = edition.rows[path]
    return Paper(with_status(edition, row, then.status, then.colour), row if now.status != then.status else None)
