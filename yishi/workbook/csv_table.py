"""A CSV file, read strictly: its encoding known for sure, every quote closed, no row lost in another."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from msgspec import Struct

from ..model.vocabulary import built_in, folded
from .columns import plain_heading, sheets

HEADINGS_WITHIN = 10
"""So many rows from the top the headings may stand."""

_DELIMITERS = ",;\t"
_FOREIGN = ("gb18030", "cp950", "cp932", "euc_kr", "cp1252", "mac_roman")
"""The encodings of spreadsheets that are not UTF-8; that of mainland China first."""


class Unreadable(Exception):
    """Why a CSV file cannot be read: the code of the problem, and its line and column (1 where it has none)."""

    def __init__(self, code: str, line: int = 1, column: int = 1) -> None:
        super().__init__(code)
        self.code, self.line, self.column = code, line, column


class Record(Struct, frozen=True):
    """A row: the line of the file it begins in, and its cells."""

    line: int
    cells: Sequence[str]


class Table(Struct, frozen=True):
    """The rows of a CSV file, and the sign between its cells."""

    delimiter: str
    records: Sequence[Record]

    def swallowed_by(self, cell: str, width: int) -> str:
        """The line within a quoted cell that looks like a whole row of `width` cells ("" = none): a quote that was
        never closed takes the rows below into its text. A comma in prose has a blank after it."""
        lines = cell.split("\n")[1:] if width > 1 else []
        sign = re.compile(rf"{re.escape(self.delimiter)}(?! )")
        return next((line for line in lines if len(sign.split(line)) == width), "")


def table_of(data: bytes) -> Table:
    """The rows of a CSV file. Raises Unreadable for an unknown encoding or a quote that is wrong."""
    text = _decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    delimiter = _delimiter(text)
    return Table(delimiter, list(_records(text, delimiter)))


# --- its encoding -----------------------------------------------------------------------------------------------------


def _decoded(data: bytes) -> str:
    """The text of a table. Unicode is certain; any other encoding only if headings or words of the vocabulary in it are
    written in more than ASCII and no other encoding knows any: the rest would be a guess."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(data, "utf-16")
    if b"\0" in data:
        raise Unreadable("workbook_damaged")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    known = [text for encoding in _FOREIGN if (text := _in(data, encoding)) and _has_known_words(text)]
    if len(known) != 1:
        raise Unreadable("table_encoding")
    return known[0]


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("table_encoding") from None


def _in(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _has_known_words(text: str) -> bool:
    cells = re.split(rf'[\n\r"{_DELIMITERS}]', text)
    return any(not cell.isascii() and plain_heading(cell) in _known_words() for cell in cells)


@cache
def _known_words() -> frozenset[str]:
    """Headings and closed values, as they are compared."""
    headings = {plain_heading(word) for sheet in sheets().values() for column in sheet.columns for word in column.words}
    labels = {folded(label) for terms in built_in().terms.values() for term in terms.values()
              for label in term.labels.values()}
    return frozenset(headings | labels)


# --- its rows ---------------------------------------------------------------------------------------------------------


def _delimiter(text: str) -> str:
    """The sign between cells by which most headings are known in one of the first lines; else the most frequent."""
    lines = text.split("\n")[:HEADINGS_WITHIN]

    def known(sign: str) -> tuple[int, int]:
        split = [[plain_heading(cell.strip('"')) for cell in line.split(sign)] for line in lines]
        return max(sum(cell in _known_words() for cell in cells) for cells in split), lines[0].count(sign)

    return max(_DELIMITERS, key=known)


def _records(text: str, delimiter: str) -> Iterator[Record]:
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
                    raise Unreadable("table_quote", line, start - text.rfind("\n", 0, start))
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
        yield Record(first, cells)
