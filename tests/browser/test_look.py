"""How the pages look, as the reader chose it: large type and colours stay, and nothing needs them."""

from operator import ge
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Window

from tests.support.chromium import looking

pytestmark = pytest.mark.browser

COMMUNITY = "places/shili-zhen/lingdang/index.html"


def size_of(window: Window) -> float:
    """How large the letters of the text are, in pixels."""
    return float(window.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))


RIGHTMOST_ENTRY = "Math.max(...[...document.querySelectorAll('.sections a')].map(a => a.getBoundingClientRect().right))"


def paper_of(window: Window) -> str:
    """The colour that the text stands on."""
    return str(window.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_large_type_stays_on_every_page_until_it_is_given_up(window: Window, address: str) -> None:
    """One tap makes the letters a quarter larger, in either language; another makes them as they were."""
    window.goto(f"{address}index.html")
    usual, button = size_of(window), window.get_by_role("button", name="大字")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    assert size_of(window) >= 1.25 * usual
    window.goto(f"{address}en/{COMMUNITY}")
    assert size_of(window) >= 1.25 * usual
    window.get_by_role("button", name="Large type", pressed=True).click()
    assert size_of(window) == usual


def test_large_type_fits_a_narrow_phone(browser: Browser, address: str) -> None:
    """Nothing reaches over the edge at 320 px, and no entry of the main navigation is out of sight, in either size."""
    with looking(browser, 320) as window:
        for page in ("index.html", "en/index.html", COMMUNITY, f"en/{COMMUNITY}"):
            window.goto(f"{address}{page}")
            window.evaluate("localStorage.setItem('yishi-size', 'large')")
            assert window.evaluate(RIGHTMOST_ENTRY) <= 320, page
            window.reload()
            assert window.evaluate("document.documentElement.scrollWidth") <= 320, page
            assert window.evaluate(RIGHTMOST_ENTRY) <= 320, page


def test_long_pages_are_short_on_a_phone(window: Window, address: str) -> None:
    """In screens of 740 pixels."""
    for page, screens in (("events/zhanyan-2024", 15), ("2024", 8), ("due", 10)):
        window.goto(f"{address}places/shili-zhen/{page}/index.html")
        assert window.evaluate("document.documentElement.scrollHeight") <= 740 * screens, page


SIZES = """() => [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility()).map((one) => [
  one.localName, parseFloat(getComputedStyle(one).fontSize),
  one.matches(".top a, .top button, .top select, .top input") ? one.offsetHeight : 0,
  one.matches(".look *, .languages a, .sections a") ? one.offsetWidth : 0])"""


@pytest.mark.parametrize("folder", ["", "en/"])
def test_large_type_makes_nothing_smaller(browser: Browser, address: str, folder: str) -> None:
    """On a phone: no letters, and nothing in the head to be touched. The head takes a fifth of the screen; where the
    names are long, as in English, its navigation goes to a second row, and it is no taller than without large type."""
    with looking(browser, 360) as window:
        window.goto(f"{address}{folder}{COMMUNITY}")
        usual, head = window.evaluate(SIZES), window.locator(".top")
        most = head.evaluate("(one) => one.offsetHeight") if folder else 740 / 5
        window.evaluate("document.documentElement.setAttribute('data-size', 'large')")
        for before, after in zip(usual, window.evaluate(SIZES), strict=True):
            assert all(map(ge, after[1:], before[1:])), (before, after)
        assert head.evaluate("(one) => one.offsetHeight") <= most


def test_a_link_into_a_folded_part_unfolds_it(window: Window, address: str) -> None:
    """Of the data dictionary, in the parts of a part too."""
    window.goto(f"{address}data/dictionary/index.html#participants")
    expect(window.locator("#participants")).to_be_in_viewport()


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_chosen_colours_stay_whatever_the_system_says(browser: Browser, address: str, system: str) -> None:
    """Paper, and the browser's frame, by choice; "auto" follows the system again."""
    with looking(browser, color_scheme=system) as window:
        window.goto(f"{address}index.html")
        own, other = paper_of(window), "dark" if system == "light" else "light"
        window.get_by_label("颜色").select_option(other)
        assert paper_of(window) != own
        window.goto(f"{address}{COMMUNITY}")
        assert paper_of(window) != own
        expect(window.get_by_label("颜色")).to_have_value(other)
        expect(window.locator(f"meta[data-scheme={other}]")).to_have_attribute("media", "all")
        window.get_by_label("颜色").select_option("")
        assert paper_of(window) == own


COLOURS = """() => { const style = getComputedStyle(document.documentElement); return Object.fromEntries(
    ["--background", "--note-green", "--accent", "--chart-raised", "--chart-tint", "color-scheme"].map(
        (name) => [name, style.getPropertyValue(name).trim()])); }"""


def colours_of(browser: Browser, page: str, *, system: str, chosen: str = "", paper: bool = False) -> dict[str, str]:
    """Colours that a page is shown or printed in, of charts among them."""
    with looking(browser, color_scheme=system) as window:
        window.add_init_script(f"localStorage.setItem('yishi-theme', '{chosen}')")
        window.goto(page)
        window.emulate_media(media="print" if paper else "screen")
        return dict(window.evaluate(COLOURS))


def test_all_colours_follow_the_choice_and_none_of_them_reaches_paper(browser: Browser, address: str) -> None:
    """Dark is the same by choice and by system, in charts too; a printed page never depends on the screen."""
    page = f"{address}index.html"
    light, dark = (colours_of(browser, page, system=system) for system in ("light", "dark"))
    assert all(light[name] != dark[name] for name in light)
    assert colours_of(browser, page, system="light", chosen="dark") == dark
    assert colours_of(browser, page, system="dark", chosen="light") == light
    printed = colours_of(browser, page, system="light", paper=True)
    assert colours_of(browser, page, system="dark", chosen="dark", paper=True) == printed
    assert (printed["--background"], printed["--accent"]) == ("#fff", light["--accent"])


def test_the_choice_is_there_before_anything_is_shown(browser: Browser, address: str) -> None:
    """No flash: the page has its colours when its head has been read, before there is anything to see."""
    with looking(browser) as window:
        window.goto(f"{address}index.html")
        window.evaluate("localStorage.setItem('yishi-theme', 'dark')")
        window.add_init_script("""new MutationObserver(() => { if (document.body && !window.first) window.first =
            document.documentElement.dataset.theme }).observe(document, {childList: true, subtree: true})""")
        window.reload()
        assert window.evaluate("window.first") == "dark"


def test_without_javascript_there_are_no_switches(browser: Browser, address: str) -> None:
    """What cannot work does not show; the page is all there."""
    with looking(browser, java_script_enabled=False) as window:
        window.goto(f"{address}index.html")
        expect(window.get_by_text("大字")).to_be_hidden()
        expect(window.get_by_role("heading", level=1)).to_be_visible()


def test_the_first_screens_of_home_say_what_it_is_what_moved_and_where_i_live(window: Window, address: str) -> None:
    """On a phone the first screen says what this is and what has changed, and leads to the communities and the news."""
    window.goto(f"{address}index.html")
    for text in (window.get_by_role("heading", level=1), window.get_by_role("heading", name="看出差距以后，变了什么"),
                 window.get_by_role("link", name="找我的社区"), window.get_by_role("main").get_by_role(
                     "link", name="最近进展")):
        expect(text).to_be_in_viewport()
    window.get_by_role("link", name="找我的社区").click()
    expect(window.get_by_role("link", name="铃铛社区", exact=True)).to_be_visible()


def kinds_of_pages(site: Path) -> list[str]:
    """One page of every kind of the site: of those whose addresses differ by names and numbers alone, the first."""
    first: dict[str, str] = {}
    for page in sorted(site.rglob("index.html")):
        path = page.relative_to(site).as_posix()
        names = [part for part in path.split("/")[:-1] if part in KINDS]
        first.setdefault("/".join(names), path)
    return list(first.values())


KINDS = {"places", "issues", "cases", "meetings", "events", "reviews", "plans", "forums", "registers", "locations",
         "methods", "statistics", "wall", "search", "submit", "guide", "data", "dictionary", "sources", "topics", "due",
         "pages", "figures", "corrections", "months", "peers", "photos", "sheet", "report", "changes", "en"}


def test_nothing_to_tap_is_printed(window: Window, address: str, town: Path) -> None:
    """On no kind of page paper shows a field, a button or a way to other pages; a head that sorts is text."""
    pages = kinds_of_pages(town)
    assert len(pages) > 20
    for page in pages:
        window.goto(f"{address}{page}")
        window.emulate_media(media="print")
        shown = window.locator("nav, button:not(th > *), input, select, textarea, [role=search]").evaluate_all(
            "all => all.filter((one) => one.getClientRects().length).map((one) => one.outerHTML.slice(0, 80))")
        assert shown == [], page
        window.emulate_media(media="screen")


def test_paper_is_white_and_shows_no_switch(browser: Browser, address: str) -> None:
    """Printed from dark colours, a page is black on white, without navigation; what is folded is unfolded."""
    with looking(browser, color_scheme="dark") as window:
        window.goto(f"{address}{COMMUNITY}")
        window.emulate_media(media="print", color_scheme="dark")
        assert paper_of(window) == "rgb(255, 255, 255)"
        for hidden in (".look", ".sections", ".trail", ".tabs"):
            expect(window.locator(hidden)).to_be_hidden()
        window.evaluate("document.querySelector('main').append(document.createElement('details'))")
        window.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        expect(window.locator("details")).to_have_js_property("open", True)
        window.evaluate("window.dispatchEvent(new Event('afterprint'))")
        expect(window.locator("details")).to_have_js_property("open", False)
