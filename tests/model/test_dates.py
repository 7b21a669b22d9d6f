"""What `yishi.model.dates` promises: every notation, no impossible day, and what a date known only roughly bounds."""

import contextlib
import re
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from yishi.content.load.date_repair import repair_dated_line
from yishi.model.dates import (
    FIRST_YEAR,
    LAST_YEAR,
    UNKNOWN_DATE,
    DatePrecision,
    NonexistentDay,
    PartialDate,
    YearOutOfRange,
    create_span,
    parse_partial_date,
    split_leading_date,
)
from yishi.model.language import get_language

DAY = date(2025, 9, 11)
WHENS = st.builds(
    lambda *parts: _when(*parts),
    st.sampled_from(["day", "month", "year", "by", "within", "range", "unknown"]),
    st.dates(min_value=date(FIRST_YEAR, 1, 1), max_value=date(LAST_YEAR - 3, 12, 31)), st.integers(1, 800),
    st.booleans(), st.sampled_from(["", "去年冬天", "9.11-9.15"])
)


def _when(precision: DatePrecision, day: date, days: int, is_about: bool, words: str) -> PartialDate:
    if precision == "unknown":
        return UNKNOWN_DATE
    if precision in ("within", "range"):
        when = create_span(day, day + timedelta(days=days), precision)
        return replace(when, is_about=is_about, words=words)
    return PartialDate(
        precision,
        day.replace(month=1, day=1) if precision == "year" else day.replace(day=1) if precision == "month" else day,
        is_about=is_about and precision != "by", words=words,
    )


@pytest.mark.parametrize(
    ("text", "precision", "day"),
    [
        ("2025-09-11", "day", DAY),
        ("2025-9-11", "day", DAY),
        ("2025/9/11", "day", DAY),
        ("2025/09/11", "day", DAY),
        ("2025年9月11日", "day", DAY),
        ("2025年09月11日", "day", DAY),
        ("２０２５－０９－１１", "day", DAY),
        ("  2025-09-11 ", "day", DAY),
        ("2024-02-29", "day", date(2024, 2, 29)),
        ("2025-09", "month", date(2025, 9, 1)),
        ("2025/9", "month", date(2025, 9, 1)),
        ("2025年9月", "month", date(2025, 9, 1)),
        ("2025", "year", date(2025, 1, 1)),
        ("2025年", "year", date(2025, 1, 1)),
        ("by 2025-09-11", "by", DAY),
        ("BY 2025-09-11", "by", DAY),
        ("不晚于 2025-09-11", "by", DAY),
        ("不晚于2025年9月11日", "by", DAY),
        ("by 2025-02", "by", date(2025, 2, 28)),
        ("by 2025", "by", date(2025, 12, 31)),
        ("unknown", "unknown", None),
        ("Unknown", "unknown", None),
        ("未知", "unknown", None),
    ],
)
def test_every_notation_is_read(text: str, precision: str, day: date | None) -> None:
    """A day, a month, a year, a last possible day and "unknown", in every spelling of the content model."""
    assert (parse_partial_date(text).precision, parse_partial_date(text).day) == (precision, day)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025-02-29",
        "2025-13-01",
        "2025-00-10",
        "2025-09-31",
        "0000-01-01",
        "25-09-11",
        "2025-09-11T10:00",
        "11.09.2025",
        "9月11日",
        "2025-",
        "2025-09-",
        "by",
        "by unknown",
        "不晚于未知",
        "去年秋天",
        "2025-09-11 2025-09-12",
        "by 2025-02-30",
        "20250911",
        "2025-09-15/2025-09-11",
        "by 2025-09-11/2025-09-15",
        "by about 2025-09",
        "2025-09-11..",
        "2025-09 ()",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    """Days that do not exist and notations that nobody agreed on raise ValueError."""
    with pytest.raises(ValueError):  # noqa: PT011
        parse_partial_date(text)


@pytest.mark.parametrize("year", ["0001", "0225", "1025", "1899", "2101", "9999"])
@pytest.mark.parametrize("text", ["{year}", "{year}-03", "{year}-03-05", "by {year}-03-05", "{year}年3月5日"])
def test_a_year_that_cannot_be_meant_is_called_so(year: str, text: str) -> None:
    """Content model §2: 1025 for 2025 is a slip of the pen, in every notation and in front of an entry too."""
    with pytest.raises(YearOutOfRange):
        parse_partial_date(text.format(year=year))
    with pytest.raises(YearOutOfRange):
        split_leading_date(f"{text.format(year=year)} raised: x")


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "exact", "month"),
    [
        ("2025-09-11", DAY, DAY, DAY, "2025-09"),
        ("2025-02", date(2025, 2, 1), date(2025, 2, 28), None, "2025-02"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), None, "2024-02"),
        ("2025", date(2025, 1, 1), date(2025, 12, 31), None, None),
        ("by 2025-09-11", None, DAY, None, None),
        ("unknown", None, None, None, None),
        ("about 2025-09-11", date(2025, 9, 4), date(2025, 9, 18), None, "2025-09"),
        ("2025-09-28~", date(2025, 9, 21), date(2025, 10, 5), None, None),
        ("约 2025-02", date(2025, 1, 1), date(2025, 3, 31), None, None),
        ("about 2025", date(2024, 1, 1), date(2026, 12, 31), None, None),
        ("2025-09-01..2025-09-10 (9月上旬)", date(2025, 9, 1), date(2025, 9, 10), None, "2025-09"),
        ("2025-12..2026-02（去年冬天）", date(2025, 12, 1), date(2026, 2, 28), None, None),
        ("2025-09-11/2025-09-15", DAY, date(2025, 9, 15), None, "2025-09"),
        ("2025/2026", date(2025, 1, 1), date(2026, 12, 31), None, None),
        ("about 2025-03/2025-05", date(2025, 2, 1), date(2025, 6, 30), None, None),
        ("2025-09-11..2025-09-11", DAY, DAY, DAY, "2025-09"),
    ],
)
def test_a_rough_date_bounds_what_it_can_and_no_more(
    text: str, earliest: date | None, latest: date | None, exact: date | None, month: str | None
) -> None:
    """The first and last possible day, the day only if known to the day, the month only if known to the month."""
    when = parse_partial_date(text)
    assert (when.earliest, when.latest, when.exact, when.month) == (earliest, latest, exact, month)


@pytest.mark.parametrize(("text", "precision", "unit"), [
    ("2025-09-01..2025-09-30", "month", "month"), ("2025-09-02..2025-09-30", "within", "day"),
    ("2025-09-01..2025-09-29", "within", "day"), ("2025-09-01/2025-09-30", "range", "day"),
    ("2025-01-01..2025-12-31", "year", "year"), ("2025-01-02..2025-12-31", "within", "day"),
    ("2025-02-01..2025-12-31", "within", "month"), ("2025-01-01..2025-12-30", "within", "day"),
    ("2025-01-01/2025-12-31", "range", "month"), ("2024-01-01..2025-12-31", "within", "year"),
    ("2024-02-01..2025-12-31", "within", "month"), ("2024-01..2025-11", "within", "month"),
    ("2024-01-01..2025-12-30", "within", "day"), ("2025-09-11/2025-09-11", "day", "day"), ("unknown", "unknown", "day"),
    ("by 2025-09", "by", "day")])
def test_days_that_are_a_month_or_a_year_are_called_so(text: str, precision: str, unit: str) -> None:
    """What is known of a date is told as finely as it is known; meetings of several days keep theirs."""
    when = parse_partial_date(text)
    assert (when.precision, when.unit) == (precision, unit)


@pytest.mark.parametrize("text", ["2025-02-30", "2025-02-01..2025-02-30", "2025-09-11/2025-09-31", "2025-13/2026"])
def test_a_day_that_does_not_exist_is_named_with_its_whole_date(text: str) -> None:
    """Who reads the message finds the text in the record."""
    with pytest.raises(NonexistentDay, match=f"^{re.escape(text)}$"):
        parse_partial_date(text)


@given(WHENS)
def test_the_canonical_spelling_reads_back(when: PartialDate) -> None:
    """`str()` of any date is a notation that gives the same date."""
    assert parse_partial_date(str(when)) == when


@given(WHENS)
def test_the_bounds_hold_what_is_known(when: PartialDate) -> None:
    """The first possible day is never after the last one, and an exact day is both."""
    if when.earliest and when.latest:
        assert when.earliest <= when.latest
    if when.exact:
        assert when.earliest == when.latest == when.exact


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    """No text at all gives another error than ValueError."""
    with contextlib.suppress(ValueError):
        assert parse_partial_date(text).precision in get_args(DatePrecision)


@pytest.mark.parametrize(
    ("line", "when", "rest"),
    [
        ("2025-09-11 明事: 收集诉求", "2025-09-11", "明事: 收集诉求"),
        ("by 2025-09-11 yishi: x", "by 2025-09-11", "yishi: x"),
        ("不晚于 2025-09-11 明事：x", "by 2025-09-11", "明事：x"),
        ("2025年9月11日 议事: x", "2025-09-11", "议事: x"),
        ("2025-09 议事: x", "2025-09", "议事: x"),
        ("2025-09/2025-10 议事: x", "2025-09/2025-10", "议事: x"),
        ("2025-12..2026-02（去年冬天） 议事: x", "2025-12..2026-02 (去年冬天)", "议事: x"),
        ("约 2025-09 议事: x", "about 2025-09", "议事: x"),
        ("未知 议事: x", "unknown", "议事: x"),
        ("２０２５－０９－１１　议事：（全角）", "2025-09-11", "议事：（全角）"),
        ("议事: 2025-09-11 开会", "unknown", "议事: 2025-09-11 开会"),
        ("2025-09-11议事: x", "unknown", "2025-09-11议事: x"),
    ],
)
def test_a_line_is_split_after_its_date(line: str, when: str, rest: str) -> None:
    """The date at the beginning of a line is taken off it; a line without one is left as it stands."""
    assert split_leading_date(line) == (parse_partial_date(when), rest)


def test_a_line_that_begins_with_an_impossible_day_is_refused() -> None:
    """A date that does not exist is not taken for the name of a stage."""
    with pytest.raises(ValueError):  # noqa: PT011
        split_leading_date("2025-02-30 议事: x")


@pytest.mark.parametrize(("text", "later"), [
    ("2025-09-12", True), ("2025-09-11", False), ("2025-09-10", False), ("2025-10", True), ("2025-09", False),
    ("2026", True), ("2025", False), ("by 2026-01-01", False), ("unknown", False)])
def test_a_date_lies_after_a_day_only_where_that_is_sure(text: str, later: bool) -> None:
    """Its first possible day does; a date that may lie before, or on the day itself, does not."""
    assert parse_partial_date(text).is_after(DAY) == later


@pytest.mark.parametrize("year", [1900, 2100])
def test_the_first_and_the_last_year_that_can_be_meant_are_read(year: int) -> None:
    """Content model §2: from 1900 to 2100, both with all their days."""
    assert parse_partial_date(f"{year}-12-31").day == date(year, 12, 31)
    assert parse_partial_date(f"{year}").earliest == date(year, 1, 1)


@pytest.mark.parametrize(("line", "mended"), [
    ("2025-09-11 ：反映: x", "2025-09-11 反映: x"), ("2025.9.11，反映: x", "2025-09-11 反映: x"),
    ("2025-09-11 反映: x", None), ("反映: x", None), ("2025.2.30 反映: x", None)])
def test_a_line_is_mended_only_where_its_date_is_wrong(line: str, mended: str | None) -> None:
    """A sign between the date and its stage is taken out; a day that does not exist is told, and not mended."""
    assert repair_dated_line(line) == mended


@pytest.mark.parametrize(("text", "edtf"), [
    ("2025-09-11", "2025-09-11"), ("2025", "2025"), ("by 2025-03", "[..2025-03-31]"), ("about 2025-09", "2025-09~"),
    ("2025-09-01..2025-09-10 (9月上旬)", "[2025-09-01..2025-09-10]"), ("2025-03..2025-05", "[2025-03..2025-05]"),
    ("2025-09-11/2025-09-15", "2025-09-11/2025-09-15"), ("about 2025-03/2025-05", "2025-03~/2025-05~"),
    ("约 2025-09-01..2025-09-10", "[2025-09-01~..2025-09-10~]"), ("unknown", "unknown")])
def test_machines_get_the_extended_date_time_format(text: str, edtf: str) -> None:
    """Content model §2.2, ISO 8601-2: approximate, one of a set, an interval."""
    assert parse_partial_date(text).edtf == edtf
    assert replace(parse_partial_date(text), words="") == parse_partial_date(edtf)


@pytest.mark.parametrize(("text", "chinese", "english"), [
    ("2025-09-01..2025-09-10 (9月上旬)", "2025年9月上旬", "early September 2025 (“9月上旬”)"),
    ("2025-12..2026-02 (去年冬天)", "2025/26年冬（“去年冬天”）", "winter 2025/26 (“去年冬天”)"),
    ("2024-02-21..2024-02-29", "2024年2月下旬", "late February 2024"),
    ("about 2025-09-25 (中秋节前后)", "约2025年9月25日（“中秋节前后”）", "about 25 September 2025 (“中秋节前后”)"),
    ("2025-07..2025-09", "2025年第3季度", "Q3 2025"), ("2025-07..2025-12", "2025年下半年", "second half of 2025"),
    ("1990..1999", "1990年至1999年之间", "between 1990 and 1999"), ("about 2019", "约2019年", "about 2019"),
    ("by 2025-09", "不晚于2025年9月30日", "by 30 September 2025"),
    ("2025-03/2025-05", "2025年3月至2025年5月", "March 2025 to May 2025")])
def test_a_page_says_what_is_known(text: str, chinese: str, english: str) -> None:
    """In words of the language, with the writer's words where they say more."""
    when = parse_partial_date(text)
    assert (get_language("zh-Hans").when(when), get_language("en").when(when)) == (chinese, english)
