"""From the nodes of a file to the plain data of a record: canonical keys, short forms, Markdown rendered."""

import re
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from ...model.keys import KeySpec, KeyTable, key_table
from ...model.problems import A_LIST, A_TEXT, PAIRS, KeyPath, Level, Problem
from ...model.vocabulary import choices
from .. import markup
from ..sources import FIRST_LINE, Items, Node, Pairs, Scalar, quoted
from .dated import DATED, mended_line
from .places import Place, Places

Data = dict[str, Any]
"""A record as plain data: canonical keys, texts as typed, Markdown as {source, html, links}."""


class Reader:
    """Turns the nodes of one record into plain data; notes places and problems."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.places = Places()
        self.problems: list[Problem] = []

    def mapping(self, node: Pairs, shape: KeyTable, at: KeyPath) -> Data:
        """The keys of `node` made canonical; empty values left out."""
        data: Data = {}
        typed: dict[str, Scalar] = {}
        for key, value in node.pairs:
            name = shape.names.get(key.text, key.text)
            if name in typed:
                self._problem("duplicate_key", key, key=shape.named(name), found=str(typed[name].line))
                continue
            typed[name] = key
            in_block = isinstance(value, Scalar) and value.block
            self.places[(*at, name)] = Place(value.line, value.column, key.text, in_block)
            if name not in shape.specs:
                self.places[(*at, name)] = Place(key.line, key.column, key.text)
            content = self._value(value, shape.specs.get(name, KeySpec()), (*at, name), key.text)
            if content not in ("", [], {}) or name not in shape.specs:
                data[name] = content
        return data

    def body(self, data: Data, body: Scalar, name: str, shape: KeyTable) -> None:
        """The Markdown below the front matter, which fills the key `name`."""
        if name in data:
            self._problem("duplicate_key", body, key=name, found=str(self.places[name,].line))
        else:
            self.places[name,] = Place(body.line, body.column, shape.named(name))
            data[name] = self._prose(body, name, shape.named(name))

    def refused(self, node: Node) -> Data:
        """Nothing, where keys and values were expected."""
        self._problem("not_keys", node, found=_found(node), allowed=FIRST_LINE)
        return {}

    def _value(self, node: Node, spec: KeySpec, at: KeyPath, key: str) -> Any:
        if spec.prose and not isinstance(node, Scalar):
            return self._no_text(node, key)
        if spec.many and not isinstance(node, Items):
            node = self._as_items(node, spec)
        if isinstance(node, Items):
            return self._items(node, spec, at, key)
        if isinstance(node, Pairs):
            return self._pairs(node, spec, at)
        if node.cut and (spec.is_text or spec.model in DATED):
            self._cut_off(node, key)
        if spec.model in DATED:
            return self._dated(node.text.strip(), node, spec, in_quotes=not node.plain)
        return self._prose(node, str(at[-1]), key) if spec.prose and node.text.strip() else node.text.strip()

    def _as_items(self, node: Node, spec: KeySpec) -> Items:
        """What stands where a list may: one value, or entries in short form of which none has its hyphen."""
        if isinstance(node, Scalar) and not node.text.strip():
            return Items((), node.line, node.column)
        if isinstance(node, Scalar) and node.plain and (texts := _run_together(node.text)):
            self._problem("space_after_dash", node, example=_indented(node, f"- {texts[0]}", 0))
            return Items(tuple(replace(node, text=text) for text in texts), node.line, node.column)
        if isinstance(node, Pairs) and _are_entries(node, spec):
            self._dash_missing(node.pairs[0], _indented(node.pairs[0][0], "- ", 0))
        return Items((node,), node.line, node.column)

    def _entries_of(self, node: Items, spec: KeySpec) -> Iterator[Node]:
        """The items of a list; an entry in short form that lacks its hyphen has run into the one before it."""
        for item in node.items:
            if isinstance(item, Pairs) and len(item.pairs) > 1 and _are_entries(item, spec):
                for number, pair in enumerate(item.pairs):
                    if number:
                        self._dash_missing(pair, _indented(pair[0], "- "))
                    yield Pairs((pair,), pair[0].line, pair[0].column)
            else:
                yield item

    def _dash_missing(self, pair: tuple[Scalar, Node], hyphen: str) -> None:
        key, value = pair
        self._problem("needs_dash", key, example=f"{hyphen}{key.text}: {getattr(value, 'text', '')}")

    def _items(self, node: Items, spec: KeySpec, at: KeyPath, key: str) -> list[Any]:
        contents: list[Any] = []
        one = replace(spec, many=False)
        for item in self._entries_of(node, spec):
            place = (*at, len(contents))
            self.places[place] = Place(item.line, item.column, key)
            content = self._value(item, one, place, key)
            if content not in ("", [], {}):
                contents.append(content)
        return contents

    def _pairs(self, node: Pairs, spec: KeySpec, at: KeyPath) -> Any:
        if spec.model is None or spec.values:
            keyed = {key.text: self._keyed(key, value, spec, at) for key, value in node.pairs}
            return {key: value for key, value in keyed.items() if value not in ("", [], {})} if spec.values else keyed
        shape = key_table(spec.model)
        key, value = node.pairs[0] if node.pairs else (None, None)
        if spec.model.short_form and key and key.text not in shape.names and isinstance(value, Scalar):
            if value.cut:
                self._cut_off(value, key.text)
            for further, _ in node.pairs[1:]:  # beside a short form nothing has a place
                self._problem("beside_one_line", further, found=f"'{further.text}'", allowed=_keys_of(shape))
            line = f"{key.text}: {value.text}"
            return self._dated(line, key, spec, in_quotes=not value.plain) if spec.model in DATED else line
        return self.mapping(node, shape, at)

    def _dated(self, line: str, node: Scalar, spec: KeySpec, in_quotes: bool) -> str:
        """An entry in short form; a date in another notation is told once, and mended."""
        mended = mended_line(line)
        if mended is None:
            return line
        text = quoted(mended) if in_quotes and not line.startswith(node.text + ":") else mended
        self._problem("date_in_line", node, example="" if "\n" in mended else _indented(node, f"- {text}"),
                      found=f"'{line[:30]}'")
        word = spec.model.short_form.split()[1] if spec.model else ""  # right in every method: no second problem
        return mended.replace(" …:", f" {word}", 1)

    def _keyed(self, key: Scalar, value: Node, spec: KeySpec, at: KeyPath) -> Any:
        self.places[(*at, key.text)] = Place(value.line, value.column, key.text)
        self.places[(*at, key.text, "[key]")] = Place(key.line, key.column, key.text)  # as pydantic calls a key itself
        inner = replace(spec.values, values=None) if spec.values else KeySpec()
        return self._value(value, inner, (*at, key.text), key.text)

    def _prose(self, node: Scalar, name: str, key: str) -> Data:
        rendered = markup.render(node.text, "rules-" if name == "rules" else "")  # stands beside another text
        for line, found in _by_line(node.text, rendered.dropped):
            for code, things in _by_code(found):
                self._problem(code, _below(node, line), level="warning", found=", ".join(things))
        for line, pictures in _by_line(node.text, rendered.silent):
            for picture in pictures:
                self._problem("alt_missing", _below(node, line), key=key, found=picture)
        return {"source": node.text, "html": rendered.html, "links": list(rendered.links)}

    def _cut_off(self, node: Scalar, key: str) -> None:
        self._problem("text_cut_off", node, level="warning", example=node.cut, key=key)

    def _no_text(self, node: Node, key: str) -> str:
        """Nothing, where Markdown was expected: what is read as rendered text must have been rendered here."""
        self._problem("wrong_shape", node, key=key, found=_found(node), allowed=A_TEXT)
        return ""

    def _problem(self, code: str, node: Node, level: Level = "error", example: str = "", **values: str) -> None:
        self.problems.append(Problem(self.path, node.line, node.column, code, tuple(values.items()),
                                     example=example, level=level))


def _by_line(text: str, wanted: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """The things of a text by the line on which they first stand, counted from its first."""
    lines = [(markup.line_of(text, one), one) for one in wanted]
    for line in sorted({line for line, _ in lines}):
        yield line, [one for at, one in lines if at == line]


_HIDING = {"<!--": "<!-- … -->", "<script>": "<script>", "<style>": "<style>"}


def _by_code(dropped: list[str]) -> Iterator[tuple[str, list[str]]]:
    """What is to be told of the things that were left out: of what takes its text along, of links, of the rest."""
    hiding = [_HIDING[one] for one in dropped if one in _HIDING]
    links = [one for one in dropped if one.endswith(":")]
    rest = [one for one in dropped if one not in _HIDING and one not in links]
    for code, things in (("html_hidden", hiding), ("link_dropped", links), ("html_dropped", rest)):
        if things:
            yield code, things


def _below(node: Scalar, lines: int) -> Scalar:
    """A place so many lines below the beginning of a text."""
    line, column = Place(node.line, node.column, "", node.block).down(lines)
    return replace(node, line=line, column=column)


def _found(node: Node) -> str:
    """What stands there, as a message tells it."""
    return f"'{node.text[:30]}'" if isinstance(node, Scalar) else A_LIST if isinstance(node, Items) else PAIRS


def _keys_of(shape: KeyTable) -> str:
    return choices(map(shape.named, shape.specs))


def _run_together(text: str) -> list[str]:
    """The entries of a list whose hyphens have no space, so that they were read as one text; [] if it is none."""
    return re.findall(r"(?:^|\s)-(?!-)(\S.*?)(?=\s-\S|$)", text, re.DOTALL) if re.match(r"-[^\s-]", text) else []


def _indented(node: Scalar, line: str, hyphen: int = len("- ")) -> str:
    """`line` as far in as `node` stands, less its hyphen."""
    return " " * (node.column - 1 - hyphen) + line


def _are_entries(node: Pairs, spec: KeySpec) -> bool:
    """Whether the keys of `node` are entries in short form rather than keys of its model."""
    return (spec.model is not None and bool(spec.model.short_form) and bool(node.pairs)
            and not any(key.text in key_table(spec.model).names for key, _ in node.pairs))
