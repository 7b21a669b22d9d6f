"""The search page, in a real browser: it finds what is there, tells what it does, and the address keeps it."""

import json
import re
import shutil
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Window

from tests.support.chromium import looking, served
from tests.support.workshop import DAY, PROJECT, Built, Workshop, records_of, times, tree
from yishi.analysis.progress import derive_progress
from yishi.engine.search_index import create_context_describer
from yishi.library import Library
from yishi.model.paths import get_place_of, get_record_url
from yishi.search import (
    SYNONYMS_FILE,
    IndexedRecord,
    SearchableText,
    build_index,
    encode_synonyms,
    extract_searchable_text,
)
from yishi.search.character_tables import KNOWN_CHARACTERS
from yishi.search.tokens import FOLDS, fold_text

TABLE = json.loads((PROJECT / "tests/search.json").read_text("utf-8"))
SCRIPT = (PROJECT / "templates/static/search.js").read_text("utf-8")


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Window]:
    """A window for all searches."""
    with looking(browser) as window:
        yield window


@pytest.fixture(scope="module")
def site(full: Built) -> Iterator[str]:
    """The address of the full site, in a folder of its host."""
    with served(full.workshop.folder) as address:
        yield f"{address}site/"


def ask(window: Window, address: str) -> str:
    """What is told of the search at this address, when it has ended."""
    window.goto(address)
    return told(window)


def told(window: Window) -> str:
    window.wait_for_selector("#found[aria-busy=false]", state="attached")
    return window.inner_text("#count")


def titles(window: Window) -> list[str]:
    return window.locator("#results .title").all_inner_texts()


# --- the table --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def script(window: Window) -> Window:
    """An empty page with the script, and all characters that are folded."""
    window.goto("about:blank")
    window.add_script_tag(content=SCRIPT)
    window.evaluate("(folds) => { window.folds = new Map(folds); }", list(FOLDS.items()))
    return window


FUNCTIONS = {
    "folded": "(text) => yishi.folded(text, folds)",
    "tokens": "(text) => yishi.tokens(text).sort()",
    "shards": "([token, shards]) => yishi.shardOf(token, shards)",
    "steps": "(text) => yishi.numbersOf(text)",
    "terms": "(query) => yishi.terms(query, folds).map((term) => [term.text, term.whole])",
    "has": "([text, query]) => yishi.terms(query, folds).every("
           "(term) => yishi.occurrences(yishi.folded(text, folds), term).length > 0)",
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.browser
def test_the_browser_cuts_texts_as_the_program_does(script: Window, name: str) -> None:
    """Both hold the same table of cases."""
    for *texts, expected in TABLE[name]:
        if name == "steps":
            texts, expected = [expected], texts[0]
        found = script.evaluate(FUNCTIONS[name], texts if len(texts) > 1 else texts[0])
        assert sorted(found) == sorted(expected) if name == "tokens" else found == expected, texts


JOINING = ("eéØß\u0301\u0300\u3099はﾊﾞｶﾞ\u200b\u00ad路燈 \u1112\u1161\u11ab\uffc2Σσς\U000e0100"
           "\u0345ά-_1½\u0e33")


@pytest.mark.browser
def test_every_character_is_folded_alike(script: Window) -> None:
    """All characters of Unicode, one by one and between two letters, known to Python and the browser or not."""
    characters = [chr(code) for code in range(0x33500) if not 0xd800 <= code < 0xe000]
    texts = [*characters, *(f"é{character}ß" for character in characters)]
    found = script.evaluate("(texts) => JSON.stringify(JSON.parse(texts).map((one) => yishi.folded(one, folds)))",
                            json.dumps(texts))  # as one text: to hand over each of 400,000 takes far longer
    assert [(one, folded, other) for one, other in zip(texts, json.loads(found), strict=True)
            if (folded := fold_text(one)) != other] == []


@pytest.mark.browser
@given(st.lists(st.text(st.sampled_from(JOINING)), min_size=20, max_size=200))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_text_is_folded_alike(script: Window, texts: list[str]) -> None:
    """Characters that join with others, in any order; what is folded stays as it is."""
    found = script.evaluate("(texts) => texts.map((one) => yishi.folded(one, folds))", texts)
    assert [(one, fold_text(one), other) for one, other in zip(texts, found, strict=True)
            if fold_text(one) != other] == []
    assert [one for one in found if fold_text(one) != one] == []


def test_the_browser_knows_the_same_characters() -> None:
    """The table of characters stands in both, letter by letter."""
    assert KNOWN_CHARACTERS in "".join(re.findall(r'"([^"\n]*)"', SCRIPT.partition("const KNOWN =")[2]))


# --- searching --------------------------------------------------------------------------------------------------------

QUERIES = ("电动车", "電動車", "路灯", "居民", "路灯 居民", "的", "电", "社区 2025", "lamp", "Lamps", "不存在的词",
           "12345", "议事 ", "协商", "东社区", "“电动车”", "路灯坏了", "street lights", "已解决 电动车",
           "未办结", "lamp review")


@pytest.mark.browser
@pytest.mark.parametrize("query", QUERIES)
def test_search_finds_every_record_with_the_words_and_no_other(window: Window, site: str, full: Built,
                                                                query: str) -> None:
    """As many as contain the words, or what these stand for: a plain look through all texts tells the same records."""
    library = full.report.checked.library
    records = records_of(library)
    describe = create_context_describer(library)
    words = {one.path: describe(one.place, one.topics, one.status).words for one in entries_of(library)}
    texts = [replace(text, words=f"{text.words} · {words[path]}") for path, record in records.items()
             for text in [extract_searchable_text(record, library.vocabulary)]]
    synonyms = json.loads((full.workshop.output / "search/synonyms.json").read_text("utf-8"))
    whole = fold_text(query)
    asked = [[term, *synonyms.get(term, ())] for term in ([whole] if whole in synonyms else whole.split())]
    having = [text for text in texts if all(any(has(text, term) for term in terms) for terms in asked)]
    said = ask(window, f"{site}search/index.html?q={query}")
    while window.is_visible("#more"):
        window.click("#more")
        said = told(window)
    if having or not said.startswith("没有完全一样的"):
        assert len(titles(window)) == len(having)
        assert said == (f"找到 {len(having)} 条" if having else "这里没有这样的记录")
    else:  # parts of the words are offered, and every record that has one
        parts = re.findall("“(.+?)”", said)
        assert len(titles(window)) == len([text for text in texts if any(has(text, part) for part in parts)])


def has(text: SearchableText, term: str) -> bool:
    """Whether a record has a folded term: a word from its beginning on."""
    pattern = rf"(?<![a-z0-9]){term}" if term[0].isascii() else term
    return any(re.search(pattern, fold_text(part)) for part in (text.all_titles, text.all_texts, text.words))


def entries_of(library: Library) -> list[IndexedRecord]:
    """What each record is filtered by."""
    progress = {path: derive_progress(issue, library.methods[issue.method or ""], DAY)
                for path, issue in library.issues.items()}
    return [IndexedRecord(path, "", record.kind_of_record, path if path in library.places else get_place_of(path),
                          getattr(record, "topic", ()), progress[path].status if path in progress else "")
            for path, record in records_of(library).items()]


@pytest.mark.browser
@pytest.mark.parametrize(("query", "status"), [("照明 东社区", ""), ("東社區 照明 已辦結", "resolved"),
                                               ("lighting resolved", "resolved"), ("East Community Lighting", "")])
def test_place_topic_and_status_are_words_of_a_record(window: Window, site: str, full: Built, query: str,
                                                      status: str) -> None:
    """A record is found by the name of its place, by its topic and its status, in every language of the site."""
    library = full.report.checked.library
    expected = {get_record_url(one.path) for one in entries_of(library)
                if "lighting" in one.topics and one.status.startswith(status) and "dongshequ" in one.path}
    ask(window, f"{site}search/index.html?q={query}")
    links = window.locator("#results .title").evaluate_all("all => all.map((one) => one.href)")
    assert expected
    assert expected <= {link.partition("site/")[2] for link in links}


@pytest.mark.browser
@pytest.mark.parametrize(("query", "first"), [("东社区", "东社区"), ("East Community", "东社区"), ("示例市", "示例市"),
                                              ("东社区路灯坏了", "")])
def test_the_place_that_is_named_comes_first(window: Window, site: str, query: str, first: str) -> None:
    """Before the records that mention it; known words are found without a space between them too."""
    ask(window, f"{site}search/index.html?q={query}")
    assert titles(window)[0] == first or (not first and titles(window))


@pytest.mark.browser
def test_what_was_found_is_marked_and_leads_to_its_page(window: Window, site: str) -> None:
    """The words are marked in title and text, and the title leads to the record."""
    ask(window, f"{site}search/index.html?q=電動車")
    assert "电动车" in window.locator("#results mark").all_inner_texts()
    title = titles(window)[0]
    window.click("#results .title")
    assert window.inner_text("h1") == title


@pytest.mark.browser
def test_on_a_wide_screen_the_text_stands_below_what_is_said_of_it(browser: Browser, site: str) -> None:
    """Title, place and status in one line, the words around what was found in the next, as long as they can be read."""
    with looking(browser, 1280) as wide:
        ask(wide, f"{site}search/index.html?q=路灯")
        first = wide.locator("#results > li").filter(has=wide.locator(".note")).first
        bottom = "(all) => Math.max(...all.map((one) => one.getBoundingClientRect().bottom))"
        text = first.locator(".excerpt").evaluate("(one) => one.getBoundingClientRect().toJSON()")
        assert text["top"] >= first.locator(".title, .note, .meta").evaluate_all(bottom)
        assert text["left"] == first.locator(".title").evaluate("(one) => one.getBoundingClientRect().left")


@pytest.mark.browser
def test_the_address_keeps_the_search_and_the_way_back(window: Window, site: str) -> None:
    """Query and filters stand in the address; back and forward go between searches; the other language keeps it."""
    ask(window, f"{site}search/index.html")
    window.fill("#q", "电动车")
    window.press("#q", "Enter")
    window.wait_for_url("**/index.html?q=*")
    first = told(window)
    window.click("main summary")
    window.select_option("select[name=kind]", "case")
    window.wait_for_url("**kind=case*")
    assert told(window) != first
    window.go_back()
    window.wait_for_url("**/index.html?q=*")
    assert told(window) == first
    assert window.input_value("select[name=kind]") == ""
    window.click(".languages a[lang=en]")
    window.wait_for_url("**/en/search/index.html?q=*")
    assert "found" in told(window)


@pytest.mark.browser
@pytest.mark.parametrize("filters", ["kind=issue", "status=resolved", "place=places/shili-shi", "year=2025",
                                     "topic=lighting", "kind=issue&year=2025&sort=newest"])
def test_filters_alone_list_what_passes_them(window: Window, site: str, full: Built, filters: str) -> None:
    """Without a query all records that pass the filters are listed; a place holds those below it."""
    said = ask(window, f"{site}search/index.html?{filters}")
    wanted = dict(part.split("=") for part in filters.split("&"))
    library = full.report.checked.library
    passing = [path for path, record in records_of(library).items()
               if wanted.get("kind", record.kind_of_record) == record.kind_of_record
               and f"{path}/".startswith(f"{wanted.get('place', '')}/".lstrip("/"))
               and wanted.get("topic", "") in ("", *getattr(record, "topic", ()))]
    if {*wanted} <= {"kind", "place", "topic"}:
        assert said == f"找到 {len(passing)} 条"
    assert said.startswith("找到")


@pytest.mark.browser
def test_where_nothing_is_found_the_page_says_what_to_try(window: Window, site: str) -> None:
    """And offers the lists."""
    assert ask(window, f"{site}search/index.html?q=不存在的词") == "这里没有这样的记录"
    assert window.is_visible("#nothing")
    assert window.locator("#nothing a").count() >= 4


SERVICES = {"下次会议": ["due"], "本周": ["week"],
            "怎么打印成绩单": ["places"], "加入日历": ["due"], "我要投诉": ["objections"],
            "性别": ["statistics"], "数据下载": ["data"], "读屏": ["accessibility"], "照明": [], "garbage": [],
            "Data download": ["data"]}
"""What is asked for, and the pages that are offered; a word within a longer one (age in garbage) asks for none."""


@pytest.mark.browser
@pytest.mark.parametrize("asked", SERVICES)
def test_words_for_what_a_page_does_lead_to_it(window: Window, site: str, asked: str) -> None:
    """Before the records; every page that is offered is there, and the down key goes to the first of all."""
    base = f"{site}en/" if asked.isascii() else site
    ask(window, f"{base}search/index.html?q={asked}")
    links = window.locator("#services a:visible")
    found = [link.get_attribute("href") or "" for link in links.all()]
    assert [path.split("/")[-2] for path in found] == SERVICES[asked]
    assert all(window.request.get(urljoin(window.url, path)).ok for path in found)
    if found:
        window.keyboard.press("ArrowDown")
        assert window.evaluate("document.activeElement.closest('#services') !== null")


@pytest.mark.browser
def test_a_page_opened_from_disk_says_why_it_cannot_search(window: Window, full: Built) -> None:
    """It offers the lists instead, and no form that does nothing."""
    window.goto((full.workshop.output / "search/index.html").as_uri())
    assert window.is_visible("#without")
    assert not window.is_visible("main form")


def test_a_page_without_javascript_says_why_it_cannot_search(full: Built) -> None:
    """The form is shown by the script alone; what stands there without it leads to every list."""
    page = full.pages["search/index.html"]
    assert [element for element in page.all("form") if "hidden" in element.attributes]
    assert "JavaScript" in page.text


@pytest.mark.browser
def test_an_index_that_cannot_be_loaded_is_told(browser: Browser, site: str) -> None:
    """A failing host leaves nobody waiting."""
    other = browser.new_page()
    other.route("**/search/words/*", lambda route: route.abort())
    assert "could not be loaded" in ask(other, f"{site}en/search/index.html?q=电动车")
    other.close()


# --- where no record has the words as they stand ----------------------------------------------------------------------

TEXTS = {
    "issues/roof": SearchableText("漏水的屋子", "五楼漏水，下水堵塞，水道太浅", {"en": "A leaking roof"}, "",
                                  {"en": "The roof leaks into the flats; the handrails are loose"}),
    "issues/lamps": SearchableText("路灯不亮", "老年人夜里看不见路", {"en": "Dark lamps"}, "",
                                   {"en": "All foot paths are dark, no lights"}),
    "issues/chinese": SearchableText("修车棚", "车棚的顶坏了，也没有路灯"),
}


@pytest.fixture(scope="module")
def little(full: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the search page with an index of three records."""
    folder = tmp_path_factory.mktemp("little")
    for path in full.workshop.output.iterdir():
        if path.name != "search":
            (folder / path.name).symlink_to(path)
    (folder / "search").mkdir()
    shutil.copy(full.workshop.output / "search/index.html", folder / "search")
    index = build_index([IndexedRecord(path, "", "issue", date="2025-09-11-by") for path in TEXTS], TEXTS.__getitem__)
    synonyms = encode_synonyms([("一老一小", ["老人", "老年人", "elderly"]), ("照明", ["lamp posts"]),
                                 ("漏水", ["防漏水"]), ("路灯", ["没有路灯"])])
    for name, body in {**index.files, SYNONYMS_FILE: synonyms}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(body)
    with served(folder) as address:
        yield address


@pytest.mark.browser
def test_the_last_possible_day_of_a_record_is_told_as_such(window: Window, little: str) -> None:
    """As on its own page: it was not on that day, but not later."""
    ask(window, f"{little}search/index.html?q=路灯")
    assert "不晚于2025年9月11日" in window.inner_text("#results .meta >> nth=0")


PARTLY = {
    "房顶漏水": ("“漏水”", "漏水的屋子"), "下水道": ("“下水”或“水道”", "漏水的屋子"),
    "我家的下水道堵了": ("“下水”或“水道”", "漏水的屋子"), "老人": ("“老年人”", "路灯不亮"),
    "路灯 漏水": ("“路灯”或“漏水”", "修车棚 漏水的屋子 路灯不亮"),
    "防漏水": ("“漏水”", "漏水的屋子"),
    "footpaths": ("“foot path”", "路灯不亮"), "hand rails": ("“handrail”", "漏水的屋子"),
    "shed lights": ("“lights”", "路灯不亮"), "dark handrails": ("“dark”或“handrails”", "漏水的屋子 路灯不亮"),
    "“房顶漏水”": ("", ""), "在的了": ("", ""), "天地玄黄": ("", ""),
}
"""What is asked for → the parts that are offered for it, and the records that have one."""


@pytest.mark.browser
@pytest.mark.parametrize("query", PARTLY)
def test_where_no_record_has_a_word_those_with_its_parts_are_offered(window: Window, little: str, query: str) -> None:
    """What is shown instead is said; what was asked for in quotation marks is never replaced."""
    parts, found = PARTLY[query]
    said = ask(window, f"{little}search/index.html?q={query}")
    assert sorted(titles(window)) == found.split()
    assert said == (f"没有完全一样的；含{parts}的{len(found.split())}条" if parts else "这里没有这样的记录")


@pytest.mark.browser
def test_words_that_a_record_has_whole_are_found_though_others_have_a_part(window: Window, little: str) -> None:
    """The record with all of them stands first, and nothing is said of parts."""
    assert ask(window, f"{little}search/index.html?q=没有路灯") == "找到 2 条"
    assert titles(window) == ["修车棚", "路灯不亮"]


@pytest.mark.browser
def test_the_down_key_leads_from_the_field_to_the_first_result(window: Window, little: str) -> None:
    """And does nothing where there is none."""
    ask(window, f"{little}search/index.html?q=漏水")
    window.press("#q", "ArrowDown")
    expect(window.locator("#results .title").first).to_be_focused()
    ask(window, f"{little}search/index.html?q=天地玄黄")
    window.press("#q", "ArrowDown")
    expect(window.locator("#q")).to_be_focused()


@pytest.mark.browser
@pytest.mark.parametrize("query", ["lights", "漏水"])
def test_what_is_quoted_of_a_record_is_in_the_language_of_the_page(window: Window, little: str, query: str) -> None:
    """Where it has a translation; else it is marked as what it is."""
    ask(window, f"{little}search/index.html?q={query}")
    assert re.search("[a-z]{5}", " ".join(window.locator(".excerpt:not([lang])").all_inner_texts())) is None
    ask(window, f"{little}en/search/index.html?q={query}")
    assert re.search("[一-龥]", " ".join(window.locator(".excerpt:not([lang])").all_inner_texts())) is None
    assert {one.get_attribute("lang") for one in window.locator(".excerpt").all()} <= {None, "zh-Hans"}


# --- without search ---------------------------------------------------------------------------------------------------


def test_a_site_can_do_without_search(city: Workshop) -> None:
    """`--no-search` leaves out the page and the index, and takes away those of an earlier build."""
    city.build()
    assert (city.output / "search/index.html").is_file()
    city.build(search=False)
    assert tree(city.output) == city.clean(search=False)
    assert not (city.output / "search").exists()
    city.build()
    assert tree(city.output) == city.clean()


def test_one_changed_record_rewrites_its_part_of_the_index(city: Workshop) -> None:
    """Its words and its text, not the numbers of the others; and the site is as if built from nothing."""
    city.build()
    before = times(city.output)
    issue = next(path for path in sorted(city.content.rglob("issues/*")) if path.is_file())
    issue.write_text(issue.read_text("utf-8").replace("title: ", "title: New ", 1), "utf-8")
    city.build()
    written = [path for path, time in times(city.output).items() if "search/" in path and before.get(path) != time]
    assert 0 < len(written) < sum("search/" in path for path in before) / 2
    assert tree(city.output) == city.clean()
