"""The data to download: every record that is published and no other, with as much as its page tells."""

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from typing import Any

import frictionless
import pytest

from tests.support.csv_cells import unescape_cell
from tests.support.workshop import Built, Page, Workshop, records_of, tree
from yishi.analysis.tables import encode_record, find_part_model, list_model_columns, list_table_columns
from yishi.content.load import create_record
from yishi.library import Library
from yishi.model.data_dictionary import get_column_meaning, get_column_name
from yishi.model.kinds import KINDS, TABLES
from yishi.model.paths import get_record_url
from yishi.model.records import Body, Model, PeopleCount, Quantity
from yishi.model.vocabulary import get_built_in_vocabulary
from yishi.search import extract_searchable_text

NAMES = ["full", "english-city", "no-method", "three-languages", "example"]


@pytest.fixture(params=NAMES)
def site(request: pytest.FixtureRequest, sites: dict[str, Built]) -> Built:
    """Each of the sites in turn."""
    return sites[request.param]


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def json_of(site: Built, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(site.files[f"data/{TABLES[kind]}.json"])
    return found


def paths_of(library: Library, kind: str) -> list[str]:
    """The records of a kind, in their order."""
    return list(getattr(library, TABLES[kind]))


def test_every_kind_of_record_has_its_tables() -> None:
    """But for the site itself, which the data package tells of, and for what was withdrawn."""
    assert TABLES.keys() == KINDS.keys() - {"site", "withdrawal"}


# --- tables -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_has_one_line_for_every_page(site: Built, kind: str) -> None:
    """CSV and JSON tell of the same records, all that are published; and the page of each is there."""
    rows, told = rows_of(site.files[f"data/{TABLES[kind]}.csv"]), json_of(site, kind)
    wanted = paths_of(site.report.checked.library, kind)
    assert [row["path"] for row in rows] == [one["path"] for one in told] == wanted
    pages = Counter(get_record_url(path).partition("#")[0] for path in wanted)
    assert pages.keys() <= site.pages.keys()
    assert kind in ("source", "figure") or set(pages.values()) <= {1}


@pytest.mark.parametrize("kind", TABLES)
def test_csv_and_json_say_the_same(site: Built, kind: str) -> None:
    """What stands in a cell stands in the record's JSON at the place that the column names."""
    told = json_of(site, kind)
    for row, one in zip(rows_of(site.files[f"data/{TABLES[kind]}.csv"]), told, strict=True):
        for column in list_table_columns(kind):
            value: Any = one
            for key in column.path:
                value = value.get(key) if isinstance(value, dict) else None
            assert unescape_cell(row[column.name]) == _as_cell(value, many=column.is_list), (one["path"], column.name)


def _as_cell(value: object, *, many: bool) -> str:
    if isinstance(value, list | dict):
        return " ".join(map(str, value)) if many else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "" if value is None else {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def test_json_says_all_that_the_model_holds(full: Built) -> None:
    """Every key that a record uses stands in its JSON, but for those that no page shows."""
    told = {one["path"]: one for kind in TABLES for one in json_of(full, kind)}
    for path, record in records_of(full.report.checked.library).items():
        used = {type(record).model_fields[name].alias or name for name in record.model_fields_set
                if _says_something(getattr(record, name))}
        assert used - told[path].keys() <= {"aliases", "owners", "geometry"}, path


def _says_something(value: object) -> bool:
    return bool(value.model_fields_set) if isinstance(value, Model) and not isinstance(value, Body) else bool(value)


def test_statistics_in_long_form_are_those_of_the_json(site: Built) -> None:
    """Every number of statistics.json stands in one line of statistics.csv, and every line says one of its numbers."""
    scopes = site.statistics["scopes"]
    rows = {(row["scope"], row["key"], row["dimension"]): row for row in rows_of(site.files["data/statistics.csv"])}
    assert {key[:2] for key in rows} == {(scope, key) for scope, stats in scopes.items() for key in stats}
    wanted = {(scope, key, dimension): number for scope, stats in scopes.items() for key, stat in stats.items()
              for dimension, number in _long(stat).items()}
    assert {key: _told(row["value"]) for key, row in rows.items()} == wanted


def _told(value: str) -> str:
    """A cell; both signs of a hidden number are `suppressed` in the JSON."""
    return "hidden" if value in ("<5", "[c]") else value


def _long(stat: Mapping[str, Any]) -> dict[str, str]:
    split = isinstance(stat["value"], dict)
    quartiles = stat.get("quartiles") or [None] * 3
    said = {"": "hidden" if stat.get("suppressed") else stat["numerator"] if split else stat["value"]}
    said |= stat["value"] if split else stat.get("results", {})
    said |= {f"left_out.{reason}": number for reason, number in stat["excluded"].items()}
    said |= {name: value for name, value in (("quartile_1", quartiles[0]), ("quartile_3", quartiles[-1])) if value}
    return {key: "" if value is None else str(value) for key, value in said.items()}


# --- what is not told -------------------------------------------------------------------------------------------------


def test_so_few_people_are_told_nowhere(city: Workshop) -> None:
    """One to four people are <5 in every table, wherever a number of people can be written; five are 5."""
    city.write("places/example-city/northside/meetings/few.yaml", """\
title: A small round
date: 2025-05-01
participants: {headcount: {value: 3, precision: about}, under18: 1}
votes:
  - {text: a bench, for: 2, against: 4, abstain: 5}
""")
    city.build()
    text = (city.output / "data/meetings.json").read_text("utf-8")
    told = next(one for one in json.loads(text) if one["path"].endswith("/few"))
    assert told["participants"] == {"headcount": {"value": "<5", "precision": "about"}, "under18": "<5"}
    assert told["votes"] == [{"text": "a bench", "for": "<5", "against": "<5", "abstain": 5}]
    row = next(row for row in rows_of((city.output / "data/meetings.csv").read_bytes()) if row["path"].endswith("/few"))
    assert (row["participants.headcount"], row["participants.under18"]) == ("<5", "<5")


NOT_PEOPLE = {
    "place.expected_communities", "place.households", "location.built", "method.followup_days", "page.order",
    "funding.amount", "amount.value", "figure.value", "gap.value_then", "claimed.claimed", "claimed.offered",
    "location.point", "quantity.value",
}
"""The numbers of records that count no people, or only as a place itself has published them."""


def test_every_number_in_the_model_is_told_to_count_people_or_not() -> None:
    """Whoever adds a number decides whether so few as one to four may be told."""
    models = {part for kind in TABLES for part in _with_parts(KINDS[kind].model)}
    numbers = {f"{model.__name__.lower()}.{column.name}": column.name for model in models
               for column in list_model_columns(model)
               if column.type in ("integer", "number") or find_part_model(model, column.name) is Quantity}
    people = {f"{model.__name__.lower()}.{info.alias or name}" for model in models
              for name, info in model.model_fields.items()
              if any(isinstance(one, PeopleCount) for one in info.metadata)}
    assert numbers.keys() - people == NOT_PEOPLE
    assert people - numbers.keys() == set()


def _with_parts(model: type[Model]) -> set[type[Model]]:
    parts = {part for column in list_model_columns(model) if (part := find_part_model(model, column.name))}
    return {model}.union(*map(_with_parts, parts))


def test_drafts_are_in_no_file_for_machines(city: Workshop) -> None:
    """Not even where the site shows them: no line tells of a draft, and none names one."""
    slabs = "places/example-city/northside/issues/uneven-slabs.yaml"
    city.replace(slabs, "log:", "draft: yes\nlog:")
    other = "places/example-city/northside/issues/cold-stairs.yaml"
    city.replace(other, "log:", "derived_from: uneven-slabs\nlog:")
    city.build(drafts=True)
    assert (city.output / "places/example-city/northside/issues/uneven-slabs/index.html").exists()
    found = {path: data for path, data in tree(city.output).items()
             if path.endswith((".xml", ".ics")) or re.fullmatch(r"data/.*\.(csv|json)", path)}
    assert "data/issues.json" in found
    assert [path for path, data in found.items() if b"uneven-slabs" in data and path != "sitemap.xml"] == []


def test_no_key_that_no_page_shows_is_told(full: Built) -> None:
    """Accounts, other names, how people agreed to a photo and its file stay in the content folder."""
    text = "".join(full.files[f"data/{name}.json"].decode() for name in TABLES.values())
    assert not re.search(r'"(owners|aliases|consent|file|draft|verified|geometry)":', text)


# --- the package ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_data_package_is_valid(sites: dict[str, Built], name: str) -> None:
    """Frictionless finds nothing wrong with the package, its types, its keys, and where they lead."""
    report = frictionless.validate(str(sites[name].workshop.output / "data/datapackage.json"))
    assert report.flatten(["title", "rowNumber", "fieldName", "message"]) == []
    assert report.valid
    assert report.stats["tasks"] == len(TABLES) + 1


def test_a_wrong_key_is_found(city: Workshop) -> None:
    """The validator looks: a path that leads nowhere is one of its findings."""
    city.build()
    table = city.output / "data/issues.csv"
    table.write_bytes(table.read_bytes().replace(b",places/example-city/northside,", b",places/nowhere,", 1))
    report = frictionless.validate(str(city.output / "data/datapackage.json"))
    assert [error.type for task in report.tasks for error in task.errors] == ["foreign-key"]


def test_the_package_says_whose_data_they_are(full: Built) -> None:
    """Title, licence, publisher, sources; each column has its name and its meaning in both languages."""
    package = json.loads(full.files["data/datapackage.json"])
    site = full.report.checked.library.site
    assert (package["title"], package["licenses"]) == (site.title, [{"name": site.licence}])
    assert [one["title"] for one in package["contributors"]] == [site.publisher]
    assert len(package["sources"]) == len(full.report.checked.library.sources)
    for resource in package["resources"]:
        for field in resource["schema"]["fields"]:
            assert all(field[key] for key in ("title", "title@zh-Hans", "description", "description@zh-Hans")), field
            assert field["description"].isascii() or "“" in field["description"], field


def test_the_archive_holds_all_that_the_page_of_data_leads_to(site: Built) -> None:
    """Each file in it is the one beside it, as content model §8.4 says; none is dated, and all are in order."""
    with zipfile.ZipFile(io.BytesIO(site.files["data/all.zip"])) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {name: archive.read(name) for name in names} == {
            name: site.files[f"data/{name}"] for name in names}
    beside = {path.removeprefix("data/") for path in site.files if re.fullmatch(r"data/\w+\.(csv|json)", path)}
    assert set(names) == beside
    links = {link.get("href") or "" for link in site.pages["data/index.html"].all("a")}
    assert {link.rpartition("/data/")[2] for link in links if link.endswith((".csv", ".json"))} == beside


# --- the pages --------------------------------------------------------------------------------------------------------


def test_the_page_of_data_leads_to_every_table(site: Built) -> None:
    """Each table with as many records as it has lines; the archive, the package, the statistics."""
    for tag, folder in site.languages.items():
        page = site.pages[f"{folder}data/index.html"]
        up = "../" * (1 + bool(folder))
        links = {link.get("href") for link in page.all("a")}
        files = {f"{name}.{kind}" for name in TABLES.values() for kind in ("csv", "json")}
        files |= {"all.zip", "datapackage.json", "statistics.csv", "statistics.json"}
        assert {f"{up}data/{file}" for file in files} <= links, tag
        assert f"{'../' * 1}data/dictionary/index.html" in links
    numbers = re.findall(r"<td>([\d,]+)</td>", site.pages["data/index.html"].source)
    assert [int(n.replace(",", "")) for n in numbers] == [
        len(rows_of(site.files[f"data/{name}.csv"])) for name in TABLES.values()]


def test_each_download_tells_its_format_and_its_size(site: Built) -> None:
    """In thousands of bytes, rounded up, of the file that is there; in the words of the page."""
    for folder, comma in ((site.languages.get("zh-Hans"), "，"), (site.languages.get("en"), ", ")):
        for name in TABLES.values() if folder is not None else ():
            for kind in ("csv", "json"):
                size = f"{-(-len(site.files[f'data/{name}.{kind}']) // 1000)}\N{NO-BREAK SPACE}KB"
                assert f'data/{name}.{kind}">{kind.upper()}{comma}{size}</a>' in (
                    site.files[f"{folder}data/index.html"].decode())


def test_the_dictionary_names_every_column_and_key(full: Built) -> None:
    """In both languages: the key, its Chinese name, and what it means."""
    columns = {column for kind in TABLES for column in (*list_table_columns(kind),
                                                        *list_model_columns(KINDS[kind].model))}
    for tag, folder in full.languages.items():
        page = full.pages[f"{folder}data/dictionary/index.html"]
        for column in columns:
            assert column.name.rpartition(".")[2] in page.source
            assert get_column_name(column.key, "zh-Hans") in page.text
            assert " ".join(get_column_meaning(column.key, tag).split()) in page.text, column.key


def test_every_link_within_the_dictionary_leads_somewhere(full: Built) -> None:
    """Lists of values and keys of parts stand where they are said to."""
    page = full.pages["data/dictionary/index.html"]
    anchors = {link.get("href").rpartition("#")[2] for link in page.all("a")
               if "#" in link.get("href") and link.get("href").startswith(("#", "../../data/dictionary/"))}
    assert {"values-topic", "logentry", "derived", "issue"} <= anchors
    assert anchors - {"content"} - set(page.ids) == set()


def test_a_date_stands_in_the_field_s_notation_and_its_words_beside_it() -> None:
    """Content model §2.2: EDTF in table and JSON, the writer's words in the JSON; both are found by the search."""
    record = create_record("issue", {
        "title": "灯", "topic": ["lighting"], "raised": "2025-12..2026-02（去年冬天）",
        "log": [{"stage": "raised", "date": "约 2026-03"},
                {"stage": "resolved", "date": "不晚于 2026-05-01（五一前）"}]})
    row, data = encode_record("places/t/issues/x", record)
    shown = json.loads(data)
    assert "[2025-12..2026-02]" in row
    assert (shown["raised"], [entry["date"] for entry in shown["log"]]) == (
        "[2025-12..2026-02]", ["2026-03~", "[..2026-05-01]"])
    assert shown["as_written"] == {"raised": "去年冬天", "log.1.date": "五一前"}
    assert {"去年冬天", "五一前"} <= set(extract_searchable_text(record, get_built_in_vocabulary()).text.split("\n"))


def test_a_page_tells_how_many_rows_its_table_has(full: Built) -> None:
    """Of every statistic, as the file has them."""
    for path in [path for path in full.files if path.startswith("data/statistics/")]:
        rows = list(csv.reader(full.files[path].decode("utf-8-sig").splitlines()))
        page = full.pages[path.removeprefix("data/").replace(".csv", "/index.html")]
        assert f"CSV，{len(rows) - 1}行" in page.text, path


def test_places_side_by_side_are_a_table_too(full: Built) -> None:
    """In the order and with the numbers of the page that links to it, also of a group at a showcase."""
    tables = [path for path in full.files if path.endswith("compare.csv")]
    assert any("/groups/" in path for path in tables)
    for path in tables:
        page = Page(full.files[path.replace("compare.csv", "index.html")].decode())
        rows = list(csv.reader(full.files[path].decode("utf-8-sig").splitlines()))
        assert rows[0][:3] == ["place", "name", "issues"]
        statuses = [number for number, key in enumerate(rows[0]) if key.startswith("by_status.")]
        assert all(row[2] == str(sum(int(row[number]) for number in statuses)) for row in rows[1:] if row[2])
        assert f"CSV，{len(rows) - 1}行" in page.text
        assert [row[0] for row in rows[1:]] == [one.get("id") for one in page.all("tr") if one.get("id")]
        told = {one.get("value") for one in page.all("data")}
        assert told - {""} <= {number for row in rows[1:] for number in row[2:]}, path
        assert any(one.get("href").endswith("compare.csv") for one in page.all("a")), path
