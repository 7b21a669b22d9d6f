"""Facts: what the site is made of, worked out when it is asked for; and which of them a page has used."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from sys import intern
from typing import TypeVar

from msgspec import Struct, field

K = TypeVar("K")
V = TypeVar("V")

ALL = "*"
"""In the name of a fact: which keys a table has, and in which order."""


class Later(Mapping[K, V]):
    """A mapping whose values are made when they are asked for; those that were asked for last are kept, at most `keep`
    (without it, all)."""

    __slots__ = ("_keep", "_keys", "_made", "_make")

    def __init__(self, keys: Iterable[K], make: Callable[[K], V], keep: int | None = None) -> None:
        self._keys = keys if isinstance(keys, Set | Mapping) else dict.fromkeys(keys)
        self._make = make
        self._keep = keep
        self._made: dict[K, V] = {}

    def __getitem__(self, key: K) -> V:
        if key in self._made:
            return self._made[key]
        if key not in self._keys:
            raise KeyError(key)
        value = self._make(key)
        if self._keep is not None and len(self._made) >= self._keep:
            self._made = {}
        self._made[key] = value
        return value

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[K]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class Noted(Mapping[str, V]):
    """A table that notes in `uses` which of its facts are read, each as `TABLE KEY`."""

    __slots__ = ("_table", "_uses", "_values")

    def __init__(self, table: str, values: Mapping[str, V], uses: set[str]) -> None:
        self._table = f"{table} "
        self._values = values
        self._uses = uses

    def __getitem__(self, key: str) -> V:
        self._uses.add(self._table + key)
        return self._values[key]

    def get(self, key: str | None, default: V | None = None) -> V | None:  # type: ignore[override]
        self._uses.add(f"{self._table}{key}")
        return self._values.get(key, default)  # type: ignore[arg-type]

    def __contains__(self, key: object) -> bool:
        self._uses.add(f"{self._table}{key}")
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        self._uses.add(self._table + ALL)
        return iter(self._values)

    def __len__(self) -> int:
        self._uses.add(self._table + ALL)
        return len(self._values)


class Facts(Struct, frozen=True):
    """All facts that pages can read: `digests` tells what each is today; in `uses` those that are read are noted.

    `implied`: table → the tables whose fact of the same key cannot change without its own; `grounds`: group of keys →
    what tells all of them at once, and `grouped`: table → key → its group, for keys of which nothing in that table can
    change without it.
    """

    digests: "Digests"
    uses: set[str]
    implied: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    grounds: Mapping[str, str] = field(default_factory=dict)
    grouped: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def used(self) -> tuple[str, ...]:
        """The facts that have been read, without those that others of them imply; pages share their names."""
        implied = {f"{of} {key}" for table, _, key in (fact.partition(" ") for fact in self.uses)
                   for of in self.implied.get(table, ())}
        return tuple(map(intern, sorted(self.uses - implied)))


Digests = Mapping[str, Callable[[str], str]]
"""Table → key → the digest of that fact today ("" = there is none)."""


def digest_of(fact: str, digests: Digests) -> str:
    """What the fact `TABLE KEY` is today, in short; "" where there is no such table any more."""
    table, _, key = fact.partition(" ")
    return digests[table](key) if table in digests else ""
