"""Numbers kept as they were published: a frozen copy says on which day which statistic had which value. Pure.

A copy is written once and never changed: it bears its own name and a digest of what it says, so that a change is
noticed. It holds the names of its statistics and places too, since both may be gone one day.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct, convert, to_builtins

from ..core.hashes import compute_data_digest
from ..model.identifiers import find_id_problem
from .statistics import Stat, export_stat

NamesByLanguage = Mapping[str, str]
"""Language → what something is called."""


class FrozenDefinition(Struct, frozen=True):
    """A statistic as it was defined: its kind, and what it was called and meant."""

    kind: str
    name: NamesByLanguage
    meaning: NamesByLanguage


class StatisticsSnapshot(Struct, frozen=True):
    """A frozen copy. `name`: what it was made as, and is published under; `revision`: that of the site, "" = not known;
    `scopes`: place ("" = the site) → statistic → its value, as `statistics.as_data` tells it, a hidden one with its
    sign."""

    name: str
    as_of: date
    revision: str
    measures: Mapping[str, FrozenDefinition]
    places: Mapping[str, NamesByLanguage]
    scopes: Mapping[str, Mapping[str, Mapping[str, Any]]]

    def get_stat(self, place: str, key: str) -> Stat | None:
        """A statistic as it was published; None if there was none."""
        told = self.scopes.get(place, {}).get(key)
        return convert(told, Stat) if told else None

    @property
    def as_published(self) -> dict[str, object]:
        """The same as `data/statistics.json` told it then."""
        scopes = {place: {key: export_stat(convert(told, Stat)) for key, told in stats.items()}
                  for place, stats in self.scopes.items()}
        return {"as_of": self.as_of.isoformat(), "scopes": scopes}


class SnapshotError(ValueError):
    """A file is no frozen copy; says why, as the code of a problem."""


def encode_snapshot_stat(stat: Stat) -> dict[str, object]:
    """A statistic as a copy keeps it: all that `data/statistics.json` tells, the sign of a hidden one, and whether it
    is approximate."""
    hidden = {"suppressed": stat.suppressed} if stat.suppressed else {}
    return export_stat(stat) | hidden | ({"about": True} if stat.about else {})


def encode_snapshot(copy: StatisticsSnapshot) -> str:
    """The text of its file."""
    told = to_builtins(copy)
    return json.dumps({**told, "digest": compute_data_digest(told)}, ensure_ascii=False, indent=1,
                      sort_keys=True) + "\n"


def decode_snapshot(text: str) -> StatisticsSnapshot:
    """The copy in a file. Raises Unreadable."""
    try:
        told = json.loads(text)
        stated = told.pop("digest")
        copy = convert(told, StatisticsSnapshot)
        if any(map(find_id_problem, copy.measures)):
            raise ValueError
        for place, stats in copy.scopes.items():
            for key in stats:
                copy.get_stat(place, key)
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        raise SnapshotError("frozen_unreadable") from None
    if stated != compute_data_digest(told):
        raise SnapshotError("frozen_changed")
    return copy
