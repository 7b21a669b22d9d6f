"""Describe the changes of an import as text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..content.privacy import mask_personal_data
from ..model.language import Language, marked
from ..model.vocabulary import get_built_in_vocabulary
from .cell_values import TypedValue
from .columns import SheetDefinition, WorkbookColumn, list_sheets
from .import_context import read_entries
from .import_files import FileResult
from .plan_changes import RecordChange
from .yaml_edit import EntryEdit

_MAX_VALUE_LENGTH = 40
"""Maximum length of a quoted value."""


def describe_record_change(change: RecordChange, language: Language) -> Iterator[str]:
    """Describe the change of one record as lines of text."""
    kind = get_built_in_vocabulary().label("record_kind", change.kind, language.tag)
    if change.existing is None:
        yield language.text(marked("new: {kind} “{title}” ({path})"), kind=kind, title=change.title, path=change.path)
        return
    yield language.text(marked("changed: {kind} “{title}” ({path})"), kind=kind,
                        title=change.title or change.existing.title, path=change.path)
    for column in list_sheets()[change.kind].columns:
        if column.keys in change.values:
            yield "  " + _describe_value_change(column, change.texts_before.get(column, ""), change.values[column.keys],
                                                language)
    for name, items in change.lists.items():
        sheet = list_sheets()[f"{change.kind}.{name}"]
        new = sum(item.old_index is None for item in items)
        changed = sum(item.old_index is not None and bool(item.values) for item in items)
        yield "  " + language.text(marked("{sheet}: {new} added, {changed} changed"), sheet=sheet.label(language.tag),
                                   new=new, changed=changed)
        old = read_entries(change.existing.data, name, sheet.model)
        for item in items:
            yield from ("    " + line for line in _describe_entry(item, old, sheet, language))
        kept = {item.old_index for item in items}
        yield from (f"    - {_entry_text(entry)}" for number, entry in enumerate(old) if number not in kept)


def _describe_entry(item: EntryEdit, old: Sequence[Mapping[str, object]], sheet: SheetDefinition,
                    language: Language) -> Iterator[str]:
    """The change of one list entry: its text if it is new, else each changed column before and after."""
    if item.old_index is None:
        yield f"+ {_entry_text(item.values)}"
        return
    for column in sheet.columns:
        if (key := column.keys[0]) in item.values:
            yield _describe_value_change(column, str(old[item.old_index].get(key) or ""), item.values[key] or None,
                                         language)


def _entry_text(entry: Mapping[str, Any]) -> str:
    return _shorten(" ".join(_value_text(value) for value in entry.values()))


def _describe_value_change(column: WorkbookColumn, before: str, after: TypedValue | None, language: Language) -> str:
    label = column.label(language.tag)
    if after is None:
        return language.text(marked("{key}: “{before}” is taken out"), key=label, before=_shorten(before))
    if not before:
        return language.text(marked("{key}: “{after}” is added"), key=label, after=_shorten(_value_text(after)))
    return language.text(marked("{key}: “{before}” becomes “{after}”"), key=label, before=_shorten(before),
                         after=_shorten(_value_text(after)))


def _value_text(value: TypedValue) -> str:
    if isinstance(value, dict):
        return " ".join(value.values())
    return "、".join(value) if isinstance(value, list) else value


def _shorten(text: str) -> str:
    line = " ".join(mask_personal_data(text).split())  # while it is whole: a part of a number is none
    return line if len(line) <= _MAX_VALUE_LENGTH else f"{line[:_MAX_VALUE_LENGTH]}…"


def count_changes(result: FileResult, language: Language) -> str:
    """How many records of a file are new, changed and unchanged, in words."""
    new = sum(one.existing is None for one in result.changes)
    numbers: Mapping[str, int] = {"new": new, "changed": len(result.changes) - new, "same": result.unchanged}
    return language.text(marked("{new} new, {changed} changed, {same} unchanged"),
                         **{key: language.number(number) for key, number in numbers.items()})
