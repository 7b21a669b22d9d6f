"""What stands in a workbook: its sheets, and its rows as far as they are known."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from msgspec import Struct

from ..core.digests import digest
from ..model.problems import Level, Problem
from .cells import MARK, Cell, RawCell, mark_of
from .columns import Column, Sheet
from .csv_table import Table

ID, BASE, HELP, EXAMPLE = "#id", "#base", "#help", "#example"

OWN = "#own"
"""What a hidden cell begins with that has the marks of what the program wrote in its row of a sheet that only says
something."""

LISTS = "_lists"
"""The hidden sheet of what may be chosen."""

NOT_READ = frozenset({LISTS, "说明", "About", "请修改", "To correct"})
"""The sheets that only say something."""

EXAMPLES = {"zh-Hans": "示例", "en": "Example"}
"""What the sheet of examples is called."""

EXAMPLE_SIGN = {"zh-Hans": "例：", "en": "Example: "}
"""What the texts of an example row begin with."""


class Tab(Struct, frozen=True):
    """A sheet as it was found: (row, column) → cell, from 1; `merged`: (first row, first column, last row, last column,
    range); what is hidden of it; and the rows of the CSV file that it was (None: it is of a workbook)."""

    name: str
    cells: Mapping[tuple[int, int], RawCell]
    merged: tuple[tuple[int, int, int, int, str], ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    table: Table | None = None


class Row(Struct, frozen=True):
    """A row that somebody filled. `at`: column → its number on the sheet, `wrong`: the columns told already, also those
    that the sheet lacks."""

    sheet: Sheet
    tab: str
    number: int
    id: str
    base: str
    cells: Mapping[Column, Cell]
    at: Mapping[Column, int]
    wrong: frozenset[Column] = frozenset()

    def said(self, *keys: str) -> str:
        """What stands under `keys` ("" = nothing)."""
        return next((cell.text for column, cell in self.cells.items() if column.keys == keys), "")

    def cell(self, column: Column | None) -> Cell:
        """The place of a column in this row; its first column where it has none of that kind."""
        if column and column in self.cells:
            return self.cells[column]
        first = next((number for one, number in self.at.items() if one.is_own), 1)
        return Cell(self.tab, self.number, self.at.get(column, first) if column else first)

    @property
    def before(self) -> Mapping[Column, str]:
        """The marks of what stood in its cells when it was handed out; none if it was empty then."""
        own = [column for column in self.sheet.columns if column.is_own]
        marks = [self.base[at:at + MARK] for at in range(0, len(self.base), MARK)]
        return dict(zip(own, marks, strict=True)) if len(marks) == len(own) else {}

    @property
    def touched(self) -> dict[Column, Cell]:
        """The cells that say other than what stood in them when the row was handed out."""
        before = self.before
        return {column: cell for column, cell in self.cells.items() if before.get(column) != mark_of(cell.text)
                and (column.is_own or not before)}


class Aside(Struct, frozen=True):
    """What stands in a column that is not read: its sheet, row, heading and text."""

    sheet: str
    row: int
    heading: str
    text: str


class Grid(Struct, frozen=True):
    """A workbook as it was understood: its rows, what is wrong with its form, what is kept aside, and its place."""

    name: str
    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    aside: tuple[Aside, ...] = ()
    place: str = ""
    unread: frozenset[str] = frozenset()
    """The sheets that could not be read at all."""


def problem_at(name: str, cell: Cell | None, code: str, near: str = "", level: Level = "error",
               values: Mapping[str, str] = MappingProxyType({}), **more: str) -> Problem:
    """A problem of a cell of the workbook called `name`, or of the whole of it; `values`, `more`: of its message."""
    said = tuple({**values, **more}.items())
    if cell is None:
        return Problem(name, 1, 1, code, said, near, level=level)
    return Problem(name, cell.row, cell.column, code, said, near, level=level, cell=address(cell))


def address(cell: Cell) -> str:
    """`议题!C7`"""
    return f"{cell.sheet}!{letters(cell.column)}{cell.row}"


def own_mark(text: str) -> str:
    """The mark of a text on a sheet that only says something, however a program breaks its lines."""
    return mark_of(" ".join(text.split()))


def letters(column: int) -> str:
    """The letters of a column, from 1: `C`, `AA`."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def digest_of(cells: Iterable[Cell]) -> str:
    """The digest of the texts of a row: an example that nobody changed is left out."""
    texts = sorted((cell.column, cell.text) for cell in cells)
    return digest(repr(texts).encode())
