"""Plan the changes of a workbook: matched records, new records and changed values."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

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
from .import_log import FILES, ROW_IDS, TOLD_STEPS, ImportedRecord, mark_file
from .match_entries import MASK, ListHistory, merge_list
from .match_rows import (
    INFERRED_KEYS,
    INFERRED_NOTES,
    ImportHistory,
    RowMatcher,
    get_row_title,
    get_title_cell,
    get_title_keys,
)
from .parsed_workbook import ParsedRow, ParsedWorkbook, build_cell_problem, format_address
from .restore_row_ids import restore_row_ids
from .three_way_merge import CellDifference, SeenValues, find_differences, hash_entry, hash_typed_text, parse_entry
from .yaml_edit import EntryEdit, RecordEdit, RecordKeys


class RecordChange(Struct):
    """The planned change of one record. `rows`: keys that lead to the record, (), or to an entry of a list → the row
    it comes from."""

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
        """The changes to make in its file."""
        return RecordEdit(self.values, self.lists)


class ChangePlan(Struct, frozen=True):
    """The planned changes of a workbook, and the problems that block them."""

    changes: tuple[RecordChange, ...]
    problems: tuple[Problem, ...]
    unchanged: int
    imported: tuple[ImportedRecord, ...] = ()
    """Imported values of each record."""

    failed_titles: frozenset[str] = frozenset()
    """Titles of records whose row is invalid: references to them are no problems of their own."""

    kinds_with_wrong_title: frozenset[str] = frozenset()
    """Kinds of records with a row whose title is invalid: references to such kinds are no problems of their own."""

    def add_problem(self, problem: Problem) -> "ChangePlan":
        """The same plan with one more problem."""
        return replace(self, problems=(*self.problems, problem))


KINDS_IN_ORDER = tuple(kind for kind, spec in KINDS.items() if spec.sheets)
"""Kinds of records in the order of planning."""


def plan_changes(workbook: ParsedWorkbook, context: ImportContext, history: ImportHistory, taken: frozenset[str],
                 place: str = "") -> ChangePlan:
    """Plan the changes of a workbook. `taken`: paths that no new record may have; `place`: of rows that name none."""
    return _ChangePlanner(replace(workbook, rows=restore_row_ids(workbook.rows)), context, history, taken, place).plan()


class _ChangePlanner:
    """Plans the changes of one workbook."""

    def __init__(self, workbook: ParsedWorkbook, context: ImportContext, history: ImportHistory, taken: frozenset[str],
                 place: str) -> None:
        self.workbook = workbook
        self.context = context
        self.history = history
        self.place = workbook.place or place
        self.taken_paths = set(taken)
        self.problems: list[Problem] = []
        self.changes: dict[str, RecordChange] = {}
        self.failed: set[tuple[str, str]] = set()
        self.adrift: list[ParsedRow] = []
        self.passed_over: set[tuple[str, str]] = set()
        self.paths_by_title: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.by_id: dict[str, str] = {}
        self.ids = Counter(row.id for row in workbook.rows)
        self.matcher = RowMatcher(workbook, context, history)

    def plan(self) -> ChangePlan:
        main = [row for kind in KINDS_IN_ORDER for row in self.workbook.rows if row.sheet.name == kind]
        for row in main:
            self._identify(row)
        new_records = {one.path: (one.kind, one.title) for one in self.changes.values()
                       if one.existing is None or one.title}
        self.context = build_import_context(self.context.library, self.context.records, self.context.language,
                                            new_records)
        for one in list(self.changes.values()):
            self._fill_values(one)
        self._plan_entries()
        for row in self.adrift:
            self._check_cells(row)
        change = [one for one in self.changes.values() if one.edit]
        failed = frozenset(title for _, title in self.failed)
        untitled = frozenset(row.sheet.kind for row in main
                             if row.sheet.get_column(*get_title_keys(row)) in row.invalid_columns)
        imported = tuple(map(self._imported_record, self.changes.values()))
        return ChangePlan(tuple(change), tuple(self.problems), len(self.changes) - len(change), imported, failed,
                          untitled)

    # --- which record a row is

    def _identify(self, row: ParsedRow) -> None:
        place = self._place(row)
        if place is None:
            self._fail(row)
            return
        record = self.matcher.find_record(row, place)
        if isinstance(record, Problem):
            self.problems.append(record)
            if record.level == "warning":  # passed over with all that belongs to it
                self.passed_over |= {(row.sheet.kind, normalize_word(get_row_title(row))), (row.sheet.kind, row.id)}
            else:
                self._fail(row)
            return
        path = self.by_id.get(row.id) or (record.path if record else self._new_path(row, place))
        if path in self.changes:
            self._report(row, None, "row_twice", found=format_address(get_title_cell(self.changes[path].rows[()])))
            self.adrift.append(row)
            if normalize_word(get_row_title(row)) != normalize_word(self.changes[path].title):
                self.failed.add((row.sheet.kind, normalize_word(get_row_title(row))))
            return
        mark = row.id if record is None and row.id and not row.is_of_record else ""
        title = get_row_title(row)
        self.changes[path] = RecordChange(path, row.sheet.kind, place, record, mark, rows={(): row}, title=title)
        self.paths_by_title[row.sheet.kind, normalize_word(title)].append(path)
        if row.id:
            self.by_id.setdefault(row.id, path)

    def _place(self, row: ParsedRow) -> str | None:
        """The path of the place of a row; None, after reporting a problem, if it is unclear."""
        column = row.sheet.get_column("#place")
        if column in row.invalid_columns:
            return None
        known = self.context.records.get(row.record_id)
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

    def _resolve_single(self, matches: Sequence[str], row: ParsedRow, column: WorkbookColumn, text: str) -> str | None:
        """The only match; if there is none or several, report a problem and return None."""
        if len(matches) == 1:
            return matches[0]
        if matches:
            self._report(row, column, "ambiguous_reference", found=f"'{text}'", allowed=", ".join(matches))
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
        """Mark a row as failed; its cells are checked all the same."""
        self.adrift.append(row)
        self.failed.add((row.sheet.kind, normalize_word(get_row_title(row))))
        self.failed.add((row.sheet.kind, row.id))

    # --- what a row changes in its record

    def _fill_values(self, change: RecordChange) -> None:
        row, record = change.rows[()], change.existing
        words = self._vocabulary_for(change)
        if (record and self.context.library.link_context.visibility(record.path) == "draft"
                and self.matcher.has_emptied(row, record, ("draft",))):
            self.problems.append(build_cell_problem(self.workbook.name, row.get_cell(row.sheet.get_column("draft")),
                                                    "draft_emptied", level="warning"))
        change.texts_before = format_cells(record.data if record else {}, row.sheet, words, change.place)
        differing = self.matcher.find_differences(row, record, words) if record else find_differences(row, {}, None,
                                                                                                    SeenValues(), words,
                                                                                                      change.place)
        for one in differing:
            if one.needs_question and record:
                self._ask(row, one, record.data, change, words)
            else:
                change.values[one.column.keys] = one.value
        if record and self.matcher.is_later_state(row, record):
            change.values |= dict.fromkeys(self._withdrawn_keys(row, record))

    def _withdrawn_keys(self, row: ParsedRow, record: ExistingRecord) -> Iterator[RecordKeys]:
        """The keys that the import itself filled with the words of a cell, or masked, where that cell says otherwise by
        now."""
        for column in row.sheet.columns:
            value = str(get_value(record.data, column.keys) or "") if column.is_record_key else ""
            is_inferred = column.keys in INFERRED_KEYS and (column.keys != ("notes",)
                                                            or value.startswith(INFERRED_NOTES))
            if value and (is_inferred or MASK in value) and self.matcher.has_emptied(row, record, column.keys):
                yield column.keys

    def _ask(self, row: ParsedRow, one: CellDifference, data: Mapping[str, object], change: RecordChange,
             words: CellVocabulary) -> None:
        """Ask about a cell that would overwrite a value its writer did not see."""
        cell = row.cells.get(one.column)
        current = get_value(data, one.column.keys)
        current_text = format_cell(current, one.column, words, change.place) or str(current or "")
        code = "entry_changed_since" if row.sheet.list_key else "changed_since"
        self._report(row, one.column, code, found=_quote_shortened(current_text),
                     allowed=_quote_shortened(cell.text if cell else ""),
                     key=change.existing.file if change.existing else change.path)

    def _imported_record(self, change: RecordChange) -> ImportedRecord:
        """Imported values of a record: of all rows but those handed out filled, which carry their baseline."""
        words, place = self._vocabulary_for(change), change.place
        hashes: list[tuple[str, str]] = []
        own, record = change.rows.get(()), change.existing
        is_told = own and (record is None or self.matcher.is_later_state(own, record))  # not by another writer
        if is_told and self.workbook.digest:
            hashes.append((FILES, mark_file(self.workbook.digest)))
        for row in (*(change.rows[way] for way in change.rows if way == ()), *change.entry_rows):
            if row.baseline_hashes:
                continue
            if row.sheet.list_key:
                entry_hash = hash_entry(parse_entry(row, words, place), row.sheet, words, place)
                hashes.append((row.sheet.list_key, entry_hash))
                if own and is_told and row.sheet_name == own.sheet_name:
                    hashes.append((TOLD_STEPS, entry_hash))
            else:
                hashes += ((".".join(column.keys), hash_typed_text(cell.text, column, words, place))
                           for column, cell in row.cells.items() if column.is_record_key)
        return ImportedRecord(change.path, tuple(hashes), record is None, change.row_id,
                              self._is_corrected(own, record))

    def _is_corrected(self, row: ParsedRow | None, record: ExistingRecord | None) -> bool:
        """Whether the row that alone made the record comes back in an answer."""
        rows = self.history.import_log.get(record.path, {}).get(ROW_IDS, ()) if record else ()
        return bool(row and record and self.workbook.answered_digest and set(rows) <= {row.id}
                    and self.matcher.is_later_state(row, record))

    def _vocabulary_for(self, change: RecordChange) -> CellVocabulary:
        return replace(self.context.vocabulary, file_language=change.existing.language if change.existing
                       else self.context.language)

    # --- the rows of lists

    def _plan_entries(self) -> None:
        entry_rows: dict[tuple[str, str], list[ParsedRow]] = defaultdict(list)
        for row in self.workbook.rows:
            if row.sheet.list_key and (path := self._find_parent(row)):
                entry_rows[path, row.sheet.name].append(row)
            elif row.sheet.list_key:
                self.adrift.append(row)
        for (path, name), rows in entry_rows.items():
            self._plan_list(self._change_at(path), list_sheets()[name], rows)
        for (path, _), rows in entry_rows.items():
            for row in rows:
                self._report_if_moved(row, path, entry_rows)

    def _report_if_moved(self, row: ParsedRow, path: str,
                         entry_rows: Mapping[tuple[str, str], Sequence[ParsedRow]]) -> None:
        """Report a list row that now names another record than before: nothing is deleted without a request, so the
        entry is in both records."""
        if row.baseline_hashes:
            former_paths = [row.record_id] if self.ids[row.id] == 1 else []
        else:
            mark, name = self._entry_mark(row, path), row.sheet.list_key
            log = self.history.import_log
            is_known = mark in log.get(path, {}).get(name, ())
            former_paths = [] if is_known else [
                other for other in self.changes if mark in log.get(other, {}).get(name, ())
                and not any(self._entry_mark(one, other) == mark
                            for one in entry_rows.get((other, row.sheet.name), ()))]
        for former_path in former_paths:
            record = self.context.records.get(former_path)
            if record and former_path != path and self._still_has(record, row):
                self.problems.append(build_cell_problem(self.workbook.name,
                                                        row.get_cell(row.sheet.get_column("#parent")), "entry_moved",
                                                        level="warning", found=_quote_shortened(record.title),
                                                        key=record.file))

    def _entry_mark(self, row: ParsedRow, path: str) -> str:
        words, place = self.context.vocabulary, self.changes[path].place
        return hash_entry(parse_entry(row, words, place), row.sheet, words, place)

    def _still_has(self, record: ExistingRecord, row: ParsedRow) -> bool:
        """Whether the record still has the entry that the row was handed out for or, without baseline, the entry it
        contains."""
        sheet, words, place = row.sheet, self.context.vocabulary, record.place
        mark = row.baseline or hash_entry(parse_entry(row, words, place), sheet, words, place)
        return any(mark == (compute_baseline(format_cells(entry, sheet, words, place), sheet) if row.baseline_hashes
                            else hash_entry(entry, sheet, words, place))
                   for entry in read_entries(record.data, sheet.list_key, sheet.model))

    def _change_at(self, path: str) -> RecordChange:
        if path not in self.changes:
            record = self.context.records[path]
            self.changes[path] = RecordChange(path, record.kind, record.place, record, title=record.title)
        return self.changes[path]

    def _find_parent(self, row: ParsedRow) -> str | None:
        """The path of the record of a list row; None if that is unclear or the record itself has failed."""
        column, kind = row.sheet.get_column("#parent"), row.sheet.kind
        text, hidden = row.get_text("#parent"), row.record_id
        excluded = (self.failed | self.passed_over) - {(kind, "")}
        if column in row.invalid_columns or {(kind, normalize_word(text)), (kind, hidden)} & excluded:
            return None
        place = self._place(row) if row.get_text("#place") or self.place else ""
        if place is None:
            return None
        titled = self.paths_by_title.get((kind, normalize_word(text)), []) if text else []
        matches = [path for path in titled if not row.get_text("#place") or self.changes[path].place == place]
        if not matches and text:
            matches = list(self.context.vocabulary.find_paths((kind,), text, place))
            matches = [path for path in matches if path in self.changes or path in self.context.records]
            matches = matches or self.matcher.find_by_former_title(kind, text, place)
        if by_id := self._find_by_hidden_id(hidden, matches):
            return by_id
        if not text:
            self._report(row, column, "empty", key=column.both_names)
            return None
        return self._resolve_single(matches, row, column, text)

    def _find_by_hidden_id(self, hidden: str, matches: list[str]) -> str | None:
        """The path named by the hidden id, unless the visible title names another record."""
        path = self.by_id.get(hidden) or (hidden if hidden in self.context.records else None)
        return path if path and (not matches or path in matches) else None

    def _plan_list(self, change: RecordChange, sheet: SheetDefinition, rows: list[ParsedRow]) -> None:
        words, record = self._vocabulary_for(change), change.existing
        old = read_entries(record.data if record else {}, sheet.list_key, sheet.model)
        history = self._list_history(record, change.rows.get(()), sheet) if record else ListHistory(change.path)
        result = merge_list(rows, old, history, sheet, words, change.place)
        asked = [row for row, _, is_sure in result.retold if not is_sure]
        change.entry_rows += (row for row in rows if row not in asked)
        told = [(row, entry, "step_known" if is_sure else "step_asked") for row, entry, is_sure in result.retold]
        for row, entry, code in (*told, *((row, entry, "step_withdrawn") for row, entry in result.withdrawn)):
            self._tell_step(row, entry, code, words, change)
        for row, one, entry in result.questions:
            self._ask(row, one, entry, change, words)
        for row, entry in result.replaced:
            was = " ".join(filter(None, format_cells(entry, sheet, words, change.place).values()))
            column = next((one for one in row.changed_cells if one.keys[0] in ("text", "what")), None)
            self._report(row, column, "entry_replaced", found=_quote_shortened(was), key=record.file if record else "")
        for number, (_, of_item) in enumerate(result.items):
            if of_item is not None:
                change.rows[sheet.list_key, number] = of_item
        if result.is_changed:
            change.lists[sheet.list_key] = [item for item, _ in result.items]

    def _tell_step(self, row: ParsedRow, entry: Mapping[str, object], code: str, words: CellVocabulary,
                   change: RecordChange) -> None:
        """Tell what a row says of a step of the record, or ask it (`step_asked`)."""
        texts = format_cells(entry, row.sheet, words, change.place)
        told = " ".join(filter(None, (texts.get(row.sheet.get_column(key)) for key in ("date", "stage", "text"))))
        self.problems.append(build_cell_problem(
            self.workbook.name, row.get_cell(row.sheet.get_column("text")), code,
            level="warning" if code == "step_asked" else "notice", found=_quote_shortened(told)))

    def _list_history(self, record: ExistingRecord, row: ParsedRow | None, sheet: SheetDefinition) -> ListHistory:
        """History of a list: entries before this import, and imported hashes."""
        before, log = self.history.records.get(record.path), self.history.import_log.get(record.path, {})
        is_later = row is not None and self.matcher.is_later_state(row, record)
        return ListHistory(record.path, read_entries(before.data, sheet.list_key, sheet.model) if before else (),
                           log.get(sheet.list_key, ()), is_later, log.get(TOLD_STEPS, ()),
                           row.sheet_name if row and sheet.name == "issue.log" and self._is_corrected(row, record)
                           else "")

    def _check_cells(self, row: ParsedRow) -> None:
        """Report unreadable cells and unknown references of a row that belongs to no record."""
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
"""Maximum length of a text quoted in a question."""
