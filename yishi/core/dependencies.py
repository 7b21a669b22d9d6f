"""Lazy tables, and a record of which of their entries a page has read."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from sys import intern
from typing import Any, TypeVar

from msgspec import Struct, field

K = TypeVar("K")
V = TypeVar("V")

ALL_KEYS = "*"
"""Key of a dependency on the set and order of a table's keys."""

ONLY_KEY = ""
"""The key of a table that holds a single value, so that reading it is recorded like reading any other."""


class LazyDict(Mapping[K, V]):
    """A mapping whose values are computed on first access; at most `keep` of them are cached (None: all)."""

    __slots__ = ("_keys", "_make", "_max_size", "_values")

    def __init__(self, keys: Iterable[K], make: Callable[[K], V], keep: int | None = None) -> None:
        self._keys = keys if isinstance(keys, Set | Mapping) else dict.fromkeys(keys)
        self._make = make
        self._max_size = keep
        self._values: dict[K, V] = {}

    def __getitem__(self, key: K) -> V:
        if key in self._values:
            return self._values[key]
        if key not in self._keys:
            raise KeyError(key)
        value = self._make(key)
        if self._max_size is not None and len(self._values) >= self._max_size:
            self._values = {}
        self._values[key] = value
        return value

    def __reduce__(self) -> tuple[Any, ...]:
        """What goes to another process: how values are computed, not those that were."""
        keys = self._keys if isinstance(self._keys, Mapping | frozenset) else dict.fromkeys(self._keys)
        return LazyDict, (keys, self._make, self._max_size)

    def forget(self, key: K) -> None:
        """Compute the value of `key` again when it is next needed."""
        self._values.pop(key, None)

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[K]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class RecordingDict(Mapping[str, V]):
    """A table that records in `reads` which entries are read, each as `TABLE KEY`."""

    __slots__ = ("_reads", "_table", "_values")

    def __init__(self, table: str, values: Mapping[str, V], reads: set[str]) -> None:
        self._table = f"{table} "
        self._values = values
        self._reads = reads

    def __getitem__(self, key: str) -> V:
        self._reads.add(self._table + key)
        return self._values[key]

    def get(self, key: str | None, default: V | None = None) -> V | None:  # type: ignore[override]
        self._reads.add(f"{self._table}{key}")
        return self._values.get(key, default)  # type: ignore[arg-type]

    def __contains__(self, key: object) -> bool:
        self._reads.add(f"{self._table}{key}")
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        self._reads.add(self._table + ALL_KEYS)
        return iter(self._values)

    def __len__(self) -> int:
        self._reads.add(self._table + ALL_KEYS)
        return len(self._values)


class DependencyTracker(Struct, frozen=True):
    """All entries that pages can read: `digests` gives the current digest of each; those read are recorded in `reads`.

    `implied_tables`: table → tables whose entry of the same key changes only with its own. `group_digests`: group of
    keys → one digest for all of them. `group_of_key`: table → key → group, for keys whose entry changes only with its
    group.
    """

    digests: "TableDigests"
    reads: set[str]
    implied_tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    group_digests: Mapping[str, str] = field(default_factory=dict)
    group_of_key: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __reduce__(self) -> tuple[Any, ...]:
        """What goes to another process: there reads are recorded, but nothing is digested."""
        return DependencyTracker, ({}, self.reads, self.implied_tables)

    def list_reads(self) -> tuple[str, ...]:
        """The dependencies read so far, sorted, without those implied by others; the strings are interned, since pages
        share them."""
        implied = {f"{of} {key}" for table, _, key in (read.partition(" ") for read in self.reads)
                   for of in self.implied_tables.get(table, ())}
        return tuple(map(intern, sorted(self.reads - implied)))


TableDigests = Mapping[str, Callable[[str], str]]
"""Table → function from a key to the current digest of that entry ("" if there is none)."""


def compute_dependency_digest(dependency: str, digests: TableDigests) -> str:
    """The current digest of the dependency `TABLE KEY`; "" if the table no longer exists."""
    table, _, key = dependency.partition(" ")
    return digests[table](key) if table in digests else ""
