"""What is in the middle among places of one kind, and of one kind and like size. Pure.

A middle needs ENOUGH places, each with as many cases as its statistic needs; where there are fewer there is none. It
names no place and puts none in an order.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median

from ..library import Library
from ..model.records import Place
from ..model.thresholds import ENOUGH
from .statistics import DEFINITIONS, Stat, Statistics

COMPARED = tuple(sorted((key for key, one in DEFINITIONS.items() if one.compared),
                        key=lambda key: DEFINITIONS[key].compared))
"""The statistics that are compared, in their order."""

BANDS = (0, 500, 1_000, 2_000, 4_000, 8_000)
"""The numbers of households at which the bands of like size begin: each reaches to twice its beginning."""

Middle = tuple[float, int] | None
"""The median of some places, rounded as it is shown, and of how many; None: of too few."""

Middles = Mapping[str, Middle]
"""Statistic → its middle."""


def middles_of(library: Library, statistics: Statistics) -> dict[str, Middles]:
    """Group of peers → their middles; a group is a kind of place (`community`) or one of a size (`community 1000`)."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path, place in library.places.items():
        for group in groups_of(place):
            groups[group].append(path)
    return {group: {key: _middle(key, (statistics.scopes[path][key] for path in paths)) for key in COMPARED}
            for group, paths in groups.items()}


def groups_of(place: Place) -> tuple[str, ...]:
    """The groups that a place belongs to: its kind, and where its households are known, its size."""
    band = band_of(place)
    return (place.kind,) if band is None else (place.kind, f"{place.kind} {band}")


def band_of(place: Place) -> int | None:
    """The number of households at which the band of a place begins; None where they are not known."""
    known = place.households.value if place.households else None
    return None if known is None else max(start for start in BANDS if start <= known)


def is_enough(key: str, stat: Stat) -> bool:
    """Whether a statistic rests on enough cases to be compared."""
    return stat.value is not None and (stat.denominator or 0) >= DEFINITIONS[key].least


def _middle(key: str, stats: Iterable[Stat]) -> Middle:
    """Rounded so far that the middle changes only when a reader would see it."""
    values = [float(stat.value) for stat in stats if is_enough(key, stat) and isinstance(stat.value, int | float)]
    places = 2 if DEFINITIONS[key].kind == "share" else 0
    return (round(median(values), places), len(values)) if len(values) >= ENOUGH else None
