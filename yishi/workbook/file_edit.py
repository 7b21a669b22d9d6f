"""Edit record files: changed keys are rewritten, everything else stays byte for byte, including comments and blank
lines. The lines of a changed key are parsed and written by ruamel.yaml, which keeps comments and order."""

import re
from collections.abc import Iterable

from msgspec import Struct

from ..content.yaml_source import MappingNode, SourceFile, parse_source
from ..model.keys import KeyTable, key_table
from ..model.kinds import KINDS
from .yaml_edit import RecordEdit, list_changed_keys, order_keys, rewrite_keys


def write_new_file(kind: str, change: RecordEdit, language: str, suffix: str, row_id: str) -> str:
    """The text of a new record file. `language`: of its keys; `row_id`: id of the workbook row it was made from (""
    = none)."""
    values = dict(change.values)
    body = values.pop((KINDS[kind].model.body_key,), "") if suffix == ".md" else ""
    keys = rewrite_keys("", KINDS[kind].model, RecordEdit(values, change.lists), language)
    text = (f"# row {row_id}\n" if row_id else "") + keys
    return f"---\n{text}---\n{body}\n" if suffix == ".md" else text


def edit_file(text: str, kind: str, change: RecordEdit, language: str, suffix: str, entry: str = "",
              row_id: str = "") -> str:
    """Apply `change` to `text`. `entry`: id of the record in a file with several; it is appended if the file lacks
    it."""
    newline = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    if suffix == ".md":
        plain = _edit_markdown(plain, kind, change, language)
    elif entry:
        plain = _edit_entry(plain, kind, change, language, entry, row_id)
    else:
        plain = _edit_keys(plain, kind, change, language)
    return plain.replace("\n", newline) if newline != "\n" else plain


def find_row_ids(text: str) -> dict[str, str]:
    """Id of the entry ("" = the whole file) → id of the row it was made from."""
    pairs = re.findall(r"^(?:([a-z0-9-]+):[ ]*)?# row ([\w-]+)[ \t]*$", text.replace("\r", ""), re.MULTILINE)
    return dict(pairs)


# --- Markdown ---------------------------------------------------------------------------------------------------------

_FRONT_MATTER = re.compile(r"(---[ \t]*\n)(.*?)(^---[ \t]*(?:\n|\Z))(.*)", re.DOTALL | re.MULTILINE)


def _edit_markdown(text: str, kind: str, change: RecordEdit, language: str) -> str:
    match = _FRONT_MATTER.match(text)
    assert match is not None, "the file was read before"
    opening, front, closing, body = match.groups()
    prose = (KINDS[kind].model.body_key,)
    values = dict(change.values)
    names = key_table(KINDS[kind].model).names
    in_front = any(re.match(rf"{re.escape(name)}\s*:", front, re.MULTILINE) for name, key in names.items()
                   if key == prose[0])
    if prose in values and not in_front:
        text_value = values.pop(prose)
        body = f"{text_value}\n" if text_value else ""
    return opening + _edit_keys(front, kind, RecordEdit(values, change.lists), language) + closing + body


# --- the keys of a record ---------------------------------------------------------------------------------------------


def _edit_keys(text: str, kind: str, change: RecordEdit, language: str) -> str:
    model = KINDS[kind].model
    table = key_table(model)
    blocks = _split_by_key(text)
    if blocks is None:  # the whole record in braces, or its keys indented
        return rewrite_keys(text, model, change, language)
    chosen = _majority_language((block.key for block in blocks), language)
    for key in list_changed_keys(change):
        part = RecordEdit({keys: value for keys, value in change.values.items() if keys[0] == key},
                          {name: items for name, items in change.lists.items() if name == key})
        block = next((block for block in blocks if table.names.get(block.key) == key), None)
        old = "".join(block.lines) if block else ""
        new = rewrite_keys(old, model, part, chosen)
        blocks = _replace_key_lines(blocks, block, new, key, table)
    return "".join(line for block in blocks for line in (*block.lines, *block.trailing_lines))


class _KeyLines(Struct, frozen=True):
    """The lines of one key of a record, and the blank lines and comments that follow."""

    key: str
    lines: tuple[str, ...]
    trailing_lines: tuple[str, ...] = ()


def _split_by_key(text: str) -> list[_KeyLines] | None:
    """Split by key; the lines before the first are under "". None if keys share a line or are indented."""
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    root = parse_source(SourceFile("x.yaml", text.encode())).root
    if not isinstance(root, MappingNode) or any(key.column != 1 for key, _ in root.pairs):
        return None
    starts = [key.line - 1 for key, _ in root.pairs]
    if len(set(starts)) < len(starts):
        return None
    ends = [*starts, len(lines)][1:]
    head = _KeyLines("", (), tuple(lines[:starts[0] if starts else len(lines)]))
    return [head, *(_key_lines(key.text, lines[start:end])
                    for (key, _), start, end in zip(root.pairs, starts, ends, strict=True))]


def _key_lines(key: str, lines: list[str]) -> _KeyLines:
    end = len(lines)
    while end > 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return _KeyLines(key, tuple(lines[:end]), tuple(lines[end:]))


def _replace_key_lines(blocks: list[_KeyLines], block: _KeyLines | None, new: str, key: str,
                       table: KeyTable) -> list[_KeyLines]:
    """Replace the lines of `key`; a new key is inserted in the order of the model."""
    lines = tuple(new.splitlines(keepends=True))
    if block is not None:
        return [_KeyLines(one.key, lines, one.trailing_lines) if one is block else one for one in blocks]
    order = order_keys(table)
    before = [number for number, one in enumerate(blocks)
              if table.names.get(one.key) in order[:order.index(key)]]
    at = max(before, default=0)
    previous = blocks[at]
    if previous.key:  # what follows a key may belong to the next one
        pair = [_KeyLines(previous.key, previous.lines), _KeyLines(key, lines, previous.trailing_lines)]
    else:
        pair = [previous, _KeyLines(key, lines)]
    return [*blocks[:at], *pair, *blocks[at + 1:]]


def _majority_language(keys: Iterable[str], otherwise: str) -> str:
    """The language of most keys; `otherwise` if there are none."""
    english = [key.isascii() for key in keys if key]
    if not english:
        return otherwise
    return "en" if sum(english) * 2 > len(english) else "zh-Hans"


def detect_key_language(text: str, kind: str, otherwise: str) -> str:
    """The language of the keys in a record file."""
    root = parse_source(SourceFile("x.md" if text.startswith("---") else "x.yaml", text.encode())).root
    keys = [key.text for key, _ in root.pairs] if isinstance(root, MappingNode) else []
    names = key_table(KINDS[kind].model).names
    return _majority_language((key for key in keys if key in names), otherwise)


# --- the entries of a file that holds several records -----------------------------------------------------------------


def _edit_entry(text: str, kind: str, change: RecordEdit, language: str, entry: str, row_id: str) -> str:
    blocks = _split_by_key(text)
    if blocks is None:
        return rewrite_keys(text, KINDS[kind].model, change, language, entry)
    block = next((block for block in blocks if block.key == entry), None)
    if block is None:
        lines = rewrite_keys("", KINDS[kind].model, change, language, entry)
        if row_id:
            lines = lines.replace(f"{entry}:", f"{entry}: # row {row_id}", 1)
        return "".join(line for one in blocks for line in (*one.lines, *one.trailing_lines)) + lines
    new = rewrite_keys("".join(block.lines), KINDS[kind].model, change, language, entry).splitlines(keepends=True)
    return "".join(line for one in blocks for line in (*(new if one is block else one.lines), *one.trailing_lines))
