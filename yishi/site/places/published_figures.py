"""Figures that a place has published itself, beside the matching statistics. They are claims, never added to counts."""

from collections.abc import Iterator

from msgspec import Struct

from ...analysis.statistics import Stat
from ...model.paths import get_place_of
from ...model.records import Figure, Span
from ..format_stat import encode_stat_value, format_stat, get_named_stat, get_statistic_path, link_named_stat
from ..page_context import Link, LocalizedText, PageContext, format_amount, localize_name, localize_text
from ..record_parts import link_sources


class PublishedFigure(Struct, frozen=True):
    """A figure that the place has published, beside the matching statistic (None: there is none)."""

    anchor: str
    label: LocalizedText
    value: str
    period: LocalizedText
    note: LocalizedText
    sources: tuple[Link, ...]
    statistic: Link | None
    counted_here: Link | None
    coverage: str


def list_published_figures(context: PageContext, place: str) -> Iterator[PublishedFigure]:
    """The figures that `place` has published."""
    for path, figure in context.library.figures.items():
        if get_place_of(path) == place:
            yield _published_figure(context, place, path, figure)


def _published_figure(context: PageContext, place: str, path: str, figure: Figure) -> PublishedFigure:
    name = figure.matches or ""
    stat, target = get_named_stat(context, place, name), get_statistic_path(name.partition(".")[0], place)
    return PublishedFigure(
        anchor=f"figure-{path.rpartition('/')[2]}", label=localize_name(context, figure),
        value=format_amount(context, figure.value, figure.unit, figure.precision, record=figure),
        period=_figure_period(context, figure, figure.period) if figure.period else LocalizedText(""),
        note=localize_text(context, figure, figure.note),
        sources=link_sources(context, path, figure),
        statistic=link_named_stat(context, name, place, target) if stat else None,
        counted_here=Link(_count_text(context, name, stat), target, value=encode_stat_value(stat)) if stat else None,
        coverage=_coverage_text(context, figure, stat) if stat else "",
    )


def _figure_period(context: PageContext, figure: Figure, period: Span) -> LocalizedText:
    if period.text:
        return localize_text(context, figure, period.text)
    start, end = context.language.when(period.start), context.language.when(period.end)
    return LocalizedText(context.text("{start} to {end}", start=start, end=end))


def _count_text(context: PageContext, name: str, stat: Stat) -> str:
    if stat.value == 0:  # a bare 0 would read as a refutation of the figure
        return context.text("none on record here yet")
    formatted = format_stat(context, name.partition(".")[0], stat)
    return formatted.value or formatted.explanation


def _coverage_text(context: PageContext, figure: Figure, stat: Stat) -> str:
    """Say what part of a published count the records cover; not for a period, which would differ from the records'."""
    counted = stat.value if isinstance(stat.value, int) and stat.denominator is None else None
    if figure.period is not None or not counted or not figure.value:
        return ""
    part, whole = context.number(counted), context.number(figure.value)
    if counted > figure.value:
        return context.text("The records here show {part}, more than the {whole} published.", part=part, whole=whole)
    return context.text("The records here show {part} of the {whole} published ({percent}).", part=part, whole=whole,
                        percent=context.language.percent(counted / figure.value))
