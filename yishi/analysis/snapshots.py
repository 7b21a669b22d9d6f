"""Snapshots of the published statistics: the value of every statistic on one day. Pure.

A snapshot is never changed after it is written; its digest reveals edits. It includes the names of its statistics and
places, since both may be removed later.
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
"""Language → name."""


class FrozenDefinition(Struct, frozen=True):
    """The definition of a statistic at the time: its kind, name and meaning."""

    kind: str
    name: NamesByLanguage
    meaning: NamesByLanguage


class StatisticsSnapshot(Struct, frozen=True):
    """A snapshot. `name`: its permanent name and address; `revision`: that of the site, "" if unknown; `scopes`: place
    ("" for the site) → statistic → its value, as `encode_snapshot_stat` returns it, a suppressed one with its
    marker."""

    name: str
    as_of: date
    revision: str
    measures: Mapping[str, FrozenDefinition]
    places: Mapping[str, NamesByLanguage]
    scopes: Mapping[str, Mapping[str, Mapping[str, Any]]]

    def get_stat(self, place: str, key: str) -> Stat | None:
        """A statistic as it was published; None if there was none."""
        data = self.scopes.get(place, {}).get(key)
        return convert(data, Stat) if data else None

    def list_texts(self) -> list[str]:
        """Its names and explanations in all languages, and its revision."""
        named = (*self.places.values(), *(names for one in self.measures.values() for names in (one.name, one.meaning)))
        return [self.revision, *self.places, *(text for names in named for text in names.values())]

    @property
    def as_published(self) -> dict[str, object]:
        """The statistics as in `data/statistics.json` of the time."""
        scopes = {place: {key: export_stat(convert(data, Stat)) for key, data in stats.items()}
                  for place, stats in self.scopes.items()}
        return {"as_of": self.as_of.isoformat(), "scopes": scopes}


class SnapshotError(ValueError):
    """A file is no valid snapshot; holds the code of the problem."""


def encode_snapshot_stat(stat: Stat) -> dict[str, object]:
    """A statistic as stored in a snapshot: that of `data/statistics.json`, the marker of a suppressed one, and whether
    it is approximate."""
    marker = {"suppressed": stat.suppressed} if stat.suppressed else {}
    return export_stat(stat) | marker | ({"about": True} if stat.is_approximate else {})


def encode_snapshot(snapshot: StatisticsSnapshot) -> str:
    """The text of a snapshot file."""
    data = to_builtins(snapshot)
    return json.dumps({**data, "digest": compute_data_digest(data)}, ensure_ascii=False, indent=1,
                      sort_keys=True) + "\n"


def decode_snapshot(text: str) -> StatisticsSnapshot:
    """The snapshot in a file. Raises SnapshotError."""
    try:
        data = json.loads(text)
        stated_digest = data.pop("digest")
        snapshot = convert(data, StatisticsSnapshot)
        if any(map(find_id_problem, snapshot.measures)):
            raise ValueError
        for place, stats in snapshot.scopes.items():
            for key in stats:
                snapshot.get_stat(place, key)
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        raise SnapshotError("frozen_unreadable") from None
    if stated_digest != compute_data_digest(data):
        raise SnapshotError("frozen_changed")
    return snapshot
