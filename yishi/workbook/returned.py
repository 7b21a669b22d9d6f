"""The answer to a workbook with problems: the same workbook, its wrong cells coloured, each with what to write instead,
and a list of them in front."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from ..language import Language, marked
from ..problems import Problem, describe
from .grid import Tab
from .layout import put
from .opening import opened

TO_CORRECT = marked("To correct")
"""The name of the list."""

_SIGNED = "Yishi"
_COLOURS = {"error": "FFC7CE", "warning": "FFEB9C"}


def returned(name: str, data: bytes, tabs: Sequence[Tab], problems: Sequence[Problem], language: Language) -> bytes:
    """The answer to the workbook `data` called `name`. Raises Refused for one that cannot be read."""
    book = opened(data) if name.lower().endswith(".xlsx") else _from_tables(tabs)
    for sheet in book.worksheets:
        _cleared(sheet)
    title = language.text(TO_CORRECT)
    if title in book.sheetnames:
        book.remove(book[title])
    for problem in problems:
        tab, _, _ = problem.cell.rpartition("!")
        if tab in book.sheetnames:
            _mark(book[tab], problem, language)
    _list(book.create_sheet(title, 0), problems, language)
    book.active = 0
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet.title == title
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _from_tables(tabs: Iterable[Tab]) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for tab in tabs:
        sheet = book.create_sheet(tab.name[:31])
        for (row, column), cell in tab.cells.items():
            put(sheet, row, column, str(cell.said or cell.value))
    return book


def _cleared(sheet: Any) -> None:
    """Takes away what an earlier answer said, and makes formulas plain text."""
    for cell in list(sheet._cells.values()):  # those there are; a sheet may claim a million rows
        if cell.comment is not None and cell.comment.author == _SIGNED:
            cell.comment = None
            cell.fill = PatternFill()
        if cell.data_type == "f":
            put(sheet, cell.row, cell.column, str(getattr(cell.value, "text", cell.value)))


def _mark(sheet: Worksheet, problem: Problem, language: Language) -> None:
    cell = sheet.cell(problem.line, problem.column)
    if type(cell).__name__ == "MergedCell":
        return
    comment = Comment(describe(problem, language), _SIGNED, height=120, width=320)
    cell.comment = comment
    cell.fill = PatternFill("solid", fgColor=_COLOURS[problem.level])


def _list(sheet: Worksheet, problems: Sequence[Problem], language: Language) -> None:
    heads = (marked("Cell"), marked("What to do"))
    put(sheet, 1, 1, language.text(marked("Please correct these cells and send the workbook again. Everything else "
                                          "stays as you wrote it.")))
    sheet.cell(1, 1).font = Font(bold=True)
    for column, head in enumerate(heads, start=1):
        put(sheet, 2, column, language.text(head))
        sheet.cell(2, column).font = Font(bold=True)
    for row, problem in enumerate(problems, start=3):
        put(sheet, row, 1, problem.cell or "-")
        put(sheet, row, 2, describe(problem, language))
        sheet.cell(row, 2).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(row, 1).fill = PatternFill("solid", fgColor=_COLOURS[problem.level])
        tab, _, place = problem.cell.rpartition("!")
        if tab:
            sheet.cell(row, 1).hyperlink = Hyperlink(ref=f"A{row}", location=f"'{tab}'!{place}")
            sheet.cell(row, 1).font = Font(underline="single", color="0563C1")
    sheet.column_dimensions["A"].width = 16
    sheet.column_dimensions["B"].width = 100
    sheet.freeze_panes = "A3"
