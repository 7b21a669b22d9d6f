"""Convert the nodes of a file to the plain data of a record: canonical keys, short forms, rendered Markdown."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from msgspec.structs import replace

from ...model.dates import PartialDate, parse_partial_date
from ...model.keys import KeySpec, KeyTable, key_table
from ...model.problems import A_LIST, A_MAPPING, A_TEXT, KeyPath, Problem, Severity
from ...model.quantities import parse_count
from ...model.times import TimeSpan, interpret_time_span
from ...model.vocabulary import encode_choices
from .. import markup
from ..privacy import mask_personal_data
from ..yaml_source import EXAMPLE_FIRST_LINE, MappingNode, ScalarNode, SequenceNode, SourceNode, quote_text
from .date_repair import DATED_MODELS, has_unsure_date, move_clock_time, repair_dated_line, respell_date
from .source_positions import SourcePosition, SourcePositions

RecordData = dict[str, Any]
"""A record as plain data: canonical keys, texts as typed, Markdown as {source, html, links}."""


class RecordReader:
    """Converts the nodes of one record to plain data; collects positions and problems."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.positions = SourcePositions()
        self.problems: list[Problem] = []

    def read_mapping(self, node: MappingNode, table: KeyTable, at: KeyPath) -> RecordData:
        """The mapping `node` with canonical keys, without empty values."""
        data: RecordData = {}
        typed: dict[str, ScalarNode] = {}
        for key, value in node.pairs:
            name = table.names.get(key.text, key.text)
            if name in typed:
                self._add_problem("duplicate_key", key, key=table.named(name), found=str(typed[name].line))
                continue
            typed[name] = key
            if key.text in table.former:
                words = table.both_names(name).split()
                self._add_problem("former_key", key, level="warning", found=f"'{key.text}'",
                                  allowed=words[-1] if key.text.isascii() else words[0])
            in_block = isinstance(value, ScalarNode) and value.is_block
            self.positions[(*at, name)] = SourcePosition(value.line, value.column, key.text, in_block)
            if name not in table.specs:
                self.positions[(*at, name)] = SourcePosition(key.line, key.column, key.text)
            content = self._read_value(value, table.specs.get(name, KeySpec()), (*at, name), key.text)
            if content not in ("", [], {}) or name not in table.specs:
                data[name] = content
        return data

    def read_body(self, data: RecordData, body: ScalarNode, name: str, table: KeyTable) -> None:
        """The Markdown below the front matter, stored under the key `name`."""
        if name in data:
            self._add_problem("duplicate_key", body, key=name, found=str(self.positions[name,].line))
        else:
            self.positions[name,] = SourcePosition(body.line, body.column, table.named(name))
            data[name] = self._render_markdown(body, name, table.named(name))

    def reject_node(self, node: SourceNode) -> RecordData:
        """Report that a mapping was expected."""
        self._add_problem("not_keys", node, found=_describe_node(node), allowed=EXAMPLE_FIRST_LINE)
        return {}

    def _read_value(self, node: SourceNode, spec: KeySpec, at: KeyPath, key: str) -> Any:
        if spec.prose and not isinstance(node, ScalarNode):
            return self._report_not_text(node, key)
        if spec.many and not isinstance(node, SequenceNode):
            node = self._to_items(node, spec)
        if isinstance(node, SequenceNode):
            return self._read_items(node, spec, at, key)
        if isinstance(node, MappingNode):
            return self._read_pairs(node, spec, at)
        if node.uncut_line and (spec.is_text or spec.model in DATED_MODELS):
            self._report_cut_text(node, key)
        if spec.model in DATED_MODELS:
            return self._read_dated_line(node.text.strip(), node, spec, in_quotes=not node.is_plain)
        if spec.type in (PartialDate, date):
            return self._read_date(node, spec, key)
        if spec.type is int:
            return self._read_words(node, key, None if node.text.strip().isdigit() else parse_count(node.text))
        if spec.type is TimeSpan:
            return self._read_words(node, key, interpret_time_span(node.text))
        return self._render_markdown(node, str(at[-1]), key) if spec.prose and node.text.strip() else node.text.strip()

    def _read_words(self, node: ScalarNode, key: str, meant: object) -> str:
        """A count or a time; one that is written in words is read as what it is `meant`, which is told."""
        text = node.text.strip()
        if meant is None or text == str(meant):
            return text
        self._add_problem("value_read", node, level="warning", key=key, found=f"'{text}'", allowed=str(meant))
        return str(meant)

    def _read_date(self, node: ScalarNode, spec: KeySpec, key: str) -> str:
        """A date in the notation of records; one that surely means the same everywhere is read, which is told."""
        text = node.text.strip()
        meant = respell_date(text) if text else ""
        if meant in ("", text) or (spec.type is date and parse_partial_date(meant).exact is None):
            return text
        self._add_problem("value_read", node, level="warning", key=key, found=f"'{text}'", allowed=meant)
        return meant

    def _to_items(self, node: SourceNode, spec: KeySpec) -> SequenceNode:
        """The items of a list, which may be written as one value, or as entries in short form without hyphens."""
        if isinstance(node, ScalarNode) and not node.text.strip():
            return SequenceNode((), node.line, node.column)
        if isinstance(node, ScalarNode) and node.is_plain and (texts := _split_run_together(node.text)):
            self._add_problem("space_after_dash", node, example=_indent_like(node, f"- {texts[0]}", 0))
            return SequenceNode(tuple(replace(node, text=text) for text in texts), node.line, node.column)
        if isinstance(node, MappingNode) and _is_short_form(node, spec):
            self._report_missing_dash(node.pairs[0], _indent_like(node.pairs[0][0], "- ", 0))
        return SequenceNode((node,), node.line, node.column)

    def _split_items(self, node: SequenceNode, spec: KeySpec) -> Iterator[SourceNode]:
        """The items of a list; an entry in short form without its hyphen has been joined to the previous one by
        YAML."""
        for item in node.items:
            if isinstance(item, MappingNode) and len(item.pairs) > 1 and _is_short_form(item, spec):
                for number, pair in enumerate(item.pairs):
                    if number:
                        self._report_missing_dash(pair, _indent_like(pair[0], "- "))
                    yield MappingNode((pair,), pair[0].line, pair[0].column)
            else:
                yield item

    def _report_missing_dash(self, pair: tuple[ScalarNode, SourceNode], hyphen: str) -> None:
        key, value = pair
        self._add_problem("needs_dash", key, example=f"{hyphen}{key.text}: {getattr(value, 'text', '')}")

    def _read_items(self, node: SequenceNode, spec: KeySpec, at: KeyPath, key: str) -> list[Any]:
        contents: list[Any] = []
        one = replace(spec, many=False)
        for item in self._split_items(node, spec):
            place = (*at, len(contents))
            self.positions[place] = SourcePosition(item.line, item.column, key)
            content = self._read_value(item, one, place, key)
            if content not in ("", [], {}):
                contents.append(content)
        return contents

    def _read_pairs(self, node: MappingNode, spec: KeySpec, at: KeyPath) -> Any:
        if spec.model is None or spec.values:
            keyed = {key.text: self._read_keyed_value(key, value, spec, at) for key, value in node.pairs}
            return {key: value for key, value in keyed.items() if value not in ("", [], {})} if spec.values else keyed
        table = key_table(spec.model)
        key, value = node.pairs[0] if node.pairs else (None, None)
        if spec.model.short_form and key and key.text not in table.names and isinstance(value, ScalarNode):
            if value.uncut_line:
                self._report_cut_text(value, key.text)
            for further, _ in node.pairs[1:]:  # a short form cannot be combined with other keys
                self._add_problem("beside_one_line", further, found=f"'{further.text}'",
                                  allowed=encode_choices(map(table.named, table.specs)))
            line = f"{key.text}: {value.text}"
            if spec.model in DATED_MODELS:
                return self._read_dated_line(line, key, spec, in_quotes=not value.is_plain)
            return line
        return self.read_mapping(node, table, at)

    def _read_dated_line(self, line: str, node: ScalarNode, spec: KeySpec, in_quotes: bool) -> str:
        """An entry in short form; a date in another notation, or a time of day, is reported once, and corrected."""
        code, repaired = "date_in_line", repair_dated_line(line)
        if repaired is None:
            code, repaired = "clock_in_line", move_clock_time(line)
        if repaired is None:
            if has_unsure_date(line):
                self._add_problem("date_unsure", node, found=f"'{mask_personal_data(line)[:30]}'")
            return line
        text = quote_text(repaired) if in_quotes and not line.startswith(node.text + ":") else repaired
        level: Severity = "error" if " …:" in repaired else "warning"  # an entry without a stage is none
        example = "" if "\n" in repaired else _indent_like(node, f"- {text}")
        self._add_problem(code, node, level, example=example, found=f"'{mask_personal_data(line)[:30]}'")
        # a word valid in every method, so that no second problem follows
        word = spec.model.short_form.split()[1] if spec.model else ""
        return repaired.replace(" …:", f" {word}", 1)

    def _read_keyed_value(self, key: ScalarNode, value: SourceNode, spec: KeySpec, at: KeyPath) -> Any:
        self.positions[(*at, key.text)] = SourcePosition(value.line, value.column, key.text)
        # pydantic's name for the key itself
        self.positions[(*at, key.text, "[key]")] = SourcePosition(key.line, key.column, key.text)
        return self._read_value(value, spec.values or KeySpec(), (*at, key.text), key.text)

    def _render_markdown(self, node: ScalarNode, name: str, key: str) -> RecordData:
        rendered = markup.render_markdown(node.text, "rules-" if name == "rules" else "")  # shown beside another text
        if not rendered.is_read:
            self._add_problem("as_typed", node, level="warning")
        for line, found in _group_by_line(node.text, rendered.dropped):
            for code, things in _group_by_code(found):
                self._add_problem(code, _shift_down(node, line), level="warning", found=", ".join(things))
        for line, pictures in _group_by_line(node.text, rendered.images_without_alt):
            for picture in pictures:
                self._add_problem("alt_missing", _shift_down(node, line), key=key, found=picture)
        return {"source": node.text, "html": rendered.html, "links": list(rendered.links)}

    def _report_cut_text(self, node: ScalarNode, key: str) -> None:
        self._add_problem("text_cut_off", node, level="warning", example=node.uncut_line, key=key)

    def _report_not_text(self, node: SourceNode, key: str) -> str:
        """Report that Markdown was expected: rendered text in data must have been rendered here."""
        self._add_problem("wrong_shape", node, key=key, found=_describe_node(node), allowed=A_TEXT)
        return ""

    def _add_problem(self, code: str, node: SourceNode, level: Severity = "error", example: str = "",
                     **values: str) -> None:
        self.problems.append(Problem(self.path, node.line, node.column, code, tuple(values.items()),
                                     example=example, level=level))


def _group_by_line(text: str, wanted: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """The items of a text by the line (from 0) on which each first occurs."""
    lines = [(markup.find_line(text, one), one) for one in wanted]
    for line in sorted({line for line, _ in lines}):
        yield line, [one for at, one in lines if at == line]


_HIDDEN_ELEMENTS = {"<!--": "<!-- … -->", "<script>": "<script>", "<style>": "<style>"}


def _group_by_code(dropped: list[str]) -> Iterator[tuple[str, list[str]]]:
    """What was left out, by problem code: tags dropped with their text, links, everything else."""
    hiding = [_HIDDEN_ELEMENTS[element] for element in dropped if element in _HIDDEN_ELEMENTS]
    links = [element for element in dropped if element.endswith(":")]
    rest = [element for element in dropped if element not in _HIDDEN_ELEMENTS and element not in links]
    for code, things in (("html_hidden", hiding), ("link_dropped", links), ("html_dropped", rest)):
        if things:
            yield code, things


def _shift_down(node: ScalarNode, lines: int) -> ScalarNode:
    """A position that many lines below the beginning of a text."""
    line, column = SourcePosition(node.line, node.column, "", node.is_block).shift_down(lines)
    return replace(node, line=line, column=column)


def _describe_node(node: SourceNode) -> str:
    """A node as a message describes it."""
    if isinstance(node, ScalarNode):
        return f"'{mask_personal_data(node.text)[:30]}'"
    return A_LIST if isinstance(node, SequenceNode) else A_MAPPING


def _split_run_together(text: str) -> list[str]:
    """The entries of a list whose hyphens lack a space, so that YAML reads them as one text; [] if it is none."""
    return re.findall(r"(?:^|\s)-(?!-)(\S.*?)(?=\s-\S|$)", text, re.DOTALL) if re.match(r"-[^\s-]", text) else []


def _indent_like(node: ScalarNode, line: str, hyphen: int = len("- ")) -> str:
    """`line` with the indentation of `node`, without its hyphen."""
    return " " * (node.column - 1 - hyphen) + line


def _is_short_form(node: MappingNode, spec: KeySpec) -> bool:
    """Whether the keys of `node` are entries in short form instead of keys of its model."""
    return (spec.model is not None and bool(spec.model.short_form) and bool(node.pairs)
            and not any(key.text in key_table(spec.model).names for key, _ in node.pairs))
