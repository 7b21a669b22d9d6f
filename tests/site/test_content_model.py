"""What the specification promises: it names every key, value and statistic there is and no other, and every rule that
something cites or links to stands in it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.workshop import PROJECT, Built
from yishi.analysis.statistics import DEFINITIONS
from yishi.model import records
from yishi.model.keys import key_table
from yishi.model.kinds import KINDS
from yishi.model.records import Model, Quantity, Record
from yishi.model.vocabulary import get_built_in_vocabulary

TEXT = (PROJECT / "docs/content-model.md").read_text("utf-8")
PROSE = re.sub(r"^```.*?^```", "", TEXT, flags=re.MULTILINE | re.DOTALL)
ANCHORS = re.findall(r'<a id="([^"]+)"></a>', TEXT)
PAGE = "guide/content-model/index.html"
NUMBERS = re.findall(r'^## <a id="(\d)"></a>', TEXT, re.MULTILINE)
SECTION_PAGES = [f"guide/content-model/{number}/index.html" for number in NUMBERS]

PARTS: dict[str, tuple[type[Model], ...]] = {
    "2.1": (Record, records.Translation, records.Correction), "3.1": (records.LogEntry,),
    "3.2": (records.Participants,), "3.3": (records.Followup,),
    "3.4": (records.Outcome, records.Amount, records.Photo, records.Note, records.Span), "4.4": (records.Criterion,)}
"""Section → the parts of records that have a table of their own there; all other parts stand in the table of the record
that has them."""

SHARED = frozenset(part for parts in PARTS.values() for part in parts) | {Quantity}


def sections() -> dict[str, str]:
    """Number → heading and text of each section, without those below it."""
    parts = re.split(r'^#+ <a id="([\d.]+)"></a>', PROSE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def section_of(kind: str) -> str:
    """The number of the section of a kind of record: its heading ends with what the kind is called in Chinese."""
    label = get_built_in_vocabulary().label("record_kind", kind, "zh-Hans")
    return next(number for number, text in sections().items() if text.partition("\n")[0].endswith(f" {label}"))


def tables_in(section: str) -> list[list[tuple[str, str, bool]]]:
    """The tables of keys of a section: of each row its key, its Chinese name, and whether it is required."""
    tables = re.findall(r"^\| key \| 中文 \|.*\n\|[-|]+\n((?:\|.*\n)+)", sections()[section], re.MULTILINE)
    rows = (re.findall(r"^\| (\*\*)?`([\w.]+)`(?:\*\*)? \| (\S*) \|", table, re.MULTILINE) for table in tables)
    return [[(key, chinese, bool(bold)) for bold, key, chinese in found] for found in rows]


def keys_of(model: type[Model], within: str = "") -> Iterator[tuple[str, str, bool]]:
    """The same from the model itself, with the keys of its parts but for those that have a table of their own."""
    shape = key_table(model)
    chinese = {key: name for name, key in shape.names.items() if name != key}
    required = {info.alias or name: info.is_required() for name, info in model.model_fields.items()}
    for key, part in shape.specs.items():
        yield f"{within}{key}", chinese[key], required[key]
        if part.model and part.model not in SHARED:
            yield from keys_of(part.model, f"{within}{key}.")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_key_of_a_record_is_documented_and_no_other(kind: str) -> None:
    """The table of each kind of record is its model: keys, Chinese names, what is required, in the same order."""
    common = {key for key in Record.model_fields if not KINDS[kind].model.model_fields[key].is_required()}
    expected = [row for row in keys_of(KINDS[kind].model) if row[0].partition(".")[0] not in common]
    assert tables_in(section_of(kind))[0] == expected


@pytest.mark.parametrize("section", sorted(PARTS))
def test_every_key_of_a_part_is_documented_and_no_other(section: str) -> None:
    """So is the table of each part that several records have, and of what all records may say."""
    assert tables_in(section)[-len(PARTS[section]):] == [list(keys_of(part)) for part in PARTS[section]]


def test_no_other_table_of_keys_is_there() -> None:
    """Each table of keys is one that the tests above compare."""
    wanted = len(KINDS) + sum(map(len, PARTS.values()))
    assert sum(len(tables_in(section)) for section in sections()) == wanted


@pytest.mark.parametrize("vocabulary", sorted(get_built_in_vocabulary().terms.keys() - {"answer", "record_kind",
                                                                                        "reserved_stage"}))
def test_every_closed_value_is_documented_and_no_other(vocabulary: str) -> None:
    """The table of vocabularies has each value with its Chinese label, in its order."""
    row = re.search(rf"^\| {vocabulary} \| (.*) \|$", sections()["5"], re.MULTILINE)
    assert row
    assert re.findall(r"`(\w[\w-]*)` ([^,;]+)", row[1]) == [
        (term.key, term.label("zh-Hans")) for term in get_built_in_vocabulary().terms[vocabulary].values()]


def test_every_statistic_is_documented_and_no_other() -> None:
    """The table of section 6 has every statistic, in the order in which they are shown, and marks those that judge."""
    rows = re.findall(r'^\| <a id="(\w+)"></a>`(\w+)`( \*)? \|', sections()["6"], re.MULTILINE)
    assert rows == [(one.key, one.key, " *" if one.is_judging else "") for one in DEFINITIONS.values()]


def test_every_anchor_is_there_once_and_says_its_number() -> None:
    """A heading begins with the number that it is cited by; a rule of a list stands at its number."""
    assert len(set(ANCHORS)) == len(ANCHORS)
    headings = re.findall(r'^#+ <a id="([\d.]+)"></a>([\d.]+) ', PROSE, re.MULTILINE)
    assert [anchor for anchor, number in headings if anchor != number.rstrip(".")] == []
    rules = re.findall(r'^(\d+)\. <a id="([\d.]+)"></a>', PROSE, re.MULTILINE)
    assert rules
    assert [anchor for number, anchor in rules if anchor.rpartition(".")[2] != number] == []


def test_every_rule_that_is_cited_is_there() -> None:
    """What the text links to, and what code, pages and tests cite as `content model §6.1`, is an anchor of it."""
    linked = re.findall(r"\[§([\d.]+)\]\(#([^)]+)\)", TEXT)
    assert linked
    assert [both for both in linked if both[0] != both[1] or both[1] not in ANCHORS] == []
    sources = (path for folder in ("yishi", "tests", "templates") for path in (PROJECT / folder).rglob("*")
               if path.suffix in (".py", ".html", ".po"))
    cited = [(path.name, number) for path in sources for number in citations(path)]
    assert len(cited) > 5
    assert [one for one in cited if one[1] not in ANCHORS] == []


def citations(source: Path) -> list[str]:
    return re.findall(r"content model,? §(\d+(?:\.\d+)*)", source.read_text("utf-8"))


@pytest.mark.parametrize("tag", ["zh-Hans", "en"])
def test_every_statistic_links_to_its_rule(full: Built, tag: str) -> None:
    """The page of each statistic leads to the anchor of its rule, and says in Chinese that it is in English."""
    folder = full.languages[tag]
    there = set(full.pages[f"{folder}guide/content-model/6/index.html"].ids)
    for one in DEFINITIONS.values():
        page = full.pages[f"{folder}statistics/{one.key}/index.html"]
        rule = f"../../guide/content-model/6/index.html#{one.key}"
        assert [link.get("href") for link in page.all("a")].count(rule) == 1
        assert one.key in there
        assert ("（英文）" in page.text) == (tag == "zh-Hans")


@pytest.mark.parametrize("tag", ["zh-Hans", "zh-Hant", "en"])
def test_the_page_says_in_which_language_it_is(trilingual: Built, tag: str) -> None:
    """The frame is in the page's language, the text is marked as English wherever that is another one, and what a
    writer types stands in it as it is typed."""
    folder = trilingual.languages[tag]
    for path in (PAGE, *SECTION_PAGES):
        page = trilingual.pages[f"{folder}{path}"]
        assert page.all("html")[0].get("lang") == tag
        prose = next(one for one in page.all("div") if one.get("class") == "prose")
        assert prose.get("lang") == ("" if tag == "en" else "en")
    assert "<code>标题: …</code>" in trilingual.files[f"{folder}{PAGE}"].decode()


def test_each_rule_stands_on_the_page_of_its_section_and_is_found_from_where_it_was(full: Built) -> None:
    """No anchor is lost, none stands twice, and the contents keep those of all headings: a link to the undivided text
    still leads near its rule."""
    on_pages = [anchor for path in SECTION_PAGES for anchor in full.pages[path].ids if anchor in ANCHORS]
    assert sorted(on_pages) == sorted(ANCHORS)
    headings = re.findall(r'^##+ <a id="([\d.]+)"></a>', TEXT, re.MULTILINE)
    assert set(headings) <= set(full.pages[PAGE].ids)
