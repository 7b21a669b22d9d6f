"""The invented town: its files are what its maker writes, its numbers are true, and its gaps have become smaller.

Everything is counted a second time here, in the simplest way and straight from the files: nothing that counts is shared
with the program.
"""

import json
import posixpath
import re
import runpy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from tests.support.translated import find_chinese
from tests.support.workshop import DAY, NOON, PROJECT, SITES, Workshop
from yishi.analysis.statistics import Stat
from yishi.engine.assets import BuildFolders
from yishi.engine.pipeline import BuildOptions, BuildReport, check
from yishi.engine.pipeline import summarise_content as counted_by_the_program
from yishi.model.problems import select_errors

FOLDER = SITES / "showcase"
MAKER = SITES / "make_showcase.py"
TOWN = "places/shili-zhen"
SCOPES = ["", TOWN, f"{TOWN}/songguo", f"{TOWN}/zhiyuan", f"{TOWN}/lingdang"]
FIRST, SECOND = date(2024, 9, 12), date(2025, 9, 11)


@dataclass(frozen=True)
class Demo:
    """The built town."""

    report: BuildReport
    folder: Path

    @property
    def statistics(self) -> dict[str, Any]:
        """The scopes of data/statistics.json."""
        scopes: dict[str, Any] = json.loads((self.folder / "data/statistics.json").read_text("utf-8"))["scopes"]
        return scopes

    def page(self, path: str) -> str:
        """The Chinese page of the record at `path`."""
        return (self.folder / path / "index.html").read_text("utf-8")

    def links(self, path: str) -> set[str]:
        """Where that page leads, seen from the root of the site."""
        links = re.findall(r'href="([^"]+)"', self.page(path))
        return {posixpath.normpath(posixpath.join(path, link)) for link in links}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demonstration, as `make demo` builds it."""
    workshop = Workshop(tmp_path_factory.mktemp("demo"), FOLDER)
    return Demo(workshop.build(), workshop.output)


def test_the_town_is_wholly_in_english_too(demo: Demo) -> None:
    """Its English pages have no Chinese but the names of languages: each sentence of its maker has a translation."""
    folder = demo.folder / "en"
    assert find_chinese({path.relative_to(folder).as_posix(): path.read_text("utf-8")
                         for path in folder.rglob("*.html")}) == {}


# --- the files --------------------------------------------------------------------------------------------------------


def test_the_towns_files_are_what_its_maker_writes() -> None:
    """tests/sites/showcase/ is the exact output of make_showcase.py; a change by hand would be lost."""
    made: dict[str, str] = runpy.run_path(str(MAKER))["files"]()
    found = {path.relative_to(FOLDER).as_posix(): path.read_text("utf-8")
             for path in FOLDER.rglob("*") if path.is_file() and path.suffix != ".png"}
    assert found == made


def test_the_towns_pictures_are_what_is_drawn_for_it() -> None:
    """Pixel by pixel; the bytes of a file depend on who compressed it."""
    drawn: dict[str, Image.Image] = runpy.run_path(str(SITES / "draw_showcase.py"))["pictures"]()
    found = {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*.png")}
    assert found.keys() == drawn.keys()
    for name, picture in drawn.items():
        with Image.open(found[name]) as written:
            assert written.convert("RGB").tobytes() == picture.convert("RGB").tobytes(), name


def test_the_town_has_no_problem_at_all(demo: Demo) -> None:
    """No error, no warning, nothing that looks like personal data."""
    assert demo.report.checked.problems == ()
    assert demo.report.write_result is not None


def test_the_town_is_as_large_as_a_real_one() -> None:
    """28 communities, two years of matters, cases and meetings, two showcases, a training between them."""
    found = Counter(path.parent.name for path in FOLDER.rglob("*") if path.suffix in (".yaml", ".md"))
    assert len(list((FOLDER / TOWN).glob("*/place.yaml"))) == 28
    assert (found["issues"], found["cases"], found["meetings"], found["events"], found["plans"]) == (196, 40, 64, 2, 2)
    raised = sorted(issue["提出"] for _, issue in records("issues"))
    assert (raised[0][:7], raised[-1][:7]) == ("2024-01", "2025-12")


def test_every_answer_has_its_day_and_says_what_is_so_then() -> None:
    """Who answers that it is done has done it by that day; who plans or discusses answers before it is done."""
    advice = [one for _, review in records("reviews") for one in review.get("建议", []) if "回应" in one]
    assert {one["回应"] == "已照办" for one in advice} == {True, False}
    for one in advice:
        if one["回应"] == "已照办":
            assert one["回应日"] == one["完成日"]
        else:
            assert one["回应日"] < one.get("完成日", DAY.isoformat())
    objections = [one for _, issue in records("issues") for one in issue.get("异议", []) if "答复" in one]
    assert objections
    assert all(one["日期"] <= one["答复日"] for one in objections)


def test_the_gap_in_participation_is_named_by_what_is_measured() -> None:
    """The statistic counts people under 18, so plans and reviews speak of 未成年人 too."""
    files = [path.read_text("utf-8") for path in sorted((FOLDER / TOWN).rglob("*.yaml"))
             if path.parent.name in ("plans", "reviews")]
    assert any("会上未成年人少\n    统计: youth_share" in text for text in files)
    assert [text for text in files if "年轻人" in text] == []


def test_three_reviewers_gave_eighty_four_ratings() -> None:
    """Each community's case of the first showcase is rated once by each of the three criteria."""
    ratings = [(review["对象"], judgement["标准"], review["点评人身份"]) for _, review in records("reviews")
               for judgement in review["评价标准"] if "评级" in judgement]
    assert len(ratings) == len({rating[:2] for rating in ratings}) == 84
    assert Counter(key for _, key, _ in ratings) == {"procedure": 28, "diversity": 28, "lasting": 28}
    assert len({role for _, _, role in ratings}) == 3


def test_the_showcases_have_every_community_in_one_of_four_groups() -> None:
    """28 communities in four groups, each with a case, at both showcases."""
    for _, event in records("events"):
        shows = [show for group in event["分组"] for show in group["展演内容"]]
        assert len(event["分组"]) == 4
        assert len({show["地方"] for show in shows}) == len({show["案例"] for show in shows}) == 28


# --- the pages --------------------------------------------------------------------------------------------------------

EVENT = f"{TOWN}/events/zhanyan-2024"
REVIEW = f"{TOWN}/zhiyuan/reviews/zhanyan-2024-lasting"
PLAN = f"{TOWN}/plans/peixun-2024"
RATING = re.compile(r'href="[./]*(places/[^"]+?)/index\.html"><span class="rating">.*?</span>([^<]+)</span>')


def test_all_ratings_stand_in_the_matrix_of_their_showcase(demo: Demo) -> None:
    """The page of the first showcase shows each of the 84 ratings once, and leads to its review."""
    matrix = demo.page(EVENT).partition('<table class="matrix">')[2].partition("</table>")[0]
    given = [(path.removesuffix(".yaml"), judgement["评级"]) for path, review in records("reviews")
             for judgement in review["评价标准"] if "评级" in judgement]
    assert sorted(RATING.findall(matrix)) == sorted(given)


def test_a_reader_gets_from_the_showcase_to_the_number_a_year_later(demo: Demo) -> None:
    """From the event to a review of it, to the plan that answers the review, to the indicator as it is now."""
    assert f"{REVIEW}/index.html" in demo.links(EVENT)
    assert f"{PLAN}/index.html" in demo.links(REVIEW)
    assert any(re.match(f"{TOWN}/zhiyuan/.*followup_rate", link) or link.startswith("statistics/followup_rate")
               for link in demo.links(PLAN))


@pytest.mark.parametrize("path", [".", f"{TOWN}/gaps"])
def test_what_has_changed_is_told_first(demo: Demo, path: str) -> None:
    """Front page and gaps begin with then and now of each gap: from which gap, by which plan, and a link to it."""
    first = re.sub(r"<[^>]+>", " ", demo.page(path).partition("<h2>")[2].partition("<h2>")[0])
    said = " ".join(first.split())
    assert "示例镇 回访率 38.5% → 63.3%" in said
    assert "当时看出的差距： 办结之后很少回访 ； 2024年冬春议事培训" in said
    assert f"{PLAN}/index.html" in demo.links(path)
    assert f"statistics/followup_rate/index.html#{TOWN}" in demo.links(path)


def test_the_front_page_tells_a_story_that_lasted(demo: Demo) -> None:
    """A case, the words of its record in which it turned, and what came of it."""
    html = demo.page(".").partition('class="story photos"')[2].partition("</section>")[0]
    story = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert re.search("议事 .+ 定事 .+办结.*回访，仍然有效。", story), story


# --- the numbers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", SCOPES)
def test_the_towns_numbers_are_true(demo: Demo, scope: str) -> None:
    """data/statistics.json says what a count straight from the files says: of the site, the town, three communities."""
    found = demo.statistics[scope]
    wanted = counted(scope, DAY)
    assert {key: [found[key][part] for part in ("value", "numerator", "denominator")] for key in wanted} == wanted


@pytest.mark.parametrize("day", [FIRST, SECOND, DAY])
def test_the_towns_numbers_are_true_on_the_day_of_each_showcase(day: date) -> None:
    """What was counted then can be counted again at any time: later records change nothing of it."""
    scopes = statistics_on(day)
    for scope in (TOWN, f"{TOWN}/zhiyuan"):
        found = scopes[scope]
        wanted = counted(scope, day)
        found = {key: found[key] for key in wanted}
        assert {key: [of.value, of.numerator, of.denominator] for key, of in found.items()} == wanted


def test_every_community_has_its_issues_by_status(demo: Demo) -> None:
    """The states of all 28 communities' issues, from their logs."""
    scopes = demo.statistics
    for place in (FOLDER / TOWN).glob("*/place.yaml"):
        scope = place.parent.relative_to(FOLDER).as_posix()
        assert scopes[scope]["by_status"]["value"] == counted(scope, DAY)["by_status"][0]


def test_the_gaps_that_the_plan_names_are_smaller_a_year_later() -> None:
    """Each value noted on the day of the first showcase is true of that day, and better on the day of the second."""
    plan = next(plan for path, plan in records("plans") if path.endswith("peixun-2024.yaml"))
    gaps = [gap for gap in plan["差距"] if "统计" in gap]
    assert len(gaps) == 4
    for gap in gaps:
        (place,) = gap["涉及地方"]
        then, later = (counted(place, day)[gap["统计"]] for day in (FIRST, SECOND))
        assert then[2] > 0
        assert round(then[0], 3) == float(gap["当时数值"])
        assert later[0] > then[0]


def test_the_town_has_what_a_real_one_has_too() -> None:
    """Results that did not last, promises that are overdue, matters without news, objections, advice left open."""
    logs = [(issue, status_on(issue, DAY)) for _, issue in records("issues")]
    still_open = [issue for issue, status in logs if status in ("new", "in_progress")]
    assert sum("异议" in issue for issue, _ in logs) > 10
    assert sum(any("失效" in key for entry in issue.get("回访", []) for key in entry) for issue, _ in logs) > 3
    assert sum("承诺期限" in issue and day_of(issue["承诺期限"]) < DAY for issue in still_open) > 3
    assert sum(entries(issue)[-1][0] < DAY - timedelta(60) for issue in still_open) > 10
    advice = [advice for _, review in records("reviews") for advice in review.get("建议", [])]
    assert any("完成日" in one for one in advice)
    assert any("完成日" not in one for one in advice)
    assert any("回应" not in one for one in advice)


# --- the second count -------------------------------------------------------------------------------------------------

Value = list[Any]
"""Value, numerator, denominator."""


@cache
def records(folder: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Every YAML record in the folders of that name: its path below the content folder, and what it says, as texts."""
    found = sorted(FOLDER.rglob(f"{folder}/*.yaml"))
    return tuple((path.relative_to(FOLDER).as_posix(), yaml.load(path.read_text("utf-8"), yaml.BaseLoader))
                 for path in found)


def counted(scope: str, day: date) -> dict[str, Value]:
    """The statistics of a place on a day, by a count that knows nothing of the program."""
    issues = [(path, issue) for path, issue in records("issues")
              if inside(path, scope) and day_of(issue["提出"]) <= day]
    meetings = [meeting for path, meeting in records("meetings") if inside(path, scope)]
    states = Counter(status_on(issue, day) for _, issue in issues)
    return {
        "issues": [len(issues), len(issues), None],
        "by_status": [dict(states), len(issues), len(issues)],
        "resolution_rate": share(states["resolved"], len(issues)),
        "followup_rate": of(followed_up(issue, day) for _, issue in issues),
        "lasting_share": of(lasts(issue, day) for _, issue in issues),
        "procedure_complete": of(one for _, issue in issues for one in steps(issue, day)),
        "breadth_3plus": of(broad(path, issue, day) for path, issue in issues),
        "youth_share": people("未成年人", meetings, day),
        "elderly_share": people("六十岁以上", meetings, day),
        "actions_done": of(in_time(action, day) for meeting in meetings for action in meeting.get("行动计划", [])),
        "claimed_plots": of(claimed(item, day) for path, register in records("registers") if inside(path, scope)
                            for item in register["登记项"]),
    }


def inside(path: str, scope: str) -> bool:
    return path.startswith(scope)


def day_of(text: str) -> date:
    return date.fromisoformat(text[:10])


def share(numerator: int, denominator: int) -> Value:
    return [round(numerator / denominator, 4) if denominator else None, numerator, denominator]


def of(answers: Iterator[bool | None]) -> Value:
    """The share of yes among all that are yes or no."""
    counts = Counter(answers)
    return share(counts[True], counts[True] + counts[False])


def entries(issue: dict[str, Any], day: date = DAY, key: str = "进展") -> list[tuple[date, str]]:
    """Day and word of the lines `DAY WORD: …` up to `day`."""
    lines = [line for entry in issue.get(key, []) for line in entry]
    return [(day_of(line), line[11:]) for line in lines if day_of(line) <= day]


def status_on(issue: dict[str, Any], day: date) -> str:
    words = [word for _, word in entries(issue, day)]
    last = [word for word in words if word in ("办结", "未解决", "重开")][-1:]
    if last:
        return {"办结": "resolved", "未解决": "closed", "重开": "in_progress"}[last[0]]
    return "new" if set(words) <= {"提出"} else "in_progress"


def resolutions(issue: dict[str, Any], day: date) -> list[date]:
    return [when for when, word in entries(issue, day) if word == "办结"]


def followed_up(issue: dict[str, Any], day: date) -> bool | None:
    """Whether somebody looked again; None if nobody had to yet."""
    if status_on(issue, day) != "resolved" or resolutions(issue, day)[-1] + timedelta(120) > day:
        return None
    return any(when >= resolutions(issue, day)[-1] + timedelta(76) for when, _ in entries(issue, day, "回访"))


def lasts(issue: dict[str, Any], day: date) -> bool | None:
    days = resolutions(issue, day)
    if not days or days[0] + timedelta(90) > day:
        return None
    later = [(when, word) for when, word in entries(issue, day, "回访") if when >= days[-1]]
    held = bool(later) and later[-1][1] == "有效" and later[-1][0] >= days[-1] + timedelta(76)
    return status_on(issue, day) == "resolved" and held


REQUIRED = ["明事", "议事", "定事", "成事"]


def reached(issue: dict[str, Any], day: date) -> int:
    """How many of the four steps are due: all of a solved matter, else up to the furthest with an entry."""
    if status_on(issue, day) == "resolved":
        return 4
    return max((REQUIRED.index(word) + 1 for _, word in entries(issue, day) if word in REQUIRED), default=0)


def steps(issue: dict[str, Any], day: date) -> Iterator[bool]:
    words = {word for _, word in entries(issue, day)}
    return (step in words for step in REQUIRED[:reached(issue, day)])


def broad(path: str, issue: dict[str, Any], day: date) -> bool | None:
    """Whether three kinds of people took part, in the matter or in its meetings."""
    kinds = set(issue.get("参与方", {}).get("参与类别", []))
    folder, _, name = path.rpartition("/issues/")
    for where, meeting in records("meetings"):
        if where.startswith(f"{folder}/meetings/") and name.removesuffix(".yaml") in meeting.get("相关议题", []):
            kinds |= set(meeting["参与方"]["参与类别"])
    return len(kinds) >= 3 if kinds and reached(issue, day) >= 2 else None


def people(key: str, meetings: list[dict[str, Any]], day: date) -> Value:
    """So many of all who came, where the number is told."""
    held = [meeting["参与方"] for meeting in meetings
            if day_of(meeting["日期"]) <= day and is_told(meeting["参与方"], key)]
    number, all_of_them = (sum(map(int, numbers)) for numbers in (
        [who[key] for who in held], [who["人数"]["数值"] for who in held]))
    return share(number, all_of_them)


def is_told(who: dict[str, Any], key: str) -> bool:
    """Whether no one to four people would be known by the number, or by all numbers of the meeting together."""
    few, there = range(1, 5), int(who["人数"]["数值"])
    parts = {name: int(who[name]) for name in ("未成年人", "六十岁以上") if name in who}
    hidden = {name for name, number in parts.items() if number in few or there - number in few}
    return key in parts and there not in few and key not in hidden and (
        bool(hidden) or there - sum(parts.values()) not in few)


def in_time(action: dict[str, str], day: date) -> bool | None:
    if day_of(action["承诺期限"]) > day:
        return None
    return "完成日" in action and day_of(action["完成日"]) <= day_of(action["承诺期限"])


def claimed(item: dict[str, str], day: date) -> bool:
    return item["claimed"] == "是" and day_of(item["claimed_on"]) <= day


@cache
def statistics_on(day: date) -> dict[str, dict[str, Stat]]:
    """What the program counts on that day."""
    folders = BuildFolders(FOLDER, PROJECT / "templates", PROJECT / "build" / "demo")
    checked = check(BuildOptions(folders, NOON, as_of=day))
    assert not select_errors(checked.problems)
    scopes = counted_by_the_program(checked, FOLDER, writes_cache=False)[1].scopes
    return {scope: dict(statistics) for scope, statistics in scopes.items()}
