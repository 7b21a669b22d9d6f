"""Which entry of a list a row is, and the list as it shall be."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from ..model.dates import When, parse_when
from .cells import Words, meaning, typed
from .columns import Column, Sheet
from .grid import Row
from .ground import base_of, cells_of
from .nodes import Item
from .three_way import Difference, differences, entry_mark, entry_seen, entry_typed

HEADS = ("date", "stage", "result", "key")
"""The keys by which an entry is known again whose text has changed."""

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
    """A list as it shall be: its entries, each with its row, and what has to be asked of rows."""

    items: list[tuple[Item, Row | None]]
    asked: list[tuple[Row, Difference, Entry]]

    @property
    def is_changed(self) -> bool:
        """Whether anything of the list changes."""
        return any(item.old is None or item.values for item, _ in self.items)


def merged(rows: Sequence[Row], old: Sequence[Entry], then: Then, sheet: Sheet, words: Words, place: str) -> Merged:
    """The list `old` with what the rows say. What has no row stays; what was taken before is not taken again."""
    pairs = _matched(rows, old, then, sheet, words, place)
    of_entry = {number: row for row, number in pairs if number is not None}
    result = Merged([], [])
    for number, entry in enumerate(old):
        row = of_entry.get(number)
        found = _differences(row, entry, then, words, place) if row else []
        result.asked.extend((row, one, entry) for one in found if row and one.is_asked)
        result.items.append((Item(number, {one.column.keys[0]: one.value or "" for one in found if not one.is_asked}),
                             row))
    for row in [row for row, number in pairs if number is None]:
        said = {key: value for key, value in entry_typed(row, words, place).items() if value}
        fresh = Item(None, {column.keys[0]: said[column.keys[0]] for column in sheet.columns
                            if column.keys[0] in said})
        result.items.insert(_position(fresh, result.items, old), (fresh, row))
    return result


def _differences(row: Row, entry: Entry, then: Then, words: Words, place: str) -> list[Difference]:
    seen = entry_seen(row, entry, then.imported, then.is_own, words, place)
    return list(differences(row, entry, entry if entry in then.before else None, seen, words, place))


def _matched(rows: Sequence[Row], old: Sequence[Entry], then: Then, sheet: Sheet, words: Words,
             place: str) -> list[tuple[Row, int | None]]:
    """The rows that say anything new, with the number of the entry that each is: the same in all, else as it was handed
    out, else by its hidden number, its date and its word, or its text. What is left is new."""
    there = [_There(then.path, number, base_of(cells_of(entry, sheet, words, place), sheet),
                    {column: meaning(entry.get(column.keys[0]), column, words, place) for column in sheet.columns
                     if column.is_own}) for number, entry in enumerate(old)]
    said = [(row, _said(row, sheet, words, place)) for row in rows]
    same = _paired(said, there, (_all_same,))
    left = [one for number, one in enumerate(said) if number not in same]
    taken = [one for one in left if _is_taken(one[0], then, words, place)]
    there = [one for one in there if one.number not in same.values()]
    corrected = _paired(taken, there, _ALIKE)  # in the file, since they were taken
    there = [one for one in there if one.number not in corrected.values()]
    new = [one for one in left if one not in taken]
    found = _paired(new, there, _ALIKE)
    return [*((rows[at], number) for at, number in same.items()),
            *((row, found.get(at)) for at, (row, _) in enumerate(new))]


def _is_taken(row: Row, then: Then, words: Words, place: str) -> bool:
    """Whether a row says only what it was handed out with, or what was taken before: the record may say otherwise by
    now, or have it no more."""
    if row.before:
        return row.base == base_of({column: cell.text for column, cell in row.cells.items()}, row.sheet)
    return entry_mark(entry_typed(row, words, place), row.sheet, words, place) in then.imported


_Said = Mapping[Column, object]


class _There(Struct, frozen=True):
    path: str
    number: int
    base: str
    said: _Said


_Rule = Callable[[Row, _Said, _There], bool]


def _paired(rows: Sequence[tuple[Row, _Said]], there: Sequence[_There], rules: Sequence[_Rule]) -> dict[int, int]:
    """Which of the rows is which entry, by one rule after the other."""
    left = {one.number: one for one in there}
    pairs: dict[int, int] = {}
    for rule in rules:
        for at, (row, said) in enumerate(rows):
            number = next((n for n, one in left.items() if rule(row, said, one)), None) if at not in pairs else None
            if number is not None:
                pairs[at] = number
                del left[number]
    return pairs


def _said(row: Row, sheet: Sheet, words: Words, place: str) -> _Said:
    return {column: meaning(typed(row.said(*column.keys), column, words, place), column, words, place)
            for column in sheet.columns if column.is_own}


def _all_same(row: Row, said: _Said, there: _There) -> bool:
    return all(value in ("", (), there.said[column]) for column, value in said.items()) and any(
        said.values()) and _heads(said) == _heads(there.said)


def _heads(said: _Said) -> list[object]:
    """What tells entries apart: all but what may be left out."""
    return [str(value or "unknown") for column, value in said.items()
            if column.keys[0] in ("date", "text", "what", "key")]


def _as_handed_out(row: Row, said: _Said, there: _There) -> bool:
    return bool(row.base) and row.base == there.base


def _by_number(row: Row, said: _Said, there: _There) -> bool:
    return row.id == f"{there.path}#{there.number}" and any(
        value == there.said[column] for column, value in said.items() if value)


def _by_date_and_word(row: Row, said: _Said, there: _There) -> bool:
    first = [column for column in said if column.keys[0] in HEADS]
    return len(first) > 0 and all(said[column] == there.said[column] for column in first)


def _by_text(row: Row, said: _Said, there: _There) -> bool:
    return any(said[column] == there.said[column] != "" for column in said if column.keys[0] in ("text", "what"))


_ALIKE: tuple[_Rule, ...] = (_as_handed_out, _by_number, _by_date_and_word, _by_text)
"""The rules by which a row is an entry that says something else, the surest first."""


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
