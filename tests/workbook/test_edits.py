"""A record file with some values changed: what is written is read as it was meant, and nothing else is touched."""

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishi.content.load import read_records
from yishi.content.yaml_source import SourceFile
from yishi.model.paths import RecordLocation
from yishi.workbook.file_edit import edit_file, write_new_file
from yishi.workbook.yaml_edit import EntryEdit, RecordEdit

ISSUE = """\
# 第一行
标题: 南门路灯不亮   # 原标题

主题: [照明]
提出: "2025-03-03"   # 引号
# 关于参与方
参与方:
    参与类别: [居民]   # 四格
简介: >-
  晚上
  看不清
进展: # 三步
- 2025-03-03 反映: 看不清路 # 第一步
  # 之间
- {日期: 2025-03-10, 阶段: 协商, 内容: 看灯} # 第二步
- '2025-03-20 办结: 亮了: 好'

成效: {类别: 设施改造, 内容: 换灯}
# 最后
"""

SIGNS = "灯a1 :#-'\"[]{}&*!|>%@`,，：？?~=\\😀"
TEXTS = st.text(st.sampled_from(SIGNS), min_size=1, max_size=12).map(str.strip).filter(bool)
TEXTS = TEXTS | st.sampled_from(["null", "Null", "NULL", "~", "a #b", "#b", "a\n~"])


def said(text: str, suffix: str = ".yaml") -> dict[str, object]:
    """What the file says; it must be readable."""
    reading = read_records(SourceFile(f"x{suffix}", text.encode()), RecordLocation("issue", "places/a/issues/x"))
    unreadable = [problem for problem in reading.problems if problem.code in ("yaml", "duplicate_key", "needs_quotes")]
    assert unreadable == []
    return dict(reading.entries[""])


@given(TEXTS)
def test_any_text_is_read_as_it_was_meant(text: str) -> None:
    """Whatever stands in a cell, the record says just that, in a file that was there and in a new one."""
    change = RecordEdit({("title",): text, ("decision", "text"): text, ("causes",): [text, "x"], ("topic",): [text]},
                        {"log": [EntryEdit(0, {"text": text}), EntryEdit(1, {"text": text}), EntryEdit(2),
                                 EntryEdit(None, {
                            "date": "2025-04-01", "stage": "评估", "text": text})]})
    found = said(edit_file(ISSUE, "issue", change, "zh-Hans", ".yaml"))
    assert found["title"] == text
    assert found["decision"] == {"text": text}
    assert found["causes"] == [text, "x"]
    assert found["topic"] == [text]
    fresh = RecordEdit(change.values, {"log": [EntryEdit(None, {"stage": "评估", "text": text})]})
    new = said(write_new_file("issue", fresh, "zh-Hans", ".yaml", "a-1"))
    assert {key: new[key] for key in ("title", "decision", "causes", "topic")} == {
        key: found[key] for key in ("title", "decision", "causes", "topic")}
    log = new["log"]
    assert isinstance(log, list)
    assert log[0] in ({"stage": "评估", "text": text}, f"评估: {text}")


CHANGES: dict[str, tuple[RecordEdit, list[str]]] = {
    "a value": (RecordEdit({("title",): "灯"}), ["-标题: 南门路灯不亮   # 原标题", "+标题: 灯   # 原标题"]),
    "a value in quotes": (RecordEdit({("raised",): "2025-03-02"}),
                          ['-提出: "2025-03-03"   # 引号', '+提出: "2025-03-02"   # 引号']),
    "a part's value": (RecordEdit({("participants", "over60"): "3"}), ["+    六十岁以上: 3"]),
    "a value in braces": (RecordEdit({("outcome", "text"): "新灯"}),
                          ["-成效: {类别: 设施改造, 内容: 换灯}", "+成效: {类别: 设施改造, 内容: 新灯}"]),
    "a new key": (RecordEdit({("due",): "2025-05-31"}), ["+承诺期限: 2025-05-31"]),
    "a key taken out": (RecordEdit({("summary",): None}), ["-简介: >-", "-  晚上", "-  看不清"]),
    "a new entry": (RecordEdit({}, {"log": [EntryEdit(0), EntryEdit(1), EntryEdit(2), EntryEdit(None, {
        "date": "2025-03-22", "stage": "评估", "text": "好"})]}), ["+- 2025-03-22 评估: 好"]),
    "an entry between": (RecordEdit({}, {"log": [EntryEdit(0), EntryEdit(1), EntryEdit(None, {
        "date": "2025-03-12", "stage": "实施", "text": "买灯"}), EntryEdit(2)]}), ["+- 2025-03-12 实施: 买灯"]),
    "an entry's text": (RecordEdit({}, {"log": [EntryEdit(0, {"text": "黑"}), EntryEdit(1), EntryEdit(2)]}),
                        ["-- 2025-03-03 反映: 看不清路 # 第一步", "+- 2025-03-03 反映: 黑 # 第一步"]),
    "an entry's key": (RecordEdit({}, {"log": [EntryEdit(0), EntryEdit(1, {"by": "居委会"}), EntryEdit(2)]}),
                       ["-- {日期: 2025-03-10, 阶段: 协商, 内容: 看灯} # 第二步",
                        "+- {日期: 2025-03-10, 阶段: 协商, 内容: 看灯, 由谁: 居委会} # 第二步"]),
    "an entry in quotes": (RecordEdit({}, {"log": [EntryEdit(0), EntryEdit(1), EntryEdit(2, {"text": "亮"})]}),
                           ["-- '2025-03-20 办结: 亮了: 好'", "+- '2025-03-20 办结: 亮'"]),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_only_the_lines_of_what_changes_change(kind: str) -> None:
    """Each change shows in its own lines; comments, order, indents, blanks and quotes of all others stay."""
    change, wanted = CHANGES[kind]
    after = edit_file(ISSUE, "issue", change, "zh-Hans", ".yaml")
    lines = list(difflib.unified_diff(ISSUE.splitlines(), after.splitlines(), lineterm="", n=0))[2:]
    assert [line for line in lines if not line.startswith("@@")] == wanted


LAID_OUT = {
    "braces": "{标题: 旧, 主题: [照明], 提出: 2025-03-03}\n",
    "indented keys": "  标题: 旧\n  主题: [照明]\n  提出: 2025-03-03\n",
    "two keys in a line that nobody would write": "{标题: 旧,\n主题: [照明], 提出: 2025-03-03}",
    "no line break at the end": "主题: [照明]\n提出: 2025-03-03\n标题: 旧",
    "English keys": "title: 旧\ntopic: [照明]\nraised: 2025-03-03\n",
}


@pytest.mark.parametrize("layout", LAID_OUT)
def test_a_record_in_any_layout_is_changed(layout: str) -> None:
    """Where the lines of a key cannot be told apart the record is written anew, with the same other values; new keys
    are called as the others are."""
    source = LAID_OUT[layout]
    change = RecordEdit({("title",): "新", ("due",): "2025-05-31", ("summary",): None})
    after = edit_file(source, "issue", change, "zh-Hans", ".yaml")
    assert said(after) == {**said(source), "title": "新", "due": "2025-05-31"}
    assert ("due:" in after) == ("title:" in after) == (layout == "English keys")


def test_of_a_text_only_the_part_that_changed_is_written() -> None:
    """A Markdown record keeps its text when a key changes, and its keys when the text does."""
    source = "---\n标题: 旧\n---\n\n## 经过\n\n一起看。\n"
    titled = edit_file(source, "case", RecordEdit({("title",): "新"}), "zh-Hans", ".md")
    assert titled == source.replace("旧", "新")
    told = edit_file(source, "case", RecordEdit({("body",): "再看。"}), "zh-Hans", ".md")
    assert told.startswith("---\n标题: 旧\n---\n")
    assert told.endswith("再看。\n")
    assert "一起看" not in told


def test_an_entry_of_a_file_in_braces_is_changed() -> None:
    """One of several records in a file, however they are laid out: the others stay."""
    change = RecordEdit({("name",): "新院"})
    before = "{a: {名称: 旧院, 类别: 小区}, b: {名称: 邻院, 类别: 小区}}"
    after = edit_file(before, "location", change, "zh-Hans", ".yaml", "a")
    location = RecordLocation("location", "places/t/locations")
    entries = read_records(SourceFile("places/t/locations.yaml", after.encode()), location).entries
    assert {name: entry["name"] for name, entry in entries.items()} == {"a": "新院", "b": "邻院"}
