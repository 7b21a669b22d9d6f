"""Which entry of a list a row is, and the list as it shall be."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import combinations

from msgspec import Struct

from ..model.dates import UNKNOWN_DATE, PartialDate, parse_partial_date
from .cell_values import EMPTY_HASH, HASH_LENGTH, CellVocabulary, hash_text, normalize_value, parse_cell
from .columns import SheetDefinition, WorkbookColumn
from .import_context import compute_baseline, format_cells
from .parsed_workbook import ParsedRow
from .three_way_merge import CellDifference, find_differences, get_seen_entry, hash_entry, parse_entry
from .yaml_edit import EntryEdit

ENTRY_HEAD_KEYS = ("date", "stage", "result", "key")
"""The keys that say when an entry was, and what."""

ListEntry = Mapping[str, object]


class ListHistory(Struct, frozen=True):
    """What is known of a list besides what it says now.

    `before`: its entries before this import; `imported`: the marks of all entries that were taken into it; `is_own`:
    whether they were taken from the very rows that now come again; `path`: of the record.
    """

    path: str
    entries_before: Sequence[ListEntry] = ()
    imported_hashes: Sequence[str] = ()
    is_from_same_rows: bool = False


class MergedList(Struct, frozen=True):
    """A list as it shall be: its entries, each with its row, and what has to be asked of rows. `replaced`: rows that
    may correct the entry that they were, or be another one typed over it."""

    items: list[tuple[EntryEdit, ParsedRow | None]]
    questions: list[tuple[ParsedRow, CellDifference, ListEntry]]
    replaced: list[tuple[ParsedRow, ListEntry]]

    @property
    def is_changed(self) -> bool:
        """Whether anything of the list changes."""
        return any(item.old_index is None or item.values for item, _ in self.items)


def merge_list(rows: Sequence[ParsedRow], old: Sequence[ListEntry], then: ListHistory, sheet: SheetDefinition,
               words: CellVocabulary, place: str) -> MergedList:
    """The list `old` with what the rows say. What has no row stays; what was taken before is not taken again.

    An entry is only changed by the row that was handed out as it; any other row adds to it what it leaves open, or is a
    new entry, be it of the same day and stage. A row that was taken before with less is that entry still."""
    there = [_OldEntry(number, compute_baseline(format_cells(entry, sheet, words, place), sheet), {
        column: normalize_value(entry.get(column.keys[0]), column, words, place) for column in sheet.columns
        if column.is_record_key})
             for number, entry in enumerate(old)]
    said = [_RowEntry(row, then.path, words, place) for row in rows]
    same = _match_by_rules(said, there, (_RowEntry.is_same, _RowEntry.adds_nothing))
    left = [one for one in said if one not in same and not one.was_imported(then, words, place)]
    rest = [one for one in there if one.number not in same.values()]
    earlier = _earlier(left, said, then, words, place)
    marks = {one.number: hash_entry(old[one.number], sheet, words, place) for one in rest} if earlier else {}
    known = _match_by_rules(left, rest, (_RowEntry.is_same_key, _RowEntry.changes_entry, _RowEntry.keeps_later_changes,
                                         lambda one, there: marks.get(there.number) in earlier.get(one, {})))
    unclaimed = [one for one in rest if one.number not in known.values()]
    added = _match_by_rules([one for one in left if one not in known], unclaimed, (_RowEntry.is_compatible,))
    fresh = [one for one in left if one not in known and one not in added]
    free = [one for one in unclaimed if one.number not in added.values()]
    replaced = _match_by_rules([one for one in fresh if one.is_rewritten], free,
                               (_RowEntry.has_baseline_of, _RowEntry.was_once))
    overtaken = {one: next((each.number for each in there if one.was_once(each)), -1) for one in fresh
                 if one in earlier or (one.changed_columns and not one.is_rewritten
                                       and not any(map(one.has_baseline_of, there)))}
    of_entry = {number: one for found in (overtaken, same, added, known) for one, number in found.items()}
    result = MergedList([], [], [(one.row, old[number]) for one, number in replaced.items()])
    for number, entry in enumerate(old):
        one = of_entry.get(number)
        found = _entry_differences(one.row, entry, then, words, place) if one and one not in same else []
        if one in added:
            found = [each for each in found if not _comparable(there[number].values[each.column])]
        is_open = one in overtaken and entry in then.entries_before
        result.questions.extend((one.row, each, entry) for each in found if one and (each.needs_question or is_open))
        result.items.append((EntryEdit(number, {each.column.keys[0]: each.value or "" for each in found
                                                if not each.needs_question and not is_open}), one.row if one else None))
    for one, number in overtaken.items():
        if number < 0 or of_entry.get(number) is not one:
            column = next(iter(one.changed_columns or earlier[one].values()))
            result.questions.append((one.row, CellDifference(column, None, True), {}))
    seen = list(there)
    for one in fresh:
        if one not in overtaken and one not in replaced and not any(map(one.adds_nothing, seen)):
            item = _new_entry(one.row, words, place)
            result.items.insert(_insert_position(item, result.items, old), (item, one.row))
            seen.append(_OldEntry(-1, "", one.values))
    return result


def _new_entry(row: ParsedRow, words: CellVocabulary, place: str) -> EntryEdit:
    said = parse_entry(row, words, place)
    return EntryEdit(None, {key: said[key] for column in row.sheet.columns if said.get(key := column.keys[0])})


def _entry_differences(row: ParsedRow, entry: ListEntry, then: ListHistory, words: CellVocabulary,
                       place: str) -> list[CellDifference]:
    seen = get_seen_entry(row, entry, then.imported_hashes, then.is_from_same_rows, words, place)
    return list(find_differences(row, entry, entry if entry in then.entries_before else None, seen, words, place))


# --- which entry a row is ---------------------------------------------------------------------------------------------

_NormalizedValues = Mapping[WorkbookColumn, object]


class _OldEntry(Struct, frozen=True):
    """An entry of the list: its number, the marks of what its row would be handed out with, and what it says."""

    number: int
    baseline: str
    values: _NormalizedValues


_IDENTIFYING_KEYS = frozenset({"text", "what", "stage", "result"})
"""The keys by which entries are told apart, together with their dates."""


class _RowEntry:
    """A row, what it says, and in which columns other than when it was handed out as an entry of the record at `path`
    (column → mark of what stood there); `before` is empty if it was not."""

    def __init__(self, row: ParsedRow, path: str, words: CellVocabulary, place: str) -> None:
        self.row = row
        self.values: _NormalizedValues = {column: normalize_value(parse_cell(row.get_text(*column.keys), column, words,
                                                                             place), column, words,
                                                                  place) for column in row.sheet.columns
                                          if column.is_record_key}
        self.baseline_hashes = row.baseline_hashes if row.id.startswith(f"{path}#") else {}
        self.changed_columns = {column: mark for column,
                                mark in self.baseline_hashes.items() if column in row.column_numbers
                                and column not in row.invalid_columns
                                and mark != (hash_text(row.get_text(*column.keys)))}

    @property
    def is_rewritten(self) -> bool:
        """Whether it has another text and other things besides than when it was handed out."""
        rewritten = [column for column, mark in self.changed_columns.items() if mark != EMPTY_HASH
                     and column in self.row.cells]
        return len(rewritten) > 1 and any(map(_is_text, rewritten))

    def corrects(self, there: _OldEntry) -> bool:
        """Whether it still is that entry, which has the text that was handed out: who writes another text and another
        day may have typed a new entry over it."""
        return bool(self.changed_columns) and (not self.is_rewritten or all(
            is_like(str(value), str(there.values[column])) for column,
            value in self.values.items() if _is_text(column)))

    def with_less(self, words: CellVocabulary, place: str) -> dict[str, WorkbookColumn]:
        """The marks of what it said while one or two of its cells were still empty → one of these."""
        entry, sheet = parse_entry(self.row, words, place), self.row.sheet
        return {hash_entry({key: value for key, value in entry.items() if key not in {one.keys[0] for one in open_}},
                           sheet, words, place): open_[0]
                for count in (1, 2) for open_ in combinations([one for one in self.row.cells if one.is_record_key],
                                                              count)
                if len(entry) > count}

    def was_imported(self, then: ListHistory, words: CellVocabulary, place: str) -> bool:
        """Whether it says only what it was handed out with, or what was taken before: the record may say otherwise by
        now, or have it no more."""
        if self.baseline_hashes:
            return not self.changed_columns
        return hash_entry(parse_entry(self.row, words, place), self.row.sheet, words, place) in then.imported_hashes

    def is_same(self, there: _OldEntry) -> bool:
        """Whether it says just what an entry says."""
        return self.values == there.values and any(self.values.values())

    def is_same_key(self, there: _OldEntry) -> bool:
        """Whether both are about the same criterion, of which a review has each only once."""
        return any(self.values[column] == there.values[column] != "" for column in self.values
                   if column.keys == ("key",))

    def has_baseline_of(self, there: _OldEntry) -> bool:
        """Whether an entry is as the row was when it was handed out."""
        return there.baseline == self.row.baseline

    def changes_entry(self, there: _OldEntry) -> bool:
        """Whether it changes that entry."""
        return self.corrects(there) and self.has_baseline_of(there)

    def keeps_later_changes(self, there: _OldEntry) -> bool:
        """Whether the entry still has the same text, and was changed since in columns that the row does not touch."""
        return self.corrects(there) and not any(column in self.changed_columns or _is_text(column)
                                                for column in self._columns_changed_since(there))

    def was_once(self, there: _OldEntry) -> bool:
        """Whether it is most likely of that entry, which others have changed since, or somebody in this import."""
        return self.row.id.endswith(f"#{there.number}") and not any(
            column.keys[0] in ENTRY_HEAD_KEYS for column in self._columns_changed_since(there))

    def _columns_changed_since(self, there: _OldEntry) -> list[WorkbookColumn]:
        """The columns in which an entry is not as the row was when it was handed out."""
        marks = (there.baseline[at:at + HASH_LENGTH] for at in range(0, len(there.baseline), HASH_LENGTH))
        return [column for (column, then), mark in zip(self.baseline_hashes.items(), marks, strict=True)
                if mark != then]

    def is_compatible(self, there: _OldEntry) -> bool:
        """Whether both have the same words, and neither says anything that the other denies."""
        return any(_comparable(self.values[column]) for column in self.values
                   if column.keys[0] in _IDENTIFYING_KEYS) and all(
            _comparable(value) == _comparable(there.values[column])
                       or (column.keys[0] not in _IDENTIFYING_KEYS and not (
                _comparable(value) and _comparable(there.values[column]))) for column, value in self.values.items())

    def adds_nothing(self, there: _OldEntry) -> bool:
        """Whether an entry says all that it says, and it was not changed to say so."""
        return not self.changed_columns and self.is_compatible(there) and all(
            _comparable(value) in ("", _comparable(there.values[column])) for column, value in self.values.items())


def _earlier(left: Sequence[_RowEntry], said: Sequence[_RowEntry], then: ListHistory, words: CellVocabulary,
             place: str) -> dict[_RowEntry, dict[str, WorkbookColumn]]:
    """The rows that were taken with less than they say now, of the very rows that were taken: the marks of what they
    said then, as far as no other row may be that, and a cell that was filled since."""
    rows = [one for one in left if then.is_from_same_rows and not one.baseline_hashes]
    less = {one: one.with_less(words, place) for one in rows}
    if not any(mark in then.imported_hashes for marks in less.values() for mark in marks):
        return {}
    by_mark = Counter(mark for one in said for mark in {
        hash_entry(parse_entry(one.row, words, place), one.row.sheet, words, place), *one.with_less(words, place)})
    found = {one: {mark: column for mark, column in marks.items() if mark in then.imported_hashes
                   and by_mark[mark] == 1}
             for one, marks in less.items()}
    return {one: marks for one, marks in found.items() if marks}


_MatchRule = Callable[[_RowEntry, _OldEntry], bool]


def _match_by_rules(rows: Sequence[_RowEntry], there: Sequence[_OldEntry],
                    rules: Sequence[_MatchRule]) -> dict[_RowEntry, int]:
    """Which of the rows is which entry, by one rule after the other; an entry has one row."""
    left = {one.number: one for one in there}
    pairs: dict[_RowEntry, int] = {}
    for rule in rules:
        for row in rows:
            number = next((n for n, one in left.items() if rule(row, one)), None) if row not in pairs else None
            if number is not None:
                pairs[row] = number
                del left[number]
    return pairs


def _is_text(column: WorkbookColumn) -> bool:
    return column.keys[0] in ("text", "what")


def is_like(text: str, other: str) -> bool:
    """Whether one text may be a correction of another: it holds it, or has most of its characters in their order."""
    return text in other or other in text or SequenceMatcher(None, text, other, autojunk=False).ratio() > 0.5


def _comparable(value: object) -> object:
    """A value as it is compared: blanks make no difference, and what is unknown is as good as not said."""
    if value in ("", (), UNKNOWN_DATE):
        return ""
    return " ".join(value.split()) if isinstance(value, str) else value


def _insert_position(item: EntryEdit, items: Sequence[tuple[EntryEdit, ParsedRow | None]],
                     old: Sequence[ListEntry]) -> int:
    """Where a new entry goes: after all that are not surely later, so that where dates leave it open the order of the
    rows holds; one without a date at the end."""
    when = _parse_date_or_none(item.values.get("date", ""))
    if when is None or when.latest is None:
        return len(items)
    later = (at for at, (one, _) in enumerate(items)
             if (other := _parse_date_or_none(one.values.get("date") or _date_of_old_entry(one, old)))
             and other.earliest
             and other.earliest > when.latest)
    return next(later, len(items))


def _date_of_old_entry(item: EntryEdit, old: Sequence[ListEntry]) -> object:
    return old[item.old_index].get("date", "") if item.old_index is not None else ""


def _parse_date_or_none(text: object) -> PartialDate | None:
    try:
        return parse_partial_date(str(text))
    except ValueError:
        return None
