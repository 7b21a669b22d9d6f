"""Search finds every record that has the words, and none that has not; the index changes only where the records do."""

import json
import random
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support.workshop import Built, Page, records_of
from yishi.model.paths import get_record_url
from yishi.search import IndexedRecord, SearchableText, SearchIndex, build_index, extract_searchable_text, update_index
from yishi.search.postings import assign_numbers, decode_postings, encode_deltas, encode_postings, get_shard
from yishi.search.tokens import FOLDS, fold_text, tokenize

TABLE = json.loads((Path(__file__).parents[1] / "search.json").read_text("utf-8"))
"""What texts are cut into: `test_search_page.py` holds the browser's side to the same table."""


# --- texts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "form"), TABLE["folded"])
def test_texts_are_compared_in_one_form(text: str, form: str) -> None:
    """Full or half width, capital or small, traditional or simplified: it is the same text."""
    assert fold_text(text) == form
    assert fold_text(form) == form


@pytest.mark.parametrize(("form", "tokens"), TABLE["tokens"])
def test_chinese_is_cut_into_pairs_and_words_stay_whole(form: str, tokens: list[str]) -> None:
    """No dictionary decides what a Chinese word is."""
    assert sorted(tokenize(form)) == tokens


def test_a_traditional_character_is_folded_once() -> None:
    """No simplified character is folded further, so that both forms of a text become the same."""
    assert FOLDS.keys() & FOLDS.values() == set()


def test_conversion_to_traditional_characters_changes_nothing_that_is_compared() -> None:
    """A text in the characters of the mainland, of Taiwan and of Hong Kong is found by each of the three."""
    simplified = "里程碑旁的卫生间，楼里的线路和发电机后面，头发乾净；台阶边晒面条，屋檐漏水，关系着群众"
    taiwan = "里程碑旁的衛生間，樓裡的線路和發電機後面，頭髮乾淨；臺階邊曬麵條，屋簷漏水，關係著群眾"
    hong_kong = "里程碑旁的衞生間，樓裏的線路和發電機後面，頭髮乾淨；台階邊曬麪條，屋檐漏水，關係着羣眾"
    assert fold_text(taiwan) == fold_text(hong_kong) == fold_text(simplified)


# --- numbers and files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("token", "shards", "shard"), TABLE["shards"])
def test_a_token_has_its_file(token: str, shards: int, shard: int) -> None:
    """Both sides look for a token in the same file."""
    assert get_shard(token, shards) == shard


NUMBERS = st.lists(st.integers(0, 200_000), unique=True).map(sorted)


@given(NUMBERS, NUMBERS)
def test_numbers_are_read_as_they_were_written(numbers: list[int], titles: list[int]) -> None:
    """However far apart they are."""
    assert decode_postings(encode_postings(numbers, titles)) == (numbers, titles)


@pytest.mark.parametrize(("numbers", "text"), TABLE["steps"])
def test_numbers_are_written_as_steps(numbers: list[int], text: str) -> None:
    """One character for each."""
    assert encode_deltas(numbers) == text


def test_a_new_record_renumbers_few_others() -> None:
    """Among thousands, a record more or less moves a handful at most."""
    paths = [f"places/town/c{number % 28}/issues/i{number}" for number in range(3000)]
    before = assign_numbers(paths)[1]
    for new in range(50):
        after = assign_numbers([*paths, f"places/town/c1/issues/new-{new}"])[1]
        assert sum(before[path] != after[path] for path in paths) <= 20
    assert len(set(before.values())) == len(paths)


def index(texts: Mapping[str, str], before: SearchIndex | None = None) -> SearchIndex:
    """The index of records whose key is their text; after `before`, with the files that stayed as they were."""
    entries = [IndexedRecord(path, text, "issue") for path, text in texts.items()]

    def told(path: str) -> SearchableText:
        return SearchableText(texts[path][:4], texts[path])

    made = before and update_index(before.state, entries, told, before.files.__getitem__)
    if before is None or made is None:
        return build_index(entries, told)
    return replace(made, files={name: made.files.get(name) or before.files[name]
                                for name in sorted(made.state.digests)})


WORDS = st.lists(st.sampled_from(["路灯", "停车", "東門", "lights ", "，", "居民", "2025"]), min_size=1, max_size=6)
TEXTS = st.dictionaries(st.sampled_from([f"issues/i{number}" for number in range(40)]), WORDS.map("".join), max_size=40)


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=3))
def test_an_index_made_anew_in_parts_is_the_same_as_one_made_whole(first: dict[str, str],
                                                                     later: list[dict[str, str]]) -> None:
    """After any records came, went or changed, byte for byte; also where only a few did."""
    made = index(first)
    for texts in later:
        few = {**first, **dict(list(texts.items())[:2])}
        for step in (few, texts):
            made = index(step, made)
            whole = index(step)
            assert (made.files, made.state) == (whole.files, whole.state)


def test_an_edit_changes_few_files_of_the_index() -> None:
    """Among more than a hundred files, those that hold the words that came or went, and the text."""
    chance = random.Random(1)
    letters = "路灯停车东门居民物业花园楼道水电"
    texts = {f"issues/i{number}": "".join(chance.choices(letters, k=200)) for number in range(2000)}
    entries = {path: IndexedRecord(path, text, "issue") for path, text in texts.items()}
    before = build_index(entries.values(), lambda path: SearchableText("", texts[path]))
    changed = {**texts, "issues/i77": texts["issues/i77"] + "换了灯头"}
    entries["issues/i77"] = entries["issues/i77"]._replace(fingerprint="new")
    after = update_index(before.state, entries.values(), lambda path: SearchableText("", changed[path]),
                         before.files.__getitem__)
    assert after is not None
    assert len(after.state.digests) > 100
    assert sum(body != before.files[name] for name, body in after.files.items()) <= 9


def test_a_small_site_has_a_small_index_and_a_large_one_few_records_to_a_file() -> None:
    """The index of one record is a handful of files; with more records there are more files, not larger ones."""
    assert len(index({"issues/i1": "路灯坏了"}).files) <= 6
    large = index({f"issues/i{number}": f"第{number}盏路灯" for number in range(2000)})
    assert 2000 / 40 < len([name for name in large.files if "/texts/" in name]) < 2000 / 10


def test_an_index_is_the_same_whatever_the_order_of_the_records() -> None:
    """Two builds of the same records give the same bytes."""
    texts = {f"issues/i{number}": f"第{number}盏路灯" for number in range(100)}
    assert index(texts) == index(dict(reversed(texts.items())))


def test_texts_are_asked_for_once_and_place_by_place() -> None:
    """They are kept by place: in any other order each would be loaded again and again."""
    asked = list[str]()

    def told(path: str) -> SearchableText:
        asked.append(path)
        return SearchableText("", path)

    paths = [f"places/{place}/issues/{number}" for place in "ab" for number in range(20)]
    build_index([IndexedRecord(path, "", "issue") for path in reversed(paths)], told)
    assert asked == sorted(paths)


def test_an_empty_site_has_an_index() -> None:
    """Nothing is found there, and nothing breaks."""
    made = index({})
    assert (made.state.size, made.state.records) == (8, {})
    assert made.files.keys() == made.state.digests.keys()


# --- what is found ----------------------------------------------------------------------------------------------------


def test_search_finds_nothing_that_no_page_shows(full: Built) -> None:
    """Every line that can be found stands on the record's page, in one of its languages."""
    library = full.report.checked.library
    missing = []
    for path, record in records_of(library).items():
        page = get_record_url(path).partition("#")[0]
        shown = "".join(bare(told_of(full.pages[folder + page])) for folder in full.languages.values())
        told = extract_searchable_text(record, library.vocabulary)
        missing += [(path, line) for line in told.all_texts.split("\n") if bare(line) not in shown]
    assert missing == []


def test_the_texts_of_each_language_stand_apart(full: Built) -> None:
    """A result shows a record in the language of the page: no other one stands in its texts of that language."""
    library = full.report.checked.library
    texts = [(record, extract_searchable_text(record, library.vocabulary, library.site))
             for record in records_of(library).values()]
    for record, told in texts:
        for tag, one in record.translations.items():
            translated = {line for text in one.texts.values() for line in text.split("\n")}
            assert translated <= {*told.translations.get(tag, "").split("\n")}
            assert translated.isdisjoint(told.text.split("\n"))
    assert any(record.translations for record, _ in texts)


def told_of(page: Page) -> str:
    """What a page tells, an image by its alt text."""
    return Page(re.sub(r'<img [^<>]*?alt="([^"]*)"[^<>]*>', r"\1", page.source)).text


def bare(text: str) -> str:
    return fold_text(text).replace(" ", "")
