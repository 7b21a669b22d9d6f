"""Whatever a hostile writer or a hostile link says: in Chromium nothing runs, asks another host, or changes a page.

A window of tests fails at any message of the console, which a breach of the page's policy is, and at any request to
another host (`tests.support.chromium.looking`); here also at any dialog and at leaving the page.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Route
from playwright.sync_api import Page as Window

from tests.support.chromium import looking, served
from tests.support.hostile import REFUSED, SCHEMES, list_known_parts, read_vectors
from tests.support.workshop import PROJECT, Built

pytestmark = pytest.mark.browser

TEXTS = [text for kind, text in read_vectors() if kind != REFUSED]
SOME = 43
"""So many vectors stand in one address."""
COMMUNITY = "places/shili-shi/shili-zhen/dongshequ/"
PAGES = ["index.html", "wall/index.html", "issues/index.html", "statistics/index.html", "sources/index.html",
         "pages/about/index.html", f"{COMMUNITY}index.html", f"{COMMUNITY}issues/lamps/index.html",
         f"{COMMUNITY}cases/huayuan/index.html", f"{COMMUNITY}forums/yard-group/index.html",
         f"{COMMUNITY}registers/green/index.html", "methods/sanbu/index.html", "submit/index.html",
         "search/index.html"]
BY_SCRIPTS = ["button aria-label", "details open", "div aria-busy", "html data-served", "html data-size",
              "html data-theme", "input aria-invalid", "mark ", "p style", "select aria-invalid",
              "select data-offers", "span data-whole", "textarea aria-invalid"]
"""What the pages' own scripts add: elements and attributes."""
JUDGE = """([known, allowed]) => {
  const names = new Set(known), schemes = new Set(allowed.map((scheme) => `${scheme}:`));
  window.judge = (page) => {
    const wrong = [];
    for (const one of page.querySelectorAll("*")) {
      for (const name of ["", ...one.getAttributeNames()]) {
        const part = `${one.localName} ${name}`.toLowerCase();
        if (!names.has(part)) wrong.push(part);
      }
      if (one.protocol && one.hasAttribute("href") && !schemes.has(one.protocol)) wrong.push(one.href);
      if (one.localName === "form" && !one.action.startsWith(location.origin)) wrong.push(one.action);
    }
    const ids = Array.from(page.querySelectorAll("[id]"), (one) => one.id);
    if (new Set(ids).size < ids.length) wrong.push("an id stands twice");
    if (!(page.forms instanceof HTMLCollection && page.body instanceof HTMLBodyElement)) wrong.push("clobbered");
    return wrong;
  };
}"""
"""Makes `judge(document)`: what of a page harmless texts would not have made."""


@pytest.fixture(scope="module")
def host(attacked: Path) -> Iterator[str]:
    with served(attacked) as address:
        yield f"{address}site/"


@pytest.fixture(scope="module")
def window(browser: Browser, full: Built) -> Iterator[Window]:
    """A window for all of this, which judges pages, and in which no dialog may open."""
    known = [f"{tag} {name or ''}" for tag, name in list_known_parts(full)] + BY_SCRIPTS
    dialogs = list[str]()
    with looking(browser, bypass_csp=False) as window:
        window.add_init_script(f"({JUDGE})({json.dumps([known, [*SCHEMES, 'blob']])})")
        window.on("dialog", lambda dialog: dialogs.append(dialog.message))
        window.on("dialog", lambda dialog: dialog.dismiss())
        yield window
    assert dialogs == []


def judge(window: Window) -> Any:
    """What is wrong with the page as it stands, once a search has ended."""
    window.wait_for_selector("#found[aria-busy=true]", state="detached")
    return sorted(set(window.evaluate("judge(document)")))


def test_every_page_is_what_it_is_with_harmless_texts(window: Window, host: str, attacked: Path) -> None:
    """As a browser reads them, pages have the elements, attributes, ids and addresses that harmless texts give."""
    files = (file.relative_to(attacked / "site").as_posix() for file in (attacked / "site").rglob("*.html"))
    paths = [path for path in files if not path.startswith("en/")]  # the same texts once more
    window.goto(host)
    wrong = window.evaluate("""async (paths) => {
      const read = (path) => new Promise((done) => {  // the policy lets no script parse what it has fetched
        const request = new XMLHttpRequest();
        request.onload = () => done(judge(request.response).map((one) => `${path}: ${one}`));
        request.open("GET", path);
        request.responseType = "document";
        request.send();
      });
      return (await Promise.all(paths.map(read))).flat();
    }""", paths)
    assert wrong == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_runs_on_a_page(window: Window, host: str, path: str) -> None:
    """With all its scripts a page stays where it is and what it is."""
    window.goto(host + path)
    assert judge(window) == []
    assert window.url == host + path


@pytest.mark.parametrize(("path", "names"), [
    ("issues/index.html", ("place", "topic", "status", "year", "sort")), ("search/index.html", ("q", "kind")),
    ("wall/index.html", ("place", "topic", "colour")), ("submit/index.html", ("place", "kind"))])
def test_nothing_in_an_address_becomes_part_of_a_page(window: Window, host: str, path: str,
                                                      names: tuple[str, ...]) -> None:
    """Each vector as the value of a parameter, and behind the hash."""
    values = [quote(" ".join(some)) for some in batched(TEXTS, SOME)]
    for some in batched(values, len(names)):
        query = "&".join(f"{name}={value}" for name, value in zip(names, some, strict=False))
        window.goto(f"{host}{path}?{query}#{some[0]}")
        assert judge(window) == []


def test_no_script_can_turn_text_into_elements_or_load_another(browser: Browser, host: str) -> None:
    """The policy asks for trusted types, and knows only the two of the form, which no script can make again."""
    with browser.new_page() as window:
        window.goto(f"{host}submit/index.html")
        window.wait_for_function("window.yishi.rules")
        told = window.evaluate("""() => Promise.all([
          async () => { document.body.innerHTML = "<b>x</b>"; },
          async () => { document.createElement("script").src = "x.js"; },
          async () => new DOMParser().parseFromString("x", "text/html") && "parsed",
          async () => navigator.serviceWorker.register("worker.js"),
          async () => trustedTypes.createPolicy("yishi-text", {}),
          async () => trustedTypes.createPolicy("x", {}),
          async () => { document.body.append("x"); },
        ].map((attempt) => attempt().then(() => "done", (error) => error.name)))""")
    assert told == ["TypeError"] * 6 + ["done"]


def batched(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (items[start:start + size] for start in range(0, len(items), size))


def test_nothing_that_is_searched_for_becomes_part_of_the_page(window: Window, host: str) -> None:
    """Every seventh vector as it is typed into the field for searches; all of them were in an address."""
    window.goto(f"{host}search/index.html")
    wrong = window.evaluate("""async (texts) => {
      const field = document.querySelector("main input[name=q]"), found = document.getElementById("found");
      for (const text of texts) {
        field.value = text;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.form.requestSubmit();
        await new Promise((done) => setTimeout(done));
        while (found && found.getAttribute("aria-busy") === "true") await new Promise((done) => setTimeout(done));
        if (judge(document).length) return [text, ...judge(document)];
      }
      return [];
    }""", TEXTS[::7])
    assert wrong == []


def test_nothing_that_is_typed_into_the_form_becomes_part_of_the_page(window: Window, host: str) -> None:
    """Each vector in every field, checked and made into a text; and as a draft that the device has kept."""
    window.goto(f"{host}submit/index.html")
    for some in batched(TEXTS, SOME):
        window.evaluate("""(text) => {
          const fields = "#form :is(input, textarea):not([type=checkbox], [type=radio], [type=file])";
          for (const field of document.querySelectorAll(fields)) {
            field.value = text;
            field.dispatchEvent(new Event("input", { bubbles: true }));
            field.dispatchEvent(new Event("change", { bubbles: true }));
          }
          document.querySelector("#form [type=submit], #form button.main, #form button").click();
        }""", "\n".join(some))
        assert judge(window) == []
    window.reload()
    assert judge(window) == []


def test_nothing_in_a_problem_becomes_part_of_the_page(window: Window, host: str) -> None:
    """Each vector as the place, the words and the example of a problem that `serve` shows."""
    problems = [{"place": text, "said": {"en": text, "zh-Hans": text}, "example": text} for text in TEXTS]
    texts = {"heading": TEXTS[0], "state": TEXTS[1], "rest": TEXTS[2], "write": "x", "hide": "x", "name": TEXTS[3]}
    told = json.dumps({"first": "en", "texts": {"en": texts, "zh-Hans": texts}, "problems": problems})
    script = (PROJECT / "yishi/cli/server/overlay.js").read_text("utf-8")
    heard = ("window.WebSocket = class extends EventTarget { constructor() { super(); setTimeout(() => "
             f"this.dispatchEvent(new MessageEvent('message', {{ data: {json.dumps(told)} }}))); }} }};")

    def answer(route: Route) -> None:
        if route.request.url.endswith("overlay.css"):
            route.fulfill(body="", content_type="text/css")
        else:
            route.fulfill(body=f"{heard}\n{script}", content_type="text/javascript")

    window.route("**/overlay.*", answer)
    window.route(host, lambda route: route.fulfill(content_type="text/html", body=route.fetch().text().replace(
        "</head>", '<script src="/overlay.js" defer></script></head>', 1)))
    window.goto(host)
    window.locator("yishi-problems li").first.wait_for()
    shown = window.evaluate("""() => Array.from(document.querySelector('yishi-problems').shadowRoot
      .querySelectorAll("*"), (one) => one.localName)""")
    assert {*shown} <= {"link", "p", "div", "section", "header", "h2", "button", "ol", "li", "code", "pre"}
    assert shown.count("li") == len(TEXTS)
    window.unroute_all()
