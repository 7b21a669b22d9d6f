"""The page of a number through a browser: the table sorts and comes back, and links open what is folded."""

import re

import pytest
from playwright.sync_api import Page as Window
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

RATE = "statistics/resolution_rate/index.html"


def names(window: Window) -> list[str]:
    """The places of the table, in the order shown."""
    return window.locator(".by-place tbody th").all_inner_texts()


def test_places_are_sorted_on_request_and_come_back_to_their_order(window: Window, address: str) -> None:
    """The fixed order comes first and last: nothing is ranked by itself."""
    window.goto(f"{address}{RATE}")
    fixed, head = names(window), window.locator(".by-place th.number")
    expect(head).to_have_attribute("aria-sort", "none")
    for order, wanted in (("descending", True), ("ascending", False)):
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", order)
        shown = [float(one) for one in window.locator(".by-place tbody data").evaluate_all(
            "all => all.map((one) => one.getAttribute('value'))")]
        assert shown == sorted(shown, reverse=wanted)
    head.get_by_role("button").click()
    assert names(window) == fixed


def test_a_number_leads_to_its_records_though_they_are_folded(window: Window, address: str) -> None:
    """From the table, and from another page."""
    window.goto(f"{address}{RATE}")
    window.locator(".by-place tbody a[href^='#']").nth(1).click()
    opened = window.locator("details[open] > ul.plain")
    expect(opened.first).to_be_in_viewport()
    link = window.url.partition("#")[2]
    window.goto(f"{address}index.html")
    window.goto(f"{address}{RATE}#{link}")
    expect(window.locator("details.account[open]")).to_have_attribute("id", re.compile("^places/"))


def test_places_stand_side_by_side_and_the_address_keeps_the_choice(window: Window, address: str) -> None:
    """From the page of a place one more choice puts two beside each other, with the numbers of the table of all."""
    window.goto(f"{address}places/shili-zhen/lingdang/index.html")
    window.get_by_role("link", name="几个地方并排看").click()
    expect(window.locator("#every tbody tr")).to_have_count(28)
    expect(window.locator("select[name=a]")).to_have_value("places/shili-zhen/lingdang")
    expect(window.locator(".goes-on")).to_be_visible()
    window.select_option("select[name=b]", "places/shili-zhen/songguo")
    beside = window.locator("#chosen tr").filter(has_text="办结率").locator("data")
    row = "tr[id='places/shili-zhen/{}'] a[href*=resolution_rate] data"
    wanted = [window.locator(row.format(place)).first.inner_text() for place in ("lingdang", "songguo")]
    expect(window.locator("#every")).to_be_hidden()
    window.reload()
    expect(beside).to_have_text(wanted)
    expect(window.locator(".goes-on")).to_be_hidden()
    window.get_by_role("button", name="显示所有地方").click()
    expect(window.locator("#every")).to_be_visible()
