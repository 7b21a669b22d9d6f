"""Which record a row is, and whether it comes from the very row that its record was made of."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from ..model.kinds import KINDS
from ..model.problems import Problem
from ..model.vocabulary import normalize_word
from .cell_values import Cell, CellVocabulary, hash_text, normalize_value, parse_cell
from .columns import list_sheets
from .import_context import ExistingRecord, ImportContext, get_value, propose_path, read_entries
from .import_log import ROW_IDS, ImportLog
from .match_entries import ENTRY_HEAD_KEYS, is_like
from .parsed_workbook import ParsedRow, ParsedWorkbook, build_cell_problem
from .three_way_merge import (
    CellDifference,
    SeenValues,
    find_differences,
    get_handed_out_values,
    hash_entry,
    hash_record_value,
    hash_typed_text,
    parse_entry,
)
from .yaml_edit import RecordKeys


class ImportHistory(Struct, frozen=True):
    """What was before: the records as they were before this import, and what was read of them in earlier ones.

    `moved`: path that a record had when it was made → the file of another place where it lies now."""

    records: Mapping[str, ExistingRecord]
    import_log: ImportLog
    moved: Mapping[str, str] = MappingProxyType({})


class RowMatcher:
    """Finds the records of the rows of one workbook."""

    def __init__(self, grid: ParsedWorkbook, ground: ImportContext, past: ImportHistory) -> None:
        self.workbook = grid
        self.context = ground
        self.history = past
        self.ids = Counter(row.id for row in grid.rows if row.id and not row.sheet.list_key)
        self.agreements: dict[tuple[str, int, str], _Agreement] = {}
        self.by_row_id: dict[str, list[ExistingRecord]] = defaultdict(list)
        self.by_title: dict[tuple[str, str, str], list[ExistingRecord]] = defaultdict(list)
        self.by_imported_title: dict[tuple[str, str, str], list[ExistingRecord]] = defaultdict(list)
        self.entry_rows: dict[tuple[str, str], list[ParsedRow]] = defaultdict(list)
        self.titles: dict[str, set[str]] = defaultdict(set)
        for one in ground.records.values():
            self._index(one)
        for row in grid.rows:
            if not row.sheet.list_key:
                self.titles[row.sheet.kind].add(normalize_word(get_row_title(row)))
            for name in {normalize_word(row.get_text("#parent")),
                         row.id.partition("#")[0]} - {""} if row.sheet.list_key else ():
                self.entry_rows[row.sheet.kind, name].append(row)

    def _index(self, one: ExistingRecord) -> None:
        if one.row_id:
            self.by_row_id[one.row_id].append(one)
        self.by_title[one.kind, one.place, normalize_word(one.title)].append(one)
        for mark in self.history.import_log.get(one.path, {}).get(".".join(_title_keys(one.kind)), ()):
            self.by_imported_title[one.kind, one.place, mark].append(one)

    def find_record(self, row: ParsedRow, place: str) -> ExistingRecord | Problem | None:
        """The record that a row is: by its id and what the record says, else by title, place and date; None if it is
        new."""
        by_id = self._find_by_id(row, place)
        if isinstance(by_id, Problem):
            return by_id
        if by_id is not None:
            return self._unreadable_file_problem(row, by_id) or by_id
        if row.sheet.kind == "location" and (name := row.get_text("#name")):
            found = self.context.records.get(f"{place}/locations/{name}")
            if found:
                return self._unreadable_file_problem(row, found) or found
        if row.sheet.kind == "review" and row.id and not row.id.startswith("places/"):
            # else the sheet of another reviewer, be it in the same role
            return self._deleted_record_problem(row, place)
        alike = self._records_with_title(row, place)
        if not alike:
            return self._deleted_record_problem(row, place)
        exact = [one for one in alike if self._date_fits(row, one)]
        if len(exact) == 1:
            return exact[0]
        date = row.sheet.get_column(*(_date_keys(row.sheet.kind) or get_title_keys(row)))
        said = ", ".join(f"{one.title} {_text_at(one, _date_keys(one.kind))}".strip() for one in alike)
        return build_cell_problem(self.workbook.name, row.get_cell(date), "row_unsure", found=said)

    def once_called(self, kind: str, text: str, place: str) -> list[str]:
        """The records of a place that were read under this title and have another by now."""
        column = list_sheets()[kind].get_column(*_title_keys(kind))
        return [one.path for one in self.by_imported_title[kind, place,
                                                           hash_typed_text(text, column, self.context.vocabulary,
                                                                           place)]]

    def _records_with_title(self, row: ParsedRow, place: str) -> list[ExistingRecord]:
        """The records of a place that are called as a row is; of reviews, those of the same target by the same role."""
        if not get_row_title(row):
            return []
        if row.sheet.kind != "review":
            read = self.by_imported_title.get((row.sheet.kind, place, self._hash_at(row, get_title_keys(row), place)),
                                              [])
            return self.by_title.get((row.sheet.kind, place, normalize_word(get_row_title(row))), []) or read
        keys: tuple[RecordKeys, ...] = (("target",), ("reviewer_role",), ("reviewer_org",))
        return [one for one in self.context.records.values()
                if one.kind == "review" and one.place == place and all(self._says_same(row, one, key) for key in keys)]

    def _find_by_id(self, row: ParsedRow, place: str) -> ExistingRecord | Problem | None:
        """The record that a row was handed out as, or was made of it. An id alone says nothing, since one template may
        be filled by several people and a row typed over: the row must still say what the record says."""
        known = self._known_by_id(row)
        if row.sheet.kind == "review":
            return self._match_review(row, known)
        if any(one.file_problem for one in known):
            return known[0]
        same = [one for one in known if not get_row_title(row) or _is_title_untouched(row)
                or self._says_same_or_imported(row, one, get_title_keys(row))]
        if same or not known:
            return next((one for one in same if row.baseline_hashes or self._agreement(row, one).is_later_state), None)
        alike = self._records_with_title(row, place)
        elsewhere = [one for one in alike if (self.ids[one.path] or self.ids[one.row_id]) and self._date_fits(row, one)]
        if len(elsewhere) == 1:  # its cells were moved apart from its hidden ones
            return elsewhere[0]
        return self._find_renamed(row, known, is_free=not alike)

    def _known_by_id(self, row: ParsedRow) -> list[ExistingRecord]:
        handed_out_as = self.context.records.get(row.id)
        known = [handed_out_as] if handed_out_as else self.by_row_id.get(row.id, [])
        return [one for one in known if one.kind == row.sheet.kind]

    def _find_renamed(self, row: ParsedRow, known: list[ExistingRecord], *,
                      is_free: bool) -> ExistingRecord | Problem | None:
        """The record that a row names anew. `is_free`: whether no other record is called so."""
        is_handed_out = row.id in self.context.records
        shared = {one.path: self._count_shared_texts(row, one) for one in known}
        enough = 2 if not is_handed_out else 1 if row.sheet.kind != "location" else 0  # which has no texts to share
        renamed = [one for one in known if is_free and not self._overwrites(row, one)
                   and (shared[one.path] >= enough or self._agreement(row, one).is_all_kept)]
        if len(renamed) == 1:
            return renamed[0]
        if row.sheet.kind == "location" and is_free and is_like(get_row_title(row), known[0].title):
            return build_cell_problem(self.workbook.name, get_title_cell(row), "location_renamed", found=known[0].title,
                                      key=known[0].file)
        return self._replaced_row_problem(row, known[0]) if is_handed_out or any(shared.values()) else None

    def _match_review(self, row: ParsedRow, known: list[ExistingRecord]) -> ExistingRecord | Problem | None:
        """The review that a score sheet has made. A sheet that says little of what it said then is somebody else's, in
        the same role: it changes nothing unasked, nor does it add."""
        if not known or known[0].file_problem:
            return known[0] if known else None
        says = self._agreement(row, known[0])
        if says.is_later_state or not (says.differing or says.added):
            return known[0]
        return build_cell_problem(self.workbook.name, row.get_cell(None), "review_other", found=known[0].file)

    def _unreadable_file_problem(self, row: ParsedRow, found: ExistingRecord) -> Problem | None:
        return build_cell_problem(self.workbook.name, row.get_cell(None), "file_unreadable",
                                  found=found.file) if found.file_problem else None

    def _replaced_row_problem(self, row: ParsedRow, found: ExistingRecord) -> Problem:
        """A row in which somebody seems to have typed another matter over an old one."""
        cell = row.get_cell(row.sheet.get_column(*get_title_keys(row)))
        said = f"{found.title} {_text_at(found, _date_keys(found.kind))}".strip()
        return build_cell_problem(self.workbook.name, cell, "row_replaced", found=said)

    def _deleted_record_problem(self, row: ParsedRow, place: str) -> Problem | None:
        """A row whose record is not there any more: it was handed out as that, or had made it. It makes none again,
        whatever it says by now; where it says only what was read of it, it keeps nothing else out."""
        path = self._gone_path(row, place)
        if not path:
            return None
        memory = self.history.import_log.get(path, {})
        is_old = row.id != "" and all(self._is_read(one, memory, place)
                                      for one in (row, *self._entry_rows_of(row, path)))
        elsewhere = self.history.moved.get(path, "")
        is_withdrawn = self.context.library.link_context.visibility(path) == "withdrawn"
        code = "row_withdrawn" if is_withdrawn else "row_elsewhere" if elsewhere else "row_gone"
        return build_cell_problem(self.workbook.name, row.get_cell(None), code, level="warning" if is_old else "error",
                                  found=elsewhere or path)

    def _gone_path(self, row: ParsedRow, place: str) -> str:
        """Where the record of a row was that is not there any more ("" = none is known)."""
        if row.id.startswith("places/"):
            return row.id
        folder = f"{place}/{KINDS[row.sheet.kind].folder}/"
        gone = [path for path in self.history.import_log if path.startswith(folder) and path not in self.context.paths]
        read = next((path for path in gone if self._was_made_of(row, path)), "")
        path = read or propose_path(row.sheet.kind, get_row_title(row), place, ())
        return path if read or self.context.library.link_context.visibility(path) == "withdrawn" else ""

    def _was_made_of(self, row: ParsedRow, path: str) -> bool:
        """Whether a record that is gone was made of a row. Where their ids do not tell, most of what the row says must
        have been read of it; a review is known by its id alone, since others are of the same place."""
        gone = ExistingRecord(path, row.sheet.kind, "", "", {}, "", "")
        has_title = self._hash_at(row, get_title_keys(row), gone.place) in self._imported_hashes(gone,
                                                                                                 get_title_keys(row))
        if row.id in self._imported_hashes(gone, (ROW_IDS,)):
            return has_title or self._agreement(row, gone).matching > 0
        if not has_title or row.sheet.kind == "review":
            return False
        is_withdrawn = self.context.library.link_context.visibility(path) == "withdrawn"
        return is_withdrawn or (row.id != "" and self._agreement(row, gone).matching >= self._agreement(row,
                                                                                                        gone).added)

    def _is_read(self, row: ParsedRow, memory: Mapping[str, Sequence[str]], place: str) -> bool:
        """Whether all that a row says was read before, or stood in it when it was handed out."""
        if row.baseline_hashes:
            return not row.changed_cells
        words = self.context.vocabulary
        if name := row.sheet.list_key:
            return hash_entry(parse_entry(row, words, place), row.sheet, words, place) in memory.get(name, ())
        return all(hash_typed_text(cell.text, column, words, place) in memory.get(".".join(column.keys), ())
                   for column, cell in row.cells.items() if column.is_record_key)

    def _says_same(self, row: ParsedRow, found: ExistingRecord, keys: RecordKeys) -> bool:
        """Whether a row and a record say the same under `keys`."""
        column = row.sheet.get_column(*keys)
        words, place = self.context.vocabulary, found.place
        old = normalize_value(get_value(found.data, keys), column, words, place)
        new = normalize_value(parse_cell(row.get_text(*keys), column, words, place), column, words, place)
        return old == new or (isinstance(old, str) and isinstance(new, str)
                              and normalize_word(old) == normalize_word(new) != "")

    def _says_same_or_imported(self, row: ParsedRow, found: ExistingRecord, keys: RecordKeys) -> bool:
        """The same, or whether that was read from a row before: the record may have been corrected since."""
        return self._says_same(row, found, keys) or self._hash_at(row, keys,
                                                                  found.place) in self._imported_hashes(found, keys)

    def _imported_hashes(self, found: ExistingRecord, keys: RecordKeys) -> Sequence[str]:
        return self.history.import_log.get(found.path, {}).get(".".join(keys), ())

    def _hash_at(self, row: ParsedRow, keys: RecordKeys, place: str) -> str:
        return hash_typed_text(row.get_text(*keys), row.sheet.get_column(*keys), self.context.vocabulary, place)

    def _date_fits(self, row: ParsedRow, found: ExistingRecord) -> bool:
        """Whether the dates agree, as far as both are known."""
        keys = _date_keys(found.kind)
        if not keys or not row.get_text(*keys) or self._says_same_or_imported(row, found, keys):
            return True
        both = (row.get_text(*keys), _text_at(found, keys))
        return "未知" in both or "unknown" in both

    # --- what a row says of its record

    def _agreement(self, row: ParsedRow, found: ExistingRecord) -> "_Agreement":
        """What a row says of its record; looked at once."""
        key = (row.sheet_name, row.number, found.path)
        if key not in self.agreements:
            self.agreements[key] = self._compare(row, found)
        return self.agreements[key]

    def _compare(self, row: ParsedRow, found: ExistingRecord) -> "_Agreement":
        """What a row, with the rows of its lists, says of what its record says or was read from it before."""
        kinds: list[str] = []
        for column in row.sheet.columns:
            if not column.is_record_key or column.keys == get_title_keys(row) or column not in row.column_numbers:
                continue
            tells = column.type not in ("term", "flag", "reference")
            if not row.get_text(*column.keys):
                # a later state would say it
                kinds += ["other"] if self._imported_hashes(found, column.keys) and tells else []
            elif self._says_same_or_imported(row, found, column.keys):
                kinds.append("kept" if tells else "same")
            else:
                kinds.append("other" if get_value(found.data, column.keys) else "new")
        kinds += (self._compare_entry(one, found) for one in self._entry_rows_of(row, found.path, found.title))
        return _Agreement(kinds.count("kept"), kinds.count("other"), kinds.count("new"))

    def _compare_entry(self, row: ParsedRow, found: ExistingRecord) -> str:
        words, place, sheet = self.context.vocabulary, found.place, row.sheet
        old = read_entries(found.data, sheet.list_key, sheet.model)
        imported = self.history.import_log.get(found.path, {}).get(sheet.list_key, ())
        mine = parse_entry(row, words, place)
        if hash_entry(mine, sheet, words, place) in {*imported, *(hash_entry(one, sheet, words, place) for one in old)}:
            return "kept" if any(mine.get(key) for key in (*_FREE_KEYS, "finding", "evidence")) else "same"
        heads = [column for column in sheet.columns if column.keys[0] in ENTRY_HEAD_KEYS]
        is_there = heads and any(all(normalize_value(mine.get(column.keys[0]), column, words, place)
                                     == normalize_value(one.get(column.keys[0]), column, words, place)
                                     for column in heads)
                                 for one in old)
        return "other" if is_there else "new"

    def _entry_rows_of(self, row: ParsedRow, path: str, title: str = "") -> list[ParsedRow]:
        """The rows of the lists of the record at `path`, also those that still have the title that it had."""
        called = {normalize_word(get_row_title(row)), *({normalize_word(title)} - self.titles[row.sheet.kind])}
        named = [one for name in sorted(called) for one in self.entry_rows.get((row.sheet.kind, name), [])]
        return [*named, *(one for one in self.entry_rows.get((row.sheet.kind, path), []) if one not in named)]

    def _count_shared_texts(self, row: ParsedRow, found: ExistingRecord) -> int:
        """How many texts other than the title a row, with the rows of its lists, shares with a record."""
        own = sum(self._says_same(row, found, column.keys) for column in row.cells if column.is_record_key
                  and column.type in ("text", "markdown") and column.keys != get_title_keys(row))
        below = {text for one in self._entry_rows_of(row, found.path, found.title) for text in _free_texts(one)}
        there = {normalize_word(str(entry.get(key, ""))) for sheet in list_sheets().values() if sheet.kind == found.kind
                 and sheet.list_key for entry in read_entries(found.data, sheet.list_key, sheet.model)
                 for key in _FREE_KEYS}
        return own + len(below & there)

    def _overwrites(self, row: ParsedRow, found: ExistingRecord) -> bool:
        """Whether a row says something else than the record where that says something, besides the title."""
        return any(one.column.keys != get_title_keys(row) and get_value(found.data, one.column.keys)
                   for one in self.find_differences(row, found, self.context.vocabulary))

    # --- what its writer saw

    def find_differences(self, row: ParsedRow, found: ExistingRecord, words: CellVocabulary) -> list[CellDifference]:
        before = self.history.records.get(found.path)
        return list(find_differences(row, found.data, before.data if before else None, self._seen_values(row, found),
                                     words, found.place))

    def _seen_values(self, row: ParsedRow, found: ExistingRecord) -> SeenValues:
        """What the writer of a row saw of its record."""
        marks = {column.keys: self._imported_hashes(found, column.keys) for column in row.sheet.columns
                 if column.is_record_key}
        return get_handed_out_values(row) or SeenValues(marks, self.is_later_state(row, found))

    def has_emptied(self, row: ParsedRow, found: ExistingRecord, keys: RecordKeys) -> bool:
        """Whether a row that was handed out empty no longer says what its record has from it."""
        read = self._imported_hashes(found, keys)
        column = next((one for one in row.column_numbers if one.keys == keys), None)
        return bool(column and read and not row.baseline_hashes and not row.get_text(*keys)
                    and column not in row.invalid_columns
                    and hash_record_value(get_value(found.data, keys), column, self.context.vocabulary,
                                          found.place) == read[-1])

    def is_later_state(self, row: ParsedRow, found: ExistingRecord) -> bool:
        """Whether a row is a later state of the one that its record was made of."""
        return bool(row.id) and row.id == found.row_id and self._agreement(row, found).is_later_state


class _Agreement(Struct, frozen=True):
    """How many things a row says as its record does, or as they were read from it (`kept`: only what tells rows apart),
    how many otherwise, and how many that the record does not say."""

    matching: int
    differing: int
    added: int

    @property
    def is_later_state(self) -> bool:
        """Whether it is a later state of the row that its record was made of."""
        return self.matching > self.differing

    @property
    def is_all_kept(self) -> bool:
        """Whether it says nothing else than what was said then, and that more than once, and little that is new."""
        return self.matching > max(1, self.added) and not self.differing


def _date_keys(kind: str) -> RecordKeys:
    return (KINDS[kind].date_key,) if KINDS[kind].date_key else ()


def get_title_keys(row: ParsedRow) -> RecordKeys:
    """The keys of what a record is called by."""
    return _title_keys(row.sheet.kind)


def _title_keys(kind: str) -> RecordKeys:
    return (KINDS[kind].title_key,) if kind != "review" else ("target",)  # which most reviews have instead of a title


def get_title_cell(row: ParsedRow) -> Cell:
    """Where the title of a record stands, or should."""
    return row.get_cell(row.sheet.get_column(*get_title_keys(row)))


def get_row_title(row: ParsedRow) -> str:
    """What a row calls its record ("" = nothing)."""
    return row.get_text(*get_title_keys(row))


def _is_title_untouched(row: ParsedRow) -> bool:
    """Whether a row has the title under which it was handed out: the record may have another by now."""
    return row.baseline_hashes.get(row.sheet.get_column(*get_title_keys(row))) == hash_text(get_row_title(row))


_FREE_KEYS = ("text", "what")
"""The keys of an entry in which people say something in their own words."""


def _free_texts(row: ParsedRow) -> list[str]:
    return [normalize_word(cell.text) for column, cell in row.cells.items() if column.keys[0] in _FREE_KEYS]


def _text_at(found: ExistingRecord, keys: RecordKeys) -> str:
    return str(get_value(found.data, keys) or "") if keys else ""
