"""The entries of a record's lists: steps, visits, actions. What somebody wrote stays unless its writer changes it."""

from typing import Any

import pytest

from tests.support.inbox import ISSUE, Desk
from tests.support.workbooks import Filling

TITLE = "南门路灯不亮"
STEP = {"议题": TITLE, "日期": "2025-03-03", "阶段": "反映"}
MEETING = "places/liuxi/nanyuan/meetings/da-hui.yaml"


def steps(filling: Filling, *texts: str, **more: Any) -> Filling:
    """Rows of the log below each other: each the same day and stage, with another text."""
    for row, text in enumerate(texts, start=3):
        filling.fill("进展", row, {**STEP, "内容": text, **more})
    return filling


def copy_of(desk: Desk) -> Filling:
    """The empty template again, as another person fills it."""
    return Filling((desk.folder / "a.xlsx").read_bytes())


# --- from a template --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", ["2025-03-03", None])
def test_a_step_of_the_same_day_and_stage_is_added(desk: Desk, day: str | None) -> None:
    """A step is never written over by another of its day and stage, not even one that a hand wrote into the file."""
    if day is None:
        desk.write(f"content/{ISSUE}", desk.text(ISSUE).replace("- 2025-03-03 反映", "- 反映"))
    before = desk.text(ISSUE)
    assert desk.send(steps(desk.template(), "还有自行车", "看不清门牌", 日期=day)).code == 0
    head = f"{day} " if day else ""
    new = f"- {head}反映: 还有自行车\n- {head}反映: 看不清门牌\n"
    after = desk.text(ISSUE)
    assert (after.replace(new, ""), after.count(new)) == (before, 1)
    assert desk.again().code == 0
    assert desk.text(ISSUE) == after


@pytest.mark.parametrize("days", [1, 2])
def test_two_people_s_steps_of_one_day_and_stage_are_both_taken(desk: Desk, days: int) -> None:
    """Whether they come together or one after the other, both can be true, and both stand."""
    desk.template()
    for name, text in (("wang", "甲说黑"), ("li", "乙说摔了")):
        desk.write(f"inbox/{name}.xlsx", steps(copy_of(desk), text).saved())
        if days == 2:
            assert desk.imports().code == 0
    assert days == 2 or desk.imports().code == 0
    assert all(text in desk.text(ISSUE) for text in ("居民说看不清路", "甲说黑", "乙说摔了"))


@pytest.mark.parametrize("text", ["居民说看不清路", " 居民说看不清路  "])
def test_a_step_that_says_the_same_is_not_doubled(desk: Desk, text: str) -> None:
    """Neither one that stands in the file, nor one that stands twice in a workbook or in two people's."""
    before = desk.text(ISSUE)
    desk.template()
    assert desk.send(steps(copy_of(desk), text, text)).code == 0
    assert desk.text(ISSUE) == before
    for name in ("wang", "li"):
        desk.write(f"inbox/{name}.xlsx", steps(copy_of(desk), "看不清  门牌", "看不清 门牌").saved())
    assert desk.imports().code == 0
    assert desk.text(ISSUE).count("门牌") == 1


def test_what_a_step_leaves_open_is_added_to_it(desk: Desk) -> None:
    """The day, or who did it, written into the same row a week later: the step gets it, and is no second one."""
    filling = steps(desk.template(), "看不清门牌", 日期=None)
    assert desk.send(filling).code == 0
    filling.fill("进展", 3, {"日期": "2025-04-01", "由谁": "居委会"})
    assert desk.send(filling).code == 0
    assert desk.text(ISSUE).count("看不清门牌") == 1
    assert all(text in desk.text(ISSUE) for text in ("2025-04-01", "居委会"))


@pytest.mark.parametrize(("sheet", "first", "other"), [
    ("回访", {"日期": "2025-08-01", "结果": "有效", "内容": "还亮"}, {"内容": "有点暗"}),
    ("回访", {"日期": "2025-08-01", "结果": "有效"}, {"日期": "2025-09-01"}),
    ("行动计划", {"事项": "买灯", "承诺期限": "2025-04-01"}, {"承诺期限": "2025-09-01"}),
    ("行动计划", {"事项": "买灯", "牵头": "物业"}, {"牵头": "居委会"})])
def test_no_list_loses_an_entry(desk: Desk, sheet: str, first: dict[str, str], other: dict[str, str]) -> None:
    """What holds for steps holds for visits and for actions: another one of the same day or matter is a new one."""
    desk.write(f"content/{MEETING}", "标题: 大会\n日期: 2025-03-05\n")
    parent = {"会议": "大会"} if sheet == "行动计划" else {"议题": TITLE}
    file = MEETING if sheet == "行动计划" else ISSUE
    desk.template()
    for entry in (first, {**first, **other}):
        filling = copy_of(desk)
        filling.fill(sheet, 3, {**parent, **entry})
        assert desk.send(filling).code == 0
    text = desk.text(file)
    assert all(text.count(value) >= 1 + (key not in other) for key, value in first.items())
    assert all(value in text for value in other.values())


def test_what_becomes_of_a_step_is_told_in_words(desk: Desk) -> None:
    """A step that is added or changed is told with its words, before anything is written."""
    filling = desk.exported()
    filling.put("进展", 3, "内容", "居民说黑")
    filling.fill("进展", 5, {**STEP, "地方": "南园", "内容": "看不清门牌"})
    desk.write("inbox/a.xlsx", filling.saved())
    told = desk.imports("--dry-run").out
    assert "内容：“居民说看不清路”改为“居民说黑”" in told
    assert "看不清门牌" in told


# --- from an export ---------------------------------------------------------------------------------------------------


def with_two_steps(desk: Desk, day: str) -> str:
    """Two steps of the same day and stage in the file; what the file says."""
    desk.write(f"content/{ISSUE}", desk.text(ISSUE).replace(
        "- 2025-03-03 反映: 居民说看不清路 # 第一步\n", f"- {day}反映: 甲说黑\n- {day}反映: 乙说摔了\n"))
    return desk.text(ISSUE)


@pytest.mark.parametrize("day", ["", "2025-03-03 "])
def test_a_row_deleted_and_the_next_one_edited(desk: Desk, day: str) -> None:
    """The step whose row was deleted stays, and the other is changed, not doubled."""
    before = with_two_steps(desk, day)
    filling = desk.exported()
    filling.sheet("进展").delete_rows(3)
    filling.put("进展", 3, "内容", "乙说摔了一跤")
    assert desk.send(filling).code == 0
    assert desk.text(ISSUE) == before.replace("乙说摔了", "乙说摔了一跤")
    assert desk.again().code == 0
    assert desk.text(ISSUE) == before.replace("乙说摔了", "乙说摔了一跤")


def test_an_edited_row_and_a_new_one_of_the_same_day(desk: Desk) -> None:
    """In an export a row is changed, an emptied cell taken out, and a new row is a new step, copied or typed."""
    desk.write(f"content/{ISSUE}", desk.text(ISSUE).replace(
        "- 2025-03-03 反映: 居民说看不清路", "- {日期: 2025-03-03, 阶段: 反映, 内容: 居民说看不清路, 由谁: 居委会}"))
    filling = desk.exported()
    copied = [filling.sheet("进展").cell(3, column).value for column in (1, 2)]
    filling.fill("进展", 3, {"内容": "居民说黑", "由谁": None})
    filling.fill("进展", 5, {"#id": copied[0], "#base": copied[1], **STEP, "地方": "南园", "内容": "抄的一行"})
    filling.fill("进展", 6, {**STEP, "地方": "南园", "内容": "新的一行"})
    assert desk.send(filling).code == 0
    text = desk.text(ISSUE)
    assert ("由谁" in text, "看不清路" in text, text.count("反映")) == (False, False, 3)
    assert text.index("居民说黑") < text.index("抄的一行") < text.index("新的一行") < text.index("协商")


CORRECTED: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "进展": ({"日期": "2025-03-10", "阶段": "协商", "内容": "商定"},
           {"日期": "2025-03-11", "阶段": "实施", "内容": "商定换灯"}),
    "回访": ({"日期": "2025-06-10", "结果": "有效", "内容": "亮一半"},
           {"日期": "2025-06-11", "结果": "部分", "内容": "只亮一半"}),
    "行动计划": ({"事项": "换灯", "承诺期限": "2025-04-01"},
             {"事项": "换好灯", "承诺期限": "2025-04-02", "完成日": "2025-03-30"}),
}
"""Sheet → what an entry says, and how everything of it is corrected."""


@pytest.mark.parametrize("only", [1, 2, 3])
@pytest.mark.parametrize("sheet", CORRECTED)
def test_an_entry_is_corrected_by_its_own_row_of_an_export(desk: Desk, sheet: str, only: int) -> None:
    """However much of it: what it said before does not stay beside it."""
    old, new = CORRECTED[sheet]
    desk.write(f"content/{MEETING}", "标题: 大会\n日期: 2025-03-05\n")
    filling = desk.template()
    filling.fill(sheet, 3, {**({"会议": "大会"} if sheet == "行动计划" else {"议题": TITLE}), **old})
    assert desk.send(filling).code == 0
    filling = desk.exported()
    [row] = [cell.row for column in filling.sheet(sheet).iter_cols() for cell in column
             if cell.value == [*old.values()][0 if sheet == "行动计划" else 2]]
    changed = dict([*new.items()][-only:])
    filling.fill(sheet, row, changed)
    file = MEETING if sheet == "行动计划" else ISSUE
    before = desk.text(file)
    assert desk.send(filling).err == ""
    text = desk.text(file)
    assert all(value in text for value in changed.values())
    assert text.count("- ") == before.count("- ")


def test_a_follow_up_keeps_the_word_of_its_result(desk: Desk) -> None:
    """Where only its day is corrected, what was found is still said as people say it."""
    desk.write(f"content/{ISSUE}", desk.text(ISSUE) + "回访:\n- 2025-06-10 有效: 都亮\n")
    filling = desk.exported()
    filling.put("回访", 3, "日期", "2025-06-11")
    assert desk.send(filling).err == ""
    assert "- 2025-06-11 有效: 都亮\n" in desk.text(ISSUE)


def test_a_new_step_typed_over_an_old_one_is_asked_about(desk: Desk) -> None:
    """Another text on another day may be another step: nothing is changed, and nothing doubled."""
    before = desk.text(ISSUE)
    filling = desk.exported()
    filling.fill("进展", 3, {"日期": "2025-03-05", "内容": "又有人说黑"})
    desk.write("inbox/a.xlsx", filling.saved())
    assert [(one["code"], one["cell"]) for one in desk.problems()] == [("entry_replaced", "进展!G3")]
    assert desk.text(ISSUE) == before


def test_an_entry_corrected_in_rows_that_were_sorted_apart_is_not_doubled(desk: Desk) -> None:
    """The visible cells of two rows change places without their hidden ones, and one of them is corrected."""
    filling = desk.exported()
    sheet = filling.sheet("进展")
    for column in range(3, 10):
        one, other = sheet.cell(3, column), sheet.cell(4, column)
        one.value, other.value = other.value, one.value
    filling.put("进展", 3, "内容", "现场看灯: 换两盏")
    before = desk.text(ISSUE)
    assert desk.send(filling).code == 0
    assert desk.text(ISSUE) == before.replace("现场看灯: 换", "现场看灯: 换两盏")


@pytest.mark.parametrize(("sheet", "first", "later"), [
    ("回访", {"日期": "2025-06-10", "结果": "有效"}, {"内容": "都亮", "由谁": "居民"}),
    ("进展", {"日期": "2025-03-10", "阶段": "办结"}, {"内容": "都换了"}),
    ("行动计划", {"事项": "买灯", "承诺期限": "2025-04-01"}, {"完成日": "2025-03-30", "牵头": "物业"})])
def test_what_is_filled_in_later_is_no_second_entry(desk: Desk, sheet: str, first: dict[str, str],
                                                     later: dict[str, str]) -> None:
    """What was left empty in a row is added to its entry; one that was taken out of the file meanwhile is asked."""
    filling = desk.template()
    filling.fill("议题", 3, {"标题": "停车难", "主题": "停车", "提出": "2025-03-01"})
    filling.fill("进展", 9, {"议题": "停车难", "日期": "2025-03-01", "阶段": "反映", "内容": "没处停"})
    filling.fill("会议", 3, {"标题": "大会", "日期": "2025-03-05"})
    filling.fill(sheet, 3, {**({"会议": "大会"} if sheet == "行动计划" else {"议题": "停车难"}), **first})
    assert desk.send(filling).code == 0
    path = MEETING if sheet == "行动计划" else "places/liuxi/nanyuan/issues/ting-che-nan.yaml"
    key = next(iter(first.values()))
    taken_out = "".join(line for line in desk.text(path).splitlines(keepends=True) if key not in line)
    filling.fill(sheet, 3, later)
    assert desk.send(filling).code == 0
    text = desk.text(path)
    assert text.count(key) == 1
    assert all(value in text for value in later.values())
    if sheet == "进展":
        filling.put(sheet, 3, "由谁", "居委会")
        desk.write(f"content/{path}", taken_out)
        assert desk.send(filling).code == 1
        assert desk.text(path) == taken_out


def test_a_correction_of_a_step_that_was_taken_out_is_asked_about(desk: Desk) -> None:
    """It neither comes back nor is what its writer wrote lost."""
    filling = desk.exported()
    filling.put("进展", 3, "内容", "居民说黑")
    text = desk.text(ISSUE).replace("- 2025-03-03 反映: 居民说看不清路 # 第一步\n", "")
    desk.write(f"content/{ISSUE}", text)
    assert desk.send(filling).code == 1
    assert desk.text(ISSUE) == text


def test_two_entries_that_say_the_same_stay_with_their_records(desk: Desk) -> None:
    """Rows that were handed out alike are not taken for each other's."""
    desk.write("content/places/liuxi/beiyuan/issues/ludeng.yaml", desk.text(ISSUE).replace("位置: erqu\n", ""))
    filling = desk.exported()
    before = desk.records
    assert desk.send(filling).err == ""
    assert desk.records == before


def test_a_row_that_nobody_touched_takes_back_no_correction(desk: Desk) -> None:
    """A step corrected or taken out in the file since the export stays so, whatever else the workbook changes."""
    filling = desk.exported()
    corrected = desk.text(ISSUE).replace("看不清路", "看不清路面")
    corrected = corrected.replace("- '2025-03-10 协商: 现场看灯: 换'\n", "")
    desk.write(f"content/{ISSUE}", corrected)
    filling.put("议题", 3, "简介", "灯坏了")
    assert desk.send(filling).code == 0
    assert desk.text(ISSUE).replace("简介: 灯坏了\n", "") == corrected


def test_a_step_that_was_changed_on_both_sides_is_asked_about(desk: Desk) -> None:
    """A row that changes what was changed in the file since the export is neither lost nor written over it."""
    filling = desk.exported()
    filling.put("进展", 3, "内容", "居民说黑")
    desk.write(f"content/{ISSUE}", desk.text(ISSUE).replace("看不清路", "看不清路面"))
    before = desk.text(ISSUE)
    desk.write("inbox/a.xlsx", filling.saved())
    found = desk.problems()
    assert [(problem["code"], problem["cell"]) for problem in found] == [("entry_changed_since", "进展!G3")]
    assert desk.text(ISSUE) == before


def test_two_people_who_fill_different_columns_of_a_step_do_not_disturb_each_other(desk: Desk) -> None:
    """The text by one and the doer by another, of one step in two exports: both are taken."""
    anna, ben = desk.exported(), Filling((desk.folder / "e.xlsx").read_bytes())
    anna.put("进展", 3, "由谁", "居委会")
    ben.put("进展", 3, "内容", "居民说黑")
    for name, filling in (("anna", anna), ("ben", ben)):
        desk.write(f"inbox/{name}.xlsx", filling.saved())
    assert desk.imports().code == 0
    assert desk.text(ISSUE).count("反映") == 1
    assert all(text in desk.text(ISSUE) for text in ("由谁: 居委会", "内容: 居民说黑"))


@pytest.mark.parametrize("is_exported", [False, True])
def test_a_step_that_was_moved_to_another_matter_is_told_where_it_still_stands(desk: Desk, is_exported: bool) -> None:
    """Who corrects the matter of a step hears that it stands in the first one too; nothing is deleted unasked."""
    filling = desk.template()
    for row, title in ((3, "停车难"), (4, "没处停车")):
        filling.fill("议题", row, {"标题": title, "主题": "停车", "提出": "2025-06-01"})
        filling.fill("进展", row, {"议题": title, "日期": "2025-06-01", "阶段": "反映", "内容": f"{title}的第一步"})
    filling.fill("进展", 5, {"议题": "停车难", "日期": "2025-06-02", "阶段": "协商", "内容": "写错了地方"})
    assert desk.send(filling).code == 0
    assert desk.send(filling).err == ""
    if is_exported:
        filling = desk.exported()
    sheet = filling.sheet("进展")
    row = next(cell.row for column in sheet.iter_cols() for cell in column if cell.value == "写错了地方")
    cell = filling.put("进展", row, "议题", "没处停车")
    desk.write("inbox/b.xlsx", filling.saved())
    [told] = desk.problems()
    assert (told["code"], told["level"], told["cell"]) == ("entry_moved", "warning", cell)
    assert "停车难" in told["message"]
    assert all("写错了地方" in desk.text(f"places/liuxi/nanyuan/issues/{name}.yaml")
               for name in ("ting-che-nan", "mei-chu-ting-che"))
    path = desk.folder / "content/places/liuxi/nanyuan/issues/ting-che-nan.yaml"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "写错了地方" not in line), "utf-8")
    assert desk.send(filling, "c").err == ""
    assert "写错了地方" not in path.read_text("utf-8")


def test_a_step_that_was_copied_to_another_matter_is_not_told(desk: Desk) -> None:
    """It stands in both since its writer wants it there."""
    filling = desk.exported()
    source = filling.sheet("进展")
    for column in range(1, 9):
        source.cell(6, column).value = source.cell(3, column).value
    filling.fill("议题", 5, {"标题": "停车难", "主题": "停车", "提出": "2025-03-01", "地方": "南园"})
    filling.put("进展", 6, "议题", "停车难")
    assert desk.send(filling).err == ""
