"""Markdown → unsanitised HTML.

The output is byte-identical to Python-Markdown with the extensions of `extensions`, in less than half the time: a rule
is tried only if the text contains the mark without which it cannot match.
"""

import html
import re
from functools import cache, cached_property
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor, build_block_parser
from markdown.extensions.fenced_code import FencedBlockPreprocessor
from markdown.inlinepatterns import DelimiterProcessor, Pattern, ReferenceInlineProcessor
from markdown.preprocessors import HtmlBlockPreprocessor, NormalizeWhitespace
from markdown.treeprocessors import InlineProcessor, UnescapeTreeprocessor
from markdown.util import BLOCK_LEVEL_ELEMENTS, ETX, STX, AtomicString

from ...model.records.limits import (
    MAX_ANGLES,
    MAX_BACKSLASHES,
    MAX_BLOCK_LINES,
    MAX_FENCES,
    MAX_INDENTATION,
    MAX_NOTES,
    MAX_OPEN_BRACKETS,
    MAX_TEXT_LENGTH,
)
from .extensions import create_extensions

_BLANK_LINES = re.compile(r"\n[ \t]*\n")
_NOTE = re.compile(r"\[\^[^\]\s]+\]:")
_BRACKET = re.compile(r"[\[\]()]")

_DEEP_NESTING = re.compile(rf"^[ >\t]{{{MAX_INDENTATION}}}", re.MULTILINE)


def convert_markdown(text: str) -> tuple[str, bool]:
    """The HTML of the Markdown `text`, including any HTML of its writer, and whether it was read. Never raises.

    A text that would take minutes or exhaust the stack is escaped instead, paragraph by paragraph.
    """
    if not _is_parseable(text):
        return _escape_paragraphs(text), False
    try:
        return get_parser().reset().convert(text), True
    except RecursionError:
        get_parser.cache_clear()  # its state after an error would corrupt the next text
        return _escape_paragraphs(text), False


@cache
def get_parser() -> Markdown:
    """The parser of this process, shared because creating one takes as long as several texts."""
    return _FastMarkdown(extensions=create_extensions())


def _is_parseable(text: str) -> bool:
    # What of them is too many is said where the limits are.
    return (len(text) <= MAX_TEXT_LENGTH and text.count("<") <= MAX_ANGLES and not _DEEP_NESTING.search(text)
            and text.count("\\") <= MAX_BACKSLASHES and len(_NOTE.findall(text)) <= MAX_NOTES
            and text.count("\n```") + text.count("\n~~~") <= MAX_FENCES
            and (_is_parseable_block(text) or all(map(_is_parseable_block, _BLANK_LINES.split(text)))))


def _is_parseable_block(block: str) -> bool:
    if block.count("\n") > MAX_BLOCK_LINES:
        return False
    depth = 0
    for bracket in _BRACKET.findall(block) if block.count("[") > MAX_OPEN_BRACKETS else ():
        depth = depth + 1 if bracket in "[(" else max(depth - 1, 0)
        if depth > MAX_OPEN_BRACKETS:
            return False
    return True


def _escape_paragraphs(text: str) -> str:
    blocks = (block.strip() for block in _BLANK_LINES.split(text))
    return "\n".join(f"<p>{html.escape(block)}</p>" for block in blocks if block)


# --- fast paths of Python-Markdown ------------------------------------------------------------------------------------

# Block processor → text without which it cannot match in a block. The others are about as quick themselves.
_BLOCK_MARKS = {"indent": "    ", "code": "    ", "table": "|", "hashheader": "#", "setextheader": "\n", "olist": ".",
                "quote": ">", "footnote": "[^", "reference": "]:"}
# Inline processor → text without which it cannot match in a document; other processors never produce it.
_INLINE_MARKS = {"backtick": "`", "escape": "\\", "reference": "[", "link": "[", "image_link": "![",
                 "image_reference": "![", "short_reference": "[", "short_image_ref": "![", "autolink": "<",
                 "automail": "<", "linebreak": "  \n", "html": "<", "entity": "&", "em_strong": "*", "footnote": "[^",
                 "address": "://", "struck": "~~", "asterisks": "*"}
_ANY_INLINE_MARK = re.compile(r"[`\\\[<&*_]|  \n|://|~~")
_BLOCK_LEVEL = frozenset(BLOCK_LEVEL_ELEMENTS)


class _FastMarkdown(Markdown):

    lines: list[str]  # the text of the document after the preprocessors

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # the library's names and priorities, so that each replaces its original
        self.preprocessors.register(_FastWhitespace(self), "normalize_whitespace", 30)
        self.preprocessors.register(_FastFences(self, {"lang_prefix": "language-"}), "fenced_code_block", 25)
        self.preprocessors.register(_FastHtmlBlocks(self), "html_block", 20)
        self.inlinePatterns.register(_FastEmphasis("*", "strong,em", self), "em_strong", 60)
        self.treeprocessors.register(_FastInlineProcessor(self), "inline", 20)
        self.treeprocessors.register(_FastUnescape(self), "unescape", 0)

    def build_parser(self) -> "_FastMarkdown":
        super().build_parser()
        self.parser = _FastBlockParser(self)
        return self

    def is_block_level(self, tag: object) -> bool:
        return tag in _BLOCK_LEVEL or super().is_block_level(tag)


class _FastBlockParser(BlockParser):

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.blockprocessors = build_block_parser(md).blockprocessors
        for rule in self.blockprocessors:
            rule.parser = self

    @cached_property
    def _rules_by_mark(self) -> list[tuple[str, BlockProcessor]]:
        marks = {self.blockprocessors[name]: mark for name, mark in _BLOCK_MARKS.items()}
        return [(marks.get(rule, ""), rule) for rule in self.blockprocessors]

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:
        while blocks:
            block = blocks[0]
            for mark, rule in self._rules_by_mark:
                if mark in block and rule.test(parent, block) and rule.run(parent, blocks) is not False:
                    break


class _FastWhitespace(NormalizeWhitespace):

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        uneven = "\t" in text or "\r" in text or "\n " in text or STX in text or ETX in text
        return super().run(lines) if uneven else [*lines, "", ""]


class _FastFences(FencedBlockPreprocessor):

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        return super().run(lines) if "```" in text or "~~~" in text else lines


class _FastHtmlBlocks(HtmlBlockPreprocessor):

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        return super().run(lines) if "<" in text or "&" in text else lines


class _FastEmphasis(DelimiterProcessor):

    def __init__(self, token: str, tags: str, md: Markdown) -> None:
        super().__init__(token, tags, md)
        self.add("_", tags, smart=True)

    def search(self, data: str, start: int) -> re.Match[str] | None:
        # the original checks every character
        for token in self.compiled_re.finditer(data, start):
            delimiter = self.delimiters[token[0]]
            found = delimiter.boundary.match(data, token.start())
            if found and (delimiter.stack or found.lastgroup != "end"):
                return found
        return None


class _FastInlineProcessor(InlineProcessor):

    md: _FastMarkdown

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        self.inlinePatterns = self._select_rules("\n".join(self.md.lines).replace("_", "*"))
        if not self.inlinePatterns:
            return tree
        for element in tree.iter():
            if element.text and not _ANY_INLINE_MARK.search(element.text):
                element.text = AtomicString(element.text)  # the library's marker for text to leave unchanged
        return super().run(tree, ancestors)

    @cached_property
    def _rules_by_mark(self) -> list[tuple[str, Pattern]]:
        marks = {self.md.inlinePatterns[name]: mark for name, mark in _INLINE_MARKS.items()}
        return [(marks.get(rule, ""), rule) for rule in self.md.inlinePatterns]

    def _select_rules(self, text: str) -> Any:
        rules = [rule for mark, rule in self._rules_by_mark if mark in text]
        return [rule for rule in rules if self.md.references or not isinstance(rule, ReferenceInlineProcessor)]


class _FastUnescape(UnescapeTreeprocessor):

    md: _FastMarkdown

    def run(self, root: Element) -> None:
        if "\\" in "\n".join(self.md.lines):
            super().run(root)
