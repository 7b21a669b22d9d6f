"""A record file with some values changed: nothing else of it is touched, not a blank, not a comment.

The lines of a key that changes are read and written again by ruamel.yaml, which keeps the comments and the order within
them; all other lines stay as they are, to the byte.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import LiteralScalarString
from yaml.cyaml import CEmitter
from yaml.resolver import BaseResolver

from ..dates import UNKNOWN, When, parse_when
from ..records import MODELS, Followup, LogEntry, Model, Record
from ..shapes import Shape, shape_of
from ..sources import Pairs, Source, read
from .cells import Value, date_text

Keys = tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """An entry of a list as it shall be: number `old` of those in the file (None: a new one), with `values` set."""

    old: int | None
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """What changes in a record: values to set (None: to take out) by their canonical keys, and lists by their key."""

    values: Mapping[Keys, Value | None] = field(default_factory=dict)
    lists: Mapping[str, Sequence[Item]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.values or self.lists)


def created(kind: str, change: Change, language: str, suffix: str, mark: str) -> str:
    """The text of a new record file; `language` is that of its keys, `mark` the id of its row ("" = none)."""
    values = dict(change.values)
    body = values.pop((MODELS[kind].prose_of_body,), "") if suffix == ".md" else ""
    keys = _rewritten("", MODELS[kind], Change(values, change.lists), language)
    text = (f"# row {mark}\n" if mark else "") + keys
    return f"---\n{text}---\n{body}\n" if suffix == ".md" else text


def edited(text: str, kind: str, change: Change, language: str, suffix: str, entry: str = "", mark: str = "") -> str:
    """`text` with `change` made; `entry`: the id of the record among several, which is added if it is not there."""
    newline = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    if suffix == ".md":
        plain = _edited_markdown(plain, kind, change, language)
    elif entry:
        plain = _edited_entry(plain, kind, change, language, entry, mark)
    else:
        plain = _edited_keys(plain, kind, change, language)
    return plain.replace("\n", newline) if newline != "\n" else plain


def marks_in(text: str) -> dict[str, str]:
    """Id of the entry ("" = the file) → the id of the row that it was made of."""
    found = re.findall(r"^(?:([a-z0-9-]+):[ ]*)?# row ([\w-]+)[ \t]*$", text.replace("\r", ""), re.MULTILINE)
    return dict(found)


# --- Markdown ---------------------------------------------------------------------------------------------------------

_FRONT = re.compile(r"(---[ \t]*\n)(.*?)(^---[ \t]*(?:\n|\Z))(.*)", re.DOTALL | re.MULTILINE)


def _edited_markdown(text: str, kind: str, change: Change, language: str) -> str:
    match = _FRONT.match(text)
    assert match is not None, "the file was read before"
    opening, front, closing, body = match.groups()
    prose = (MODELS[kind].prose_of_body,)
    values = dict(change.values)
    names = shape_of(MODELS[kind]).names
    in_front = any(re.match(rf"{re.escape(name)}\s*:", front, re.MULTILINE) for name, key in names.items()
                   if key == prose[0])
    if prose in values and not in_front:
        said = values.pop(prose)
        body = f"{said}\n" if said else ""
    return opening + _edited_keys(front, kind, Change(values, change.lists), language) + closing + body


# --- the keys of a record ---------------------------------------------------------------------------------------------


def _edited_keys(text: str, kind: str, change: Change, language: str) -> str:
    model = MODELS[kind]
    shape = shape_of(model)
    blocks = _blocks(text)
    if blocks is None:  # the whole record in braces, or its keys indented
        return _rewritten(text, model, change, language)
    chosen = _language_of((block.key for block in blocks), language)
    for key in _changed_keys(change):
        part = Change({keys: value for keys, value in change.values.items() if keys[0] == key},
                      {name: items for name, items in change.lists.items() if name == key})
        block = next((block for block in blocks if shape.names.get(block.key) == key), None)
        old = "".join(block.lines) if block else ""
        new = _rewritten(old, model, part, chosen)
        blocks = _replaced(blocks, block, new, key, shape)
    return "".join(line for block in blocks for line in (*block.lines, *block.after))


def _changed_keys(change: Change) -> list[str]:
    return list(dict.fromkeys([*(keys[0] for keys in change.values), *change.lists]))


@dataclass(frozen=True)
class _Block:
    """The lines of one key of a record, and the blank lines and comments after them."""

    key: str
    lines: tuple[str, ...]
    after: tuple[str, ...] = ()


def _blocks(text: str) -> list[_Block] | None:
    """The lines of every key; those before the first stand under "". None: they cannot be told apart."""
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    root = read(Source("x.yaml", text.encode())).root
    if not isinstance(root, Pairs) or any(key.column != 1 for key, _ in root.pairs):
        return None
    starts = [key.line - 1 for key, _ in root.pairs]
    if len(set(starts)) < len(starts):
        return None
    ends = [*starts, len(lines)][1:]
    head = _Block("", (), tuple(lines[:starts[0] if starts else len(lines)]))
    return [head, *(_block(key.text, lines[start:end])
                    for (key, _), start, end in zip(root.pairs, starts, ends, strict=True))]


def _block(key: str, lines: list[str]) -> _Block:
    end = len(lines)
    while end > 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return _Block(key, tuple(lines[:end]), tuple(lines[end:]))


def _replaced(blocks: list[_Block], block: _Block | None, new: str, key: str, shape: Shape) -> list[_Block]:
    """The blocks with the lines of `key` replaced; a key that was not there stands where the model has it."""
    lines = tuple(new.splitlines(keepends=True))
    if block is not None:
        return [_Block(one.key, lines, one.after) if one is block else one for one in blocks]
    order = _order(shape)
    before = [number for number, one in enumerate(blocks)
              if shape.names.get(one.key) in order[:order.index(key)]]
    at = max(before, default=0)
    previous = blocks[at]
    if previous.key:  # what follows a key may belong to the next one
        pair = [_Block(previous.key, previous.lines), _Block(key, lines, previous.after)]
    else:
        pair = [previous, _Block(key, lines)]
    return [*blocks[:at], *pair, *blocks[at + 1:]]


def _order(shape: Shape) -> list[str]:
    """The keys as they stand in a new record: its own before those of all records, the log before what came of it."""
    own = sorted(shape.parts, key=lambda key: key in Record.model_fields)
    if "log" in own:
        own.remove("log")
        own.insert(own.index("outcome"), "log")
    return own


def _language_of(keys: Iterable[str], otherwise: str) -> str:
    """The language in which most keys are written."""
    english = [key.isascii() for key in keys if key]
    return otherwise if not english else "en" if sum(english) * 2 > len(english) else "zh-Hans"


def language_in(text: str, kind: str, otherwise: str) -> str:
    """The language of the keys of a record's file."""
    root = read(Source("x.md" if text.startswith("---") else "x.yaml", text.encode())).root
    keys = [key.text for key, _ in root.pairs] if isinstance(root, Pairs) else []
    names = shape_of(MODELS[kind]).names
    return _language_of((key for key in keys if key in names), otherwise)


# --- the entries of a file that holds several records -----------------------------------------------------------------


def _edited_entry(text: str, kind: str, change: Change, language: str, entry: str, mark: str) -> str:
    blocks = _blocks(text)
    if blocks is None:
        return _rewritten(text, MODELS[kind], change, language, entry)
    block = next((block for block in blocks if block.key == entry), None)
    if block is None:
        lines = _rewritten("", MODELS[kind], change, language, entry)
        if mark:
            lines = lines.replace(f"{entry}:", f"{entry}: # row {mark}", 1)
        return "".join(line for one in blocks for line in (*one.lines, *one.after)) + lines
    new = _rewritten("".join(block.lines), MODELS[kind], change, language, entry).splitlines(keepends=True)
    return "".join(line for one in blocks for line in (*(new if one is block else one.lines), *one.after))


# --- the lines of a key, written again --------------------------------------------------------------------------------


class _NoTypes(VersionedResolver):
    """Every plain value is a text, as it is to `sources`: a day or a number needs no quotes."""

    @property
    def versioned_resolver(self) -> dict[str, list[Any]]:
        return {}


def _keeper(text: str) -> YAML:
    """The reader and writer for lines such as `text`: their indents are kept."""
    keeper = YAML()
    keeper.Resolver = _NoTypes
    keeper.preserve_quotes = True
    keeper.width = 1_000_000
    keeper.allow_unicode = True
    inner = re.search(r"^( +)[^\s#-]", text, re.MULTILINE)
    dash = re.search(r"^( *)- ", text, re.MULTILINE)
    offset = len(dash[1]) if dash else 2
    keeper.indent(mapping=len(inner[1]) if inner and not dash else 2, sequence=offset + 2, offset=offset)
    return keeper


def _rewritten(text: str, model: type[Model], change: Change, language: str, entry: str = "") -> str:
    keeper = _keeper(text)
    root = (keeper.load(text) if text.strip() else None) or CommentedMap()
    record = root.setdefault(entry, CommentedMap()) if entry else root
    order = _order(shape_of(model))
    for key in sorted(_changed_keys(change), key=order.index):
        for keys in (keys for keys in change.values if keys[0] == key):
            _set(record, model, keys, change.values[keys], language)
        if key in change.lists:
            _set_list(record, model, key, change.lists[key], language)
    if not root:
        return ""
    if not text:
        return _dumped(root)
    stream = io.StringIO()
    keeper.dump(root, stream)
    return _with_gaps(stream.getvalue(), text)


class _Writer(CEmitter, BaseResolver):
    """Writes new lines with the parser's own writer in C: they have no comments to keep. Every plain value is a text."""

    def __init__(self, stream: io.StringIO) -> None:
        CEmitter.__init__(self, stream, allow_unicode=True, width=1_000_000)
        BaseResolver.__init__(self)


def _dumped(root: CommentedMap) -> str:
    stream = io.StringIO()
    writer = _Writer(stream)
    writer.open()
    writer.serialize(_to_write(root))
    writer.close()
    return "".join(_stood_in(block) for block in re.split(r"^(?![ -]|$)", stream.getvalue(), flags=re.MULTILINE))


def _stood_in(block: str) -> str:
    """The lines of a key, the entries of its list two further in."""
    first, newline, rest = block.partition("\n")
    is_list = rest.startswith("- ")
    return first + newline + (re.sub(r"^(?=.)", "  ", rest, flags=re.MULTILINE) if is_list else rest)


def _to_write(value: Any) -> yaml.Node:
    if isinstance(value, CommentedMap):
        pairs = [(_to_write(key), _to_write(item)) for key, item in value.items()]
        return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=bool(value.fa.flow_style()))
    if isinstance(value, CommentedSeq):
        items = [_to_write(item) for item in value]
        return yaml.SequenceNode("tag:yaml.org,2002:seq", items, flow_style=bool(value.fa.flow_style()))
    style = "|" if isinstance(value, LiteralScalarString) else None
    return yaml.ScalarNode("tag:yaml.org,2002:str", str(value), style=style)


_COMMENT = re.compile(r"(?<=\S)( +)(#.*)$", re.MULTILINE)


def _with_gaps(new: str, old: str) -> str:
    """The lines with their comments as far off as they were."""
    gaps = {match[2]: match[1] for match in _COMMENT.finditer(old)}

    def as_it_was(match: re.Match[str]) -> str:
        return f"{gaps.get(match[2], match[1])}{match[2]}"

    return _COMMENT.sub(as_it_was, new)


def _set(record: CommentedMap, model: type[Model], keys: Keys, value: Value | None, language: str) -> None:
    """Sets or takes out one value; a part that becomes empty goes too."""
    shape = shape_of(model)
    name = _name(record, shape, keys[0], language)
    if len(keys) == 1:
        if value is None:
            record.pop(name, None)
        else:
            record[name] = _node(value, shape, keys[0], language)
        return
    part = shape.parts[keys[0]].model
    assert part is not None
    inner = record.get(name)
    if not isinstance(inner, CommentedMap):
        inner = record[name] = CommentedMap()
    _set(inner, part, keys[1:], value, language)
    if not inner:
        record.pop(name)


def _name(record: CommentedMap, shape: Shape, key: str, language: str) -> str:
    """The name by which `key` stands in the record, or would in its language."""
    there = next((name for name, of in shape.names.items() if of == key and name in record), None)
    return there or (key if language == "en" else shape.both_names(key).split()[0])


def _node(value: Value, shape: Shape, key: str, language: str) -> Any:
    part = shape.parts[key]
    if isinstance(value, dict):
        inner = part.model
        assert inner is not None
        node = CommentedMap()
        for name, text in value.items():
            _set(node, inner, (name,), text, language)
        node.fa.set_flow_style()
        return node
    if isinstance(value, list):
        if len(value) == 1 and part.mark is not None:
            return _text(value[0])
        items = CommentedSeq(map(_text, value))
        if part.mark is not None:
            items.fa.set_flow_style()
        return items
    return _text(value)


def _text(text: str) -> str:
    """A text in the form in which it reads best: several lines as a block."""
    lines = text.split("\n")
    if len(lines) == 1 or text != text.strip() or any(line != line.rstrip() or "\t" in line for line in lines):
        return text
    return LiteralScalarString(text)


# --- lists ------------------------------------------------------------------------------------------------------------


def _set_list(record: CommentedMap, model: type[Model], key: str, items: Sequence[Item], language: str) -> None:
    shape = shape_of(model)
    part = shape.parts[key].model
    assert part is not None
    name = _name(record, shape, key, language)
    found = record.get(name)
    entries = found if isinstance(found, CommentedSeq) else CommentedSeq([] if found is None else [found])
    for item in items:
        if item.old is not None and item.values:
            entries[item.old] = _changed_entry(entries[item.old], part, item.values, language)
    for at, item in enumerate(items):
        if item.old is None:
            entries.insert(at, _new_entry(part, item.values, language))
    record[name] = entries


def _changed_entry(entry: Any, model: type[Model], values: Mapping[str, Value], language: str) -> Any:
    """An entry with some values changed; in short form as long as that can say it."""
    names = shape_of(model).names
    if isinstance(entry, CommentedMap) and any(name in names for name in entry):
        for key, value in values.items():
            _set(entry, model, (key,), value or None, language)
        return entry
    new = _new_entry(model, {**_said(entry, model, language), **values}, language)
    if isinstance(entry, str) and len(new) == 1:
        head, text = next(iter(new.items()))
        return type(entry)(f"{head}: {text}")
    if isinstance(entry, CommentedMap) and entry.ca.items:  # what stands after the entry, or below it
        new.ca.items[list(new)[-1]] = next(reversed(entry.ca.items.values()))
        new.fa.set_block_style()
    return new


def _said(entry: Any, model: type[Model], language: str) -> dict[str, str]:
    """What an entry in short form says, by its keys."""
    line = entry if isinstance(entry, str) else next((f"{key}: {text}" for key, text in entry.items()), "")
    said = model.model_validate(str(line))
    values = {key: value for key in shape_of(model).parts if (value := getattr(said, key)) not in (None, "", UNKNOWN)}
    return {key: date_text(value, language) if isinstance(value, When) else str(value) for key, value in values.items()}


_PLAIN_WORD = re.compile(r"[^\s:：#'\"\[\]{}&*!|>%@`,-][^\s:：#]{0,30}")


def _new_entry(model: type[Model], values: Mapping[str, Value], language: str) -> Any:
    """A new entry: `2025-09-11 反映: …` if that says it all, else its keys."""
    values = {key: value for key, value in values.items() if value}
    if (line := _short_form(model, values)) is not None:
        return CommentedMap([line])
    entry = CommentedMap()
    for key in sorted(shape_of(model).parts, key=lambda key: key != "date"):
        if key in values:
            _set(entry, model, (key,), values[key], language)
    if not any("\n" in str(value) for value in values.values()):
        entry.fa.set_flow_style()
    return entry


def _short_form(model: type[Model], values: Mapping[str, Value]) -> tuple[str, str] | None:
    """The key and the text of an entry in short form; None where it cannot say `values`."""
    word = "stage" if model is LogEntry else "result" if model is Followup else None
    if word is None or not set(values) <= {"date", word, "text"} or "text" not in values:
        return None
    date, said, text = (str(values.get(key, "")) for key in ("date", word, "text"))
    if not _PLAIN_WORD.fullmatch(said) or "\n" in text or said in shape_of(model).names:
        return None
    head = f"{date} {said}".strip()
    try:
        meant = model.model_validate(f"{head}: {text}")
        same_day = str(getattr(meant, "date", "")) == str(parse_when(date or "unknown"))
    except ValueError:
        return None
    same = same_day and getattr(meant, "text", "") == text and (word == "result" or getattr(meant, word, "") == said)
    return (head, text) if same else None
