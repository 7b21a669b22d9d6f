"""What every page tells search engines: JSON-LD that parses, has what schema.org asks for, and leads to real pages."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Page as Window

from tests.support.workshop import Built, Page, Workshop

NAMES = ["full", "english-city", "no-method", "three-languages", "example"]

REQUIRED: Mapping[str, frozenset[str]] = {
    "WebPage": frozenset({"name"}), "WebSite": frozenset({"name", "publisher"}),
    "Report": frozenset({"headline", "author", "contentLocation"}),
    "Article": frozenset({"headline", "author", "contentLocation"}),
    "Event": frozenset({"name", "startDate", "location", "organizer"}),
    "Dataset": frozenset({"name", "description", "creator", "distribution"}),
    "AdministrativeArea": frozenset({"name"}), "HowTo": frozenset({"name", "step"}),
}
"""Type → what a thing of this type must have (schema.org, and Google's guides where they ask for more)."""


@pytest.fixture(params=NAMES)
def site(request: pytest.FixtureRequest, sites: dict[str, Built]) -> Built:
    """Each of the sites in turn."""
    return sites[request.param]


def blocks_of(source: str) -> list[str]:
    mark = '<script type="application/ld+json">'
    return [part.partition("</script>")[0] for part in source.split(mark)[1:]]


def graph_of(page: Page) -> tuple[dict[str, Any], dict[str, Any]]:
    """The thing that a page is about, and the way down to it."""
    [block] = blocks_of(page.source)
    data = json.loads(block)
    assert data["@context"] == "https://schema.org"
    thing, crumbs = data["@graph"]
    return thing, crumbs


def told(site: Built) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for path, page in site.pages.items():
        if path != "404.html":
            yield path, *graph_of(page)


def test_every_page_says_what_it_is_about(site: Built) -> None:
    """One thing with all that its type must have, in the language of the page; nothing in it is empty."""
    for path, thing, _ in told(site):
        assert REQUIRED[thing["@type"]] <= thing.keys(), path
        assert thing["inLanguage"] == site.pages[path].all("html")[0].get("lang")
        assert all(thing.values()), path


def test_every_page_says_where_it_stands(site: Built) -> None:
    """The way down from the front page, in order, each step with its name; what leads somewhere leads to a page."""
    base = site.report.checked.library.site.base_url or ""
    for path, _, crumbs in told(site):
        steps = crumbs["itemListElement"]
        assert crumbs["@type"] == "BreadcrumbList"
        assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
        assert all(step["name"] for step in steps), path
        if base:
            targets = [step["item"].removeprefix(base) for step in steps if "item" in step]
            assert {f"{target}index.html".partition("#")[0] for target in targets} <= site.pages.keys(), path


@pytest.mark.parametrize(("kind", "folder"), [
    ("Report", "issues"), ("Article", "cases"), ("HowTo", "methods"), ("AdministrativeArea", "places")])
def test_a_record_is_told_as_what_it_is(full: Built, kind: str, folder: str) -> None:
    """Issues are reports, cases articles, methods instructions, places areas."""
    for path in getattr(full.report.checked.library, folder):
        thing, _ = graph_of(full.pages[f"{path}/index.html"])
        assert thing["@type"] == kind


def test_meetings_and_events_are_told_with_their_date(full: Built) -> None:
    """As far as it is known; one whose date is not known is no event, since an event must have one."""
    library = full.report.checked.library
    dates = {path: one.date for path, one in library.meetings.items()}
    for path, date in {**dates, **{path: one.date for path, one in library.events.items()}}.items():
        thing, _ = graph_of(full.pages[f"{path}/index.html"])
        known = date.precision in ("day", "month", "year")
        assert (thing["@type"], thing.get("startDate")) == (("Event", str(date)) if known else ("WebPage", None)), path


def test_the_files_of_a_dataset_are_there(site: Built) -> None:
    """Each page of numbers names a table to download that exists."""
    base = site.report.checked.library.site.base_url
    found = [(path, thing) for path, thing, _ in told(site) if thing["@type"] == "Dataset"]
    assert found
    for path, thing in found:
        for one in thing["distribution"]:
            address = one["contentUrl"].removeprefix(base) if base else one["contentUrl"].replace("../", "")
            assert address in site.files, path


def test_the_address_of_a_page_is_its_canonical_one(site: Built) -> None:
    """Where the site knows its address, the page is told by the address that it names as its own; else by none."""
    for path, thing, _ in told(site):
        named = [link.get("href") for link in site.pages[path].all("link") if link.get("rel") == "canonical"]
        assert ([thing["url"]] if "url" in thing else []) == named


def test_the_front_page_tells_how_to_search(full: Built) -> None:
    """Search engines may lead straight to the search page, which does answer to this address."""
    thing, _ = graph_of(full.pages["index.html"])
    assert thing["potentialAction"]["target"] == "https://example.org/town/search/?q={q}"


def test_no_text_ends_the_block(city: Workshop) -> None:
    """A title that would close the script element is told as it is, and closes nothing."""
    slabs = "places/example-city/northside/issues/uneven-slabs.yaml"
    city.replace(slabs, "title: Uneven slabs on Elm Square", 'title: "</script><script>alert(1)</script> <!-- slabs"')
    city.build()
    page = Page((city.output / slabs).with_suffix("").joinpath("index.html").read_text("utf-8"))
    thing, _ = graph_of(page)
    assert thing["headline"] == "</script><script>alert(1)</script> <!-- slabs"
    assert "<script>alert" not in page.source


@pytest.mark.browser
def test_the_block_is_data_that_the_policy_lets_stand(window: Window, address: str) -> None:
    """Chromium tells of no breach of the content security policy and reads the block as JSON."""
    breaches: list[str] = []
    window.expose_function("breached", lambda directive: breaches.append(directive))
    window.add_init_script("addEventListener('securitypolicyviolation', e => breached(e.violatedDirective))")
    window.goto(f"{address}index.html")
    text = window.locator('script[type="application/ld+json"]').text_content()
    assert json.loads(text or "")["@context"] == "https://schema.org"
    assert breaches == []
