"""The course of a statistic: what it is of the records of each year and month, as a table and drawn small.

A share of people is told by year alone, and only of a year of which every number is told: from such years nothing can
be worked out that is not told already.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from ...analysis.statistics import Aggregate, Definition, compute
from ...model.suppression import SECONDARY
from ..page_context import PageContext
from .geometry import MIN_SCALE_TOP, MONTHS_DRAWN, ChartFrame, encode_svg_path, lay_out_columns, list_months

MONTH_FRAME = ChartFrame(group_width=9, column_width=8, height=30, top_margin=2)
YEAR_FRAME = ChartFrame(group_width=27, column_width=24, height=30, top_margin=2)


class YearValues(Struct, frozen=True):
    """A year: its number, its value, and those of its twelve months, "" where there was nothing to count; of people
    no months."""

    name: str
    value: str
    months: tuple[str, ...]


class StatHistory(Struct, frozen=True):
    """The course of a statistic, the newest year first. `whole` and `part` are drawn one before the other."""

    caption: str
    width: int
    height: int
    whole_path: str
    part_path: str
    years: tuple[YearValues, ...]


def build_stat_history(edition: PageContext, definition: Definition,
                       months: Mapping[str, Aggregate]) -> StatHistory | None:
    """The course of a statistic of a place; None where nothing has a month. `months`: those of its account."""
    known = {month: one for month, one in months.items() if month <= f"{edition.as_of:%Y-%m}"}
    if not known:
        return None
    years = range(int(max(known)[:4]), int(min(known)[:4]) - 1, -1)
    if definition.counts_people:
        return _people_history(edition, {year: _year_total(known, year) for year in years})
    pairs = [_column_heights(definition, known.get(month)) for month in _latest_months(edition, known)]
    groups, most = [(whole,) for whole, _ in pairs], max(MIN_SCALE_TOP, *(whole for whole, _ in pairs))
    size = lay_out_columns(groups, MONTH_FRAME, most)
    return StatHistory(
        edition.text("The latest {n} months; the tallest column stands for {most}.", n=edition.number(MONTHS_DRAWN),
                     most=edition.number(max(whole for whole, _ in pairs))), size.width, size.height,
        encode_svg_path(marks[0] for _, marks in size.groups),
        encode_svg_path(marks[0] for _, marks in lay_out_columns([(part,) for _, part in pairs], MONTH_FRAME,
                                                                 most).groups),
        tuple(_year_values(edition, definition, known, year) for year in years))


def _latest_months(edition: PageContext, known: Mapping[str, Aggregate]) -> Sequence[str]:
    return list_months(f"{edition.as_of.year - 2:04}-01", f"{edition.as_of:%Y-%m}")[-MONTHS_DRAWN:]


def _column_heights(definition: Definition, one: Aggregate | None) -> tuple[int, int]:
    """The heights of both columns: of a share the whole and the part, else the value."""
    if one is None:
        return 0, 0
    if definition.kind == "share":
        return one.denominator, one.numerator
    value = _aggregate_value(definition, one)
    return (0, 0) if value is None else (round(value), round(value))


def _aggregate_value(definition: Definition, one: Aggregate) -> float | int | None:
    """The value of a month or a year; of a share its numerator."""
    if definition.kind not in ("median", "distinct"):
        return one.numerator
    value = compute(definition, one).value
    assert not isinstance(value, Mapping)
    return value


def _year_values(edition: PageContext, definition: Definition, known: Mapping[str, Aggregate], year: int) -> YearValues:
    return YearValues(str(year), _format_aggregate(edition, definition, _year_total(known, year)), tuple(
        _format_aggregate(edition, definition, one) if one else "" for one in _aggregates_of_year(known, year)))


def _aggregates_of_year(known: Mapping[str, Aggregate], year: int) -> list[Aggregate | None]:
    return [known.get(f"{year:04}-{month:02}") for month in range(1, 13)]


def _year_total(known: Mapping[str, Aggregate], year: int) -> Aggregate:
    total = Aggregate()
    for one in filter(None, _aggregates_of_year(known, year)):
        total.merge(one)
    return total


def _format_aggregate(edition: PageContext, definition: Definition, one: Aggregate) -> str:
    """`3/7`, `12`, of a median of too few `–`."""
    if definition.kind == "share":
        return f"{edition.number(one.numerator)}/{edition.number(one.denominator)}"
    value = _aggregate_value(definition, one)
    return "–" if value is None else edition.number(value)


# --- people -----------------------------------------------------------------------------------------------------------


def _people_history(edition: PageContext, years: Mapping[int, Aggregate]) -> StatHistory:
    """The share of each year, the newest first, drawn as columns from the oldest on."""
    percents = [round(100 * (_people_share(one) or 0)) for one in reversed([*years.values()])]
    size = lay_out_columns([(percent,) for percent in percents], YEAR_FRAME, MIN_SCALE_TOP)
    highest = max(percents)
    said = edition.text("Year by year; the tallest column stands for {most}.",
                        most=edition.language.percent(highest / 100)) if highest else edition.text(
                            "In no year are the attendance numbers of all meetings shown.")
    return StatHistory(said, size.width, size.height, encode_svg_path(marks[0] for _, marks in size.groups), "",
                       tuple(YearValues(str(year), _format_people_share(edition, one), ()) for year,
                             one in years.items()))


def _people_share(one: Aggregate) -> float | None:
    """None where a number is not told, or nobody was counted."""
    return None if one.excluded or not one.denominator else one.numerator / one.denominator


def _format_people_share(edition: PageContext, one: Aggregate) -> str:
    """`10% (11/110)`, `[c]` where a number is not told, `–` where nobody was counted."""
    share = _people_share(one)
    if share is None:
        return SECONDARY if one.excluded else "–"
    percent = edition.language.percent(share)
    about = edition.text("about {amount}", amount=percent) if one.is_approximate else percent
    return f"{about} ({edition.number(one.numerator)}/{edition.number(one.denominator)})"
