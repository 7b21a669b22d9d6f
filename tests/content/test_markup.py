"""What `yishi.content.markup` promises: safe HTML that reads as the writer meant it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown

from yishi.content.markup import ResponsiveImage, render_markdown, replace_targets, strip_markup
from yishi.content.markup.converter import get_parser
from yishi.content.markup.extensions import create_extensions

MARKUP = st.text(st.sampled_from(list("ab路灯 \n\t\r\"'=/\\:.-*_`~[]()!|>#+1<&;\x02\x03\x00\u2028")) | st.characters())
FRAGMENTS = st.lists(st.sampled_from([
    "<script>", "</script>", "<!--", "-->", "<a href=", "'javascript:x'", "<table><tr><td>", "</a>", "<img src=x>",
    "<svg>", "<style>", "[a](", "![a](b)", "```\n", "\n\n", "    ", "> ", "- ", "1. ", "|a|b|\n|-|-|\n", "<textarea>",
    "<plaintext>", "<![CDATA[", "<math>", "&lt;", "&#106;", "**", "<select>", "=\n", "# ", ">", "<h1>", "路",
    " onclick=x"])).map("".join)
MARKS = st.lists(st.sampled_from([
    "路灯", "b ", "1", "  ", "    ", "\t", "\n", "\n\n", "\n    ", "- ", "* ", "1. ", "2.", "> ", "# ", "#", "\n===",
    "\n---\n", "- - -", "*", "**", "_", "__", "***", "`", "``", "\n```\n", "~~~\n", "|", "a|b\n-|:-:\n", "[", "]", "(",
    ")", "[a](b)", "![a](<b> 't')", "\n[a]: x 't'\n", "[a]", "[b][a]", "![a]", "<b>", "</b>", "<div>", "</div>", "<!--",
    "-->", "<?", "?>", "<http://x>", "<a@b.c>", "<br>", "&amp;", "&#65", "&", "\\", "\\*", "\\|", "\r", "\x02",
    "\x03", "\x0235\x03", "\x02klzzwxh:0000\x03", "\x02wzxhzdk:0\x03", "\u2028", "\u3000", "\xa0", "x  \n", "{.a}",
    '"', "!"])).map("".join)
PLAIN = st.text(st.sampled_from(list("路灯，。a1٣.-+=~|:!\"'(){]^$/ \u3000\u2028ſ"))
                | st.characters(exclude_characters="\r\n"), min_size=1)
STOCK = Markdown(extensions=create_extensions())
DOCUMENTS = [
    "_a_ b", "&lt;", "&#65 a", "*a b_ c_ d*", "**a _b c* d_ e**",
    "a\n \n \nb", "a\n\n    b", "a|b\n-|-", "1.a\n\n1. a", "<a@b>",
    "a\t*b*\n \nc  \nd\n\n\te\n\n \n\tf ` g",
    "# a\n## b ##\nc\n***\nd\n===\n- e\n---\n_ _ _\n#### \\#",
    "- a\n- b\n\n    c\n\n        d\n\n    1. e\n    > f\n* g\n1) h\n3. i\n    - j\nk",
    "> a\nb\n> > c\n>\n> - d\n>     - e\n\n>     f",
    "```py hl_lines=\"1\"\n<b>&amp;\n```\n~~~ {.a #b}\n`c`\n~~~\n``` \nd",
    "a | `b|c` | \\|\n:- | -: | -\n*d* | [e](f) | g | h\n\n|a|\n|-|\n|b|\n\n|",
    "[a][b] [b] ![b] ![c][b] [a] [d][]\n\n[b]: <x y> \"t\"\n[d]:\n  z\n  (u)",
    "[a](b \"c\") [d](<e f>) [g [h](i)](j) ![*k*](l_m_n) [o](p(q)r) [s] (t) [u](v'w'x)",
    "*a **b** c* ***d** e* __f _g_ h__ i_j_k *l **m* n** _路_灯 *灯*_路_",
    "`a` ``b`c`` \\`d` ` e \\\\`f` \\* \\_ \\[g\\](h) \\路",
    "<div>\n*a*\n</div> b\n<span>*c*</span>\n<!-- d\n\ne -->\nf <br/> &lt; &#65 <x@y.z> <https://e.org/*f*> < g & h",
    "<p>a\n\n**b**</p>\n<?c?> <![CDATA[d]]> <script>*e*</script>\n<table><tr><td>\n\n- f",
    "a\x02b\x0342\x03 \x02klzzwxh:0000\x03 \x02wzxhzdk:0\x03 \x02amp\x03 *c* <b>",
]


@pytest.mark.parametrize(("source", "expected"), [
    ("居民**同意**", "<p>居民<strong>同意</strong></p>"),
    ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
    ("3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>'),
    ("> 引文", "<blockquote>\n<p>引文</p>\n</blockquote>"),
    ("```\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>"),
    ("x<sup>2</sup>", "<p>x<sup>2</sup></p>"),
    ("一  \n二", "<p>一<br>\n二</p>"),
    ("", ""),
])
def test_markdown_becomes_html(source: str, expected: str) -> None:
    """The usual Markdown is rendered as its writers know it."""
    assert render_markdown(source).html == expected


@given(MARKUP | FRAGMENTS | MARKS)
def test_the_html_is_that_of_python_markdown(source: str) -> None:
    """What the parser leaves out could not have matched: any text gives the HTML of the unchanged library."""
    assert get_parser().reset().convert(source) == STOCK.reset().convert(source)


@pytest.mark.parametrize("source", DOCUMENTS)
def test_a_tricky_document_gives_the_html_of_python_markdown(source: str) -> None:
    """Every kind of markup of Markdown and of the extensions, beside what only looks like it."""
    assert get_parser().reset().convert(source) == STOCK.reset().convert(source)


@given(PLAIN)
def test_a_plain_line_needs_no_parser(line: str) -> None:
    """One line gives the same with a line break after it, which only the parser takes away."""
    assert render_markdown(line) == render_markdown(line + "\n")


def blocks(source: str) -> list[str]:
    """The HTML of a text, block by block, without the ids of headings."""
    return re.sub(r' id="[^"]*"', "", render_markdown(source).html).replace("<br>\n", "<br>").split("\n")


@pytest.mark.parametrize("source", [
    "面积3*4米，另一处5*6米", "长*宽*高", "2*3*4=24", "2**3", "5*，见3*", "《办法》第*条；注*：不含*号",
    "a*b*c", "#1号楼漏水",
    "#路灯# 不亮", "####### 七", ">5%的住户同意", "01. 零一", "[说明]: 二期另行安排", "[说明]:见第3.2条",
    "[^1]", "~~ 一 ~~",
    "温度<0℃，压力>2", "a <b", "<张三>", "3 <b 元>", "<!DOCTYPE 一>", "<?php 一 ?>", "a|b", "C:\\灯\\图.dwg"])
def test_what_only_looks_like_markup_is_shown_as_typed(source: str) -> None:
    """Figures multiplied, numbers of buildings, shares, remarks in brackets: not a sign of them is taken away."""
    assert strip_markup(render_markdown(source).html) == source


@pytest.mark.parametrize(("source", "expected"), [
    ("参会人员：\n1、居民代表\n2、物业\n议定事项：\n- 换灯",
     ["<p>参会人员：<br>1、居民代表<br>2、物业<br>议定事项：</p>", "<ul>", "<li>换灯</li>", "</ul>"]),
    ("（一）一\n（二）二", ["<p>（一）一<br>（二）二</p>"]), ("• 一\n• 二", ["<p>• 一<br>• 二</p>"]),
    ("1.一\n2.二", ["<p>1.一<br>2.二</p>"]), ("-一\n-二", ["<p>-一<br>-二</p>"]), ("①一\n②二", ["<p>①一<br>②二</p>"]),
    ("2025-03-01 提出：一\n2025-03-02 议事：二", ["<p>2025-03-01 提出：一<br>2025-03-02 议事：二</p>"]),
    ("3月1日 一\n3月2日 二", ["<p>3月1日 一<br>3月2日 二</p>"]),
    ("19:00 一\n20:00 二", ["<p>19:00 一<br>20:00 二</p>"]),
    ("地点: 一\n主持: 二", ["<p>地点: 一<br>主持: 二</p>"]),
    ("Present: a\nAgreed: b", ["<p>Present: a<br>Agreed: b</p>"]),
    ("- 一\n  1、二\n  2、三", ["<ul>", "<li>一<br>1、二<br>2、三</li>", "</ul>"]),
    ("- 一\n- 二\n散会：十点", ["<ul>", "<li>一</li>", "<li>二</li>", "</ul>", "<p>散会：十点</p>"]),
    ("一\\\n二", ["<p>一<br>二</p>"]),
])
def test_lines_of_minutes_and_logs_stay_lines(source: str, expected: list[str]) -> None:
    """What begins with a number, a bullet, a label, a date or a time is a line of its own, as it was typed."""
    assert blocks(source) == expected


@pytest.mark.parametrize("source", [
    "路灯\n  不亮", "路灯\n    不亮", "路灯 \n不亮", "**路灯**\n不亮", "`路灯`\n不亮", "“路灯”\n“不亮”",
    "他：“路灯”\n“不亮”。",
    "路灯不亮，\n居民说：今年三月以来一直如此，夜间出行不便，希望物业：\n尽快更换", "- 路灯\n  不亮", "> 路灯\n> 不亮"])
def test_a_text_that_goes_on_in_the_next_line_has_no_blank_there(source: str) -> None:
    """Between Chinese characters and full-width marks, however the second line stands in, and around markup."""
    assert " " not in strip_markup(render_markdown(source).html).replace("“路灯” “不亮”", "")


NESTED = "<ul><li>一<ul><li>二<ul><li>三</li></ul></li></ul></li><li>四</li></ul>"


@pytest.mark.parametrize("step", [2, 3, 4])
@pytest.mark.parametrize("before", ["", "说明：\n", "说明\n\n"])
@pytest.mark.parametrize("quoted", [False, True])
def test_a_list_is_one_however_it_is_nested_and_wherever_it_begins(step: int, before: str, quoted: bool) -> None:
    """By two blanks or more, right below a text or apart from it, in a quotation too."""
    blank = " " * step
    source = f"{before}- 一\n{blank}- 二\n{blank * 2}- 三\n- 四"
    text = "\n".join(f"> {line}" for line in source.split("\n")) if quoted else source
    assert NESTED in render_markdown(text).html.replace("\n", "")


@pytest.mark.parametrize(("source", "items"), [
    ("- 一\n\n  续\n- 二", ["<p>一</p><p>续</p>", "<p>二</p>"]),
    ("1. 一\n\n   续\n2. 二", ["<p>一</p><p>续</p>", "<p>二</p>"]),
    ("- 一\n\n    续\n\n    又\n- 二", ["<p>一</p><p>续</p><p>又</p>", "<p>二</p>"]),
    ("- [ ] 一\n- [x] 二", ["☐ 一", "☑ 二"]), ("* 一\n\n* 二", ["<p>一</p>", "<p>二</p>"]),
    ("- #1号楼\n- 01. 一", ["#1号楼", "01. 一"]), ("　　- 一\n　　- 二", ["一", "二"]),
    ("- 一\n  ```\n  码\n  ```\n- 二", ["<p>一</p><pre><code>码</code></pre>", "<p>二</p>"]),
])
def test_an_item_keeps_its_paragraphs_and_the_next_is_one_too(source: str, items: list[str]) -> None:
    """Second paragraphs stand in by two blanks or four; tasks are ticked or not."""
    html = render_markdown(source).html.replace("\n", "")
    assert re.findall(r"<li>(.*?)</li>", html) == items


def test_numbers_of_a_list_are_those_typed() -> None:
    """Where they do not go on one by one a list begins anew; `1.` for all of them is a habit."""
    assert blocks("1. 一\n3. 二\n4. 三") == [
        "<ol>", "<li>一</li>", "</ol>", '<ol start="3">', "<li>二</li>", "<li>三</li>", "</ol>"]
    assert blocks("1. 一\n1. 二") == ["<ol>", "<li>一</li>", "<li>二</li>", "</ol>"]


@pytest.mark.parametrize(("source", "expected"), [
    ("    一\n\n    二", ["<p>一</p>", "<p>二</p>"]), ("　　一\n　　二", ["<p>一</p>", "<p>二</p>"]),
    ("    一\n    二", ["<p>一</p>", "<p>二</p>"]), ("    code\n", ["<pre><code>code", "</code></pre>"]),
    ("一\n---\n二", ["<p>一</p>", "<hr>", "<p>二</p>"]),
    ("## C#", ["<h2>C#</h2>"]), ("##一", ["<h2>一</h2>"]), ("# 一 #", ["<h2>一</h2>"]), ("一\n===", ["<h2>一</h2>"]),
    ("~~一~~二", ["<p><del>一</del>二</p>"]), ("长~~一~~，~~二~~", ["<p>长<del>一</del>，<del>二</del></p>"]),
])
def test_each_kind_of_block_is_what_it_looks_like(source: str, expected: list[str]) -> None:
    """A paragraph that is set in, a line below a text, a heading that ends in `#`, what is struck out."""
    assert blocks(source) == expected


def test_no_cell_of_a_table_is_lost() -> None:
    """A table stands right below a text and above another; it is as wide as its widest row."""
    html = render_markdown("金额：\n|项|元|\n|—|—|\n|灯|12|含税|\n|线|\n注：完").html
    assert html.startswith("<p>金额：</p>\n<table>")
    assert html.endswith("</table>\n<p>注：完</p>")
    assert [re.findall(r"<t[hd]>(.*?)</t[hd]>", row) for row in html.split("<tr>")[1:]] == [
        ["项", "元", ""], ["灯", "12", "含税"], ["线", "", ""]]


@pytest.mark.parametrize(("text", "address"), [
    ("见https://e.org/a_b*c。以后", "https://e.org/a_b*c"), ("（https://e.org/a(1)）", "https://e.org/a(1)"),
    ("(https://e.org/a)", "https://e.org/a"), ("https://e.org/a?b=1&c=2，好", "https://e.org/a?b=1&amp;c=2"),
    ("**https://e.org/**", "https://e.org/"), ("https://e.org.", "https://e.org")])
def test_a_bare_address_is_a_link_that_ends_before_the_marks_around_it(text: str, address: str) -> None:
    """Also before 。，）; a bracket that the address itself opens belongs to it."""
    assert f'<a href="{address}" rel="external noopener">{address}</a>' in render_markdown(text).html


def test_notes_stand_below_the_text_and_lead_back() -> None:
    """With and without a blank behind the colon, over two lines; one that is not used, or defined twice, stays."""
    html = render_markdown("灯[^1]亮[^a]了[^1]\n\n[^1]:清单，\n    第2页\n[^a]：说明\n[^c]: 无人\n[^1]: 又",
                           "rules-").html
    assert html.startswith(
        '<p>灯<sup id="rules-fnref-1"><a href="#rules-fn-1">1</a></sup>亮'
        '<sup id="rules-fnref-2"><a href="#rules-fn-2">2</a></sup>了<sup><a href="#rules-fn-1">1</a></sup></p>\n<hr>')
    assert '<a id="rules-fn-1" href="#rules-fnref-1">↑</a> 清单，第2页</p>\n<p>又</p>' in html
    assert strip_markup(html) == "灯亮了 清单，第2页 又 说明 无人"


def test_headings_have_ids_and_links_lead_to_them() -> None:
    """Each id once and never one of the page's; only what leads to no heading is left to be told."""
    rendered = render_markdown("## 花费 1\n[一](#花费-1) [二](#无) [三](#content)\n## 花费 1\n## Content", "")
    assert re.findall(r' id="([^"]*)"', rendered.html) == ["花费-1", "花费-1-2", "text-content"]
    assert re.findall(r'href="([^"]*)"', rendered.html) == ["#花费-1", "#无", "#text-content"]
    assert rendered.links == ("#无",)


def test_a_link_without_words_shows_where_it_leads() -> None:
    """Nobody could see it otherwise."""
    assert render_markdown("[](附件/x.pdf)").html == '<p><a href="附件/x.pdf">附件/x.pdf</a></p>'


@pytest.mark.parametrize("unit", ["``a`", "`` `", "`a``"])
def test_backticks_are_paired_in_one_go(unit: str) -> None:
    """A hundred kilobytes of backticks lose nothing, and take no longer for each of them."""
    source = unit * (100_000 // len(unit))
    assert strip_markup(render_markdown(source).html).count("a") == source.count("a")


def test_tables_keep_their_alignment_without_inline_style() -> None:
    """Columns are aligned by class, because the site's content policy forbids inline styles."""
    rendered = render_markdown("项目|数量\n:-|-:\n路灯|12")
    assert '<td class="align-left">路灯</td>\n<td class="align-right">12</td>' in rendered.html
    assert rendered.dropped == ()


@pytest.mark.parametrize(("source", "levels"), [
    ("# 一\n\n## 二\n\n### 三", [2, 3, 4]),
    ("## 一\n\n### 二", [2, 3]),
    ("### 一\n\n##### 二", [2, 4]),
    ("# 一\n\n###### 六", [2, 6]),
    ("<h1>一</h1>", [2]),
])
def test_the_pages_title_stays_its_only_h1(source: str, levels: list[int]) -> None:
    """Headings move so that the highest of a text is h2; their order stays."""
    assert [int(part[0]) for part in render_markdown(source).html.split("<h")[1:] if part[0].isdigit()] == levels


@pytest.mark.parametrize(("source", "expected"), [
    ("路灯\n亮了，\n又亮", "<p>路灯亮了，又亮</p>"),
    ("路灯\n**亮**\n了", "<p>路灯<strong>亮</strong>了</p>"),
    ("他说\n“好”\n就好", "<p>他说“好”就好</p>"),
    ("路灯\nlamp\nlights", "<p>路灯\nlamp\nlights</p>"),
    ("said “yes”\n“no”", "<p>said “yes”\n“no”</p>"),
    ("```\n路\n灯\n```", "<pre><code>路\n灯\n</code></pre>"),
    ("看 `路\n灯`", "<p>看 <code>路\n灯</code></p>"),
])
def test_no_space_comes_between_chinese_characters_of_two_lines(source: str, expected: str) -> None:
    """A line break between Chinese characters vanishes, except in code; between other words it stays."""
    assert render_markdown(source).html == expected


@pytest.mark.parametrize(("source", "expected", "dropped"), [
    ("<font color='red'>红</font>字", "<p>红字</p>", ("<font>",)),
    ("<a href='x' onclick='y' target=_blank>z</a>", '<p><a href="x">z</a></p>', ("onclick=", "target=")),
    ("[z](javascript:alert(1))", "<p><a>z</a></p>", ("javascript:",)),
    ("[z](JaVa&#115;cript:x)", "<p><a>z</a></p>", ("javascript:",)),
    ("a <b>x</b> <b>y</b>", "<p>a x y</p>", ("<b>",)),
    ("x <script>alert(1)</script> y", "<p>x  y</p>", ("<script>",)),
    ("x <p style='color:red'>y", None, ("style=",)),
    ("![远处](https://example.org/a.png)", "<p>远处</p>", ("<img>",)),
    ("3 < 4 & 5", "<p>3 &lt; 4 &amp; 5</p>", ()),
    ("`<b>` &lt;b&gt;", "<p><code>&lt;b&gt;</code> &lt;b&gt;</p>", ()),
])
def test_html_that_is_not_allowed_goes_and_its_text_stays(
        source: str, expected: str | None, dropped: tuple[str, ...]) -> None:
    """What is dropped is named once each, for a warning."""
    rendered = render_markdown(source)
    assert expected is None or rendered.html == expected
    assert rendered.dropped == dropped


@pytest.mark.parametrize("source", ["<script>\n\n其余", "<style>\n\n其余", "<div>\n<!-- x\n\n其余</div>", "<!-- 其余"])
def test_what_is_never_closed_hides_nothing(source: str) -> None:
    """The rest of a text survives a script, a style or a comment that its writer forgot to close."""
    assert "其余" in strip_markup(render_markdown(source).html)


def test_local_targets_are_listed_as_typed_in_order_once() -> None:
    """Links and images within the site are handed on for checking; other addresses are not."""
    source = "[a](<../甲 乙.md>) ![b](p.jpg) [c](x?y=1&z=2) [a](<../甲 乙.md>) [d](https://e.org) [f](//e.org)"
    assert render_markdown(source).links == ("../甲 乙.md", "p.jpg", "x?y=1&z=2")


def test_links_to_other_hosts_say_so() -> None:
    """A link to another host is marked `rel`, others are not."""
    rendered = render_markdown("[a](https://e.org 't') [b](//e.org) [c](x) <mailto:t@e.org>").html
    assert '<a href="https://e.org" title="t" rel="external noopener">a</a>' in rendered
    assert rendered.count("rel=") == 2


def test_relink_replaces_targets_and_drops_those_that_lead_nowhere() -> None:
    """A dead link keeps its text, a dead image its alt text; other hosts are left alone."""
    source = render_markdown('[a](a.md) [b](b.md) ![图 "b"](b.jpg) ![c](c.jpg) [e](https://e.org)').html
    found = {"a.md": "../a/?x&y", "c.jpg": r"c\1.jpg"}
    assert replace_targets(source, found.get) == (
        '<p><a href="../a/?x&amp;y">a</a> <a>b</a> 图 &quot;b&quot; <img alt="c" src="c\\1.jpg"> '
        '<a href="https://e.org" rel="external noopener">e</a></p>')


def test_relink_shows_an_image_in_its_sizes() -> None:
    """An image that is published in sizes becomes a picture, whatever else stands in its tag; a link to it does not."""
    shown = ResponsiveImage((("image/webp", "s.webp 4w"),), "s&m.jpg", "s.jpg 4w, m.jpg 8w", "44rem", 8, 6)
    source = render_markdown('[a](p.jpg) ![图 "b"](p.jpg "t") ![c](c.jpg)').html
    assert replace_targets(source, {"p.jpg": "large.jpg"}.get, {"p.jpg": shown}.get) == (
        '<p><a href="large.jpg">a</a> <picture><source type="image/webp" srcset="s.webp 4w" sizes="44rem">'
        '<img alt="图 &quot;b&quot;" src="s&amp;m.jpg" title="t" srcset="s.jpg 4w, m.jpg 8w" sizes="44rem" width="8"'
        ' height="6" loading="lazy" decoding="async"></picture> c</p>')


def test_images_without_words_are_told() -> None:
    """Each image whose alt text is empty or blank, once."""
    rendered = render_markdown("![](a.jpg) ![ ](b.jpg) ![c](c.jpg) ![](a.jpg) ![](https://e.org/d.jpg)")
    assert rendered.images_without_alt == ("a.jpg", "b.jpg")


def test_control_characters_are_removed() -> None:
    """Neither control characters nor hidden changes of the writing direction reach a page."""
    assert render_markdown("a\x00\x02b\x1b\x7f\x85\u202ec\ufeff\udc80d\r\ne\tf").html == "<p>abcd\ne   f</p>"


def test_plain_is_the_text_in_one_line() -> None:
    """Plain text holds no markup, and no gap where only an inline tag stood."""
    assert strip_markup(render_markdown("# 标题\n\n路**灯**亮 & `x<y`\n\n- a\n- b").html) == "标题 路灯亮 & x<y a b"


IMAGE = '![灯 <3 & "亮"](灯.jpg)'


@pytest.mark.parametrize("source", [
    IMAGE, f"路{IMAGE}亮", f"[{IMAGE}](x.md)", f"- {IMAGE}", f"a|b\n-|-\n{IMAGE}|c", f"# {IMAGE}"])
def test_plain_and_the_page_say_the_same_of_an_image_that_leads_nowhere(source: str) -> None:
    """Its alt text stays where it stood, for machines as on the page."""
    html = render_markdown(source).html
    assert strip_markup(html) == strip_markup(replace_targets(html, lambda target: None))
    assert '灯 <3 & "亮"' in strip_markup(html)


@given(MARKUP | FRAGMENTS)
def test_any_text_renders_safely(source: str) -> None:
    """Whatever is written, rendering never fails and lets through no script, style, handler or unsafe address."""
    rendered = render_markdown(source)
    tags = [part.partition(">")[0].casefold() for part in rendered.html.split("<")[1:]]
    names = {tag.lstrip("/").split(" ")[0] for tag in tags}
    assert not names & {"script", "style", "iframe", "svg", "h1", "object", "form"}
    assert not [tag for tag in tags if " on" in tag.partition('"')[0] or 'href="javascript' in tag]
    assert render_markdown(source) == rendered
    strip_markup(source)


@pytest.mark.parametrize("unit", ["[", "![", "[a](b\n", "<", "<a", "=\n", "1. ", "```a\n\n",
                                  "\\", "[^1]: ", "a <a href="])
def test_a_hostile_text_is_shown_as_typed(unit: str) -> None:
    """Texts that would take the parser minutes, or its whole stack, are escaped instead."""
    source = unit * (60_000 // len(unit))
    assert strip_markup(render_markdown(source).html) == " ".join(source.split())


@pytest.mark.parametrize("unit", [
    "# 一\n\n", "[一](#二) ", "[^1]", "一\n\n[a]: x.md\n\n[a]\n\n", "> 一\n\n", "3*4，", "~~一",
    "http://a.cn/b ", "a|b\n-|-\n\n"])
def test_a_text_of_one_thing_over_and_over_is_read_in_one_go(unit: str) -> None:
    """Tens of thousands of headings, links or notes take no longer for each of them, and none is lost."""
    source = unit * (60_000 // len(unit))
    assert strip_markup(render_markdown(source).html).count("一") == source.count("一")


def test_a_text_beyond_all_measure_is_shown_as_typed() -> None:
    """A megabyte of Markdown is escaped, paragraph by paragraph."""
    source = "**路灯**\n\n" * 150_000
    assert render_markdown(source).html.startswith("<p>**路灯**</p>\n<p>**路灯**</p>\n")


def test_a_text_too_deep_for_the_parser_does_not_spoil_the_next_one() -> None:
    """Whatever was rendered before, the same text gives the same HTML."""
    before = render_markdown("[one](x.md) <font>two</font>")
    for text in ("- " * 3000 + "x", ">" * 3000, "> - " * 400 + "x", "*" * 3000 + "x", "1. " * 2000):
        render_markdown(text)
        assert render_markdown("[one](x.md) <font>two</font>") == before
