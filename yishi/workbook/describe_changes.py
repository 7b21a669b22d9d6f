"""What a workbook changes, in words."""

from collections.abc import Iterator, Mapping, Sequence

from ..model.language import Language, marked
from ..model.vocabulary import get_built_in_vocabulary
from .cell_values import TypedValue
from .columns import SheetDefinition, WorkbookColumn, list_sheets
from .import_context import read_entries
from .plan_changes import RecordChange
from .yaml_edit import EntryEdit

_MAX_VALUE_LENGTH = 40
"""Characters of a value that are shown."""


def describe_record_change(wanted: RecordChange, spoken: Language) -> Iterator[str]:
    """The lines that tell what becomes of a record."""
    kind = get_built_in_vocabulary().label("record_kind", wanted.kind, spoken.tag)
    if wanted.existing is None:
        yield spoken.text(marked("new: {kind} “{title}” ({path})"), kind=kind, title=wanted.title, path=wanted.path)
        return
    yield spoken.text(marked("changed: {kind} “{title}” ({path})"), kind=kind,
                      title=wanted.title or wanted.existing.title, path=wanted.path)
    for column in list_sheets()[wanted.kind].columns:
        if column.keys in wanted.values:
            yield "  " + _describe_value_change(column, wanted.texts_before.get(column, ""), wanted.values[column.keys],
                                                spoken)
    for name, items in wanted.lists.items():
        sheet = list_sheets()[f"{wanted.kind}.{name}"]
        new = sum(item.old_index is None for item in items)
        changed = sum(item.old_index is not None and bool(item.values) for item in items)
        yield "  " + spoken.text(marked("{sheet}: {new} added, {changed} changed"), sheet=sheet.label(spoken.tag),
                                 new=new, changed=changed)
        old = read_entries(wanted.existing.data, name, sheet.model)
        for item in items:
            yield from ("    " + line for line in _describe_entry(item, old, sheet, spoken))


def _describe_entry(item: EntryEdit, old: Sequence[Mapping[str, object]], sheet: SheetDefinition,
                    spoken: Language) -> Iterator[str]:
    """What becomes of an entry: its words if it is new, else each column before and after."""
    if item.old_index is None:
        yield "+ " + _shorten(" ".join(_value_text(value) for value in item.values.values()))
        return
    for column in sheet.columns:
        if (key := column.keys[0]) in item.values:
            yield _describe_value_change(column, str(old[item.old_index].get(key) or ""), item.values[key] or None,
                                         spoken)


def _describe_value_change(column: WorkbookColumn, before: str, after: TypedValue | None, spoken: Language) -> str:
    label = column.label(spoken.tag)
    if after is None:
        return spoken.text(marked("{key}: “{before}” is taken out"), key=label, before=_shorten(before))
    if not before:
        return spoken.text(marked("{key}: “{after}” is added"), key=label, after=_shorten(_value_text(after)))
    return spoken.text(marked("{key}: “{before}” becomes “{after}”"), key=label, before=_shorten(before),
                       after=_shorten(_value_text(after)))


def _value_text(value: TypedValue) -> str:
    if isinstance(value, dict):
        return " ".join(value.values())
    return "、".join(value) if isinstance(value, list) else value


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MAX_VALUE_LENGTH else f"{line[:_MAX_VALUE_LENGTH]}…"
