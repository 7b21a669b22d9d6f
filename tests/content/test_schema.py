"""What `yishi.content.schema` promises: an editor accepts what the loader accepts, and refuses what it refuses."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from tests.support.workshop import PROJECT, SITES, Workshop
from yishi.cli.schema import run_schema_command
from yishi.content.load import create_record, read_records
from yishi.content.schema import build_schema
from yishi.content.yaml_source import SourceFile
from yishi.library import LinkContext, WithheldRecords, link_records
from yishi.library.linking import link_record
from yishi.model.keys import KeySpec, key_table
from yishi.model.kinds import COLLECTIONS, KINDS
from yishi.model.language import LANGUAGES
from yishi.model.paths import RecordLocation, locate_record
from yishi.model.problems import MESSAGES
from yishi.model.records import Criterion, Followup, LogEntry, Model, Quantity, Site
from yishi.model.records.field_types import (
    Address,
    Boundary,
    Colour,
    Coordinates,
    Count,
    DateField,
    Day,
    Days,
    Geometry,
    Id,
    MultilineText,
    Name,
    Number,
    OptionalMultilineText,
    SiteAddress,
    Summary,
    Text,
    TimeField,
    Title,
)
from yishi.model.vocabulary import get_built_in_vocabulary

FILES = {
    "site": "site.yaml", "source": "sources.yaml", "method": "methods/m.yaml", "page": "pages/p.yaml",
    "place": "places/a/place.yaml", "location": "places/a/locations.yaml", "figure": "places/a/figures.yaml",
    "withdrawal": "withdrawn.yaml",
    **{kind: f"places/a/{kind}s/x.yaml" for kind in ("issue", "case", "forum", "meeting", "event", "review", "plan",
                                                      "register")},
}


@cache
def validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(build_schema(kind, get_built_in_vocabulary()))


@cache
def around() -> LinkContext:
    library, _ = link_records({"site": Site(title="x")}, WithheldRecords(), (), date(2025, 12, 31))
    return library.link_context


def slot_for(kind: str) -> RecordLocation:
    slot = locate_record(FILES[kind])
    assert slot is not None
    return slot


def refused(kind: str, data: object) -> list[str]:
    """The codes of the errors that the loader finds in a file that says `data`, and of what it reads otherwise than it
    is written, for which an editor asks too; of words that the site decides as well."""
    text = json.dumps(data, ensure_ascii=False)
    reading = read_records(SourceFile(FILES[kind], text.encode()), slot_for(kind))
    codes = [problem.code for problem in reading.problems
             if problem.level == "error" or problem.code in ("value_read", "date_in_line")]
    if codes:
        return codes
    linked = (link_record("places/a/x", create_record(kind, entry), around()) for entry in reading.entries.values())
    return [finding.code for one in linked for finding in one.findings if finding.code == "not_allowed"]


# --- records, right and wrong -----------------------------------------------------------------------------------------

WORDS = st.sampled_from(["路灯", "a", "Street lamps", "3号楼到7号楼", "x" * 60, "x" * 110, "灯" * 61,
                         "照明", "2025", "12盏", "提出"])
DAYS = st.sampled_from(["2025-09-11", "2024-02-29", "2025/9/1", "2025年9月11日", "2000-2-29"])
DATES = DAYS | st.sampled_from([
    2025, "2025", "2025-09", "2025年9月", "2025年", "by 2025-09-11", "不晚于2025-09", "unknown", "未知"])
WRONG = st.sampled_from([
    "", " ", None, [], {}, [""], "?", "x" * 61, "x" * 201, "x" * 281, 0, -1, 1.5, 12, "-3", "1,200", "twelve", True,
    False, "maybe", {"foo": "bar"}, [["a"]], {"title": "a"}, ["a", None], [1, 2, 3], "https://", "http://a b",
    "https://a:65536/", "https://a:99999/b", "https://a@b/", "https://a/?b", "https://a/#b", "https://a/index.html",
    "2025-09-11", "2025-02-29", "1900-02-29", "2025-13", "2025-04-31", "0000", "9001", "25-09-11", "2025.9.11", "9月",
    "去年", 999, 9001, "by", "不晚于 未知", "2025-09-11T00:00",
    "7点", "下午两点", "9:00-11:00", "25:00", "19:00-", "2025-09-1112",
    "2025-09-11 提出: x", "2025.9.11 提出: x", "2025-09-11 : x", "提出 x", "raised: x", "2025-02-30 提出: x",
    "20250911 提出: x", {"2025-09-11 提出": "x"}, [{"2025-09-11 提出": "x"}],
    [{"2025-09-11 提出": "x", "by": "resident"}], [{"2025-09-11 有效": "x"}], "2025-09-11 有效: x", "2025-09 有效: x",
    [181, 0], [180, 90], ["116.3", "40.1"], [0, 91], [{"a": 1}, 2]])

SIMPLE: tuple[tuple[object, st.SearchStrategy[Any]], ...] = (
    (Id, st.sampled_from(["a", "yard-3", "property_company", "2025", "x" * 60])),
    (Text, WORDS | st.integers(0, 99) | st.booleans()), (MultilineText, WORDS), (Title, WORDS), (Name, WORDS),
    (Summary, WORDS),
    (str, WORDS), (OptionalMultilineText, WORDS),
    (Number, st.integers(-9, 9999) | st.sampled_from([1.5, "12", "-3", "+4", "0.5"])),
    (Count, st.integers(0, 99) | st.just("7")), (Days, st.sampled_from([0, 90, 3650, "0090", "3650"])),
    (DateField, DATES), (Day, DAYS), (TimeField, st.sampled_from(["19:00", "19:00-20:30", "22:00-24:00"])),
    (Address, st.sampled_from(["https://example.org", "http://example.org:80/a?b#c", "https://例子.中国/路"])),
    (SiteAddress, st.sampled_from(["https://example.org", "http://example.org:65535/a/b",
                                   "https://例子.中国/路/v1.2"])),
    (Colour, st.sampled_from(["a8522a", "#A8522A", "fa0", 336699])),
    (Coordinates, st.sampled_from([[116.3, 40.1], ["-180", "90"]])),
    (Boundary, st.sampled_from([
        "a.geojson", {"type": "Polygon", "coordinates": [[["116", "40"], [117, 40], [117, 41]]]}])),
    (Geometry, st.sampled_from(["a.geojson", [116, 40]])),
)

LINES: Mapping[type[Model], st.SearchStrategy[Any]] = {
    LogEntry: st.sampled_from(["提出: x", "2025-09-11 提出: 有人说: 灯坏了", "by 2025-09 议事：x", "未知 resolved: ",
                               "2025 提出:x", {"2025-09-11 提出": "x"}, {"提出": None}, {"by 2025 议事": 3}]),
    Followup: st.sampled_from(["2025-09-11 有效: x", "2025-9-1 partly：", {"2025-09-11 失效": "x"}]),
    Quantity: st.sampled_from([12, "12", "未知", "unknown", 1.5]),
    Criterion: st.sampled_from(["流程规范", "lasting", {"a": "b"}]),
}


def records(model: type[Model], depth: int = 0) -> st.SearchStrategy[Any]:
    """Data of a model: what it requires, and some of the rest; each key by one of its names."""
    specs = key_table(model).specs
    required = {key: values(spec, depth) for key, spec in specs.items() if spec.required}
    optional = {key: values(spec, depth) for key, spec in specs.items() if not spec.required and key != "draft"}
    some = st.lists(st.sampled_from(sorted(optional)), max_size=3, unique=True) if optional else st.just([])
    whole = some.flatmap(lambda keys: st.fixed_dictionaries({**required, **{key: optional[key] for key in keys}}))
    return st.tuples(whole, st.randoms(use_true_random=False)).map(lambda both: renamed(model, *both))


def renamed(model: type[Model], data: dict[str, Any], chance: Any) -> dict[str, Any]:
    names = key_table(model).names
    return {chance.choice([name for name, of in names.items() if of == key]): value for key, value in data.items()}


def values(spec: KeySpec, depth: int) -> st.SearchStrategy[Any]:
    if spec.prose:
        return WORDS
    if spec.many:
        one = values(replace(spec, many=False), depth)
        return alone(one) | st.lists(one, min_size=1, max_size=2).map(lambda them: [*them, None])
    if spec.vocabulary:
        return st.sampled_from([one for term in get_built_in_vocabulary().terms[spec.vocabulary].values()
                                for one in (term.key, *term.labels.values(), *term.synonyms)])
    if spec.type is bool:
        return st.sampled_from(["是", "no", True, False, "true"])
    if spec.keys and spec.values:
        return st.dictionaries(values(spec.keys, depth), values(spec.values, depth + 1) | st.none(), max_size=2)
    if spec.model:
        return (records(spec.model, depth + 1) | LINES.get(spec.model, st.nothing())) if depth < 3 else st.none()
    return next(found for alias, found in SIMPLE if alias == spec.hint)


def alone(one: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One value where a list may stand: an entry in short form needs its hyphen."""
    return one.filter(lambda value: not isinstance(value, dict) or len(value) > 1)


def places_in(data: object, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to all values in `data`."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*at, key)
        yield from places_in(value, (*at, key))


def changed(data: Any, at: tuple[Any, ...], value: object) -> Any:
    """`data` with `value` at one place."""
    if not at:
        return value
    key, *rest = at
    if isinstance(data, list):
        return [changed(one, tuple(rest), value) if n == key else one for n, one in enumerate(data)]
    return {k: changed(one, tuple(rest), value) if k == key else one for k, one in data.items()}


def in_file(kind: str, data: Any) -> Any:
    return {"eins": data} if kind in COLLECTIONS else data


def has_empty_part(data: object, top: bool = True) -> bool:
    """Whether a part below the record holds nothing but empty values."""
    if isinstance(data, dict):
        return (not top and bool(data) and is_blank(data)) or any(has_empty_part(one, False) for one in data.values())
    return isinstance(data, list) and any(has_empty_part(one, False) for one in data)


def is_blank(data: object) -> bool:
    if isinstance(data, dict | list):
        return all(map(is_blank, data.values() if isinstance(data, dict) else data))
    return data is None or (isinstance(data, str) and not data.strip())


UNSAID = {"stage_word_twice", "stage_word_reserved", "entry_twice", "more_than_all", "space_after_dash",
          "clock_in_line"}
"""What only the loader says; see the head of `yishi.content.schema`."""
UNSAID_OF_METHODS = {"bad_id", "name_of_device"}
"""The id of a criterion may be its label: that compares two values, which no schema can."""

FEWER = settings(max_examples=max(1, settings().max_examples // 5))


@pytest.mark.parametrize("kind", KINDS)
@FEWER
@given(data=st.data())
def test_a_schema_accepts_what_the_loader_accepts(kind: str, data: st.DataObject) -> None:
    """Whatever is right, by whichever name of a key and word of a vocabulary, is right to both."""
    both_say_the_same(kind, in_file(kind, data.draw(records(KINDS[kind].model))))


@pytest.mark.parametrize("kind", KINDS)
@FEWER
@given(data=st.data())
def test_a_schema_refuses_what_the_loader_refuses(kind: str, data: st.DataObject) -> None:
    """With one value changed to whatever comes, both still say the same."""
    record = in_file(kind, data.draw(records(KINDS[kind].model)))
    at = data.draw(st.sampled_from(list(places_in(record))))
    both_say_the_same(kind, changed(record, at, data.draw(WRONG)))


def both_say_the_same(kind: str, record: object) -> None:
    assume(not has_empty_part(record, kind not in COLLECTIONS))
    codes = refused(kind, record)
    assume(not (UNSAID | UNSAID_OF_METHODS if kind == "method" else UNSAID) & set(codes))
    errors = [f"{list(error.path)}: {error.message[:300]}" for error in validator(kind).iter_errors(record)]
    assert bool(codes) == bool(errors), (record, codes, errors)


# --- what an editor is told ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_of_the_draft_that_it_names(kind: str) -> None:
    """It is valid itself, and calls whatever is wrong by the names of the loader."""
    schema = build_schema(kind, get_built_in_vocabulary())
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert {one["problem"] for one in parts_of(schema) if isinstance(one.get("problem"), str)} <= set(MESSAGES)


def parts_of(schema: object) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
    for one in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from parts_of(one)


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_says_what_it_means_in_each_language(kind: str) -> None:
    """The description of a key is Chinese and English, one below the other, under both of its names."""
    for name, part in build_schema(kind, get_built_in_vocabulary())["$defs"].items():
        for key, value in part.get("properties", {}).items():
            told = value["description"].split("\n") if "$ref" not in value else ["（）", "found by its other name"]
            assert len(told) == len(LANGUAGES), (name, key)
            assert [text.isascii() for text in told] == [False, True]


@pytest.mark.parametrize("word", ["绿化", "greening", "Greening"])
def test_a_value_may_be_written_by_key_and_by_label_in_each_language(word: str) -> None:
    """As the loader reads it; another word is refused."""
    record = {"标题": "x", "topic": word, "提出": "未知", "log": ["raised: x"]}
    assert validator("issue").is_valid(record)
    assert not validator("issue").is_valid({**record, "topic": f"{word}x"})


def test_a_key_stands_once_whatever_it_is_called() -> None:
    """`title` and `标题` are one key, to an editor as to the loader."""
    record = {"title": "x", "topic": "照明", "raised": "未知", "log": ["raised: x"]}
    assert validator("issue").is_valid(record)
    assert refused("issue", {**record, "标题": "x"}) == ["duplicate_key"]
    assert not validator("issue").is_valid({**record, "标题": "x"})


def test_in_a_draft_nothing_is_required() -> None:
    """What is still missing is no error while a record says that it is a draft."""
    assert validator("issue").is_valid({"草稿": "是"})
    assert validator("issue").is_valid({"draft": True, "title": None})
    assert not validator("issue").is_valid({"draft": "no", "title": "x"})


@pytest.mark.parametrize("folder", [PROJECT / "content", SITES / "full", SITES / "english-city"], ids=lambda f: f.name)
def test_what_builds_is_right_to_an_editor(folder: Path, tmp_path: Path) -> None:
    """Every YAML file of sites that build without a problem, with the words of each site."""
    schemas = written(tmp_path, folder)
    wrong = []
    for file in sorted(folder.rglob("*.y*ml")):
        slot = locate_record(file.relative_to(folder).as_posix())
        if slot:
            data = yaml.load(file.read_bytes(), yaml.CBaseLoader)
            wrong += [f"{file.name}: {error.message[:200]}" for error in schemas[slot.kind].iter_errors(data)]
    assert wrong == []


def written(folder: Path, content: Path) -> dict[str, Draft202012Validator]:
    """The schemas that `python build.py schema` writes for a content folder."""
    run_schema_command({"content": content, "folder": folder, "tag": None, "quiet": True})
    return {file.stem: Draft202012Validator(json.loads(file.read_bytes())) for file in folder.glob("*.json")}


def test_the_words_of_a_site_are_those_of_its_schemas(tmp_path: Path) -> None:
    """Its own topics and the stages of its methods are known; what its site.yaml has wrong changes nothing else."""
    Workshop(tmp_path, SITES / "full")
    record = {"title": "x", "topic": "摊位", "raised": 2025, "log": ["raised: x"]}
    assert not validator("issue").is_valid(record)
    assert written(tmp_path / "schemas", tmp_path / "content")["issue"].is_valid(record)
    made = json.loads((tmp_path / "schemas/issue.json").read_bytes())
    assert "议事" in made["$defs"]["LogEntry"]["properties"]["stage"]["anyOf"][0]["enum"]
    (tmp_path / "content/site.yaml").write_text("title: [\n", "utf-8")
    assert not written(tmp_path / "schemas", tmp_path / "content")["issue"].is_valid(record)


def test_a_fresh_clone_has_the_schemas_of_its_content(tmp_path: Path) -> None:
    """What is committed is what the command writes; if not: python build.py schema"""
    written(tmp_path, PROJECT / "content")
    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert made == {file.name: file.read_bytes() for file in (PROJECT / "schemas").iterdir()}


def test_an_editor_finds_the_schema_of_every_file() -> None:
    """The settings lead each file of the example to the schema of its kind, and no file to another."""
    settings = json.loads((PROJECT / ".vscode/settings.json").read_text("utf-8"))["yaml.schemas"]
    assert set(settings) == {f"./schemas/{kind}.json" for kind in KINDS}
    for path in (*FILES.values(), "places/a/b/c/issues/x.yml", "places/a/b/place.yml"):
        found = [name for name, glob in settings.items() if globbed(glob).fullmatch(f"content/{path}")]
        slot = locate_record(path)
        assert slot
        assert found == [f"./schemas/{slot.kind}.json"], path


def globbed(glob: str) -> re.Pattern[str]:
    """The paths that an editor takes a glob to mean."""
    meant = {"**/": "(?:.+/)?", "*": "[^/]*", "{yaml,yml}": "(?:yaml|yml)"}
    return re.compile("".join(meant.get(part, re.escape(part)) for part in re.split(r"(\*\*/|\*|\{yaml,yml\})", glob)))
