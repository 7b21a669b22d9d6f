"""Notes and columns of a wall, for the day of the report or the day of an event."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from ..analysis.record_lists import Wall, WallColumn
from ..analysis.summaries import StatusSnapshot
from .layout import join_place_path
from .page_context import STATUS_SHAPES, Link, PageContext, RecordRow, format_phase, format_status
from .record_rows import set_row_status

MAX_NARROW_COLUMN = 12
"""A column with more notes may be wider than the others."""

MAX_NOTES_PER_COLUMN = 200
"""Maximum number of notes in one column of the wall; the list has the rest."""


class WallNote(Struct, frozen=True):
    """A note: the issue on the day of the wall; `current_row`: its row now, if its status has changed since.

    Only on the wall of the day of the report: `place` (a path) and `topics`, to filter by, `last_step_text`, how long
    ago the last step was, and `age`: `fresh` or `stale` if the last step is of these days or too long ago.
    """

    row: RecordRow
    current_row: RecordRow | None = None
    place: str = ""
    topics: tuple[str, ...] = ()
    last_step_text: str = ""
    age: str = ""


class WallColumnView(Struct, frozen=True):
    """One column of the wall: its notes and their number. `more` links to the rest; `empty_text`: shown without notes.

    `size` is how much room the column takes: `empty`, `few` or `many`.
    """

    key: str
    size: str
    label: str
    shape: str
    notes: tuple[WallNote, ...]
    number: str
    more: Link | None
    empty_text: str


def build_note_at_event(context: PageContext, path: str, then: StatusSnapshot, now: StatusSnapshot) -> WallNote:
    """The note of an issue on the day of an event, with its row now if its status has changed."""
    row = context.rows[path]
    return WallNote(set_row_status(context, row, then.status, then.colour), row if now.status != then.status else None)


def build_status_columns(context: PageContext, place: str, wall: Wall,
                         build_note: Callable[[str], WallNote]) -> Iterator[WallColumnView]:
    """The columns of the wall of a place ("" = the site) by status; `build_note` makes the note of an issue."""
    for status in context.library.vocabulary.terms["status"]:
        rest = f"{place}/issues" if place else f"status/{status}"
        yield _wall_column(context, status, "status", wall.get(status, WallColumn((), 0)), build_note, rest)


def build_phase_columns(context: PageContext, place: str, wall: Wall,
                        build_note: Callable[[str], WallNote]) -> Iterator[WallColumnView]:
    """The columns of the wall by the phase that an issue has reached."""
    for phase in context.library.vocabulary.terms["phase"]:
        yield _wall_column(context, phase, "phase", wall.get(phase, WallColumn((), 0)), build_note,
                           join_place_path(place, "issues"))


def _wall_column(context: PageContext, key: str, vocabulary: str, column: WallColumn,
                 build_note: Callable[[str], WallNote], rest: str) -> WallColumnView:
    """One column; `rest`: folder of the list that has the notes beyond the limit."""
    notes = tuple(map(build_note, column.paths[:MAX_NOTES_PER_COLUMN]))
    over = len(column.paths) - MAX_NOTES_PER_COLUMN
    more = Link(context.text("{n} more in the list", n=context.number(over)), f"{rest}/index.html")
    size = "few" if notes else "empty"
    if len(notes) > MAX_NARROW_COLUMN:
        size = "many"
    label = format_phase(context, key) if vocabulary == "phase" else context.label(vocabulary, key)
    if vocabulary == "status" and notes and over <= 0:
        label = format_status(context, key, reported=all(note.row.from_press for note in notes))
    return WallColumnView(key, size, label, STATUS_SHAPES.get(key, ""), notes, context.number(len(column.paths)),
                          more if over > 0 else None, "" if notes else _empty_column_text(context, column.total))


def _empty_column_text(context: PageContext, earlier: int) -> str:
    """The text of a column without notes; `earlier`: number of issues closed before the period of the wall."""
    if not earlier:
        return context.text("No note")
    return context.plural("No note from these days; {n} earlier one is under “all issues”.",
                          "No note from these days; {n} earlier ones are under “all issues”.", earlier)
