"""What machines get says the same as the pages and the statistics, and no cell of it is run."""

import csv
import io
import posixpath
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xmlschema import XMLSchema

from tests.support.csv_cells import unescape_cell
from tests.support.workshop import DAY, PROJECT, SITES, Built, Workshop, book_on, tree
from yishi.analysis.statistics import DEFINITIONS
from yishi.core.csv_format import encode_csv, escape_cell
from yishi.engine.pipeline import summarise_content
from yishi.exports.sitemap import MAX_SITEMAP_URLS, plan_sitemaps
from yishi.rendering.render import create_renderer

SCHEMAS = PROJECT / "tests" / "schemas"
NAMES = ["full", "english-city", "no-method", "example"]


@pytest.fixture(params=NAMES)
def site(request: pytest.FixtureRequest, sites: dict[str, Built]) -> Built:
    """Each of the sites in turn."""
    return sites[request.param]


def _rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_statistics_json_holds_the_statistics(site: Built) -> None:
    """data/statistics.json has every statistic of every scope, with the same numbers, in the order of its keys."""
    checked = site.report.checked
    statistics = summarise_content(checked, site.workshop.content, full=True, writes_cache=False)[1]
    data = site.statistics
    assert data["as_of"] == "2025-12-31"
    assert data["scopes"].keys() == {"", *checked.library.places}
    for scope, stats in data["scopes"].items():
        assert list(stats) == sorted(DEFINITIONS)
        for key, stat in stats.items():
            expected = statistics.scopes[scope][key]
            found = [expected.value, expected.numerator, expected.denominator, expected.excluded]
            assert [stat["value"], stat["numerator"], stat["denominator"], stat["excluded"]] == found, (scope, key)


def test_statistics_json_says_what_was_computed_by_hand(full: Built) -> None:
    """tests/sites/full.md, computed by hand, and the file agree."""
    stats = full.statistics["scopes"][""]
    assert stats["issues"]["value"] == 15
    assert stats["cases"]["value"] == 3
    assert stats["by_status"]["value"] == {"resolved": 7, "in_progress": 3, "new": 2, "closed": 2, "unknown": 1}
    assert (stats["resolution_rate"]["value"], stats["resolution_rate"]["excluded"]["unknown_date"]) == (0.5, 1)
    assert stats["median_age_open"]["value"] is None
    assert stats["median_days_to_resolve"]["quartiles"] == [10, 20, 52.5]
    assert stats["lasting_share"]["value"] == 0.4286


def test_issues_csv_has_every_published_issue(site: Built) -> None:
    """data/issues.csv has one row for each published issue and no other, and each leads to its page."""
    data = site.files["data/issues.csv"]
    rows = _rows(data)
    assert data.startswith(b"\xef\xbb\xbf")
    assert [row["path"] for row in rows] == list(site.report.checked.library.issues)
    assert all(row["url"] + "index.html" in site.pages for row in rows)


def test_issues_csv_says_what_the_records_say(full: Built) -> None:
    """A row holds the issue's own words and what follows from its log, with English keys."""
    row = next(row for row in _rows(full.files["data/issues.csv"]) if row["path"].endswith("dongshequ/issues/lamps"))
    assert (row["status"], row["ladder"]) == ("resolved", "lasting")
    assert (row["days_to_resolve"], row["reopenings"]) == ("121", "1")
    assert row["title"] == full.report.checked.library.issues[row["path"]].title


def test_every_statistic_has_its_csv(site: Built) -> None:
    """Behind every number stand its records: the counted ones of a plain count are as many as it says."""
    stats = site.statistics["scopes"][""]
    for definition in DEFINITIONS.values():
        rows = _rows(site.files[f"data/statistics/{definition.key}.csv"])
        assert len({row["path"] for row in rows}) == len(rows)
        if definition.key in ("issues", "cases"):
            assert sum(row["role"] == "counted" for row in rows) == stats[definition.key]["value"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    """What a spreadsheet would run as a formula begins with an apostrophe."""
    assert escape_cell(text) == f"'{text}"


def test_other_cells_stay_as_they_are() -> None:
    """Numbers and plain texts are not touched; what is missing is empty; yes and no are said."""
    assert [escape_cell(value) for value in ("a=1", 3, -3, None, "路灯", True)] == ["a=1", 3, -3, "", "路灯", "yes"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_every_cell_can_be_read_back(texts: list[str]) -> None:
    """Without the apostrophe at its beginning every cell holds the text that was written, whatever it was."""
    [row] = csv.reader(io.StringIO(encode_csv([texts]).decode("utf-8-sig"), newline=""))
    assert [unescape_cell(one) for one in row] == texts
    assert not [one for one in row if one[:1] in tuple("=+-@\t\r\n＝＋－＠")]


def test_a_title_that_looks_like_a_formula_is_neutralised(city: Workshop) -> None:
    """A record's text never becomes a formula in data/issues.csv."""
    slabs = "places/example-city/northside/issues/uneven-slabs.yaml"
    city.replace(slabs, "title: Uneven", "title: =HYPERLINK(A1) Uneven")
    city.build()
    titles = [row["title"] for row in _rows((city.output / "data/issues.csv").read_bytes())]
    assert "'=HYPERLINK(A1) Uneven slabs on Elm Square" in titles


def _addresses(site: Built) -> Iterator[str]:
    sitemap = ElementTree.fromstring(site.files["sitemap.xml"])
    for element in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc"):
        yield element.text or ""


@pytest.mark.parametrize("name", ["full", "english-city"])
def test_the_sitemap_names_every_page(sites: dict[str, Built], name: str) -> None:
    """Every address of the sitemap is a page of the site, and so is every page but 404.html and what was withdrawn."""
    site = sites[name]
    base = site.report.checked.library.site.base_url or ""
    found = [posixpath.join(address.removeprefix(base), "index.html") for address in _addresses(site)]
    assert all(address.startswith(base) for address in _addresses(site))
    notices = {f"{folder}{one.path}/index.html" for one in site.report.checked.library.withdrawn.values()
               for folder in site.languages.values()}
    assert sorted(found) == sorted(site.pages.keys() - {"404.html"} - notices)


@pytest.mark.parametrize("name", ["full", "english-city"])
def test_sitemaps_are_as_their_schema_wants_them(sites: dict[str, Built], name: str) -> None:
    """The schema of sitemaps.org finds nothing wrong."""
    schema = XMLSchema(SCHEMAS / "sitemap.xsd")
    schema.validate(sites[name].files["sitemap.xml"].decode())


def test_a_site_of_very_many_pages_has_several_sitemaps(full: Built) -> None:
    """Up to 50,000 addresses in each, in order, none twice and none left out; their index is as its schema wants it."""
    book, base = book_on(full.report.checked.library, DAY), "https://example.org/"
    pages = [f"places/a/issues/i{number:06}/index.html" for number in reversed(range(2 * MAX_SITEMAP_URLS + 1))]
    plans = {plan.path: plan for plan in plan_sitemaps(book, [*pages, "404.html"], base)}
    assert list(plans) == ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml", "sitemap.xml", "robots.txt"]
    outputs = {path: plan.produce_output() for path, plan in plans.items()}
    parts = [outputs[f"sitemap-{number}.xml"].view for number in (1, 2, 3)]
    assert [len(part) for part in parts if isinstance(part, tuple)] == [MAX_SITEMAP_URLS, MAX_SITEMAP_URLS, 1]
    told = [address for part in parts if isinstance(part, tuple) for address in part]
    assert told == sorted(base + page.removesuffix("index.html") for page in pages)
    templates = {f"feeds/{name}": (PROJECT / "templates/feeds" / name).read_text("utf-8")
                 for name in ("sitemap.xml", "sitemaps.xml")}
    index = create_renderer(templates, {})(outputs["sitemap.xml"]).decode()
    XMLSchema(SCHEMAS / "siteindex.xsd").validate(index)
    assert re.findall("<loc>(.*)</loc>", index) == [f"{base}sitemap-{number}.xml" for number in (1, 2, 3)]


def test_robots_may_come_and_are_led_to_the_sitemap(sites: dict[str, Built]) -> None:
    """robots.txt allows all, and names the sitemap where the site knows its address."""
    assert sites["full"].files["robots.txt"].decode().splitlines() == [
        "User-agent: *", "Allow: /", "Sitemap: https://example.org/town/sitemap.xml"]
    assert "Sitemap" not in sites["no-method"].files["robots.txt"].decode()


def test_withheld_issues_are_in_no_export(city: Workshop) -> None:
    """What is not published is in no file for machines."""
    city.replace("places/example-city/northside/issues/uneven-slabs.yaml", "title:", "titel:")
    city.build(skip_invalid=True)
    found = tree(city.output)
    machine = {path: found[path] for path in found if path.startswith("data/") or path == "sitemap.xml"}
    assert machine
    assert not [path for path, data in machine.items() if b"uneven-slabs" in data]


def test_the_sources_of_the_full_site_are_those_read(full: Built) -> None:
    """The full site holds what tests/sites/full holds: every issue file but the draft is in the export."""
    wanted = {re.sub(r"\.\w+$", "", file.relative_to(SITES / "full").as_posix())
              for file in (SITES / "full").rglob("issues/*") if file.suffix in (".yaml", ".yml", ".md")}
    found = {row["path"] for row in _rows(full.files["data/issues.csv"])}
    assert found == {path for path in wanted if "caogao" not in path}
