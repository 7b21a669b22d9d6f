"""What people write in the cells of one matter: their dates, how it stands, why it ended; nothing false is read."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook

from tests.support.inbox import Desk
from tests.support.workbooks import Filling
from yishi.model.date_expressions import WritingContext, find_date_order
from yishi.model.dates import parse_partial_date
from yishi.model.vocabulary import get_built_in_vocabulary
from yishi.workbook.cell_values import Cell
from yishi.workbook.columns import list_sheets
from yishi.workbook.parsed_workbook import ParsedRow
from yishi.workbook.retold_steps import compare_steps
from yishi.workbook.story import find_topic, find_unsure_dates, is_done, is_plan, split_story
from yishi.workbook.tell_issues import find_standing

MONDAY = date(2026, 11, 30)

STEPS: dict[str, list[tuple[str, str]]] = {
    "上个月二十号老刘说漏水 25号修的": [("2026-10-20", "老刘说漏水"), ("2026-10-25", "修的")],
    "11月2号堵的 打了两次电话 9号来疏通了": [("2026-11-02", "堵的 打了两次电话"), ("2026-11-09", "来疏通了")],
    "11月2号3号楼电梯坏了": [("2026-11-02", "3号楼电梯坏了")],
    "11月20日协商，2/3业主不同意": [("2026-11-20", "协商，2/3业主不同意")],
    "11/4 检修；11/5 恢复": [("2026-11-04", "检修"), ("2026-11-05", "恢复")],
    "9月开始，每周六上午读书": [("2026-09", "开始，每周六上午读书")],
    "反映三次，街道说年底前整治": [("", "反映三次"), ("", "街道说年底前整治")],
    "计划3月5日开工": [("", "计划3月5日开工")],
    "10月8日物业说月底移": [("2026-10-08", "物业说月底移")],
    "14 October 2026: reported.": [("2026-10-14", "reported.")],
    "told them last tues, emptied thurs": [("2026-11-24", "told them last tues"), ("2026-11-26", "emptied thurs")],
    "emailed 2 wks ago, no answer": [("about 2026-11-16 (2 wks ago)", "emailed 2 wks ago, no answer")],
    "owner asked to cut by 31 Dec": [("", "owner asked to cut by 31 Dec")],
    "going to the meeting 10 Dec": [("", "going to the meeting 10 Dec")],
    "every Saturday we met": [("", "every Saturday we met")],
    "9月1日、9月3日两次上门": [("2026-09-01", "上门"), ("2026-09-03", "上门")],
    "9月1日、3日共上门三次": [("2026-09-01", "9月1日、3日共上门三次"), ("2026-09-03", "9月1日、3日共上门三次")],
    "9月1日上午9点上门": [("2026-09-01", "上午9点上门")],
    "9.1-9.3 上门": [("2026-09-01/2026-09-03", "上门")],
    "12.5 来看，花了1.2万元": [("", "12.5 来看，花了1.2万元")],
    "共3.5元/人，9.3付款": [("", "共3.5元/人"), ("2026-09-03", "付款")],
    "8月5号楼漏水": [("2026-08", "5号楼漏水")],
    "1.1元旦活动": [("2026-01-01", "元旦活动")],
    "五一修好": [("about 2026-05-01 (五一)", "修好")],
    "Reported in March and mended": [("2026-03", "Reported in March and mended")],
    "11.20 换好了；9.3 居民反映": [("2026-09-03", "居民反映"), ("2026-11-20", "换好了")],
    "①10.18下雨塌方": [("2026-10-18", "下雨塌方")],
    "- 10.20报镇里": [("2026-10-20", "报镇里")],
    "2、10.29清完": [("2026-10-29", "清完")],
    "[2026-11-17 16:05] 物业：通了": [("2026-11-17", "16:05 物业：通了")],
    "今年3月补过，10月又漏": [("2026-03", "补过"), ("2026-10", "又漏")],
    "去年腊月就漏": [("", "去年腊月就漏")],
    "11月5日定了每月5元，12月1日起": [("2026-11-05", "定了每月5元，12月1日起")],
    "已列入2027年度计划": [("", "已列入2027年度计划")],
    "First session TBC": [("", "First session TBC")],
    "cut back w/c 26 Oct": [("2026-10-26..2026-11-01 (w/c 26 Oct)", "cut back w/c 26 Oct")],
    "居民反映(9.3)→上会(9.10)→铺好": [("2026-09-03", "居民反映"), ("2026-09-10", "上会"), ("", "铺好")],
    "【背景】10月8日反映 【结果】11月2日验收": [("2026-10-08", "反映"), ("2026-11-02", "验收")],
    "一、11月3日反映；二、11月10日约谈": [("2026-11-03", "反映"), ("2026-11-10", "约谈")],
    "2026-11-09T08:15 no heat": [("2026-11-09", "08:15 no heat")],
    "UPDATE (20/11): blocked\n6/11 reported": [("2026-11-06", "reported"), ("2026-11-20", "blocked")],
    "Update 18th Nov - up\nOct - asked": [("2026-10", "asked"), ("2026-11-18", "up")],
    "broken for long, emailed last week, no reply": [
        ("", "broken for long"), ("2026-11-23..2026-11-29 (last week)", "emailed last week, no reply")],
    "it fell down, on 3 November": [("2026-11-03", "it fell down")],
    "met on Remembrance Sunday": [("", "met on Remembrance Sunday")],
    "did a check on 12/11, 9 drivers": [("2026-11-12", "did a check on 12/11, 9 drivers")],
    "mended after 5 November": [("", "mended after 5 November")],
    "国庆过后邻居反映": [("", "国庆过后邻居反映")],
    "物业答应12月降价": [("", "物业答应12月降价")],
    "11月12号报修后来十六号电工换了": [("2026-11-12", "报修后来"), ("2026-11-16", "电工换了")],
    "每年3月、9月各清一次，今年9月16日清完": [("", "每年3月、9月各清一次"), ("2026-09-16", "清完")],
    "10月底11月初有人提": [("2026-10-21..2026-11-10", "10月底11月初有人提")],
    "11/5贴告知书，限7日内挪走，11/13仍在": [("2026-11-05", "贴告知书，限7日内挪走"), ("2026-11-13", "仍在")],
    "11月10日起3楼灯不亮": [("2026-11-10", "3楼灯不亮")],
    "came w/e 8 Nov": [("2026-11-02..2026-11-08 (w/e 8 Nov)", "came w/e 8 Nov")],
    "12.20 修井盖": [("", "12.20 修井盖")],
    "12.20 报修；1.5 修好": [("2025-12-20", "报修"), ("2026-01-05", "修好")],
    "12月5日计划开工": [("", "12月5日计划开工")],
    "12月20日计划开工": [("", "12月20日计划开工")],
    "11.20 报修；12.20 计划换": [("2026-11-20", "报修"), ("2026-12-20", "计划换")],
    "2025.12.20 报修；1.5 修好": [("2025-12-20", "报修"), ("2026-01-05", "修好")],
    "2025.12.20 修好；11.3 报修": [("2025-11-03", "报修"), ("2025-12-20", "修好")],
    # what is done and what is planned, in one sentence
    "9.15换了灯，打算十月再装两盏": [("2026-09-15", "换了灯"), ("", "打算十月再装两盏")],
    "10月说打算办食堂，11.15办起来了": [("2026-10", "说打算办食堂"), ("2026-11-15", "办起来了")],
    "计划10月报批，11月5日开工": [("", "计划10月报批，11月5日开工")],
    "11月1日就不热，说这礼拜派人来": [("2026-11-01", "就不热"), ("", "说这礼拜派人来")],
    "put up two on 14 October, planning more in spring": [
        ("2026-10-14", "put up two on 14 October"), ("", "planning more in spring")],
    "planning permission granted 5 Nov": [("2026-11-05", "planning permission granted 5 Nov")],
    # an English day of the month
    "sheep got in on 2 November, rang the farmer on the 5th and he mended it on the 9th": [
        ("2026-11-02", "sheep got in on 2 November"), ("2026-11-05", "rang the farmer on the 5th"),
        ("2026-11-09", "and he mended it on the 9th")],
    "cleared on the 20th": [("2026-11-20", "cleared on the 20th")],
    "told them on the 3rd of last month": [("2026-10-03", "told them on the 3rd of last month")],
    "stuck on the 5th floor": [("", "stuck on the 5th floor")],
    "damp on the 1st and 2nd floors": [("", "damp on the 1st and 2nd floors")],
    # a day of the month with its weekday
    "Sat 14th Nov blocked. Rang county Mon 16th, they jetted it Thurs 19th": [
        ("2026-11-14", "blocked"), ("2026-11-16", "Rang county Mon 16th"), ("2026-11-19", "they jetted it Thurs 19th")],
    "30 Oct blocked. Mon 2 they came": [("2026-10-30", "blocked"), ("2026-11-02", "they came")],
    "14 Nov blocked, 19th (Thurs) jetted": [("2026-11-14", "blocked"), ("2026-11-19", "jetted")],
    "14 Nov blocked. Fri 19th jetted": [("2026-11-14", "blocked"), ("", "Fri 19th jetted")],
    "rang on Wednesday the 18th of November": [("2026-11-18", "rang on Wednesday the 18th of November")],
    "11月14日堵了，周四19号通了": [("2026-11-14", "堵了"), ("2026-11-19", "通了")],
    "11月14日堵了，周五19号通了": [("2026-11-14", "堵了"), ("", "周五19号通了")],
    # a year before or behind a range
    "今年从9月25日到10月10日，没有人晒了": [
        ("2026-09-25/2026-10-10 (今年从9月25日到10月10日)", "没有人晒了")],
    "去年就从9月开始晒粮": [("2025-09", "开始晒粮")],
    "from 25 September to 10 October last year we dried grain": [
        ("2025-09-25/2025-10-10 (from 25 September to 10 October last year)", "we dried grain")],
    "hedge cut wk of 9 Nov": [("2026-11-09..2026-11-15 (wk of 9 Nov)", "hedge cut wk of 9 Nov")],
    # several days
    "谈了三次 10/12 10/26 11/16 都没谈拢 先放一放": [
        ("", "谈了三次"), ("2026-10-12", "都没谈拢"), ("2026-10-26", "都没谈拢"), ("2026-11-16", "都没谈拢 先放一放")],
    "谈了三次（10/12、10/26、11/16）没谈拢": [("2026-11-16", "谈了三次（10/12、10/26、11/16）没谈拢")],
    "met 12/10, 26/10 and 16/11, no deal": [("2026-11-16", "met 12/10, 26/10 and 16/11, no deal")],
    "11/3 11/5修好": [("2026-11-05", "11/3 11/5修好")],
    "sat 14 benches": [("", "sat 14 benches")],
    "今年夏天7月1日开放": [("2026-07-01", "今年夏天7月1日开放")],
    # a day at the end of a clause, or after a number
    "Results sent to police 2/11": [("2026-11-02", "Results sent to police 2/11")],
    "Taken down 17/11, new one on order": [("2026-11-17", "Taken down 17/11, new one on order")],
    "11/12 居民打12345 11/19调了": [("2026-11-12", "居民打12345"), ("2026-11-19", "调了")],
    # somebody or something named before a day
    "九月报到镇里，镇里十月派人来量过": [("2026-09", "报到镇里"), ("2026-10", "镇里派人来量过")],
    "锅和灶十一月二十日到货": [("2026-11-20", "锅和灶到货")],
    "3号楼11月3日漏水": [("2026-11-03", "3号楼漏水")],
    # a year that is not sure: more than half a year later, and such a day of the next year is past too
    "2025.3.1 申请；11.3 装好": [("2025-03-01", "申请"), ("", "11.3 装好")],
    "2025.10.1 申请；3.3 装好": [("2025-10-01", "申请"), ("2026-03-03", "装好")],
    "2.18 塌了；11.3 修好": [("2026-02-18", "塌了"), ("2026-11-03", "修好")],
    # a part of a month is that after the day before it; a time that may be one of two begins a step of its own
    "上月廿二踩松的，月头叫人来修好了": [
        ("2026-10-22", "踩松的"), ("2026-11-01..2026-11-10 (月头)", "叫人来修好了")],
    "9.1报修，月底修好了": [("2026-09-01", "报修"), ("2026-09-21..2026-09-30 (月底)", "修好了")],
    "刚报修，月底修好了": [("", "刚报修"), ("", "月底修好了")],
    "11月3日发了通知，周末仍旧响": [("2026-11-03", "发了通知，周末仍旧响")],
    "Complaint recd. dt. 05.11.2026. Visited 07.11.2026.": [
        ("2026-11-05", "Complaint recd. dt. 05.11.2026"), ("2026-11-07", "Visited 07.11.2026.")],
    # a day after what was on it, and who did it before its day
    "第1次公示10月15日，第2次公示11月15日，截至11月28日无异议": [
        ("2026-10-15", "第1次公示"), ("2026-11-15", "第2次公示"), ("2026-11-28", "截至11月28日无异议")],
    "11月21日发生，狗主人11.22赔偿": [("2026-11-21", "发生"), ("2026-11-22", "狗主人赔偿")],
    "刷不开，好像是11月5号换的": [("", "刷不开"), ("", "好像是11月5号换的")],
    "agreed on 9 Nov a rise from 1 April 2027": [("2026-11-09", "agreed on 9 Nov a rise from 1 April 2027")],
    # signs between the steps
    "1）11.6水箱响 2）11.7看了": [("2026-11-06", "水箱响"), ("2026-11-07", "看了")],
    "1/11 leak spotted | 3/11 told council": [("2026-11-01", "leak spotted"), ("2026-11-03", "told council")],
    "\U0001f4cd9.1 没雨棚 \U0001f64f10.20 量尺寸": [("2026-09-01", "没雨棚"), ("2026-10-20", "量尺寸")],
    "10月起开展，一是10月9日摸排，二是10月20日新装": [
        ("2026-10", "开展"), ("2026-10-09", "摸排"), ("2026-10-20", "新装")],
    "10.1开放！周末人多": [("2026-10-01", "开放"), ("", "周末人多")],
    # a day in a field of its own
    "受理时间：2026年11月3日 10:21；办结时间：2026-11-05 16:30": [
        ("2026-11-03", "受理时间：2026年11月3日 10:21"), ("2026-11-05", "办结时间：2026-11-05 16:30")],
    "Sent: 10 November 2026\nThe bench lost a slat.": [("2026-11-10", "The bench lost a slat.")],
    # copied from a chat: nobody's name, and the day before each message
    "陈小姐 11-18 09:12:33\n漏了[图片]\n物业-阿强 11-20 15:40\n@陈小姐 已补好": [
        ("2026-11-18", "漏了"), ("2026-11-20", "已补好")],
    "[05/11/2026, 09:12:33] Ann: gate stuck": [("2026-11-05", "gate stuck")],
    "入冬前10月底就掉了": [("2026-10-21..2026-10-31 (10月底)", "就掉了")],
}


@pytest.mark.parametrize("text", STEPS)
def test_a_date_belongs_to_the_step_that_was_on_it(text: str) -> None:
    """A day without a month follows the one before; a fraction, a house number, a weekly day and a deadline are no date
    of a step; what is planned lies ahead."""
    order = find_date_order("en", "Europe/London") if text.isascii() else "YMD"
    steps = split_story(text, WritingContext(MONDAY, order, "past"))
    assert [(step.date, step.text) for step in steps] == STEPS[text]


def test_a_year_that_is_not_sure_is_asked_with_both() -> None:
    """Of a step that may have been in the year of the one before, or in the next."""
    writing = WritingContext(MONDAY, "YMD", "past")
    steps = split_story("2025.3.1 申请；11.3 装好", writing)
    assert list(find_unsure_dates(steps, writing, "")) == [("11.3", ["2025-11-03", "2026-11-03"])]


@pytest.mark.parametrize("text", """\
投入8.5万元换了管子|投入8.5万换了管子|1.5公里|2.5米高的墙|每平方米3.5元|评分9.5分|得分9.5|同意率2/3，通过
占1/3|3-5个人|来了3-5个人|第3-5单元|7.2号楼漏水
编号2025.3.3-01|占比1.2%|早上8.30开会|五一广场开会|在国庆路口堵车|三月街改造|二月兰种了
24/7|open 24/7|open 24/7.|flat 3/11|House 12/11.|Leith Walk 3/11
rated 9/11.|in favour 9/11|Cost was 7.11.|打110 1小时才来
1.5 miles|walked 1.5 miles|Version 1.2|3/4 inch pipe|Flat 3/2 leaks
Met at Easter Road|May Street lamp out|March hare
Christmas tree lights up""".replace("\n", "|").split("|"))
def test_a_figure_a_measure_or_a_name_is_no_date(text: str) -> None:
    """The text stays whole, and has no day."""
    order = find_date_order("en", "Europe/London") if text.isascii() and "4/7" not in text else "YMD"
    assert [(step.date, step.text) for step in split_story(text, WritingContext(MONDAY, order, "past"))] == [("", text)]


@pytest.mark.parametrize(("text", "done"), {
    "现在不漏了": True, "已经铺平了\U0001F44D": True, "修好了！！": True, "是不是不漏了": False, "没修好": False,
    "还在漏": False, "sorted!": True,
}.items())
def test_the_end_of_a_trouble_is_understood(text: str, done: bool) -> None:
    """In plain words, with whatever sign stands behind them; a question or a denial is no end."""
    assert is_done(text, get_built_in_vocabulary()) == done


def test_a_promise_is_a_plan() -> None:
    """What somebody promised is not done."""
    assert is_plan("Repair promised by January")
    assert is_plan("ACTION: clerk to order.")
    assert not is_plan("Action: owner phoned")
    assert is_plan("going to the council")
    assert not is_plan("repaired in January")


FIELDS = {"受理时间：2025-11-03 10:21；办结时间：2025-11-05 16:30": "2025-11-05 办结",
          "9.1 报修；国庆前种的树；11.3 浇水": "不晚于 2025-10-01"}


def test_the_steps_of_a_form_are_named_by_its_fields(desk: Desk) -> None:
    """And what had to be done by a day that is past was done by then, if the words say so."""
    records = _imported(desk, *({"标题": f"{number}号噪声", "过程": story} for number, story in enumerate(FIELDS)))
    for record in map(yaml.safe_load, records.values()):
        assert any(key.startswith(FIELDS[list(FIELDS)[int(record["标题"][0])]]) for one in record["进展"]
                   for key in one), record


def test_all_that_was_read_in_a_cell_is_shown_beside_it(desk: Desk) -> None:
    """Every step, and every question, so that one answer mends all."""
    _imported(desk, {"标题": "灯坏", "主题": "照明", "过程": "9.1 报修；9.5 看现场；9.9 换灯；打算再装两盏；12.3 报批"})
    [answer] = (desk.folder / "taken").rglob("*.returned.xlsx")
    comment = load_workbook(answer)["议题"]["D3"].comment.text
    assert all(one in comment for one in ("09-05", "09-09", "打算再装两盏")), comment


WORKED = {
    "11.12 电机烧了；11.13 就换了新的": "2025-11-13", "11.2 反映；11.9 上门看了": "", "11.2 反映；11.9 换了一半": "",
    "11.2 反映；11.9 打算换": "", "11.2 反映；11.9 换了灯；11.20 联系厂家": "",
}


def test_what_is_done_ended_with_the_last_work(desk: Desk) -> None:
    """If the writer says that it is done, and the last step with a day tells a piece of work; else the day is open."""
    records = _imported(desk, *({"标题": f"{number}号井盖响", "过程": story, "现在怎样": "好了"}
                                for number, story in enumerate(WORKED)))
    found = {record["标题"]: record["进展"] for record in map(yaml.safe_load, records.values())}
    for number, (story, ended) in enumerate(WORKED.items()):
        (end,) = [key for one in found[f"{number}号井盖响"] for key in one if "办结" in key]
        assert end == f"{ended} 办结".strip(), story


USUAL: list[tuple[dict[str, str], list[str]]] = [
    ({"标题": "【已完成】水泵响", "过程": "11.2 报修，11.3 更换轴承"}, ["标题: 水泵响\n", "2025-11-03 办结"]),
    ({"标题": "11月5日地下室进水，6日抽水"}, ["标题: 地下室进水\n", "提出: 2025-11-05", "2025-11-06 "]),
    ({"标题": "屋面漏雨", "过程": "10月初统计（已完成）；11月23日开工", "现在怎样": "80%"}, ["实施: 统计（已完成）"]),
    ({"标题": "老樹枯枝", "主题": "綠化", "过程": "十一月十號報，十二號鋸掉"}, ["主题: 绿化", "2025-11-12 "]),
    ({"标题": "路面坏", "提出": "/", "位置": "—", "人数": "无", "赞成": "12", "弃权": "无"}, ["提出: 未知", "弃权: 0"]),
    ({"标题": "停车会", "人数": "应到35人，实到32人"}, ["人数: {数值: 32, 单位: 人}"]),
]


def test_a_row_is_understood_as_its_writer_is_used_to_write(desk: Desk) -> None:
    """How it stands before the title, days in a title, the end of a part, Traditional characters, signs for nothing."""
    records = _imported(desk, *(row for row, _ in USUAL)).values()
    for row, said in USUAL:
        assert any(all(one in record for one in said) for record in records), (row, records)
    assert "—" not in "".join(records)


TITLES: list[tuple[dict[str, str], str, bool, bool]] = [
    ({"标题": "已解决：东头积水", "过程": "11.11挖了沟"}, "东头积水", True, False),
    ({"标题": "西头灯坏（修好了）"}, "西头灯坏", True, False),
    ({"标题": "宣传栏更新 搞定✌️", "过程": "11.14 设计"}, "宣传栏更新 搞定✌️", True, False),
    ({"标题": "【已完成】水泵响", "过程": "11.2 报修", "现在怎样": "在办"}, "水泵响", False, True),
    ({"标题": "一号电梯修好了", "现在怎样": "在办"}, "一号电梯修好了", False, True),
    ({"标题": "二号电梯修好了", "过程": "11.3 报修；11.9 又坏了"}, "二号电梯修好了", False, True),
    ({"标题": "解决：停车难"}, "解决：停车难", False, False),
    ({"标题": "希望路灯修好"}, "希望路灯修好", False, False),
]
"""Cells → the title, whether it is done, and whether its writer is asked how it stands."""


def test_a_title_that_says_how_it_stands_is_read_or_asked_about(desk: Desk) -> None:
    """Where nothing else is said it holds; where the answer or the story says otherwise, its writer is asked."""
    desk.template()
    filling = Filling((desk.folder / "a.xlsx").read_bytes())
    for number, (cells, *_) in enumerate(TITLES):
        filling.fill("议题", 3 + number, cells)
    told = desk.send(filling).err
    found = {record["标题"]: str(record["进展"]) for path, data in desk.records.items() if "/issues/" in path
             and (record := yaml.safe_load(data))}
    for _, title, is_ended, _ in TITLES:
        assert ("办结" in found[title]) == is_ended, title
    assert told.count("先按没完算") == sum(is_asked for *_, is_asked in TITLES), told


@pytest.mark.parametrize(("title", "topic"), {
    "卫生间漏水": "leaks", "通道路灯不亮": "lighting", "楼下水管冻裂": "leaks", "楼下水管漏": "other",
    "单车道太窄": "other", "卫生太差": "waste", "电线路过树枝": "greening", "next steps": "other",
}.items())
def test_a_topic_is_not_seen_inside_another_word(title: str, topic: str) -> None:
    """Nor across a longer one."""
    assert find_topic(title, get_built_in_vocabulary()) == topic


ANSWERS = {
    "已闭环": "办结", "整改到位": "办结", "好啦": "办结", "跟进中": "办", "观察中": "办", "等厂家": "办", "没改": "办",
    "到现在都没修": "办", "已上报": "办", "暂缓": "办", "没办成，结案了": "未解决", "没事了": "办结",
    "搞掂": "办结", "仲未搞掂": "办", "正常运行": "办结", "差1盏": "办",
    "转归：正常": "办结", "换好了👍": "办结", "长期": "办", "好哉": "办结", "换了": "办结", "灭了": "办结",
    "好一点": "办", "凑合用": "办", "换了一半": "办",
    "已销号": "办结", "✔": "办结", "完事了": "办结", "挂账": "办", "正在走流程": "办",
}


def test_how_it_stands_is_understood_in_own_words(desk: Desk) -> None:
    """An own word for one of the four answers is read as that, and told; a reason that the story tells is taken."""
    records = _imported(desk, *({"标题": f"{number}号院停车乱", "主题": "停车", "提出": "2025-11-03", "过程": "没钱",
                                 "现在怎样": word} for number, word in enumerate(ANSWERS)))
    found = {record["标题"]: record for record in map(yaml.safe_load, records.values())}
    for number, (word, last) in enumerate(ANSWERS.items()):
        record = found[f"{number}号院停车乱"]
        step = str(record["进展"][-1])
        assert last in step.partition(":")[0] or (last == "办" and "实施" in step), word
        assert ("未解决原因" in record) == (last == "未解决"), word


HANDED_ON: list[tuple[dict[str, str], str, bool]] = [
    ({"现在怎样": "退单", "过程": "11.20 报街道"}, "实施", False),
    ({"现在怎样": "被退回"}, "实施", False),
    ({"现在怎样": "sent back"}, "实施", False),
    ({"现在怎样": "已回复", "过程": "11.9 修好了"}, "办结", True),
    ({"现在怎样": "答复了", "过程": "11.9 物业换好了灯泡"}, "实施", True),
    ({"现在怎样": "已回复", "成效": "都解决了"}, "提出", True),
    ({"现在怎样": "退回", "过程": "11.9 没办成"}, "实施", True),
]
"""Cells → the last stage, and whether its writer is asked how it stands."""


def test_a_report_that_was_handed_on_goes_on_unless_something_sounds_like_its_end(desk: Desk) -> None:
    """An answer, a receipt or a return of a report is no end; where another cell may tell one, its writer is asked."""
    desk.template()
    filling = Filling((desk.folder / "a.xlsx").read_bytes())
    for number, (cells, *_) in enumerate(HANDED_ON):
        filling.fill("议题", 3 + number, {"标题": f"{number}号院停车乱", "提出": "2025-11-03", **cells})
    told = desk.send(filling).err
    found = {record["标题"]: record for path, data in desk.records.items() if "/issues/" in path
             and (record := yaml.safe_load(data))}
    for number, (cells, stage, _) in enumerate(HANDED_ON):
        assert stage in str(found[f"{number}号院停车乱"]["进展"][-1]).partition(":")[0], cells
    assert told.count("没看懂") == sum(is_asked for *_, is_asked in HANDED_ON), told


def test_two_people_who_fill_copies_of_one_template_make_two_records_each(desk: Desk) -> None:
    """A matter that is told by its title alone, or has only its answer in common with another's, is a matter of its own
    although its row has the id of the other's row."""
    first = _imported(desk, {"标题": "电动车充电棚不够", "主题": "充电", "提出": "2025-10-15", "现在怎样": "在办"},
                      {"标题": "楼道灯不亮"})
    second = _imported(desk, {"标题": "水费收缴", "提出": "2025-11-01", "过程": "在催", "现在怎样": "在办"},
                       {"标题": "建议加两个垃圾桶"})
    assert (len(first), len(second)) == (2, 2)
    assert all("进展:\n" in record for record in second.values())


def test_what_is_ahead_is_not_when_a_matter_was_raised(desk: Desk) -> None:
    """A visit next week, told in a title, leaves the title whole and the day open."""
    (record,) = _imported(desk, {"标题": "下水道返味，物业说下周来看"}).values()
    assert "标题: 下水道返味，物业说下周来看\n" in record
    assert "提出: 未知\n" in record


@pytest.mark.parametrize(("typed", "read"), {"二区": "erqu", "园二区": "erqu", "北二区": ""}.items())
def test_a_location_is_known_by_the_end_of_its_name(desk: Desk, typed: str, read: str) -> None:
    """If it is the only one here that ends so, and told; another name is asked about."""
    (record,) = _imported(desk, {"标题": "停车乱", "位置": typed}).values()
    assert ("位置: " in record) == bool(read)
    assert read in record


@pytest.mark.parametrize(("typed", "read"), {"30来个": "{数值: 30, 单位: 人, 准确度: about}", "14个": "14"}.items())
def test_people_may_be_counted_in_pieces(desk: Desk, typed: str, read: str) -> None:
    """个 after a number of people means people."""
    (record,) = _imported(desk, {"标题": "读书会", "人数": typed}).values()
    assert f"人数: {read}" in record or "人数: {数值: 14, 单位: 人}" in record


TWICE: dict[tuple[str, str], str] = {
    ("2026-09-08 换了井盖，好了", "2026-09-08 换了井盖"): "same",
    ("2026-09-08 换了井盖，好了", "2026-09-08 井盖换好"): "same",
    ("2026-09-05 联系自来水公司", "2026-09-05 联系了自来水公司"): "same",
    ("2026-09-05 Rang the council.", "2026-09-05 rang council"): "same",
    ("2026-09-05 居民反映井盖响得厉害", "2026-09-05 居民反映井盖太响"): "maybe",
    ("2026-09 换了井盖", "2026-09-08 换了井盖"): "maybe",
    ("unknown 换了井盖", "2026-09-08 换了井盖"): "maybe",
    ("2026-09-05 走访3号楼", "2026-09-05 走访5号楼"): "",
    ("2026-09-05 换了3盏灯", "2026-09-05 换了13盏灯"): "",
    ("2026-09-05 居民反映灯坏", "2026-09-05 居民反映树倒"): "",
    ("2026-09-05 上门走访", "2026-09-06 上门走访"): "",
    ("unknown 居民反映，开会，换了井盖", "2026-09-05 开会"): "",
}


@pytest.mark.parametrize(("told", "again"), TWICE)
def test_a_step_told_in_other_words_is_recognised(told: str, again: str) -> None:
    """On the same day, with the same figures; what is only alike is to be asked about."""
    both = [{"date": parse_partial_date(day), "text": text} for day, _, text in (told.partition(" "),
                                                                                 again.partition(" "))]
    assert compare_steps(*both) == compare_steps(*reversed(both)) == TWICE[told, again]


def test_a_story_told_again_on_the_sheet_of_the_log_is_not_doubled(desk: Desk) -> None:
    """In another workbook, in other words: what it says more of is taken, a new step is added, one that may be another
    is asked about, a trouble that comes back reopens the issue; sent again it changes nothing."""
    _imported(desk, {"标题": "井盖响", "过程": "9.1 居民反映井盖响得厉害；9.5 联系公司；9.8 换了井盖"})
    rows = ({"日期": "9.1", "内容": "居民反映井盖太响"}, {"日期": "9.8", "阶段": "办结", "内容": "井盖换了"},
            {"日期": "9.20", "内容": "又响了"})
    filling = desk.template("later")
    for number, row in enumerate(rows):
        filling.fill("进展", 3 + number, {"议题": "井盖响"} | row)
    told = desk.send(filling, "later").err
    assert ("好像已经记过了" in told, "这一步已经记过了" in told) == (True, True), told
    (path,) = [path for path, record in desk.records.items() if "井盖响\n" in record.decode()]
    assert [str(one) for one in yaml.safe_load(desk.text(path))["进展"]] == [
        "{'2025-09-01 提出': '居民反映井盖响得厉害'}", "{'2025-09-05 实施': '联系公司'}",
        "{'2025-09-08 办结': '换了井盖'}", "{'2025-09-20 重开': '又响了'}"]
    before = desk.records
    assert desk.again().code == 0
    assert desk.records == before


@pytest.mark.parametrize(("row", "log", "read"), [
    ({"现在怎样": "在办"}, [("9.8", "办结", "换了")], ["2025-09-08 实施"]),  # until the writer has answered
    ({"现在怎样": "刚提出"}, [("9.8", "办结", None)], ["2025-09-08 实施"]),
    ({}, [(None, "办结", "换了"), ("9.1", "提出", "响"), ("9.5", None, "看现场")],
     ["2025-09-01 提出", "2025-09-05 调研", "办结"]),
    ({"过程": "9.1 反映；9.5 看现场"}, [(None, "办结", "换了")], ["2025-09-01 提出", "2025-09-05 调研", "办结"]),
])
def test_an_end_on_the_sheet_of_the_log_stands_where_it_belongs(
        desk: Desk, row: dict[str, str], log: list[tuple[str | None, ...]], read: list[str]) -> None:
    """The writer's own answer holds against it, and without a day it comes last."""
    desk.template()
    filling = Filling((desk.folder / "a.xlsx").read_bytes())
    filling.fill("议题", 3, {"标题": "井盖响", "提出": "2025-09-01"} | row)
    for number, (day, stage, text) in enumerate(log):
        filling.fill("进展", 3 + number, {"议题": "井盖响", "日期": day, "阶段": stage, "内容": text})
    assert ("先按没完算" in desk.send(filling).err) == ("现在怎样" in row)
    (record,) = [record for record in desk.records.values() if "井盖响\n" in record.decode()]
    assert [next(iter(one)) for one in yaml.safe_load(record)["进展"]] == read


def test_the_cell_above_is_asked_for_where_there_is_none(desk: Desk) -> None:
    """同上 in the first row of a sheet: of a title its row is refused, another cell is left out."""
    desk.template()
    filling = Filling((desk.folder / "a.xlsx").read_bytes())
    filling.fill("议题", 3, {"标题": "同上", "位置": "同上", "过程": "9.1 修"})
    filling.fill("议题", 4, {"标题": "井盖响", "主题": "同上", "位置": "同上"})
    ended = desk.send(filling)
    assert (ended.code, ended.err.count("上面没有内容")) == (1, 4), ended.err
    assert not [record for record in desk.records.values() if "同上" in record.decode()]


def test_two_rows_of_one_title_are_asked_about(desk: Desk) -> None:
    """They may be one matter."""
    desk.template()
    filling = Filling((desk.folder / "a.xlsx").read_bytes())
    filling.fill("议题", 3, {"标题": "井盖响", "过程": "反映"})
    filling.fill("议题", 4, {"标题": "井盖响", "过程": "实施：换了井盖"})
    assert "第 3 行" in desk.send(filling).err
    assert any("实施: 换了井盖" in record.decode() for record in desk.records.values())


def test_a_row_without_a_title_is_refused_not_passed_over(desk: Desk) -> None:
    """Even if it says something in the columns of the story only: its title is asked for, and its file stays."""
    desk.template()
    filling = Filling((desk.folder / "a.xlsx").read_bytes())
    for number, row in enumerate(({"过程": "井盖响"}, {"标题": " ", "现在怎样": "在办"}, {"下一步": "等街道"})):
        filling.fill("议题", 3 + number, row)
    ended = desk.send(filling)
    assert (ended.code != 0, ended.err.count("缺少 标题")) == (True, 3), ended.err
    assert (desk.folder / "inbox" / "a.xlsx").exists()


@pytest.mark.parametrize("text", """\
居民要求修好|需要街道解决|希望尽快修好|请求尽快解决|物业答应修好|催物业赶紧修好
何时修好|正在解决|难以解决|建议装灯解决|请修好|想办法解决|能否解决|社区协调解决|基本解决|要求物业3天内，修好
residents want it fixed|should be repaired|asked whether it is solved|almost done|done a survey
May be mended next week|please get it fixed|how is it solved|the fixed bench""".replace("\n", "|").split("|"))
def test_a_wish_a_question_or_a_promise_is_no_end(text: str) -> None:
    """Whatever words of an end it has."""
    assert not is_done(text, get_built_in_vocabulary())


@pytest.mark.parametrize("text", [
    "居民要求修好，已修好", "经要求，物业修好了", "请师傅修好了", "主要问题解决", "物业派人修好", "repaired in May",
    "asked for a lamp, was fitted", "done on 3 May", "the works completed"])
def test_a_wish_that_came_true_is_an_end(text: str) -> None:
    """Said by 已 or 了, or in another clause."""
    assert is_done(text, get_built_in_vocabulary())


@pytest.mark.parametrize("standing", ["在办", "刚提出"])
def test_the_writers_own_answer_wins_over_the_words_of_the_story(desk: Desk, standing: str) -> None:
    """What is under way is not published as resolved, and is asked about."""
    story = "2025-09-03 反映\n2025-09-10 物业修好"
    rows = _imported(desk, {"标题": "停车乱", "主题": "停车", "过程": story, "现在怎样": standing})
    assert "办结" not in next(iter(rows.values()))


def _imported(desk: Desk, *rows: dict[str, str]) -> dict[str, str]:
    """The records that an import of these rows makes, from a copy of the one template of the desk."""
    if not (desk.folder / "a.xlsx").exists():
        desk.template()
    filling, before = Filling((desk.folder / "a.xlsx").read_bytes()), desk.records
    for number, row in enumerate(rows):
        filling.fill("议题", 3 + number, row)
    ended = desk.send(filling, f"sent-{len(before)}")
    assert ended.code == 0, ended.err
    return {file: data.decode() for file, data in desk.records.items() if file not in before}


STANDINGS: dict[str, str] = {
    "raised": "没人理|没动静|石沉大海|未开始|没有进展|no progress|nobody came",
    "under_way": "在修了|快好了|快修好了|没修好|继续办|halfway|nearly done|not repaired|with the council",
    "done": "很快修好了|现在修好了|快递柜修好了|来水了|修竣|was repaired|works now|back to normal",
    "given_up": "作罢|不了了之|取消了|cancelled|no further action",
    "": "being repaired|cannot be done|nothing can be done|就快弄好了|尽快修好|好的|解决不了",
}
"""How an issue stands → what people write; "": what is asked, for it may be half done, wished or refused."""


@pytest.mark.parametrize("standing", STANDINGS)
def test_how_an_issue_stands_is_read_as_people_say_it(standing: str) -> None:
    """What is nearly done, being done or impossible is never taken as done."""
    words = get_built_in_vocabulary()
    sheet = list_sheets()["issue"]
    column = sheet.get_column("#standing")
    rows = {text: ParsedRow(sheet, "议题", 3, "", "", {column: Cell("议题", 3, 1, text)}, {column: 1})
            for text in STANDINGS[standing].split("|")}
    read = {text: find_standing(row, words) for text, row in rows.items()}
    assert {text: key for text, key in read.items() if key != standing} == {}


STORY = "11.2 报修；11.5 看现场；11.9 换了灯"
CORRECTED: dict[str, str] = {
    "first day": "11.1 报修；11.5 看现场；11.9 换了灯",
    "every day": "10.2 报修；10.5 看现场；10.9 换了灯",
    "last day": "11.2 报修；11.5 看现场；11.10 换了灯",
    "no day": "11.2 报修；看现场；11.9 换了灯",
    "first words": "11.2 灯坏了报修；11.5 看现场；11.9 换了灯",
    "shorter words": "11.2 报修；11.5 看；11.9 换了灯",
    "last words": "11.2 报修；11.5 看现场；11.9 换了灯",
    "a line split": "11.2 报修；11.5 看；11.6 现场开会；11.9 换了灯",
    "two lines joined": "11.2 报修，看现场；11.9 换了灯",
    "first line left out": "11.5 看现场；11.9 换了灯",
    "a line left out": "11.2 报修；11.9 换了灯",
    "last line left out": "11.2 报修；11.5 看现场",
    "a line added": "11.2 报修；11.5 看现场；11.9 换了灯；11.20 试了灯",
    "all new": "9.1 灯不亮；9.3 物业来人",
    "one line": "11.4 灯坏了",
}
"""What was corrected → the story as it is told in the answer."""


def test_what_is_shown_in_green_is_what_the_record_says(desk: Desk) -> None:
    """At the first reading, after every kind of correction, and after the story was taken back to what it first was;
    what another has written into the log stays, and nothing that the story once told is left."""
    filling, other, first = desk.template(), "2025-11-07 实施: 街道来电", [[""]]
    unchanged = [STORY] * len(CORRECTED)
    for name, stories in (("a", unchanged), ("b", CORRECTED.values()), ("c", unchanged)):
        for number, story in enumerate(stories):
            filling.fill("议题", 3 + number, {"标题": f"{number}号灯坏", "主题": "照明", "过程": story})
        ended = desk.send(filling, name)
        assert ended.code == 0, ended.err
        said = [[step for step in log if "街道来电" not in step] for log in _said(desk)]
        for kind, *one in zip(CORRECTED, said, _shown(desk, name), strict=True):
            assert one[0] == one[1], (name, kind, one)
        assert name == "a" or all(data.decode().count(other) == 1 for path, data in desk.records.items()
                                  if path.endswith("-hao-deng-huai.yaml"))
        first = said if name == "a" else first
        filling = Filling(_answer(desk, name).read_bytes())
        for path, data in desk.records.items():
            if name == "a" and path.endswith("-hao-deng-huai.yaml"):
                desk.write(f"content/{path}", data.decode().replace("  - 2025-11-09", f"  - {other}\n  - 2025-11-09"))
    assert said == first


def _said(desk: Desk) -> list[list[str]]:
    """The logs of the records, whose day it was raised is that of their first step."""
    records = [yaml.safe_load(data) for path, data in desk.records.items() if path.endswith("-hao-deng-huai.yaml")]
    logs = {record["标题"]: [" ".join(*step.items()) for step in record["进展"]] for record in records}
    assert all(logs[record["标题"]][0].startswith(f"{record['提出']} ") for record in records), records
    return [logs[title] for title in sorted(logs, key=lambda title: int(title.partition("号")[0]))]


def _shown(desk: Desk, name: str) -> list[list[str]]:
    """The steps of each story as the answer to a workbook shows them in green."""
    sheet = load_workbook(_answer(desk, name))["议题"]
    comments = [getattr(sheet.cell(3 + number, 4).comment, "text", "") for number in range(len(CORRECTED))]
    lines = [next(line for line in comment.split("\n") if line.startswith("读作：")) for comment in comments]
    return [line.removeprefix("读作：").rstrip("。").split(" | ") for line in lines]


def _answer(desk: Desk, name: str) -> Path:
    return next(desk.folder.rglob(f"{name}.returned.xlsx"))


def test_a_first_day_is_corrected_by_its_own_writer_only(desk: Desk) -> None:
    """In the story or in its own cell, in the answer to the workbook that told it; not in the answer to a copy of the
    template that another filled under the same title, nor over what somebody has written into the record since."""
    desk.template()
    cells = {"标题": "灯坏", "主题": "照明"}
    for of, name, more, is_taken, raised in (
            ("", "a", {"过程": "11.5灯坏了"}, True, "2025-11-05"),
            ("", "other", {"过程": "11.20灯坏了"}, False, "2025-11-05"),
            ("other", "other-2", {"简介": "没灯"}, False, "2025-11-05"),
            ("a", "b", {"过程": "11.4灯坏了"}, True, "2025-11-04"),
            ("b", "c", {"提出": "2025-11-03"}, True, "2025-11-03"),
            ("", "by hand", {}, True, "2025-11-01"),
            ("c", "d", {"提出": "2025-11-02"}, False, "2025-11-01")):
        assert _is_taken(desk, of, name, cells | more) == is_taken, name
        (record,) = [yaml.safe_load(data) for path, data in desk.records.items() if path.endswith("/deng-huai.yaml")]
        assert str(record["提出"]) == raised, (name, record)
        assert sum("灯坏了" in str(step) for step in record["进展"]) == 1, record


def _is_taken(desk: Desk, of: str, name: str, cells: dict[str, str]) -> bool:
    """Whether a workbook, or the answer to the one named `of`, is taken when filled; or changes the record by hand."""
    if name == "by hand":
        path = "places/liuxi/nanyuan/issues/deng-huai.yaml"
        desk.write(f"content/{path}", desk.text(path).replace("提出: 2025-11-03", "提出: 2025-11-01"))
        return True
    filling = Filling((_answer(desk, of) if of else desk.folder / "a.xlsx").read_bytes())
    filling.fill("议题", 3, cells)
    for left in (desk.folder / "inbox").iterdir():
        left.unlink()
    return desk.send(filling, name).code == 0
