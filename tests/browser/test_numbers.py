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
