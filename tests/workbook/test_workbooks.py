"""Workbooks in and out: what is sent becomes records, what is not touched stays to the byte, nothing bad gets in."""

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.support.inbox import ISSUE, Desk
from tests.support.workbooks import QUESTION, Filling, marked_in, write_matter
from tests.support.workshop import PROJECT, SITES, tree
from yishi.model.kinds import KINDS
from yishi.model.paths import locate_record
from yishi.model.problems import MESSAGES
from yishi.model.vocabulary import get_built_in_vocabulary
from yishi.workbook.write_workbook import FIRST_ROW

# --- out and in again ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("site", [SITES / "full", SITES / "showcase", SITES / "english-city", SITES / "no-method",
                                  SITES / "three-languages", SITES / "mistakes", PROJECT / "content"],
                         ids=lambda path: path.name)
def test_what_is_exported_changes_nothing_when_it_comes_back(desk: Desk, site: Path) -> None:
    """Export, then import: every file stays as it is, to the byte, also those with errors in them."""
    content = desk.folder / "other" / "content"
    shutil.copytree(site, content)
    for community in [file.parent for file in sorted(content.glob("places/*/*/place.yaml"))][8:]:
        shutil.rmtree(community)  # those of the showcase are alike
    before = tree(content)
    assert desk.run("export", "inbox/e.xlsx", content=content).code == 0
    ended = desk.run("import", "inbox", content=content)
    assert (ended.code, tree(content)) == (0, before)


def test_a_change_touches_only_what_changed(desk: Desk) -> None:
    """In the file of a record only the changed keys change: comments, order, blanks and all other lines stay."""
    filling = desk.exported()
    filling.put("议题", 3, "标题", "南门的路灯不亮")
    filling.put("议题", 3, "承诺期限", "2025.5.31")
    filling.put("进展", 4, "内容", "现场看灯，商定换")
    before = desk.text(ISSUE)
    ended = desk.send(filling)
    assert (ended.code, ended.err) == (0, "")
    wanted = before.replace("南门路灯", "南门的路灯").replace("现场看灯: 换", "现场看灯，商定换")
    wanted = wanted.replace("位置: erqu\n", "位置: erqu\n承诺期限: 2025-05-31\n")
    assert desk.text(ISSUE) == wanted
    assert desk.again().code == 0
    assert desk.text(ISSUE) == wanted


def test_what_was_changed_in_the_file_meanwhile_stays(desk: Desk) -> None:
    """A cell that the sender did not touch does not take back what was written into the file since."""
    filling = desk.exported()
    text = desk.text(ISSUE).replace("2025-03-03\n\n", "2025-03-02\n\n").replace("标题: 南门路灯", "标题: 东门灯")
    text = text.replace("居民说看不清路", "居民说看不清").replace("- '2025-03-10 协商: 现场看灯: 换'\n", "")
    desk.write(f"content/{ISSUE}", text)
    filling.put("议题", 3, "简介", "灯坏了")
    assert desk.send(filling).code == 0
    assert desk.text(ISSUE) == text.replace("2025-03-02\n\n", "2025-03-02\n简介: 灯坏了\n\n")


def test_an_emptied_cell_takes_its_value_out_of_an_exported_workbook(desk: Desk) -> None:
    """What is emptied goes; what was empty anyway, or has no column, stays."""
    filling = desk.exported()
    filling.put("议题", 3, "位置", None)
    assert desk.send(filling).code == 0
    assert "位置: erqu" not in desk.text(ISSUE)
    assert "图片: []" in desk.text(ISSUE)


@pytest.mark.parametrize(("head", "newline"), [(b"\xef\xbb\xbf", "\n"), (b"", "\r\n"), (b"\xef\xbb\xbf", "\r\n")])
def test_the_bytes_around_stay(desk: Desk, head: bytes, newline: str) -> None:
    """The byte order mark and the line ends of a file stay as they are."""
    desk.write(f"content/{ISSUE}", head + desk.text(ISSUE).replace("\n", newline).encode())
    before = desk.records[f"{ISSUE}"]
    filling = desk.exported()
    filling.put("议题", 3, "标题", "灯不亮")
    assert desk.send(filling).code == 0
    assert desk.records[ISSUE] == before.replace("南门路灯不亮".encode(), "灯不亮".encode())


def test_the_body_of_a_case_can_be_changed(desk: Desk) -> None:
    """The text below the front matter is a cell of its own; the lines above it stay."""
    file = "places/liuxi/nanyuan/cases/ludeng.md"
    desk.write(f"content/{file}", desk.text(file).replace("  \n", "\n"))
    filling = desk.exported()
    filling.put("案例", 3, "正文", "## 经过\n\n后来灯亮了。")
    assert desk.send(filling).code == 0
    wanted = "---\n标题: 一起看现场\n相关议题: [ludeng]\n---\n## 经过\n\n后来灯亮了。\n"
    assert desk.text("places/liuxi/nanyuan/cases/ludeng.md") == wanted


# --- the same workbook every week ------------------------------------------------------------------------------------


def test_a_row_is_known_again_by_its_hidden_id(desk: Desk) -> None:
    """A row that was new last week updates its record this week, also under another title."""
    filling = desk.template()
    write_matter(filling, "南园", 0, "南园二区")
    assert desk.send(filling).code == 0
    file = "places/liuxi/nanyuan/issues/nan-yuan-di-1-jian.yaml"
    assert desk.text(file).startswith("# row ")
    files = set(desk.records)
    for sheet, heading in (("议题", "标题"), ("进展", "议题"), ("回访", "议题"), ("会议", "相关议题")):
        for row in range(3, 6 if sheet == "进展" else 4):
            filling.put(sheet, row, heading, "另一个标题")
    filling.fill("进展", 8, {"议题": "另一个标题", "日期": "2025-03-12", "阶段": "实施", "内容": "买灯"})
    assert desk.send(filling).code == 0
    assert set(desk.records) == files
    assert "标题: 另一个标题" in desk.text(file)
    assert desk.text(file).index("2025-03-10") < desk.text(file).index("2025-03-12") < desk.text(file).index("2025-04")
    before = desk.records
    assert desk.send(filling).code == 0
    assert desk.records == before


def test_a_row_without_an_id_is_known_by_title_and_date(desk: Desk) -> None:
    """A fresh workbook that names a record adds to it, and takes nothing away."""
    filling = desk.template()
    filling.fill("议题", 3, {"#id": None, "标题": "南门路灯不亮", "主题": "照明", "提出": "2025年3月3日"})
    filling.fill("进展", 3, {"议题": "南门路灯不亮", "日期": "2025-03-20", "阶段": "办结", "内容": "灯亮了"})
    before = desk.text(ISSUE)
    assert desk.send(filling).code == 0
    assert desk.text(ISSUE) == before.replace("\n\n图片", "\n- 2025-03-20 办结: 灯亮了\n\n图片")


def test_the_same_title_with_another_date_is_asked_about(desk: Desk) -> None:
    """Whether it is the same matter only its writer knows: the cell of the date asks."""
    filling = desk.template()
    filling.fill("议题", 3, {"标题": "南门路灯不亮", "主题": "照明", "提出": "2025-09-03"})
    filling.fill("进展", 3, {"议题": "南门路灯不亮", "日期": "2025-09-20", "阶段": "反映", "内容": "又坏了"})
    ended = desk.send(filling)
    assert ended.code == 1
    assert marked_in(desk.folder / "inbox/a.returned.xlsx") == {"议题!E3"}


def test_a_matter_typed_over_another_is_asked_about(desk: Desk) -> None:
    """A row whose title and date are both new does not replace the record that it was."""
    filling = desk.exported()
    filling.fill("议题", 3, {"标题": "停车难", "提出": "2025-06-01"})
    before = desk.records
    assert desk.send(filling).code == 1
    assert desk.records == before


def test_a_row_is_not_moved_to_another_place(desk: Desk) -> None:
    """A record stays in its place: a row that names another one is asked about."""
    filling = desk.exported()
    filling.put("议题", 3, "地方", "北园")
    before = desk.records
    assert desk.send(filling).code == 1
    assert marked_in(desk.folder / "inbox/a.returned.xlsx") == {"议题!C3"}
    assert desk.records == before


def test_a_hidden_id_puts_nothing_into_a_file(desk: Desk) -> None:
    """What somebody wrote into the hidden column is no id, and reaches no record."""
    filling = desk.template()
    write_matter(filling, "南园", 0, "南园二区")
    filling.put("议题", 3, "#id", "x\n草稿: 是")
    assert desk.send(filling).code == 0
    assert desk.text("places/liuxi/nanyuan/issues/nan-yuan-di-1-jian.yaml").startswith("标题: ")


def test_a_new_record_never_replaces_one_that_is_there(desk: Desk) -> None:
    """A title of the same sound gets a name of its own."""
    filling = desk.template()
    filling.fill("议题", 3, {"标题": "绿灯", "主题": "照明", "提出": "2025-03-03"})
    filling.fill("进展", 3, {"议题": "绿灯", "阶段": "反映", "内容": "x"})
    desk.write("content/places/liuxi/nanyuan/issues/lu-deng.yaml", desk.text(ISSUE))
    desk.write("content/places/liuxi/nanyuan/issues/lv-deng.yaml", desk.text(ISSUE).replace("南门路", "绿色的"))
    assert desk.send(filling).code == 0
    assert "标题: 绿灯" in desk.text("places/liuxi/nanyuan/issues/lv-deng-2.yaml")


def test_a_workbook_for_all_places_asks_where_a_row_belongs(desk: Desk) -> None:
    """In a workbook of several places each row names its own; one that names none, or none that is there, is marked."""
    filling = desk.template("all", "--language", "zh-Hans")
    for row, place in ((3, "北园"), (4, None), (5, "西园")):
        filling.fill("议题", row, {"地方": place, "标题": f"第{row}件", "主题": "照明", "提出": "2025-03-03"})
        filling.fill("进展", row, {"地方": place, "议题": f"第{row}件", "阶段": "反映", "内容": "x"})
    assert desk.send(filling).code == 1
    assert marked_in(desk.folder / "inbox/a.returned.xlsx") == {"议题!C4", "议题!C5"}
    filling.put("议题", 4, "地方", "nanyuan")
    filling.put("议题", 5, "地方", "places/liuxi/beiyuan")
    filling.put("进展", 5, "地方", "北园")
    assert desk.send(filling).code == 0
    assert {"places/liuxi/beiyuan/issues/di-3-jian.yaml", "places/liuxi/nanyuan/issues/di-4-jian.yaml",
            "places/liuxi/beiyuan/issues/di-5-jian.yaml"} <= desk.records.keys()


def test_columns_in_another_order_on_a_sheet_of_another_name_are_known(desk: Desk) -> None:
    """A sheet is known by its headings, in Chinese or English, wherever they stand; other sheets are only warned of."""
    book = Workbook()
    sheet, steps, notes = book.worksheets[0], book.create_sheet("log"), book.create_sheet("随手记")
    heads, row = ["简介", "raised", "Title *", "主题（可多选）"], ["看不清", "2025-03-03", "黑", "lighting"]
    for line in ([], ["二〇二五年台账"], heads, row):
        sheet.append(line)
    for line in (["stage", "text", "issue"], ["反映", "黑", "黑"]):
        steps.append(line)
    notes.append(["记得买灯"])
    stream = io.BytesIO()
    book.save(stream)
    desk.write("inbox/a.xlsx", stream.getvalue())
    ended = desk.imports("--place", "nanyuan")
    assert ended.code == 0
    assert "随手记" in ended.err
    assert desk.text("places/liuxi/nanyuan/issues/hei.yaml") == (
        "标题: 黑\n主题: 照明\n提出: 2025-03-03\n简介: 看不清\n进展:\n  - 反映: 黑\n")


# --- what is not taken -----------------------------------------------------------------------------------------------


def _cell(sheet: str, row: int, heading: str, value: Any) -> Callable[[Filling], object]:
    return lambda filling: filling.put(sheet, row, heading, value)


def _renamed(filling: Filling) -> None:
    filling.sheet("议题").cell(1, 5).value = "提出来"


def _no_column(filling: Filling) -> None:
    filling.sheet("议题").delete_cols(3)


def _merged(filling: Filling) -> None:
    filling.sheet("进展").merge_cells("C4:C5")


def _emptied(filling: Filling) -> None:
    for sheet in filling.book.worksheets:
        sheet.delete_rows(1, 1000)


def _lengthened(data: bytes) -> bytes:
    """The workbook with 1 MB in a cell, which no program would write."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.infolist():
            new.writestr(part, old.read(part).replace(b"@very-long@", b"x" * 1024 ** 2))
    return stream.getvalue()


FORMS: dict[str, tuple[Callable[[Filling], object], str]] = {
    "an empty sheet": (_emptied, "workbook_empty"),
    "a renamed column": (_renamed, "column_renamed"),
    "a missing column": (_no_column, "column_missing"),
    "merged cells": (_merged, "cells_merged"),
    "1 MB in a cell": (_cell("议题", 3, "简介", "@very-long@"), "cell_too_long"),
    "a formula": (_cell("议题", 3, "简介", '=HYPERLINK("http://example.org")'), "cell_formula"),
    "a control character": (_cell("议题", 3, "简介", "a\x85b"), "control_character"),
    "a turn of the direction": (_cell("议题", 3, "简介", "a\u202eb"), "control_character"),
}


@pytest.mark.parametrize("case", FORMS)
def test_a_workbook_of_a_wrong_form_has_one_clear_problem(desk: Desk, case: str) -> None:
    """One problem with a place and a word on what to do; its row is not taken, nor what builds on it."""
    spoil, code = FORMS[case]
    filling = desk.template()
    write_matter(filling, "南园", 0, "南园二区")
    write_matter(filling, "南园", 1, "南园二区")
    spoil(filling)
    desk.write("inbox/a.xlsx", _lengthened(filling.saved()))
    ended = desk.imports("--format", "json")
    assert [problem["code"] for problem in json.loads(ended.out) if problem["level"] == "error"] == [code]
    assert (ended.code, "places/liuxi/nanyuan/issues/nan-yuan-di-1-jian.yaml" in desk.records) == (1, False)


def _bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(130):
                part.write(b" " * 1024 ** 2)
    return stream.getvalue()


def _with_macros() -> bytes:
    stream = io.BytesIO()
    Workbook().save(stream)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    return stream.getvalue()


def _zip_of(name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, "<x")
    return stream.getvalue()


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
FILES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "not a workbook": ("a.xlsx", lambda: b"hello", "workbook_damaged"),
    "nothing": ("a.xlsx", lambda: b"", "workbook_damaged"),
    "a zip bomb": ("a.xlsx", _bomb, "workbook_huge"),
    "a password": ("a.xlsx", lambda: _OLE + "EncryptedPackage".encode("utf-16-le"), "workbook_locked"),
    "an old workbook": ("a.xls", lambda: _OLE + "Workbook".encode("utf-16-le"), "workbook_other"),
    "an old workbook under a new name": ("a.xlsx", lambda: _OLE + "Book".encode("utf-16-le"), "workbook_other"),
    "neither an old workbook nor a new one": ("a.xlsx", lambda: _OLE, "workbook_damaged"),
    "macros": ("a.xlsm", _with_macros, "workbook_other"),
    "macros under another name": ("a.xlsx", _with_macros, "workbook_macros"),
    "another zip": ("a.xlsx", lambda: _zip_of("content.xml"), "workbook_other"),
    "a damaged workbook": ("a.xlsx", lambda: _zip_of("xl/workbook.xml"), "workbook_damaged"),
    "binary in a table": ("a.csv", lambda: b"\x00\x01\x02", "workbook_damaged"),
    "another table": ("a.csv", lambda: b"x,y\n1,2\n", "headings_missing"),
    "a record without a place": ("a.yaml", lambda: "标题: x\n".encode(), "record_placeless"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_cannot_be_read_has_one_clear_problem(desk: Desk, case: str) -> None:
    """Whatever lies in the inbox: one problem, nothing written, no other workbook kept out."""
    name, data, code = FILES[case]
    desk.write(f"inbox/{name}", data())
    good = desk.template("good")
    write_matter(good, "南园", 0, "南园二区")
    desk.write("inbox/good.xlsx", good.saved())
    before = desk.records
    ended = desk.imports("--format", "json")
    assert [problem["code"] for problem in json.loads(ended.out)] == [code]
    assert ended.code == 1
    new = {file.rpartition("/")[0] for file in desk.records.keys() - before.keys()}
    assert new == {f"places/liuxi/nanyuan/{folder}" for folder in ("issues", "meetings")}


@pytest.mark.parametrize("lock", ["~$a.xlsx", ".~lock.a.xlsx#"])
def test_a_workbook_that_is_open_elsewhere_waits(desk: Desk, lock: str) -> None:
    """The lock file of Excel or LibreOffice keeps a workbook out, with a word on what to do."""
    filling = desk.template()
    write_matter(filling, "南园", 0, "南园二区")
    desk.write(f"inbox/{lock}", "x")
    before = desk.records
    ended = desk.send(filling)
    assert (ended.code, desk.records) == (1, before)
    assert ended.err.count("a.xlsx:") == 1


def test_every_kind_of_problem_in_a_workbook_has_its_message() -> None:
    """The codes of the tables above are those of the program."""
    assert {code for _, code in FORMS.values()} | {code for _, _, code in FILES.values()} <= MESSAGES.keys()


# --- what is told ----------------------------------------------------------------------------------------------------


def test_a_dry_run_tells_in_words_and_writes_nothing(desk: Desk) -> None:
    """What would be new and what would change stands there in words; not even an answer is written."""
    filling = desk.exported()
    filling.put("议题", 3, "标题", "路灯")
    filling.fill("议题", 4, {"标题": "停车难", "主题": "停车", "提出": "2025-06", "地方": "北园"})
    filling.fill("进展", 5, {"议题": "停车难", "阶段": "反映", "内容": "x", "地方": "北园"})
    desk.write("inbox/a.xlsx", filling.saved())
    before = tree(desk.folder)
    ended = desk.imports("--dry-run")
    assert ended.code == 0
    assert "标题：“南门路灯不亮”改为“路灯”" in ended.out
    assert "新增：议题“停车难”（places/liuxi/beiyuan/issues/ting-che-nan）" in ended.out
    assert {file: data for file, data in tree(desk.folder).items() if ".build-cache" not in file} == {
        file: data for file, data in before.items() if ".build-cache" not in file}


def test_personal_data_is_masked_but_in_the_cell_itself(desk: Desk) -> None:
    """Neither terminal nor comment nor list repeats a number; the cell keeps what the sender wrote."""
    filling = desk.template()
    write_matter(filling, "南园", 0, "南园二区")
    filling.put("议题", 3, "备注", "请打13812345678")
    ended = desk.send(filling)
    assert "13812345678" not in ended.out + ended.err
    assert "议题!" in ended.err
    answer = desk.folder / "taken/2025-12-31/a.returned.xlsx"
    book = load_workbook(answer)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in cells if "13812345678" in str(cell.value)] == ["请打13812345678"]
    assert not any("13812345678" in cell.comment.text for cell in cells if cell.comment)
    listed = book.worksheets[0]
    assert listed.title == "请修改"
    link = listed.cell(3, 1).hyperlink
    assert link is not None
    assert link.location == f"'议题'!{marked_in(answer, QUESTION).pop().partition('!')[2]}"
    assert "请打138****5678" in desk.text("places/liuxi/nanyuan/issues/nan-yuan-di-1-jian.yaml")


def test_columns_of_ones_own_are_kept_aside(desk: Desk) -> None:
    """What stands in a column that is not read is kept beside the workbook where it is moved, and a warning says so."""
    filling = desk.template()
    write_matter(filling, "南园", 0, "南园二区")
    sheet = filling.sheet("议题")
    last = sheet.max_column + 1
    sheet.cell(1, last).value, sheet.cell(3, last).value = "书记批示", "尽快办"
    ended = desk.send(filling)
    assert ended.code == 0
    assert "a.aside.csv" in ended.err
    assert "书记批示,尽快办" in (desk.folder / "taken/2025-12-31/a.aside.csv").read_text("utf-8-sig")
    assert desk.again().code == 0


def test_a_text_that_looks_like_a_formula_is_written_as_text(desk: Desk) -> None:
    """What begins with = in a record is a text in the workbook, and comes back as it was."""
    desk.write(f"content/{ISSUE}", desk.text(ISSUE) + "备注: '=1+1'\n")
    before = desk.records
    filling = desk.exported()
    cells = [cell for row in filling.sheet("议题").iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]
    assert desk.send(filling).code == 0
    assert desk.records == before


# --- tables, scores, records -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_tables_are_sheets_of_one_workbook(desk: Desk, encoding: str) -> None:
    """CSV files that are called as sheets are taken in together, in the encodings that spreadsheets write."""
    desk.write("inbox/议题.csv", "标题,主题,提出,位置\r\n停车难,停车、照明,2025/6/1,南园二区\r\n".encode(encoding))
    desk.write("inbox/进展.csv", "议题,日期,阶段,内容\r\n停车难,2025/6/1,反映,没处停\r\n".encode(encoding))
    assert desk.imports("--place", "nanyuan").code == 0
    assert desk.text("places/liuxi/nanyuan/issues/ting-che-nan.yaml") == (
        "标题: 停车难\n主题: [停车, 照明]\n提出: 2025-06-01\n位置: erqu\n进展:\n  - 2025-06-01 反映: 没处停\n")
    before = desk.records
    assert desk.again("--place", "nanyuan").code == 0
    assert desk.records == before


def test_scores_become_reviews_of_each_presentation(desk: Desk) -> None:
    """A reviewer's sheet becomes one review of each place that was judged; sent again it changes nothing."""
    desk.write("content/places/liuxi/events/zhanyan.yaml", "标题: 秋季展演\n日期: 2025-09-11\n分组:\n"
               "  - 展演内容: [{地方: nanyuan}, {地方: beiyuan}]\n")
    assert desk.run("template", "s.xlsx", "--kind", "scores", "--copies", "2").code == 0
    filling = Filling((desk.folder / "s-2.xlsx").read_bytes())
    filling.fill("点评人", 3, {"点评人身份": "专家", "点评人单位": "示例大学"})
    filling.fill("打分", 3, {"评级": "达到", "发现": "流程清楚", "建议": "把办法写下来"})
    filling.fill("打分", 4, {"评级": "部分达到"})
    assert desk.send(filling).code == 0
    review = desk.text("places/liuxi/reviews/nan-yuan.yaml")
    assert review.partition("\n")[2] == (
        "对象: nanyuan\n评价标准:\n  - {标准: 流程规范, 评级: 达到, 发现: 流程清楚}\n"
        "  - {标准: 主体多元, 评级: 部分达到}\n"
        "点评人身份: 专家\n点评人单位: 示例大学\n建议:\n  - {内容: 把办法写下来}\n")
    before = desk.records
    assert desk.again().code == 0
    assert desk.records == before
    filling.put("打分", 4, "评级", "很好")
    assert desk.send(filling).code == 1
    assert marked_in(desk.folder / "inbox/a.returned.xlsx") == {"打分!E4"}


def test_a_record_from_the_form_goes_to_its_place(desk: Desk) -> None:
    """A record file that names its place in its first line is filed there as it is, once."""
    text = "# places/liuxi/beiyuan\n标题: 积水\n主题: 积水\n提出: 2025-07-01\n进展:\n  - 2025-07-01 反映: 下雨积水\n"
    desk.write("inbox/form.yaml", text)
    desk.write("inbox/form.md", "---\n# places/liuxi/nanyuan\n标题: 看灯\n相关议题: ludeng\n---\n很好。\n")
    assert desk.imports().code == 0
    assert desk.text("places/liuxi/beiyuan/issues/ji-shui.yaml") == text
    assert desk.text("places/liuxi/nanyuan/cases/kan-deng.md").endswith("很好。\n")
    before = desk.records
    assert desk.again().code == 0
    assert desk.records == before
    desk.write("inbox/form.yaml", text.replace("主题: 积水", "主题: 积雪"))
    assert desk.imports().code == 1
    assert desk.records == before


def test_a_workbook_that_is_already_there_is_not_written_over(desk: Desk) -> None:
    """`template` never replaces a file, and names must end in .xlsx."""
    desk.write("a.xlsx", "mine")
    assert desk.run("template", "a.xlsx").code == 2
    assert (desk.folder / "a.xlsx").read_text() == "mine"
    assert desk.run("export", "a.xls").code == 2


# --- other programs --------------------------------------------------------------------------------------------------


def _through_openpyxl(file: Path) -> None:
    load_workbook(file).save(file)


def _through_libreoffice(file: Path) -> None:
    """Reads and writes the workbook with LibreOffice, as somebody would who opens and saves it."""
    program = shutil.which("soffice")
    assert program
    out = file.parent / "converted"
    profile = f"-env:UserInstallation={(file.parent.parent / 'profile').as_uri()}"
    subprocess.run([program, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(file)],
                   check=True, capture_output=True, timeout=180)
    shutil.move(out / file.name, file)
    out.rmdir()


PROGRAMS = {"openpyxl": _through_openpyxl, **({"LibreOffice": _through_libreoffice} if shutil.which("soffice") else {})}
"""The programs that are here to open a workbook and save it: LibreOffice is tried where it is installed."""


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_workbook_that_another_program_saved_says_the_same(desk: Desk, program: str) -> None:
    """Opened and saved elsewhere, an export changes nothing, and a filled template becomes the same records; the marks
    of an answer and its list are read there too."""
    before = desk.records
    assert desk.run("export", "inbox/e.xlsx").code == 0
    PROGRAMS[program](desk.folder / "inbox/e.xlsx")
    assert desk.imports().code == 0
    assert desk.records == before
    filling = desk.template()
    write_matter(filling, "南园", 0, "南园二区")
    filling.put("议题", 3, "主题", "=1")
    assert desk.send(filling).code == 1
    answer = desk.folder / "inbox/a.returned.xlsx"
    PROGRAMS[program](answer)
    book = load_workbook(answer)
    book["议题"].cell(3, filling.column("议题", "主题")).value = "照明"
    book.save(desk.folder / "inbox/a.xlsx")
    answer.unlink()
    assert desk.imports().code == 0
    assert "主题: 照明" in desk.text("places/liuxi/nanyuan/issues/nan-yuan-di-1-jian.yaml")
    after = desk.records
    PROGRAMS[program](desk.folder / "taken/2025-12-31/a.xlsx")
    assert desk.again().code == 0
    assert desk.records == after


FIRST_ROWS = {
    "issue": {"标题": "东门积水", "主题": "积水", "提出": "2025-03-03"},
    "meeting": {"标题": "看现场", "日期": "2025-03-03", "相关议题": "南门路灯不亮"},
    "location": {"名称": "北楼", "类别": "小区"},
    "case": {"标题": "灯怎样亮了", "相关议题": "南门路灯不亮"},
}
"""Kind with a sheet → the cells of a row that hold no more than is needed."""


@pytest.mark.parametrize("kind", [kind for kind, spec in KINDS.items() if spec.sheet_position])
def test_the_first_row_of_every_sheet_becomes_a_record(desk: Desk, kind: str) -> None:
    """A new row with only what is needed makes a record of its kind, which is right as it is."""
    filling = desk.template()
    filling.fill(get_built_in_vocabulary().label("record_kind", kind, "zh-Hans"), FIRST_ROW, FIRST_ROWS[kind])
    if kind == "issue":
        step = {"议题": "东门积水", "日期": "2025-03-03", "阶段": "提出", "内容": "下雨就淹"}
        filling.fill("进展", FIRST_ROW, step)
    before = desk.records
    ended = desk.send(filling)
    assert (ended.code, ended.err) == (0, "")
    changed = [file for file, data in desk.records.items() if before.get(file) != data]
    assert [location.kind for file in changed if (location := locate_record(file))] == [kind]
    assert desk.run("check").code == 0


def test_a_town_names_the_records_of_its_communities_by_their_titles(desk: Desk) -> None:
    """In a town's workbook a title of a record below the town is that record, and so it is in its score sheets."""
    filling = desk.template("town", "--place", "places/liuxi")
    filling.fill("会议", FIRST_ROW, {"标题": "镇里商量", "日期": "2025-03-03", "相关议题": "南门路灯不亮"})
    ended = desk.send(filling)
    assert (ended.code, ended.err) == (0, "")
    assert any(b": ludeng\n" in data for file, data in desk.records.items() if "/meetings/" in file)


def test_a_time_is_taken_from_words_and_from_a_cell_of_time(desk: Desk) -> None:
    """Both in the notation of records; one that may be the morning or the evening is asked about."""
    filling = desk.template()
    for number, when in enumerate(("晚上7点到8点半", time(19, 0), "7点")):
        filling.fill("会议", FIRST_ROW + number, {"标题": f"会{number}", "日期": "2025-03-03", "时间": when})
    filling.fill("会议", FIRST_ROW + 3, {"标题": "晚会", "日期": "2025年3月4日下午2点—3点半"})
    ended = desk.send(filling)
    written = "\n".join(data.decode() for file, data in desk.records.items() if "/meetings/" in file)
    assert ("时间: 19:00-20:30\n" in written, re.findall("时间: .?19:00.?\n", written) != []) == (True, True), written
    assert "时间: 14:00-15:30\n" in written
    assert "日期: 2025-03-04\n" in written
    assert "'7点'" in ended.err
    assert "时间: 7点" not in written


@pytest.mark.parametrize(("language", "sheet", "rating", "criterion"), [
    ("zh-Hans", "打分", "达到", "流程规范"), ("en", "Scores", "met", "Regular procedure")])
def test_a_score_sheet_is_taken_in_as_the_program_wrote_it(
        desk: Desk, language: str, sheet: str, rating: str, criterion: str) -> None:
    """A rating beside a case of a community is a review of the case, in the words of the site's language."""
    desk.write("content/site.yaml", f"title: T\nlanguages: {language}\n")
    desk.write("content/places/liuxi/events/show.yaml",
               "title: Showcase\ndate: 2025-09-01\ngroups: [{presentations: [{place: nanyuan, case: ludeng}]}]\n")
    filling = desk.template("scores", "--kind", "scores", "--event", "show")
    scores = filling.sheet(sheet)
    assert scores.cell(FIRST_ROW, 4).value == criterion
    scores.cell(FIRST_ROW, 5).value = rating
    ended = desk.send(filling)
    assert (ended.code, ended.err) == (0, "")
    assert any(b"ludeng" in data for file, data in desk.records.items() if "/reviews/" in file)


def test_an_event_with_errors_is_not_scored(desk: Desk) -> None:
    """Without a valid event, and where one with errors is named, it is said that there is none."""
    for command in (("--kind", "scores"), ("--kind", "scores", "--event", "show")):
        assert desk.run("template", "s.xlsx", *command).code == 2
        desk.write("content/places/liuxi/events/show.yaml", "title: Showcase\nno_such_key: 1\n")


def test_titles_exchanged_between_two_rows_are_asked_about(desk: Desk) -> None:
    """Where only the titles of two rows were exchanged, nothing is taken for unchanged without a question."""
    desk.write("content/places/liuxi/nanyuan/issues/shu.yaml",
               "标题: 大树挡窗\n主题: [绿化]\n提出: 2025-04-05\n简介: 二楼看不见天\n进展:\n"
               "- 2025-04-05 反映: 有人来说\n")
    day = "提出: 2025-03-03\n"
    desk.write(f"content/{ISSUE}", desk.text(ISSUE).replace(day, f"{day}简介: 一到晚上就黑\n"))
    filling = desk.exported()
    sheet, column = filling.sheet("议题"), filling.column("议题", "标题")
    rows = {sheet.cell(row, column).value: row for row in (FIRST_ROW, FIRST_ROW + 1)}
    assert set(rows) == {"南门路灯不亮", "大树挡窗"}
    filling.put("议题", rows["南门路灯不亮"], "标题", "大树挡窗")
    filling.put("议题", rows["大树挡窗"], "标题", "南门路灯不亮")
    before = desk.records
    ended = desk.send(filling)
    assert (ended.code, desk.records) == (1, before)
    assert ended.err.count("大树挡窗") >= 1


def test_a_link_in_a_cell_is_kept_aside_and_told(desk: Desk) -> None:
    """Where a link leads is in no text of the cell: it is kept beside the workbook, as a comment is."""
    filling = desk.template()
    filling.fill("议题", FIRST_ROW, FIRST_ROWS["issue"])
    address = filling.put("议题", FIRST_ROW, "简介", "见报告").partition("!")[2]
    filling.sheet("议题")[address].hyperlink = "https://example.org/report"
    assert "remark_unread" in desk.codes() or desk.send(filling).code == 0
    aside = [file.read_text("utf-8-sig") for file in desk.folder.rglob("*.aside.csv")]
    assert any("https://example.org/report" in text for text in aside)


@pytest.mark.parametrize("text", [
    "标题: 门口积水\n主题: 积水\n提出: 2025-05-01\n进展:\n- 2025-05-01 反映: 下雨就积水\n",
    "# places/liuxi/nanyuan\n标题: 门口积水\n主题: 积水\n提出: 2025-05-01\n进展:\n- 2025-05-01 反映: 下雨就积水\n"])
def test_a_text_file_is_of_the_place_it_names_or_of_the_one_that_is_given(desk: Desk, text: str) -> None:
    """A record without its first line is taken in with --place; with it, without."""
    desk.write("inbox/x.yaml", text)
    assert desk.imports(*(() if text.startswith("#") else ("--place", "nanyuan"))).code == 0
    assert any("/nanyuan/issues/men-kou" in file for file in desk.records)


def test_the_place_may_stand_above_the_front_matter(desk: Desk) -> None:
    """The first line of a Markdown file may name its place, as the message asks."""
    desk.write("inbox/x.md",
               "# places/liuxi/nanyuan\n---\n标题: 一起修灯\n相关议题: [ludeng]\n---\n## 经过\n\n修好了。\n")
    ended = desk.imports()
    assert (ended.code, ended.err) == (0, "")
    assert any("/nanyuan/cases/yi-qi" in file for file in desk.records)
