"""Whatever a hostile writer puts into any field: every file of the site stays what it is, and nothing in it runs.

`tests/browser/test_hostile.py` looks at the same site through Chromium.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from icalendar import Calendar
from pydantic import ValidationError

from tests.support.fields import list_text_fields
from tests.support.hostile import (
    NOT_PLANTED,
    REFUSED,
    SCHEMES,
    Vector,
    attack,
    list_known_parts,
    parts_of,
    read_vectors,
)
from tests.support.workshop import SITES, Built, Element, Page, Workshop, tree
from yishi.content.load import read_records
from yishi.content.yaml_source import SourceFile
from yishi.model.paths import locate_record
from yishi.model.records import Look

VECTORS = read_vectors()
TARGETS = ("href", "src", "action", "formaction", "data", "poster", "xlink:href", "cite", "background")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@pytest.fixture(scope="module")
def files(attacked: Path) -> dict[str, bytes]:
    return tree(attacked / "site")


@pytest.fixture(scope="module")
def pages(files: dict[str, bytes]) -> dict[str, Page]:
    return {path: Page(data.decode()) for path, data in files.items() if path.endswith(".html")}


def test_every_field_of_every_kind_is_attacked_and_every_vector_is_used(tmp_path: Path) -> None:
    """The fields are those of the models: a new one is attacked from its first day."""
    planted = attack(Workshop(tmp_path, SITES / "full").content)
    assert {field for field, _ in planted} >= list_text_fields() - NOT_PLANTED
    assert len(VECTORS) >= 200
    assert {re.sub(r"\s+", " ", text) for _, text in planted} >= {
        re.sub(r"\s+", " ", text) for kind, text in VECTORS if kind != REFUSED}


def test_no_hostile_text_keeps_a_record_from_being_published(attacked: Path, full: Built) -> None:
    """The attack reaches every page: the site has the files that it has with harmless texts."""
    assert {re.sub(r"\.[0-9a-f]{8}\.", ".", path) for path in tree(attacked / "site") if path.endswith(".html")} >= {
        path for path in full.pages if "/topics/" not in path}


@pytest.mark.parametrize("vector", [one for one in VECTORS if one.kind == REFUSED], ids=repr)
def test_what_no_text_may_hold_is_refused(vector: Vector) -> None:
    """Control characters, those that turn the direction of the text, and halves of characters, also by escapes."""
    data = json.dumps({"title": vector.text, "topic": "lighting", "raised": "2025-01-01", "log": ["raised: x"]})
    file = "places/t/issues/x.yaml"
    location = locate_record(file)
    assert location
    problems = read_records(SourceFile(file, data.encode()), location).problems
    assert [problem.level for problem in problems][:1] == ["error"]
    assert not any(vector.text in value for problem in problems for _, value in problem.values)


def test_no_hostile_text_is_a_colour() -> None:
    """What a site writes into the style sheet is a colour and nothing else."""
    assert Look.model_validate({"accent": "#1a2b3c"}).accent
    for vector in (*VECTORS, Vector("style", "#fff;}body{display:none"), Vector("style", "#1a2b3c\n}")):
        with pytest.raises(ValidationError):
            Look.model_validate({"accent": vector.text})


# --- pages ------------------------------------------------------------------------------------------------------------


def test_no_page_has_an_element_or_attribute_that_harmless_texts_do_not_have(files: dict[str, bytes],
                                                                             pages: dict[str, Page],
                                                                             full: Built) -> None:
    """Pages consist of what the templates and Markdown write; each leads to http, https, mail, telephone or the site
    itself; scripts and styles are files of the site."""
    known = list_known_parts(full)
    for path, page in pages.items():
        assert parts_of(page) <= known, path
        for element in page.elements:
            assert list(wrong_targets(element)) == [], path
        scripts = {element.get("src").rpartition("/")[2] for element in page.all("script") if element.get("src")}
        assert scripts <= {name.rpartition("/")[2] for name in files if name.endswith(".js")}, path
        inline = [element.get("type") for element in page.all("script") if not element.get("src")]
        assert set(inline) <= {"application/ld+json", "application/json"}, path


def wrong_targets(element: Element) -> Iterator[str]:
    for name in TARGETS:
        target = re.sub(r"[\s\x00-\x20]", "", element.get(name))
        scheme = SCHEME.match(target)
        outside = scheme or target.replace("\\", "/").startswith("//")
        unknown = scheme and scheme[0][:-1].lower() not in SCHEMES
        if unknown or (outside and element.name not in ("a", "link")):
            yield target


def test_no_id_of_a_page_is_taken_by_a_text(pages: dict[str, Page], full: Built) -> None:
    """No id stands twice on a page, and each that the templates give stays at its element."""
    for path, page in pages.items():
        assert [one for one, times in Counter(page.ids).items() if times > 1] == [], path
        if path in full.pages:
            before = {element.get("id"): element.name for element in full.pages[path].elements}
            after = {element.get("id"): element.name for element in page.elements}
            assert {one for one in before.keys() & after.keys() if before[one] != after[one]} == set(), path


# --- everything else --------------------------------------------------------------------------------------------------


def test_data_stays_data(files: dict[str, bytes]) -> None:
    """JSON files and the data in pages and scripts are whole, and no text ends the element that they stand in."""
    for path, data in files.items():
        text = data.decode("utf-8", "replace")
        if path.endswith((".json", ".geojson")):
            json.loads(text)
        elif path.endswith("rules.js"):
            json.loads(text.partition("rules: ")[2].strip().removesuffix("});"))
        elif path.endswith(".html"):
            for block in re.findall(r'<script [^>]*type="application/[^"]*json"[^>]*>(.*?)</script', text, re.DOTALL):
                json.loads(block)
                assert "<" not in block, path


def test_no_cell_of_a_table_is_a_formula(files: dict[str, bytes]) -> None:
    """Every row has the cells of its header, and no cell begins like a formula unless it is a number."""
    for path, data in files.items():
        if path.endswith(".csv"):
            rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
            assert {len(row) for row in rows} == {len(rows[0])}, path
            assert [cell for row in rows for cell in row
                    if re.match(r"[=+\-@\t\r＝＋－＠]", cell) and not re.fullmatch(r"-\d+(\.\d+)?", cell)] == [], path


def test_feeds_and_sitemaps_stay_whole(files: dict[str, bytes], full: Built) -> None:
    """They have the elements and attributes that they have with harmless texts, and lead to the site alone."""
    def parts(data: bytes) -> set[tuple[str, str | None]]:
        return {(one.tag, name) for one in ElementTree.fromstring(data).iter() for name in (None, *one.attrib)}

    known = set[tuple[str, str | None]]().union(*(parts(data) for path, data in full.files.items()
                                                  if path.endswith(".xml")))
    for path, data in files.items():
        if path.endswith(".xml"):
            assert parts(data) <= known, path
            links = [one.get("href") or one.text or "" for one in ElementTree.fromstring(data).iter()
                     if one.tag.endswith(("link", "loc"))]
            assert all(link.startswith("https://example.org/town/") for link in links), path


def test_calendars_stay_whole(files: dict[str, bytes], full: Built) -> None:
    """They have the properties and parameters that they have with harmless texts."""
    def parts(data: bytes) -> set[tuple[str, ...]]:
        return {(str(component.name), name, *getattr(value, "params", {}))
                for component in Calendar.from_ical(data).walk() for name, value in component.items()}

    known = set[tuple[str, ...]]().union(*(parts(data) for path, data in full.files.items() if path.endswith(".ics")))
    for path, data in files.items():
        if path.endswith(".ics"):
            assert parts(data) <= known, path
