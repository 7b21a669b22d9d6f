"""Rows whose visible cells were moved apart from their hidden ones, as sorting a part of a sheet does."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from .cells import EMPTY, mark_of
from .columns import Column
from .grid import Row
from .ground import base_of
from .matching import title_keys, title_of_row

_HandedOut = tuple[Row, Mapping[Column, str]]
"""A row, and the marks of what stood in its cells when it was handed out."""


def with_own_ids(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows, each with the hidden id and base that fit what is visible best: its own, or those of another row of its
    sheet that was handed out under the title which it has now, or with the very entry."""
    titled: dict[tuple[str, str], list[_HandedOut]] = defaultdict(list)
    for row in rows:
        if not row.sheet.entries and (before := row.before):
            titled[row.sheet.name, before[row.sheet.column(*title_keys(row))]].append((row, before))
    own = _own_entries([row for row in rows if row.sheet.entries and row.base])
    return tuple(row if not row.base else own[id(row)] if row.sheet.entries
                 else _with_best(row, titled.get((row.sheet.name, mark_of(title_of_row(row))), ())) for row in rows)


def _own_entries(rows: Sequence[Row]) -> dict[int, Row]:
    """Each entry as the row that was handed out with just what is visible in it; where that is another's own, as the
    one that fits best of those which no row has any more."""
    by_base = {(row.sheet.name, row.base): row for row in rows}
    exact = {id(row): (row.sheet.name, base_of({column: cell.text for column, cell in row.cells.items()}, row.sheet))
             for row in rows}
    claimed = {key for key in exact.values() if key in by_base}
    kept = {(row.sheet.name, row.base) for row in rows if exact[id(row)] not in by_base} - claimed
    left = {key: row for key, row in by_base.items() if key not in claimed | kept}
    found: dict[int, Row] = {}
    for row in rows:
        key = (row.sheet.name, row.base)
        best = row if exact[id(row)] == key else by_base.get(exact[id(row)], row)
        if exact[id(row)] not in by_base and key in claimed:
            marks = {column: mark_of(cell.text) for column, cell in row.cells.items()}
            best = max((one for (name, _), one in left.items() if name == row.sheet.name),
                       key=lambda one: _fits(marks, one.before), default=row)
            left.pop((best.sheet.name, best.base), None)
        found[id(row)] = replace(row, id=best.id, base=best.base)
    return found


def _with_best(row: Row, others: Sequence[_HandedOut]) -> Row:
    if all(other is row for other, _ in others):
        return row
    marks = {column: mark_of(cell.text) for column, cell in row.cells.items()}
    best, _ = max([(row, row.before), *others], key=lambda one: (_fits(marks, one[1]), one[0] is row))
    return replace(row, id=best.id, base=best.base)


def _fits(marks: Mapping[Column, str], before: Mapping[Column, str]) -> int:
    """How many cells say what stood there when a row was handed out."""
    return sum(mark != EMPTY and marks.get(column) == mark for column, mark in before.items())
