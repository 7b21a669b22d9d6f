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
    entries = {(row.sheet.name, row.base): row for row in rows if row.sheet.entries and row.base}
    return tuple(row if not row.base else _same_entry(row, entries) if row.sheet.entries
                 else _with_best(row, titled.get((row.sheet.name, mark_of(title_of_row(row))), ())) for row in rows)


def _same_entry(row: Row, entries: Mapping[tuple[str, str], Row]) -> Row:
    """An entry, as the row that was handed out with just what is visible in it."""
    visible = base_of({column: cell.text for column, cell in row.cells.items()}, row.sheet)
    best = row if visible == row.base else entries.get((row.sheet.name, visible), row)
    return replace(row, id=best.id, base=best.base)


def _with_best(row: Row, others: Sequence[_HandedOut]) -> Row:
    if all(other is row for other, _ in others):
        return row
    marks = {column: mark_of(cell.text) for column, cell in row.cells.items()}
    best, _ = max([(row, row.before), *others], key=lambda one: (_fits(marks, one[1]), one[0] is row))
    return replace(row, id=best.id, base=best.base)


def _fits(marks: Mapping[Column, str], before: Mapping[Column, str]) -> int:
    """How many cells say what stood there when a row was handed out."""
    return sum(mark != EMPTY and marks.get(column) == mark for column, mark in before.items())
