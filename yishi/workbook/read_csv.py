"""Read CSV files strictly: the encoding must be certain, every quote closed, no row swallowed by another."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from msgspec import Struct

from ..model.vocabulary import get_built_in_vocabulary, normalize_word
from .columns import list_sheets, normalize_heading

MAX_HEADING_ROW = 10
"""Last row, from 1, in which headings are looked for."""

_DELIMITERS = ",;\t"
_LEGACY_ENCODINGS = ("gb18030", "cp950", "cp932", "euc_kr", "cp1252", "mac_roman")
"""Encodings of spreadsheet programs besides UTF-8; that of mainland China first."""


class CsvError(Exception):
    """The CSV file cannot be read: problem code, line and column (1 if not applicable)."""

    def __init__(self, code: str, line: int = 1, column: int = 1) -> None:
        super().__init__(code)
        self.code, self.line, self.column = code, line, column


class CsvRow(Struct, frozen=True):
    """A row: the line of the file it starts in, and its cells."""

    line: int
    cells: Sequence[str]


class CsvTable(Struct, frozen=True):
    """The rows of a CSV file and its delimiter."""

    delimiter: str
    rows: Sequence[CsvRow]

    def find_swallowed_row(self, cell: str, width: int) -> str:
        """A line within a quoted cell that looks like a whole row of `width` cells ("" = none), as after a quote
        that was never closed. Commas in prose are followed by a blank, hence not counted."""
        lines = cell.split("\n")[1:] if width > 1 else []
        sign = re.compile(rf"{re.escape(self.delimiter)}(?! )")
        return next((line for line in lines if len(sign.split(line)) == width), "")


def parse_csv(data: bytes) -> CsvTable:
    """Parse a CSV file. Raises CsvError for an uncertain encoding or a wrong quote."""
    text = _decode(data).replace("\r\n", "\n").replace("\r", "\n")
    delimiter = _detect_delimiter(text)
    return CsvTable(delimiter, list(_parse_rows(text, delimiter)))


# --- encoding ---------------------------------------------------------------------------------------------------------


def _decode(data: bytes) -> str:
    """Decode a CSV file. Apart from Unicode, an encoding is accepted only if it is the only one that yields known
    non-ASCII headings or vocabulary."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode_strictly(data, "utf-16")
    if b"\0" in data:
        raise CsvError("workbook_damaged")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    known = [text for encoding in _LEGACY_ENCODINGS if (text := _decode_or_empty(data, encoding))
             and _has_known_words(text)]
    if len(known) != 1:
        raise CsvError("table_encoding")
    return known[0]


def _decode_strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise CsvError("table_encoding") from None


def _decode_or_empty(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _has_known_words(text: str) -> bool:
    cells = re.split(rf'[\n\r"{_DELIMITERS}]', text)
    return any(not cell.isascii() and normalize_heading(cell) in _known_words() for cell in cells)


@cache
def _known_words() -> frozenset[str]:
    """All headings and vocabulary labels, normalised."""
    headings = {normalize_heading(word) for sheet in list_sheets().values() for column in sheet.columns
                for word in column.headings}
    labels = {normalize_word(label) for terms in get_built_in_vocabulary().terms.values() for term in terms.values()
              for label in term.labels.values()}
    return frozenset(headings | labels)


# --- rows -------------------------------------------------------------------------------------------------------------


def _detect_delimiter(text: str) -> str:
    """The delimiter that yields most known headings in one of the first lines; else the most frequent."""
    lines = text.split("\n")[:MAX_HEADING_ROW]

    def known(sign: str) -> tuple[int, int]:
        split = [[normalize_heading(cell.strip('"')) for cell in line.split(sign)] for line in lines]
        return max(sum(cell in _known_words() for cell in cells) for cells in split), lines[0].count(sign)

    return max(_DELIMITERS, key=known)


def _parse_rows(text: str, delimiter: str) -> Iterator[CsvRow]:
    quoted = re.compile(r'"((?:[^"]|"")*)"')
    plain = re.compile(rf'[^\n{re.escape(delimiter)}]*')
    at, line = 0, 1
    while at < len(text):
        cells: list[str] = []
        first = line
        while True:
            start = at
            if text.startswith('"', at):
                match = quoted.match(text, at)
                end = match.end() if match else len(text)
                if match is None or text[end:end + 1] not in ("", "\n", delimiter):
                    raise CsvError("table_quote", line, start - text.rfind("\n", 0, start))
                cells.append(match[1].replace('""', '"'))
            else:
                match = plain.match(text, at)
                assert match is not None, "it matches nothing too"
                end = match.end()
                cells.append(match[0])
            line += text.count("\n", start, end)
            at = end + 1
            if text[end:end + 1] != delimiter:
                break
        line += 1
        yield CsvRow(first, cells)
