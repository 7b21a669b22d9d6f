"""What the charts of a place's numbers show, and what each says in a sentence."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from msgspec import Struct

from ...analysis.progress import STATUS_COLOURS
from ...analysis.statistics import DEFINITIONS
from ...model.thresholds import MIN_VALUES
from ..format_stat import SplitValue, format_exclusions, get_stat, get_statistic_path, link_split_value
from ..page_context import STATUS_SHAPES, Link, PageContext, format_place_status, join_sentences, localize_name
from .geometry import (
    MIN_SCALE_TOP,
    MONTHS_DRAWN,
    Bar,
    ChartFrame,
    ColumnChart,
    accumulate_from_end,
    center_bar,
    compute_shade,
    encode_svg_path,
    find_quarter,
    format_percent,
    lay_out_columns,
    list_months,
)

QUARTERS_DRAWN = 8
"""So many quarters are drawn of each community."""

MAX_COMMUNITIES = 60
"""Of more communities only the places that they belong to are drawn."""

_TREND_FRAME = ChartFrame(group_width=32, column_width=12, height=150, side_margin=34, top_margin=12, bottom_margin=44)
_SMALL_FRAME = ChartFrame(group_width=15, column_width=6, height=36, top_margin=2)

_Counts = Mapping[str, int]


class StatusShare(Struct, frozen=True):
    """A status on the strip: its name, shape and colour, how many stand there, and its part of the strip."""

    name: Link
    shape: str
    colour: str
    number: str
    share: str
    x: str
    label_x: str
    width: str


class TrendMonth(Struct, frozen=True):
    """A month of the trend: its name, how many were raised and resolved in it."""

    name: Link
    raised: str
    resolved: str


class TrendColumn(Struct, frozen=True):
    """A month as it is drawn: its name under its columns, the year where one begins, and both columns."""

    description: str
    label: str
    year: str
    x: int
    raised: Bar
    resolved: Bar


class Trend(Struct, frozen=True):
    """How many issues were raised and resolved, month by month: `drawn` the latest, `months` all, the newest first."""

    caption: str
    raised: Link
    resolved: Link
    chart: ColumnChart
    columns: tuple[TrendColumn, ...]
    months: tuple[TrendMonth, ...]
    exclusions: tuple[str, ...]


class FunnelStage(Struct, frozen=True):
    """A step of the funnel: how many came at least so far, how many are there now, and its bar."""

    name: str
    number: str
    number_here: str
    x: str
    width: str


class TopicMatrixRow(Struct, frozen=True):
    """A community in the table of topics: number and shade by topic, and how many issues it has in all."""

    place: Link
    cells: tuple[tuple[str, int], ...]
    total: str
    has_no_records: bool


class TopicMatrix(Struct, frozen=True):
    """Topics by community; `total` are the numbers of the whole place."""

    caption: str
    topics: tuple[Link, ...]
    rows: tuple[TopicMatrixRow, ...]
    topic_totals: tuple[str, ...]
    total: str


class SmallMultiple(Struct, frozen=True):
    """A community's quarters, drawn small, and as pairs of how many were raised and resolved."""

    place: Link
    description: str
    raised_path: str
    resolved_path: str
    pairs: tuple[tuple[str, str], ...]
    has_no_records: bool


class SmallMultiples(Struct, frozen=True):
    """The quarters of every community on one scale; `most` is the height of that scale."""

    caption: str
    width: int
    height: int
    quarters: tuple[str, ...]
    places: tuple[SmallMultiple, ...]


class Charts(Struct, frozen=True):
    """The charts of a place ("" = the site). `few` says why there are none; `drawn` are the statistics they show;
    `format_exclusions` holds for all charts of issues, `trend` leaves out more."""

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


def build_charts(edition: PageContext, scope: str) -> Charts:
    """The charts of a place ("" = the site); of too few issues there are none."""
    issues = _numerator(edition, scope, "issues")
    if issues < MIN_VALUES:
        return Charts(too_few_text=_too_few_text(edition, issues))
    statuses, funnel, topics = _status_shares(edition, scope), _funnel(edition, scope), _topic_values(edition, scope)
    trend, places = _trend(edition, scope), _communities(edition, scope)
    drawn = ("by_status", "by_stage", "by_topic", *(("raised_by_month", "resolved_by_month") if trend else ()))
    return Charts(
        "", _status_caption(edition, statuses, issues), statuses, trend, _funnel_caption(edition, scope, issues),
        funnel,
        _topics_caption(edition, topics), topics, _topic_matrix(edition, scope, places) if len(places) > 1 else None,
        _small_multiples(edition, places) if len(places) > 1 else None, drawn,
        tuple(_exclusions(edition, scope, "by_status")))


def _too_few_text(edition: PageContext, issues: int) -> str:
    return edition.plural("There is {n} issue: too few to draw.", "There are {n} issues: too few to draw.",
                          issues) if issues else ""


def _split_counts(edition: PageContext, scope: str, key: str) -> _Counts:
    """The values of a split."""
    stat = get_stat(edition, scope, key)
    return stat.value if stat and isinstance(stat.value, Mapping) else {}


def _numerator(edition: PageContext, scope: str, key: str) -> int:
    stat = get_stat(edition, scope, key)
    return (stat.numerator if stat else None) or 0


def _communities(edition: PageContext, scope: str) -> tuple[str, ...]:
    """The lowest places of a place in the order of the tree; of very many, those directly in it."""
    lowest = tuple(_lowest_places(edition, scope))
    return lowest if len(lowest) <= MAX_COMMUNITIES else tuple(edition.library.children.get(scope, ()))


def _lowest_places(edition: PageContext, place: str) -> Iterator[str]:
    for child in edition.library.children.get(place, ()):
        if edition.library.children.get(child):
            yield from _lowest_places(edition, child)
        else:
            yield child


# --- status -----------------------------------------------------------------------------------------------------------


def _status_shares(edition: PageContext, scope: str) -> tuple[StatusShare, ...]:
    values = _split_counts(edition, scope, "by_status")
    keys = [key for key in edition.library.vocabulary.terms["status"] if values.get(key)]
    ends = list(accumulate(values[key] for key in keys))
    return tuple(_status_share(edition, scope, key, values[key], end - values[key], ends[-1])
                 for key, end in zip(keys, ends, strict=True))


def _status_share(edition: PageContext, scope: str, key: str, number: int, before: int, total: int) -> StatusShare:
    target = f"{scope}/issues/index.html" if scope else f"status/{key}/index.html"
    return StatusShare(
        Link(format_place_status(edition, scope, key), target), STATUS_SHAPES[key], STATUS_COLOURS[key],
        edition.number(number),
        edition.language.percent(number / total), format_percent(before, total),
        format_percent(2 * before + number, 2 * total),
        format_percent(number, total))


def _status_caption(edition: PageContext, statuses: Sequence[StatusShare], issues: int) -> str:
    parts = edition.text(", ").join(edition.text("{label} {number}", label=one.name.text, number=one.number)
                                    for one in statuses)
    return edition.plural("Of {n} issue: {parts}.", "Of {n} issues: {parts}.", issues, parts=parts)


# --- month by month ---------------------------------------------------------------------------------------------------


def _trend(edition: PageContext, scope: str) -> Trend | None:
    raised, resolved = _split_counts(edition, scope, "raised_by_month"), _split_counts(edition, scope,
                                                                                       "resolved_by_month")
    every = list_months(min((*raised, *resolved), default="9999-12"), f"{edition.as_of:%Y-%m}")
    months = every[-MONTHS_DRAWN:]
    if not any(raised.get(month) for month in months):
        return None
    chart = lay_out_columns([(raised.get(month, 0), resolved.get(month, 0)) for month in months], _TREND_FRAME,
                            MIN_SCALE_TOP)
    table = tuple(_trend_month(edition, month, raised, resolved) for month in reversed(every))
    return Trend(
        _trend_caption(edition, months, raised, resolved), _statistic_link(edition, "raised_by_month", scope),
        _statistic_link(edition, "resolved_by_month", scope), chart,
        tuple(_trend_columns(edition, months, chart, table)), table,
        tuple(_exclusions(edition, scope, "raised_by_month", "resolved_by_month")))


def _trend_caption(edition: PageContext, months: Sequence[str], raised: _Counts, resolved: _Counts) -> str:
    start, end = edition.language.month(months[0]), edition.language.month(months[-1])
    so_far, solved = (edition.number(sum(values.get(month, 0) for month in months)) for values in (raised, resolved))
    most = max(raised.get(month, 0) for month in months)
    fullest = [month for month in months if raised.get(month, 0) == most]
    peak = edition.text("The most were raised in {month}: {most}.", month=edition.language.month(fullest[0]),
                        most=edition.number(most))
    return join_sentences(edition, (
        edition.text("{start} to {end}: {raised} raised, {resolved} resolved.", start=start, end=end, raised=so_far,
                     resolved=solved), peak if len(fullest) == 1 else ""))


def _trend_month(edition: PageContext, month: str, raised: _Counts, resolved: _Counts) -> TrendMonth:
    target = f"months/{month}/index.html" if raised.get(month) else ""
    return TrendMonth(Link(edition.language.month(month), target), edition.number(raised.get(month, 0)),
                      edition.number(resolved.get(month, 0)))


def _trend_columns(edition: PageContext, months: Sequence[str], chart: ColumnChart,
                   table: Sequence[TrendMonth]) -> Iterator[TrendColumn]:
    newest_last = reversed(table[:len(months)])
    for place, (month, told, (x, marks)) in enumerate(zip(months, newest_last, chart.groups, strict=True)):
        said = edition.text("{month}: {raised} raised, {resolved} resolved", month=told.name.text, raised=told.raised,
                            resolved=told.resolved)
        year = month[:4] if not place or month.endswith("-01") else ""
        yield TrendColumn(said, edition.language.short_month(month), year, x, *marks)


def _exclusions(edition: PageContext, scope: str, *keys: str) -> Iterator[str]:
    """What these statistics leave out; of several each with its name."""
    for key in keys:
        stat, name = get_stat(edition, scope, key), edition.text(DEFINITIONS[key].name)
        for said in format_exclusions(edition, stat) if stat else ():
            yield edition.text("{name}: {sentence}", name=name, sentence=said) if len(keys) > 1 else said


def _statistic_link(edition: PageContext, key: str, scope: str) -> Link:
    return Link(edition.text(DEFINITIONS[key].name), get_statistic_path(key, scope))


# --- how far they came ------------------------------------------------------------------------------------------------


def _funnel(edition: PageContext, scope: str) -> tuple[FunnelStage, ...]:
    values, order = _split_counts(edition, scope, "by_stage"), tuple(edition.library.vocabulary.terms["phase"])
    numbers = accumulate_from_end(values, order)
    return tuple(
        FunnelStage(edition.label("phase", phase), edition.number(number), edition.number(values.get(phase, 0)),
                    *center_bar(number, numbers[0]))
        for phase, number in zip(order, numbers, strict=True) if number)


def _funnel_caption(edition: PageContext, scope: str, issues: int) -> str:
    values, order = _split_counts(edition, scope, "by_stage"), tuple(edition.library.vocabulary.terms["phase"])
    last = next((phase for phase in reversed(order) if values.get(phase)), order[0])
    return edition.plural("Of {n} issue {reached} came as far as “{stage}”.",
                          "Of {n} issues {reached} came as far as “{stage}”.", issues,
                          reached=edition.number(values.get(last, 0)), stage=edition.label("phase", last))


# --- topics -----------------------------------------------------------------------------------------------------------


def _topic_values(edition: PageContext, scope: str) -> tuple[SplitValue, ...]:
    """Topics, the most frequent first."""
    values = _split_counts(edition, scope, "by_topic")
    order = [topic for topic in edition.library.vocabulary.terms["topic"] if values.get(topic)]
    most = max(values.values(), default=0)
    return tuple(SplitValue(link_split_value(edition, "by_topic", topic, ""), edition.number(values[topic]),
                            format_percent(values[topic], most))
                 for topic in sorted(order, key=lambda topic: -values[topic]))


def _topics_caption(edition: PageContext, topics: Sequence[SplitValue]) -> str:
    parts = edition.text(", ").join(
        edition.text("{label} {number}", label=one.name.text, number=one.number) for one in topics[:3])
    return edition.text("Most frequent: {parts}.", parts=parts)


def _topic_matrix(edition: PageContext, scope: str, places: Sequence[str]) -> TopicMatrix:
    total = _split_counts(edition, scope, "by_topic")
    topics = [topic for topic in edition.library.vocabulary.terms["topic"] if total.get(topic)]
    most = max(_split_counts(edition, place, "by_topic").get(topic, 0) for place in places for topic in topics)
    return TopicMatrix(
        edition.text("Each row is a place, each column a topic; the darker a field, the more issues, at most {most}.",
                     most=edition.number(most)),
        tuple(Link(edition.label("topic", topic), f"topics/{topic}/index.html") for topic in topics),
        tuple(_topic_matrix_row(edition, place, topics, most) for place in places),
        tuple(edition.number(total[topic]) for topic in topics), edition.number(_numerator(edition, scope, "issues")))


def _topic_matrix_row(edition: PageContext, place: str, topics: Sequence[str], most: int) -> TopicMatrixRow:
    values = _split_counts(edition, place, "by_topic")
    cells = tuple((edition.number(values.get(topic, 0)), compute_shade(values.get(topic, 0), most)) for topic in topics)
    return TopicMatrixRow(_place_statistics_link(edition, place, "by_topic"), cells,
                          edition.number(_numerator(edition, place, "issues")),
                          place not in edition.record_lists.places_reporting)


def _place_statistics_link(edition: PageContext, place: str, key: str) -> Link:
    """A place by its name, leading to its own numbers."""
    name = localize_name(edition, edition.library.places[place])
    return Link(name.text, f"{place}/statistics/index.html#{key}", name.lang)


# --- community by community -------------------------------------------------------------------------------------------


def _small_multiples(edition: PageContext, places: Sequence[str]) -> SmallMultiples:
    last = f"{edition.as_of:%Y-%m}"
    quarters = tuple(dict.fromkeys(map(find_quarter, list_months(f"{int(last[:4]) - 3}-01", last))))[-QUARTERS_DRAWN:]
    groups = {place: tuple(_by_quarter(edition, place, quarters)) for place in places}
    most = max(number for pairs in groups.values() for pair in pairs for number in pair)
    said = edition.text(
        "Quarter by quarter from {start} to {end}, all on one scale: the tallest column stands for {most}.",
        start=edition.language.quarter(quarters[0]), end=edition.language.quarter(quarters[-1]),
        most=edition.number(most))
    size = lay_out_columns(groups[places[0]], _SMALL_FRAME, most)
    return SmallMultiples(said, size.width, size.height, tuple(map(edition.language.quarter, quarters)),
                          tuple(_small_multiple(edition, place, groups[place], most) for place in places))


def _by_quarter(edition: PageContext, place: str, quarters: Sequence[str]) -> Iterator[tuple[int, int]]:
    """How many issues were raised and resolved in each quarter."""
    raised, resolved = _split_counts(edition, place, "raised_by_month"), _split_counts(edition, place,
                                                                                       "resolved_by_month")
    for quarter in quarters:
        yield _in_quarter(raised, quarter), _in_quarter(resolved, quarter)


def _in_quarter(months: _Counts, quarter: str) -> int:
    return sum(number for month, number in months.items() if find_quarter(month) == quarter)


def _small_multiple(edition: PageContext, place: str, pairs: tuple[tuple[int, int], ...], most: int) -> SmallMultiple:
    marks = [group for _, group in lay_out_columns(pairs, _SMALL_FRAME, most).groups]
    said = edition.text("{raised} raised, {resolved} resolved", raised=edition.number(sum(one for one, _ in pairs)),
                        resolved=edition.number(sum(two for _, two in pairs)))
    return SmallMultiple(_place_statistics_link(edition, place, "raised_by_month"), said,
                         encode_svg_path(group[0] for group in marks),
                         encode_svg_path(group[1] for group in marks),
                         tuple((edition.number(one), edition.number(two)) for one, two in pairs),
                         place not in edition.record_lists.places_reporting)
