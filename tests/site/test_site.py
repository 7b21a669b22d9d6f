"""What holds for every page: it can be read anywhere, leads nowhere wrong, and asks nobody else for anything."""

import posixpath
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from urllib.parse import unquote, urlsplit

import pytest

from tests.support.workshop import Built, Element, Page
from yishi.model.paths import get_place_of, get_record_url
from yishi.site.layout import OPEN_GRAPH_LOCALES

NAMES = ["full", "english-city", "no-method", "three-languages", "example"]


@pytest.fixture(params=NAMES)
def site(request: pytest.FixtureRequest, sites: dict[str, Built]) -> Built:
    """Each of the sites in turn."""
    return sites[request.param]


def _links(page: Page) -> Iterator[str]:
    for element in page.elements:
        for attribute in ("href", "src", "action", "poster"):
            if attribute in element.attributes:
                yield element.get(attribute)
        yield from (part.split()[0] for part in element.get("srcset").split(",") if part.strip())


def _outside(link: str) -> bool:
    return bool(urlsplit(link).scheme or link.startswith("//"))


def _target(path: str, link: str, root: str = "") -> str:
    """The file that `link` on the page at `path` leads to; `root`: where the site lies on its host."""
    address = unquote(urlsplit(link).path)
    if address.startswith("/"):
        return address.removeprefix(root)
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), address)) if address else path


def test_the_sites_are_built(site: Built) -> None:
    """All sites are free of errors."""
    assert site.report.write_result is not None
    assert site.pages


def test_every_link_leads_to_a_file_of_the_site(site: Built) -> None:
    """Every internal link, image, style sheet and anchor leads to something, and never out of the site."""
    root = urlsplit(site.report.checked.library.site.base_url or "").path.rstrip("/") + "/"
    dead = []
    for path, page in site.pages.items():
        for link in _links(page):
            if _outside(link):
                continue
            target, anchor = _target(path, link, root), urlsplit(link).fragment
            if link.startswith("/") and path != "404.html":
                dead.append((path, link, "absolute"))
            elif target not in site.files:
                dead.append((path, link, "no file"))
            elif anchor and anchor not in site.pages[target].ids:
                dead.append((path, link, "no anchor"))
    assert dead == []


def test_links_end_in_a_file(site: Built) -> None:
    """The site works when opened from disk: no link leads to a folder."""
    assert [(path, link) for path, page in site.pages.items() for link in _links(page)
            if not _outside(link) and urlsplit(link).path.endswith("/")] == []


def test_no_id_stands_twice_on_a_page(site: Built) -> None:
    """An anchor names one place."""
    assert [path for path, page in site.pages.items() if len(page.ids) != len(set(page.ids))] == []


def test_what_is_no_markup_is_escaped(site: Built) -> None:
    """Every `<` begins a tag and every `&` a character reference: no text stands in HTML as it is."""
    pattern = re.compile(r"<(?!/?[a-zA-Z]|!)[^\n]{0,40}|&(?!#?\w+;)[^\n]{0,40}")
    bare = [(path, found) for path, page in site.pages.items()
            for found in pattern.findall(re.sub(r"<script.*?</script>|<template id.*?</template>", "", page.source))]
    assert bare == []


def test_nothing_is_loaded_from_another_host(site: Built) -> None:
    """Images, styles, scripts, frames: all come from the site itself."""
    loaded = [(path, element.name, element.get("src") or element.get("href")) for path, page in site.pages.items()
              for element in page.elements
              if element.name in ("img", "script", "iframe", "source", "audio", "video", "object", "embed")
              or (element.name == "link" and element.get("rel") not in ("canonical", "alternate"))]
    assert [one for one in loaded if _outside(one[2])] == []
    styles = [data.decode() for path, data in site.files.items() if path.endswith(".css")]
    assert styles
    assert not [style for style in styles if re.search(r"@import|https?:|url\(\s*['\"]?(?:https?:)?//", style)]


def test_no_page_needs_inline_code(site: Built) -> None:
    """The policy `default-src 'self'` holds: no style attribute or element, no handler, no script but a file.

    Blocks of data, which nothing runs, are no scripts.
    """
    for path, page in site.pages.items():
        assert not page.all("style"), path
        source = re.sub(r'<script type="application/ld\+json">[^<]*</script>', "", page.source)
        assert all("defer" in script.attributes or re.search(r"/look\.\w+\.js$", script.get("src"))
                   for script in page.all("script") if script.get("type") != "application/ld+json"), path
        assert not re.search(r"<script[^>]*>[^<]", source), path
        for element in page.elements:
            assert not [name for name in element.attributes if name == "style" or name.startswith("on")], path
        assert source.count("<script") == source.count("></script>"), path
        assert not [link for link in _links(page) if link.lower().startswith(("javascript:", "data:"))], path


def test_every_page_is_framed(site: Built) -> None:
    """Every page has a language, a title of its own, one h1, a viewport and the content security policy."""
    for path, page in site.pages.items():
        metas = {element.get("name") or element.get("http-equiv"): element.get("content")
                 for element in page.all("meta")}
        assert page.all("html")[0].get("lang") in site.languages, path
        assert page.source.partition("</head>")[0].count("<title>") == 1, path
        assert len(page.all("h1")) == 1, path
        assert len(page.all("main")) == 1, path
        assert metas["viewport"] == "width=device-width, initial-scale=1", path
        assert metas["Content-Security-Policy"].startswith("default-src 'none'; "), path
        assert page.elements[2].get("charset") == "utf-8", path
        assert page.source.startswith("<!doctype html>"), path


def test_headings_leave_no_level_out(site: Built) -> None:
    """Headings are an outline: no level is skipped on the way down."""
    for path, page in site.pages.items():
        levels = [int(element.name[1]) for element in page.elements if re.fullmatch("h[1-6]", element.name)]
        assert levels[0] == 1, path
        assert all(after <= before + 1 for before, after in pairwise(levels)), (path, levels)


def test_every_image_has_a_text(site: Built) -> None:
    """Every picture is described, but for the logo, beside which the name of the site stands."""
    assert [path for path, page in site.pages.items() for image in page.all("img")
            if not image.get("alt") and image.get("class") != "logo"] == []


def test_what_changes_daily_says_its_day_and_nothing_else_does(site: Built) -> None:
    """Pages with numbers or with what is due say as of which day they speak; no other page, since each would change."""
    dated = re.compile(r"(.*/)?(statistics|wall|due|objections|compare|groups|report|report-cards|week|"
                       r"gaps|\d{4})/((?!frozen)\w+/)?index\.html")
    for path, page in site.pages.items():
        english = page.all("html")[0].get("lang") == "en"
        said = "is as of 31 December 2025." if english else "截至2025年12月31日。"
        own = next(folder for folder in sorted(site.languages.values(), reverse=True) if path.startswith(folder))
        bare = path.removeprefix(own)
        fronts = ("index.html", "places/index.html", "data/index.html")
        tells = dated.fullmatch(bare) or bare in fronts or _is_place(site, bare)
        assert (said in page.text) == bool(tells), path


def _is_place(site: Built, path: str) -> bool:
    return path.removesuffix("/index.html") in site.report.checked.library.places


def test_every_page_can_be_shared(site: Built) -> None:
    """A page that is passed on says what it is, of which site, and in which language; with an address, also by what."""
    base = site.report.checked.library.site.base_url
    for path, page in site.pages.items():
        said = {element.get("property"): element.get("content") for element in page.all("meta")
                if element.get("property")}
        assert said.keys() >= {"og:title", "og:site_name", "og:type"}, path
        assert said["og:locale"] == OPEN_GRAPH_LOCALES[page.all("html")[0].get("lang")], path
        assert ("og:url" in said) == ("og:image" in said) == bool(base and path != "404.html"), path
        if "og:image" in said:
            card = said["og:image"].removeprefix(base or "")
            assert card in site.files, path
            assert [said["og:url"]] == [one.get("href") for one in page.all("link") if one.get("rel") == "canonical"]


def test_every_page_has_icons_and_the_colour_of_its_paper(site: Built) -> None:
    """Icons for tabs and home screens; the browser's frame has the colour of the paper, by day and by night."""
    style = next(data.decode() for path, data in site.files.items() if path.endswith(".css"))
    papers = re.findall(r"--background: var\(--light, (#\w+)\) var\(--dark, (#\w+)\);", style)
    for path, page in site.pages.items():
        rels = [(element.get("rel"), element.get("type")) for element in page.all("link")]
        assert {("icon", "image/svg+xml"), ("icon", "image/png"), ("apple-touch-icon", "")} <= set(rels), path
        colours = [element.get("content") for element in page.all("meta") if element.get("name") == "theme-color"]
        assert [tuple(colours)] == papers, path


def test_the_foot_says_who_publishes_under_which_number(sites: dict[str, Built]) -> None:
    """Publisher, licence and record number (备案号) stand on every page."""
    for path, page in sites["full"].pages.items():
        assert re.search("示例镇居民议事办公室.*CC-BY-4.0.*示例备000000号", page.text, re.DOTALL), path


@pytest.mark.parametrize("name", ["full", "three-languages"])
def test_pages_link_to_their_other_languages_and_back(name: str, sites: dict[str, Built]) -> None:
    """The switch of a page leads to the same page in each language, and so do the absolute alternates."""
    site = sites[name]
    base = site.report.checked.library.site.base_url
    for path, page in site.pages.items():
        if path == "404.html":
            continue
        bare = path.removeprefix("en/").removeprefix("zh-hant/")
        expected = {tag: folder + bare for tag, folder in site.languages.items()}
        switch = {element.get("hreflang"): _target(path, element.get("href")) for element in page.all("a")
                  if element.get("hreflang")}
        assert switch == expected, path
        assert set(expected.values()) <= site.pages.keys()
        alternates = {element.get("hreflang"): element.get("href") for element in page.all("link")
                      if element.get("rel") == "alternate" and element.get("hreflang")}
        absolute = {tag: f"{base}{file.removesuffix('index.html')}" for tag, file in expected.items()}
        assert alternates == {**absolute, "x-default": absolute["zh-Hans"]}, path
        canonical, = (element.get("href") for element in page.all("link") if element.get("rel") == "canonical")
        assert canonical == absolute[str(page.all("html")[0].get("lang"))], path


def test_a_page_in_one_language_has_no_switch(sites: dict[str, Built]) -> None:
    """Where there is one language nothing offers another."""
    site = sites["no-method"]
    assert len(site.languages) == 1
    assert [path for path, page in site.pages.items() for link in page.all("a") if link.get("hreflang")] == []


def test_every_record_reaches_a_page(site: Built) -> None:
    """Every published record has its page or its place on one, in every language, and something links to it."""
    library = site.report.checked.library
    linked = {_target(path, link) + (f"#{urlsplit(link).fragment}" if urlsplit(link).fragment else "")
              for path, page in site.pages.items() for link in _links(page) if not _outside(link)}
    paths = [*library.places, *library.locations, *library.methods, *library.issues, *library.cases, *library.sources,
             *library.pages]
    assert paths
    for folder in site.languages.values():
        for path in paths:
            file, _, anchor = (folder + get_record_url(path)).partition("#")
            assert file in site.pages, path
            assert not anchor or anchor in site.pages[file].ids, path
            assert anchor or file in linked, path
        for path in library.figures:
            assert (folder + get_record_url(path)).partition("#")[0] in site.pages, path


def test_every_figure_is_shown_with_its_place(sites: dict[str, Built]) -> None:
    """A published figure stands on the page of its place, under its own anchor."""
    for site in sites.values():
        for path in site.report.checked.library.figures:
            file, _, anchor = get_record_url(path).partition("#")
            assert anchor in site.pages[file].ids, path


def test_every_issue_is_listed_by_its_place(site: Built) -> None:
    """A place leads to each of its issues and cases."""
    library = site.report.checked.library
    for path in [*library.issues, *library.cases]:
        place = get_place_of(path)
        lists = [f"{place}/index.html", f"{place}/issues/index.html", f"{place}/cases/index.html"]
        found = {_target(one, link) for one in lists if one in site.pages for link in _links(site.pages[one])}
        assert get_record_url(path) in found, path


def test_pages_of_a_language_stay_in_it(site: Built) -> None:
    """No link but the switch of languages leads into another language."""
    for path, page in site.pages.items():
        own = next((folder for folder in site.languages.values() if folder and path.startswith(folder)), "")
        for link in page.all("a"):
            target = _target(path, link.get("href"))
            inside = not _outside(link.get("href")) and target in site.pages
            if inside and not link.get("hreflang") and path != "404.html":
                other = next((folder for folder in site.languages.values() if folder and target.startswith(folder)), "")
                assert other == own, (path, link.get("href"))


def test_no_fact_is_empty(site: Built) -> None:
    """What is not known has no line among the facts."""
    empty = re.compile(r"<dd>(?:<span[^>]*></span>)?</dd>")
    assert [path for path, page in site.pages.items() if empty.search(page.source)] == []


GOLDEN = {
    "home": "index.html",
    "town": "places/shili-shi/shili-zhen/index.html",
    "community": "places/shili-shi/shili-zhen/dongshequ/index.html",
    "issue": "places/shili-shi/shili-zhen/dongshequ/issues/lamps/index.html",
    "statistics": "statistics/index.html",
}


@pytest.mark.parametrize("tag", ["zh-Hans", "en"])
@pytest.mark.parametrize("name", GOLDEN)
def test_pages_look_as_they_were_read(full: Built, golden: Callable[[str, str], None], name: str, tag: str) -> None:
    """These pages are as somebody has read them (`pytest --update-golden`, then read what changed)."""
    text = full.files[full.languages[tag] + GOLDEN[name]].decode()
    golden(f"pages/{name}.{tag}.html", re.sub(r"(static/\w+)\.[0-9a-f]{8}\.", r"\1.HASH.", text))


def test_lists_of_issues_and_cases_have_filters_where_they_are_long(full: Built) -> None:
    """Filters are shown by a script alone; each has a label, and a list that is seen at a glance has none."""
    rows = {path: sum(one.get("class") == "title" for one in page.elements) for path, page in full.pages.items()}
    filtered = {path for path, page in full.pages.items() if any(_is_filters(one) for one in page.elements)}
    a_list = re.compile(r"(en/)?(places/.*/)?(issues|cases|(topics|status|months)/[\w-]+)/index\.html")
    assert filtered == {path for path, number in rows.items() if number > 5 and a_list.fullmatch(path)}
    for path in filtered:
        page = full.pages[path]
        assert all("hidden" in one.attributes for one in page.elements if _is_filters(one))
        assert len(page.all("label")) >= 2


def _is_filters(element: Element) -> bool:
    return element.name == "form" and "data-total" in element.attributes
