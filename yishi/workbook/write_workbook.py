"""Write workbooks: sheets with headings, explanations, choice lists and rows."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from msgspec import Struct, field
from openpyxl import Workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ..model.language import LANGUAGES, Language, get_language, marked
from ..model.vocabulary import Term, get_built_in_vocabulary
from .cell_values import MAX_CELL_LENGTH, Cell, hash_text
from .columns import SheetDefinition, WorkbookColumn
from .parsed_workbook import (
    BASELINE_MARKER,
    EXAMPLE_MARKER,
    EXAMPLE_PREFIX,
    EXAMPLE_SHEETS,
    HELP_MARKER,
    ID_MARKER,
    LISTS,
    OWN,
    format_column_letters,
    hash_cells,
    own_mark,
)

FIRST_ROW = 3
"""The first row for records, below headings and explanations."""

ABOUT_SHEET = marked("About")


class TemplateRow(Struct, frozen=True):
    """A row: its hidden id, baseline, and column → text."""

    id: str
    baseline: str = ""
    texts: Mapping[WorkbookColumn, str] = field(default_factory=dict)


class TemplateSheet(Struct, frozen=True):
    """A sheet to write. `columns`: the columns shown; `choices`: column → values to choose from; `example`: column →
    text; `empty_row_ids`: ids of empty rows; `folded`: columns that are only seen when they are unfolded."""

    sheet: SheetDefinition
    columns: tuple[WorkbookColumn, ...]
    rows: Sequence[TemplateRow]
    choices: Mapping[WorkbookColumn, Sequence[str]] = field(default_factory=dict)
    example: Mapping[WorkbookColumn, str] = field(default_factory=dict)
    empty_row_ids: Sequence[str] = ()
    folded: frozenset[WorkbookColumn] = frozenset()
    landscape: bool = True


def write_workbook(pages: Sequence[TemplateSheet], place: str, about: Sequence[str], language: Language) -> bytes:
    """Write the sheets `pages`. `place`: path of their place ("" = several); `about`: lines of the first sheet."""
    workbook = Workbook()
    first = workbook.active
    assert isinstance(first, Worksheet)
    first.title = language.text(ABOUT_SHEET)
    for number, line in enumerate(about, start=1):
        first.cell(number, 1, line).alignment = Alignment(wrap_text=True, vertical="top")
    first.cell(1, 1).font = Font(bold=True, size=14)
    first.column_dimensions["A"].width = 100
    sign(first, 2)
    choice_lists = _ChoiceLists()
    if any(page.example for page in pages):
        example_title = EXAMPLE_SHEETS["en" if language.tag == "en" else "zh-Hans"]
        _write_examples(workbook.create_sheet(example_title), pages, language)
    for page in pages:
        _write_sheet(workbook.create_sheet(page.sheet.label(language.tag)), page, place, choice_lists, pages, language)
    hidden = workbook.create_sheet(LISTS)
    hidden.sheet_state = "hidden"
    choice_lists.write(hidden)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


class _ChoiceLists:
    """Choice lists; each is written once, as a column of a hidden sheet."""

    def __init__(self) -> None:
        self.columns: dict[tuple[str, ...], int] = {}

    def range_of(self, words: Sequence[str]) -> str:
        """Cell range of the list of these words."""
        column = format_column_letters(self.columns.setdefault(tuple(words), len(self.columns) + 1))
        return f"{LISTS}!${column}$1:${column}${len(words)}"

    def write(self, sheet: Worksheet) -> None:
        """Write all lists."""
        for words, column in self.columns.items():
            for row, word in enumerate(words, start=1):
                put_text(sheet, row, column, word)


def put_text(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """Write text that no program interprets as formula, number or date."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        return
    cell.value = replace_unwritable(text)[:MAX_CELL_LENGTH]
    cell.data_type = "s"
    cell.number_format = "@"


def sign(sheet: Worksheet, column: int) -> None:
    """Store in a hidden column the hashes of the texts in each row, so that later additions by people are
    recognised."""
    for row, cells in enumerate(list(sheet.iter_rows(values_only=True)), start=1):
        put_text(sheet, row, column, " ".join((OWN, *(own_mark(str(cell)) for cell in cells if cell is not None))))
    sheet.column_dimensions[format_column_letters(column)].hidden = True


_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def replace_unwritable(text: str) -> str:
    """Replace characters that workbooks cannot contain by U+FFFD."""
    return _UNWRITABLE.sub("\ufffd", text)


_HEADING_FILL = PatternFill("solid", fgColor="DDEBF7")
_HELP_FONT = Font(italic=True, color="808080")
_HELP_BORDER = Border(bottom=Side("thin", color="808080"))
_TOP_ALIGNMENT = Alignment(wrap_text=True, vertical="top")


def _write_sheet(sheet: Worksheet, page: TemplateSheet, place: str, choice_lists: _ChoiceLists,
                 pages: Sequence[TemplateSheet], language: Language) -> None:
    columns = dict(enumerate(page.columns, start=3))
    put_text(sheet, 1, 1, f"{ID_MARKER} {place}".strip())
    put_text(sheet, 1, 2, BASELINE_MARKER)
    for number, column in columns.items():
        put_text(sheet, 1, number, column.label(language.tag) + (" *" if _is_starred(column, page) else ""))
        sheet.cell(1, number).fill = _HEADING_FILL
        sheet.cell(1, number).font = Font(bold=True)
        put_text(sheet, 2, number, _help_text(column, language))
        sheet.cell(2, number).font = _HELP_FONT
        sheet.cell(2, number).alignment = _TOP_ALIGNMENT
        sheet.cell(2, number).border = _HELP_BORDER
        sheet.column_dimensions[format_column_letters(number)].width = _WIDTHS.get(column.type, 16) + 8 * column.is_list
        sheet.column_dimensions[format_column_letters(number)].number_format = "@"
        if column in page.folded:
            sheet.column_dimensions[format_column_letters(number)].outlineLevel = 1
            sheet.column_dimensions[format_column_letters(number)].hidden = True
    if page.folded:
        sheet.sheet_format.outlineLevelCol = 1
        sheet.column_dimensions[format_column_letters(max(columns) + 1)].collapsed = True
    sheet.row_dimensions[2].height = _HELP_HEIGHT
    put_text(sheet, 2, 1, HELP_MARKER)
    put_text(sheet, 2, 2, "".join(hash_text(_help_text(column, language)) for column in page.columns))
    for hidden in "AB":
        sheet.column_dimensions[hidden].hidden = True
        sheet.column_dimensions[hidden].number_format = "@"
    last = _write_rows(sheet, page, columns)
    _add_choices(sheet, page, columns, last + 500, choice_lists, pages, language)
    _add_live_colours(sheet, page, columns, last + 500, choice_lists, language)
    sheet.freeze_panes = "D2"
    _set_up_printing(sheet)


def _is_starred(column: WorkbookColumn, page: TemplateSheet) -> bool:
    """Whether a cell must be filled: what can be asked about later need not."""
    return column in page.sheet.needed_columns and (page.sheet.name, *column.keys) != ("issue.log", "stage")


_HELP_HEIGHT = 62
"""Height of the row of explanations, in points: four lines."""
_WIDTHS = {"text": 22, "markdown": 40, "when": 14, "day": 14, "time": 14, "count": 10, "flag": 8}


def _write_examples(sheet: Worksheet, pages: Sequence[TemplateSheet], language: Language) -> None:
    """Write the example sheet, with a filled row of each sheet; it is not imported, and texts added to it are
    reported."""
    row = 1
    for page in pages:
        if page.example:
            name = page.sheet.label(language.tag)
            _write_marked(sheet, row, HELP_MARKER, [name])
            _write_marked(sheet, row + 1, HELP_MARKER, [column.label(language.tag) for column in page.example])
            _write_marked(sheet, row + 2, EXAMPLE_MARKER, list(page.example.values()))
            sheet.cell(row, 3).font = Font(bold=True)
            row += 4
    for number in range(3, 9):
        sheet.column_dimensions[format_column_letters(number)].width = 30
    for hidden in "AB":
        sheet.column_dimensions[hidden].hidden = True


def _write_marked(sheet: Worksheet, row: int, marker: str, texts: Sequence[str]) -> None:
    """Write a row with a digest, so that overwritten texts are recognised."""
    cells = [Cell("", row, number, text) for number, text in enumerate(texts, start=3)]
    put_text(sheet, row, 1, marker)
    put_text(sheet, row, 2, hash_cells(cells))
    for cell in cells:
        put_text(sheet, row, cell.column, cell.text)
        sheet.cell(row, cell.column).fill = _HEADING_FILL if marker == HELP_MARKER else PatternFill()


def _write_rows(sheet: Worksheet, page: TemplateSheet, columns: Mapping[int, WorkbookColumn]) -> int:
    """Write the rows; returns the number of the last."""
    row = FIRST_ROW - 1
    for row, line in enumerate(page.rows, start=FIRST_ROW):
        put_text(sheet, row, 1, line.id)
        if line.baseline:
            put_text(sheet, row, 2, line.baseline)
        for number, column in columns.items():
            if text := line.texts.get(column):
                put_text(sheet, row, number, text)
                if column.is_list or "\n" in text or len(text) > 40:
                    sheet.cell(row, number).alignment = _TOP_ALIGNMENT
    for below, row_id in enumerate(page.empty_row_ids, start=row + 1):
        put_text(sheet, below, 1, row_id)
    return row + len(page.empty_row_ids)


def _add_choices(sheet: Worksheet, page: TemplateSheet, columns: Mapping[int, WorkbookColumn], last: int,
                 choice_lists: _ChoiceLists, pages: Sequence[TemplateSheet], language: Language) -> None:
    """Add choice lists, in which own words are allowed too, and the explanations as prompts while one types."""
    for number, column in columns.items():
        area = _title_range(column, pages, last, language)
        if area is None and (words := page.choices.get(column)):
            area = choice_lists.range_of(words)
        prompt = _help_text(column, language)
        if area is None and not prompt:
            continue
        rule = DataValidation("list" if area else None, formula1=f"={area}" if area else None, allow_blank=True)
        rule.showErrorMessage = False
        if prompt:
            rule.showInputMessage = True
            rule.promptTitle, rule.prompt = column.label(language.tag)[:32], prompt[:255]
        rule.add(_column_range(number, last))
        sheet.add_data_validation(rule)


def _column_range(number: int, last: int) -> str:
    return f"{format_column_letters(number)}{FIRST_ROW}:{format_column_letters(number)}{last}"


_SIGNS_OF_DATES = {"zh": tuple("年月日号天周春夏秋冬节初旬底知详0123456789"), "en": (
    *"0123456789", "spring", "summer", "autumn", "winter", "day", "week", "month", "year", "known", "easter",
    "christmas", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december")}
"""A date has at least one of these."""


def _add_live_colours(sheet: Worksheet, page: TemplateSheet, columns: Mapping[int, WorkbookColumn], last: int,
                      choice_lists: _ChoiceLists, language: Language) -> None:
    """Colour cells while one types: red where something is missing, yellow where it will be asked about."""
    letters = {column: format_column_letters(number) for number, column in columns.items()}
    ends = (format_column_letters(min(columns)), format_column_letters(max(columns)))
    for number, column in columns.items():
        at, rules = f"${letters[column]}{FIRST_ROW}", list[tuple[str, str]]()
        if _is_starred(column, page):
            rules.append((f'AND({at}="",COUNTA(${ends[0]}{FIRST_ROW}:${ends[1]}{FIRST_ROW})>0)', "FFC7CE"))
        if column.type in ("when", "day"):
            signs = _SIGNS_OF_DATES["en" if language.tag == "en" else "zh"]
            rules.append((_finds_none_of(choice_lists.range_of(signs), at), "FFEB9C"))
        elif column.keys == ("topic",) and (words := page.choices.get(column)):
            rules.append((_finds_none_of(choice_lists.range_of(words), at), "FFEB9C"))
        elif column.keys == ("close_reason",) and (standing := next(
                (one for one in letters if one.keys == ("#standing",)), None)):
            label = get_built_in_vocabulary().label("standing", "given_up", language.tag)
            rules.append((f'AND(${letters[standing]}{FIRST_ROW}="{label}",{at}="")', "FFC7CE"))
        for formula, colour in rules:
            fill = PatternFill("solid", bgColor=colour)
            rule = Rule("expression", formula=[formula], dxf=DifferentialStyle(fill=fill))
            sheet.conditional_formatting.add(_column_range(number, last), rule)


def _finds_none_of(words: str, cell: str) -> str:
    """A formula that holds where a filled cell contains none of the words in a range."""
    return f'AND({cell}<>"",SUMPRODUCT(--ISNUMBER(SEARCH({words},{cell})))=0)'


def _title_range(column: WorkbookColumn, pages: Sequence[TemplateSheet], last: int, language: Language) -> str | None:
    """Range of the titles on the sheet that a column refers to; None if it is not in this workbook."""
    if column.is_record_key and column.reference_kinds != ("issue",):
        return None
    page = next((page for page in pages if not page.sheet.list_key and page.sheet.kind in column.reference_kinds), None)
    if page is None:
        return None
    title = next((number for number, one in enumerate(page.columns, start=3) if one.keys == ("title",)), None)
    if title is None:
        return None
    name = page.sheet.label(language.tag)
    return f"'{name}'!${format_column_letters(title)}${FIRST_ROW}:${format_column_letters(title)}${last}"


def _set_up_printing(sheet: Worksheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


# --- explanations below headings --------------------------------------------------------------------------------------

_HELP_OF_COLUMN: Mapping[tuple[str, ...], str] = {
    ("title",): marked("What it is about, in one sentence (an issue: at most 60 characters)."),
    ("name",): marked("What people call it; never a door."),
    ("#place",): marked("The place it belongs to; left empty, that of this workbook."),
    ("#parent",): marked("The title of the record that this belongs to."),
    ("#name",): marked("May stay empty: it is made from the name."),
    ("stage",): marked("The step, or how it ended: resolved, closed (unsolved, for good), reopened."),
    ("#story",): marked("What happened, a line for each step, with its day if you know it: 9.11 the lamp was reported; "
                        "9.15 it was mended. Roles, no names."),
    ("#standing",): marked("Choose one of four. If it ended without a solution, say why in the next column."),
    ("#next",): marked("What is to be done next, by whom, by when."),
    ("raised",): marked("When it was raised: 2025-09-11, 9.11, September, last winter. Empty if nobody knows."),
    ("topic",): marked("Choose from the list, or write your own word."),
    ("location",): marked("What people call the place; never a door."),
    ("close_reason",): marked("Only for what ended without a solution: why."),
    ("participants", "kinds"): marked("Who was there: roles, several with commas between them."),
    ("participants", "headcount"): marked("How many people: 20, about 20, over 20."),
    ("text",): marked("What was done, with which result. Roles, no names."),
    ("draft",): marked("yes: it is not shown yet."),
    ("source",): marked("The ids of the reports it rests on."),
    ("body",): marked("The whole story; headings begin with ##."),
    ("minutes",): marked("What was said and agreed; headings begin with ##."),
    ("summary",): marked("Two or three sentences, at most 280 characters."),
}

_HELP_OF_TYPE: Mapping[str, str] = {
    "when": marked("A date such as 2025-09-11 or 2025-09; not known: unknown."),
    "day": marked("A day such as 2025-09-11."),
    "time": marked("From when to when: 19:00-20:30, or 7 pm to 8:30 pm."),
    "count": marked("A whole number."),
    "flag": marked("yes or no."),
    "quantity": marked("A number, such as 20 or about 20."),
    "term": marked("Choose from the list."),
    "reference": marked("The name or the id."),
}

_HELP_OF_LIST_TYPE: Mapping[str, str] = {
    "term": marked("From the list; several with commas between them."),
    "reference": marked("Names or ids; several in lines of their own."),
    "text": marked("Several in lines of their own."),
}


def _help_text(column: WorkbookColumn, language: Language) -> str:
    if column.keys in _HELP_OF_COLUMN:
        return language.text(_HELP_OF_COLUMN[column.keys])
    text = (_HELP_OF_LIST_TYPE if column.is_list else _HELP_OF_TYPE).get(column.type, "")
    return language.text(text) if text else ""


@cache
def hash_explanations() -> frozenset[str]:
    """Hashes of all explanations in all languages; any other text in their row was typed by a person."""
    texts = (*_HELP_OF_COLUMN.values(), *_HELP_OF_TYPE.values(), *_HELP_OF_LIST_TYPE.values())
    return _EARLIER_EXPLANATIONS | {hash_text(get_language(tag).text(text)) for tag in LANGUAGES for text in texts}


_EARLIER_EXPLANATIONS = frozenset({"1f4dca", "1ef0ed", "e27792", "d387b6", "34f6aa", "c11fb3", "9b10dc", "a0f650"})
"""Hashes of explanations in workbooks that were handed out before the explanations had a baseline."""


def build_example_row(sheet: SheetDefinition, language: Language,
                      words: Mapping[WorkbookColumn, Sequence[str]]) -> dict[WorkbookColumn, str]:
    """Column → text of the example row of a sheet; it is written on the example sheet, which is not imported."""
    prefix = EXAMPLE_PREFIX["en" if language.tag == "en" else "zh-Hans"]
    title = prefix + language.text(marked("The lamps at the south gate are out"))
    texts: Mapping[str, str] = {
        "title": title, "#parent": title, "name": prefix + language.text(marked("Courtyard 2")),
        "text": prefix + language.text(marked("Residents say that the path is dark at night")),
        "what": prefix + language.text(marked("Replace the lamps")), "raised": "2025-03-03", "date": "2025-03-03",
        "due": "2025-03-20",
        "#story": prefix + language.text(marked("3 March: residents say that the path is dark at night\n"
                                                "10 March: the property company looks at the lamps\n"
                                                "20 March: four lamps are replaced, the path is lit again")),
        "#standing": get_built_in_vocabulary().label("standing", "done", language.tag),
        "#next": prefix + language.text(marked("Look again in autumn, when it gets dark early")),
        "location": prefix + language.text(marked("Courtyard 2"))}
    row = {column: texts[column.keys[0]] for column in sheet.columns if len(column.keys) == 1
           and column.keys[0] in texts and (column.keys[0] != "location" or sheet.name == "issue")}
    for column in sheet.columns:
        if column.is_required and column not in row and words.get(column):
            row[column] = words[column][0]
    return row


def list_labels(terms: Iterable[Term], language: str) -> list[str]:
    """The labels of vocabulary terms in `language`."""
    return [term.label(language) for term in terms]
