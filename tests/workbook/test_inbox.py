"""What lies in an inbox: nobody's work is written over, what was taken is moved away, a wrong file keeps none out."""

import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PIL import Image

from tests.support.inbox import ISSUE, Desk
from tests.support.workbooks import Filling, marked_in
from yishi.cli.inbox import IMPORTED_FOLDER
from yishi.core import files

ISSUES = "places/liuxi/nanyuan/issues"
HEAD = "标题,主题,提出,简介\r\n"


def matter(filling: Filling, title: str, text: str, row: int = 3, **more: str) -> Filling:
    """A matter with one step, in a row of its own."""
    filling.fill("议题", row, {"标题": title, "主题": "照明", "提出": "2025-06-01", **more})
    filling.fill("进展", row, {"议题": title, "日期": "2025-06-01", "阶段": "反映", "内容": text})
    return filling


def titles(desk: Desk) -> set[str]:
    """The titles of all issues of the community."""
    texts = [data.decode() for file, data in desk.records.items() if file.startswith(ISSUES)]
    lines = [line for text in texts for line in text.splitlines() if line.startswith("标题: ")]
    return {line.partition(": ")[2].partition("   #")[0] for line in lines}


def lies_in(desk: Desk, folder: str) -> set[str]:
    """The files of a folder beside the content."""
    found = desk.folder / folder
    return {file.relative_to(found).as_posix() for file in found.rglob("*") if file.is_file()}


def age(desk: Desk, name: str, seconds: int) -> None:
    """Makes a file of the inbox older."""
    file = desk.folder / "inbox" / name
    at = file.stat().st_mtime - seconds
    os.utime(file, (at, at))


def test_a_row_of_a_table_does_not_bring_a_deleted_record_back(desk: Desk) -> None:
    """Even without a hidden id, and with other words: it is asked about."""
    desk.write("inbox/议题.csv", HEAD + "停车难,停车,2025-06-01,没处停\r\n")
    assert desk.imports("--place", "nanyuan").code == 0
    (desk.folder / "content" / ISSUES / "ting-che-nan.yaml").unlink()
    for told in ("没处停", "还是没处停"):
        desk.write("inbox/议题.csv", HEAD + f"停车难,停车,2025-06-01,{told}\r\n")
        assert desk.codes("--place", "nanyuan") == ["row_deleted"]
    assert titles(desk) == {"南门路灯不亮"}


# --- whose row it is --------------------------------------------------------------------------------------------------


def test_one_template_filled_by_two_people_makes_two_records(desk: Desk) -> None:
    """An empty template that two people fill, even on the same day, writes over nobody's record, together or in turn;
    both go on using their file."""
    desk.template()
    anna = matter(Filling((desk.folder / "a.xlsx").read_bytes()), "楼道灯不亮", "晚上看不清")
    ben = matter(Filling((desk.folder / "a.xlsx").read_bytes()), "停车位被占", "车停不进来")
    assert desk.send(anna, "anna").code == 0
    assert desk.send(ben, "ben").code == 0
    assert titles(desk) == {"南门路灯不亮", "楼道灯不亮", "停车位被占"}
    before = desk.records
    for filling, title in ((anna, "楼道灯不亮"), (ben, "停车位被占")):
        filling.fill("进展", 4, {"议题": title, "日期": "2025-06-09", "阶段": "协商", "内容": f"{title}的会"})
    desk.write("inbox/ben.xlsx", ben.saved())
    assert desk.send(anna, "anna").code == 0
    assert desk.records.keys() == before.keys()
    assert all(f"{title}的会" in desk.text(file) for file, title in (
        (f"{ISSUES}/lou-dao-deng-bu-liang.yaml", "楼道灯不亮"), (f"{ISSUES}/ting-che-wei-bei-zhan.yaml", "停车位被占")))


def test_one_template_s_places_and_meetings_are_nobody_else_s(desk: Desk) -> None:
    """What holds for matters holds for meetings and for compounds: no name is replaced by another person's."""
    desk.template()
    for name in ("东院", "西院"):
        filling = Filling((desk.folder / "a.xlsx").read_bytes())
        filling.fill("小区或空间", 3, {"名称": name, "类别": "小区"})
        filling.fill("会议", 3, {"标题": f"{name}的会", "日期": "2025-06-01", "纪要": f"{name}说了话"})
        assert desk.send(filling, name).code == 0
    written = "".join(data.decode() for file, data in desk.records.items() if file.startswith("places/liuxi/nanyuan/"))
    assert all(f"{name}{rest}\n" in written for name in ("东院", "西院") for rest in ("", "的会", "说了话"))


def test_two_reviewers_in_one_role_make_two_reviews(desk: Desk) -> None:
    """Who reviews is known by the sheet, since nobody writes a name: the second expert does not replace the first."""
    desk.write("content/places/liuxi/events/zhanyan.yaml", "标题: 秋季展演\n日期: 2025-09-11\n分组:\n"
               "  - 展演内容: [{地方: nanyuan}]\n")
    assert desk.run("template", "s.xlsx", "--kind", "scores", "--copies", "2").code == 0
    for number, rating in ((1, "达到"), (2, "未达到")):
        filling = Filling((desk.folder / f"s-{number}.xlsx").read_bytes())
        filling.fill("点评人", 3, {"点评人身份": "专家"})
        filling.fill("打分", 3, {"评级": rating})
        assert desk.send(filling, f"s{number}").code == 0
    reviews = [data.decode() for file, data in desk.records.items() if "/reviews/" in file]
    assert sorted("未达到" in text for text in reviews) == [False, True]


def test_a_compound_may_be_renamed_and_nothing_else(desk: Desk) -> None:
    """In an export a compound gets a new name; another one typed over it is asked about."""
    filling = desk.exported()
    filling.put("小区或空间", 3, "名称", "南园新二区")
    assert desk.send(filling).code == 0
    assert "  名称: 南园新二区\n" in desk.text("places/liuxi/nanyuan/locations.yaml")
    filling.fill("小区或空间", 3, {"名称": "东院", "类别": "公共空间"})
    assert desk.send(filling).code == 1


def test_a_row_that_says_little_of_its_record_is_asked_about(desk: Desk) -> None:
    """Another title over texts that are partly the same: whether that is one matter only its writer knows."""
    filling = matter(desk.template(), "楼道灯不亮", "晚上看不清", 简介="三楼的灯坏了")
    assert desk.send(filling).code == 0
    before = desk.records
    matter(filling, "停车位被占", "车停不进来", 简介="三楼的灯坏了")
    assert [problem["code"] for problem in _sent(desk, filling)] == ["row_replaced"]
    assert desk.records == before


def _sent(desk: Desk, filling: Filling) -> list[dict[str, object]]:
    desk.write("inbox/a.xlsx", filling.saved())
    return desk.problems()


def test_a_matter_typed_over_an_exported_one_on_the_same_day_is_asked_about(desk: Desk) -> None:
    """An exported row with another title and other texts is not renamed: the record would be lost."""
    desk.write(f"content/{ISSUE}", desk.text(ISSUE).replace("位置: erqu\n", "位置: erqu\n简介: 南门的灯坏了\n"))
    filling = desk.exported()
    filling.fill("议题", 3, {"标题": "停车难", "简介": "没有车位"})
    before = desk.records
    assert desk.send(filling).code == 1
    assert desk.records == before


# --- answers ----------------------------------------------------------------------------------------------------------


def _mended(file: Path, value: str = "南门", row: int = 3) -> None:
    book = load_workbook(file)
    heads = [cell.value for cell in book["议题"][1]]
    book["议题"].cell(row, heads.index("备注") + 1).value = value
    book.save(file)


def test_an_answer_that_was_mended_where_it_lies_is_read(desk: Desk) -> None:
    """The mended answer is taken instead of the file that it answers, and both are moved away."""
    filling = matter(desk.template(), "楼道灯不亮", "晚上看不清", 备注="=1+1")
    assert desk.send(filling).code == 1
    _mended(desk.folder / "inbox/a.returned.xlsx")
    ended = desk.imports()
    assert (ended.code, titles(desk)) == (0, {"南门路灯不亮", "楼道灯不亮"})
    assert "a.returned.xlsx" in ended.out
    assert (lies_in(desk, "inbox"), lies_in(desk, IMPORTED_FOLDER)) == (
        set(), {"2025-12-31/a.xlsx", "2025-12-31/a.returned.xlsx"})


def test_an_answer_never_writes_over_what_somebody_changed(desk: Desk) -> None:
    """A mended answer that is still wrong stays as it is; its own answer gets a number."""
    filling = matter(desk.template(), "楼道灯不亮", "晚上看不清", 备注="=1+1")
    desk.send(filling)
    answer = desk.folder / "inbox/a.returned.xlsx"
    _mended(answer, "=2")
    changed = answer.read_bytes()
    for _ in range(2):
        assert desk.imports().code == 1
        assert answer.read_bytes() == changed
        assert lies_in(desk, "inbox") == {"a.xlsx", "a.returned.xlsx", "a.returned-2.xlsx"}
    _mended(desk.folder / "inbox/a.returned-2.xlsx")
    assert desk.imports().code == 0
    assert "楼道灯不亮" in titles(desk)


def test_an_answer_that_nobody_changed_is_no_input(desk: Desk) -> None:
    """The answer to two tables is not read, whatever it is called, so that a row deleted since is not published."""
    desk.write("inbox/议题.csv", HEAD + "停车难,停车,2025-06-01,x\r\n删掉的事,照明,2025-06-02,=1+1\r\n")
    steps = "议题,日期,阶段,内容\r\n停车难,2025-06-01,反映,没处停\r\n"
    desk.write("inbox/进展.csv", steps + "删掉的事,2025-06-02,反映,z\r\n")
    assert desk.imports("--place", "nanyuan").code == 1
    (desk.folder / "inbox/议题.returned.xlsx").rename(desk.folder / "inbox/给你.xlsx")
    desk.write("inbox/议题.csv", HEAD + "停车难,停车,2025-06-01,x\r\n")
    desk.write("inbox/进展.csv", steps)
    ended = desk.imports("--place", "nanyuan")
    assert ended.code == 0
    assert "给你.xlsx" in ended.out
    assert desk.imports("--place", "nanyuan").code == 0
    assert titles(desk) == {"南门路灯不亮", "停车难"}


def test_answers_in_a_program_s_own_words_are_known_too(desk: Desk) -> None:
    """An answer that another program opened and saved, without a change, is still the program's own."""
    filling = matter(desk.template(), "楼道灯不亮", "晚上看不清", 备注="=1+1")
    desk.send(filling)
    answer = desk.folder / "inbox/a.returned.xlsx"
    load_workbook(answer).save(answer)
    (desk.folder / "inbox/a.xlsx").unlink()
    ended = desk.imports()
    assert (ended.code, lies_in(desk, "inbox")) == (0, {"a.returned.xlsx"})
    assert "没有可以收" in ended.out


# --- copies and what was taken ----------------------------------------------------------------------------------------


def test_what_was_taken_is_moved_away_and_never_written_over(desk: Desk) -> None:
    """What was taken lies beside the inbox by day, a second file of one name with a number; a dry run moves nothing."""
    first = matter(desk.template(), "楼道灯不亮", "晚上看不清")
    desk.write("inbox/sub/a.xlsx", first.saved())
    assert desk.imports("--dry-run").code == 0
    assert (lies_in(desk, "inbox"), lies_in(desk, IMPORTED_FOLDER)) == ({"sub/a.xlsx"}, set())
    assert desk.imports().code == 0
    matter(first, "停车位被占", "车停不进来", 4)
    desk.write("inbox/sub/a.xlsx", first.saved())
    assert desk.imports().code == 0
    assert lies_in(desk, "inbox") == set()
    assert lies_in(desk, IMPORTED_FOLDER) == {"2025-12-31/sub/a.xlsx", "2025-12-31/sub/a-2.xlsx"}
    ended = desk.imports()
    assert (ended.code, ended.out) == (0, "没有可以收的：inbox\n")
    single = desk.write("here/b.xlsx", first.saved())
    assert desk.run("import", str(single)).code == 0
    assert lies_in(desk, "here") == {"taken/2025-12-31/b.xlsx"}
    assert desk.run("import", "here").out == "没有可以收的：here\n"


NAMES = pytest.mark.parametrize(("newer", "older"), [
    ("南苑(1).xlsx", "南苑.xlsx"), ("南苑.xlsx", "南苑 - 副本.xlsx"), ("南苑（2）.xlsx", "南苑.xlsx")])


def put_copies(desk: Desk, newer: tuple[str, Filling], older: tuple[str, bytes], apart: int = 3600) -> None:
    """Two copies in the inbox, the older changed so many seconds before the newer."""
    newer[1].book.properties.modified = None
    desk.write(f"inbox/{older[0]}", older[1])
    desk.write(f"inbox/{newer[0]}", newer[1].saved())
    at = (desk.folder / "inbox" / newer[0]).stat().st_mtime
    os.utime(desk.folder / "inbox" / older[0], (at - apart, at - apart))


@NAMES
def test_a_copy_that_stands_in_another_is_not_read(desk: Desk, newer: str, older: str) -> None:
    """Whatever they are called: a copy in which somebody went on writing holds the earlier one, which is moved too."""
    filling = matter(desk.template(), "楼道灯不亮", "晚上看不清")
    filling.book.properties.modified = None
    before = filling.saved()
    matter(filling, "停车位被占", "车停不进来", 4).put("议题", 3, "简介", "新的")
    put_copies(desk, (newer, filling), (older, before))
    ended = desk.imports()
    assert ended.code == 0
    assert "里全都有" in ended.out
    assert titles(desk) == {"南门路灯不亮", "楼道灯不亮", "停车位被占"}
    assert lies_in(desk, "inbox") == set()
    assert lies_in(desk, IMPORTED_FOLDER) == {f"2025-12-31/{newer}", f"2025-12-31/{older}"}


@NAMES
@pytest.mark.parametrize("apart", [3600, 0])
def test_what_two_copies_say_differently_is_asked_in_both(desk: Desk, newer: str, older: str, apart: int) -> None:
    """Two people's files that a messenger called alike, each with a matter of one title: neither of the two is lost."""
    desk.template()
    anna = matter(Filling((desk.folder / "a.xlsx").read_bytes()), "路灯不亮", "东门黑", 简介="东门的灯", 备注="东门")
    ben = matter(Filling((desk.folder / "a.xlsx").read_bytes()), "路灯不亮", "西门黑", 简介="西门的灯")
    anna.book.properties.modified = None
    before = desk.records
    put_copies(desk, (newer, ben), (older, anna.saved()), apart)
    found = desk.problems()
    assert {problem["path"] for problem in found} == {f"inbox/{newer}", f"inbox/{older}"}
    assert desk.records == before


@pytest.mark.parametrize("heading", ["备注", "承诺期限"])
@pytest.mark.parametrize("apart", [3600, 0])
def test_a_cell_that_only_one_copy_has_is_taken(desk: Desk, heading: str, apart: int) -> None:
    """What an older copy says where the newer one says nothing is not lost."""
    filling = matter(desk.template(), "楼道灯不亮", "晚上看不清")
    filling.put("议题", 3, heading, "2025-07-01")
    filling.book.properties.modified = None
    before = filling.saved()
    filling.put("议题", 3, heading, None)
    filling.put("议题", 3, "简介", "新的")
    put_copies(desk, ("a(1).xlsx", filling), ("a.xlsx", before), apart)
    assert desk.imports().code == 0
    text = desk.text(f"{ISSUES}/lou-dao-deng-bu-liang.yaml")
    assert all(line in text for line in (f"{heading}: 2025-07-01", "简介: 新的"))
    assert text.count("晚上看不清") == 1


def test_an_older_copy_of_an_export_says_only_what_was_changed_in_it(desk: Desk) -> None:
    """Cells that nobody touched since the export do not make two copies differ; one that was emptied does."""
    filling = desk.exported()
    filling.book.properties.modified = None
    untouched = filling.saved()
    filling.put("议题", 3, "标题", "南门的灯")
    put_copies(desk, ("e(1).xlsx", filling), ("e.xlsx", untouched))
    assert "里全都有" in desk.imports().out
    assert titles(desk) == {"南门的灯"}
    filling = desk.exported()
    filling.put("议题", 3, "位置", None)
    filling.book.properties.modified = None
    emptied = filling.saved()
    filling.put("议题", 3, "位置", "南园二区")
    filling.put("议题", 3, "简介", "新的")
    put_copies(desk, ("f(1).xlsx", filling), ("f.xlsx", emptied))
    assert "里全都有" not in desk.imports().out


def test_a_table_that_stands_in_its_copy_is_not_read(desk: Desk) -> None:
    """Tables that are sheets of one workbook are copied one by one; what two copies of one say differently is asked."""
    desk.write("inbox/进展.csv", "议题,日期,阶段,内容\r\n停车难,2025-06-01,反映,没处停\r\n")
    desk.write("inbox/议题.csv", HEAD + "停车难,停车,2025-06-01,\r\n")
    desk.write("inbox/议题(1).csv", HEAD + "停车难,停车,2025-06-01,新的\r\n")
    age(desk, "议题.csv", 3600)
    assert desk.imports("--place", "nanyuan").code == 0
    assert "简介: 新的" in desk.text(f"{ISSUES}/ting-che-nan.yaml")
    assert lies_in(desk, "inbox") == set()
    desk.write("inbox/议题.csv", HEAD + "停车难,停车,2025-06-01,另外的\r\n")
    desk.write("inbox/议题(1).csv", HEAD + "停车难,停车,2025-06-01,又一个\r\n")
    age(desk, "议题.csv", 3600)
    before = desk.records
    found = desk.problems("--place", "nanyuan")
    assert {problem["path"] for problem in found} == {"inbox/议题.csv", "inbox/议题(1).csv"}
    assert desk.records == before


def test_a_row_that_only_the_older_copy_has_is_asked_about(desk: Desk) -> None:
    """Whether a row was deleted or lost is asked; the newer copy is taken all the same."""
    filling = matter(desk.template(), "楼道灯不亮", "晚上看不清")
    matter(filling, "停车位被占", "车停不进来", 4)
    desk.write("inbox/a.xlsx", filling.saved())
    age(desk, "a.xlsx", 3600)
    for sheet in ("议题", "进展"):
        for heading in ("标题", "主题", "提出") if sheet == "议题" else ("议题", "日期", "阶段", "内容"):
            filling.put(sheet, 4, heading, None)
    desk.write("inbox/a(1).xlsx", filling.saved())
    found = desk.problems()
    assert {(problem["code"], problem["path"]) for problem in found} == {("only_in_older", "inbox/a.xlsx")}
    assert titles(desk) == {"南门路灯不亮", "楼道灯不亮"}
    assert lies_in(desk, IMPORTED_FOLDER) == {"2025-12-31/a(1).xlsx"}


def test_two_people_s_files_of_one_name_are_no_copies(desk: Desk) -> None:
    """A mail program that numbers two people's files of one name loses neither's matter."""
    desk.template()
    for name, title, text in (("a.xlsx", "楼道灯不亮", "晚上看不清"), ("a(1).xlsx", "停车位被占", "车停不进来")):
        desk.write(f"inbox/{name}", matter(Filling((desk.folder / "a.xlsx").read_bytes()), title, text).saved())
    assert desk.imports().code == 0
    assert titles(desk) == {"南门路灯不亮", "楼道灯不亮", "停车位被占"}


def test_what_two_files_say_differently_is_asked_in_both(desk: Desk) -> None:
    """The same field, or the text of the same step, changed in two files: neither is taken, each hears of the other."""
    anna, ben = desk.exported(), Filling((desk.folder / "e.xlsx").read_bytes())
    anna.fill("议题", 3, {"简介": "灯坏了", "承诺期限": "2025-06-01", "主题": "照明、停车", "人数": "20人"})
    ben.fill("议题", 3, {"简介": "灯没坏", "承诺期限": "2025-06-01", "主题": "停车", "人数": "30人"})
    anna.put("进展", 3, "内容", "居民说黑")
    ben.put("进展", 3, "内容", "居民说亮")
    for name, filling in (("anna", anna), ("ben", ben)):
        desk.write(f"inbox/{name}.xlsx", filling.saved())
    before = desk.records
    told = desk.problems()
    assert [problem["code"] for problem in told] == ["said_otherwise"] * 8
    assert all(f"“{value}”" in str(told) for value in ("灯坏了", "照明、停车", "停车", "20 人", "30 人"))
    assert desk.records == before
    assert marked_in(desk.folder / "inbox/anna.returned.xlsx") == marked_in(desk.folder / "inbox/ben.returned.xlsx")


def test_what_two_files_say_of_different_fields_is_both_taken(desk: Desk) -> None:
    """Two people who change different fields of a record do not disturb each other."""
    anna, ben = desk.exported(), Filling((desk.folder / "e.xlsx").read_bytes())
    anna.put("议题", 3, "简介", "灯坏了")
    ben.put("议题", 3, "承诺期限", "2025-06-01")
    ben.fill("进展", 5, {"地方": "南园", "议题": "南门路灯不亮", "日期": "2025-03-20", "阶段": "实施", "内容": "买灯"})
    for name, filling in (("anna", anna), ("ben", ben)):
        desk.write(f"inbox/{name}.xlsx", filling.saved())
    assert desk.imports().code == 0
    assert all(text in desk.text(ISSUE) for text in ("简介: 灯坏了", "承诺期限: 2025-06-01", "买灯"))


def test_a_wrong_file_keeps_no_right_one_out(desk: Desk) -> None:
    """Of two files about one matter the right one is taken, and only the wrong one is answered, at its own cell."""
    anna, ben = desk.exported(), Filling((desk.folder / "e.xlsx").read_bytes())
    anna.put("议题", 3, "简介", "灯坏了")
    ben.put("议题", 3, "来源渠道", "=1")
    for name, filling in (("anna", anna), ("ben", ben)):
        desk.write(f"inbox/{name}.xlsx", filling.saved())
    found = desk.problems()
    assert [(problem["path"], problem["code"]) for problem in found] == [("inbox/ben.xlsx", "cell_formula")]
    assert "简介: 灯坏了" in desk.text(ISSUE)
    assert lies_in(desk, "inbox") == {"ben.xlsx", "ben.returned.xlsx"}


# --- names ------------------------------------------------------------------------------------------------------------


_TABLES = {
    "小区或空间": "名称,类别\n南园三区,小区\n",
    "议题": "标题,主题,提出,位置\n停车难,停车,2025-06-01,南园二区\n",
    "进展": "议题,日期,阶段,内容\n停车难,2025-06-01,反映,没处停\n",
    "会议": "标题,日期,相关议题\n停车的会,2025-06-10,停车难\n",
    "行动计划": "会议,事项,承诺期限\n停车的会,划线,2025-07-01\n",
}


@pytest.mark.parametrize(("sheet", "old", "new", "told", "taken"), [
    ("小区或空间", "小区", "星球", {"小区或空间": "not_allowed"}, {"议题", "进展", "会议", "行动计划"}),
    ("会议", "2025-06-10", "=1", {"会议": "cell_formula"}, {"小区或空间", "议题", "进展"}),
    ("行动计划", "2025-07-01", "=1", {"行动计划": "cell_formula"}, {"小区或空间", "议题", "进展"}),
    ("进展", "反映", "=1", {"进展": "cell_formula", "会议": "row_waits"}, {"小区或空间"}),
    ("议题", "停车难", "停车难" * 30, {"议题": "too_long", "进展": "read_as", "会议": "row_waits"}, {"小区或空间"})])
def test_a_wrong_table_keeps_only_those_out_that_build_on_it(desk: Desk, sheet: str, old: str, new: str,
                                                             told: dict[str, str], taken: set[str]) -> None:
    """Of the tables of a folder those are taken that name no record of a wrong one; every problem names its file."""
    for name, text in (_TABLES | {sheet: _TABLES[sheet].replace(old, new)}).items():
        desk.write(f"inbox/{name}.csv", text)
    problems = desk.problems("--place", "nanyuan")
    assert {Path(problem["path"]).stem: problem["code"] for problem in problems} == told
    assert {file.stem for file in (desk.folder / "taken/2025-12-31").iterdir()} == taken
    desk.write(f"inbox/{sheet}.csv", _TABLES[sheet])
    ended = desk.imports("--place", "nanyuan")
    assert (ended.code, [file.name for file in (desk.folder / "inbox").iterdir()]) == (0, [])
    assert "事项: 划线" in desk.text("places/liuxi/nanyuan/meetings/ting-che-de-hui.yaml")


def test_every_table_is_told_by_its_own_name(desk: Desk) -> None:
    """What is said of several tables names the files that there are, before and after they are moved."""
    for name, text in _TABLES.items():
        desk.write(f"inbox/{name}.csv", text)
    ended = desk.imports("--place", "nanyuan")
    assert "inbox/议题.csv, inbox/进展.csv: 1 new" in ended.out.replace("新增1条", "1 new")
    assert "taken/2025-12-31/议题.csv, taken/2025-12-31/进展.csv" in ended.out
    assert "tables.csv" not in ended.out


def test_odd_names_and_characters_never_stop_an_import(desk: Desk) -> None:
    """Names that no workbook can have for a sheet, bytes that are no text, control characters: all are answered."""
    wrong = HEAD + "停车难\x01,美食,2025-06-01,x\x1b[31m\r\n"
    for name in ("[a]:*?.csv", "History.csv", "a'b!c.csv", "长" * 60 + ".csv", "红\x1b[31m色.csv"):
        desk.write(f"inbox/{name}", wrong)
    with open(os.fsencode(desk.folder) + b"/inbox/\xc4\xcf\xd4\xb7.csv", "wb") as stream:
        stream.write(wrong.encode())
    ended = desk.imports("--place", "nanyuan")
    assert ended.code == 1
    assert "\x1b" not in ended.out + ended.err
    assert len([name for name in lies_in(desk, "inbox") if name.endswith(".returned.xlsx")]) == 6
    assert desk.imports("--place", "nanyuan", "--format", "json").code == 1


def test_what_is_not_read_is_said(desk: Desk) -> None:
    """Files that are none of these are named; what systems leave is not."""
    desk.write("inbox/照片.jpg", b"x")
    desk.write("inbox/_a.csv", HEAD + "停车难,停车,2025-06-01,x\r\n")
    desk.write("inbox/Thumbs.db", b"x")
    desk.write("inbox/.DS_Store", b"x")
    desk.write("inbox/~$c.xlsx", b"x")
    for left in ("c.xlsx.tmp", "d.csv.bak", "e.xlsx~", "f.xlsx.crdownload"):
        desk.write(f"inbox/{left}", b"x")
    (desk.folder / "inbox/b.xlsx").symlink_to(desk.folder / "elsewhere.xlsx")
    ended = desk.imports("--place", "nanyuan")
    assert ended.err.count("照片.jpg") == ended.err.count("b.xlsx") == 1
    assert "_a.csv" in ended.out
    assert "humbs" not in ended.out + ended.err
    assert "~$c" not in ended.out + ended.err
    for left in ("c.xlsx.tmp", "d.csv.bak", "e.xlsx~", "f.xlsx.crdownload"):
        assert f"inbox/{left}" in ended.out + ended.err


def test_rows_of_one_record_are_told_by_their_sheets(desk: Desk) -> None:
    """A sheet that was copied as a whole says of its row where the other one is, and nothing else is wrong."""
    filling = desk.template()
    filling.fill("议题", 3, {"标题": "停车难", "主题": "停车", "提出": "2025-06-01"})
    filling.fill("进展", 3, {"议题": "停车难", "日期": "2025-06-01", "阶段": "反映", "内容": "没处停"})
    filling.book.copy_worksheet(filling.sheet("议题")).title = "议题 (2)"
    desk.write("inbox/a.xlsx", filling.saved())
    [told] = [one for one in desk.problems() if one["code"] != "read_as"]
    assert (told["code"], told["cell"]) == ("row_twice", "议题 (2)!C3")
    assert "议题!C3" in told["message"]


@pytest.mark.parametrize("how", [(), ("--quiet",), ("--format", "json")])
def test_an_inbox_of_which_nothing_can_be_taken_is_an_error(desk: Desk, how: tuple[str, ...]) -> None:
    """A record saved as .txt is named, however one asks, and the command ends as one that took nothing."""
    assert desk.imports(*how).code == 0
    desk.write("inbox/n.txt", "标题: 停车难\n")
    desk.write("inbox/Thumbs.db", b"x")
    ended = desk.imports(*how)
    assert ended.code == 1
    assert (ended.out + ended.err).count("n.txt:1") + ended.out.count('"not_taken"') == 1
    assert "humbs" not in ended.out + ended.err


REPORT = """# places/liuxi/nanyuan
# 图片:
#   - {文件: yiti-1-a1b2c3.jpg, 图片说明: "东院的灯"}
#   - {文件: yiti-2-a1b2c3.jpg, 图片说明: "没有发来"}
#   - {文件: yiti-3-a1b2c3.jpg, 图片说明: ""}
标题: 东院路灯不亮
主题: 照明
提出: 2025-06-01
进展:
  - 2025-06-01 提出: 看不清路
"""
"""A text of the form with three photos, of which nothing says what the last one shows."""


def photo(colour: str, size: int = 40, **more: Any) -> bytes:
    """A small JPEG photo."""
    made = BytesIO()
    Image.new("RGB", (size, size), colour).save(made, "JPEG", **more)
    return made.getvalue()


def test_photos_beside_a_text_of_the_form_come_to_its_record(desk: Desk) -> None:
    """Those that lie there and have words, beside the record under its name, and with it out of the inbox; nothing is
    written over; of the others the sender is asked, and may send them later with the same text."""
    lies = f"{ISSUES}/dong-yuan-lu-deng-bu-liang-1.jpg"
    desk.write(f"content/{lies}", photo("white"))
    for name, colour in (("yiti-1-a1b2c3", "red"), ("yiti-3-a1b2c3", "green"), ("urlaub", "blue")):
        desk.write(f"inbox/{name}.jpg", photo(colour))
    desk.write("inbox/微信.txt", REPORT)
    told = desk.problems()
    assert [(one["code"], one["level"]) for one in told] == [
        ("photo_not_sent", "warning"), ("photo_without_words", "warning"), *[("not_taken", "warning")] * 2]
    assert lies_in(desk, "inbox") == {"yiti-3-a1b2c3.jpg", "urlaub.jpg"}
    assert {Path(file).name for file in lies_in(desk, "taken")} == {"微信.txt", "yiti-1-a1b2c3.jpg"}
    stem = f"{ISSUES}/dong-yuan-lu-deng-bu-liang"
    assert desk.records[f"{stem}-2.jpg"] == photo("red")
    assert desk.records[lies] == photo("white")
    assert ('\n图片:\n   - {文件: dong-yuan-lu-deng-bu-liang-2.jpg, 图片说明: "东院的灯"}\n#   - {文件: yiti-2'
            in desk.text(f"{stem}.yaml"))
    assert desk.again().code == 0
    assert desk.run("check").code == 0


def test_photos_that_come_later_are_added_to_the_record(desk: Desk) -> None:
    """Sent again with its photos, the text is the same matter; without any, nothing changes."""
    desk.write("inbox/a.yaml", REPORT)
    assert desk.codes() == ["photo_not_sent", "photo_not_sent", "photo_without_words"]
    before = desk.records
    assert desk.again().code == 0
    assert desk.records == before
    desk.write("inbox/yiti-2-a1b2c3.jpg", photo("red"))
    assert desk.again().code == 0
    assert desk.records.keys() - before.keys() == {f"{ISSUES}/dong-yuan-lu-deng-bu-liang-1.jpg"}
    assert "文件: dong-yuan-lu-deng-bu-liang-1.jpg, 图片说明: \"没有发来\"" in desk.text(
        f"{ISSUES}/dong-yuan-lu-deng-bu-liang.yaml")


def test_a_photo_is_checked_before_it_is_taken(desk: Desk) -> None:
    """One that tells where it was taken is told of; one that is no picture keeps its text back; one that is too large,
    a link, or named by two texts, is not read."""
    place = Image.Exif()
    place[0x8825] = {1: "N", 2: (31.0, 1.0, 1.0)}
    desk.write("inbox/a.yaml", REPORT)
    file = desk.write("inbox/yiti-1-a1b2c3.jpg", photo("red", exif=place))
    assert "photo_place" in desk.codes("--dry-run")
    file.write_bytes(b"no picture")
    assert "bad_photo" in desk.codes()
    assert "a.yaml" in lies_in(desk, "inbox")
    desk.write("content/site.yaml", "标题: 柳溪镇议事\n读取上限: {照片上限: 1}\n")
    file.write_bytes(photo("red") + bytes(2_000_000))
    assert desk.codes("--dry-run").count("photo_not_sent") == 2
    file.write_bytes(photo("red"))
    desk.write("inbox/b.yaml", REPORT.replace("东院", "西院"))
    assert desk.codes("--dry-run").count("photo_not_sent") == 2 * 2


def test_a_letter_beside_what_was_taken_is_a_warning(desk: Desk) -> None:
    """What was sent is taken in; the file that cannot be is named, and stays."""
    desk.write("inbox/说明.txt", "请查收")
    ended = desk.send(matter(desk.template(), "停车难", "停不下"))
    assert ended.code == 0
    assert "说明.txt" in ended.err
    assert lies_in(desk, "inbox") == {"说明.txt"}


def test_a_file_that_is_named_twice_is_taken_once(desk: Desk) -> None:
    """By itself and in its folder."""
    desk.write("inbox/a.xlsx", matter(desk.template(), "楼道灯不亮", "晚上看不清").saved())
    ended = desk.run("import", "inbox", "inbox/a.xlsx")
    assert (ended.code, ended.out.count("a.xlsx: ")) == (0, 1)
    assert lies_in(desk, IMPORTED_FOLDER) == {"2025-12-31/a.xlsx"}


def test_a_file_that_the_disk_does_not_give_keeps_no_other_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workbook, table or record: it is told with its reason, and stays where it lies."""
    read = files.read_file

    def read_others(folder: Path, path: str) -> bytes:
        if path.startswith("bad"):
            raise PermissionError(13, "Permission denied")
        return read(folder, path)

    monkeypatch.setattr(files, "read_file", read_others)
    desk.write("inbox/a.xlsx", matter(desk.template(), "楼道灯不亮", "晚上看不清").saved())
    for name in ("bad.xlsx", "bad.csv", "bad.yaml"):
        desk.write(f"inbox/{name}", "标题: x")
    ended = desk.imports()
    assert ended.code == 1
    assert ended.err.count("Permission denied") == 3
    assert "楼道灯不亮" in titles(desk)
    assert lies_in(desk, "inbox") == {"bad.xlsx", "bad.csv", "bad.yaml"}


def test_an_import_that_the_disk_refuses_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written before the file that cannot be written is taken back: changed records, and new ones."""
    filling = desk.exported()
    filling.put("议题", 3, "简介", "灯坏了")
    matter(filling, "楼道灯不亮", "晚上看不清", 4, 地方="南园")
    filling.put("进展", 4, "地方", "南园")
    desk.write("inbox/a.xlsx", filling.saved())
    before, write, written = desk.records, files.write_file, list[str]()

    def write_two(folder: Path, path: str, data: bytes) -> object:
        if path not in written and len(written) == 2:
            raise OSError(28, "No space left on device", path)
        written.append(path)
        return write(folder, path, data)

    monkeypatch.setattr(files, "write_file", write_two)
    ended = desk.imports()
    assert ended.code != 0
    assert "No space left on device" in ended.err
    assert len(written) > 2  # the first is written once more, as it was
    assert desk.records == before
    assert lies_in(desk, "inbox") == {"a.xlsx"}
