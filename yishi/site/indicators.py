"""An indicator that a plan names: its value when the plan began, beside what it is now."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from ..analysis.statistics import DEFINITIONS, Aggregate, Definition, Stat, compute
from ..model.paths import place_of
from ..model.records import Gap, Plan
from .edition import Edition, Link, link_to
from .numbers import Said, machine_value, number_at, said, stat_of


class Reading(Struct, frozen=True):
    """A statistic of a place, or of several together: `name` leads to all that is said about it."""

    name: Link
    then: str
    now: Said
    change: str


class GapView(Struct, frozen=True):
    """A weakness that a plan names. With a statistic: `since` says of when the value `then` is."""

    text: str
    statistic: Link | None
    since: str
    readings: tuple[Reading, ...]


def gaps_of(edition: Edition, path: str, plan: Plan) -> Iterator[GapView]:
    """The gaps that the plan at `path` names."""
    for gap in plan.gaps:
        definition = DEFINITIONS.get(gap.statistic or "")
        if definition is None:
            yield GapView(gap.text, None, "", ())
        else:
            name = Link(edition.text(definition.name), f"statistics/{definition.key}/index.html")
            places = _apart(gap.places or plan.places or (place_of(path),))
            yield GapView(gap.text, name, _since(edition, path, plan),
                          tuple(_readings(edition, definition, gap, places)))


def _apart(places: Iterable[str]) -> list[str]:
    """The places without those that stand below another of them, so that nothing is counted twice."""
    found = list(dict.fromkeys(places))
    return [one for one in found if not any(one.startswith(f"{other}/") for other in found)]


def _since(edition: Edition, path: str, plan: Plan) -> str:
    """Of when the values at the start are: of the reviews that the plan comes from, else of its first session."""
    reviews = [edition.holdings.when[review] for review in plan.from_ if review in edition.holdings.when]
    dated = sorted((when for when in reviews if when.day), key=lambda when: when.latest or edition.as_of)
    if dated:
        return edition.text("when it was reviewed ({when})", when=edition.language.when(dated[0]))
    if plan.sessions and plan.sessions[0].date.day:
        return edition.text("when the plan began ({when})", when=edition.language.when(plan.sessions[0].date))
    return edition.text("when the plan was made (the date is not recorded)")


# --- then and now -----------------------------------------------------------------------------------------------------


def _readings(edition: Edition, definition: Definition, gap: Gap, places: Sequence[str]) -> Iterator[Reading]:
    """One place with its value then and now; or several together, and then what each is now."""
    stats = {place: stat for place in places if (stat := stat_of(edition, place, definition.key))}
    if len(stats) > 1:
        yield _reading(edition, definition, Link(edition.text("All of them together")), gap.value_then,
                       _together(definition, list(stats.values())))
    for place, stat in stats.items():
        name = link_to(edition, place) or Link(place)
        leading = Link(name.text, number_at(definition.key, place), name.lang, machine_value(stat))
        yield _reading(edition, definition, leading, gap.value_then if len(stats) == 1 else None, stat)


def _together(definition: Definition, stats: Sequence[Stat]) -> Stat:
    """The sum of several places; medians, splits and suppressed numbers cannot be added up."""
    if definition.kind not in ("share", "count") or any(stat.numerator is None for stat in stats):
        return Stat(None, None, None, {})
    return compute(definition, Aggregate(sum(stat.numerator or 0 for stat in stats),
                                         sum(stat.denominator or 0 for stat in stats),
                                         about=any(stat.about for stat in stats)))


def _reading(edition: Edition, definition: Definition, name: Link, then: float | None, stat: Stat) -> Reading:
    now = said(edition, definition.key, stat)
    if then is None:
        return Reading(name, "", now, "")
    if definition.kind == "share":
        then = _as_share(then)
    stated = Stat(then, None, None, {})
    written = (edition.language.percent_as_written(then) if definition.kind == "share"
               else said(edition, definition.key, stated).value)
    return Reading(name, written, now, _change(edition, definition, stated, stat))


def _as_share(number: float) -> float:
    """A share as 0-1; a number above 1 can only mean per cent."""
    return float(Decimal(str(number)) / 100) if number > 1 else number


def _change(edition: Edition, definition: Definition, then: Stat, now: Stat) -> str:
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
