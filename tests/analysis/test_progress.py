"""What `progress` promises: everything that follows from a log, case by case as the content model §3.1 says."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from yishi.analysis.progress import Progress, derive_progress, select_timely_followups
from yishi.content.load import create_record
from yishi.library.linking import get_default_method
from yishi.model.records import Issue, Method

AS_OF = date(2025, 12, 31)

FOUR = Method.model_validate(
    {
        "name": "三级六事",
        "stages": [
            {"id": "mingshi", "label": "明事", "core": ["clarify"], "required": "yes"},
            {"id": "yishi", "label": "议事", "core": ["deliberate"], "required": "yes"},
            {"id": "dingshi", "label": "定事", "core": ["decide"], "required": "yes"},
            {"id": "chengshi", "label": "成事", "core": ["implement", "close", "review"], "required": "yes"},
            {"id": "huigu", "label": "回顾", "core": ["review"]},
        ],
    }
)


def standing(
    log: list[str], raised: str = "2025-01-01", method: Method | None = None, as_of: date = AS_OF, **more: object
) -> Progress:
    """Where an issue with this log (`[when ]stage: text`, stages by id) stands."""
    data: Mapping[str, Any] = {"title": "x", "topic": ["lighting"], "raised": raised, "log": log, **more}
    issue = create_record("issue", dict(data))
    assert isinstance(issue, Issue)
    return derive_progress(issue, method or get_default_method(), as_of)


# --- status ------------------------------------------------------------


@pytest.mark.parametrize(
    ("log", "status"),
    [
        (["raised: a"], "new"),
        (["raise: a"], "new"),
        (["raised: a", "2025-01-02 raise: b"], "new"),
        (["clarify: a"], "in_progress"),
        (["raised: a", "deliberate: b"], "in_progress"),
        (["raised: a", "close: b"], "in_progress"),
        (["raised: a", "resolved: b"], "resolved"),
        (["resolved: a", "review: b"], "resolved"),
        (["resolved: a", "raised: b"], "resolved"),
        (["raised: a", "closed: b"], "closed"),
        (["closed: a", "implement: b"], "closed"),
        (["raised: a", "not_reported: b"], "unknown"),
        (["not_reported: a", "implement: b"], "unknown"),
        (["resolved: a", "reopened: b"], "in_progress"),
        (["closed: a", "reopened: b"], "in_progress"),
        (["raised: a", "reopened: b"], "in_progress"),
        (["resolved: a", "reopened: b", "resolved: c"], "resolved"),
        (["resolved: a", "reopened: b", "closed: c"], "closed"),
        (["closed: a", "resolved: b"], "resolved"),
        (["resolved: a", "closed: b"], "closed"),
        (["not_reported: a", "resolved: b"], "resolved"),
        (["resolved: a", "not_reported: b"], "unknown"),
        (["resolved: a", "closed: b", "resolved: c"], "resolved"),
        (["resolved: a", "not_reported: b", "resolved: c"], "resolved"),
        (["resolved: a", "closed: b", "resolved: c", "closed: d"], "closed"),
    ],
)
def test_the_status_follows_the_last_closing_word(log: list[str], status: str) -> None:
    """Resolved, closed, reopened and not_reported decide, whatever stages stand behind; without them the stages do."""
    assert standing(log).status == status


def test_a_stage_that_spans_the_closing_resolves_nothing() -> None:
    """A stage over several phases counts as its earliest: 成事 is implementing, not solved."""
    progress = standing(["chengshi: x"], method=FOUR)
    assert (progress.status, progress.phase) == ("in_progress", "implement")


@pytest.mark.parametrize(
    ("status", "log", "colour"),
    [
        ("resolved", ["resolved: a"], "green"),
        ("in_progress", ["clarify: a"], "yellow"),
        ("new", ["raised: a"], "pink"),
        ("closed", ["closed: a"], "grey"),
        ("unknown", ["not_reported: a"], "white"),
    ],
)
def test_the_note_has_the_colour_of_its_status(status: str, log: list[str], colour: str) -> None:
    """The method's colour if it gives one, else the one of the content model."""
    own = get_default_method().model_copy(update={"colours": {status: "orange"}})
    assert (standing(log).status, standing(log).colour) == (status, colour)
    assert standing(log, method=own).colour == "orange"


# --- reopenings, resolved_on, durations ------------------------------------------------------------


@pytest.mark.parametrize(
    ("log", "reopenings", "after_resolved"),
    [
        (["resolved: a"], 0, False),
        (["resolved: a", "reopened: b"], 1, True),
        (["closed: a", "reopened: b"], 1, False),
        (["clarify: a", "reopened: b"], 0, False),
        (["resolved: a", "reopened: b", "reopened: c"], 1, True),
        (["resolved: a", "clarify: b", "reopened: c"], 1, True),
        (["resolved: a", "reopened: b", "resolved: c", "reopened: d"], 2, True),
        (["resolved: a", "not_reported: b", "reopened: c"], 1, True),
        (["closed: a", "reopened: b", "resolved: c"], 1, False),
        (["resolved: a", "resolved: b", "reopened: c"], 1, True),
    ],
)
def test_only_what_was_closed_can_be_reopened(log: list[str], reopenings: int, after_resolved: bool) -> None:
    """A reopening follows a resolved or closed entry; one without is none."""
    progress = standing(log)
    assert (progress.reopenings, progress.was_reopened_after_resolved) == (reopenings, after_resolved)


@pytest.mark.parametrize(
    ("log", "resolved_on", "days"),
    [
        (["2025-01-31 resolved: a"], date(2025, 1, 31), 30),
        (["2025-01-31 resolved: a", "2025-02-20 resolved: b"], date(2025, 1, 31), 30),
        (["2025-01-31 resolved: a", "2025-02-01 reopened: b", "2025-03-02 resolved: c"], date(2025, 3, 2), 60),
        (["2025-01-31 resolved: a", "2025-02-01 reopened: b"], None, None),
        (["2025-01-31 resolved: a", "2025-02-01 closed: b"], None, None),
        (["2025-01-31 resolved: a", "2025-02-01 closed: b", "2025-03-02 resolved: c"], date(2025, 3, 2), 60),
        (["2025-01-31 resolved: a", "2025-02-01 not_reported: b", "2025-03-02 resolved: c"], date(2025, 3, 2), 60),
        (["2025-01 resolved: a"], None, None),
        (["by 2025-01-31 resolved: a"], None, None),
        (["resolved: a"], None, None),
        (["2025-01-01 resolved: a"], date(2025, 1, 1), 0),
    ],
)
def test_resolved_on_is_the_first_resolved_entry_of_the_resolution_that_holds(
    log: list[str], resolved_on: date | None, days: int | None
) -> None:
    """Days are counted from `raised` to it, only where both are known to the day; a second "resolved" adds nothing."""
    progress = standing(log)
    assert (progress.resolved_day, progress.days_to_resolve) == (resolved_on, days)


@pytest.mark.parametrize("raised", ["2025-01", "2025", "unknown", "by 2025-01-01"])
def test_no_duration_from_a_day_that_is_not_known(raised: str) -> None:
    """A raised month is no day, and an entry "raised" in the log does not replace the key."""
    log = ["2025-01-01 raised: a", "2025-01-05 clarify: b"]
    assert standing(log, raised).days_open is None
    assert standing(log, raised).days_to_first_reply is None
    assert standing([*log, "2025-01-31 resolved: c"], raised).days_to_resolve is None


def test_days_open_run_to_the_day_of_the_report() -> None:
    """An open issue is as old as the days since it was raised; one that is not open has no such age."""
    assert standing(["raised: a"], "2025-12-01").days_open == 30
    assert standing(["2025-12-31 raised: a"], "2025-12-31").days_open == 0
    assert standing(["resolved: a"], "2025-12-01").days_open is None


def test_no_duration_is_negative() -> None:
    """What is raised after the day of the report is not open yet, and what was resolved before that is a mistake."""
    assert standing(["raised: a"], "2026-02-01").days_open is None
    assert standing(["2025-01-01 resolved: a"], "2025-02-01").days_to_resolve is None
    assert standing(["not_reported: a"], "2025-12-01").days_open is None


@pytest.mark.parametrize(
    ("log", "days"),
    [
        (["2025-01-01 raised: a", "2025-01-08 clarify: b", "2025-01-20 decide: c"], 7),
        (["2025-01-01 raised: a", "2025-01-03 raise: b", "2025-01-09 clarify: c"], 8),
        (["2025-01-01 raised: a"], None),
        (["2025-01-01 raised: a", "clarify: b", "2025-01-20 decide: c"], None),
        (["2025-01-01 raised: a", "2025-01 clarify: b"], None),
        (["2025-01-01 raised: a", "2025-01-05 resolved: b"], 4),
        (["2025-01-01 raised: a", "2025-01-06 closed: b"], 5),
        (["2024-12-20 clarify: a", "2025-01-11 decide: b"], 10),
        (["2025-01-01 clarify: a"], 0),
    ],
)
def test_the_first_reply_is_the_first_entry_after_the_raising(log: list[str], days: int | None) -> None:
    """Entries that only raise it, or lie before the day it was raised, are no reply."""
    assert standing(log).days_to_first_reply == days


# --- open, overdue, stale ------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "log", "overdue"),
    [
        ("2025-12-30", ["clarify: a"], True),
        ("2025-12-31", ["clarify: a"], False),
        ("2026-01-01", ["clarify: a"], False),
        ("2025-12-30", ["raised: a"], True),
        ("2025-12-30", ["resolved: a"], False),
        ("2025-12-30", ["closed: a"], False),
        ("2025-12-30", ["not_reported: a"], False),
        ("2025-12-30", ["resolved: a", "reopened: b"], True),
    ],
)
def test_an_open_issue_is_overdue_from_the_day_after_its_promise(due: str, log: list[str], overdue: bool) -> None:
    """On the promised day itself it is not; what is no longer open never is."""
    assert standing(log, due=due).is_overdue is overdue


def _ago(days: int) -> str:
    return (AS_OF - timedelta(days)).isoformat()


@pytest.mark.parametrize(
    ("log", "stale"),
    [
        ([f"{_ago(61)} clarify: a"], True),
        ([f"{_ago(60)} clarify: a"], False),
        ([f"{_ago(61)} clarify: a", f"{_ago(59)} decide: b"], False),
        ([f"{_ago(200)} clarify: a", "decide: undated"], True),
        (["2025-11 clarify: a"], False),
        (["2025-10 clarify: a"], True),
        ([f"by {_ago(61)} clarify: a"], True),
        ([f"{_ago(61)} resolved: a"], False),
        ([f"{_ago(61)} not_reported: a"], False),
        ([f"{_ago(90)} resolved: a", f"{_ago(61)} reopened: a"], True),
    ],
)
def test_an_open_issue_is_stale_after_more_than_60_days_without_an_entry(log: list[str], stale: bool) -> None:
    """An entry exactly 60 days old is still news; a month counts to its last day."""
    assert standing(log).is_stale is stale


def test_nobody_knows_whether_an_issue_without_any_date_is_stale() -> None:
    """Where no date is known at all, nothing is claimed."""
    assert standing(["clarify: a"], "unknown").is_stale is False


def test_what_the_press_reports_is_never_judged() -> None:
    """An issue known only from a published report is neither stale nor overdue."""
    progress = standing([f"{_ago(300)} clarify: a"], due="2025-01-31", basis="press")
    assert (progress.is_open, progress.is_stale, progress.is_overdue) == (True, False, False)


def test_what_is_dated_after_the_report_is_ignored() -> None:
    """Entries and follow-ups count from their first possible day; a month that has begun counts, a "by" always."""
    log = ["2025-12-01 clarify: a", "2026-01-01 resolved: b"]
    assert standing(log).status == "in_progress"
    assert standing(log, as_of=date(2026, 1, 1)).status == "resolved"
    assert standing(["2025-12 resolved: b"], as_of=date(2025, 12, 1)).status == "resolved"
    assert standing(["2025-12 resolved: b"], as_of=date(2025, 11, 30)).status == "new"
    assert standing(["by 2026-06-30 resolved: b"]).status == "resolved"
    ladder = ["2025-06-01 resolved: a"], ["2025-09-01 holds: a", "2026-01-01 failed: b"]
    assert standing(ladder[0], followups=ladder[1]).ladder == "lasting"


# --- the outcome ladder ------------------------------------------------------------


@pytest.mark.parametrize(
    ("followups", "ladder"),
    [
        ([], "done"),
        (["2025-03-01 partly: a"], "done"),
        (["2025-03-01 holds: a"], "confirmed"),
        (["2025-03-01 failed: a"], "relapsed"),
        (["2025-01-30 failed: before it was resolved"], "done"),
        (["2025-01-31 holds: on the day"], "confirmed"),
        (["2025-04-16 holds: 15 days early"], "confirmed"),
        (["2025-04-17 holds: 14 days early"], "lasting"),
        (["2025-05-01 holds: when due"], "lasting"),
        (["2025-12-01 holds: late"], "lasting"),
        (["2025-05-01 holds: a", "2025-06-01 partly: b"], "done"),
        (["2025-05-01 holds: a", "2025-06-01 failed: b"], "relapsed"),
        (["2025-06-01 failed: b", "2025-05-01 holds: a"], "relapsed"),
        (["2025-05-01 failed: a", "2025-06-01 holds: b"], "lasting"),
        (["2025-05-01 failed: in the morning", "2025-05-01 holds: in the evening"], "lasting"),
    ],
)
def test_the_latest_followup_decides_the_ladder(followups: list[str], ladder: str) -> None:
    """Resolved on 2025-01-31, due on 2025-05-01: none or partly, holding early, holding when due, failed."""
    progress = standing(["2025-01-31 resolved: a"], followups=followups)
    assert (progress.followup_due, progress.ladder) == (date(2025, 5, 1), ladder)


@pytest.mark.parametrize(
    ("log", "ladder"),
    [
        (["raised: a"], None),
        (["clarify: a"], None),
        (["not_reported: a"], None),
        (["resolved: a", "reopened: b"], "relapsed"),
        (["closed: a", "reopened: b"], "relapsed"),
        (["clarify: a", "reopened: b"], None),
        (["closed: a"], "closed"),
        (["resolved: a", "reopened: b", "resolved: c"], "done"),
        (["resolved: a", "not_reported: b"], None),
    ],
)
def test_the_ladder_of_what_is_not_resolved(log: list[str], ladder: str | None) -> None:
    """Open after a reopening: relapsed; closed: closed; everything else stands on no step."""
    assert standing(log).ladder == ladder


def test_without_a_day_a_result_can_be_confirmed_but_not_lasting() -> None:
    """Where the day of the resolution is not known no follow-up is ever due."""
    progress = standing(["2025-01 resolved: a"], followups=["2025-12-01 holds: a"])
    assert (progress.followup_due, progress.ladder) == (None, "confirmed")
    assert standing(["2025-03 resolved: a"], followups=["2025-02-28 failed: before"]).ladder == "done"


def test_the_followup_is_due_after_the_days_of_the_method() -> None:
    """90 days unless the method says otherwise, counted from the latest resolution; the first one is kept beside it."""
    log = ["2025-01-01 resolved: a", "2025-02-01 reopened: b", "2025-03-01 resolved: c"]
    quick = get_default_method().model_copy(update={"followup_days": 10})
    assert standing(log).followup_due == date(2025, 5, 30)
    assert standing(log).first_followup_due == date(2025, 4, 1)
    assert standing(log, method=quick).followup_due == date(2025, 3, 11)


# --- phase and procedure ------------------------------------------------------------


@pytest.mark.parametrize(
    ("log", "phase"),
    [
        (["raised: a"], "raise"),
        (["yishi: a", "mingshi: b"], "deliberate"),
        (["chengshi: a"], "implement"),
        (["huigu: a"], "review"),
        (["mingshi: a", "resolved: b"], "close"),
        (["mingshi: a", "resolved: b", "huigu: c"], "close"),
        (["mingshi: a", "closed: b", "dingshi: c"], "clarify"),
        (["closed: b"], "raise"),
        (["mingshi: a", "not_reported: b"], "clarify"),
        (["mingshi: a", "resolved: b", "reopened: c"], "clarify"),
    ],
)
def test_the_current_phase_is_the_furthest_reached(log: list[str], phase: str) -> None:
    """A resolved issue is at its close; a closed one where it was before it was closed."""
    assert standing(log, method=FOUR).phase == phase


def steps(log: list[str]) -> str:
    """The procedure in short: `明 present` as m+, missing as m-, out of order as m!."""
    marks = {"present": "+", "missing": "-", "out_of_order": "!"}
    return " ".join(f"{stage[0]}{marks[state]}" for stage, state in standing(log, method=FOUR).procedure.items())


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        (["raised: a"], ""),
        (["mingshi: a"], "m+"),
        (["yishi: a"], "m- y+"),
        (["mingshi: a", "dingshi: b"], "m+ y- d+"),
        (["mingshi: a", "resolved: b"], "m+ y- d- c-"),
        (["mingshi: a", "closed: b", "dingshi: c"], "m+"),
        (["dingshi: a", "closed: b", "yishi: c"], "m- y- d+"),
        (["2025-03-01 yishi: a", "2025-03-05 mingshi: b"], "m+ y!"),
        (["2025-03-01 yishi: a", "2025-03-01 mingshi: b"], "m+ y+"),
        (["yishi: undated", "2025-03-05 mingshi: b"], "m+ y+"),
        (["2025-03-01 yishi: a", "mingshi: undated"], "m+ y+"),
        (["2025-03 yishi: a", "2025-03-05 mingshi: b"], "m+ y+"),
        (["2025-02 yishi: a", "2025-03-05 mingshi: b"], "m+ y!"),
        (["by 2025-02-01 yishi: a", "2025-03-05 mingshi: b"], "m+ y!"),
        (["2025-03-01 mingshi: a", "2025-03-02 yishi: b", "2025-03-09 mingshi: c"], "m+ y+"),
        (["2025-03-01 dingshi: a", "2025-03-02 yishi: b", "2025-03-09 mingshi: c"], "m+ y! d!"),
        (["2025-03-01 mingshi: a", "2026-03-02 yishi: b"], "m+"),
    ],
)
def test_the_procedure_tells_of_each_required_stage_that_is_due(log: list[str], expected: str) -> None:
    """Due up to the current phase; present, missing, or begun before an earlier one; if closed, before its end."""
    assert steps(log) == expected


def test_without_required_stages_there_is_no_procedure() -> None:
    """The built-in method requires nothing."""
    assert standing(["decide: a"]).procedure == {}


# --- the worked example ------------------------------------------------------------


def test_the_worked_example_of_the_content_model() -> None:
    """The street lamps of §7: resolved a second time, lasting, not countable in days because raised in a month."""
    progress = standing(
        [
            "2025-03-10 raised: Twelve lamps are out",
            "2025-03-20 yishi: the group agrees on a plan",
            "2025-05-02 resolved: The lamps are lit again",
            "2025-07-01 reopened: Two lamps failed",
            "2025-07-09 resolved: Repaired",
        ],
        raised="2025-03",
        method=FOUR,
        followups=["2025-10-15 有效: all lamps work"],
    )
    assert progress.status == "resolved"
    assert progress.resolved_day == date(2025, 7, 9)
    assert progress.reopenings == 1
    assert progress.days_to_resolve is None
    assert progress.followup_due == date(2025, 10, 7)
    assert progress.first_followup_due == date(2025, 7, 31)
    assert progress.ladder == "lasting"
    assert progress.colour == "green"
    assert list(progress.procedure.items()) == [
        ("mingshi", "missing"),
        ("yishi", "present"),
        ("dingshi", "missing"),
        ("chengshi", "missing"),
    ]


# --- days at their limits ---------------------------------------------------------------------------------------------


def test_a_followup_of_the_day_of_the_report_counts() -> None:
    """What is dated on that day has happened; the day after it has not."""
    for day, ladder in (("2025-12-31", "lasting"), ("2026-01-01", "done")):
        assert standing(["2025-01-31 resolved: a"], followups=[f"{day} holds: x"]).ladder == ladder


def test_the_day_of_closing_is_told_of_what_is_closed() -> None:
    """Only as long as it is closed."""
    closed = standing(["2025-02-01 closed: a"]).closed_date
    assert closed is not None
    assert closed.exact == date(2025, 2, 1)
    assert standing(["2025-02-01 closed: a", "2025-03-01 reopened: b"]).closed_date is None
    assert standing(["2025-02-01 closed: a", "2025-03-01 resolved: b"]).closed_date is None


@pytest.mark.parametrize(("day", "answers"), [
    ("2025-04-16", False), ("2025-04-17", True), ("2025-05-01", True), ("2025-12-31", True), ("2026-01-01", False)])
def test_a_followup_answers_the_one_that_is_due(day: str, answers: bool) -> None:
    """Due on 2025-05-01: from 14 days before it to the day of the report, both days too (§6.1.9)."""
    issue = create_record("issue", {"title": "x", "topic": ["lighting"], "raised": "2025-01-01",
                                    "log": ["2025-01-31 resolved: a"], "followups": [f"{day} holds: x"]})
    assert isinstance(issue, Issue)
    assert bool(select_timely_followups(issue, derive_progress(issue, get_default_method(), AS_OF), AS_OF)) == answers


def test_a_followup_before_the_resolution_answers_none() -> None:
    """Where the method wants one after a few days, one that is early may not lie before the day of the resolution."""
    method = FOUR.model_copy(update={"followup_days": 7})
    for day, answers in (("2025-01-30", False), ("2025-01-31", True)):
        issue = create_record("issue", {"title": "x", "topic": ["lighting"], "raised": "2025-01-01",
                                        "log": ["2025-01-31 resolved: a"], "followups": [f"{day} holds: x"]})
        assert isinstance(issue, Issue)
        assert bool(select_timely_followups(issue, derive_progress(issue, method, AS_OF), AS_OF)) == answers


def test_a_stage_that_is_not_required_hides_none_behind_it() -> None:
    """The required stages after it are looked at all the same."""
    stages = [{"id": "a", "label": "a", "core": ["clarify"]},
              {"id": "b", "label": "b", "core": ["deliberate"], "required": "yes"}]
    method = Method.model_validate({"name": "x", "stages": stages})
    assert standing(["b: x"], method=method).procedure == {"b": "present"}


def test_what_stands_behind_the_closing_reaches_no_phase() -> None:
    """An issue that is closed stays where it was, whatever entries follow."""
    assert standing(["raised: a", "closed: b", "clarify: c", "clarify: d"]).phase == "raise"
