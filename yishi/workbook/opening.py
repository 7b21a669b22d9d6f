"""The bytes of a workbook → its sheets as they are; whatever the bytes are, nothing is run, worked out or unpacked
beyond a limit."""

import csv
import io
import warnings
import zipfile
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from .grid import RawCell, Tab

LARGEST_FILE = 128 * 1024 * 1024
"""Bytes that a workbook may have when it is unpacked; 10,000 issues with their logs have a quarter of that."""

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class Refused(Exception):
    """A workbook that cannot be read: the code of the problem, and what fills its message."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values: Mapping[str, str] = values


def tabs_of(name: str, data: bytes) -> list[Tab]:
    """The sheets of the workbook or table called `name`. Raises Refused."""
    suffix = f".{name.rpartition('.')[2].lower()}"
    if suffix == ".csv":
        return [_table(name, data)]
    if suffix != ".xlsx" and not data.startswith(_OLD):
        raise Refused("workbook_other", found=suffix)
    return [_tab(sheet) for sheet in opened(data).worksheets]


def opened(data: bytes) -> Workbook:
    """The workbook in `data`, its formulas as texts. Raises Refused."""
    _refuse_unsafe(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl leaves out, such as pictures
            return load_workbook(io.BytesIO(data), keep_links=False)
    except Exception as error:  # a damaged file fails in any way, anywhere in the library
        raise Refused("workbook_damaged") from error


def _refuse_unsafe(data: bytes) -> None:
    if data.startswith(_OLD):
        if _ENCRYPTED in data:
            raise Refused("workbook_locked")
        raise Refused("workbook_other", found=".xls")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Refused("workbook_damaged") from None
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("workbook_locked")
    if sum(part.file_size for part in parts) > LARGEST_FILE:
        raise Refused("workbook_huge", allowed=f"{LARGEST_FILE // 1024 ** 2} MB")
    names = [part.filename.lower() for part in parts]
    if any("vbaproject" in name or "macrosheets" in name for name in names):
        raise Refused("workbook_macros")
    if "xl/workbook.xml" not in names:
        raise Refused("workbook_other", found=".ods" if "content.xml" in names else "zip")


def _tab(sheet: Any) -> Tab:
    cells = {place: raw for place, cell in sheet._cells.items() if (raw := _raw(cell)) is not None}
    merged = tuple((area.min_row, area.min_col, area.max_row, str(area)) for area in sheet.merged_cells.ranges)
    return Tab(sheet.title, dict(sorted(cells.items())), tuple(sorted(merged)))


def _raw(cell: SheetCell) -> RawCell | None:
    value: Any = cell.value
    if value is None or value == "":
        return None
    if isinstance(value, ArrayFormula | DataTableFormula) or cell.data_type == "f":
        return RawCell(None, f"={str(getattr(value, 'text', value) or '').lstrip('=')}")
    return RawCell(None, str(value)) if cell.data_type == "e" else RawCell(value)


def _table(name: str, data: bytes) -> Tab:
    text = _decoded(data)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise Refused("workbook_damaged") from None
    cells = {(row, column): RawCell(None, value) if value.startswith("=") else RawCell(value)
             for row, values in enumerate(rows, start=1) for column, value in enumerate(values, start=1) if value}
    return Tab(name.rpartition("/")[2].rpartition(".")[0], cells)


def _decoded(data: bytes) -> str:
    """The text of a table, in the encodings that spreadsheets write."""
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("workbook_damaged")
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("workbook_damaged")
