"""What stands in a cell is read as it is shown, or asked about: nothing false, nothing lost, nothing silent."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Color, Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.hyperlink import Hyperlink

from tests.support.inbox import ISSUE, Desk
from tests.support.workbooks import QUESTION, Filling, marked_in
from yishi.model.quantities import parse_quantity
from yishi.workbook.cell_values import Cell, hash_text
from yishi.workbook.headings import is_internal
from yishi.workbook.parsed_workbook import EXAMPLE_MARKER, format_column_letters, hash_cells

NEW = "places/liuxi/nanyuan/issues/ting-che-nan.yaml"


def matter(desk: Desk) -> Filling:
    """A template with one matter, rightly written."""
    filling = desk.template()
    filling.fill("议题", 3, {"标题": "停车难", "主题": "停车", "提出": "2025-06-01", "简介": "没处停"})
    filling.fill("进展", 3, {"议题": "停车难", "日期": "2025-06-01", "阶段": "反映", "内容": "车停在路上"})
    return filling


def shown(desk: Desk, *cells: tuple[str, Any, str]) -> list[tuple[str, list[str]]]:
    """For each heading, value and number format: the record of a matter with such a cell ("" = none), and the codes of
    what is told of its row. One workbook brings all of them."""
    filling = desk.template()
    for row, (heading, value, code) in enumerate(cells, start=3):
        filling.fill("议题", row, {"标题": _title(row), "主题": "停车", "提出": "2025-06-01", "简介": "没处停"})
        filling.fill("进展", row, {"议题": _title(row), "日期": "2025-06-01", "阶段": "反映", "内容": "车停在路上"})
        filling.put("议题", row, heading, value)
        filling.sheet("议题").cell(row, filling.column("议题", heading)).number_format = code
    desk.write("inbox/a.xlsx", filling.saved())
    told = [(one["code"], one["cell"]) for one in desk.problems()]
    records = [data.decode() for data in desk.records.values()]
    return [(next((text for text in records if f"标题: {_title(row)}\n" in text), ""),
             [code for code, cell in told if re.fullmatch(rf"议题![A-Z]+{row}", cell)])
            for row in range(3, 3 + len(cells))]


def _title(row: int) -> str:
    return f"{row}号院停车难"


# --- dates and numbers as they are shown ------------------------------------------------------------------------------

DATES: dict[str, tuple[Any, str, str]] = {
    "a month in Chinese": (datetime(2025, 3, 1), 'yyyy"年"m"月"', "2025-03"),
    "a month in English": (datetime(2025, 3, 1), "mmm-yy", "2025-03"),
    "a year": (datetime(2025, 1, 1), "yyyy", "2025"),
    "a day": (datetime(2025, 3, 4), "yyyy/m/d;@", "2025-03-04"),
    "a day and an hour": (datetime(2025, 3, 4, 20, 14), "yyyy-mm-dd hh:mm", "2025-03-04"),
    "a day with its language": (datetime(2025, 3, 4), '[$-804]yyyy"年"m"月"d"日";@', "2025-03-04"),
    "a number that shows its zero": (2025.1, "0.00", "2025-10"),
    "a year as a number": (2025, "General", "2025"),
}


def test_a_date_is_as_precise_as_its_cell_shows(desk: Desk) -> None:
    """What a cell does not show, no record says."""
    cells = (("提出", value, code) for value, code, _ in DATES.values())
    for (case, (_, _, wanted)), (text, codes) in zip(DATES.items(), shown(desk, *cells), strict=True):
        assert (case, f"提出: {wanted}\n" in text, codes) == (case, True, [])


def test_a_chinese_program_s_own_format_of_a_month_is_known(desk: Desk) -> None:
    """Format 57 shows 2025年3月, and is told by its number only."""
    filling = matter(desk)
    filling.put("议题", 3, "提出", 45717)
    cell = filling.sheet("议题").cell(3, filling.column("议题", "提出"))
    cell.number_format = "General"
    cell._style.numFmtId = 57  # type: ignore[union-attr]
    desk.write("inbox/a.xlsx", filling.saved())
    assert desk.imports().code == 0
    assert "提出: 2025-03\n" in desk.text(NEW)


def test_a_date_that_does_not_show_itself_is_told(desk: Desk) -> None:
    """Days counted as spreadsheets do, and days without a year, are read, and it is said as what."""
    day = datetime(2025, 9, 11)
    found = shown(desk, ("提出", 45911, "General"), ("提出", "45911", "@"), ("提出", day, 'm"月"d"日"'),
                  ("提出", day, "d-mmm"))
    assert [("提出: 2025-09-11\n" in text, codes) for text, codes in found] == [
        (True, ["date_from_number"]), (True, ["date_from_number"]), (True, ["year_not_shown"]),
        (True, ["year_not_shown"])]


def test_days_counted_from_1904_are_the_days_that_are_shown(desk: Desk) -> None:
    """A workbook of an old Mac counts from another day, in cells with a format of dates and without."""
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet, steps = book.worksheets[0], book.create_sheet("进展")
    sheet.title = "议题"
    sheet.append(["标题", "主题", "提出"])
    sheet.append(["停车难", "停车", datetime(2025, 9, 11)])
    steps.append(["议题", "日期", "阶段", "内容"])
    steps.append(["停车难", 45911 - 1462, "反映", "x"])
    stream = io.BytesIO()
    book.save(stream)
    desk.write("inbox/a.xlsx", stream.getvalue())
    assert desk.imports("--place", "nanyuan").code == 0
    assert "提出: 2025-09-11\n" in desk.text(NEW)
    assert "2025-09-11 反映: x" in desk.text(NEW)


NUMBERS: dict[str, tuple[str, Any, str, str]] = {
    "a unit": ("人数", 20, '0"人"', "{数值: 20, 单位: 人}"),
    "thousands": ("人数", 12000, "#,##0", "12000"),
    "zeros in front of a text": ("备注", 123, "000000", "000123"),
    "a share in a text": ("备注", 0.8, "0%", "80%"),
    "a price in a text": ("备注", 86000, '"¥"#,##0.00', "¥86,000.00"),
    "decimals in a text": ("备注", 3.14159, "0.00", "3.14"),
    "a sum of decimals": ("备注", 0.1 + 0.2, "General", "0.3"),
    "a time of day in a text": ("备注", datetime(2025, 3, 4, 20, 14), "yyyy-mm-dd hh:mm", "2025-03-04 20:14"),
    "a month in a text": ("备注", datetime(2025, 3, 1), 'yyyy"年"m"月"', "2025年3月"),
    "a house that became a day": ("备注", datetime(2026, 1, 2), 'm"月"d"日"', "1月2日"),
    "another": ("备注", datetime(2026, 1, 2), "d-mmm;@", "2-Jan"),
    "a day as each computer shows it": ("备注", datetime(2025, 3, 4), "mm-dd-yy", "2025-03-04"),
    "hours of a duration": ("备注", timedelta(hours=26), "[h]:mm", "26:00"),
    "a clock": ("备注", time(9, 30), "h:mm", "9:30"),
    "a clock with its half of the day": ("备注", time(21, 5), '[$-804]上午/下午h"时"mm"分";@', "下午9时05分"),
    "minutes": ("备注", time(9, 5, 3), "mm:ss", "05:03"),
    "a word for a number": ("备注", 1, '"是";;"否"', "是"),
    "a word for nothing": ("备注", 0, '"有";;"没有"', "没有"),
    "any number and its unit": ("备注", 5.5, 'General"人"', "5.5人"),
    "less than nothing": ("备注", -5, "0;[Red](0)", "(5)"),
    "true, in a text": ("备注", True, "General", "TRUE"),
    "true, where yes or no is asked for": ("草稿", True, "General", "是"),
    "a flat that became a day": ("备注", datetime(2026, 1, 2), "m-d", "1-2"),
}


def test_a_number_is_what_its_cell_shows(desk: Desk) -> None:
    """The words and digits of the number format are read with the number."""
    cells = ((heading, value, code) for heading, value, code, _ in NUMBERS.values())
    for (case, (_, _, _, wanted)), (text, codes) in zip(NUMBERS.items(), shown(desk, *cells), strict=True):
        assert (case, f": {wanted}\n" in text, codes) == (case, True, []), text


UNCLEAR: list[tuple[Any, str]] = [
    (0.5, "# ?/?"), (5551234, "000-0000"), (12345, "0.00E+00"), (1234567, '0!.0,"万"'), (5, '[>3]0"多";0'),
    (1000, "[DBNum2]General"), (datetime(2025, 3, 1), "[$-F800]dddd, mmmm dd, yyyy"),
    (datetime(2025, 3, 1), "[$-804]d-mmm"), (time(9, 30), "yyyy-mm-dd")]


def test_what_a_cell_shows_is_asked_where_its_format_does_not_tell(desk: Desk) -> None:
    """A text never says another thing than its cell shows."""
    assert shown(desk, *(("备注", *cell) for cell in UNCLEAR)) == [("", ["cell_unclear"])] * len(UNCLEAR)


WITH_WORDS = {'"约"yyyy-mm-dd': "约 2025-09-11", 'yyyy-mm-dd"以前"': "不晚于 2025-09-11", 'yyyy"?"': "",
              '"Q2 "yyyy': "2025-04..2025-06（Q2 2025）", 'yyyy年m月"左右"': "约 2025-09"}


def test_words_that_a_format_adds_to_a_date_are_not_dropped(desk: Desk) -> None:
    """A cell that shows 约2025-09-11 is no exact day; one that shows a doubt is asked."""
    found = shown(desk, *(("提出", datetime(2025, 9, 11), code) for code in WITH_WORDS))
    for (code, read), (text, codes) in zip(WITH_WORDS.items(), found, strict=True):
        assert (code, f"提出: {read or '未知'}\n" in text, codes) == (
            code, True, (["read_as"] if ".." in read else []) if read else ["date_asked"])


def test_what_became_a_date_is_no_number_of_people(desk: Desk) -> None:
    """3-5 people that the spreadsheet made a day are asked about."""
    found = shown(desk, ("人数", datetime(2026, 3, 5), 'm"月"d"日"'), ("人数", time(3, 5), "h:mm"), ("人数", 1, '"是"'))
    assert [("人数" in text, codes) for text, codes in found] == [(False, ["value_asked"])] * 3


@pytest.mark.parametrize(("value", "code"), [(0.8, "0%"), (12.5, "0"), (-1, "General"), (1234567, '0!.0,"万"')])
def test_a_number_that_is_none_of_people_is_not_made_one(desk: Desk, value: float, code: str) -> None:
    """A share, a fraction or less than nothing is never rounded to a number of people."""
    filling = matter(desk)
    filling.put("议题", 3, "未成年人", value)
    filling.sheet("议题").cell(3, filling.column("议题", "未成年人")).number_format = code
    desk.write("inbox/a.xlsx", filling.saved())
    if desk.codes():
        assert "未成年人" not in desk.text(NEW)
        assert len(marked_in(next((desk.folder / "taken").rglob("a.returned.xlsx")), QUESTION)) == 1
    else:
        assert "未成年人: 1234567" in desk.text(NEW)


AMOUNTS = {
    "1万": (10_000, "", "exact"), "50+": (50, "", "at_least"), "30左右": (30, "", "about"),
    "20来人": (20, "人", "about"), "二十多人": (20, "人", "over"), "四十余人": (40, "人", "over"),
    "3.2万": (32_000, "", "exact"),
    "1.5万余人次": (15_000, "人次", "over"), "近百人": (100, "人", "about"), "1,200人": (1200, "人", "exact"),
    "十几人": (10, "人", "over"), "一百零二": (102, "", "exact"), "一千二": (1200, "", "exact"),
    "廿八": (28, "", "exact"), "两百户": (200, "户", "exact"), "20多万人": (200_000, "人", "over"),
    "20人以上": (20, "人", "at_least"), "至少20人": (20, "人", "at_least"), "约20人": (20, "人", "about"),
    "共20人": (20, "人", "exact"), "０": (0, "", "exact"),
    "over 20 people": (20, "people", "over"), "20 or so": (20, "", "about"),
    "20 人 左右": (20, "人", "about"), "1.5 万": (15_000, "", "exact"),
    **dict.fromkeys(["12,5", "12.5", "20-30人", "两三百人", "三五人", "不到20人", "几十人", "半数", "012", "-3",
                     "第8人", "80%", "1万2", "14 average", "二〇二五", "无", "万", "很多"]),
}


@pytest.mark.parametrize("text", AMOUNTS)
def test_a_number_is_read_as_people_mean_it_or_not_at_all(text: str) -> None:
    """Ten thousands, about, over, at least, Chinese numerals; never a unit that is none, never one of two numbers."""
    amount = parse_quantity(text)
    assert (amount and (amount.value, amount.unit, amount.precision)) == AMOUNTS[text]


def in_chinese(number: int) -> str:
    """A number below a hundred million in Chinese numerals."""
    high, low = divmod(number, 10_000)
    if high:
        return in_chinese(high) + "万" + (("零" if low < 1000 else "") + in_chinese(low) if low else "")
    text = ""
    for power, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        figure = number // power % 10
        if figure:
            text += "零一二三四五六七八九"[figure] + sign
        elif text and number % power and not text.endswith("零"):
            text += "零"
    return text


def test_every_number_in_chinese_numerals_is_read() -> None:
    """All numbers to ten thousand, and some above, as they are written in full; 一十二 as 十二 too."""
    for number in [*range(1, 10_001), 10_050, 12_345, 20_300, 100_000, 1_234_567, 99_999_999]:
        amount = parse_quantity(in_chinese(number))
        assert amount is not None, in_chinese(number)
        assert amount.value == number
        short = in_chinese(number).replace("一十", "十", 1) if 9 < number < 20 else in_chinese(number)
        assert parse_quantity(short) == amount


def test_numbers_read_alike_in_a_workbook_a_table_and_a_record(desk: Desk) -> None:
    """One reader: a cell, a CSV file and a record file say the same with the same words."""
    filling = matter(desk)
    filling.put("议题", 3, "人数", "二十多人")
    desk.write("inbox/a.xlsx", filling.saved())
    desk.write("inbox/议题.csv", "标题,主题,提出,人数\r\n路灯坏,照明,2025-06-02,二十多人\r\n")
    desk.write("inbox/进展.csv", "议题,阶段,内容\r\n路灯坏,反映,x\r\n")
    desk.write("content/places/liuxi/nanyuan/issues/yaml.yaml", "标题: 渗水\n主题: 漏水\n提出: 2025-06-03\n"
               "参与方: {人数: 二十多人}\n进展:\n  - 反映: x\n")
    assert desk.imports("--place", "nanyuan").code == 0
    assert desk.run("build", "--output", "site").code == 0
    pages = [(desk.folder / f"site/places/liuxi/nanyuan/issues/{name}/index.html").read_text("utf-8")
             for name in ("ting-che-nan", "lu-deng-huai", "yaml")]
    assert all("超过20人" in page for page in pages)


def test_a_word_that_a_number_cannot_hold_is_told(desk: Desk) -> None:
    """志愿者8人 is eight people, and that they were volunteers is not dropped in silence."""
    [(text, codes)] = shown(desk, ("人数", "志愿者8人", "General"))
    assert ("人数: {数值: 8, 单位: 人}" in text, codes) == (True, ["word_left_out"])


# --- the order of steps -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dates", [("2026-05-10", "2026-05"), ("2026-05", "2026-05-10"),
                                   ("2025-06-02", "2025", "2025-07"), ("2025-06-03", "未知", "2025-06-03")])
def test_steps_keep_the_order_of_their_rows_where_dates_leave_it_open(desk: Desk, dates: tuple[str, ...]) -> None:
    """A month may lie before or after a day in it, and what has no date anywhere: the writer's order holds."""
    filling = matter(desk)
    for row, day in enumerate(dates, start=3):
        filling.fill("进展", row, {"议题": "停车难", "日期": day, "阶段": "反映", "内容": f"第{row}步"})
    desk.write("inbox/a.xlsx", filling.saved())
    assert desk.imports().code == 0
    places = [desk.text(NEW).index(f"第{row}步") for row in range(3, 3 + len(dates))]
    assert places == sorted(places)


# --- tables -----------------------------------------------------------------------------------------------------------

STEPS = "议题,日期,阶段,内容\r\n停车难,2025-06-01,反映,x\r\n"
TABLES: dict[str, tuple[str, str]] = {
    "a quote that is never closed": ('停车难,停车,2025-06-01,"没处停\r\n路灯坏,照明,2025-06-02,黑\r\n', "table_quote"),
    "a quote that is closed rows below": (
        '停车难,停车,2025-06-01,"没处停\r\n路灯坏,照明,2025-06-02,黑"\r\n', "row_swallowed"),
    "text after a quote": ('停车难,停车,2025-06-01,"没处"停\r\n', "table_quote"),
    "a comma without quotes": ("停车难,停车,2025-06-01,dark, cold and wet\r\n", "row_longer"),
    "a cell too few": ("停车难,停车,2025-06-01\r\n", "row_shorter"),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_table_whose_cells_cannot_be_told_apart_is_refused(desk: Desk, case: str) -> None:
    """No row is taken into the text of another, no text cut at a comma: the line is told, nothing is taken."""
    rows, code = TABLES[case]
    desk.write("inbox/议题.csv", "标题,主题,提出,简介\r\n" + rows)
    desk.write("inbox/进展.csv", STEPS)
    before = desk.records
    found = desk.problems("--place", "nanyuan")
    assert [problem["code"] for problem in found if problem["code"] != "unknown_reference"] == [code]
    assert "2" in found[0]["message"] or found[0]["line"] == 2
    assert desk.records == before


def test_what_is_rightly_quoted_is_read_as_written(desk: Desk) -> None:
    """Commas, quotes and lines within quotes, and inches without them, stay as they are."""
    row = '停车难,停车,2025-06-01,"dark, ""cold""\nand, wet",宽5"'
    desk.write("inbox/议题.csv", f"标题,主题,提出,简介,备注\r\n{row}\r\n")
    desk.write("inbox/进展.csv", STEPS)
    assert desk.imports("--place", "nanyuan").code == 0
    assert '  dark, "cold"\n  and, wet\n' in desk.text(NEW)
    assert '备注: 宽5"\n' in desk.text(NEW)


HEADS: dict[str, tuple[str, str, int]] = {
    "two of one name": ("标题,主题,提出,简介,简介", "column_twice", 0),
    "two of one meaning": ("标题,主题,提出,简介,summary", "column_twice", 0),
    "none": ("标题,主题,提出,简介,", "column_headless", 0),
    "one of one's own": ("标题,主题,提出,简介,书记批示", "column_unknown", 0),
    "one that says it is internal": ("标题,主题,提出,简介,备注（内部，勿公开）", "column_internal", 0),
}


@pytest.mark.parametrize("case", HEADS)
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_column_that_cannot_be_read_is_told_and_kept(desk: Desk, case: str, suffix: str) -> None:
    """A second column of one name is not read; what has no heading, an own or an internal one is kept aside."""
    head, code, exit_code = HEADS[case]
    rows = [head.split(","), ["停车难", "停车", "2025-06-01", "没处停", "别公开"]]
    if suffix == "csv":
        desk.write("inbox/议题.csv", "\r\n".join(",".join(row) for row in rows))
        desk.write("inbox/进展.csv", STEPS)
    else:
        book = Workbook()
        book.remove(book.worksheets[0])
        for name, lines in (("议题", rows), ("进展", [line.split(",") for line in STEPS.split()])):
            sheet = book.create_sheet(name)
            for line in lines:
                sheet.append(line)
        book.save(desk.folder / "inbox/a.xlsx")
    assert code in desk.codes("--place", "nanyuan", "--dry-run")
    ended = desk.imports("--place", "nanyuan")
    assert ended.code == exit_code
    assert not any("别公开" in data.decode() for data in desk.records.values())
    if code != "column_twice":
        aside = next((desk.folder / "taken/2025-12-31").glob("*.aside.csv"))
        assert "别公开" in aside.read_text("utf-8-sig")


ENCODED: dict[str, tuple[str, str, str]] = {
    "Windows-1252": ("cp1252", "title,topic,raised,summary", "The resident’s room"),
    "Mac Roman": ("mac_roman", "title,topic,raised,summary", "The resident’s café"),
    "Big5": ("big5", "title,topic,raised,summary", "停車位不夠"),
    "Shift-JIS": ("shift_jis", "title,topic,raised,summary", "駐車場がない"),
    "Korean": ("euc_kr", "title,topic,raised,summary", "주차장이 없다"),
    "a broken UTF-8": ("", "标题,主题,提出,简介", "没处停"),
}


@pytest.mark.parametrize("case", ENCODED)
def test_a_table_whose_encoding_is_not_certain_is_refused(desk: Desk, case: str) -> None:
    """No letter is published that its writer did not type."""
    encoding, head, text = ENCODED[case]
    table = f"{head}\r\nParking,parking,2025-06-01,{text}\r\n"
    desk.write("inbox/a.csv", table.encode(encoding) if encoding else table.encode()[:-5] + table.encode()[-4:])
    before = desk.records
    assert desk.codes("--place", "nanyuan") == ["table_encoding"]
    assert desk.records == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
@pytest.mark.parametrize("head", ["标题,主题,提出,简介", "title,topic,raised,summary"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_whose_encoding_is_certain_is_read(desk: Desk, encoding: str, head: str, delimiter: str) -> None:
    """Unicode, and what mainland China's spreadsheets write, where Chinese headings or values prove it."""
    lines = [head, "停车难,停车,2025-06-01,没处停"]
    desk.write("inbox/议题.csv", "\r\n".join(lines).replace(",", delimiter).encode(encoding))
    desk.write("inbox/进展.csv", STEPS.encode())
    assert desk.imports("--place", "nanyuan").code == 0
    assert "简介: 没处停" in desk.text(NEW)


# --- hidden, struck out, pinned ---------------------------------------------------------------------------------------


def _hide_row(filling: Filling) -> None:
    filling.sheet("议题").row_dimensions[3].hidden = True


def _hide_column(filling: Filling) -> None:
    filling.sheet("议题").column_dimensions["G"].hidden = True


def _hide_sheet(filling: Filling) -> None:
    filling.sheet("进展").sheet_state = "hidden"


def _strike_row(filling: Filling) -> None:
    for column in range(3, 40):
        filling.sheet("议题").cell(3, column).font = Font(strike=True)


def _strike_cell(filling: Filling) -> None:
    filling.sheet("议题").cell(3, 13).font = Font(strike=True)


def _strike_words(filling: Filling) -> None:
    filling.sheet("议题").cell(3, 13).value = CellRichText("没处停", TextBlock(InlineFont(strike=True), "都怪老王"))


def _show_nothing(filling: Filling) -> None:
    filling.sheet("议题").cell(3, 13).number_format = ";;;"


def _write_white(filling: Filling) -> None:
    filling.sheet("议题").cell(3, 13).font = Font(color="FFFFFFFF")


def _write_in_background(filling: Filling) -> None:
    filling.sheet("议题").cell(3, 13).font = Font(color=Color(theme=0))


def _title_says_internal(filling: Filling) -> None:
    for name in ("议题", "进展"):
        filling.sheet(name).insert_rows(1)
    filling.sheet("议题").cell(1, 3).value = "内部资料，请勿外传"


def _name_says_internal(filling: Filling) -> None:
    filling.sheet("议题").title = "议题（内部）"


UNSEEN: dict[str, tuple[Callable[[Filling], None], str]] = {
    "a hidden row": (_hide_row, "rows_hidden"),
    "a hidden column": (_hide_column, "column_hidden"),
    "a hidden sheet": (_hide_sheet, "sheet_hidden"),
    "a struck-out row": (_strike_row, "row_struck"),
    "a struck-out cell": (_strike_cell, "cell_struck"),
    "struck-out words": (_strike_words, "cell_struck"),
    "a format that shows nothing": (_show_nothing, "cell_unseen"),
    "white letters": (_write_white, "cell_unseen"),
    "letters of the background": (_write_in_background, "cell_unseen"),
    "a title that says internal": (_title_says_internal, "sheet_internal"),
    "a sheet's name that says internal": (_name_says_internal, "sheet_internal"),
}


@pytest.mark.parametrize("case", UNSEEN)
def test_what_is_not_meant_to_be_seen_is_asked_about(desk: Desk, case: str) -> None:
    """Nothing that is hidden, struck out or marked as internal is published unasked."""
    spoil, code = UNSEEN[case]
    filling = matter(desk)
    spoil(filling)
    desk.write("inbox/a.xlsx", filling.saved())
    before = desk.records
    assert desk.codes() == [code]
    assert desk.records.keys() - before.keys() == ({NEW} if code == "column_hidden" else set())
    assert not any("停车\n" in data.decode() for data in desk.records.values())


def test_a_record_without_what_a_hidden_column_holds_waits_for_the_answer(desk: Desk) -> None:
    """A location whose name is hidden is not taken in without a name: what is asked about the column is an error."""
    desk.template()
    filling = Filling((desk.folder / "a.xlsx").read_bytes())
    filling.fill("小区或空间", 3, {"名称": "东院", "类别": "公共空间"})
    letter = format_column_letters(filling.column("小区或空间", "名称"))
    filling.sheet("小区或空间").column_dimensions[letter].hidden = True
    desk.write("inbox/a.xlsx", filling.saved())
    before = desk.records
    assert [(problem["code"], problem["level"]) for problem in desk.problems()] == [("column_hidden", "error")]
    assert desk.records == before


@pytest.mark.parametrize("size", [b"0", b"0.4"])
def test_what_was_dragged_shut_is_hidden(desk: Desk, size: bytes) -> None:
    """A column or row that was dragged shut, or nearly, is as hidden as one that was hidden by the menu."""
    filling = matter(desk)
    filling.sheet("议题").column_dimensions["G"].width = 77
    desk.write("inbox/a.xlsx", _replaced(filling.saved(), b'width="77"', b'width="%s"' % size))
    assert desk.codes() == ["column_hidden"]
    filling.sheet("议题").row_dimensions[3].height = 88
    desk.write("inbox/a.xlsx", _replaced(filling.saved(), b'ht="88"', b'ht="%s"' % size))
    assert desk.codes() == ["rows_hidden"]


def test_hidden_rows_and_columns_that_nobody_changed_are_not_asked_about(desk: Desk) -> None:
    """Who hides columns and rows of an export that are not needed is not bothered; a sheet for nothing neither."""
    filling = desk.exported()
    for letter in "FGHIJ":
        filling.sheet("议题").column_dimensions[letter].hidden = True
    filling.sheet("进展").row_dimensions[3].hidden = True
    filling.sheet("案例").sheet_state = "hidden"
    filling.put("议题", 3, "承诺期限", "2025-06-01")
    ended = desk.send(filling)
    assert (ended.code, ended.err) == (0, "")


@pytest.mark.parametrize(("text", "wanted"), [
    ("备注（内部，勿公开）", True), ("内部备注", True), ("内部资料", True), ("notes (internal)", True),
    ("Private", True), ("小区内部道路", False), ("仅供参考", False), ("Private roads", False),
    ("international", False)])
def test_a_heading_says_that_it_is_internal_or_not(text: str, wanted: bool) -> None:
    """内部 of a compound is its inside, and a private road is no secret."""
    assert is_internal(text) is wanted


INTERNAL = [
    "内部：不要公开，老王不同意", "（内部）老王不同意", "勿公开 老王不同意", "不公开，再议",
    "先看一看\n不要公开：老王不同意", "老王不同意（勿公开）", "Confidential: see the file", "[internal] not agreed",
    "保密：再议", "（仅供内部）资金来自书记个人", "此条暂不公开，待研究", "暂不公开", "本条内容仅限内部使用",
    "请勿公开：再议", "路灯不亮【内部资料，请勿外传】", "注：先不公开", "以下内容不对外：再议",
    "For internal use only: not agreed"]


def test_a_cell_that_says_that_it_is_internal_is_asked_about(desk: Desk) -> None:
    """What begins with 内部, or not to be published, is never published unasked, in whichever line it stands."""
    found = shown(desk, *(("备注", text, "General") for text in INTERNAL))
    assert dict(zip(INTERNAL, found, strict=True)) == dict.fromkeys(INTERNAL, ("", ["cell_internal"]))


OF_THE_INSIDE = [
    "内部道路积水", "小区内部：道路积水", "不上网的老人看不到通知", "保密协议没有签", "Internal roads flood",
    "本小区内部道路积水",
    "账目不公开引起不满", "此处内部管线老化", "请物业公开账目", "For internal roads there is no money"]


def test_a_cell_about_the_inside_of_something_is_read(desk: Desk) -> None:
    """A road inside a compound is no secret."""
    for text, (record, codes) in zip(OF_THE_INSIDE, shown(desk, *(("备注", text, "General") for text in OF_THE_INSIDE)),
                                     strict=True):
        assert (text, text in record, codes) == (text, True, [])


def test_a_record_that_is_public_already_is_not_asked_about(desk: Desk) -> None:
    """A text that stands in a record may begin as it does, in an export that nobody changed there."""
    desk.write(f"content/{ISSUE}", desk.text(ISSUE) + "备注: 不公开账目引起不满\n")
    assert desk.send(desk.exported()).code == 0


def test_a_comment_on_a_cell_is_told_and_kept(desk: Desk) -> None:
    """What somebody pinned to a cell is not published, not lost and not passed over in silence."""
    filling = matter(desk)
    filling.sheet("议题").cell(3, 13).comment = Comment("请再核实", "王")
    desk.write("inbox/a.xlsx", filling.saved())
    assert desk.codes() == ["remark_unread"]
    assert "请再核实" in (desk.folder / "taken/2025-12-31/a.aside.csv").read_text("utf-8-sig")


def test_a_comment_outlives_the_answers_to_its_workbook(desk: Desk) -> None:
    """What somebody pinned to a wrong cell stands below what the answer says there, and is kept when it is mended."""
    filling = matter(desk)
    filling.put("议题", 3, "提出", "=1")
    filling.sheet("议题").cell(3, 5).comment = Comment("去年的事\n问老王", "王")
    filling.sheet("议题").cell(3, 13).comment = Comment("请再核实", "王")
    desk.write("inbox/a.xlsx", filling.saved())
    assert desk.codes() == ["cell_formula", "remark_unread"]
    answer = Filling((desk.folder / "inbox/a.returned.xlsx").read_bytes())
    answer.put("议题", 3, "提出", "=2")
    desk.write("inbox/a.returned.xlsx", answer.saved())
    assert desk.codes() == ["cell_formula", "remark_unread"]
    answer = Filling((desk.folder / "inbox/a.returned-2.xlsx").read_bytes()
                     if (desk.folder / "inbox/a.returned-2.xlsx").exists()
                     else (desk.folder / "inbox/a.returned.xlsx").read_bytes())
    answer.put("议题", 3, "提出", "2025-06-01")
    for file in (desk.folder / "inbox").iterdir():
        file.unlink()
    desk.write("inbox/a.returned.xlsx", answer.saved())
    assert desk.codes() == ["remark_unread", "remark_unread"]
    kept = next((desk.folder / "taken/2025-12-31").glob("*.aside.csv")).read_text("utf-8-sig")
    assert "去年的事\n问老王" in kept
    assert "请再核实" in kept
    assert "— — —" not in kept


def test_characters_that_a_workbook_spells_out_are_read(desk: Desk) -> None:
    """A line break of another program is one; a text that only looks so spelt out comes back as it was."""
    filling = matter(desk)
    filling.put("议题", 3, "备注", "第一行_x000B_第二行_x000D_\n第三行")
    desk.write("inbox/a.xlsx", filling.saved())
    assert desk.codes() == []
    assert "备注: |-\n  第一行\n  第二行\n  第三行\n" in desk.text(NEW)
    desk.write(f"content/{ISSUE}", desk.text(ISSUE) + "备注: 写作 _x000B_ 的字\n")
    before = desk.records
    assert desk.send(desk.exported()).code == 0
    assert desk.records == before
    filling.put("议题", 3, "备注", "叮_x0007_")
    desk.write("inbox/a.xlsx", filling.saved())
    assert desk.codes() == ["control_character"]


def test_a_row_with_nothing_but_own_columns_is_kept(desk: Desk) -> None:
    """What stands in a row below an own heading only is kept aside too, a formula as it is written."""
    filling = matter(desk)
    sheet = filling.sheet("议题")
    last = sheet.max_column + 1
    sheet.cell(1, last).value, sheet.cell(9, last).value = "书记批示", "尽快办"
    sheet.cell(10, last).value = "=1+1"
    desk.write("inbox/a.xlsx", filling.saved())
    assert desk.codes() == ["column_unknown"]
    kept = (desk.folder / "taken/2025-12-31/a.aside.csv").read_text("utf-8-sig")
    assert "尽快办" in kept
    assert "=1+1" in kept


# --- what would take too long -----------------------------------------------------------------------------------------


def _merged_everywhere(filling: Filling) -> bytes:
    filling.sheet("议题").merged_cells.add("A1:B2")
    return _replaced(filling.saved(), b'ref="A1:B2"', b'ref="A1:XFD1048576"')


def _linked_everywhere(filling: Filling) -> bytes:
    cell = filling.sheet("议题").cell(9, 9)
    cell.value = "x"
    cell.hyperlink = Hyperlink(ref="I9", location="议题!A1")
    return _replaced(filling.saved(), b'ref="I9"', b'ref="A:XFD"')


def _millions_of_cells(filling: Filling) -> bytes:
    rows = b"".join(b"<row>%s</row>" % (b"<c><v>1</v></c>" * 1000) for _ in range(120))
    return _replaced(filling.saved(), b"</sheetData>", rows + b"</sheetData>")


def _replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            after.writestr(part, before.read(part).replace(old, new))
    return stream.getvalue()


@pytest.mark.parametrize(("spoil", "code"), [
    (_merged_everywhere, "workbook_area"), (_linked_everywhere, "workbook_area"),
    (_millions_of_cells, "workbook_large")])
def test_a_workbook_that_would_take_minutes_is_refused_before_it_is_loaded(
        desk: Desk, spoil: Callable[[Filling], bytes], code: str) -> None:
    """Merged cells and links over whole sheets, and millions of cells, cost nothing."""
    desk.write("inbox/a.xlsx", spoil(matter(desk)))
    assert desk.codes() == [code]


# --- examples ---------------------------------------------------------------------------------------------------------


def test_the_example_is_not_on_the_sheets_that_are_filled(desk: Desk) -> None:
    """The first row below the explanations is empty; the examples stand on a sheet of their own, and change nothing."""
    filling = matter(desk)
    assert not any(cell.value for cell in desk.template("b").sheet("议题")[3][2:])
    desk.write("inbox/a.xlsx", filling.saved())
    assert (desk.imports().code, len([file for file in desk.records if "issues" in file])) == (0, 2)


def test_what_is_written_on_the_sheet_of_examples_is_told(desk: Desk) -> None:
    """Who writes over an example, or below it, hears that it is not read."""
    data = matter(desk).saved()
    for row in (3, 40):
        filling = Filling(data)
        filling.sheet("示例").cell(row, 3).value = "停车难"
        desk.write("inbox/a.xlsx", filling.saved())
        assert desk.codes() == ["example_sheet"]


@pytest.mark.parametrize("sheet", ["议题", "进展"])
def test_what_is_written_over_the_explanations_is_told(desk: Desk, sheet: str) -> None:
    """A matter or a step typed into the row that explains the columns is never lost without a word."""
    filling = matter(desk)
    if sheet == "议题":
        filling.fill(sheet, 2, {"标题": "写在说明行的事", "主题": "照明", "提出": "2025-01-01"})
    else:
        filling.fill(sheet, 2, {"议题": "停车难", "日期": "2025-06-05", "阶段": "办结"})
    desk.write("inbox/a.xlsx", filling.saved())
    assert desk.codes() == ["help_written_over"]
    assert "写在说明行的事" not in str(desk.records)
    assert marked_in(desk.folder / "inbox/a.returned.xlsx") == {f"{sheet}!C2"}


def test_explanations_are_known_in_any_order_and_of_any_version(desk: Desk) -> None:
    """Columns deleted or moved, a text of another version, one that was taken out: none of that is written over; what
    stands below a heading of one's own is kept."""
    filling = matter(desk)
    sheet = filling.sheet("议题")
    sheet.delete_cols(9)
    sheet.cell(2, 4).value, sheet.cell(2, 5).value = sheet.cell(2, 5).value, None
    sheet.cell(2, 7).value = "Once said otherwise."
    sheet.cell(2, 2).value += hash_text("Once said otherwise.")  # type: ignore[operator]
    sheet.cell(1, 40).value, sheet.cell(2, 40).value = "费用", "单位：元"
    desk.write("inbox/a.xlsx", filling.saved())
    assert desk.codes() == ["column_unknown"]
    assert "单位：元" in (desk.folder / "taken/2025-12-31/a.aside.csv").read_text("utf-8-sig")
    assert "简介: 没处停" in desk.text(NEW)


def _old_template(desk: Desk) -> Filling:
    """A template with the example in the third row of its sheet, as they were handed out before."""
    filling = matter(desk)
    filling.book.remove(filling.sheet("示例"))
    _insert_example(filling, "议题", {"标题": "例：南门路灯不亮", "主题": "漏水", "提出": "2025-03-03",
                                    "承诺期限": "2025-03-20"})
    filling.book["_lists"].cell(1, 1).value = "漏水"
    return filling


def _insert_example(filling: Filling, name: str, texts: Mapping[str, str]) -> None:
    sheet = filling.sheet(name)
    sheet.insert_rows(3)
    cells = [Cell("", 3, filling.column(name, heading), text) for heading, text in texts.items()]
    sheet.cell(3, 1).value, sheet.cell(3, 2).value = EXAMPLE_MARKER, hash_cells(cells)
    for cell in cells:
        sheet.cell(3, cell.column).value = cell.text


def test_an_old_template_with_its_example_is_still_read(desk: Desk) -> None:
    """An example that nobody touched is left out."""
    desk.write("inbox/a.xlsx", _old_template(desk).saved())
    assert desk.codes() == []
    assert "简介: 没处停" in desk.text(NEW)


def test_what_an_example_that_was_written_over_still_says_is_asked_about(desk: Desk) -> None:
    """Nothing of the example is published as somebody's own: not its topic, not its days."""
    filling = _old_template(desk)
    assert filling.book["_lists"].cell(1, 1).value == "漏水"
    filling.fill("议题", 3, {"标题": "电梯坏了"})
    filling.fill("进展", 4, {"议题": "电梯坏了", "日期": "2025-03-03", "阶段": "反映", "内容": "停在三楼"})
    desk.write("inbox/a.xlsx", filling.saved())
    assert desk.codes() == ["example_cell"] * 3
    [issue] = [data.decode() for data in desk.records.values() if "电梯坏了" in data.decode()]
    assert not any(text in issue for text in ("漏水", "承诺期限"))


def test_what_a_record_needs_and_is_only_asked_about_holds_it_back(desk: Desk) -> None:
    """A text of the example is nobody's own: a record that would be wrong without it waits for the answer."""
    filling = _old_template(desk)
    _insert_example(filling, "小区或空间", {"名称": "例：某苑", "类别": "小区"})
    filling.fill("小区或空间", 3, {"名称": "新苑"})
    desk.write("inbox/a.xlsx", filling.saved())
    before = desk.text("places/liuxi/nanyuan/locations.yaml")
    assert desk.codes() == ["example_cell"]
    assert desk.text("places/liuxi/nanyuan/locations.yaml") == before


# --- all at once, in plain words --------------------------------------------------------------------------------------


def test_a_wrong_form_hides_no_other_mistake(desk: Desk) -> None:
    """Merged cells, a missing heading and a formula are told together with what is wrong in all other cells."""
    filling = matter(desk)
    for row in range(4, 12):
        filling.fill("议题", row, {"标题": f"第{row}件", "主题": "美食", "提出": "上个月"})
        filling.fill("进展", row, {"议题": f"第{row}件", "阶段": "吃饭", "内容": "x"})
    filling.sheet("议题").merge_cells("G3:G4")
    filling.sheet("回访").cell(1, 3).value = None
    filling.fill("回访", 3, {"日期": "2025-08-01", "结果": "还行吧"})
    desk.write("inbox/a.xlsx", filling.saved())
    desk.imports()
    marked = marked_in(desk.folder / "inbox/a.returned.xlsx")
    asked = marked_in(desk.folder / "inbox/a.returned.xlsx", QUESTION)
    assert {f"议题!G{row}" for row in range(5, 12)} <= asked
    assert {"议题!G3", "回访!E3"} <= marked


def test_a_merged_heading_of_several_rows_keeps_their_matter(desk: Desk) -> None:
    """Steps whose matter stands in a merged cell are looked at as steps of it; only the merging is told."""
    filling = matter(desk)
    filling.fill("进展", 4, {"议题": None, "日期": "2025-06-02", "阶段": "协商", "内容": "开会"})
    filling.fill("进展", 5, {"议题": None, "日期": "2025-06-03", "阶段": "协商", "内容": "再开会"})
    filling.sheet("进展").merge_cells("C3:C5")
    desk.write("inbox/a.xlsx", filling.saved())
    assert desk.codes() == ["cells_merged"]


def test_whether_an_unsolved_matter_is_closed_is_asked(desk: Desk) -> None:
    """未解决 in a step mostly means that a matter is still open, and is read so; with a reason it closes the matter."""
    filling = matter(desk)
    filling.fill("进展", 4, {"议题": "停车难", "日期": "2025-07-01", "阶段": "未解决", "内容": "还没办法"})
    desk.write("inbox/a.xlsx", filling.saved())
    assert desk.codes() == ["read_as"]
    assert ("未解决" in desk.text(NEW), "还没办法" in desk.text(NEW)) == (False, True)
    filling.put("议题", 3, "未解决原因", "暂不具备条件")
    desk.write("inbox/a.xlsx", filling.saved())
    assert desk.imports().code == 0
    assert "2025-07-01 未解决: 还没办法" in desk.text(NEW)


@pytest.mark.parametrize("place", ["nanyuan", "南园", "南园社区", "liuxi/nanyuan", "places/liuxi/nanyuan",
                                   "柳溪镇/南园"])
def test_a_place_is_named_as_people_name_it(desk: Desk, place: str) -> None:
    """By its id, its name with or without its kind, or the end of its path."""
    desk.write("inbox/议题.csv", "标题,主题,提出,简介\r\n停车难,停车,2025-06-01,没处停\r\n")
    desk.write("inbox/进展.csv", STEPS)
    assert desk.imports("--place", place).code == 0
    assert NEW in desk.records


def test_an_english_workbook_and_its_answer_are_in_english(desk: Desk) -> None:
    """Nothing in Chinese stands on the sheets that an English site hands out, nor in what it answers."""
    for path, text in {"site.yaml": "title: Example\nlanguages: [en]\n",
                       "places/town/place.yaml": "name: Town\nkind: town\n",
                       "places/town/east/place.yaml": "name: East\nkind: community\n"}.items():
        desk.write(f"other/{path}", text)
    content = desk.folder / "other"
    assert desk.run("template", "en.xlsx", "--place", "east", content=content).code == 0
    book = load_workbook(desk.folder / "en.xlsx")
    texts = [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value]
    assert not [text for text in [*texts, *book.sheetnames] if any("\u3000" <= sign <= "\u9fff" for sign in text)]
    filling = Filling((desk.folder / "en.xlsx").read_bytes())
    filling.fill("Issue", 3, {"title": "Lamps", "topic": "Food", "raised": "soon", "location": "Moon",
                              "draft": "perhaps", "channel": "x", "due": "May", "headcount": "many", "lead": None})
    filling.fill("Log", 3, {"issue": "Lamps", "stage": "Eaten", "text": "x"})
    filling.fill("Log", 4, {"issue": "Nothing", "stage": "Eaten", "text": "x"})
    filling.fill("Location", 3, {"name": "Yard", "kind": "Star", "old compound": "perhaps"})
    desk.write("inbox/a.xlsx", filling.saved())
    ended = desk.run("import", "inbox", content=content)
    assert ended.code == 1
    assert not [sign for sign in ended.out + ended.err if "\u3000" <= sign <= "\u9fff"], ended.err


@pytest.mark.parametrize(("sheet", "row", "column"), [("说明", 12, 1), ("说明", 2, 3), ("说明", 3, 1),
                                                       ("请修改", 3, 3), ("请修改", 3, 2)])
def test_what_is_written_on_a_sheet_that_only_says_something_is_told_and_kept(desk: Desk, sheet: str, row: int,
                                                                              column: int) -> None:
    """Words beside, below or over what the program says on its own sheets go where other unread cells go."""
    filling = matter(desk)
    filling.put("议题", 3, "简介", "=1+1")
    desk.write("inbox/a.xlsx", filling.saved())
    assert desk.codes() == ["cell_formula"]
    answer = Filling((desk.folder / "inbox/a.returned.xlsx").read_bytes())
    answer.put("议题", 3, "简介", "没处停")
    data = answer.saved()
    answer.sheet(sheet).cell(row, column).value = "这件事请先看看"
    desk.write("inbox/a.returned.xlsx", answer.saved())
    problems = desk.problems()
    assert [(one["code"], one["cell"].split("!")[0]) for one in problems] == [("own_sheet", sheet)]
    [aside] = (desk.folder / "taken/2025-12-31").glob("*.aside.csv")
    assert "这件事请先看看" in aside.read_text("utf-8-sig")
    desk.write("inbox/b.xlsx", data)
    assert desk.codes() == []


def test_a_row_that_is_no_record_as_it_stands_is_checked_against_others_too(desk: Desk) -> None:
    """What it names and is not there is told in the first run, what comes in the same workbook is not."""
    filling = matter(desk)
    filling.fill("小区或空间", 3, {"名称": "新车棚", "类别": "公共空间"})
    filling.fill("议题", 4, {"标题": "南门路灯不亮", "主题": "照明", "提出": "2024-06-01", "位置": "火星"})
    filling.fill("议题", 5, {"标题": "南门路灯不亮", "主题": "照明", "提出": "2024-07-01", "位置": "新车棚"})
    filling.fill("行动计划", 3, {"会议": "没有开过的会", "事项": "买灯"})
    due = filling.put("行动计划", 3, "承诺期限", "尽快")
    desk.write("inbox/a.xlsx", filling.saved())
    assert {(one["cell"], one["code"]) for one in desk.problems()} == {
        ("议题!E4", "row_unsure"), ("议题!F4", "location_asked"), ("议题!E5", "row_unsure"), ("议题!C5", "title_twice"),
        ("行动计划!C3", "unknown_reference"), (due, "date_asked")}
