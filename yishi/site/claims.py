"""The numbers a place has published itself, beside the statistics they match: claims, never added to counts."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ..analysis.statistics import DEFINITIONS, Stat
from ..model.paths import place_of
from ..model.records import Figure, Span
from .edition import Edition, Link, Words, amount_in_words, name_of
from .numbers import machine_value, number_at, said, stat_of, value_link
from .record import sources_of


class Claim(Struct, frozen=True):
    """A number the place has published, beside the statistic it matches (None: it matches none)."""

    anchor: str
    label: Words
    value: tuple[Words, ...]
    period: Words
    note: str
    sources: tuple[Link, ...]
    statistic: Link | None
    here: Link | None
    coverage: str


def claims_of(edition: Edition, place: str) -> Iterator[Claim]:
    """What the place at this path has published."""
    for path, figure in edition.library.figures.items():
        if place_of(path) == place:
            yield _claim(edition, place, path, figure)


def _claim(edition: Edition, place: str, path: str, figure: Figure) -> Claim:
    key, _, value = (figure.matches or "").partition(".")
    stat = stat_of(edition, place, key) if key in DEFINITIONS else None
    return Claim(
        anchor=f"figure-{path.rpartition('/')[2]}", label=name_of(edition, figure),
        value=_value(edition, figure),
        period=_period(edition, figure.period) if figure.period else Words(""), note=figure.note or "",
        sources=sources_of(edition, path, figure),
        statistic=_statistic(edition, key, value, place) if stat else None,
        here=Link(_counted_here(edition, key, value, stat), number_at(key, place), value=_machine(stat, value)) if stat
        else None,
        coverage=_coverage(edition, figure, value, stat) if stat else "",
    )


def _value(edition: Edition, figure: Figure) -> tuple[Words, ...]:
    """The number with its unit; a unit in another language than the page's stands apart."""
    if not (edition.original and figure.unit):
        return (Words(amount_in_words(edition, figure.value, figure.unit, figure.precision)),)
    number = amount_in_words(edition, figure.value, None, figure.precision)
    return Words(number), Words(figure.unit, edition.original)


def _period(edition: Edition, period: Span) -> Words:
    if period.text:
        return Words(period.text, edition.original)
    start, end = edition.language.when(period.start), edition.language.when(period.end)
    return Words(edition.text("{start} to {end}", start=start, end=end))


def _statistic(edition: Edition, key: str, value: str, place: str) -> Link:
    name = edition.text(DEFINITIONS[key].name)
    if value:
        name = edition.text("{name}: {value}", name=name, value=value_link(edition, key, value, place).text)
    return Link(name, number_at(key, place))


def _counted_here(edition: Edition, key: str, value: str, stat: Stat) -> str:
    number = _number_of(stat, value)
    if number == 0 or stat.value == 0:  # a bare 0 would read as a refutation
        return edition.text("none on record here yet")
    if value and number is not None:
        return edition.number(number)
    words = said(edition, key, stat)
    return words.value or words.why


def _machine(stat: Stat, value: str) -> str:
    number = _number_of(stat, value)
    return machine_value(stat) if number is None else str(number)


def _number_of(stat: Stat, value: str) -> int | None:
    """What a count, or one value of a split, adds up to; None for shares and medians."""
    if isinstance(stat.value, Mapping):
        return stat.value.get(value, 0) if value else None
    return stat.value if isinstance(stat.value, int) and stat.denominator is None else None


def _coverage(edition: Edition, figure: Figure, value: str, stat: Stat) -> str:
    """How much of a published count the records here show; only without a period, else the two differ in time."""
    number = _number_of(stat, value)
    if figure.period is not None or not number or not figure.value:
        return ""
    percent = edition.language.percent(number / figure.value)
    return edition.text("The records here show {part} of the {whole} published ({percent}).",
                        part=edition.number(number), whole=edition.number(figure.value), percent=percent)
