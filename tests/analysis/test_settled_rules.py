"""Content model §6.1, rule by rule: each sentence that an independent count found open, with its smallest town."""

from collections.abc import Mapping
from datetime import date

import pytest

from tests.analysis.test_statistics import AS_OF, PLACES, issue, library_of, statistics
from tests.support.workshop import book_on, counted_on
from yishi.analysis.statistics import Stat
from yishi.analysis.statistics.checks import check_expected
from yishi.content.load import create_record, read_records
from yishi.content.yaml_source import SourceFile
from yishi.exports import plan_exports
from yishi.library import WithheldRecords, link_records
from yishi.model.paths import locate_record

A = "places/t/a/issues"
Data = Mapping[str, dict[str, object]]


def stats(data: Data, as_of: date = AS_OF, scope: str = "") -> Mapping[str, Stat]:
    """The statistics of a town with these records."""
    return statistics(library_of({**PLACES, **data}), as_of).scopes[scope]


def findings(data: Data) -> list[tuple[str, str, str]]:
    """What is told of the records of a town: record, code, level."""
    library, found = link_records({path: create_record(_kind(path), dict(of))
                                   for path, of in {**PLACES, **data}.items()},
                                  WithheldRecords(), [], AS_OF)
    return [(one.record, one.code, one.level) for one in (*found, *check_expected(library, AS_OF))]


def _kind(path: str) -> str:
    slot = locate_record(f"{path}.yaml")
    return "location" if "/locations/" in path else slot.kind if slot else "place"


def test_zero_days_count() -> None:
    """Content model §6.1.1: resolved, answered or raised on the same day, or on the day of the report, is 0 days."""
    found = stats({f"{A}/i{n}": issue("2025-03-03", "fire", "2025-03-03 ask: x", "2025-03-03 resolved: x")
                   for n in range(5)}
                  | {f"{A}/o{n}": issue("2025-12-31", "fire", "2025-12-31 raised: x") for n in range(5)})
    assert (found["median_days_to_resolve"].value, found["median_days_to_resolve"].n) == (0, 5)
    assert (found["median_days_to_first_reply"].value, found["median_days_to_first_reply"].n) == (0, 5)
    assert (found["median_age_open"].value, found["median_age_open"].n) == (0, 5)


@pytest.mark.parametrize(("record", "counts"), [
    ({f"{A}/x": issue("2025-12-31", "fire", "2025-12-31 raised: x")}, 1),
    ({f"{A}/x": issue("2026-01-01", "fire", "2026-01-01 raised: x")}, 0),
    ({f"{A}/x": issue("by 2026-02-01", "fire", "raised: x")}, 1),
    ({"places/t/a/meetings/m": {"title": "x", "date": "2026-01-01"}}, 0),
    ({"places/t/a/meetings/m": {"title": "x", "date": "2025-12"}}, 1),
    ({"places/t/a/events/e": {"title": "x", "date": "2026"}}, 0),
    ({"places/t/a/events/e": {"title": "x", "date": "2025"}}, 1),
    ({"places/t/a/reviews/r": {"target": "places/t/a", "date": "2026-01-01", "recommendations": [{"text": "x"}]}}, 0),
    ({"places/t/a/reviews/r": {"target": "places/t/a", "recommendations": [{"text": "x"}]}}, 1),
    ({"places/t/events/e": {"title": "x", "date": "2026-05-01"},
      "places/t/a/reviews/r": {"target": "places/t/events/e", "recommendations": [{"text": "x"}]}}, 0),
    ({"places/t/a/registers/r": {"title": "x", "items": [{"code": "1"}]}}, 1),
    ({f"{A}/x": issue("2026-05-01", "fire", "raised: x"),
      "places/t/a/cases/c": {"title": "x", "issues": ["x"], "dates": {"start": "2026-01-01"}}}, 0),
    ({f"{A}/x": issue("2026-05-01", "fire", "raised: x"), "places/t/a/cases/c": {"title": "x", "issues": ["x"]}}, 1),
    ({"places/t/a/locations/gate": {"name": "Gate", "kind": "road"}}, 0),
    ({}, 0),
])
def test_what_is_dated_later_is_no_record_yet(record: Data, counts: int) -> None:
    """Content model §6.1.2: a community reports when it has a record by the day of the report; what it is and what
    lies in it is none."""
    assert (stats(record)["communities_reporting"].numerator, stats(record)["communities_reporting"].denominator) == (
        counts, 3)


def test_more_communities_than_expected_are_no_share() -> None:
    """Content model §6.1.2: two of one expected community: no value, both numbers, and a warning."""
    town: Data = {"places/t": PLACES["places/t"] | {"expected_communities": "1"},
            **{f"places/t/{name}/issues/x": issue("2025-01-01", "fire", "raised: x") for name in "ab"}}
    found = stats(town)["communities_reporting"]
    assert (found.value, found.numerator, found.denominator) == (None, 2, 1)
    assert findings(town) == [("places/t", "more_communities", "warning")]
    one_later: Data = {**town, "places/t/b/issues/x": issue("2026-01-01", "fire", "raised: x")}
    assert stats(one_later)["communities_reporting"].value == 1
    assert ("places/t", "more_communities", "warning") not in findings(one_later)


@pytest.mark.parametrize(("raised", "log", "is_stale"), [
    ("2025-12-20", ["2025-10-31 ask: x"], True),      # raised after the only entry: the entry decides
    ("2025-10-31", ["ask: x"], True),                 # nothing is dated: when it was raised
    ("2025-11-01", ["ask: x"], False),
    ("2025-01-01", ["2025-11 ask: x"], False),        # the latest possible day
    ("2025-01-01", ["2025-11-30 ask: x", "2025-12 talk: x"], False),
    ("2025-01-01", ["2025-10-31 ask: x", "2026-02-01 talk: x"], True),
])
def test_stale_is_counted_from_the_last_dated_entry(raised: str, log: list[str], is_stale: bool) -> None:
    """Content model §6.1.3: from the latest possible day of the dated entries; from `raised` only if none is dated."""
    found = stats({f"{A}/x": issue(raised, "fire", *log)})["stale_share"]
    assert (found.numerator, found.denominator) == (int(is_stale), 1)


def test_what_cannot_be_known_is_not_called_fresh() -> None:
    """Where nothing is dated, not even when it was raised, nobody knows whether an issue is stale: it is left out."""
    found = stats({f"{A}/x": issue("unknown", "fire", "ask: x")})["stale_share"]
    assert (found.value, found.denominator, found.excluded) == (None, 0, {"unknown_date": 1})


@pytest.mark.parametrize(("day", "kinds"), [("2025-12-31", 1), ("2026-01-01", 0), ("2026", 0), ("unknown", 1)])
def test_meetings_yet_to_come_do_not_count_for_breadth(day: str, kinds: int) -> None:
    """Content model §6.1.4: who is to come to a meeting after the day of the report has not taken part yet."""
    town: Data = {f"{A}/x": issue("2025-01-01", "fire", "2025-02-01 talk: x",
                            participants={"kinds": ["resident", "utility"]}),
            "places/t/a/meetings/m": {"title": "x", "date": day, "issues": ["x"],
                                      "participants": {"kinds": ["expert", "resident"]}}}
    assert stats(town)["breadth_3plus"].numerator == kinds
    outputs = {plan.path: plan for plan in plan_exports(book_on(library_of({**PLACES, **town}), AS_OF), [], "")}
    told = (outputs["data/issues.json"].produce_output().body or b"").decode()
    assert f'"breadth":{2 + kinds}' in told.replace(" ", "")


def test_a_placeholder_stage_is_never_due() -> None:
    """Content model §6.1.5: a required stage with `verified: false` is not asked of any issue."""
    method: dict[str, object] = {"name": "M", "stages": [
        {"id": "ask", "label": "Ask", "core": ["clarify"], "required": "yes"},
        {"id": "later", "label": "?", "core": ["raise"], "required": "yes", "verified": "no"}]}
    found = stats({"methods/two": method, f"{A}/x": issue("2025-01-01", "fire", "2025-02-01 ask: x")})
    assert (found["procedure_complete"].numerator, found["procedure_complete"].denominator) == (1, 1)


def test_of_a_closed_issue_only_what_stands_before_counts() -> None:
    """Content model §6.1.6: after the last closing nothing counts for procedure, phase, `by_stage` and breadth."""
    closed = issue("2025-01-01", "fire", "2025-01-02 ask: x", "2025-01-03 closed: x", "2025-01-04 talk: x",
                   close_reason="referred", participants={"kinds": ["resident"]})
    found = stats({f"{A}/x": closed})
    assert found["by_stage"].value == {"clarify": 1}
    assert (found["procedure_complete"].numerator, found["procedure_complete"].denominator) == (1, 1)
    assert found["breadth_3plus"].denominator == 0
    again = issue("2025-01-01", "fire", "2025-01-02 ask: x", "2025-01-03 closed: x", "2025-01-04 reopened: x",
                  "2025-01-05 talk: x", "2025-01-06 closed: x", close_reason="referred")
    assert stats({f"{A}/x": again})["by_stage"].value == {"deliberate": 1}


def test_a_case_that_begins_later_is_left_out() -> None:
    """Content model §6.1.7: a case whose start lies after the day of the report is no case yet, and that is told."""
    cases: Data = {f"places/t/a/cases/c{n}": {"title": "x", "issues": ["x"], "dates": {"start": start}}
             for n, start in enumerate(["2026-01-01", "2025-12-31", "2026", "unknown", "by 2026-02-01"])}
    found = stats({f"{A}/x": issue("2025-01-01", "fire", "raised: x"), **cases})["cases"]
    assert (found.value, found.excluded) == (3, {"after_as_of": 2})


def test_a_stage_of_review_is_not_asked_of_what_is_resolved() -> None:
    """Content model §6.1.8: a resolved issue is at `close`; what is still in review has to have its review."""
    stage = {"id": "back", "label": "Back", "core": ["review"], "required": "yes"}
    method: dict[str, object] = {"name": "M", "stages": [stage]}
    town: Data = {"methods/two": method, f"{A}/x": issue("2025-01-01", "fire", "2025-02-01 resolved: x")}
    assert stats(town)["procedure_complete"].denominator == 0
    in_review: Data = {"methods/two": method, f"{A}/x": issue("2025-01-01", "fire", "2025-02-01 back: x")}
    assert stats(in_review)["procedure_complete"].denominator == 1


@pytest.mark.parametrize(("days", "followup", "counts"), [
    (10, "2025-03-09", 0), (10, "2025-03-10", 1),   # not before it was resolved, however short the time
    (90, "2025-05-24", 0), (90, "2025-05-25", 1),   # 14 days before 2025-06-08
])
def test_a_followup_counts_from_the_resolution_on(days: int, followup: str, counts: int) -> None:
    """Content model §6.1.9: dated on or after `resolved_on`, and at most 14 days before it was due; what is due says
    the same."""
    town: Data = {"methods/two": PLACES["methods/two"] | {"followup_days": str(days)},
            f"{A}/x": issue("2025-01-01", "fire", "2025-03-10 resolved: x", followups=[f"{followup} holds: x"])}
    found = stats(town)["followup_rate"]
    assert (found.numerator, found.denominator, found.results or {}) == (counts, 1, {"holds": 1} if counts else {})
    briefs, _ = counted_on(library_of({**PLACES, **town}), AS_OF)
    assert [one.kind for one in briefs[f"{A}/x"].obligations] == ([] if counts else ["followup_overdue"])


@pytest.mark.parametrize(("log", "status"), [
    (["2026-02-01 ask: x", "resolved: x"], "new"),
    (["2025-02-01 ask: x", "resolved: x"], "resolved"),
    (["2026-02-01 ask: x", "by 2026-03-01 resolved: x"], "resolved"),
    (["resolved: x", "2026-02-01 reopened: x", "talk: x"], "resolved"),
])
def test_an_undated_entry_is_not_earlier_than_the_one_before(log: list[str], status: str) -> None:
    """Content model §6.1.10: after an entry of next year an undated one is not of this year."""
    assert stats({f"{A}/x": issue("2025-01-01", "fire", *log)})["by_status"].value == {status: 1}


@pytest.mark.parametrize(("raised", "counted"), [("2026-01-01", 1), ("2025-12-31", 1), ("unknown", 1)])
def test_a_repetition_is_left_out_only_for_what_is_counted(raised: str, counted: int) -> None:
    """Content model §6.1.11: one of the two is counted: the original, or, where it is raised later, the repetition,
    with a warning."""
    town: Data = {f"{A}/first": issue(raised, "fire", "raised: x"),
            f"{A}/second": issue("2025-01-01", "fire", "raised: x", duplicate_of="first")}
    found = stats(town)["issues"]
    later = raised.startswith("2026")
    assert found.value == counted
    assert found.excluded == ({"after_as_of": 1} if later else {"duplicate": 1})
    assert ((f"{A}/second", "repeats_uncounted", "warning") in findings(town)) is later


def test_the_repetition_of_a_draft_is_counted() -> None:
    """Content model §6.1.11: where the original is not published the repetition is counted, with a warning."""
    second = create_record("issue", issue("2025-01-01", "fire", "raised: x", duplicate_of="first"))
    records = {path: create_record(_kind(path), dict(of)) for path, of in PLACES.items()} | {f"{A}/second": second}
    withheld = WithheldRecords(drafts={f"{A}/first": "issue"})
    library, found = link_records(records, withheld, [], AS_OF)
    assert [(one.record, one.code) for one in found] == [(f"{A}/second", "repeats_uncounted")]
    assert statistics(library).scopes[""]["issues"].value == 1


def test_a_place_has_its_own_issues_under_its_own_path() -> None:
    """Content model §6.1.12: the parts of `by_place` add up."""
    town: Data = {"places/t/issues/own": issue("2025-01-01", "fire", "raised: x"),
            f"{A}/x": issue("2025-01-01", "fire", "raised: x"), f"{A}/y": issue("2025-01-01", "fire", "raised: x")}
    found = stats(town, scope="places/t")["by_place"]
    assert (found.value, found.numerator) == ({"places/t": 1, "places/t/a": 2}, 3)


def test_actions_that_are_not_due_yet_are_named() -> None:
    """Content model §6, actions_done: an action due later is left out as `not_due`; one without a day is nothing."""
    actions = [{"what": "x", "due": "2025-02-10", "done_on": "2025-02-10"}, {"what": "x", "due": "2026-03-01"},
               {"what": "x"}]
    town: Data = {f"places/t/a/meetings/m{n}": {"title": "x", "date": "2025-01-01", "actions": one}
                  for n, one in enumerate((actions, actions[1:], actions[2:]))}
    found = stats(town)["actions_done"]
    assert (found.numerator, found.denominator, found.excluded) == (1, 1, {"not_due": 2})
    outputs = {plan.path: plan for plan in plan_exports(book_on(library_of({**PLACES, **town}), AS_OF), [], "")}
    rows = (outputs["data/statistics/actions_done.csv"].produce_output().body or b"").decode("utf-8-sig").splitlines()
    assert [row.split(",")[3] for row in rows] == ["role", "counted", "left_out"]


@pytest.mark.parametrize(("log", "n"), [
    (["2025-01-11 not_reported: x"], 0),
    (["2025-01-11 not_reported: x", "2025-01-21 talk: x"], 5),
    (["2025-01-11 closed: x"], 5),
])
def test_silence_is_no_reply(log: list[str], n: int) -> None:
    """Content model §6.1.13: that nothing further was reported answers nobody; that it was closed, and why, does."""
    found = stats({f"{A}/i{number}": issue("2025-01-01", "fire", *log, close_reason="referred") for number in range(5)})
    assert found["median_days_to_first_reply"].n == n


@pytest.mark.parametrize(("participants", "codes"), [
    ("{headcount: 10, under18: 5, over60: 5}", []),
    ("{headcount: 10, under18: 5, over60: 6}", ["more_than_all"]),
    ("{headcount: 10, over60: 11}", ["more_than_all"]),
    ("{headcount: {value: 10, precision: about}, under18: 11}", ["more_than_all"]),
    ("{under18: 11}", []),
    ("{headcount: unknown, under18: 11}", []),
])
def test_parts_of_a_meeting_are_no_more_than_all(participants: str, codes: list[str]) -> None:
    """Content model §6.1.14: `under18` and `over60` together exceed the headcount: an error."""
    text = f"title: x\ndate: 2025-01-01\nparticipants: {participants}\n"
    slot = locate_record("places/t/meetings/m.yaml")
    assert slot
    found = read_records(SourceFile("places/t/meetings/m.yaml", text.encode()), slot)
    assert [problem.code for problem in found.problems] == codes


@pytest.mark.parametrize(("under18", "headcount", "told"), [
    ("3", "20", (None, 0, 0, {"few": 1})),       # the numerator
    ("17", "20", (None, 0, 0, {"few": 1})),      # what is left of the headcount
    ("0", "3", (None, 0, 0, {"few": 1})),        # the denominator
    ("5", {"value": "8", "precision": "about"}, (None, 0, 0, {"few": 1})),
    ("0", "20", (0, 0, 20, {})), ("5", "10", (0.5, 5, 10, {})),
])
def test_few_people_are_told_nowhere(under18: str, headcount: object,
                                     told: tuple[float | None, int, int, dict[str, int]]) -> None:
    """Content model §6.1.15: a meeting is left out where one to four people are a part, the rest, or all of it."""
    town: Data = {"places/t/a/meetings/m": {"title": "x", "date": "2025-01-01",
                                      "participants": {"headcount": headcount, "under18": under18}}}
    found = stats(town)["youth_share"]
    assert (found.value, found.numerator, found.denominator, found.excluded) == told


@pytest.mark.parametrize(("keys", "code"), [
    ("participants: {headcount: -3}", "negative"), ("participants: {headcount: 12.5}", "not_a_count"),
    ("participants: {headcount: 012}", "not_a_count"), ("participants: {headcount: {value: -3}}", "negative"),
    ("participants: {headcount: {value: 1.5, unit: 人}}", "not_a_count"),
    ("participants: {under18: 1.5}", "not_a_count"), ("participants: {over60: 012}", "not_a_count"),
    ("participants: {headcount: 1_000}", "not_a_count"), ("participants: {headcount: '-0'}", "not_a_count"),
    ("votes: [{text: x, for: -1}]", "negative"), ("votes: [{text: x, against: 2.5}]", "not_a_count"),
    ("votes: [{text: x, abstain: 007}]", "not_a_count"),
    ("participants: {headcount: 0}", ""), ("participants: {headcount: １２}", ""),
    ("participants: {headcount: 12.0}", ""),
])
def test_people_are_counted_in_whole_numbers(keys: str, code: str) -> None:
    """Content model §2: a count is a whole number, 0 or more; half a person, fewer than nobody and codes are refused,
    each with its line."""
    slot = locate_record("places/t/meetings/m.yaml")
    assert slot
    found = read_records(SourceFile("places/t/meetings/m.yaml", f"title: x\ndate: 2025-01-01\n{keys}\n".encode()), slot)
    assert [(problem.line, problem.code) for problem in found.problems] == ([(3, code)] if code else [])
