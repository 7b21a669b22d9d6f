"""Tables as CSV: UTF-8 with a mark at the beginning, as spreadsheets need it for Chinese; no cell is run. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

CsvRow = Sequence[object]

CSV_ENCODING = "utf-8-sig"
LINE_TERMINATOR = "\r\n"

_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠'")
"""With these a cell begins that a spreadsheet may take for a formula (OWASP, CSV injection); and the apostrophe itself,
so that every cell can be read back."""


def encode_csv(rows: Iterable[CsvRow]) -> bytes:
    """A table, its head first."""
    return _format_rows(rows).encode(CSV_ENCODING)


def format_csv_line(row: CsvRow) -> str:
    """One line of a table, without its end."""
    return _format_rows([row]).removesuffix(LINE_TERMINATOR)


def _format_rows(rows: Iterable[CsvRow]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator=LINE_TERMINATOR).writerows([escape_cell(value) for value in row] for row in rows)
    return text.getvalue()


def encode_csv_lines(lines: Iterable[str]) -> bytes:
    """A table of such lines, its head first."""
    return "".join(f"{line}{LINE_TERMINATOR}" for line in lines).encode(CSV_ENCODING)


def escape_cell(value: object) -> object:
    """What is written for a value: before a text that a spreadsheet might run stands an apostrophe."""
    if isinstance(value, str):
        return f"'{value}" if value[:1] in _FORMULA_STARTS else value
    if value is None:
        return ""
    return ("no", "yes")[value] if isinstance(value, bool) else value


def unescape_cell(text: str) -> str:
    """The text that a cell was written for: without the apostrophe at its beginning."""
    return text.removeprefix("'")
