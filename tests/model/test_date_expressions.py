"""Dates as people write them: every form of `dates.tsv` is read as the table says, and nothing is read wrongly."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support.date_forms import DateForm, read_date_forms
from yishi.model.date_expressions import WritingContext, find_date_order, interpret_date
from yishi.model.dates import PartialDate, parse_partial_date

FORMS = read_date_forms(Path(__file__).parent / "dates.tsv")
WRITTEN = WritingContext(date(2026, 11, 29))


def _spell(when: PartialDate) -> str:
    return str(replace(when, words=""))


def _expected(form: DateForm) -> str:
    if form.reading == "-":
        return "-"
    dates = [_spell(parse_partial_date(one)) for one in form.reading.removeprefix("? ").split(" | ")]
    return f"? {' | '.join(sorted(dates))}" if form.reading.startswith("? ") else dates[0]


def _read(form: DateForm) -> str:
    found = interpret_date(form.text, WritingContext(form.day, form.order, form.direction))
    if found.date:
        return _spell(found.date)
    return f"? {' | '.join(sorted(map(_spell, found.proposals)))}" if found.proposals else "-"


def test_every_form_of_the_table_is_read_as_it_says() -> None:
    """A sure date is read, an unsure one proposed, all else refused."""
    assert len(FORMS) > 1000
    assert [(form, _read(form)) for form in FORMS if _read(form) != _expected(form)] == []


SPLICED = st.builds(lambda one, join, other, at: f"{one[at:]}{join}{other[:len(other) - at]}",
                    st.sampled_from(FORMS).map(lambda form: form.text), st.sampled_from(["", "-", "至", "前", " to "]),
                    st.sampled_from(FORMS).map(lambda form: form.text), st.integers(0, 4))


@settings(max_examples=300)
@given(st.text(max_size=20) | SPLICED,
       st.sampled_from(["YMD", "DMY", "MDY", ""]))
def test_any_text_is_read_or_refused(text: str, order: str) -> None:
    """No text raises, and what is read can be written into a record and read again."""
    found = interpret_date(text, WritingContext(date(2026, 11, 29), order))  # type: ignore[arg-type]
    for when in filter(None, (found.date, *found.proposals)):
        assert parse_partial_date(str(when)) == when


@pytest.mark.parametrize(("text", "words"), [
    ("去年冬天", "去年冬天"), ("中秋节前后", "中秋节前后"), ("国庆前", "国庆前"), ("9.11-9.15", ""), ("约9月", ""),
    ("9.11", ""), ("9月", ""), ("去年", ""), ("不知道", ""), ("(9月上旬)", "9月上旬")])
def test_words_are_kept_where_they_say_more_than_the_date(text: str, words: str) -> None:
    """A day, a month or a year says all; a season, a part of a month, a range and what is approximate do not."""
    found = interpret_date(text, WRITTEN).date
    assert found is not None
    assert found.words == words


@pytest.mark.parametrize(("language", "timezone", "order"), [
    ("zh-Hans", "Asia/Shanghai", "YMD"), ("zh-Hans", "Europe/London", "YMD"), ("en", "Europe/London", "DMY"),
    ("en", "America/New_York", "MDY"), ("en", "Asia/Shanghai", ""), ("en", "UTC", ""), ("en", "nowhere", "")])
def test_the_order_of_a_day_is_that_of_the_country(language: str, timezone: str, order: str) -> None:
    """Chinese puts the month first; English as the country of the time zone does, and asks where it has no custom."""
    assert find_date_order(language, timezone) == order


@pytest.mark.parametrize(("festival", "day"), [
    ("2020年中秋节", "2020-10-01"), ("2023年中秋节", "2023-09-29"), ("2024年中秋节", "2024-09-17"),
    ("2020年端午节", "2020-06-25"), ("2023年端午节", "2023-06-22"), ("2024年端午节", "2024-06-10"),
    ("2023年除夕", "2023-01-21"), ("2033年中秋节", "2033-09-08"), ("2023年重阳节", "2023-10-23"),
    ("2024年清明节", "2024-04-04"), ("2023年清明节", "2023-04-05"), ("2021年冬至", "2021-12-21"),
    ("农历2023年闰", None), ("Easter Monday 2024", "2024-04-01"), ("1985年中秋节", None)])
def test_festivals_lie_on_the_published_days(festival: str, day: str | None) -> None:
    """Days as the calendars printed them, with leap months before them; none of a year that the table does not have."""
    found = interpret_date(festival, WRITTEN).date
    assert (str(found) if found else None) == day
