"""The course of a statistic: what it is of the records of each year and month, as a table and drawn small.

A share of people is told by year alone, and only of a year of which every number is told: from such years nothing can
be worked out that is not told already.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from ..analysis.statistics import Aggregate, Definition, compute
from ..model.few import CLOSED
from .charts import LEAST, MONTHS, Frame, columns, months_between, outline
from .edition import Edition

FRAME = Frame(group=9, column=8, height=30, top=2)
YEARS = Frame(group=27, column=24, height=30, top=2)


class Year(Struct, frozen=True):
    """A year: its number, its value, and those of its twelve months, "" where there was nothing to count; of people
    no months."""

    name: str
    value: str
    months: tuple[str, ...]


class Course(Struct, frozen=True):
    """The course of a statistic, the newest year first. `whole` and `part` are drawn one before the other."""

    said: str
    width: int
    height: int
    whole: str
    part: str
    years: tuple[Year, ...]


def course_of(edition: Edition, definition: Definition, months: Mapping[str, Aggregate]) -> Course | None:
    """The course of a statistic of a place; None where nothing has a month. `months`: those of its account."""
    known = {month: one for month, one in months.items() if month <= f"{edition.as_of:%Y-%m}"}
    if not known:
        return None
    years = range(int(max(known)[:4]), int(min(known)[:4]) - 1, -1)
    if definition.people:
        return _of_people(edition, {year: _total(known, year) for year in years})
    pairs = [_drawn(definition, known.get(month)) for month in _latest(edition, known)]
    groups, most = [(whole,) for whole, _ in pairs], max(LEAST, *(whole for whole, _ in pairs))
    size = columns(groups, FRAME, most)
    return Course(
        edition.text("The latest {n} months; the tallest column stands for {most}.", n=edition.number(MONTHS),
                     most=edition.number(max(whole for whole, _ in pairs))), size.width, size.height,
        outline(marks[0] for _, marks in size.groups),
        outline(marks[0] for _, marks in columns([(part,) for _, part in pairs], FRAME, most).groups),
        tuple(_year(edition, definition, known, year) for year in years))


def _latest(edition: Edition, known: Mapping[str, Aggregate]) -> Sequence[str]:
    return months_between(f"{edition.as_of.year - 2:04}-01", f"{edition.as_of:%Y-%m}")[-MONTHS:]


def _drawn(definition: Definition, one: Aggregate | None) -> tuple[int, int]:
    """The heights of both columns: of a share the whole and the part, else the value."""
    if one is None:
        return 0, 0
    if definition.kind == "share":
        return one.denominator, one.numerator
    value = _value(definition, one)
    return (0, 0) if value is None else (round(value), round(value))


def _value(definition: Definition, one: Aggregate) -> float | int | None:
    """The value of a month or a year; of a share its numerator."""
    if definition.kind not in ("median", "distinct"):
        return one.numerator
    value = compute(definition, one).value
    assert not isinstance(value, Mapping)
    return value


def _year(edition: Edition, definition: Definition, known: Mapping[str, Aggregate], year: int) -> Year:
    return Year(str(year), _said(edition, definition, _total(known, year)), tuple(
        _said(edition, definition, one) if one else "" for one in _months_of(known, year)))


def _months_of(known: Mapping[str, Aggregate], year: int) -> list[Aggregate | None]:
    return [known.get(f"{year:04}-{month:02}") for month in range(1, 13)]


def _total(known: Mapping[str, Aggregate], year: int) -> Aggregate:
    total = Aggregate()
    for one in filter(None, _months_of(known, year)):
        total.merge(one)
    return total


def _said(edition: Edition, definition: Definition, one: Aggregate) -> str:
    """`3/7`, `12`, of a median of too few `–`."""
    if definition.kind == "share":
        return f"{edition.number(one.numerator)}/{edition.number(one.denominator)}"
    value = _value(definition, one)
    return "–" if value is None else edition.number(value)


# --- people -----------------------------------------------------------------------------------------------------------


def _of_people(edition: Edition, years: Mapping[int, Aggregate]) -> Course:
    """The share of each year, the newest first, drawn as columns from the oldest on."""
    percents = [round(100 * (_share(one) or 0)) for one in reversed([*years.values()])]
    size = columns([(percent,) for percent in percents], YEARS, LEAST)
    highest = max(percents)
    said = edition.text("Year by year; the tallest column stands for {most}.",
                        most=edition.language.percent(highest / 100)) if highest else edition.text(
                            "In no year is the number of every meeting told.")
    return Course(said, size.width, size.height, outline(marks[0] for _, marks in size.groups), "",
                  tuple(Year(str(year), _said_of_people(edition, one), ()) for year, one in years.items()))


def _share(one: Aggregate) -> float | None:
    """None where a number is not told, or nobody was counted."""
    return None if one.excluded or not one.denominator else one.numerator / one.denominator


def _said_of_people(edition: Edition, one: Aggregate) -> str:
    """`10% (11/110)`, `[c]` where a number is not told, `–` where nobody was counted."""
    share = _share(one)
    if share is None:
        return CLOSED if one.excluded else "–"
    percent = edition.language.percent(share)
    about = edition.text("about {amount}", amount=percent) if one.about else percent
    return f"{about} ({edition.number(one.numerator)}/{edition.number(one.denominator)})"
