"""The cache: what builds of one content folder keep for each other, typed values in one file per stage and shard.

`get` returns the value that `put` wrote under the same stage, shard and fingerprint, or None. Whatever the disk holds
instead (nothing, a damaged file, one of another format, type or fingerprint) is None too. Values are msgspec types,
encoded as MessagePack by msgspec alone: nothing in the cache is ever executed. A file is replaced as a whole.

The file of the stage `details` for the shard `places/shahe`, below `.build-cache/details-<digest of the content
folder>/<digest of the shard>`:

    6b1f09ce\\n                  CRC-32 of all that follows
    93                          an array of three values
      01                          the FORMAT
      a4 "f00d"                   the fingerprint: a digest of what the value was made from besides the shard's records
      81                          the value, here a map: path of a record → RecordDetails
        b5 "places/shahe/issues/x"
        95 ...                      the fields of a Struct in their order; heavy ones are Raw and decoded on use

What a site does not publish is not in its cache either: the parsed text of a record that is withheld, and personal
data, are read from the content folder each time.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from msgspec import DecodeError, Raw, Struct
from msgspec.msgpack import Decoder, encode

from ..content.git import is_tracked
from ..core import files
from ..core.hashes import choose_part, compute_digest

FORMAT = 1
"""Number of the format of all files; files of another format are ignored."""

T = TypeVar("T")


class CacheStage(Struct, Generic[T], frozen=True):
    """A step of a build whose results are cached: its name, and the type of its value for a shard."""

    name: str
    type: type[T]


class _Envelope(Struct, frozen=True, array_like=True):
    """What a cache file holds."""

    format: int
    fingerprint: str
    value: Raw


class Cache(Struct, frozen=True):
    """The cache of a content folder; `is_read=False` finds nothing, `is_written=False` keeps nothing."""

    content: Path
    is_read: bool = True
    is_written: bool = True

    def get(self, stage: CacheStage[T], shard: str, fingerprint: str) -> T | None:
        """The value of a shard if it was made from what this fingerprint stands for."""
        try:
            envelope = _ENVELOPE_DECODER.decode(files.read_cache(self._locate(stage, shard)) if self.is_read else b"")
            if (envelope.format, envelope.fingerprint) == (FORMAT, fingerprint):
                return cast(T, _create_decoder(stage.type).decode(envelope.value))  # type: ignore[arg-type]
        except (DecodeError, ValueError):
            pass
        return None

    def put(self, stage: CacheStage[T], shard: str, fingerprint: str, value: T) -> bool:
        """Keep the value of a shard; returns whether it is on disk."""
        try:
            data = encode(_Envelope(FORMAT, fingerprint, Raw(encode(value))))
        except UnicodeEncodeError:  # a name that is not UTF-8
            return False
        return self.is_written and files.write_cache(self._locate(stage, shard), data)

    def prune(self, stage: CacheStage[Any], shards: Iterable[str]) -> None:
        """Delete all shards of a stage but these."""
        if self.is_written:
            files.prune_cache(self._locate(stage, "").parent, {self._locate(stage, shard).name for shard in shards})

    def _locate(self, stage: CacheStage[Any], shard: str) -> Path:
        folder = files.locate_cache_file(self.content, stage.name, self.content)
        return folder / compute_digest(shard.encode("utf-8", "surrogateescape"))[:16]


def is_cache_tracked(content: Path) -> bool:
    """Whether the cache is in the repository: somebody else may have written what it holds, so it must not be read."""
    return is_tracked(files.locate_cache(content))


_ENVELOPE_DECODER = Decoder(_Envelope)


@cache
def _create_decoder(value_type: Any) -> Decoder[Any]:
    return Decoder(value_type)


# --- shards -----------------------------------------------------------------------------------------------------------

MAX_RECORDS_PER_SHARD = 400
"""A place with more records has several shards."""


def group_by_shard(keys: Iterable[str], get_place: Callable[[str], str]) -> dict[str, list[str]]:
    """Shard → its keys, in their order; a shard holds keys of one place, at most some hundreds.

    A large place is divided by a checksum of the keys, so that a new record changes one shard.
    """
    by_place: defaultdict[str, list[str]] = defaultdict(list)
    for key in keys:
        by_place[get_place(key)].append(key)
    shards: defaultdict[str, list[str]] = defaultdict(list)
    for place, of_place in by_place.items():
        parts = 1 << ((len(of_place) - 1) // MAX_RECORDS_PER_SHARD).bit_length()
        for key in of_place:
            shards[f"{place} {choose_part(key, parts)}/{parts}"].append(key)
    return dict(shards)


def count_open_shards(shards: Iterable[str]) -> int:
    """How many shards are held in memory where records are processed place by place: those of the largest place, since
    its records lie in all of them in turn, and one more."""
    return 1 + max(Counter(shard.rpartition(" ")[0] for shard in shards).values(), default=1)
