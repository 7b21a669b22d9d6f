"""Format a statistic as text: its value, numerator and denominator, exclusions, and the values of a split."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from ..analysis.statistics import DEFINITIONS, LEFT_OUT, Definition, Stat
from ..model.language import marked
from ..model.suppression import PRIMARY, SECONDARY
from ..model.thresholds import THRESHOLDS
from .page_context import Link, LocalizedText, PageContext, format_place_status, join_items, localize_name


class FormattedStat(Struct, frozen=True):
    """A statistic as text. `value` is "" if there is none; `explanation` then says why."""

    value: str
    detail: str
    explanation: str


class SplitValue(Struct, frozen=True):
    """One value of a split: its name and link, its number, its bar width relative to the largest value (`42.0%`)."""

    name: Link
    number: str
    bar_width: str


class StatSummary(Struct, frozen=True):
    """A statistic of one place or of the site, as shown on a page. `is_empty`: there is nothing to count yet."""

    key: str
    name: str
    target: str
    value: str
    formatted: FormattedStat
    split_values: tuple[SplitValue, ...]
    exclusions: tuple[str, ...]
    is_empty: bool


def build_stat_summaries(context: PageContext, scope: str) -> tuple[StatSummary, ...]:
    """Every statistic of a place ("" = the site), in the order of the definitions."""
    stats = context.statistics.scopes.get(scope, {})
    return tuple(build_stat_summary(context, scope, key, stats[key]) for key in DEFINITIONS if key in stats)


def build_stat_summary(context: PageContext, scope: str, key: str, stat: Stat) -> StatSummary:
    """The summary of statistic `key` of a place ("" = the site)."""
    return StatSummary(key, context.text(DEFINITIONS[key].name), get_statistic_path(key, scope),
                       encode_stat_value(stat), format_stat(context, key, stat),
                       tuple(build_split_values(context, key, stat, scope)), tuple(format_exclusions(context, stat)),
                       _is_empty(stat))


def _is_empty(stat: Stat) -> bool:
    return stat.value == {} or (stat.value is None and not stat.n and not stat.suppressed)


def get_stat(context: PageContext, scope: str, key: str) -> Stat | None:
    """Statistic `key` of a place ("" = the site), None if it has no value there."""
    return context.statistics.scopes.get(scope, {}).get(key)


def get_named_stat(context: PageContext, scope: str, name: str) -> Stat | None:
    """Return the statistic `KEY` or, of a split, the number of `KEY.VALUE`, as figures and plans name it."""
    key, _, value = name.partition(".")
    stat = get_stat(context, scope, key)
    number = get_split_counts(context, scope, key).get(value, 0)
    return Stat(number, number, None, {}) if stat and value else stat


def link_named_stat(context: PageContext, name: str, place: str, target: str) -> Link:
    """Return the name of the statistic `KEY` or `KEY.VALUE` of a place ("" = the site) as a link to `target`."""
    key, _, value = name.partition(".")
    label = context.text(DEFINITIONS[key].name)
    if value:
        label = context.text("{name}: {value}", name=label, value=link_split_value(context, key, value, place).text)
    return Link(label, target)


def get_split_counts(context: PageContext, scope: str, key: str) -> Mapping[str, int]:
    """Value → number of the split `key` of a place ("" = the site); empty if it has none there."""
    stat = get_stat(context, scope, key)
    return stat.value if stat and isinstance(stat.value, Mapping) else {}


def get_numerator(context: PageContext, scope: str, key: str) -> int:
    """The numerator of statistic `key` of a place ("" = the site), 0 if it has none there."""
    stat = get_stat(context, scope, key)
    return (stat.numerator if stat else None) or 0


def is_due_unknown(context: PageContext, place: str) -> bool:
    """Whether all issues of a place ("" = the site) are known only from press reports, and none of them has a day."""
    press = context.record_lists.press_issues_in.get(place) or ()
    return (bool(press) and len(press) == get_numerator(context, place, "issues")
            and not any(context.site_data.list_items[path].due for path in press))


def get_statistic_path(key: str, place: str) -> str:
    """The path and anchor of a statistic's section for a place ("" = the site)."""
    return f"statistics/{key}/index.html#{place or 'site'}"


def get_definition_path(key: str) -> str:
    """The path and anchor of the definition of a statistic."""
    return f"statistics/{key}/index.html#definition"


def link_number(context: PageContext, key: str, place: str, number: int) -> Link:
    """`number` as a link to the section of the statistic that it belongs to."""
    return Link(context.number(number), get_statistic_path(key, place), value=str(number))


def encode_stat_value(stat: Stat) -> str:
    """Encode a value for machines: the count for a split, the marker for a suppressed value, "" for none."""
    value = stat.numerator if isinstance(stat.value, Mapping) else stat.value
    return stat.suppressed if value is None else str(value)


def format_stat(context: PageContext, key: str, stat: Stat) -> FormattedStat:
    """Format the value of statistic `key`."""
    return format_stat_of_kind(context, DEFINITIONS[key], stat)


def format_stat_of_kind(context: PageContext, definition: Definition, stat: Stat) -> FormattedStat:
    """Format a value under `definition`, which may be an earlier one than today's (in snapshots)."""
    if stat.suppressed:
        return FormattedStat(stat.suppressed, "", context.text(_SUPPRESSION_EXPLANATIONS[stat.suppressed],
                                                               **THRESHOLDS))
    if stat.value is None:
        return FormattedStat("", "", _explain_missing(context, definition, stat))
    if isinstance(stat.value, Mapping):
        total = stat.denominator if stat.denominator is not None else sum(stat.value.values())
        return FormattedStat(context.plural("{n} issue", "{n} issues", total), "", "")
    if definition.kind == "share":
        untold = say_untold(context, stat)
        if is_share_of_few(definition, stat):
            return FormattedStat(format_fraction(context, stat), context.text("too few for a percentage"), untold)
        share = context.language.percent(stat.value)
        if not stat.is_approximate:
            return FormattedStat(share, format_fraction(context, stat), untold)
        return FormattedStat(context.text("about {amount}", amount=share), format_fraction(context, stat),
                             context.text("Some of the numbers behind it are approximate."))
    if definition.kind == "median":
        return FormattedStat(_format_median(context, definition, stat.value), _format_quartiles(context, stat), "")
    if definition.kind == "distinct" and not stat.value:  # beside what a place has published, 0 would be a refutation
        return FormattedStat(context.text("none on record here yet"), "", "")
    return FormattedStat(context.number(stat.value), "", "")


def say_untold(context: PageContext, stat: Stat) -> str:
    """How many records count as no only because the press reports from which they are known do not tell it."""
    return context.plural("{n} of them is known only from a press report that does not tell this: it counts as no.",
                          "{n} of them are known only from press reports that do not tell this: they count as no.",
                          stat.untold) if stat.untold else ""


def is_share_of_few(definition: Definition, stat: Stat) -> bool:
    """Whether a share is of too few records for a percentage, so that it is told as `3 of 4`."""
    return definition.kind == "share" and stat.denominator is not None and stat.denominator < definition.least


_SUPPRESSION_EXPLANATIONS: Mapping[str, str] = {
    PRIMARY: marked("Fewer than {few} people: the exact number is not shown."),
    SECONDARY: marked("Not shown: a number of fewer than {few} people could be worked out from it."),
}


def _explain_missing(context: PageContext, definition: Definition, stat: Stat) -> str:
    if definition.kind == "median" and stat.n:
        return context.plural("Too few: {n} record, and at least {enough} are needed.",
                              "Too few: {n} records, and at least {enough} are needed.",
                              stat.n, enough=definition.least)
    if definition.unknown_whole and stat.denominator is None:
        return definition.in_words(context.language).unknown_whole
    if definition.kind == "share" and stat.numerator:
        return context.text("No share: {part} is more than the {whole} recorded in all.",
                            part=context.number(stat.numerator), whole=context.number(stat.denominator or 0))
    if stat.excluded.get("few"):
        return context.text("Too few people: their number is not told.")
    return context.text("There is nothing to count yet.")


def format_fraction(context: PageContext, stat: Stat) -> str:
    """Format numerator and denominator: `3 of 7`."""
    return context.text("{part} of {whole}", part=context.number(stat.numerator or 0),
                        whole=context.number(stat.denominator or 0))


def _format_median(context: PageContext, definition: Definition, value: float | int) -> str:
    if definition.unit != "days":
        return context.number(value)
    if value == int(value):
        return context.plural("{n} day", "{n} days", int(value))
    return context.text("{n} days", n=context.number(value))


def _format_quartiles(context: PageContext, stat: Stat) -> str:
    records = context.plural("from {n} record", "from {n} records", stat.n or 0)
    if not stat.quartiles:
        return records
    low = context.number(stat.quartiles[0])
    high = context.number(stat.quartiles[-1])
    return context.text("half lie between {low} and {high}; {records}", low=low, high=high, records=records)


def format_exclusions(context: PageContext, stat: Stat) -> Iterator[str]:
    """Each reason for exclusion with its number of records."""
    for reason, number in stat.excluded.items():
        if number:
            yield context.text("{name} ({n})", name=format_exclusion_reason(context, reason), n=context.number(number))


def format_exclusion_reason(context: PageContext, reason: str) -> str:
    """The text of a reason for exclusion."""
    return context.text(LEFT_OUT[reason])


def build_split_values(context: PageContext, key: str, stat: Stat, place: str) -> Iterator[SplitValue]:
    """The values of a split of a place ("" = the site), or a share's follow-up results, with their numbers."""
    values = stat.value if isinstance(stat.value, Mapping) else stat.results or {}
    most = max(values.values(), default=0) or 1
    for value in _sort_split_values(context, key, values):
        width = f"{100 * values[value] / most:.1f}%"
        yield SplitValue(link_split_value(context, key, value, place), context.number(values[value]), width)


def format_parts(context: PageContext, parts: Iterable[tuple[str, str]]) -> str:
    """Format values, each as its label and its number, in one line: `new 3, resolved 5`."""
    return join_items(context, (context.text("{label} {number}", label=label, number=number)
                                for label, number in parts))


def _sort_split_values(context: PageContext, key: str, values: Mapping[str, int]) -> list[str]:
    """Sort values in the order of their vocabulary, places in their fixed order, months by time."""
    library = context.library
    known = {**library.vocabulary.terms, "place": library.places}.get(DEFINITIONS[key].values, ())
    order = {value: n for n, value in enumerate(known)}
    return sorted(values, key=lambda value: (order.get(value, len(order)), value))


def link_split_value(context: PageContext, key: str, value: str, place: str) -> Link:
    """The label of a split value, linked to its list if there is one."""
    definition = DEFINITIONS[key]
    target = definition.page_of_value.format(value=value)
    match definition.values:
        case "place":
            known = context.library.places.get(value)
            name = localize_name(context, known) if known else LocalizedText(value)
            return Link(name.text, target if known else "", name.lang)
        case "month":
            return Link(context.language.month(value), target)
        case "status":
            return Link(format_place_status(context, place, value), target)
        case vocabulary:
            return Link(context.label(vocabulary, value) if vocabulary else value, target)
