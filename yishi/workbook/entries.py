"""Which entry of a list a row is, and the list as it shall be."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import combinations

from msgspec import Struct

from ..model.dates import UNKNOWN, When, parse_when
from .cells import EMPTY, MARK, Words, mark_of, meaning, typed
from .columns import Column, Sheet
from .grid import Row
from .ground import base_of, cells_of
from .nodes import Item
from .three_way import Difference, differences, entry_mark, entry_seen, entry_typed

HEADS = ("date", "stage", "result", "key")
"""The keys that say when an entry was, and what."""

Entry = Mapping[str, object]


class Then(Struct, frozen=True):
    """What is known of a list besides what it says now.

    `before`: its entries before this import; `imported`: the marks of all entries that were taken into it; `is_own`:
    whether they were taken from the very rows that now come again; `path`: of the record.
    """

    path: str
    before: Sequence[Entry] = ()
    imported: Sequence[str] = ()
    is_own: bool = False


class Merged(Struct, frozen=True):
    """A list as it shall be: its entries, each with its row, and what has to be asked of rows. `replaced`: rows that
    may correct the entry that they were, or be another one typed over it."""

    items: list[tuple[Item, Row | None]]
    asked: list[tuple[Row, Difference, Entry]]
    replaced: list[tuple[Row, Entry]]

    @property
    def is_changed(self) -> bool:
        """Whether anything of the list changes."""
        return any(item.old is None or item.values for item, _ in self.items)


def merged(rows: Sequence[Row], old: Sequence[Entry], then: Then, sheet: Sheet, words: Words, place: str) -> Merged:
    """The list `old` with what the rows say. What has no row stays; what was taken before is not taken again.

    An entry is only changed by the row that was handed out as it; any other row adds to it what it leaves open, or is a
    new entry, be it of the same day and stage. A row that was taken before with less is that entry still."""
    there = [_There(number, base_of(cells_of(entry, sheet, words, place), sheet), {
        column: meaning(entry.get(column.keys[0]), column, words, place) for column in sheet.columns if column.is_own})
        for number, entry in enumerate(old)]
    said = [_Said(row, then.path, words, place) for row in rows]
    same = _paired(said, there, (_Said.is_same, _Said.adds_nothing))
    left = [one for one in said if one not in same and not one.is_taken(then, words, place)]
    rest = [one for one in there if one.number not in same.values()]
    earlier = _earlier(left, said, then, words, place)
    marks = {one.number: entry_mark(old[one.number], sheet, words, place) for one in rest} if earlier else {}
    known = _paired(left, rest, (_Said.is_same_key, _Said.is_from, _Said.leaves_alone,
                                 lambda one, there: marks.get(there.number) in earlier.get(one, {})))
    unclaimed = [one for one in rest if one.number not in known.values()]
    added = _paired([one for one in left if one not in known], unclaimed, (_Said.fits,))
    fresh = [one for one in left if one not in known and one not in added]
    free = [one for one in unclaimed if one.number not in added.values()]
    replaced = _paired([one for one in fresh if one.is_rewritten], free, (_Said.has_base_of, _Said.was_once))
    overtaken = {one: next((each.number for each in there if one.was_once(each)), -1) for one in fresh
                 if one in earlier or (one.touched and not one.is_rewritten and not any(map(one.has_base_of, there)))}
    of_entry = {number: one for found in (overtaken, same, added, known) for one, number in found.items()}
    result = Merged([], [], [(one.row, old[number]) for one, number in replaced.items()])
    for number, entry in enumerate(old):
        one = of_entry.get(number)
        found = _differences(one.row, entry, then, words, place) if one and one not in same else []
        if one in added:
            found = [each for each in found if not _folded(there[number].said[each.column])]
        is_open = one in overtaken and entry in then.before
        result.asked.extend((one.row, each, entry) for each in found if one and (each.is_asked or is_open))
        result.items.append((Item(number, {each.column.keys[0]: each.value or "" for each in found
                                           if not each.is_asked and not is_open}), one.row if one else None))
    for one, number in overtaken.items():
        if number < 0 or of_entry.get(number) is not one:
            column = next(iter(one.touched or earlier[one].values()))
            result.asked.append((one.row, Difference(column, None, True), {}))
    seen = list(there)
    for one in fresh:
        if one not in overtaken and one not in replaced and not any(map(one.adds_nothing, seen)):
            item = _fresh(one.row, words, place)
            result.items.insert(_position(item, result.items, old), (item, one.row))
            seen.append(_There(-1, "", one.said))
    return result


def _fresh(row: Row, words: Words, place: str) -> Item:
    said = entry_typed(row, words, place)
    return Item(None, {key: said[key] for column in row.sheet.columns if said.get(key := column.keys[0])})


def _differences(row: Row, entry: Entry, then: Then, words: Words, place: str) -> list[Difference]:
    seen = entry_seen(row, entry, then.imported, then.is_own, words, place)
    return list(differences(row, entry, entry if entry in then.before else None, seen, words, place))


# --- which entry a row is ---------------------------------------------------------------------------------------------

_Meanings = Mapping[Column, object]


class _There(Struct, frozen=True):
    """An entry of the list: its number, the marks of what its row would be handed out with, and what it says."""

    number: int
    base: str
    said: _Meanings


_APART = frozenset({"text", "what", "stage", "result"})
"""The keys by which entries are told apart, together with their dates."""


class _Said:
    """A row, what it says, and in which columns other than when it was handed out as an entry of the record at `path`
    (column → mark of what stood there); `before` is empty if it was not."""

    def __init__(self, row: Row, path: str, words: Words, place: str) -> None:
        self.row = row
        self.said: _Meanings = {column: meaning(typed(row.said(*column.keys), column, words, place), column, words,
                                                place) for column in row.sheet.columns if column.is_own}
        self.before = row.before if row.id.startswith(f"{path}#") else {}
        self.touched = {column: mark for column, mark in self.before.items() if column in row.at
                        and column not in row.wrong and mark != (mark_of(row.said(*column.keys)))}

    @property
    def is_rewritten(self) -> bool:
        """Whether it has another text and other things besides than when it was handed out."""
        rewritten = [column for column, mark in self.touched.items() if mark != EMPTY and column in self.row.cells]
        return len(rewritten) > 1 and any(map(_is_text, rewritten))

    def corrects(self, there: _There) -> bool:
        """Whether it still is that entry, which has the text that was handed out: who writes another text and another
        day may have typed a new entry over it."""
        return bool(self.touched) and (not self.is_rewritten or all(
            is_like(str(value), str(there.said[column])) for column, value in self.said.items() if _is_text(column)))

    def with_less(self, words: Words, place: str) -> dict[str, Column]:
        """The marks of what it said while one or two of its cells were still empty → one of these."""
        entry, sheet = entry_typed(self.row, words, place), self.row.sheet
        return {entry_mark({key: value for key, value in entry.items() if key not in {one.keys[0] for one in open_}},
                           sheet, words, place): open_[0]
                for count in (1, 2) for open_ in combinations([one for one in self.row.cells if one.is_own], count)
                if len(entry) > count}

    def is_taken(self, then: Then, words: Words, place: str) -> bool:
        """Whether it says only what it was handed out with, or what was taken before: the record may say otherwise by
        now, or have it no more."""
        if self.before:
            return not self.touched
        return entry_mark(entry_typed(self.row, words, place), self.row.sheet, words, place) in then.imported

    def is_same(self, there: _There) -> bool:
        """Whether it says just what an entry says."""
        return self.said == there.said and any(self.said.values())

    def is_same_key(self, there: _There) -> bool:
        """Whether both are about the same criterion, of which a review has each only once."""
        return any(self.said[column] == there.said[column] != "" for column in self.said if column.keys == ("key",))

    def has_base_of(self, there: _There) -> bool:
        """Whether an entry is as the row was when it was handed out."""
        return there.base == self.row.base

    def is_from(self, there: _There) -> bool:
        """Whether it changes that entry."""
        return self.corrects(there) and self.has_base_of(there)

    def leaves_alone(self, there: _There) -> bool:
        """Whether the entry still has the same text, and was changed since in columns that the row does not touch."""
        return self.corrects(there) and not any(column in self.touched or _is_text(column)
                                                for column in self._since(there))

    def was_once(self, there: _There) -> bool:
        """Whether it is most likely of that entry, which others have changed since, or somebody in this import."""
        return self.row.id.endswith(f"#{there.number}") and not any(
            column.keys[0] in HEADS for column in self._since(there))

    def _since(self, there: _There) -> list[Column]:
        """The columns in which an entry is not as the row was when it was handed out."""
        marks = (there.base[at:at + MARK] for at in range(0, len(there.base), MARK))
        return [column for (column, then), mark in zip(self.before.items(), marks, strict=True) if mark != then]

    def fits(self, there: _There) -> bool:
        """Whether both have the same words, and neither says anything that the other denies."""
        return any(_folded(self.said[column]) for column in self.said if column.keys[0] in _APART) and all(
            _folded(value) == _folded(there.said[column]) or (column.keys[0] not in _APART and not (
                _folded(value) and _folded(there.said[column]))) for column, value in self.said.items())

    def adds_nothing(self, there: _There) -> bool:
        """Whether an entry says all that it says, and it was not changed to say so."""
        return not self.touched and self.fits(there) and all(
            _folded(value) in ("", _folded(there.said[column])) for column, value in self.said.items())


def _earlier(left: Sequence[_Said], said: Sequence[_Said], then: Then, words: Words,
             place: str) -> dict[_Said, dict[str, Column]]:
    """The rows that were taken with less than they say now, of the very rows that were taken: the marks of what they
    said then, as far as no other row may be that, and a cell that was filled since."""
    rows = [one for one in left if then.is_own and not one.before]
    less = {one: one.with_less(words, place) for one in rows}
    if not any(mark in then.imported for marks in less.values() for mark in marks):
        return {}
    by_mark = Counter(mark for one in said for mark in {
        entry_mark(entry_typed(one.row, words, place), one.row.sheet, words, place), *one.with_less(words, place)})
    found = {one: {mark: column for mark, column in marks.items() if mark in then.imported and by_mark[mark] == 1}
             for one, marks in less.items()}
    return {one: marks for one, marks in found.items() if marks}


_Rule = Callable[[_Said, _There], bool]


def _paired(rows: Sequence[_Said], there: Sequence[_There], rules: Sequence[_Rule]) -> dict[_Said, int]:
    """Which of the rows is which entry, by one rule after the other; an entry has one row."""
    left = {one.number: one for one in there}
    pairs: dict[_Said, int] = {}
    for rule in rules:
        for row in rows:
            number = next((n for n, one in left.items() if rule(row, one)), None) if row not in pairs else None
            if number is not None:
                pairs[row] = number
                del left[number]
    return pairs


def _is_text(column: Column) -> bool:
    return column.keys[0] in ("text", "what")


def is_like(text: str, other: str) -> bool:
    """Whether one text may be a correction of another: it holds it, or has most of its characters in their order."""
    return text in other or other in text or SequenceMatcher(None, text, other, autojunk=False).ratio() > 0.5


def _folded(value: object) -> object:
    """A value as it is compared: blanks make no difference, and what is unknown is as good as not said."""
    if value in ("", (), UNKNOWN):
        return ""
    return " ".join(value.split()) if isinstance(value, str) else value


def _position(item: Item, items: Sequence[tuple[Item, Row | None]], old: Sequence[Entry]) -> int:
    """Where a new entry goes: after all that are not surely later, so that where dates leave it open the order of the
    rows holds; one without a date at the end."""
    when = _when(item.values.get("date", ""))
    if when is None or when.latest is None:
        return len(items)
    later = (at for at, (one, _) in enumerate(items)
             if (other := _when(one.values.get("date") or _old_date(one, old))) and other.earliest
             and other.earliest > when.latest)
    return next(later, len(items))


def _old_date(item: Item, old: Sequence[Entry]) -> object:
    return old[item.old].get("date", "") if item.old is not None else ""


def _when(text: object) -> When | None:
    try:
        return parse_when(str(text))
    except ValueError:
        return None
