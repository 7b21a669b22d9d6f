"""From the sheets of a workbook to its rows, and what is wrong with its form."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct, field
from msgspec.structs import replace

from ..core.characters import find_forbidden
from ..model.problems import Problem, Severity, select_errors
from ..model.quantities import parse_quantity
from ..model.vocabulary import encode_bilingual, encode_choices, find_nearest_word
from .cell_values import (
    HASH_LENGTH,
    MAX_CELL_LENGTH,
    Cell,
    RawCell,
    has_unclear_format,
    hash_text,
    parse_serial_day,
    read_cell_text,
)
from .columns import SheetDefinition, WorkbookColumn, normalize_heading
from .headings import (
    HeadingRow,
    find_heading_row,
    find_internal_words,
    find_sheet_by_headings,
    find_sheet_by_name,
    is_internal,
)
from .number_formats import GENERAL, get_date_precision
from .parsed_workbook import (
    BASELINE_MARKER,
    EXAMPLE_MARKER,
    EXAMPLE_PREFIX,
    EXAMPLE_SHEETS,
    HELP_MARKER,
    ID_MARKER,
    INFORMATION_SHEETS,
    LISTS,
    OWN,
    ParsedRow,
    ParsedWorkbook,
    RawSheet,
    UnreadCell,
    build_cell_problem,
    format_column_letters,
    hash_cells,
    own_mark,
)
from .write_workbook import hash_explanations


def parse_workbook(name: str, tabs: Sequence[RawSheet], known: Mapping[str, SheetDefinition],
                   kept_in: str) -> ParsedWorkbook:
    """The rows of the workbook called `name`; `kept_in`: the file that keeps what stands in other columns."""
    found = _ParseResult()
    several = len([tab for tab in tabs if tab.cells]) > 1
    for tab in tabs:
        if tab.name in EXAMPLE_SHEETS.values():
            found.problems += _example_sheet_problems(name, tab, known)
        elif tab.name in INFORMATION_SHEETS:
            _read_own(name, tab, kept_in, found)
        elif tab.cells:
            _read_sheet(name, tab, known, kept_in, several, found, _example_words(tabs))
    if not found.rows and not select_errors(found.problems):
        found.problems.insert(0, build_cell_problem(name, None, "workbook_empty",
                                                    allowed=_sheet_labels(known.values())))
    return ParsedWorkbook(name, tuple(found.rows), tuple(found.problems), tuple(found.unread_cells),
                          next(iter(found.places), ""), frozenset(found.unread_sheets))


class _ParseResult(Struct):
    """What is gathered of a workbook."""

    rows: list[ParsedRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread_cells: list[UnreadCell] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    unread_sheets: set[str] = field(default_factory=set)


def _read_sheet(name: str, tab: RawSheet, known: Mapping[str, SheetDefinition], kept_in: str, several: bool,
                found: _ParseResult, examples: frozenset[str]) -> None:
    sheet = find_sheet_by_name(tab.name, known) or find_sheet_by_headings(tab, known)
    if sheet is None:
        level: Severity = "warning" if several else "error"
        found.problems.append(build_cell_problem(name, Cell(tab.name, 1, 1),
                                                 "sheet_unknown" if several else "headings_missing",
                                                 level=level, found=tab.name,
                                                 allowed=_sheet_labels(known.values()) if several
                                                 else _required_headings(next(iter(known.values())))))
        return
    heads = find_heading_row(tab, sheet)
    if not heads.columns:
        found.problems.append(build_cell_problem(name, Cell(tab.name, 1, 1), "headings_missing",
                                                 allowed=_required_headings(sheet)))
        found.unread_sheets.add(sheet.name)
        return
    found.places += [text[len(ID_MARKER):].strip() for text in heads.texts.values() if text.startswith(f"{ID_MARKER} ")]
    _SheetReader(name, tab, sheet, heads, kept_in, found, examples).read()


def _read_own(name: str, tab: RawSheet, kept_in: str, found: _ParseResult) -> None:
    """Keeps aside what somebody wrote on a sheet that only says something, as far as that can be told."""
    texts = {place: cell.formula_or_error or read_cell_text(cell, _UNKNOWN_COLUMN) for place, cell in tab.cells.items()}
    known = {mark for text in texts.values() if text.startswith(OWN) for mark in text.split()}
    written = [(place, said) for place, text in texts.items() for said in (text, tab.cells[place].comment)
               if known and said and not said.startswith((OWN, "#answer")) and own_mark(said) not in known]
    found.unread_cells += (UnreadCell(tab.name, row, format_column_letters(column), said) for (row, column),
                           said in written)
    for (row, column), said in written[:1]:
        found.problems.append(build_cell_problem(name, Cell(tab.name, row, column), "own_sheet", level="warning",
                                                 found=f"'{said[:40]}'", allowed=kept_in))


def _sheet_labels(sheets: Iterable[SheetDefinition]) -> str:
    return encode_choices(encode_bilingual(sheet.label("zh-Hans"), sheet.label("en")) for sheet in sheets)


def _required_headings(sheet: SheetDefinition) -> str:
    return encode_choices(encode_bilingual(column.label("zh-Hans"), column.label("en")) for column in sheet.columns
                          if column.is_required)


# --- one sheet --------------------------------------------------------------------------------------------------------


_ROW_ID = re.compile(r"[A-Za-z0-9-]{1,40}#?|places/[^\n#]+(#\d+)?|#help|#example")
"""What a hidden id may be. One that is no path is written into the file: nothing that has a meaning there."""


class _SheetReader:
    """Reads one sheet: its rows, what is wrong with its form, and what of it is kept aside."""

    def __init__(self, name: str, tab: RawSheet, sheet: SheetDefinition, heads: HeadingRow, kept_in: str,
                 found: _ParseResult, examples: frozenset[str]) -> None:
        self.name, self.raw_sheet, self.sheet, self.headings = name, tab, sheet, heads
        self.kept_in, self.found, self.examples = kept_in, found, examples
        self.missing: set[WorkbookColumn] = set()
        self.reported_columns: set[int] = set()
        self.rows: dict[int, dict[int, RawCell]] = {}
        for (row, column), cell in tab.cells.items():
            self.rows.setdefault(row, {})[column] = cell
        self.merged_into = {(row, column): first for first, left, last, right, _ in tab.merged_areas
                            for row in range(first, last + 1) for column in range(left, right + 1)}

    def read(self) -> None:
        self._check_internal_sheet()
        renamed = self._missing_columns()
        twice = self._duplicate_columns()
        self._check_merged_cells()
        aside = {number: text for number, text in self.headings.unknown.items() if number not in renamed | twice}
        numbers = sorted(row for row in self.rows if row > self.headings.row)
        filled = [row for number in numbers if (row := self._parse_row(number, aside)) is not None]
        self._check_hidden([row for row in filled if row.changed_cells])
        self._check_internal_cells(filled)
        self.found.rows += filled

    def _report(self, cell: Cell, code: str, near: str = "", level: Severity = "error", **values: str) -> None:
        self.found.problems.append(build_cell_problem(self.name, cell, code, near, level, values))

    def _cell(self, row: int, column: int) -> Cell:
        return Cell(self.raw_sheet.name, row, column)

    # --- what is wrong with its form

    def _check_internal_sheet(self) -> None:
        """A sheet whose name, or a line above its headings, says that it is not for the public."""
        above = [(row, column, str(cell.value)) for (row, column), cell in self.raw_sheet.cells.items()
                 if row < self.headings.row and cell.value is not None]
        for row, column, text in [(1, 1, self.raw_sheet.name), *above]:
            if is_internal(text):
                self._report(self._cell(row, column), "sheet_internal", found=f"'{text[:40]}'")

    def _missing_columns(self) -> set[int]:
        """The columns whose headings seem to be misspelt; what is missing is told and looked for in no row."""
        meant: set[int] = set()
        for column in self.sheet.columns:
            if column in self.headings.columns:
                continue
            words = [normalize_heading(word) for word in column.headings]
            near = next((number for number, text in self.headings.unknown.items() if number not in meant
                         and not is_internal(text) and find_nearest_word(normalize_heading(text), words)), None)
            if near is not None:
                meant.add(near)
                self._report(self._cell(self.headings.row, near), "column_renamed", column.both_names,
                             found=f"'{self.headings.texts[near]}'")
            elif column.is_required:
                self._report(self._cell(self.headings.row, 1), "column_missing", key=column.both_names)
            if near is not None or column.is_required:
                self.missing.add(column)
        return meant

    def _duplicate_columns(self) -> set[int]:
        """The filled columns whose heading another has too; which of them is meant cannot be told."""
        words = {normalize_heading(word): column for column in self.sheet.columns for word in column.headings}
        twice: set[int] = set()
        for number, text in self.headings.unknown.items():
            column = words.get(normalize_heading(text))
            if column is not None and not is_internal(text) and self._is_filled(number):
                twice.add(number)
                self.missing.add(column)
                first = format_column_letters(self.headings.columns[column])
                self._report(self._cell(self.headings.row, number), "column_twice", found=f"'{text}'", allowed=first)
        return twice

    def _is_filled(self, column: int) -> bool:
        return any(number == column and row > self.headings.row and (cell.formula_or_error or cell.value is not None)
                   for (row, number), cell in self.raw_sheet.cells.items())

    def _check_merged_cells(self) -> None:
        for first, column, last, _, area in self.raw_sheet.merged_areas:
            if last > self.headings.row:
                self._report(self._cell(max(first, self.headings.row + 1), column), "cells_merged", found=area)

    def _check_hidden(self, rows: Sequence[ParsedRow]) -> None:
        """What is hidden and was written by somebody: whether it shall be read only its writer knows."""
        if self.raw_sheet.is_hidden and rows:
            self._report(self._cell(1, 1), "sheet_hidden", found=self.raw_sheet.name)
            return
        if below := [row for row in rows if row.number in self.raw_sheet.hidden_rows]:
            numbers = ", ".join(str(row.number) for row in below[:20]) + (" …" if len(below) > 20 else "")
            self._report(below[0].get_cell(None), "rows_hidden", found=numbers)
        for column, number in self.headings.columns.items():
            if number in self.raw_sheet.hidden_columns and any(column in row.changed_cells for row in rows):
                self._report(self._cell(self.headings.row, number), "column_hidden",
                             found=f"'{self.headings.texts[number]}'")

    def _check_internal_cells(self, rows: Iterable[ParsedRow]) -> None:
        """Cells that begin by saying that they are not for the public."""
        for cell in (cell for row in rows for cell in row.changed_cells.values()):
            if words := find_internal_words(cell.text):
                self._report(cell, "cell_internal", found=f"'{words}'")

    # --- its rows

    def _parse_row(self, number: int, aside: Mapping[int, str]) -> ParsedRow | None:
        """A row as far as it can be read; None where nothing is filled in that belongs to a record."""
        row_id, base = (self._hidden_text(number, self.headings.hidden_columns.get(key))
                        for key in (ID_MARKER, BASELINE_MARKER))
        row_id = row_id if _ROW_ID.fullmatch(row_id) else ""
        over_example = row_id == EXAMPLE_MARKER and base != hash_cells(self._texts(number))
        if row_id == EXAMPLE_MARKER and not over_example:
            return None
        is_help = row_id == HELP_MARKER
        if is_help:
            self._remove_explanations(number, base)
        row_id, base = ("", "") if over_example or is_help else (row_id, base)
        row = self._parse_filled_row(number, row_id, base, over_example)
        self._collect_unread_cells(number, aside)
        if all(column.keys == ("#place",) for column in (*row.cells, *(row.invalid_columns - self.missing))):
            return None
        return row

    def _remove_explanations(self, number: int, base: str) -> None:
        """Leaves of a row of explanations what somebody wrote over them, and tells it; `base`: the marks of what stood
        there."""
        known = hash_explanations() | {base[at:at + HASH_LENGTH] for at in range(0, len(base), HASH_LENGTH)}
        self.rows[number] = {at: raw for at, raw in self.rows[number].items()
                             if raw.formula_or_error or raw.value is None or hash_text(str(raw.value)) not in known}
        if written := {*self.headings.columns.values()} & self.rows[number].keys():
            self._report(self._cell(number, min(written)), "help_written_over")

    def _hidden_text(self, row: int, column: int | None) -> str:
        cell = self.rows[row].get(column) if column else None
        return str(cell.value).strip() if cell and cell.value is not None else ""

    def _texts(self, number: int) -> list[Cell]:
        hidden = set(self.headings.hidden_columns.values())
        return [Cell("", number, at, str(raw.value)) for at, raw in self.rows[number].items()
                if at not in hidden and raw.value is not None]

    def _raw_cell(self, number: int, column: WorkbookColumn, at: int) -> RawCell:
        """A cell; within a merged area, that above, as far as it says what the row belongs to."""
        raw = self.rows[number].get(at, RawCell(None))
        if raw.value is None and not column.is_record_key and (first := self.merged_into.get((number, at))):
            return self.raw_sheet.cells.get((first, at), raw)
        return raw

    def _parse_filled_row(self, number: int, row_id: str, base: str, over_example: bool) -> ParsedRow:
        cells: dict[WorkbookColumn, Cell] = {}
        wrong = set(self.missing)
        raws = {column: self._raw_cell(number, column, at) for column, at in self.headings.columns.items()
                if column not in self.missing}
        wrong |= self._untrusted_columns(number, raws)
        struck = self._struck_out_columns(number, raws)
        for column, raw in raws.items():
            at = self.headings.columns[column]
            cell = replace(self._cell(number, at), text=read_cell_text(raw, column))
            if cell.text.startswith("=") and not raw.formula_or_error and not base:
                raw = RawCell(None, cell.text)
            if raw.value is None and not raw.formula_or_error:
                continue
            if column in wrong or column in struck:
                wrong.add(column)
            elif (problem := _cell_problem(self.name, cell, raw, column)
                  or (over_example and self._example_text_problem(cell)) or None):
                self.found.problems.append(problem)
                wrong.add(column)
            elif cell.text:
                cells[column] = cell
                self.found.problems += _cell_warnings(self.name, cell, raw, column)
        if cells:  # a cell is empty only because it is merged with another
            wrong |= {column for column, at in self.headings.columns.items()
                      if column not in cells and (number, at) in self.merged_into}
        return ParsedRow(self.sheet, self.raw_sheet.name, number, row_id, base, cells, self.headings.columns,
                         frozenset(wrong))

    def _example_text_problem(self, cell: Cell) -> Problem | None:
        """A cell of an example that was written over, which still says what the example said."""
        if cell.text not in self.examples:
            return None
        return build_cell_problem(self.name, cell, "example_cell", found=f"'{cell.text}'")

    def _struck_out_columns(self, number: int, raws: Mapping[WorkbookColumn, RawCell]) -> set[WorkbookColumn]:
        """The cells that are struck out; a row that is struck out as a whole is told once."""
        filled = [column for column, raw in raws.items() if raw.value is not None]
        struck = [column for column in filled if raws[column].is_struck_out]
        whole = len(struck) == len(filled)
        for column in struck[:1] if whole else struck:
            self._report(self._cell(number, self.headings.columns[column]), "row_struck" if whole else "cell_struck")
        return set(struck)

    def _untrusted_columns(self, number: int, raws: Iterable[WorkbookColumn]) -> set[WorkbookColumn]:
        """The columns that cannot be trusted in a row of a CSV file which has more or fewer cells than the headings, or
        holds other rows within a text."""
        table = self.raw_sheet.csv_table
        if table is None:
            return set()
        record, width = table.rows[number - 1], len(table.rows[self.headings.row - 1].cells)
        more = any(cell.strip() for cell in record.cells[width:])
        if more or len(record.cells) < width:
            at = width + 1 if more else len(record.cells)
            self._report(self._cell(number, at), "row_longer" if more else "row_shorter", line=str(record.line),
                         found=str(len(record.cells)), allowed=str(width))
            return {column for column in raws if column.is_record_key}
        for at, cell in enumerate(record.cells, start=1):
            if swallowed := table.find_swallowed_row(cell, width):
                self._report(self._cell(number, at), "row_swallowed", line=str(record.line),
                             found=f"'{swallowed[:30]}'")
        return set()

    def _collect_unread_cells(self, number: int, aside: Mapping[int, str]) -> None:
        """What stands in columns that are not read, and remarks pinned to cells."""
        width = len(self.raw_sheet.csv_table.rows[self.headings.row - 1].cells) if self.raw_sheet.csv_table else 0
        for at, raw in self.rows[number].items():
            if raw.comment:
                self.found.unread_cells.append(UnreadCell(self.raw_sheet.name, number, format_column_letters(at),
                                                          raw.comment))
                self._report(self._cell(number, at), "remark_unread", level="warning", allowed=self.kept_in)
            is_read = at in self.headings.texts and at not in aside
            is_told = bool(width and at > width)  # as a row of another length
            text = raw.formula_or_error or read_cell_text(raw, _UNKNOWN_COLUMN)
            if is_read or is_told or not text:
                continue
            self.found.unread_cells.append(UnreadCell(self.raw_sheet.name, number,
                                                      aside.get(at, format_column_letters(at)), text))
            self._report_column_once(at, aside.get(at, ""))

    def _report_column_once(self, at: int, heading: str) -> None:
        if at in self.reported_columns:
            return
        self.reported_columns.add(at)
        code = "column_headless" if not heading else "column_internal" if is_internal(heading) else "column_unknown"
        self._report(self._cell(self.headings.row, at), code, level="warning", allowed=self.kept_in,
                     found=f"'{heading}'" if heading else format_column_letters(at))


_UNKNOWN_COLUMN = WorkbookColumn(("#any",))
"""What stands for a column that is not known."""




def _cell_problem(name: str, cell: Cell, raw: RawCell, column: WorkbookColumn) -> Problem | None:
    """What is wrong with a cell before anybody looks at what it says."""
    if raw.formula_or_error:
        code = "cell_formula" if raw.formula_or_error.startswith("=") else "cell_failed"
        return build_cell_problem(name, cell, code, found=raw.formula_or_error[:20])
    if raw.is_hidden:
        return build_cell_problem(name, cell, "cell_unseen")
    if has_unclear_format(raw, column):
        return build_cell_problem(name, cell, "cell_unclear", found=f"'{raw.number_format}'", allowed=cell.text)
    if cell.text.startswith(tuple(EXAMPLE_PREFIX.values())):
        return build_cell_problem(name, cell, "example_left")
    if len(cell.text) > MAX_CELL_LENGTH:
        return build_cell_problem(name, cell, "cell_too_long", found=f"{len(cell.text):,}",
                                  allowed=f"{MAX_CELL_LENGTH:,}")
    if strange := find_forbidden(cell.text):
        return build_cell_problem(name, cell, "control_character", found=strange[1])
    if column.type in ("when", "day") and isinstance(raw.value, float) and _may_have_lost_zero(raw):
        return build_cell_problem(name, cell, "date_ambiguous", found=cell.text)
    return None


def _cell_warnings(name: str, cell: Cell, raw: RawCell, column: WorkbookColumn) -> Iterator[Problem]:
    """What is told of a date that was not written as one or shows no year, and of a word that a number cannot hold."""
    if column.type == "quantity" and (amount := parse_quantity(cell.text)) and amount.ignored_text:
        yield build_cell_problem(name, cell, "word_left_out", level="warning", found=f"'{amount.ignored_text}'",
                                 allowed=cell.text.partition(amount.ignored_text)[2])
    if column.type not in ("when", "day"):
        return
    if parse_serial_day(raw) is not None:
        yield build_cell_problem(name, cell, "date_from_number", level="warning", found=str(raw.value),
                                 allowed=cell.text)
    elif isinstance(raw.value, datetime) and not get_date_precision(raw.number_format)[1]:
        yield build_cell_problem(name, cell, "year_not_shown", level="warning", found=cell.text)


def _may_have_lost_zero(raw: RawCell) -> bool:
    """2025.1 without a format that shows its digits: typed as 2025.10, or as 2025.1."""
    value = raw.value
    return (isinstance(value, float) and raw.number_format == GENERAL and date.min.year < value < 3000
            and re.fullmatch(r"\d{4}\.1", repr(value)) is not None)


# --- examples ---------------------------------------------------------------------------------------------------------


def _example_words(tabs: Iterable[RawSheet]) -> frozenset[str]:
    """What the row of an example may say that older workbooks have on their sheets: its days, and the first of every
    list."""
    lists = next((tab for tab in tabs if tab.name == LISTS), None)
    first = [str(cell.value) for (row, _), cell in lists.cells.items() if row == 1] if lists else []
    return frozenset({"2025-03-03", "2025-03-20", *first})


def _example_sheet_problems(name: str, tab: RawSheet, known: Mapping[str, SheetDefinition]) -> Iterator[Problem]:
    """What somebody wrote on the sheet of examples, which is not read."""
    rows: dict[int, dict[int, RawCell]] = {}
    for (row, column), cell in tab.cells.items():
        rows.setdefault(row, {})[column] = cell
    for number, cells in rows.items():
        mark = cells.pop(1, RawCell(None)).value
        base = cells.pop(2, RawCell(None)).value
        filled = {at: cell for at, cell in cells.items() if cell.value is not None}
        if filled and (mark not in (HELP_MARKER, EXAMPLE_MARKER)
                       or base != hash_cells(Cell("", number, at, str(cell.value))
                                             for at, cell in filled.items())):
            yield build_cell_problem(name, Cell(tab.name, number, min(filled)), "example_sheet",
                                     allowed=_sheet_labels(list(known.values())[:2]))
