"""What readers ask of a page: what it cost, since when nothing happened, who leads, who says that it is resolved."""

from collections.abc import Mapping
from functools import cache

import pytest

from tests.site.test_pages import library_of, site_of, words
from yishi.search import extract_searchable_text

EAST = "places/town/east"
PRESS = "basis: press, source: s1"

SITE: Mapping[str, str] = {
    "site.yaml": "title: 示例镇\nlanguages: [zh-Hans, en]\n",
    "sources.yaml": "s1: {title: 报道}\n",
    "places/town/place.yaml": "{name: 示例镇, kind: town}",
    f"{EAST}/place.yaml": "{name: 东社区, kind: community}",
    "places/town/west/place.yaml": "{name: 西社区, kind: community}",
    f"{EAST}/issues/paid.yaml": """
        {title: 路灯, topic: lighting, raised: 2025-01-01, log: [2025-12-01 resolved: 亮了], lead: 街道办,
         funding: [{kind: 维修资金, amount: 12000, unit: 元}, {kind: 居民自筹}]}
        """,
    f"{EAST}/issues/unpaid.yaml":
        "{title: 漏水, topic: leaks, raised: 2025-01-01, log: [2025-12-01 implement: 动工], lead: 物业}",
    f"{EAST}/issues/begun.yaml": """
        {title: 停车, topic: parking, raised: 2024-01-01, due: 2024-03-01, log: [2024-06-14 decide: 定了], lead: 物业}
        """,
    f"{EAST}/issues/ahead.yaml":
        "{title: 垃圾, topic: waste, raised: 2025-12-01, due: 2026-01-30, log: [2025-12-05 decide: 定了]}",
    "places/town/west/issues/press.yaml":
        f"{{title: 报道, topic: leaks, raised: 2024-01-01, {PRESS}, log: [2024-01-05 resolved: 修好]}}",
    f"{EAST}/cases/story.md": "---\ntitle: 灯\nissues: paid\n---\n故事\n",
    "places/town/west/cases/told.md": f"---\ntitle: 水\nissues: press\n{PRESS.replace(', ', chr(10))}\n---\n故事\n",
    f"{EAST}/meetings/next.yaml": "{title: 下次的会, date: 2026-01-07, time: 19:00-20:00, venue: 活动室}",
    f"{EAST}/meetings/later.yaml": "{title: 再下次, date: 2026-01-30}",
    f"{EAST}/meetings/much-later.yaml": "{title: 再再下次, date: 2026-01-31}",
}


@cache
def pages() -> Mapping[str, str]:
    """The pages of the town above."""
    return site_of(library_of(SITE))


@pytest.mark.parametrize(("path", "said"), [
    (f"{EAST}/issues/paid", "经费 维修资金：12,000元 、 居民自筹：数目不详"),
    (f"{EAST}/cases/story", "经费 维修资金：12,000元 、 居民自筹：数目不详"),
    (f"{EAST}/issues/unpaid", "经费 没有公布"), (f"en/{EAST}/issues/unpaid", "Cost not published"),
    ("places/town/west/issues/press", "经费 报道没有写"), ("places/town/west/cases/told", "经费 报道没有写"),
])
def test_a_page_says_what_it_cost_or_that_it_is_not_known(path: str, said: str) -> None:
    """Of what was carried out; of what was not, nothing is said of a cost."""
    assert said in words(pages()[f"{path}/index.html"])
    assert "经费" not in words(pages()[f"{EAST}/issues/begun/index.html"])


def test_issues_are_found_by_words_for_money_if_theirs_is_recorded() -> None:
    """In either language, whatever the record calls it."""
    library = library_of(SITE)
    for name, is_found in (("paid", True), ("unpaid", False)):
        record = library.issues[f"{EAST}/issues/{name}"]
        found = extract_searchable_text(record, library.vocabulary).words.split(" · ")
        assert all((word in found) is is_found for word in ("经费", "费用", "花了多少钱", "cost"))


def test_an_issue_says_since_when_nothing_was_recorded() -> None:
    """By the day, which stays true, and not that work continues."""
    page = words(pages()[f"{EAST}/issues/begun/index.html"])
    assert "还没有办结。" in page
    assert "最后一次记录是2024年6月14日，之后没有新的。" in page
    assert "正在继续" not in page


def test_what_is_due_is_told_by_who_leads_and_by_its_day() -> None:
    """Open issues and those past their day, unnamed leads last; seven days, then the rest of thirty."""
    for path in ("due", "places/town/due", f"{EAST}/due"):
        page = words(pages()[f"{path}/index.html"])
        assert "其中过了承诺的日子 物业 2 1 没有记录 1 0 按固定顺序" in page, path
        week, month = page.split(" 接下来七天 ")[-1].split(" 接下来三十天（七天以后的） ")
        assert week.startswith("1 会议：下次的会 2026年1月7日"), path
        assert month.startswith("2 承诺这天办好：垃圾 2026年1月30日 · 东社区 会议：再下次 2026年1月30日"), path
        assert "再再下次" not in page, path
    assert "按牵头方" not in pages()["places/town/west/due/index.html"]


def test_a_meeting_below_is_told_with_its_community() -> None:
    """On the page of a town; on the community's own it goes without saying."""
    assert "2026年1月7日 19:00–20:00 东社区 活动室" in words(pages()["places/town/index.html"])
    assert "2026年1月7日 19:00–20:00 活动室" in words(pages()[f"{EAST}/index.html"])


@pytest.mark.parametrize("path", ["statistics/by_status", "statistics/resolution_rate", "wall"])
def test_a_count_of_resolved_issues_says_who_calls_them_so(path: str) -> None:
    """In the language of the page."""
    assert "“已办结”是说" in words(pages()[f"{path}/index.html"])
    assert "“Resolved” means" in words(pages()[f"en/{path}/index.html"])


def test_where_only_the_press_tells_no_follow_up_is_waited_for() -> None:
    """That results may not last is not for want of a follow-up that is still to come."""
    press = {path: text for path, text in SITE.items() if not path.startswith(f"{EAST}/")}
    home = words(site_of(library_of(press))["index.html"])
    assert "仅见于媒体报道的不作评判" in home
    assert "还没有到期的回访" not in home
    assert "这里最近一条进展的日期：2024年1月5日。" in home


def test_only_words_that_somebody_said_stand_in_quotation_marks() -> None:
    """What a record tells is not a quotation."""
    assert not [path for path, page in pages().items() if "<q" in page]


def test_no_number_of_results_speaks_of_how_they_are_found() -> None:
    """How many there are at most, in a reader's words."""
    assert 'data-most="找到的记录不超过 {n} 条"' in pages()["search/index.html"]


def test_what_a_report_does_not_tell_is_not_passed_for_done() -> None:
    """The card says of how many issues nobody knows what became; the issue says that the report names no day."""
    pages = site_of(library_of({
        **SITE,
        "places/town/west/issues/leak.yaml":
            f"{{title: 漏水, topic: leaks, raised: 2019-01-01, log: [implement: 协调, not_reported: 不清楚], {PRESS}}}",
        "places/town/west/issues/lamp.yaml":
            f"{{title: 路灯, topic: lighting, raised: 2019-01-01, log: [2019-03-01 resolved: 亮了], {PRESS}}}"}))
    assert "没有已知未办结的议题；1件后来怎样不清楚。" in words(pages["places/town/west/report/index.html"])
    assert "承诺期限 报道没有写" in words(pages["places/town/west/issues/lamp/index.html"])
