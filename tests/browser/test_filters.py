"""Lists that are filtered in place: what fits is shown and nothing else, the address says it, and can be passed on."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect
from playwright.sync_api import Page as Window

from tests.support.chromium import looking, served
from tests.support.workshop import Workshop

pytestmark = pytest.mark.browser

TOWN = "places/shili-zhen"
LONG, SHORT = "issues/index.html", f"{TOWN}/lingdang/issues/index.html"
TOLD = ".filters [role=status]"

Issue = dict[str, str]


@pytest.fixture(scope="module")
def issues(town: Path) -> list[Issue]:
    """Every issue of the town, as its table has it."""
    with (town / "data/issues.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def listed(window: Window, address: str) -> Window:
    """The list of all issues: 50 of them on its front page, the others by month."""
    window.goto(f"{address}{LONG}")
    return window


def choose(window: Window, **values: str) -> None:
    for name, value in values.items():
        window.select_option(f"select[name={name}]", value)


def shown(window: Window) -> list[str]:
    """The paths of the records in the list, once all have been looked through."""
    expect(window.locator(TOLD)).not_to_contain_text(re.compile("正在|Looking"))
    links = window.locator(".records .title").evaluate_all("all => all.map((one) => one.href)")
    return [f"places/{link.partition('/places/')[2]}".removesuffix("/index.html") for link in links]


def fits(issue: Issue, name: str, value: str) -> bool:
    """Whether an issue has the value of a filter, told by the table alone."""
    match name:
        case "place":
            return f"{issue['place']}/".startswith(f"{value}/")
        case "topic":
            return value in issue["topic"].split()
        case "status":
            return issue["status"] in (("new", "in_progress") if value == "open" else (value,))
        case _:
            return issue["raised"].startswith(value)


CHOICES: list[Issue] = [
    {"topic": "lighting"}, {"status": "open"}, {"year": "2024"}, {"place": f"{TOWN}/lingdang"}, {"status": "closed"},
    {"place": f"{TOWN}/lingdang", "status": "open"}, {"topic": "leaks", "status": "resolved", "year": "2025"},
    {"place": TOWN, "topic": "waste"},
]


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: "&".join(f"{k}={v}" for k, v in choice.items()))
def test_a_filtered_list_shows_what_fits_and_nothing_else(listed: Window, issues: list[Issue], choice: Issue) -> None:
    """Of all issues of the list, not only those on its front page; how many is said, and the newest stand first."""
    fitting = {issue["path"]: issue["raised"] for issue in issues if all(fits(issue, *one) for one in choice.items())}
    choose(listed, **choice)
    found = shown(listed)
    assert len(found) == len(fitting) > 0
    assert {*found} == fitting.keys()
    assert [fitting[path][:7] for path in found] == sorted((day[:7] for day in fitting.values()), reverse=True)
    expect(listed.locator(TOLD)).to_have_text(f"符合的有{len(found)}条，共{len(issues)}条")


@pytest.mark.parametrize("order", ["oldest", "place", "topic", "status"])
def test_a_list_is_sorted_as_a_whole(listed: Window, issues: list[Issue], order: str) -> None:
    """Every issue once: the oldest first, or what belongs together side by side."""
    choose(listed, sort=order)
    found, of = shown(listed), {issue["path"]: issue for issue in issues}
    assert sorted(found) == sorted(of)
    column = [of[path]["raised"][:7] if order == "oldest" else of[path][order].partition(" ")[0] for path in found]
    together = [one for one, before in zip(column, ["", *column], strict=False) if one != before]
    assert len(together) == len(set(column))
    assert order != "oldest" or column == sorted(column)


def test_the_choice_stands_in_the_address(browser: Browser, listed: Window) -> None:
    """It survives a reload and the way back from a record, is taken back step by step, and can be passed on."""
    choose(listed, topic="lighting")
    choose(listed, status="resolved")
    found = shown(listed)
    expect(listed).to_have_url(re.compile(r"index\.html\?topic=lighting&status=resolved$"))
    listed.reload()
    assert shown(listed) == found
    listed.locator(".records .title").first.click()
    expect(listed.locator("article.record")).to_be_visible()
    listed.go_back()
    assert shown(listed) == found
    with looking(browser) as other:
        other.goto(listed.url)
        assert shown(other) == found
        expect(other.locator("select[name=topic]")).to_have_value("lighting")
    listed.go_back()
    assert len(shown(listed)) > len(found)
    expect(listed.locator("select[name=status]")).to_have_value("")
    listed.go_forward()
    assert shown(listed) == found


def test_the_other_language_shows_the_same_choice(listed: Window) -> None:
    """The switch of languages takes it along."""
    choose(listed, status="open", sort="oldest")
    found = shown(listed)
    listed.get_by_role("link", name="English").click()
    expect(listed).to_have_url(re.compile(r"/en/issues/index\.html\?status=open&sort=oldest$"))
    expect(listed.locator(TOLD)).to_have_text(f"{len(found)} of 196 records")
    assert shown(listed) == found


def test_filters_can_be_taken_back_at_once(listed: Window) -> None:
    """The list is then as it was, its address too, and who cannot see it is not lost."""
    before = shown(listed)
    choose(listed, topic="lighting", year="2024")
    listed.get_by_role("button", name="取消筛选").click()
    assert shown(listed) == before
    expect(listed).to_have_url(re.compile(r"/issues/index\.html$"))
    expect(listed.locator(".filters select").first).to_be_focused()
    expect(listed.locator(TOLD)).to_have_text("")


def test_filters_work_by_keyboard_and_are_named(listed: Window) -> None:
    """Each is reached by its label; an arrow key chooses; the count is told to who listens."""
    topic = listed.get_by_role("combobox", name="主题")
    topic.focus()
    listed.keyboard.press("ArrowDown")
    listed.keyboard.press("ArrowDown")
    expect(topic).to_have_value("lighting")
    expect(listed.get_by_role("status")).to_contain_text("共196条")
    listed.keyboard.press("Tab")
    expect(listed.get_by_role("combobox", name="状态")).to_be_focused()


def test_a_list_that_stands_on_one_page_offers_what_occurs(window: Window, address: str, issues: list[Issue]) -> None:
    """And no filter by a place where there is only one."""
    window.goto(f"{address}{SHORT}")
    own = [issue for issue in issues if issue["place"] == f"{TOWN}/lingdang"]
    offered = window.locator("select[name=topic] option").evaluate_all("all => all.map((one) => one.value)")
    assert {*offered} == {"", *(topic for issue in own for topic in issue["topic"].split())}
    expect(window.locator("select[name=place]")).to_have_count(0)
    choose(window, topic=offered[1])
    assert 0 < len(shown(window)) < len(own)


def test_a_page_from_disk_filters_what_stands_on_it_and_says_so(window: Window, town: Path) -> None:
    """It cannot read other pages; where all stand on one page nothing is amiss."""
    window.goto(f"{(town / LONG).as_uri()}?status=open")
    found = shown(window)
    assert 0 < len(found) < 50
    expect(window.locator(TOLD)).to_contain_text(f"本页50条里符合的有{len(found)}条")
    window.goto((town / SHORT).as_uri())
    choose(window, status="resolved")
    expect(window.locator(TOLD)).to_have_text(re.compile(r"符合的有\d条，共7条"))


def test_a_list_that_cannot_be_read_further_says_so(browser: Browser, address: str) -> None:
    """A broken connection leaves nobody with a part that looks like the whole."""
    window = browser.new_page()
    window.route("**/issues/2024/**", lambda route: route.abort())
    window.goto(f"{address}{LONG}?status=open")
    expect(window.locator(TOLD)).to_contain_text("没能载入")
    window.close()


def test_a_very_long_list_is_looked_through_when_asked(window: Window, address: str, issues: list[Issue]) -> None:
    """Its reader decides; until then the page says how many it has looked through. One year is no long list."""
    def longer(route: Route) -> None:
        page = route.fetch().text().replace('data-total="196"', 'data-total="1960"')
        route.fulfill(body=page, content_type="text/html")

    window.route(f"**/{LONG}*", longer)
    window.goto(f"{address}{LONG}?status=open")
    expect(window.locator(TOLD)).to_contain_text("已查看50条")
    choose(window, year="2024")
    assert len(shown(window)) == sum(fits(one, "status", "open") and fits(one, "year", "2024") for one in issues)
    choose(window, year="")
    window.get_by_role("button", name="查看全部").click()
    expect(window.locator(TOLD)).to_have_text(re.compile("共1,960条"))
    assert len(shown(window)) == sum(fits(one, "status", "open") for one in issues)


@pytest.fixture
def crowded(city: Workshop) -> Iterator[str]:
    """The address of a city in which over 200 issues were raised in one month."""
    for number in range(210):
        side = "northside" if number % 3 else "southside"
        city.write(f"places/example-city/{side}/issues/bench-{number}.yaml",
                   f"title: Bench {number}\ntopic: pavements\nraised: 2025-06-{number % 30 + 1:02}\n"
                   f"log: [2025-06-30 raised: No bench]\n")
    assert city.build().write_result
    with served(city.output) as address:
        yield address


def test_a_month_in_parts_is_filtered_as_one(window: Window, crowded: str) -> None:
    """Its own page has no records but leads to its parts: all of them are looked through."""
    window.goto(f"{crowded}months/2025-06/index.html")
    assert shown(window) == []
    choose(window, place="places/example-city/southside")
    found = shown(window)
    assert len(found) >= 70
    assert all(path.startswith("places/example-city/southside/") for path in found)
