"""An indicator that a plan names: its value when the plan began, beside what it is now."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from ..analysis.statistics import DEFINITIONS, Aggregate, Definition, Stat, compute
from ..model.paths import get_place_of
from ..model.records import Gap, Plan
from .format_stat import FormattedStat, encode_stat_value, format_stat, get_stat, get_statistic_path
from .page_context import Link, PageContext, link_to_record


class IndicatorReading(Struct, frozen=True):
    """A statistic of a place, or of several together: `name` leads to all that is said about it."""

    name: Link
    baseline: str
    current_value: FormattedStat
    change: str


class GapView(Struct, frozen=True):
    """A weakness that a plan names. With a statistic: `since` says of when the value `then` is."""

    text: str
    statistic: Link | None
    baseline_text: str
    readings: tuple[IndicatorReading, ...]


def build_gaps(edition: PageContext, path: str, plan: Plan) -> Iterator[GapView]:
    """The gaps that the plan at `path` names."""
    for gap in plan.gaps:
        definition = DEFINITIONS.get(gap.statistic or "")
        if definition is None:
            yield GapView(gap.text, None, "", ())
        else:
            name = Link(edition.text(definition.name), f"statistics/{definition.key}/index.html")
            places = _without_nested_places(gap.places or plan.places or (get_place_of(path),))
            yield GapView(gap.text, name, _baseline_text(edition, path, plan),
                          tuple(_indicator_readings(edition, definition, gap, places)))


def _without_nested_places(places: Iterable[str]) -> list[str]:
    """The places without those that stand below another of them, so that nothing is counted twice."""
    found = list(dict.fromkeys(places))
    return [one for one in found if not any(one.startswith(f"{other}/") for other in found)]


def _baseline_text(edition: PageContext, path: str, plan: Plan) -> str:
    """Of when the values at the start are: of the reviews that the plan comes from, else of its first session."""
    reviews = [edition.record_lists.date_of[review] for review in plan.from_ if review in edition.record_lists.date_of]
    dated = sorted((when for when in reviews if when.day), key=lambda when: when.latest or edition.as_of)
    if dated:
        return edition.text("when it was reviewed ({when})", when=edition.language.when(dated[0]))
    if plan.sessions and plan.sessions[0].date.day:
        return edition.text("when the plan began ({when})", when=edition.language.when(plan.sessions[0].date))
    return edition.text("when the plan was made (the date is not recorded)")


# --- then and now -----------------------------------------------------------------------------------------------------


def _indicator_readings(edition: PageContext, definition: Definition, gap: Gap,
                        places: Sequence[str]) -> Iterator[IndicatorReading]:
    """One place with its value then and now; or several together, and then what each is now."""
    stats = {place: stat for place in places if (stat := get_stat(edition, place, definition.key))}
    if len(stats) > 1:
        yield _indicator_reading(edition, definition, Link(edition.text("All of them together")), gap.value_then,
                                 _combine_stats(definition, list(stats.values())))
    for place, stat in stats.items():
        name = link_to_record(edition, place) or Link(place)
        leading = Link(name.text, get_statistic_path(definition.key, place), name.lang, encode_stat_value(stat))
        yield _indicator_reading(edition, definition, leading, gap.value_then if len(stats) == 1 else None, stat)


def _combine_stats(definition: Definition, stats: Sequence[Stat]) -> Stat:
    """The sum of several places; medians, splits and suppressed numbers cannot be added up."""
    if definition.kind not in ("share", "count") or any(stat.numerator is None for stat in stats):
        return Stat(None, None, None, {})
    return compute(definition, Aggregate(sum(stat.numerator or 0 for stat in stats),
                                         sum(stat.denominator or 0 for stat in stats),
                                         is_approximate=any(stat.about for stat in stats)))


def _indicator_reading(edition: PageContext, definition: Definition, name: Link, then: float | None,
                       stat: Stat) -> IndicatorReading:
    now = format_stat(edition, definition.key, stat)
    if then is None:
        return IndicatorReading(name, "", now, "")
    if definition.kind == "share":
        then = _as_share(then)
    stated = Stat(then, None, None, {})
    written = (edition.language.percent_as_written(then) if definition.kind == "share"
               else format_stat(edition, definition.key, stated).value)
    return IndicatorReading(name, written, now, _describe_change(edition, definition, stated, stat))


def _as_share(number: float) -> float:
    """A share as 0-1; a number above 1 can only mean per cent."""
    return float(Decimal(str(number)) / 100) if number > 1 else number


def _describe_change(edition: PageContext, definition: Definition, then: Stat, now: Stat) -> str:
    """Whether the gap is smaller, in words; "" where that cannot be said."""
    if not isinstance(then.value, int | float) or not isinstance(now.value, int | float):
        return ""
    text, rise = edition.text, round(now.value - then.value, 2)
    if not rise:
        return text("as large as it was")
    if definition.better:
        better = (rise > 0) == (definition.better == "more")
        return text("the gap is smaller than it was") if better else text("the gap is larger than it was")
    return text("higher than it was") if rise > 0 else text("lower than it was")
