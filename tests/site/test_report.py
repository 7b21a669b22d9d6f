"""The report card: one sheet of paper that tells a resident how a place is doing."""

import re
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from posixpath import normpath
from urllib.parse import unquote

import pytest
import segno

from tests.site.test_pages import library_of, page_of, site_of, words
from tests.support.chromium import print_to_pdf
from tests.support.workshop import Workshop
from yishi.site.places.report_card import MAX_TEXT_COLUMNS, shorten_text

EAST = "places/shili-shi/shili-zhen/dongshequ"
TOWN = "places/shili-shi/shili-zhen"
LONG = "一句很长的话，" * 60


def sheets(page: Path, pdf: Path) -> int:
    """How many sheets of paper a page takes, printed by a browser."""
    print_to_pdf(page, pdf, pdf.parent / "browser")
    return len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))


@pytest.fixture
def crowded(workshop: Workshop) -> Workshop:
    """A community with more of everything, and longer texts, than any card can show."""
    for number in range(9):
        workshop.write(f"{EAST}/issues/open-{number}.yaml", f"""
title: {"很长的标题" * 12}
topic: waste
raised: 2025-12-0{number + 1}
due: 2026-03-0{number + 1}
summary: {LONG[:280]}
log: [2025-12-10 raised: 提出]
objections:
  - {{date: 2025-12-20, by: resident, text: "{LONG}", answer: "{LONG}"}}
""")
        workshop.write(f"{EAST}/cases/long-{number}.md",
                       f"---\ntitle: {'很长的标题' * 40}\nissues: lamps\nsummary: {LONG[:280]}\n---\n{LONG}\n")
        workshop.write(f"{EAST}/reviews/long-{number}.yaml", f"""
target: dongshequ
title: {"很长的点评" * 30}
date: 2025-12-11
criteria:
  - {{key: 成果长效, rating: unmet, finding: "{LONG}"}}
recommendations:
  - {{text: "{LONG}", response: "{LONG}", due: 2026-03-01}}
""")
    return workshop


@pytest.mark.browser
@pytest.mark.parametrize("folder", ["", "en/"])
def test_the_crowded_card_prints_on_one_sheet(crowded: Workshop, tmp_path: Path, folder: str) -> None:
    """However much there is to tell, the card of a community takes one sheet of A4, in every language."""
    report = crowded.build()
    assert report.write_result, report.checked.problems
    for place in (EAST, TOWN):
        assert sheets(crowded.output / f"{folder}{place}/report/index.html", tmp_path / "card.pdf") == 1


# --- what the card tells ----------------------------------------------------------------------------------------------

SITE: Mapping[str, str] = {
    "site.yaml": "title: 示例镇\nlanguages: [zh-Hans, en]\n",
    "sources.yaml": "s1: {title: 报道}\n",
    "places/town/place.yaml": "{name: 示例镇, kind: town}",
    "places/town/figures.yaml": "- {label: 推动解决, value: 132, unit: 件, source: s1, period: {text: 八个月}}\n",
    "places/town/east/place.yaml": "{name: 东社区, kind: community, office: {address: 东街1号}}",
    "places/town/west/place.yaml": "{name: 西社区, kind: community}",
    "places/town/east/issues/lamps.yaml": """
        {title: 路灯不亮, topic: lighting, raised: 2025-01-01, log: [2025-02-01 resolved: 亮了],
         followups: [2025-06-01 holds: 还亮],
         objections: [{date: 2025-02-09, text: 还有一盏不亮, answer: 修好了}, {date: 2025-02-10, text: 太亮了},
                      {date: 2026-02-10, text: 以后的事}]}
        """,
    "places/town/east/issues/leak.yaml": """
        {title: 漏水, topic: leaks, raised: 2025-12-01, due: 2026-03-01, log: [2025-12-05 decide: 要修]}
        """,
    "places/town/east/issues/noise.yaml": "{title: 吵, topic: other, raised: 2025-11-01, log: [raised: 吵]}",
    "places/town/east/issues/noise-again.yaml": """
        {title: 又吵, topic: other, raised: 2025-11-02, duplicate_of: noise, log: [raised: 吵],
         objections: [{date: 2025-12-01, text: 重复的异议}]}
        """,
    "places/town/east/issues/reported.yaml": """
        {title: 报道的事, topic: other, raised: 2020-01-01, due: 2020-02-01, basis: press, source: s1,
         log: [2020-01-05 decide: 要办], objections: [{date: 2020-12-01, text: 报道的异议}]}
        """,
    "places/town/east/cases/dark.md": "---\ntitle: 暗处\nissues: relapsed\n---\n故事\n",
    "places/town/east/issues/relapsed.yaml": """
        {title: 又坏了, topic: lighting, raised: 2025-01-01,
         log: [2025-02-01 resolved: 好了, 2025-03-01 reopened: 坏了]}
        """,
    "places/town/east/meetings/past.yaml": "{title: 上次的会, date: 2025-12-01}",
    "places/town/east/meetings/next.yaml": "{title: 下次的会, date: 2026-01-10, venue: 议事厅}",
    "places/town/east/meetings/later.yaml": "{title: 再下次, date: 2026-02-10}",
    "places/town/east/reviews/expert.yaml": """
        {target: places/town/east, title: 专家点评, date: 2025-12-01,
         criteria: [{key: lasting, rating: partly}, {key: procedure, rating: met}],
         recommendations: [{text: 写下来, response: 已写}, {text: 请年轻人}]}
        """,
}


@cache
def site() -> Mapping[str, str]:
    """The pages of the town above."""
    return site_of(library_of(SITE))


def card(place: str, folder: str = "") -> str:
    """The text of a place's card."""
    return words(site()[f"{folder}{place}/report/index.html"])


def test_the_card_tells_what_was_done_what_is_open_and_what_was_said() -> None:
    """The proud, the promised day, the reviewers with the answers, the objections with theirs, and where to go."""
    text = card("places/town/east")
    assert "路灯不亮 回访证明成果长效。" in text
    assert "还有4件议题没有办结。" in text
    assert "漏水 承诺2026年3月1日前办好" in text
    assert "点评共打分2项：达到（1）、部分达到（1）。" in text
    assert "答复： 已写" in text
    assert "还有一盏不亮 答复： 修好了" in text
    assert "下次会议： 下次的会 2026年1月10日 议事厅" in text
    assert "东街1号" in text


def test_what_came_back_is_nothing_to_be_proud_of() -> None:
    """A case whose matter relapsed is not among the cases to be proud of."""
    assert "暗处" not in card("places/town/east")


def test_the_card_does_not_judge_the_press() -> None:
    """A matter known only from a report is not late, and nobody is asked for an answer to its objections."""
    text = card("places/town/east")
    assert "期限已过" not in text
    assert "报道的异议" not in text


def test_objections_are_counted_with_their_answers() -> None:
    """Objections up to the day of the report are counted, on the card and on the place's page; repeats are not."""
    said = "对办理结果有2条异议，其中1条已答复。"
    assert said in card("places/town/east")
    assert said in card("places/town")
    assert said in site()["places/town/east/index.html"]
    assert "2 objections to results; answered: 1." in card("places/town/east", "en/")


def test_objections_are_listed_with_their_answers_where_their_sentence_leads() -> None:
    """First those without an answer; what only the press reports, what repeats and what is to come are left out."""
    for place, up in (("places/town/east", "../../../"), ("places/town", "../../")):
        assert f'href="{up}{place}/objections/index.html"' in site()[f"{place}/index.html"]
        text = words(site()[f"{place}/objections/index.html"])
        assert text.index("还没有答复 1") < text.index("太亮了") < text.index("已答复 1") < text.index("答复： 修好了")
        assert not any(hidden in text for hidden in ("报道的异议", "重复的异议", "以后的事"))
    assert 'href="objections/index.html"' in site()["index.html"]
    assert "places/town/west/objections/index.html" not in site()


def test_whoever_sees_that_it_is_not_solved_can_say_so() -> None:
    """Issues, report cards and places tell whom: a mail that names the matter and its address, phone and office."""
    contact = {**SITE, "site.yaml": SITE["site.yaml"] + "contact: {email: office@example.org, phone: 010-1}\n"}
    library = library_of(contact)
    for path, subject, heading in (("issues/lamps/", "还没解决：路灯不亮", "还没解决？告诉我们"),
                                   ("report/", "关于东社区", "怎样反映问题"), ("", "关于东社区", "怎样反映问题")):
        html = page_of(library, f"places/town/east/{path}index.html")
        mail = unquote(html.partition('href="mailto:')[2].partition('"')[0])
        assert mail.startswith(f"office@example.org?subject={subject}&amp;body=")
        assert f"places/town/east/{path}index.html" in mail
        assert "东街1号" in words(html.rpartition(heading)[2])


def test_where_nobody_here_can_take_it_up_it_says_to_whom_to_turn() -> None:
    """What only the press reports is not the site's: then the office of the place is named, and nobody says "tell us";
    without any way the committee of the place is."""
    reported = "places/town/east/issues/reported/index.html"
    office = words(site()[reported])
    assert "还没解决？ 这件事仅见于媒体报道，本站不受理。 地址 东街1号" in office
    assert "告诉我们" not in office
    nowhere = library_of({**SITE, "places/town/east/place.yaml": "{name: 东社区, kind: community}"})
    turn = "请找当地的居委会或村委会。"
    assert f"还没解决？ 这件事仅见于媒体报道，本站不受理。{turn}" in words(page_of(nowhere, reported))
    nobody = f"本站没有公布联系方式，不受理反映。{turn}"
    for path, heading in (("issues/lamps/", "还没解决？"), ("report/", "怎样反映问题"), ("", "怎样反映问题")):
        text = words(page_of(nowhere, f"places/town/east/{path}index.html"))
        assert f"{heading} {nobody}" in text.replace(" ：", " ")
        assert text.count(nobody) == 1


def test_a_card_of_what_the_press_reports_says_so() -> None:
    """As the page of the place does, with the report."""
    place = "{name: 西社区, kind: community, basis: press, source: s1}"
    library = library_of({**SITE, "places/town/west/place.yaml": place})
    said = "仅见于媒体报道。 报道没有说的，这里不补写。 来源： 报道"
    assert said in words(page_of(library, "places/town/west/index.html"))
    assert said in words(page_of(library, "places/town/west/report/index.html"))
    assert "仅见于媒体报道。" not in card("places/town/east")


def test_the_next_meeting_is_the_first_to_come_else_the_latest() -> None:
    """A place shows when people meet next; if no meeting is to come, the latest one, and whom to ask: its phone, else
    that of the site, else the committee that every place has."""
    why = "没有公布下一次会议。什么时候开、能不能带孩子、到不了场能不能参加？"
    ask = f"{why}可以问当地的居委会或村委会。"
    page = words(site()["places/town/east/index.html"])
    assert "下次会议 下次的会 2026年1月10日" in page
    assert "没有公布下一次会议" not in page
    before = {path: text for path, text in SITE.items() if not path.endswith(("next.yaml", "later.yaml"))}
    before["places/town/east/forums/hall.yaml"] = "{name: 议事厅, kind: council}"
    said = f"上次的会 2025年12月1日 {ask} 在这里议事的： 议事厅"
    assert f"最近一次会议 {said}" in words(page_of(library_of(before), "places/town/east/index.html"))
    undated = {**before, "places/town/east/meetings/past.yaml": "{title: 上次的会, date: unknown}"}
    for page in ("", "report/"):
        text = words(page_of(library_of(undated), f"places/town/east/{page}index.html")).replace(" ；", "")
        assert f"上次的会 日期不详 {ask}" in text
    assert f"下次会议 {ask}" in words(site()["places/town/west/index.html"])
    for file, told, phone in (("site.yaml", f"{SITE['site.yaml']}contact: {{phone: 0538-1234567}}\n", "0538-1234567"),
                              ("places/town/place.yaml", "{name: 示例镇, kind: town, hotline: 12345}", "12345")):
        before[file] = told
        text = words(page_of(library_of(before), "places/town/west/index.html"))
        assert f"{why}可以问：{phone}。" in text


def test_a_place_without_records_has_a_card_that_says_so() -> None:
    """The card of a silent community says that there is no public record yet, in both languages, and counts nothing."""
    text = card("places/town/west")
    assert "这里尚无公开记录" in text
    assert "0" not in text.partition("成绩单")[2].partition("本站内容")[0].replace("2025", "")
    assert "No review has been published yet." in card("places/town/west", "en/")


def test_each_sentence_leads_to_its_statistic() -> None:
    """The numbers in the sentences can be followed to how they are counted."""
    page = site()["places/town/east/report/index.html"]
    assert 'href="../../../../statistics/by_status/index.html#places/town/east"' in page
    assert 'href="../../../../statistics/lasting_share/index.html#places/town/east"' in page


def test_texts_are_cut_by_the_columns_they_take() -> None:
    """A Chinese character takes two columns; what fits is not touched."""
    assert shorten_text("灯" * 10, 20) == "灯" * 10
    assert shorten_text("灯" * 11, 20) == "灯" * 10 + "…"
    assert shorten_text("a" * MAX_TEXT_COLUMNS, MAX_TEXT_COLUMNS) == "a" * MAX_TEXT_COLUMNS


# --- the page of a place ----------------------------------------------------------------------------------------------


def test_lists_by_status_agree_with_the_main_numbers() -> None:
    """What repeats another issue is in no list by status, so that lists and numbers say the same; it has its own."""
    page = words(site()["places/town/east/index.html"])
    assert "5 件议题已公开 1 ○ 新提出 3 ◐ 推进中 1 ✓ 已办结" in page
    assert "新提出 1 吵" in page
    assert "重复提出 1 又吵" in page
    assert page.index("已办结 1 路灯") < page.index("重复提出 1")


def test_a_published_number_has_no_chinese_measure_word_in_english() -> None:
    """English counts without 件; the period stands apart from the source."""
    page = site()["en/places/town/index.html"]
    assert '<span class="value">132</span>' in page
    assert "八个月 Published in:" in words(page)


# --- on paper ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["", "en/"])
def test_what_is_printed_leads_back_to_its_page(folder: str) -> None:
    """Report cards and walls have a QR code of their own address; without an address they have none."""
    library = library_of(SITE)
    pages, without = site_of(library, base_url="https://example.org/town"), site_of(library)
    for page in (f"{folder}places/town/report", f"{folder}places/town/east/report", f"{folder}wall"):
        drawn = BytesIO()
        segno.make(f"https://example.org/town/{page}/", error="m", micro=False).save(
            drawn, kind="svg", border=2, xmldecl=False, svgclass=None, lineclass=None, omitsize=True)
        assert pages[f"{page}/qr.svg"] == drawn.getvalue().decode()
        source = re.search(r'<img class="qr" src="([^"]*)"', pages[f"{page}/index.html"])
        assert source
        assert normpath(f"{page}/{source[1]}") == f"{page}/qr.svg"
        assert 'class="qr"' not in without[f"{page}/index.html"]
    assert not any(path.endswith("qr.svg") for path in without)


def test_all_cards_of_a_town_are_on_one_page() -> None:
    """Each as it is on its own page, for one print."""
    pages = site_of(library_of(SITE))
    together = words(pages["places/town/report-cards/index.html"])
    assert "places/town/east/report-cards/index.html" not in pages
    for place in ("east", "west"):
        own = pages[f"places/town/{place}/report/index.html"]
        card = re.search(r'<article class="card.*?</article>', own, re.DOTALL)
        assert card
        assert words(card[0]) in together


def test_a_card_sets_this_year_beside_the_last() -> None:
    """Issues raised and resolved and meetings held, of both years; nothing where there is none."""
    pages = site_of(library_of(SITE))
    east = words(pages["places/town/east/report/index.html"])
    assert "今年与去年 2025年提出的议题 4 2024年提出的议题 0 2025年办结的议题 1" in east
    assert "今年与去年" not in pages["places/town/west/report/index.html"]
