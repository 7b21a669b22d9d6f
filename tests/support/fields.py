"""Every place of a site where a text can stand, found by the models of the records: to plant something in each."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from msgspec.structs import replace

from yishi.model.dates import split_leading_date
from yishi.model.keys import KeySpec, key_table
from yishi.model.kinds import COLLECTIONS, KINDS
from yishi.model.paths import locate_record
from yishi.model.records import Look, Model, Record, Site, Traditional, Translation

Writer = Callable[[str, KeySpec, str], str]
"""What stands in a field instead: of its name (`Issue.title`), what it holds, and the value that it had."""


def list_text_fields() -> set[str]:
    """The name of every field of any model that holds a text."""
    waiting: list[type[Model]] = [spec.model for spec in KINDS.values()]
    seen, found = set[type[Model]](), set[str]()
    while waiting:
        model = waiting.pop()
        if model not in seen:
            seen.add(model)
            for key, spec in key_table(model).specs.items():
                waiting += [spec.model] if spec.model else []
                found |= {f"{model.__name__}.{key}"} if is_text(spec) else set()
    return found


def is_text(spec: KeySpec) -> bool:
    """Whether a field holds texts of any words: its own, or those of a mapping with free keys."""
    return spec.prose or (spec.is_text and spec.model is None)


def plant(content: Path, write: Writer) -> None:
    """Writes every record of a content folder anew, with what `write` returns in each field of a single value."""
    for file in sorted(content.rglob("*")):
        location = locate_record(file.relative_to(content).as_posix()) if file.is_file() else None
        if location:
            _plant_in_file(file, location.kind, write)


def _plant_in_file(file: Path, kind: str, write: Writer) -> None:
    model, text = KINDS[kind].model, file.read_text("utf-8")
    body = ""
    if file.suffix == ".md":
        _, text, body = text.split("---\n", 2)
    data = yaml.load(text, yaml.BaseLoader)
    if kind in COLLECTIONS:
        entries = data.items() if isinstance(data, dict) else enumerate(data)
        planted = [(name, _planted(model, entry, write)) for name, entry in entries]
        data = dict(planted) if isinstance(data, dict) else [entry for _, entry in planted]
    else:
        key = model.body_key
        data = _planted(model, {**data, **({key: body} if body.strip() else {})}, write)
        body = data.pop(key) if body.strip() else ""
    said = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10_000)
    file.write_text(f"---\n{said}---\n{body}\n" if file.suffix == ".md" else said, "utf-8")


def _planted(model: type[Model], data: Mapping[str, Any], write: Writer) -> dict[str, Any]:
    table, data = key_table(model), _long_form(model, data)
    said = {table.names[name]: value for name, value in data.items()}
    return {key: _planted_value(f"{model.__name__}.{key}", table.specs[key], value, write)
            for key, value in {**_unsaid(model), **said}.items()}


def _planted_value(field: str, spec: KeySpec, value: Any, write: Writer) -> Any:
    if isinstance(value, list):
        return [_planted_value(field, replace(spec, many=False), one, write) for one in value]
    if spec.keys and isinstance(value, dict):
        inner = spec.values or spec
        return {key: _planted_value(field, inner, one, write) for key, one in value.items()}
    if spec.model and (isinstance(value, dict) or spec.model.__name__ in _DATED_LINES):
        return _planted(spec.model, value, write)
    return write(field, spec, value) if isinstance(value, str) else value


def _unsaid(model: type[Model]) -> Mapping[str, Any]:
    """What stands nowhere in the records of tests, and may."""
    common = {"aliases": ["x"], "reviewed_by": "x", "notes": "x"} if issubclass(model, Record) else {}
    others: Mapping[type[Model], Any] = {Site: {"traditional": {}, "columns": {"x": "title"}, "look": {}},
                                         Translation: {"rules": "x", "texts": {"x": "x"}},
                                         Traditional: {"names": {"示例": "x"}}, Look: {"wall": "x"}}
    return {**common, **others.get(model, {})}


_DATED_LINES = {"LogEntry": "stage", "Followup": "result"}
"""The models whose short form is a line with a date, and the key of the word before its colon."""


def _long_form(model: type[Model], data: Any) -> Mapping[str, Any]:
    """A part with a key for each of its values, also if it was written as a line, or as one with further keys."""
    if isinstance(data, str):
        head, _, text = data.replace("：", ":").partition(":")
        data = {head: text.strip()}
    known = key_table(model).names
    line = next((name for name in data if name not in known), None)
    if line is None:
        return {**data}
    date, word = split_leading_date(line)
    others = {name: value for name, value in data.items() if name != line}
    return {"date": str(date), _DATED_LINES[model.__name__]: word.strip(), "text": data[line] or "", **others}
