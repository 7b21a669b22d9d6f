"""The data of the charts of a place's statistics, each with a caption in one sentence."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from msgspec import Struct

from ...analysis.progress import STATUS_COLOURS
from ...analysis.statistics import DEFINITIONS
from ...model.thresholds import MIN_VALUES
from ..format_stat import (
    SplitValue,
    format_exclusions,
    format_parts,
    get_numerator,
    get_split_counts,
    get_stat,
    get_statistic_path,
    link_split_value,
)
from ..page_context import (
    STATUS_SHAPES,
    Link,
    PageContext,
    format_phase,
    format_place_status,
    join_sentences,
    list_communities,
    localize_name,
)
from .geometry import (
    MIN_SCALE_TOP,
    MONTHS_DRAWN,
    PLOT_FRAME,
    ChartFrame,
    ColumnChart,
    Plot,
    PlotColumn,
    accumulate_from_end,
    center_bar,
    compute_shade,
    encode_svg_path,
    find_quarter,
    format_percent,
    label_years,
    lay_out_columns,
    list_months,
)

QUARTERS_DRAWN = 8
"""Number of quarters drawn for each community."""

_SMALL_FRAME = ChartFrame(group_width=15, column_width=6, height=36, top_margin=2)

_Counts = Mapping[str, int]


class StatusShare(Struct, frozen=True):
    """A status in the strip: its name, shape and colour, its number of issues, and its segment of the strip."""

    name: Link
    shape: str
    colour: str
    number: str
    share: str
    x: str
    label_x: str
    width: str


TrendMonth = tuple[Link, str, str]
"""A month of the trend: its name, and how many issues were raised and resolved in it."""


class Trend(Struct, frozen=True):
    """How many issues were raised and resolved in each month.

    `plot`: the latest months; `months`: all of them, the newest first.
    """

    plot: Plot
    raised: Link
    resolved: Link
    months: tuple[TrendMonth, ...]
    exclusions: tuple[str, ...]


class FunnelStage(Struct, frozen=True):
    """A step of the funnel: how many issues reached at least this step, how many are at it now, and its bar."""

    name: str
    number: str
    number_here: str
    x: str
    width: str


TopicMatrixRow = tuple[Link, tuple[tuple[str, int], ...], str]
"""A community in the topic table: number and shade for each topic (none without records), and its total of issues."""


class TopicMatrix(Struct, frozen=True):
    """Topics by community; `total` has the numbers of the whole place."""

    caption: str
    topics: tuple[Link, ...]
    rows: tuple[TopicMatrixRow, ...]
    topic_totals: tuple[str, ...]
    total: str


class SmallMultiple(Struct, frozen=True):
    """The quarters of a community, as a small chart and as pairs (raised, resolved)."""

    place: Link
    description: str
    raised_path: str
    resolved_path: str
    pairs: tuple[tuple[str, str], ...]


class SmallMultiples(Struct, frozen=True):
    """The quarters of all communities, drawn to one scale; `height` is the height of each chart.

    `places`: those in whose quarters anything falls; the others are `undated`, or `silent` without a public record.
    """

    caption: str
    width: int
    height: int
    quarters: tuple[str, ...]
    places: tuple[SmallMultiple, ...]
    undated: tuple[Link, ...]
    silent: tuple[Link, ...]


class Charts(Struct, frozen=True):
    """The charts of a place ("" = the site).

    `too_few_text`: why there are none; `drawn_statistics`: keys of the statistics shown; `exclusions`: those of all
    charts of issues, while the trend has further ones of its own.
    """

    too_few_text: str = ""
    status_caption: str = ""
    statuses: tuple[StatusShare, ...] = ()
    trend: Trend | None = None
    funnel_caption: str = ""
    funnel: tuple[FunnelStage, ...] = ()
    topics_caption: str = ""
    topics: tuple[SplitValue, ...] = ()
    topic_matrix: TopicMatrix | None = None
    multiples: SmallMultiples | None = None
    drawn_statistics: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()


def build_charts(context: PageContext, scope: str) -> Charts:
    """The charts of a place ("" = the site); with too few issues there are none."""
    issues = get_numerator(context, scope, "issues")
    if issues < MIN_VALUES:
        return Charts(too_few_text=_too_few_text(context, issues))
    statuses = _status_shares(context, scope)
    topics = _topic_values(context, scope)
    trend = _trend(context, scope)
    places = list_communities(context, scope)
    drawn_over_time = ("raised_by_month", "resolved_by_month") if trend else ()
    return Charts(
        status_caption=_status_caption(context, statuses, issues), statuses=statuses, trend=trend,
        funnel_caption=_funnel_caption(context, scope, issues), funnel=_funnel(context, scope),
        topics_caption=_topics_caption(context, topics), topics=topics,
        topic_matrix=_topic_matrix(context, scope, places) if len(places) > 1 else None,
        multiples=_small_multiples(context, places) if len(places) > 1 else None,
        drawn_statistics=("by_status", "by_stage", "by_topic", *drawn_over_time),
        exclusions=tuple(_exclusions(context, scope, "by_status")))


def _too_few_text(context: PageContext, issues: int) -> str:
    if not issues:
        return ""
    return context.plural("There is {n} issue: too few to draw.", "There are {n} issues: too few to draw.", issues)


# --- status -----------------------------------------------------------------------------------------------------------


def _status_shares(context: PageContext, scope: str) -> tuple[StatusShare, ...]:
    values = get_split_counts(context, scope, "by_status")
    keys = [key for key in context.library.vocabulary.terms["status"] if values.get(key)]
    ends = list(accumulate(values[key] for key in keys))
    return tuple(_status_share(context, scope, key, values[key], end - values[key], ends[-1])
                 for key, end in zip(keys, ends, strict=True))


def _status_share(context: PageContext, scope: str, key: str, number: int, before: int, total: int) -> StatusShare:
    target = f"{scope}/issues/index.html" if scope else f"status/{key}/index.html"
    return StatusShare(
        Link(format_place_status(context, scope, key), target), STATUS_SHAPES[key], STATUS_COLOURS[key],
        context.number(number), context.language.percent(number / total), format_percent(before, total),
        format_percent(2 * before + number, 2 * total), format_percent(number, total))


def _status_caption(context: PageContext, statuses: Sequence[StatusShare], issues: int) -> str:
    parts = format_parts(context, ((share.name.text, share.number) for share in statuses))
    return context.plural("Of {n} issue: {parts}.", "Of {n} issues: {parts}.", issues, parts=parts)


# --- month by month ---------------------------------------------------------------------------------------------------


def _trend(context: PageContext, scope: str) -> Trend | None:
    raised, resolved = (get_split_counts(context, scope, key) for key in ("raised_by_month", "resolved_by_month"))
    all_months = list_months(min((*raised, *resolved), default="9999-12"), f"{context.as_of:%Y-%m}")
    months = all_months[-MONTHS_DRAWN:]
    if not any(raised.get(month) for month in months):
        return None
    chart = lay_out_columns([(raised.get(month, 0), resolved.get(month, 0)) for month in months], PLOT_FRAME,
                            MIN_SCALE_TOP)
    table = tuple(_trend_month(context, month, raised, resolved) for month in reversed(all_months))
    return Trend(
        Plot(_trend_caption(context, months, raised, resolved), chart,
             tuple(_trend_columns(context, months, chart, table))),
        raised=_statistic_link(context, "raised_by_month", scope),
        resolved=_statistic_link(context, "resolved_by_month", scope),
        months=table,
        exclusions=tuple(_exclusions(context, scope, "raised_by_month", "resolved_by_month")))


def _trend_caption(context: PageContext, months: Sequence[str], raised: _Counts, resolved: _Counts) -> str:
    totals = context.text(
        "{start} to {end}: {raised} raised, {resolved} resolved.",
        start=context.language.month(months[0]), end=context.language.month(months[-1]),
        raised=context.number(sum(raised.get(month, 0) for month in months)),
        resolved=context.number(sum(resolved.get(month, 0) for month in months)))
    most = max(raised.get(month, 0) for month in months)
    fullest = [month for month in months if raised.get(month, 0) == most]
    if len(fullest) > 1:
        return totals
    peak = context.text("The most were raised in {month}: {most}.", month=context.language.month(fullest[0]),
                        most=context.number(most))
    return join_sentences(context, (totals, peak))


def _trend_month(context: PageContext, month: str, raised: _Counts, resolved: _Counts) -> TrendMonth:
    target = f"months/{month}/index.html" if raised.get(month) else ""
    return (Link(context.language.month(month), target), context.number(raised.get(month, 0)),
            context.number(resolved.get(month, 0)))


def _trend_columns(context: PageContext, months: Sequence[str], chart: ColumnChart,
                   table: Sequence[TrendMonth]) -> Iterator[PlotColumn]:
    newest_last = reversed(table[:len(months)])
    for month, year, row, group in zip(months, label_years(months), newest_last, chart.groups, strict=True):
        name, raised, resolved = row
        description = context.text("{month}: {raised} raised, {resolved} resolved", month=name.text, raised=raised,
                                   resolved=resolved)
        yield PlotColumn(description, context.language.short_month(month), year, *group)


def _exclusions(context: PageContext, scope: str, *keys: str) -> Iterator[str]:
    """The exclusions of these statistics, each with the statistic's name if there are several."""
    for key in keys:
        stat = get_stat(context, scope, key)
        name = context.text(DEFINITIONS[key].name)
        for sentence in format_exclusions(context, stat) if stat else ():
            yield context.text("{name}: {sentence}", name=name, sentence=sentence) if len(keys) > 1 else sentence


def _statistic_link(context: PageContext, key: str, scope: str) -> Link:
    return Link(context.text(DEFINITIONS[key].name), get_statistic_path(key, scope))


# --- funnel -----------------------------------------------------------------------------------------------------------


def _funnel(context: PageContext, scope: str) -> tuple[FunnelStage, ...]:
    values = get_split_counts(context, scope, "by_stage")
    order = tuple(context.library.vocabulary.terms["phase"])
    numbers = accumulate_from_end(values, order)
    return tuple(
        FunnelStage(format_phase(context, phase), context.number(number), context.number(values.get(phase, 0)),
                    *center_bar(number, numbers[0]))
        for phase, number in zip(order, numbers, strict=True) if number)


def _funnel_caption(context: PageContext, scope: str, issues: int) -> str:
    values = get_split_counts(context, scope, "by_stage")
    order = tuple(context.library.vocabulary.terms["phase"])
    last = next((phase for phase in reversed(order) if values.get(phase)), order[0])
    return context.plural("Of {n} issue {reached} came as far as “{stage}”.",
                          "Of {n} issues {reached} came as far as “{stage}”.", issues,
                          reached=context.number(values.get(last, 0)), stage=format_phase(context, last))


# --- topics -----------------------------------------------------------------------------------------------------------


def _topic_values(context: PageContext, scope: str) -> tuple[SplitValue, ...]:
    """The topics, the most frequent first."""
    values = get_split_counts(context, scope, "by_topic")
    order = [topic for topic in context.library.vocabulary.terms["topic"] if values.get(topic)]
    most = max(values.values(), default=0)
    most_frequent_first = sorted(order, key=lambda topic: -values[topic])
    return tuple(SplitValue(link_split_value(context, "by_topic", topic, ""), context.number(values[topic]),
                            format_percent(values[topic], most))
                 for topic in most_frequent_first)


def _topics_caption(context: PageContext, topics: Sequence[SplitValue]) -> str:
    parts = format_parts(context, ((topic.name.text, topic.number) for topic in topics[:3]))
    return context.text("Most frequent: {parts}.", parts=parts)


def _topic_matrix(context: PageContext, scope: str, places: Sequence[str]) -> TopicMatrix:
    total = get_split_counts(context, scope, "by_topic")
    topics = [topic for topic in context.library.vocabulary.terms["topic"] if total.get(topic)]
    most = max(get_split_counts(context, place, "by_topic").get(topic, 0) for place in places for topic in topics)
    return TopicMatrix(
        context.text("Each row is a place, each column a topic; the darker a field, the more issues, at most {most}.",
                     most=context.number(most)),
        tuple(Link(context.label("topic", topic), f"topics/{topic}/index.html") for topic in topics),
        tuple(_topic_matrix_row(context, place, topics, most) for place in places),
        tuple(context.number(total[topic]) for topic in topics),
        context.number(get_numerator(context, scope, "issues")))


def _topic_matrix_row(context: PageContext, place: str, topics: Sequence[str], most: int) -> TopicMatrixRow:
    values = get_split_counts(context, place, "by_topic")
    cells = ((context.number(values.get(topic, 0)), compute_shade(values.get(topic, 0), most)) for topic in topics)
    is_reporting = place in context.record_lists.places_reporting
    return (_place_statistics_link(context, place, "by_topic"), tuple(cells) if is_reporting else (),
            context.number(get_numerator(context, place, "issues")))


def _place_statistics_link(context: PageContext, place: str, key: str) -> Link:
    """A place's name, linked to its own statistics."""
    name = localize_name(context, context.library.places[place])
    return Link(name.text, f"{place}/statistics/index.html#{key}", name.lang)


# --- community by community -------------------------------------------------------------------------------------------


def _small_multiples(context: PageContext, places: Sequence[str]) -> SmallMultiples | None:
    """The small charts; None if there is nothing to draw for any place."""
    months = list_months(f"{context.as_of.year - 3}-01", f"{context.as_of:%Y-%m}")
    quarters = tuple(dict.fromkeys(map(find_quarter, months)))[-QUARTERS_DRAWN:]
    groups = {place: tuple(_by_quarter(context, place, quarters)) for place in places}
    drawn = {place: pairs for place, pairs in groups.items() if any(map(any, pairs))}
    if not drawn:
        return None
    most = max(number for pairs in drawn.values() for pair in pairs for number in pair)
    caption = context.text(
        "Quarter by quarter from {start} to {end}, all on one scale: the tallest column stands for {most}.",
        start=context.language.quarter(quarters[0]), end=context.language.quarter(quarters[-1]),
        most=context.number(most))
    size = lay_out_columns(groups[places[0]], _SMALL_FRAME, most)
    left: tuple[list[Link], list[Link]] = [], []
    for place in places:
        if place not in drawn:
            link = _place_statistics_link(context, place, "raised_by_month")
            left[place in context.record_lists.places_reporting].append(link)
    return SmallMultiples(caption, size.width, size.height, tuple(map(context.language.quarter, quarters)),
                          tuple(_small_multiple(context, place, pairs, most) for place, pairs in drawn.items()),
                          undated=tuple(left[True]), silent=tuple(left[False]))


def _by_quarter(context: PageContext, place: str, quarters: Sequence[str]) -> Iterator[tuple[int, int]]:
    """How many issues were raised and resolved in each quarter."""
    raised, resolved = (get_split_counts(context, place, key) for key in ("raised_by_month", "resolved_by_month"))
    for quarter in quarters:
        yield _in_quarter(raised, quarter), _in_quarter(resolved, quarter)


def _in_quarter(months: _Counts, quarter: str) -> int:
    return sum(number for month, number in months.items() if find_quarter(month) == quarter)


def _small_multiple(context: PageContext, place: str, pairs: tuple[tuple[int, int], ...], most: int) -> SmallMultiple:
    marks = [group for _, group in lay_out_columns(pairs, _SMALL_FRAME, most).groups]
    description = context.text("{raised} raised, {resolved} resolved",
                               raised=context.number(sum(raised for raised, _ in pairs)),
                               resolved=context.number(sum(resolved for _, resolved in pairs)))
    numbers = tuple((context.number(raised), context.number(resolved)) for raised, resolved in pairs)
    return SmallMultiple(
        _place_statistics_link(context, place, "raised_by_month"), description,
        raised_path=encode_svg_path(raised for raised, _ in marks),
        resolved_path=encode_svg_path(resolved for _, resolved in marks),
        pairs=numbers)
