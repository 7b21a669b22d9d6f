"""A statistic in words: its value, what it is a share of, what was left out; and its split into values."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ..analysis.statistics import DEFINITIONS, LEFT_OUT, Definition, Stat
from ..model.language import marked
from ..model.suppression import PRIMARY, SECONDARY
from ..model.thresholds import THRESHOLDS
from .page_context import Link, LocalizedText, PageContext, format_place_status, localize_name


class FormattedStat(Struct, frozen=True):
    """A statistic as a page says it. `value` is "" where there is none, and then `why` says why."""

    value: str
    detail: str
    explanation: str


class SplitValue(Struct, frozen=True):
    """One value of a split: its name, where it leads, its number, and its share of the largest as `42%`."""

    name: Link
    number: str
    bar_width: str


class StatSummary(Struct, frozen=True):
    """A statistic of one scope as a page shows it. `empty`: there is nothing to count yet."""

    key: str
    name: str
    target: str
    value: str
    formatted: FormattedStat
    split_values: tuple[SplitValue, ...]
    exclusions: tuple[str, ...]
    is_empty: bool


def build_stat_summaries(edition: PageContext, scope: str) -> tuple[StatSummary, ...]:
    """Every statistic of a place ("" = the site), in the order of their definitions."""
    stats = edition.statistics.scopes.get(scope, {})
    return tuple(build_stat_summary(edition, scope, key, stats[key]) for key in DEFINITIONS if key in stats)


def build_stat_summary(edition: PageContext, scope: str, key: str, stat: Stat) -> StatSummary:
    """The statistic `key` of one place ("" = the site)."""
    return StatSummary(key, edition.text(DEFINITIONS[key].name), get_statistic_path(key, scope),
                       encode_stat_value(stat),
                       format_stat(edition, key, stat), tuple(build_split_values(edition, key, stat, scope)),
                       tuple(format_exclusions(edition, stat)),
                       _is_empty(stat))


def _is_empty(stat: Stat) -> bool:
    return stat.value == {} or (stat.value is None and not stat.n and not stat.suppressed)


def get_stat(edition: PageContext, scope: str, key: str) -> Stat | None:
    """The statistic `key` of a place ("" = the site)."""
    return edition.statistics.scopes.get(scope, {}).get(key)


def get_statistic_path(key: str, place: str) -> str:
    """Where all is said about a statistic of a place ("" = the site)."""
    return f"statistics/{key}/index.html#{place or 'site'}"


def link_number(edition: PageContext, key: str, place: str, number: int) -> Link:
    """A number that belongs to a statistic of a place, leading to all that is said about that."""
    return Link(edition.number(number), get_statistic_path(key, place), value=str(number))


def encode_stat_value(stat: Stat) -> str:
    """A value as machines read it: that of a split is how many are counted, of a hidden one its sign; "" = none."""
    value = stat.numerator if isinstance(stat.value, Mapping) else stat.value
    return stat.suppressed if value is None else str(value)


def format_stat(edition: PageContext, key: str, stat: Stat) -> FormattedStat:
    """The statistic in words."""
    return format_stat_of_kind(edition, DEFINITIONS[key], stat)


def format_stat_of_kind(edition: PageContext, definition: Definition, stat: Stat) -> FormattedStat:
    """The same of one that may be defined otherwise than today."""
    if stat.suppressed:
        return FormattedStat(stat.suppressed, "", edition.text(_SUPPRESSION_EXPLANATIONS[stat.suppressed],
                                                               **THRESHOLDS))
    if stat.value is None:
        return FormattedStat("", "", _explain_missing(edition, definition, stat))
    if isinstance(stat.value, Mapping):
        total = stat.denominator if stat.denominator is not None else sum(stat.value.values())
        return FormattedStat(edition.plural("{n} issue", "{n} issues", total), "", "")
    if definition.kind == "share":
        share = edition.language.percent(stat.value)
        return FormattedStat(edition.text("about {amount}", amount=share) if stat.about else share,
                             format_fraction(edition, stat),
                             edition.text("Some of the numbers behind it are approximate.") if stat.about else "")
    if definition.kind == "median":
        return FormattedStat(_format_median(edition, definition, stat.value), _format_quartiles(edition, stat), "")
    return FormattedStat(edition.number(stat.value), "", "")


_SUPPRESSION_EXPLANATIONS: Mapping[str, str] = {
    PRIMARY: marked("Fewer than {few} people: the exact number is not shown."),
    SECONDARY: marked("Not shown: a number of fewer than {few} people could be worked out from it."),
}


def _explain_missing(edition: PageContext, definition: Definition, stat: Stat) -> str:
    if definition.kind == "median" and stat.n:
        return edition.plural("Too few: {n} record, and at least {enough} are needed.",
                              "Too few: {n} records, and at least {enough} are needed.",
                              stat.n, enough=definition.least)
    if definition.unknown_whole and stat.denominator is None:
        return definition.in_words(edition.language).unknown_whole
    if definition.kind == "share" and stat.numerator:
        return edition.text("No share: {part} is more than the {whole} recorded in all.",
                            part=edition.number(stat.numerator), whole=edition.number(stat.denominator or 0))
    return edition.text("There is nothing to count yet.")


def format_fraction(edition: PageContext, stat: Stat) -> str:
    """`3 of 7`"""
    return edition.text("{part} of {whole}", part=edition.number(stat.numerator or 0),
                        whole=edition.number(stat.denominator or 0))


def _format_median(edition: PageContext, definition: Definition, value: float | int) -> str:
    if definition.unit != "days":
        return edition.number(value)
    if value == int(value):
        return edition.plural("{n} day", "{n} days", int(value))
    return edition.text("{n} days", n=edition.number(value))


def _format_quartiles(edition: PageContext, stat: Stat) -> str:
    records = edition.plural("from {n} record", "from {n} records", stat.n or 0)
    if not stat.quartiles:
        return records
    low, high = edition.number(stat.quartiles[0]), edition.number(stat.quartiles[-1])
    return edition.text("half lie between {low} and {high}; {records}", low=low, high=high, records=records)


def format_exclusions(edition: PageContext, stat: Stat) -> Iterator[str]:
    """What was not counted and why, each with how many."""
    for reason, number in stat.excluded.items():
        if number:
            yield edition.text("{name} ({n})", name=format_exclusion_reason(edition, reason), n=edition.number(number))


def format_exclusion_reason(edition: PageContext, reason: str) -> str:
    """A reason in words."""
    return edition.text(LEFT_OUT[reason])


def build_split_values(edition: PageContext, key: str, stat: Stat, place: str) -> Iterator[SplitValue]:
    """The values of a split of a place ("" = the site), each with its number; also the results of follow-ups."""
    values = stat.value if isinstance(stat.value, Mapping) else stat.results or {}
    most = max(values.values(), default=0) or 1
    for value in _sort_split_values(edition, key, values):
        width = f"{100 * values[value] / most:.1f}%"
        yield SplitValue(link_split_value(edition, key, value, place), edition.number(values[value]), width)


def _sort_split_values(edition: PageContext, key: str, values: Mapping[str, int]) -> list[str]:
    """Values in the order of their vocabulary, places in their fixed order, months by time."""
    library = edition.library
    known = {**library.vocabulary.terms, "place": library.places}.get(DEFINITIONS[key].values, ())
    order = {value: n for n, value in enumerate(known)}
    return sorted(values, key=lambda value: (order.get(value, len(order)), value))


def link_split_value(edition: PageContext, key: str, value: str, place: str) -> Link:
    """A value of a split of a place ("" = the site) by its name, leading to its list where there is one."""
    definition = DEFINITIONS[key]
    target = definition.page_of_value.format(value=value)
    match definition.values:
        case "place":
            known = edition.library.places.get(value)
            name = localize_name(edition, known) if known else LocalizedText(value)
            return Link(name.text, target if known else "", name.lang)
        case "month":
            return Link(edition.language.month(value), target)
        case "status":
            return Link(format_place_status(edition, place, value), target)
        case vocabulary:
            return Link(edition.label(vocabulary, value) if vocabulary else value, target)
