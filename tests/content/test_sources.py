"""What `sources` promises: every text as typed, with its place; every refusal named; never an exception."""

from datetime import date

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from yishi.content.load import read_records
from yishi.content.placement import check_record_locations
from yishi.content.yaml_source import (
    MappingNode,
    ScalarNode,
    SequenceNode,
    SourceFile,
    SourceNode,
    parse_source,
)
from yishi.library.withholding import link_until_stable, select_records
from yishi.model.language import get_language
from yishi.model.paths import RecordLocation, locate_records
from yishi.model.problems import MESSAGES, Problem, describe_problem
from yishi.model.records.limits import MAX_DEPTH


def tree(text: str | bytes, path: str = "x.yaml") -> object:
    """The tree of a text without its places."""
    return _plain(parse_source(source(text, path)).root)


def source(text: str | bytes, path: str = "x.yaml") -> SourceFile:
    return SourceFile(path, text if isinstance(text, bytes) else text.encode())


def problems(text: str | bytes, path: str = "x.yaml") -> list[tuple[str, int, int, str]]:
    """Code, line, column and corrected line of each problem."""
    return [(p.code, p.line, p.column, p.example) for p in parse_source(source(text, path)).problems]


def _plain(node: SourceNode | None) -> object:
    match node:
        case ScalarNode(text=text):
            return text
        case SequenceNode(items=items):
            return [_plain(item) for item in items]
        case MappingNode(pairs=pairs):
            return {key.text: _plain(value) for key, value in pairs}
        case None:
            return None


# --- what is read ------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "yes",
        "on",
        "off",
        "true",
        "False",
        "0314",
        "0x1F",
        "0b11",
        "12:30",
        "1:20:30",
        "2025-06",
        "2025-06-01",
        "2025-06-01T10:00:00Z",
        "nil",
        "none",
        "nULL",
        "1e3",
        "1_000",
        ".inf",
        ".nan",
        "+1",
        "-0",
        "=",
        "1.50",
        "010-1234",
        "99%",
        "https://example.org/a?b=c",
        "照明",
        "C#",
        "a#b",
    ],
)
def test_every_scalar_is_the_text_that_was_typed(text: str) -> None:
    """Nothing is taken for a number, a date, a truth value or nothing: as a value, in a list, as a key, in quotes."""
    assert tree(f"a: {text}\n") == {"a": text}
    assert tree(f"a:\n  - {text}\n") == {"a": [text]}
    assert tree(f"a: [{text}]\n") == {"a": [text]}
    assert tree(f"a: '{text}'\n") == {"a": text}
    assert tree(f'? "{text}"\n: b\n') == {text: "b"}


@pytest.mark.parametrize("word", ["null", "Null", "NULL", "~"])
def test_a_plain_null_is_nothing_and_a_quoted_one_a_text(word: str) -> None:
    """As in YAML: nothing as a value and in lists; what stands in quotes, in a block or as a key is what was typed."""
    assert tree(f"a: {word}\nb: [{word}, c]\nd:\n  - {word}\ne: {{f: {word} }}\n") == {
        "a": "", "b": ["", "c"], "d": [""], "e": {"f": ""}}
    assert tree(f"a: '{word}'\nb: \"{word}\"\nc: |-\n  {word}\n") == {"a": word, "b": word, "c": word}
    assert tree(f"{word}: a\n") == {word: "a"}
    assert tree(word) == {}


@pytest.mark.parametrize("text", [
    "南门路灯\n  不亮", ">-\n  南门路灯\n  不亮", "'南门路灯\n  不亮'", '"南门路灯\n  不亮"', "南门路灯 \n  不亮",
    "|-\n  南门路灯不亮", '"南门路灯\\\n  不亮"'])
def test_a_folded_line_end_is_no_blank_between_chinese_characters(text: str) -> None:
    """However a text of several lines is written in YAML."""
    assert tree(f"a: {text}\n") == {"a": "南门路灯不亮"}


@pytest.mark.parametrize(("text", "expected"), [
    ("路灯 不亮\n  又亮", "路灯 不亮又亮"),
    ("他说“好”\n  “行”", "他说“好”“行”"),
    ("他说\n  “好”\n  就行……\n  好", "他说“好”就行……好"),
    ("灯\n  lamp\n  灯", "灯 lamp 灯"),
    ("said “yes”\n  “no”", "said “yes” “no”"),
    ("一，\n  二。\n\n  三\n  四", "一，二。\n三四"),
    ("'它''灯\n  亮'", "它'灯亮"),
    ("亮 灯\n  亮 灯\n  亮", "亮 灯亮 灯亮"),
])
def test_only_a_blank_that_no_one_typed_goes(text: str, expected: str) -> None:
    """A typed blank, and that between words of other languages, stays; an empty line is a line break still."""
    assert tree(f"a: {text}\n") == {"a": expected}


def test_an_empty_value_is_an_empty_text() -> None:
    """A key without a value holds the empty text, not nothing."""
    assert tree("a:\nb: ''\nc: []\n") == {"a": "", "b": "", "c": []}


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "\ufeff", "---\n# nothing\n...\n"])
def test_an_empty_file_is_an_empty_record(text: str) -> None:
    """A file without content has no keys and no problem of reading."""
    assert (tree(text), problems(text)) == ({}, [])


def test_every_value_knows_where_it_stands() -> None:
    """Lines and columns count from 1, in characters, also behind Chinese text, in lists and in block texts."""
    text = ("标题: 路灯\n进展:\n  - 议事: 谈了\n  - {阶段: 成事,  内容: 修好}\n正文: |\n  一行\n")
    root = parse_source(source(text)).root
    assert isinstance(root, MappingNode)
    (title, name), (_, log), (_, body) = root.pairs
    assert (title.line, title.column, name.line, name.column) == (1, 1, 1, 5)
    assert isinstance(log, SequenceNode)
    first, second = log.items
    assert (first.line, first.column, second.line, second.column) == (3, 5, 4, 5)
    assert isinstance(second, MappingNode)
    assert (second.pairs[1][0].column, second.pairs[1][1].column) == (15, 19)
    assert isinstance(body, ScalarNode)
    assert (body.text, body.line, body.is_block) == ("一行\n", 5, True)


@pytest.mark.parametrize(
    "data",
    [
        "标题: 路灯\n主题: 照明\n".encode("utf-8-sig"),
        "标题: 路灯\r\n主题: 照明\r\n".encode(),
        "标题: 路灯\r主题: 照明\r".encode(),
        "\ufeff标题: 路灯\r\n主题: 照明".encode(),
    ],
    ids=["BOM", "CRLF", "CR", "BOM and CRLF"],
)
def test_marks_and_line_ends_of_any_editor_are_read(data: bytes) -> None:
    """A byte order mark and the line ends of Windows and old Macs change neither texts nor lines."""
    root = parse_source(source(data)).root
    assert isinstance(root, MappingNode)
    assert [(key.text, _plain(value), key.line, key.column) for key, value in root.pairs] == [
        ("标题", "路灯", 1, 1),
        ("主题", "照明", 2, 1),
    ]


def test_front_matter_and_body_keep_their_lines() -> None:
    """In a .md file the keys stand between the two marks, the rest is the body, both with the lines of the file."""
    document = parse_source(source("---\n标题: 路灯\n---\n\n## 背景\n---\n不是结尾\n", "x.md"))
    assert isinstance(document.root, MappingNode)
    key, value = document.root.pairs[0]
    assert (key.line, value.line, value.column) == (2, 2, 5)
    assert document.body == ScalarNode("\n## 背景\n---\n不是结尾\n", 4, 1)
    assert document.problems == ()


@pytest.mark.parametrize(
    "text", ["---\n标题: 路灯\n---", "---  \r\n标题: 路灯\r\n---\t\r\n", "\ufeff---\n标题: 路灯\n---\n"]
)
def test_front_matter_is_recognised_however_it_ends(text: str) -> None:
    """Blanks after the marks, other line ends, a byte order mark and no body at all are all right."""
    assert (tree(text, "x.md"), problems(text, "x.md")) == ({"标题": "路灯"}, [])


def test_a_comment_that_cuts_a_text_off_is_noticed() -> None:
    """` #` ends a plain text: the line as it reads in quotes; not of a quoted one, a key alone or `#` inside a word."""
    text = ("a: x # y\nb: 'x' # y\nc: x#y\nd: x\ne: # y\nf: #3 y\ng: x\n  z #3 y\nh: null # y\n")
    root = parse_source(source(text)).root
    assert isinstance(root, MappingNode)
    assert [value.uncut_line for _, value in root.pairs if isinstance(value, ScalarNode)] == [
        'a: "x # y"', "", "", "", "", 'f: "#3 y"', 'g: "x z #3 y"', ""]


# --- what is refused ------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "line", "found"),
    [
        ("标题: 路灯\n".encode("gbk"), 1, "GBK (ANSI)"),
        (b"a: b\nb: " + "路灯".encode("gb18030"), 2, "GBK (ANSI)"),
        ("标题: 路灯\n".encode("utf-16"), 1, "UTF-16 (Unicode)"),
        ("标题: 路灯\n".encode("utf-16-le"), 1, "UTF-16 (Unicode)"),
        ("标题: 路灯\n".encode("utf-16-be"), 1, "UTF-16 (Unicode)"),
        (b"a: \xff\xfe\xff", 1, "?"),
    ],
)
def test_another_encoding_is_recognised(data: bytes, line: int, found: str) -> None:
    """A file that is not UTF-8 is refused with the name that the editor gives its encoding, at the first wrong line."""
    (problem,) = parse_source(source(data)).problems
    assert (problem.code, problem.line, dict(problem.values)) == ("encoding", line, {"found": found})


REFUSED = {
    "control": ("a: b\nc: d\x07\n", [("control_character", 2, 5, "")]),
    "control, escaped": ('a: b\nc: "d\\0\\a"\n', [("control_character", 2, 4, "")]),
    "slip in a mapping in one line": ("s1: {a: b]]>, c: d}\n", [("yaml", 1, 10, "")]),
    "line separator": ("a: b\u2028c: d # e\n", [("control_character", 1, 5, "")]),
    "paragraph separator": ("a: b\n\u2029- c\n", [("control_character", 2, 1, "")]),
    "next line": ("a: b\x85c: d\n", [("control_character", 1, 5, "")]),
    "duplicate": ("a: 1\nb: 2\na: 3\n", [("duplicate_key", 3, 1, "")]),
    "duplicate below": ("a:\n  - b: 1\n    b: 2\n", [("duplicate_key", 3, 5, "")]),
    "duplicate in another notation": (
        "a: 1\n'a': 2\n\"a\": 3\n",
        [("duplicate_key", 2, 1, ""), ("duplicate_key", 3, 1, "")],
    ),
    "anchor": ("a: &x 1\n", [("anchor", 1, 4, "")]),
    "anchor on a list": ("a: &x [1]\n", [("anchor", 1, 4, "")]),
    "alias": ("a: &x 1\nb: *x\n", [("anchor", 1, 4, ""), ("anchor", 2, 4, "")]),
    "tag": ("a: !x 1\nb: !!str 2\n", [("tag", 1, 4, ""), ("tag", 2, 4, "")]),
    "merge": ("a: {<<: {b: c}}\n", [("merge_key", 1, 5, "")]),
    "merge of an alias": (
        "a: &x {b: c}\nd:\n  <<: *x\n",
        [("anchor", 1, 4, ""), ("merge_key", 3, 3, ""), ("anchor", 3, 7, "")],
    ),
    "several": ("a: 1\n---\nb: 2\n", [("several_documents", 3, 1, "")]),
    "a list as key": ("[a]: 1\n", [("not_keys", 1, 1, "")]),
    "only text": ("some text\n", [("not_keys", 1, 1, "")]),
    "broken": ("a: 1\n]\n", [("yaml", 2, 1, "")]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_allowed_is_refused_where_it_stands(name: str) -> None:
    """Duplicate keys, anchors, aliases, tags, merge keys a second document: each is named at its line and column."""
    text, expected = REFUSED[name]
    assert sorted(problems(text)) == sorted(expected)


def test_a_quoted_merge_sign_is_an_ordinary_key() -> None:
    """Only the plain `<<` is a merge key."""
    assert (tree("'<<': a\n"), problems("'<<': a\n")) == ({"<<": "a"}, [])


def test_what_is_refused_leaves_the_rest_readable() -> None:
    """Past an anchor, a tag or a duplicate the tree goes on, so that its other problems are found too."""
    assert tree("a: &x 1\nb: !y 2\na: 3\nc: 4\n") == {"a": "1", "b": "2", "c": "4"}


def _nested(levels: int) -> str:
    return "a: " + "[" * levels + "]" * levels


def test_nesting_is_bounded() -> None:
    """50 levels are read; one more is refused where it begins, and a hundred thousand do not exhaust the stack."""
    assert problems(_nested(MAX_DEPTH)) == []
    assert problems(_nested(MAX_DEPTH + 1)) == [("too_deep", 1, 4 + MAX_DEPTH, "")]
    assert [code for code, *_ in problems(_nested(100_000))] == ["too_deep"]
    assert [code for code, *_ in problems("[" * 100_000)] in (["too_deep"], ["yaml"])
    assert MAX_DEPTH == 50


@pytest.mark.parametrize(
    "text", ["标题: 路灯\n", "", "正文\n\n---\n标题: 路灯\n---\n", " ---\na: b\n---\n"]
)
def test_markdown_without_keys_is_refused(text: str) -> None:
    """A .md record that does not begin with its keys between two marks is told so."""
    assert problems(text, "x.md") == [("front_matter", 1, 1, "---")]


def test_front_matter_that_is_never_closed_is_told_so() -> None:
    """With one mark only, the other one is what is missing."""
    assert problems("---\n标题: 路灯\n\n正文\n", "x.md") == [("front_matter_open", 1, 1, "---")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("标题: a\n主题\n提出: 2025\n", "lacks the colon"),
        ("标题: a\n 主题: b\n", "not aligned"),
        ("进展:\n  - a: b\n c: d\n", "not aligned"),
        ("\"标题: a\n主题: b\n", "quotation mark"),
        ("标题:\n  @a\n", "special character"),
        ("a: 1\n]\n", "special character"),
    ],
)
def test_what_the_parser_says_is_told_in_plain_words(text: str, reason: str) -> None:
    """The parser's own English stands in no message; each reason says what to do, in either language."""
    problem = parse_source(source(text)).problems[-1]
    found = dict(problem.values).get("found", "")
    assert (problem.code, reason in found) == ("yaml", True), found
    assert found not in describe_problem(problem, get_language("zh-Hans"))


# --- the usual slips ------------------------------------------------------------


SLIPS = [
    ("tab", "标题: a\n进展:\n\t- 议事: x\n", 3, 1, "  - 议事: x"),
    ("tab", "标题: a\n参与方:\n\t人数: 3\n", 3, 1, "  人数: 3"),
    ("full_width_colon", "标题：路灯\n主题: 照明\n", 1, 3, "标题: 路灯"),
    ("full_width_colon", "标题: 路灯\n主题：照明\n提出: 2025\n", 2, 3, "主题: 照明"),
    ("full_width_colon", "标题：路灯\n", 1, 3, "标题: 路灯"),
    ("full_width_colon", "进展：\n  - 议事: x\n", 1, 3, "进展:"),
    ("full_width_dash", "进展:\n  － 议事: x\n", 2, 3, "  - 议事: x"),
    ("full_width_dash", "进展:\n  - 议事: x\n  —议事: y\n", 3, 3, "  - 议事: y"),
    ("full_width_dash", "进展:\n  – 议事: x\n", 2, 3, "  - 议事: x"),
    ("full_width_space", "进展:\n　　- 议事: x\n", 2, 1, "  - 议事: x"),
    ("space_after_dash", "进展:\n  -2025-09-11 议事: x\n", 2, 3, "  - 2025-09-11 议事: x"),
    ("space_after_dash", "进展:\n  - 议事: x\n  -议事: y\n", 3, 3, "  - 议事: y"),
    ("space_after_colon", "标题:路灯\n主题: 照明\n", 1, 4, "标题: 路灯"),
    ("space_after_colon", "标题: a\n主题:照明\n提出: 2025\n", 2, 4, "主题: 照明"),
    ("needs_quotes", "进展:\n  - 议事: 决定: 换灯\n", 2, 5, '  - "议事: 决定: 换灯"'),
    ("needs_quotes", "进展:\n  - 2025-01-02 议事: @张工 来过\n", 2, 5, '  - "2025-01-02 议事: @张工 来过"'),
    ("needs_quotes", "进展:\n  - 议事: `灯` 换了\n", 2, 5, '  - "议事: `灯` 换了"'),
    ("needs_quotes", '进展:\n  - 议事: "路灯"已修好\n', 2, 5, "  - '议事: \"路灯\"已修好'"),
    ("needs_quotes", "标题: 路灯: 换灯\n主题: 照明\n", 1, 5, '标题: "路灯: 换灯"'),
    ("needs_quotes", "标题: @路灯\n主题: 照明\n", 1, 5, '标题: "@路灯"'),
    ("needs_quotes", "标题: 路灯\n简介: 99%: 好\n", 2, 5, '简介: "99%: 好"'),
    ("bracket_open", "标题: 路灯\n主题: [照明, 绿化\n提出: 2025\n", 2, 5, "主题: [照明, 绿化]"),
]


@pytest.mark.parametrize(("code", "text", "line", "column", "corrected"), SLIPS)
def test_each_usual_slip_is_named_with_its_corrected_line(
    code: str, text: str, line: int, column: int, corrected: str
) -> None:
    """The slip is told where it stands, and the line as it should read."""
    assert problems(text) == [(code, line, column, corrected)]


@pytest.mark.parametrize(("code", "text", "line", "column", "corrected"), SLIPS)
def test_the_corrected_line_mends_the_file(code: str, text: str, line: int, column: int, corrected: str) -> None:
    """A writer who copies the corrected line gets a file that is read without a problem."""
    lines = text.split("\n")
    lines[line - 1] = corrected
    assert problems("\n".join(lines)) == []


def test_several_slips_of_one_file_are_all_found() -> None:
    """Each slip is mended while reading, so one run tells of all of them, in the order of their lines."""
    text = "标题：路灯\n主题:照明\n提出: 2025: 春\n进展:\n  － 议事: x\n  - 议事: @y\n参与方: [居民\n"
    assert [(code, line) for code, line, *_ in sorted(problems(text), key=lambda p: p[1])] == [
        ("full_width_colon", 1),
        ("space_after_colon", 2),
        ("needs_quotes", 3),
        ("full_width_dash", 5),
        ("needs_quotes", 6),
        ("bracket_open", 7),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [('标题: "x"\n]\n', 2), ("标题: a\n主题: '照明'\n 提出: 2025\n", 3), ('进展:\n  - "议事: a: b"\n ]\n', 3)],
)
def test_a_line_that_is_right_is_not_blamed(text: str, line: int) -> None:
    """Text that stands in quotes already is not told to stand in quotes because of a mistake beside it."""
    assert [(code, at) for code, at, *_ in problems(text)] == [("yaml", line)]


def test_a_mended_file_is_read_on() -> None:
    """Behind a slip the tree is there, so that what else is wrong can be found."""
    assert tree("标题：路灯\n主题: 照明\n") == {"标题": "路灯", "主题": "照明"}


def test_slips_in_front_matter_count_the_lines_of_the_file() -> None:
    """The line of the opening mark is counted."""
    assert problems("---\n标题: a\n主题：照明\n---\n正文\n", "x.md") == [("full_width_colon", 3, 3, "主题: 照明")]


# --- as other readers of YAML do --------------------------------------------------------------------------------------

SAME = [
    "a: b", "a: b\nc: d", "a:\n  b: c", "a:\n- b\n- c", "a:\n  - b\n  -\n    c", "a: [b, c]", "a: {b: c, d: e}",
    "a: [b,\n  c]", "a: []", "a: {}", "a: 'b'", "a: 'it''s'", "a: \"b\"", "a: \"\\u6c49 \\x41 \\t\"",
    "a: |\n  b\n  c\n", "a: |-\n  b\n", "a: |+\n  b\n\n", "a: >\n  b\n  c\n\n  d\n", "a: >-\n  b\n", "a: |2\n    b\n",
    "a: b\n  c", "a: 'b\n  c'", "# x\na: b # y", "a: b#c", "a: http://x/y", "a: 12:30", "a: 0o14", "a: 0314",
    "a: 1_000", "a: 1e3", "a: .inf", "a: yes", "a: 2025-06", "a: 2025-09-11 12:30:00", "---\na: b\n...\n",
    "%YAML 1.1\n---\na: b", "? a\n: b", "a: -b", "a: [b: c]", "1: a", "汉字: 值", "\ufeffa: b", "a: b\r\nc: d\r\n",
    "a:   \n  b", "\"a b\": c", "a b: c", "a: b:c", "a:\n- - b\n  - c", "- a: b\n  c: d"
]


@pytest.mark.parametrize("text", SAME)
def test_what_is_read_is_what_pyyaml_reads(text: str) -> None:
    """Every part of YAML that writers use, each scalar as it was typed; PyYAML's safe loader reads it too."""
    yaml.safe_load(text)
    assert problems(text) == []
    assert tree(text) == yaml.load(text, yaml.BaseLoader)


# --- anything at all ------------------------------------------------------------


SLOTS = {
    "site.yaml": RecordLocation("site", "site"),
    "sources.yaml": RecordLocation("source", "sources"),
    "methods/m.yaml": RecordLocation("method", "methods/m"),
    "pages/p.md": RecordLocation("page", "pages/p"),
    "places/a/place.yaml": RecordLocation("place", "places/a"),
    "places/a/figures.yaml": RecordLocation("figure", "places/a/figures"),
    "places/a/locations.yaml": RecordLocation("location", "places/a/locations"),
    "places/a/issues/i.yaml": RecordLocation("issue", "places/a/issues/i"),
    "places/a/issues/j.md": RecordLocation("issue", "places/a/issues/j"),
    "places/a/cases/c.md": RecordLocation("case", "places/a/cases/c"),
}
FRAGMENTS = st.sampled_from(
    [
        "标题",
        "title",
        "主题",
        "log",
        "进展",
        "提出",
        "阶段表",
        "translations",
        "数值",
        "位置",
        "草稿",
        "draft",
        "name",
        "kind",
        "类别",
        "issues",
        "stages",
        "core",
        "id",
        "label",
        "value",
        "source",
        "photos",
        "file",
        "topics",
        "values",
        "语言",
        "correction",
        "body",
        "回访",
        "参与方",
        "人数",
        ": ",
        ":",
        "：",
        "- ",
        "－",
        "\n",
        "\n  ",
        "\n    - ",
        "\n- ",
        "\t",
        "\u3000",
        "[",
        "]",
        "{",
        "}",
        ",",
        "&a ",
        "*a",
        "!t ",
        "<<",
        "# ",
        " #",
        "|\n",
        ">-\n",
        "'",
        '"',
        "`",
        "@",
        "%",
        "---\n",
        "...\n",
        "? ",
        "~",
        "null",
        "2025-09-11",
        "2025-02-30",
        "by 2025",
        "未知",
        "照明",
        "议事",
        "办结",
        "是",
        "yes",
        "-1",
        "1e999",
        "9" * 5000,
        "x" * 70,
        "居民",
        "en",
        "zh-Hans",
        "<b>",
        "](x.md)",
        "社区",
        "\u2028",
        "\x85",
        "\r",
        "\ufeff",
        "\ud7ff",
        "\U0001f600",
        "0",
        "１２",
        "nan",
        "inf",
        "13800005678",
        "..",
        "/",
        "places/a",
        "m",
        "i",
    ]
)
YAML_LIKE = st.lists(FRAGMENTS, max_size=40).map("".join)


def _is_described(problem: Problem) -> bool:
    return problem.code in MESSAGES and problem.line >= 1 and problem.column >= 1


@given(st.binary(max_size=300) | YAML_LIKE.map(lambda text: text.encode()), st.sampled_from([".yaml", ".md"]))
@example(b"a: b\xe2\x80\xa8c: d # e", ".yaml")
@settings(max_examples=200)
def test_any_bytes_yield_a_tree_or_problems(data: bytes, suffix: str) -> None:
    """Whatever a file holds, reading it ends in a tree, in problems that can be told, or both; never an exception."""
    document = parse_source(SourceFile(f"x{suffix}", data))
    assert document.root is not None or document.problems
    assert all(_is_described(problem) for problem in document.problems)


@given(
    st.dictionaries(
        st.sampled_from(sorted(SLOTS)), YAML_LIKE.map(lambda text: text.encode()) | st.binary(max_size=60), max_size=4
    ),
    st.booleans(),
)
@settings(max_examples=200)
def test_any_files_yield_records_or_problems(contents: dict[str, bytes], drafts: bool) -> None:
    """From any bytes in any kind of file a library is made of what is right; the rest are problems that can be told."""
    contents.setdefault("places/a/place.yaml", b"name: a\nkind: town\n")
    files = {file: (b"---\n" + data + b"\n---\n" if file.endswith(".md") else data) for file, data in contents.items()}
    readings = {file: read_records(SourceFile(file, data), SLOTS[file]) for file, data in files.items()}
    assert all(_is_described(problem) for reading in readings.values() for problem in reading.problems)
    intake = select_records(readings, SLOTS, list(check_record_locations(locate_records(files))), drafts=drafts)
    library, findings, _ = link_until_stable(intake, list(files), date(2025, 12, 31))
    assert library.site.title
    assert all(finding.code in MESSAGES for finding in findings)
