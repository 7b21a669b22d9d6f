"""Checks of records against the statistics: names exist, and no place has more communities than it states."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from ...library import Library
from ...model.dates import UNKNOWN_DATE
from ...model.paths import get_place_of
from ...model.problems import Finding, KeyPath
from ...model.vocabulary import find_nearest_word
from .definitions import DEFINITIONS
from .model import Definition
from .record_contributions import count_reporting_communities


def check_names(library: Library) -> Iterator[Finding]:
    """The statistic that a figure matches, or by which a plan measures its gaps, exists, as KEY or KEY.VALUE."""
    names = set(_names(library))
    for path, keys, name in _named(library):
        if name not in names and not _is_month(name):
            yield Finding(path, keys, "unknown_statistic", (("found", f"'{name}'"),),
                          find_nearest_word(name, names) or "")


def check_expected(library: Library, as_of: date) -> Iterator[Finding]:
    """No place has more communities with records than it states (§6.1.2).

    Issues and cases are only read if there are more communities at all.
    """
    leaves = [place for place in library.places if place not in library.children]
    for path, place in library.places.items():
        leaves_below = [leaf for leaf in leaves if leaf.startswith(f"{path}/")]
        if place.expected_communities is None or len(leaves_below) <= place.expected_communities:
            continue
        dates = {**{issue: record.raised for issue, record in library.issues.items()},
                 **{case: record.dates.start if record.dates else UNKNOWN_DATE
                    for case, record in library.cases.items()}}
        active_places = {get_place_of(path) for path, when in dates.items()
                         if path not in library.drafts and not when.is_after(as_of)}
        number = len(dict(count_reporting_communities(library, as_of, active_places)).keys() & set(leaves_below))
        if number > place.expected_communities:
            values = (("found", str(number)), ("allowed", str(place.expected_communities)))
            yield Finding(path, ("expected_communities",), "more_communities", values, level="warning")


def _named(library: Library) -> Iterator[tuple[str, KeyPath, str]]:
    for path, figure in library.figures.items():
        if figure.matches:
            yield path, ("matches",), figure.matches
    for path, plan in library.plans.items():
        for number, gap in enumerate(plan.gaps):
            if gap.statistic:
                yield path, ("gaps", number, "statistic"), gap.statistic


def _is_month(name: str) -> bool:
    key, _, month = name.partition(".")
    return key in DEFINITIONS and DEFINITIONS[key].values == "month" and bool(_MONTH.fullmatch(month))


_MONTH = re.compile(r"\d{4}-\d{2}")


def _names(library: Library) -> Iterator[str]:
    """Every name of a statistic: KEY, or KEY.VALUE for a split."""
    for key, definition in DEFINITIONS.items():
        if definition.kind == "split":
            yield from (f"{key}.{value}" for value in _values(library, definition))
        else:
            yield key


def _values(library: Library, definition: Definition) -> Iterable[str]:
    """The possible values of a split; months are not listed."""
    values: Mapping[str, Iterable[str]] = {**library.vocabulary.terms, "place": library.places, "month": ()}
    return values[definition.values]
