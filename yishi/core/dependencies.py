"""Facts: what the site is made of, worked out when it is asked for; and which of them a page has used."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from sys import intern
from typing import TypeVar

from msgspec import Struct, field

K = TypeVar("K")
V = TypeVar("V")

ALL_KEYS = "*"
"""In the name of a fact: which keys a table has, and in which order."""


class LazyDict(Mapping[K, V]):
    """A mapping whose values are made when they are asked for; those that were asked for last are kept, at most `keep`
    (without it, all)."""

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

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[K]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class RecordingDict(Mapping[str, V]):
    """A table that notes in `reads` which of its facts are read, each as `TABLE KEY`."""

    __slots__ = ("_reads", "_table", "_values")

    def __init__(self, table: str, values: Mapping[str, V], uses: set[str]) -> None:
        self._table = f"{table} "
        self._values = values
        self._reads = uses

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
    """All facts that pages can read: `digests` tells what each is today; in `uses` those that are read are noted.

    `implied`: table → the tables whose fact of the same key cannot change without its own; `grounds`: group of keys →
    what tells all of them at once, and `grouped`: table → key → its group, for keys of which nothing in that table can
    change without it.
    """

    digests: "TableDigests"
    reads: set[str]
    implied_tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    group_digests: Mapping[str, str] = field(default_factory=dict)
    group_of_key: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def list_reads(self) -> tuple[str, ...]:
        """The facts that have been read, without those that others of them imply; pages share their names."""
        implied = {f"{of} {key}" for table, _, key in (fact.partition(" ") for fact in self.reads)
                   for of in self.implied_tables.get(table, ())}
        return tuple(map(intern, sorted(self.reads - implied)))


TableDigests = Mapping[str, Callable[[str], str]]
"""Table → key → the digest of that fact today ("" = there is none)."""


def compute_dependency_digest(fact: str, digests: TableDigests) -> str:
    """What the fact `TABLE KEY` is today, in short; "" where there is no such table any more."""
    table, _, key = fact.partition(" ")
    return digests[table](key) if table in digests else ""
