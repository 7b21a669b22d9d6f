"""The digest of a week: what was raised, moved and resolved in seven days, and what comes next."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from html import unescape

from tests.site.test_pages import AS_OF, RENDER, library_of, page_of, site_of, words
from tests.support.workshop import book_on
from yishi.content.change_log import RecordChangeEntry
from yishi.site import plan_site

SITE: Mapping[str, str] = {
    "site.yaml": "title: 示例镇\nlanguages: [zh-Hans, en]\n",
    "places/town/place.yaml": "{name: 示例镇, kind: town}",
    "places/town/east/place.yaml": "{name: 东社区, kind: community}",
    "places/town/west/place.yaml": "{name: 西社区, kind: community}",
    "places/town/east/issues/new.yaml":
        "{title: 漏水, topic: leaks, raised: 2025-12-25, log: [2025-12-25 raised: 提出]}",
    "places/town/east/issues/old.yaml":
        "{title: 旧事, topic: leaks, raised: 2025-12-24, log: [2025-12-24 raised: 提出]}",
    "places/town/west/issues/moved.yaml": """
        {title: 停车, topic: parking, raised: 2025-01-01, due: 2026-01-07,
         log: [2025-01-01 raised: 提出, 2025-12-31 decide: 定了]}
        """,
    "places/town/west/issues/solved.yaml": """
        {title: 路灯, topic: lighting, raised: 2025-01-01, log: [2025-01-01 raised: 提出, 2025-12-30 resolved: 亮了]}
        """,
    "places/town/east/meetings/next.yaml": "{title: 下次的会, date: 2026-01-07}",
    "places/town/east/meetings/later.yaml": "{title: 再下次, date: 2026-01-08}",
}


@cache
def pages() -> Mapping[str, str]:
    """The pages of the town above, which has an address."""
    return site_of(library_of(SITE), base_url="https://example.org/t")


def test_a_week_has_seven_days_back_and_seven_ahead() -> None:
    """As text to copy, with the address; nothing that is a day older or later."""
    text = re.search(r"<pre>(.*?)</pre>", pages()["week/index.html"], re.DOTALL)
    assert text
    assert unescape(text[1]).split("\n") == [
        "示例镇一周小结（2025年12月25日至2025年12月31日）", "",
        "新提出1件", "· 东社区：漏水", "",
        "有进展1件", "· 西社区 · 决定：停车", "",
        "已办结1件", "· 西社区：路灯", "",
        "接下来七天2件", "· 2026年1月7日 · 东社区：会议：下次的会", "· 2026年1月7日 · 西社区：承诺这天办好：停车", "",
        "https://example.org/t/week/"]


def test_a_place_has_its_own_week() -> None:
    """With what is there and below; without news it says so."""
    east = words(pages()["places/town/east/week/index.html"])
    assert "漏水" in east
    assert "停车" not in east
    assert "No news in these days." in words(site_of(library_of({
        path: text for path, text in SITE.items() if "/issues/" not in path and "/meetings/" not in path}))[
            "en/places/town/east/week/index.html"])


def test_an_empty_calendar_is_not_offered() -> None:
    """Words stand where the link to it would be, on the page of the place and on that of what is due."""
    said = "现在没有可以加入日历的会议或期限。"
    for page in ("", "due/"):
        assert said not in pages()[f"places/town/east/{page}index.html"]
    library = library_of({path: text for path, text in SITE.items() if "/meetings/" not in path})
    for page in ("", "due/"):
        html = page_of(library, f"places/town/east/{page}index.html")
        assert said in html
        assert "calendar.ics" not in html


def test_records_that_were_changed_are_news_of_their_place_and_of_those_above() -> None:
    """As many as were changed in the seven days, with a link to the changes; not those that nobody reads; in the text
    that is copied too."""
    days = {"places/town/east/issues/new": ("2025-01-01", "2025-12-25"), "places/town/east": ("2025-12-31",),
            "places/town/west": ("2025-12-24",), "places/town/east/issues/withheld": ("2025-12-31",)}
    history = {path: tuple(RecordChangeEntry(date.fromisoformat(day), "edited", "") for day in of_record)
               for path, of_record in days.items()}
    plans = {plan.path: plan for plan in plan_site(book_on(library_of(SITE), AS_OF, history), base_url="",
                                                   has_change_log=True)}
    for place, link in (("", "../"), ("places/town/", "../../../"), ("places/town/east/", "../../../../")):
        html = RENDER(plans[f"{place}week/index.html"].produce_output()).decode()
        assert f'<a href="{link}changes/index.html">这几天有2条记录改过。</a>' in html
        assert "\n\n这几天有2条记录改过。</pre>" in html
    assert "改过" not in RENDER(plans["places/town/west/week/index.html"].produce_output()).decode()


def test_a_calendar_is_subscribed_to_where_there_is_an_address() -> None:
    """By `webcal:`, in the language of the page; the file is offered anyway."""
    assert 'href="webcal://example.org/t/en/places/town/east/calendar.ics"' in pages()["en/places/town/east/index.html"]
    without = site_of(library_of(SITE))["places/town/east/index.html"]
    assert "webcal:" not in without
    assert "calendar.ics" in without
