"""The year of a place: what was raised in it and what became of that, counted so that everybody can count again."""

from collections.abc import Mapping
from functools import cache

from tests.site.test_pages import library_of, site_of, words

EAST = "places/town/east"

TOWN: Mapping[str, str] = {
    "site.yaml": "title: 示例镇\nlanguages: [zh-Hans, en]\n",
    "places/town/place.yaml": "{name: 示例镇, kind: town}",
    f"{EAST}/place.yaml": "{name: 东社区, kind: community}",
    "places/town/west/place.yaml": "{name: 西社区, kind: community}",
    f"{EAST}/issues/lamps.yaml": """
        {title: 路灯不亮, topic: lighting, raised: 2023-02-01, log: [2024-03-01 resolved: 亮了],
         followups: [2024-09-01 holds: 还亮]}
        """,
    f"{EAST}/issues/leak.yaml": "{title: 漏水, topic: [leaks, fire], raised: 2023, log: [raised: 漏]}",
    f"{EAST}/issues/again.yaml": "{title: 又漏, topic: leaks, raised: 2023-06, duplicate_of: leak, log: [raised: 漏]}",
    f"{EAST}/issues/by.yaml": "{title: 不知哪年, topic: other, raised: by 2023-05-01, log: [raised: 有人说]}",
    f"{EAST}/issues/new.yaml": "{title: 今年的事, topic: other, raised: 2025-05-01, log: [2025-05-01 raised: 提出]}",
    f"{EAST}/issues/later.yaml": "{title: 以后的事, topic: other, raised: 2026-05-01, log: [2026-05-01 raised: 提出]}",
    f"{EAST}/meetings/talk.yaml": "{title: 商量漏水, date: 2023-07-01}",
    f"{EAST}/meetings/next.yaml": "{title: 下次的会, date: 2026-01-10}",
    f"{EAST}/cases/light.md": """
        ---
        title: 灯亮了
        topic: lighting
        location: yard
        dates: {start: 2023-02}
        ---
        故事
        """,
    f"{EAST}/cases/dry.md": "---\ntitle: 不漏了\nissues: leak\n---\n故事\n",
    f"{EAST}/locations.yaml": "yard: {name: 一号院, kind: compound}\n",
}


@cache
def site() -> Mapping[str, str]:
    """The pages of a town of two communities; one has no public record yet."""
    return site_of(library_of(TOWN))


def year(number: int, tag: str = "") -> str:
    """The words of the page of a year of the eastern community."""
    return words(site()[f"{tag}{EAST}/{number}/index.html"])


def test_a_year_tells_what_was_raised_and_what_became_of_it() -> None:
    """Issues raised in the year with where they stand today; repeats, and what no year is known of, are left out."""
    page = year(2023)
    assert "2 件议题提出 1 ○ 新提出 1 ✓ 已办结 2 个案例 1 次会议" in page
    assert page.index("漏水") < page.index("路灯不亮")
    assert "2024年3月1日办结，从提出到办结用了394天。效果长久" in page
    assert "长效1件" in page
    assert "又漏" not in page
    assert "不知哪年" not in page


def test_a_year_counts_what_was_resolved_in_it_whenever_it_was_raised() -> None:
    """The same count as in the statistic by month, and the page says so."""
    assert "不论哪年提出，这一年办结了0件" in year(2023)
    assert "不论哪年提出，这一年办结了1件；不知道哪个月办结的没有计入。" in year(2024)
    assert "Whenever it was raised, 1 issue was resolved in this year" in year(2024, "en/")


def test_a_case_belongs_to_the_year_in_which_its_matter_began() -> None:
    """By its own dates; without any, by the first issue that it tells of."""
    assert "灯亮了" in year(2023)
    assert "不漏了" in year(2023)


def test_a_topic_of_several_counts_once_for_each() -> None:
    """An issue of two topics is counted at both; the number of issues stays that of issues."""
    assert "漏水1件" in year(2023)
    assert "消防1件" in year(2023)


def test_a_year_without_anything_says_so() -> None:
    """Between two years with records stands one without: it is told, not left out."""
    page = year(2024)
    assert "这一年提出的议题，还没有公开的。" in page
    assert page.count("还没有公开的。") == 3


def test_a_year_that_is_not_over_says_so() -> None:
    """A year ends with its last day: the report is of 31 December 2025."""
    assert "这一年还没有过完" not in year(2025)


def test_what_is_to_come_has_no_year_yet() -> None:
    """Neither a meeting nor an issue of the future makes a page."""
    assert not [path for path in site() if "/2026/" in path]


def test_every_place_with_records_leads_to_its_years() -> None:
    """A community, and the town above it, in every language; a silent community has none."""
    for tag in ("", "en/"):
        for place in ("places/town", EAST):
            for number in (2023, 2024, 2025):
                assert f"{tag}{place}/{number}/index.html" in site()
                assert f'/{number}/index.html">' in site()[f"{tag}{place}/index.html"]
    assert not [path for path in site() if path.startswith("places/town/west/20")]


def test_the_town_names_the_community_of_each_record() -> None:
    """What is told of several places says of which."""
    assert "漏水 东社区" in words(site()["places/town/2023/index.html"])
    assert "漏水 东社区" not in year(2023)
