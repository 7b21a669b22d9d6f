"""What pages read, so that every reading is noted: the library, the statistics, the lists, each a table of facts."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from ..facts import ALL, Digests, Noted
from ..library import Library
from ..statistics import Statistics
from ..traces import short
from .holdings import Holdings

T = TypeVar("T")

Digest = Callable[[str], str]


def digest_in(values: Mapping[str, object], of: Callable[[str], object] | None = None) -> Digest:
    """What tells of each key of a table what stands there, "" where nothing does; by `of`, else by its repr."""
    def digest(key: str) -> str:
        if key == ALL:
            return short(repr(list(values)))
        return short(str(of(key)) if of else repr(values[key])) if key in values else ""

    return digest


def noted_library(library: Library, uses: set[str]) -> tuple[Library, Digests]:
    """The library with every record, and all that hangs on one, as noted facts; what tells each of them.

    The site and its vocabulary are no facts: every page rests on them.
    """
    tables = {one.name: getattr(library, one.name) for one in fields(Library)
              if one.name not in ("site", "vocabulary", "drafts", "briefs", "stamps")}
    noted: dict[str, Any] = {name: Noted(name, values, uses) for name, values in tables.items()}
    stamped: Digests = {name: digest_in(tables[name], library.stamps.__getitem__) for name in ("issues", "cases")}
    return replace(library, **noted), {**{name: digest_in(values) for name, values in tables.items()}, **stamped}


def noted_statistics(statistics: Statistics, parts: Mapping[str, str], uses: set[str]) -> tuple[Statistics, Digests]:
    """The statistics as noted facts; `parts`: statistic of issues → the digest of what all issues contribute to it."""
    noted = replace(statistics, scopes=Noted("scopes", statistics.scopes, uses),
                    parts=Noted("parts", statistics.parts, uses))

    def digest(key: str) -> str:
        return parts[key] if key in parts else repr(statistics.parts[key])

    return noted, {"scopes": digest_in(statistics.scopes), "parts": digest_in(statistics.parts, digest)}


def noted_holdings(holdings: Holdings, uses: set[str]) -> tuple[Holdings, Digests]:
    """The lists of the site as noted facts."""
    tables = {one.name: getattr(holdings, one.name) for one in fields(Holdings)}
    noted: dict[str, Any] = {name: Noted(name, values, uses) for name, values in tables.items()}
    return replace(holdings, **noted), {name: digest_in(values) for name, values in tables.items()}
