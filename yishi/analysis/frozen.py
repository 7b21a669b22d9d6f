"""Numbers kept as they were published: a frozen copy says on which day which statistic had which value. Pure.

A copy is written once and never changed: it bears its own name and a digest of what it says, so that a change is
noticed. It holds the names of its statistics and places too, since both may be gone one day.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct, convert, to_builtins

from ..core.digests import digest_of_data
from ..model.identifiers import wrong_id
from .statistics import Stat, as_data

Names = Mapping[str, str]
"""Language → what something is called."""


class Measure(Struct, frozen=True):
    """A statistic as it was defined: its kind, and what it was called and meant."""

    kind: str
    name: Names
    meaning: Names


class Frozen(Struct, frozen=True):
    """A frozen copy. `name`: what it was made as, and is published under; `revision`: that of the site, "" = not known;
    `scopes`: place ("" = the site) → statistic → its value, as `statistics.as_data` tells it, a hidden one with its
    sign."""

    name: str
    as_of: date
    revision: str
    measures: Mapping[str, Measure]
    places: Mapping[str, Names]
    scopes: Mapping[str, Mapping[str, Mapping[str, Any]]]

    def stat(self, place: str, key: str) -> Stat | None:
        """A statistic as it was published; None if there was none."""
        told = self.scopes.get(place, {}).get(key)
        return convert(told, Stat) if told else None

    @property
    def published(self) -> dict[str, object]:
        """The same as `data/statistics.json` told it then."""
        scopes = {place: {key: as_data(convert(told, Stat)) for key, told in stats.items()}
                  for place, stats in self.scopes.items()}
        return {"as_of": self.as_of.isoformat(), "scopes": scopes}


class Unreadable(ValueError):
    """A file is no frozen copy; says why, as the code of a problem."""


def kept(stat: Stat) -> dict[str, object]:
    """A statistic as a copy keeps it: all that `data/statistics.json` tells, the sign of a hidden one, and whether it
    is approximate."""
    hidden = {"suppressed": stat.suppressed} if stat.suppressed else {}
    return as_data(stat) | hidden | ({"about": True} if stat.about else {})


def dumped(copy: Frozen) -> str:
    """The text of its file."""
    told = to_builtins(copy)
    return json.dumps({**told, "digest": digest_of_data(told)}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def loaded(text: str) -> Frozen:
    """The copy in a file. Raises Unreadable."""
    try:
        told = json.loads(text)
        stated = told.pop("digest")
        copy = convert(told, Frozen)
        if any(map(wrong_id, copy.measures)):
            raise ValueError
        for place, stats in copy.scopes.items():
            for key in stats:
                copy.stat(place, key)
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        raise Unreadable("frozen_unreadable") from None
    if stated != digest_of_data(told):
        raise Unreadable("frozen_changed")
    return copy
