"""The notes and the columns of a wall, on the day of the report or as it was when an event took place."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from ..analysis.briefs import Standing
from ..analysis.holdings import Hung, Wall
from .edition import SHAPES, Edition, Link, Row, status_in_words
from .rows import with_status
from .shell import page_of

FEW_NOTES = 12
"""A column with more notes may be wider than the others."""

WALL_NOTES = 200
"""So many notes hang in one column of the wall; the list holds the rest."""


class Paper(Struct, frozen=True):
    """A note: the issue as it stood on the day of the wall; `now`, where it stands elsewhere by now.

    On the wall of the day of the report also what it can be chosen by, its `place` (a path) and its `topics`, and how
    long ago it `moved`, in words.
    """

    row: Row
    now: Row | None = None
    place: str = ""
    topics: tuple[str, ...] = ()
    moved: str = ""


class Column(Struct, frozen=True):
    """One column of the wall: its notes, and how many more the list holds; `empty` stands where there is no note.

    `size` is how much room it takes: `empty`, `few`, `many`.
    """

    key: str
    size: str
    label: str
    shape: str
    papers: tuple[Paper, ...]
    number: str
    more: Link | None
    empty: str


def paper_then(edition: Edition, path: str, then: Standing, now: Standing) -> Paper:
    """The note of an issue as it stood, and as it stands if that is not the same."""
    row = edition.rows[path]
    return Paper(with_status(edition, row, then.status, then.colour), row if now.status != then.status else None)


def columns_of(edition: Edition, place: str, wall: Wall, paper: Callable[[str], Paper]) -> Iterator[Column]:
    """The columns of a wall of a place ("" = the site), by status; `paper`: the note of an issue on it."""
    for status in edition.library.vocabulary.terms["status"]:
        rest = f"{place}/issues" if place else f"status/{status}"
        yield _column(edition, status, "status", wall.get(status, Hung((), 0)), paper, rest)


def stages_of(edition: Edition, place: str, wall: Wall, paper: Callable[[str], Paper]) -> Iterator[Column]:
    """The columns of a wall by the phase that an issue has reached."""
    for phase in edition.library.vocabulary.terms["phase"]:
        yield _column(edition, phase, "phase", wall.get(phase, Hung((), 0)), paper, page_of(place, "issues"))


def _column(edition: Edition, key: str, vocabulary: str, hung: Hung, paper: Callable[[str], Paper],
            rest: str) -> Column:
    """One column; `rest` is the folder of the list of those notes that do not fit in."""
    papers, over = tuple(map(paper, hung.paths[:WALL_NOTES])), len(hung.paths) - WALL_NOTES
    more = Link(edition.text("{n} more in the list", n=edition.number(over)), f"{rest}/index.html")
    size = "many" if len(papers) > FEW_NOTES else "few" if papers else "empty"
    label = edition.label(vocabulary, key)
    if vocabulary == "status" and papers and over <= 0:
        label = status_in_words(edition, key, reported=all(one.row.press for one in papers))
    return Column(key, size, label, SHAPES.get(key, ""), papers,
                  edition.number(len(hung.paths)), more if over > 0 else None,
                  "" if papers else _why_empty(edition, hung.number))


def _why_empty(edition: Edition, earlier: int) -> str:
    """What stands in a column without notes; `earlier`: so many were closed before its days."""
    if not earlier:
        return edition.text("No note")
    return edition.plural("No note from these days; {n} earlier one stands under “all issues”.",
                          "No note from these days; {n} earlier ones stand under “all issues”.", earlier)
