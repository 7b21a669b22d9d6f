"""What `yishi.analysis.statistics` promises: every statistic of content model §6, against values computed by hand.

`SMALL` is a town with two communities that report and a third that does not; the comments tell what each issue is for.
"""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from tests.support.workshop import book_on, counted_on
from yishi.analysis.statistics import DEFINITIONS, Stat, Statistics, export_stat
from yishi.analysis.statistics.checks import check_expected, check_names
from yishi.content.load import create_record, read_records
from yishi.content.yaml_source import SourceFile
from yishi.exports import plan_exports
from yishi.library import Library, WithheldRecords, link_records
from yishi.library.withholding import link_until_stable, select_records
from yishi.model.paths import get_place_of, locate_record
from yishi.model.records import Record

AS_OF = date(2025, 12, 31)
KEYS = [definition.key for definition in DEFINITIONS.values()]
KIND = {definition.key: definition.kind for definition in DEFINITIONS.values()}

PLACES: dict[str, dict[str, object]] = {
    "site": {"title": "Site"},
    "methods/two": {
        "name": "Two steps",
        "stages": [
            {"id": "ask", "label": "Ask", "core": ["clarify"], "required": "yes"},
            {"id": "talk", "label": "Talk", "core": ["deliberate"], "required": "yes"},
        ],
    },
    "places/t": {"name": "Town", "kind": "town", "expected_communities": "3", "method": "two"},
    "places/t/a": {"name": "A", "kind": "community", "code": "1"},
    "places/t/b": {"name": "B", "kind": "community", "code": "2"},
    "places/t/c": {"name": "C", "kind": "community", "code": "3"},
    "places/t/a/locations/yard": {"name": "Yard", "kind": "compound"},
    "places/t/b/locations/park": {"name": "Park", "kind": "public_space"},
}


def issue(raised: str, topic: str, *log: str, **more: object) -> dict[str, object]:
    """An issue as plain data."""
    return {"title": "x", "raised": raised, "topic": topic.split(), "log": list(log), **more}


RENOVATED = {"kind": "facility_renovation"}
SMALL: dict[str, dict[str, object]] = PLACES | {
    # solved in 30 days by three kinds of people, found lasting, with a mechanism
    "places/t/a/issues/a1": issue(
        "2025-01-01",
        "lighting",
        "2025-01-05 ask: x",
        "2025-01-10 talk: x",
        "2025-01-31 resolved: x",
        channel="survey",
        location="yard",
        participants={"kinds": ["resident", "utility", "expert"]},
        followups=["2025-05-01 holds: x"],
        outcome=RENOVATED | {"mechanism": "patrol"},
    ),
    # solved in 20 days at the same yard, one stage missing, never followed up, participants not recorded
    "places/t/a/issues/a2": issue(
        "2025-02-01",
        "lighting waste",
        "2025-02-11 talk: x",
        "2025-02-21 resolved: x",
        location="yard",
        outcome=RENOVATED,
    ),
    # solved, reopened, under way again, past its promise
    "places/t/a/issues/a3": issue(
        "2025-03-01",
        "parking",
        "2025-03-03 ask: x",
        "2025-03-11 resolved: x",
        "2025-04-01 reopened: x",
        "2025-12-01 talk: x",
        due="2025-06-30",
        participants={"kinds": ["resident", "resident"]},
    ),
    # known from the press only, without dates
    "places/t/a/issues/a4": issue("unknown", "parking", "ask: x", basis="press"),
    # left out: a duplicate, a draft, one raised after the report
    "places/t/a/issues/a5": issue("2025-05-01", "lighting", "2025-05-01 raised: x", duplicate_of="a1"),
    "places/t/a/issues/a6": issue("2025-05-01", "lighting", "2025-05-02 resolved: x", draft="yes", channel="wall"),
    "places/t/a/issues/a7": issue("2026-01-05", "lighting", "2026-01-05 raised: x"),
    "places/t/a/cases/c1": {"title": "x", "issues": ["a1"]},
    "places/t/a/cases/c2": {"title": "x", "issues": ["a1"], "draft": "yes"},
    # new
    "places/t/b/issues/b1": issue("2025-12-01", "waste", "2025-12-01 raised: x", channel="wall"),
    # closed unsolved, raised in a month
    "places/t/b/issues/b2": issue(
        "2025-06", "other", "2025-06-10 ask: x", "2025-06-20 closed: x", close_reason="referred"
    ),
    # raised in a year, its follow-up not yet due
    "places/t/b/issues/b3": issue(
        "2025",
        "greening",
        "2025-08-01 talk: x",
        "2025-11-15 resolved: x",
        location="park",
        outcome={"kind": "micro_renewal"},
        participants={"kinds": ["resident", "elder"]},
    ),
    # solved by some day that is not known, at no recorded place
    "places/t/b/issues/b4": issue(
        "2025-01-10", "leaks", "by 2025-02-01 ask: x", "by 2025-03-01 resolved: x", outcome=RENOVATED
    ),
    # the town's own: one stale, one fresh
    "places/t/issues/t1": issue(
        "2025-04-01", "parking", "2025-04-01 raised: x", "2025-10-01 ask: x", due="2026-01-31", channel="survey"
    ),
    "places/t/issues/t2": issue("2025-12-20", "parking", "2025-12-26 ask: x"),
    # meetings: all numbers recorded, one action done late; an approximate headcount; none; a draft; a later one
    "places/t/a/meetings/m1": {
        "title": "x", "date": "2025-02-01", "issues": ["a3"],
        "participants": {"kinds": ["elder"], "headcount": "20", "under18": "6", "over60": "8"},
        "actions": [{"what": "x", "due": "2025-02-10", "done_on": "2025-02-10"},
                    {"what": "x", "due": "2025-02-10", "done_on": "2025-02-11"},
                    {"what": "x", "due": "2025-03-01"}, {"what": "x", "due": "2026-03-01"}, {"what": "x"}],
    },
    "places/t/b/meetings/m2": {
        "title": "x", "date": "2025-03",
        "participants": {"headcount": {"value": "30", "precision": "about"}, "under18": "2", "over60": "10"},
        "actions": [{"what": "x", "due": "2025-12-31", "done_on": "2025-12-30"}],
    },
    "places/t/b/meetings/m3": {"title": "x", "date": "2025-04-01", "participants": {"under18": "9", "over60": "9"}},
    "places/t/b/meetings/m4": {
        "title": "x", "date": "2025-05-01", "draft": "yes", "participants": {"headcount": "9", "under18": "9"}},
    "places/t/meetings/m5": {
        "title": "x", "date": "2026-05-01", "participants": {"headcount": "9", "under18": "5", "over60": "4"}},
    # registers: two of four plots claimed by the day of the report; one with nothing but a published sum
    "places/t/a/registers/r1": {
        "title": "x",
        "items": [{"code": "1", "claimed": "yes"}, {"code": "2", "claimed": "yes", "claimed_on": "2025-12-31"},
                  {"code": "3", "claimed": "yes", "claimed_on": "2026-01-01"}, {"code": "4"}]},
    "places/t/b/registers/r2": {"title": "x", "summary": {"claimed": "15"}},
}


def library_of(data: Mapping[str, dict[str, object]]) -> Library:
    """The linked library of plain data by path; it must have no errors."""
    library, findings = link_records(_records(data), WithheldRecords(), [], AS_OF)
    assert [finding for finding in findings if finding.level == "error"] == []
    return library


def _records(data: Mapping[str, dict[str, object]]) -> dict[str, Record]:
    return {path: create_record(_kind(path), dict(of)) for path, of in data.items()}


def _kind(path: str) -> str:
    if "/locations/" in path:
        return "location"
    slot = locate_record(f"{path}.yaml")
    return slot.kind if slot else "place"


def statistics(library: Library, as_of: date = AS_OF) -> Statistics:
    """All statistics of a library."""
    return counted_on(library, as_of)[1]


@pytest.fixture(scope="module")
def small() -> Statistics:
    """The statistics of SMALL."""
    return statistics(library_of(SMALL))


# --- each statistic, by hand ------------------------------------------------------------

OUT = {"after_as_of": 1, "duplicate": 1}


def count(number: int, **excluded: int) -> Stat:
    return Stat(number, number, None, excluded)


def share(value: float | None, numerator: int, denominator: int, **excluded: int) -> Stat:
    return Stat(value, numerator, denominator, excluded)


def with_results(stat: Stat, **results: int) -> Stat:
    return replace(stat, results=results)


def split(values: dict[str, int], issues: int, **excluded: int) -> Stat:
    return Stat(values, issues, issues, excluded)


def too_few(n: int, **excluded: int) -> Stat:
    return Stat(None, None, n, excluded, n=n)


NOT_COMPUTABLE = Stat(None, None, None, {})

# key → the statistic of (the town with all below it, community A, community B, community C); the site is as the town
BY_HAND: dict[str, tuple[Stat, Stat, Stat, Stat]] = {
    "issues": (count(10, **OUT), count(4, **OUT), count(4), count(0)),
    "cases": (count(1), count(1), count(0), count(0)),
    "by_status": (
        split({"closed": 1, "in_progress": 4, "new": 1, "resolved": 4}, 10, **OUT),
        split({"in_progress": 2, "resolved": 2}, 4, **OUT),
        split({"closed": 1, "new": 1, "resolved": 2}, 4),
        split({}, 0),
    ),
    "by_topic": (
        split({"greening": 1, "leaks": 1, "lighting": 2, "other": 1, "parking": 4, "waste": 2}, 10, **OUT),
        split({"lighting": 2, "parking": 2, "waste": 1}, 4, **OUT),
        split({"greening": 1, "leaks": 1, "other": 1, "waste": 1}, 4),
        split({}, 0),
    ),
    "by_channel": (
        split({"survey": 2, "wall": 1}, 3, not_recorded=7, **OUT),
        split({"survey": 1}, 1, not_recorded=3, **OUT),
        split({"wall": 1}, 1, not_recorded=3),
        split({}, 0),
    ),
    "by_stage": (
        split({"clarify": 4, "close": 4, "deliberate": 1, "raise": 1}, 10, **OUT),
        split({"clarify": 1, "close": 2, "deliberate": 1}, 4, **OUT),
        split({"clarify": 1, "close": 2, "raise": 1}, 4),
        split({}, 0),
    ),
    "by_place": (
        split({"places/t": 2, "places/t/a": 4, "places/t/b": 4}, 10, **OUT),
        split({"places/t/a": 4}, 4, **OUT),
        split({"places/t/b": 4}, 4),
        split({}, 0),
    ),
    "raised_by_month": (
        split(
            {"2025-01": 2, "2025-02": 1, "2025-03": 1, "2025-04": 1, "2025-06": 1, "2025-12": 2},
            8,
            imprecise_date=1,
            unknown_date=1,
            **OUT,
        ),
        split({"2025-01": 1, "2025-02": 1, "2025-03": 1}, 3, unknown_date=1, **OUT),
        split({"2025-01": 1, "2025-06": 1, "2025-12": 1}, 3, imprecise_date=1),
        split({}, 0),
    ),
    "resolved_by_month": (
        split({"2025-01": 1, "2025-02": 1, "2025-11": 1}, 3, imprecise_date=1),
        split({"2025-01": 1, "2025-02": 1}, 2),
        split({"2025-11": 1}, 1, imprecise_date=1),
        split({}, 0),
    ),
    "resolution_rate": (
        share(0.4444, 4, 9, unknown_date=1, **OUT),
        share(0.6667, 2, 3, unknown_date=1, **OUT),
        share(0.5, 2, 4),
        share(None, 0, 0),
    ),
    "median_days_to_resolve": (too_few(2, imprecise_date=2), too_few(2), too_few(0, imprecise_date=2), too_few(0)),
    "median_age_open": (too_few(4, unknown_date=1, **OUT), too_few(1, unknown_date=1, **OUT), too_few(1), too_few(0)),
    "median_days_to_first_reply": (  # 2, 4, 6, 10, 183
        Stat(6, None, 5, {"imprecise_date": 3, "unknown_date": 1}, n=5, quartiles=(4, 6, 10)),
        too_few(3, unknown_date=1),
        too_few(0, imprecise_date=3),
        too_few(0),
    ),
    "followup_rate": (
        with_results(share(0.5, 1, 2, imprecise_date=1, not_due=1), holds=1),
        with_results(share(0.5, 1, 2), holds=1),
        share(None, 0, 0, imprecise_date=1, not_due=1),
        share(None, 0, 0),
    ),
    "reopened_share": (share(0.2, 1, 5), share(0.3333, 1, 3), share(0, 0, 2), share(None, 0, 0)),
    "lasting_share": (
        share(0.3333, 1, 3, imprecise_date=1, not_due=1),
        share(0.3333, 1, 3),
        share(None, 0, 0, imprecise_date=1, not_due=1),
        share(None, 0, 0),
    ),
    "overdue_share": (share(0.5, 1, 2), share(1, 1, 1), share(None, 0, 0), share(None, 0, 0)),
    "stale_share": (
        share(0.25, 1, 4, press=1, **OUT),
        share(0, 0, 1, press=1, **OUT),
        share(0, 0, 1),
        share(None, 0, 0),
    ),
    "breadth_median": (too_few(3, not_recorded=2), too_few(2, not_recorded=1), too_few(1, not_recorded=1), too_few(0)),
    "breadth_3plus": (
        share(0.3333, 1, 3, not_recorded=2),
        share(0.5, 1, 2, not_recorded=1),
        share(0, 0, 1, not_recorded=1),
        share(None, 0, 0),
    ),
    "procedure_complete": (
        share(0.7692, 10, 13, press=1),
        share(0.8333, 5, 6, press=1),
        share(0.6, 3, 5),
        share(None, 0, 0),
    ),
    "renovated_compounds": (count(1, not_recorded=1), count(1), count(0, not_recorded=1), count(0)),
    "renewed_spaces": (count(1), count(0), count(1), count(0)),
    "mechanism_share": (share(0.25, 1, 4), share(0.5, 1, 2), share(0, 0, 2), share(None, 0, 0)),
    "communities_reporting": (share(0.6667, 2, 3), NOT_COMPUTABLE, NOT_COMPUTABLE, NOT_COMPUTABLE),
    "youth_share": (  # 6 of 20; 2 of about 30 in B are too few to tell
        Stat(0.3, 6, 20, {"not_recorded": 1, "after_as_of": 1, "few": 1}),
        share(0.3, 6, 20),
        Stat(None, 0, 0, {"not_recorded": 1, "few": 1}),
        share(None, 0, 0),
    ),
    "elderly_share": (
        replace(share(0.36, 18, 50, not_recorded=1, after_as_of=1), is_approximate=True),
        share(0.4, 8, 20),
        replace(share(0.3333, 10, 30, not_recorded=1), is_approximate=True),
        share(None, 0, 0),
    ),
    "actions_done": (share(0.5, 2, 4, not_due=1), share(0.3333, 1, 3, not_due=1), share(1, 1, 1), share(None, 0, 0)),
    "claimed_plots": (share(0.5, 2, 4), share(0.5, 2, 4), share(None, 0, 0), share(None, 0, 0)),
}


def test_every_statistic_is_computed_by_hand() -> None:
    """No statistic can be added without a value computed by hand here."""
    assert list(BY_HAND) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_the_statistic_is_what_was_computed_by_hand(key: str, small: Statistics) -> None:
    """Value, numerator, denominator, what was left out and why: for the town and for each community."""
    found = tuple(small.scopes[scope][key] for scope in ("places/t", "places/t/a", "places/t/b", "places/t/c"))
    assert found == BY_HAND[key]


@pytest.mark.parametrize("key", [key for key in KEYS if key != "by_place"])
def test_the_site_is_its_only_town(key: str, small: Statistics) -> None:
    """The scope of the whole site holds what all its places hold."""
    assert small.scopes[""][key] == small.scopes["places/t"][key]


def test_the_site_counts_by_its_towns(small: Statistics) -> None:
    """By place, a scope splits into the places directly below it and no deeper."""
    assert small.scopes[""]["by_place"].value == {"places/t": 10}


# --- what the full site adds up to (tests/sites/full.md) ------------------------------------------------------------

FULL = Path(__file__).parents[1] / "sites/full"


@pytest.fixture(scope="module")
def full() -> Mapping[str, Stat]:
    """The statistics of the whole of `tests/sites/full`."""
    files = {file.relative_to(FULL).as_posix(): file.read_bytes() for file in FULL.rglob("*") if file.is_file()}
    slots = {path: slot for path in files if (slot := locate_record(path))}
    readings = {path: read_records(SourceFile(path, files[path]), slot) for path, slot in slots.items()}
    library, findings, _ = link_until_stable(select_records(readings, slots, [], drafts=False), files, AS_OF)
    assert [finding for finding in findings if finding.level == "error"] == []
    return statistics(library).scopes[""]


@pytest.mark.parametrize(
    ("key", "value", "numerator", "denominator"),
    [
        ("issues", 15, 15, None),
        ("cases", 3, 3, None),
        ("by_status", {"resolved": 7, "in_progress": 3, "new": 2, "closed": 2, "unknown": 1}, 15, 15),
        ("by_channel", {"hotline_12345": 1, "letter_box": 2, "online": 1, "survey": 1}, 5, 5),
        (
            "raised_by_month",
            {
                "2025-01": 1,
                "2025-02": 2,
                "2025-03": 2,
                "2025-04": 1,
                "2025-05": 1,
                "2025-08": 1,
                "2025-09": 1,
                "2025-10": 2,
                "2025-11": 1,
                "2025-12": 2,
            },
            14,
            14,
        ),
        ("resolved_by_month", {f"2025-{month}": 1 for month in ("02", "03", "06", "07", "09", "10")}, 6, 6),
        ("resolution_rate", 0.5, 7, 14),
        ("median_days_to_resolve", 20, None, 6),
        ("median_age_open", None, None, 4),
        ("median_days_to_first_reply", 6, None, 10),
        ("followup_rate", 0.6667, 4, 6),
        ("reopened_share", 0.25, 2, 8),
        ("lasting_share", 0.4286, 3, 7),
        ("overdue_share", 1, 1, 1),
        ("stale_share", 0.2, 1, 5),
        ("breadth_median", 3, None, 7),
        ("breadth_3plus", 0.5714, 4, 7),
        ("procedure_complete", 0.9474, 18, 19),
        ("renovated_compounds", 2, 2, None),
        ("renewed_spaces", 1, 1, None),
        ("mechanism_share", 0.4286, 3, 7),
        ("communities_reporting", 0.6, 3, 5),
        ("youth_share", 0.1875, 6, 32),
        ("elderly_share", 0.359, 14, 39),
        ("actions_done", 0.5, 2, 4),
        ("claimed_plots", 0.625, 5, 8),
    ],
)
def test_the_full_site_adds_up(
    key: str, value: object, numerator: int | None, denominator: int | None, full: Mapping[str, Stat]
) -> None:
    """The values computed by hand beside the full site hold."""
    assert (full[key].value, full[key].numerator, full[key].denominator) == (value, numerator, denominator)


def test_the_full_site_gives_quartiles_results_and_reasons(full: Mapping[str, Stat]) -> None:
    """What stands beside a value: inclusive quartiles, the results of follow-ups, and why records were left out."""
    assert full["median_days_to_resolve"].quartiles == (10, 20, 52.5)
    assert full["median_age_open"].n == 4
    assert full["followup_rate"].results == {"holds": 3, "partly": 1}
    assert full["by_channel"].excluded == {"duplicate": 2, "not_recorded": 10}
    assert full["resolution_rate"].excluded == {"duplicate": 2, "unknown_date": 1}
    assert full["resolved_by_month"].excluded == {"imprecise_date": 1}


# --- rules that the small town does not show ------------------------------------------------------------


def stat(key: str, *issues: dict[str, object], as_of: date = AS_OF,
         others: Mapping[str, dict[str, object]] | None = None) -> Stat:
    """One statistic of the whole site with these issues in community A, and other records by path."""
    records = {f"places/t/a/issues/i{number}": of for number, of in enumerate(issues)}
    return statistics(library_of(PLACES | records | dict(others or {})), as_of).scopes[""][key]


def test_an_issue_counts_from_the_day_it_was_raised() -> None:
    """On the day of the report itself it is counted, before it is left out."""
    raised = issue("2025-12-31", "fire", "2025-12-31 raised: x")
    assert stat("issues", raised) == count(1)
    assert stat("issues", raised, as_of=date(2025, 12, 30)) == count(0, after_as_of=1)


def test_a_median_needs_five_values() -> None:
    """Four values give none, five their median and inclusive quartiles."""
    solved = [issue("2025-01-01", "fire", f"2025-01-{day:02} resolved: x") for day in (2, 3, 5, 9, 17)]
    assert stat("median_days_to_resolve", *solved[:4]) == too_few(4)
    assert stat("median_days_to_resolve", *solved) == Stat(4, None, 5, {}, n=5, quartiles=(2, 4, 8))
    assert stat("median_days_to_resolve", *solved, solved[0]) == Stat(3, None, 6, {}, n=6, quartiles=(1.25, 3, 7))


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2025, 5, 30), share(None, 0, 0, not_due=1)),
        (date(2025, 5, 31), share(0, 0, 1)),
    ],
)
def test_a_followup_is_missed_30_days_after_it_was_due(as_of: date, expected: Stat) -> None:
    """Resolved on 2025-01-31, due on 2025-05-01, asked for from 2025-05-31."""
    assert stat("followup_rate", issue("2025-01-01", "fire", "2025-01-31 resolved: x"), as_of=as_of) == expected


@pytest.mark.parametrize(
    ("followups", "expected"),
    [
        (["2025-04-16 holds: x"], share(0, 0, 1)),
        (["2025-04-17 partly: x"], with_results(share(1, 1, 1), partly=1)),
        (["2025-04-17 holds: x", "2025-09-01 failed: x"], with_results(share(1, 1, 1), failed=1)),
        (["2026-01-01 holds: x"], share(0, 0, 1)),
    ],
)
def test_a_followup_counts_from_14_days_before_it_is_due(followups: list[str], expected: Stat) -> None:
    """Too early or after the day of the report it does not count; the latest one gives the result."""
    assert stat("followup_rate", issue("2025-01-01", "fire", "2025-01-31 resolved: x", followups=followups)) == expected


def test_relapsed_issues_stay_in_the_share_that_lasts() -> None:
    """From the first follow-up due on, an issue once resolved counts, whether it is open again or closed."""
    log = "2025-01-31 resolved: x", "2025-02-10 reopened: x"
    assert stat("lasting_share", issue("2025-01-01", "fire", *log)) == share(0, 0, 1)
    assert stat("lasting_share", issue("2025-01-01", "fire", *log), as_of=date(2025, 5, 1)) == share(0, 0, 1)
    assert stat("lasting_share", issue("2025-01-01", "fire", *log), as_of=date(2025, 4, 30)) == share(
        None, 0, 0, not_due=1
    )


def test_the_press_is_never_judged() -> None:
    """Judging statistics leave out what only the press reports, the others count it."""
    reported = issue("2025-01-01", "fire", "2025-01-31 ask: x", due="2025-02-01", basis="press")
    solved = issue("2025-01-01", "fire", "2025-01-31 resolved: x", basis="press", followups=["2025-06-01 holds: x"])
    judging = [definition.key for definition in DEFINITIONS.values() if definition.is_judging]
    assert judging == ["followup_rate", "lasting_share", "overdue_share", "stale_share", "procedure_complete"]
    for key in judging:
        found = stat(key, reported, solved)
        assert (found.value, found.numerator, found.denominator, set(found.excluded)) == (None, 0, 0, {"press"})
    assert stat("resolution_rate", reported, solved) == share(0.5, 1, 2)


def test_what_the_press_does_not_tell_is_marked_where_it_counts_as_no() -> None:
    """What it tells counts as what it is, and so does what a community itself did not record."""
    untold, own = (issue("2025-01-01", "fire", "2025-01-31 resolved: x", **basis) for basis in ({"basis": "press"}, {}))
    told = {**untold, "outcome": {"kind": "rule", "mechanism": "x"}}
    assert stat("mechanism_share", untold, own, told) == replace(share(0.3333, 1, 3), untold=1)
    assert stat("reopened_share", untold, own, told) == replace(share(0, 0, 3), untold=2)


def test_breadth_counts_kinds_only_from_deliberation_on() -> None:
    """What has not come to deliberation has no breadth yet; three kinds are enough."""
    kinds = {"kinds": ["resident", "owners", "elder"]}
    early = issue("2025-01-01", "fire", "2025-01-31 ask: x", participants=kinds)
    talked = issue("2025-01-01", "fire", "2025-01-31 talk: x", participants=kinds)
    assert stat("breadth_3plus", early, talked) == share(1, 1, 1)


def test_only_a_solved_issue_at_the_right_kind_of_place_renews_it() -> None:
    """An open issue, another outcome, or another kind of location counts for neither statistic."""
    yard: dict[str, object] = {"location": "yard"}
    solved = "2025-01-31 resolved: x"
    others = (
        issue("2025-01-01", "fire", "2025-01-31 talk: x", outcome=RENOVATED, **yard),
        issue("2025-01-01", "fire", solved, outcome={"kind": "micro_renewal"}, **yard),
        issue("2025-01-01", "fire", solved, **yard),
    )
    assert stat("renovated_compounds", *others) == count(0)
    assert stat("renewed_spaces", *others) == count(0)


def test_only_communities_below_a_known_number_count() -> None:
    """Places without an expected number above them are left out; the highest number holds; place.yaml is no record."""
    alone: dict[str, dict[str, object]] = {
        "site": {"title": "S"},
        "places/x": {"name": "X", "kind": "town"},
        "places/x/y": {"name": "Y", "kind": "community"},
        "places/x/y/issues/i": issue("2025-01-01", "fire", "ask: x") | {"log": ["raised: x"]},
    }
    assert statistics(library_of(alone)).scopes[""]["communities_reporting"] == NOT_COMPUTABLE
    both = PLACES | alone | {f"places/t/{name}/issues/i": issue("2025-01-01", "fire", "ask: x") for name in "ab"}
    both["places/t/a"] = PLACES["places/t/a"] | {"expected_communities": "9"}
    found = statistics(library_of(both)).scopes
    assert found[""]["communities_reporting"] == share(0.6667, 2, 3)
    assert found["places/x"]["communities_reporting"] == NOT_COMPUTABLE
    contributions = statistics(library_of(both)).other_contributions["communities_reporting"]
    assert set(contributions) == {"places/t/a", "places/t/b"}  # y has a record, but stands below no known number


def test_a_place_with_more_communities_than_it_states_is_told() -> None:
    """Those with an issue or a case until the day of the report; a place that states no number hides no other."""
    case: dict[str, object] = {"title": "x", "issues": ["places/t/a/issues/i"]}
    records: dict[str, dict[str, object]] = PLACES | {
        "places/t": PLACES["places/t"] | {"expected_communities": "2"},
        "places/a": {"name": "A", "kind": "town"}, "places/a/b": {"name": "B", "kind": "community"},
        "places/t/a/issues/i": issue("2025-01-01", "fire", "ask: x"), "places/t/b/cases/c": case,
        "places/t/c/cases/d": case | {"dates": {"start": "2025-03-01"}}}
    told = [(found.record, dict(found.values)) for found in check_expected(library_of(records), AS_OF)]
    assert told == [("places/t", {"found": "3", "allowed": "2"})]
    later = records | {"places/t/c/cases/d": case | {"dates": {"start": "2026-03-01"}}}
    assert list(check_expected(library_of(later), AS_OF)) == []
    assert list(check_expected(library_of(records | {"places/t": PLACES["places/t"]}), AS_OF)) == []


def test_what_stands_in_a_place_itself_is_what_is_in_none_below() -> None:
    """The issues of a town are counted under its own path beside those of its communities."""
    own = {f"places/t/issues/i{number}": issue("2025-01-01", "fire", "ask: x") for number in range(2)}
    below = [issue("2025-01-01", "fire", "ask: x")] * 3
    found = statistics(library_of(PLACES | own | {f"places/t/a/issues/j{n}": one for n, one in enumerate(below)}))
    assert found.scopes["places/t"]["by_place"].value == {"places/t": 2, "places/t/a": 3}


def test_a_number_that_is_hidden_says_so_to_machines() -> None:
    """And no other does."""
    assert export_stat(Stat(None, 0, 0, {}, suppressed="few"))["suppressed"] is True
    assert "suppressed" not in export_stat(Stat(1, 1, 1, {}))
    assert [key for key, definition in DEFINITIONS.items() if definition.overlapping] == ["by_topic"]


@pytest.mark.parametrize(("meetings", "expected"), [
    ([(20, 3)], Stat(None, 0, 0, {"few": 1})), ([(20, 18)], Stat(None, 0, 0, {"few": 1})),
    ([(20, 0)], share(0, 0, 20)), ([(3, 0)], Stat(None, 0, 0, {"few": 1})),
    ([(1, 0), (2, 0)], Stat(None, 0, 0, {"few": 2})), ([(20, 8), (20, 3)], Stat(0.4, 8, 20, {"few": 1})),
])
def test_a_meeting_of_few_people_stands_in_no_total(meetings: list[tuple[int, int]], expected: Stat) -> None:
    """Where few of them are young, few are not, or few came at all; the total says how many such meetings there are."""
    records: dict[str, dict[str, object]] = {f"places/t/a/meetings/m{number}": {
        "title": "x", "date": "2025-02-01", "participants": {"headcount": {"value": there}, "under18": young}}
        for number, (there, young) in enumerate(meetings)}
    assert stat("youth_share", others=records) == expected


def test_a_draft_contributes_to_nothing(small: Statistics) -> None:
    """Drafts stand in no part of any statistic, not even among what was left out."""
    briefs = counted_on(library_of(SMALL), AS_OF)[0]
    assert briefs["places/t/a/issues/a6"].contributions == {}
    assert briefs["places/t/a/cases/c2"].contributions == {}
    assert all("/a6" not in path and "/c2" not in path for of_key in small.other_contributions.values()
               for path in of_key)


# --- sums ------------------------------------------------------------

LOGS = st.lists(
    st.sampled_from(
        [
            "2025-02-01 ask: x",
            "talk: x",
            "2025-03-01 resolved: x",
            "2025-04 reopened: x",
            "closed: x",
            "by 2025-06-01 resolved: x",
            "raised: x",
            "2026-02-01 resolved: x",
        ]
    ),
    min_size=1,
    max_size=4,
)
ISSUES = st.fixed_dictionaries(
    {
        "title": st.just("x"),
        "topic": st.lists(st.sampled_from(["fire", "waste", "other"]), min_size=1, max_size=2, unique=True),
        "raised": st.sampled_from(["2025-01-01", "2025-01", "unknown", "by 2025-05-01", "2026-03-01"]),
        "log": LOGS,
    },
    optional={
        "channel": st.sampled_from(["survey", "wall"]),
        "due": st.sampled_from(["2025-05-05", "2026-05-05"]),
        "basis": st.just("press"),
        "draft": st.just("yes"),
        "location": st.sampled_from(["yard"]),
        "participants": st.just({"kinds": ["resident", "owners", "elder"]}),
        "outcome": st.just(RENOVATED),
        "followups": st.just(["2025-07-01 holds: x"]),
    },
)


def _any_library(issues: list[tuple[str, dict[str, object]]]) -> Library:
    data = PLACES | {f"{place}/issues/i{n}": of for n, (place, of) in enumerate(issues)}
    return link_records(_records(data), WithheldRecords(), [], AS_OF)[0]


@given(st.lists(st.tuples(st.sampled_from(["places/t", "places/t/a", "places/t/b", "places/t/c"]), ISSUES), max_size=8))
@settings(max_examples=60)
def test_a_scope_is_the_sum_of_its_parts(issues: list[tuple[str, dict[str, object]]]) -> None:
    """Whatever the records are, a place's counts, splits and shares are its own records plus the places below it."""
    library = _any_library(issues)
    briefs, found = counted_on(library, AS_OF)
    of_issues = {key: {path: brief.contributions[key] for path, brief in briefs.items() if key in brief.contributions}
                 for key in KEYS}
    for scope in ("", *library.places):
        below = [found.scopes[child] for child in library.children.get(scope, ())]
        for key, parts in {**of_issues, **found.other_contributions}.items():
            if KIND[key] not in ("count", "split", "share") or key in ("communities_reporting", "by_place"):
                continue
            own = [part for path, part in parts.items() if get_place_of(path) == scope]
            whole = found.scopes[scope][key]
            assert whole.numerator == sum(p.numerator for p in own) + sum(b[key].numerator or 0 for b in below)
            if KIND[key] != "count":
                assert whole.denominator == sum(p.denominator for p in own) + sum(
                    b[key].denominator or 0 for b in below
                )
            out = sum(1 for p in own if p.exclusion_reason) + sum(sum(b[key].excluded.values()) for b in below)
            assert sum(whole.excluded.values()) == out
            if isinstance(whole.value, Mapping):
                for value, number in whole.value.items():
                    parts_of_it = sum(_values(b[key]).get(value, 0) for b in below)
                    assert number == parts_of_it + sum(p.values.count(value) for p in own)


def _values(stat: Stat) -> Mapping[str, int]:
    return stat.value if isinstance(stat.value, Mapping) else {}


@given(st.lists(st.tuples(st.sampled_from(["places/t", "places/t/a", "places/t/b"]), ISSUES), max_size=8))
@settings(max_examples=60)
def test_every_issue_is_counted_or_left_out_with_a_reason(issues: list[tuple[str, dict[str, object]]]) -> None:
    """No issue vanishes: all that are no drafts are counted or stand under a reason of content model §8."""
    found = statistics(_any_library(issues)).scopes[""]
    drafts = sum(1 for _, of in issues if "draft" in of)
    for key in (
        "issues",
        "by_status",
        "by_topic",
        "by_channel",
        "by_stage",
        "by_place",
        "raised_by_month",
        "resolution_rate",
    ):
        counted = found[key].numerator if found[key].denominator is None else found[key].denominator
        assert (counted or 0) + sum(found[key].excluded.values()) == len(issues) - drafts
    reasons = {"unknown_date", "imprecise_date", "not_recorded", "not_due", "duplicate", "after_as_of", "press"}
    assert {reason for of in found.values() for reason in of.excluded} <= reasons
    for key, of in found.items():
        if KIND[key] == "share" and of.value is not None:
            assert isinstance(of.value, float | int)
            assert 0 <= of.value <= 1


# --- shapes ------------------------------------------------------------


def test_statistics_json_has_the_shape_of_the_content_model() -> None:
    """One scope for the site and one per place, keys sorted; each with value, numerator, denominator, excluded."""
    library = library_of(SMALL)
    outputs = {plan.path: plan.produce_output().body for plan in plan_exports(book_on(library, AS_OF), [], "")}
    body = outputs["data/statistics.json"]
    assert body is not None
    data = json.loads(body)
    assert list(data) == ["as_of", "scopes"]
    assert data["as_of"] == "2025-12-31"
    assert list(data["scopes"]) == ["", "places/t", "places/t/a", "places/t/b", "places/t/c"]
    for scope in data["scopes"].values():
        assert list(scope) == sorted(KEYS)
        for key, of in scope.items():
            more = {"n", "quartiles"} if KIND[key] == "median" else {"results", "suppressed"} & set(of)
            assert set(of) == {"value", "numerator", "denominator", "excluded"} | more
    town = data["scopes"]["places/t"]
    assert town["issues"] == {"value": 10, "numerator": 10, "denominator": None, "excluded": OUT}
    assert town["median_days_to_first_reply"]["quartiles"] == [4, 6, 10]
    assert town["followup_rate"]["results"] == {"holds": 1}
    assert town["median_age_open"]["value"] is None
    few = {"value": None, "numerator": 0, "denominator": 0, "excluded": {"few": 1, "not_recorded": 1}}
    assert data["scopes"]["places/t/b"]["youth_share"] == few


def test_a_statistic_holds_plain_values_only(small: Statistics) -> None:
    """Everything a statistic says can be written as JSON."""
    assert json.dumps([asdict(of) for scope in small.scopes.values() for of in scope.values()])


@pytest.mark.parametrize(
    ("matches", "nearest"),
    [
        ("issues", None),
        ("by_status.resolved", None),
        ("renovated_compounds", None),
        ("raised_by_month.2025-09", None),
        ("by_place.places/t", None),
        ("by_topic.lighting", None),
        ("by_status", ""),
        ("by_status.", ""),
        ("by_status.resolvd", "by_status.resolved"),
        ("by_status.2025-09", ""),
        ("zzz.2025-09", ""),
        ("raised_by_month.2025-9", ""),
        ("by_topic.fishing", ""),
        ("renovated_compound", "renovated_compounds"),
        ("zzz", ""),
    ],
)
def test_a_figure_matches_a_statistic_that_exists(matches: str, nearest: str | None) -> None:
    """`matches` is KEY, or KEY.VALUE for a split; anything else is told, with what may be meant."""
    figure = create_record("figure", {"label": "x", "value": "3", "source": ["s"], "matches": matches})
    source = create_record("source", {"title": "s"})
    site = create_record("site", {"title": "s"})
    place = create_record("place", {"name": "t", "kind": "town"})
    records = {"site": site, "sources/s": source, "places/t": place, "places/t/figures/1": figure}
    found = list(check_names(link_records(records, WithheldRecords(), [], AS_OF)[0]))
    assert [(f.record, f.keys, f.code, f.suggestion) for f in found] == (
        [] if nearest is None else [("places/t/figures/1", ("matches",), "unknown_statistic", nearest)]
    )
