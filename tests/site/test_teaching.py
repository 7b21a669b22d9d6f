"""Cases as teaching: which are alike and why, and the sheet that a class or a meeting discusses."""

from collections.abc import Mapping
from functools import cache
from textwrap import dedent

from tests.site.test_pages import library_of, site_of, words
from yishi.analysis.similar_cases import MAX_SIMILAR
from yishi.library import Library

EAST = "places/town/east"

TOWN: Mapping[str, str] = {
    "site.yaml": "title: 示例镇\nlanguages: [zh-Hans, en]\n",
    "sources.yaml": "s1: {title: 报道}\n",
    "methods/steps.yaml": """
        name: 三步
        tiers: [居民, 物业, 专家]
        stages:
          - {id: ask, label: 问, core: [clarify]}
          - {id: talk, label: 商, core: [deliberate]}
          - {id: agree, label: 定, core: [decide]}
        """,
    "places/town/place.yaml": "{name: 示例镇, kind: town, method: steps}",
    "places/town/east/place.yaml": "{name: 东社区, kind: community}",
    "places/town/east/locations.yaml": "yard: {name: 一号院, kind: compound}\npark: {name: 公园, kind: public_space}\n",
    f"{EAST}/issues/lamps.yaml": """
        title: 路灯不亮
        topic: lighting
        raised: 2025-03-01
        location: yard
        participants: {kinds: [居民, 物业]}
        options: [{text: 太阳能灯, adopted: no}, {text: 换电缆, adopted: yes}]
        decision: {text: 换电缆, dissent_note: 嫌贵}
        log: [2025-03-05 问: 上门问, 2025-03-12 商: 开会商量, 2025-03-20 定: 定了换电缆, 2025-03-31 resolved: 亮了]
        outcome: {mechanism: 每月巡灯}
        """,
    f"{EAST}/cases/lamps.md": """
        ---
        title: 灯亮了
        issues: lamps
        transferable: [有人巡灯]
        event: day
        ---
        故事
        """,
    f"{EAST}/cases/light.md": "---\ntitle: 楼道灯\ntopic: lighting\nlocation: park\nstakeholders: [居民]\n---\n故事\n",
    f"{EAST}/cases/yard.md": "---\ntitle: 院子\ntopic: greening\nlocation: yard\n---\n故事\n",
    f"{EAST}/cases/far.md": "---\ntitle: 不相干\ntopic: waste\nlocation: park\n---\n故事\n",
    f"{EAST}/cases/hidden.md": "---\ntitle: 未发布的灯\ntopic: lighting\nlocation: yard\ndraft: true\n---\n故事\n",
    f"{EAST}/cases/press.md": """
        ---
        title: 报道的故事
        topic: parking
        location: park
        basis: press
        source: s1
        ---
        故事
        """,
    "places/town/events/day.yaml": "{title: 展演日, date: 2025-09-01}",
    "places/town/reviews/expert.yaml": """
        {target: places/town/east/cases/lamps, title: 专家看灯, recommendations: [{text: 接着巡}]}
        """,
}


def library(**more: str) -> Library:
    """The town above, with more cases: name → front matter."""
    files = {f"{EAST}/cases/{name.replace('_', '-')}.md": f"---\n{dedent(text)}\n---\n故事\n"
             for name, text in more.items()}
    return library_of({**TOWN, **files})


@cache
def site() -> Mapping[str, str]:
    """The pages of the town above."""
    return site_of(library_of(TOWN))


def case(name: str, folder: str = "") -> str:
    """The text of a case's page."""
    return words(site()[f"{folder}{EAST}/cases/{name}/index.html"])


def test_similar_cases_say_why_and_stand_in_their_order() -> None:
    """A shared topic comes before a shared kind of location; each says what is shared; the others are absent."""
    similar = case("lamps").partition("相似案例")[2]
    assert "楼道灯 东社区 主题相同：照明；参与方相同：居民；工作法相同" in similar
    assert "院子 东社区 同类空间：小区；工作法相同" in similar
    assert similar.index("楼道灯") < similar.index("院子")
    assert "不相干" not in similar
    assert "the same topic: Lighting; the same participants: Residents" in case("lamps", "en/")


def test_drafts_are_not_called_similar() -> None:
    """A draft is mentioned on no other case's page."""
    assert "未发布的灯" not in case("lamps")


def test_a_case_like_no_other_says_so() -> None:
    """Where nothing is similar, the page says that there is nothing yet."""
    files = {path: text for path, text in TOWN.items() if "/cases/" not in path or "lamps" in path}
    assert "还没有公开相似的案例。" in site_of(library_of(files))[f"{EAST}/cases/lamps/index.html"]


def test_equally_similar_cases_stand_by_their_paths_and_are_few() -> None:
    """Of many that share as much, the first by path are shown, and no more than the limit."""
    front = "title: {name}\ntopic: lighting\nlocation: yard"
    more = {f"like_{n}": front.format(name=f"相似{n}") for n in range(9, 0, -1)}
    similar = words(site_of(library(**more))[f"{EAST}/cases/lamps/index.html"]).partition("相似案例")[2]
    shown = [f"相似{n}" for n in range(1, 10) if f"相似{n} " in similar]
    assert shown == [f"相似{n}" for n in range(1, MAX_SIMILAR + 1)]


def test_a_case_leads_to_its_event_its_reviews_and_its_sheet() -> None:
    """What the case was shown at, who reviewed it, and the sheet to discuss it by are a link away."""
    page = site()[f"{EAST}/cases/lamps/index.html"]
    assert "places/town/events/day/index.html" in page
    assert "places/town/reviews/expert/index.html" in page
    assert f'href="../../../../../{EAST}/cases/lamps/sheet/index.html"' in page


def sheet(name: str, folder: str = "") -> str:
    """The text of a discussion sheet."""
    return words(site()[f"{folder}{EAST}/cases/{name}/sheet/index.html"])


def test_the_sheet_shows_where_talking_became_deciding() -> None:
    """The turning point is the first decision, beside the step before it; later and earlier steps are not shown."""
    text = sheet("lamps")
    assert "之前 2025年3月12日 商 开会商量 随后 2025年3月20日 定 定了换电缆" in text
    assert "上门问" not in text
    assert "记录里没有能说明转折的一步。" in sheet("far")


def test_the_sheet_asks_what_the_record_raises() -> None:
    """Who was not at the table, what was not taken, who disagreed, what makes it last: as the record says it."""
    text = sheet("lamps")
    assert "记录里没有提到这些参与方：专家。" in text
    assert "太阳能灯 没有采纳的方案" in text
    assert "换电缆 没有采纳" not in text
    assert "嫌贵 有人有不同意见。" in text
    assert "每月巡灯 这是长效机制。" in text
    assert "有人巡灯 这些条件" in text
    assert "Not named among those at the table: Experts." in sheet("lamps", "en/")


def test_the_sheet_asks_about_what_the_record_lacks() -> None:
    """Without participants and without anything that makes it last, it asks for them."""
    text = sheet("far")
    assert "记录没有写明谁参与了。" in text
    assert "记录里没有让成果长效的办法。" in text


def test_the_press_is_not_blamed_for_what_it_leaves_out() -> None:
    """Of a case known only from a report, the sheet says what the report leaves out, not that it is missing."""
    text = sheet("press")
    assert "报道没有写靠什么让成果长效。" in text
    assert "报道没有写谁参与了。" in text
    assert "没有记录" not in text
    assert "记录里没有让成果长效的办法。" not in text
