"""What a cell changes: it is compared with what its writer saw there, and with what the record says now.

What the writer did not touch is left alone; what nobody else touched is taken; what both changed is asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from ..model.dates import UNKNOWN_DATE
from .cell_values import EMPTY_HASH, CellVocabulary, TypedValue, format_cell, hash_text, normalize_value, parse_cell
from .columns import SheetDefinition, WorkbookColumn
from .import_context import get_value
from .parsed_workbook import ParsedRow
from .yaml_edit import RecordKeys


class SeenValues(Struct, frozen=True):
    """What the writer of a row saw in its cells.

    `marks`: keys → the marks of the texts that were read from there, the latest last, or of that which was handed out;
    `is_own`: whether the row is a later state of the one that had them; `is_handed_out`: whether all its cells were
    filled when it was handed out, so that an empty one was emptied.
    """

    hashes: Mapping[RecordKeys, Sequence[str]] = MappingProxyType({})
    is_later_state: bool = False
    is_handed_out: bool = False


class CellDifference(Struct, frozen=True):
    """A cell that says something else than the record: the value to set (None = take it out), and whether that has to
    be asked first."""

    column: WorkbookColumn
    value: TypedValue | None
    needs_question: bool


def get_handed_out_values(row: ParsedRow) -> SeenValues | None:
    """What stood in a row when it was handed out; None for one that was handed out empty."""
    return SeenValues({column.keys: (mark,) for column, mark in row.baseline_hashes.items()}, True,
                      True) if row.baseline_hashes else None


def find_differences(row: ParsedRow, now: Mapping[str, object], before: Mapping[str, object] | None, seen: SeenValues,
                     words: CellVocabulary, place: str) -> Iterator[CellDifference]:
    """What a row says other than `now`. `before`: what the record said before this import (None = it was not there:
    whatever differs was written by another file of it, which is asked elsewhere)."""
    for column in row.sheet.columns:
        if not column.is_record_key or column not in row.column_numbers or column in row.invalid_columns:
            continue
        text, marks = row.get_text(*column.keys), seen.hashes.get(column.keys, ())
        value = parse_cell(text, column, words, place) if text else None
        mine = _possible_hashes(text, value, column, words, place)
        if (_normalized(value, column, words, place) == _normalized(get_value(now, column.keys), column, words, place)
                or (marks and marks[-1] in mine) or not (text or seen.is_handed_out)):
            continue
        was_seen = before is None or _saw_current_value(get_value(before, column.keys), column, seen, words, place)
        yield CellDifference(column, value, not was_seen or (before is not None and not mine.isdisjoint(marks)))


def _saw_current_value(theirs: object, column: WorkbookColumn, seen: SeenValues, words: CellVocabulary,
                       place: str) -> bool:
    """Whether the writer saw what the record says. A record that never said anything is known by everybody."""
    marks = seen.hashes.get(column.keys, ())
    known = marks[-1] if marks else EMPTY_HASH
    return known == hash_record_value(theirs, column, words, place) and (seen.is_later_state or known == EMPTY_HASH)


def hash_record_value(value: object, column: WorkbookColumn, words: CellVocabulary, place: str) -> str:
    """The mark of a cell as it would be handed out; "" for a value that no cell can show."""
    if value in (None, "", [], {}):
        return EMPTY_HASH
    text = format_cell(value, column, words, place)
    return hash_text(text) if text else ""


def hash_typed_text(text: str, column: WorkbookColumn, words: CellVocabulary, place: str) -> str:
    """The mark of what somebody typed: that of the cell which would be handed out for it."""
    return hash_record_value(parse_cell(text, column, words, place), column, words, place) or hash_text(text)


def _possible_hashes(text: str, value: TypedValue | None, column: WorkbookColumn, words: CellVocabulary,
                     place: str) -> set[str]:
    return {hash_text(text), hash_record_value(value, column, words, place)}


def _normalized(value: object, column: WorkbookColumn, words: CellVocabulary, place: str) -> object:
    return normalize_value(value, column, words, place)


# --- entries of lists, which have no id of their own ------------------------------------------------------------------


def hash_entry(entry: Mapping[str, object], sheet: SheetDefinition, words: CellVocabulary, place: str) -> str:
    """The mark of an entry as a whole, however it is written."""
    said = {column.keys[0]: str(normalize_value(get_value(entry, column.keys), column, words, place) or "")
            for column in sheet.columns if column.is_record_key}
    return hash_text(repr(sorted((key, text) for key, text in said.items() if text not in ("", str(UNKNOWN_DATE)))))


def parse_entry(row: ParsedRow, words: CellVocabulary, place: str) -> dict[str, TypedValue]:
    """What a row says, as an entry."""
    return {column.keys[0]: parse_cell(cell.text, column, words, place) for column, cell in row.cells.items()
            if column.is_record_key}


def get_seen_entry(row: ParsedRow, entry: Mapping[str, object], imported: Sequence[str], is_own: bool,
                   words: CellVocabulary, place: str) -> SeenValues:
    """What the writer of a row saw of an entry. `imported`: the marks of all that were taken into its list; `is_own`:
    whether they were taken from the very rows that now come again."""
    if (given := get_handed_out_values(row)) is not None:
        return given
    if not is_own or hash_entry(entry, row.sheet, words, place) not in imported:
        return SeenValues()
    return SeenValues({column.keys: (hash_record_value(get_value(entry, column.keys), column, words, place),)
                       for column in row.sheet.columns if column.is_record_key}, True)
