"""How files and texts are told apart without comparing them. Pure."""

import hashlib
import json
from typing import NamedTuple
from zlib import crc32

MTIME_RESOLUTION_NS = 2_000_000_000
"""Nanoseconds within which some file systems give two writes of a file the same time."""

CTIME_RESOLUTION_NS = 20_000_000
"""Nanoseconds within which a system may give two changes of a file, of whatever sort, the same `changed`."""


class FileStat(NamedTuple):
    """What is known of a file without reading it: its size in bytes, and when it was written, in nanoseconds.

    `changed`: when anything of it was changed, its name and its times too (that cannot be set by hand); `node`: what
    the file system calls it. They tell apart what has the same size and time: files exchanged, restored or copied with
    their times. Where a system has neither they are 0, or stay as they are.
    """

    size: int
    mtime: int
    ctime: int = 0
    inode: int = 0


class FolderSnapshot(NamedTuple):
    """How all files of a folder lie, and when that was looked at, in nanoseconds."""

    taken_at: int
    files: dict[str, FileStat]


class PackEntry(NamedTuple):
    """A part of a pack, a file of the cache in which many things lie one behind the other; `sum`: its checksum."""

    pack: str
    offset: int
    size: int
    checksum: str


def compute_digest(data: bytes) -> str:
    """The digest of some bytes."""
    return hashlib.sha256(data).hexdigest()


def compute_checksum(data: bytes) -> str:
    """What tells whether some bytes are as they were written: several times sooner than a digest."""
    return f"{crc32(data):08x}"


def compute_data_digest(data: object) -> str:
    """The digest of plain data, whatever the order of its keys."""
    return compute_digest(json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def shorten_to_digest(text: str) -> str:
    """A text, or its digest where that is shorter."""
    return text if len(text) < 32 else compute_digest(text.encode())[:32]
