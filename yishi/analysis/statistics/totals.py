"""The statistics of the site and of every place: contributions added up over the tree of places."""

from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace

from ...library import Library
from ...model.paths import get_place_of, group_by_place
from .compute import compute
from .definitions import DEFINITIONS
from .model import Aggregate, Contribution, PlaceTotals, Stat, Statistics, Totals
from .suppression import find_suppressed_totals


def compute_statistics(library: Library, own: Mapping[str, PlaceTotals], as_of: date) -> Statistics:
    """All statistics of the site and of every place. `own`: place → totals of its own issues and cases."""
    active_places = {place for place, totals in own.items() if _has_past_records(totals)}
    other_contributions = {key: dict(definition.record_rule(library, as_of, active_places))
                           for key, definition in DEFINITIONS.items() if definition.record_rule}
    totals = _aggregate(library, own, other_contributions)
    scopes = {scope: {key: definition.total(library, scope, totals) if definition.total
                      else compute(definition, totals[scope][key]) for key, definition in DEFINITIONS.items()}
              for scope in totals}
    for key, definition in DEFINITIONS.items():
        if definition.counts_people:
            _suppress(key, scopes, library, other_contributions[key])
    return Statistics(as_of, scopes, other_contributions)


def _has_past_records(totals: PlaceTotals) -> bool:
    """Whether some issue, including duplicates, was raised or some case began by T."""
    issues, cases = totals.get("issues", Aggregate()), totals.get("cases", Aggregate())
    return bool(issues.numerator or issues.excluded.get("duplicate") or cases.numerator)


def _aggregate(library: Library, own: Mapping[str, PlaceTotals],
               other_contributions: Mapping[str, Mapping[str, Contribution]]) -> Totals:
    """The totals of every place with all places below, and of the site.

    `own`: place → totals of its own issues and cases; `other_contributions`: statistic → record of another kind →
    contribution.
    """
    keys = [key for key, definition in DEFINITIONS.items() if not definition.regroups]
    totals = {scope: {key: Aggregate() for key in keys} for scope in ("", *library.places)}
    for place, own_totals in own.items():
        for key, aggregate in own_totals.items():
            totals[place][key].merge(aggregate)
    for key, contributions in other_contributions.items():
        for path, contribution in contributions.items():
            totals[get_place_of(path)][key].add(contribution)
    for place in reversed(list(library.places)):  # children stand after their parent
        for key, aggregate in totals[place].items():
            totals[get_place_of(place)][key].merge(aggregate)
    return totals


def _suppress(key: str, scopes: Mapping[str, dict[str, Stat]], library: Library,
              contributions: Mapping[str, Contribution]) -> None:
    """Replace suppressed numbers of people in `scopes` by their markers; `contributions`: record → contribution."""
    own = {place: [contributions[path] for path in paths if not contributions[path].is_excluded]
           for place, paths in group_by_place(contributions).items()}
    totals = {place: Contribution(stats[key].numerator or 0, stats[key].denominator or 0)
              for place, stats in scopes.items()}
    numerators, denominators = find_suppressed_totals(library.children, own, totals)
    for place in dict.fromkeys((*numerators, *denominators)):
        stat = scopes[place][key]
        denominator = None if place in denominators else stat.denominator
        marker = numerators.get(place) or denominators[place]
        scopes[place][key] = replace(stat, value=None, numerator=None, denominator=denominator, suppressed=marker)
