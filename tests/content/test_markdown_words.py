"""What becomes of the words of a Markdown text: every one of them stands on the page, or in a problem with its line.

The texts are composed of blocks whose words and figures are known, since each is new: what must stand on the page
follows from how a text was made, not from how it is read.
"""

import html
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from yishi.content.load import read_records
from yishi.content.markup import render_markdown, strip_markup
from yishi.content.yaml_source import SourceFile
from yishi.model.paths import locate_record

BLOCKS = frozenset(
    ["p", "li", "ul", "ol", "h2", "h3", "h4", "h5", "h6", "td", "th", "tr", "table", "blockquote", "pre", "hr", "br"]
)


class Visible(HTMLParser):
    """The text of a page as a reader sees it: each block and each line break on a line of its own."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.code = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.code += tag == "pre"
        if tag in BLOCKS:
            self.pieces.append("\0")

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag == "pre"
        if tag in BLOCKS:
            self.pieces.append("\0")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data.replace("\n", "\0") if self.code else data)

    @property
    def lines(self) -> list[str]:
        lines = (" ".join(line.split()) for line in "".join(self.pieces).split("\0"))
        return [line for line in lines if line]


def seen(source: str) -> list[str]:
    return Visible(render_markdown(source).html).lines


# --- texts of which it is known what they say -------------------------------------------------------------------------


@dataclass
class Draft:
    """A text being composed: what is typed, what must be read (`words`), and what must be a line (`lines`)."""

    chance: random.Random
    typed: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1000))

    def word(self) -> str:
        """A new word, in Chinese, English or figures."""
        number = next(self.numbers)
        word = self.chance.choice(
            [
                chr(0x4E00 + number) + chr(0x5E00 + number),
                chr(0x4E00 + number) + chr(0x5E00 + number),
                f"lamp{number}x",
                f"{number}",
                f"{number}.5米",
            ]
        )
        self.words.append(word)
        return word

    def han(self) -> str:
        number = next(self.numbers)
        word = chr(0x4E00 + number) + chr(0x5E00 + number)
        self.words.append(word)
        return word

    def phrase(self) -> str:
        """Some words with marks of Markdown around or between them."""
        return self.chance.choice(PHRASES)(self)

    def line(self, text: str) -> str:
        self.lines.append(text)
        return text


T = TypeVar("T")


def one_of(chance: random.Random, *makers: Callable[[], T]) -> T:
    """What one of `makers` gives; the others are not asked, so that none of their words is waited for."""
    return chance.choice(makers)()


def _starred(d: Draft) -> str:
    length, width, height = d.chance.randint(2, 9), d.chance.randint(2, 9), d.han()
    d.words.append(f"{length}*{width}")
    return f"{length}*{width}{height}，另{length}*{width}米"


def _noted(d: Draft) -> str:
    name = d.chance.choice([f"n{next(d.numbers)}", chr(0x6E00 + next(d.numbers))])
    colon = d.chance.choice([":", ": ", "：", ":\t"])
    d.notes.append(f"[^{name}]{colon}{d.word()}，{d.han()}")
    return f"{d.han()}[^{name}]"


def _linked(d: Draft) -> str:
    return f"[{d.word()}](<../甲 乙.md>)、[{d.han()}](x.pdf#page=3 '题')"


def _addressed(d: Draft) -> str:
    d.words.append("https://example.org/a_b_c/d*e*f?x=1")
    return f"{d.han()}https://example.org/a_b_c/d*e*f?x=1，{d.han()}"


PHRASES: list[Callable[[Draft], str]] = [
    lambda d: d.word(),
    lambda d: f"{d.han()}，{d.word()}。",
    lambda d: f"**{d.han()}：**{d.word()}",
    lambda d: f"{d.han()}**“{d.han()}”**{d.han()}",
    lambda d: f"*{d.han()}*{d.word()}",
    lambda d: f"~~{d.word()}~~{d.han()}",
    lambda d: f"`{d.word()} *x*`",
    lambda d: f"__{d.word()}__",
    lambda d: f"{d.word()} < {d.word()} & {d.word()}",
    lambda d: f"{d.word()}<sup>2</sup>",
    lambda d: f"<{d.han()}>",
    lambda d: f"a_{d.han()}_b",
    lambda d: f"\\*{d.han()}\\*",
    lambda d: f"“{d.han()}”",
    lambda d: f"[{d.han()}]",
    lambda d: f"{d.han()}<{d.word()}",
    lambda d: f"&copy;{d.han()}",
    lambda d: f"{d.han()}#{d.word()}",
    lambda d: f"[{d.han()}][ref]",
    lambda d: f"![{d.han()}](p.jpg)"[1:],
    _starred,
    _noted,
    _linked,
    _addressed,
]


def _paragraph(d: Draft) -> list[str]:
    return [
        d.chance.choice(["", "", "　　", "    ", "  "]) + f"{d.han()}{d.phrase()}",
        *(
            d.chance.choice(["", "  "]) + d.han() + d.phrase() + d.chance.choice(["", " ", "  "])
            for _ in range(d.chance.randrange(3))
        ),
    ]


def _minutes(d: Draft) -> list[str]:
    people = [
        f"{number}{sign}{d.han()}" for sign in [d.chance.choice(["、", "）", ".", "．"])] for number in (1, 2, 3)
    ]
    return [*map(d.line, [f"{d.han()}：", *people, f"（一）{d.han()}", f"• {d.han()}", f"{d.han()}：{d.word()}"])]


def _log(d: Draft) -> list[str]:
    return [*map(d.line, [f"2025-03-0{day} {d.han()}：{d.word()}" for day in (1, 2, 3)])]


def _list(d: Draft) -> list[str]:
    """Items nested by 2, 3 or 4 blanks, some of them right below the line above, some with a second paragraph."""
    step, mark = d.chance.choice([2, 3, 4]), d.chance.choice(["- ", "* ", "1. "])
    out = [f"{d.han()}{d.word()}："] if d.chance.random() < 0.6 else []
    depth = 0
    for number in range(d.chance.randint(1, 5)):
        depth = d.chance.randint(0, min(depth + 1, 2)) if number else 0
        out.append(
            " " * step * depth + mark.replace("1", str(number + 1) if not depth else "1") + f"{d.line(d.han())}"
        )
        if d.chance.random() < 0.2:
            out += ["", " " * (step * depth + d.chance.choice([2, 3, 4])) + d.line(d.han())]
        elif d.chance.random() < 0.2:
            out.append(" " * (step * depth + 2) + f"1、{d.han()}")
    return out


def _table(d: Draft) -> list[str]:
    """Rows with too few and too many cells, with and without outer pipes, right below a line and above one."""
    columns, outer = d.chance.randint(2, 4), d.chance.random() < 0.5
    rows = [
        [d.line(d.han()) for _ in range(columns)],
        *([d.line(d.han()) for _ in range(d.chance.randint(2, 5))] for _ in range(d.chance.randint(1, 3))),
    ]
    typed = [f"| {' | '.join(row)} |" if outer else " | ".join(row) for row in rows]
    typed.insert(1, "|".join(["", *["---"] * (columns + d.chance.randint(-1, 1)), ""]))
    above = [d.line(d.han())] if d.chance.random() < 0.5 else []
    return [*above, *typed, *([d.line(f"注{d.han()}")] if d.chance.random() < 0.5 else [])]


def _quote(d: Draft) -> list[str]:
    inner = d.chance.choice([_paragraph, _list, _table, _minutes])(d)
    return [f"> {line}" if line else ">" for line in inner]


def _heading(d: Draft) -> list[str]:
    sign = d.chance.choice(["# ", "## ", "### ", "##"])
    return [sign + d.line(d.han() + d.chance.choice(["", " C", "？"])) + d.chance.choice(["", " ##"])]


def _not_heading(d: Draft) -> list[str]:
    return [
        one_of(
            d.chance,
            lambda: d.line(f"#{next(d.numbers)}号楼{d.han()}"),
            lambda: d.line(f"#{d.han()}# {d.han()}"),
            lambda: d.line(f"####### {d.han()}"),
        )
    ]


def _code(d: Draft) -> list[str]:
    fence, inside = d.chance.choice(["```", "~~~"]), d.chance.choice(["", "py"])
    return [f"{fence}{inside}", f"  {d.word()}  *{d.word()}*", "", f"# {d.han()}", fence]


def _indented_code(d: Draft) -> list[str]:
    return [f"    code{next(d.numbers)} = [1]"]


def _rule(d: Draft) -> list[str]:
    return [d.line(d.han()), d.chance.choice(["---", "***", "----------"]), d.line(d.han())]


def _defined(d: Draft) -> list[str]:
    return [
        one_of(
            d.chance,
            lambda: f"[{d.han()}]: {d.han()}",
            lambda: f"[{d.han()}]:{d.word()}",
            lambda: f"[^{d.han()}]",
            lambda: f"[{d.han()}]: {d.han()} “{d.han()}”",
        )
    ]


def _html(d: Draft) -> list[str]:
    return one_of(
        d.chance,
        lambda: [f"<div class='x'>{d.han()}</div>"],
        lambda: ["<table><tr>", f"<td>{d.han()}</td></tr></table>"],
        lambda: [f"<details><summary>{d.han()}</summary>", "", d.han(), "</details>"],
        lambda: [f"<br>{d.word()}<br/>"],
        lambda: [f"<b>{d.han()}</b> <font color=red>{d.han()}</font>"],
        lambda: [f"{d.han()} <p {d.han()}"],
        lambda: [f"<{d.han()} {d.han()}>"],
    )


def _more(d: Draft) -> list[str]:
    return [
        one_of(
            d.chance,
            lambda: d.line(f">{next(d.numbers)}的{d.han()}"),
            lambda: d.line(f">= {d.han()}"),
            lambda: d.line(f"0{d.chance.randint(1, 9)}. {d.han()}"),
            lambda: f"- [ ] {d.line('☐ ' + d.han())[2:]}",
            lambda: f"{d.han()}\n===",
        )
    ]


KINDS: list[Callable[[Draft], list[str]]] = [
    _paragraph,
    _paragraph,
    _minutes,
    _log,
    _list,
    _list,
    _table,
    _quote,
    _heading,
    _not_heading,
    _code,
    _indented_code,
    _rule,
    _defined,
    _html,
    _more,
]


def composed(seed: int) -> Draft:
    """A text of one to six blocks, with its notes and targets at the end."""
    d = Draft(random.Random(seed))
    for _ in range(d.chance.randint(1, 6)):
        d.typed += [*d.chance.choice(KINDS)(d), *([""] if d.chance.random() < 0.9 else ["", "", ""])]
    d.typed += [*d.notes, "", "[ref]: ../x.md"]
    return d


@given(st.integers(0, 10**9))
def test_every_word_stands_on_the_page(seed: int) -> None:
    """Whatever a text is composed of: all of its words and figures, whole; what was typed as a line is one."""
    d = composed(seed)
    source = "\n".join(d.typed)
    lines = seen(source)
    text = "\n".join(lines)
    assert [word for word in d.words if word not in text] == [], source
    assert [line for line in d.lines if not any(one == line or one.startswith(line + "[") for one in lines)] == [], (
        source,
        lines,
    )


# --- any signs at all -------------------------------------------------------------------------------------------------

SIGNS = [
    "  ",
    "    ",
    "\n",
    "\n\n",
    "\n    ",
    "\n  ",
    "\n- ",
    "\n* ",
    "\n1. ",
    "\n12. ",
    "\n1、",
    "\n> ",
    "\n# ",
    "\n#",
    "\n===\n",
    "\n---\n",
    "*",
    "**",
    "_",
    "***",
    "`",
    "``",
    "\n```\n",
    "\n  ```\n",
    "\n~~~\n",
    "|",
    "\n|-|-|\n",
    "\n|--|:-:|--|\n",
    "[",
    "]",
    "(",
    ")",
    "](x.md)",
    "![",
    "](y 't')",
    "\n[a]: x.md\n",
    "\n[b]: ",
    "[a]",
    "[b][a]",
    "[^1]",
    "\n[^1]: ",
    "\n[^2]:",
    "<b>",
    "</b>",
    "<div>",
    "</div>",
    "<?",
    "?>",
    "<http://x.cn>",
    "http://x.cn/a",
    "<a@b.c>",
    "<br>",
    "&amp;",
    "&#65;",
    "&",
    "\\",
    "\\*",
    "\u3000",
    "\n\u3000\u3000",
    "\xa0",
    "  \n",
    '"',
    "!",
    "~~",
    "<",
    "<a ",
    "<p",
    "</",
    "x=",
    "3",
    "：\n",
    "。",
    "<table><tr><td>",
    "</td>",
    "<ul><li>",
    "<title>",
    "<select>",
    "<textarea>",
    "<svg>",
    "<math>",
    "<sup>",
    "<h1>",
    "<pre>",
    "</pre>",
    "<code>",
    "<img src=a>",
    "<iframe>",
    "<!",
    "<![CDATA[",
    "]]>",
    "<noscript>",
    "<template>",
    "<plaintext>",
    "<xmp>",
    "<option>",
    "<head>",
    "\x02",
    "\x03",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
]


@given(st.lists(st.sampled_from(SIGNS) | st.none(), min_size=2, max_size=16))
def test_no_sign_takes_a_word_along(signs: list[str | None]) -> None:
    """Each Chinese character stays, as text or as an address; but in a comment or a script, which is told."""
    new = map(chr, count(0x4E00))
    source = "".join(next(new) + next(new) if sign is None else sign for sign in signs)
    rendered = render_markdown(source)
    page = html.unescape(rendered.html)
    lost = [one for one in source if "\u4e00" <= one <= "\u9fff" and one not in page]
    assert not lost or {"<!--", "<script>", "<style>"} & set(rendered.dropped), (source, rendered.html)


@pytest.mark.parametrize(
    ("text", "code", "found", "line"),
    [
        ("路灯\n\n<font>红</font>", "html_dropped", "<font>", 3),
        ("a\n\n\n<a href='x.md' onclick='y'>z</a>", "html_dropped", "onclick=", 4),
        ("路灯\n<!-- 内部 -->", "html_hidden", "<!-- … -->", 2),
        ("a\n<script>\n坏\n</script>", "html_hidden", "<script>", 2),
        ("a\n[b](javascript:x)", "link_dropped", "javascript:", 2),
        ("a\n[b](java\tscript:x)", "link_dropped", "javascript:", 2),
        ("a\n\n![](p.jpg)", "alt_missing", "p.jpg", 3),
    ],
)
@pytest.mark.parametrize("block", [False, True], ids=["body", "block"])
def test_what_is_left_out_is_told_with_its_line(text: str, code: str, found: str, line: int, block: bool) -> None:
    """Each at the line on which it stands, in the body of a file as in a block of YAML."""
    head = "title: x\ntopic: lighting\nraised: 2025\nlog: ['2025 raised: x']\n"
    indented = text.replace("\n", "\n  ")
    file, typed = ("x.yaml", f"{head}body: |\n  {indented}\n") if block else ("x.md", f"---\n{head}---\n\n{text}\n")
    slot = locate_record(f"places/a/issues/{file}")
    assert slot
    problems = read_records(SourceFile(f"places/a/issues/{file}", typed.encode()), slot).problems
    assert [
        (one.code, dict(one.values)["found"], one.line - typed[: typed.index(text[:1], 60)].count("\n"))
        for one in problems
    ] == [(code, found, line)]


# --- plain English, beside a converter of its own ---------------------------------------------------------------------

OTHER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def english(seed: int) -> str:
    """A text in English as CommonMark knows it, of which both converters should make the same."""
    chance = random.Random(seed)
    numbers = count(1)

    def word() -> str:
        return f"word{next(numbers)}"

    def phrase() -> str:
        return one_of(
            chance,
            word,
            word,
            lambda: f"**{word()}** {word()}",
            lambda: f"*{word()}*",
            lambda: f"`{word()}`",
            lambda: f"[{word()}](x.md)",
            lambda: f"[{word()}][r]",
            lambda: f"{word()}, {word()}.",
            lambda: f"~~{word()}~~",
            lambda: f"\\*{word()}",
            lambda: f"{word()} & {word()}",
        )

    def block() -> str:
        return one_of(
            chance,
            lambda: "\n".join(f"{phrase()} {phrase()}" for _ in range(chance.randint(1, 3))),
            lambda: f"{'#' * chance.randint(1, 4)} {phrase()}",
            lambda: f"> {phrase()}\n> {phrase()}",
            lambda: "\n".join(f"- {phrase()}" for _ in range(chance.randint(1, 3))),
            lambda: "\n\n".join(f"{n}. {phrase()}" for n in range(1, chance.randint(2, 4))),
            lambda: f"- {phrase()}\n    - {phrase()}\n    - {phrase()}\n- {phrase()}",
            lambda: "---",
            lambda: f"| {phrase()} | {phrase()} |\n| --- | --- |\n| {phrase()} | {phrase()} |",
            lambda: f"```\n{word()}  {word()}\n```",
            lambda: f"    {word()} {word()}",
            lambda: f"1. {phrase()}\n\n   {phrase()}",
        )

    return "\n\n".join(block() for _ in range(chance.randint(1, 5))) + "\n\n[end][r]\n\n[r]: y.md\n"


@given(st.integers(0, 10**9))
def test_plain_english_reads_as_commonmark(seed: int) -> None:
    """The text of a document is what an independent converter makes of it."""
    source = english(seed)
    assert strip_markup(render_markdown(source).html) == " ".join(
        html.unescape(" ".join(Visible(OTHER.render(source)).lines)).split()
    )
