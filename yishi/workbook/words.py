"""What a workbook changes, in words."""

from collections.abc import Iterator, Mapping, Sequence

from ..model.language import Language, marked
from ..model.vocabulary import built_in
from .cells import Value
from .columns import Column, Sheet, sheets
from .ground import entries_of
from .nodes import Item
from .proposals import Wanted

_LONGEST = 40
"""Characters of a value that are shown."""


def in_words(wanted: Wanted, spoken: Language) -> Iterator[str]:
    """The lines that tell what becomes of a record."""
    kind = built_in().label("record_kind", wanted.kind, spoken.tag)
    if wanted.found is None:
        yield spoken.text(marked("new: {kind} “{title}” ({path})"), kind=kind, title=wanted.title, path=wanted.path)
        return
    yield spoken.text(marked("changed: {kind} “{title}” ({path})"), kind=kind,
                      title=wanted.title or wanted.found.title, path=wanted.path)
    for column in sheets()[wanted.kind].columns:
        if column.keys in wanted.values:
            yield "  " + _change(column, wanted.before.get(column, ""), wanted.values[column.keys], spoken)
    for name, items in wanted.lists.items():
        sheet = sheets()[f"{wanted.kind}.{name}"]
        new = sum(item.old is None for item in items)
        changed = sum(item.old is not None and bool(item.values) for item in items)
        yield "  " + spoken.text(marked("{sheet}: {new} added, {changed} changed"), sheet=sheet.label(spoken.tag),
                                 new=new, changed=changed)
        old = entries_of(wanted.found.data, name, sheet.model)
        for item in items:
            yield from ("    " + line for line in _of_entry(item, old, sheet, spoken))


def _of_entry(item: Item, old: Sequence[Mapping[str, object]], sheet: Sheet, spoken: Language) -> Iterator[str]:
    """What becomes of an entry: its words if it is new, else each column before and after."""
    if item.old is None:
        yield "+ " + _cut(" ".join(_text(value) for value in item.values.values()))
        return
    for column in sheet.columns:
        if (key := column.keys[0]) in item.values:
            yield _change(column, str(old[item.old].get(key) or ""), item.values[key] or None, spoken)


def _change(column: Column, before: str, after: Value | None, spoken: Language) -> str:
    label = column.label(spoken.tag)
    if after is None:
        return spoken.text(marked("{key}: “{before}” is taken out"), key=label, before=_cut(before))
    if not before:
        return spoken.text(marked("{key}: “{after}” is added"), key=label, after=_cut(_text(after)))
    return spoken.text(marked("{key}: “{before}” becomes “{after}”"), key=label, before=_cut(before),
                       after=_cut(_text(after)))


def _text(value: Value) -> str:
    if isinstance(value, dict):
        return " ".join(value.values())
    return "、".join(value) if isinstance(value, list) else value


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
