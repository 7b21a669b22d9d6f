"""What is known only from a published report is told as of that report: what was open then is not said to be today."""

import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page as Window

from tests.site.test_pages import TOWN, library_of, site_of, words
from tests.support.chromium import served
from tests.support.workshop import PROJECT, Workshop

LATER = date(2026, 11, 30)
"""Fourteen months after the reports that the example is built from."""

ISSUE = "places/shahe/shayanglu/issues/lvhua-weichuangtou"
TODAY = re.compile(r"(?<!截至报道时)(?:推进中|计划中|进行中)|正在处理"
                   r"|(?:Under way|Planned)(?! when reported)|Work goes on")
"""What would say that something is open today."""

NO_STATUS = re.compile(
    r"新提出、推进中、已办结、未解决结案和后续不详的议题各有多少"   # what the statistic counts
    r"|推进中的案例上|推进中的贴黄色"                       # what the report says of the wall
    r"|<h2><span class=\"shape\"[^>]*>[○◐]</span> [^<]*</h2>"      # a column of a wall in which nothing hangs
)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The example of this repository, with its feeds."""
    workshop = Workshop(tmp_path_factory.mktemp("reported"), PROJECT / "content")
    assert workshop.build(base_url="https://example.org/", as_of=LATER).write_result
    return workshop


def pages_of(workshop: Workshop) -> Iterator[tuple[str, str]]:
    """What readers see: every page and feed but those that explain the values."""
    for file in sorted(workshop.output.rglob("*")):
        path = file.relative_to(workshop.output).as_posix()
        if file.suffix in (".html", ".xml") and "content-model" not in path and "data/dictionary" not in path:
            yield path, file.read_text("utf-8")


def test_nothing_of_a_report_is_told_as_of_today(example: Workshop) -> None:
    """No page, list, wall, number or feed calls open, planned or under way what was so when it was reported."""
    told = ((path, NO_STATUS.sub("", page)) for path, page in pages_of(example))
    found = [f"{path}: {text[max(match.start() - 60, 0):match.end() + 30]!r}"
             for path, text in told for match in TODAY.finditer(text)]
    assert found == []


@pytest.mark.parametrize(("path", "said"), [
    (f"{ISSUE}/index.html", "截至报道时推进中"), (f"en/{ISSUE}/index.html", "Under way when reported"),
    (f"{ISSUE}/index.html", "报道时还在推进，后来怎样不清楚"), ("issues/index.html", "截至报道时推进中"),
    ("wall/index.html", "截至报道时推进中"), ("index.html", "截至报道时推进中"),
    ("status/in_progress/index.html", "截至报道时推进中"), ("statistics/by_status/index.html", "截至报道时推进中1件"),
    ("places/shahe/plans/peixun/index.html", "截至报道时计划中"),
])
def test_the_status_of_a_report_is_told_as_of_that_report(example: Workshop, path: str, said: str) -> None:
    """The words say that it was so then, wherever the status stands."""
    assert said in (example.output / path).read_text("utf-8")


def test_data_keep_the_status_itself(example: Workshop) -> None:
    """Machines read the key, and beside it what the record rests on."""
    with (example.output / "data/issues.csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["path"] == ISSUE)
    assert (row["status"], row["basis"]) == ("in_progress", "press")


def test_beside_own_records_only_what_is_reported_is_marked() -> None:
    """Where a place has both, the heading of the status is the usual one, and each record has its own word."""
    site = site_of(library_of(TOWN))
    text = words(site["status/in_progress/index.html"])
    assert text.count("截至报道时推进中") == 1
    assert re.search(r"漏水.*?截至报道时推进中", text)
    assert re.search(r"没处停车 ◐ 推进中", text)
    assert "<h1>推进中</h1>" in site["status/in_progress/index.html"]
    for status in ("in_progress", "in_progress.reported"):
        assert f'<option value="{status}">' in site["search/index.html"]


@pytest.mark.browser
def test_the_search_tells_the_status_of_a_report(window: Window, example: Workshop) -> None:
    """Its results say so too, and it can be filtered by."""
    with served(example.output) as address:
        window.goto(f"{address}search/index.html?status=in_progress.reported")
        window.wait_for_selector("#found[aria-busy=false]", state="attached")
        assert window.locator("#results .title").all_inner_texts() == ["绿化微创投议事会"]
        assert "截至报道时推进中" in window.inner_text("#results .note")


def test_the_example_calls_every_community_by_its_name() -> None:
    """A community is not written as a village: its name says what it is, in both languages."""
    places = [path.read_text("utf-8") for path in sorted(Path(PROJECT / "content/places").rglob("place.yaml"))]
    communities = [text for text in places if "类别: 社区" in text]
    assert len(communities) == 7
    for text in communities:
        assert re.search(r"^名称: .+社区$", text, re.MULTILINE), text
        assert re.search(r"^ {4}title: .+ Community$", text, re.MULTILINE), text
