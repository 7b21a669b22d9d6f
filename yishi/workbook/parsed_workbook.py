"""What stands in a workbook: its sheets, and its rows as far as they are known."""

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
"""What a hidden cell begins with that has the marks of what the program wrote in its row of a sheet that only says
something."""

LISTS = "_lists"
"""The hidden sheet of what may be chosen."""

INFORMATION_SHEETS = frozenset({LISTS, "说明", "About", "请修改", "To correct"})
"""The sheets that only say something."""

EXAMPLE_SHEETS = {"zh-Hans": "示例", "en": "Example"}
"""What the sheet of examples is called."""

EXAMPLE_PREFIX = {"zh-Hans": "例：", "en": "Example: "}
"""What the texts of an example row begin with."""


class RawSheet(Struct, frozen=True):
    """A sheet as it was found: (row, column) → cell, from 1; `merged`: (first row, first column, last row, last column,
    range); what is hidden of it; and the rows of the CSV file that it was (None: it is of a workbook)."""

    name: str
    cells: Mapping[tuple[int, int], RawCell]
    merged_areas: tuple[tuple[int, int, int, int, str], ...] = ()
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    csv_table: CsvTable | None = None


class ParsedRow(Struct, frozen=True):
    """A row that somebody filled. `at`: column → its number on the sheet, `wrong`: the columns told already, also those
    that the sheet lacks."""

    sheet: SheetDefinition
    sheet_name: str
    number: int
    id: str
    baseline: str
    cells: Mapping[WorkbookColumn, Cell]
    column_numbers: Mapping[WorkbookColumn, int]
    invalid_columns: frozenset[WorkbookColumn] = frozenset()

    def get_text(self, *keys: str) -> str:
        """What stands under `keys` ("" = nothing)."""
        return next((cell.text for column, cell in self.cells.items() if column.keys == keys), "")

    def get_cell(self, column: WorkbookColumn | None) -> Cell:
        """The place of a column in this row; its first column where it has none of that kind."""
        if column and column in self.cells:
            return self.cells[column]
        first = next((number for one, number in self.column_numbers.items() if one.is_record_key), 1)
        return Cell(self.sheet_name, self.number, self.column_numbers.get(column, first) if column else first)

    @property
    def baseline_hashes(self) -> Mapping[WorkbookColumn, str]:
        """The marks of what stood in its cells when it was handed out; none if it was empty then."""
        own = [column for column in self.sheet.columns if column.is_record_key]
        marks = [self.baseline[at:at + HASH_LENGTH] for at in range(0, len(self.baseline), HASH_LENGTH)]
        return dict(zip(own, marks, strict=True)) if len(marks) == len(own) else {}

    @property
    def changed_cells(self) -> dict[WorkbookColumn, Cell]:
        """The cells that say other than what stood in them when the row was handed out."""
        before = self.baseline_hashes
        return {column: cell for column, cell in self.cells.items() if before.get(column) != hash_text(cell.text)
                and (column.is_record_key or not before)}


class UnreadCell(Struct, frozen=True):
    """What stands in a column that is not read: its sheet, row, heading and text."""

    sheet: str
    row: int
    heading: str
    text: str


class ParsedWorkbook(Struct, frozen=True):
    """A workbook as it was understood: its rows, what is wrong with its form, what is kept aside, and its place."""

    name: str
    rows: tuple[ParsedRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    unread_cells: tuple[UnreadCell, ...] = ()
    place: str = ""
    unread_sheets: frozenset[str] = frozenset()
    """The sheets that could not be read at all."""


def build_cell_problem(name: str, cell: Cell | None, code: str, near: str = "", level: Severity = "error",
                       values: Mapping[str, str] = MappingProxyType({}), **more: str) -> Problem:
    """A problem of a cell of the workbook called `name`, or of the whole of it; `values`, `more`: of its message."""
    said = tuple({**values, **more}.items())
    if cell is None:
        return Problem(name, 1, 1, code, said, near, level=level)
    return Problem(name, cell.row, cell.column, code, said, near, level=level, cell=format_address(cell))


def format_address(cell: Cell) -> str:
    """`议题!C7`"""
    return f"{cell.sheet}!{format_column_letters(cell.column)}{cell.row}"


def own_mark(text: str) -> str:
    """The mark of a text on a sheet that only says something, however a program breaks its lines."""
    return hash_text(" ".join(text.split()))


def format_column_letters(column: int) -> str:
    """The letters of a column, from 1: `C`, `AA`."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def hash_cells(cells: Iterable[Cell]) -> str:
    """The digest of the texts of a row: an example that nobody changed is left out."""
    texts = sorted((cell.column, cell.text) for cell in cells)
    return compute_digest(repr(texts).encode())
