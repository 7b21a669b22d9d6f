"""A cell changes a field only if it is known what its writer saw there; whatever else differs is asked."""

from pathlib import Path

import pytest

from tests.support.inbox import ISSUE, Desk
from tests.support.workbooks import Filling, marked_in

ISSUES = "places/liuxi/nanyuan/issues"
LAMP = f"{ISSUES}/lou-dao-deng-bu-liang.yaml"


def matter(filling: Filling, title: str, step: str = "居民反映", row: int = 3, day: str = "2025-06-01",
           **more: str) -> Filling:
    """A matter with one step, in a row of its own."""
    filling.fill("议题", row, {"标题": title, "主题": "照明", "提出": day, **more})
    filling.fill("进展", row, {"议题": title, "日期": day, "阶段": "反映", "内容": step})
    return filling


def same_template(desk: Desk) -> Filling:
    """The one template that everybody fills."""
    file: Path = desk.folder / "one.xlsx"
    if not file.exists():
        desk.template("one")
    return Filling(file.read_bytes())


def asked(desk: Desk, filling: Filling, name: str = "b") -> set[str]:
    """Sends a workbook that must be asked about and must change nothing; the cells that ask."""
    before = desk.records
    assert desk.send(filling, name).code == 1
    assert desk.records == before
    return marked_in(desk.folder / f"inbox/{name}.returned.xlsx")


def accepted(desk: Desk, filling: Filling, name: str = "a") -> None:
    """Sends a workbook that must be taken."""
    ended = desk.send(filling, name)
    assert (ended.code, ended.err) == (0, "")


def change(desk: Desk, path: str, old: str, new: str) -> None:
    """A correction by hand, in the file."""
    text = desk.text(path)
    assert old in text
    desk.write(f"content/{path}", text.replace(old, new))


# --- two writers ------------------------------------------------------------------------------------------------------


OTHERS = {
    "on another day": ("2026-01-05", "西门的灯", "西门黑", "议题!E3"),
    "on the same day": ("2025-06-01", "西门的灯", "西门黑", "议题!M3"),
    "on the same day, with the same step": ("2025-06-01", "西门的灯", "居民反映", "议题!M3"),
}
"""Day, summary and step of another matter of the same title, and the cell that asks."""


@pytest.mark.parametrize("case", OTHERS)
@pytest.mark.parametrize("template", ["same", "fresh"])
def test_another_matter_of_the_same_title_overwrites_nothing(desk: Desk, case: str, template: str) -> None:
    """A row that somebody else filled, in the same template or in another, is asked about, however it is called."""
    day, text, step, cell = OTHERS[case]
    accepted(desk, matter(same_template(desk), "楼道灯不亮", 简介="东门的灯", 原因="灯坏", 人数="20"))
    other = same_template(desk) if template == "same" else desk.template("fresh")
    assert cell in asked(desk, matter(other, "楼道灯不亮", step, day=day, 简介=text))


def test_another_meeting_of_the_same_title_overwrites_nothing(desk: Desk) -> None:
    """What holds for matters holds for meetings: the second one is asked about."""
    for name, day in (("东区", "2025-03-10"), ("西区", "2026-03-10")):
        filling = same_template(desk)
        filling.fill("会议", 3, {"标题": "业主大会", "日期": day, "简介": f"{name}业主"})
        filling.fill("行动计划", 3, {"会议": "业主大会", "事项": f"{name}的事"})
        if name == "东区":
            accepted(desk, filling)
    assert asked(desk, filling)


def test_a_new_step_beside_one_that_was_corrected_is_taken(desk: Desk) -> None:
    """A second step of the same day and stage is no change of the first, also where that was corrected in the file."""
    filling = matter(same_template(desk), "楼道灯不亮", "晚上看不清")
    accepted(desk, filling)
    change(desk, LAMP, "晚上看不清", "晚上看不清路")
    filling.fill("进展", 4, {"议题": "楼道灯不亮", "日期": "2025-06-01", "阶段": "反映", "内容": "又有人说"})
    accepted(desk, filling)
    assert all(text in desk.text(LAMP) for text in ("反映: 晚上看不清路", "反映: 又有人说"))


@pytest.mark.parametrize("ratings", [("达到", "未达到"), ("达到", "达到")])
def test_one_score_sheet_filled_by_two_reviewers_changes_no_review(desk: Desk, ratings: tuple[str, str]) -> None:
    """A second expert who fills the same sheet is asked, also where only the words differ; sent again, it is not."""
    desk.write("content/places/liuxi/events/zhanyan.yaml", "标题: 秋季展演\n日期: 2025-09-11\n分组:\n"
               "  - 展演内容: [{地方: nanyuan}]\n")
    assert desk.run("template", "s.xlsx", "--kind", "scores").code == 0

    def sheet(rating: str, finding: str) -> Filling:
        filling = Filling((desk.folder / "s.xlsx").read_bytes())
        filling.fill("点评人", 3, {"点评人身份": "专家"})
        filling.fill("打分", 3, {"评级": rating, "发现": finding})
        return filling

    accepted(desk, sheet(ratings[0], "看得清"))
    before = desk.records
    accepted(desk, sheet(ratings[0], "看得清"))
    assert desk.records == before
    assert asked(desk, sheet(ratings[1], "看不清"))


def test_a_score_sheet_corrected_and_sent_again_makes_no_second_review(desk: Desk) -> None:
    """The reviewer's part is corrected, and nothing else: it changes the review, or is asked where that says little; a
    sheet in which nobody filled anything is told."""
    desk.write("content/places/liuxi/events/zhanyan.yaml", "标题: 秋季展演\n日期: 2025-09-11\n分组:\n"
               "  - 展演内容: [{地方: nanyuan}]\n")
    assert desk.run("template", "s.xlsx", "--kind", "scores").code == 0
    filling = Filling((desk.folder / "s.xlsx").read_bytes())
    desk.write("inbox/b.xlsx", filling.saved())
    assert [(one["code"], one["level"]) for one in desk.problems()] == [("workbook_empty", "error")]
    (desk.folder / "inbox/b.xlsx").unlink()
    before = desk.records.keys()
    for number, who in enumerate(("专家", "城市规划专家", "居民")):
        filling.fill("点评人", 3, {"点评人身份": who})
        for row in range(3, 4 + number):
            filling.fill("打分", row, {"评级": "达到", "发现": f"看得清{row}"})
        if number == 1:
            assert asked(desk, filling, "a")
            filling.fill("点评人", 3, {"点评人身份": "专家"})
        accepted(desk, filling)
        [review] = desk.records.keys() - before
    assert ": 居民\n" in desk.text(review)


def test_a_location_that_is_renamed_in_its_own_template_is_asked_about(desk: Desk) -> None:
    """The old one stays as it is, and no second one is made; one of quite another name is a new one."""
    filling = desk.template()
    filling.fill("小区或空间", 3, {"名称": "二号院", "类别": "小区"})
    accepted(desk, filling)
    filling.put("小区或空间", 3, "名称", "二号大院")
    assert asked(desk, filling) == {"小区或空间!D3"}
    filling.put("小区或空间", 3, "名称", "东门广场")
    accepted(desk, filling, "b")
    assert desk.text("places/liuxi/nanyuan/locations.yaml").count("# row") == 2


def test_a_draft_whose_cell_was_emptied_is_told(desk: Desk) -> None:
    """It stays a draft, since an emptied cell of a template takes nothing out; how it is published is said."""
    filling = matter(same_template(desk), "楼道灯不亮", 草稿="是")
    accepted(desk, filling)
    filling.put("议题", 3, "草稿", None)
    desk.write("inbox/a.xlsx", filling.saved())
    assert [(one["code"], one["level"]) for one in desk.problems()] == [("draft_emptied", "warning")]
    filling.put("议题", 3, "草稿", "否")
    accepted(desk, filling)
    filling.put("议题", 3, "草稿", None)
    accepted(desk, filling)
    assert "草稿: 是" not in desk.text(LAMP)


# --- stale exports ----------------------------------------------------------------------------------------------------


def test_of_two_exports_the_second_overwrites_nothing_that_its_writer_did_not_see(desk: Desk) -> None:
    """Both change the same cells, one after the other: what the first wrote stays, and the second is asked."""
    anna = desk.exported()
    ben = Filling((desk.folder / "e.xlsx").read_bytes())
    eve = Filling((desk.folder / "e.xlsx").read_bytes())
    for filling, name in ((anna, "安"), (ben, "本")):
        filling.fill("议题", 3, {"简介": f"{name}写的", "主题": "停车" if name == "安" else "噪声"})
        filling.put("进展", 3, "内容", f"{name}写的")
    accepted(desk, anna)
    assert asked(desk, ben) == {"议题!H3", "议题!N3", "进展!G3"}
    eve.put("议题", 3, "位置", None)
    change(desk, ISSUE, "位置: erqu", "位置: nanyuan/erqu")
    (desk.folder / "inbox/b.xlsx").unlink()
    change(desk, ISSUE, "提出: 2025-03-03", "提出: 2025-03-02")
    eve.put("议题", 3, "提出", None)
    assert "议题!F3" in asked(desk, eve, "c")


def test_what_an_export_could_not_show_is_not_overwritten(desk: Desk) -> None:
    """A text that no cell can hold leaves the cell empty; what is typed there does not replace it unasked."""
    filling = desk.exported()
    filling.put("案例", 3, "正文", "## 经过\n\n后来灯亮了。")
    assert len(asked(desk, filling)) == 1


def test_a_text_with_blanks_that_no_cell_keeps_is_shown_and_stays(desk: Desk) -> None:
    """A tab or an unbreakable blank is a blank in its cell; one that leaves the cell as it is leaves the file so."""
    change(desk, ISSUE, "标题: ", '标题: "灯\\t坏" #')
    change(desk, ISSUE, "提出:", '备注: "二\\u00a0号楼"\n提出:')
    filling = desk.exported()
    sheet = filling.sheet("议题")
    shown = {str(heading.value).rstrip(" *"): cell.value for heading, cell in zip(sheet[1], sheet[3], strict=True)}
    assert (shown["标题"], shown["备注"]) == ("灯 坏", "二 号楼")
    filling.put("议题", 3, "简介", "新写的")
    accepted(desk, filling)
    text = desk.text(ISSUE)
    assert all(one in text for one in ('"灯\\t坏"', '"二\\u00a0号楼"', "新写的"))


# --- corrected by hand, and sent again --------------------------------------------------------------------------------


def test_what_was_corrected_by_hand_stays_when_the_same_workbook_comes_again(desk: Desk) -> None:
    """Texts, steps and values that were changed or taken out in the file stay so, also as the workbook grows, for ever
    and without a question."""
    filling = matter(same_template(desk), "楼道灯不亮", "晚上看不清", 简介="一", 备注="老王家门口", 牵头="物业")
    filling.fill("进展", 4, {"议题": "楼道灯不亮", "日期": "2025-06-03", "阶段": "协商", "内容": "说漏了嘴"})
    accepted(desk, filling)
    change(desk, LAMP, "标题: 楼道灯不亮", "标题: 三楼灯不亮")
    change(desk, LAMP, "提出: 2025-06-01", "提出: 2025-05-31")
    change(desk, LAMP, "简介: 一", "简介: 手改的")
    change(desk, LAMP, "备注: 老王家门口\n", "")
    change(desk, LAMP, "反映: 晚上看不清", "反映: 晚上看不清路")
    change(desk, LAMP, "  - 2025-06-03 协商: 说漏了嘴\n", "")
    before = desk.records
    for _ in range(2):
        accepted(desk, filling)
        assert desk.records == before
    filling.fill("进展", 5, {"议题": "楼道灯不亮", "日期": "2025-06-09", "阶段": "实施", "内容": "换灯"})
    filling.put("议题", 3, "承诺期限", "2025-07-01")
    filling.put("议题", 3, "牵头", "居委会")
    accepted(desk, filling)
    text = desk.text(LAMP)
    stays = ("标题: 三楼灯不亮", "提出: 2025-05-31", "简介: 手改的", "晚上看不清路")
    assert all(one in text for one in (*stays, "换灯", "承诺期限: 2025-07-01", "牵头: 居委会"))
    assert not any(one in text for one in ("老王", "说漏了嘴", "物业"))


def test_a_table_that_comes_again_sets_nothing_back(desk: Desk) -> None:
    """The rows of a CSV file have no hidden id; what was corrected by hand stays all the same."""
    for text in ("一", "一", "二"):
        desk.write("inbox/议题.csv", f"标题,主题,提出,简介\r\n停车难,停车,2025-06-01,{text}\r\n")
        desk.write("inbox/进展.csv", "议题,日期,阶段,内容\r\n停车难,2025-06-01,反映,没处停\r\n")
        code = desk.imports("--place", "nanyuan").code
        assert (code, "简介: 手改的" in desk.text(f"{ISSUES}/ting-che-nan.yaml") if text == "二" else True) == (
            text == "二", True)
        if code == 0:
            file = f"{ISSUES}/ting-che-nan.yaml"
            new = desk.text(file).replace("简介: 一", "简介: 手改的").replace("标题: 停车难", "标题: 停车")
            desk.write(f"content/{file}", new.replace("提出: 2025-06-01", "提出: 2025-05-31"))


def test_an_older_copy_that_comes_late_sets_nothing_back(desk: Desk) -> None:
    """Last month's workbook, sent after this month's: a field is asked, a step stays as it is now."""
    filling = matter(same_template(desk), "楼道灯不亮", "旧话", 简介="旧的", 牵头="物业")
    old = filling.saved()
    accepted(desk, filling)
    filling.put("进展", 3, "内容", "新话")
    accepted(desk, filling)
    before = desk.records
    accepted(desk, Filling(old))
    assert desk.records == before
    filling.put("议题", 3, "简介", "新的")
    accepted(desk, filling)
    assert asked(desk, Filling(old)) == {"议题!M3"}


CHANGED: dict[str, list[tuple[str, int, dict[str, str]]]] = {
    "a cell": [("议题", 3, {"备注": "又加一句"})],
    "the day": [("议题", 3, {"提出": "2025-05-30"})],
    "a step": [("进展", 4, {"议题": "楼道灯不亮", "日期": "2025-06-20", "阶段": "办结", "内容": "好了"})],
    "the title": [("议题", 3, {"标题": "楼道黑"}), ("进展", 3, {"议题": "楼道黑"})],
    "nothing": [],
}
"""What is written anew in the row of a matter, and in those of its steps."""


@pytest.mark.parametrize("changed", CHANGED)
@pytest.mark.parametrize("gone", ["row_gone", "row_withdrawn", "row_elsewhere"])
def test_a_record_that_is_not_there_any_more_is_not_made_again_unasked(desk: Desk, gone: str, changed: str) -> None:
    """Deleted, withdrawn or moved to another place: whatever its row says by now, its writer is told what to do, and
    nothing else of the workbook is kept out."""
    filling = matter(same_template(desk), "楼道灯不亮", "晚上看不清")
    accepted(desk, filling)
    lamp = desk.folder / "content" / LAMP
    if gone == "row_elsewhere":
        moved = desk.folder / "content/places/liuxi/beiyuan/issues/deng.yaml"
        moved.parent.mkdir(parents=True)
        lamp.rename(moved)
    elif gone == "row_withdrawn":
        _withdraw(desk, LAMP)
    else:
        lamp.unlink()
    before = desk.records
    for sheet, row, values in CHANGED[changed]:
        filling.fill(sheet, row, values)
    matter(filling, "停车难", "没处停", 6)
    desk.write("inbox/b.xlsx", filling.saved())
    [told] = desk.problems()
    assert (told["code"], told["level"]) == (gone, "error" if CHANGED[changed] else "warning")
    assert ("beiyuan/issues/deng.yaml" in told["message"]) == (gone == "row_elsewhere")
    assert desk.records.keys() - before.keys() == {f"{ISSUES}/ting-che-nan.yaml"}


def test_a_record_that_was_taken_out_is_made_anew_without_its_hidden_id(desk: Desk) -> None:
    """As its writer is told to do, and another matter in the same row needs no word."""
    filling = matter(same_template(desk), "楼道灯不亮")
    accepted(desk, filling)
    (desk.folder / "content" / LAMP).unlink()
    accepted(desk, matter(Filling(filling.saved()), "停车难", "没处停", day="2025-07-01"))
    filling.put("议题", 3, "#id", None)
    accepted(desk, filling, "b")
    assert "楼道灯不亮" in desk.text(LAMP)


def test_a_file_that_was_renamed_by_hand_is_still_that_of_its_row(desk: Desk) -> None:
    """Its writer corrects a cell of his own: it is known what he saw there, whatever the file is called now."""
    filling = matter(same_template(desk), "楼道灯不亮", 备注="一")
    accepted(desk, filling)
    lamp = desk.folder / "content" / LAMP
    lamp.rename(lamp.with_name("deng.yaml"))
    for text in ("又加一句", "再加一句"):
        filling.put("议题", 3, "备注", text)
        accepted(desk, filling)
        assert f"备注: {text}" in desk.text(f"{ISSUES}/deng.yaml")
    assert not lamp.exists()


def test_what_is_known_of_earlier_imports_goes_with_the_content(desk: Desk) -> None:
    """Without it a row that differs is asked, one that does not is taken; put back with the records, so is it."""
    filling = matter(same_template(desk), "楼道灯不亮", 简介="一")
    before = desk.records
    accepted(desk, filling)
    known = desk.folder / "content/places/liuxi/nanyuan/.imported"
    assert "楼道" not in known.read_text("utf-8")
    known.unlink()
    accepted(desk, filling)
    known.unlink()
    change(desk, LAMP, "简介: 一", "简介: 手改的")
    assert asked(desk, filling, "a") == {"议题!M3"}
    (desk.folder / "content" / LAMP).unlink()
    accepted(desk, filling)
    assert desk.records.keys() - before.keys() == {LAMP}


# --- cells moved apart from the hidden ones ---------------------------------------------------------------------------


def _swapped(filling: Filling, rows: tuple[int, int], of: str = "议题") -> None:
    sheet = filling.sheet(of)
    for column in range(3, 45):
        one, other = (sheet.cell(row, column) for row in rows)
        one.value, other.value = other.value, one.value


@pytest.mark.parametrize("titles", [("楼道灯不亮", "下水道堵"), ("楼道灯不亮", "楼道灯不亮")])
def test_cells_sorted_apart_from_the_hidden_ids_mix_no_records(desk: Desk, titles: tuple[str, str]) -> None:
    """Two exported rows alike, sorted without their hidden columns: nothing changes, and an edit goes to its own."""
    for number, title in enumerate(titles):
        text = (f"标题: {title}\n主题: [照明]\n提出: 2025-03-03\n简介: 第{number}件\n备注: 注{number}\n"
                f"进展:\n- 反映: 说{number}\n")
        desk.write(f"content/{ISSUES}/x{number}.yaml", text)
    filling = desk.exported()
    rows = tuple(row for row in range(3, 6) if filling.sheet("议题").cell(row, 4).value in titles)
    assert len(rows) == 2
    _swapped(filling, (rows[0], rows[1]))
    before = desk.records
    accepted(desk, filling)
    assert desk.records == before
    first = 0 if filling.sheet("议题").cell(rows[0], 8).value == "第0件" else 1
    filling.put("议题", rows[0], "承诺期限", "2025-05-05")
    accepted(desk, filling)
    assert ["承诺期限" in desk.text(f"{ISSUES}/x{number}.yaml") for number in (first, 1 - first)] == [True, False]
    assert all(f"备注: 注{number}" in desk.text(f"{ISSUES}/x{number}.yaml") for number in (0, 1))


def test_steps_sorted_apart_from_the_hidden_ids_bring_nothing_back(desk: Desk) -> None:
    """A step that was taken out of the file since stays out, whichever hidden cells stand beside it."""
    filling = desk.exported()
    _swapped(filling, (3, 4), "进展")
    change(desk, ISSUE, "- '2025-03-10 协商: 现场看灯: 换'\n", "")
    before = desk.records
    accepted(desk, filling)
    assert desk.records == before


def test_rows_of_a_template_sorted_apart_mix_no_records(desk: Desk) -> None:
    """The same in a template that comes again; the texts may partly be the same."""
    filling = same_template(desk)
    for row, title in ((3, "楼道灯不亮"), (4, "下水道堵")):
        matter(filling, title, row=row, 简介="一样的", 备注=f"{title}的注")
    accepted(desk, filling)
    before = desk.records
    _swapped(filling, (3, 4))
    accepted(desk, filling)
    assert desk.records == before


def test_an_exported_row_that_is_called_as_another_record_is_asked_about(desk: Desk) -> None:
    """The other one's row is not in the sheet: whose row it is only its writer knows."""
    text = "标题: 停车难\n主题: [停车]\n提出: 2025-03-03\n简介: 一样的\n进展:\n- 反映: 没处停\n"
    desk.write(f"content/{ISSUES}/x.yaml", text)
    change(desk, ISSUE, "提出:", "简介: 一样的\n提出:")
    filling = desk.exported()
    rows = {filling.sheet("议题").cell(row, 4).value: row for row in (3, 4)}
    filling.put("议题", rows["南门路灯不亮"], "标题", "停车难")
    filling.sheet("议题").delete_rows(rows["停车难"])
    assert asked(desk, filling)


@pytest.mark.parametrize("more", [False, True])
@pytest.mark.parametrize("summary", ["", "没处停"])
@pytest.mark.parametrize("old_title_in", [(), ("进展",)])
def test_a_matter_may_be_renamed_in_the_workbook_that_made_it(desk: Desk, summary: str, old_title_in: tuple[str, ...],
                                                               more: bool) -> None:
    """Who changes the title is understood, also where a step comes with it, and where the steps still stand under the
    old one."""
    filling = desk.template()
    filling.fill("议题", 3, {"标题": "停车难", "主题": "停车", "提出": "2025-06-01", "简介": summary or None})
    filling.fill("进展", 3, {"议题": "停车难", "日期": "2025-06-01", "阶段": "反映", "内容": "车停在路上"})
    accepted(desk, filling)
    before = desk.records
    filling.put("议题", 3, "标题", "车位不够")
    if not old_title_in:
        filling.put("进展", 3, "议题", "车位不够")
    if more:
        filling.fill("进展", 4, {"议题": "车位不够", "日期": "2025-06-09", "阶段": "办结", "内容": "划了线"})
    accepted(desk, filling)
    path = f"{ISSUES}/ting-che-nan.yaml"
    step = "  - 2025-06-09 办结: 划了线\n" if more else ""
    assert {**desk.records, path: desk.text(path).replace(step, "").encode()} == before | {
        path: before[path].replace("停车难".encode(), "车位不够".encode())}
    accepted(desk, filling)
    assert "标题: 车位不够" in desk.text(path)


def _withdraw(desk: Desk, path: str) -> None:
    """The town office takes a record back; its workbook still has it."""
    (desk.folder / "content" / path).unlink()
    desk.write("content/withdrawn.yaml", f"- 路径: {path.removesuffix('.yaml')}\n  日期: 2025-07-01\n  原由: 误报\n")


@pytest.mark.parametrize("is_exported", [False, True])
def test_a_withdrawn_record_keeps_nothing_else_of_its_workbook_out(desk: Desk, is_exported: bool) -> None:
    """Its row, which says only what was read before, is passed over with a word each week; the rest is taken."""
    filling = matter(desk.template(), "楼道灯不亮")
    accepted(desk, filling)
    if is_exported:
        filling = desk.exported()
    _withdraw(desk, LAMP)
    filling.fill("议题", 9, {"标题": "别的事", "主题": "照明", "提出": "2025-06-02"})
    if is_exported:
        filling.put("议题", 9, "地方", "南园")
    filling.fill("进展", 9, {"议题": "别的事", "日期": "2025-06-02", "阶段": "反映", "内容": "坏了"})
    for name in "bc":
        desk.write(f"inbox/{name}.xlsx", filling.saved())
        [told] = desk.problems()
        assert (told["code"], told["level"]) == ("row_withdrawn", "warning")
        assert "withdrawn.yaml" in told["message"]
        assert f"{ISSUES}/bie-de-shi.yaml" in desk.records
        assert LAMP not in desk.records


@pytest.mark.parametrize("what", ["a step", "a summary", "no id", "another title in between"])
def test_a_withdrawn_record_does_not_come_back_by_a_workbook(desk: Desk, what: str) -> None:
    """Whatever its row says anew, without its hidden id too: its writer is asked, in words that say what to do."""
    filling = matter(desk.template(), "楼道灯不亮", 简介="黑")
    accepted(desk, filling)
    if what == "another title in between":
        filling.put("议题", 3, "标题", "楼道黑")
        filling.put("进展", 3, "议题", "楼道黑")
        accepted(desk, filling)
    _withdraw(desk, LAMP)
    if what == "a step":
        filling.fill("进展", 4, {"议题": "楼道灯不亮", "日期": "2025-06-20", "阶段": "办结", "内容": "好了"})
    if what == "a summary":
        filling.put("议题", 3, "简介", "换了说法")
    if what in ("no id", "another title in between"):
        filling.put("议题", 3, "#id", None)
        filling.put("议题", 3, "提出", "2025-06-05")
    desk.write("inbox/b.xlsx", filling.saved())
    before = desk.records
    assert [(one["code"], one["level"]) for one in desk.problems()] == [("row_withdrawn", "error")]
    assert desk.records == before
