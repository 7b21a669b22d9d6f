"""Find the record that a row belongs to, and whether the row is a later state of the one that created it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from ..model.kinds import KINDS
from ..model.problems import Problem
from ..model.vocabulary import get_built_in_vocabulary, normalize_word
from .cell_values import Cell, CellVocabulary, hash_text, normalize_value, parse_cell
from .columns import WorkbookColumn, list_sheets
from .import_context import ExistingRecord, ImportContext, get_value, propose_path, read_entries
from .import_log import FILES, ROW_IDS, ImportLog, mark_file
from .match_entries import ENTRY_HEAD_KEYS, is_like
from .parsed_workbook import ParsedRow, ParsedWorkbook, build_cell_problem
from .story import find_topic
from .three_way_merge import (
    CellDifference,
    SeenValues,
    find_differences,
    get_handed_out_values,
    hash_entry,
    hash_record_value,
    hash_typed_text,
    is_same_date,
    parse_entry,
)
from .yaml_edit import RecordKeys


class ImportHistory(Struct, frozen=True):
    """The state before this import: records, and the import log. `moved`: former path of a record → file of another
    place that contains it now."""

    records: Mapping[str, ExistingRecord]
    import_log: ImportLog
    moved: Mapping[str, str] = MappingProxyType({})


INFERRED_KEYS = (("wall", "tag"), ("decision", "text"), ("decision", "rule"), ("notes",))
"""Keys that keep the words of cells that could not be read; their values go when those cells are corrected."""

INFERRED_NOTES = ("地点：", "Where: ", "下一步：", "Next: ")
"""How the notes begin that are made of other cells."""

_STOPGAPS = frozenset({"其他", "other", "Other", "未知", "unknown"})
"""What a record says where its row said nothing that could be understood."""


class RowMatcher:
    """Matches the rows of one workbook to records."""

    def __init__(self, workbook: ParsedWorkbook, context: ImportContext, history: ImportHistory) -> None:
        self.workbook = workbook
        self.context = context
        self.history = history
        self.ids = Counter(row.id for row in workbook.rows if row.id and not row.sheet.list_key)
        self.agreements: dict[tuple[str, int, str], _Agreement] = {}
        self.by_row_id: dict[str, list[ExistingRecord]] = defaultdict(list)
        self.by_title: dict[tuple[str, str, str], list[ExistingRecord]] = defaultdict(list)
        self.by_imported_title: dict[tuple[str, str, str], list[ExistingRecord]] = defaultdict(list)
        self.entry_rows: dict[tuple[str, str], list[ParsedRow]] = defaultdict(list)
        self.titles: dict[str, set[str]] = defaultdict(set)
        for one in context.records.values():
            self._index(one)
        for row in workbook.rows:
            if not row.sheet.list_key:
                self.titles[row.sheet.kind].add(normalize_word(get_row_title(row)))
                continue
            for name in {normalize_word(row.get_text("#parent")), row.record_id} - {""}:
                self.entry_rows[row.sheet.kind, name].append(row)

    def _index(self, one: ExistingRecord) -> None:
        if one.row_id:
            self.by_row_id[one.row_id].append(one)
        self.by_title[one.kind, one.place, normalize_word(one.title)].append(one)
        for title_hash in self.history.import_log.get(one.path, {}).get(".".join(_title_keys(one.kind)), ()):
            self.by_imported_title[one.kind, one.place, title_hash].append(one)

    def find_record(self, row: ParsedRow, place: str) -> ExistingRecord | Problem | None:
        """The record of a row: by its id and content, else by title, place and date. None if it is new; a problem if
        it cannot be decided."""
        by_id = self._find_by_id(row, place)
        if isinstance(by_id, Problem):
            return by_id
        if by_id is not None:
            return self._unreadable_file_problem(row, by_id) or by_id
        if row.sheet.kind == "location" and (name := row.get_text("#name")):
            record = self.context.records.get(f"{place}/locations/{name}")
            if record:
                return self._unreadable_file_problem(row, record) or record
        if row.sheet.kind == "review" and row.id and not row.is_of_record:
            # otherwise the sheet of another reviewer, possibly in the same role
            return self._deleted_record_problem(row, place)
        candidates = self._records_with_title(row, place)
        if not candidates:
            return self._deleted_record_problem(row, place)
        exact = [one for one in candidates if self._date_fits(row, one)]
        if len(exact) == 1:
            return exact[0]
        date = row.sheet.get_column(*(_date_keys(row.sheet.kind) or get_title_keys(row)))
        choices = ", ".join(f"{one.title} {_text_at(one, _date_keys(one.kind))}".strip() for one in candidates)
        return build_cell_problem(self.workbook.name, row.get_cell(date), "row_unsure", found=choices)

    def find_by_former_title(self, kind: str, text: str, place: str) -> list[str]:
        """Paths of records in `place` that were imported under this title and have another one now."""
        column = list_sheets()[kind].get_column(*_title_keys(kind))
        title_hash = hash_typed_text(text, column, self.context.vocabulary, place)
        return [one.path for one in self.by_imported_title[kind, place, title_hash]]

    def _records_with_title(self, row: ParsedRow, place: str) -> list[ExistingRecord]:
        """Records of a place with the title of the row; for reviews, those of the same target and reviewer."""
        if not get_row_title(row):
            return []
        if row.sheet.kind != "review":
            title_hash = self._hash_at(row, get_title_keys(row), place)
            imported = self.by_imported_title.get((row.sheet.kind, place, title_hash), [])
            return self.by_title.get((row.sheet.kind, place, normalize_word(get_row_title(row))), []) or imported
        keys: tuple[RecordKeys, ...] = (("target",), ("reviewer_role",), ("reviewer_org",))
        return [one for one in self.context.records.values()
                if one.kind == "review" and one.place == place and all(self._says_same(row, one, key) for key in keys)]

    def _find_by_id(self, row: ParsedRow, place: str) -> ExistingRecord | Problem | None:
        """The record that the row was handed out for, or that was created from it. The id alone is not enough, since
        several people may fill copies of one template, and rows are overwritten: the content must agree too."""
        known = self._known_by_id(row)
        if row.sheet.kind == "review":
            return self._match_review(row, known)
        if any(one.file_problem for one in known):
            return known[0]
        same = [one for one in known if not get_row_title(row) or _is_title_untouched(row)
                or self._says_same_or_imported(row, one, get_title_keys(row))]
        if same or not known:
            return next((one for one in same if row.baseline_hashes or self._agreement(row, one).is_later_state
                         or self.answers_for(row, one)), None)
        candidates = self._records_with_title(row, place)
        elsewhere = [one for one in candidates
                     if (self.ids[one.path] or self.ids[one.row_id]) and self._date_fits(row, one)]
        if len(elsewhere) == 1 and known[0] is not elsewhere[0]:
            # sorting has separated the row from its hidden id, unless its other texts say that it is still its own
            is_sorted = self._agreement(row, elsewhere[0]).matching > self._agreement(row, known[0]).matching
            return elsewhere[0] if is_sorted else self._replaced_row_problem(row, known[0])
        return self._find_renamed(row, known, is_free=not candidates)

    def _known_by_id(self, row: ParsedRow) -> list[ExistingRecord]:
        handed_out_as = self.context.records.get(row.id)
        known = [handed_out_as] if handed_out_as else self.by_row_id.get(row.id, [])
        return [one for one in known if one.kind == row.sheet.kind]

    def _find_renamed(self, row: ParsedRow, known: list[ExistingRecord], *,
                      is_free: bool) -> ExistingRecord | Problem | None:
        """The record that the row renames. `is_free`: no other record has the new title."""
        is_handed_out = row.id in self.context.records
        shared = {one.path: self._count_shared_texts(row, one) for one in known}
        enough = 0 if row.sheet.kind == "location" else 1  # a location has no other texts
        if not is_handed_out:
            enough = 2
        renamed = [one for one in known if is_free and not self._overwrites(row, one)
                   and (shared[one.path] >= enough or self._agreement(row, one).is_all_kept)]
        if len(renamed) == 1:
            return renamed[0]
        if row.sheet.kind == "location" and is_free and is_like(get_row_title(row), known[0].title):
            return build_cell_problem(self.workbook.name, get_title_cell(row), "location_renamed", found=known[0].title,
                                      key=known[0].file)
        return self._replaced_row_problem(row, known[0]) if is_handed_out or any(shared.values()) else None

    def _match_review(self, row: ParsedRow, known: list[ExistingRecord]) -> ExistingRecord | Problem | None:
        """The review created from a score sheet. A sheet that agrees in little belongs to another reviewer in the
        same role: it needs a question before it changes anything."""
        if not known or known[0].file_problem:
            return known[0] if known else None
        agreement = self._agreement(row, known[0])
        if agreement.is_later_state or not (agreement.differing or agreement.added):
            return known[0]
        return build_cell_problem(self.workbook.name, row.get_cell(None), "review_other", found=known[0].file)

    def _unreadable_file_problem(self, row: ParsedRow, record: ExistingRecord) -> Problem | None:
        return build_cell_problem(self.workbook.name, row.get_cell(None), "file_unreadable",
                                  found=record.file) if record.file_problem else None

    def _replaced_row_problem(self, row: ParsedRow, record: ExistingRecord) -> Problem:
        """The problem of a row in which another record seems to have been typed over the old one."""
        description = f"{record.title} {_text_at(record, _date_keys(record.kind))}".strip()
        return build_cell_problem(self.workbook.name, get_title_cell(row), "row_replaced", found=description)

    def _deleted_record_problem(self, row: ParsedRow, place: str) -> Problem | None:
        """The problem of a row whose record was deleted: the row must not create it again. Only a warning if all
        values were imported before, so that the row does not block the others."""
        path = self._gone_path(row, place)
        if not path:
            return None
        imported = self.history.import_log.get(path, {})
        is_old = row.id != "" and all(self._is_read(one, imported, place)
                                      for one in (row, *self._entry_rows_of(row, path)))
        elsewhere = self.history.moved.get(path, "")
        is_withdrawn = self.context.library.link_context.visibility(path) == "withdrawn"
        code = "row_gone" if row.id else "row_deleted"
        if elsewhere or is_withdrawn:
            code = "row_withdrawn" if is_withdrawn else "row_elsewhere"
        return build_cell_problem(self.workbook.name, row.get_cell(None), code, level="warning" if is_old else "error",
                                  found=elsewhere or path)

    def _gone_path(self, row: ParsedRow, place: str) -> str:
        """Former path of the deleted record of a row ("" = none known)."""
        if row.is_of_record:
            return row.id
        folder = f"{place}/{KINDS[row.sheet.kind].folder}/"
        deleted = [path for path in self.history.import_log
                   if path.startswith(folder) and path not in self.context.paths]
        read = next((path for path in deleted if self._was_made_of(row, path)), "")
        path = read or propose_path(row.sheet.kind, get_row_title(row), place, ())
        return path if read or self.context.library.link_context.visibility(path) == "withdrawn" else ""

    def _was_made_of(self, row: ParsedRow, path: str) -> bool:
        """Whether a deleted record was created from the row. If the ids do not tell, most values of the row must
        have been imported into it; a review is recognised only by its id, since a place has several."""
        deleted = ExistingRecord(path, row.sheet.kind, "", "", {}, "", "")
        keys = get_title_keys(row)
        has_title = self._hash_at(row, keys, deleted.place) in self._imported_hashes(deleted, keys)
        if row.id in self._imported_hashes(deleted, (ROW_IDS,)):
            return has_title or self._agreement(row, deleted).matching > 0
        if not has_title or row.sheet.kind == "review":
            return False
        is_withdrawn = self.context.library.link_context.visibility(path) == "withdrawn"
        agreement = self._agreement(row, deleted)
        return is_withdrawn or agreement.matching >= agreement.added or (not row.id and agreement.matching > 0)

    def _is_read(self, row: ParsedRow, imported: Mapping[str, Sequence[str]], place: str) -> bool:
        """Whether all values of the row were imported before or handed out with it."""
        if row.baseline_hashes:
            return not row.changed_cells
        words = self.context.vocabulary
        if name := row.sheet.list_key:
            return hash_entry(parse_entry(row, words, place), row.sheet, words, place) in imported.get(name, ())
        return all(hash_typed_text(cell.text, column, words, place) in imported.get(".".join(column.keys), ())
                   for column, cell in row.cells.items() if column.is_record_key)

    def _says_same(self, row: ParsedRow, record: ExistingRecord, keys: RecordKeys) -> bool:
        """Whether row and record have the same value under `keys`."""
        column = row.sheet.get_column(*keys)
        words, place = self.context.vocabulary, record.place
        old = normalize_value(get_value(record.data, keys), column, words, place)
        new = normalize_value(parse_cell(row.get_text(*keys), column, words, place), column, words, place)
        return old == new or is_same_date(new, old) or (isinstance(old, str) and isinstance(new, str)
                              and normalize_word(old) == normalize_word(new) != "")

    def _says_same_or_imported(self, row: ParsedRow, record: ExistingRecord, keys: RecordKeys) -> bool:
        """The same, or the value was imported before: the record may have been corrected since."""
        return (self._says_same(row, record, keys)
                or self._hash_at(row, keys, record.place) in self._imported_hashes(record, keys))

    def _imported_hashes(self, record: ExistingRecord, keys: RecordKeys) -> Sequence[str]:
        return self.history.import_log.get(record.path, {}).get(".".join(keys), ())

    def _hash_at(self, row: ParsedRow, keys: RecordKeys, place: str) -> str:
        return hash_typed_text(row.get_text(*keys), row.sheet.get_column(*keys), self.context.vocabulary, place)

    def _date_fits(self, row: ParsedRow, record: ExistingRecord) -> bool:
        """Whether the dates agree, if both are known."""
        keys = _date_keys(record.kind)
        if not keys or not row.get_text(*keys) or self._says_same_or_imported(row, record, keys):
            return True
        both = (row.get_text(*keys), _text_at(record, keys))
        return "未知" in both or "unknown" in both

    # --- agreement of row and record

    def _agreement(self, row: ParsedRow, record: ExistingRecord) -> "_Agreement":
        """How far row and record agree; cached."""
        key = (row.sheet_name, row.number, record.path)
        if key not in self.agreements:
            self.agreements[key] = self._compare(row, record)
        return self.agreements[key]

    def _compare(self, row: ParsedRow, record: ExistingRecord) -> "_Agreement":
        """Compare a row and the rows of its lists with the values of the record and the values imported into it."""
        kinds: list[str] = []
        for column in row.sheet.columns:
            if not column.is_record_key or column.keys == get_title_keys(row) or column not in row.column_numbers:
                continue
            tells = column.type not in ("term", "flag", "reference")
            if not row.get_text(*column.keys):
                # a later state would still have it
                is_gone = self._imported_hashes(record, column.keys) and tells and column.keys not in INFERRED_KEYS
                kinds += ["other"] if is_gone else []
            elif self._says_same_or_imported(row, record, column.keys):
                kinds.append("kept" if tells else "same")
            else:
                value = get_value(record.data, column.keys)
                kinds.append("other" if value and not self._is_proposed(value, column, record) else "new")
        kinds += (self._compare_entry(one, record) for one in self._entry_rows_of(row, record.path, record.title))
        return _Agreement(kinds.count("kept"), kinds.count("other"), kinds.count("new"))

    def _is_proposed(self, value: object, column: WorkbookColumn, record: ExistingRecord) -> bool:
        """Whether a value says that nothing is known, or is the topic that an import proposes for the title."""
        if column.keys != ("topic",):
            return str(value) in _STOPGAPS
        topics = value if isinstance(value, list) else [value]
        vocabulary = self.context.library.vocabulary
        proposed = find_topic(record.title, vocabulary)
        return [vocabulary.key("topic", str(one)) for one in topics] in (["other"], [proposed])

    def _compare_entry(self, row: ParsedRow, record: ExistingRecord) -> str:
        words, place, sheet = self.context.vocabulary, record.place, row.sheet
        old = read_entries(record.data, sheet.list_key, sheet.model)
        imported = self.history.import_log.get(record.path, {}).get(sheet.list_key, ())
        values = parse_entry(row, words, place)
        known = {*imported, *(hash_entry(one, sheet, words, place) for one in old)}
        if hash_entry(values, sheet, words, place) in known:
            return "kept" if any(values.get(key) for key in (*_FREE_KEYS, "finding", "evidence")) else "same"
        head_columns = [column for column in sheet.columns if column.keys[0] in ENTRY_HEAD_KEYS]
        has_same_head = head_columns and any(all(normalize_value(values.get(column.keys[0]), column, words, place)
                                                 == normalize_value(one.get(column.keys[0]), column, words, place)
                                                 for column in head_columns)
                                             for one in old)
        is_other = has_same_head and not self.workbook.answered_digest  # who answers may tell a step in other words
        return "other" if is_other else "new"

    def _entry_rows_of(self, row: ParsedRow, path: str, title: str = "") -> list[ParsedRow]:
        """The list rows of the record at `path`, including those that use its former title."""
        called = {normalize_word(get_row_title(row)), *({normalize_word(title)} - self.titles[row.sheet.kind])}
        named = [one for name in sorted(called) for one in self.entry_rows.get((row.sheet.kind, name), [])]
        return [*named, *(one for one in self.entry_rows.get((row.sheet.kind, path), []) if one not in named)]

    def _count_shared_texts(self, row: ParsedRow, record: ExistingRecord) -> int:
        """Number of texts, except the title, that the row and its list rows have in common with the record."""
        shared = sum(self._says_same(row, record, column.keys) for column in row.cells if column.is_record_key
                     and column.type in ("text", "markdown") and column.keys != get_title_keys(row))
        texts_of_rows = {text for one in self._entry_rows_of(row, record.path, record.title)
                         for text in _free_texts(one)}
        texts_of_record = {normalize_word(str(entry.get(key, ""))) for sheet in list_sheets().values()
                           if sheet.kind == record.kind and sheet.list_key
                           for entry in read_entries(record.data, sheet.list_key, sheet.model)
                           for key in _FREE_KEYS}
        common = texts_of_rows & texts_of_record
        return shared + sum(get_built_in_vocabulary().key("standing", text) is None for text in common)

    def _overwrites(self, row: ParsedRow, record: ExistingRecord) -> bool:
        """Whether the row has another value than the record under any key, except the title, that the record has."""
        return any(one.column.keys != get_title_keys(row) and get_value(record.data, one.column.keys)
                   for one in self.find_differences(row, record, self.context.vocabulary))

    # --- values the writer saw

    def find_differences(self, row: ParsedRow, record: ExistingRecord, words: CellVocabulary) -> list[CellDifference]:
        before = self.history.records.get(record.path)
        return list(find_differences(row, record.data, before.data if before else None, self._seen_values(row, record),
                                     words, record.place))

    def _seen_values(self, row: ParsedRow, record: ExistingRecord) -> SeenValues:
        """The values of the record that the writer of the row saw."""
        is_newest = self.answers_for(row, record) and self._imported_hashes(
            record, (FILES,))[-1] == mark_file(self.workbook.answered_digest)
        since = -1 if is_newest else 0  # a value that was imported long ago is meant, not left over
        hashes = {column.keys: self._imported_hashes(record, column.keys)[since:] for column in row.sheet.columns
                  if column.is_record_key}
        return get_handed_out_values(row) or SeenValues(hashes, self.is_later_state(row, record))

    def has_emptied(self, row: ParsedRow, record: ExistingRecord, keys: RecordKeys) -> bool:
        """Whether a row that was handed out empty no longer has the value that the record got from it."""
        imported = self._imported_hashes(record, keys)
        column = next((one for one in row.column_numbers if one.keys == keys), None)
        return bool(column and imported and not row.baseline_hashes and not row.get_text(*keys)
                    and column not in row.invalid_columns
                    and hash_record_value(get_value(record.data, keys), column, self.context.vocabulary,
                                          record.place) == imported[-1])

    def is_later_state(self, row: ParsedRow, record: ExistingRecord) -> bool:
        """Whether the row is a later state of the one that created the record."""
        if not row.id or row.id != record.row_id:
            return False
        agreement = self._agreement(row, record)
        answers = self.workbook.answered_digest and not agreement.differing and (
            normalize_word(get_row_title(row)) == normalize_word(record.title))
        return bool(answers) or agreement.is_later_state or self.answers_for(row, record)

    def answers_for(self, row: ParsedRow, record: ExistingRecord) -> bool:
        """Whether the row answers what was asked about the row that the record was made of: it has its id and title,
        and the answered workbook was taken into the record, rather than another copy of the same template."""
        mark = mark_file(self.workbook.answered_digest)
        return bool(mark and row.id and row.id == record.row_id and normalize_word(get_row_title(row))
                    == normalize_word(record.title)) and mark in self._imported_hashes(record, (FILES,))


class _Agreement(Struct, frozen=True):
    """Number of values of a row that match the record or its import log (`matching`, only values that distinguish
    rows), that differ, and that the record lacks (`added`)."""

    matching: int
    differing: int
    added: int

    @property
    def is_later_state(self) -> bool:
        """Whether the row is a later state of the one that created the record."""
        return self.matching > self.differing

    @property
    def is_all_kept(self) -> bool:
        """Whether nothing differs, more than one value matches, and fewer are added."""
        return self.matching > max(1, self.added) and not self.differing


def _date_keys(kind: str) -> RecordKeys:
    return (KINDS[kind].date_key,) if KINDS[kind].date_key else ()


def get_title_keys(row: ParsedRow) -> RecordKeys:
    """The keys of the title of a record."""
    return _title_keys(row.sheet.kind)


def _title_keys(kind: str) -> RecordKeys:
    return (KINDS[kind].title_key,) if kind != "review" else ("target",)  # most reviews have no title


def get_title_cell(row: ParsedRow) -> Cell:
    """The cell of the title, also if it is empty."""
    return row.get_cell(row.sheet.get_column(*get_title_keys(row)))


def get_row_title(row: ParsedRow) -> str:
    """The title in a row ("" = none)."""
    return row.get_text(*get_title_keys(row))


def _is_title_untouched(row: ParsedRow) -> bool:
    """Whether the title of a row is unchanged since it was handed out; the record may have another by now."""
    return row.baseline_hashes.get(row.sheet.get_column(*get_title_keys(row))) == hash_text(get_row_title(row))


_FREE_KEYS = ("text", "what")
"""The keys of an entry that hold free text."""


def _free_texts(row: ParsedRow) -> list[str]:
    return [normalize_word(cell.text) for column, cell in row.cells.items() if column.keys[0] in _FREE_KEYS]


def _text_at(record: ExistingRecord, keys: RecordKeys) -> str:
    return str(get_value(record.data, keys) or "") if keys else ""
