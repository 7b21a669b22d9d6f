"""The history of a statistic by year and month, as a table and a small chart.

A share of people is published per year only: from month to month these would be few people. Meetings whose numbers
are suppressed are in no month.
"""

from collections.abc import Mapping

from msgspec import Struct

from ...analysis.statistics import Aggregate, Definition, compute
from ..page_context import PageContext
from .geometry import MIN_SCALE_TOP, MONTHS_DRAWN, ChartFrame, encode_svg_path, lay_out_columns, list_months

MONTH_FRAME = ChartFrame(group_width=9, column_width=8, height=30, top_margin=2)
YEAR_FRAME = ChartFrame(group_width=27, column_width=24, height=30, top_margin=2)


YearValues = tuple[str, str, tuple[str, ...]]
"""A year: its name, its value, and those of its months ("" = nothing to count; none for shares of people)."""


class StatHistory(Struct, frozen=True):
    """The history of a statistic, the newest year first.

    `whole_path` and `part_path` are SVG paths of columns; the part is drawn over the whole.
    """

    caption: str
    width: int
    height: int
    whole_path: str
    part_path: str
    years: tuple[YearValues, ...]


def build_stat_history(context: PageContext, definition: Definition,
                       months: Mapping[str, Aggregate]) -> StatHistory | None:
    """The history of a statistic; None if nothing has a month. `months`: month (`YYYY-MM`) → its total."""
    known = {month: aggregate for month, aggregate in months.items() if month <= f"{context.as_of:%Y-%m}"}
    if not known:
        return None
    years = range(int(max(known)[:4]), int(min(known)[:4]) - 1, -1)
    if definition.counts_people:
        return _people_history(context, {year: _year_total(known, year) for year in years})
    latest_months = list_months(f"{context.as_of.year - 2:04}-01", f"{context.as_of:%Y-%m}")[-MONTHS_DRAWN:]
    pairs = [_column_heights(definition, known.get(month)) for month in latest_months]
    groups = [(whole,) for whole, _ in pairs]
    most = max(MIN_SCALE_TOP, *(whole for whole, _ in pairs))
    size = lay_out_columns(groups, MONTH_FRAME, most)
    parts = lay_out_columns([(part,) for _, part in pairs], MONTH_FRAME, most)
    return StatHistory(
        context.text("The latest {n} months; the tallest column stands for {most}.", n=context.number(MONTHS_DRAWN),
                     most=context.number(max(whole for whole, _ in pairs))), size.width, size.height,
        encode_svg_path(marks[0] for _, marks in size.groups),
        encode_svg_path(marks[0] for _, marks in parts.groups),
        tuple(_year_values(context, definition, known, year) for year in years))


def _column_heights(definition: Definition, aggregate: Aggregate | None) -> tuple[int, int]:
    """The heights of both columns: denominator and numerator of a share, else the value twice."""
    if aggregate is None:
        return 0, 0
    if definition.kind == "share":
        return aggregate.denominator, aggregate.numerator
    value = _aggregate_value(definition, aggregate)
    return (0, 0) if value is None else (round(value), round(value))


def _aggregate_value(definition: Definition, aggregate: Aggregate) -> float | int | None:
    """The value of a month or a year; the numerator of a share."""
    if definition.kind not in ("median", "distinct"):
        return aggregate.numerator
    value = compute(definition, aggregate).value
    assert not isinstance(value, Mapping)
    return value


def _year_values(context: PageContext, definition: Definition, known: Mapping[str, Aggregate], year: int) -> YearValues:
    months = (_format_aggregate(context, definition, aggregate) if aggregate else ""
              for aggregate in _aggregates_of_year(known, year))
    return str(year), _format_aggregate(context, definition, _year_total(known, year)), tuple(months)


def _aggregates_of_year(known: Mapping[str, Aggregate], year: int) -> list[Aggregate | None]:
    return [known.get(f"{year:04}-{month:02}") for month in range(1, 13)]


def _year_total(known: Mapping[str, Aggregate], year: int) -> Aggregate:
    total = Aggregate()
    for aggregate in filter(None, _aggregates_of_year(known, year)):
        total.merge(aggregate)
    return total


def _format_aggregate(context: PageContext, definition: Definition, aggregate: Aggregate) -> str:
    """Format `3/7`, `12`, or `–` for a median of too few values."""
    if definition.kind == "share":
        return f"{context.number(aggregate.numerator)}/{context.number(aggregate.denominator)}"
    value = _aggregate_value(definition, aggregate)
    return "–" if value is None else context.number(value)


# --- shares of people -------------------------------------------------------------------------------------------------


def _people_history(context: PageContext, years: Mapping[int, Aggregate]) -> StatHistory:
    """A history by year: the table has the newest year first, the chart the oldest first."""
    percents = [round(100 * (_people_share(aggregate) or 0)) for aggregate in reversed([*years.values()])]
    size = lay_out_columns([(percent,) for percent in percents], YEAR_FRAME, MIN_SCALE_TOP)
    highest = max(percents)
    caption = context.text("Year by year; the tallest column stands for {most}.",
                           most=context.language.percent(highest / 100)) if highest else context.text(
                               "Year by year; no share is above 0%.")
    rows = tuple((str(year), _format_people_share(context, aggregate), ()) for year, aggregate in years.items())
    bars_path = encode_svg_path(marks[0] for _, marks in size.groups)
    return StatHistory(caption, size.width, size.height, bars_path, "", rows)


def _people_share(aggregate: Aggregate) -> float | None:
    """The share; None if nobody was counted."""
    return aggregate.numerator / aggregate.denominator if aggregate.denominator else None


def _format_people_share(context: PageContext, aggregate: Aggregate) -> str:
    """Format `10% (11/110)`; `–` if nobody was counted."""
    share = _people_share(aggregate)
    if share is None:
        return "–"
    percent = context.language.percent(share)
    about = context.text("about {amount}", amount=percent) if aggregate.is_approximate else percent
    return f"{about} ({context.number(aggregate.numerator)}/{context.number(aggregate.denominator)})"
