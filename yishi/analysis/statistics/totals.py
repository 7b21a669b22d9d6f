"""The statistics of the site and of every place: contributions added up over the tree of places."""

from collections.abc import Mapping
from datetime import date

from ...library import Library
from ...model.paths import get_place_of
from .compute import compute
from .definitions import DEFINITIONS
from .model import Aggregate, Contribution, PlaceTotals, Statistics, Totals


def compute_statistics(library: Library, own: Mapping[str, PlaceTotals], as_of: date) -> Statistics:
    """All statistics of the site and of every place. `own`: place → totals of its own issues and cases."""
    active_places = {place for place, totals in own.items() if _has_past_records(totals)}
    other_contributions = {key: dict(definition.record_rule(library, as_of, active_places))
                           for key, definition in DEFINITIONS.items() if definition.record_rule}
    totals = _aggregate(library, own, other_contributions)
    scopes = {scope: {key: definition.total(library, scope, totals) if definition.total
                      else compute(definition, totals[scope][key]) for key, definition in DEFINITIONS.items()}
              for scope in totals}
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
