"""Traditional Chinese is converted from Simplified: all that is read, nothing that only leads."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as Tree
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.workshop import PROJECT, SITES, Built, Page, Workshop
from yishi.core.outputs import Output
from yishi.core.traditional import CONVERSION_SOURCES, Conversion, create_converter, mark_unconverted, pick_translation
from yishi.rendering.render import create_renderer

HANT = "zh-hant/"
STALLS = "places/shili-zhen/issues/tanwei/index.html"
LANE = "places/shili-zhen/issues/lideng/index.html"


@pytest.fixture
def edited(tmp_path: Path) -> Workshop:
    """The same, to be edited."""
    return Workshop(tmp_path, SITES / "three-languages")


def converted(text: str, names: dict[str, str] | None = None, standard: str = "s2tw") -> str:
    """`text`, converted."""
    return create_converter(Conversion(standard, tuple((names or {}).items())))(text)


def rendered(template: str, names: dict[str, str] | None = None, **view: object) -> str:
    """A page in Traditional Chinese that a template makes of a view."""
    conversion = Conversion("s2tw", tuple((names or {}).items()))
    output = Output("x.html", "x.html", "zh-Hant", SimpleNamespace(**view), conversion=conversion)
    return create_renderer({"x.html": template}, {})(output).decode()


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("里程碑", "里程碑"), ("沙河", "沙河"), ("七里渠", "七里渠"), ("皇后", "皇后"), ("松柏", "松柏"),
        ("头发", "頭髮"), ("发展", "發展"), ("干净", "乾淨"), ("这里", "這裡"), ("面条", "麵條"), ("群众", "群眾"),
        ("台账", "臺賬"), ("社区", "社區"), ("信息", "信息"), ("电动自行车充电桩", "電動自行車充電樁"),
    ],
)
def test_characters_are_converted_by_their_word_and_words_are_not_replaced(simplified: str, traditional: str) -> None:
    """One simplified character that stands for several is written as its word asks."""
    assert converted(simplified) == traditional


def test_the_standard_is_the_sites_choice() -> None:
    """s2tw writes as in Taiwan, s2t as OpenCC itself."""
    assert [converted("这里", standard=standard) for standard in ("s2tw", "s2t")] == ["這裡", "這裏"]


def test_proper_names_are_written_as_the_site_says() -> None:
    """The longest name that fits holds; a name that stays as written names itself."""
    names = {"于家": "于家", "于家园": "于家園"}
    assert converted("于家园的于家和于谦", names) == "于家園的于家和于謙"


def test_only_what_is_read_is_converted() -> None:
    """Texts, and what images and links say of themselves; never an address or code."""
    html = '<p>里面<a href="资料/里面.pdf" title="资料&quot;">里</a><code>资料</code></p><pre><code>里\n面</code></pre>'
    assert rendered("{{ view.text|html }}", text=html) == (
        '<p>裡面<a href="资料/里面.pdf" title="資料&quot;">裡</a><code>资料</code></p><pre><code>里\n面</code></pre>')
    assert rendered('<a href="{{ view.url }}">', url="https://example.org/资料") == '<a href="https://example.org/资料">'


HOSTILE = '<img src=x onerror=alert(1)>"\'&lt;</script>'


@pytest.mark.parametrize("template", [
    "{{ view.text }}", '<a title="{{ view.text }}">', "{{ _('Issues') }}", "{{ _('%(text)s', text=view.text) }}",
    "{% trans text=view.text %}{{ text }}{% endtrans %}", "{{ view.html|html }}", "{{ view.alt|html }}",
    "{% macro show(text) %}{{ text }}{% endmacro %}{{ show(view.text) }}", "{{ [view.text]|join(_('; ')) }}"])
def test_what_a_conversion_gives_is_escaped_like_any_text(template: str) -> None:
    """A name may be written as anything: it is never read as HTML, in no text, attribute, message or long text."""
    view = {"text": "议事", "html": "<p>议事</p>", "alt": '<img src="x" alt="议事">'}
    page = Page(rendered(template, {"议事": HOSTILE, "议": HOSTILE}, **view))
    assert {name for one in page.elements for name in one.attributes} <= {"title", "src", "alt"}
    said = [page.text.removesuffix("題"), *(one.get(name) for one in page.elements for name in ("title", "alt"))]
    assert [text for text in said if text] == [HOSTILE]


def test_a_name_with_html_in_it_breaks_no_file_of_a_site(trilingual: Built, edited: Workshop) -> None:
    """Pages have the elements they have without it; what search engines and feed readers are told can be read."""
    edited.replace("site.yaml", "于家园: 于家園", json.dumps({"议事": HOSTILE, "摊位": HOSTILE})[1:-1])
    edited.build()
    for path, plain in trilingual.pages.items():
        page = Page((edited.output / path).read_text("utf-8"))
        assert [one.name for one in page.elements] == [one.name for one in plain.elements], path
        for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.source, re.DOTALL):
            assert json.loads(block)["@context"] == "https://schema.org"
    feed = Tree.fromstring((edited.output / HANT / "feed.xml").read_bytes())
    assert any(HOSTILE in (one.text or "") for one in feed.iter())


def test_addresses_anchors_and_values_of_a_converted_page_are_those_of_its_source(trilingual: Built) -> None:
    """What only leads, is filled in or is looked for by scripts is the same in both; texts alone differ."""
    for path, page in trilingual.pages.items():
        if path.startswith(HANT) and path not in (f"{HANT}data/dictionary/index.html", HANT + LANE):
            assert _leading(page) == _leading(trilingual.pages[path.removeprefix(HANT)]), path


def _leading(page: Page) -> list[tuple[str, list[str]]]:
    body = page.elements[[one.name for one in page.elements].index("main"):]
    return [(one.name, [one.get(name).removeprefix("../") for name in ("id", "class", "name", "value", "data-path")])
            for one in body if one.name != "p"]


@pytest.mark.parametrize("template", ["<p>{{ view.text }}</p>", '<img src="x" alt="{{ view.text }}">'])
def test_what_was_written_by_hand_is_not_converted_again(template: str) -> None:
    """Neither in a text nor in an attribute, nor within a converted sentence; no sign of the mark is left."""
    by_hand = "沙里里長于家园"
    marked = rendered(template, {"于家园": "于家園"}, text=f"资料里：{mark_unconverted('zh-Hant', by_hand)}")
    assert marked == template.replace("{{ view.text }}", f"資料裡：{by_hand}")
    body = mark_unconverted("zh-Hant", "<p>沙里<b>里長</b>于家园</p>")
    assert rendered("{{ view.text|html }}", {"于家园": "于家園"}, text=body) == "<p>沙里<b>里長</b>于家园</p>"


def test_only_a_language_that_is_converted_is_marked() -> None:
    """In every other language a text is what was written."""
    assert mark_unconverted("en", "里") == mark_unconverted("zh-Hans", "里") == "里"
    assert pick_translation("en", {"zh-Hans": "里"}, str) == ""
    assert pick_translation("zh-Hant", {"zh-Hans": "里", "zh-Hant": "裏"}, str) == mark_unconverted("zh-Hant", "裏")
    assert pick_translation("zh-Hant", {"zh-Hans": "里", "en": "lane"}, str) == "里"


# --- a site -----------------------------------------------------------------------------------------------------------


def test_every_page_says_that_it_is_converted_and_no_other_does(trilingual: Built) -> None:
    """The foot says it, and the language of the page is named; nothing in it is still called Simplified, but the words
    that a record is written with, in the dictionary."""
    said = "本頁由程序從簡體中文轉換而來，內容以原文為準。"
    for path, page in trilingual.pages.items():
        is_converted = path.startswith(HANT)
        assert (said in page.text) is is_converted, path
        assert (page.all("html")[0].get("lang") == "zh-Hant") is is_converted, path
        others = {one.get("lang") for one in page.elements[1:] if not one.get("hreflang")}
        assert not is_converted or "zh-Hans" not in others or path == f"{HANT}data/dictionary/index.html", path


def test_texts_of_the_interface_the_vocabulary_and_records_are_converted(trilingual: Built) -> None:
    """Titles, logs, long texts, labels and messages, with the proper names of the site as it writes them."""
    page = trilingual.pages[HANT + STALLS]
    for text in ("沙河邊的攤位", "于家園、示例云台和七里渠的里程碑", "社區裡面的電動自行車充電樁只有幾個", "的皇后",
                 "跳到正文", "攤位", "示例鎮", "頭髮白了也來議事", "示例备000000号", "简体中文"):
        assert text in page.text, text
    assert "于家園、示例云台和七里渠的里程碑" in {one.get("content") for one in page.all("meta")}
    assert "裡面的說明" in {one.get("title") for one in page.all("a")}


def test_a_translation_by_hand_holds(trilingual: Built) -> None:
    """Title, summary, long text and label as written, on the record's page, in its head, and wherever it is named."""
    page = trilingual.pages[HANT + LANE]
    assert "<title>沙里巷的路燈 · 示例鎮議事</title>" in page.source
    for text in ("沙里巷的路燈", "里長說：台上只有一盞燈", "于家园不改。", "里長寫的"):
        assert text in page.text, text
    assert "沙里巷的路燈" in trilingual.pages[HANT + "issues/index.html"].text
    assert "坐椅（里巷）" in trilingual.pages[HANT + "topics/index.html"].text
    assert "座椅" in trilingual.pages["topics/index.html"].text


def test_a_converted_page_has_the_structure_of_its_source(trilingual: Built) -> None:
    """The same elements with the same ids and classes in the same order, and no mark left; only languages differ."""
    for path, page in trilingual.pages.items():
        assert not set(page.source) & {"\ufdd0", "\ufdd1"}, path
    for path in ("index.html", STALLS, "issues/index.html", "pages/guanyu/index.html"):
        assert _structure(trilingual.pages[HANT + path])[1:] == _structure(trilingual.pages[path])[1:], path


def _structure(page: Page) -> list[tuple[str, str, str]]:
    body = page.elements[[one.name for one in page.elements].index("main"):]
    return [(one.name, one.get("id"), one.get("class")) for one in body if one.name != "p"]


def test_the_data_stay_as_written(trilingual: Built) -> None:
    """Numbers and records for machines are those of the records, in one language; so are the words to write with."""
    assert "沙河边的摊位" in trilingual.files["data/issues.csv"].decode("utf-8-sig")
    others = {path.rpartition("/")[2] for path in trilingual.files if path.startswith(HANT) and ".html" not in path}
    assert others == {"feed.xml", "calendar.ics", "qr.svg"}
    assert "相关议题" in trilingual.pages[f"{HANT}data/dictionary/index.html"].text


def test_feeds_are_converted(trilingual: Built) -> None:
    """What is read in a feed reader is in the language of the feed."""
    assert "沙河邊的攤位" in trilingual.files[f"{HANT}feed.xml"].decode()


def test_the_page_for_dead_addresses_greets_in_every_language(trilingual: Built) -> None:
    """404.html is one page for all languages: what it says in Traditional Chinese is converted, the rest is not."""
    assert "這裡沒有頁面" in trilingual.pages["404.html"].text
    assert "这里没有页面" in trilingual.pages["404.html"].text


def test_a_withheld_record_is_quoted_as_typed(edited: Workshop) -> None:
    """What is wrong in a file is told in its writer's words."""
    edited.replace("places/shili-zhen/issues/lideng.md", "主题: 照明", "主题: 绿花")
    edited.build(skip_invalid=True)
    page = Page((edited.output / HANT / "problems/index.html").read_text("utf-8"))
    assert "'绿花'" in page.text
    assert "這些記錄" in page.text


def test_an_english_site_is_converted_from_its_chinese_translations(edited: Workshop) -> None:
    """Where records are in English, their Simplified translations are what is converted; the rest is marked English."""
    edited.replace("site.yaml", "[zh-Hans, en, zh-Hant]", "[en, zh-Hant]")
    edited.replace("site.yaml", "  en: {title: Example Town talks}", "  zh-Hans: {title: 示例镇的头发}")
    edited.replace("places/shili-zhen/issues/tanwei.md", "沙河边的摊位", "Stalls")
    edited.build()
    page = Page((edited.output / HANT / STALLS).read_text("utf-8"))
    assert "<title>Stalls · 示例鎮的頭髮</title>" in page.source
    assert [one.get("lang") for one in page.all("h1")] == ["en"]


# --- builds -----------------------------------------------------------------------------------------------------------


def test_two_builds_are_equal(trilingual: Built, edited: Workshop) -> None:
    """Another build, in another folder and by several processes, makes the same bytes."""
    assert edited.clean(jobs=2) == trilingual.files


def test_a_change_of_names_writes_the_converted_pages(edited: Workshop) -> None:
    """What a name is to be changes the pages that show it, and no other."""
    edited.build()
    before = {path: (edited.output / path).read_bytes() for path in (STALLS, HANT + STALLS, HANT + LANE)}
    edited.replace("site.yaml", "于家园: 于家園", "于家园: 于家苑")
    edited.build()
    changed = {path for path, data in before.items() if (edited.output / path).read_bytes() != data}
    assert changed == {HANT + STALLS}


@pytest.mark.parametrize(("languages", "loaded"), [("[zh-Hans, en]", "False"), ("[zh-Hans, en, zh-Hant]", "True")])
def test_opencc_is_loaded_only_where_it_is_needed(edited: Workshop, languages: str, loaded: str) -> None:
    """A site without Traditional Chinese never pays for it."""
    edited.replace("site.yaml", "[zh-Hans, en, zh-Hant]", languages)
    program = ("import sys; from yishi.cli import main\ntry: main(sys.argv[1:])\n"
               "except SystemExit as end: assert not end.code\nprint('opencc' in sys.modules)")
    folders = [f"--content={edited.content}", f"--output={edited.output}", f"--templates={edited.templates}"]
    done = subprocess.run([sys.executable, "-c", program, *folders, "--quiet", "--jobs=1"], cwd=PROJECT,
                          capture_output=True, encoding="utf-8", timeout=60, check=True)
    assert done.stdout.split()[-1] == loaded


def test_the_sources_are_languages_of_their_own() -> None:
    """What is converted is converted once: no language is made of one that is itself converted."""
    assert CONVERSION_SOURCES.keys().isdisjoint(CONVERSION_SOURCES.values())
    assert create_converter(Conversion())("里程碑") == "里程碑"


def test_ready_html_stands_only_where_it_was_made_safe() -> None:
    """Templates take as HTML the long texts and the guide alone, and as data what was written as JSON for a page."""
    trusted = {(file.relative_to(PROJECT / "templates").as_posix(), found) for file in
               (PROJECT / "templates").rglob("*.[hx][tm]*l")
               for found in re.findall(r"\|\s*(?:html|data|safe)\b", file.read_text("utf-8"))}
    assert trusted == {("components/record_fields.html", "|html"), ("pages/guide.html", "|html"),
                       ("pages/content_model.html", "|html"),
                       ("pages/content_model_section.html", "|html"), ("base.html", "|data"),
                       ("pages/submit_form.html", "|data")}
    makers = {file.name for file in (PROJECT / "yishi").rglob("*.py") if "Markup(" in file.read_text("utf-8")}
    assert makers == {"render.py"}
