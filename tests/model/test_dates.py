"""What `yishi.model.dates` promises: every notation, no impossible day, and what a date known only roughly bounds."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishi.content.load.date_repair import repair_dated_line
from yishi.model.dates import (
    FIRST_YEAR,
    LAST_YEAR,
    UNKNOWN_DATE,
    DatePrecision,
    PartialDate,
    YearOutOfRange,
    parse_partial_date,
    split_leading_date,
)

DAY = date(2025, 9, 11)
WHENS = st.builds(
    lambda precision, day: _when(precision, day), st.sampled_from(["day", "month", "year", "by", "unknown"]),
    st.dates(min_value=date(FIRST_YEAR, 1, 1), max_value=date(LAST_YEAR, 12, 31))
)


def _when(precision: DatePrecision, day: date) -> PartialDate:
    if precision == "unknown":
        return UNKNOWN_DATE
    return PartialDate(
        precision,
        day.replace(month=1, day=1) if precision == "year" else day.replace(day=1) if precision == "month" else day,
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
    ],
)
def test_a_rough_date_bounds_what_it_can_and_no_more(
    text: str, earliest: date | None, latest: date | None, exact: date | None, month: str | None
) -> None:
    """The first and last possible day, the day only if known to the day, the month only if known to the month."""
    when = parse_partial_date(text)
    assert (when.earliest, when.latest, when.exact, when.month) == (earliest, latest, exact, month)


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
        assert parse_partial_date(text).precision in ("day", "month", "year", "by", "unknown")


@pytest.mark.parametrize(
    ("line", "when", "rest"),
    [
        ("2025-09-11 明事: 收集诉求", "2025-09-11", "明事: 收集诉求"),
        ("by 2025-09-11 yishi: x", "by 2025-09-11", "yishi: x"),
        ("不晚于 2025-09-11 明事：x", "by 2025-09-11", "明事：x"),
        ("2025年9月11日 议事: x", "2025-09-11", "议事: x"),
        ("2025-09 议事: x", "2025-09", "议事: x"),
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
