"""Tables as CSV: UTF-8 with a mark at the beginning, as spreadsheets need it for Chinese; no cell is run. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

Row = Sequence[object]

ENCODING = "utf-8-sig"
END = "\r\n"

_RUN = frozenset("=+-@\t\r\n＝＋－＠'")
"""With these a cell begins that a spreadsheet may take for a formula (OWASP, CSV injection); and the apostrophe itself,
so that every cell can be read back."""


def csv_of(rows: Iterable[Row]) -> bytes:
    """A table, its head first."""
    return _written(rows).encode(ENCODING)


def line_of(row: Row) -> str:
    """One line of a table, without its end."""
    return _written([row]).removesuffix(END)


def _written(rows: Iterable[Row]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator=END).writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()


def joined(lines: Iterable[str]) -> bytes:
    """A table of such lines, its head first."""
    return "".join(f"{line}{END}" for line in lines).encode(ENCODING)


def cell(value: object) -> object:
    """What is written for a value: before a text that a spreadsheet might run stands an apostrophe."""
    if isinstance(value, str):
        return f"'{value}" if value[:1] in _RUN else value
    if value is None:
        return ""
    return ("no", "yes")[value] if isinstance(value, bool) else value


def original(text: str) -> str:
    """The text that a cell was written for: without the apostrophe at its beginning."""
    return text.removeprefix("'")
