"""Restore the hidden row ids after a partial sort has separated them from the visible cells."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from .cell_values import EMPTY_HASH, hash_text
from .columns import WorkbookColumn
from .import_context import compute_baseline
from .match_rows import get_row_title, get_title_keys
from .parsed_workbook import ParsedRow

_RowWithBaseline = tuple[ParsedRow, Mapping[WorkbookColumn, str]]
"""A row, and column → hash of its text when it was handed out."""


def restore_row_ids(rows: Sequence[ParsedRow]) -> tuple[ParsedRow, ...]:
    """Give each row the hidden id and baseline that fit its visible cells best: its own, or those of a row of the
    sheet handed out with the present title or entry."""
    titled: dict[tuple[str, str], list[_RowWithBaseline]] = defaultdict(list)
    for row in rows:
        if not row.sheet.list_key and (before := row.baseline_hashes):
            titled[row.sheet.name, before[row.sheet.get_column(*get_title_keys(row))]].append((row, before))
    own = _own_entries([row for row in rows if row.sheet.list_key and row.baseline])

    def restore(row: ParsedRow) -> ParsedRow:
        if not row.baseline:
            return row
        if row.sheet.list_key:
            return own[id(row)]
        return _restore_record_id(row, titled.get((row.sheet.name, hash_text(get_row_title(row))), ()))

    return tuple(map(restore, rows))


def _own_entries(rows: Sequence[ParsedRow]) -> dict[int, ParsedRow]:
    """id() of a list row → the row with the id and baseline of the row handed out with exactly its cells; if those
    belong to another row, with the best fitting of the unclaimed ones."""
    by_base = {(row.sheet.name, row.baseline): row for row in rows}
    exact = {id(row): (row.sheet.name, compute_baseline({column: cell.text for column, cell in row.cells.items()},
                                                        row.sheet))
             for row in rows}
    claimed = {key for key in exact.values() if key in by_base}
    own_keys = {(row.sheet.name, row.baseline) for row in rows if exact[id(row)] not in by_base} - claimed
    unclaimed = {key: row for key, row in by_base.items() if key not in claimed | own_keys}
    found: dict[int, ParsedRow] = {}
    for row in rows:
        key = (row.sheet.name, row.baseline)
        best = row if exact[id(row)] == key else by_base.get(exact[id(row)], row)
        if exact[id(row)] not in by_base and key in claimed:
            hashes = {column: hash_text(cell.text) for column, cell in row.cells.items()}
            best = max((one for (name, _), one in unclaimed.items() if name == row.sheet.name),
                       key=lambda one: _count_matching_cells(hashes, one.baseline_hashes), default=row)
            unclaimed.pop((best.sheet.name, best.baseline), None)
        found[id(row)] = replace(row, id=best.id, baseline=best.baseline)
    return found


def _restore_record_id(row: ParsedRow, others: Sequence[_RowWithBaseline]) -> ParsedRow:
    if all(other is row for other, _ in others):
        return row
    hashes = {column: hash_text(cell.text) for column, cell in row.cells.items()}
    best, _ = max([(row, row.baseline_hashes), *others],
                  key=lambda one: (_count_matching_cells(hashes, one[1]), one[0] is row))
    return replace(row, id=best.id, baseline=best.baseline)


def _count_matching_cells(hashes: Mapping[WorkbookColumn, str], before: Mapping[WorkbookColumn, str]) -> int:
    """Number of non-empty cells that are unchanged since the row was handed out."""
    return sum(cell_hash != EMPTY_HASH and hashes.get(column) == cell_hash for column, cell_hash in before.items())
