"""What a row changes in its record or its entry, and which entry of a list a row is."""

from collections.abc import Iterator, Mapping, Sequence

from ..model.dates import When, parse_when
from .cells import EMPTY, MARK, Value, Words, mark_of, meaning, typed
from .columns import Column, Sheet
from .grid import Row
from .ground import value_at
from .nodes import Item, Keys


def changes_of(row: Row, data: Mapping[str, object], base: str, words: Words,
             place: str) -> Iterator[tuple[Keys, Value | None]]:
    """What a row says other than `data`. `base`: what stood in it when it was handed out; what the sender did not touch
    does not count, and a cell that was emptied takes its value out."""
    own = [column for column in row.sheet.columns if column.is_own]
    marks = [base[at:at + MARK] for at in range(0, len(base), MARK)] if len(base) == MARK * len(own) else []
    for number, column in enumerate(own):
        if column not in row.at or column in row.wrong:
            continue
        text = row.cells[column].text if column in row.cells else ""
        old = meaning(value_at(data, column.keys), column, words, place)
        if not text:
            if marks and marks[number] != EMPTY and value_at(data, column.keys):
                yield column.keys, None
            continue
        value = typed(text, column, words, place)
        untouched = bool(marks) and marks[number] == mark_of(text)
        if not untouched and meaning(value, column, words, place) != old:
            yield column.keys, value


Entry = Mapping[str, object]


def matched(rows: list[Row], old: Sequence[Entry], sheet: Sheet, words: Words,
             place: str) -> list[tuple[Row, int | None]]:
    """Each row with the number of the entry that it is: the same in all, else by its hidden number, its date and its
    word, or its text. What is left is new."""
    left = dict.fromkeys(range(len(old)))
    pairs: dict[int, int] = {}
    said = [_said(row, sheet, words, place) for row in rows]
    there = [{column: meaning(entry.get(column.keys[0]), column, words, place) for column in sheet.columns
              if column.is_own} for entry in old]
    for rule in (_all_same, _by_number, _by_date_and_word, _by_text):
        for at, row in enumerate(rows):
            if at in pairs:
                continue
            number = next((n for n in left if rule(row, said[at], there[n], n)), None)
            if number is not None:
                pairs[at] = number
                del left[number]
    return [(row, pairs.get(at)) for at, row in enumerate(rows)]


_Said = Mapping[Column, object]


def _said(row: Row, sheet: Sheet, words: Words, place: str) -> _Said:
    return {column: meaning(typed(row.said(*column.keys), column, words, place), column, words, place)
            for column in sheet.columns if column.is_own}


def _all_same(row: Row, said: _Said, there: _Said, number: int) -> bool:
    return all(value in ("", (), there[column]) or (isinstance(value, When) and value == there[column])
               for column, value in said.items()) and any(said.values()) and _heads(said) == _heads(there)


def _heads(said: _Said) -> list[object]:
    """What tells entries apart: all but what may be left out."""
    return [value or "unknown" for column, value in said.items() if column.keys[0] in ("date", "text", "what", "key")]


def _by_number(row: Row, said: _Said, there: _Said, number: int) -> bool:
    return row.id.endswith(f"#{number}") and any(value == there[column] for column, value in said.items() if value)


def _by_date_and_word(row: Row, said: _Said, there: _Said, number: int) -> bool:
    first = [column for column in said if column.keys[0] in ("date", "stage", "result", "key")]
    return len(first) > 0 and all(said[column] == there[column] for column in first)


def _by_text(row: Row, said: _Said, there: _Said, number: int) -> bool:
    return any(said[column] == there[column] != "" for column in said if column.keys[0] in ("text", "what"))


def merged(pairs: list[tuple[Row, int | None]], old: Sequence[Entry], words: Words,
            place: str) -> tuple[list[tuple[Item, Row | None]], bool]:
    """The list as it shall be, each entry with its row, and whether that changes anything. What has no row stays."""
    rows = {number: row for row, number in pairs if number is not None}
    items: list[tuple[Item, Row | None]] = []
    for number, entry in enumerate(old):
        row = rows.get(number)
        changes = {keys[0]: value or "" for keys, value in changes_of(row, entry, "", words, place)} if row else {}
        items.append((Item(number, changes), row))
    fresh = [(Item(None, {keys[0]: value or "" for keys, value in changes_of(row, {}, "", words, place)}), row)
             for row, number in pairs if number is None]
    for item, row in fresh:
        items.insert(_position(item, items, old), (item, row))
    return items, bool(fresh) or any(item.values for item, _ in items)


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
