"""Understand rows as people fill them: the words they use, references by part of a title, personal data. What cannot
be understood is left out of the row and asked about, so that no cell holds up its row."""

import re
from collections.abc import Container, Iterable, Iterator, Sequence

from msgspec.structs import replace

from ..content.privacy import find_personal_data, select_countries
from ..core.traditional import simplify
from ..model.date_expressions import WritingContext, find_time_direction, interpret_date
from ..model.dates import format_date, parse_partial_date
from ..model.kinds import KINDS
from ..model.paths import get_place_of, list_self_and_ancestors
from ..model.problems import Problem, Severity
from ..model.times import interpret_time_span
from ..model.vocabulary import encode_choices, get_built_in_vocabulary, normalize_word
from .cell_values import Cell, find_type_problem, list_numbers, parse_cell, read_date, split_values
from .columns import WorkbookColumn, list_sheets
from .import_context import ImportContext
from .match_rows import get_title_keys
from .parsed_workbook import ParsedRow, ParsedWorkbook, build_cell_problem
from .tell_issues import DITTO, IssueTeller, find_standing, get_told_name


def understand_rows(workbook: ParsedWorkbook, context: ImportContext, place: str, writing: WritingContext,
                    titles: frozenset[tuple[str, str]], imported: Container[str], *,
                    adds_locations: bool = False) -> ParsedWorkbook:
    """The workbook with its rows understood, and what is to be told about that. `place`: of rows that name none;
    `writing`: when and where they were filled; `titles`: (kind, normalised title) of the rows of this import, (kind,
    "") for a table that cannot be read; `imported`: paths of the records that an import has made or changed;
    `adds_locations`: a location that is not known yet becomes one, instead of being asked about."""
    reader = _RowReader(workbook, context, workbook.place or place, writing, titles)
    reader.adds_locations = adds_locations
    rows = [reader.read_row(row) for row in reader.part_copies(list(reader.repeat_above(workbook.rows)))]
    rows += reader.new_locations.values()
    teller = IssueTeller(workbook.name, rows, context, workbook.place or place, writing, imported)
    return replace(workbook, rows=tuple(teller.tell()),
                   problems=(*workbook.problems, *reader.problems, *teller.problems))


def _name_people(match: re.Match[str]) -> str:
    return f"{match[1]}人" if match[2] == "个" else f"{match[1]} people"


def find_location_kind(name: str) -> str:
    """The kind of a location by the word that its name ends in, as `西门广场`; a public space if it has none."""
    terms = get_built_in_vocabulary().terms["location_kind"]
    words = {normalize_word(word): key for key, term in terms.items()
             for word in (*term.labels.values(), *term.synonyms)}
    whole = normalize_word(name)
    ends = [word for word in words if whole.endswith(f" {word}" if word.isascii() else word)]
    return words[max(ends, key=len)] if ends else "public_space"


_LIST_NUMBER = re.compile(r"\s*(?:\d{1,3}\s*[、）)]|\d{1,3}[.．](?!\d)|[（(]\d{1,3}[)）]|[①-⑳])\s*(?=\S)")
_STANDING_BESIDE = re.compile(
    r"^[【\[(（]\s*([^】\])）]{1,12})\s*[】\])）]\s*(?=\S)"
    r"|^((?![\u4e00-\u9fff]{2}\W)[^\s:：!！]{2,12}?)\s*[:：!！]+\s*(?=\S)|(?<=\S)\s*[【\[(（]\s*([^】\])）]{1,12})\s*[】\])）]$")
"""How an issue stands, before or after its title: 【已完成】, 已解决：, （修好了）."""
_HEADS = re.compile(r"(\d[多余来几]?|[十百]多?)\s*(个|of us)$")
"""A number of people, counted as 30来个 or `14 of us`."""
_NOTHING = re.compile("[/／\\\\—–-]+|无|没有|暂无|空|n/?a|none", re.IGNORECASE)
"""What people write into a cell that they have nothing to write into; of votes it is none."""
_PRESENT = re.compile(r"(?:实到|到会|到场|出席|参会|来了)\s*[:：]?\s*(\d+\s*[人名位户个]?)")
"""How many came, beside how many were asked: 应到35人，实到32人."""
_ENDING_KEYS = frozenset({"outcome", "close_reason", "decision", "due", "#standing", "#story"})
_MASKED_WARNINGS = frozenset({"name"})
"""Kinds of personal data that are masked although they only are a warning in a file."""


class _RowReader:
    """Reads the typed cells of rows one by one."""

    def __init__(self, workbook: ParsedWorkbook, context: ImportContext, place: str, writing: WritingContext,
                 titles: frozenset[tuple[str, str]]) -> None:
        self.name, self.context, self.place, self.writing = workbook.name, context, place, writing
        self.words = replace(context.vocabulary, file_language=context.language)
        self.problems: list[Problem] = []
        self.titles = titles
        site = context.library.site
        self.countries = select_countries(site.countries, site.timezone)
        self.allowed = {one.text for one in site.privacy_allow}
        self.added: dict[tuple[str, ...], str] = {}
        self.adds_locations = False
        self.new_locations: dict[tuple[str, str], ParsedRow] = {}
        """(Place as written in the row, normalised name) → the row that makes the location."""

    def repeat_above(self, rows: Sequence[ParsedRow]) -> Iterator[ParsedRow]:
        """The rows, with 同上 replaced by the cell above, and left out where there is none; a title that begins with it
        is left to the teller."""
        above: dict[tuple[str, WorkbookColumn], str] = {}
        for row in rows:
            cells = dict(row.cells)
            for column, cell in row.changed_cells.items():
                text = above.get((row.sheet_name, column), "")
                if not DITTO.fullmatch(cell.text) or column.keys == get_title_keys(row):
                    continue
                if text:
                    cells[column] = replace(cell, text=text)
                    self._tell(cell, "read_as", "notice", found=text)
                else:
                    del cells[column]
                    self._tell(cell, "ditto_first", "error" if column.is_required and row.sheet.list_key else "warning",
                               found=f"'{cell.text}'")
            above |= {(row.sheet_name, column): cell.text for column, cell in cells.items()}
            yield replace(row, cells=cells, invalid_columns=row.invalid_columns | row.cells.keys() - cells.keys())

    def part_copies(self, rows: Sequence[ParsedRow]) -> Iterator[ParsedRow]:
        """The rows; one that was copied with its hidden id and given another title is a record of its own, without
        what it still says of the end of the other."""
        first: dict[tuple[str, str], ParsedRow] = {}
        for row in rows:
            other = first.setdefault((row.sheet.name, row.id), row) if row.id and not row.sheet.list_key else row
            title = row.sheet.get_column(*get_title_keys(row)) if not row.sheet.list_key else None
            if other is row or title is None or row.get_text(*title.keys) in ("", other.get_text(*title.keys)):
                yield row
                continue
            copied = {column for column, cell in row.cells.items() if column.keys[0] in _ENDING_KEYS
                      and cell.text == other.get_text(*column.keys)}
            for column in copied:
                self._tell(row.cells[column], "copy_asked", found=str(other.number))
            yield replace(row, id="", baseline="", invalid_columns=row.invalid_columns | copied,
                          cells={column: cell for column, cell in row.cells.items() if column not in copied})

    def read_row(self, row: ParsedRow) -> ParsedRow:
        """The row with its cells understood; cells that were not are left out, as if they had a problem."""
        row = self._simplify(row)
        cells, numbers, self.added = dict(row.cells), dict(row.column_numbers), {}
        left_out: set[WorkbookColumn] = set()
        for column, cell in row.changed_cells.items():
            text = self._read_cell(row, column, cell)
            if text is None:
                del cells[column]
                left_out.add(column)
            elif text != cell.text:
                cells[column] = replace(cell, text=text)
        for keys, text in self.added.items():
            column = row.sheet.get_column(*keys)
            before = cells[column].text + "\n" if column in cells and keys == ("notes",) else ""
            if before or column not in cells:
                numbers.setdefault(column, row.get_cell(None).column)
                cells[column] = replace(row.get_cell(column), text=before + text)
                left_out.discard(column)
        return replace(row, cells=cells, column_numbers=numbers, invalid_columns=row.invalid_columns | left_out)

    def _simplify(self, row: ParsedRow) -> ParsedRow:
        """The row with cells typed in Traditional Chinese in Simplified Chinese, in which its words are known."""
        texts = {column: text for column, cell in row.changed_cells.items()
                 if (text := simplify(cell.text)) != cell.text}
        for column, text in texts.items():
            self._tell(row.cells[column], "read_as", "notice", found=text)
        return replace(row, cells={column: replace(cell, text=texts.get(column, cell.text))
                                   for column, cell in row.cells.items()}) if texts else row

    def _tell(self, cell: Cell, code: str, level: Severity = "warning", **values: str) -> None:
        self.problems.append(build_cell_problem(self.name, cell, code, level=level, values=values))

    def _read_cell(self, row: ParsedRow, column: WorkbookColumn, cell: Cell) -> str | None:
        """The text to read instead of the cell's; None to leave it out."""
        if column.type not in ("text", "markdown") and _NOTHING.fullmatch(cell.text):
            return "0" if column.keys[0] == "decision" and column.type == "count" else None
        if column.keys == get_title_keys(row) or column.keys == ("#parent",):
            return self._read_title(row, column, cell)
        if column.vocabulary:
            return self._read_terms(row, column, cell)
        if column.type in ("when", "day"):
            if row.sheet.name == "issue.log" and not row.baseline_hashes:
                return cell.text  # read by `IssueTeller`, against the step before
            return self._read_date(row, column, cell)
        if column.type in ("count", "quantity"):
            return self._read_number(column, cell)
        if column.type == "flag":
            return self._read_flag(column, cell)
        if column.type == "reference":
            return self._read_references(row, column, cell)
        return self._mask(cell)

    # --- texts

    def _read_title(self, row: ParsedRow, column: WorkbookColumn, cell: Cell) -> str:
        """A title without the number of a list and how it stands in brackets, and without personal data."""
        if column.type == "reference" and column.keys != ("#parent",):
            return cell.text
        text = _LIST_NUMBER.sub("", cell.text, count=1)
        stands = _STANDING_BESIDE.search(text) if row.sheet.name == "issue" and column.keys == ("title",) else None
        said = next(filter(None, stands.groups())) if stands else ""
        if stands and (key := get_built_in_vocabulary().key("standing", said)):
            text = text[:stands.start()] + text[stands.end():]
            self.added["#standing",] = said
            if key == "done" and find_standing(row, self.words.vocabulary) in ("raised", "under_way"):
                self._tell(cell, "standing_differs", found=f"'{said}'", key=get_told_name("#standing", self.context))
        if text != cell.text and (row.sheet.kind, normalize_word(text)) not in self.titles:
            self._tell(cell, "read_as", "notice", found=text)
        else:
            text = cell.text
        return self._mask(replace(cell, text=text))

    def _mask(self, cell: Cell) -> str:
        """The text with personal data masked."""
        text = cell.text
        for hit in reversed(find_personal_data(text, self.countries)):
            value = text[hit.start:hit.end]
            if (hit.level == "error" or hit.kind in _MASKED_WARNINGS) and value not in self.allowed:
                text = text[:hit.start] + hit.masked + text[hit.end:]
                self._tell(cell, "masked", found=hit.masked)
        return text

    # --- words

    def _read_terms(self, row: ParsedRow, column: WorkbookColumn, cell: Cell) -> str | None:
        vocabulary, name, free = self.words.vocabulary, column.vocabulary, column.allows_other_text
        parts = split_values(cell.text, column, self.words, self.place) if column.is_list else [cell.text]
        keys = {part: vocabulary.key(name, part, free=free) for part in parts}
        known = {part: key for part, key in keys.items() if key}
        if len(known) == len(keys) or free:
            if any(vocabulary.is_other_word(name, part, key) for part, key in known.items()):
                self._tell(cell, "read_as", "notice", found=self._labels(column, known.values()))
            return self._mask(cell)
        unknown = "、".join(part for part in parts if not keys[part])
        if row.sheet.name == "issue" and name == "topic" and not known and "other" in vocabulary.terms[name]:
            other = self.words.label(column, "other")
            self.added["wall", "tag"] = self._mask(replace(cell, text=" ".join(unknown.split())))
            self._tell(cell, "topic_asked", found=f"'{unknown}'", allowed=other)
            return other
        if (column.is_required and not known) or row.sheet.kind == "review":
            return cell.text  # refused: what a reviewer means is not guessed, and not left out
        choices = encode_choices(term.label(self.words.language) for term in vocabulary.terms[name].values())
        self._tell(cell, "word_asked", found=f"'{unknown}'", key=column.both_names, allowed=choices)
        return "、".join(known) or None

    def _labels(self, column: WorkbookColumn, keys: Iterable[str]) -> str:
        return encode_choices(dict.fromkeys(self.words.label(column, key) for key in keys))

    # --- dates, numbers, yes or no

    def _read_date(self, row: ParsedRow, column: WorkbookColumn, cell: Cell) -> str | None:
        direction = find_time_direction(column.keys[-1])
        day = read_date(cell.text, self.writing.day, self.writing.order, direction)
        when = parse_partial_date(day) if day else None
        if when and column.type == "day" and not when.exact and when.latest and column.keys[-1] == "due":
            day = when.latest.isoformat()  # something due in a month is due by its last day
        if day and not (column.type == "day" and not parse_partial_date(day).exact):
            time = self._find_time(row, column, cell.text, day)
            if time or list_numbers(day) != list_numbers(cell.text):
                self._tell(cell, "read_as", "notice", found=f"{day} {time}".strip())
            return day if find_type_problem(parse_cell(cell.text, column, self.words, self.place), column,
                                            self.words) else cell.text
        if column.is_required and (column.type == "day" or row.sheet.list_key):
            return cell.text
        proposals = interpret_date(cell.text, replace(self.writing, direction=direction)).proposals
        if len(proposals) > 1:
            self._tell(cell, "year_asked", found=f"'{cell.text}'", allowed=encode_choices(map(str, proposals)))
        else:
            self._tell(cell, "date_asked", found=f"'{cell.text}'", key=column.both_names)
        return format_date(parse_partial_date("unknown"), self.context.language) if column.is_required else None

    def _find_time(self, row: ParsedRow, column: WorkbookColumn, text: str, day: str) -> str:
        """The time that stands behind the day of a meeting, as in `3月3日晚上7点`, which is added to the row; "" if
        there is none that is sure."""
        if (row.sheet.name, column.keys) != ("meeting", ("date",)):
            return ""
        for at in range(1, len(text)):
            if (span := interpret_time_span(text[at:])) and read_date(text[:at], self.writing.day,
                                                                      self.writing.order) == day:
                self.added["time",] = str(span)
                return str(span)
        return ""

    def _read_number(self, column: WorkbookColumn, cell: Cell) -> str | None:
        present = _PRESENT.search(cell.text)
        text = _HEADS.sub(_name_people, present[1] if present else cell.text)
        if column.keys[-1] == "headcount" and text != cell.text:
            self._tell(cell, "read_as", "notice", found=text)
            return self._read_number(column, replace(cell, text=text))
        if not find_type_problem(parse_cell(cell.text, column, self.words, self.place), column, self.words):
            return cell.text
        if column.keys[0] == "decision":  # such as 全过: what was decided, in the writer's words
            self.added["decision", "text"] = self._mask(cell)
            if rule := get_built_in_vocabulary().key("rule", cell.text):
                self.added["decision", "rule"] = get_built_in_vocabulary().label("rule", rule, self.words.language)
        self._tell(cell, "value_asked", found=f"'{cell.text}'", key=column.both_names)
        return None

    def _read_flag(self, column: WorkbookColumn, cell: Cell) -> str | None:
        if not find_type_problem(parse_cell(cell.text, column, self.words, self.place), column, self.words):
            return cell.text
        if column.keys == ("draft",):
            self._tell(cell, "draft_asked", found=f"'{cell.text}'")
            return get_built_in_vocabulary().label("answer", "yes", self.context.language)
        self._tell(cell, "value_asked", found=f"'{cell.text}'", key=column.both_names)
        return None

    # --- references

    def _read_references(self, row: ParsedRow, column: WorkbookColumn, cell: Cell) -> str | None:
        """References that are known, here or in this workbook; others are left out and asked about."""
        if not column.is_record_key or column.is_required:
            return cell.text
        parts = split_values(cell.text, column, self.words, self.place) if column.is_list else [cell.text]
        named = [self._find_title(column, part) for part in parts]
        known = [title for title in named if title]
        unknown = [part for part, title in zip(parts, named, strict=True) if not title]
        if unknown and column.keys == ("location",) and self._adds_location(row, cell):
            return cell.text
        if unknown and column.keys == ("location",) and "notes" in KINDS[row.sheet.kind].sheets[""].split():
            self.added["notes",] = ("Where: " if self.context.language == "en" else "地点：") + self._mask(cell)
            self._tell(cell, "location_asked", found=f"'{cell.text}'")
        elif unknown:
            self._tell(cell, "reference_asked", found=f"'{'、'.join(unknown)}'", key=column.both_names)
        if not unknown and known != parts:
            self._tell(cell, "read_as", "notice", found=encode_choices(known))
        return cell.text if known == parts else "\n".join(known) or None

    def _adds_location(self, row: ParsedRow, cell: Cell) -> bool:
        """Whether an unknown location is taken as a new one, which it is if that was asked for."""
        if not self.adds_locations or find_personal_data(cell.text, self.countries):
            return False
        place, vocabulary = row.get_text("#place"), get_built_in_vocabulary()
        if (place, normalize_word(cell.text)) not in self.new_locations:
            kind = vocabulary.label("location_kind", find_location_kind(cell.text), self.words.language)
            texts = {"#place": place, "name": cell.text, "kind": kind}
            sheet = list_sheets()["location"]
            cells = {column: replace(cell, text=text) for column in sheet.columns
                     if (text := texts.get(column.keys[0], ""))}
            self.new_locations[place, normalize_word(cell.text)] = ParsedRow(
                sheet, row.sheet_name, row.number, "", "", cells, dict.fromkeys(sheet.columns, cell.column))
            self._tell(cell, "location_added", "notice", found=f"'{cell.text}'", allowed=kind)
        return True

    def _find_location(self, text: str) -> str:
        """The name of the only location here that ends in `text`, as 示例一号院 in 一号院; "" if there is none."""
        levels = list_self_and_ancestors(self.place)
        names = [one.name for path, one in self.context.library.locations.items() if get_place_of(path) in levels]
        word = re.sub("^the ", "", normalize_word(text))
        ends = [name for name in names if normalize_word(name).endswith(f" {word}" if word.isascii() else word)]
        return ends[0] if len(ends) == 1 and len(word) > 1 else ""

    def _find_title(self, column: WorkbookColumn, text: str) -> str:
        """A reference as typed if it is known here or in this import, else the only title of this import that begins
        with it; "" if there is none."""
        kinds, word = column.reference_kinds, normalize_word(text)
        if len(self.context.vocabulary.find_paths(kinds, text, self.place)) == 1 or any(
                (kind, one) in self.titles for kind in kinds for one in (word, "")):
            return text
        if kinds == ("location",) and (name := self._find_location(text)):
            return name
        longer = [title for kind, title in self.titles if kind in kinds and title.startswith(word)]
        return longer[0] if len(longer) == 1 else ""
