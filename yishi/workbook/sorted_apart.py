"""Rows whose visible cells were moved apart from their hidden ones, as sorting a part of a sheet does."""

from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from .cells import EMPTY, mark_of
from .grid import Row
from .matching import title_keys, title_of_row


def with_own_ids(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows, each with the hidden id and base that fit what is visible best: its own, or those of another row of its
    sheet that was handed out under the title which it has now."""
    titled: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.before and not row.sheet.entries:
            titled[row.sheet.name, _title_before(row)].append(row)
    return tuple(_with_best(row, titled.get((row.sheet.name, mark_of(title_of_row(row))), ()))
                 if row.before and not row.sheet.entries else row for row in rows)


def _with_best(row: Row, others: Sequence[Row]) -> Row:
    best = max([row, *others], key=lambda one: (_fits(row, one), one is row))
    return row if best is row else replace(row, id=best.id, base=best.base)


def _fits(row: Row, other: Row) -> int:
    """How many cells of a row say what stood in another when that was handed out."""
    return sum(mark not in ("", EMPTY) and column in row.cells and mark_of(row.cells[column].text) == mark
               for column, mark in other.before.items())


def _title_before(row: Row) -> str:
    return row.before[row.sheet.column(*title_keys(row))]
