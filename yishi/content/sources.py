"""Bytes → a tree of strings, each with its place in the file.

YAML is read through the C parser's events: every scalar is the string the writer typed; anchors, tags, merge keys,
duplicate keys and several documents are refused. What usually goes wrong while typing is recognised and named.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml
from msgspec import Struct
from msgspec.structs import replace
from yaml import events

from ..core.printable import forbidden, without_forbidden
from ..model.language import marked
from ..model.problems import Problem
from ..model.vocabulary import in_both
from .line_breaks import refold

FIRST_LINE = in_both("标题: …", "title: …")
"""A line that most files begin with."""

MAX_DEPTH = 50
MAX_SLIPS = 50
"""So many slips of one file are mended while reading it; after that the rest is not read."""

NULLS = ("null", "Null", "NULL", "~")
"""The plain words that mean nothing to YAML; in quotes they are texts."""


class Source(Struct, frozen=True):
    """A file of the content folder: its path relative to it, with /, and its bytes."""

    path: str
    data: bytes


class Scalar(Struct, frozen=True):
    """A text as typed; nothing where YAML says null. `plain`: without quotes; `block`: it begins on the next line.

    `cut`: the line with the whole text in quotes, where a ` #` ends the text.
    """

    text: str
    line: int
    column: int
    plain: bool = False
    cut: str = ""
    block: bool = False


class Items(Struct, frozen=True):
    items: "tuple[Node, ...]"
    line: int
    column: int


class Pairs(Struct, frozen=True):
    pairs: "tuple[tuple[Scalar, Node], ...]"
    line: int
    column: int


Node = Scalar | Items | Pairs


class Document(Struct, frozen=True):
    """What a file says: its tree (None: not readable, see the problems), and the Markdown body of a `.md` file."""

    root: Pairs | Items | None
    body: Scalar | None = None
    problems: tuple[Problem, ...] = ()


def read(source: Source) -> Document:
    """The document in `source`; whatever its bytes are, it gives a tree or problems, or both."""
    strange: list[_Refused] = []  # what the parser says of the same lines comes of it
    try:
        text = _decoded(source.data)
        strange += _strange_in(text)
        text = without_forbidden(text)
        front, body = _front_matter(text) if source.path.endswith(".md") else (text, None)
        root, refusals = _root(front, offset=1 if body else 0)
    except _Refused as refused:
        return Document(None, None, tuple(one.at(source.path) for one in (*strange, refused)))
    told = {refused.place[0] for refused in strange}
    refusals = [*strange, *(refused for refused in refusals if refused.place[0] not in told)]
    return Document(root, body, tuple(refused.at(source.path) for refused in refusals))


def verbatim(source: Source) -> set[int]:
    """The lines (from 1) of a file that can be read in which every blank counts: in block texts and Markdown."""
    text = _decoded(source.data)
    front, body = _front_matter(text) if source.path.endswith(".md") else (text, None)
    blocks: Iterator[Any] = (event for event in yaml.parse(front, yaml.CSafeLoader)
                             if isinstance(event, events.ScalarEvent) and event.style in ("|", ">"))
    found = {line + (2 if body else 1) for event in blocks
             for line in range(event.start_mark.line + 1, event.end_mark.line)}
    return found | set(range(body.line, text.count("\n") + 2)) if body else found


# --- bytes to text ----------------------------------------------------------------------------------------------------


class _Refused(Exception):
    """Raised while reading, caught in `read`: the first thing that makes a file unreadable."""

    def __init__(self, code: str, line: int = 1, column: int = 1, example: str = "", **values: str) -> None:
        self.place = (line, column, code, tuple(values.items()), "", example)

    def at(self, path: str) -> Problem:
        return Problem(path, *self.place)


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data[:200]:
        raise _Refused("encoding", found="UTF-16 (Unicode)")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _Refused("encoding", line, found=_other_encoding(data)) from None


def _strange_in(text: str) -> Iterator[_Refused]:
    """The characters that no text may hold, one for each line."""
    for number, line in enumerate(text.split("\n"), 1):
        if found := forbidden(line):
            yield _Refused("control_character", number, found[0] + 1, found=found[1])


def _other_encoding(data: bytes) -> str:
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "?"
    return "GBK (ANSI)"


def _front_matter(text: str) -> tuple[str, Scalar]:
    match = re.match(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", text, re.DOTALL | re.MULTILINE)
    if match is None:
        opened = re.match(r"---[ \t]*\n[^\n]", text) is not None
        raise _Refused("front_matter_open" if opened else "front_matter", example="---")
    return match[1], Scalar(text[match.end():], text.count("\n", 0, match.end()) + 1, 1)


# --- text to tree -----------------------------------------------------------------------------------------------------


def _root(text: str, offset: int) -> tuple[Pairs | Items | None, list[_Refused]]:
    """The tree of a text, and what is wrong in it. A usual slip is mended, lines that cannot be understood are passed
    over, and the text is read on, so that all its problems are found at once."""
    lines = text.split("\n")
    refusals: list[_Refused] = []
    unreadable: list[_Refused] = []
    mended: set[tuple[int, str]] = set()
    while True:
        builder = _Builder(lines, offset)
        try:
            root = builder.root(iter(yaml.CSafeLoader("\n".join(lines)).get_event, None))
        except (yaml.YAMLError, _SlippedKey) as error:
            slip = _slip_at(error, lines, mended)
            if slip is None or len(mended) == MAX_SLIPS:
                unreadable.append(_refused_by_parser(error, offset))  # what follows may come of the first alone
                if len(unreadable) == MAX_SLIPS or not _pass_over(lines, error):
                    return None, [*refusals, unreadable[0]]
                continue
        else:
            slip = _slip(lines, root.line - 1 - offset, mended) if isinstance(root, Scalar) else None
            if slip is None and unreadable and not (isinstance(root, Pairs | Items) and (
                    root.pairs if isinstance(root, Pairs) else root.items)):
                return None, [*refusals, unreadable[0]]
            if slip is None:
                return _checked(root, [*refusals, *unreadable[:1], *builder.refusals])
        refusals.append(slip.refused(offset))
        lines[slip.line] = slip.corrected
        mended.add((slip.line, slip.code))


def _pass_over(lines: list[str], error: Exception) -> bool:
    """Empties the line that the parser stumbled over, or the one above it, and what stands further in below; whether
    there was one. A text whose quotation mark is not closed begins where that stands, so does a key without a colon."""
    marks = _marks(error)
    mark = next(iter(marks[::-1] if re.search("scanning a (quoted|simple)", str(error)) else marks), None)
    at = min(mark.line if mark else 0, len(lines) - 1)
    while at >= 0 and not lines[at].strip():
        at -= 1
    if at < 0:
        return False
    indent, end = _indent(lines[at]), at + 1
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > indent):
        end += 1
    lines[at:end] = [""] * (end - at)
    return True


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _checked(root: Node, refusals: list[_Refused]) -> tuple[Pairs | Items | None, list[_Refused]]:
    if not isinstance(root, Scalar):
        return root, refusals
    found = f"'{root.text[:30]}'"
    return None, [*refusals, _Refused("not_keys", root.line, root.column, found=found, allowed=FIRST_LINE)]


_NEVER_FIRST = tuple("-－–—\u3000")
"""What no key begins with: a hyphen without its space, or a full-width character where one of them was meant."""


class _SlippedKey(Exception):
    """A key that begins with what only a slip puts there."""

    def __init__(self, mark: Any) -> None:
        super().__init__(mark)
        self.problem_mark = mark


class _Builder:
    """Builds the tree of one text from its events; what is not allowed is noted and passed over."""

    def __init__(self, lines: list[str], offset: int) -> None:
        self.lines = lines
        self.offset = offset
        self.has_comments = any("#" in line for line in lines)
        self.refusals: list[_Refused] = []

    def root(self, stream: Iterator[Any]) -> Node:
        """The node of the first document; an empty file is an empty mapping."""
        root: Node | None = None
        for event in stream:
            if isinstance(event, events.NodeEvent):
                node = self._node(event, stream, 0)
                if root is None:
                    root = node
                else:
                    self._refuse("several_documents", event)
        if root is None or (isinstance(root, Scalar) and not root.text):
            return Pairs((), 1 + self.offset, 1)
        return root

    def _node(self, event: Any, stream: Iterator[Any], depth: int) -> Node:
        mark = event.start_mark
        line, column = mark.line + 1 + self.offset, mark.column + 1
        if depth > MAX_DEPTH:
            raise _Refused("too_deep", line, column, allowed=str(MAX_DEPTH))
        if event.anchor is not None:
            self._refuse("anchor", event)
        if isinstance(event, events.AliasEvent):
            return Scalar("", line, column)
        if event.tag is not None:
            self._refuse("tag", event)
        if isinstance(event, events.ScalarEvent):
            if event.style == '"' and (strange := forbidden(event.value)):  # written as \x1b, \e, \u2028 …
                self._refuse("control_character", event, found=strange[1])
                event.value = without_forbidden(event.value)
            return self._scalar(event, line, column)
        if isinstance(event, events.SequenceStartEvent):
            return Items(tuple(self._items(stream, depth)), line, column)
        return Pairs(tuple(self._pairs(stream, depth)), line, column)

    def _scalar(self, event: Any, line: int, column: int) -> Scalar:
        plain, value = not event.style, event.value
        if event.start_mark.line != event.end_mark.line and event.style != "|":
            value = refold(value, self._lines_of(event))
        if plain and value in NULLS:
            value = ""
        cut = self._uncut(event, value) if plain and self.has_comments else ""
        return Scalar(value, line, column, plain, cut, event.style in ("|", ">"))

    def _lines_of(self, event: Any) -> list[str]:
        """The lines that a text stands on, without what stands before and after it."""
        first, last = event.start_mark, event.end_mark
        lines = self.lines[first.line:last.line + 1]
        lines[-1:] = [lines[-1][:last.column]] if len(lines) > last.line - first.line else lines[-1:]
        lines[0] = lines[0][first.column:]
        return lines[1:] if event.style == ">" else lines

    def _items(self, stream: Iterator[Any], depth: int) -> Iterator[Node]:
        while not isinstance(event := next(stream), events.SequenceEndEvent):
            yield self._node(event, stream, depth + 1)

    def _pairs(self, stream: Iterator[Any], depth: int) -> Iterator[tuple[Scalar, Node]]:
        seen: dict[str, int] = {}
        while not isinstance(event := next(stream), events.MappingEndEvent):
            key = self._node(event, stream, depth + 1)
            if isinstance(key, Scalar) and not key.text:
                key = replace(key, text=getattr(event, "value", ""))  # `null` is a key like any other
            if isinstance(key, Scalar) and key.plain and key.text[:1] in _NEVER_FIRST:
                raise _SlippedKey(event.start_mark)
            value = self._node(next(stream), stream, depth + 1)
            if not isinstance(key, Scalar):
                self.refusals.append(_Refused("not_keys", key.line, key.column, found="[ ] { }", allowed=FIRST_LINE))
            elif key.text == "<<" and key.plain:
                self.refusals.append(_Refused("merge_key", key.line, key.column))
            elif key.text in seen:
                self.refusals.append(_Refused("duplicate_key", key.line, key.column,
                                              key=key.text, found=str(seen[key.text])))
            else:
                seen[key.text] = key.line
                yield key, value

    def _uncut(self, event: Any, value: str) -> str:
        """The line with the whole text in quotes, if a comment ends the text ("" = none does).

        Where the comment is all there is, only `#3` is a text: `# 3` is what a comment looks like.
        """
        line: int = event.end_mark.line
        ends_on = "".join(self.lines[line:line + 1])  # a text left empty may end below the last line
        rest = ends_on[event.end_mark.column:]
        if not re.match(r"\s+#" if value else r"\s*#[^\s#]", rest):
            return ""
        before = self.lines[event.start_mark.line][:event.start_mark.column]
        return f"{before}{'' if value or before.endswith(' ') else ' '}{quoted(f'{value}{rest}'.strip())}"

    def _refuse(self, code: str, event: Any, **values: str) -> None:
        mark = event.start_mark
        self.refusals.append(_Refused(code, mark.line + 1 + self.offset, mark.column + 1, **values))


# --- what usually goes wrong ------------------------------------------------------------------------------------------


class _Slip(Struct, frozen=True):
    """A recognised slip of the pen: what it is, where (line and column from 0), and the corrected line."""

    code: str
    line: int
    column: int
    corrected: str

    def refused(self, offset: int) -> _Refused:
        return _Refused(self.code, self.line + 1 + offset, self.column + 1, self.corrected.rstrip())


def _quoted_value(match: re.Match[str]) -> str:
    return f"{match['head']}{quoted(match['text'])}"


def _narrowed(match: re.Match[str]) -> str:
    """Each wide space as two; before an entry of a list all of them, since lists stand in by two."""
    text = match.string.lstrip()
    return "  " + text if text.startswith("-") else match.string.replace("\u3000", "  ")


def quoted(text: str) -> str:
    """`text` in the quotes that do not stand in it."""
    return f"'{text}'" if '"' in text and "'" not in text else '"' + text.replace('"', "'") + '"'


_KEY = r"(?P<head>\s*(?:-\s+)?[^\s:：#\"'\[\]{}]{1,20}"
_UNQUOTED = r"(?!\"[^\"]*\"$|'[^']*'$)"
_ITEM = r"(?P<head>\s*-\s+)" + _UNQUOTED
_SLIPS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    ("tab", re.compile(r"(?P<head>[ ]*)(?P<text>\t.*)"), lambda m: m.string.expandtabs(2)),
    ("full_width_space", re.compile(r"(?P<head>[ ]*)(?P<text>\u3000.*)"), _narrowed),
    ("full_width_dash", re.compile(r"(?P<head>\s*)(?P<text>[－–—]\s*(?P<rest>.*))"),
     lambda m: f"{m['head']}- {m['rest']}"),
    ("space_after_dash", re.compile(r"(?P<head>\s*)(?P<text>-(?P<rest>[^\s\-].*))"),
     lambda m: f"{m['head']}- {m['rest']}"),
    ("full_width_colon", re.compile(_KEY + r")(?P<text>：\s*(?P<rest>.*))"), lambda m: f"{m['head']}: {m['rest']}"),
    ("full_width_space", re.compile(_KEY + r":)(?P<text>\u3000+(?P<rest>.*))"), lambda m: f"{m['head']} {m['rest']}"),
    ("needs_quotes", re.compile(_ITEM + r"(?P<text>.*:\s+(?:.*:(?:\s.*)?|[@`\"'%*&!|>\[{].*))"), _quoted_value),
    ("needs_quotes", re.compile(_ITEM + r"(?P<text>[@`\"'%*&!].*)"), _quoted_value),
    ("bracket_open", re.compile(_KEY + r":\s+)(?P<text>\[[^\]]*)"), lambda m: f"{m[0]}]"),
    ("brace_open", re.compile(_KEY + r":\s+)(?P<text>\{[^}]*)"), lambda m: f"{m[0]}}}"),
    ("needs_quotes", re.compile(_KEY + r":\s+)" + _UNQUOTED + r"(?P<text>.*:(?:\s.*)?|[@`\"'%*&!].*)"), _quoted_value),
    ("space_after_colon", re.compile(_KEY + r":)(?P<text>[^\s/].*)"), lambda m: f"{m['head']} {m['text']}"),
)


def _slip_at(error: Exception, lines: list[str], mended: set[tuple[int, str]]) -> _Slip | None:
    """The usual slip that the parser stumbled over, if it is one."""
    slips = (_slip(lines, mark.line, mended) for mark in _marks(error))
    return next(filter(None, slips), None)


def _slip(lines: list[str], at: int, mended: set[tuple[int, str]]) -> _Slip | None:
    """The usual slip on line `at` (from 0) or beside it, if it is not mended yet."""
    for number in (at, at - 1, at + 1):
        if not 0 <= number < len(lines):
            continue
        for code, pattern, corrected in _SLIPS:
            if (number, code) not in mended and (match := pattern.fullmatch(lines[number].rstrip())):
                return _Slip(code, number, match.start("text"), corrected(match))
    return None


def _refused_by_parser(error: Exception, offset: int) -> _Refused:
    line, column = next(((mark.line, mark.column) for mark in _marks(error)), (0, 0))
    said = str(error)
    reason = next((reason for part, reason in _REASONS.items() if part in said), _ANY_REASON)
    return _Refused("yaml", line + 1 + offset, column + 1, found=reason)


_REASONS = {
    "unexpected end of stream": marked("a quotation mark opens a text and none closes it"),
    "could not find expected ':'": marked("this line or the one above it lacks the colon and space after its key"),
    "cannot start any token": marked("a text begins with a special character; put it in quotes"),
    "mapping values are not allowed": marked("the line is not aligned with those above it, "
                                             "or its text holds a colon; align it, or put the text in quotes"),
    "did not find expected": marked("the line is not aligned with those above it, "
                                    "or a special character stands in it; align it, or put its text in quotes"),
}
"""What the parser says, in part → in words that a writer can act on."""

_ANY_REASON = _REASONS["did not find expected"]


def _marks(error: Exception) -> list[Any]:
    return [mark for name in ("problem_mark", "context_mark") if (mark := getattr(error, name, None))]
