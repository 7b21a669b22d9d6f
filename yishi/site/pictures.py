"""What the charts of a place's numbers show, and what each says in a sentence."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from msgspec import Struct

from ..analysis.progress import COLOURS
from ..analysis.statistics import DEFINITIONS
from ..model.thresholds import ENOUGH
from .charts import (
    LEAST,
    MONTHS,
    Columns,
    Frame,
    Mark,
    centred,
    columns,
    months_between,
    outline,
    percent,
    quarter_of,
    reached,
    tint,
)
from .edition import SHAPES, Edition, Link, name_of, sentences, status_in
from .numbers import Slice, left_out, number_at, stat_of, value_link

QUARTERS = 8
"""So many quarters are drawn of each community."""

MANY = 60
"""Of more communities only the places that they belong to are drawn."""

_TREND = Frame(group=32, column=12, height=150, side=34, top=12, bottom=44)
_SMALL = Frame(group=15, column=6, height=36, top=2)

_Counts = Mapping[str, int]


class Status(Struct, frozen=True):
    """A status on the strip: its name, shape and colour, how many stand there, and its part of the strip."""

    name: Link
    shape: str
    colour: str
    number: str
    share: str
    x: str
    middle: str
    width: str


class Month(Struct, frozen=True):
    """A month of the trend: its name, how many were raised and resolved in it."""

    name: Link
    raised: str
    resolved: str


class Drawn(Struct, frozen=True):
    """A month as it is drawn: its name under its columns, the year where one begins, and both columns."""

    said: str
    label: str
    year: str
    x: int
    raised: Mark
    resolved: Mark


class Trend(Struct, frozen=True):
    """How many issues were raised and resolved, month by month: `drawn` the latest, `months` all, the newest first."""

    said: str
    raised: Link
    resolved: Link
    chart: Columns
    drawn: tuple[Drawn, ...]
    months: tuple[Month, ...]
    left_out: tuple[str, ...]


class Stage(Struct, frozen=True):
    """A step of the funnel: how many came at least so far, how many are there now, and its bar."""

    name: str
    number: str
    here: str
    x: str
    width: str


class Line(Struct, frozen=True):
    """A community in the table of topics: number and shade by topic, and how many issues it has in all."""

    place: Link
    cells: tuple[tuple[str, int], ...]
    number: str
    silent: bool


class Field(Struct, frozen=True):
    """Topics by community; `total` are the numbers of the whole place."""

    said: str
    topics: tuple[Link, ...]
    lines: tuple[Line, ...]
    total: tuple[str, ...]
    number: str


class Small(Struct, frozen=True):
    """A community's quarters, drawn small, and as pairs of how many were raised and resolved."""

    place: Link
    said: str
    raised: str
    resolved: str
    pairs: tuple[tuple[str, str], ...]
    silent: bool


class Multiples(Struct, frozen=True):
    """The quarters of every community on one scale; `most` is the height of that scale."""

    said: str
    width: int
    height: int
    quarters: tuple[str, ...]
    places: tuple[Small, ...]


class Pictures(Struct, frozen=True):
    """The charts of a place ("" = the site). `few` says why there are none; `drawn` are the statistics they show;
    `left_out` holds for all charts of issues, `trend` leaves out more."""

    few: str = ""
    status_said: str = ""
    statuses: tuple[Status, ...] = ()
    trend: Trend | None = None
    funnel_said: str = ""
    funnel: tuple[Stage, ...] = ()
    topics_said: str = ""
    topics: tuple[Slice, ...] = ()
    field: Field | None = None
    multiples: Multiples | None = None
    drawn: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def pictures_of(edition: Edition, scope: str) -> Pictures:
    """The charts of a place ("" = the site); of too few issues there are none."""
    issues = _number(edition, scope, "issues")
    if issues < ENOUGH:
        return Pictures(few=_few(edition, issues))
    statuses, funnel, topics = _statuses(edition, scope), _funnel(edition, scope), _topics(edition, scope)
    trend, places = _trend(edition, scope), _communities(edition, scope)
    drawn = ("by_status", "by_stage", "by_topic", *(("raised_by_month", "resolved_by_month") if trend else ()))
    return Pictures(
        "", _status_said(edition, statuses, issues), statuses, trend, _funnel_said(edition, scope, issues), funnel,
        _topics_said(edition, topics), topics, _field(edition, scope, places) if len(places) > 1 else None,
        _multiples(edition, places) if len(places) > 1 else None, drawn, tuple(_left_out(edition, scope, "by_status")))


def _few(edition: Edition, issues: int) -> str:
    return edition.plural("There is {n} issue: too few to draw.", "There are {n} issues: too few to draw.",
                          issues) if issues else ""


def _values(edition: Edition, scope: str, key: str) -> _Counts:
    """The values of a split."""
    stat = stat_of(edition, scope, key)
    return stat.value if stat and isinstance(stat.value, Mapping) else {}


def _number(edition: Edition, scope: str, key: str) -> int:
    stat = stat_of(edition, scope, key)
    return (stat.numerator if stat else None) or 0


def _communities(edition: Edition, scope: str) -> tuple[str, ...]:
    """The lowest places of a place in the order of the tree; of very many, those directly in it."""
    lowest = tuple(_lowest(edition, scope))
    return lowest if len(lowest) <= MANY else tuple(edition.library.children.get(scope, ()))


def _lowest(edition: Edition, place: str) -> Iterator[str]:
    for child in edition.library.children.get(place, ()):
        if edition.library.children.get(child):
            yield from _lowest(edition, child)
        else:
            yield child


# --- status -----------------------------------------------------------------------------------------------------------


def _statuses(edition: Edition, scope: str) -> tuple[Status, ...]:
    values = _values(edition, scope, "by_status")
    keys = [key for key in edition.library.vocabulary.terms["status"] if values.get(key)]
    ends = list(accumulate(values[key] for key in keys))
    return tuple(_status(edition, scope, key, values[key], end - values[key], ends[-1])
                 for key, end in zip(keys, ends, strict=True))


def _status(edition: Edition, scope: str, key: str, number: int, before: int, total: int) -> Status:
    target = f"{scope}/issues/index.html" if scope else f"status/{key}/index.html"
    return Status(
        Link(status_in(edition, scope, key), target), SHAPES[key], COLOURS[key], edition.number(number),
        edition.language.percent(number / total), percent(before, total), percent(2 * before + number, 2 * total),
        percent(number, total))


def _status_said(edition: Edition, statuses: Sequence[Status], issues: int) -> str:
    parts = edition.text(", ").join(edition.text("{label} {number}", label=one.name.text, number=one.number)
                                    for one in statuses)
    return edition.plural("Of {n} issue: {parts}.", "Of {n} issues: {parts}.", issues, parts=parts)


# --- month by month ---------------------------------------------------------------------------------------------------


def _trend(edition: Edition, scope: str) -> Trend | None:
    raised, resolved = _values(edition, scope, "raised_by_month"), _values(edition, scope, "resolved_by_month")
    every = months_between(min((*raised, *resolved), default="9999-12"), f"{edition.as_of:%Y-%m}")
    months = every[-MONTHS:]
    if not any(raised.get(month) for month in months):
        return None
    chart = columns([(raised.get(month, 0), resolved.get(month, 0)) for month in months], _TREND, LEAST)
    table = tuple(_month(edition, month, raised, resolved) for month in reversed(every))
    return Trend(
        _trend_said(edition, months, raised, resolved), _statistic(edition, "raised_by_month", scope),
        _statistic(edition, "resolved_by_month", scope), chart, tuple(_drawn(edition, months, chart, table)), table,
        tuple(_left_out(edition, scope, "raised_by_month", "resolved_by_month")))


def _trend_said(edition: Edition, months: Sequence[str], raised: _Counts, resolved: _Counts) -> str:
    start, end = edition.language.month(months[0]), edition.language.month(months[-1])
    so_far, solved = (edition.number(sum(values.get(month, 0) for month in months)) for values in (raised, resolved))
    most = max(raised.get(month, 0) for month in months)
    fullest = [month for month in months if raised.get(month, 0) == most]
    peak = edition.text("Most were raised in {month}: {most}.", month=edition.language.month(fullest[0]),
                        most=edition.number(most))
    return sentences(edition, (
        edition.text("{start} to {end}: {raised} raised, {resolved} resolved.", start=start, end=end, raised=so_far,
                     resolved=solved), peak if len(fullest) == 1 else ""))


def _month(edition: Edition, month: str, raised: _Counts, resolved: _Counts) -> Month:
    target = f"months/{month}/index.html" if raised.get(month) else ""
    return Month(Link(edition.language.month(month), target), edition.number(raised.get(month, 0)),
                 edition.number(resolved.get(month, 0)))


def _drawn(edition: Edition, months: Sequence[str], chart: Columns, table: Sequence[Month]) -> Iterator[Drawn]:
    newest_last = reversed(table[:len(months)])
    for place, (month, told, (x, marks)) in enumerate(zip(months, newest_last, chart.groups, strict=True)):
        said = edition.text("{month}: {raised} raised, {resolved} resolved", month=told.name.text, raised=told.raised,
                            resolved=told.resolved)
        year = month[:4] if not place or month.endswith("-01") else ""
        yield Drawn(said, edition.language.short_month(month), year, x, *marks)


def _left_out(edition: Edition, scope: str, *keys: str) -> Iterator[str]:
    """What these statistics leave out; of several each with its name."""
    for key in keys:
        stat, name = stat_of(edition, scope, key), edition.text(DEFINITIONS[key].name)
        for said in left_out(edition, stat) if stat else ():
            yield edition.text("{name}: {sentence}", name=name, sentence=said) if len(keys) > 1 else said


def _statistic(edition: Edition, key: str, scope: str) -> Link:
    return Link(edition.text(DEFINITIONS[key].name), number_at(key, scope))


# --- how far they came ------------------------------------------------------------------------------------------------


def _funnel(edition: Edition, scope: str) -> tuple[Stage, ...]:
    values, order = _values(edition, scope, "by_stage"), tuple(edition.library.vocabulary.terms["phase"])
    numbers = reached(values, order)
    return tuple(
        Stage(edition.label("phase", phase), edition.number(number), edition.number(values.get(phase, 0)),
              *centred(number, numbers[0]))
        for phase, number in zip(order, numbers, strict=True) if number)


def _funnel_said(edition: Edition, scope: str, issues: int) -> str:
    values, order = _values(edition, scope, "by_stage"), tuple(edition.library.vocabulary.terms["phase"])
    last = next((phase for phase in reversed(order) if values.get(phase)), order[0])
    return edition.plural("Of {n} issue {reached} came as far as “{stage}”.",
                          "Of {n} issues {reached} came as far as “{stage}”.", issues,
                          reached=edition.number(values.get(last, 0)), stage=edition.label("phase", last))


# --- topics -----------------------------------------------------------------------------------------------------------


def _topics(edition: Edition, scope: str) -> tuple[Slice, ...]:
    """Topics, the most frequent first."""
    values = _values(edition, scope, "by_topic")
    order = [topic for topic in edition.library.vocabulary.terms["topic"] if values.get(topic)]
    most = max(values.values(), default=0)
    return tuple(Slice(value_link(edition, "by_topic", topic, ""), edition.number(values[topic]),
                       percent(values[topic], most)) for topic in sorted(order, key=lambda topic: -values[topic]))


def _topics_said(edition: Edition, topics: Sequence[Slice]) -> str:
    parts = edition.text(", ").join(
        edition.text("{label} {number}", label=one.name.text, number=one.number) for one in topics[:3])
    return edition.text("Most frequent: {parts}.", parts=parts)


def _field(edition: Edition, scope: str, places: Sequence[str]) -> Field:
    total = _values(edition, scope, "by_topic")
    topics = [topic for topic in edition.library.vocabulary.terms["topic"] if total.get(topic)]
    most = max(_values(edition, place, "by_topic").get(topic, 0) for place in places for topic in topics)
    return Field(
        edition.text("Each row is a place, each column a topic; the darker a field, the more issues, at most {most}.",
                     most=edition.number(most)),
        tuple(Link(edition.label("topic", topic), f"topics/{topic}/index.html") for topic in topics),
        tuple(_line(edition, place, topics, most) for place in places),
        tuple(edition.number(total[topic]) for topic in topics), edition.number(_number(edition, scope, "issues")))


def _line(edition: Edition, place: str, topics: Sequence[str], most: int) -> Line:
    values = _values(edition, place, "by_topic")
    cells = tuple((edition.number(values.get(topic, 0)), tint(values.get(topic, 0), most)) for topic in topics)
    return Line(_numbers_of(edition, place, "by_topic"), cells, edition.number(_number(edition, place, "issues")),
                place not in edition.holdings.reporting)


def _numbers_of(edition: Edition, place: str, key: str) -> Link:
    """A place by its name, leading to its own numbers."""
    name = name_of(edition, edition.library.places[place])
    return Link(name.text, f"{place}/statistics/index.html#{key}", name.lang)


# --- community by community -------------------------------------------------------------------------------------------


def _multiples(edition: Edition, places: Sequence[str]) -> Multiples:
    last = f"{edition.as_of:%Y-%m}"
    quarters = tuple(dict.fromkeys(map(quarter_of, months_between(f"{int(last[:4]) - 3}-01", last))))[-QUARTERS:]
    groups = {place: tuple(_by_quarter(edition, place, quarters)) for place in places}
    most = max(number for pairs in groups.values() for pair in pairs for number in pair)
    said = edition.text(
        "Quarter by quarter from {start} to {end}, all on one scale: the tallest column stands for {most}.",
        start=edition.language.quarter(quarters[0]), end=edition.language.quarter(quarters[-1]),
        most=edition.number(most))
    size = columns(groups[places[0]], _SMALL, most)
    return Multiples(said, size.width, size.height, tuple(map(edition.language.quarter, quarters)),
                     tuple(_small(edition, place, groups[place], most) for place in places))


def _by_quarter(edition: Edition, place: str, quarters: Sequence[str]) -> Iterator[tuple[int, int]]:
    """How many issues were raised and resolved in each quarter."""
    raised, resolved = _values(edition, place, "raised_by_month"), _values(edition, place, "resolved_by_month")
    for quarter in quarters:
        yield _in_quarter(raised, quarter), _in_quarter(resolved, quarter)


def _in_quarter(months: _Counts, quarter: str) -> int:
    return sum(number for month, number in months.items() if quarter_of(month) == quarter)


def _small(edition: Edition, place: str, pairs: tuple[tuple[int, int], ...], most: int) -> Small:
    marks = [group for _, group in columns(pairs, _SMALL, most).groups]
    said = edition.text("{raised} raised, {resolved} resolved", raised=edition.number(sum(one for one, _ in pairs)),
                        resolved=edition.number(sum(two for _, two in pairs)))
    return Small(_numbers_of(edition, place, "raised_by_month"), said, outline(group[0] for group in marks),
                 outline(group[1] for group in marks),
                 tuple((edition.number(one), edition.number(two)) for one, two in pairs),
                 place not in edition.holdings.reporting)
