"""A CSV file, read strictly: its encoding known for sure, every quote closed, no row lost in another."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from msgspec import Struct

from ..model.vocabulary import get_built_in_vocabulary, normalize_word
from .columns import list_sheets, normalize_heading

MAX_HEADING_ROW = 10
"""So many rows from the top the headings may stand."""

_DELIMITERS = ",;\t"
_LEGACY_ENCODINGS = ("gb18030", "cp950", "cp932", "euc_kr", "cp1252", "mac_roman")
"""The encodings of spreadsheets that are not UTF-8; that of mainland China first."""


class CsvError(Exception):
    """Why a CSV file cannot be read: the code of the problem, and its line and column (1 where it has none)."""

    def __init__(self, code: str, line: int = 1, column: int = 1) -> None:
        super().__init__(code)
        self.code, self.line, self.column = code, line, column


class CsvRow(Struct, frozen=True):
    """A row: the line of the file it begins in, and its cells."""

    line: int
    cells: Sequence[str]


class CsvTable(Struct, frozen=True):
    """The rows of a CSV file, and the sign between its cells."""

    delimiter: str
    rows: Sequence[CsvRow]

    def find_swallowed_row(self, cell: str, width: int) -> str:
        """The line within a quoted cell that looks like a whole row of `width` cells ("" = none): a quote that was
        never closed takes the rows below into its text. A comma in prose has a blank after it."""
        lines = cell.split("\n")[1:] if width > 1 else []
        sign = re.compile(rf"{re.escape(self.delimiter)}(?! )")
        return next((line for line in lines if len(sign.split(line)) == width), "")


def parse_csv(data: bytes) -> CsvTable:
    """The rows of a CSV file. Raises Unreadable for an unknown encoding or a quote that is wrong."""
    text = _decode(data).replace("\r\n", "\n").replace("\r", "\n")
    delimiter = _detect_delimiter(text)
    return CsvTable(delimiter, list(_parse_rows(text, delimiter)))


# --- its encoding -----------------------------------------------------------------------------------------------------


def _decode(data: bytes) -> str:
    """The text of a table. Unicode is certain; any other encoding only if headings or words of the vocabulary in it are
    written in more than ASCII and no other encoding knows any: the rest would be a guess."""
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
    """Headings and closed values, as they are compared."""
    headings = {normalize_heading(word) for sheet in list_sheets().values() for column in sheet.columns
                for word in column.headings}
    labels = {normalize_word(label) for terms in get_built_in_vocabulary().terms.values() for term in terms.values()
              for label in term.labels.values()}
    return frozenset(headings | labels)


# --- its rows ---------------------------------------------------------------------------------------------------------


def _detect_delimiter(text: str) -> str:
    """The sign between cells by which most headings are known in one of the first lines; else the most frequent."""
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
