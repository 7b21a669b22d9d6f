"""A phone number of its own in every place where text can stand: each is told, and none is seen unmasked anywhere."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment

from tests.support.fields import plant
from tests.support.program import TEMPLATES, run_program
from tests.support.workshop import SITES, Workshop
from yishi.analysis.snapshots import StatisticsSnapshot, decode_snapshot, encode_snapshot

NORTH = "places/example-city/northside"
ISSUE = f"{NORTH}/issues/uneven-slabs.yaml"
COMMANDS = ["check --format json", "check --language zh-Hans", "build --skip-invalid", "build --format github",
            "explain index.html --skip-invalid", "freeze q1 --skip-invalid", "changes was --skip-invalid",
            "changes was --skip-invalid --format json", "due --skip-invalid", "export out.xlsx",
            "import inbox --dry-run", "words", "upgrade", "owners --skip-invalid", "import inbox", "check --fix"]
SOME_COMMANDS = ["check --format json", "build --skip-invalid", "changes was --skip-invalid", "export out.xlsx",
                 "export --sqlite out.db --skip-invalid"]


class Markers:
    """Numbers that look like phones of persons: the last four digits, which a mask leaves, tell where one stood."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}

    def at(self, place: str) -> str:
        """A new number, for a place."""
        number = len(self.places)
        marker = f"139{(number * 7919 + 1234) % 10000:04d}{number:04d}"
        self.places[marker] = place
        return marker

    def seen(self, data: str) -> set[str]:
        """Where the numbers stood that can be read in `data`."""
        return {self.places[one] for one in re.findall(r"139\d{8}", data) if one in self.places}

    def untold(self, said: str) -> set[str]:
        """Where the numbers stood of which `said` has no masked form."""
        masked = set(re.findall(r"139\*+(\d{4})", said))
        return {place for marker, place in self.places.items() if marker[-4:] not in masked}


@pytest.fixture
def markers() -> Markers:
    return Markers()


def run(folder: Path, command: str) -> str:
    """What a command says, in English unless it is asked for another language."""
    words = command.split()
    language = () if "--language" in words else ("--language", "en")
    ended = run_program(folder, *words, *language, *(TEMPLATES if words[0] == "build" else ()))
    return ended.stdout + ended.stderr


def kept(folder: Path, *typed: str) -> Iterator[tuple[str, str]]:
    """What the program has written, by name: also what is packed; not what lies in the folders that people write."""
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.is_file() and name.split("/")[0] not in typed:
            data = file.read_bytes()
            parts = {"": data}
            if data[:2] == b"PK":
                with zipfile.ZipFile(io.BytesIO(data)) as packed:
                    parts = {one: packed.read(one) for one in packed.namelist()}
            yield from ((f"{name} {part}", f"{name}\n{part}\n{text.decode('utf-8', 'replace')}")
                        for part, text in parts.items())


def test_a_number_in_any_field_of_any_kind_is_told_and_is_nowhere_unmasked(tmp_path: Path, markers: Markers) -> None:
    """The fields are those of the models, also those for dates, numbers, words of vocabularies and references."""
    city = Workshop(tmp_path, SITES / "full")
    city.content.rename(tmp_path / "was")
    Workshop(tmp_path, SITES / "full")
    plant(city.content, lambda field, spec, old: old if field == "Allowance.text" else markers.at(field))
    said = {command: run(tmp_path, command) for command in SOME_COMMANDS}
    assert len(markers.places) > 1000
    assert markers.untold(said["check --format json"]) == set()
    assert {command: found for command, text in said.items() if (found := markers.seen(text))} == {}
    assert {name: found for name, text in kept(tmp_path, "content", "was") if (found := markers.seen(text))} == {}


def scatter(city: Workshop, markers: Markers) -> None:
    """Plants numbers wherever else text can stand in a content folder."""
    at, issue = markers.at, city.read(ISSUE)
    for path, text in {
        f"{NORTH}/issues/{at('name of a record')}.yaml": issue,
        f"{NORTH}/nowhere/issues/{at('name of a lost record')}.yaml": issue,
        f"{NORTH}/{at('folder of a place')}/place.yaml": "name: x\nkind: community\n",
        f"{NORTH}/{at('folder of nothing')}/issues/x.yaml": issue, f"stray/{at('stray file')}.txt": "x",
        f"{NORTH}/files/{at('unused file')}.pdf": "x", f"{NORTH}/files/{at('file of another kind')}.html": "x",
        f"{at('file at the top')}.yaml": "x: y", f"methods/{at('method')}.yaml": "name: x\n",
        f"pages/{at('page')}.md": "---\ntitle: x\n---\nx", f"frozen/{at('frozen name')}.json": "{}",
        f"{NORTH}/issues/a.yaml": f"{issue}\n# {at('comment')}\n{at('key')}: x\nnotes: x # {at('at the end')}\n",
        f"{NORTH}/issues/b.yaml": f"{issue}\nbody: '[x](https://e.org/?q={at('query')}) [x]({at('link')}.pdf) "
                                  f"![x]({at('picture')}.jpg) <b id={at('attribute')}>x</b>'\n",
        f"{NORTH}/issues/c.yaml": f"{issue}\nbody: '[x](c.csv) [x](c.json) [x](c.geojson) [x](c.docx)'\n",
        f"{NORTH}/issues/c.csv": f"a,b\n{at('table')},2\n",
        f"{NORTH}/issues/c.json": json.dumps({at("key of data"): at("value of data")}),
        f"{NORTH}/issues/c.geojson": json.dumps({"type": "Point", "coordinates": [0, 0], "name": at("map")}),
        f"{NORTH}/issues/d.yaml": at("no mapping"),
        f"{NORTH}/locations.yaml": f"{city.read(f'{NORTH}/locations.yaml')}\n"
                                   f"{at('id of an entry')}: {{name: x, kind: compound}}\n",
        "withdrawn.yaml": f"- {{path: places/{at('withdrawn')}, date: 2025-01-01, why: x}}\n",
        "site.yaml": f"{city.read('site.yaml')}\n{at('key of the site')}: 1\n# {at('comment of the site')}\n",
    }.items():
        city.write(path, text)
    with zipfile.ZipFile(city.content / NORTH / "issues/c.docx", "w") as office:
        office.writestr("word/document.xml", f"<w:p><w:t>{at('document')}</w:t></w:p>")


def fill(book: Path, inbox: Path, markers: Markers) -> None:
    """Puts files with numbers into the inbox: in names, cells, comments, headings and the names of sheets."""
    inbox.mkdir()
    workbook = load_workbook(book)
    sheet = workbook["Issue"]
    for column in range(1, 40):
        sheet.cell(3, column).value = markers.at(f"cell {column}")
    sheet.cell(4, 1).comment = Comment(markers.at("comment of a cell"), "x")
    sheet.cell(5, 60).value = markers.at("stray cell")
    sheet.cell(6, 4).value = float(markers.at("number in a cell"))
    workbook.create_sheet(markers.at("name of a sheet")).cell(1, 1).value = markers.at("other sheet")
    workbook.save(inbox / f"{markers.at('workbook')}.xlsx")
    (inbox / f"{markers.at('other file')}.txt").write_text("x")
    (inbox / "rows.csv").write_text(f"title,{markers.at('heading')}\n{markers.at('cell of a table')},x\n")


def test_a_number_in_any_other_place_is_nowhere_unmasked(tmp_path: Path, markers: Markers) -> None:
    """Names of files and folders, keys, ids, comments, attachments, links, workbooks: in no message, file or cache."""
    city = Workshop(tmp_path, SITES / "english-city")
    run(tmp_path, "template book.xlsx")
    city.content.rename(tmp_path / "was")
    Workshop(tmp_path, SITES / "english-city")
    scatter(city, markers)
    in_content = dict(markers.places)
    fill(tmp_path / "book.xlsx", tmp_path / "inbox", markers)
    said = {command: run(tmp_path, command) for command in COMMANDS}
    untold = markers.untold(said["check --format json"])
    assert untold & set(in_content.values()) == set()
    assert {command: found for command, text in said.items() if (found := markers.seen(text))} == {}
    assert {name: found for name, text in kept(tmp_path, "content", "was", "inbox")
            if (found := markers.seen(text))} == {}
    answers = [text for name, text in kept(tmp_path / "inbox") if "returned" in name]
    own = {place for place in markers.places.values() if "cell" in place or "sheet" in place or place == "heading"}
    assert answers
    assert set[str]().union(*map(markers.seen, answers)) - own <= {"workbook"}


def test_a_number_in_frozen_statistics_is_told_and_not_published(tmp_path: Path, markers: Markers) -> None:
    """Neither as their name, which `freeze` refuses, nor as a name in them."""
    city = Workshop(tmp_path, SITES / "english-city")
    city.freeze("q1")
    whole = decode_snapshot(city.read("frozen/q1.json"))
    named = {field: getattr(whole, field) for field in StatisticsSnapshot.__struct_fields__}
    name = markers.at("name")
    city.write(f"frozen/{name}.json", encode_snapshot(StatisticsSnapshot(**{**named, "name": name})))
    place = {"places/example-city": {"en": markers.at("place")}}
    city.write("frozen/q2.json", encode_snapshot(StatisticsSnapshot(**{**named, "name": "q2", "places": place})))
    said = run(tmp_path, "build --skip-invalid --no-search") + run(tmp_path, f"freeze {name}")
    assert markers.untold(said) == set()
    assert markers.seen(said) == set()
    assert (city.output / "statistics/frozen/q1").exists()
    assert {where: found for where, text in kept(tmp_path, "content") if (found := markers.seen(text))} == {}


@pytest.mark.parametrize("command", [
    "explain {}", "changes {}", "due --place {}", "import {}", "new issue {} x", "new issue northside {}", "new {} x",
    "template {}.doc", "--{}", "{}", "build --content {}", "new site town {}"])
def test_a_number_that_was_typed_is_not_said_again(tmp_path: Path, markers: Markers, command: str) -> None:
    """What is printed may stand in a log for good."""
    Workshop(tmp_path, SITES / "english-city")
    said = run(tmp_path, command.format(markers.at("command")))
    assert said
    assert markers.seen(said) == set()
