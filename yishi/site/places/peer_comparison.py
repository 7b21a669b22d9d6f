"""Statistics of a place beside the medians of its peers (places of its kind or of similar size). Not a ranking."""

from collections.abc import Iterator

from msgspec import Struct

from ...analysis.peer_groups import (
    COMPARED_STATISTICS,
    HOUSEHOLD_BANDS,
    find_household_band,
    has_enough_cases,
    list_peer_groups,
)
from ...analysis.statistics import DEFINITIONS, Stat
from ..format_stat import (
    FormattedStat,
    encode_stat_value,
    format_stat,
    get_definition_path,
    get_stat,
    get_statistic_path,
)
from ..page_context import Link, PageContext

ComparedStatistic = tuple[Link, Link, str, str]
"""The name of a statistic, its value in a place, and the medians of its kind and of its size; "" = too few cases."""


class PeerComparison(Struct, frozen=True):
    """A place beside its peers: the peer groups in words, and each statistic; none if all groups are too small."""

    kind: str
    size: str
    statistics: tuple[ComparedStatistic, ...]


def compare_with_peers(context: PageContext, path: str) -> PeerComparison | None:
    """Compare the place at `path` with its peers; None if there is nothing to compare."""
    place = context.library.places[path]
    lines = tuple(_compared_statistics(context, path, list_peer_groups(place)))
    if not lines:
        return None
    return PeerComparison(context.label("place_kind", place.kind),
                          format_household_band(context, find_household_band(place)),
                          lines if any(kind or size for _, _, kind, size in lines) else ())


def _compared_statistics(context: PageContext, path: str, groups: tuple[str, ...]) -> Iterator[ComparedStatistic]:
    medians = [context.site_data.peer_medians[group] for group in groups]
    for key in COMPARED_STATISTICS:
        stat = get_stat(context, path, key)
        if stat and has_enough_cases(key, stat):
            kind, size = (_format_peer_median(context, key, medians[n][key]) if n < len(medians) else ""
                          for n in (0, 1))
            at = get_statistic_path(key, path)
            yield (Link(context.text(DEFINITIONS[key].name), get_definition_path(key)),
                   Link(format_stat(context, key, stat).value, at, value=encode_stat_value(stat)), kind, size)


def _format_peer_median(context: PageContext, key: str, median: tuple[float, int] | None) -> str:
    if median is None:
        return ""
    value: FormattedStat = format_stat(context, key, Stat(median[0], None, None, {}))
    return context.text("{value} ({n} places)", value=value.value, n=context.number(median[1]))


def format_household_band(context: PageContext, band: int | None) -> str:
    """A size of places in words, from the number of households at which it begins; "" if it is not known."""
    if band is None:
        return ""
    number = context.number
    further = [start for start in HOUSEHOLD_BANDS if start > band]
    if not further:
        return context.text("{start} households or more", start=number(band))
    if not band:
        return context.text("fewer than {end} households", end=number(further[0]))
    return context.text("{start} to under {end} households", start=number(band), end=number(further[0]))
