"""Indicators named by a plan: the value when the plan began, and the value now."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from ..analysis.statistics import DEFINITIONS, Aggregate, Definition, Stat, compute
from ..model.paths import get_place_of
from ..model.records import Gap, Plan
from .format_stat import (
    FormattedStat,
    encode_stat_value,
    format_stat,
    get_named_stat,
    get_statistic_path,
    is_share_of_few,
    link_named_stat,
)
from .page_context import Link, LocalizedText, PageContext, link_to_record, localize_text

SMALL_RISE = 0.01
"""Of a share, a difference of about one point at most, which is no news to tell."""


class IndicatorReading(Struct, frozen=True):
    """One place or several together: `name` links to its section of the statistic; baseline, value now, and change.

    `bars`: the widths of the bars of baseline and value now; none if there is nothing to draw.
    """

    name: Link
    baseline: str
    now: FormattedStat
    change: str
    bars: tuple[str, ...] = ()



class GapView(Struct, frozen=True):
    """A gap named by a plan. With a statistic, `baseline_text` says when its baseline was measured."""

    text: LocalizedText
    statistic: Link | None
    baseline_text: str
    readings: tuple[IndicatorReading, ...]


def build_gaps(context: PageContext, path: str, plan: Plan) -> Iterator[GapView]:
    """The gaps named by the plan at `path`."""
    for gap in plan.gaps:
        text = localize_text(context, plan, gap.text)
        key = (gap.statistic or "").partition(".")[0]
        if gap.statistic is None or key not in DEFINITIONS:
            yield GapView(text, None, "", ())
        else:
            name = link_named_stat(context, gap.statistic, get_place_of(path), f"statistics/{key}/index.html")
            places = _without_nested_places(gap.places or plan.places or (get_place_of(path),))
            yield GapView(text, name, _baseline_text(context, path, plan),
                          tuple(_indicator_readings(context, gap, gap.statistic, places)))


GapChange = tuple[Link, GapView, IndicatorReading]
"""A plan, a gap that it names, and the reading that has a baseline."""


def list_gap_changes(context: PageContext, plans: Iterable[str]) -> Iterator[GapChange]:
    """What has become of the gaps of these plans, in their order, as far as they have a baseline."""
    for path in plans:
        plan = link_to_record(context, path) or Link(path)
        yield from ((plan, gap, reading) for gap in build_gaps(context, path, context.library.plans[path])
                    for reading in gap.readings if reading.baseline)


def _without_nested_places(places: Iterable[str]) -> list[str]:
    """The places without those inside another of them, so that nothing is counted twice."""
    unique = list(dict.fromkeys(places))
    return [place for place in unique if not any(place.startswith(f"{other}/") for other in unique)]


def _baseline_text(context: PageContext, path: str, plan: Plan) -> str:
    """Say when the baseline was measured: at the earliest review behind the plan, else at its first session."""
    reviews = [context.record_lists.date_of[review] for review in plan.from_ if review in context.record_lists.date_of]
    dated = sorted((when for when in reviews if when.day), key=lambda when: when.latest or context.as_of)
    if dated:
        return context.text("when it was reviewed ({when})", when=context.language.when(dated[0]))
    if plan.sessions and plan.sessions[0].date.day:
        return context.text("when the plan began ({when})", when=context.language.when(plan.sessions[0].date))
    return context.text("when the plan was made (the date is not recorded)")


# --- baseline and current value ---------------------------------------------------------------------------------------


def _indicator_readings(context: PageContext, gap: Gap, name: str,
                        places: Sequence[str]) -> Iterator[IndicatorReading]:
    """One place with baseline and current value of the statistic `name`; for several places, their total and current
    values."""
    key, _, value = name.partition(".")
    definition = replace(DEFINITIONS[key], kind="count") if value else DEFINITIONS[key]  # one value of a split
    stats = {place: stat for place in places if (stat := get_named_stat(context, place, name))}
    if len(stats) > 1:
        yield _indicator_reading(context, definition, Link(context.text("All of them together")), gap.value_then,
                                 _combine_stats(definition, list(stats.values())))
    for place, stat in stats.items():
        link = link_to_record(context, place) or Link(place)
        leading = Link(link.text, get_statistic_path(key, place), link.lang, encode_stat_value(stat))
        yield _indicator_reading(context, definition, leading, gap.value_then if len(stats) == 1 else None, stat)


def _combine_stats(definition: Definition, stats: Sequence[Stat]) -> Stat:
    """Combine the values of several places; medians, splits and suppressed numbers cannot be added up."""
    if definition.kind not in ("share", "count") or any(stat.numerator is None for stat in stats):
        return Stat(None, None, None, {})
    return compute(definition, Aggregate(sum(stat.numerator or 0 for stat in stats),
                                         sum(stat.denominator or 0 for stat in stats),
                                         is_approximate=any(stat.is_approximate for stat in stats),
                                         untold=sum(stat.untold for stat in stats)))


def _indicator_reading(context: PageContext, definition: Definition, name: Link, then: float | None,
                       stat: Stat) -> IndicatorReading:
    now = format_stat(context, definition.key, stat)
    if then is None:
        return IndicatorReading(name, "", now, "")
    if definition.kind == "share":
        then = _as_share(then)
    stated = Stat(then, None, None, {})
    written = (context.language.percent_as_written(then) if definition.kind == "share"
               else format_stat(context, definition.key, stated).value)
    return IndicatorReading(name, written, now, _describe_change(context, definition, stated, stat),
                            _draw_bars(definition, then, stat))


def _draw_bars(definition: Definition, then: float, now: Stat) -> tuple[str, ...]:
    """The widths of both bars: of a share its percentage, else of the larger value; none for a share of few."""
    if not isinstance(now.value, int | float) or is_share_of_few(definition, now):
        return ()
    most = 1 if definition.kind == "share" else max(then, now.value)
    return tuple(f"{min(100 * value / most, 100) if most else 0:.1f}%" for value in (then, now.value))


def _as_share(number: float) -> float:
    """A share as 0-1; a number above 1 is taken as per cent."""
    return float(Decimal(str(number)) / 100) if number > 1 else number


def _describe_change(context: PageContext, definition: Definition, then: Stat, now: Stat) -> str:
    """Say whether the gap has become smaller; "" if this cannot be determined."""
    if not isinstance(then.value, int | float) or not isinstance(now.value, int | float):
        return ""
    text = context.text
    rise = round(now.value - then.value, 2)
    if not rise:
        return text("as large as it was")
    if definition.kind == "share" and abs(rise) <= SMALL_RISE:
        return text("hardly any change")
    if definition.better:
        better = (rise > 0) == (definition.better == "more")
        return text("the gap is smaller than it was") if better else text("the gap is larger than it was")
    return text("higher than it was") if rise > 0 else text("lower than it was")
