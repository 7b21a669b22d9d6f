"""A record file with some values changed: nothing else of it is touched, not a blank, not a comment.

The lines of a key that changes are read and written again by ruamel.yaml, which keeps the comments and the order within
them; all other lines stay as they are, to the byte.
"""

import re
from collections.abc import Iterable

from msgspec import Struct

from ..content.sources import Pairs, Source, read
from ..model.keys import KeyTable, key_table
from ..model.kinds import KINDS
from .nodes import Change, changed_keys, order_of, rewritten


def created(kind: str, change: Change, language: str, suffix: str, mark: str) -> str:
    """The text of a new record file; `language` is that of its keys, `mark` the id of its row ("" = none)."""
    values = dict(change.values)
    body = values.pop((KINDS[kind].model.prose_of_body,), "") if suffix == ".md" else ""
    keys = rewritten("", KINDS[kind].model, Change(values, change.lists), language)
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
    prose = (KINDS[kind].model.prose_of_body,)
    values = dict(change.values)
    names = key_table(KINDS[kind].model).names
    in_front = any(re.match(rf"{re.escape(name)}\s*:", front, re.MULTILINE) for name, key in names.items()
                   if key == prose[0])
    if prose in values and not in_front:
        said = values.pop(prose)
        body = f"{said}\n" if said else ""
    return opening + _edited_keys(front, kind, Change(values, change.lists), language) + closing + body


# --- the keys of a record ---------------------------------------------------------------------------------------------


def _edited_keys(text: str, kind: str, change: Change, language: str) -> str:
    model = KINDS[kind].model
    shape = key_table(model)
    blocks = _blocks(text)
    if blocks is None:  # the whole record in braces, or its keys indented
        return rewritten(text, model, change, language)
    chosen = _language_of((block.key for block in blocks), language)
    for key in changed_keys(change):
        part = Change({keys: value for keys, value in change.values.items() if keys[0] == key},
                      {name: items for name, items in change.lists.items() if name == key})
        block = next((block for block in blocks if shape.names.get(block.key) == key), None)
        old = "".join(block.lines) if block else ""
        new = rewritten(old, model, part, chosen)
        blocks = _replaced(blocks, block, new, key, shape)
    return "".join(line for block in blocks for line in (*block.lines, *block.after))


class _Block(Struct, frozen=True):
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


def _replaced(blocks: list[_Block], block: _Block | None, new: str, key: str, shape: KeyTable) -> list[_Block]:
    """The blocks with the lines of `key` replaced; a key that was not there stands where the model has it."""
    lines = tuple(new.splitlines(keepends=True))
    if block is not None:
        return [_Block(one.key, lines, one.after) if one is block else one for one in blocks]
    order = order_of(shape)
    before = [number for number, one in enumerate(blocks)
              if shape.names.get(one.key) in order[:order.index(key)]]
    at = max(before, default=0)
    previous = blocks[at]
    if previous.key:  # what follows a key may belong to the next one
        pair = [_Block(previous.key, previous.lines), _Block(key, lines, previous.after)]
    else:
        pair = [previous, _Block(key, lines)]
    return [*blocks[:at], *pair, *blocks[at + 1:]]


def _language_of(keys: Iterable[str], otherwise: str) -> str:
    """The language in which most keys are written."""
    english = [key.isascii() for key in keys if key]
    return otherwise if not english else "en" if sum(english) * 2 > len(english) else "zh-Hans"


def language_in(text: str, kind: str, otherwise: str) -> str:
    """The language of the keys of a record's file."""
    root = read(Source("x.md" if text.startswith("---") else "x.yaml", text.encode())).root
    keys = [key.text for key, _ in root.pairs] if isinstance(root, Pairs) else []
    names = key_table(KINDS[kind].model).names
    return _language_of((key for key in keys if key in names), otherwise)


# --- the entries of a file that holds several records -----------------------------------------------------------------


def _edited_entry(text: str, kind: str, change: Change, language: str, entry: str, mark: str) -> str:
    blocks = _blocks(text)
    if blocks is None:
        return rewritten(text, KINDS[kind].model, change, language, entry)
    block = next((block for block in blocks if block.key == entry), None)
    if block is None:
        lines = rewritten("", KINDS[kind].model, change, language, entry)
        if mark:
            lines = lines.replace(f"{entry}:", f"{entry}: # row {mark}", 1)
        return "".join(line for one in blocks for line in (*one.lines, *one.after)) + lines
    new = rewritten("".join(block.lines), KINDS[kind].model, change, language, entry).splitlines(keepends=True)
    return "".join(line for one in blocks for line in (*(new if one is block else one.lines), *one.after))
