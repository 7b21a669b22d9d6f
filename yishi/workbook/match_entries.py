"""Match rows to the entries of a list and merge them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from itertools import combinations

from msgspec import Struct

from ..model.dates import UNKNOWN_DATE, PartialDate, parse_partial_date
from .cell_values import EMPTY_HASH, HASH_LENGTH, CellVocabulary, TypedValue, hash_text, normalize_value, parse_cell
from .columns import SheetDefinition, WorkbookColumn
from .import_context import compute_baseline, format_cells
from .parsed_workbook import ParsedRow
from .retold_steps import compare_steps, is_end
from .three_way_merge import CellDifference, find_differences, get_seen_entry, hash_entry, parse_entry
from .yaml_edit import EntryEdit

ENTRY_HEAD_KEYS = ("date", "stage", "result", "key")
"""The keys that say when an entry happened and what kind it is."""

MASK = "***"
"""Stands in texts of which personal data was masked."""

ListEntry = Mapping[str, object]


class ListHistory(Struct, frozen=True):
    """History of a list, besides its present entries. `path`: of the record; `entries_before`: its entries before
    this import; `imported_hashes`: hashes of all entries imported into it; `is_from_same_rows`: whether those came
    from the rows that are now imported again; `told_hashes`: hashes of the entries told in a row that comes back
    corrected, which stands on the sheet `corrected_on` ("" if there is none)."""

    path: str
    entries_before: Sequence[ListEntry] = ()
    imported_hashes: Sequence[str] = ()
    is_from_same_rows: bool = False
    told_hashes: Sequence[str] = ()
    corrected_on: str = ""


class MergedList(Struct, frozen=True):
    """The merged list: its entries, each with its row (None: unchanged by this import), the questions to ask about
    rows, and `replaced`: rows that may be a correction of the old entry or a new entry typed over it; `retold`: rows
    that tell once more what an entry says, and whether they surely do (else they are asked about); `withdrawn`: old
    entries left out, because the story from which they were read was corrected and no longer tells them, each with a
    row of the story."""

    items: list[tuple[EntryEdit, ParsedRow | None]]
    questions: list[tuple[ParsedRow, CellDifference, ListEntry]]
    replaced: list[tuple[ParsedRow, ListEntry]]
    retold: list[tuple[ParsedRow, ListEntry, bool]]
    withdrawn: list[tuple[ParsedRow, ListEntry]]

    @property
    def is_changed(self) -> bool:
        """Whether any entry is new, changed or left out."""
        return bool(self.withdrawn) or any(item.old_index is None or item.values for item, _ in self.items)


def merge_list(rows: Sequence[ParsedRow], old: Sequence[ListEntry], history: ListHistory, sheet: SheetDefinition,
               words: CellVocabulary, place: str) -> MergedList:
    """Merge the rows of a list into its entries `old`. Imported rows are not added again; entries without a row stay,
    but for steps read from a story that comes back corrected: those that it tells are put in their place.

    Only the row that was handed out for an entry changes it. Any other row either fills in keys that an entry leaves
    empty or is a new entry, even one of the same day and stage. A row that was imported with fewer cells still belongs
    to the entry made from it.
    """
    return _ListMerger(rows, old, history, sheet, words, place).merge()


def _entry_differences(row: ParsedRow, entry: ListEntry, history: ListHistory, words: CellVocabulary,
                       place: str) -> list[CellDifference]:
    seen = get_seen_entry(row, entry, history.imported_hashes, history.is_from_same_rows, words, place)
    return list(find_differences(row, entry, entry if entry in history.entries_before else None, seen, words, place))


# --- which entry a row is ---------------------------------------------------------------------------------------------

_NormalizedValues = Mapping[WorkbookColumn, object]


class _OldEntry(Struct, frozen=True):
    """An existing entry: its number, the baseline (hashes) of its row if it were handed out now, and its values."""

    number: int
    baseline: str
    values: _NormalizedValues


_IDENTIFYING_KEYS = frozenset({"text", "what", "stage", "result"})
"""The keys that, with the date, distinguish entries."""


class _RowEntry:
    """A row of a list: `values`, normalised; `baseline_hashes`: column → hash of its text when the row was handed
    out as an entry of the record at `path` (empty: it was not); `changed_columns`: those whose text has changed
    since."""

    def __init__(self, row: ParsedRow, path: str, words: CellVocabulary, place: str) -> None:
        self.row, self.words, self.place = row, words, place
        typed = {column: parse_cell(row.get_text(*column.keys), column, words, place)
                 for column in row.sheet.columns if column.is_record_key}
        self.values: _NormalizedValues = {column: normalize_value(value, column, words, place)
                                          for column, value in typed.items()}
        self.baseline_hashes = row.baseline_hashes if row.id.startswith(f"{path}#") else {}
        self.changed_columns = {column: baseline for column, baseline in self.baseline_hashes.items()
                                if column in row.column_numbers and column not in row.invalid_columns
                                and baseline != hash_text(row.get_text(*column.keys))}

    @cached_property
    def entry(self) -> Mapping[str, TypedValue]:
        """The entry that the row says, as it would be written."""
        return parse_entry(self.row, self.words, self.place)

    @cached_property
    def entry_hash(self) -> str:
        return self._hash(self.entry)

    @cached_property
    def hashes_with_less(self) -> dict[str, WorkbookColumn]:
        """Entry hash if one or two of its cells were still empty → the first of these columns."""
        columns = [column for column in self.row.cells if column.is_record_key]
        return {self._hash({key: value for key, value in self.entry.items()
                            if key not in {column.keys[0] for column in emptied}}): emptied[0]
                for count in (1, 2) for emptied in combinations(columns, count) if len(self.entry) > count}

    def _hash(self, entry: ListEntry) -> str:
        return hash_entry(entry, self.row.sheet, self.words, self.place)

    def as_new_entry(self) -> EntryEdit:
        """The edit that adds it, in the order of the columns."""
        return EntryEdit(None, {key: self.entry[key] for column in self.row.sheet.columns
                                if self.entry.get(key := column.keys[0])})

    @property
    def is_rewritten(self) -> bool:
        """Whether the main text and at least one other filled cell were changed since it was handed out."""
        rewritten = [column for column, baseline in self.changed_columns.items() if baseline != EMPTY_HASH
                     and column in self.row.cells]
        return len(rewritten) > 1 and any(map(_is_text, rewritten))

    def corrects(self, entry: _OldEntry) -> bool:
        """Whether it is a changed version of that entry. A rewritten row counts only if its text is still similar:
        otherwise somebody may have typed a new entry over the old one."""
        return bool(self.changed_columns) and (not self.is_rewritten or all(
            is_like(str(value), str(entry.values[column]))
            for column, value in self.values.items() if _is_text(column)))

    def was_imported(self, history: ListHistory) -> bool:
        """Whether it holds nothing new: unchanged since it was handed out, or imported before. The record may differ
        by now, or no longer contain it."""
        if self.baseline_hashes:
            return not self.changed_columns
        return self.entry_hash in history.imported_hashes

    def is_same(self, entry: _OldEntry) -> bool:
        """Whether both have the same values, and any at all."""
        return self.values == entry.values and any(self.values.values())

    def has_text_of(self, entry: _OldEntry) -> bool:
        """Whether a row that was not handed out has the text of an entry, or one of both has more: since it was
        imported, its date or stage was corrected, and perhaps is read otherwise."""
        texts = [(str(value), str(entry.values[column])) for column, value in self.values.items() if _is_text(column)]
        if any(MASK in other for _, other in texts):  # the text was corrected, nothing else
            return all(value == entry.values[column] for column, value in self.values.items() if not _is_text(column))
        return not self.baseline_hashes and bool(texts) and all(
            one and other and (one.endswith(other) or other.endswith(one)) for one, other in texts)

    def is_same_key(self, entry: _OldEntry) -> bool:
        """Whether both rate the same criterion; a review has each criterion only once."""
        return any(self.values[column] == entry.values[column] != "" for column in self.values
                   if column.keys == ("key",))

    def has_baseline_of(self, entry: _OldEntry) -> bool:
        """Whether the entry is unchanged since the row was handed out."""
        return entry.baseline == self.row.baseline

    def changes_entry(self, entry: _OldEntry) -> bool:
        """Whether it is a change of that entry, which is unchanged since the row was handed out."""
        return self.corrects(entry) and self.has_baseline_of(entry)

    def keeps_later_changes(self, entry: _OldEntry) -> bool:
        """Whether the entry has the same text, and has changed since only in columns that the row does not change."""
        return self.corrects(entry) and not any(column in self.changed_columns or _is_text(column)
                                                for column in self._columns_changed_since(entry))

    def was_once(self, entry: _OldEntry) -> bool:
        """Whether it most likely belongs to that entry, which others, or another file of this import, have changed
        since."""
        return self.row.id.endswith(f"#{entry.number}") and not any(
            column.keys[0] in ENTRY_HEAD_KEYS for column in self._columns_changed_since(entry))

    def _columns_changed_since(self, entry: _OldEntry) -> list[WorkbookColumn]:
        """The columns in which the entry has changed since the row was handed out."""
        hashes = (entry.baseline[at:at + HASH_LENGTH] for at in range(0, len(entry.baseline), HASH_LENGTH))
        return [column for (column, handed_out), current in zip(self.baseline_hashes.items(), hashes, strict=True)
                if current != handed_out]

    def is_compatible(self, entry: _OldEntry) -> bool:
        """Whether both have the same identifying values and contradict each other nowhere."""
        has_identity = any(_comparable(self.values[column]) for column in self.values
                           if column.keys[0] in _IDENTIFYING_KEYS)
        return has_identity and all(self._agrees(column, value, entry) for column, value in self.values.items())

    @staticmethod
    def _agrees(column: WorkbookColumn, value: object, entry: _OldEntry) -> bool:
        """Whether the row and the entry have the same value, or one of them none where that identifies no entry."""
        mine, other = _comparable(value), _comparable(entry.values[column])
        return mine == other or (column.keys[0] not in _IDENTIFYING_KEYS and not (mine and other))

    def adds_nothing(self, entry: _OldEntry) -> bool:
        """Whether the entry contains all values of the row, and the row was not edited to have them."""
        return not self.changed_columns and self.is_compatible(entry) and all(
            _comparable(value) in ("", _comparable(entry.values[column])) for column, value in self.values.items())


def _find_earlier_states(candidates: Sequence[_RowEntry], all_rows: Sequence[_RowEntry],
                         history: ListHistory) -> dict[_RowEntry, dict[str, WorkbookColumn]]:
    """Rows that were imported before with fewer cells filled: row → entry hash of that earlier state → a column
    filled since. Only hashes that a single row can have had count, and only if the same rows come again."""
    rows = [row for row in candidates if history.is_from_same_rows and not row.baseline_hashes]
    if not any(entry_hash in history.imported_hashes for row in rows for entry_hash in row.hashes_with_less):
        return {}
    counts = Counter(entry_hash for row in all_rows for entry_hash in {row.entry_hash, *row.hashes_with_less})
    found = {row: {entry_hash: column for entry_hash, column in row.hashes_with_less.items()
                   if entry_hash in history.imported_hashes and counts[entry_hash] == 1}
             for row in rows}
    return {row: hashes for row, hashes in found.items() if hashes}


_MatchRule = Callable[[_RowEntry, _OldEntry], bool]


def _match_by_rules(rows: Sequence[_RowEntry], entries: Sequence[_OldEntry],
                    rules: Sequence[_MatchRule]) -> dict[_RowEntry, int]:
    """Match rows to entries: each rule is tried for all rows before the next; every entry gets at most one row."""
    left = {one.number: one for one in entries}
    matches: dict[_RowEntry, int] = {}
    for rule in rules:
        for row in rows:
            number = next((n for n, one in left.items() if rule(row, one)), None) if row not in matches else None
            if number is not None:
                matches[row] = number
                del left[number]
    return matches


class _ListMerger:
    """Merges the rows of one list into its entries.

    The mappings go from a row to the number of its entry. `same`: the row equals the entry or adds nothing to it;
    `changed`: it changes the entry; `completed`: it fills in empty keys; `replaced`: it is a correction or a new entry
    typed over the old one; `outdated`: its entry was changed or deleted (-1) since it was handed out or imported.
    `unmatched`: rows that are none of the first three.
    """

    def __init__(self, rows: Sequence[ParsedRow], old: Sequence[ListEntry], history: ListHistory,
                 sheet: SheetDefinition, words: CellVocabulary, place: str) -> None:
        self.old, self.history, self.sheet, self.words, self.place = old, history, sheet, words, place
        self.rows = [_RowEntry(row, history.path, words, place) for row in rows]
        self.story = {row for row in self.rows if row.row.sheet_name == history.corrected_on}
        self.withdrawn = self._find_withdrawn()
        self.entries = [self._old_entry(number, entry) for number, entry in enumerate(old)
                        if number not in self.withdrawn]
        self.same = _match_by_rules(self.rows, self.entries, (_RowEntry.is_same, _RowEntry.adds_nothing))
        left = [row for row in self.rows if row not in self.same and not self._was_imported(row)]
        self.earlier = _find_earlier_states([row for row in left if row not in self.story], self.rows, history)
        self.changed = self._match_changed(left, self._without(self.entries, self.same))
        unclaimed = self._without(self.entries, {**self.same, **self.changed})
        self.completed = _match_by_rules([row for row in left if row not in self.changed], unclaimed,
                                         (_RowEntry.is_compatible,))
        self.unmatched = [row for row in left if row not in self.changed and row not in self.completed]
        self.replaced = _match_by_rules([row for row in self.unmatched if row.is_rewritten],
                                        self._without(unclaimed, self.completed),
                                        (_RowEntry.has_baseline_of, _RowEntry.was_once))
        self.outdated = {row: self._former_entry(row) for row in self.unmatched if self._is_outdated(row)}
        matched = (self.outdated, self.same, self.completed, self.changed)  # the last match of an entry wins
        self.row_of_entry = {number: row for rows_of in matched for row, number in rows_of.items()}

    def _find_withdrawn(self) -> set[int]:
        """Numbers of the entries that an earlier form of a story told and its corrected form does not."""
        if not self.story:
            return set()
        told = {row.entry_hash for row in self.rows}
        keys = {column.keys[0] for column in self.sheet.columns}  # an entry with more was completed by somebody
        hashes = {number: hash_entry(entry, self.sheet, self.words, self.place)
                  for number, entry in enumerate(self.old) if entry.keys() <= keys}
        return {number for number, one in hashes.items() if one in self.history.told_hashes and one not in told}

    def _was_imported(self, row: _RowEntry) -> bool:
        """Whether a row holds nothing new; a corrected story may tell what one of its earlier forms told."""
        return row.entry_hash in self.history.told_hashes if row in self.story else row.was_imported(self.history)

    def _old_entry(self, number: int, entry: ListEntry) -> _OldEntry:
        values = {column: normalize_value(entry.get(column.keys[0]), column, self.words, self.place)
                  for column in self.sheet.columns if column.is_record_key}
        texts = format_cells(entry, self.sheet, self.words, self.place)
        return _OldEntry(number, compute_baseline(texts, self.sheet), values)

    @staticmethod
    def _without(entries: Sequence[_OldEntry], matched: Mapping[_RowEntry, int]) -> list[_OldEntry]:
        """The entries that no row in `matched` belongs to."""
        return [entry for entry in entries if entry.number not in matched.values()]

    def _match_changed(self, rows: Sequence[_RowEntry], entries: Sequence[_OldEntry]) -> dict[_RowEntry, int]:
        hashes = {entry.number: hash_entry(self.old[entry.number], self.sheet, self.words, self.place)
                  for entry in entries} if self.history.is_from_same_rows else {}

        def was_earlier(row: _RowEntry, entry: _OldEntry) -> bool:
            return hashes.get(entry.number) in self.earlier.get(row, {})

        def is_read_otherwise(row: _RowEntry, entry: _OldEntry) -> bool:
            return hashes.get(entry.number) in self.history.imported_hashes and row.has_text_of(entry)

        return _match_by_rules(rows, entries, (_RowEntry.is_same_key, _RowEntry.changes_entry,
                                               _RowEntry.keeps_later_changes, was_earlier, is_read_otherwise))

    def _is_outdated(self, row: _RowEntry) -> bool:
        if row in self.earlier:
            return True
        return (bool(row.changed_columns) and not row.is_rewritten
                and not any(map(row.has_baseline_of, self.entries)))

    def _former_entry(self, row: _RowEntry) -> int:
        return next((entry.number for entry in self.entries if row.was_once(entry)), -1)

    def merge(self) -> MergedList:
        result = MergedList([], [], [(row.row, self.old[number]) for row, number in self.replaced.items()], [], [])
        story = next((row.row for row in self.rows if row in self.story), None)
        for number, entry in enumerate(self.old):
            if story and number in self.withdrawn:
                result.withdrawn.append((story, entry))
            else:
                self._merge_entry(number, entry, result)
        self._ask_about_outdated(result)
        self._insert_new_entries(result)
        return result

    def _merge_entry(self, number: int, entry: ListEntry, result: MergedList) -> None:
        """Append the entry with the changes of its row, and the questions about what both changed."""
        row = self.row_of_entry.get(number)
        if row is None:
            result.items.append((EntryEdit(number, {}), None))
            return
        differences = self._differences(row, number, entry)
        ask_all = row in self.outdated and entry in self.history.entries_before
        result.questions.extend((row.row, one, entry) for one in differences if one.needs_question or ask_all)
        values = {one.column.keys[0]: one.value or "" for one in differences if not one.needs_question and not ask_all}
        result.items.append((EntryEdit(number, values), row.row))

    def _differences(self, row: _RowEntry, number: int, entry: ListEntry) -> list[CellDifference]:
        if row in self.same:
            return []
        found = _entry_differences(row.row, entry, self.history, self.words, self.place)
        if row not in self.completed:
            return found
        values = self._old_entry(number, entry).values  # what it does not complete stays
        return [one for one in found if not _comparable(values[one.column])]

    def _ask_about_outdated(self, result: MergedList) -> None:
        """Ask about outdated rows whose entry is gone or belongs to another row."""
        for row, number in self.outdated.items():
            if number < 0 or self.row_of_entry.get(number) is not row:
                column = next(iter(row.changed_columns or self.earlier[row].values()))
                result.questions.append((row.row, CellDifference(column, None, True), {}))

    def _insert_new_entries(self, result: MergedList) -> None:
        """Insert the unmatched rows as entries, unless an entry already says the same."""
        seen = list(self.entries)
        for row in self.unmatched:
            if row not in self.outdated and row not in self.replaced and not any(
                    map(row.adds_nothing, seen)) and not self._merge_retold(row, result):
                item = row.as_new_entry()
                below = [one.row for one in self.rows[self.rows.index(row) + 1:]]
                at = _insert_position(item, result.items, self.old, below)
                if row in self.story and not item.values.get("date"):  # in the order in which it is told
                    at = next((at for at, (_, of_item) in enumerate(result.items) if of_item in below), at)
                result.items.insert(at, (item, row.row))
                seen.append(_OldEntry(-1, "", row.values))

    def _merge_retold(self, row: _RowEntry, result: MergedList) -> bool:
        """Whether a row tells a step that stands in the log already. Of a step that an import made, what the row says
        more of is taken; what may be another step is asked about."""
        if self.sheet.name != "issue.log" or row.baseline_hashes:
            return False
        values = {column.keys[0]: value for column, value in row.values.items()}
        found = [(likeness, index) for index, (item, of_item) in enumerate(result.items)
                 if (of_item is None or of_item.sheet_name != row.row.sheet_name)
                 and (likeness := compare_steps(values, self._normalize(self._entry_of(item))))]
        if not found:
            return False
        likeness, index = max(found)  # "same" before "maybe"
        item, of_item = result.items[index]
        entry = self._entry_of(item)
        corrected = self._correct_step(row, entry, is_new=item.old_index is None) if likeness == "same" else None
        if corrected:
            result.items[index] = (EntryEdit(item.old_index, {**item.values, **corrected}), of_item or row.row)
        result.retold.append((row.row, entry, corrected is not None))
        return True

    def _entry_of(self, item: EntryEdit) -> ListEntry:
        return {**(self.old[item.old_index] if item.old_index is not None else {}), **item.values}

    def _normalize(self, entry: ListEntry) -> Mapping[str, object]:
        return {column.keys[0]: normalize_value(entry.get(column.keys[0]), column, self.words, self.place)
                for column in self.sheet.columns if column.is_record_key}

    def _correct_step(self, row: _RowEntry, entry: ListEntry, *, is_new: bool) -> dict[str, TypedValue] | None:
        """What a row corrects in a step that it tells again; None if that must be asked."""
        says_more = len(str(row.entry.get("text") or "")) > len(str(entry.get("text") or ""))
        is_named = not any(column.keys == ("stage",) for column in row.row.inferred_columns)
        is_other = row.entry.get("stage") != entry.get("stage") and (
            is_named or is_end(row.entry.get("stage")) != is_end(entry.get("stage")))
        corrected = {key: row.entry[key] for key, is_taken in (("stage", is_other), ("text", says_more)) if is_taken}
        is_ours = is_new or hash_entry(entry, self.sheet, self.words, self.place) in self.history.imported_hashes
        may_correct = is_ours and not (is_other and (is_end(entry.get("stage")) or not (is_named or says_more)))
        return corrected if may_correct or not corrected else None


def _is_text(column: WorkbookColumn) -> bool:
    return column.keys[0] in ("text", "what")


def is_like(text: str, other: str) -> bool:
    """Whether one text may be a correction of the other: one contains the other, or more than half of the characters
    match."""
    return text in other or other in text or SequenceMatcher(None, text, other, autojunk=False).ratio() > 0.5


def _comparable(value: object) -> object:
    """A value for comparison: white space is normalised, and unknown values count as empty."""
    if value in ("", (), UNKNOWN_DATE):
        return ""
    return " ".join(value.split()) if isinstance(value, str) else value


def _insert_position(item: EntryEdit, items: Sequence[tuple[EntryEdit, ParsedRow | None]],
                     old: Sequence[ListEntry], below: Sequence[ParsedRow]) -> int:
    """Index for a new entry: before the first entry that is certainly later, so that rows keep their order where
    dates leave it open; entries without a date go to the end. `below`: the rows below its own: of those the entries
    without a date are later."""
    when = _parse_date_or_none(item.values.get("date", ""))
    if when is None or when.latest is None:
        return len(items)
    for at, (one, row) in enumerate(items):
        date = one.values.get("date") or _date_of_old_entry(one, old)
        other = _parse_date_or_none(date) if date else None
        if (other and other.earliest and other.earliest > when.latest) or (not date and row in below):
            return at
    return len(items)


def _date_of_old_entry(item: EntryEdit, old: Sequence[ListEntry]) -> object:
    return old[item.old_index].get("date", "") if item.old_index is not None else ""


def _parse_date_or_none(text: object) -> PartialDate | None:
    try:
        return parse_partial_date(str(text))
    except ValueError:
        return None
