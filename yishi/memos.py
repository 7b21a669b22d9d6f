"""What need not be read again: the readings of unchanged files, kept by the digest of their bytes. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .load import Hit, Reading
from .problems import Problem
from .traces import OnDisk

_MOMENT = 2_000_000_000
"""Nanoseconds within which some file systems give two changes of a file the same time."""


@dataclass(frozen=True)
class Memos:
    """`readings` by kind and digest; `digests`: path → how a file lay on disk when it had that digest; `sizes`: digest
    of a photo → its width and height."""

    code: str = ""
    readings: Mapping[str, Any] = field(default_factory=dict)
    digests: Mapping[str, tuple[int, int, str]] = field(default_factory=dict)
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def digest(self, path: str, lying: OnDisk) -> str | None:
        """The digest of a file that lies as it did."""
        size, mtime, digest = self.digests.get(path, (0, 0, ""))
        return digest if (size, mtime) == lying else None

    def reading(self, key: str, path: str) -> Reading | None:
        """The reading kept under `key`, as that of the file at `path`."""
        kept = self.readings.get(key)
        return _restored(kept, path) if kept is not None else None


def kept(reading: Reading) -> Any:
    """A reading without errors as plain data; None for one that has to be read again."""
    if reading.invalid:
        return None
    warnings = [(p.line, p.column, p.code, p.values, p.nearest, p.example, p.level) for p in reading.problems]
    hits = [(entry, hit.keys, hit.kind, hit.level, hit.text, hit.masked, hit.line) for entry, hit in reading.hits]
    return [reading.entries, hits, warnings]


def _restored(data: Any, path: str) -> Reading:
    entries, hits, warnings = data
    return Reading(
        entries=entries,
        hits=tuple((entry, Hit(tuple(keys), *rest)) for entry, keys, *rest in hits),
        problems=tuple(Problem(path, line, column, code, tuple(map(tuple, values)), *rest)
                       for line, column, code, values, *rest in warnings),
    )


def settled(memos: Memos, started: int) -> Memos:
    """Without the digests of files changed in the moment before `started` (when they were read, nanoseconds).

    Such a file may have changed once more without a new time or size, so the next build looks into it again.
    """
    digests = {path: entry for path, entry in memos.digests.items() if entry[1] < started - _MOMENT}
    return replace(memos, digests=digests)


def dumped(memos: Memos) -> bytes:
    """The memos as they are kept on disk."""
    data = {"code": memos.code, "readings": memos.readings, "digests": memos.digests, "sizes": memos.sizes}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def loaded(data: bytes, code: str) -> Memos:
    """The memos kept as `data`; none if they cannot be read or were made by other `code`."""
    try:
        found = json.loads(data)
        if found["code"] == code:
            digests = {path: (size, mtime, digest) for path, (size, mtime, digest) in found["digests"].items()}
            sizes = {digest: (width, height) for digest, (width, height) in found["sizes"].items()}
            return Memos(code, dict(found["readings"]), digests, sizes)
    except (ValueError, TypeError, KeyError, AttributeError):
        pass
    return Memos(code)
