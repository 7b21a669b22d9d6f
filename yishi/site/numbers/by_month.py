"""The course of a statistic by year and month, as a plot and a table.

A share of people is published per year only: from month to month these would be few people. Meetings whose numbers
are suppressed are in no month.
"""

from collections.abc import Mapping

from ...analysis.statistics import Aggregate, Definition, compute
from ..page_context import PageContext
from .geometry import (
    MIN_SCALE_TOP,
    MONTHS_DRAWN,
    PLOT_FRAME,
    ChartFrame,
    Plot,
    PlotColumn,
    label_years,
    lay_out_columns,
    list_months,
)

YEAR_FRAME = ChartFrame(group_width=64, column_width=32, height=150, side_margin=34, top_margin=12, bottom_margin=26)

YearValues = tuple[str, str, tuple[str, ...]]
"""A year: its name, its value, and those of its months ("" = nothing to count; none for shares of people)."""


def list_years(context: PageContext, definition: Definition, months: Mapping[str, Aggregate]) -> tuple[YearValues, ...]:
    """The years of a statistic, the newest first; none if nothing has a month.

    `months`: month (`YYYY-MM`) → its total.
    """
    known = _until_today(context, months)
    years = range(int(max(known)[:4]), int(min(known)[:4]) - 1, -1) if known else ()
    if definition.counts_people:
        return tuple((str(year), _format_people_share(context, _year_total(known, year)), ()) for year in years)
    return tuple(_year_values(context, definition, known, year) for year in years)


def draw_course(context: PageContext, definition: Definition, months: Mapping[str, Aggregate]) -> Plot | None:
    """The course of a statistic over the latest months, or over the years if it counts people; None if nothing has a
    month. A share has two bars, how many were counted out of how many."""
    known = _until_today(context, months)
    if not known:
        return None
    return _plot_years(context, known) if definition.counts_people else _plot_months(context, definition, known)


def _until_today(context: PageContext, months: Mapping[str, Aggregate]) -> dict[str, Aggregate]:
    return {month: aggregate for month, aggregate in months.items() if month <= f"{context.as_of:%Y-%m}"}


def _plot_months(context: PageContext, definition: Definition, known: Mapping[str, Aggregate]) -> Plot:
    months = list_months(f"{context.as_of.year - 2:04}-01", f"{context.as_of:%Y-%m}")[-MONTHS_DRAWN:]
    groups = [_bar_values(definition, known.get(month)) for month in months]
    chart = lay_out_columns(groups, PLOT_FRAME, MIN_SCALE_TOP)
    columns = (PlotColumn(_describe_month(context, definition, month, known.get(month)),
                          context.language.short_month(month), year, *group)
               for month, year, group in zip(months, label_years(months), chart.groups, strict=True))
    most = context.number(max(group[0] for group in groups))
    return Plot(context.text("The latest {n} months; the tallest column stands for {most}.",
                             n=context.number(MONTHS_DRAWN), most=most), chart, tuple(columns))


def _describe_month(context: PageContext, definition: Definition, month: str, aggregate: Aggregate | None) -> str:
    value = _format_aggregate(context, definition, aggregate) if aggregate else context.text("nothing")
    return context.text("{name}: {value}", name=context.language.month(month), value=value)


def _bar_values(definition: Definition, aggregate: Aggregate | None) -> tuple[int, ...]:
    """The values of the bars of a month: denominator and numerator of a share, else one value."""
    if definition.kind == "share":
        return (aggregate.denominator, aggregate.numerator) if aggregate else (0, 0)
    return (round((_aggregate_value(definition, aggregate) if aggregate else 0) or 0),)


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


def _plot_years(context: PageContext, known: Mapping[str, Aggregate]) -> Plot:
    years = range(int(min(known)[:4]), int(max(known)[:4]) + 1)
    totals = [_year_total(known, year) for year in years]
    percents = [round(100 * (_people_share(total) or 0)) for total in totals]
    chart = lay_out_columns([(percent,) for percent in percents], YEAR_FRAME, MIN_SCALE_TOP)
    columns = (PlotColumn(context.text("{name}: {value}", name=year, value=_format_people_share(context, total)),
                          str(year), "", *group)
               for year, total, group in zip(years, totals, chart.groups, strict=True))
    highest = max(percents)
    caption = context.text("Year by year; the tallest column stands for {most}.",
                           most=context.language.percent(highest / 100)) if highest else context.text(
                               "Year by year; no share is above 0%.")
    return Plot(caption, chart, tuple(columns), "%")


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
