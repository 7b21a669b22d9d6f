"""From the sheets of a workbook to its rows, and what is wrong with its form."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct, field
from msgspec.structs import replace

from ..core.printable import forbidden
from ..model.problems import Level, Problem, errors
from ..model.quantities import parse_amount
from ..model.vocabulary import choices, in_both, nearest
from .cells import LARGEST, MARK, Cell, RawCell, is_unclear, mark_of, serial_day, text_of
from .columns import Column, Sheet, plain_heading
from .formats import GENERAL, date_shown
from .grid import (
    BASE,
    EXAMPLE,
    EXAMPLE_SIGN,
    EXAMPLES,
    HELP,
    ID,
    LISTS,
    NOT_READ,
    OWN,
    Aside,
    Grid,
    Row,
    Tab,
    digest_of,
    letters,
    own_mark,
    problem_at,
)
from .headings import Heads, headings_of, internal_words, is_internal, sheet_called, sheet_with_headings
from .layout import explanations


def understood(name: str, tabs: Sequence[Tab], known: Mapping[str, Sheet], kept_in: str) -> Grid:
    """The rows of the workbook called `name`; `kept_in`: the file that keeps what stands in other columns."""
    found = _Found()
    several = len([tab for tab in tabs if tab.cells]) > 1
    for tab in tabs:
        if tab.name in EXAMPLES.values():
            found.problems += _written_over(name, tab, known)
        elif tab.name in NOT_READ:
            _read_own(name, tab, kept_in, found)
        elif tab.cells:
            _read_tab(name, tab, known, kept_in, several, found, _example_words(tabs))
    if not found.rows and not errors(found.problems):
        found.problems.insert(0, problem_at(name, None, "workbook_empty", allowed=_labels(known.values())))
    return Grid(name, tuple(found.rows), tuple(found.problems), tuple(found.aside), next(iter(found.places), ""),
                frozenset(found.unread))


class _Found(Struct):
    """What is gathered of a workbook."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)


def _read_tab(name: str, tab: Tab, known: Mapping[str, Sheet], kept_in: str, several: bool, found: _Found,
              examples: frozenset[str]) -> None:
    sheet = sheet_called(tab.name, known) or sheet_with_headings(tab, known)
    if sheet is None:
        level: Level = "warning" if several else "error"
        found.problems.append(problem_at(name, Cell(tab.name, 1, 1), "sheet_unknown" if several else "headings_missing",
                                         level=level, found=tab.name, allowed=_labels(known.values()) if several
                                         else _headings(next(iter(known.values())))))
        return
    heads = headings_of(tab, sheet)
    if not heads.columns:
        found.problems.append(problem_at(name, Cell(tab.name, 1, 1), "headings_missing", allowed=_headings(sheet)))
        found.unread.add(sheet.name)
        return
    found.places += [text[len(ID):].strip() for text in heads.texts.values() if text.startswith(f"{ID} ")]
    _TabReading(name, tab, sheet, heads, kept_in, found, examples).read()


def _read_own(name: str, tab: Tab, kept_in: str, found: _Found) -> None:
    """Keeps aside what somebody wrote on a sheet that only says something, as far as that can be told."""
    texts = {place: cell.said or text_of(cell, _ANY) for place, cell in tab.cells.items()}
    known = {mark for text in texts.values() if text.startswith(OWN) for mark in text.split()}
    written = [(place, said) for place, text in texts.items() for said in (text, tab.cells[place].remark)
               if known and said and not said.startswith((OWN, "#answer")) and own_mark(said) not in known]
    found.aside += (Aside(tab.name, row, letters(column), said) for (row, column), said in written)
    for (row, column), said in written[:1]:
        found.problems.append(problem_at(name, Cell(tab.name, row, column), "own_sheet", level="warning",
                                         found=f"'{said[:40]}'", allowed=kept_in))


def _labels(sheets: Iterable[Sheet]) -> str:
    return choices(in_both(sheet.label("zh-Hans"), sheet.label("en")) for sheet in sheets)


def _headings(sheet: Sheet) -> str:
    return choices(in_both(column.label("zh-Hans"), column.label("en")) for column in sheet.columns if column.required)


# --- one sheet --------------------------------------------------------------------------------------------------------


_ROW_ID = re.compile(r"[A-Za-z0-9-]{1,40}#?|places/[^\n#]+(#\d+)?|#help|#example")
"""What a hidden id may be. One that is no path is written into the file: nothing that has a meaning there."""


class _TabReading:
    """Reads one sheet: its rows, what is wrong with its form, and what of it is kept aside."""

    def __init__(self, name: str, tab: Tab, sheet: Sheet, heads: Heads, kept_in: str, found: _Found,
                 examples: frozenset[str]) -> None:
        self.name, self.tab, self.sheet, self.heads = name, tab, sheet, heads
        self.kept_in, self.found, self.examples = kept_in, found, examples
        self.missing: set[Column] = set()
        self.told: set[int] = set()
        self.rows: dict[int, dict[int, RawCell]] = {}
        for (row, column), cell in tab.cells.items():
            self.rows.setdefault(row, {})[column] = cell
        self.covered = {(row, column): first for first, left, last, right, _ in tab.merged
                        for row in range(first, last + 1) for column in range(left, right + 1)}

    def read(self) -> None:
        self._internal()
        renamed = self._missing_columns()
        twice = self._columns_twice()
        self._merged()
        aside = {number: text for number, text in self.heads.strange.items() if number not in renamed | twice}
        numbers = sorted(row for row in self.rows if row > self.heads.top)
        filled = [row for number in numbers if (row := self._row(number, aside)) is not None]
        self._hidden([row for row in filled if row.touched])
        self._internal_cells(filled)
        self.found.rows += filled

    def _tell(self, cell: Cell, code: str, near: str = "", level: Level = "error", **values: str) -> None:
        self.found.problems.append(problem_at(self.name, cell, code, near, level, values))

    def _cell(self, row: int, column: int) -> Cell:
        return Cell(self.tab.name, row, column)

    # --- what is wrong with its form

    def _internal(self) -> None:
        """A sheet whose name, or a line above its headings, says that it is not for the public."""
        above = [(row, column, str(cell.value)) for (row, column), cell in self.tab.cells.items()
                 if row < self.heads.top and cell.value is not None]
        for row, column, text in [(1, 1, self.tab.name), *above]:
            if is_internal(text):
                self._tell(self._cell(row, column), "sheet_internal", found=f"'{text[:40]}'")

    def _missing_columns(self) -> set[int]:
        """The columns whose headings seem to be misspelt; what is missing is told and looked for in no row."""
        meant: set[int] = set()
        for column in self.sheet.columns:
            if column in self.heads.columns:
                continue
            words = [plain_heading(word) for word in column.words]
            near = next((number for number, text in self.heads.strange.items() if number not in meant
                         and not is_internal(text) and nearest(plain_heading(text), words)), None)
            if near is not None:
                meant.add(near)
                self._tell(self._cell(self.heads.top, near), "column_renamed", column.both_names,
                           found=f"'{self.heads.texts[near]}'")
            elif column.required:
                self._tell(self._cell(self.heads.top, 1), "column_missing", key=column.both_names)
            if near is not None or column.required:
                self.missing.add(column)
        return meant

    def _columns_twice(self) -> set[int]:
        """The filled columns whose heading another has too; which of them is meant cannot be told."""
        words = {plain_heading(word): column for column in self.sheet.columns for word in column.words}
        twice: set[int] = set()
        for number, text in self.heads.strange.items():
            column = words.get(plain_heading(text))
            if column is not None and not is_internal(text) and self._is_filled(number):
                twice.add(number)
                self.missing.add(column)
                first = letters(self.heads.columns[column])
                self._tell(self._cell(self.heads.top, number), "column_twice", found=f"'{text}'", allowed=first)
        return twice

    def _is_filled(self, column: int) -> bool:
        return any(number == column and row > self.heads.top and (cell.said or cell.value is not None)
                   for (row, number), cell in self.tab.cells.items())

    def _merged(self) -> None:
        for first, column, last, _, area in self.tab.merged:
            if last > self.heads.top:
                self._tell(self._cell(max(first, self.heads.top + 1), column), "cells_merged", found=area)

    def _hidden(self, rows: Sequence[Row]) -> None:
        """What is hidden and was written by somebody: whether it shall be read only its writer knows."""
        if self.tab.hidden and rows:
            self._tell(self._cell(1, 1), "sheet_hidden", found=self.tab.name)
            return
        if below := [row for row in rows if row.number in self.tab.hidden_rows]:
            numbers = ", ".join(str(row.number) for row in below[:20]) + (" …" if len(below) > 20 else "")
            self._tell(below[0].cell(None), "rows_hidden", found=numbers)
        for column, number in self.heads.columns.items():
            if number in self.tab.hidden_columns and any(column in row.touched for row in rows):
                self._tell(self._cell(self.heads.top, number), "column_hidden", found=f"'{self.heads.texts[number]}'")

    def _internal_cells(self, rows: Iterable[Row]) -> None:
        """Cells that begin by saying that they are not for the public."""
        for cell in (cell for row in rows for cell in row.touched.values()):
            if words := internal_words(cell.text):
                self._tell(cell, "cell_internal", found=f"'{words}'")

    # --- its rows

    def _row(self, number: int, aside: Mapping[int, str]) -> Row | None:
        """A row as far as it can be read; None where nothing is filled in that belongs to a record."""
        row_id, base = (self._plain(number, self.heads.hidden.get(key)) for key in (ID, BASE))
        row_id = row_id if _ROW_ID.fullmatch(row_id) else ""
        over_example = row_id == EXAMPLE and base != digest_of(self._texts(number))
        if row_id == EXAMPLE and not over_example:
            return None
        is_help = row_id == HELP
        if is_help:
            self._without_explanations(number, base)
        row_id, base = ("", "") if over_example or is_help else (row_id, base)
        row = self._filled(number, row_id, base, over_example)
        self._keep_aside(number, aside)
        if all(column.keys == ("#place",) for column in (*row.cells, *(row.wrong - self.missing))):
            return None
        return row

    def _without_explanations(self, number: int, base: str) -> None:
        """Leaves of a row of explanations what somebody wrote over them, and tells it; `base`: the marks of what stood
        there."""
        known = explanations() | {base[at:at + MARK] for at in range(0, len(base), MARK)}
        self.rows[number] = {at: raw for at, raw in self.rows[number].items()
                             if raw.said or raw.value is None or mark_of(str(raw.value)) not in known}
        if written := {*self.heads.columns.values()} & self.rows[number].keys():
            self._tell(self._cell(number, min(written)), "help_written_over")

    def _plain(self, row: int, column: int | None) -> str:
        cell = self.rows[row].get(column) if column else None
        return str(cell.value).strip() if cell and cell.value is not None else ""

    def _texts(self, number: int) -> list[Cell]:
        hidden = set(self.heads.hidden.values())
        return [Cell("", number, at, str(raw.value)) for at, raw in self.rows[number].items()
                if at not in hidden and raw.value is not None]

    def _raw(self, number: int, column: Column, at: int) -> RawCell:
        """A cell; within a merged area, that above, as far as it says what the row belongs to."""
        raw = self.rows[number].get(at, RawCell(None))
        if raw.value is None and not column.is_own and (first := self.covered.get((number, at))):
            return self.tab.cells.get((first, at), raw)
        return raw

    def _filled(self, number: int, row_id: str, base: str, over_example: bool) -> Row:
        cells: dict[Column, Cell] = {}
        wrong = set(self.missing)
        raws = {column: self._raw(number, column, at) for column, at in self.heads.columns.items()
                if column not in self.missing}
        wrong |= self._misshapen(number, raws)
        struck = self._struck(number, raws)
        for column, raw in raws.items():
            at = self.heads.columns[column]
            cell = replace(self._cell(number, at), text=text_of(raw, column))
            if cell.text.startswith("=") and not raw.said and not base:
                raw = RawCell(None, cell.text)
            if raw.value is None and not raw.said:
                continue
            if column in wrong or column in struck:
                wrong.add(column)
            elif (problem := _wrong(self.name, cell, raw, column)
                  or (over_example and self._of_example(cell)) or None):
                self.found.problems.append(problem)
                wrong.add(column)
            elif cell.text:
                cells[column] = cell
                self.found.problems += _remarks(self.name, cell, raw, column)
        if cells:  # a cell is empty only because it is merged with another
            wrong |= {column for column, at in self.heads.columns.items()
                      if column not in cells and (number, at) in self.covered}
        return Row(self.sheet, self.tab.name, number, row_id, base, cells, self.heads.columns, frozenset(wrong))

    def _of_example(self, cell: Cell) -> Problem | None:
        """A cell of an example that was written over, which still says what the example said."""
        if cell.text not in self.examples:
            return None
        return problem_at(self.name, cell, "example_cell", found=f"'{cell.text}'")

    def _struck(self, number: int, raws: Mapping[Column, RawCell]) -> set[Column]:
        """The cells that are struck out; a row that is struck out as a whole is told once."""
        filled = [column for column, raw in raws.items() if raw.value is not None]
        struck = [column for column in filled if raws[column].struck]
        whole = len(struck) == len(filled)
        for column in struck[:1] if whole else struck:
            self._tell(self._cell(number, self.heads.columns[column]), "row_struck" if whole else "cell_struck")
        return set(struck)

    def _misshapen(self, number: int, raws: Iterable[Column]) -> set[Column]:
        """The columns that cannot be trusted in a row of a CSV file which has more or fewer cells than the headings, or
        holds other rows within a text."""
        table = self.tab.table
        if table is None:
            return set()
        record, width = table.records[number - 1], len(table.records[self.heads.top - 1].cells)
        more = any(cell.strip() for cell in record.cells[width:])
        if more or len(record.cells) < width:
            at = width + 1 if more else len(record.cells)
            self._tell(self._cell(number, at), "row_longer" if more else "row_shorter", line=str(record.line),
                       found=str(len(record.cells)), allowed=str(width))
            return {column for column in raws if column.is_own}
        for at, cell in enumerate(record.cells, start=1):
            if swallowed := table.swallowed_by(cell, width):
                self._tell(self._cell(number, at), "row_swallowed", line=str(record.line), found=f"'{swallowed[:30]}'")
        return set()

    def _keep_aside(self, number: int, aside: Mapping[int, str]) -> None:
        """What stands in columns that are not read, and remarks pinned to cells."""
        width = len(self.tab.table.records[self.heads.top - 1].cells) if self.tab.table else 0
        for at, raw in self.rows[number].items():
            if raw.remark:
                self.found.aside.append(Aside(self.tab.name, number, letters(at), raw.remark))
                self._tell(self._cell(number, at), "remark_unread", level="warning", allowed=self.kept_in)
            is_read = at in self.heads.texts and at not in aside
            is_told = bool(width and at > width)  # as a row of another length
            text = raw.said or text_of(raw, _ANY)
            if is_read or is_told or not text:
                continue
            self.found.aside.append(Aside(self.tab.name, number, aside.get(at, letters(at)), text))
            self._tell_once(at, aside.get(at, ""))

    def _tell_once(self, at: int, heading: str) -> None:
        if at in self.told:
            return
        self.told.add(at)
        code = "column_headless" if not heading else "column_internal" if is_internal(heading) else "column_unknown"
        self._tell(self._cell(self.heads.top, at), code, level="warning", allowed=self.kept_in,
                   found=f"'{heading}'" if heading else letters(at))


_ANY = Column(("#any",))
"""What stands for a column that is not known."""




def _wrong(name: str, cell: Cell, raw: RawCell, column: Column) -> Problem | None:
    """What is wrong with a cell before anybody looks at what it says."""
    if raw.said:
        code = "cell_formula" if raw.said.startswith("=") else "cell_failed"
        return problem_at(name, cell, code, found=raw.said[:20])
    if raw.unseen:
        return problem_at(name, cell, "cell_unseen")
    if is_unclear(raw, column):
        return problem_at(name, cell, "cell_unclear", found=f"'{raw.code}'", allowed=cell.text)
    if cell.text.startswith(tuple(EXAMPLE_SIGN.values())):
        return problem_at(name, cell, "example_left")
    if len(cell.text) > LARGEST:
        return problem_at(name, cell, "cell_too_long", found=f"{len(cell.text):,}", allowed=f"{LARGEST:,}")
    if strange := forbidden(cell.text):
        return problem_at(name, cell, "control_character", found=strange[1])
    if column.nature in ("when", "day") and isinstance(raw.value, float) and _lost_zero(raw):
        return problem_at(name, cell, "date_ambiguous", found=cell.text)
    return None


def _remarks(name: str, cell: Cell, raw: RawCell, column: Column) -> Iterator[Problem]:
    """What is told of a date that was not written as one or shows no year, and of a word that a number cannot hold."""
    if column.nature == "quantity" and (amount := parse_amount(cell.text)) and amount.left_out:
        yield problem_at(name, cell, "word_left_out", level="warning", found=f"'{amount.left_out}'",
                         allowed=cell.text.partition(amount.left_out)[2])
    if column.nature not in ("when", "day"):
        return
    if serial_day(raw) is not None:
        yield problem_at(name, cell, "date_from_number", level="warning", found=str(raw.value), allowed=cell.text)
    elif isinstance(raw.value, datetime) and not date_shown(raw.code)[1]:
        yield problem_at(name, cell, "year_not_shown", level="warning", found=cell.text)


def _lost_zero(raw: RawCell) -> bool:
    """2025.1 without a format that shows its digits: typed as 2025.10, or as 2025.1."""
    value = raw.value
    return (isinstance(value, float) and raw.code == GENERAL and date.min.year < value < 3000
            and re.fullmatch(r"\d{4}\.1", repr(value)) is not None)


# --- examples ---------------------------------------------------------------------------------------------------------


def _example_words(tabs: Iterable[Tab]) -> frozenset[str]:
    """What the row of an example may say that older workbooks have on their sheets: its days, and the first of every
    list."""
    lists = next((tab for tab in tabs if tab.name == LISTS), None)
    first = [str(cell.value) for (row, _), cell in lists.cells.items() if row == 1] if lists else []
    return frozenset({"2025-03-03", "2025-03-20", *first})


def _written_over(name: str, tab: Tab, known: Mapping[str, Sheet]) -> Iterator[Problem]:
    """What somebody wrote on the sheet of examples, which is not read."""
    rows: dict[int, dict[int, RawCell]] = {}
    for (row, column), cell in tab.cells.items():
        rows.setdefault(row, {})[column] = cell
    for number, cells in rows.items():
        mark = cells.pop(1, RawCell(None)).value
        base = cells.pop(2, RawCell(None)).value
        filled = {at: cell for at, cell in cells.items() if cell.value is not None}
        if filled and (mark not in (HELP, EXAMPLE) or base != digest_of(Cell("", number, at, str(cell.value))
                                                                        for at, cell in filled.items())):
            yield problem_at(name, Cell(tab.name, number, min(filled)), "example_sheet",
                             allowed=_labels(list(known.values())[:2]))
