"""Three-way merge per cell: the values the writer saw, the cell, and the record. Unchanged by the writer: keep;
changed only by the writer: take; changed by both: ask."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from ..model.dates import UNKNOWN_DATE, PartialDate
from .cell_values import EMPTY_HASH, CellVocabulary, TypedValue, format_cell, hash_text, normalize_value, parse_cell
from .columns import SheetDefinition, WorkbookColumn
from .import_context import get_value
from .parsed_workbook import ParsedRow
from .yaml_edit import RecordKeys


class SeenValues(Struct, frozen=True):
    """The values the writer of a row saw. `hashes`: keys → hashes of the imported values, latest last, or of the
    value handed out; `is_later_state`: the row is a later state of the one they came from; `is_handed_out`: the row
    was handed out filled, so that an empty cell means a deletion."""

    hashes: Mapping[RecordKeys, Sequence[str]] = MappingProxyType({})
    is_later_state: bool = False
    is_handed_out: bool = False


class CellDifference(Struct, frozen=True):
    """A cell that differs from the record: the value to set (None = remove), and whether to ask first."""

    column: WorkbookColumn
    value: TypedValue | None
    needs_question: bool


def get_handed_out_values(row: ParsedRow) -> SeenValues | None:
    """The values of a row when it was handed out; None if it was empty."""
    return SeenValues({column.keys: (cell_hash,) for column, cell_hash in row.baseline_hashes.items()}, True,
                      True) if row.baseline_hashes else None


def find_differences(row: ParsedRow, now: Mapping[str, object], before: Mapping[str, object] | None, seen: SeenValues,
                     words: CellVocabulary, place: str) -> Iterator[CellDifference]:
    """Compare a row with the present values `now`. `before`: values before this import; None if the record did not
    exist: then differences come from another file of the import, and are reported as conflicts."""
    for column in row.sheet.columns:
        if not column.is_record_key or column not in row.column_numbers or column in row.invalid_columns:
            continue
        text, hashes = row.get_text(*column.keys), seen.hashes.get(column.keys, ())
        value = parse_cell(text, column, words, place) if text else None
        own_hashes = _possible_hashes(text, value, column, words, place)
        typed, current = (_normalized(one, column, words, place) for one in (value, get_value(now, column.keys)))
        if (typed == current or (not seen.is_handed_out and is_same_date(typed, current)) or (
                hashes and hashes[-1] in own_hashes) or not (text or seen.is_handed_out)):
            continue
        was_seen = before is None or _saw_current_value(get_value(before, column.keys), column, seen, words, place)
        yield CellDifference(column, value, not was_seen or (before is not None and not own_hashes.isdisjoint(hashes)))


def is_same_date(typed: object, current: object) -> bool:
    """Whether a normalised cell is the same date as a record has, without the words that the record has beside it."""
    return (isinstance(typed, PartialDate) and isinstance(current, PartialDate) and not typed.words
            and typed == replace(current, words=""))


def _saw_current_value(value: object, column: WorkbookColumn, seen: SeenValues, words: CellVocabulary,
                       place: str) -> bool:
    """Whether the writer saw the present value. A value that was always empty counts as seen."""
    hashes = seen.hashes.get(column.keys, ())
    known = hashes[-1] if hashes else EMPTY_HASH
    return known == hash_record_value(value, column, words, place) and (seen.is_later_state or known == EMPTY_HASH)


def hash_record_value(value: object, column: WorkbookColumn, words: CellVocabulary, place: str) -> str:
    """Hash of the cell for a value; "" for a value that no cell can hold."""
    if value in (None, "", [], {}):
        return EMPTY_HASH
    text = format_cell(value, column, words, place)
    return hash_text(text) if text else ""


def hash_typed_text(text: str, column: WorkbookColumn, words: CellVocabulary, place: str) -> str:
    """Hash of a typed text: that of the cell for its value."""
    return hash_record_value(parse_cell(text, column, words, place), column, words, place) or hash_text(text)


def _possible_hashes(text: str, value: TypedValue | None, column: WorkbookColumn, words: CellVocabulary,
                     place: str) -> set[str]:
    return {hash_text(text), hash_record_value(value, column, words, place)}


def _normalized(value: object, column: WorkbookColumn, words: CellVocabulary, place: str) -> object:
    return normalize_value(value, column, words, place)


# --- entries of lists, which have no id of their own ------------------------------------------------------------------


def hash_entry(entry: Mapping[str, object], sheet: SheetDefinition, words: CellVocabulary, place: str) -> str:
    """Hash of a list entry, independent of spelling."""
    values = {column.keys[0]: str(normalize_value(get_value(entry, column.keys), column, words, place) or "")
              for column in sheet.columns if column.is_record_key}
    return hash_text(repr(sorted((key, text) for key, text in values.items() if text not in ("", str(UNKNOWN_DATE)))))


def parse_entry(row: ParsedRow, words: CellVocabulary, place: str) -> dict[str, TypedValue]:
    """The values of a row as a list entry."""
    return {column.keys[0]: parse_cell(cell.text, column, words, place) for column, cell in row.cells.items()
            if column.is_record_key}


def get_seen_entry(row: ParsedRow, entry: Mapping[str, object], imported: Sequence[str], is_own: bool,
                   words: CellVocabulary, place: str) -> SeenValues:
    """The values of an entry that the writer of a row saw. `imported`: hashes of all entries imported into the list;
    `is_own`: they came from the rows that are imported again."""
    if (handed_out := get_handed_out_values(row)) is not None:
        return handed_out
    if not is_own or hash_entry(entry, row.sheet, words, place) not in imported:
        return SeenValues()
    return SeenValues({column.keys: (hash_record_value(get_value(entry, column.keys), column, words, place),)
                       for column in row.sheet.columns if column.is_record_key}, True)
