"""Choose the files to import: skip the program's own annotated workbooks and copies fully contained in a newer file."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cmp_to_key
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ..model.problems import Problem
from ..model.vocabulary import normalize_word
from .cell_values import EMPTY_HASH
from .columns import WorkbookColumn
from .import_files import ReceivedFile
from .match_rows import get_title_keys
from .parsed_workbook import ParsedRow, build_cell_problem
from .yaml_edit import RecordKeys

SkipReason = Literal["own_answer", "answered", "older_copy"]


class SkippedFile(Struct, frozen=True):
    """A file that is not imported, the reason, and the name of the file imported instead ("" = none)."""

    file: ReceivedFile
    reason: SkipReason
    read_instead: str = ""


def select_files(sent: Sequence[ReceivedFile]) -> tuple[list[ReceivedFile], list[SkippedFile]]:
    """Split the received files into those to import and those to skip."""
    skipped = [SkippedFile(one, "own_answer") for one in sent if one.is_untouched_answer]
    left = [one for one in sent if not one.is_untouched_answer]
    corrected = {one.answered_digest: one.name for one in left if one.answered_digest}
    skipped += [SkippedFile(one, "answered", corrected[one.digest]) for one in left if one.digest in corrected]
    left = [one for one in left if one.digest not in corrected]
    chosen = {one.name: one for one in left}
    for copies in _group_copies(left):
        for older, newer in _pair_with_newest(copies):
            missing = _rows_only_in_older(older, newer)
            if not missing and set(older.workbook.unread_cells) <= set(newer.workbook.unread_cells):
                skipped.append(SkippedFile(older, "older_copy", newer.name))
                chosen.pop(older.name)
            elif _is_older(older, newer) and _have_common_record(older, newer) and all(
                    row.sheet.list_key or not _record_titles([row]) & _record_titles(newer.workbook.rows)
                for row in missing):
                chosen[older.name] = _with_questions(older, missing, newer)
    return list(chosen.values()), skipped


_COPY_SUFFIX = re.compile(r"(?:\s*[(（]\d+[)）]|\s*[-—_]?\s*(?:的?副本|\bcopy)(?:\s*\d+)?)+$", re.IGNORECASE)


def strip_copy_suffix(stem: str) -> str:
    """The name without signs of a copy: `南苑(1)`, `南苑 - 副本` → `南苑`."""
    return _COPY_SUFFIX.sub("", stem) or stem


def _group_copies(sent: Sequence[ReceivedFile]) -> Iterator[list[ReceivedFile]]:
    """Groups of files whose names differ only in signs of a copy, oldest first."""
    groups: dict[tuple[str, str], list[ReceivedFile]] = defaultdict(list)
    for one in sent:
        for file in one.files if one.record_data is None else ():  # combined tables are copied one by one
            folder, _, name = file.rpartition("/")
            groups[folder, strip_copy_suffix(name.rpartition(".")[0]).casefold()].append(one)
    for copies in groups.values():
        yield sorted(copies, key=cmp_to_key(_compare_age))


def _compare_age(one: ReceivedFile, other: ReceivedFile) -> int:
    return _is_older(other, one) - _is_older(one, other)


def _is_older(one: ReceivedFile, other: ReceivedFile) -> bool:
    """Whether a file is older than another: by the times stored in the workbooks, else by file times."""
    (said, on_disk), (other_said, other_on_disk) = one.modified, other.modified
    return said < other_said if said and other_said and said != other_said else on_disk < other_on_disk


def _pair_with_newest(copies: list[ReceivedFile]) -> Iterator[tuple[ReceivedFile, ReceivedFile]]:
    """Pairs of an older copy and the newest of its group, both with rows."""
    newest = copies[-1]
    yield from ((older, newest) for older in copies[:-1] if older.workbook.rows and newest.workbook.rows)


def _record_titles(rows: Iterable[ParsedRow]) -> set[tuple[str, str]]:
    """(Sheet, title) of all records in `rows`."""
    return {(row.sheet.name, normalize_word(row.get_text(*get_title_keys(row)))) for row in rows
            if not row.sheet.list_key}


def _have_common_record(older: ReceivedFile, newer: ReceivedFile) -> bool:
    """Whether two files have a record in common; otherwise they are not copies, despite their names."""
    return bool(_record_titles(older.workbook.rows) & _record_titles(newer.workbook.rows))


def _rows_only_in_older(older: ReceivedFile, newer: ReceivedFile) -> list[ParsedRow]:
    """Rows of the older copy with a cell, written or emptied by a person, that the newer one does not have."""
    with_cell: dict[tuple[str, RecordKeys, str], list[ParsedRow]] = defaultdict(list)
    with_id: dict[str, list[ParsedRow]] = defaultdict(list)
    for row in newer.workbook.rows:
        with_id[row.id].append(row)
        for column, cell in row.cells.items():
            with_cell[row.sheet.name, column.keys, cell.text].append(row)

    def alike(row: ParsedRow) -> list[ParsedRow]:
        if row.baseline_hashes:
            return with_id[row.id]
        return min((with_cell[row.sheet.name, column.keys, cell.text] for column, cell in row.cells.items()), key=len)

    return [row for row in older.workbook.rows if not any(_includes_row(other, row) for other in alike(row))
            and not (row.baseline_hashes and not row.changed_cells and not _emptied_columns(row) and not alike(row))]


def _includes_row(other: ParsedRow, row: ParsedRow) -> bool:
    written = {**row.changed_cells, **{column: cell for column, cell in row.cells.items() if not column.is_record_key}}
    return (all(other.get_text(*column.keys) == cell.text for column, cell in written.items())
            and not any(column in other.cells for column in _emptied_columns(row)))


def _emptied_columns(row: ParsedRow) -> list[WorkbookColumn]:
    return [column for column, mark in row.baseline_hashes.items() if mark != EMPTY_HASH
            and column in row.column_numbers
            and column not in row.cells]


def _with_questions(older: ReceivedFile, missing: Sequence[ParsedRow], newer: ReceivedFile) -> ReceivedFile:
    """The older copy without its rows, with a question for each row that the newer one lacks."""
    problems: list[Problem] = [build_cell_problem(older.name, row.get_cell(None), "only_in_older", found=newer.name)
                               for row in missing]
    return replace(older, workbook=replace(older.workbook, rows=(), problems=tuple(problems), unread_cells=()))
