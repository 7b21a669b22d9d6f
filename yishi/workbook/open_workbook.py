"""Read the sheets of a workbook from bytes. Whatever the bytes are, no code runs, nothing is calculated, and nothing
is unpacked beyond a limit."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, from_excel
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from ..model.records.limits import (
    DEFAULT_LIMITS,
    MAX_COVERED_CELLS,
    MAX_HIDDEN_COLUMNS,
    MAX_TAGS_PER_CELL,
    MEGABYTE,
    Limits,
)
from .cell_values import RawCell
from .number_formats import CHINESE_DATE_FORMATS, get_date_precision, is_hidden_by
from .parsed_workbook import RawSheet
from .read_csv import CsvError, parse_csv

COMMENT_AUTHOR = "Yishi"
"""Author of the comments in annotated workbooks."""

COMMENT_SEPARATOR = "\n— — —\n"
"""Separates the text of an annotation from the comment a person had made on the cell."""

_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


class WorkbookRefused(Exception):
    """The workbook cannot be read: problem code, its line and column, and the values of its message."""

    def __init__(self, code: str, line: int = 1, column: int = 1, **values: str) -> None:
        super().__init__(code)
        self.code, self.line, self.column = code, line, column
        self.values: Mapping[str, str] = values


def read_sheets(name: str, data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[RawSheet]:
    """Read the sheets of the workbook or CSV file `name`. Raises WorkbookRefused."""
    _refuse_unpacked_size(len(data), limits)
    suffix = f".{name.rpartition('.')[2].lower()}"
    if suffix == ".csv":
        return [_csv_sheet(name, data, limits)]
    if suffix != ".xlsx" and not data.startswith(_OLE_SIGNATURE):
        raise WorkbookRefused("workbook_other", found=suffix)
    with _refuse_damaged():
        return extract_sheets(open_workbook(data, limits))


def extract_sheets(workbook: Workbook) -> list[RawSheet]:
    """The sheets of an opened workbook."""
    offset = 1462 if workbook.epoch == CALENDAR_MAC_1904 else 0
    return [_raw_sheet(sheet, offset, workbook.epoch) for sheet in workbook.worksheets]


_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>([^<]+)<")


def read_modified_time(data: bytes) -> str:
    """Time of the last change stored in a workbook, ISO 8601 ("" = not stored, or not that of a day)."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            part = archive.getinfo("docProps/core.xml")
            match = _MODIFIED.search(archive.read(part)) if part.file_size < MEGABYTE else None
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, NotImplementedError, EOFError, zlib.error, RuntimeError):
        return ""
    text = match[1].decode("ascii", "replace").strip() if match else ""
    try:
        return text if date.fromisoformat(text[:10]) else ""
    except ValueError:
        return ""


_HEAD_BYTES = 1024 * 1024
"""So much of a part is searched for the headings, which stand at its beginning."""
_PLACE = re.compile(rb"#id (places/[^<]+)<")


def read_place_of_workbook(data: bytes) -> str:
    """Path of the place that a workbook was made for ("" = unknown), without reading its cells one by one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [part for part in archive.namelist() if part.startswith(("xl/sharedStrings", "xl/worksheets/"))]
            match = next(filter(None, (_PLACE.search(archive.open(part).read(_HEAD_BYTES)) for part in parts)), None)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, NotImplementedError, EOFError, zlib.error, RuntimeError):
        return ""
    return match[1].decode("utf-8", "replace").strip() if match else ""


def open_workbook(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Workbook:
    """Open the workbook in `data`; formulas stay text. Raises WorkbookRefused."""
    _refuse_unsafe(data, limits)
    with _refuse_damaged(), warnings.catch_warnings(action="ignore"):  # of parts that are dropped, such as pictures
        return load_workbook(io.BytesIO(data), keep_links=False, rich_text=True)


@contextmanager
def _refuse_damaged() -> Iterator[None]:
    """Context in which whatever fails refuses the workbook: openpyxl raises arbitrary exceptions for damaged files."""
    try:
        yield
    except WorkbookRefused:
        raise
    except Exception as error:
        raise WorkbookRefused("workbook_damaged") from error


def _refuse_unpacked_size(size: int, limits: Limits) -> None:
    if size > limits.workbook_mb * MEGABYTE:
        raise WorkbookRefused("workbook_huge", allowed=f"{limits.workbook_mb:,} MB")


def _refuse_unsafe(data: bytes, limits: Limits) -> None:
    if data.startswith(_OLE_SIGNATURE):
        if _ENCRYPTED_STREAM in data:
            raise WorkbookRefused("workbook_locked")
        is_old = any(stream.encode("utf-16-le") in data for stream in ("Workbook", "Book"))
        raise WorkbookRefused("workbook_other", found=".xls") if is_old else WorkbookRefused("workbook_damaged")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise WorkbookRefused("workbook_damaged") from None
    if any(part.flag_bits & 1 for part in parts):
        raise WorkbookRefused("workbook_locked")
    _refuse_unpacked_size(sum(part.file_size for part in parts), limits)
    names = [part.filename.lower() for part in parts]
    if any("vbaproject" in name or "macrosheets" in name for name in names):
        raise WorkbookRefused("workbook_macros")
    if "xl/workbook.xml" not in names:
        raise WorkbookRefused("workbook_other", found=".ods" if "content.xml" in names else "zip")
    _refuse_too_large(data, limits)


_AREA = re.compile(rb"""<[\w:]*(?:mergeCell|hyperlink)\s[^>]*?\bref\s*=\s*["']([^"']*)["']""")


def _refuse_too_large(data: bytes, limits: Limits) -> None:
    """Refuse workbooks that would take minutes to load, before loading them."""
    tags = area = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in archive.infolist():
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    text = archive.read(part)
                    if b"\0" in text:  # UTF-16, which no spreadsheet program writes and no pattern finds
                        raise WorkbookRefused("workbook_damaged")
                    tags += text.count(b"<")
                    area += _count_covered_cells(_AREA.findall(text))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError, zlib.error):
        raise WorkbookRefused("workbook_damaged") from None
    if tags > limits.workbook_cells * MAX_TAGS_PER_CELL:
        raise WorkbookRefused("workbook_large", allowed=f"{limits.workbook_cells:,}")
    if area > MAX_COVERED_CELLS:
        raise WorkbookRefused("workbook_area", allowed=f"{MAX_COVERED_CELLS:,}")


def _count_covered_cells(refs: Iterable[bytes]) -> int:
    """Number of cells in ranges such as `A1:C3`; an unreadable range counts as too many."""
    cells = 0
    for ref in refs:
        try:
            left, first, right, last = (int(bound or 0) for bound in range_boundaries(ref.decode("ascii")))
        except (ValueError, TypeError):
            return MAX_COVERED_CELLS + 1
        cells += (right - left + 1) * (last - first + 1)
        if not first or not left:  # whole rows or columns
            return MAX_COVERED_CELLS + 1
    return cells


def _raw_sheet(sheet: Any, offset: int, epoch: Any) -> RawSheet:
    cells = {place: raw for place, cell in sheet._cells.items() if (raw := _raw_cell(cell, offset, epoch)) is not None}
    merged = tuple((area.min_row, area.min_col, area.max_row, area.max_col, str(area))
                   for area in sheet.merged_cells.ranges)
    return RawSheet(sheet.title, dict(sorted(cells.items())), tuple(sorted(merged)),
                    is_hidden=sheet.sheet_state != "visible",
                    hidden_rows=frozenset(number for number, row in sheet.row_dimensions.items()
                                          if row.hidden or (row.height is not None and row.height < _MIN_VISIBLE_SIZE)),
                    hidden_columns=frozenset(_hidden_columns(sheet)))


_MIN_VISIBLE_SIZE = 1.5
"""Below this height in points or width in digits, a row or column counts as hidden."""


def _hidden_columns(sheet: Any) -> Iterable[int]:
    """The numbers of hidden columns; columns of the template that are folded are none."""
    for column in sheet.column_dimensions.values():
        if not column.outlineLevel and (column.hidden or column.width < _MIN_VISIBLE_SIZE):
            column.reindex()
            first = column.min or 1
            yield from range(first, min(column.max or first, first + MAX_HIDDEN_COLUMNS) + 1)


def _raw_cell(cell: SheetCell, offset: int, epoch: Any) -> RawCell | None:
    value: Any = cell.value
    comment = "\n".join(filter(None, (_comment_text(cell), _link_target(cell, str(value or "")))))
    if value is None or value == "":
        return RawCell(None, comment=comment) if comment else None
    if isinstance(value, ArrayFormula | DataTableFormula) or cell.data_type == "f":
        return RawCell(None, f"={str(getattr(value, 'text', value) or '').lstrip('=')}")
    if cell.data_type == "e":
        return RawCell(None, str(value))
    is_struck_out = bool(cell.font and cell.font.strike)
    if isinstance(value, CellRichText):
        is_struck_out = is_struck_out or any(isinstance(run, TextBlock) and run.font.strike for run in value)
        value = str(value)
    code = str(cell.number_format)
    style: Any = getattr(cell, "_style")  # noqa: B009 - openpyxl has no public access to the format number
    if isinstance(value, int | float) and (chinese := CHINESE_DATE_FORMATS.get(style.numFmtId)):
        code = chinese
        if get_date_precision(chinese)[0] != "time":
            value = from_excel(value, epoch)
    return RawCell(value, "", code, offset, is_struck_out, is_hidden_by(code, value) or _is_white(cell), comment)


def _is_white(cell: SheetCell) -> bool:
    """Whether the text is white without a fill, hence invisible. Theme colour 0 is the background."""
    color, fill = cell.font and cell.font.color, cell.fill
    white = color is not None and (color.rgb in _WHITE if color.type == "rgb" else color.type == "theme"
                                   and color.theme == 0 and not color.tint)
    return white and (not fill or fill.fill_type is None or fill.fgColor.rgb in _WHITE)


_WHITE = ("FFFFFFFF", "00FFFFFF")


def _comment_text(cell: SheetCell) -> str:
    comment = getattr(cell, "comment", None)
    return extract_user_comment(comment) if comment is not None else ""


def _link_target(cell: SheetCell, text: str) -> str:
    """Where a link in the cell leads, unless its text says it; links to other cells do not count."""
    target = str(getattr(getattr(cell, "hyperlink", None), "target", None) or "")
    return "" if target.removeprefix("mailto:").rstrip("/") in text else target


def extract_user_comment(comment: Any) -> str:
    """The text a person wrote in a comment; in annotated workbooks it follows the separator."""
    text = str(comment.text or "").replace("\r\n", "\n")
    return (text.partition(COMMENT_SEPARATOR)[2] if comment.author == COMMENT_AUTHOR else text).strip()


def _csv_sheet(name: str, data: bytes, limits: Limits) -> RawSheet:
    if data.count(b"\n") + data.count(b"\r") + max(map(data.count, (b",", b";", b"\t"))) > limits.workbook_cells:
        raise WorkbookRefused("workbook_large", allowed=f"{limits.workbook_cells:,}")
    try:
        table = parse_csv(data)
    except CsvError as error:
        raise WorkbookRefused(error.code, error.line, error.column) from None
    cells: dict[tuple[int, int], RawCell] = {}
    for row, record in enumerate(table.rows, start=1):
        for column, value in enumerate(record.cells, start=1):
            if value.strip():
                cells[row, column] = RawCell(None, value) if value.startswith("=") else RawCell(value)
    return RawSheet(name.rpartition("/")[2].rpartition(".")[0], cells, csv_table=table)
