"""What is in the middle among places of one kind, and of one kind and like size. Pure.

A middle needs ENOUGH places, each with as many cases as its statistic needs; where there are fewer there is none. It
names no place and puts none in an order.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median

from ..library import Library
from ..model.records import Place
from ..model.thresholds import MIN_VALUES
from .statistics import DEFINITIONS, Stat, Statistics

COMPARED_STATISTICS = tuple(sorted((key for key, one in DEFINITIONS.items() if one.compared),
                                   key=lambda key: DEFINITIONS[key].compared))
"""The statistics that are compared, in their order."""

HOUSEHOLD_BANDS = (0, 500, 1_000, 2_000, 4_000, 8_000)
"""The numbers of households at which the bands of like size begin: each reaches to twice its beginning."""

PeerMedian = tuple[float, int] | None
"""The median of some places, rounded as it is shown, and of how many; None: of too few."""

PeerMedians = Mapping[str, PeerMedian]
"""Statistic → its middle."""


def compute_peer_medians(library: Library, statistics: Statistics) -> dict[str, PeerMedians]:
    """Group of peers → their middles; a group is a kind of place (`community`) or one of a size (`community 1000`)."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path, place in library.places.items():
        for group in list_peer_groups(place):
            groups[group].append(path)
    return {group: {key: _peer_median(key, (statistics.scopes[path][key] for path in paths))
                    for key in COMPARED_STATISTICS}
            for group, paths in groups.items()}


def list_peer_groups(place: Place) -> tuple[str, ...]:
    """The groups that a place belongs to: its kind, and where its households are known, its size."""
    band = find_household_band(place)
    return (place.kind,) if band is None else (place.kind, f"{place.kind} {band}")


def find_household_band(place: Place) -> int | None:
    """The number of households at which the band of a place begins; None where they are not known."""
    known = place.households.value if place.households else None
    return None if known is None else max(start for start in HOUSEHOLD_BANDS if start <= known)


def has_enough_cases(key: str, stat: Stat) -> bool:
    """Whether a statistic rests on enough cases to be compared."""
    return stat.value is not None and (stat.denominator or 0) >= DEFINITIONS[key].least


def _peer_median(key: str, stats: Iterable[Stat]) -> PeerMedian:
    """Rounded so far that the middle changes only when a reader would see it."""
    values = [float(stat.value) for stat in stats if has_enough_cases(key, stat)
              and isinstance(stat.value, int | float)]
    places = 2 if DEFINITIONS[key].kind == "share" else 0
    return (round(median(values), places), len(values)) if len(values) >= MIN_VALUES else None
