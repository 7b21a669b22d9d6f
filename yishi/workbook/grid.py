"""What stands in a workbook: its sheets and rows as far as they are known, and what is wrong with its form."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from ..digests import digest
from ..problems import Level, Problem
from ..vocabulary import folded, nearest
from .cells import LARGEST, Cell, Raw, text_of
from .columns import Column, Sheet

_HEADINGS_WITHIN = 10
"""So many rows from the top the headings may stand."""

ID, BASE, HELP, EXAMPLE = "#id", "#base", "#help", "#example"

NOT_READ = frozenset({"_lists", "说明", "About", "请修改", "To correct"})
"""The sheets that only say something."""

EXAMPLE_SIGN = {"zh-Hans": "例：", "en": "Example: "}
"""What the texts of an example row begin with."""


class RawCell(Struct, frozen=True):
    """A cell as its program keeps it; `said`: it is a formula, or shows an error."""

    value: Raw
    said: str = ""


class Tab(Struct, frozen=True):
    """A sheet as it was found: (row, column) → cell, from 1; `merged`: (first row, first column, last row, range)."""

    name: str
    cells: Mapping[tuple[int, int], RawCell]
    merged: tuple[tuple[int, int, int, str], ...] = ()


class Row(Struct, frozen=True):
    """A row that somebody filled. `at`: column → its number on the sheet, `wrong`: the columns told already."""

    sheet: Sheet
    tab: str
    number: int
    id: str
    base: str
    cells: Mapping[Column, Cell]
    at: Mapping[Column, int]
    wrong: frozenset[Column] = frozenset()

    def said(self, *keys: str) -> str:
        """What stands under `keys` ("" = nothing)."""
        return next((cell.text for column, cell in self.cells.items() if column.keys == keys), "")

    def cell(self, column: Column | None) -> Cell:
        """The place of a column in this row; its first column where it has none of that kind."""
        if column and column in self.cells:
            return self.cells[column]
        first = next((number for one, number in self.at.items() if one.is_own), 1)
        return Cell(self.tab, self.number, self.at.get(column, first) if column else first)


class Aside(Struct, frozen=True):
    """What stands in a column that is not read: its sheet, row, heading and text."""

    sheet: str
    row: int
    heading: str
    text: str


class Grid(Struct, frozen=True):
    """A workbook as it was understood: its rows, what is wrong with its form, what is kept aside, and its place."""

    name: str
    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    aside: tuple[Aside, ...] = ()
    place: str = ""


class _Found(Struct):
    """What is gathered of a workbook."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    places: list[str] = field(default_factory=list)


def understood(name: str, tabs: Sequence[Tab], known: Mapping[str, Sheet], kept_in: str) -> Grid:
    """The rows of the workbook called `name`; `kept_in`: the file that keeps what stands in other columns."""
    found = _Found()
    several = len([tab for tab in tabs if tab.cells]) > 1
    for tab in tabs:
        if tab.cells and tab.name not in NOT_READ:
            _read_tab(name, tab, known, kept_in, several, found)
    wrong = [problem for problem in found.problems if problem.code in STRUCTURAL]
    if wrong:
        return Grid(name, problems=tuple(wrong))
    if not found.rows:
        problem = problem_at(name, None, "workbook_empty", allowed=_labels(known.values()))
        return Grid(name, problems=(problem,))
    return Grid(name, tuple(found.rows), tuple(found.problems), tuple(found.aside), next(iter(found.places), ""))


STRUCTURAL = frozenset({"headings_missing", "column_missing", "column_renamed", "cells_merged"})
"""What makes a sheet unreadable as a whole: nothing else is told of it."""


def problem_at(name: str, cell: Cell | None, code: str, near: str = "", level: Level = "error",
               values: Mapping[str, str] = MappingProxyType({}), **more: str) -> Problem:
    """A problem of a cell of the workbook called `name`, or of the whole of it; `values`, `more`: of its message."""
    said = tuple({**values, **more}.items())
    if cell is None:
        return Problem(name, 1, 1, code, said, near, level=level)
    return Problem(name, cell.row, cell.column, code, said, near, level=level, cell=address(cell))


def address(cell: Cell) -> str:
    """`议题!C7`"""
    return f"{cell.sheet}!{letters(cell.column)}{cell.row}"


def letters(column: int) -> str:
    """The letters of a column, from 1: `C`, `AA`."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


# --- which sheet it is, and where its headings stand ------------------------------------------------------------------


def _read_tab(name: str, tab: Tab, known: Mapping[str, Sheet], kept_in: str, several: bool, found: _Found) -> None:
    sheet = _sheet_called(tab.name, known) or _sheet_with_headings(tab, known)
    if sheet is None:
        level: Level = "warning" if several else "error"
        found.problems.append(problem_at(name, Cell(tab.name, 1, 1), "sheet_unknown" if several else "headings_missing",
                                         level=level, found=tab.name, allowed=_labels(known.values()) if several
                                         else _headings(next(iter(known.values())))))
        return
    top, heads = _headings_of(tab, sheet)
    if not heads:
        found.problems.append(problem_at(name, Cell(tab.name, 1, 1), "headings_missing", allowed=_headings(sheet)))
        return
    found.places += [text[len(ID):].strip() for text in heads if text.startswith(f"{ID} ")]
    columns = _columns(heads, sheet)
    found.problems += _structure(name, tab, sheet, top, heads, columns)
    if not any(problem.code in STRUCTURAL for problem in found.problems):
        _read_rows(name, tab, sheet, top, columns, kept_in, found, heads)


def _sheet_called(name: str, known: Mapping[str, Sheet]) -> Sheet | None:
    words = {folded(label): sheet for sheet in known.values() for _, label in sheet.labels}
    return words.get(folded(name.strip()))


def _sheet_with_headings(tab: Tab, known: Mapping[str, Sheet]) -> Sheet | None:
    """The sheet whose required columns a tab of another name has."""
    fitting = []
    for sheet in known.values():
        _, heads = _headings_of(tab, sheet)
        columns = set(_columns(heads, sheet))
        if heads and all(column in columns for column in sheet.columns if column.required):
            fitting.append((len(columns), sheet))
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _headings_of(tab: Tab, sheet: Sheet) -> tuple[int, dict[str, int]]:
    """The row of the headings, and heading → number of its column; nothing where there are none."""
    rows: dict[int, dict[str, int]] = {}
    for (row, column), cell in tab.cells.items():
        if row <= _HEADINGS_WITHIN and isinstance(cell.value, str) and cell.value.strip():
            rows.setdefault(row, {}).setdefault(cell.value.strip(), column)
    best = max(rows, key=lambda row: (len(_columns(rows[row], sheet)), -row), default=0)
    return (best, rows[best]) if best and len(_columns(rows[best], sheet)) > 1 else (0, {})


def _columns(heads: Mapping[str, int], sheet: Sheet) -> dict[Column, int]:
    """The columns that headings name → their numbers."""
    words = {_plain(word): column for column in sheet.columns for word in column.words}
    found: dict[Column, int] = {}
    for text, number in heads.items():
        if (column := words.get(_plain(text))) is not None:
            found.setdefault(column, number)
    return found


def _plain(heading: str) -> str:
    """A heading without the sign of a required column, remarks in brackets and blanks."""
    return folded(re.sub(r"[*＊\s]|[(（].*?[)）]", "", heading))


def _labels(sheets: Iterable[Sheet]) -> str:
    return ", ".join(" ".join(label for _, label in sheet.labels) for sheet in sheets)


def _headings(sheet: Sheet) -> str:
    return ", ".join(column.both_names for column in sheet.columns if column.required)


# --- what is wrong with its form --------------------------------------------------------------------------------------


def _structure(name: str, tab: Tab, sheet: Sheet, top: int, heads: Mapping[str, int],
               columns: Mapping[Column, int]) -> Iterator[Problem]:
    strange = _strange(heads, columns)
    meant: dict[str, Column] = {}
    missing = [column for column in sheet.columns if column not in columns]
    for column in missing:
        words = [text for text in strange if text not in meant]
        near = next((text for text in words if nearest(_plain(text), [_plain(word) for word in column.words])), None)
        if near is not None:
            meant[near] = column
            yield problem_at(name, Cell(tab.name, top, heads[near]), "column_renamed", column.both_names,
                             found=f"'{near}'")
        elif column.required:
            yield problem_at(name, Cell(tab.name, top, 1), "column_missing", key=column.both_names)
    for first, column_number, last, where in tab.merged:
        if last > top:
            yield problem_at(name, Cell(tab.name, max(first, top + 1), column_number), "cells_merged", found=where)


def _strange(heads: Mapping[str, int], columns: Mapping[Column, int]) -> list[str]:
    """The headings that name no column."""
    numbers = set(columns.values())
    return [text for text, number in heads.items() if number not in numbers and not text.startswith("#")]


# --- its rows ---------------------------------------------------------------------------------------------------------


def _read_rows(name: str, tab: Tab, sheet: Sheet, top: int, columns: Mapping[Column, int], kept_in: str, found: _Found,
               heads: Mapping[str, int]) -> None:
    hidden = {text.split()[0]: number for text, number in heads.items() if text.startswith("#")}
    strange = _strange(heads, columns)
    rows: dict[int, None] = dict.fromkeys(row for row, _ in sorted(tab.cells) if row > top)
    told: set[str] = set()
    for number in rows:
        row_id, base = (_plain_text(tab, number, hidden.get(key)) for key in (ID, BASE))
        row_id = row_id if _ROW_ID.fullmatch(row_id) else ""
        if row_id == HELP:
            continue
        if row_id == EXAMPLE:
            if base == digest_of(Cell("", number, at, text_of(raw.value, column)) for column, at in columns.items()
                                 if (raw := tab.cells.get((number, at)))):
                continue
            row_id, base = "", ""
        row = _row(name, tab, sheet, number, columns, found, handed_out=bool(base))
        if all(column.keys == ("#place",) for column in (*row.cells, *row.wrong)):
            continue
        found.rows.append(replace(row, id=row_id, base=base))
        for text in strange:
            if kept := _plain_text(tab, number, heads[text]):
                found.aside.append(Aside(tab.name, number, text, kept))
                if text not in told:
                    told.add(text)
                    found.problems.append(problem_at(name, Cell(tab.name, top, heads[text]), "column_unknown",
                                                     level="warning", found=f"'{text}'", allowed=kept_in))


_ROW_ID = re.compile(r"[A-Za-z0-9-]{1,40}#?|places/[^\n#]+(#\d+)?|#help|#example")
"""What a hidden id may be. One that is no path is written into the file: nothing that has a meaning there."""


def _plain_text(tab: Tab, row: int, column: int | None) -> str:
    cell = tab.cells.get((row, column)) if column else None
    return str(cell.value).strip() if cell and cell.value is not None else ""


def digest_of(cells: Iterable[Cell]) -> str:
    """The digest of the texts of a row: an example that nobody changed is left out."""
    texts = sorted((cell.column, cell.text) for cell in cells)
    return digest(repr(texts).encode())


def _row(name: str, tab: Tab, sheet: Sheet, number: int, columns: Mapping[Column, int], found: _Found, *,
         handed_out: bool) -> Row:
    cells: dict[Column, Cell] = {}
    wrong: set[Column] = set()
    problems: list[Problem] = []
    for column, at in columns.items():
        raw = tab.cells.get((number, at))
        if raw is None:
            continue
        cell = Cell(tab.name, number, at, text_of(raw.value, column))
        if cell.text.startswith("=") and not raw.said and not handed_out:
            raw = RawCell(None, cell.text)
        if problem := _wrong(name, cell, raw, column):
            problems.append(problem)
            wrong.add(column)
        elif cell.text:
            cells[column] = cell
    found.problems += problems
    return Row(sheet, tab.name, number, "", "", cells, columns, frozenset(wrong))


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def _wrong(name: str, cell: Cell, raw: RawCell, column: Column) -> Problem | None:
    """What is wrong with a cell before anybody looks at what it says."""
    if raw.said:
        code = "cell_formula" if raw.said.startswith("=") else "cell_failed"
        return problem_at(name, cell, code, found=raw.said[:20])
    if cell.text.startswith(tuple(EXAMPLE_SIGN.values())):
        return problem_at(name, cell, "example_left")
    if len(cell.text) > LARGEST:
        return problem_at(name, cell, "cell_too_long", found=f"{len(cell.text):,}", allowed=f"{LARGEST:,}")
    if strange := _CONTROL.search(cell.text):
        return problem_at(name, cell, "control_character", found=f"U+{ord(strange[0]):04X}")
    if column.nature in ("when", "day") and isinstance(raw.value, float) and _lost_zero(raw.value):
        return problem_at(name, cell, "date_ambiguous", found=cell.text)
    return None


def _lost_zero(value: float) -> bool:
    """2025.1: typed as 2025.10, or as 2025.1."""
    return date.min.year < value < 3000 and re.fullmatch(r"\d{4}\.1", repr(value)) is not None
