"""What `yishi.model.times` promises: times as people write them, and none that may be another."""

import re

import pytest

from yishi.model.times import interpret_time_span, parse_time_span

READ = {
    "19:00-20:30": "19:00-20:30", "19:00": "19:00", "晚上7点到8点半": "19:00-20:30", "晚7点—8点半": "19:00-20:30",
    "晚上七点至八点半": "19:00-20:30", "下午两点": "14:00", "下午2:00-3:30": "14:00-15:30",
    "上午9点到11点半": "09:00-11:30",
    "上午11点到1点": "11:00-13:00", "7-8:30 pm": "19:00-20:30", "7pm-8.30pm": "19:00-20:30",
    "9:00-11:00 pm": "21:00-23:00", "11:00-1:00 pm": "11:00-13:00", "9:00—11:00": "09:00-11:00",
    "１９：００－２０：３０": "19:00-20:30", "9点": "09:00", "19点30分至21点": "19:30-21:00", "十二点半": "12:30",
    "下午三点一刻到四点三刻": "15:15-16:45", "from 7 pm": "19:00", "晚上7点开始": "19:00", "上午9时零五分": "09:05",
    "22:00-24:00": "22:00-24:00", "07:00": "07:00", "凌晨0点30分": "00:30", "上午9：00至下午5：00": "09:00-17:00",
}
REFUSED = ("7:00-8:30", "7点", "9-11", "9.11", "9.11-15", "9月11日", "2025-09-11", "晚上12点", "20:30-19:00", "25:00",
           "24:00", "19:60", "19:5", "九点九十分", "about 7", "晚上7点左右", "七", "")


@pytest.mark.parametrize("text", READ)
def test_a_time_as_people_write_it_is_read(text: str) -> None:
    """In the notation of records, which is read as it stands."""
    span = interpret_time_span(text)
    assert str(span) == READ[text]
    assert parse_time_span(READ[text]) == interpret_time_span(READ[text]) == span


@pytest.mark.parametrize("text", REFUSED)
def test_a_time_that_may_be_another_is_not_read(text: str) -> None:
    """Neither the morning for the evening, nor a date for a time, nor an end before the start."""
    assert interpret_time_span(text) is None
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        parse_time_span(text)
