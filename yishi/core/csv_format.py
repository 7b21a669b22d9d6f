"""CSV tables: UTF-8 with a byte order mark, which spreadsheets need for Chinese; cells that a spreadsheet would take
for a formula are escaped. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

CsvRow = Sequence[object]

CSV_ENCODING = "utf-8-sig"
LINE_TERMINATOR = "\r\n"

_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠'")
"""First characters that a spreadsheet may take for a formula (OWASP, CSV injection), and the apostrophe itself, so that
every cell can be read back."""


def encode_csv(rows: Iterable[CsvRow]) -> bytes:
    """The bytes of a table whose first row is the header."""
    return _format_rows(rows).encode(CSV_ENCODING)


def format_csv_line(row: CsvRow) -> str:
    """One row without its line terminator, for `encode_csv_lines`."""
    return _format_rows([row]).removesuffix(LINE_TERMINATOR)


def _format_rows(rows: Iterable[CsvRow]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator=LINE_TERMINATOR).writerows([escape_cell(value) for value in row] for row in rows)
    return text.getvalue()


def encode_csv_lines(lines: Iterable[str]) -> bytes:
    """The bytes of a table from lines of `format_csv_line`, the header first."""
    return "".join(f"{line}{LINE_TERMINATOR}" for line in lines).encode(CSV_ENCODING)


def escape_cell(value: object) -> object:
    """The cell for a value: yes/no for booleans, empty for None; text that starts like a formula is prefixed with an
    apostrophe."""
    if isinstance(value, str):
        return f"'{value}" if value[:1] in _FORMULA_STARTS else value
    if value is None:
        return ""
    return ("no", "yes")[value] if isinstance(value, bool) else value
