"""What holds for every kind of page: it is accessible, fits every screen, and costs little to load."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from playwright.sync_api import Page as Window

from tests.support.chromium import looking, served
from tests.support.repository import Repository
from tests.support.workshop import PROJECT, SITES, Workshop, tree

ZHEN = "places/shili-shi/shili-zhen"
EAST = f"{ZHEN}/dongshequ"

KINDS = {
    "accessibility": "accessibility",
    "case": f"{EAST}/cases/lamps", "obligations": f"{ZHEN}/due", "event": f"{ZHEN}/events/zhanyan",
    "forum": f"{EAST}/forums/yard-group", "gaps": f"{ZHEN}/gaps", "guide": "guide",
    "content_model": "guide/content-model", "content_model_section": "guide/content-model/4", "home": "",
    "issue_indexes": "topics",
    "issue": f"{EAST}/issues/lamps", "paginated_lists": "issues", "location": f"{EAST}/locations/yard-3",
    "meeting": f"{EAST}/meetings/lamps-plan", "method": "methods/sanbu", "methods": "methods",
    "overview_page": "statistics",
    "free_page": "pages/about", "place": EAST, "places": "places", "plan": f"{ZHEN}/plans/peixun",
    "problems": "problems",
    "register": f"{EAST}/registers/green", "report_card": f"{EAST}/report",
    "report_cards": f"{ZHEN}/report-cards", "week": "week", "map": f"{EAST}/map", "review": f"{ZHEN}/reviews/zhuanjia",
    "discussion_sheet": f"{EAST}/cases/lamps/sheet", "sources": "sources", "statistic_pages": "statistics/by_topic",
    "wall": "wall",
    "snapshots": "statistics/frozen", "snapshot": "statistics/frozen/then",
    "missing": "404.html", "objections": "objections", "comparison": "compare",
    "search_page": "search", "submit_form": "submit", "year": f"{EAST}/2025",
    "changes": "changes", "corrections": "corrections", "data": "data", "dictionary": "data/dictionary",
    "withdrawn": f"{ZHEN}/xishequ/issues/jiufen",
}
"""A page of every kind: template → where it stands."""

TWO = [name for name in KINDS if name != "missing"]
"""Those that there are in both languages."""

OPTIONS = {"resultTypes": ["violations"],
           "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
IN_PLACE = Axe("")
"""Looks again at a page that has axe's script: no script of the site asks how wide the window is, so a page that was
made narrow is one that was opened so."""

HEAVIEST = 60 * 1024


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The full site, its history, frozen numbers and a record that is wrong, so that every kind of page is there."""
    workshop = Workshop(tmp_path_factory.mktemp("kinds"), SITES / "full")
    workshop.freeze("then")
    workshop.write(f"{EAST}/issues/wrong.yaml", "title: 写错的记录\ntopic: 没有的主题\n")
    Repository(workshop.folder).commit("The first records")
    assert workshop.build(skip_invalid=True, base_url="https://example.org/site/", history=True).write_result
    return workshop.output


@pytest.fixture(scope="session")
def host(folder: Path) -> Iterator[str]:
    """Where it is served, in a folder of its host."""
    with served(folder.parent) as address:
        yield f"{address}{folder.name}/"


def file_of(name: str, language: str = "") -> str:
    """The file of the page of a kind."""
    path = f"{language}{KINDS[name]}"
    return path if path.endswith(".html") else f"{path}/index.html".lstrip("/").replace("//", "/")


def test_every_kind_of_page_is_looked_at() -> None:
    """A new template needs a page here."""
    assert {path.stem for path in (PROJECT / "templates/pages").iterdir()} == KINDS.keys()


def test_the_first_view_of_every_kind_is_light(folder: Path) -> None:
    """Page, style, script and icon, as they travel: at most 60 KB. The card is read by who shows a link, not a page."""
    files = tree(folder)
    weights = {}
    for name in KINDS:
        page = files[file_of(name)].decode()
        linked = {one for one in files
                  if one.startswith("static/") and Path(one).name in page and not one.startswith("static/card.")}
        assert len(linked) >= 2
        weights[name] = sum(len(gzip.compress(files[one])) for one in (file_of(name), *linked))
    assert {name: weight for name, weight in weights.items() if weight > HEAVIEST} == {}


@pytest.mark.parametrize(("ending", "younger"), [
    (".css", r":has\(|:is\(|:where\(|color-mix|light-dark|oklch|@layer|@container|&"),
    (".js", r"replaceAll|\.at\(|\|\|=|&&=|\?\?=|hasOwn\(|structuredClone|import\b|findLast"),
])
def test_old_browsers_know_what_styles_and_scripts_use(folder: Path, ending: str, younger: str) -> None:
    """Nothing is used that a browser of 2020 (Chromium 80), as chat apps still have it, does not know."""
    sources = [re.sub(r"/\*.*?\*/", "", data.decode(), flags=re.DOTALL) for path, data in tree(folder).items()
               if path.endswith(ending) and "livereload" not in path]
    assert sources
    assert [found[0] for source in sources for found in re.finditer(younger, source)] == []


@pytest.mark.browser
@pytest.mark.parametrize("name", KINDS)
def test_no_page_shuts_anybody_out(window: Window, host: str, name: str) -> None:
    """No rule of WCAG 2.2 AA that a machine can check is broken: by day and by night, wide and narrow."""
    window.set_viewport_size({"width": 1280, "height": 740})
    window.goto(host + file_of(name))
    found = {"day": Axe().run(window, options=OPTIONS)}
    window.set_viewport_size({"width": 320, "height": 740})
    found["narrow"] = IN_PLACE.run(window, options=OPTIONS)
    window.set_viewport_size({"width": 360, "height": 740})
    window.emulate_media(color_scheme="dark")
    window.goto(host + file_of(name, "en/" if name in TWO else ""))
    found["night"] = Axe().run(window, options=OPTIONS)
    assert [(look, one["id"], node["html"][:200]) for look, results in found.items()
            for one in results.response["violations"] for node in one["nodes"]] == []


@pytest.mark.browser
@pytest.mark.parametrize("name", KINDS)
def test_no_page_scrolls_sideways(browser: Browser, host: str, name: str) -> None:
    """Not at 320 px, and not at 360 px with letters twice as large: what is wide scrolls in a region of its own."""
    with looking(browser, 320) as window:
        window.goto(host + file_of(name))
        assert overhanging(window) == []
        window.set_viewport_size({"width": 360, "height": 740})
        window.evaluate("document.documentElement.style.fontSize = '200%'")
        assert overhanging(window) == []
        if name in TWO:
            window.goto(host + file_of(name, "en/"))
            assert overhanging(window) == []


def overhanging(window: Window) -> list[str]:
    """What makes the page wider than the window."""
    found: list[str] = window.evaluate("""() => {
        const page = document.scrollingElement, scrolls = (one) => one && one !== document.body
          && (getComputedStyle(one).overflowX !== "visible" || scrolls(one.parentElement));
        if (page.scrollWidth <= page.clientWidth) return [];
        return Array.from(document.querySelectorAll("body *"))
          .filter((one) => one.getBoundingClientRect().right > page.clientWidth + 1 && !scrolls(one.parentElement))
          .map((one) => one.outerHTML.slice(0, 120)).concat("the page");
    }""")
    return found


@pytest.mark.browser
def test_nothing_moves_for_those_whom_it_harms(browser: Browser, host: str) -> None:
    """Who asks for less motion gets none."""
    with looking(browser, reduced_motion="reduce") as window:
        for name in KINDS:
            window.goto(host + file_of(name))
            moving = window.evaluate("""() => Array.from(document.querySelectorAll("*")).filter((one) => {
                const style = getComputedStyle(one), times = style.transitionDuration + "," + style.animationDuration;
                return times.split(",").some((time) => parseFloat(time) > 0.01) || style.scrollBehavior === "smooth";
            }).length""")
            assert moving == 0, name


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_hide_nothing(browser: Browser, host: str, scheme: str) -> None:
    """Where the reader's system chooses the colours, notes keep their edge, and what is drawn stands out."""
    with looking(browser, forced_colors="active", color_scheme=scheme) as window:
        for name in ("home", "issue", "paginated_lists", "place", "wall", "overview_page", "statistic_pages"):
            window.goto(host + file_of(name))
            assert window.evaluate("""() => Array.from(document.querySelectorAll(".note, .paper"))
                .filter((one) => parseFloat(getComputedStyle(one).borderTopWidth) < 1).length""") == 0, name
            shades = window.evaluate("""() => Array.from(document.querySelectorAll("svg rect, svg path"), (one) => {
                const drawn = getComputedStyle(one);
                return [drawn.fill, drawn.stroke, getComputedStyle(document.body).backgroundColor];
            })""")
            assert [(fill, stroke) for fill, stroke, paper in shades
                    if all(contrast(one, paper) < 3 for one in (fill, stroke) if one.startswith("rgb("))] == [], name


def contrast(one: str, other: str) -> float:
    """How far two colours such as `rgb(1, 2, 3)` stand apart, as WCAG counts it."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    shades = [int(shade) / 255 for shade in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (shade / 12.92 if shade <= 0.04045 else ((shade + 0.055) / 1.055) ** 2.4 for shade in shades)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
