"""What readers come for, on a phone of 360 px: each finds it in a few steps, whatever browser they have."""

import io
import re
import unicodedata
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Route, expect
from playwright.sync_api import Page as Window
from pypdf import PdfReader

from tests.support.chromium import looking
from tests.support.workshop import DAY, PROJECT

pytestmark = pytest.mark.browser

TOWN = "places/shili-zhen"
COMMUNITY = f"{TOWN}/lingdang"
ISSUE = f"{COMMUNITY}/issues/sheds-beiyuan-2025"

MAIN = {
    "home": "", "places": "places/", "town": f"{TOWN}/", "community": f"{COMMUNITY}/", "issue": f"{ISSUE}/",
    "issues": "issues/", "wall": "wall/", "statistics": "statistics/", "statistic": "statistics/by_topic/",
    "case": f"{COMMUNITY}/cases/anli-2024/", "event": f"{TOWN}/events/zhanyan-2024/", "report": f"{COMMUNITY}/report/",
    "gaps": f"{TOWN}/gaps/", "due": f"{TOWN}/due/",
}
"""The pages that are photographed."""


def test_my_community_is_two_clicks_away(window: Window, address: str) -> None:
    """From the first page to the page of a community."""
    window.goto(f"{address}index.html")
    window.get_by_role("main").get_by_role("link", name="铃铛社区", exact=True).click()
    expect(window.get_by_role("heading", level=1)).to_have_text("铃铛社区")
    window.goto(f"{address}{ISSUE}/index.html")
    window.get_by_role("navigation", name="主导航").get_by_role("link", name="地方").click()
    window.get_by_role("main").get_by_role("link", name="铃铛社区", exact=True).click()
    expect(window.get_by_role("heading", level=1)).to_have_text("铃铛社区")


def test_whether_a_matter_is_solved_and_who_answers_next_stands_on_top(window: Window, address: str) -> None:
    """The status stands on the first screen of an issue, in words; who sees to it, and what was done last, follow."""
    window.goto(f"{address}{COMMUNITY}/index.html")
    window.get_by_role("link", name="北院自建储物棚").first.click()
    expect(window.locator(".standing")).to_contain_text("推进中")
    expect(window.locator(".standing")).to_be_in_viewport()
    expect(window.locator(".standing .result")).to_have_text("正在处理。")
    expect(window.locator(".latest")).to_contain_text("2025年12月21日")
    expect(window.locator(".facts").first).to_contain_text(re.compile(r"牵头\s*社区工作者"))


def test_how_to_raise_a_matter_is_one_click_from_the_community(window: Window, address: str) -> None:
    """Where to go, or the place above whose office it is, and a number that a tap dials."""
    window.goto(f"{address}{COMMUNITY}/index.html")
    window.get_by_role("link", name="怎样反映问题").click()
    desk = window.locator("#raise")
    expect(desk.get_by_role("heading")).to_be_in_viewport()
    expect(desk.get_by_role("link", name="示例镇")).to_be_visible()
    expect(desk.get_by_role("link", name="12345")).to_have_attribute("href", "tel:12345")


def test_a_number_can_be_quoted_with_its_date_and_definition(window: Window, address: str) -> None:
    """Number, day, what is counted, and the records behind it, on a page with an address of its own."""
    window.goto(f"{address}statistics/index.html")
    window.locator("main").get_by_role("link", name="办结率", exact=True).click()
    expect(window).to_have_url(re.compile(r"/statistics/resolution_rate/index\.html#definition$"))
    said = window.locator("main").inner_text()
    assert re.search(r"\d+%", said)
    assert f"截至{DAY.year}年{DAY.month}月{DAY.day}日" in said
    assert "怎么数的" in said
    table = window.get_by_role("link", name="CSV").get_attribute("href") or ""
    assert window.request.get(f"{address}statistics/resolution_rate/{table}").text().count("\n") > 100


def test_the_language_switch_stays_on_the_page(window: Window, address: str) -> None:
    """There and back, at the same record."""
    window.goto(f"{address}{ISSUE}/index.html")
    window.get_by_role("link", name="English").click()
    expect(window).to_have_url(f"{address}en/{ISSUE}/index.html")
    expect(window.locator(".standing")).to_contain_text("Under way")
    window.get_by_role("link", name="简体中文").click()
    expect(window).to_have_url(f"{address}{ISSUE}/index.html")


def test_a_printed_page_says_what_the_screen_says(window: Window, address: str) -> None:
    """An issue printed to PDF on A4, read back: title, status, every step of its log."""
    window.goto(f"{address}{ISSUE}/index.html")
    spoken = [window.locator("h1").inner_text(), "推进中", *window.locator(".log p").all_inner_texts()]
    reader = PdfReader(io.BytesIO(window.pdf(format="A4")))
    printed = "".join(page.extract_text() for page in reader.pages)
    same = {*unicodedata.normalize("NFKC", printed)} & {*"".join(spoken)}
    assert len(spoken) > 5
    assert [text for text in spoken if squeezed(text, same) not in squeezed(printed, same)] == []
    assert all(page.mediabox.width == pytest.approx(595, abs=2) for page in reader.pages)
    assert all(page.mediabox.height == pytest.approx(842, abs=2) for page in reader.pages)


def squeezed(text: str, same: set[str]) -> str:
    """The `same` characters of a text: fonts draw some with the radical that looks like them."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char in same and not char.isspace())


def test_everything_can_be_reached_by_keyboard(window: Window, address: str) -> None:
    """The first stop skips to the content; every link and control is a stop, in the order of the page, and is seen."""
    window.goto(f"{address}issues/index.html")
    window.keyboard.press("Tab")
    expect(window.locator(".skip")).to_be_focused()
    expect(window.locator(".skip")).to_be_in_viewport()
    window.keyboard.press("Enter")
    expect(window.locator("main")).to_be_focused()
    window.reload()
    kinds = ("a[href]", "input", "select", "button", "summary", "[tabindex='0']")
    stops = window.locator(", ".join(f"{kind}:visible" for kind in kinds))
    names = stops.evaluate_all("all => all.map((one, i) => one.dataset.stop = String(i))")
    for name in names[:60]:
        window.keyboard.press("Tab")
        stop, width = window.evaluate("() => [document.activeElement.dataset.stop, "
                                      "parseFloat(getComputedStyle(document.activeElement).outlineWidth)]")
        assert (stop, width >= 2) == (name, True)


@pytest.mark.parametrize("path", ["search/", "wall/", "week/", "statistics/by_topic/"])
def test_nothing_moves_when_a_script_comes_late(window: Window, address: str, path: str) -> None:
    """What scripts add has its room from the beginning, so that nobody taps on what has just moved."""
    def send_late(route: Route) -> None:
        window.wait_for_timeout(150)
        route.continue_()

    window.set_viewport_size({"width": 412, "height": 6000})
    window.route(re.compile(r"/(?!look\.)[^/]+\.js$"), send_late)
    window.goto(f"{address}{path}index.html")
    moved = window.evaluate("""() => new Promise((done) => {
        const found = [];
        new PerformanceObserver((list) => found.push(...list.getEntries().map((one) => one.value)))
            .observe({ type: "layout-shift", buffered: true });
        setTimeout(() => done(found), 100);
    })""")
    assert moved == []


def test_reading_needs_no_javascript(browser: Browser, address: str) -> None:
    """Without it every main page says the same; only the filters are absent, and lists by topic and month are there."""
    read = "() => document.querySelector('main').innerText.replace(/\\s+/g, ' ')"
    with looking(browser) as with_it, looking(browser, java_script_enabled=False) as without:
        for name, path in MAIN.items():
            with_it.goto(f"{address}{path}index.html")
            without.goto(f"{address}{path}index.html")
            with_it.evaluate("() => document.querySelectorAll('form').forEach((one) => one.remove())")
            assert without.evaluate(read) == with_it.evaluate(read), name
        without.goto(f"{address}issues/index.html")
        expect(without.locator("main form")).to_have_count(1)
        expect(without.locator("main form")).to_be_hidden()
        without.locator("nav.more a").first.click()
        without.get_by_role("link", name="按主题").click()
        without.get_by_role("link", name=re.compile("照明")).click()
        expect(without.get_by_role("heading", level=1)).to_have_text("照明")


def test_the_site_can_be_read_from_disk(browser: Browser, town: Path) -> None:
    """Opened without a server every main page looks the same, and links lead on."""
    with looking(browser) as window:
        for path in MAIN.values():
            window.goto((town / path / "index.html").as_uri())
            assert window.locator("body").evaluate("body => getComputedStyle(body).marginTop") == "0px"
        window.goto((town / "index.html").as_uri())
        window.get_by_role("main").get_by_role("link", name="铃铛社区", exact=True).click()
        expect(window.get_by_role("heading", level=1)).to_have_text("铃铛社区")


LOOKS = {"phone": (360, 2000, "dark"), "wide": (1280, 1600, "light")}
"""How the main pages are photographed: width and height in pixels, and the hour."""


@pytest.mark.parametrize("name", MAIN)
@pytest.mark.parametrize("look", LOOKS)
def test_main_pages_are_photographed(browser: Browser, address: str, look: str, name: str) -> None:
    """build/screenshots/ shows each as a phone shows it by night and a wide screen by day: as wide as that, dark or
    light, and not empty below its heading."""
    width, height, scheme = LOOKS[look]
    photo = PROJECT / f"build/screenshots/{name}-{look}.png"
    with looking(browser, width, height, color_scheme=scheme) as window:
        window.goto(f"{address}{MAIN[name]}index.html")
        photo.unlink(missing_ok=True)
        window.screenshot(path=photo)
        top = window.locator("h1").evaluate("one => Math.round(one.getBoundingClientRect().bottom)")
    with Image.open(photo) as image:
        grey = image.convert("L")
    paper, below = _shade(grey.crop((0, height - 1, 1, height))), grey.crop((0, top, width, height)).histogram()
    assert grey.size == (width, height)
    assert (_shade(grey) < 128) == (scheme == "dark")
    assert 0 < top < height / 2
    assert sum(pixels for shade, pixels in enumerate(below) if abs(shade - paper) > 60) > sum(below) / 200


def _shade(image: Image.Image) -> int:
    """How light a picture is on the whole, 0 to 255."""
    return image.resize((1, 1)).tobytes()[0]
