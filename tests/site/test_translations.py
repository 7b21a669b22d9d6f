"""What a record says in one language can be said in another: every text of every kind, by the record or by the site."""

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import yaml

from tests.support.fields import is_text, list_text_fields, plant
from tests.support.hostile import BY_LABEL, LABELS, NOT_PLANTED
from tests.support.translated import find_chinese
from tests.support.workshop import SITES, Built, Workshop, built, tree
from yishi.engine.pipeline import check
from yishi.model.keys import KeySpec
from yishi.model.units import format_unit

ELSEWHERE = {
    *LABELS, *BY_LABEL, *NOT_PLANTED, "Site.licence", "Site.filing", "Site.timezone", "Contact.email", "Contact.phone",
    "OwnTerms.groups", "Figure.label", "Office.phone", "Place.hotline", "Place.code", "Place.owners", "Item.code",
    "Reference.document_no", "Traditional.names", "Translation.texts", "Photo.consent"}
"""Texts that have no words to translate, and labels and titles, which have translations of their own."""


def _plant_texts(content: Path) -> dict[str, str]:
    """Another Chinese text in every field that holds one; each with its English."""
    texts, numbers = dict[str, str](), count()

    def write(field: str, spec: KeySpec, old: str) -> str:
        is_title = field.partition(".")[2] in ("title", "name", "summary")
        if not is_text(spec) or spec.prose or spec.by_site or field in ELSEWHERE or is_title:
            return old
        text = f"原文{next(numbers)}完"
        texts[text] = f"Said in English {len(texts)}!"
        return text

    plant(content, write)
    return texts


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, dict[str, str]]:
    """The site of all kinds of records and keys, and what each of its Chinese texts is in English."""
    workshop = Workshop(tmp_path_factory.mktemp("planted"), SITES / "full")
    texts = _plant_texts(workshop.content)
    site = yaml.safe_load(workshop.read("site.yaml"))
    site["translations"]["en"]["texts"] = texts
    workshop.write("site.yaml", yaml.safe_dump(site, allow_unicode=True))
    return built(workshop.folder / "built", workshop.content), texts


def _pages(site: Built, folder: str) -> Iterator[tuple[str, str]]:
    for path, text in site.files.items():
        if path.endswith((".html", ".xml", ".ics")) and path.startswith("en/") == bool(folder) and path != "404.html":
            yield path.removeprefix(folder), text.decode()


def test_every_text_of_every_kind_of_record_can_be_translated(planted: tuple[Built, dict[str, str]]) -> None:
    """No page, feed or calendar in English shows a text that has been translated, and each is shown where the Chinese
    one is."""
    site, texts = planted
    english = dict(_pages(site, "en/"))
    assert {path: found for path, page in english.items() if (found := re.findall("原文[0-9]+完", page))} == {}
    for path, page in _pages(site, ""):
        told = {texts[text] for text in re.findall("原文[0-9]+完", page)}
        assert {text for text in told if text not in english[path]} == set(), path


def test_texts_of_all_fields_were_looked_at() -> None:
    """A new field is translated from its first day: none is left out but for a reason."""
    of_program = {"Place.code", "Place.owners", "Item.code", "Site.timezone", *NOT_PLANTED, *LABELS, *BY_LABEL}
    assert of_program | list_text_fields() >= ELSEWHERE


def test_the_example_is_whole_in_three_languages(sites: dict[str, Built]) -> None:
    """Its English pages have no Chinese but the names of languages, and its Traditional ones are converted."""
    example = sites["example"]
    assert "議事公開示例" in example.files["zh-hant/index.html"].decode()
    assert find_chinese(dict(_pages(example, "en/"))) == {}


@pytest.mark.parametrize(("tag", "number", "value", "unit", "written"), [
    ("en", "1", 1, "户", "1 household"), ("en", "1,100", 1100, "户", "1,100 households"), ("en", "12", 12, "盏", "12"),
    ("en", "0.5", .5, "公里", "0.5 km"), ("zh-Hans", "3", 3, "households", "3户"), ("zh-Hant", "2", 2, "weeks", "2周"),
    ("en", "3", 3, "筐", "")])
def test_units_are_written_in_the_language_of_the_page(tag: str, number: str, value: float, unit: str,
                                                       written: str) -> None:
    """English has no measure words; one of a thing is not several; an unknown unit stays as it is written."""
    assert format_unit(tag, number, value, unit) == written


LAMPS = """
title: 路灯不亮
topic: 照明
raised: 2025-03-01
log:
  - 2025-03-01 提出: 六盏路灯不亮
  - 2025-03-09 办结: 路灯亮了
translations:
  en:
    title: Lamps out
    texts:
      六盏路灯不亮: Six lamps are out
"""


def _lamps(folder: Path, text: str) -> Workshop:
    source = folder / "source"
    (source / "places/town/issues").mkdir(parents=True)
    (source / "site.yaml").write_text("title: 镇\nlanguages: [zh-Hans, en]\n", "utf-8")
    (source / "places/town/place.yaml").write_text("name: 镇\nkind: town\n", "utf-8")
    (source / "places/town/issues/lamps.yaml").write_text(text, "utf-8")
    return Workshop(folder, source)


def test_a_page_says_which_of_its_texts_are_in_another_language(tmp_path: Path) -> None:
    """It offers what is translated, marks the rest, and leads to the original; it says nothing when all is."""
    workshop = _lamps(tmp_path, LAMPS)
    workshop.build()
    page = (workshop.output / "en/places/town/issues/lamps/index.html").read_text("utf-8")
    assert "<p>Six lamps are out</p>" in page
    assert '<p lang="zh-Hans">路灯亮了</p>' in page
    assert "Written in Simplified Chinese; what has not been translated is shown as it is written." in page
    assert 'href="../../../../../places/town/issues/lamps/index.html" hreflang="zh-Hans">Read the original</a>' in page
    workshop.write("places/town/issues/lamps.yaml", f"{LAMPS}      路灯亮了: The lamps are lit\n")
    workshop.build()
    page = (workshop.output / "en/places/town/issues/lamps/index.html").read_text("utf-8")
    assert "<p>The lamps are lit</p>" in page
    assert "Read the original" not in page
    assert "看原文" not in (workshop.output / "places/town/issues/lamps/index.html").read_text("utf-8")


def test_a_new_translation_is_shown_wherever_its_text_is(tmp_path: Path) -> None:
    """Of a record or of the site: the next build is as a clean one."""
    workshop = _lamps(tmp_path, LAMPS)
    workshop.build()
    workshop.replace("places/town/issues/lamps.yaml", "Six lamps are out", "All six lamps are out")
    workshop.build()
    assert tree(workshop.output) == workshop.clean()
    workshop.write("site.yaml", "title: 镇\nlanguages: [zh-Hans, en]\n"
                                "translations: {en: {title: Town, texts: {路灯亮了: The lamps are lit}}}\n")
    workshop.build()
    assert tree(workshop.output) == workshop.clean()
    assert "The lamps are lit" in (workshop.output / "en/places/town/issues/lamps/index.html").read_text("utf-8")
    assert any(b"The lamps are lit" in data for path, data in tree(workshop.output).items()
               if path.startswith("search/"))


def test_a_translation_of_a_text_that_has_changed_is_told(tmp_path: Path) -> None:
    """It would be shown nowhere: the warning names the line, and the text that is there now."""
    workshop = _lamps(tmp_path, LAMPS.replace("提出: 六盏", "提出: 七盏"))
    [problem] = check(workshop.options()).problems
    assert (problem.code, problem.level, problem.line, problem.suggestion) == (
        "translated_text_unknown", "warning", 12, "七盏路灯不亮")
