"""What the public sees: the promises of the pages, made from a small town written here."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from posixpath import join, normpath
from textwrap import dedent

import pytest
from jinja2 import TemplateSyntaxError
from msgspec.structs import replace

from tests.support.workshop import book_on
from yishi.analysis.peer_groups import find_household_band
from yishi.analysis.statistics import DEFINITIONS
from yishi.analysis.statistics.checks import check_names
from yishi.analysis.tables import list_table_columns
from yishi.content.load import create_record, read_records
from yishi.content.yaml_source import SourceFile
from yishi.library import Library, WithheldRecords, link_records
from yishi.model.kinds import TABLES
from yishi.model.language import get_language
from yishi.model.paths import locate_record
from yishi.model.problems import Problem
from yishi.model.records import Place, Record
from yishi.model.vocabulary import get_built_in_vocabulary
from yishi.rendering.render import create_renderer, find_template_closure, find_template_references
from yishi.site import build_page_context, plan_site
from yishi.site.paginated_lists import FRONT_PAGE_SIZE, MAX_PAGE_SIZE, split_list
from yishi.site.places.peer_comparison import format_household_band

ROOT = Path(__file__).parents[2]
TEMPLATES = {path.relative_to(ROOT / "templates").as_posix(): path.read_text("utf-8")
             for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".xml")}
STYLE = (ROOT / "templates" / "static" / "style.css").read_text("utf-8")
ASSETS = {path.name: f"static/{path.name}" for path in (ROOT / "templates" / "static").iterdir()}
RENDER = create_renderer(TEMPLATES, ASSETS)
"""Compiles each template once for all tests."""

TOWN: Mapping[str, str] = {
    "site.yaml": """
        title: 示例镇
        languages: [zh-Hans, en]
        translations: {en: {title: Example Town}}
        """,
    "sources.yaml": """
        s1: {title: 一篇报道, publisher: 示例日报}
        """,
    "methods/steps.yaml": """
        name: 三步
        stages:
          - {id: ask, label: 问, core: [clarify], required: true}
          - {id: agree, label: 商, core: [deliberate], required: true}
          - {id: act, label: 办, core: [implement, close], required: true}
          - {id: hidden, label: 秘而不宣, core: [raise], verified: false}
        """,
    "places/town/place.yaml": """
        name: 示例镇
        kind: town
        method: steps
        expected_communities: 3
        hotline: "12345"
        """,
    "places/town/figures.yaml": """
        - {label: 改造小区, value: 4, source: s1, matches: renovated_compounds}
        - {label: 推动解决, value: 132, source: s1, period: {text: 八个月}, matches: issues}
        """,
    "places/town/east/place.yaml": """
        name: 东社区
        kind: community
        office: {address: 东街1号, phone: 010-8000 0000, hours: 9-17}
        """,
    "places/town/east/locations.yaml": """
        yard: {name: 一号院, kind: compound}
        """,
    "places/town/east/issues/lamps.yaml": """
        title: 路灯不亮
        topic: lighting
        raised: 2025-03-01
        location: yard
        participants: {kinds: [resident], headcount: 40, under18: 3, over60: 9}
        decision: {text: 换电缆, for: 18, against: 2}
        log:
          - 2025-03-05 问: 上门问
          - 2025-03-20 办: 换了
          - 2025-03-31 resolved: 亮了
        followups: [2025-07-01 holds: 还亮]
        outcome: {kind: facility_renovation}
        quantities: [{what: 搬走的, value: 3, unit: 人}, {what: 缴费的, value: 3, unit: 户}]
        translations: {en: {title: Dark lamps}}
        """,
    "places/town/east/issues/bikes.yaml": """
        title: 没处停车
        topic: ebikes
        raised: 2025-10-01
        derived_from: lamps
        wall: {tag: 车棚}
        log: [2025-10-08 问: 在问, 2026-02-01 商: 将来开会]
        """,
    "places/town/east/issues/leak.yaml": """
        title: 漏水
        topic: leaks
        raised: unknown
        basis: press
        source: s1
        log: [by 2025-09-11 商: 开了会]
        """,
    "places/town/east/cases/story.md": """
        ---
        title: 灯亮了
        issues: lamps
        ---
        看[这件事](../issues/lamps.yaml)和[别处](https://example.org/)，以及[没有的](nowhere.yaml)。
        """,
    "places/town/west/place.yaml": """
        name: 西社区
        kind: community
        """,
    "pages/about.md": """
        ---
        title: 关于
        ---
        说明
        """,
}

AS_OF = date(2025, 12, 31)


def library_of(files: Mapping[str, str], withheld: WithheldRecords = WithheldRecords()) -> Library:  # noqa: B008 - it is frozen
    """The linked records of `files` (path in the content folder → text)."""
    records: dict[str, Record] = {}
    for path, text in files.items():
        slot = locate_record(path)
        assert slot
        reading = read_records(SourceFile(path, dedent(text).lstrip().encode()), slot)
        assert not reading.problems
        for name, data in reading.entries.items():
            records[f"{slot.path}/{name}" if name else slot.path] = create_record(slot.kind, data)
    return link_records(records, withheld, list(files), AS_OF)[0]


def site_of(library: Library, *, base_url: str = "", problems: tuple[Problem, ...] = (),
            search: bool = True) -> dict[str, str]:
    """Every page of the site, by its path."""
    return {plan.path: RENDER(plan.produce_output()).decode()
            for plan in plan_site(book_on(library, AS_OF), base_url=base_url, problems=problems, search=search)}


def page_of(library: Library, path: str, base_url: str = "") -> str:
    """One page of the site."""
    plan = next(one for one in plan_site(book_on(library, AS_OF), base_url=base_url, problems=(), search=False)
                if one.path == path)
    return RENDER(plan.produce_output()).decode()


@cache
def town() -> Mapping[str, str]:
    """The pages of the town above."""
    return site_of(library_of(TOWN))


def html_pages() -> list[tuple[str, str]]:
    """Those that are HTML; some files are made with them, such as the table of a comparison."""
    return [(path, text) for path, text in town().items() if path.endswith(".html")]


def words(html: str) -> str:
    """The text of a page, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, Mapping[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        self.ids += [value for key, value in attrs if key == "id" and value]
        self.links += [value for key, value in attrs if key in ("href", "src") and value]


def read(html: str) -> _Reading:
    """The ids, links and tags of a page."""
    reading = _Reading()
    reading.feed(html)
    return reading


# --- every page -------------------------------------------------------------------------------------------------------


def test_every_link_and_anchor_resolves() -> None:
    """Each internal link leads to a page of the site, and each anchor to an id on it."""
    readings = {path: read(html) for path, html in town().items()}
    tables = {f"data/{name.removesuffix('/index.html')}.csv" for name in town()}
    outside = {*ASSETS.values(), *tables}
    for path, reading in readings.items():
        for target in reading.links if path != "404.html" else ():
            if target.startswith(("https://", "mailto:", "tel:")):
                continue
            file, _, anchor = target.partition("?")[0].partition("#")
            there = normpath(join(path.rpartition("/")[0], file)) if file else path
            is_for_machines = there.startswith("data/") or there.endswith(("feed.xml", "calendar.ics"))
            assert there in readings or there in outside or is_for_machines, f"{path}: {target}"
            assert not anchor or anchor in readings[there].ids, f"{path}: {target}"


def test_a_statistic_that_is_drawn_stands_nowhere_else_on_its_page() -> None:
    """Also one that has nothing to count yet, such as the months in which issues were resolved."""
    issue = "{title: 灯, topic: lighting, raised: 2025-03-01, log: [问: x]}"
    issues = {f"places/town/east/issues/i{number}.yaml": issue for number in range(5)}
    files = {path: text for path, text in TOWN.items() if "/issues/" not in path and "/cases/" not in path}
    ids = read(page_of(library_of(files | issues), "statistics/index.html")).ids
    assert set(DEFINITIONS) <= set(ids)
    assert len(ids) == len(set(ids))


def test_every_page_is_reached_by_links() -> None:
    """From the front page one can come to every page."""
    reached, waiting = set[str](), ["index.html"]
    while waiting:
        path = waiting.pop()
        if path not in reached and path in town():
            reached.add(path)
            here = path.rpartition("/")[0]
            waiting += [normpath(join(here, target.partition("#")[0])) for target in read(town()[path]).links]
    assert reached == set(town()) - {"404.html"}


def test_every_record_has_a_page() -> None:
    """Places, locations, issues, cases, methods and free pages have pages of their own, in both languages."""
    library = library_of(TOWN)
    kinds = (library.places, library.locations, library.issues, library.cases, library.methods, library.pages)
    for path in (path for kind in kinds for path in kind):
        assert f"{path}/index.html" in town()
        assert f"en/{path}/index.html" in town()


def test_pages_hold_no_inline_code_and_ask_no_other_host() -> None:
    """No page has an inline script or style, a handler, or a resource from elsewhere; the policy says so too.

    What search engines are told is a block of data, which nothing runs.
    """
    for path, html in html_pages():
        assert "default-src 'none'" in html, path
        for tag, attributes in read(html).tags:
            assert tag not in ("style", "iframe"), path
            assert tag != "script" or attributes.get("src") or attributes == {"type": "application/ld+json"}, path
            assert not any(name == "style" or name.startswith("on") for name in attributes), path
            if tag in ("img", "link", "script") and attributes.get("rel") not in ("canonical", "alternate"):
                assert not re.match("(https?:)?//", attributes.get("src") or attributes.get("href") or ""), path


def test_ids_are_unique_and_headings_begin_with_one_h1() -> None:
    """Each page has one h1 and no id twice."""
    for path, html in html_pages():
        reading = read(html)
        assert len(reading.ids) == len(set(reading.ids)), path
        assert [tag for tag, _ in reading.tags].count("h1") == 1, path


def test_the_language_switch_stays_on_the_page() -> None:
    """The other language's link leads to the same page."""
    assert '<a href="../../../../../en/places/town/east/issues/lamps/index.html" lang="en"' in issue("lamps")


def test_untranslated_texts_carry_their_language() -> None:
    """On an English page a Chinese title has its lang, a translated one has none."""
    english = town()["en/issues/index.html"]
    assert '<a class="title" href="../places/town/east/issues/lamps/index.html">Dark lamps</a>' in english
    assert '<a class="title" href="../places/town/east/issues/bikes/index.html" lang="zh-Hans">没处停车</a>' in english


def test_every_page_leads_to_whom_to_tell_of_a_barrier() -> None:
    """What works for whom stands on one page, with the contact of the site, or that it has published none."""
    for path, html in html_pages():
        assert 'accessibility/index.html"' in html, path
    page, nobody = "accessibility/index.html", "没有办法直接告诉维护者。可以告诉给您这个网址的人。"
    assert nobody in town()[page]
    with_contact = f"{dedent(TOWN['site.yaml'])}contact: {{email: a@example.org}}\n"
    known = page_of(library_of({**TOWN, "site.yaml": with_contact}), page)
    assert nobody not in known
    assert 'href="mailto:a@example.org"' in known.partition("</main>")[0]


def test_one_new_issue_leaves_the_pages_of_others_as_they_are() -> None:
    """Record pages hold no totals and no newest records: adding an issue changes none of another community's pages."""
    new = "{title: 新, topic: other, raised: 2025-12-01, log: [raised: 新]}"
    files = {**TOWN, "places/town/west/issues/new.yaml": new}
    after = site_of(library_of(files))
    for path in ("places/town/east/issues/lamps/index.html", "places/town/east/index.html", "pages/about/index.html"):
        assert after[path] == town()[path]


@pytest.mark.parametrize(("record", "said"), [
    ("lead: resident, due: 2026-03-01", "牵头 居民 承诺期限 2026年3月1日"),
    ("lead: resident", "牵头 居民 承诺期限 还没有写明"),
    ("due: 2026-03-01", "牵头 还没有写明 承诺期限 2026年3月1日"),
    ("tags: []", "承诺 还没有写明由谁、什么时候办。"),
    ("lead: resident, basis: press, source: s1", "牵头 居民 承诺期限 报道没有写"),
    ("basis: press, source: s1", "承诺 报道没有写由谁、什么时候办。"),
])
def test_what_is_not_done_says_who_will_do_it_and_by_when(record: str, said: str) -> None:
    """Once, above the facts; also that it is not known. What was resolved promises nothing any more: of a report
    at most that it names no day."""
    new = f"{{title: 新, topic: other, raised: 2025-12-01, {record}, log: [raised: 新]}}".replace("tags: [], ", "")
    path = "places/town/east/issues/new"
    text = words(page_of(library_of({**TOWN, f"{path}.yaml": new}), f"{path}/index.html"))
    assert text.count("承诺") == 1
    assert said in text
    done = new.replace("raised: 新", "resolved: 好了").replace("due: 2026-03-01, ", "")
    text = words(page_of(library_of({**TOWN, f"{path}.yaml": done}), f"{path}/index.html"))
    assert text.count("承诺") == text.count("承诺期限 报道没有写") == int("press" in record)


# --- places -----------------------------------------------------------------------------------------------------------


def test_a_gap_without_an_indicator_is_no_empty_heading() -> None:
    """Nor is a plan without gaps: both say what they do not name. What nobody says was done is not called undone."""
    library = library_of({**TOWN, "places/town/plans/training.yaml": "{title: 培训, gaps: [{text: 环节衔接不够}]}",
                          "places/town/plans/talks.yaml": "{title: 座谈}"})
    for path in ("places/town/gaps", "places/town/plans/training"):
        html = page_of(library, f"{path}/index.html")
        assert "环节衔接不够 没有写明用哪个数字衡量" in words(html)
        assert "<strong>环节" not in html
    gaps = words(page_of(library, "places/town/gaps/index.html"))
    assert "座谈 没有写明针对哪些差距。" in gaps
    assert "没有落实记录的建议" in gaps


@pytest.mark.parametrize(("log", "row"), [
    ("2025-12-02 resolved: 好了", "地方 议题 未办结 已办结 案例 东社区 4 2 2 1"),
    ("2025-12-02 closed: 不办了], close_reason: [referred", "地方 议题 未办结 已办结 未解决结案 案例 东社区 4 2 1 1 1"),
    ("2025-12-02 not_reported: 没有说", "地方 议题 未办结 已办结 后续不详 案例 东社区 4 2 1 1 1"),
])
def test_the_numbers_of_a_place_add_up(log: str, row: str) -> None:
    """What was closed unsolved, or is not known further, has a column as soon as there is one."""
    new = f"{{title: 新, topic: other, raised: 2025-12-01, log: [{log}]}}".replace("[referred]", "referred")
    library = library_of({**TOWN, "places/town/east/issues/new.yaml": new})
    assert row in words(page_of(library, "places/town/index.html"))


def test_a_silent_community_is_never_a_zero() -> None:
    """A community without a record reads "no public record yet", in lists and on its own page."""
    town_page = words(town()["places/town/index.html"])
    assert "西社区 尚无公开记录" in town_page
    assert "共3个社区，1个在这里有公开记录，2个尚无公开记录。" in town_page
    assert "这里尚无公开记录" in town()["places/town/west/index.html"]


def test_a_figure_stands_beside_its_statistic_and_is_not_mixed_with_it() -> None:
    """A published number shows its source and the count here; the coverage only where it has no period."""
    page = words(town()["places/town/index.html"])
    assert "改造小区 4" in page
    assert "按本站记录统计： 改造的小区 1" in page
    assert "公布的是4，本站记录到1（25%）。" in page
    assert "推动解决 132" in page
    assert "公布的是132" not in page


def test_a_figure_beside_a_statistic_of_0_is_not_refuted() -> None:
    """Where nothing is on record yet, that is said in words: no 0, no coverage of 0%."""
    figure = "- {label: 微更新, value: 17, source: s1, matches: renewed_spaces}"
    page = words(site_of(library_of({**TOWN, "places/town/figures.yaml": figure}))["places/town/index.html"])
    assert "按本站记录统计： 更新的公共空间 本站记录里还没有" in page
    assert "本站记录到0" not in page


def test_a_figure_that_is_less_than_what_the_records_show_is_told_as_such() -> None:
    """No share of more than the whole: the records show more than was published."""
    figure = "- {label: 议题, value: 2, source: s1, matches: issues}"
    page = words(page_of(library_of({**TOWN, "places/town/figures.yaml": figure}), "places/town/index.html"))
    assert "本站记录到3，比公布的2多。" in page
    assert "150%" not in page


def test_every_name_of_a_statistic_leads_to_its_number() -> None:
    """Whatever a figure may match and a gap may name, KEY or KEY.VALUE: both show what it is called and its number."""
    terms = get_built_in_vocabulary().terms
    value_of = {"place": "places/town/east", "month": "2025-03", **{name: next(iter(terms[name])) for name in terms}}
    names = [f"{key}.{value_of[one.values]}" if one.kind == "split" else key for key, one in DEFINITIONS.items()]
    plan = "title: 计划\ngaps:\n" + "".join(
        f"- {{text: 差距, statistic: {name}, value_then: 7}}\n" for name in names)
    figures = "".join(f"- {{label: 数字, value: 9, source: s1, matches: {name}}}\n" for name in names)
    library = library_of({**TOWN, "places/town/plans/p.yaml": plan, "places/town/figures.yaml": figures})
    assert not list(check_names(library))
    gaps = page_of(library, "places/town/plans/p/index.html")
    rows = re.findall(r'<p>指标：(.*?)</p>.*?<tr>(<th scope="row">.*?)</tr>', gaps, re.DOTALL)
    assert len(rows) == len(names)
    assert [words(row) for name, row in rows if "2025年3月" in name] == ["示例镇 7 1 比当时低", "示例镇 7 1 比当时低"]
    assert words(page_of(library, "places/town/index.html")).count("按本站记录统计：") == len(names)


def test_where_to_raise_a_matter_is_said_for_every_place() -> None:
    """A community shows its office, or leads to the nearest place above that has one."""
    assert '<a class="phone" href="tel:01080000000">010-8000 0000</a>' in town()["places/town/east/index.html"]
    west = town()["places/town/west/index.html"]
    assert '<a href="../../../places/town/index.html">示例镇</a>' in west
    assert "12345" in west


# --- issues -----------------------------------------------------------------------------------------------------------


def issue(name: str) -> str:
    """The page of an issue of the eastern community."""
    return town()[f"places/town/east/issues/{name}/index.html"]


def test_status_is_told_by_colour_word_and_shape() -> None:
    """A note never tells the status by colour alone."""
    note = '<span class="note is-green"><span class="shape" aria-hidden="true">✓</span>已办结</span>'
    assert note in issue("lamps")


def test_small_numbers_of_people_are_not_told() -> None:
    """One to four people, or votes, are shown as fewer than five; more are shown exactly."""
    page = words(issue("lamps"))
    assert "其中未成年人 &lt;5" in page
    assert "反对 &lt;5" in page
    assert "赞成 18" in page
    assert "其中60岁以上 9" in page
    assert re.findall("搬走的：[^ ]*|缴费的：[^ ]*", page) == ["搬走的：&lt;5人", "缴费的：3户"]


def test_unverified_stages_are_nowhere() -> None:
    """A stage that is not verified appears on no page."""
    assert not [path for path, html in town().items() if "秘而不宣" in html]
    assert "名称没有核实" in town()["methods/steps/index.html"]


def test_a_missing_required_stage_is_shown() -> None:
    """The stage bar says which required stage has no entry, and the sentence below says how many."""
    assert "商 必经，但没有记录" in words(issue("lamps"))
    assert "有1个该走的必经步骤没有记录。" in issue("lamps")


def test_a_case_is_named_where_the_log_lacks_a_step() -> None:
    """It may tell what the log does not; where nothing is missing it stands below, with what belongs to the issue."""
    assert "没有记录。 办理经过可以看案例： 灯亮了" in words(issue("lamps"))
    path = "places/town/east/issues/lamps"
    whole = TOWN[f"{path}.yaml"].replace("- 2025-03-20 办", "- 2025-03-10 商: 谈\n          - 2025-03-20 办")
    assert "办理经过可以看案例" not in page_of(library_of({**TOWN, f"{path}.yaml": whole}), f"{path}/index.html")


@pytest.mark.parametrize(("log", "said"), [
    ("[2025-03-05 问: x]", "商 还没有到 办 还没有到"),
    ("[2025-03-05 问: x, 2025-03-09 closed: x], close_reason: not_feasible", "商 结案前没有走到 办 结案前没有走到"),
    ("[2025-03-05 问: x, 2025-03-09 not_reported: x]", "商 没有记录 办 没有记录")])
def test_a_stage_that_is_not_due_is_not_called_missing(log: str, said: str) -> None:
    """Below stands that every stage that is due is recorded: each other one says why it is not due."""
    new = f"{{title: 新, topic: other, raised: 2025-03-01, log: {log}}}"
    page = words(page_of(library_of({**TOWN, "places/town/east/issues/new.yaml": new}),
                         "places/town/east/issues/new/index.html"))
    assert "到目前该走的步骤都有记录，顺序也对。" in page
    assert said in page


@pytest.mark.parametrize(("log", "followups", "latest"), [
    ("[2025-03-05 resolved: x]", "[2025-04-01 holds: y, 2025-06-01 failed: z]", "2025年6月1日 回访：失效 z"),
    ("[2025-03-05 resolved: x]", "[2026-06-01 holds: y]", "2025年3月5日 办结 x"),
    ("[unknown resolved: x]", "[2025-04-01 holds: y]", "2025年4月1日 回访：有效 y"),
    ("[2025-03-05 resolved: x, 2025-07-01 reopened: w]", "[2025-06-01 failed: z]", "2025年7月1日 重开 w")])
def test_the_latest_is_a_step_or_a_follow_up(log: str, followups: str, latest: str) -> None:
    """Whichever came last by the day of the report."""
    new = f"{{title: 新, topic: other, raised: 2025-03-01, log: {log}, followups: {followups}}}"
    path = "places/town/east/issues/new"
    page = page_of(library_of({**TOWN, f"{path}.yaml": new}), f"{path}/index.html")
    assert f"最新进展 {latest} " in words(page)


def test_every_record_says_how_it_is_cited() -> None:
    """By title, place, site, day and address. The day is the record's: the report's would change every page daily."""
    assert "引用本页 示例镇：“路灯不亮”，东社区，2025年7月1日。places/town/east/issues/lamps/ " in words(issue("lamps"))
    assert "引用本页 示例镇：“灯亮了”，东社区。" in words(town()["places/town/east/cases/story/index.html"])
    english = page_of(library_of(TOWN), "en/places/town/east/issues/lamps/index.html", "https://example.org/x/")
    assert ("To cite this page Example Town, “Dark lamps”, 东社区, 1 July 2025. "
            "https://example.org/x/en/places/town/east/issues/lamps/ ") in words(english)


def test_what_a_press_report_does_not_tell_is_not_passed_off_as_a_no() -> None:
    """A share that counts it as one says of how many records, where the number stands and among all numbers."""
    new = "{title: 新, topic: other, raised: unknown, basis: press, source: s1, log: [resolved: 好了]}"
    library = library_of({**TOWN, "places/town/east/issues/new.yaml": new})
    told = "其中1件只见于媒体报道，报道没有提到，按“没有”计算。"
    for path in ("statistics/mechanism_share", "statistics/reopened_share", "statistics"):
        assert told in page_of(library, f"{path}/index.html")
        assert told not in town()[f"{path}/index.html"]


def test_a_press_record_is_marked_and_never_judged() -> None:
    """What is known from the press says so, with its source, and is never called missing, stale or overdue."""
    page = words(issue("leak"))
    assert "仅见于媒体报道。 报道没有说的，这里不补写。 来源： 一篇报道" in page
    assert "必经，但没有记录" not in page
    assert "没有新的记录" not in page


def test_an_entry_of_the_future_is_shown_but_not_the_latest() -> None:
    """What is dated later than the day of the report stands in the log with a mark, not at the top."""
    page = words(issue("bikes"))
    assert "最新进展 2025年10月8日 问" in page
    assert "2026年2月1日 商 日期未到，暂不计入" in page


def test_issues_that_hang_together_lead_to_each_other() -> None:
    """What came of an issue is linked both ways, and so are the cases that tell of it."""
    assert "places/town/east/issues/bikes/index.html" in issue("lamps")
    assert "places/town/east/issues/lamps/index.html" in issue("bikes")
    assert "places/town/east/cases/story/index.html" in issue("lamps")
    assert "places/town/east/issues/lamps/index.html" in town()["places/town/east/cases/story/index.html"]


def test_whether_it_lasts_is_said_in_words() -> None:
    """The result says when it was resolved, after how long, and what the follow-up found."""
    assert "2025年3月31日办结，从提出到办结用了30天。效果长久" in issue("lamps")
    english = town()["en/places/town/east/issues/lamps/index.html"]
    assert "Resolved 31 March 2025, 30 days after it was raised." in english


def test_links_in_texts_lead_to_pages_and_dead_ones_become_text() -> None:
    """A link to a record's file leads to its page; one that leads nowhere keeps only its text."""
    page = town()["places/town/east/cases/story/index.html"]
    assert '<a href="../../../../../places/town/east/issues/lamps/index.html">这件事</a>' in page
    assert 'href="https://example.org/"' in page
    assert "nowhere" not in page
    assert "没有的" in page


def test_a_reference_to_a_withheld_record_is_plain_text() -> None:
    """What a record that is not published was called by stands there without a link."""
    files = {path: text for path, text in TOWN.items() if not path.endswith(("lamps.yaml", "story.md"))}
    withheld = WithheldRecords(invalid={"places/town/east/issues/lamps": "issue"})
    page = site_of(library_of(files, withheld))["places/town/east/issues/bikes/index.html"]
    assert "它由这件议题引出： lamps" in words(page)
    assert "issues/lamps/" not in page


# --- lists, wall, statistics ------------------------------------------------------------------------------------------


def test_the_wall_hangs_open_issues_and_drops_old_results() -> None:
    """Open issues are on the wall with their tags; what was resolved more than 90 days ago is not."""
    wall = words(town()["wall/index.html"])
    assert "没处停车 车棚 东社区" in wall
    assert "路灯不亮" not in wall


@pytest.mark.parametrize(("day", "age"), [(AS_OF - timedelta(14), " is-fresh"), (AS_OF - timedelta(15), ""),
                                          (AS_OF - timedelta(60), ""), (AS_OF - timedelta(61), " is-stale")])
def test_a_note_shows_whether_there_is_news(day: date, age: str) -> None:
    """Its edge tells fresh news, and that there has been none for 60 days."""
    issue = f"{{title: 漏水, topic: leaks, raised: {day}, log: [{day} raised: 提出]}}"
    assert f'<li class="paper is-pink{age}"' in page_of(library_of({**TOWN, "places/town/issues/leak.yaml": issue}),
                                                         "wall/index.html")


def test_photos_that_nobody_can_see_are_not_shown_as_evidence() -> None:
    """Where the page has no photo, a photo that proves the result is called not published."""
    issue = ("{title: 漏水, topic: leaks, raised: 2025-12-01, log: [2025-12-02 resolved: 好了], "
             "outcome: {text: 不漏了, evidence: [photo, document]}}")
    page = page_of(library_of({**TOWN, "places/town/issues/leak.yaml": issue}), "places/town/issues/leak/index.html")
    assert "照片（未公开）、文件" in words(page)


def test_a_wall_speaks_the_words_of_the_place() -> None:
    """Its own name in its own language, and the names of the stages of the one method beside the phases."""
    site = dedent(TOWN["site.yaml"]) + "look: {wall: 议事脚印}\n"
    pages = site_of(library_of({**TOWN, "site.yaml": site}))
    assert "示例镇的议事脚印" in words(pages["places/town/wall/index.html"])
    assert "议事墙" not in words(pages["index.html"])
    assert "Wall of 示例镇" in words(pages["en/places/town/wall/index.html"])
    assert "调研（问）" in words(pages["wall/stages/index.html"])


def test_an_empty_column_says_where_earlier_results_are() -> None:
    """Where all that was resolved is older than the wall shows, the column says so; where nothing was, it does not."""
    wall = words(town()["wall/index.html"])
    assert "已办结 近期没有便签；更早的1件在“全部议题”里。" in wall
    assert wall.count("近期没有便签") == 1


def test_lists_by_status_count_like_the_statistics() -> None:
    """A repeat of another issue stands in a list of its own, not in that of its status."""
    again = "{title: 又一次路灯不亮, topic: lighting, raised: 2025-10-02, duplicate_of: lamps, log: [raised: 还是不亮]}"
    site = site_of(library_of({**TOWN, "places/town/west/issues/again.yaml": again}))
    assert "又一次路灯不亮" not in site["status/new/index.html"]
    assert "又一次路灯不亮" in site["status/duplicate/index.html"]
    assert "新提出 0" in words(site["status/index.html"])
    assert "status/duplicate/index.html" not in town()


def test_statistics_with_nothing_to_count_stand_last_in_one_list() -> None:
    """They are named once, below all others, and keep their anchors."""
    page = town()["statistics/index.html"]
    before, _, after = page.partition("<h2>还没有可以统计的记录</h2>")
    assert 'id="by_channel"' in after
    assert 'id="issues"' in before
    assert "<section" not in after


def test_a_number_of_the_questions_is_not_told_again_below() -> None:
    """Each statistic has one place on the page: a question, a chart, or the list of the others."""
    for name, page in town().items():
        if name.endswith("statistics/index.html"):
            assert [key for key in DEFINITIONS if page.count(f'id="{key}"') != 1] == [], name


def test_nothing_counted_reads_alike_wherever_it_stands() -> None:
    """Of things that are only counted where a record names them, 0 is never a bare 0: it would read as a finding."""
    site = town()
    for page in ("statistics", "statistics/renewed_spaces"):
        assert "本站记录里还没有" in words(site[f"{page}/index.html"])
    for path, page in site.items():
        assert not re.search(r'statistics/renewed_spaces/index\.html#[^>]*>(<data[^>]*>)?0<', page), path


def test_a_statistic_shows_definition_parts_and_records() -> None:
    """The page of a share says what is counted, out of what, what was left out, and names the records."""
    page = words(town()["statistics/resolution_rate/index.html"])
    assert "共2个，其中1个 数目太少，不算百分比" in page
    assert "未计入：日期不详（1）" in page
    assert "计入 1 路灯不亮" in page
    assert "在考察范围内，但不算在内 1 没处停车" in page


def test_the_page_of_data_says_who_publishes_them_and_what_one_may_do() -> None:
    """Publisher, licence and contact; without a licence, that one has to ask, if it is said whom."""
    known = {"": "发布单位 没有写明发布单位。 许可 没有写明许可，也没有写明可以问谁；弄清楚之前，",
             "publisher: 议事办\n": "发布单位 议事办 许可 没有写明许可：要在别处发布这些数据，请先问发布单位。 版本",
             "licence: CC BY 4.0\npublisher: 议事办\ncontact: {email: office@example.org}\n":
                 "发布单位 议事办 许可 CC BY 4.0 联系方式 office@example.org 版本"}
    for stated, said in known.items():
        site = {**TOWN, "site.yaml": dedent(TOWN["site.yaml"]) + stated}
        page = words(page_of(library_of(site), "data/index.html").partition('id="terms"')[2])
        assert page.startswith(f"> 谁发布的，可以怎么用 {said}")


def test_the_page_of_data_says_which_texts_are_in_which_language() -> None:
    """Where the site has several; and the files are so."""
    assert "文字是写记录时用的语言（简体中文）。译文在“translations”键下" in words(town()["data/index.html"])
    without = {kind for kind in TABLES if "translations" not in {one.name for one in list_table_columns(kind)}}
    assert without == {"issue"}
    alone = {**TOWN, "site.yaml": "{title: 示例镇, languages: [zh-Hans]}"}
    assert "translations" not in words(page_of(library_of(alone), "data/index.html"))


def test_no_word_of_the_dictionary_stands_twice_in_a_heading() -> None:
    """Where a key is its own name; a key within a record says of which one."""
    headings = re.findall(r"<h3>(.*?)</h3>", town()["en/data/dictionary/index.html"])
    said = [words(heading).split() for heading in headings]
    assert [one for one in said if len(one) != len(set(one))] == []
    assert ["log", "issue.log"] in said


def test_a_statistic_that_cannot_be_computed_says_why() -> None:
    """Too few cases are called too few, not zero."""
    assert "样本不足：只有1条，至少要5条。" in town()["statistics/median_days_to_resolve/index.html"]


@pytest.mark.parametrize(("number", "fronts"), [(FRONT_PAGE_SIZE, 1), (FRONT_PAGE_SIZE + 1, 2)])
def test_a_list_is_split_when_it_outgrows_its_front_page(number: int, fronts: int) -> None:
    """Up to the limit a list is one page; beyond, its years follow, and each record stands in exactly one of them."""
    paths = [f"x/{n:04}" for n in range(number)]
    found = list(split_list("issues", paths, dict.fromkeys(paths, "2025-03")))
    assert len(found) == fronts
    assert found[0].paths == tuple(paths[:FRONT_PAGE_SIZE])
    assert found[-1].folder == ("issues" if fronts == 1 else "issues/2025")
    assert set(found[-1].paths) == set(paths)


@pytest.mark.parametrize("number", [MAX_PAGE_SIZE, MAX_PAGE_SIZE + 1])
def test_a_year_keeps_its_address_when_it_is_split_into_months(number: int) -> None:
    """Its page holds its records, or leads to its months when they are too many; the front page leads to records."""
    month = {f"x/{n:04}": f"2025-{n % 12 + 1:02}" for n in range(number)} | {"y/1": "2024-05", "y/2": None}
    front, *rest = split_list("issues", [*month], month)
    assert {one.folder for one in rest} >= {"issues/2025", "issues/2024", "issues/unknown"}
    holding = {one.folder: one.paths for one in rest if one.paths}
    assert sorted(path for paths in holding.values() for path in paths) == sorted(month)
    assert [folder for folder, _, _ in front.subpages] == [*holding]
    assert sum(size for _, _, size in front.subpages) == len(month)
    assert ("issues/2025" in holding) == (number == MAX_PAGE_SIZE)


def test_a_long_month_is_split_so_that_a_new_record_touches_one_part() -> None:
    """No page holds more than the limit, nothing is lost, and one more record changes one part."""
    def parts(number: int) -> dict[str, tuple[str, ...]]:
        paths = [f"x/{n:04}" for n in range(number)]
        found = split_list("issues", paths, dict.fromkeys(paths))
        return {one.folder: one.paths for one in found if one.folder != "issues"}

    before, after = parts(1000), parts(1001)
    assert all(len(paths) <= MAX_PAGE_SIZE for paths in before.values())
    assert sorted(path for paths in before.values() for path in paths) == [f"x/{n:04}" for n in range(1000)]
    assert len([folder for folder in after if after[folder] != before[folder]]) == 1


def test_the_issues_of_a_location_are_split_as_every_list_is() -> None:
    """A location of which many issues tell has the newest on its page, and all of them on others."""
    issues = {f"places/town/north/issues/n{n}.yaml": f"title: Lamp {n}\ntopic: lighting\nraised: 2025-0{1 + n % 2}\n"
              "location: yard\nlog: [{2025-03-01 raised: x}]\n" for n in range(FRONT_PAGE_SIZE + 1)}
    site = {"site.yaml": "title: T\nlanguages: en\n", "places/town/place.yaml": "name: T\nkind: town\n",
            "places/town/north/place.yaml": "name: N\nkind: community\n",
            "places/town/north/locations.yaml": "yard: {name: Yard, kind: compound}\n", **issues}
    pages = {plan.path for plan in plan_site(book_on(library_of(site), AS_OF), base_url="", problems=(), search=False)
             if plan.path.startswith("places/town/north/locations/yard/")}
    assert pages == {f"places/town/north/locations/yard/{part}index.html" for part in ("", "2025/")}


@pytest.mark.parametrize(("households", "words"), [
    (None, ""), (0, "fewer than 500 households"), (499, "fewer than 500 households"),
    (500, "500 to under 1,000 households"), (7_999, "4,000 to under 8,000 households"),
    (8_000, "8,000 households or more"), (90_000, "8,000 households or more")])
def test_a_size_of_places_is_told_by_its_bounds(households: int | None, words: str) -> None:
    """Places of similar size are those between two numbers of households."""
    place = create_record("place", {"name": "x", "kind": "community",
                                    "households": None if households is None else {"value": households}})
    context = build_page_context(book_on(library_of({"site.yaml": "title: T\n"}), AS_OF), get_language("en"), "")
    assert isinstance(place, Place)
    assert format_household_band(context, find_household_band(place)) == words


def test_an_empty_site_has_every_page() -> None:
    """With nothing but a title, the site stands and says that there is nothing yet."""
    site = site_of(library_of({"site.yaml": "title: Nothing\nlanguages: en\n"}))
    assert "No issue has been published yet." in site["issues/index.html"]
    assert "No place has been published yet." in site["index.html"]
    assert "There is nothing to count yet." in site["statistics/resolution_rate/index.html"]


def test_withheld_records_are_named() -> None:
    """The page of problems is there exactly when records are withheld, and says what is wrong."""
    problem = Problem("places/town/bad.yaml", 3, 1, "missing_key", (("key", "标题"),))
    page = site_of(library_of(TOWN), problems=(problem,))["problems/index.html"]
    assert "places/town/bad.yaml:3" in page
    assert "缺少 标题。" in page
    assert "problems/index.html" not in town()


def test_the_page_for_dead_addresses_works_at_any_address() -> None:
    """Its links begin with the path of the base URL, and it speaks every language of the site."""
    page = site_of(library_of(TOWN), base_url="https://example.org/sub/")["404.html"]
    assert 'href="/sub/static/style.css"' in page
    assert 'href="/sub/en/index.html"' in page
    assert "There is no page here" in page
    assert 'href="/static/style.css"' in town()["404.html"]


def test_canonical_addresses_need_a_base_url() -> None:
    """Absolute addresses are given only where the site's own is known."""
    assert "canonical" not in town()["wall/index.html"]
    pages = site_of(library_of(TOWN), base_url="https://example.org/sub/")
    assert '<link rel="canonical" href="https://example.org/sub/wall/">' in pages["wall/index.html"]
    assert "的数据，版本2025-12-31。 https://example.org/sub/data/<" in pages["data/index.html"]
    assert "版本2025-12-31。<" in town()["data/index.html"]
    assert "https://example.org/sub/en/statistics/issues/#places/town<" in pages["en/statistics/issues/index.html"]


def test_the_head_offers_a_search_only_where_there_is_one() -> None:
    """A plain form that leads to the search page; without that page, nothing."""
    with_search, without = town()["wall/index.html"], site_of(library_of(TOWN), search=False)["wall/index.html"]
    assert '<form class="search" role="search" action="../search/index.html">' in with_search
    assert '<input type="search" name="q"' in with_search
    assert "search" not in without


def test_an_icp_number_leads_to_where_it_is_filed() -> None:
    """A record number (备案号) of the ICP kind must be a link to its register; another is plain text."""
    def foot(number: str) -> str:
        site = f"title: 示例镇\nlanguages: zh-Hans\n备案号: {number}\n"
        return site_of(library_of({"site.yaml": site}))["index.html"].split("<footer")[1]

    assert '<a href="https://beian.miit.gov.cn/">京ICP备00000000号</a>' in foot("京ICP备00000000号")
    assert "<span>示例备0号</span>" in foot("示例备0号")


# --- rendering, style -------------------------------------------------------------------------------------------------


def test_texts_of_writers_are_escaped() -> None:
    """Markup in a title is shown, not obeyed."""
    library = library_of(TOWN)
    path = "places/town/east/issues/lamps"
    wild = library.issues[path].model_copy(update={"title": "<b>x</b>"})
    page = site_of(replace(library, issues={**library.issues, path: wild}))[f"{path}/index.html"]
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "<b>x</b>" not in page


def test_the_closure_of_a_template_is_all_it_is_made_from() -> None:
    """What a template extends, includes or imports belongs to it, also at second hand."""
    templates = {"a": "{% extends 'b' %}", "b": "{% include 'c' %}{% from 'd' import x %}", "c": "", "d": "", "e": ""}
    assert find_template_closure("a", find_template_references(templates)) == {"a", "b", "c", "d"}


def test_a_dynamic_template_name_is_refused() -> None:
    """A template named by an expression would hide what a page depends on."""
    with pytest.raises(TemplateSyntaxError, match="plain string"):
        find_template_references({"a": "{% include name %}"})


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    parts = [int(digits[n:n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


COLOURS = {name: {"light": light, "dark": dark}
           for name, light, dark in re.findall(r"--([\w-]+): var\(--light, (#\w+)\) var\(--dark, (#\w+)\);", STYLE)}
NOTES = [f"note-{colour}" for colour in get_built_in_vocabulary().terms["colour"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_contrasts_with_everything_it_stands_on(scheme: str) -> None:
    """In both schemes every text colour has at least 4.5:1 against its grounds, the notes among them."""
    pairs = [(text, ground) for text in ("text", "text-muted", "link") for ground in ("background", "surface")]
    for text, ground in [*pairs, *(("text", note) for note in NOTES)]:
        assert _contrast(COLOURS[text][scheme], COLOURS[ground][scheme]) >= 4.5, f"{text} on {ground}"


def test_every_colour_of_a_note_has_its_token_and_its_class() -> None:
    """A method may give a status any colour of the vocabulary: on a note, in a chart, in both schemes and on paper."""
    on_paper = re.findall(r"--(note-\w+): #\w+;", STYLE)
    assert COLOURS.keys() >= {*NOTES} <= {*on_paper}
    for note in NOTES:
        colour = note.removeprefix("note-")
        assert f".is-{colour}, .fill-{colour} {{ background: var(--{note}); fill: var(--{note}); }}" in STYLE


def test_every_colour_of_the_screen_stands_once_with_both_its_values() -> None:
    """A token has one value for all, or one for light and one for dark; only what is printed has further ones."""
    screen = re.sub(r"@media print \{.*?\n\}", "", STYLE, flags=re.DOTALL)
    tokens = [token for token in re.findall(r"--([\w-]+):", screen) if token not in ("light", "dark", "line-height")]
    assert sorted(tokens) == sorted(set(tokens))


def test_one_script_alone_keeps_filters_in_the_address() -> None:
    """Lists, search and walls leave reading and writing the query to it."""
    scripts = {path.name: path.read_text("utf-8") for path in (ROOT / "templates" / "static").glob("*.js")}
    writing = [name for name, script in scripts.items() if re.search(r"history\[|history\.|popstate", script)]
    assert writing == ["filters.js"]


def test_the_style_keeps_to_what_old_phones_read() -> None:
    """No selector or function that old WebViews lack."""
    assert not re.search(r":has\(|color-mix\(|light-dark\(|@layer|@container|^\s+&", STYLE, re.MULTILINE)


# --- people, year by year ---------------------------------------------------------------------------------------------


MEETINGS = {f"places/town/east/meetings/{name}.yaml":
            f"{{title: {name}, date: {day}, participants: {{kinds: [resident], headcount: {there}, under18: {young}}}}}"
            for name, day, there, young in (
                ("spring", "2024-03-01", 50, 5), ("autumn", "2024-10-01", 60, 6),
                ("winter", "2025-01-01", 40, 8), ("summer", "2025-06-01", 30, 2))}
"""In 2024 all numbers are told; in 2025 one is of few people."""


def test_a_share_of_people_is_told_by_year_of_meetings_that_are_told() -> None:
    """Under a share stand shares of the meetings of a year whose numbers are told, never by month."""
    site = site_of(library_of({**TOWN, **MEETINGS}))
    page = site["en/statistics/youth_share/index.html"]
    course = page.partition('id="course"')[2].partition("</section>")[0]
    assert words(course).endswith("Year In all 2025 20% (8/40) 2024 10% (11/110)")
    assert "Year by year; the tallest column stands for 20%." in words(course)
    assert "<title>2024: 10% (11/110)</title>" in course
    assert "Left out: too few people to be told (1)" in words(page)
    assert course.count('<rect class="raised"') == 2


def test_where_no_meeting_is_told_no_bar_stands() -> None:
    """Nor does a number: the meeting is left out, and the page says so."""
    one = {path: text for path, text in MEETINGS.items() if "summer" in path}
    page = site_of(library_of({**TOWN, **one}))["en/statistics/youth_share/index.html"]
    assert 'class="raised"' not in page
    assert ("Too few people: their number is not told. Counted 0 Out of 0 Left out: too few people to be told (1)"
            in words(page))
