"""Parse sheets into rows; report problems of form."""

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


def parse_workbook(name: str, raw_sheets: Sequence[RawSheet], known: Mapping[str, SheetDefinition],
                   kept_in: str) -> ParsedWorkbook:
    """Parse the sheets of the workbook `name`. `known`: sheet definitions by name; `kept_in`: name of the file for
    cells in columns that are not read."""
    result = _ParseResult()
    has_several = len([raw_sheet for raw_sheet in raw_sheets if raw_sheet.cells]) > 1
    for raw_sheet in raw_sheets:
        if raw_sheet.name in EXAMPLE_SHEETS.values():
            result.problems += _example_sheet_problems(name, raw_sheet, known)
        elif raw_sheet.name in INFORMATION_SHEETS:
            _read_own(name, raw_sheet, kept_in, result)
        elif raw_sheet.cells:
            _read_sheet(name, raw_sheet, known, kept_in, has_several, result, _example_words(raw_sheets))
    if not result.rows and not select_errors(result.problems):
        result.problems.insert(0, build_cell_problem(name, None, "workbook_empty",
                                                     allowed=_sheet_labels(known.values())))
    return ParsedWorkbook(name, tuple(result.rows), tuple(result.problems), tuple(result.unread_cells),
                          next(iter(result.places), ""), frozenset(result.unread_sheets))


class _ParseResult(Struct):
    """Collects the results of all sheets."""

    rows: list[ParsedRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread_cells: list[UnreadCell] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    unread_sheets: set[str] = field(default_factory=set)


def _read_sheet(name: str, raw_sheet: RawSheet, known: Mapping[str, SheetDefinition], kept_in: str, has_several: bool,
                result: _ParseResult, examples: frozenset[str]) -> None:
    sheet = find_sheet_by_name(raw_sheet.name, known) or find_sheet_by_headings(raw_sheet, known)
    if sheet is None:
        level: Severity = "warning" if has_several else "error"
        result.problems.append(build_cell_problem(name, Cell(raw_sheet.name, 1, 1),
                                                  "sheet_unknown" if has_several else "headings_missing",
                                                  level=level, found=raw_sheet.name,
                                                  allowed=_sheet_labels(known.values()) if has_several
                                                  else _required_headings(next(iter(known.values())))))
        return
    headings = find_heading_row(raw_sheet, sheet)
    if not headings.columns:
        result.problems.append(build_cell_problem(name, Cell(raw_sheet.name, 1, 1), "headings_missing",
                                                  allowed=_required_headings(sheet)))
        result.unread_sheets.add(sheet.name)
        return
    result.places += [text[len(ID_MARKER):].strip() for text in headings.texts.values()
                      if text.startswith(f"{ID_MARKER} ")]
    _SheetReader(name, raw_sheet, sheet, headings, kept_in, result, examples).read()


def _read_own(name: str, raw_sheet: RawSheet, kept_in: str, result: _ParseResult) -> None:
    """Collect text that people added to an information sheet, if the sheet has a signature to compare with."""
    texts = {position: cell.formula_or_error or read_cell_text(cell, _UNKNOWN_COLUMN)
             for position, cell in raw_sheet.cells.items()}
    signed = {mark for text in texts.values() if text.startswith(OWN) for mark in text.split()}
    written = [(position, added) for position, text in texts.items()
               for added in (text, raw_sheet.cells[position].comment)
               if signed and added and not added.startswith((OWN, "#answer")) and own_mark(added) not in signed]
    result.unread_cells += (UnreadCell(raw_sheet.name, row, format_column_letters(column), text)
                            for (row, column), text in written)
    for (row, column), text in written[:1]:
        result.problems.append(build_cell_problem(name, Cell(raw_sheet.name, row, column), "own_sheet", level="warning",
                                                  found=f"'{text[:40]}'", allowed=kept_in))


def _sheet_labels(sheets: Iterable[SheetDefinition]) -> str:
    return encode_choices(encode_bilingual(sheet.label("zh-Hans"), sheet.label("en")) for sheet in sheets)


def _required_headings(sheet: SheetDefinition) -> str:
    return encode_choices(encode_bilingual(column.label("zh-Hans"), column.label("en")) for column in sheet.columns
                          if column.is_required)


# --- one sheet --------------------------------------------------------------------------------------------------------


_ROW_ID = re.compile(r"[A-Za-z0-9-]{1,40}#?|places/[^\n#]+(#\d+)?|#help|#example")
"""Pattern of a hidden id. An id that is no path is written into a YAML comment, so it must not contain characters
with a meaning there."""


class _SheetReader:
    """Reads one sheet: its rows, problems of form, and cells that are not read."""

    def __init__(self, name: str, raw_sheet: RawSheet, sheet: SheetDefinition, headings: HeadingRow, kept_in: str,
                 found: _ParseResult, examples: frozenset[str]) -> None:
        self.name, self.raw_sheet, self.sheet, self.headings = name, raw_sheet, sheet, headings
        self.kept_in, self.found, self.examples = kept_in, found, examples
        self.missing: set[WorkbookColumn] = set()
        self.reported_columns: set[int] = set()
        self.rows: dict[int, dict[int, RawCell]] = {}
        for (row, column), cell in raw_sheet.cells.items():
            self.rows.setdefault(row, {})[column] = cell
        self.merged_into = {(row, column): first for first, left, last, right, _ in raw_sheet.merged_areas
                            for row in range(first, last + 1) for column in range(left, right + 1)}

    def read(self) -> None:
        self._check_internal_sheet()
        renamed = self._missing_columns()
        duplicates = self._duplicate_columns()
        self._check_merged_cells()
        self.reported_columns |= renamed | duplicates
        numbers = sorted(row for row in self.rows if row > self.headings.row)
        filled = [row for number in numbers if (row := self._parse_row(number, self.headings.unknown)) is not None]
        hidden = self._check_hidden([row for row in filled if row.changed_cells])
        self._check_internal_cells(filled)
        self.found.rows += (_leave_out(row, hidden) for row in filled)

    def _report(self, cell: Cell, code: str, near: str = "", level: Severity = "error", **values: str) -> None:
        self.found.problems.append(build_cell_problem(self.name, cell, code, near, level, values))

    def _cell(self, row: int, column: int) -> Cell:
        return Cell(self.raw_sheet.name, row, column)

    # --- problems of form

    def _check_internal_sheet(self) -> None:
        """Report a sheet whose name, or a line above its headings, marks it as not for publication."""
        above = [(row, column, str(cell.value)) for (row, column), cell in self.raw_sheet.cells.items()
                 if row < self.headings.row and cell.value is not None]
        for row, column, text in [(1, 1, self.raw_sheet.name), *above]:
            if is_internal(text):
                self._report(self._cell(row, column), "sheet_internal", found=f"'{text[:40]}'")

    def _missing_columns(self) -> set[int]:
        """Report missing columns. Returns the numbers of columns whose headings seem misspelt."""
        misspelt: set[int] = set()
        needed = set(self.sheet.needed_columns)
        for column in self.sheet.columns:
            if column in self.headings.columns:
                continue
            words = [normalize_heading(word) for word in column.headings]
            near = next((number for number, text in self.headings.unknown.items() if number not in misspelt
                         and not is_internal(text) and find_nearest_word(normalize_heading(text), words)), None)
            if near is not None:
                misspelt.add(near)
                self._report(self._cell(self.headings.row, near), "column_renamed", column.both_names,
                             "error" if column.is_required else "warning", found=f"'{self.headings.texts[near]}'")
            elif column in needed:
                self._report(self._cell(self.headings.row, 1), "column_missing", key=column.both_names)
            if near is not None or column in needed:
                self.missing.add(column)
        return misspelt

    def _duplicate_columns(self) -> set[int]:
        """Report filled columns that repeat the heading of another, since it is unclear which one counts. Returns
        their numbers."""
        words = {normalize_heading(word): column for column in self.sheet.columns for word in column.headings}
        duplicates: set[int] = set()
        for number, text in self.headings.unknown.items():
            column = words.get(normalize_heading(text))
            if column is not None and not is_internal(text) and self._is_filled(number):
                duplicates.add(number)
                self.missing.add(column)
                first = format_column_letters(self.headings.columns[column])
                self._report(self._cell(self.headings.row, number), "column_twice", level="warning",
                             found=f"'{text}'", allowed=first)
        return duplicates

    def _is_filled(self, column: int) -> bool:
        return any(number == column and row > self.headings.row and (cell.formula_or_error or cell.value is not None)
                   for (row, number), cell in self.raw_sheet.cells.items())

    def _check_merged_cells(self) -> None:
        for first, column, last, _, area in self.raw_sheet.merged_areas:
            if last > self.headings.row:
                self._report(self._cell(max(first, self.headings.row + 1), column), "cells_merged", found=area)

    def _check_hidden(self, rows: Sequence[ParsedRow]) -> set[WorkbookColumn]:
        """Report filled cells in hidden sheets, rows or columns: only their writer knows whether they should be
        read. Returns the hidden columns, which are not."""
        if self.raw_sheet.is_hidden and rows:
            self._report(self._cell(1, 1), "sheet_hidden", found=self.raw_sheet.name)
            return set()
        for row in rows:
            if row.number in self.raw_sheet.hidden_rows:
                self._report(row.get_cell(None), "rows_hidden", found=str(row.number))
        hidden = {column for column, number in self.headings.columns.items()
                  if number in self.raw_sheet.hidden_columns and any(column in row.changed_cells for row in rows)}
        for column in hidden:
            number = self.headings.columns[column]
            self._report(self._cell(self.headings.row, number), "column_hidden", level="warning",
                         found=f"'{self.headings.texts[number]}'")
        return hidden

    def _check_internal_cells(self, rows: Iterable[ParsedRow]) -> None:
        """Report cells that begin with words such as "not for publication"."""
        for cell in (cell for row in rows for cell in row.changed_cells.values()):
            if words := find_internal_words(cell.text):
                self._report(cell, "cell_internal", found=f"'{words}'")

    # --- its rows

    def _parse_row(self, number: int, unread_columns: Mapping[int, str]) -> ParsedRow | None:
        """Parse a row; None if no cell of a record is filled."""
        row_id, baseline = (self._hidden_text(number, self.headings.hidden_columns.get(key))
                            for key in (ID_MARKER, BASELINE_MARKER))
        row_id = row_id if _ROW_ID.fullmatch(row_id) else ""
        over_example = row_id == EXAMPLE_MARKER and baseline != hash_cells(self._texts(number))
        if row_id == EXAMPLE_MARKER and not over_example:
            return None
        is_help = row_id == HELP_MARKER
        if is_help:
            self._remove_explanations(number, baseline)
        row_id, baseline = ("", "") if over_example or is_help else (row_id, baseline)
        row = self._parse_filled_row(number, row_id, baseline, over_example)
        self._collect_unread_cells(number, unread_columns)
        if all(column.keys == ("#place",) for column in (*row.cells, *(row.invalid_columns - self.missing))):
            return None
        return row

    def _remove_explanations(self, number: int, baseline: str) -> None:
        """Remove the explanations of a help row, leaving what somebody typed over them, and report that.
        `baseline`: hashes of the explanations."""
        known = hash_explanations() | {baseline[at:at + HASH_LENGTH] for at in range(0, len(baseline), HASH_LENGTH)}
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
        """The cell; in a merged area of a `#` column, such as the place, the cell above."""
        raw = self.rows[number].get(at, RawCell(None))
        if raw.value is None and not column.is_record_key and (first := self.merged_into.get((number, at))):
            return self.raw_sheet.cells.get((first, at), raw)
        return raw

    def _parse_filled_row(self, number: int, row_id: str, baseline: str, over_example: bool) -> ParsedRow:
        cells: dict[WorkbookColumn, Cell] = {}
        wrong = set(self.missing)
        raws = {column: self._raw_cell(number, column, at) for column, at in self.headings.columns.items()
                if column not in self.missing}
        wrong |= self._untrusted_columns(number, raws)
        struck = self._struck_out_columns(number, raws)
        for column, raw in raws.items():
            at = self.headings.columns[column]
            cell = replace(self._cell(number, at), text=read_cell_text(raw, column))
            if cell.text.startswith("=") and not raw.formula_or_error and not baseline:
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
        if cells:  # a merged cell is not empty, only its content is elsewhere
            wrong |= {column for column, at in self.headings.columns.items()
                      if column not in cells and (number, at) in self.merged_into}
        return ParsedRow(self.sheet, self.raw_sheet.name, number, row_id, baseline, cells, self.headings.columns,
                         frozenset(wrong))

    def _example_text_problem(self, cell: Cell) -> Problem | None:
        """The problem of a cell in an overwritten example row that still has the text of the example."""
        if cell.text not in self.examples:
            return None
        return build_cell_problem(self.name, cell, "example_cell", level="warning", found=f"'{cell.text}'")

    def _struck_out_columns(self, number: int, raws: Mapping[WorkbookColumn, RawCell]) -> set[WorkbookColumn]:
        """Report cells that are struck out, once for a whole row. Returns their columns."""
        filled = [column for column, raw in raws.items() if raw.value is not None]
        struck = [column for column in filled if raws[column].is_struck_out]
        whole = len(struck) == len(filled)
        for column in struck[:1] if whole else struck:
            self._report(self._cell(number, self.headings.columns[column]), "row_struck" if whole else "cell_struck")
        return set(struck)

    def _untrusted_columns(self, number: int, raws: Iterable[WorkbookColumn]) -> set[WorkbookColumn]:
        """Report a CSV row whose number of cells differs from the headings, or with a cell that contains further
        rows. Returns the columns whose cells may be shifted."""
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

    def _collect_unread_cells(self, number: int, unread_columns: Mapping[int, str]) -> None:
        """Collect cells in columns that are not read, and comments of people."""
        width = len(self.raw_sheet.csv_table.rows[self.headings.row - 1].cells) if self.raw_sheet.csv_table else 0
        for at, raw in self.rows[number].items():
            if raw.comment:
                self.found.unread_cells.append(UnreadCell(self.raw_sheet.name, number, format_column_letters(at),
                                                          raw.comment))
                self._report(self._cell(number, at), "remark_unread", level="warning", allowed=self.kept_in)
            is_read = at in self.headings.texts and at not in unread_columns
            is_reported = bool(width and at > width)  # reported as a row of another length
            text = raw.formula_or_error or read_cell_text(raw, _UNKNOWN_COLUMN)
            if is_read or is_reported or not text:
                continue
            self.found.unread_cells.append(UnreadCell(self.raw_sheet.name, number,
                                                      unread_columns.get(at, format_column_letters(at)), text))
            self._report_column_once(at, unread_columns.get(at, ""))

    def _report_column_once(self, at: int, heading: str) -> None:
        if at in self.reported_columns:
            return
        self.reported_columns.add(at)
        code = "column_internal" if is_internal(heading) else "column_unknown"
        if not heading:
            code = "column_headless"
        self._report(self._cell(self.headings.row, at), code, level="warning", allowed=self.kept_in,
                     found=f"'{heading}'" if heading else format_column_letters(at))


def _leave_out(row: ParsedRow, columns: set[WorkbookColumn]) -> ParsedRow:
    """The row without the cells of these columns."""
    return replace(row, cells={column: cell for column, cell in row.cells.items() if column not in columns},
                   invalid_columns=row.invalid_columns | columns) if columns else row


_UNKNOWN_COLUMN = WorkbookColumn(("#any",))
"""Placeholder for an unknown column."""


def _cell_problem(name: str, cell: Cell, raw: RawCell, column: WorkbookColumn) -> Problem | None:
    """The format problem of a cell (formula, hidden, example text, too long …), or None."""
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
        return build_cell_problem(name, cell, "date_ambiguous", level="warning", found=cell.text)
    return None


def _cell_warnings(name: str, cell: Cell, raw: RawCell, column: WorkbookColumn) -> Iterator[Problem]:
    """Warnings about dates stored as numbers or shown without a year, and about words that a quantity drops."""
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
    """Whether a number such as 2025.1 in General format may have been typed as 2025.10."""
    value = raw.value
    return (isinstance(value, float) and raw.number_format == GENERAL and date.min.year < value < 3000
            and re.fullmatch(r"\d{4}\.1", repr(value)) is not None)


# --- examples ---------------------------------------------------------------------------------------------------------


def _example_words(raw_sheets: Iterable[RawSheet]) -> frozenset[str]:
    """Texts of the example rows in older workbooks: their dates, and the first value of every choice list."""
    choice_lists = next((raw_sheet for raw_sheet in raw_sheets if raw_sheet.name == LISTS), None)
    first = [str(cell.value) for (row, _), cell in choice_lists.cells.items() if row == 1] if choice_lists else []
    return frozenset({"2025-03-03", "2025-03-20", *first})


def _example_sheet_problems(name: str, raw_sheet: RawSheet, known: Mapping[str, SheetDefinition]) -> Iterator[Problem]:
    """Report text that people added to the example sheet, which is not read."""
    rows: dict[int, dict[int, RawCell]] = {}
    for (row, column), cell in raw_sheet.cells.items():
        rows.setdefault(row, {})[column] = cell
    for number, cells in rows.items():
        mark = cells.pop(1, RawCell(None)).value
        baseline = cells.pop(2, RawCell(None)).value
        filled = {at: cell for at, cell in cells.items() if cell.value is not None}
        if filled and (mark not in (HELP_MARKER, EXAMPLE_MARKER)
                       or baseline != hash_cells(Cell("", number, at, str(cell.value))
                                                 for at, cell in filled.items())):
            yield build_cell_problem(name, Cell(raw_sheet.name, number, min(filled)), "example_sheet",
                                     allowed=_sheet_labels(list(known.values())[:2]))
