"""The example content says no more than its facts, which stand in docs/example-facts.md."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CONTENT = ROOT / "content"
FACTS = (ROOT / "docs" / "example-facts.md").read_text("utf-8")
FILES = sorted(path for path in CONTENT.rglob("*") if path.suffix in (".yaml", ".md"))
NAMES = [path.relative_to(CONTENT).as_posix() for path in FILES]

ENGLISH_NUMBERS = {
    "zero": 0, "one": 1, "once": 1, "two": 2, "twice": 2, "both": 2, "three": 3, "thrice": 3, "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "dozen": 12,
    "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000,
}
CHINESE_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
CHINESE_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
MEASURES = "个件处块盏次周天日月年组类人名户栋幢号楼级事点场篇种轮条项位家小米元倍成遍岁层万余多%％"
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December"]

URL = re.compile(r"https?://\S+")
ISO_DATE = re.compile(r"(?<!\d)(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?")
ENGLISH_DATE = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})\b")
MONTH = re.compile(r"(?<![\d-])((?:19|20)\d\d)[-/年](\d{1,2})(?![\d-])")
LIST_NUMBERS = re.compile(r"^\s*\d+\. ", re.MULTILINE)
ORDER = re.compile(r"^(?:order|顺序|回访天数): .*", re.MULTILINE)
ARABIC = re.compile(r"(?<![A-Za-z\d.])\d+(?:[.,]\d+)*")
CHINESE = re.compile(rf"([〇零一二三四五六七八九十百千万两]+)(?=[{MEASURES}])")
ENGLISH = re.compile(rf"\b({'|'.join(ENGLISH_NUMBERS)})\b", re.IGNORECASE)

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁"
    "潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔谭陆汪石"
)
PERSONAL_NAME = re.compile(
    rf"[{SURNAMES}]某|[{SURNAMES}][一-龥]{{0,2}}(?:先生|女士|大爷|大妈|阿姨|叔叔|奶奶|爷爷|老师|同志)"
    rf"|(?:镇长|书记|主任|总干事|专家|教授|居民|业主|楼长|院长|网格员|志愿者|老人)[{SURNAMES}][一-龥]{{1,2}}(?![一-龥])"
    r"|\b(?:Mr|Mrs|Ms|Dr|Prof|Professor|Mayor|Secretary|Director|Auntie|Uncle)\.? [A-Z][a-z]+"
)


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_the_example_occurs_in_its_facts(name: str) -> None:
    """A number, in digits or in words, Chinese or English, that the facts do not give stands nowhere in content/."""
    assert set(numbers_in(text_of(name))) <= set(numbers_in(FACTS))


@pytest.mark.parametrize("name", NAMES)
def test_every_date_of_the_example_occurs_in_its_facts(name: str) -> None:
    """A date, however it is written, that the facts do not give stands nowhere in content/."""
    assert set(dates_in(text_of(name))) <= set(dates_in(FACTS))


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(("places/", "methods/"))])
def test_every_record_of_the_example_is_known_from_a_published_report(name: str) -> None:
    """All but the site and its pages say `basis: press` and name a source that exists."""
    for record in records_in(name):
        assert record.get("依据") == "媒体报道"
        assert record.get("来源")
        assert set(record["来源"]) <= set(sources())


@pytest.mark.parametrize("name", [name for name in NAMES if "/issues/" in name])
def test_the_example_dates_nothing_more_exactly_than_its_facts(name: str) -> None:
    """What a showcase showed happened by its day, not on it; when a matter was raised is unknown or a year."""
    record = next(records_in(name))
    assert str(record["提出"]) in ("未知", "2019")
    assert not [day for day in re.findall(r".{0,4}2025-09-11", str(record["进展"])) if "不晚于" not in day]


@pytest.mark.parametrize(("name", "last"), [
    ("places/shahe/hengda-er/issues/loushui-weixiu.yaml", "后续未报道"),
    ("places/shahe/yuehua-jiayuan/issues/diandongche-tingfang.yaml", "后续未报道"),
    ("places/shahe/shayanglu/issues/lvhua-weichuangtou.yaml", "明事"),
])
def test_the_example_solves_nothing_that_its_facts_leave_open(name: str, last: str) -> None:
    """Where the reports show no solution, the course of the matter ends with what they do show."""
    entries = [key for entry in next(records_in(name))["进展"] for key in entry]
    assert entries[-1].endswith(last)
    assert not any("办结" in entry for entry in entries)


SHOWCASE = "places/shahe/events/huitian-youyue.yaml"
REVIEWS = [name for name in NAMES if "/reviews/" in name]


def test_the_example_puts_nobody_into_a_group_of_the_showcase() -> None:
    """Groups have no names; in the afternoon stand only those of whom the facts say so; no number of visitors."""
    event = next(records_in(SHOWCASE))
    presented = {(show["地方"], group.get("场次")) for group in event["分组"] for show in group["展演内容"]}
    assert {place for place, session in presented if session == "下午"} == {"yuehua-jiayuan", "yanlan-xinchen"}
    assert {place for place, _ in presented} == {path.name for path in (CONTENT / "places/shahe").iterdir()
                                                 if (path / "place.yaml").is_file()}
    assert not any("名目" in group for group in event["分组"])
    assert "出席" not in event
    assert [show["地方"] for group in event["分组"] for show in group["展演内容"] if show.get("形式")] == [
        "yuehua-jiayuan", "gonghua-xincun"]


@pytest.mark.parametrize("name", REVIEWS)
def test_the_reviews_of_the_example_rate_nothing_and_answer_nothing(name: str) -> None:
    """Three reviewers spoke; none gave a rating, and no answer to one of them is reported."""
    assert len(REVIEWS) == 3
    review = next(records_in(name))
    assert review["对象"] == Path(SHOWCASE).stem
    assert not any("评级" in judgement for judgement in review.get("评价标准", []))
    assert all(set(recommendation) == {"内容"} for recommendation in review["建议"])


def test_the_plan_of_the_example_has_no_dates_and_no_numbers() -> None:
    """The training was announced: two gaps, two ways to learn, nothing about when or how far."""
    plan = next(records_in("places/shahe/plans/peixun.yaml"))
    assert [set(gap) for gap in plan["差距"]] == [{"内容"}, {"内容"}]
    assert plan["形式"] == ["案例教学", "实操"]
    assert "课次" not in plan


def test_the_register_of_the_example_knows_what_is_claimed_but_not_of_how_many() -> None:
    """Fifteen plots have been adopted; how many were offered, when and by whom is not reported."""
    register = next(records_in("places/shahe/yanlan-xinchen/registers/lvdi-renyang.yaml"))
    assert register["简介"] == {"已认领": {"数值": "15", "单位": "块"}, "可认领": {"准确度": "未知"}}
    assert not {"登记项", "规则"} & set(register)


@pytest.mark.parametrize("name", [name for name in NAMES if "/meetings/" in name])
def test_the_meetings_of_the_example_have_no_day_no_votes_and_no_action_plan(name: str) -> None:
    """When people met is not reported, nor what their action plan says."""
    meeting = next(records_in(name))
    assert meeting["日期"] in ("未知", "不晚于 2025-09-11")
    assert not {"行动计划", "表决", "纪要", "主持"} & set(meeting)


@pytest.mark.parametrize("name", [name for name in NAMES if "/forums/" in name])
def test_the_example_knows_of_one_forum_since_when_it_exists(name: str) -> None:
    """The ant group was founded in 2019; of the others no year, no number of members and no rules are reported."""
    forum = next(records_in(name))
    assert forum.get("成立") == ("2019" if name.endswith("mayi-yishi-xiaozu.yaml") else None)
    assert not {"成员数", "规则"} & set(forum)


@pytest.mark.parametrize("name", NAMES)
def test_the_example_names_nobody(name: str) -> None:
    """People are shown by their role, never by name."""
    assert PERSONAL_NAME.findall(text_of(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_example_reads_in_english_too(name: str) -> None:
    """Whatever has a title, a summary or a body in Chinese has it in English."""
    for record in records_in(name):
        english = record.get("译文", {}).get("en", {})
        texts = {"简介": "summary", "正文": "body"}
        expected = {"title"} | {word for key, word in texts.items() if isinstance(record.get(key), str)}
        assert expected <= set(english)


def test_the_example_says_that_it_is_one() -> None:
    """The site's notice and its page about itself say plainly that these are not the places' own pages."""
    site = next(records_in("site.yaml"))
    about = text_of("pages/about.md")
    assert "不是文中各地自己的网站" in site["公告"]
    assert "these places do not run it" in site["译文"]["en"]["语句"][site["公告"]]
    assert "本站是一个示例" in about
    assert "This site is an example" in about


@pytest.mark.parametrize(("text", "numbers"), [
    ("12盏路灯,二十多人,两次,约一周", {12, 20, 2, 1}),
    ("Fifteen plots, 2.0, 1,200 homes", {15, 2.0, 1200}),
    ("2025-09-11, 11 September 2025, 2025年9月11日, s1, https://example.org/99", set()),
    ("order: 7\n1. 统一安排,一起商量", set()),
])
def test_numbers_are_found_however_they_are_written(text: str, numbers: set[float]) -> None:
    """Digits, Chinese numerals before a measure word and English words count; dates, addresses, list numbers do not."""
    assert set(numbers_in(text)) == numbers


@pytest.mark.parametrize("text", ["副镇长王某", "李阿姨说", "网格员张三,", "Ms Zhang", "Director Wang"])
def test_names_are_found(text: str) -> None:
    """The usual ways of naming a person are noticed."""
    assert PERSONAL_NAME.search(text)


def text_of(name: str) -> str:
    return (CONTENT / name).read_text("utf-8")


def records_in(name: str) -> Iterator[dict[str, Any]]:
    """The records of a file as plain mappings, the body of a Markdown file under 正文."""
    text = text_of(name)
    if name.endswith(".md"):
        _, front, body = text.split("---\n", 2)
        yield {**load(front), "正文": body}
    elif name.endswith(("locations.yaml", "sources.yaml")):
        yield from load(text).values()
    else:
        tree = load(text)
        yield from tree if isinstance(tree, list) else [tree]


def load(text: str) -> dict[str, Any]:
    tree: dict[str, Any] = yaml.load(text, yaml.BaseLoader)
    return tree


def sources() -> list[str]:
    return list(load(text_of("sources.yaml")))


def numbers_in(text: str) -> Iterator[float]:
    """The quantities that a text states; dates, addresses, list numbers and keys of the site's own order are none."""
    text = unicodedata.normalize("NFKC", text)
    for pattern in (URL, ISO_DATE, ENGLISH_DATE, MONTH, LIST_NUMBERS, ORDER):
        text = pattern.sub(" ", text)
    yield from (float(number.replace(",", "")) for number in ARABIC.findall(text))
    yield from (float(ENGLISH_NUMBERS[word.lower()]) for word in ENGLISH.findall(text))
    yield from (float(chinese_number(word)) for word in CHINESE.findall(text))


def chinese_number(word: str) -> int:
    """`二十` → 20, `一百三十二` → 132, `二〇一九` → 2019."""
    if not set(word) & set(CHINESE_UNITS):
        return int("".join(str(CHINESE_DIGITS[character]) for character in word))
    total, digit = 0, 0
    for character in word:
        if character in CHINESE_UNITS:
            total, digit = total + (digit or 1) * CHINESE_UNITS[character], 0
        else:
            digit = CHINESE_DIGITS[character]
    return total + digit


def dates_in(text: str) -> Iterator[str]:
    """The days and months that a text gives, as `YYYY-MM-DD` and `YYYY-MM`."""
    text = URL.sub(" ", unicodedata.normalize("NFKC", text))
    yield from (f"{year}-{int(month):02}-{int(day):02}" for year, month, day in ISO_DATE.findall(text))
    yield from (f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02}" for day, month, year in ENGLISH_DATE.findall(text))
    yield from (f"{year}-{int(month):02}" for year, month in MONTH.findall(ISO_DATE.sub(" ", text)))
