"""Recognise the sheets of a workbook and their heading rows."""

import re
from collections import Counter
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from ..model.vocabulary import normalize_word
from .cell_values import RawCell
from .columns import SheetDefinition, WorkbookColumn, normalize_heading
from .parsed_workbook import RawSheet
from .read_csv import MAX_HEADING_ROW


class HeadingRow(Struct, frozen=True):
    """The heading row: its number, column number → heading, and the recognised columns → their numbers."""

    row: int
    texts: Mapping[int, str]
    columns: Mapping[WorkbookColumn, int]

    @property
    def unknown(self) -> dict[int, str]:
        """Column number → heading, for headings that match no column."""
        numbers = set(self.columns.values())
        return {number: text for number, text in self.texts.items()
                if number not in numbers and not text.startswith("#")}

    @property
    def hidden_columns(self) -> dict[str, int]:
        """The hidden columns (`#id`, `#base`) → their numbers."""
        return {text.split()[0]: number for number, text in self.texts.items() if text.startswith("#")}


def find_sheet_by_name(name: str, known: Mapping[str, SheetDefinition]) -> SheetDefinition | None:
    words = {normalize_word(label): sheet for sheet in known.values() for _, label in sheet.labels}
    return words.get(normalize_word(name.strip()))


def find_sheet_by_headings(raw_sheet: RawSheet, known: Mapping[str, SheetDefinition]) -> SheetDefinition | None:
    """The sheet with most columns in a sheet of another name, if all that it needs are there; of several, issues."""
    fitting = []
    for sheet in known.values():
        columns = find_heading_row(raw_sheet, sheet).columns
        if columns and columns.keys() >= set(sheet.needed_columns):
            fitting.append((len(columns), sheet.name == "issue", sheet))
    return max(fitting, key=lambda one: one[:2])[2] if fitting else None


def find_heading_row(raw_sheet: RawSheet, sheet: SheetDefinition) -> HeadingRow:
    """The row with most known headings; row 0 without columns if there is none."""
    rows: dict[int, dict[int, str]] = {}
    for (row, column), cell in raw_sheet.cells.items():
        if row <= MAX_HEADING_ROW and cell.value is not None and (text := str(cell.value).strip()):
            rows.setdefault(row, {})[column] = text
    named = {row: _match_columns(texts, sheet) for row, texts in rows.items()}
    best = max(rows, key=lambda row: (len(named[row]), -row), default=0)
    return HeadingRow(best, rows[best], named[best]) if best and len(named[best]) > 1 else HeadingRow(0, {}, {})


def rename_headings(raw_sheet: RawSheet, columns: Mapping[str, str]) -> RawSheet:
    """The sheet with the headings of another's table replaced by the site's own, in the row that has most of them.
    `columns`: heading there → heading here, as in `site.yaml`."""
    own = {normalize_heading(there): here for there, here in columns.items()}
    cells = {at: own[heading] for at, cell in raw_sheet.cells.items()
             if at[0] <= MAX_HEADING_ROW and (heading := normalize_heading(str(cell.value or ""))) in own}
    row = Counter(row for row, _ in cells).most_common(1)
    renamed = {at: RawCell(text) for at, text in cells.items() if at[0] == row[0][0]}
    return replace(raw_sheet, cells={**raw_sheet.cells, **renamed}) if renamed else raw_sheet


def _match_columns(texts: Mapping[int, str], sheet: SheetDefinition) -> dict[WorkbookColumn, int]:
    """Columns recognised by their headings → their numbers. Headings marked as internal are ignored."""
    words = {normalize_heading(word): column for column in sheet.columns for word in column.headings}
    found: dict[WorkbookColumn, int] = {}
    for number, text in texts.items():
        column = words.get(normalize_heading(text))
        if column is not None and not is_internal(text):
            found.setdefault(column, number)
    return found


_INTERNAL = re.compile(
    "内部(?=$|[^\\w]|资料|使用|掌握|参考|文件|备注|意见|批示|用$)|保密|机密|勿公开|不公开|不要公开|不宜公开|非公开|勿外传|不外传|不对外"
    r"|勿发布|不发布|不上网|\b(?:internal|private)\b(?=\s*(?:$|[^\w\s]|use\b|only\b|notes?\b))|\bconfidential\b"
    r"|\bnot (?:for )?(?:public|publication)\b|\bdo not publish\b", re.IGNORECASE)


def is_internal(text: str) -> bool:
    """Whether a heading or sheet name marks its content as not for publication."""
    return _INTERNAL.search(text) is not None


_AMBIGUOUS_WORDS = frozenset({"不上网", "不发布", "不对外", "保密", "机密"})
"""Words that also begin ordinary sentences, such as 不上网的老人."""


_LEADING = re.compile("(?:(?:[此本该这]|以[下上]|上述)[条项段句处事件]?|内容|信息|资料|[仅只]?[供限]"
                      "|暂时?|[先请均是为属]|目前|尚|注意?"
                      r"|(?:for|strictly|please|still)\b|\W)+", re.IGNORECASE)
"""What may precede such words at the beginning of a text: 此条暂不公开."""


def find_internal_words(text: str) -> str:
    """The words that mark a text as not for publication, at the beginning of the text, of a line or of a bracket; ""
    if there are none."""
    for part in re.split(r"[\n(（\[【]", text):
        start = re.sub(r"^\W+", "", part)
        leading = _LEADING.match(start)
        match = _INTERNAL.match(start) or (_INTERNAL.match(start, leading.end()) if leading else None)
        if match and not (match[0] in _AMBIGUOUS_WORDS and re.match(r"\w", start[match.end():])):
            return match[0]
    return ""
