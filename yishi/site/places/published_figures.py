"""Figures that a place has published itself, beside the matching statistics. They are claims, never added to counts."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ...analysis.statistics import DEFINITIONS, Stat
from ...model.paths import get_place_of
from ...model.records import Figure, Span
from ..format_stat import encode_stat_value, format_stat, get_stat, get_statistic_path, link_split_value
from ..page_context import Link, LocalizedText, PageContext, format_amount, localize_name
from ..record_parts import link_sources


class PublishedFigure(Struct, frozen=True):
    """A figure that the place has published, beside the matching statistic (None: there is none)."""

    anchor: str
    label: LocalizedText
    value: tuple[LocalizedText, ...]
    period: LocalizedText
    note: str
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
    key, _, value = (figure.matches or "").partition(".")
    stat = get_stat(context, place, key) if key in DEFINITIONS else None
    return PublishedFigure(
        anchor=f"figure-{path.rpartition('/')[2]}", label=localize_name(context, figure),
        value=_figure_value(context, figure),
        period=_figure_period(context, figure.period) if figure.period else LocalizedText(""), note=figure.note or "",
        sources=link_sources(context, path, figure),
        statistic=_statistic_link(context, key, value, place) if stat else None,
        counted_here=Link(_count_text(context, key, value, stat), get_statistic_path(key, place),
                          value=_encode_count(stat, value)) if stat
        else None,
        coverage=_coverage_text(context, figure, value, stat) if stat else "",
    )


def _figure_value(context: PageContext, figure: Figure) -> tuple[LocalizedText, ...]:
    """The figure with its unit; a unit in another language than the page's is a text of its own."""
    if not (context.original_language and figure.unit):
        return (LocalizedText(format_amount(context, figure.value, figure.unit, figure.precision)),)
    number = format_amount(context, figure.value, None, figure.precision)
    return LocalizedText(number), LocalizedText(figure.unit, context.original_language)


def _figure_period(context: PageContext, period: Span) -> LocalizedText:
    if period.text:
        return LocalizedText(period.text, context.original_language)
    start, end = context.language.when(period.start), context.language.when(period.end)
    return LocalizedText(context.text("{start} to {end}", start=start, end=end))


def _statistic_link(context: PageContext, key: str, value: str, place: str) -> Link:
    name = context.text(DEFINITIONS[key].name)
    if value:
        name = context.text("{name}: {value}", name=name, value=link_split_value(context, key, value, place).text)
    return Link(name, get_statistic_path(key, place))


def _count_text(context: PageContext, key: str, value: str, stat: Stat) -> str:
    number = _count_of(stat, value)
    if number == 0 or stat.value == 0:  # a bare 0 would read as a refutation of the figure
        return context.text("none on record here yet")
    if value and number is not None:
        return context.number(number)
    formatted = format_stat(context, key, stat)
    return formatted.value or formatted.explanation


def _encode_count(stat: Stat, value: str) -> str:
    number = _count_of(stat, value)
    return encode_stat_value(stat) if number is None else str(number)


def _count_of(stat: Stat, value: str) -> int | None:
    """The total of a count, or of one value of a split; None for shares and medians."""
    if isinstance(stat.value, Mapping):
        return stat.value.get(value, 0) if value else None
    return stat.value if isinstance(stat.value, int) and stat.denominator is None else None


def _coverage_text(context: PageContext, figure: Figure, value: str, stat: Stat) -> str:
    """Say what part of a published count the records cover; not for a period, which would differ from the records'."""
    number = _count_of(stat, value)
    if figure.period is not None or not number or not figure.value:
        return ""
    percent = context.language.percent(number / figure.value)
    return context.text("The records here show {part} of the {whole} published ({percent}).",
                        part=context.number(number), whole=context.number(figure.value), percent=percent)
