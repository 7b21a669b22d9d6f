"""Rewrite the lines of some keys of a record with ruamel.yaml, keeping comments and order."""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from msgspec import Struct, field
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import LiteralScalarString, SingleQuotedScalarString

from ..content.yaml_source import NULL_WORDS
from ..model.dates import UNKNOWN_DATE, PartialDate, format_date, parse_partial_date
from ..model.keys import KeyTable, key_table
from ..model.records import Followup, LogEntry, Model
from ..model.vocabulary import get_built_in_vocabulary
from .cell_values import TypedValue

RecordKeys = tuple[str, ...]


class EntryEdit(Struct, frozen=True):
    """A list entry to write: `old_index` in the file (None = a new entry), and the values to set."""

    old_index: int | None
    values: Mapping[str, TypedValue] = field(default_factory=dict)


class RecordEdit(Struct, frozen=True):
    """Changes of a record, by canonical keys: values to set (None = remove), and list key → all entries."""

    values: Mapping[RecordKeys, TypedValue | None] = field(default_factory=dict)
    lists: Mapping[str, Sequence[EntryEdit]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.values or self.lists)


class _StringResolver(VersionedResolver):
    """Resolve every plain scalar to a string, as `yaml_source` does, so that dates and numbers need no quotes."""

    @property
    def versioned_resolver(self) -> dict[str, list[Any]]:
        return {}


def _round_trip_yaml(text: str) -> YAML:
    """A ruamel.yaml instance that keeps the indentation of `text`."""
    yaml_instance = YAML()
    yaml_instance.Resolver = _StringResolver
    yaml_instance.preserve_quotes = True
    yaml_instance.width = 1_000_000
    yaml_instance.allow_unicode = True
    inner = re.search(r"^( +)[^\s#-]", text, re.MULTILINE)
    dash = re.search(r"^( *)- ", text, re.MULTILINE)
    offset = len(dash[1]) if dash else 2
    yaml_instance.indent(mapping=len(inner[1]) if inner and not dash else 2, sequence=offset + 2, offset=offset)
    return yaml_instance


def rewrite_keys(text: str, model: type[Model], change: RecordEdit, language: str, entry: str = "") -> str:
    """Apply `change` to the lines `text` of some keys. `entry`: id of the record in a file with several."""
    yaml_instance = _round_trip_yaml(text)
    root = (yaml_instance.load(text) if text.strip() else None) or CommentedMap()
    record = root.setdefault(entry, CommentedMap()) if entry else root
    order = order_keys(key_table(model))
    for key in sorted(list_changed_keys(change), key=order.index):
        for keys in (keys for keys in change.values if keys[0] == key):
            _set_value(record, model, keys, change.values[keys], language)
        if key in change.lists:
            _set_list(record, model, key, change.lists[key], language)
    if not root:
        return ""
    if not text:
        return _dump_new_lines(root)
    stream = io.StringIO()
    yaml_instance.dump(root, stream)
    return _restore_comment_gaps(stream.getvalue(), text)


_TAGS = {yaml.ScalarNode: "tag:yaml.org,2002:str", yaml.SequenceNode: "tag:yaml.org,2002:seq",
         yaml.MappingNode: "tag:yaml.org,2002:map"}


class _StringDumper(yaml.CDumper):
    """Writes new lines with libyaml, which is faster; they have no comments to keep. Every plain scalar is a string."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        return _TAGS[kind]


def _dump_new_lines(root: CommentedMap) -> str:
    stream = io.StringIO()
    writer = _StringDumper(stream, allow_unicode=True, width=1_000_000)
    writer.open()
    writer.serialize(_to_yaml_node(root))
    writer.close()
    return "".join(_indent_list(block) for block in re.split(r"^(?![ -]|$)", stream.getvalue(), flags=re.MULTILINE))


def _indent_list(block: str) -> str:
    """Indent the entries of a block list by two."""
    first, newline, rest = block.partition("\n")
    is_list = rest.startswith("- ")
    return first + newline + (re.sub(r"^(?=.)", "  ", rest, flags=re.MULTILINE) if is_list else rest)


def _to_yaml_node(value: Any) -> yaml.Node:
    if isinstance(value, CommentedMap):
        pairs = [(_to_yaml_node(key), _to_yaml_node(item)) for key, item in value.items()]
        return yaml.MappingNode(_TAGS[yaml.MappingNode], pairs, flow_style=bool(value.fa.flow_style()))
    if isinstance(value, CommentedSeq):
        items = [_to_yaml_node(item) for item in value]
        return yaml.SequenceNode(_TAGS[yaml.SequenceNode], items, flow_style=bool(value.fa.flow_style()))
    style = "'" if str(value) in NULL_WORDS else None
    if isinstance(value, LiteralScalarString):
        style = "|"
    return yaml.ScalarNode(_TAGS[yaml.ScalarNode], str(value), style=style)


_COMMENT = re.compile(r"(?<=\S)( +)(#.*)$", re.MULTILINE)


def _restore_comment_gaps(new: str, old: str) -> str:
    """Restore the space before comments."""
    gaps = {match[2]: match[1] for match in _COMMENT.finditer(old)}

    def as_it_was(match: re.Match[str]) -> str:
        return f"{gaps.get(match[2], match[1])}{match[2]}"

    return _COMMENT.sub(as_it_was, new)


def _set_value(record: CommentedMap, model: type[Model], keys: RecordKeys, value: TypedValue | None,
               language: str) -> None:
    """Set or remove one value; a nested mapping that becomes empty is removed."""
    table = key_table(model)
    name = _key_name(record, table, keys[0], language)
    if len(keys) == 1:
        if value is None:
            record.pop(name, None)
        else:
            record[name] = _to_ruamel_node(value, table, keys[0], language)
        return
    part = table.specs[keys[0]].model
    assert part is not None
    inner = record.get(name)
    if not isinstance(inner, CommentedMap):
        inner = record[name] = CommentedMap()
    _set_value(inner, part, keys[1:], value, language)
    if not inner:
        record.pop(name)


def _key_name(record: CommentedMap, table: KeyTable, key: str, language: str) -> str:
    """The name of `key` in the record; if absent, its name in `language`."""
    existing = next((name for name, of in table.names.items() if of == key and name in record), None)
    return existing or (key if language == "en" else table.both_names(key).split()[0])


def _to_ruamel_node(value: TypedValue, table: KeyTable, key: str, language: str) -> Any:
    part = table.specs[key]
    if isinstance(value, dict):
        inner = part.model
        assert inner is not None
        node = CommentedMap()
        for name, text in value.items():
            _set_value(node, inner, (name,), text, language)
        node.fa.set_flow_style()
        return node
    if isinstance(value, list):
        are_words = part.refers or part.by_site
        if len(value) == 1 and are_words and not value[0].startswith("-"):  # a leading hyphen would start a list
            return _to_ruamel_text(value[0])
        items = CommentedSeq(map(_to_ruamel_text, value))
        if are_words:
            items.fa.set_flow_style()
        return items
    return _to_ruamel_text(value)


_ONLY_IN_1_2 = re.compile(r"^[:?]|:[^\w\s]")


def _to_ruamel_text(text: str) -> str:
    """A string in its most readable style: several lines as a literal block; quoted if only YAML 1.2 accepts it
    plain."""
    lines = text.split("\n")
    if text in NULL_WORDS or (len(lines) == 1 and _ONLY_IN_1_2.search(text)):
        quoted: str = SingleQuotedScalarString(text)
        return quoted
    if len(lines) == 1 or text != text.strip() or any(line != line.rstrip() or "\t" in line for line in lines):
        return text
    block: str = LiteralScalarString(text)
    return block


# --- lists ------------------------------------------------------------------------------------------------------------


def _set_list(record: CommentedMap, model: type[Model], key: str, items: Sequence[EntryEdit], language: str) -> None:
    table = key_table(model)
    part = table.specs[key].model
    assert part is not None
    name = _key_name(record, table, key, language)
    old_entries = record.get(name)
    if isinstance(old_entries, CommentedSeq):
        entries = old_entries
    else:
        entries = CommentedSeq([] if old_entries is None else [old_entries])
    for item in items:
        if item.old_index is not None and item.values:
            entries[item.old_index] = _change_entry(entries[item.old_index], part, item.values, language)
    kept = {item.old_index for item in items}
    for at in reversed(range(len(entries))):
        if at not in kept:
            del entries[at]
    for at, item in enumerate(items):
        if item.old_index is None:
            entries.insert(at, _new_entry(part, item.values, language))
    record[name] = entries


def _change_entry(entry: Any, model: type[Model], values: Mapping[str, TypedValue], language: str) -> Any:
    """Change some values of an entry; it stays in short form if that can express them."""
    names = key_table(model).names
    if isinstance(entry, CommentedMap) and any(name in names for name in entry):
        for key, value in values.items():
            _set_value(entry, model, (key,), value or None, language)
        return entry
    new = _new_entry(model, {**_expand_short_form(entry, model, language), **values}, language)
    if isinstance(entry, str) and len(new) == 1:
        head, text = next(iter(new.items()))
        return type(entry)(f"{head}: {text}")
    if isinstance(entry, CommentedMap) and entry.ca.items:  # keep comments after or below the entry
        new.ca.items[list(new)[-1]] = next(reversed(entry.ca.items.values()))
        new.fa.set_block_style()
    return new


def _expand_short_form(entry: Any, model: type[Model], language: str) -> dict[str, str]:
    """The values of an entry in short form."""
    line = entry if isinstance(entry, str) else next((f"{key}: {text}" for key, text in entry.items()), "")
    parsed = model.model_validate(str(line))
    values = {key: value for key in key_table(model).specs
              if (value := getattr(parsed, key)) not in (None, "", UNKNOWN_DATE)}
    if model is Followup and "result" in values:  # the model holds the key of the term
        values["result"] = get_built_in_vocabulary().label("followup_result", str(values["result"]), language)
    return {key: format_date(value, language) if isinstance(value, PartialDate) else str(value)
            for key, value in values.items()}


_PLAIN_WORD = re.compile(r"[^\s:：#'\"\[\]{}&*!|>%@`,-][^\s:：#]{0,30}")


def _new_entry(model: type[Model], values: Mapping[str, TypedValue], language: str) -> Any:
    """A new entry: in short form, `2025-09-11 反映: …`, if that expresses all values, else by keys."""
    values = {key: value for key, value in values.items() if value}
    if (line := _short_form(model, values)) is not None:
        return CommentedMap([line])
    entry = CommentedMap()
    for key in sorted(key_table(model).specs, key=lambda key: key != "date"):
        if key in values:
            _set_value(entry, model, (key,), values[key], language)
    if not any("\n" in str(value) for value in values.values()):
        entry.fa.set_flow_style()
    return entry


_WORD_OF_SHORT_FORM: Mapping[type[Model], str] = {LogEntry: "stage", Followup: "result"}
"""Model of entries that have a short form → the key of its word."""


def _short_form(model: type[Model], values: Mapping[str, TypedValue]) -> tuple[str, str] | None:
    """Key and text of an entry in short form; None if it cannot express `values`."""
    word = _WORD_OF_SHORT_FORM.get(model)
    if word is None or not set(values) <= {"date", word, "text"} or "text" not in values:
        return None
    date, keyword, text = (str(values.get(key, "")) for key in ("date", word, "text"))
    if not _PLAIN_WORD.fullmatch(keyword) or "\n" in text or keyword in key_table(model).names:
        return None
    head = f"{date} {keyword}".strip()
    try:
        parsed = model.model_validate(f"{head}: {text}")
        same_day = str(getattr(parsed, "date", "")) == str(parse_partial_date(date or "unknown"))
    except ValueError:
        return None
    same = same_day and getattr(parsed, "text", "") == text
    return (head, text) if same and (word == "result" or getattr(parsed, word, "") == keyword) else None


def list_changed_keys(change: RecordEdit) -> list[str]:
    """The top-level keys that change."""
    return list(dict.fromkeys([*(keys[0] for keys in change.values), *change.lists]))


def order_keys(table: KeyTable) -> list[str]:
    """The keys in the order of new records: own keys before common ones, the log before the outcome."""
    own = [spec.key for spec in table.own_first]
    if "log" in own:
        own.remove("log")
        own.insert(own.index("outcome"), "log")
    return own
