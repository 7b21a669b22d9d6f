"""The data of a workbook: raw sheets and parsed rows."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from msgspec import Struct

from ..core.hashes import compute_digest
from ..model.problems import Problem, Severity
from .cell_values import HASH_LENGTH, Cell, RawCell, hash_text
from .columns import SheetDefinition, WorkbookColumn
from .read_csv import CsvTable

ID_MARKER, BASELINE_MARKER, HELP_MARKER, EXAMPLE_MARKER = "#id", "#base", "#help", "#example"

OWN = "#own"
"""Marks a hidden cell that lists the hashes of the texts the program wrote in its row of an information sheet."""

LISTS = "_lists"
"""The hidden sheet of choice lists."""

INFORMATION_SHEETS = frozenset({LISTS, "说明", "About", "请修改", "To correct"})
"""Sheets that contain information only; they are not imported."""

EXAMPLE_SHEETS = {"zh-Hans": "示例", "en": "Example"}
"""Language → title of the example sheet."""

EXAMPLE_PREFIX = {"zh-Hans": "例：", "en": "Example: "}
"""Language → prefix of texts in example rows."""


class RawSheet(Struct, frozen=True):
    """A sheet as read: (row, column), from 1 → cell; `merged_areas`: (first row, first column, last row, last
    column, range); what of it is hidden; `csv_table`: the rows if it is a CSV file, else None."""

    name: str
    cells: Mapping[tuple[int, int], RawCell]
    merged_areas: tuple[tuple[int, int, int, int, str], ...] = ()
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    csv_table: CsvTable | None = None


class ParsedRow(Struct, frozen=True):
    """A filled row. `column_numbers`: column → its number in the sheet; `invalid_columns`: columns that have a
    problem already or are missing; `inferred_columns`: columns whose text the import has found out."""

    sheet: SheetDefinition
    sheet_name: str
    number: int
    id: str
    baseline: str
    cells: Mapping[WorkbookColumn, Cell]
    column_numbers: Mapping[WorkbookColumn, int]
    invalid_columns: frozenset[WorkbookColumn] = frozenset()
    inferred_columns: frozenset[WorkbookColumn] = frozenset()

    def get_text(self, *keys: str) -> str:
        """The text under `keys` ("" = empty)."""
        return next((cell.text for column, cell in self.cells.items() if column.keys == keys), "")

    def get_cell(self, column: WorkbookColumn | None) -> Cell:
        """The cell of a column; the first cell of a record key if the sheet lacks the column or it is None."""
        if column and column in self.cells:
            return self.cells[column]
        first = next((number for one, number in self.column_numbers.items() if one.is_record_key), 1)
        return Cell(self.sheet_name, self.number, self.column_numbers.get(column, first) if column else first)

    @property
    def is_of_record(self) -> bool:
        """Whether it was handed out for an existing record, so that its id is, or begins with, the path of that."""
        return self.id.startswith("places/")

    @property
    def record_id(self) -> str:
        """The id without the number of a list entry: the path of a record, or the id of a row of a template."""
        return self.id.partition("#")[0]

    @property
    def baseline_hashes(self) -> Mapping[WorkbookColumn, str]:
        """Column → hash of its text when the row was handed out; {} if it was handed out empty."""
        columns = [column for column in self.sheet.columns if column.is_record_key]
        hashes = [self.baseline[at:at + HASH_LENGTH] for at in range(0, len(self.baseline), HASH_LENGTH)]
        return dict(zip(columns, hashes, strict=True)) if len(hashes) == len(columns) else {}

    @property
    def changed_cells(self) -> dict[WorkbookColumn, Cell]:
        """Cells whose text has changed since the row was handed out."""
        before = self.baseline_hashes
        return {column: cell for column, cell in self.cells.items() if before.get(column) != hash_text(cell.text)
                and (column.is_record_key or not before)}


class UnreadCell(Struct, frozen=True):
    """A cell in a column that is not read: sheet, row, heading and text."""

    sheet: str
    row: int
    heading: str
    text: str


class ParsedWorkbook(Struct, frozen=True):
    """A parsed workbook: rows, problems of form, cells that are not read, and path of its place."""

    name: str
    rows: tuple[ParsedRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    unread_cells: tuple[UnreadCell, ...] = ()
    place: str = ""
    unread_sheets: frozenset[str] = frozenset()
    """Names of sheets that could not be read at all."""
    digest: str = ""
    """Of the file it was read from."""
    answered_digest: str = ""
    """Digest of the file that its writer is asked about and answers ("" for any other workbook)."""


def build_cell_problem(name: str, cell: Cell | None, code: str, near: str = "", level: Severity = "error",
                       values: Mapping[str, str] = MappingProxyType({}), **more: str) -> Problem:
    """A problem at a cell of the workbook `name`, or of the whole workbook if `cell` is None. `values`, `more`:
    values of its message."""
    message_values = tuple({**values, **more}.items())
    if cell is None:
        return Problem(name, 1, 1, code, message_values, near, level=level)
    return Problem(name, cell.row, cell.column, code, message_values, near, level=level, cell=format_address(cell))


def format_address(cell: Cell) -> str:
    """`议题!C7`"""
    return f"{cell.sheet}!{format_column_letters(cell.column)}{cell.row}"


def own_mark(text: str) -> str:
    """Hash of a text on an information sheet, independent of line breaks."""
    return hash_text(" ".join(text.split()))


def format_column_letters(column: int) -> str:
    """The letters of a column number from 1: `C`, `AA`."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def hash_cells(cells: Iterable[Cell]) -> str:
    """Digest of the texts of a row, to recognise unchanged example rows."""
    texts = sorted((cell.column, cell.text) for cell in cells)
    return compute_digest(repr(texts).encode())
