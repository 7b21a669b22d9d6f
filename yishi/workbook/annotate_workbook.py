"""The answer to a workbook with problems: the same workbook, its wrong cells coloured, each with what to write instead,
and a list of them in front."""

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
from ..model.problems import Problem, describe_problem
from .number_formats import format_plain_number
from .open_workbook import COMMENT_AUTHOR, COMMENT_SEPARATOR, extract_sheets, extract_user_comment, open_workbook
from .parsed_workbook import RawSheet, format_column_letters
from .write_workbook import put_text, replace_unwritable, sign

CORRECTIONS_SHEET = marked("To correct")
"""The name of the list."""

CORRECTIONS_SHEETS = frozenset({"请修改", "To correct"})
"""The same in every language."""

_ANSWER_MARKER, _ANSWER_MARKER_COLUMN = "#answer", 4
_SIGN_COLUMN = 5
_COLOURS = {"error": "FFC7CE", "warning": "FFEB9C"}


def annotate_workbook(name: str, data: bytes, tabs: Sequence[RawSheet], problems: Sequence[Problem], language: Language,
                      source: str) -> bytes:
    """The answer to the workbook `data` called `name`, which has the digest `source`. Raises Refused for one that
    cannot be read."""
    tables, titles = (None, {}) if name.lower().endswith(".xlsx") else _build_from_tables(tabs)
    book = tables or open_workbook(data)
    for sheet in book.worksheets:
        _clear_annotations(sheet)
    title = language.text(CORRECTIONS_SHEET)
    for own in CORRECTIONS_SHEETS:
        if own in book.sheetnames:
            book.remove(book[own])
    for problem in problems:
        tab = titles.get(get_problem_sheet(problem), get_problem_sheet(problem))
        if tab in book.sheetnames:
            _annotate_cell(book[tab], problem, language)
    listed = book.create_sheet(title, 0)
    _write_problem_list(listed, problems, titles, language)
    put_text(listed, 1, _ANSWER_MARKER_COLUMN, f"{_ANSWER_MARKER} {_content_digest(extract_sheets(book))} {source}")
    listed.column_dimensions[format_column_letters(_ANSWER_MARKER_COLUMN)].hidden = True
    sign(listed, _SIGN_COLUMN)
    book.active = 0
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet.title == title
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


class AnswerMark(Struct, frozen=True):
    """What a workbook says that was an answer: the digest of the file that it answers, and whether nobody has changed
    it since."""

    answered_digest: str
    is_untouched: bool


def find_answer_mark(tabs: Sequence[RawSheet]) -> AnswerMark | None:
    """The mark of an answer; None for a workbook that is none."""
    for tab in tabs:
        cell = tab.cells.get((1, _ANSWER_MARKER_COLUMN))
        parts = str(cell.value).split() if cell and tab.name in CORRECTIONS_SHEETS else []
        if len(parts) == 3 and parts[0] == _ANSWER_MARKER:
            return AnswerMark(parts[2], parts[1] == _content_digest(tabs))
    return None


def _content_digest(tabs: Iterable[RawSheet]) -> str:
    """The digest of what stands in the cells, but for the list of problems; however a program saves them."""
    return compute_digest(repr(sorted((tab.name, place, _normalize_for_digest(cell.formula_or_error or cell.value))
                                      for tab in tabs
                                      if tab.name not in CORRECTIONS_SHEETS for place, cell in tab.cells.items()
                                      if cell.formula_or_error or cell.value is not None)).encode())[:32]


def _normalize_for_digest(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format_plain_number(value)
    return " ".join(str(value).split())


def get_problem_sheet(problem: Problem) -> str:
    """The sheet of a problem ("" = it is of the whole workbook)."""
    return problem.cell.rpartition("!")[0]


_FORBIDDEN_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]")


def _build_from_tables(tabs: Iterable[RawSheet]) -> tuple[Workbook, dict[str, str]]:
    """The tables as a workbook, and the name of each → that of its sheet, which may hold less."""
    book = Workbook()
    book.remove(book.worksheets[0])
    titles: dict[str, str] = {}
    for tab in tabs:
        sheet = book.create_sheet(_FORBIDDEN_IN_SHEET_NAMES.sub("_", tab.name).strip("'")[:28] or "1")
        titles[tab.name] = sheet.title
        for (row, column), cell in tab.cells.items():
            put_text(sheet, row, column, str(cell.formula_or_error or cell.value))
    return book, titles


def _clear_annotations(sheet: Any) -> None:
    """Takes away what an earlier answer said, and makes formulas plain text."""
    for cell in list(sheet._cells.values()):  # those there are; a sheet may claim a million rows
        if cell.comment is not None and cell.comment.author == COMMENT_AUTHOR:
            theirs = extract_user_comment(cell.comment)
            cell.comment = Comment(theirs, "") if theirs else None
            cell.fill = PatternFill()
        if cell.data_type == "f":
            put_text(sheet, cell.row, cell.column, str(getattr(cell.value, "text", cell.value)))


def _annotate_cell(sheet: Worksheet, problem: Problem, language: Language) -> None:
    cell = sheet.cell(problem.line, problem.column)
    if type(cell).__name__ == "MergedCell":
        return
    theirs = extract_user_comment(cell.comment) if cell.comment is not None else ""
    said = replace_unwritable(describe_problem(problem, language)) + (f"{COMMENT_SEPARATOR}{theirs}" if theirs else "")
    cell.comment = Comment(said, COMMENT_AUTHOR, height=120, width=320)
    cell.fill = PatternFill("solid", fgColor=_COLOURS[problem.level])


def _write_problem_list(sheet: Worksheet, problems: Sequence[Problem], titles: Mapping[str, str],
                        language: Language) -> None:
    heads = (marked("Cell"), marked("What to do"))
    put_text(sheet, 1, 1,
             language.text(marked("Please correct these cells and send the workbook again. Everything else "
                                  "stays as you wrote it.")))
    sheet.cell(1, 1).font = Font(bold=True)
    for column, head in enumerate(heads, start=1):
        put_text(sheet, 2, column, language.text(head))
        sheet.cell(2, column).font = Font(bold=True)
    for row, problem in enumerate(problems, start=3):
        put_text(sheet, row, 1, problem.cell or "-")
        put_text(sheet, row, 2, describe_problem(problem, language))
        sheet.cell(row, 2).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(row, 1).fill = PatternFill("solid", fgColor=_COLOURS[problem.level])
        tab, place = get_problem_sheet(problem), problem.cell.rpartition("!")[2]
        if tab:
            quoted = replace_unwritable(titles.get(tab, tab)).replace("'", "''")
            sheet.cell(row, 1).hyperlink = Hyperlink(ref=f"A{row}", location=f"'{quoted}'!{place}")
            sheet.cell(row, 1).font = Font(underline="single", color="0563C1")
    sheet.column_dimensions["A"].width = 16
    sheet.column_dimensions["B"].width = 100
    sheet.freeze_panes = "A3"
