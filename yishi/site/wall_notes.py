"""The notes and the columns of a wall, on the day of the report or as it was when an event took place."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from ..analysis.record_lists import Wall, WallColumn
from ..analysis.summaries import StatusSnapshot
from .layout import join_place_path
from .page_context import STATUS_SHAPES, Link, PageContext, RecordRow, format_status
from .record_rows import set_row_status

MAX_NARROW_COLUMN = 12
"""A column with more notes may be wider than the others."""

MAX_NOTES_PER_COLUMN = 200
"""So many notes hang in one column of the wall; the list holds the rest."""


class WallNote(Struct, frozen=True):
    """A note: the issue as it stood on the day of the wall; `now`, where it stands elsewhere by now.

    On the wall of the day of the report also what it can be chosen by, its `place` (a path) and its `topics`, and how
    long ago it `moved`, in words.
    """

    row: RecordRow
    current_row: RecordRow | None = None
    place: str = ""
    topics: tuple[str, ...] = ()
    last_step_text: str = ""


class WallColumnView(Struct, frozen=True):
    """One column of the wall: its notes, and how many more the list holds; `empty` stands where there is no note.

    `size` is how much room it takes: `empty`, `few`, `many`.
    """

    key: str
    size: str
    label: str
    shape: str
    notes: tuple[WallNote, ...]
    number: str
    more: Link | None
    empty_text: str


def build_note_at_event(edition: PageContext, path: str, then: StatusSnapshot, now: StatusSnapshot) -> WallNote:
    """The note of an issue as it stood, and as it stands if that is not the same."""
    row = edition.rows[path]
    return WallNote(set_row_status(edition, row, then.status, then.colour), row if now.status != then.status else None)


def build_status_columns(edition: PageContext, place: str, wall: Wall,
                         paper: Callable[[str], WallNote]) -> Iterator[WallColumnView]:
    """The columns of a wall of a place ("" = the site), by status; `paper`: the note of an issue on it."""
    for status in edition.library.vocabulary.terms["status"]:
        rest = f"{place}/issues" if place else f"status/{status}"
        yield _wall_column(edition, status, "status", wall.get(status, WallColumn((), 0)), paper, rest)


def build_phase_columns(edition: PageContext, place: str, wall: Wall,
                        paper: Callable[[str], WallNote]) -> Iterator[WallColumnView]:
    """The columns of a wall by the phase that an issue has reached."""
    for phase in edition.library.vocabulary.terms["phase"]:
        yield _wall_column(edition, phase, "phase", wall.get(phase, WallColumn((), 0)), paper,
                           join_place_path(place, "issues"))


def _wall_column(edition: PageContext, key: str, vocabulary: str, hung: WallColumn, paper: Callable[[str], WallNote],
                 rest: str) -> WallColumnView:
    """One column; `rest` is the folder of the list of those notes that do not fit in."""
    papers, over = tuple(map(paper, hung.paths[:MAX_NOTES_PER_COLUMN])), len(hung.paths) - MAX_NOTES_PER_COLUMN
    more = Link(edition.text("{n} more in the list", n=edition.number(over)), f"{rest}/index.html")
    size = "many" if len(papers) > MAX_NARROW_COLUMN else "few" if papers else "empty"
    label = edition.label(vocabulary, key)
    if vocabulary == "status" and papers and over <= 0:
        label = format_status(edition, key, reported=all(one.row.from_press for one in papers))
    return WallColumnView(key, size, label, STATUS_SHAPES.get(key, ""), papers,
                          edition.number(len(hung.paths)), more if over > 0 else None,
                          "" if papers else _empty_column_text(edition, hung.total))


def _empty_column_text(edition: PageContext, earlier: int) -> str:
    """What stands in a column without notes; `earlier`: so many were closed before its days."""
    if not earlier:
        return edition.text("No note")
    return edition.plural("No note from these days; {n} earlier one is under “all issues”.",
                          "No note from these days; {n} earlier ones are under “all issues”.", earlier)
