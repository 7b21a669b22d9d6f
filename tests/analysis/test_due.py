"""What is due: follow-ups, promises, news, actions and recommendations, each at its place, and never of the press."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import date

import pytest

from tests.site.test_pages import library_of, site_of, words
from tests.support.workshop import Built, Workshop, counted_on
from yishi.analysis.obligations import (
    OBLIGATION_COLUMNS,
    OBLIGATION_KINDS,
    Obligation,
    collect_obligations,
    format_obligations,
)
from yishi.cli import main
from yishi.library import Library
from yishi.model.language import get_language

EAST = "places/town/east"

TOWN: Mapping[str, str] = {
    "site.yaml": "title: 示例镇\nlanguages: [zh-Hans, en]\n",
    "sources.yaml": "s1: {title: 报道}\n",
    "places/town/place.yaml": "{name: 示例镇, kind: town}",
    "places/town/east/place.yaml": "{name: 东社区, kind: community}",
    "places/town/west/place.yaml": "{name: 西社区, kind: community}",
    # resolved on 1 January 2025: its follow-up is due on 1 April, overdue from 1 May
    f"{EAST}/issues/lamps.yaml": """
        {title: 路灯, topic: lighting, raised: 2024-12-01, lead: 物业, log: [2025-01-01 resolved: 亮了]}
        """,
    f"{EAST}/issues/looked-at.yaml": """
        {title: 看过, topic: lighting, raised: 2024-12-01, log: [2025-01-01 resolved: 亮了],
         followups: [2025-03-18 failed: 又灭了]}
        """,
    f"{EAST}/issues/too-early.yaml": """
        {title: 看早了, topic: lighting, raised: 2024-12-01, log: [2025-01-01 resolved: 亮了],
         followups: [2025-03-17 holds: 还亮]}
        """,
    # the last news is of 10 March 2025: stale from 10 May, since 60 days have passed on the 9th
    f"{EAST}/issues/leak.yaml": """
        {title: 漏水, topic: leaks, raised: 2025-03-01, due: 2025-04-01, log: [2025-03-10 decide: 要修]}
        """,
    f"{EAST}/issues/leak-again.yaml": """
        {title: 又漏, topic: leaks, raised: 2025-01-01, due: 2025-01-02, duplicate_of: leak,
         log: [2025-01-01 raised: 漏]}
        """,
    "places/town/west/issues/press.yaml": """
        {title: 报道, topic: leaks, raised: 2024-01-01, due: 2024-02-01, basis: press, source: s1,
         log: [2024-01-05 decide: 要修]}
        """,
    "places/town/west/issues/press-resolved.yaml": """
        {title: 报道, topic: leaks, raised: 2024-01-01, basis: press, source: s1, log: [2024-01-05 resolved: 修好]}
        """,
    f"{EAST}/meetings/spring.yaml": """
        title: 春天的会
        date: 2025-03-10
        actions:
          - {what: 修屋顶, lead: 物业, due: 2025-03-31}
          - {what: 晚了但做完, due: 2025-03-31, done_on: 2025-04-05}
          - {what: 以后再说}
        """,
    f"{EAST}/cases/story.md": "---\ntitle: 灯\nissues: lamps\n---\n故事\n",
    "places/town/reviews/expert.yaml": """
        target: story
        date: 2025-03-12
        recommendations:
          - {text: 写下来, due: 2025-04-10}
          - {text: 请年轻人}
          - {text: 做完了, due: 2025-04-10, done_on: 2025-04-01}
        """,
    "places/town/reviews/press.yaml": """
        {target: places/town/west, date: 2025-03-12, basis: press, source: s1,
         recommendations: [{text: 长效, due: 2025-03-20}]}
        """,
}


def due_on(day: date, library: Library | None = None) -> tuple[Obligation, ...]:
    """What is due in the town above on a day."""
    library = library or library_of(TOWN)
    briefs, _ = counted_on(library, day)
    return collect_obligations(library, (one for brief in briefs.values() for one in brief.obligations), day)


def brief(found: tuple[Obligation, ...]) -> list[tuple[str, str, str]]:
    """Kind, name of the record, day."""
    return [(one.kind, one.record.rpartition("/")[2], str(one.due_on)) for one in found]


def test_everything_due_is_found_once_in_its_order() -> None:
    """On one day the whole list is as counted by hand: by kind, then by day."""
    assert brief(due_on(date(2025, 5, 31))) == [
        ("followup_overdue", "lamps", "2025-04-01"), ("followup_overdue", "too-early", "2025-04-01"),
        ("promise_overdue", "leak", "2025-04-01"), ("stale_issue", "leak", "2025-03-10"),
        ("action_overdue", "spring", "2025-03-31"), ("recommendation_overdue", "expert", "2025-04-10"),
        ("recommendation_open", "expert", "None")]


@pytest.mark.parametrize(("day", "kind", "record", "holds"), [
    (date(2025, 3, 31), "followup_due", "lamps", False), (date(2025, 4, 1), "followup_due", "lamps", True),
    (date(2025, 4, 30), "followup_due", "lamps", True), (date(2025, 5, 1), "followup_due", "lamps", False),
    (date(2025, 4, 30), "followup_overdue", "lamps", False), (date(2025, 5, 1), "followup_overdue", "lamps", True),
    (date(2025, 4, 1), "promise_overdue", "leak", False), (date(2025, 4, 2), "promise_overdue", "leak", True),
    (date(2025, 5, 9), "stale_issue", "leak", False), (date(2025, 5, 10), "stale_issue", "leak", True),
    (date(2025, 3, 31), "action_overdue", "spring", False), (date(2025, 4, 1), "action_overdue", "spring", True),
    (date(2025, 4, 10), "recommendation_overdue", "expert", False),
    (date(2025, 4, 11), "recommendation_overdue", "expert", True),
    (date(2025, 3, 11), "recommendation_open", "expert", False),
    (date(2025, 3, 12), "recommendation_open", "expert", True),
])
def test_an_obligation_begins_on_its_day(day: date, kind: str, record: str, holds: bool) -> None:
    """Nothing is due a day too early or too late."""
    assert ((kind, record) in [found[:2] for found in brief(due_on(day))]) is holds


def test_the_place_and_the_lead_are_named() -> None:
    """Each obligation names the place that answers for it, the lead, and what was agreed or recommended."""
    found = {(one.kind, one.record): one for one in due_on(date(2025, 5, 31))}
    action = found["action_overdue", f"{EAST}/meetings/spring"]
    assert (action.place, action.responsible, action.task) == (EAST, "property_company", "修屋顶")
    assert found["followup_overdue", f"{EAST}/issues/lamps"].responsible == "property_company"
    assert found["recommendation_overdue", "places/town/reviews/expert"].place == EAST


def test_records_of_the_press_are_never_due() -> None:
    """However long ago: what only the press reports is on no list."""
    for day in (date(2025, 5, 31), date(2035, 1, 1)):
        assert not [one for one in due_on(day) if "press" in one.record]


def test_overdue_follow_ups_are_those_that_the_follow_up_rate_misses(full: Built) -> None:
    """The list and the statistic agree: what the rate counts as not followed up is what is overdue."""
    library, day = full.report.checked.library, full.report.checked.as_of
    rate = counted_on(library, day)[1].scopes[""]["followup_rate"]
    overdue = [one for one in due_on(day, library) if one.kind == "followup_overdue"]
    assert overdue
    assert len(overdue) == (rate.denominator or 0) - (rate.numerator or 0)


def test_the_pages_list_what_is_due_below_them() -> None:
    """A town's page has what its communities have; a community's only its own; the site's has all."""
    pages = site_of(library_of(TOWN))
    assert "回访已逾期 2" in words(pages["due/index.html"])
    assert "回访已逾期 2" in words(pages["places/town/due/index.html"])
    assert "2025年4月1日起该回访" in words(pages[f"{EAST}/due/index.html"])
    assert "没有待办事项。" in pages["places/town/west/due/index.html"]
    assert "Nothing is due." in pages["en/places/town/west/due/index.html"]
    assert f'href="../../../{EAST}/due/index.html"' in pages[f"{EAST}/index.html"]
    said = "从不算作待办或逾期。"  # of how many issues, too
    assert f"{said} 这样的议题有2件。" in words(pages["places/town/west/due/index.html"])
    assert "这样的议题" not in pages[f"{EAST}/due/index.html"]
    assert "仅见于媒体报道的2件，无从判断是否逾期。" in pages["index.html"]


def test_every_kind_is_told_in_both_languages() -> None:
    """No kind stands on a page or in the terminal under its key."""
    for tag in ("zh-Hans", "en"):
        lines = list(format_obligations(due_on(date(2025, 5, 31)), library_of(TOWN), get_language(tag)))
        assert not [line for line in lines for kind in OBLIGATION_KINDS if kind in line]
    assert list(format_obligations((), library_of(TOWN), get_language("en"))) == ["Nothing is due."]


# --- the command ------------------------------------------------------------------------------------------------------


def run(workshop: Workshop, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    """Runs `due` on the workshop's content: exit code, output, messages."""
    with pytest.raises(SystemExit) as ended:
        main(["due", "--content", str(workshop.content), "--templates", str(workshop.templates),
              "--output", str(workshop.output), "--as-of", "2025-12-31", *arguments])
    captured = capsys.readouterr()
    return ended.value.code, captured.out, captured.err


def test_the_command_prints_the_same_in_every_format(workshop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    """Text, CSV and JSON hold the same obligations; nothing is written."""
    code, text, _ = run(workshop, capsys, "--language", "en")
    assert code in (0, None)
    assert "Promise overdue (1)" in text
    table = list(csv.reader(io.StringIO(run(workshop, capsys, "--format", "csv")[1].removeprefix("\ufeff"))))
    rows = json.loads(run(workshop, capsys, "--format", "json")[1])
    assert table == [list(OBLIGATION_COLUMNS), *([row[column] for column in OBLIGATION_COLUMNS] for row in rows)]
    assert sum(line.startswith("  ") for line in text.splitlines()) == len(rows) > 5
    assert not workshop.output.exists()


def test_the_command_keeps_to_a_place(workshop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    """`--place` takes a path or an id, and prints only what is due there and below."""
    by_id = run(workshop, capsys, "--place", "xishequ", "--format", "json")[1]
    assert {row["place"] for row in json.loads(by_id)} == {"places/shili-shi/shili-zhen/xishequ"}
    assert run(workshop, capsys, "--place", "places/shili-shi/shili-zhen/xishequ", "--format", "json")[1] == by_id


def test_an_unknown_place_is_wrong_usage(workshop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    """A place that does not exist exits with 2 and names the nearest one."""
    code, _, said = run(workshop, capsys, "--place", "xishequu")
    assert code == 2
    assert "是不是 xishequ？" in said


def test_errors_in_the_content_exit_with_1(workshop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    """With errors in the content nothing is listed and the errors are told, as `check` tells them."""
    workshop.write("places/shili-shi/shili-zhen/xishequ/issues/wrong.yaml", "title: x\n")
    code, out, said = run(workshop, capsys)
    assert (code, out) == (1, "")
    assert "wrong.yaml" in said
