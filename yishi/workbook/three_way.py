"""What a cell changes: it is compared with what its writer saw there, and with what the record says now.

What the writer did not touch is left alone; what nobody else touched is taken; what both changed is asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from ..model.dates import UNKNOWN
from .cells import EMPTY, Value, Words, mark_of, meaning, shown, typed
from .columns import Column, Sheet
from .grid import Row
from .ground import value_at
from .nodes import Keys


class Seen(Struct, frozen=True):
    """What the writer of a row saw in its cells.

    `marks`: keys → the marks of the texts that were read from there, the latest last, or of that which was handed out;
    `is_own`: whether the row is a later state of the one that had them; `is_handed_out`: whether all its cells were
    filled when it was handed out, so that an empty one was emptied.
    """

    marks: Mapping[Keys, Sequence[str]] = MappingProxyType({})
    is_own: bool = False
    is_handed_out: bool = False


class Difference(Struct, frozen=True):
    """A cell that says something else than the record: the value to set (None = take it out), and whether that has to
    be asked first."""

    column: Column
    value: Value | None
    is_asked: bool


def handed_out(row: Row) -> Seen | None:
    """What stood in a row when it was handed out; None for one that was handed out empty."""
    return Seen({column.keys: (mark,) for column, mark in row.before.items()}, True, True) if row.before else None


def differences(row: Row, now: Mapping[str, object], before: Mapping[str, object] | None, seen: Seen, words: Words,
                place: str) -> Iterator[Difference]:
    """What a row says other than `now`. `before`: what the record said before this import (None = it was not there:
    whatever differs was written by another file of it, which is asked elsewhere)."""
    for column in row.sheet.columns:
        if not column.is_own or column not in row.at or column in row.wrong:
            continue
        text, marks = row.said(*column.keys), seen.marks.get(column.keys, ())
        value = typed(text, column, words, place) if text else None
        mine = _marks(text, value, column, words, place)
        if (_means(value, column, words, place) == _means(value_at(now, column.keys), column, words, place)
                or (marks and marks[-1] in mine) or not (text or seen.is_handed_out)):
            continue
        was_seen = before is None or _has_seen(value_at(before, column.keys), column, seen, words, place)
        yield Difference(column, value, not was_seen or (before is not None and not mine.isdisjoint(marks)))


def _has_seen(theirs: object, column: Column, seen: Seen, words: Words, place: str) -> bool:
    """Whether the writer saw what the record says. A record that never said anything is known by everybody."""
    marks = seen.marks.get(column.keys, ())
    known = marks[-1] if marks else EMPTY
    return known == record_mark(theirs, column, words, place) and (seen.is_own or known == EMPTY)


def record_mark(value: object, column: Column, words: Words, place: str) -> str:
    """The mark of a cell as it would be handed out; "" for a value that no cell can show."""
    if value in (None, "", [], {}):
        return EMPTY
    text = shown(value, column, words, place)
    return mark_of(text) if text else ""


def cell_mark(text: str, column: Column, words: Words, place: str) -> str:
    """The mark of what somebody typed: that of the cell which would be handed out for it."""
    return record_mark(typed(text, column, words, place), column, words, place) or mark_of(text)


def _marks(text: str, value: Value | None, column: Column, words: Words, place: str) -> set[str]:
    return {mark_of(text), record_mark(value, column, words, place)}


def _means(value: object, column: Column, words: Words, place: str) -> object:
    return meaning(value, column, words, place)


# --- entries of lists, which have no id of their own ------------------------------------------------------------------


def entry_mark(entry: Mapping[str, object], sheet: Sheet, words: Words, place: str) -> str:
    """The mark of an entry as a whole, however it is written."""
    said = {column.keys[0]: str(meaning(value_at(entry, column.keys), column, words, place) or "")
            for column in sheet.columns if column.is_own}
    return mark_of(repr(sorted((key, text) for key, text in said.items() if text not in ("", str(UNKNOWN)))))


def entry_typed(row: Row, words: Words, place: str) -> dict[str, Value]:
    """What a row says, as an entry."""
    return {column.keys[0]: typed(cell.text, column, words, place) for column, cell in row.cells.items()
            if column.is_own}


def entry_seen(row: Row, entry: Mapping[str, object], imported: Sequence[str], is_own: bool, words: Words,
               place: str) -> Seen:
    """What the writer of a row saw of an entry. `imported`: the marks of all that were taken into its list; `is_own`:
    whether they were taken from the very rows that now come again."""
    if (given := handed_out(row)) is not None:
        return given
    if not is_own or entry_mark(entry, row.sheet, words, place) not in imported:
        return Seen()
    return Seen({column.keys: (record_mark(value_at(entry, column.keys), column, words, place),)
                 for column in row.sheet.columns if column.is_own}, True)
