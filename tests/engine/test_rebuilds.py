"""Which files a build writes after an edit: those that show what was edited, in each language, and no other.

A page is named by its folder, in all languages; `*` stands for one name, `**` for any path. What is written is what has
other bytes, so these sets are the same however a build finds out what is stale. The files of the search index, the
tables of all records, feeds, calendars and the list of files stand in none of these sets: what becomes of them is told
apart, below.
"""

import random
import re
import shutil
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest

from tests.support.workshop import PROJECT, SITES, Workshop, times, tree
from yishi.engine.manifest import FILE_LIST_NAME

CITY = "places/example-city"
NORTH, SOUTH, WEST = f"{CITY}/northside", f"{CITY}/southside", f"{CITY}/westside"
SLABS, COLD, CROSSING = f"{NORTH}/issues/uneven-slabs", f"{NORTH}/issues/cold-stairs", f"{SOUTH}/issues/second-crossing"
LANGUAGES = ("", "zh-hans/")

INDEX = re.compile(r"search/.*\.json")
"""The files of the search index."""

TABLES = re.compile(r"data/(?!statistics)\w+\.(csv|json|zip)|.*feed\.xml|.*calendar\.ics")
"""The tables in which everything stands that a record says, feeds and calendars."""

WALLS = {"wall/", "wall/stages/"}
DATA = {"data/statistics.csv", "data/statistics.json"}
"""The data files that hold every number."""
NUMBERS = {"statistics/", "statistics/*/", "data/statistics/*.csv"}
SIDE_BY_SIDE = {"compare/", f"{CITY}/compare/", "compare/compare.csv", f"{CITY}/compare/compare.csv",
                f"{CITY}/report-cards/"}
"""The pages and tables that show the numbers of all places, and the report cards of all places of the city."""

LISTS = {"issues/", "status/", "status/*/", "months/", "months/*/", "topics/", "topics/*/", "methods/round-table/"}
"""The lists of issues, and the pages that say how long they are."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workshop, Path]:
    """The English city, built, and a copy of it."""
    folder = tmp_path_factory.mktemp("kept")
    city = Workshop(folder / "work", SITES / "english-city")
    city.build()
    shutil.copytree(city.folder, folder / "kept")
    return city, folder / "kept"


@pytest.fixture
def built(kept: tuple[Workshop, Path]) -> Workshop:
    """The English city as it was built, to be edited."""
    city, copy = kept
    shutil.rmtree(city.folder)
    shutil.copytree(copy, city.folder)
    city.templates = PROJECT / "templates"
    return city


def assert_rebuilds(city: Workshop, edit: Callable[[], object], paths: Iterable[str], *, gone: Iterable[str] = (),
                    languages: tuple[str, ...] = LANGUAGES, **choices: object) -> None:
    """After `edit` the next build writes every one of `paths`, deletes every one of `gone`, and no other file."""
    before = times(city.output)
    edit()
    city.build(**choices)
    after = times(city.output)
    written = {path for path, time in after.items() if before.get(path) != time}
    _assert_named(written, paths, languages)
    _assert_named(before.keys() - after.keys(), gone, languages)


def _assert_named(found: Iterable[str], paths: Iterable[str], languages: tuple[str, ...]) -> None:
    patterns = [_pattern(f"{tag}{path}index.html") for path in paths if _is_page(path) for tag in languages]
    patterns += [_pattern(path) for path in paths if not _is_page(path)]
    found = sorted(path for path in found if not _gathers(path))
    assert [path for path in found if not any(re.fullmatch(pattern, path) for pattern in patterns)] == []
    assert [pattern for pattern in patterns if not any(re.fullmatch(pattern, path) for path in found)] == []


def _gathers(path: str) -> bool:
    return bool(INDEX.fullmatch(path) or TABLES.fullmatch(path) or path == FILE_LIST_NAME)


def _is_page(path: str) -> bool:
    return path == "" or path.endswith("/")


def _pattern(path: str) -> str:
    return re.escape(path).replace(r"\*\*", ".*").replace(r"\*", "[^/]*")


def showing(city: Workshop, text: str) -> set[str]:
    """The files of the site that show `text`, those of the index aside."""
    return {path for path, data in tree(city.output).items() if text.encode() in data and not _gathers(path)}


def pages_of(*places: str) -> set[str]:
    """What a place shows of its issues: its own page, its lists, its walls, its report card, its year."""
    return {f"{place}/{part}" for place in places for part in ("", "issues/", *WALLS, "report/", "2025/")}


# --- an issue ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new"), [("walks the square", "walks over the square"),
                                          ("log:", "notes: looked at again\nlog:"),
                                          ("log:", "body: A longer **story**.\nlog:"),
                                          ("log:", "decision: {text: New slabs}\nlog:")])
def test_the_text_of_an_issue_rebuilds_only_its_page(built: Workshop, old: str, new: str) -> None:
    """What only the issue's own page shows touches no list, no place and no number."""
    assert_rebuilds(built, lambda: built.replace(f"{SLABS}.yaml", old, new), {f"{SLABS}/"})


def test_a_comment_in_a_file_rebuilds_nothing(built: Workshop) -> None:
    """What no page shows changes no page."""
    assert_rebuilds(built, lambda: built.replace(f"{SLABS}.yaml", "log:", "# to be checked\nlog:"), set())


def test_the_title_of_an_issue_rebuilds_what_shows_it(built: Workshop) -> None:
    """Its page, and the lists and data files in which the title stands."""
    title = "Uneven slabs on Elm Square"
    shown = showing(built, title)
    assert {f"{tag}{SLABS}/index.html" for tag in LANGUAGES} < shown
    assert_rebuilds(built, lambda: built.replace(f"{SLABS}.yaml", title, "Broken slabs"), shown)


def test_a_title_stands_on_no_other_records_page(built: Workshop) -> None:
    """Records that do not refer to an issue do not show it, so the many pages stay as they are."""
    records = {path for path in showing(built, "Uneven slabs on Elm Square") if re.search("/(issues|cases)/.+/", path)}
    assert records == {f"{tag}{SLABS}/index.html" for tag in LANGUAGES}


def test_a_new_status_rebuilds_its_page_lists_and_numbers(built: Workshop) -> None:
    """An issue that is resolved: its page, its location, the pages of its place and those above, lists and numbers."""
    places = pages_of(NORTH, CITY) | {f"{place}/due/" for place in (NORTH, CITY)}
    numbers = NUMBERS | {f"{place}/statistics/" for place in (NORTH, CITY)}
    lists = LISTS - {"months/", "topics/", "topics/*/", "status/*/", "months/*/"}
    lists |= {"status/in_progress/", "status/resolved/", "months/2025-06/", "topics/pavements/"}
    own = {f"{SLABS}/", f"{NORTH}/locations/elm-square/", "", "due/", *WALLS, "places/", "search/"}
    assert_rebuilds(built, lambda: built.replace(f"{SLABS}.yaml", "2025-07-02 table:", "2025-07-02 resolved:"),
                    own | places | numbers | lists | SIDE_BY_SIDE | DATA)


def test_a_follow_up_rebuilds_its_page_and_the_numbers_of_follow_ups(built: Workshop) -> None:
    """No list tells of a follow-up: only the issue, its places, and the two statistics that rest on it."""
    statistics = {"followup_rate", "lasting_share"}
    assert_rebuilds(
        built, lambda: built.replace(f"{COLD}.yaml", "2025-11-20 holds", "2025-11-20 failed"),
        {f"{COLD}/", "", "statistics/", *SIDE_BY_SIDE, *DATA, *(f"statistics/{one}/" for one in statistics),
         *(f"data/statistics/{one}.csv" for one in statistics),
         *(f"{place}/{part}" for place in (NORTH, CITY) for part in ("", "report/", "statistics/", "2025/"))})


def test_another_topic_rebuilds_both_topics(built: Workshop) -> None:
    """The lists of the old topic and of the new one, and whatever names the topic; nothing that is due."""
    named = {f"{place}/{part}" for place in (NORTH, CITY) for part in ("", "issues/", *WALLS, "2025/")} | WALLS
    assert_rebuilds(
        built, lambda: built.replace(f"{SLABS}.yaml", "[pavements]", "[crossings]"),
        {f"{SLABS}/", f"{NORTH}/locations/elm-square/", "issues/", "methods/round-table/", "months/2025-06/",
         "status/in_progress/", "topics/", "topics/crossings/", "topics/pavements/", *DATA, *named,
         "statistics/*/", "data/statistics/by_topic.csv", f"{NORTH}/statistics/", f"{CITY}/statistics/", "statistics/"})


BENCH = ("title: A bench is missing\ntopic: [pavements]\nraised: 2025-06-01\n"
         "log:\n  - 2025-06-01 raised: No bench at the stop\n")


def test_a_new_issue_rebuilds_no_other_record(built: Workshop) -> None:
    """Its page, its place and those above, the lists that it belongs to, numbers; no other record, no other place."""
    lists = LISTS - {"status/*/", "months/*/", "topics/*/"} | {"status/new/", "months/2025-06/", "topics/pavements/"}
    places = pages_of(WEST, CITY) | {f"{place}/{part}" for place in (WEST, CITY) for part in ("due/", "statistics/")}
    own = {f"{WEST}/issues/bench/", "", "due/", *WALLS, "places/", "data/", "sitemap.xml"}
    assert_rebuilds(built, lambda: built.write(f"{WEST}/issues/bench.yaml", BENCH),
                    own | places | lists | SIDE_BY_SIDE | NUMBERS | DATA)


def test_an_issue_that_goes_takes_its_page_along(built: Workshop) -> None:
    """The same for a deletion: its page and the month that it leaves empty are deleted, no other record is written."""
    lists = LISTS - {"status/*/", "months/*/", "topics/*/"} | {"status/closed/", "topics/*/"}
    places = pages_of(SOUTH, CITY) | {f"{place}/statistics/" for place in (SOUTH, CITY)}
    places -= {f"{CITY}/wall/stages/"}  # closed long ago, it hung on no wall
    assert_rebuilds(built, (built.content / f"{CROSSING}.yaml").unlink,
                    {"", "wall/", "places/", "search/", "data/", "sitemap.xml", *SIDE_BY_SIDE, *DATA}
                    | places | lists | NUMBERS,
                    gone={f"{CROSSING}/", "months/2025-05/"})


def test_an_issue_with_another_name_takes_its_links_along(built: Workshop) -> None:
    """A file that is renamed: the old page goes, and what linked to it is written."""
    linking = {path for path in showing(built, "uneven-slabs") if f"{SLABS}/" not in path}
    new = f"{NORTH}/issues/slabs"
    assert_rebuilds(built, lambda: (built.content / f"{SLABS}.yaml").rename(built.content / f"{new}.yaml"),
                    {f"{new}/", *linking}, gone={f"{SLABS}/"})


# --- tables -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "old", "new", "table"), [
    (f"{SLABS}.yaml", "walks the square", "walks over the square", "issues.json"),
    (f"{NORTH}/cases/warm-stairs.md", "cold every winter", "cold all winter", "cases.csv cases.json"),
    (f"{WEST}/place.yaml", "000103", "000104", "places.csv places.json"),
    (f"{CITY}/figures.yaml", "value: 40", "value: 41", "figures.csv figures.json")])
def test_a_record_rewrites_only_the_tables_of_its_kind(built: Workshop, path: str, old: str, new: str,
                                                       table: str) -> None:
    """Those of the two that say what was edited, and the archive of all of them."""
    wanted = ["data/all.zip", *(f"data/{name}" for name in table.split())]
    assert rewritten(built, lambda: built.replace(path, old, new), TABLES) == wanted


# --- the search index -------------------------------------------------------------------------------------------------


def rewritten(city: Workshop, edit: Callable[[], object], files: re.Pattern[str] = INDEX,
              **choices: object) -> list[str]:
    """The files of the index, or others, that a build writes or deletes after `edit`."""
    before = times(city.output)
    edit()
    city.build(**choices)
    return sorted({path for path, _ in before.items() ^ times(city.output).items() if files.fullmatch(path)})


def test_the_index_changes_only_where_a_text_did(built: Workshop) -> None:
    """The file of the texts in which the issue stands, and those of the word that came, whole and in its beginnings."""
    for number in range(200):  # so many that the words of the site are in many files
        words = " ".join(random.Random(number).choices(["lamp", "bench", "kerb", "gate", "noise", "water"], k=8))
        built.write(f"{WEST}/issues/i{number}.yaml", BENCH.replace("No bench at the stop", words))
    built.build()
    found = rewritten(built, lambda: built.replace(f"{SLABS}.yaml", "walks the square", "walks zigzag the square"))
    assert [path for path in found if "/texts/" in path] == [path for path in found if "/words/" not in path]
    assert (sum("/texts/" in path for path in found), sum("/words/" in path for path in found)) == (1, 3)


@pytest.mark.parametrize(("path", "old", "new"), [
    (f"{SLABS}.yaml", "log:", "# to be checked\nlog:"), (f"{WEST}/place.yaml", "000103", "000104"),
    ("site.yaml", "licence:", "notice: A test.\nlicence:")])
def test_what_nobody_searches_for_leaves_the_index_as_it_is(built: Workshop, path: str, old: str, new: str) -> None:
    """A comment, a code, what the site says of itself."""
    assert rewritten(built, lambda: built.replace(path, old, new)) == []


def test_another_day_address_or_template_leaves_the_index_as_it_is(built: Workshop) -> None:
    """The index rests on the records alone."""
    assert rewritten(built, lambda: None, as_of=date(2026, 1, 1), base_url="https://example.net/") == []


def test_a_file_of_the_index_that_is_lost_or_damaged_is_made_again(built: Workshop) -> None:
    """It alone, also where an edit changes it besides."""
    lost, damaged = (next(built.output.glob(f"search/{folder}/*")) for folder in ("texts", "words"))
    lost.unlink()
    damaged.write_bytes(b"{}")
    assert rewritten(built, lambda: None) == [path.relative_to(built.output).as_posix() for path in (lost, damaged)]
    assert tree(built.output) == built.clean()
    for file in built.output.glob("search/w*/*"):
        file.write_bytes(b"{}")
    rewritten(built, lambda: built.replace(f"{SLABS}.yaml", "walks the square", "walks zigzag the square"))
    assert tree(built.output) == built.clean()


# --- other records ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "old", "new", "rebuilt"), [
    (f"{NORTH}/cases/warm-stairs.md", "cold every winter", "cold all winter", {f"{NORTH}/cases/warm-stairs/"}),
    ("pages/about.md", "---\n\n", "---\n\nMore. ", {"pages/about/"}),
    ("sources.yaml", "  publisher", "  note: seen\n  publisher", {"sources/"}),
    (f"{NORTH}/locations.yaml", "built: 1962", "built: 1963", {f"{NORTH}/locations/mill-court/"}),
    (f"{WEST}/place.yaml", "000103", "000104", {f"{WEST}/"}),
    (f"{CITY}/figures.yaml", "value: 40", "value: 41", {f"{CITY}/", f"{CITY}/report/"}),
])
def test_a_detail_of_a_record_rebuilds_only_its_page(
        built: Workshop, path: str, old: str, new: str, rebuilt: set[str]) -> None:
    """What stands on one page touches that page."""
    text = built.read(path)
    edited = text.replace(old, new, 1) if old in text else f"{text}\nMore.\n"
    assert_rebuilds(built, lambda: built.write(path, edited), rebuilt)


def test_the_name_of_a_place_rebuilds_what_shows_it(built: Workshop) -> None:
    """Its own pages and the tables of places; no record of another place."""
    shown = showing(built, "Westside")
    assert_rebuilds(built, lambda: built.replace(f"{WEST}/place.yaml", "Westside", "Far West"), shown)
    assert not any("/northside/" in path or "/southside/" in path for path in shown)


def test_a_translation_rebuilds_only_its_language(built: Workshop) -> None:
    """A Chinese text that changes leaves the English pages as they are."""
    assert_rebuilds(built, lambda: built.replace("methods/round-table.yaml", "受理", "接收"),
                    showing(built, "受理"), languages=("zh-hans/",))


def test_a_label_of_a_vocabulary_rebuilds_what_shows_it(built: Workshop) -> None:
    """A topic's other label: the pages that print it, in its language, and the dictionary, which has it in both."""
    shown = showing(built, "供暖")
    assert all(path.startswith("zh-hans/") for path in shown - {"data/dictionary/index.html"})
    assert_rebuilds(built, lambda: built.replace("site.yaml", "zh-Hans: 供暖", "zh-Hans: 取暖"), shown)


# --- the whole site ---------------------------------------------------------------------------------------------------


def test_the_sites_notice_rebuilds_every_page_and_no_data(built: Workshop) -> None:
    """What stands on every page touches every page that people read, and nothing else."""
    assert_rebuilds(built, lambda: built.replace("site.yaml", "licence:", "notice: A test.\nlicence:"),
                    {path for path in tree(built.output) if path.endswith(".html")})


@pytest.mark.parametrize(("template", "rebuilt"), [
    ("pages/issue.html", {f"{place}/issues/*/" for place in (NORTH, SOUTH)}),
    ("pages/case.html", {f"{NORTH}/cases/*/"}),
    ("pages/wall.html", {*WALLS, *(f"{place}/{wall}" for place in (CITY, NORTH, SOUTH, WEST) for wall in WALLS)}),
    ("pages/sources.html", {"sources/"}),
])
def test_a_template_rebuilds_only_its_pages(built: Workshop, template: str, rebuilt: set[str]) -> None:
    """The template of one kind of page touches the pages of that kind."""
    assert_rebuilds(built, lambda: _mark(built, template, "<h1", "<h1 data-new=''"), rebuilt)


def test_a_component_rebuilds_what_it_makes(built: Workshop) -> None:
    """A component touches the pages on which it prints something."""
    walls = {*WALLS, *(f"{place}/{wall}" for place in (CITY, NORTH, SOUTH) for wall in WALLS)}
    assert_rebuilds(built, lambda: _mark(built, "components/wall_notes.html", "<", "<!-- new --><"), walls)


def test_a_template_that_no_page_uses_rebuilds_nothing(built: Workshop) -> None:
    """A template beside the others changes no page."""
    assert_rebuilds(built, lambda: _mark(built, "pages/event.html", "{% endblock %}", "new{% endblock %}"), set())
    assert_rebuilds(built, lambda: (built.templates / "pages/mine.html").write_text("mine"), set())


def test_the_base_rebuilds_every_page(built: Workshop) -> None:
    """The skeleton touches every page, and no data."""
    assert_rebuilds(built, lambda: _mark(built, "base.html", "<footer", "<p>New</p><footer"),
                    {path for path in tree(built.output) if path.endswith(".html")})


def test_a_stylesheet_rebuilds_the_pages_that_name_it(built: Workshop) -> None:
    """It gets another name, so every page names it anew; the old one goes, the icon stays."""
    (old,) = (path for path in tree(built.output) if path.endswith(".css"))
    pages = {path for path in tree(built.output) if path.endswith(".html")}
    assert_rebuilds(built, lambda: _mark(built, "static/style.css", "\n", "\n\n"), pages | {"static/style.*.css"},
                    gone={old})


def _mark(city: Workshop, template: str, old: str, new: str) -> None:
    """Changes a template, in a copy of them all."""
    file = city.own_templates() / template
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_another_address_rebuilds_what_names_it(built: Workshop) -> None:
    """Pages name their full address, the sitemap and robots.txt too, QR codes hold it, 404.html its path; the data do
    not."""
    shown = showing(built, "https://example.org/city/") | {path for path in tree(built.output) if "qr.svg" in path}
    assert_rebuilds(built, lambda: None, shown | {"404.html"}, base_url="https://example.net/")


def test_the_next_day_rebuilds_no_page_of_a_record(built: Workshop) -> None:
    """What changes every day stays off the many pages: records print dates, not ages, and not the day of the report."""
    before = tree(built.output)
    built.build(as_of=date(2026, 1, 1))
    after = tree(built.output)
    assert [path for path in after if re.search("/(issues|cases)/.+/", path) and after[path] != before[path]] == []
