"""Medians of each statistic over places of one kind, and of one kind and similar size. Pure.

A median needs at least MIN_VALUES places, each with as many cases as its statistic needs. It names no place and ranks
none.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median

from ..library import Library
from ..model.records import Place
from ..model.thresholds import MIN_VALUES
from .statistics import DEFINITIONS, Stat, Statistics

COMPARED_STATISTICS = tuple(sorted((key for key, definition in DEFINITIONS.items() if definition.comparison_row),
                                   key=lambda key: DEFINITIONS[key].comparison_row))
"""The statistics that are compared, in their order."""

HOUSEHOLD_BANDS = (0, 500, 1_000, 2_000, 4_000, 8_000)
"""Lower bounds of the size bands, in households: each band reaches to twice its lower bound."""

PeerMedian = tuple[float, int] | None
"""The median of some places, rounded as it is shown, and their number; None if there are too few."""

PeerMedians = Mapping[str, PeerMedian]
"""Statistic → its median."""


def compute_peer_medians(library: Library, statistics: Statistics) -> dict[str, PeerMedians]:
    """Peer group → its medians; a group is a kind of place (`community`) or one of a size (`community 1000`)."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path, place in library.places.items():
        for group in list_peer_groups(place):
            groups[group].append(path)
    return {group: {key: _peer_median(key, (statistics.scopes[path][key] for path in paths))
                    for key in COMPARED_STATISTICS}
            for group, paths in groups.items()}


def list_peer_groups(place: Place) -> tuple[str, ...]:
    """The groups of a place: its kind, and if its households are known, its kind and size."""
    band = find_household_band(place)
    return (place.kind,) if band is None else (place.kind, f"{place.kind} {band}")


def find_household_band(place: Place) -> int | None:
    """The lower bound of a place's size band; None if its households are unknown."""
    households = place.households.value if place.households else None
    return None if households is None else max(start for start in HOUSEHOLD_BANDS if start <= households)


def has_enough_cases(key: str, stat: Stat) -> bool:
    """Whether a statistic has enough cases to be compared."""
    return stat.value is not None and (stat.denominator or 0) >= DEFINITIONS[key].least


def _peer_median(key: str, stats: Iterable[Stat]) -> PeerMedian:
    """The median, rounded so that it changes only if a reader would see it."""
    values = [float(stat.value) for stat in stats if has_enough_cases(key, stat)
              and isinstance(stat.value, int | float)]
    decimals = 2 if DEFINITIONS[key].kind == "share" else 0
    return (round(median(values), decimals), len(values)) if len(values) >= MIN_VALUES else None
