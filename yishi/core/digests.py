"""How files and texts are told apart without comparing them. Pure."""

import hashlib
import json
from typing import NamedTuple
from zlib import crc32

MOMENT = 2_000_000_000
"""Nanoseconds within which some file systems give two writes of a file the same time."""

TICK = 20_000_000
"""Nanoseconds within which a system may give two changes of a file, of whatever sort, the same `changed`."""


class OnDisk(NamedTuple):
    """What is known of a file without reading it: its size in bytes, and when it was written, in nanoseconds.

    `changed`: when anything of it was changed, its name and its times too (that cannot be set by hand); `node`: what
    the file system calls it. They tell apart what has the same size and time: files exchanged, restored or copied with
    their times. Where a system has neither they are 0, or stay as they are.
    """

    size: int
    mtime: int
    changed: int = 0
    node: int = 0


class Look(NamedTuple):
    """How all files of a folder lie, and when that was looked at, in nanoseconds."""

    at: int
    files: dict[str, OnDisk]


class Part(NamedTuple):
    """A part of a pack, a file of the cache in which many things lie one behind the other; `sum`: its checksum."""

    pack: str
    at: int
    size: int
    sum: str


def digest(data: bytes) -> str:
    """The digest of some bytes."""
    return hashlib.sha256(data).hexdigest()


def checksum(data: bytes) -> str:
    """What tells whether some bytes are as they were written: several times sooner than a digest."""
    return f"{crc32(data):08x}"


def digest_of_data(data: object) -> str:
    """The digest of plain data, whatever the order of its keys."""
    return digest(json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def short(text: str) -> str:
    """A text, or its digest where that is shorter."""
    return text if len(text) < 32 else digest(text.encode())[:32]
