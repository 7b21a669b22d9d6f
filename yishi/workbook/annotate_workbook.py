"""Annotate a workbook that has problems: coloured cells with comments, and a list of the problems as its first
sheet."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from ..core.hashes import compute_digest
from ..model.language import Language, marked
from ..model.problems import Problem, describe_problem, select_errors
from .number_formats import format_plain_number
from .open_workbook import COMMENT_AUTHOR, COMMENT_SEPARATOR, extract_sheets, extract_user_comment, open_workbook
from .parsed_workbook import RawSheet, format_column_letters
from .write_workbook import put_text, replace_unwritable, sign

CORRECTIONS_SHEET = marked("To correct")
"""Title of the problem list."""

CORRECTIONS_SHEETS = frozenset({"请修改", "To correct"})
"""Its titles in all languages."""

_ANSWER_MARKER, _ANSWER_MARKER_COLUMN = "#answer", 4
_SIGN_COLUMN = 5
_COLOURS = {"error": "FFC7CE", "warning": "FFEB9C", "notice": "C6EFCE"}


def annotate_workbook(name: str, data: bytes, raw_sheets: Sequence[RawSheet], problems: Sequence[Problem],
                      language: Language, digest: str) -> bytes:
    """The annotated workbook, as bytes. `data`, `name`, `digest`: contents, name and digest of the received file.
    Raises WorkbookRefused if it cannot be read."""
    tables, titles = (None, {}) if name.lower().endswith(".xlsx") else _build_from_tables(raw_sheets)
    workbook = tables or open_workbook(data)
    _remove_annotations(workbook)
    for (title, line, column), told in _group_by_cell(problems).items():
        sheet_name = titles.get(title, title)
        if sheet_name in workbook.sheetnames:
            _annotate_cell(workbook[sheet_name].cell(line, column), told, language)
    problem_list = workbook.create_sheet(language.text(CORRECTIONS_SHEET), 0)
    _write_problem_list(problem_list, problems, titles, language)
    _write_answer_mark(problem_list, _content_digest(extract_sheets(workbook)), digest)
    workbook.active = 0
    for sheet in workbook.worksheets:
        sheet.sheet_view.tabSelected = sheet.title == problem_list.title
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _remove_annotations(workbook: Workbook) -> None:
    for sheet in workbook.worksheets:
        _clear_annotations(sheet)
    for title in CORRECTIONS_SHEETS:
        if title in workbook.sheetnames:
            workbook.remove(workbook[title])


def _write_answer_mark(sheet: Worksheet, content_digest: str, digest: str) -> None:
    """Write what `find_answer_mark` reads into hidden cells."""
    put_text(sheet, 1, _ANSWER_MARKER_COLUMN, f"{_ANSWER_MARKER} {content_digest} {digest}")
    sheet.column_dimensions[format_column_letters(_ANSWER_MARKER_COLUMN)].hidden = True
    sign(sheet, _SIGN_COLUMN)


class AnswerMark(Struct, frozen=True):
    """Read from an annotated workbook: the digest of the file it annotates, and whether its cells are unchanged
    since."""

    answered_digest: str
    is_untouched: bool


def find_answer_mark(raw_sheets: Sequence[RawSheet]) -> AnswerMark | None:
    """The answer mark of an annotated workbook; None for any other workbook."""
    for raw_sheet in raw_sheets:
        cell = raw_sheet.cells.get((1, _ANSWER_MARKER_COLUMN))
        parts = str(cell.value).split() if cell and raw_sheet.name in CORRECTIONS_SHEETS else []
        if len(parts) == 3 and parts[0] == _ANSWER_MARKER:
            return AnswerMark(parts[2], parts[1] == _content_digest(raw_sheets))
    return None


def _content_digest(raw_sheets: Iterable[RawSheet]) -> str:
    """Digest of all cells except the problem list; independent of how a program saves numbers and white space."""
    cells = sorted((raw_sheet.name, position, _normalize_for_digest(cell.formula_or_error or cell.value))
                   for raw_sheet in raw_sheets if raw_sheet.name not in CORRECTIONS_SHEETS
                   for position, cell in raw_sheet.cells.items() if cell.formula_or_error or cell.value is not None)
    return compute_digest(repr(cells).encode())[:32]


def _normalize_for_digest(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format_plain_number(value)
    return " ".join(str(value).split())


def get_problem_sheet(problem: Problem) -> str:
    """The sheet that a problem is on ("" = it concerns the whole workbook)."""
    return problem.cell.rpartition("!")[0]


_FORBIDDEN_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]")


def _build_from_tables(raw_sheets: Iterable[RawSheet]) -> tuple[Workbook, dict[str, str]]:
    """CSV tables as a workbook, and table name → sheet title, which Excel limits in length and characters."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    titles: dict[str, str] = {}
    for raw_sheet in raw_sheets:
        sheet = workbook.create_sheet(_FORBIDDEN_IN_SHEET_NAMES.sub("_", raw_sheet.name).strip("'")[:28] or "1")
        titles[raw_sheet.name] = sheet.title
        for (row, column), cell in raw_sheet.cells.items():
            put_text(sheet, row, column, str(cell.formula_or_error or cell.value))
    return workbook, titles


def _clear_annotations(sheet: Any) -> None:
    """Remove the comments and colours of an earlier annotation; replace formulas by their text."""
    for cell in list(sheet._cells.values()):  # existing cells only: a sheet can claim a million rows
        if cell.comment is not None and cell.comment.author == COMMENT_AUTHOR:
            user_comment = extract_user_comment(cell.comment)
            cell.comment = Comment(user_comment, "") if user_comment else None
            cell.fill = PatternFill()
        if cell.data_type == "f":
            put_text(sheet, cell.row, cell.column, str(getattr(cell.value, "text", cell.value)))


def _group_by_cell(problems: Sequence[Problem]) -> dict[tuple[str, int, int], list[Problem]]:
    """The problems by sheet, row and column, the most severe first."""
    cells: dict[tuple[str, int, int], list[Problem]] = {}
    for problem in sorted(problems, key=lambda one: list(_COLOURS).index(one.level)):
        cells.setdefault((get_problem_sheet(problem), problem.line, problem.column), []).append(problem)
    return cells


_COMMENT_LINE = 22
"""Characters of a line of a comment, Chinese ones; height of a line: 20."""


def _annotate_cell(cell: Any, problems: Sequence[Problem], language: Language) -> None:
    if type(cell).__name__ == "MergedCell":
        return
    user_comment = extract_user_comment(cell.comment) if cell.comment is not None else ""
    text = replace_unwritable("\n".join(describe_problem(problem, language) for problem in problems))
    if user_comment:
        text += f"{COMMENT_SEPARATOR}{user_comment}"
    cell.comment = Comment(text, COMMENT_AUTHOR, height=max(120, 20 * len(text) // _COMMENT_LINE), width=320)
    cell.fill = PatternFill("solid", fgColor=_COLOURS[problems[0].level])


def _write_problem_list(sheet: Worksheet, problems: Sequence[Problem], titles: Mapping[str, str],
                        language: Language) -> None:
    headings = (marked("Cell"), marked("What to do"))
    put_text(sheet, 1, 1, language.text(
        marked("The rows with red cells were not taken in: correct them and send the workbook again. Yellow cells are "
               "questions; green ones say how they were read.") if select_errors(list(problems)) else
        marked("All rows were taken in. Yellow cells are questions: answer them here and send the workbook again. "
               "Green ones say how they were read.")))
    sheet.cell(1, 1).font = Font(bold=True)
    for column, heading in enumerate(headings, start=1):
        put_text(sheet, 2, column, language.text(heading))
        sheet.cell(2, column).font = Font(bold=True)
    by_colour = sorted(problems, key=lambda problem: list(_COLOURS).index(problem.level))
    for row, problem in enumerate(by_colour, start=3):
        put_text(sheet, row, 1, problem.cell or "-")
        put_text(sheet, row, 2, describe_problem(problem, language))
        sheet.cell(row, 2).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(row, 1).fill = PatternFill("solid", fgColor=_COLOURS[problem.level])
        sheet_name, address = get_problem_sheet(problem), problem.cell.rpartition("!")[2]
        if sheet_name:
            quoted = replace_unwritable(titles.get(sheet_name, sheet_name)).replace("'", "''")
            sheet.cell(row, 1).hyperlink = Hyperlink(ref=f"A{row}", location=f"'{quoted}'!{address}")
            sheet.cell(row, 1).font = Font(underline="single", color="0563C1")
    sheet.column_dimensions["A"].width = 16
    sheet.column_dimensions["B"].width = 100
    sheet.freeze_panes = "A3"
