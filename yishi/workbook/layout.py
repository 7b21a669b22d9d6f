"""A workbook to fill, or filled: its sheets with headings, explanations, lists to choose from, and rows."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from msgspec import Struct, field
from openpyxl import Workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ..model.language import LANGUAGES, Language, language, marked
from ..model.vocabulary import Term
from .cells import LARGEST, Cell, mark_of
from .columns import Column, Sheet
from .grid import BASE, EXAMPLE, EXAMPLE_SIGN, EXAMPLES, HELP, ID, LISTS, OWN, digest_of, letters, own_mark

FIRST_ROW = 3
"""The first row to fill: above it stand the headings and what they mean."""

ABOUT = marked("About")


class Line(Struct, frozen=True):
    """A row: the hidden id, what stands in it as it is handed out, and its texts."""

    id: str
    base: str = ""
    texts: Mapping[Column, str] = field(default_factory=dict)


class Page(Struct, frozen=True):
    """A sheet of a workbook. `columns`: those shown; `choices`: what may be chosen in a column; `spare`: empty rows."""

    sheet: Sheet
    columns: tuple[Column, ...]
    lines: Sequence[Line]
    choices: Mapping[Column, Sequence[str]] = field(default_factory=dict)
    example: Mapping[Column, str] = field(default_factory=dict)
    spare: Sequence[str] = ()
    landscape: bool = True


def written(pages: Sequence[Page], place: str, about: Sequence[str], language: Language) -> bytes:
    """The workbook of `pages`; `place`: the path of the place it is for ("" = several), `about`: what it says first."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = language.text(ABOUT)
    for number, line in enumerate(about, start=1):
        first.cell(number, 1, line).alignment = Alignment(wrap_text=True, vertical="top")
    first.cell(1, 1).font = Font(bold=True, size=14)
    first.column_dimensions["A"].width = 100
    sign(first, 2)
    lists = _Lists()
    if any(page.example for page in pages):
        _write_examples(book.create_sheet(EXAMPLES["en" if language.tag == "en" else "zh-Hans"]), pages, language)
    for page in pages:
        _write_page(book.create_sheet(page.sheet.label(language.tag)), page, place, lists, pages, language)
    hidden = book.create_sheet(LISTS)
    hidden.sheet_state = "hidden"
    lists.write(hidden)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


class _Lists:
    """The lists that cells choose from: each is written once, in a column of a hidden sheet."""

    def __init__(self) -> None:
        self.columns: dict[tuple[str, ...], int] = {}

    def range_of(self, words: Sequence[str]) -> str:
        """Where the list of these words stands."""
        column = letters(self.columns.setdefault(tuple(words), len(self.columns) + 1))
        return f"{LISTS}!${column}$1:${column}${len(words)}"

    def write(self, sheet: Worksheet) -> None:
        """Writes all lists."""
        for words, column in self.columns.items():
            for row, word in enumerate(words, start=1):
                put(sheet, row, column, word)


def put(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """Writes a text, as text: never as a formula, a number or a day."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        return
    cell.value = writable(text)[:LARGEST]
    cell.data_type = "s"
    cell.number_format = "@"


def sign(sheet: Worksheet, column: int) -> None:
    """Says in a hidden column what stands in each row: what else will stand there somebody wrote."""
    for row, cells in enumerate(list(sheet.iter_rows(values_only=True)), start=1):
        put(sheet, row, column, " ".join((OWN, *(own_mark(str(cell)) for cell in cells if cell is not None))))
    sheet.column_dimensions[letters(column)].hidden = True


_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def writable(text: str) -> str:
    """A text without the characters that no workbook can hold; a sign stands where each was."""
    return _UNWRITABLE.sub("\ufffd", text)


_HEAD = PatternFill("solid", fgColor="DDEBF7")
_QUIET = Font(italic=True, color="808080")
_LINE = Border(bottom=Side("thin", color="808080"))
_TOP = Alignment(wrap_text=True, vertical="top")


def _write_page(sheet: Worksheet, page: Page, place: str, lists: _Lists, pages: Sequence[Page],
                language: Language) -> None:
    columns = dict(enumerate(page.columns, start=3))
    put(sheet, 1, 1, f"{ID} {place}".strip())
    put(sheet, 1, 2, BASE)
    for number, column in columns.items():
        put(sheet, 1, number, column.label(language.tag) + (" *" if column.required else ""))
        sheet.cell(1, number).fill = _HEAD
        sheet.cell(1, number).font = Font(bold=True)
        put(sheet, 2, number, _help(column, language))
        sheet.cell(2, number).font = _QUIET
        sheet.cell(2, number).alignment = _TOP
        sheet.cell(2, number).border = _LINE
        sheet.column_dimensions[letters(number)].width = _WIDTHS.get(column.nature, 16) + 8 * column.many
        sheet.column_dimensions[letters(number)].number_format = "@"
    put(sheet, 2, 1, HELP)
    put(sheet, 2, 2, "".join(mark_of(_help(column, language)) for column in page.columns))
    for hidden in "AB":
        sheet.column_dimensions[hidden].hidden = True
        sheet.column_dimensions[hidden].number_format = "@"
    last = _write_lines(sheet, page, columns)
    _choices(sheet, page, columns, last + 500, lists, pages, language)
    sheet.freeze_panes = "D2"
    _for_print(sheet)


_WIDTHS = {"text": 22, "markdown": 40, "when": 14, "day": 14, "count": 10, "flag": 8}


def _write_examples(sheet: Worksheet, pages: Sequence[Page], language: Language) -> None:
    """A sheet of its own that shows a filled row of each; it is not read, and what is written on it is told."""
    row = 1
    for page in pages:
        if page.example:
            name = page.sheet.label(language.tag)
            _write_marked(sheet, row, HELP, [name])
            _write_marked(sheet, row + 1, HELP, [column.label(language.tag) for column in page.example])
            _write_marked(sheet, row + 2, EXAMPLE, list(page.example.values()))
            sheet.cell(row, 3).font = Font(bold=True)
            row += 4
    for number in range(3, 9):
        sheet.column_dimensions[letters(number)].width = 30
    for hidden in "AB":
        sheet.column_dimensions[hidden].hidden = True


def _write_marked(sheet: Worksheet, row: int, mark: str, texts: Sequence[str]) -> None:
    """A row with a digest of what it says, so that what somebody writes over it is known."""
    cells = [Cell("", row, number, text) for number, text in enumerate(texts, start=3)]
    put(sheet, row, 1, mark)
    put(sheet, row, 2, digest_of(cells))
    for cell in cells:
        put(sheet, row, cell.column, cell.text)
        sheet.cell(row, cell.column).fill = _HEAD if mark == HELP else PatternFill()


def _write_lines(sheet: Worksheet, page: Page, columns: Mapping[int, Column]) -> int:
    """The rows; the number of the last."""
    row = FIRST_ROW - 1
    for row, line in enumerate(page.lines, start=FIRST_ROW):
        put(sheet, row, 1, line.id)
        if line.base:
            put(sheet, row, 2, line.base)
        for number, column in columns.items():
            if text := line.texts.get(column):
                put(sheet, row, number, text)
                if column.many or "\n" in text or len(text) > 40:
                    sheet.cell(row, number).alignment = _TOP
    for below, row_id in enumerate(page.spare, start=row + 1):
        put(sheet, below, 1, row_id)
    return row + len(page.spare)


def _choices(sheet: Worksheet, page: Page, columns: Mapping[int, Column], last: int, lists: _Lists,
             pages: Sequence[Page], language: Language) -> None:
    """Lists to choose from; where several values may stand in a cell, other text is allowed."""
    for number, column in columns.items():
        area = _titles_in(column, pages, last, language)
        if area is None and (words := page.choices.get(column)):
            area = lists.range_of(words)
        if area is None:
            continue
        rule = DataValidation("list", formula1=f"={area}", allow_blank=True)
        rule.showErrorMessage = bool(column.vocabulary) and not column.many and not column.free
        rule.errorStyle = "warning"
        rule.error = language.text(marked("Choose a value from the list."))
        rule.add(f"{letters(number)}{FIRST_ROW}:{letters(number)}{last}")
        sheet.add_data_validation(rule)


def _titles_in(column: Column, pages: Sequence[Page], last: int, language: Language) -> str | None:
    """Where the titles stand that a column of this workbook may name."""
    if column.is_own and column.kinds != ("issue",):
        return None
    page = next((page for page in pages if not page.sheet.entries and page.sheet.kind in column.kinds), None)
    if page is None:
        return None
    title = next((number for number, one in enumerate(page.columns, start=3) if one.keys == ("title",)), None)
    if title is None:
        return None
    name = page.sheet.label(language.tag)
    return f"'{name}'!${letters(title)}${FIRST_ROW}:${letters(title)}${last}"


def _for_print(sheet: Worksheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


# --- what stands below a heading --------------------------------------------------------------------------------------

_HELPS: Mapping[tuple[str, ...], str] = {
    ("title",): marked("What it is about, in one sentence (a matter: at most 60 characters)."),
    ("name",): marked("What people call it; never a door."),
    ("#place",): marked("The place it belongs to; left empty, that of this workbook."),
    ("#parent",): marked("The title of the record that this belongs to."),
    ("#name",): marked("May stay empty: it is made from the name."),
    ("stage",): marked("The step, or how it ended: resolved, closed (unsolved, for good), reopened."),
    ("text",): marked("What was done, with which result. Roles, no names."),
    ("draft",): marked("yes: it is not shown yet."),
    ("source",): marked("The ids of the reports it rests on."),
    ("body",): marked("The whole story; headings begin with ##."),
    ("minutes",): marked("What was said and agreed; headings begin with ##."),
    ("summary",): marked("Two or three sentences, at most 280 characters."),
}

_NATURES: Mapping[str, str] = {
    "when": marked("A date such as 2025-09-11 or 2025-09; not known: unknown."),
    "day": marked("A day such as 2025-09-11."),
    "count": marked("A whole number."),
    "flag": marked("yes or no."),
    "quantity": marked("A number, such as 20 or about 20."),
    "term": marked("Choose from the list."),
    "reference": marked("The name or the id."),
}

_MANY: Mapping[str, str] = {
    "term": marked("From the list; several with commas between them."),
    "reference": marked("Names or ids; several in lines of their own."),
    "text": marked("Several in lines of their own."),
}


def _help(column: Column, language: Language) -> str:
    if column.keys in _HELPS:
        return language.text(_HELPS[column.keys])
    said = (_MANY if column.many else _NATURES).get(column.nature, "")
    return language.text(said) if said else ""


@cache
def explanations() -> frozenset[str]:
    """The marks of what may stand below a heading, in every language: what else stands there somebody wrote."""
    said = (*_HELPS.values(), *_NATURES.values(), *_MANY.values())
    return frozenset(mark_of(language(tag).text(text)) for tag in LANGUAGES for text in said)


def example_of(sheet: Sheet, language: Language, words: Mapping[Column, Sequence[str]]) -> dict[Column, str]:
    """The row that shows how to fill the sheet; it stands on the sheet of examples, which is not read."""
    sign = EXAMPLE_SIGN["en" if language.tag == "en" else "zh-Hans"]
    title = sign + language.text(marked("The lamps at the south gate are out"))
    said: Mapping[str, str] = {
        "title": title, "#parent": title, "name": sign + language.text(marked("Courtyard 2")),
        "text": sign + language.text(marked("Residents say that the path is dark at night")),
        "what": sign + language.text(marked("Replace the lamps")), "raised": "2025-03-03", "date": "2025-03-03",
        "due": "2025-03-20"}
    found = {column: said[column.keys[0]] for column in sheet.columns if len(column.keys) == 1
             and column.keys[0] in said}
    for column in sheet.columns:
        if column.required and column not in found and words.get(column):
            found[column] = words[column][0]
    return found


def labels(terms: Iterable[Term], language: str) -> list[str]:
    """The labels of closed values."""
    return [term.label(language) for term in terms]
