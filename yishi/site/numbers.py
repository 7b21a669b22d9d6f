"""A statistic in words: its value, what it is a share of, what was left out; and its split into values."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ..analysis.statistics import DEFINITIONS, LEFT_OUT, Definition, Stat
from ..model.few import CLOSED, FEW
from ..model.language import marked
from ..model.thresholds import THRESHOLDS
from .edition import Edition, Link, Words, name_of, status_in


class Said(Struct, frozen=True):
    """A statistic as a page says it. `value` is "" where there is none, and then `why` says why."""

    value: str
    detail: str
    why: str


class Slice(Struct, frozen=True):
    """One value of a split: its name, where it leads, its number, and its share of the largest as `42%`."""

    name: Link
    number: str
    width: str


class Figures(Struct, frozen=True):
    """A statistic of one scope as a page shows it. `empty`: there is nothing to count yet."""

    key: str
    name: str
    target: str
    value: str
    said: Said
    slices: tuple[Slice, ...]
    left_out: tuple[str, ...]
    empty: bool


def figures_of(edition: Edition, scope: str) -> tuple[Figures, ...]:
    """Every statistic of a place ("" = the site), in the order of their definitions."""
    stats = edition.statistics.scopes.get(scope, {})
    return tuple(figure_of(edition, scope, key, stats[key]) for key in DEFINITIONS if key in stats)


def figure_of(edition: Edition, scope: str, key: str, stat: Stat) -> Figures:
    """The statistic `key` of one place ("" = the site)."""
    return Figures(key, edition.text(DEFINITIONS[key].name), number_at(key, scope), machine_value(stat),
                   said(edition, key, stat), tuple(slices(edition, key, stat, scope)), tuple(left_out(edition, stat)),
                   _is_empty(stat))


def _is_empty(stat: Stat) -> bool:
    return stat.value == {} or (stat.value is None and not stat.n and not stat.suppressed)


def stat_of(edition: Edition, scope: str, key: str) -> Stat | None:
    """The statistic `key` of a place ("" = the site)."""
    return edition.statistics.scopes.get(scope, {}).get(key)


def number_at(key: str, place: str) -> str:
    """Where all is said about a statistic of a place ("" = the site)."""
    return f"statistics/{key}/index.html#{place or 'site'}"


def number_link(edition: Edition, key: str, place: str, number: int) -> Link:
    """A number that belongs to a statistic of a place, leading to all that is said about that."""
    return Link(edition.number(number), number_at(key, place), value=str(number))


def machine_value(stat: Stat) -> str:
    """A value as machines read it: that of a split is how many are counted, of a hidden one its sign; "" = none."""
    value = stat.numerator if isinstance(stat.value, Mapping) else stat.value
    return stat.suppressed if value is None else str(value)


def said(edition: Edition, key: str, stat: Stat) -> Said:
    """The statistic in words."""
    return said_as(edition, DEFINITIONS[key], stat)


def said_as(edition: Edition, definition: Definition, stat: Stat) -> Said:
    """The same of one that may be defined otherwise than today."""
    if stat.suppressed:
        return Said(stat.suppressed, "", edition.text(_WHY_SUPPRESSED[stat.suppressed], **THRESHOLDS))
    if stat.value is None:
        return Said("", "", _why_not(edition, definition, stat))
    if isinstance(stat.value, Mapping):
        total = stat.denominator if stat.denominator is not None else sum(stat.value.values())
        return Said(edition.plural("{n} issue", "{n} issues", total), "", "")
    if definition.kind == "share":
        share = edition.language.percent(stat.value)
        return Said(edition.text("about {amount}", amount=share) if stat.about else share, of_in_words(edition, stat),
                    edition.text("Some of the numbers behind it are approximate.") if stat.about else "")
    if definition.kind == "median":
        return Said(_middle(edition, definition, stat.value), _spread(edition, stat), "")
    return Said(edition.number(stat.value), "", "")


_WHY_SUPPRESSED: Mapping[str, str] = {
    FEW: marked("Fewer than {few} people: not told exactly."),
    CLOSED: marked("Not told: a number of fewer than {few} people could be worked out from it."),
}


def _why_not(edition: Edition, definition: Definition, stat: Stat) -> str:
    if definition.kind == "median" and stat.n:
        return edition.plural("Too few to say: {n} record, and at least {enough} are needed.",
                              "Too few to say: {n} records, and at least {enough} are needed.",
                              stat.n, enough=definition.least)
    if definition.unknown_whole and stat.denominator is None:
        return definition.in_words(edition.language).unknown_whole
    if definition.kind == "share" and stat.numerator:
        return edition.text("No share: {part} is more than the {whole} that there are said to be.",
                            part=edition.number(stat.numerator), whole=edition.number(stat.denominator or 0))
    return edition.text("There is nothing to count yet.")


def of_in_words(edition: Edition, stat: Stat) -> str:
    """`3 of 7`"""
    return edition.text("{part} of {whole}", part=edition.number(stat.numerator or 0),
                        whole=edition.number(stat.denominator or 0))


def _middle(edition: Edition, definition: Definition, value: float | int) -> str:
    if definition.unit != "days":
        return edition.number(value)
    if value == int(value):
        return edition.plural("{n} day", "{n} days", int(value))
    return edition.text("{n} days", n=edition.number(value))


def _spread(edition: Edition, stat: Stat) -> str:
    records = edition.plural("from {n} record", "from {n} records", stat.n or 0)
    if not stat.quartiles:
        return records
    low, high = edition.number(stat.quartiles[0]), edition.number(stat.quartiles[-1])
    return edition.text("half lie between {low} and {high}; {records}", low=low, high=high, records=records)


def left_out(edition: Edition, stat: Stat) -> Iterator[str]:
    """What was not counted and why, each with how many."""
    for reason, number in stat.excluded.items():
        if number:
            yield edition.text("{name} ({n})", name=why_left_out(edition, reason), n=edition.number(number))


def why_left_out(edition: Edition, reason: str) -> str:
    """A reason in words."""
    return edition.text(LEFT_OUT[reason])


def slices(edition: Edition, key: str, stat: Stat, place: str) -> Iterator[Slice]:
    """The values of a split of a place ("" = the site), each with its number; also the results of follow-ups."""
    values = stat.value if isinstance(stat.value, Mapping) else stat.results or {}
    most = max(values.values(), default=0) or 1
    for value in _ordered(edition, key, values):
        width = f"{100 * values[value] / most:.1f}%"
        yield Slice(value_link(edition, key, value, place), edition.number(values[value]), width)


def _ordered(edition: Edition, key: str, values: Mapping[str, int]) -> list[str]:
    """Values in the order of their vocabulary, places in their fixed order, months by time."""
    library = edition.library
    known = {**library.vocabulary.terms, "place": library.places}.get(DEFINITIONS[key].values, ())
    order = {value: n for n, value in enumerate(known)}
    return sorted(values, key=lambda value: (order.get(value, len(order)), value))


def value_link(edition: Edition, key: str, value: str, place: str) -> Link:
    """A value of a split of a place ("" = the site) by its name, leading to its list where there is one."""
    definition = DEFINITIONS[key]
    target = definition.page_of_value.format(value=value)
    match definition.values:
        case "place":
            known = edition.library.places.get(value)
            name = name_of(edition, known) if known else Words(value)
            return Link(name.text, target if known else "", name.lang)
        case "month":
            return Link(edition.language.month(value), target)
        case "status":
            return Link(status_in(edition, place, value), target)
        case vocabulary:
            return Link(edition.label(vocabulary, value) if vocabulary else value, target)
