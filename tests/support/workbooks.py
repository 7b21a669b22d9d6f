"""Workbooks as people fill them: what they write rightly, and the slips they make."""

import io
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from yishi.workbook.parsed_workbook import format_column_letters
from yishi.workbook.write_workbook import FIRST_ROW

ROWS = {"议题": 1, "进展": 3, "回访": 1, "会议": 1, "行动计划": 1, "小区或空间": 1}
"""Sheet → how many rows a matter has on it."""


class Filling:
    """A workbook at somebody's desk. What is changed is noted, so that it can be put right."""

    def __init__(self, data: bytes) -> None:
        self.book: Workbook = load_workbook(io.BytesIO(data))
        self.undo: list[tuple[str, int, int, Any]] = []

    def sheet(self, name: str) -> Worksheet:
        sheet = self.book[name]
        assert isinstance(sheet, Worksheet)
        return sheet

    def column(self, sheet: str, heading: str) -> int:
        """The number of the column with this heading."""
        heads = [str(cell.value).removesuffix(" *") for cell in self.sheet(sheet)[1]]
        return heads.index(heading) + 1

    def put(self, sheet: str, row: int, heading: str, value: Any) -> str:
        """Types a value; the cell's address."""
        column = self.column(sheet, heading) if heading[0] != "#" else ["#id", "#base"].index(heading) + 1
        cell = self.sheet(sheet).cell(row, column)
        self.undo.append((sheet, row, column, cell.value))
        cell.value = value
        return f"{sheet}!{format_column_letters(column)}{row}"

    def fill(self, sheet: str, row: int, values: Mapping[str, Any]) -> None:
        """Types a row."""
        for heading, value in values.items():
            self.put(sheet, row, heading, value)

    def saved(self) -> bytes:
        stream = io.BytesIO()
        self.book.save(stream)
        return stream.getvalue()


def row_of(sheet: str, matter: int, entry: int = 0) -> int:
    """The row of a matter on a sheet."""
    return FIRST_ROW + matter * ROWS[sheet] + entry


def write_matter(filling: Filling, place: str, matter: int, location: str, stage: str = "协商") -> None:
    """A matter with all that belongs to it, rightly written; `stage` is one of the method there."""
    title = f"{place}第{matter + 1}件"
    fill = {
        ("议题", 0): {"标题": title, "主题": "照明", "提出": "2025-03-03", "位置": location, "简介": "晚上看不清路",
                     "来源渠道": "议事会", "参与类别": "居民、物业", "人数": "约20人", "未成年人": "2",
                     "承诺期限": "2025-05-31", "牵头": "物业", "成效类别": "设施改造"},
        ("进展", 0): {"议题": title, "日期": "2025-03-03", "阶段": "提出", "内容": "灯不亮"},
        ("进展", 1): {"议题": title, "日期": "2025-03-10", "阶段": stage, "内容": "商定换灯", "由谁": "居委会"},
        ("进展", 2): {"议题": title, "日期": "2025-04-20", "阶段": "办结", "内容": "灯亮了"},
        ("回访", 0): {"议题": title, "日期": "2025-08-01", "结果": "有效", "内容": "还亮"},
        ("会议", 0): {"标题": f"{title}的会", "日期": "2025-03-10", "相关议题": title, "主持": "居委会", "人数": "12"},
        ("行动计划", 0): {"会议": f"{title}的会", "事项": "买灯", "牵头": "物业", "承诺期限": "2025-03-20"},
        ("小区或空间", 0): {"名称": f"{place}{matter + 1}号车棚", "类别": "公共空间", "老旧": "否"},
    }
    for (sheet, entry), values in fill.items():
        filling.fill(sheet, row_of(sheet, matter, entry), values)


# --- slips ------------------------------------------------------------------------------------------------------------

Slip = Callable[[Filling, int], list[str]]
"""Makes a slip in a matter; the cells that must be marked."""


def _typed(sheet: str, heading: str, value: Any, entry: int = 0) -> Slip:
    def slip(filling: Filling, matter: int) -> list[str]:
        return [filling.put(sheet, row_of(sheet, matter, entry), heading, value)]

    return slip


def _copied_row(filling: Filling, matter: int) -> list[str]:
    """The row below is a copy of the next matter's, with its hidden id."""
    sheet, row = "议题", row_of("议题", matter)
    filling.put(sheet, row, "#id", filling.sheet(sheet).cell(row - 1, 1).value)
    filling.put(sheet, row, "标题", filling.sheet(sheet).cell(row - 1, filling.column(sheet, "标题")).value)
    return []


def _closed_without_reason(filling: Filling, matter: int) -> list[str]:
    return [filling.put("进展", row_of("进展", matter, 2), "阶段", "未解决")]


SLIPS: Mapping[str, Slip] = {
    "a topic that is none": _typed("议题", "主题", "美食"),
    "a topic misspelt": _typed("议题", "主题", "照眀"),
    "one of several topics misspelt": _typed("议题", "主题", "照明、停车车"),
    "no topic": _typed("议题", "主题", None),
    "no title": _typed("议题", "标题", None),
    "a long title": _typed("议题", "标题", "很长" * 40),
    "no date": _typed("议题", "提出", None),
    "a day that does not exist": _typed("议题", "提出", "2025-02-30"),
    "a date in words": _typed("议题", "提出", "那会儿"),
    "a date with a lost zero": _typed("议题", "提出", 2025.1),
    "a long summary": _typed("议题", "简介", "太长了" * 100),
    "a mobile number": _typed("议题", "简介", "找我13812345678"),
    "a door": _typed("议题", "简介", "住3号楼2单元301室"),
    "a number plate": _typed("议题", "备注", "京A12345一直占道"),
    "a place that is not there": _typed("议题", "位置", "月球广场"),
    "a channel that is none": _typed("议题", "来源渠道", "微信群里"),
    "a kind of people that is none": _typed("议题", "参与类别", "居民、外星人"),
    "a number in words": _typed("议题", "未成年人", "两三个"),
    "a negative number": _typed("议题", "六十岁以上", -3),
    "how many in words": _typed("议题", "人数", "很多人"),
    "a month where a day is due": _typed("议题", "承诺期限", "2025年5月"),
    "a formula": _typed("议题", "简介", "=A1&B1"),
    "an error of the spreadsheet": _typed("议题", "简介", "#REF!"),
    "an example's text": _typed("议题", "简介", "例：南门路灯不亮"),
    "a kind of result that is none": _typed("议题", "成效类别", "大改造"),
    "a decision's vote in words": _typed("议题", "赞成", "全体"),
    "closed without a reason": _closed_without_reason,
    "a stage that is none": _typed("进展", "阶段", "吃饭", 1),
    "no stage": _typed("进展", "阶段", None, 1),
    "a step's date in words": _typed("进展", "日期", "有一天", 1),
    "a step's day that does not exist": _typed("进展", "日期", "2025年13月1日", 1),
    "a step of no matter": _typed("进展", "议题", None, 1),
    "a step of another matter": _typed("进展", "议题", "谁也不知道的事", 1),
    "a step by nobody known": _typed("进展", "由谁", "隔壁老王", 1),
    "an identity number": _typed("进展", "内容", "证件110101199003077774", 1),
    "done before it was raised": _typed("进展", "日期", "2024-04-20", 2),
    "a result of a visit that is none": _typed("回访", "结果", "还行吧"),
    "a visit without a day": _typed("回访", "日期", None),
    "a visit in a month": _typed("回访", "日期", "2025-08"),
    "a meeting without a day": _typed("会议", "日期", None),
    "a meeting about nothing known": _typed("会议", "相关议题", "没有这件事"),
    "a chair that is none": _typed("会议", "主持", "老李"),
    "an action without a day": _typed("行动计划", "承诺期限", "尽快"),
    "an action of no meeting": _typed("行动计划", "会议", "没有开过的会"),
    "no action": _typed("行动计划", "事项", None),
    "a kind of place that is none": _typed("小区或空间", "类别", "星球"),
    "a place without a name": _typed("小区或空间", "名称", None),
    "old or not": _typed("小区或空间", "老旧", "有点"),
}
"""What is done wrongly → how. Every one leaves its matter wrong in exactly the cells that it names."""

REFUSED = frozenset({
    "a formula", "an error of the spreadsheet", "an example's text", "no title", "a long title", "a long summary",
    "done before it was raised", "a step of no matter", "a step of another matter", "an action of no meeting",
    "no action", "a visit in a month", "a visit without a day", "a result of a visit that is none",
    "a meeting without a day", "a kind of place that is none", "a place without a name"})
"""The slips for which the row of a matter comes back; with the others it is taken, and its writer is asked or told."""

HABITS: Mapping[str, Slip] = {
    "a date in Chinese": _typed("议题", "提出", "2025年3月3日"),
    "a date with points": _typed("议题", "提出", "2025.3.3"),
    "a date with slashes": _typed("议题", "提出", "2025/3/3"),
    "a date of the spreadsheet": _typed("议题", "提出", datetime(2025, 3, 3)),
    "a date as a number of days": _typed("议题", "提出", 45719),
    "a date without signs": _typed("议题", "提出", 20250303),
    "full-width digits": _typed("议题", "提出", "２０２５－０３－０３"),
    "a key instead of a label": _typed("议题", "主题", "lighting"),
    "a list ending in a comma": _typed("议题", "主题", "照明、"),
    "people with full-width commas": _typed("议题", "参与类别", "居民，物业"),
    "people in two lines": _typed("议题", "参与类别", "居民\n物业"),
    "blanks around": _typed("议题", "简介", "  晚上看不清路 "),
    "a number as a number": _typed("议题", "未成年人", 2),
    "a number of people": _typed("议题", "未成年人", "2人"),
    "full-width number": _typed("议题", "未成年人", "２"),
    "about, in other words": _typed("议题", "人数", "大约 20 人"),
    "a stage by its full name": _typed("进展", "阶段", "多元协商议事", 1),
    "no as a tick": _typed("小区或空间", "老旧", False),
}
"""Other ways to write the same: none of them is marked, and each means what the rightly written matter says."""


@dataclass
class Desk:
    """The workbook of one community: as it is sent, rightly written, and the cells that must be marked."""

    place: str
    name: str
    filling: Filling
    right: bytes = b""
    sent: bytes = b""
    wrong: dict[str, str] = field(default_factory=dict)


def with_slips(desk: Desk, location: str, kinds: list[str], choice: random.Random) -> None:
    """Fills the workbook of a community: a matter for each kind of slip, some written by habit; then the slips."""
    filling = desk.filling
    for matter in range(len(kinds) + 1):
        write_matter(filling, desk.name, matter, location, "议事")
    desk.right = filling.saved()
    filling.undo.clear()
    SLIPS_AND = {**HABITS, **SLIPS}
    for matter, kind in enumerate(kinds, start=1):
        if kind in SLIPS:
            desk.wrong |= dict.fromkeys(SLIPS[kind](filling, matter), kind)
        else:
            SLIPS_AND[kind](filling, matter)
    choice.random()
    desk.sent = filling.saved()


def marked_in(file: Path, colour: str = "FFC7CE") -> set[str]:
    """The cells of an answer that are coloured, as wrong if nothing else is said, and have a comment."""
    book = load_workbook(file)
    return {f"{sheet.title}!{cell.coordinate}" for sheet in book.worksheets for cell in _cells(sheet)
            if cell.comment is not None and cell.fill.fgColor.rgb == f"00{colour}"}


ERROR, QUESTION, READING = "FFC7CE", "FFEB9C", "C6EFCE"
"""The colours of cells whose row is not taken, that are asked about, and that were read differently from how they were
typed."""


def _cells(sheet: Worksheet) -> Iterator[Any]:
    for row in sheet.iter_rows():
        yield from row


def corrected(answer: bytes, undo: list[tuple[str, int, int, Any]]) -> bytes:
    """The answer with its slips put right, its list and its colours left as they are."""
    book = load_workbook(io.BytesIO(answer))
    for sheet, row, column, value in reversed(undo):
        book[sheet].cell(row, column).value = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
