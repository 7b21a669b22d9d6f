"""A number is the same wherever it stands: on its page, in its cite line, in CSV, in JSON, in `explain`; 0 too."""

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.test_command import Runner, run
from tests.support.workshop import Page, Workshop
from yishi.analysis import snapshots
from yishi.analysis.breakdowns import Breakdown, RoleGroup
from yishi.analysis.statistics import Aggregate, Contribution, Stat, add_up_contributions, classify_contribution
from yishi.model.suppression import PRIMARY, SECONDARY

__all__ = ["run"]

KEY = "median_days_to_resolve"
SITE = "title: Town in the open\nlanguages: [en]\n"
COMMUNITY = "places/town/nanyuan"
ISSUE = """title: Lamps out at the south gate {number}
topic: lighting
raised: 2025-03-03
log:
  - {day} resolved: the lamps are lit again
"""


@pytest.fixture
def town(tmp_path: Path) -> Workshop:
    """Five issues that were resolved on the day they were raised, and five after ten days."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "site.yaml").write_text(SITE)
    made = Workshop(tmp_path / "town", source)
    made.write("places/town/place.yaml", "name: Town\nkind: town\n")
    made.write(f"{COMMUNITY}/place.yaml", "name: Nanyuan\nkind: community\n")
    for number in range(10):
        day = "2025-03-03" if number < 5 else "2025-03-13"
        made.write(f"{COMMUNITY}/issues/lamps-{number}.yaml", ISSUE.format(number=number, day=day))
    return made


def _rows(made: Workshop, file: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((made.output / file).read_text("utf-8-sig"), newline="")))


def _page(made: Workshop) -> Page:
    return Page((made.output / f"statistics/{KEY}/index.html").read_text("utf-8"))


@pytest.mark.parametrize("scope", ["", COMMUNITY])
def test_a_matter_resolved_on_its_own_day_counts_everywhere(town: Workshop, scope: str) -> None:
    """Content model §6.1.1: five same-day resolutions and five after ten days make a median of 5 of n = 10; so say the
    page, the CSV of all numbers, the CSV of this one and the JSON, after an edit too, when memos are used."""
    for text in ("first", "second"):
        town.write("pages/about.md", f"---\ntitle: About\n---\n{text}\n")
        town.replace(f"{COMMUNITY}/issues/lamps-0.yaml", "lit again", f"lit again, {text}")
        town.build()
        stat = json.loads((town.output / "data/statistics.json").read_text())["scopes"][scope][KEY]
        assert (stat["value"], stat["n"], stat["quartiles"]) == (5, 10, [0, 5, 10])
        line = next(row for row in _rows(town, "data/statistics.csv")
                    if (row["scope"], row["key"], row["dimension"]) == (scope, KEY, ""))
        assert (line["value"], line["denominator"]) == ("5.0", "10")
        rows = _rows(town, f"data/statistics/{KEY}.csv")
        assert sorted(row["number"] for row in rows) == ["0"] * 5 + ["10"] * 5
        assert {row["role"] for row in rows} == {"counted"}
        assert "half lie between 0 and 10; from 10 records" in _page(town).text
        assert "5 days" in _page(town).text
        assert "Counted 10" in _page(town).text
        assert "Looked at, but not counted" not in _page(town).text


def test_explain_tells_the_same_number(town: Workshop, run: Runner) -> None:
    """Content model §6.1.1: `explain` says the value, the number of records and their role as the page does."""
    ended = run("explain", f"statistics/{KEY}", "--content", str(town.content), "--output", str(town.output))
    assert ended.code == 0
    assert "5 days half lie between 0 and 10; from 10 records" in ended.out
    assert "Counted (10)" in ended.out
    assert "2025: 5" in ended.out
    assert "not counted" not in ended.out


# --- what is written is read back ---------------------------------------------------------------------------------

COUNTS = st.integers(0, 3) | st.integers(0)
TEXTS = st.text(max_size=3)
CONTRIBUTIONS = st.builds(Contribution, COUNTS, COUNTS, st.lists(TEXTS, max_size=3).map(tuple), st.none() | COUNTS,
                          TEXTS, st.booleans(), COUNTS)
AGGREGATES = st.builds(Aggregate, COUNTS, COUNTS, st.dictionaries(TEXTS, COUNTS), st.lists(COUNTS),
                       st.dictionaries(TEXTS, COUNTS), st.booleans())
GROUPS = st.builds(RoleGroup, COUNTS, st.lists(st.tuples(st.integers(max_value=0), TEXTS)))
BREAKDOWNS = st.builds(Breakdown, st.dictionaries(TEXTS, GROUPS), st.dictionaries(TEXTS, AGGREGATES))


@given(CONTRIBUTIONS | AGGREGATES | BREAKDOWNS)
def test_what_is_kept_of_a_number_comes_back_as_it_was(value: Contribution | Aggregate | Breakdown) -> None:
    """Whatever a record contributes and records add up to: 0, "", no and nothing are values and survive being kept."""
    assert msgspec.json.decode(msgspec.json.encode(value), type=type(value)) == value


STATS = st.builds(
    Stat, st.none() | COUNTS | st.floats(0, 1) | st.dictionaries(TEXTS, COUNTS), st.none() | COUNTS, st.none() | COUNTS,
    st.dictionaries(TEXTS, COUNTS), results=st.none() | st.dictionaries(TEXTS, COUNTS),
    suppressed=st.sampled_from(["", PRIMARY, SECONDARY]), is_approximate=st.booleans()) | st.builds(
    Stat, st.none() | COUNTS, st.none(), COUNTS, st.dictionaries(TEXTS, COUNTS), COUNTS,
    st.none() | st.tuples(COUNTS, COUNTS, COUNTS))


@given(STATS)
def test_a_number_that_is_kept_for_ever_stays_as_it_was(stat: Stat) -> None:
    """A frozen copy holds all of a number: 0, nothing, the sign of a hidden one, and that it is approximate."""
    copy = snapshots.StatisticsSnapshot("year", date(2025, 12, 31), "", {}, {},
                                        {"": {"key": snapshots.encode_snapshot_stat(stat)}})
    assert snapshots.decode_snapshot(snapshots.encode_snapshot(copy)).get_stat("", "key") == stat


@given(st.lists(CONTRIBUTIONS.filter(lambda one: not one.exclusion_reason)))
def test_every_number_is_in_the_total(contributions: list[Contribution]) -> None:
    """A number of 0 is one of those that a median is made of; only what is missing is not."""
    total = add_up_contributions({"key": one} for one in contributions).get("key", Aggregate())
    assert total.numbers == [one.number for one in contributions if one.number is not None]


@given(st.sampled_from(["issues", KEY, "by_status", "youth_share"]), CONTRIBUTIONS)
def test_a_record_has_one_role(key: str, one: Contribution) -> None:
    """A record is counted, looked at or left out for a reason; one with a number is counted, whatever the number."""
    role = classify_contribution(key, one)
    assert role == one.exclusion_reason if one.is_excluded else role in ("counted", "looked_at")
    if one.number is not None and not one.is_excluded:
        assert role == "counted"


# --- what an issue takes from other records -----------------------------------------------------------------------


@pytest.mark.parametrize(("file", "old", "new"), [
    (f"{COMMUNITY}/issues/lamps-0.yaml", "2025-03-03", "2026-03-03"),
    (f"{COMMUNITY}/meetings/round.yaml", "date: 2025-03-04", "date: 2026-03-04"),
    (f"{COMMUNITY}/locations.yaml", "kind: compound", "kind: road"),
])
def test_a_number_follows_what_an_issue_takes_from_others(town: Workshop, file: str, old: str, new: str) -> None:
    """The original of a repetition is raised later, a meeting is put off, a location is of another kind: after the
    edit the numbers are those of a build from nothing (content model §6.1.4, §6.1.11)."""
    town.write(f"{COMMUNITY}/locations.yaml", "yard: {name: Yard, kind: compound}\n")
    town.write(f"{COMMUNITY}/meetings/round.yaml", "title: Round\ndate: 2025-03-04\nissues: [more]\n"
                                                   "participants: {kinds: [resident, expert, owners]}\n")
    town.write(f"{COMMUNITY}/issues/again.yaml", ISSUE.format(number="again", day="2025-03-05") + (
        "duplicate_of: lamps-0\nlocation: yard\noutcome: {kind: facility_renovation}\n"))
    town.write(f"{COMMUNITY}/issues/more.yaml", ISSUE.format(number="more", day="2025-03-05") + (
        "location: yard\noutcome: {kind: facility_renovation}\n"))
    town.build()
    before = (town.output / "data/statistics.json").read_bytes()
    town.replace(file, old, new)
    town.build()
    after = (town.output / "data/statistics.json").read_bytes()
    assert after != before
    assert after == town.clean()["data/statistics.json"]


def test_how_many_communities_are_silent_is_told_of_a_silent_town(town: Workshop) -> None:
    """None of six communities reports: the page says 0 of 6 as JSON does, not that there is no record."""
    town.write("places/quiet/place.yaml", "name: Quiet\nkind: town\nexpected_communities: 6\n")
    town.build(search=False)
    stat = json.loads((town.output / "data/statistics.json").read_text())["scopes"]["places/quiet"]
    assert (stat["communities_reporting"]["value"], stat["communities_reporting"]["denominator"]) == (0, 6)
    page = (town.output / "statistics/communities_reporting/index.html").read_text("utf-8")
    assert "0 of 6" in Page(page[page.index('id="places/quiet"'):]).text


def test_a_share_of_communities_that_cannot_be_told_says_why(town: Workshop) -> None:
    """Two of one expected community, or no number of them at all: the page does not say that there is nothing."""
    town.write("places/busy/place.yaml", "name: Busy\nkind: town\nexpected_communities: 1\n")
    for name in ("one", "two"):
        town.write(f"places/busy/{name}/place.yaml", f"name: {name}\nkind: community\n")
        town.write(f"places/busy/{name}/issues/lamps.yaml", ISSUE.format(number="1", day="2025-03-05"))
    town.build(search=False)
    page = (town.output / "statistics/communities_reporting/index.html").read_text("utf-8")
    busy = Page(page[page.index('id="places/busy"'):page.index('id="places/busy/two"')]).text
    assert "No share: 2 is more than the 1 recorded in all." in busy
    assert "No share: the total number of communities is not recorded." in busy
    assert "There is nothing to count yet." not in busy


AS_WRITTEN = ["1.23456", "0.0004", "2.0005", "99.9996", "0.00000000000001", "999999999999999", "12345678.1234567"]
"""Numbers that a page could round, show as 0 or with an exponent."""


def test_a_number_stands_on_the_page_as_it_was_written(town: Workshop) -> None:
    """Content model §2: a published figure, a quantity, an amount and the value of a plan lose no digit, in both
    languages, and the file for machines holds the same."""
    town.write("site.yaml", "title: Town in the open\nlanguages: [zh-Hans, en]\n")
    town.write("sources.yaml", "s: {title: Report}\n")
    town.write("places/town/figures.yaml", "".join(
        f"- {{label: Spent {n}, value: {value}, source: s}}\n" for n, value in enumerate(AS_WRITTEN)))
    several = ", ".join(f"{{what: wire, value: {value}}}" for value in AS_WRITTEN)
    paid = ", ".join(f"{{kind: fund, amount: {value}}}" for value in AS_WRITTEN)
    town.write(f"{COMMUNITY}/issues/wire.yaml",
               ISSUE.format(number="", day="2025-03-13") + f"quantities: [{several}]\nfunding: [{paid}]\n")
    town.write("places/town/plans/p.yaml", "title: Plan\ngaps:\n  - {text: more, statistic: resolution_rate, "
                                           "value_then: 42.3567}\n  - {text: days, statistic: median_days_to_resolve, "
                                           "value_then: 12.3456}\n")
    assert town.build().write_result
    for folder in ("", "en/"):
        place, issue, plan = ((town.output / f"{folder}{path}/index.html").read_text("utf-8").replace(",", "")
                              for path in ("places/town", f"{COMMUNITY}/issues/wire", "places/town/plans/p"))
        for value in AS_WRITTEN:
            assert place.count(f">{value}<") + place.count(f" {value}<"), value
            assert re.search(rf"wire[:：] ?{value}\b", issue), value
            assert re.search(rf"fund[:：] ?{value}\b", issue), value
        assert "42.3567%" in plan
        assert "12.3456" in plan
    assert [json.loads(row["value"]) for row in _rows(town, "data/figures.csv")] == [*map(json.loads, AS_WRITTEN)]
