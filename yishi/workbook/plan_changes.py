"""What a workbook wants of the records: which row is which record, what is new, and what changes in which."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from ..model.kinds import KINDS
from ..model.problems import KeyPath, Problem
from ..model.vocabulary import (
    encode_bilingual,
    encode_choices,
    find_nearest_word,
    get_built_in_vocabulary,
    normalize_word,
)
from .cell_values import CellVocabulary, TypedValue, find_type_problem, format_cell, parse_cell
from .columns import SheetDefinition, WorkbookColumn, list_sheets
from .import_context import (
    ExistingRecord,
    ImportContext,
    build_import_context,
    compute_baseline,
    format_cells,
    get_value,
    propose_path,
    read_entries,
)
from .import_log import ImportedRecord
from .match_entries import ListHistory, merge_list
from .match_rows import ImportHistory, RowMatcher, get_row_title, get_title_cell, get_title_keys
from .parsed_workbook import ParsedRow, ParsedWorkbook, build_cell_problem, format_address
from .restore_row_ids import restore_row_ids
from .three_way_merge import CellDifference, SeenValues, find_differences, hash_entry, hash_typed_text, parse_entry
from .yaml_edit import EntryEdit, RecordEdit, RecordKeys


class RecordChange(Struct):
    """A record as a workbook wants it. `rows`: way to the record or to an entry of a list → the row that says it."""

    path: str
    kind: str
    place: str
    existing: ExistingRecord | None
    row_id: str = ""
    values: dict[RecordKeys, TypedValue | None] = field(default_factory=dict)
    lists: dict[str, list[EntryEdit]] = field(default_factory=dict)
    rows: dict[KeyPath, ParsedRow] = field(default_factory=dict)
    texts_before: dict[WorkbookColumn, str] = field(default_factory=dict)
    title: str = ""
    entry_rows: list[ParsedRow] = field(default_factory=list)
    """The rows of its lists."""

    @property
    def edit(self) -> RecordEdit:
        """What changes in it."""
        return RecordEdit(self.values, self.lists)


class ChangePlan(Struct, frozen=True):
    """What a workbook wants, and what keeps it from that."""

    changes: tuple[RecordChange, ...]
    problems: tuple[Problem, ...]
    unchanged: int
    imported: tuple[ImportedRecord, ...] = ()
    """What was read of each record."""

    failed_titles: frozenset[str] = frozenset()
    """The titles of records that are wrong as a whole: that others name them is no mistake of these."""

    kinds_with_wrong_title: frozenset[str] = frozenset()
    """The kinds of records of which a row has a title that is wrong: the same holds for what names them."""

    def add_problem(self, problem: Problem) -> "ChangePlan":
        """The same, with one more thing that keeps it from that."""
        return replace(self, problems=(*self.problems, problem))


KINDS_IN_ORDER = tuple(kind for kind, spec in KINDS.items() if spec.sheets)
"""The kinds in the order in which they are looked at."""


def plan_changes(grid: ParsedWorkbook, ground: ImportContext, past: ImportHistory, taken: frozenset[str],
                 place: str = "") -> ChangePlan:
    """What the rows of `grid` want. `taken`: the paths that no new record may have; `place`: of rows that name none."""
    return _ChangePlanner(replace(grid, rows=restore_row_ids(grid.rows)), ground, past, taken, place).plan()


class _ChangePlanner:
    """Works through the rows of one workbook."""

    def __init__(self, grid: ParsedWorkbook, ground: ImportContext, past: ImportHistory, taken: frozenset[str],
                 place: str) -> None:
        self.workbook = grid
        self.context = ground
        self.history = past
        self.place = grid.place or place
        self.taken_paths = set(taken)
        self.problems: list[Problem] = []
        self.changes: dict[str, RecordChange] = {}
        self.failed: set[tuple[str, str]] = set()
        self.adrift: list[ParsedRow] = []
        self.passed_over: set[tuple[str, str]] = set()
        self.paths_by_title: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.by_id: dict[str, str] = {}
        self.ids = Counter(row.id for row in grid.rows)
        self.matcher = RowMatcher(grid, ground, past)

    def plan(self) -> ChangePlan:
        main = [row for kind in KINDS_IN_ORDER for row in self.workbook.rows if row.sheet.name == kind]
        for row in main:
            self._identify(row)
        coming = {one.path: (one.kind, one.title) for one in self.changes.values() if one.existing is None or one.title}
        self.context = build_import_context(self.context.library, self.context.records, self.context.language, coming)
        for one in list(self.changes.values()):
            self._fill_values(one)
        self._plan_entries()
        for row in self.adrift:
            self._check_cells(row)
        wanted = [one for one in self.changes.values() if one.edit]
        failed = frozenset(title for _, title in self.failed)
        untitled = frozenset(row.sheet.kind for row in main
                             if row.sheet.get_column(*get_title_keys(row)) in row.invalid_columns)
        imported = tuple(map(self._imported_record, self.changes.values()))
        return ChangePlan(tuple(wanted), tuple(self.problems), len(self.changes) - len(wanted), imported, failed,
                          untitled)

    # --- which record a row is

    def _identify(self, row: ParsedRow) -> None:
        place = self._place(row)
        if place is None:
            self._fail(row)
            return
        found = self.matcher.find_record(row, place)
        if isinstance(found, Problem):
            self.problems.append(found)
            if found.level == "warning":  # passed over with all that belongs to it
                self.passed_over |= {(row.sheet.kind, normalize_word(get_row_title(row))), (row.sheet.kind, row.id)}
            else:
                self._fail(row)
            return
        path = self.by_id.get(row.id) or (found.path if found else self._new_path(row, place))
        if path in self.changes:
            self._report(row, None, "row_twice", found=format_address(get_title_cell(self.changes[path].rows[()])))
            self.adrift.append(row)
            if normalize_word(get_row_title(row)) != normalize_word(self.changes[path].title):
                self.failed.add((row.sheet.kind, normalize_word(get_row_title(row))))
            return
        mark = row.id if found is None and row.id and not row.id.startswith("places/") else ""
        title = get_row_title(row)
        self.changes[path] = RecordChange(path, row.sheet.kind, place, found, mark, rows={(): row}, title=title)
        self.paths_by_title[row.sheet.kind, normalize_word(title)].append(path)
        if row.id:
            self.by_id.setdefault(row.id, path)

    def _place(self, row: ParsedRow) -> str | None:
        """The place a row belongs to; None if that cannot be told."""
        column = row.sheet.get_column("#place")
        if column in row.invalid_columns:
            return None
        known = self.context.records.get(row.id.partition("#")[0])
        if known and row.get_text("#place") in ("", known.place):
            return known.place
        if text := row.get_text("#place"):
            place = self._resolve_single(self.context.vocabulary.find_paths(("place",), text, self.place), row, column,
                                         text)
            if place and known and place != known.place:
                self._report(row, column, "row_moved", found=self.context.places.get(known.place, known.place))
                return None
            return place
        if not self.place:
            names = encode_choices(self.context.places.values())
            self._report(row, column, "place_unclear", allowed=names)
        return self.place or None

    def _resolve_single(self, meant: Sequence[str], row: ParsedRow, column: WorkbookColumn, text: str) -> str | None:
        """The one that is meant; a problem where that is none or several."""
        if len(meant) == 1:
            return meant[0]
        if meant:
            self._report(row, column, "ambiguous_reference", found=f"'{text}'", allowed=", ".join(meant))
        else:
            kind = column.reference_kinds[0]
            term = get_built_in_vocabulary().terms["record_kind"][kind]
            label = encode_bilingual(term.label("zh-Hans"), term.label("en"))
            near = find_nearest_word(text, self._names(kind)) or ""
            self._report(row, column, "unknown_reference", near, key=column.both_names, found=f"'{text}'",
                         allowed=label)
        return None

    def _names(self, kind: str) -> list[str]:
        if kind == "place":
            return list(self.context.places.values())
        known = [(one.kind, one.title) for one in self.context.records.values()]
        return [title for of, title in (*known, *((one.kind, one.title) for one in self.changes.values()))
                if of == kind]

    def _new_path(self, row: ParsedRow, place: str) -> str:
        name = row.get_text("#name")
        title = name or get_row_title(row) or row.sheet.kind
        path = propose_path(row.sheet.kind, title, place, self.taken_paths)
        self.taken_paths.add(path)
        return path

    def _fail(self, row: ParsedRow) -> None:
        """A row that is no record as it stands; what its cells say is looked at all the same."""
        self.adrift.append(row)
        self.failed.add((row.sheet.kind, normalize_word(get_row_title(row))))
        self.failed.add((row.sheet.kind, row.id))

    # --- what a row changes in its record

    def _fill_values(self, wanted: RecordChange) -> None:
        row, found = wanted.rows[()], wanted.existing
        words = self._vocabulary_for(wanted)
        if (found and self.context.library.link_context.visibility(found.path) == "draft"
                and self.matcher.has_emptied(row, found, ("draft",))):
            self.problems.append(build_cell_problem(self.workbook.name, row.get_cell(row.sheet.get_column("draft")),
                                                    "draft_emptied", level="warning"))
        wanted.texts_before = format_cells(found.data if found else {}, row.sheet, words, wanted.place)
        differing = self.matcher.find_differences(row, found, words) if found else find_differences(row, {}, None,
                                                                                                    SeenValues(), words,
                                                                                                    wanted.place)
        for one in differing:
            if one.needs_question and found:
                self._ask(row, one, found.data, wanted, words)
            else:
                wanted.values[one.column.keys] = one.value

    def _ask(self, row: ParsedRow, one: CellDifference, data: Mapping[str, object], wanted: RecordChange,
             words: CellVocabulary) -> None:
        """Asks about a cell that would change what its writer did not see."""
        cell = row.cells.get(one.column)
        theirs = get_value(data, one.column.keys)
        now = format_cell(theirs, one.column, words, wanted.place) or str(theirs or "")
        code = "entry_changed_since" if row.sheet.list_key else "changed_since"
        self._report(row, one.column, code, found=_quote_shortened(now),
                     allowed=_quote_shortened(cell.text if cell else ""),
                     key=wanted.existing.file if wanted.existing else wanted.path)

    def _imported_record(self, wanted: RecordChange) -> ImportedRecord:
        """What was read of a record: of rows that were not handed out filled, which say themselves what they were."""
        words, place = self._vocabulary_for(wanted), wanted.place
        marks: list[tuple[str, str]] = []
        for row in (*(wanted.rows[way] for way in wanted.rows if way == ()), *wanted.entry_rows):
            if row.baseline_hashes:
                continue
            if row.sheet.list_key:
                marks.append((row.sheet.list_key, hash_entry(parse_entry(row, words, place), row.sheet, words, place)))
            else:
                marks += ((".".join(column.keys), hash_typed_text(cell.text, column, words, place))
                          for column, cell in row.cells.items() if column.is_record_key)
        return ImportedRecord(wanted.path, tuple(marks), wanted.existing is None, wanted.row_id)

    def _vocabulary_for(self, wanted: RecordChange) -> CellVocabulary:
        return replace(self.context.vocabulary, file_language=wanted.existing.language if wanted.existing
                       else self.context.language)

    # --- the rows of lists

    def _plan_entries(self) -> None:
        below: dict[tuple[str, str], list[ParsedRow]] = defaultdict(list)
        for row in self.workbook.rows:
            if row.sheet.list_key and (path := self._find_parent(row)):
                below[path, row.sheet.name].append(row)
            elif row.sheet.list_key:
                self.adrift.append(row)
        for (path, name), rows in below.items():
            self._plan_list(self._change_at(path), list_sheets()[name], rows)
        for (path, _), rows in below.items():
            for row in rows:
                self._tell_if_moved(row, path, below)

    def _tell_if_moved(self, row: ParsedRow, path: str, below: Mapping[tuple[str, str], Sequence[ParsedRow]]) -> None:
        """Tells of a row that was an entry of another record before and is none of its rows any more: nothing is
        deleted unasked, so the entry stands in both."""
        if row.baseline_hashes:
            was = [row.id.partition("#")[0]] if self.ids[row.id] == 1 else []
        else:
            mark, name = self._entry_mark(row, path), row.sheet.list_key
            memory = self.history.import_log
            is_known = mark in memory.get(path, {}).get(name, ())
            was = [] if is_known else [
                other for other in self.changes if mark in memory.get(other, {}).get(name, ())
                and not any(self._entry_mark(one, other) == mark for one in below.get((other, row.sheet.name), ()))]
        for found in (self.context.records[other] for other in was if other != path and other in self.context.records):
            if self._still_has(found, row):
                self.problems.append(build_cell_problem(self.workbook.name,
                                                        row.get_cell(row.sheet.get_column("#parent")), "entry_moved",
                                                        level="warning", found=_quote_shortened(found.title),
                                                        key=found.file))

    def _entry_mark(self, row: ParsedRow, path: str) -> str:
        words, place = self.context.vocabulary, self.changes[path].place
        return hash_entry(parse_entry(row, words, place), row.sheet, words, place)

    def _still_has(self, found: ExistingRecord, row: ParsedRow) -> bool:
        """Whether a record has the entry that a row was handed out as, or else the one that it says."""
        sheet, words, place = row.sheet, self.context.vocabulary, found.place
        mark = row.baseline or hash_entry(parse_entry(row, words, place), sheet, words, place)
        return any(mark == (compute_baseline(format_cells(entry, sheet, words, place), sheet) if row.baseline_hashes
                            else hash_entry(entry, sheet, words, place))
                   for entry in read_entries(found.data, sheet.list_key, sheet.model))

    def _change_at(self, path: str) -> RecordChange:
        if path not in self.changes:
            found = self.context.records[path]
            self.changes[path] = RecordChange(path, found.kind, found.place, found, title=found.title)
        return self.changes[path]

    def _find_parent(self, row: ParsedRow) -> str | None:
        """The record that an entry belongs to; None if that cannot be told, or if the record is wrong itself."""
        column, kind = row.sheet.get_column("#parent"), row.sheet.kind
        text, hidden = row.get_text("#parent"), row.id.partition("#")[0]
        left_out = (self.failed | self.passed_over) - {(kind, "")}
        if column in row.invalid_columns or {(kind, normalize_word(text)), (kind, hidden)} & left_out:
            return None
        place = self._place(row) if row.get_text("#place") or self.place else ""
        if place is None:
            return None
        called = self.paths_by_title.get((kind, normalize_word(text)), []) if text else []
        meant = [path for path in called if not row.get_text("#place") or self.changes[path].place == place]
        if not meant and text:
            meant = list(self.context.vocabulary.find_paths((kind,), text, place))
            meant = [path for path in meant if path in self.changes or path in self.context.records]
            meant = meant or self.matcher.once_called(kind, text, place)
        if by_id := self._find_by_hidden_id(hidden, meant):
            return by_id
        if not text:
            self._report(row, column, "empty", key=column.both_names)
            return None
        return self._resolve_single(meant, row, column, text)

    def _find_by_hidden_id(self, hidden: str, meant: list[str]) -> str | None:
        """The record that the hidden id names, unless what is visible names others."""
        path = self.by_id.get(hidden) or (hidden if hidden in self.context.records else None)
        return path if path and (not meant or path in meant) else None

    def _plan_list(self, wanted: RecordChange, sheet: SheetDefinition, rows: list[ParsedRow]) -> None:
        words, found = self._vocabulary_for(wanted), wanted.existing
        old = read_entries(found.data if found else {}, sheet.list_key, sheet.model)
        then = self._list_history(found, wanted.rows.get(()), sheet) if found else ListHistory(wanted.path)
        result = merge_list(rows, old, then, sheet, words, wanted.place)
        wanted.entry_rows += rows
        for row, one, entry in result.questions:
            self._ask(row, one, entry, wanted, words)
        for row, entry in result.replaced:
            was = " ".join(filter(None, format_cells(entry, sheet, words, wanted.place).values()))
            column = next((one for one in row.changed_cells if one.keys[0] in ("text", "what")), None)
            self._report(row, column, "entry_replaced", found=_quote_shortened(was), key=found.file if found else "")
        for number, (_, of_item) in enumerate(result.items):
            if of_item is not None:
                wanted.rows[sheet.list_key, number] = of_item
        if result.is_changed:
            wanted.lists[sheet.list_key] = [item for item, _ in result.items]

    def _list_history(self, found: ExistingRecord, row: ParsedRow | None, sheet: SheetDefinition) -> ListHistory:
        """What is known of a list besides what it says now."""
        before = self.history.records.get(found.path)
        return ListHistory(found.path, read_entries(before.data, sheet.list_key, sheet.model) if before else (),
                           self.history.import_log.get(found.path, {}).get(sheet.list_key, ()),
                           row is not None and self.matcher.is_later_state(row, found))

    def _check_cells(self, row: ParsedRow) -> None:
        """Tells which cells cannot be read or name nothing, of a row that reaches no record."""
        for column, cell in row.cells.items():
            value = parse_cell(cell.text, column, self.context.vocabulary, self.place)
            for one in value if isinstance(value, list) else [value]:
                if code := find_type_problem(one, column, self.context.vocabulary):
                    allowed = self.context.vocabulary.vocabulary.allowed(column.vocabulary) if column.vocabulary else ""
                    self._report(row, column, code, key=column.both_names, found=f"'{cell.text}'", allowed=allowed)
                    break
                if column.type == "reference" and column.is_record_key and self.place:
                    self._resolve_single(self.context.vocabulary.find_paths(column.reference_kinds, str(one),
                                                                            self.place), row, column, str(one))

    def _report(self, row: ParsedRow, column: WorkbookColumn | None, code: str, near: str = "", **values: str) -> None:
        self.problems.append(build_cell_problem(self.workbook.name, row.get_cell(column), code, near, values=values))


def _quote_shortened(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line if len(line) <= _MAX_QUOTED else f'{line[:_MAX_QUOTED]}…'}”" if line else "-"


_MAX_QUOTED = 60
"""Characters of a text that are shown in a question."""
