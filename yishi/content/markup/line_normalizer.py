"""Normalise lines of Markdown as people type them, so that Python-Markdown reads them as intended.

Chinese minutes are written line by line, with lists and tables directly below a text, nested by two spaces, and
indented paragraphs. Python-Markdown expects blank lines and four spaces, and reads the rest as one paragraph or as
code. Fenced code and HTML blocks have already been replaced by one placeholder line each.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from ..line_breaks import HAN

_STX, _ETX = "\x02", "\x03"  # the library's delimiters of placeholders

LIST_ITEM = re.compile(r"(?:([*+-])|(\d{1,9})\.) +(.*)")
_HORIZONTAL_RULE = re.compile(r"([-*_])(?: {0,2}\1){2,} *")
_HEADING = re.compile(r"(#{1,6})(?!#)(.*)")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\][:：] *(.*)")
_SETEXT_UNDERLINE = re.compile(r"-+ *|= *")
_TASK = re.compile(r"\[([ xX])\](?= )")
_FENCE = re.compile(r"(`{3,}|~{3,}) *[\w#.+-]* *$")
_STASHED_BLOCK = re.compile(f"{_STX}wzxhzdk:\\d+{_ETX}")
_HAS_HAN = re.compile(f"[{HAN}]")
_LINE_START_SIGN = re.compile(
    rf"[（(][0-9０-９一二三四五六七八九十百]{{1,4}}[）)]|[0-9０-９]{{1,3}}[、．)）]|[0-9]{{1,3}}\\?\.(?!\d)"
    rf"|[一二三四五六七八九十百]{{1,4}}[、．.]|第[一二三四五六七八九十百0-9]{{1,4}}[条款项章节步点期轮，、：]"
    rf"|[\u2460-\u249b\u2776-\u2793\u3220-\u3229•·●○■□◆◇▪▫※★☆→▶►✓✔☑☐]|[-－–—](?=[{HAN}])|\[[^\]]+\][:：]"
    rf"|[A-Za-z][.、．)）] ?(?=[{HAN}])")
"""Signs that begin a new line in minutes and lists without Markdown: `1、`, `（一）`, `•`."""
_LINE_LABEL = re.compile(r"[^\s：:。，；、！？]{1,12}：")
"""A label that begins a new line, `参会人员：`, unless the previous line ends with a comma."""
_REPEATED_START = re.compile(
    rf"\d{{4}}[-/.年]\d|\d{{1,2}}月\d{{1,2}}日|\d{{1,2}}[:：]\d\d|[{HAN}\w（）()]{{1,12}}:(?![/\d])"
    r"|[A-Z][\w' ]{0,30}: ")
"""A start that begins a new line below another one of its kind: a date, a time, `Present: `."""


class OpenListItem(Struct, frozen=True):
    """An open list item or note: the indentation of its mark, and its number (None: a bullet, -1: a note)."""

    indent: int
    number: int | None


def normalize_lines(lines: list[str]) -> list[str]:
    """The same lines with each block separated as Python-Markdown expects."""
    return _Normalizer(lines).run()


class _Normalizer:

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.out: list[str] = []
        self.stack: list[OpenListItem] = []
        self.is_list = False  # whether the current block begins with an item
        self.depth = 0  # indentation of the current block
        self.inside = 0  # indentation of its next line of text
        self.first_indent = 0  # indentation of the current paragraph
        self.open_fences: set[str] = set()  # fences that are never closed

    def run(self) -> list[str]:
        lines = self.lines
        out = self.out
        at = 0
        while at < len(lines):
            line = lines[at]
            if not line:
                out.append("")
                at += 1
            elif line[0] not in _SPECIAL_STARTS and not self.stack and not (out and out[-1]) and "|" not in line:
                self._begin_paragraph(0)  # fast path: the first line of a paragraph
                out.append(line)
                at += 1
            else:
                at = self._consume(at)
        return out

    def _consume(self, at: int) -> int:
        """Process line `at`; return the number of the next line."""
        line = self.lines[at]
        text = line.lstrip(" \u3000")
        if not text:
            self.out.append("")
            return at + 1
        start = line[:len(line) - len(text)]
        wide = "\u3000" in start
        indent = len(start) + start.count("\u3000")
        if text[0] == ">" and not re.match(r">+[\d=]", text):
            return self._write_quote(at, indent)
        if "|" in text and self._is_table(at):
            return self._write_table(at, indent)
        if self._is_code(at, indent, wide):
            self.out.append(line)
            return at + 1
        if text[0] in "`~" and (fence := _FENCE.match(text)) and (code := self._read_fence(at + 1, fence[1])):
            self._write_block(indent, *(f"    {_dedent_code(indent, line)}" for line in code[:-1]))
            return at + 1 + len(code)
        self._write_line(text, indent, wide)
        return at + 1

    def _write_line(self, text: str, indent: int, wide: bool) -> None:
        first = text[0]
        if first in "-*_" and _HORIZONTAL_RULE.fullmatch(text):
            self._write_block(indent, text)
        elif first in "*+-0123456789" and (item := LIST_ITEM.match(text)) and self._is_item(item):
            self._write_item(item, indent)
        elif first == "#":
            self._write_heading(text, indent, wide)
        elif first == "[" and (note := _FOOTNOTE.match(text)) and indent < 4:
            self._write_footnote(note)
        elif first in "-=" and _SETEXT_UNDERLINE.fullmatch(text):
            self._end_block()
            self._write_text(text, indent, wide)
        elif first == _STX and _STASHED_BLOCK.fullmatch(text):
            self._write_block(indent, text)
        else:
            self._write_text(_escape_false_markup(text), indent, wide)

    # --- classifying lines

    @property
    def _is_open(self) -> bool:
        """Whether the previous line belongs to a block that can continue."""
        return bool(self.out) and self.out[-1] != ""

    def _is_code(self, at: int, indent: int, wide: bool) -> bool:
        """Whether a block is indented like code; with Chinese in it, it is a paragraph."""
        if indent < 4 or wide or self.stack:
            return False
        if self._is_open:
            return self.out[-1].startswith("    ")
        block = list(self._iter_block(at))
        return not any(map(_HAS_HAN.search, block))

    def _read_fence(self, at: int, fence: str) -> list[str]:
        """The lines from `at` to the end of a fenced code block; empty if it is never closed."""
        if fence in self.open_fences:
            return []
        end = next((n for n, line in enumerate(self.lines[at:], at) if line.strip() == fence), at - 1)
        if end < at:
            self.open_fences.add(fence)
        return self.lines[at:end + 1]

    def _iter_block(self, at: int) -> Iterator[str]:
        for line in self.lines[at:]:
            if not line.strip():
                return
            yield line

    def _is_item(self, item: re.Match[str]) -> bool:
        number = item[2]
        if not number:
            return True
        if number[0] == "0" and len(number) > 1:
            return False
        if not self._is_open or any(block.number not in (None, -1) for block in self.stack):
            return True
        return number == "1" or (len(number) < 3 and _HAS_HAN.search(self.out[-1]) is not None)

    def _is_table(self, at: int) -> bool:
        below = self.lines[at + 1] if at + 1 < len(self.lines) else ""
        return "|" in below and "-" in below.translate(_TO_HYPHEN) and not below.translate(_TO_HYPHEN).strip("|:- ")

    # --- writing blocks

    def _end_block(self) -> None:
        """End the current block."""
        if self._is_open:
            self.out.append("")

    def _write_block(self, indent: int, *lines: str) -> None:
        """Write a separate block, inside the item that contains it."""
        self._close_items(indent)
        self._end_block()
        inside = "    " * len(self.stack)
        self.depth = len(self.stack)
        self.out += [f"{inside}{line}" for line in lines]
        self.out.append("")

    def _close_items(self, indent: int) -> None:
        """Close the items that do not contain a block."""
        while self.stack and indent < self.stack[-1].indent + 2:
            self.stack.pop()

    def _write_item(self, item: re.Match[str], indent: int) -> None:
        last = None
        while self.stack and indent < self.stack[-1].indent + 2:
            last = self.stack.pop()
        depth = len(self.stack)
        number = int(item[2]) if item[2] else None
        other_kind = last is not None and (last.number is None) != (number is None)
        if not self.is_list or other_kind or depth < self.depth or (last and last.number == -1):
            self._end_block()
        if not self._is_open:
            self.depth = depth
        self.is_list = True
        self.inside = depth
        self.stack.append(OpenListItem(indent, number))
        text = _TASK.sub(lambda m: "☐" if m[1] == " " else "☑", item[3])
        if number is not None and last and last.number not in (None, -1) and number not in _successors(last.number):
            text = f"{_STX}ol{number}{_ETX}{text}"
        mark = f"{number}." if number is not None else item[1]
        self.out.append(f"{'    ' * depth}{mark} {_escape_false_markup(text)}")
        self.first_indent = indent

    def _write_footnote(self, note: re.Match[str]) -> None:
        self.stack = [OpenListItem(0, -1)]
        self._end_block()
        self.is_list = False
        self.depth = 0
        self.inside = 0
        self.out.append(f"[^{note[1]}]: {note[2]}")

    def _write_heading(self, text: str, indent: int, wide: bool) -> None:
        heading = _HEADING.fullmatch(text)
        if heading is None or not heading[2].strip(" #") or (
                heading[1] == "#" and heading[2][0] != " " and (heading[2][0].isdigit() or "#" in heading[2])):
            self._write_text("\\" + text, indent, wide)
            return
        words = heading[2].rstrip()
        closing = len(words) - len(words.rstrip("#"))
        if closing and words[-closing - 1] != " ":
            words = words[:-closing] + "\\#" * closing
        self._write_block(indent, heading[1] + words)

    def _write_quote(self, at: int, indent: int) -> int:
        inner = []
        for line in self._iter_block(at):
            text = line.lstrip(" \u3000")
            if text[0] == ">":
                inner.append(text[1:].removeprefix(" "))
            elif inner[-1].strip().endswith(_SENTENCE_ENDS) and _HAS_HAN.search(text):
                break  # the quotation has ended: the line directly below it is not quoted
            else:
                inner.append(line)
            at += 1
        self._write_block(indent, *(f"> {line}" if line.strip() else ">" for line in normalize_lines(inner)))
        return at

    def _write_table(self, at: int, indent: int) -> int:
        rows = []
        for line in self._iter_block(at):
            if "|" not in line:
                break
            rows.append(line.strip(" \u3000"))
            at += 1
        rows[1] = rows[1].translate(_TO_HYPHEN)
        self._write_block(indent, *rows)
        return at

    def _write_text(self, text: str, indent: int, wide: bool) -> None:
        if not self._is_open:
            self._close_items(indent)
            self._begin_paragraph(indent)
        elif self._begins_paragraph(text, indent, wide):
            self._end_block()
            self.stack = []
            self._begin_paragraph(indent)
        elif _starts_new_line(self.out[-1].strip(), text):
            self.out[-1] = self.out[-1].rstrip() + "  "  # a line break in Markdown
        elif self.out[-1].endswith("\\") and not self.out[-1].endswith("\\\\"):
            self.out[-1] = self.out[-1][:-1] + "  "
        self.out.append("    " * self.inside + text)

    def _begin_paragraph(self, indent: int) -> None:
        self.is_list = False
        self.first_indent = indent
        self.depth = self.inside = len(self.stack)

    def _begins_paragraph(self, text: str, indent: int, wide: bool) -> bool:
        """Whether a line directly below another begins a paragraph: it is indented, or not part of the list above
        it."""
        if self.stack:
            return indent == 0 and self.stack[-1].number != -1 and _starts_with_sign(self.out[-1], text)
        return wide or (indent >= 4 and self.first_indent >= 4)


_SENTENCE_ENDS = ("。", "！", "？", "”", "…", "：", "）")
_MAX_LABEL_LENGTH = 16
"""Maximum length of a line ending in a colon that is a heading of the lines below it, not a sentence."""
_SPECIAL_STARTS = frozenset([*" \u3000>*+-0123456789#[=_`~", _STX])
"""Line starts that may be more than the first line of a paragraph."""
_TO_HYPHEN = str.maketrans("—－–", "---")


def _successors(number: int) -> tuple[int, ...]:
    """The numbers that may follow in one list: all items may habitually be typed as `1.`"""
    return (1, 2) if number == 1 else (number + 1,)


def _dedent_code(indent: int, line: str) -> str:
    """A line of code without the indentation of its fence."""
    return line[min(indent, len(line) - len(line.lstrip(" "))):]


def _starts_with_sign(before: str, text: str) -> bool:
    goes_on = before.rstrip().endswith(("，", "、"))
    return _LINE_START_SIGN.match(text) is not None or (_LINE_LABEL.match(text) is not None and not goes_on)


def _starts_new_line(before: str, text: str) -> bool:
    """Whether `text`, directly below `before`, does not continue it."""
    if _starts_with_sign(before, text) or (before.endswith("：") and len(before) <= _MAX_LABEL_LENGTH):
        return True
    if _REPEATED_START.match(text) is None:
        return False
    return any(sign.match(before) for sign in (_REPEATED_START, _LINE_START_SIGN, _LINE_LABEL))


def _escape_false_markup(text: str) -> str:
    """Escape a text that only looks like markup: `>5%`, `#3号楼` and `01.` at its beginning."""
    if text[:1] == ">" or (text[:1] == "#" and re.match(r"#+[^# ]", text)):
        return "\\" + text
    return re.sub(r"^(0\d+)\.", r"\1\\.", text) if text[:1] == "0" else text
