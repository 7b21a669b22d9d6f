"""Parse the bytes of a source file into a tree of strings with their positions.

YAML is read through the C parser's events: every scalar is the string as typed; anchors, tags, merge keys, duplicate
keys and several documents are rejected. Common typing errors are recognised and reported.
"""

import codecs
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import yaml
from msgspec import Struct
from msgspec.structs import replace
from yaml import events

from ..core.characters import find_forbidden, remove_forbidden
from ..model.language import marked
from ..model.problems import Problem
from ..model.records.limits import MAX_DEPTH, MAX_REPARSED_CHARACTERS, MAX_TEXT_LENGTH, MAX_TYPING_ERRORS
from ..model.vocabulary import encode_bilingual
from .line_breaks import remove_folded_spaces

EXAMPLE_FIRST_LINE = encode_bilingual("标题: …", "title: …")
"""A line that most files begin with."""

NULL_WORDS = ("null", "Null", "NULL", "~")
"""Plain words that mean null in YAML; in quotes they are texts."""


class SourceFile(Struct, frozen=True):
    """A file of the content folder: its path relative to it, with /, and its bytes."""

    path: str
    data: bytes


class ScalarNode(Struct, frozen=True):
    """A text as typed; empty for null. `is_plain`: without quotes; `is_block`: it begins on the next line.

    `uncut_line`: the line with the whole text in quotes, where a ` #` cuts the text off ("": it does not).
    """

    text: str
    line: int
    column: int
    is_plain: bool = False
    uncut_line: str = ""
    is_block: bool = False


class SequenceNode(Struct, frozen=True):
    items: "tuple[SourceNode, ...]"
    line: int
    column: int


class MappingNode(Struct, frozen=True):
    pairs: "tuple[tuple[ScalarNode, SourceNode], ...]"
    line: int
    column: int


SourceNode = ScalarNode | SequenceNode | MappingNode


class SourceDocument(Struct, frozen=True):
    """The parsed file: its tree (None: unreadable, see the problems), and the Markdown body of a `.md` file."""

    root: MappingNode | SequenceNode | None
    body: ScalarNode | None = None
    problems: tuple[Problem, ...] = ()


def parse_source(source: SourceFile, max_entries: int = sys.maxsize) -> SourceDocument:
    """Parse `source`; for any bytes it gives a tree or problems, or both. `max_entries`: of a list or mapping."""
    forbidden: list[_ParseError] = []  # parser errors on the same lines follow from these
    try:
        text = _decode(source.data)
        forbidden += _find_forbidden_characters(text)
        text = remove_forbidden(text)
        front, body = _split_front_matter(text) if source.path.endswith(".md") else (text, None)
        root, errors = _parse_tree(front, 1 if body else 0, max_entries)
    except _ParseError as error:
        return SourceDocument(None, None, tuple(mistake.to_problem(source.path) for mistake in (*forbidden, error)))
    reported = {error.problem_fields[0] for error in forbidden}
    errors = [*forbidden, *(error for error in errors if error.problem_fields[0] not in reported)]
    return SourceDocument(root, body, tuple(error.to_problem(source.path) for error in errors))


def decode_source(source: SourceFile) -> str:
    """The text of a readable file, with plain line breaks."""
    return _decode(source.data)


def find_verbatim_lines(source: SourceFile) -> set[int]:
    """The lines (from 1) of a readable file in which every space counts: block scalars and Markdown."""
    text = _decode(source.data)
    front, body = _split_front_matter(text) if source.path.endswith(".md") else (text, None)
    blocks: Iterator[Any] = (event for event in yaml.parse(front, yaml.CSafeLoader)
                             if isinstance(event, events.ScalarEvent) and event.style in ("|", ">"))
    found = {line + (2 if body else 1) for event in blocks
             for line in range(event.start_mark.line + 1, event.end_mark.line)}
    return found | set(range(body.line, text.count("\n") + 2)) if body else found


# --- bytes to text ----------------------------------------------------------------------------------------------------


class _ParseError(Exception):
    """Raised while parsing, caught in `parse_source`: the first problem that makes a file unreadable."""

    def __init__(self, code: str, line: int = 1, column: int = 1, example: str = "", **values: str) -> None:
        self.problem_fields = (line, column, code, tuple(values.items()), "", example)

    def to_problem(self, path: str) -> Problem:
        return Problem(path, *self.problem_fields)


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data[:200]:
        raise _ParseError("encoding", found="UTF-16 (Unicode)")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _ParseError("encoding", line, found=_guess_encoding(data)) from None


def _find_forbidden_characters(text: str) -> Iterator[_ParseError]:
    """The first forbidden character of each line, as a problem."""
    for number, line in enumerate(text.split("\n"), 1):
        if found := find_forbidden(line):
            yield _ParseError("control_character", number, found[0] + 1, found=found[1])


def _guess_encoding(data: bytes) -> str:
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "?"
    return "GBK (ANSI)"


def _split_front_matter(text: str) -> tuple[str, ScalarNode]:
    match = re.match(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", text, re.DOTALL | re.MULTILINE)
    if match is None:
        opened = re.match(r"---[ \t]*\n[^\n]", text) is not None
        raise _ParseError("front_matter_open" if opened else "front_matter", example="---")
    body = ScalarNode(text[match.end():], text.count("\n", 0, match.end()) + 1, 1)
    _check_length(body.text, body.line, 1)
    return match[1], body


# --- text to tree -----------------------------------------------------------------------------------------------------


def _parse_tree(text: str, offset: int, max_entries: int
                ) -> tuple[MappingNode | SequenceNode | None, list[_ParseError]]:
    """The tree of a text and its errors.

    Common typing errors are corrected and unreadable lines blanked, so that one pass finds all problems.
    """
    lines = text.split("\n")
    errors: list[_ParseError] = []
    unreadable: list[_ParseError] = []
    corrections: set[tuple[int, str]] = set()
    tries = min(MAX_TYPING_ERRORS, MAX_REPARSED_CHARACTERS // (len(text) + 1))
    while True:
        builder = _TreeBuilder(lines, offset, max_entries)
        try:
            root = builder.build(iter(yaml.CSafeLoader("\n".join(lines)).get_event, None))
        except (yaml.YAMLError, _MistypedKey) as error:
            mistake = _find_typing_error(error, lines, corrections)
            if mistake is None or len(corrections) >= tries:
                unreadable.append(_translate_parser_error(error, offset))  # later errors may follow from the first
                if len(unreadable) >= tries or not _blank_unreadable_lines(lines, error):
                    return None, [*errors, unreadable[0]]
                continue
        else:
            mistake = None
            if isinstance(root, ScalarNode):
                mistake = _match_typing_error(lines, root.line - 1 - offset, corrections)
            if mistake is None and unreadable and not _has_entries(root):
                return None, [*errors, unreadable[0]]
            if mistake is None:
                return _require_mapping(root, [*errors, *unreadable[:1], *builder.errors])
        errors.append(mistake.to_parse_error(offset))
        lines[mistake.line] = mistake.corrected
        corrections.add((mistake.line, mistake.code))


def _has_entries(node: SourceNode) -> bool:
    if isinstance(node, MappingNode):
        return bool(node.pairs)
    return isinstance(node, SequenceNode) and bool(node.items)


def _blank_unreadable_lines(lines: list[str], error: Exception) -> bool:
    """Blank the line at which the parser failed, or the one above it, and the lines indented below it; return whether
    there was one.

    An unclosed quotation, and a key without a colon, is blanked from its beginning.
    """
    marks = _error_marks(error)
    mark = next(iter(marks[::-1] if re.search("scanning a (quoted|simple)", str(error)) else marks), None)
    at = min(mark.line if mark else 0, len(lines) - 1)
    while at >= 0 and not lines[at].strip():
        at -= 1
    if at < 0:
        return False
    indent = _indent_of(lines[at])
    end = at + 1
    while end < len(lines) and (not lines[end].strip() or _indent_of(lines[end]) > indent):
        end += 1
    lines[at:end] = [""] * (end - at)
    return True


def _indent_of(line: str) -> int:
    return len(line) - len(line.lstrip())


def _require_mapping(root: SourceNode, errors: list[_ParseError]
                     ) -> tuple[MappingNode | SequenceNode | None, list[_ParseError]]:
    if not isinstance(root, ScalarNode):
        return root, errors
    found = f"'{root.text[:30]}'"
    return None, [*errors, _ParseError("not_keys", root.line, root.column, found=found, allowed=EXAMPLE_FIRST_LINE)]


_INVALID_KEY_STARTS = tuple("-－–—\u3000")
"""Characters that no key begins with: a hyphen without its space, or a full-width one typed instead."""


class _MistypedKey(Exception):
    """A key that begins with a character from a typing error."""

    def __init__(self, mark: Any) -> None:
        super().__init__(mark)
        self.problem_mark = mark


class _TreeBuilder:
    """Builds the tree of one text from its events; what is not allowed is reported and skipped."""

    def __init__(self, lines: list[str], offset: int, max_entries: int) -> None:
        self.lines = lines
        self.offset = offset
        self.max_entries = max_entries
        self.has_comments = any("#" in line for line in lines)
        self.errors: list[_ParseError] = []

    def build(self, stream: Iterator[Any]) -> SourceNode:
        """The node of the first document; an empty file is an empty mapping."""
        root: SourceNode | None = None
        for event in stream:
            if isinstance(event, events.NodeEvent):
                node = self._build_node(event, stream, 0)
                if root is None:
                    root = node
                else:
                    self._add_error("several_documents", event)
        if root is None or (isinstance(root, ScalarNode) and not root.text):
            return MappingNode((), 1 + self.offset, 1)
        return root

    def _build_node(self, event: Any, stream: Iterator[Any], depth: int) -> SourceNode:
        mark = event.start_mark
        line = mark.line + 1 + self.offset
        column = mark.column + 1
        if depth > MAX_DEPTH:
            raise _ParseError("too_deep", line, column, allowed=str(MAX_DEPTH))
        if event.anchor is not None:
            self._add_error("anchor", event)
        if isinstance(event, events.AliasEvent):
            return ScalarNode("", line, column)
        if event.tag is not None:
            self._add_error("tag", event)
        if isinstance(event, events.ScalarEvent):
            if event.style == '"' and (forbidden := find_forbidden(event.value)):  # written as \x1b, \e, \u2028 …
                self._add_error("control_character", event, found=forbidden[1])
                event.value = remove_forbidden(event.value)  # reported once
            return self._build_scalar(event, line, column)
        if isinstance(event, events.SequenceStartEvent):
            return SequenceNode(tuple(self._iter_items(stream, depth)), line, column)
        return MappingNode(tuple(self._iter_pairs(stream, depth)), line, column)

    def _build_scalar(self, event: Any, line: int, column: int) -> ScalarNode:
        _check_length(event.value, line, column)
        plain = not event.style
        value = event.value
        if event.start_mark.line != event.end_mark.line and event.style != "|":
            value = remove_folded_spaces(value, self._raw_lines(event))
        if plain and value in NULL_WORDS:
            value = ""
        cut = self._restore_cut_line(event, value) if plain and self.has_comments else ""
        return ScalarNode(value, line, column, plain, cut, event.style in ("|", ">"))

    def _raw_lines(self, event: Any) -> list[str]:
        """The source lines of a scalar, without the text before and after it."""
        first, last = event.start_mark, event.end_mark
        lines = self.lines[first.line:last.line + 1]
        lines[-1:] = [lines[-1][:last.column]] if len(lines) > last.line - first.line else lines[-1:]
        lines[0] = lines[0][first.column:]
        return lines[1:] if event.style == ">" else lines

    def _iter_items(self, stream: Iterator[Any], depth: int) -> Iterator[SourceNode]:
        number = 0
        while not isinstance(event := next(stream), events.SequenceEndEvent):
            number += 1
            self._check_number(number, event)
            yield self._build_node(event, stream, depth + 1)

    def _iter_pairs(self, stream: Iterator[Any], depth: int) -> Iterator[tuple[ScalarNode, SourceNode]]:
        seen: dict[str, int] = {}
        number = 0
        while not isinstance(event := next(stream), events.MappingEndEvent):
            number += 1
            self._check_number(number, event)
            key = self._build_node(event, stream, depth + 1)
            if isinstance(key, ScalarNode) and not key.text:
                key = replace(key, text=getattr(event, "value", ""))  # `null` is a valid key
            if isinstance(key, ScalarNode) and key.is_plain and key.text[:1] in _INVALID_KEY_STARTS:
                raise _MistypedKey(event.start_mark)
            value = self._build_node(next(stream), stream, depth + 1)
            if not isinstance(key, ScalarNode):
                self.errors.append(_ParseError("not_keys", key.line, key.column, found="[ ] { }",
                                               allowed=EXAMPLE_FIRST_LINE))
            elif key.text == "<<" and key.is_plain:
                self.errors.append(_ParseError("merge_key", key.line, key.column))
            elif key.text in seen:
                self.errors.append(_ParseError("duplicate_key", key.line, key.column,
                                               key=key.text, found=str(seen[key.text])))
            else:
                seen[key.text] = key.line
                yield key, value

    def _check_number(self, number: int, event: Any) -> None:
        """Refuse the rest of the file from the first entry that is one too many."""
        if number > self.max_entries:
            mark = event.start_mark
            raise _ParseError("too_many", mark.line + 1 + self.offset, mark.column + 1, allowed=f"{self.max_entries:,}")

    def _restore_cut_line(self, event: Any, value: str) -> str:
        """The line with the whole text in quotes, if a comment ends the text; else "".

        If there is only a comment, `#3` is a text but `# 3` is a comment.
        """
        line: int = event.end_mark.line
        ends_on = "".join(self.lines[line:line + 1])  # an empty text may end below the last line
        rest = ends_on[event.end_mark.column:]
        if not re.match(r"\s+#" if value else r"\s*#[^\s#]", rest):
            return ""
        before = self.lines[event.start_mark.line][:event.start_mark.column]
        return f"{before}{'' if value or before.endswith(' ') else ' '}{quote_text(f'{value}{rest}'.strip())}"

    def _add_error(self, code: str, event: Any, **values: str) -> None:
        mark = event.start_mark
        self.errors.append(_ParseError(code, mark.line + 1 + self.offset, mark.column + 1, **values))


def _check_length(text: str, line: int, column: int) -> None:
    if len(text) > MAX_TEXT_LENGTH:
        raise _ParseError("text_too_long", line, column, found=f"{len(text):,}", allowed=f"{MAX_TEXT_LENGTH:,}")


# --- typing errors ----------------------------------------------------------------------------------------------------


class _TypingError(Struct, frozen=True):
    """A recognised typing error: its code, its position (line and column from 0), and the corrected line."""

    code: str
    line: int
    column: int
    corrected: str

    def to_parse_error(self, offset: int) -> _ParseError:
        return _ParseError(self.code, self.line + 1 + offset, self.column + 1, self.corrected.rstrip())


def _quote_value(match: re.Match[str]) -> str:
    return f"{match['head']}{quote_text(match['text'])}"


def _narrow_indent(match: re.Match[str]) -> str:
    """Replace each full-width space by two spaces; before a list item by two in all, the usual indentation of lists."""
    text = match.string.lstrip()
    return "  " + text if text.startswith("-") else match.string.replace("\u3000", "  ")


def quote_text(text: str) -> str:
    """`text` in quotes that it does not contain."""
    return f"'{text}'" if '"' in text and "'" not in text else '"' + text.replace('"', "'") + '"'


_KEY_HEAD = r"(?P<head>\s*(?:-\s+)?[^\s:：#\"'\[\]{}]{1,20}"
_UNQUOTED = r"(?!\"[^\"]*\"$|'[^']*'$)"
_NO_MAPPING = r"(?![{\[].*[}\]]$)"
_ITEM_HEAD = r"(?P<head>\s*-\s+)" + _UNQUOTED
_TYPING_ERRORS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    ("tab", re.compile(r"(?P<head>[ ]*)(?P<text>\t.*)"), lambda m: m.string.expandtabs(2)),
    ("full_width_space", re.compile(r"(?P<head>[ ]*)(?P<text>\u3000.*)"), _narrow_indent),
    ("full_width_dash", re.compile(r"(?P<head>\s*)(?P<text>[－–—]\s*(?P<rest>.*))"),
     lambda m: f"{m['head']}- {m['rest']}"),
    ("space_after_dash", re.compile(r"(?P<head>\s*)(?P<text>-(?P<rest>[^\s\-].*))"),
     lambda m: f"{m['head']}- {m['rest']}"),
    ("full_width_colon", re.compile(_KEY_HEAD + r")(?P<text>：\s*(?P<rest>.*))"),
     lambda m: f"{m['head']}: {m['rest']}"),
    ("full_width_space", re.compile(_KEY_HEAD + r":)(?P<text>\u3000+(?P<rest>.*))"),
     lambda m: f"{m['head']} {m['rest']}"),
    ("needs_quotes", re.compile(_ITEM_HEAD + r"(?P<text>.*:\s+(?:.*:(?:\s.*)?|[@`\"'%*&!|>\[{].*))"), _quote_value),
    ("needs_quotes", re.compile(_ITEM_HEAD + r"(?P<text>[@`\"'%*&!].*)"), _quote_value),
    ("bracket_open", re.compile(_KEY_HEAD + r":\s+)(?P<text>\[[^\]]*)"), lambda m: f"{m[0]}]"),
    ("brace_open", re.compile(_KEY_HEAD + r":\s+)(?P<text>\{[^}]*)"), lambda m: f"{m[0]}}}"),
    ("needs_quotes", re.compile(_KEY_HEAD + r":\s+)" + _UNQUOTED + _NO_MAPPING
                                + r"(?P<text>.*:(?:\s.*)?|[@`\"'%*&!].*)"),
     _quote_value),
    ("space_after_colon", re.compile(_KEY_HEAD + r":)(?P<text>[^\s/].*)"), lambda m: f"{m['head']} {m['text']}"),
)


def _find_typing_error(error: Exception, lines: list[str], corrections: set[tuple[int, str]]) -> _TypingError | None:
    """The typing error at which the parser failed, if it is a known one."""
    mistakes = (_match_typing_error(lines, mark.line, corrections) for mark in _error_marks(error))
    return next(filter(None, mistakes), None)


def _match_typing_error(lines: list[str], at: int, corrections: set[tuple[int, str]]) -> _TypingError | None:
    """The known typing error on line `at` (from 0) or next to it, unless it is already corrected."""
    for number in (at, at - 1, at + 1):
        if not 0 <= number < len(lines):
            continue
        for code, pattern, corrected in _TYPING_ERRORS:
            if (number, code) not in corrections and (match := pattern.fullmatch(lines[number].rstrip())):
                return _TypingError(code, number, match.start("text"), corrected(match))
    return None


def _translate_parser_error(error: Exception, offset: int) -> _ParseError:
    line, column = next(((mark.line, mark.column) for mark in _error_marks(error)), (0, 0))
    message = str(error)
    reason = next((reason for part, reason in _REASONS.items() if part in message), _DEFAULT_REASON)
    return _ParseError("yaml", line + 1 + offset, column + 1, found=reason)


_REASONS = {
    "unexpected end of stream": marked("a quotation mark opens a text and none closes it"),
    "could not find expected ':'": marked("this line or the one above it lacks the colon and space after its key"),
    "cannot start any token": marked("a text begins with a special character; put it in quotes"),
    "mapping values are not allowed": marked("the line is not aligned with those above it, "
                                             "or its text holds a colon; align it, or put the text in quotes"),
    "did not find expected": marked("the line is not aligned with those above it, "
                                    "or a special character stands in it; align it, or put its text in quotes"),
}
"""Part of the parser's message → a message id that a writer can act on."""

_DEFAULT_REASON = _REASONS["did not find expected"]


def _error_marks(error: Exception) -> list[Any]:
    return [mark for name in ("problem_mark", "context_mark") if (mark := getattr(error, name, None))]
