"""Which of the files in an inbox are read: no answer of the program's own, and no copy that another one holds whole."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cmp_to_key
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ..model.problems import Problem
from ..model.vocabulary import folded
from .cells import EMPTY
from .columns import Column
from .grid import Row, problem_at
from .inbox import Sent
from .matching import title_keys
from .nodes import Keys

Reason = Literal["own_answer", "answered", "older_copy"]


class NotRead(Struct, frozen=True):
    """What is not read, why, and the file that is read instead of it ("" = none)."""

    sent: Sent
    reason: Reason
    instead: str = ""


def chosen(sent: Sequence[Sent]) -> tuple[list[Sent], list[NotRead]]:
    """What is read of all that was sent, and what is not."""
    not_read = [NotRead(one, "own_answer") for one in sent if one.is_own_answer]
    left = [one for one in sent if not one.is_own_answer]
    mended = {one.answers: one.name for one in left if one.answers}
    not_read += [NotRead(one, "answered", mended[one.source]) for one in left if one.source in mended]
    left = [one for one in left if one.source not in mended]
    read = {one.name: one for one in left}
    for copies in _groups(left):
        for older, newer in _pairs(copies):
            more = _says_more(older, newer)
            if not more and set(older.grid.aside) <= set(newer.grid.aside):
                not_read.append(NotRead(older, "older_copy", newer.name))
                read.pop(older.name)
            elif _is_older(older, newer) and _share(older, newer) and all(
                    row.sheet.entries or not _titles([row]) & _titles(newer.grid.rows) for row in more):
                read[older.name] = _asked(older, more, newer)
    return list(read.values()), not_read


_COPY = re.compile(r"(?:\s*[(（]\d+[)）]|\s*[-—_]?\s*(?:的?副本|\bcopy)(?:\s*\d+)?)+$", re.IGNORECASE)


def without_copy_sign(stem: str) -> str:
    """The name that copies have in common: `南苑(1)`, `南苑 - 副本` → `南苑`."""
    return _COPY.sub("", stem) or stem


def _groups(sent: Sequence[Sent]) -> Iterator[list[Sent]]:
    """The tables that have one name but for the signs of a copy, the oldest first."""
    groups: dict[tuple[str, str], list[Sent]] = defaultdict(list)
    for one in sent:
        for file in one.files if one.record is None else ():  # tables that are one workbook are copied one by one
            folder, _, name = file.rpartition("/")
            groups[folder, without_copy_sign(name.rpartition(".")[0]).casefold()].append(one)
    for copies in groups.values():
        yield sorted(copies, key=cmp_to_key(_by_age))


def _by_age(one: Sent, other: Sent) -> int:
    return _is_older(other, one) - _is_older(one, other)


def _is_older(one: Sent, other: Sent) -> bool:
    """Whether a file was changed before another: as both say themselves, else as the disk does."""
    (said, on_disk), (other_said, other_on_disk) = one.modified, other.modified
    return said < other_said if said and other_said and said != other_said else on_disk < other_on_disk


def _pairs(copies: list[Sent]) -> Iterator[tuple[Sent, Sent]]:
    """Each copy that is read, with the newest of which it may be a copy."""
    newest = copies[-1]
    yield from ((older, newest) for older in copies[:-1] if older.grid.rows and newest.grid.rows)


def _titles(rows: Iterable[Row]) -> set[tuple[str, str]]:
    """What the records of some rows are known by."""
    return {(row.sheet.name, folded(row.said(*title_keys(row)))) for row in rows if not row.sheet.entries}


def _share(older: Sent, newer: Sent) -> bool:
    """Whether two files have a record in common: without one they are two people's, whatever they are called."""
    return bool(_titles(older.grid.rows) & _titles(newer.grid.rows))


def _says_more(older: Sent, newer: Sent) -> list[Row]:
    """The rows of an older copy of which not every cell that somebody wrote or emptied is so in the newer one."""
    with_cell: dict[tuple[str, Keys, str], list[Row]] = defaultdict(list)
    with_id: dict[str, list[Row]] = defaultdict(list)
    for row in newer.grid.rows:
        with_id[row.id].append(row)
        for column, cell in row.cells.items():
            with_cell[row.sheet.name, column.keys, cell.text].append(row)

    def alike(row: Row) -> list[Row]:
        if row.before:
            return with_id[row.id]
        return min((with_cell[row.sheet.name, column.keys, cell.text] for column, cell in row.cells.items()), key=len)

    return [row for row in older.grid.rows if not any(_has_all(other, row) for other in alike(row))
            and not (row.before and not row.touched and not _emptied(row) and not alike(row))]


def _has_all(other: Row, row: Row) -> bool:
    written = {**row.touched, **{column: cell for column, cell in row.cells.items() if not column.is_own}}
    return (all(other.said(*column.keys) == cell.text for column, cell in written.items())
            and not any(column in other.cells for column in _emptied(row)))


def _emptied(row: Row) -> list[Column]:
    return [column for column, mark in row.before.items() if mark != EMPTY and column in row.at
            and column not in row.cells]


def _asked(older: Sent, missing: Sequence[Row], newer: Sent) -> Sent:
    """The older copy, with a question at each row that the newer one lacks; nothing of it is taken."""
    problems: list[Problem] = [problem_at(older.name, row.cell(None), "only_in_older", found=newer.name)
                               for row in missing]
    return replace(older, grid=replace(older.grid, rows=(), problems=tuple(problems), aside=()))
