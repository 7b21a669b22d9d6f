"""Workbooks as first-time writers fill them: what they mean is taken, nothing false, nothing private, and what is not
sure is asked in the answer."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook

from tests.support.inbox import Desk, Ended
from tests.support.workbooks import QUESTION, READING, Filling, marked_in
from tests.support.workshop import PROJECT
from yishi.cli import main
from yishi.model.date_expressions import WritingContext
from yishi.model.vocabulary import get_built_in_vocabulary
from yishi.workbook.parsed_workbook import format_column_letters
from yishi.workbook.story import is_done, split_story

SENT = Path(__file__).parent / "sent"
"""Workbooks filled in templates of earlier versions."""

NEW = "places/liuxi/nanyuan/issues/ting-che-nan.yaml"


# --- filled in earlier templates --------------------------------------------------------------------------------------

MEANT: dict[tuple[str, str], list[str]] = {
    ("a", "san-dong"): ["2025-09-12 办: 联系", "2025-09-15 办结: 来人换了", "地点：三栋楼下", "主题: 楼院与道路"],
    ("a", "san-dan-yuan"): ["提出: 2025-12..2026-02", "主题: 漏水"],
    ("a", "5-dong"): ["提出: 2026-03", "人数: {数值: 20, 单位: 人, 准确度: over}"],
    ("a", "tiao-guang"): ["主题: 噪声", "138****1234"],
    ("a", "kuai-di"): ["2026-10-08 提出: 物业说月底移", "2026-11-29 看: 今天去看还没移"],
    ("a", "xiang-kai"): ["提出: 未知", "赞成: 63"],
    ("b", "3-hao-lou"): ["标题: 3号楼电梯坏了\n", "提出: 2026-11-28", "2026-11-29 办结: 好了"],
    ("b", "gou-mei"): ["提出: 未知", "问题标签: 狗", "主题: 其他"],
    ("b", "ting-shui"): ["提出: 2026-09-11"],
    ("b", "du-ju"): ["独居老人张**", "主题: 一老一小"],
    ("b", "xia-shui"): ["2026-11-20 办结: 通了", "2026-11-26 重开: 又堵了"],
    ("c", "bus-shelter-glass-broken"): ["2025-04-05", "2025-05-22 resolved: new glass fitted"],
    ("c", "bus-shelter-glass-broken-again"): ["raised: 2025-10\n", "2025-10 raised: Broken again, same pane."],
    ("c", "flooding"): ["raised: 2025-11\n", "Survey planned"],
    ("c", "allotment"): ["headcount: {value: 23, unit: people}"],
    ("c", "warm-hub"): ["raised: 2026-01\n", "2026-03 resolved: Finished"],
    ("d", "xiu-ji"): ["标题: 修机耕路\n", "2025-11-03 办结: 完工 花了86000"],
    ("d", "zi-lai"): ["提出: 2025-09-11", "镇里没批"],
    ("d", "lu-deng"): ["主题: 照明", "坏7盏 修5盏"],
    ("d", "lao-dang"): ["2025-01-29", "人数: 13"],
    ("d", "la-ji"): ["主题: 垃圾清运", "有40户没交"],
    ("d", "cun-min"): ["人数: 118", "内容: 全过"],
}
"""Writer, beginning of a record's name → what the record says. What was to be said was written down first."""

FALSE = {"a": ["13807311234"], "b": ["桂兰", "guilan", "2025-03-20"], "c": ["'2026-02", "\n  - 2026-02"], "d": ["1、"]}
"""Writer → what no record may say: private, of the example, or only planned."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter sites, each with the workbooks of its writers taken in."""
    folder = tmp_path_factory.mktemp("writers")
    for kit, writers in (("zh-town", "abd"), ("en-parish", "c")):
        shutil.copytree(PROJECT / "yishi/content/kits" / kit, folder / kit)
        for writer in writers:
            (folder / f"inbox-{kit}").mkdir(exist_ok=True)
            shutil.copy(SENT / f"{writer}.xlsx", folder / f"inbox-{kit}/{writer}.xlsx")
        with pytest.raises(SystemExit) as ended:
            main(["import", str(folder / f"inbox-{kit}"), "--content", str(_content(folder / kit)), "--as-of",
                  "2026-11-29", "--quiet", "--jobs", "1"])
        assert ended.value.code == 0
    return folder


def _content(kit: Path) -> Path:
    return kit / "content" if (kit / "content").is_dir() else kit


@pytest.mark.parametrize(("writer", "name"), MEANT)
def test_what_a_first_time_writer_means_is_taken(town: Path, writer: str, name: str) -> None:
    """Filled by habit in an earlier template, without steps, with own words, dates and a copied row."""
    kit = "en-parish" if writer == "c" else "zh-town"
    [text] = [file.read_text("utf-8") for file in _content(town / kit).rglob("issues/*.yaml")
              if file.stem == name or (file.stem.startswith(name) and (writer, file.stem) not in MEANT)]
    assert [one for one in MEANT[writer, name] if one not in text] == [], text
    assert not [one for one in FALSE[writer] if one in text]


def test_a_workbook_of_an_earlier_template_is_read_as_before(desk: Desk) -> None:
    """Its columns, its sheets and its marks are known, and nothing of it is asked or read otherwise."""
    shutil.copy(SENT / "earlier-template.xlsx", desk.folder / "inbox/a.xlsx")
    assert desk.codes() == []
    issue = yaml.safe_load(desk.text("places/liuxi/nanyuan/issues/nan-yuan-di-1-jian.yaml"))
    assert (issue["位置"], issue["参与方"]["未成年人"], len(issue["进展"])) == ("erqu", 2, 3)
    assert "事项: 买灯" in desk.text("places/liuxi/nanyuan/meetings/nan-yuan-di-1-jian-de-hui.yaml")


# --- one row, one matter ----------------------------------------------------------------------------------------------


def told(desk: Desk, **cells: Any) -> tuple[dict[str, Any], Ended]:
    """The record of a row of the present template, and how its import ended."""
    filling = desk.template(f"t{len(list(desk.folder.glob('t*.xlsx')))}")
    filling.fill("议题", 3, {"标题": "停车难"} | cells)
    ended = desk.send(filling)
    return yaml.safe_load(desk.text(NEW)) if NEW in desk.records else {}, ended


def test_a_row_tells_a_whole_matter(desk: Desk) -> None:
    """Its steps stand in one cell, a line each; how it stands, who was there and what comes next beside it."""
    issue, ended = told(desk, 主题="车位", 提出="2025-09-01", 现在怎样="办好了", 参与类别="居民、物业",
                        下一步="年底再看", 过程="9.1 居民反映没处停\n9.11 物业查看\n9.15 划了线，办好了")
    assert ended.code == 0
    assert issue["主题"] == "停车"
    assert issue["备注"] == "下一步：年底再看"
    assert [str(next(iter(one.items()))) for one in issue["进展"]] == [
        "('2025-09-01 提出', '居民反映没处停')", "('2025-09-11 调研', '物业查看')",
        "('2025-09-15 办结', '划了线，办好了')"]
    before = desk.records
    assert desk.again().code == 0
    assert desk.records == before


def test_a_row_without_any_step_begins_with_what_was_told(desk: Desk) -> None:
    """The title is enough: the rest is asked about, also the topic of which it has a word, and the record says no more
    than the row."""
    issue, ended = told(desk)
    assert (ended.code, issue["主题"], issue["提出"], issue["进展"]) == (0, "停车", "未知", [{"提出": "停车难"}])
    [answer] = (desk.folder / "taken").rglob("a.returned.xlsx")
    assert len(marked_in(answer, QUESTION)) == 2


@pytest.mark.parametrize(("standing", "ends"), [
    ("刚提出", "提出"), ("在办", "实施"), ("还没解决", "实施"), ("未解决", "实施"), ("办好了", "办结"),
    ("完工", "办结")])
def test_how_a_matter_stands_is_one_of_four_plain_answers(desk: Desk, standing: str, ends: str) -> None:
    """未解决 is never taken as closed."""
    issue, ended = told(desk, 主题="停车", 提出="2025-09-01", 现在怎样=standing)
    assert (ended.code, next(iter(issue["进展"][-1])).split()[-1]) == (0, ends)


def test_what_ended_without_a_solution_needs_its_reason(desk: Desk) -> None:
    """Without one the row comes back; with one, in any words, it is closed."""
    issue, ended = told(desk, 主题="停车", 提出="2025-09-01", 现在怎样="没办成，结案了")
    assert (ended.code, issue) == (1, {})
    issue, ended = told(desk, 主题="停车", 提出="2025-09-01", 现在怎样="没办成，结案了", 未解决原因="没地方")
    assert (ended.code, issue["未解决原因"]) == (0, "暂不具备条件")
    assert "未解决" in str(issue["进展"][-1])


def test_right_rows_are_taken_and_wrong_ones_come_back_alone(desk: Desk) -> None:
    """One wrong cell refuses its row and no other; the answer, mended, brings that row in."""
    filling = desk.template()
    filling.fill("议题", 3, {"标题": "停车难", "主题": "停车", "提出": "2025-09-01"})
    filling.fill("议题", 4, {"标题": "灯不亮", "主题": "路灯", "提出": "2025-09-01", "过程": "=A1"})
    assert desk.send(filling).code == 1
    assert NEW in desk.records
    answer = Filling((desk.folder / "inbox/a.returned.xlsx").read_bytes())
    answer.put("议题", 4, "过程", "看不清路")
    desk.write("inbox/a.returned.xlsx", answer.saved())
    assert desk.imports().code == 0
    assert "看不清路" in desk.text("places/liuxi/nanyuan/issues/deng-bu-liang.yaml")


def test_a_corrected_answer_leaves_nothing_of_what_was_only_guessed(desk: Desk) -> None:
    """A topic in own words is kept as a tag until the right one is chosen; then the tag goes."""
    issue, _ = told(desk, 主题="噪音", 提出="2025-09-01", 位置="月球广场")
    assert (issue["便签"], issue["备注"]) == ({"问题标签": "噪音"}, "地点：月球广场")
    [answer] = (desk.folder / "taken").rglob("a.returned.xlsx")
    mended = Filling(answer.read_bytes())
    mended.fill("议题", 3, {"主题": "停车", "位置": "南园二区"})
    assert desk.send(mended, "b").code == 0
    issue = yaml.safe_load(desk.text(NEW))
    assert (issue["主题"], issue["位置"], "便签" in issue, "备注" in issue) == ("停车", "erqu", False, False)


def test_who_answers_what_was_asked_is_done(desk: Desk) -> None:
    """In one round, although the row has little else: when it was raised, which year was meant, which topic fits."""
    issue, _ = told(desk, 过程="居民反映没处停；2024.3.1 看现场；11.3 划线")
    assert (issue["提出"], issue["进展"][2]) == ("未知", {"实施": "11.3 划线"})
    [answer] = (desk.folder / "taken").rglob("*.returned.xlsx")
    mended = Filling(answer.read_bytes())
    mended.fill("议题", 3, {"提出": "2024-02-01", "主题": "消防",
                         "过程": "居民反映没处停；2024.3.1 去看了现场；2025.11.3 划线"})
    assert desk.send(mended, "b").code == 0
    issue = yaml.safe_load(desk.text(NEW))
    assert (issue["主题"], str(issue["提出"])) == ("消防", "2024-02-01")
    assert issue["进展"] == [{"2024-02-01 提出": "居民反映没处停"}, {"2024-03-01 调研": "去看了现场"},
                           {"2025-11-03 实施": "划线"}]


STORY = "9.1 居民反映没处停；9.5 装了地锁；9.20 划线"


def answer_with(desk: Desk, story: str) -> tuple[list[object], str]:
    """The answer with its story rewritten: the log of the record after it, and what was said."""
    [answer] = (desk.folder / "taken").rglob("a.returned.xlsx")
    mended = Filling(answer.read_bytes())
    mended.fill("议题", 3, {"过程": story})
    said = desk.send(mended, "b")
    return yaml.safe_load(desk.text(NEW))["进展"], said.err


def test_a_story_corrected_in_the_answer_leaves_none_of_its_wrong_steps(desk: Desk) -> None:
    """A step that was read wrongly and told anew, or struck out, goes; it is told which, and in whose place."""
    told(desk, 过程=STORY)
    log, said = answer_with(desk, "9.1 居民反映没处停；9.12 跟物业商量；9.20 划线")
    assert log == [{"2025-09-01 提出": "居民反映没处停"}, {"2025-09-12 协商": "跟物业商量"},
                   {"2025-09-20 实施": "划线"}]
    assert "改过的“过程”里没有这一步了：“2025-09-05 实施 装了地锁”" in said


def test_a_corrected_story_takes_nothing_from_others(desk: Desk) -> None:
    """What somebody changed in the record or told in another workbook stays, whatever the story says."""
    told(desk, 过程=STORY)
    file = desk.folder / "content" / NEW
    file.write_text(file.read_text("utf-8").replace("装了地锁", "装了三把地锁") + "\n", "utf-8")
    log, _ = answer_with(desk, "9.1 居民反映没处停；9.20 划线")
    assert "装了三把地锁" in str(log)
    other = desk.template("c")
    other.fill("进展", 3, {"议题": "停车难", "日期": "9.25", "内容": "加了一块牌子"})
    desk.send(other, "c")
    log, _ = answer_with(desk, "9.1 居民反映没处停；9.20 划线了")
    assert ("加了一块牌子" in str(log), "装了三把地锁" in str(log)) == (True, True)


def test_what_was_read_otherwise_is_shown_in_green(desk: Desk) -> None:
    """A word or a date that was understood differently from how it was typed is told beside its cell."""
    told(desk, 主题="车位", 提出="9.11")
    [answer] = (desk.folder / "taken").rglob("a.returned.xlsx")
    comments = {cell.coordinate: cell.comment.text for row in load_workbook(answer)["议题"].iter_rows() for cell in row
                if cell.comment}
    assert comments == {"E3": "读作：2025-09-11。", "G3": "读作：停车。"}
    assert marked_in(answer, READING) == {"议题!E3", "议题!G3"}


# --- the template -----------------------------------------------------------------------------------------------------


def test_a_template_shows_at_most_ten_columns_and_folds_the_others(desk: Desk) -> None:
    """What is folded is read when it is filled; every list allows own words."""
    sheet = desk.template().sheet("议题")
    letters = [format_column_letters(number) for number in range(3, sheet.max_column + 1)]
    shown = [letter for letter in letters if not sheet.column_dimensions[letter].hidden]
    assert len(shown) <= 10
    assert not any(rule.showErrorMessage for rule in sheet.data_validations.dataValidation)
    issue, ended = told(desk, 主题="停车", 提出="2025-09-01", 来源渠道="热线")
    assert (ended.code, issue["来源渠道"]) == (0, "热线")


def test_each_place_gets_a_workbook_of_its_name(desk: Desk) -> None:
    """`--all` writes one for each community, with its name; `--copies` several."""
    assert desk.run("template", "t.xlsx", "--all", "--copies", "2").code == 0
    assert {file.name for file in desk.folder.glob("t*.xlsx")} == {
        "t-南园-1.xlsx", "t-南园-2.xlsx", "t-北园-1.xlsx", "t-北园-2.xlsx"}


# --- words ------------------------------------------------------------------------------------------------------------

STORIES: dict[str, list[tuple[str, str]]] = {
    "9.11 老王来说井盖松了，9.15 换好了": [("2026-09-11", "老王来说井盖松了"), ("2026-09-15", "换好了")],
    "20250911动工 20251103完工 花了86000": [("2025-09-11", "动工"), ("2025-11-03", "完工 花了86000")],
    "坏7盏 修5盏": [("", "坏7盏 修5盏")],
    "换了水泵，九月初三出水了": [("", "换了水泵"), ("", "九月初三出水了")],
    "9.25 报修\n10.3 修好": [("2026-09-25", "报修"), ("2026-10-03", "修好")],
    "Owner told; hedge cut back 20 May 2026.": [("", "Owner told"), ("2026-05-20", "hedge cut back 20 May 2026.")],
}


@pytest.mark.parametrize("story", STORIES)
def test_a_story_is_split_where_its_writer_begins_anew(story: str) -> None:
    """At lines, sentences and dates; a day without a year follows the one before."""
    steps = split_story(story, WritingContext(date(2026, 11, 29), "YMD", "past"))
    assert [(step.date, step.text) for step in steps] == STORIES[story]


@pytest.mark.parametrize(("text", "done"), [
    ("换好了", True), ("小区门口的坑填平了", True), ("已修", True), ("完工 花了86000", True),
    ("new glass fitted 22 May", True),
    ("还没移", False), ("坏7盏 修5盏", False), ("报修了", False), ("准备修好", False), ("修好了，但是还漏", False),
    ("没修好", False), ("not fixed", False), ("will be replaced", False), ("牌子被拆掉了", False)])
def test_only_plain_words_say_that_a_matter_is_done(text: str, done: bool) -> None:
    """What is denied, planned or taken away is not done."""
    assert is_done(text, get_built_in_vocabulary()) == done


@pytest.mark.parametrize(("name", "word", "key"), [
    ("topic", "路灯", "lighting"), ("topic", "养老", "elder_child"), ("topic", "充电桩", "ebikes"),
    ("topic", "上学", "elder_child"), ("topic", "幼儿园", "elder_child"), ("topic", "小学生", "elder_child"),
    ("topic", "停水", None), ("topic", "文化", None),
    ("reserved_stage", "完工", "resolved"), ("stakeholder", "自来水公司", "utility"),
    ("standing", "未解决", "under_way")])
def test_words_are_known_as_people_say_them(name: str, word: str, key: str | None) -> None:
    """By a list of words, never by likeness."""
    assert get_built_in_vocabulary().key(name, word) == key


def test_every_topic_is_known_by_ten_other_words() -> None:
    """At least."""
    terms = get_built_in_vocabulary().terms["topic"]
    assert [key for key, term in terms.items() if len(term.synonyms) < 10] == []


def test_words_that_nobody_decided_are_listed_with_what_they_may_mean(desk: Desk) -> None:
    """The office takes the lines into site.yaml once; from then on the word is known."""
    told(desk, 主题="路灯电费", 提出="2025-09-01")
    listed = desk.run("words").out
    assert "lighting: {also: 路灯电费}" in listed
    desk.write("content/site.yaml", "标题: 柳溪镇议事\n主题词表:\n  取值:\n    lighting: {also: 路灯电费、电费}\n")
    told(desk, 标题="电费谁出", 主题="电费", 提出="2025-10-01")
    assert "主题: 照明" in desk.text("places/liuxi/nanyuan/issues/dian-fei-shui-chu.yaml")
