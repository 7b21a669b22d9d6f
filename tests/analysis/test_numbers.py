"""Numbers: each leads to its page, they agree wherever they stand, and what was published stays."""

import csv
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from html import unescape
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from benchmarks.generate import Size, write_content
from tests.support.workshop import DAY, SITES, Built, Page, Tree, Workshop, tree
from yishi.analysis import snapshots
from yishi.analysis.statistics import DEFINITIONS
from yishi.cli import main
from yishi.engine.assets import load_assets
from yishi.engine.manifest import Manifest
from yishi.engine.pipeline import check, plan_outputs
from yishi.model.thresholds import MIN_VALUES

KIND = {definition.key: definition.kind for definition in DEFINITIONS.values()}
TARGET = re.compile(r"statistics/(\w+)/index\.html#(.+)")
LISTS = ((re.compile(r"(?:\.\./)*(?:(places/.+)/)?(issues|cases)/index\.html"), r"\2 \1"),
         (re.compile(r"(?:\.\./)*(?:(places/.+)/index\.html#status-|status/).+"), r"by_status \1"))
"""The lists that main numbers lead to, each with the statistic and the place that it is of."""
YEAR = re.compile(r"/\d{4}/index\.html$")
DUE = re.compile(r"(?:\.\./)*(places/.+/due/index\.html)")
OVERDUE = re.compile(r'<section id="\w*(?:overdue|stale)">\n<h2>[^<]*<span class="number">(\d+)')


MARKS = re.compile(r'<a\b(?:[^>]*? href="([^"]*)")?|(</a>)|<data\b[^>]*? value="([^"]*)"')


def numbers(page: str) -> list[tuple[str, str]]:
    """The numbers of a page: each with the link that it stands in, "" = none."""
    link, found = "", list[tuple[str, str]]()
    for mark in MARKS.finditer(page):
        if mark[3] is None:
            link = unescape(mark[1] or "")
        else:
            found.append((unescape(mark[3]), link))
    return found


def shown(path: str, page: str) -> Iterator[tuple[str, str, str]]:
    """The numbers of a page as (value, statistic, place). Each stands in a link to its section or to what it counts."""
    for value, link in numbers(page):
        if DUE.fullmatch(link):
            continue  # no statistic: see `_overdue`
        if link.startswith("#"):
            found = (re.match(r".*statistics/(\w+)/", path), link[1:])
            assert found[0], path
            yield value, found[0][1], found[1].removesuffix("-records").removeprefix("site")
        else:
            match = TARGET.search(link)
            listed = [of.expand(form) for pattern, form in LISTS if (of := pattern.fullmatch(link))]
            assert match or listed, (path, link)
            key, _, place = f"{match[1]} {match[2]}".partition(" ") if match else listed[0].partition(" ")
            yield value, key, place.removeprefix("site")


def may_be(stat: Mapping[str, Any]) -> set[str]:
    """What a page may show of a statistic: its value; of a split also one of its values, and the open ones."""
    if stat.get("suppressed"):
        return {"<5", "[c]"}
    if not isinstance(stat["value"], dict):
        return {str(stat["value"]), "0"} if stat["value"] is None else {str(stat["value"])}
    values = stat["value"]
    still_open = values.get("new", 0) + values.get("in_progress", 0)
    return {"0", str(stat["numerator"]), str(still_open), *map(str, values.values())}


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def agree(files: Tree) -> Counter[str]:
    """Checks that all numbers of a site are those of data/statistics.json; so many were looked at, place by place."""
    scopes = json.loads(files["data/statistics.json"])["scopes"]
    seen = Counter[str]()
    for path, data in files.items():
        if path.endswith(".html") and not YEAR.search(path):
            for value, key, place in shown(path, data.decode()):
                assert value in may_be(scopes[place][key]), (path, key, place, value, scopes[place][key])
                seen["report" if "/report/" in path else "page"] += 1
            seen["overdue"] += _overdue(path, files)
    seen.update(_in_tables(files, scopes))
    return seen


def _overdue(path: str, files: Tree) -> int:
    """Checks that what is told to be overdue stands on the page of what is due; so many were looked at."""
    led = [(value, match[1]) for value, link in numbers(files[path].decode()) if (match := DUE.fullmatch(link))]
    for value, page in led:
        inside = f"en/{page}" if path.startswith("en/") else page
        assert int(value) == sum(map(int, OVERDUE.findall(files[inside].decode()))), (path, page, value)
    return len(led)


def _in_tables(files: Tree, scopes: Mapping[str, Any]) -> Iterator[str]:
    for row in table(files["data/statistics.csv"]):
        assert row["value"] in _in_long(scopes[row["scope"]][row["key"]], row["dimension"]), row
        yield "long table"
    for place, stats in scopes.items():
        inside = f"{place}/" if place else ""
        statuses = Counter(issue["derived"]["status"] for issue in json.loads(files["data/issues.json"])
                           if issue["path"].startswith(inside) and not _apart(issue))
        assert statuses == stats["by_status"]["value"], place
        yield "records"
    for key, kind in KIND.items():
        rows = _below(table(files[f"data/statistics/{key}.csv"]))
        for place, stats in scopes.items():
            if not stats[key].get("suppressed") and key not in HIDDEN:
                told = {**stats[key], **_parts(stats[key])}
                assert told | _added_up(rows[place], kind) == told, (key, place)
                yield f"table of a {kind}"


def _in_long(stat: Mapping[str, Any], dimension: str) -> set[str]:
    """What the long table may say of a statistic in the line of this dimension."""
    if dimension.startswith("left_out."):
        return {str(stat["excluded"][dimension.removeprefix("left_out.")])}
    if dimension.startswith("quartile_"):
        return {str(stat["quartiles"][int(dimension[-1]) - 1])}
    if dimension:
        parts = stat["value"] if isinstance(stat["value"], dict) else stat["results"]
        return {str(parts[dimension])}
    if isinstance(stat["value"], dict):
        return {str(stat["numerator"])}
    return {""} if stat["value"] is None and not stat.get("suppressed") else may_be(stat)


def _below(rows: list[dict[str, str]]) -> Mapping[str, list[dict[str, str]]]:
    """Place → the rows of the records there and below; "" = all."""
    found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        parts = row["place"].split("/")
        for place in ("", *("/".join(parts[:length]) for length in range(2, len(parts) + 1))):
            found[place].append(row)
    return found


def _added_up(rows: list[dict[str, str]], kind: str) -> dict[str, Any]:
    """What the rows of a table come to, counted here anew, as far as it says something of such a statistic."""
    within = [row for row in rows if row["role"] in ("counted", "looked_at")]
    numerator, denominator = (sum(int(row[column]) for row in within) for column in ("numerator", "denominator"))
    values = Counter(value for row in within for value in row["values"].split())
    numbers = [int(row["number"]) for row in within if row["number"]]
    match kind:
        case "count":
            return {"numerator": numerator, "value": numerator}
        case "share":
            share = round(numerator / denominator, 4) if denominator else None
            return {"numerator": numerator, "denominator": denominator, "value": share, "parts": values}
        case "split":
            return {"numerator": numerator, "denominator": denominator, "parts": values}
        case "median":
            enough = len(numbers) >= MIN_VALUES
            return {"denominator": len(numbers), "n": len(numbers), "value": median(numbers) if enough else None}
    return {"value": len(values)}


def _parts(stat: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of the values of a split, or of the results of a share."""
    return {"parts": stat["value"] if isinstance(stat["value"], dict) else stat.get("results") or {}}


HIDDEN = ("youth_share", "elderly_share", "communities_reporting", "by_place")
"""Statistics whose table cannot be added up: of people, of places without an expected number, and of places that
stand in the table for all those below them."""


def _apart(issue: Mapping[str, Any]) -> bool:
    return "duplicate_of" in issue or (issue["raised"] != "unknown" and issue["raised"] > DAY.isoformat())


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The demo town with a frozen copy of its numbers, built."""
    workshop = Workshop(tmp_path_factory.mktemp("town"), SITES / "showcase")
    freeze(workshop, "year")
    workshop.build(search=False)
    return workshop


def freeze(workshop: Workshop, name: str) -> None:
    """Keeps the numbers of the day of all tests."""
    with pytest.raises(SystemExit) as ended:
        main(["freeze", name, "--content", str(workshop.content), "--output", str(workshop.output), "--as-of",
              DAY.isoformat(), "--revision", "r1"])
    assert not ended.value.code


@pytest.fixture(scope="module")
def files(town: Workshop) -> Tree:
    """What lies in the folder of the demo town."""
    return tree(town.output)


def test_the_numbers_of_the_demo_town_agree_wherever_they_stand(files: Tree) -> None:
    """Pages, report cards, statistics.json, long table, tables of one statistic, records, and the frozen copy."""
    seen = agree(files)
    assert min(seen[one] for one in ("page", "report", "long table", "records")) > 15
    assert all(seen[f"table of a {kind}"] > 15 for kind in KIND.values())
    assert seen["page"] > 2000
    then = files["statistics/frozen/year/statistics.json"]
    assert json.loads(then) == json.loads(files["data/statistics.json"])


def test_the_numbers_of_ten_thousand_records_agree(tmp_path: Path) -> None:
    """The same on a generated town of 10,000 records, of all pages with numbers and all tables."""
    write_content(tmp_path / "source", Size(issues=9_000, cases=1_000))
    workshop = Workshop(tmp_path, tmp_path / "source")
    options = workshop.options(search=False, jobs=2)
    plans, _, ground = plan_outputs(check(options), options)
    make = load_assets(options.folders, Manifest(), ground, force=False).create_output_encoder(options.folders)
    told = re.compile(r"data/(statistics|issues\.json).*|index\.html|places/.*|statistics/.*")
    bare = re.compile(r"/(issues|cases|locations|wall|objections|meetings|\d{4})/|.*\.(xml|ics)$")
    files = {plan.path: make(plan.produce_output()) for plan in plans
             if told.fullmatch(plan.path) and not bare.search(plan.path)}
    assert agree(files)["page"] > 2000


def test_every_number_leads_to_its_section(files: Tree) -> None:
    """Whatever number a page shows, the section of its place is there, in both languages."""
    ids = {path: set(re.findall(r'<(?:section|details|tr) [^>]*?\bid="([^"]+)"', data.decode()))
           for path, data in files.items() if re.fullmatch(r"(en/)?statistics/\w+/index\.html", path)}
    assert len(ids) == 2 * len(KIND) + 2  # and the list of frozen copies
    for path, data in files.items():
        if path.endswith(".html"):
            tag = "en/" if path.startswith("en/") else ""
            for _, key, place in shown(path, data.decode()):
                assert (place or "site") in ids[f"{tag}statistics/{key}/index.html"], path


@pytest.mark.parametrize("path", ["index.html", "places/index.html", "statistics/index.html",
                                  "places/shili-zhen/index.html", "places/shili-zhen/report/index.html",
                                  "places/shili-zhen/2025/index.html", "places/shili-zhen/statistics/index.html",
                                  "shili-zhen/events/", "shili-zhen/plans/"])
def test_pages_that_show_numbers_show_them_as_such(files: Tree, path: str) -> None:
    """On every kind of page with statistics they are marked as numbers, so that the tests above see them."""
    pages = [one for one in files if path in one and one.endswith(".html")]
    assert any("<data value=" in files[one].decode() for one in pages), path


# --- one number -------------------------------------------------------------------------------------------------------


def test_a_number_says_all_that_it_rests_on(full: Built) -> None:
    """Definition, formula, where that comes from, numerator, denominator, what was left out, records, table, course."""
    page = full.pages["en/statistics/resolution_rate/index.html"].text
    for said in ("Formula resolved issues ÷ issues with a known date of raising",
                 "Content model, section 6: “resolution_rate”",
                 "Counted 7", "Out of 14", "Left out: a date is not known", "Records behind this number",
                 "All records behind this number as a table (CSV, 17 rows)", "Month by month", "To cite this number"):
        assert said in page, said


def test_a_citation_names_value_place_day_revision_and_address(full: Built) -> None:
    """In both languages, as plain text."""
    page = full.pages["en/statistics/resolution_rate/index.html"].source
    chinese = full.pages["statistics/resolution_rate/index.html"].source
    cited = re.findall(r'<p class="cite">([^<]*)</p>', page)
    revision = re.search(r"Revision of these figures: (\w{12})\.", page)
    assert revision
    assert revision[1] in chinese
    assert cited[0].endswith(f"As of 31 December 2025, figures {revision[1]}. "
                             "https://example.org/town/en/statistics/resolution_rate/#site")
    assert "截至2025年12月31日" in chinese


def test_the_revision_changes_with_the_figures_alone(tmp_path: Path) -> None:
    """A text that is mended leaves it; an issue that is resolved changes it."""
    city = Workshop(tmp_path, SITES / "english-city")
    before = revision(city)
    issue = min((city.content / "places").rglob("issues/*.yaml")).relative_to(city.content).as_posix()
    city.write(issue, city.read(issue) + "\nnotes: one word more\n")
    assert revision(city) == before
    city.write("places/example-city/northside/issues/new-one.yaml",
               "title: New\ntopic: heating\nraised: 2025-03-03\nlog:\n  - 2025-03-04 resolved: done\n")
    assert revision(city) != before


def revision(workshop: Workshop) -> str:
    workshop.build(search=False)
    page = (workshop.output / "statistics/resolution_rate/index.html").read_text("utf-8")
    found = re.search(r"(\w{12})\. It is made of all values", page)
    assert found
    return found[1]


def test_explain_tells_a_number_in_both_languages(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Of a place: what the page says, and the citation."""
    with pytest.raises(SystemExit) as ended:
        main(["explain", "statistics/resolution_rate", "--place", "lingdang", "--content", str(SITES / "showcase"),
              "--output", str(tmp_path / "site"), "--as-of", DAY.isoformat()])
    assert not ended.value.code
    told = capsys.readouterr().out
    assert "办结率：铃铛社区" in told
    assert "Share resolved: Bell Community\n  71.4% 5 of 7\n" in told
    assert "Formula: resolved issues ÷ issues with a known date of raising" in told


# --- frozen -----------------------------------------------------------------------------------------------------------


def test_a_frozen_number_stays_and_todays_stands_beside_it(tmp_path: Path) -> None:
    """After a record has changed, the page of the copy has the old value, then the new one; the file has the old."""
    town = Workshop(tmp_path, SITES / "showcase")
    freeze(town, "then")
    before = snapshots.decode_snapshot(town.read("frozen/then.json")).scopes[""]["issues"]["value"]
    issue = min((town.content / "places").rglob("issues/*.yaml"))
    issue.unlink()
    for record in (town.content / "places").rglob("*.*"):  # whatever named it
        if record.suffix in (".md", ".yaml") and re.search(rf"\b{re.escape(issue.stem)}\b", record.read_text("utf-8")):
            record.unlink()
    town.build(search=False, skip_invalid=True)
    page = (town.output / "statistics/frozen/then/index.html").read_text("utf-8")
    now = json.loads((town.output / "data/statistics.json").read_bytes())["scopes"][""]["issues"]["value"]
    assert now < before
    first = re.search(r'<section id="issues">.*?<tbody>\n<tr>(.*?)</tr>', page, re.DOTALL)
    assert first
    assert re.sub("<[^>]+>", " ", first[1]).split()[1:3] == [str(before), str(now)]
    kept = json.loads((town.output / "statistics/frozen/then/statistics.json").read_bytes())
    assert kept["scopes"][""]["issues"]["value"] == before


def test_a_copy_is_never_written_over(town: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    """The second time the command refuses, and the file is as it was."""
    before = town.read("frozen/year.json")
    with pytest.raises(SystemExit) as ended:
        main(["freeze", "year", "--content", str(town.content), "--output", str(town.output)])
    assert ended.value.code == 2
    assert "发布过的不会被覆盖" in capsys.readouterr().err
    assert town.read("frozen/year.json") == before


def test_the_numbers_of_a_day_to_come_are_not_kept(town: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    """What is kept for ever can only be of a day that is there: the command refuses, and writes nothing."""
    with pytest.raises(SystemExit) as ended:
        main(["freeze", "later", "--content", str(town.content), "--output", str(town.output), "--as-of", "2099-12-31"])
    assert ended.value.code == 2
    assert "2099-12-31还没有到" in capsys.readouterr().err
    assert not (town.content / "frozen/later.json").exists()


@pytest.mark.parametrize(("old", "new", "code"), [
    ('"value": 196', '"value": 197', "frozen_changed"), ("{", "[", "frozen_unreadable"),
    ('"as_of": "2025-12-31"', '"as_of": "soon"', "frozen_unreadable"),
])
def test_a_copy_that_was_changed_is_refused(town: Workshop, tmp_path: Path, old: str, new: str, code: str) -> None:
    """Numbers that were published cannot be changed unnoticed; and what is no copy is said to be none."""
    city = Workshop(tmp_path, SITES / "english-city")
    text = town.read("frozen/year.json")
    assert old in text
    city.write("frozen/year.json", text.replace(old, new, 1))
    assert [(problem.path, problem.code) for problem in check(city.options()).problems] == [("frozen/year.json", code)]


def test_a_copy_that_was_renamed_is_refused(town: Workshop, tmp_path: Path) -> None:
    """What was published as the numbers of one year cannot become those of another; the message says the right name."""
    city = Workshop(tmp_path, SITES / "english-city")
    city.write("frozen/next-year.json", town.read("frozen/year.json"))
    report = city.build(search=False)
    assert [(one.path, one.code, one.values) for one in report.checked.problems] == [
        ("frozen/next-year.json", "frozen_renamed", (("found", "'year.json'"),))]
    assert report.write_result is None
    city.build(search=False, skip_invalid=True)
    assert not (city.output / "statistics/frozen/next-year").exists()


def test_a_statistic_that_is_gone_still_shows(tmp_path: Path) -> None:
    """Of a key that is not counted any more, and of a place that is gone, the copy shows what was published; of a place
    that was withdrawn, and of those below it, the numbers alone."""
    city = Workshop(tmp_path, SITES / "english-city")
    stat = {"value": 0.25, "numerator": 1, "denominator": 4, "excluded": {}}
    names = {"en": "Share of the past", "zh-Hans": "过去的比例"}
    copy = snapshots.StatisticsSnapshot("old", date(2024, 12, 31), "",
                                        {"past_share": snapshots.FrozenDefinition("share", names, names)},
                                        {"places/gone": {"en": "Gone Place"}, "places/taken": {"en": "Taken Place"},
                                         "places/taken/below": {"en": "Place below"}},
                                        {place: {"past_share": stat} for place in (
                                            "places/gone", "places/taken", "places/taken/below")})
    city.write("withdrawn.yaml", "- {path: places/taken, date: 2025-12-01, why: asked for}\n")
    city.write("frozen/old.json", snapshots.encode_snapshot(copy))
    city.build(search=False)
    shown = Page((city.output / "statistics/frozen/old/index.html").read_text("utf-8"))
    page = shown.text
    assert "Share of the past" in page
    assert "This is not counted any more." in page
    assert "Gone Place 1 of 4 too few for a percentage not any more" in page
    assert page.count("a record that was withdrawn 1 of 4 too few for a percentage not any more") == 2
    assert not re.search("Taken Place|Place below", page)
    assert [link.get("href") for link in shown.all("a")].count("../../../places/taken/index.html") == 2


# --- beside others ----------------------------------------------------------------------------------------------------


def test_a_place_stands_beside_the_middle_of_its_peers(town: Workshop) -> None:
    """The median of the communities with at least five cases, and how many those are."""
    scopes = json.loads((town.output / "data/statistics.json").read_bytes())["scopes"]
    communities = [place for place in scopes if place.count("/") == 2]
    values = sorted(stat["value"] for place in communities
                    if (stat := scopes[place]["resolution_rate"])["denominator"] >= 5)
    assert len(values) >= 5
    page = (town.output / "en/places/shili-zhen/lingdang/index.html").read_text("utf-8")
    line = re.search(r"<tr>(?:(?!</tr>).)*resolution_rate.*?</tr>", page[page.index('id="beside"'):], re.DOTALL)
    assert line
    middle = (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
    assert f"{100 * round(middle, 2):g}% ({len(values)} places)" in line[0]


def test_of_too_few_peers_nothing_is_said(town: Workshop) -> None:
    """The town is the only one of its kind: too few cases."""
    page = Page((town.output / "en/places/shili-zhen/index.html").read_text("utf-8")).text
    assert "Compared with other places (Town)" in page
    assert f"Too few cases: fewer than {MIN_VALUES} places of the same kind" in page
