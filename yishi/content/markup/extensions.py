"""Extensions of Python-Markdown for Chinese texts, which also ensure that no text is lost."""

import re
from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockprocessors import ReferenceProcessor
from markdown.extensions import Extension
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.footnotes import FootnoteBlockProcessor
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableProcessor
from markdown.inlinepatterns import BACKTICK_RE, BacktickInlineProcessor, InlineProcessor, SimpleTagInlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from .line_normalizer import normalize_lines


def create_extensions() -> list[Extension]:
    """All extensions used, the library's and our own."""
    # as classes: given names, the library would search all installed packages
    return [FencedCodeExtension(), SaneListExtension(), YishiExtension()]


class YishiExtension(Extension):

    footnotes: dict[str, str]
    written: set[str]
    """The names of the notes that are in the tree already."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the processors, each before those of the library that would misread its text."""
        md.registerExtension(self)
        self.md = md
        self.parser = md.parser
        md.ESCAPED_CHARS.append("|")
        md.preprocessors.register(_LinePreprocessor(md), "lines", 15)
        blocks = md.parser.blockprocessors
        blocks.register(_TableProcessor(md.parser, {"use_align_attribute": True}), "table", 75)
        blocks.register(FootnoteBlockProcessor(self), "footnote", 17)  # type: ignore[arg-type]
        blocks.register(_ReferenceProcessor(md.parser), "reference", 15)
        inline = md.inlinePatterns
        inline.register(_BacktickProcessor(), "backtick", 190)
        inline.register(_FootnoteReferenceProcessor(self), "footnote", 175)
        inline.register(_BareAddressProcessor(_BARE_ADDRESS, md), "address", 85)
        inline.register(SimpleTagInlineProcessor(_STRIKETHROUGH, "del"), "struck", 70)
        inline.register(_LiteralAsteriskProcessor(_LITERAL_ASTERISK, md), "asterisks", 65)
        md.treeprocessors.register(_FootnoteTreeprocessor(self), "footnote", 50)
        md.postprocessors.register(_ListNumberPostprocessor(md), "numbers", 5)

    def reset(self) -> None:
        """Discard the notes of the previous text."""
        self.footnotes = {}
        self.written = set[str]()

    def setFootnote(self, id: str, text: str) -> None:  # noqa: A002 - as the library calls it
        """Store a note; a second one of the same name is appended to the first, unless that is written already: then it
        becomes a note of its own, to which nothing refers."""
        if id in self.written:
            id = f"{id} {len(self.footnotes)}"  # noqa: A001
        if self.footnotes.get(id) != text:
            before = self.footnotes.get(id, "")
            self.footnotes[id] = f"{before}\n\n{text}" if before else text


class _LinePreprocessor(Preprocessor):

    def run(self, lines: list[str]) -> list[str]:
        return normalize_lines(lines)


# --- blocks -----------------------------------------------------------------------------------------------------------


class _TableProcessor(TableProcessor):
    """Tables in which no cell is lost: all rows are as wide as the widest."""

    separator: Any
    _split_row: Any

    def test(self, parent: Element, block: str) -> bool:
        rows = [row.strip(" ") for row in block.split("\n")]
        if len(rows) < 2 or "|" not in rows[0] or "|" not in rows[1] or "-" not in rows[1] or rows[1].strip("|:- "):
            return False
        self.border = True  # outer pipes may differ between rows
        separator, *cells = (self._split_row(row) for row in (rows[1], rows[0], *rows[2:]))
        self.separator = [*separator, *[""] * (max(map(len, cells)) - len(separator))]
        return True


class _ReferenceProcessor(ReferenceProcessor):
    """Link targets, `[name]: target`: only if it is an address and a link uses it; all else is text."""

    lines: list[str] | None = None
    used: set[str]
    RE = re.compile(ReferenceProcessor.RE.pattern.replace(r"([^\[\]]*)", r"([^\[\]^][^\[\]]*)", 1), re.MULTILINE)

    def run(self, parent: Element, blocks: list[str]) -> bool:
        block = blocks[0]
        for match in self.RE.finditer(block):
            name = match[1].strip().lower()
            is_new = name not in self.parser.md.references and name in self._find_used_names()
            if is_new and _REFERENCE_TARGET.fullmatch(match[2]):
                self.parser.md.references[name] = match[2].lstrip("<").rstrip(">"), match[5] or match[6]
                rest = (block[:match.start()].rstrip("\n"), block[match.end():].lstrip("\n"))
                blocks[:1] = [part for part in rest if part.strip()]
                return True
        return False

    def _find_used_names(self) -> set[str]:
        """The names of targets used by links of the text."""
        lines: list[str] = self.parser.md.lines  # type: ignore[attr-defined]
        if lines is not self.lines:
            self.lines = lines
            self.used = {(one or other).strip().lower() for one, other in _REFERENCE_USE.findall("\n".join(lines))}
        return self.used


_REFERENCE_USE = re.compile(r"(?<=\])\s?\[([^\[\]]+)\]|\[([^\[\]]+)\](?:\[\]|(?![\[(:]))")
_REFERENCE_TARGET = re.compile(r"<[^\s\[\]]*>|(?:https?:|mailto:|tel:|#|\.{0,2}/)[^\s\[\]]*"
                               r"|[^\s，。；、：<>\[\]]*(?:/[^\s<>\[\]]*|\.[A-Za-z]\w{0,4}(?:[?#][^\s\[\]]*)?)")


class _ListNumberPostprocessor(Postprocessor):
    """Starts a new list where numbers are not consecutive, so that they are shown as typed."""

    def run(self, text: str) -> str:
        if "\x02ol" not in text:
            return text
        text = re.sub(r"(?<=</li>\n)<li>(\n?(?:<p>)?)\x02ol(\d+)\x03", r'</ol>\n<ol start="\2">\n<li>\1', text)
        return re.sub(r"\x02ol\d+\x03", "", text)


# --- notes ------------------------------------------------------------------------------------------------------------


class _FootnoteReferenceProcessor(InlineProcessor):

    def __init__(self, own: YishiExtension) -> None:
        super().__init__(r"\[\^([^\]\s]+)\]")
        self.own = own

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]
        if m[1] not in self.own.footnotes:
            return None, None, None
        number = list(self.own.footnotes).index(m[1]) + 1
        sup = Element("sup")
        SubElement(sup, "a", href=f"#fn-{number}").text = AtomicString(str(number))
        return sup, m.start(), m.end()


class _FootnoteTreeprocessor(Treeprocessor):
    """The notes as a list at the end, each with links back to its references."""

    def __init__(self, own: YishiExtension) -> None:
        super().__init__(own.md)
        self.own = own

    def run(self, root: Element) -> None:
        if not self.own.footnotes:
            return
        SubElement(root, "hr")
        notes = SubElement(root, "ol")
        number = 0
        while names := list(self.own.footnotes)[number:]:  # a note may hold others
            for name in names:
                number += 1
                self._write_note(SubElement(notes, "li"), number, name)

    def _write_note(self, item: Element, number: int, name: str) -> None:
        self.own.written.add(name)
        parsed = Element("div")
        self.own.parser.parseChunk(parsed, self.own.footnotes[name])
        first = parsed[0] if len(parsed) and parsed[0].tag == "p" else Element("p")
        back = Element("a", href=f"#fnref-{number}")
        back.text = AtomicString("↑")
        back.tail = f" {first.text or ''}"
        first.text = ""
        first.insert(0, back)
        item.extend([first, *(part for part in parsed if part is not first)])


# --- inline -----------------------------------------------------------------------------------------------------------


class _BacktickProcessor(BacktickInlineProcessor):
    """Code between two runs of backticks of equal length; an unmatched run is text, as in CommonMark."""

    def __init__(self) -> None:
        super().__init__(BACKTICK_RE)
        self.text = ""
        self.single = set[int]()

    def find_code_spans(self, start: int, text: str) -> tuple[int, int | None]:  # type: ignore[override]
        if text is not self.text:
            self.text = text
            self.single = set()
        begin = start
        while text[begin:begin + 1] == "`":
            begin += 1
        length = begin - start
        # if a run is unmatched, later ones of that length are too: searching once keeps this linear
        end = None if length in self.single else re.compile(f"(?<!`)`{{{length}}}(?!`)").search(text, begin)
        if end is None:
            self.single.add(length)
        return begin, end.start() if end else None


_LITERAL_ASTERISK = (r"\*(?:(?<=\w\*)\w\*(?=\w)|(?<=\d\*)(?=\w)|(?<=\w\*)(?=\d)|(?<=\d\*)\*(?=\d)"
                     r"|(?<=\w\*)(?=[，。；：、！？）])|(?<=\w\*)(?=\w[^*\n]*[，。；：！？][^*\n]*\*))(?!\*)")


class _LiteralAsteriskProcessor(InlineProcessor):
    """A literal asterisk, such as a multiplication sign or placeholder: `3*4`, `长*宽*高`, `注*：`."""

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]
        between_figures = data[m.start() - 1].isdigit() and data[m.end():m.end() + 1].isdigit()
        if not between_figures and data.count("*", 0, m.start()) % 2:
            return None, None, None  # it may close an emphasis
        return m[0], m.start(), m.end()


_STRIKETHROUGH = r"(?<!~)(~~)(?![\s~])([^~]*[^\s~])~~(?!~)"
_RAW_LINK = re.compile(r"<a[\s>]", re.IGNORECASE)
_BARE_ADDRESS = r"(?<![\w/=\"'])https?://[\w\-.~:/?#\[\]@!$&'()*+,;=%]+"


class _BareAddressProcessor(InlineProcessor):
    """A bare web address, without the punctuation that ends the sentence around it."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, pattern: str, md: Markdown) -> None:
        super().__init__(pattern, md)
        self.compiled_re = re.compile(pattern, re.ASCII)

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]
        address = _strip_punctuation(m[0])
        if not re.match(r"https?://[\w\-]", address, re.ASCII) or _RAW_LINK.search("\n".join(self.md.lines)):  # type: ignore[attr-defined]
            return None, None, None
        link = Element("a", href=address)
        link.text = AtomicString(address)
        return link, m.start(), m.start() + len(address)


def _strip_punctuation(address: str) -> str:
    signs = Counter(address)
    while address and (address[-1] in ".,;:!?'*~&[]" or (address[-1] == ")" and signs[")"] > signs["("])):
        signs[address[-1]] -= 1
        address = address[:-1]
    return address
