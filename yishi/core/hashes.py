"""Hashes, checksums and file stats. Pure."""

import hashlib
import json
from typing import NamedTuple
from zlib import crc32

MTIME_RESOLUTION_NS = 2_000_000_000
"""Nanoseconds within which some file systems give two writes of a file the same modification time."""

CTIME_RESOLUTION_NS = 20_000_000
"""Nanoseconds within which a system may give two changes of a file's data or metadata the same `ctime`."""


class FileStat(NamedTuple):
    """Stat of a file: size in bytes, modification time and inode change time in nanoseconds, inode number.

    `ctime`, which cannot be set by hand, and `inode` tell apart files of equal size and mtime: exchanged, restored, or
    copied with their times. Both are 0 or constant on systems without them.
    """

    size: int
    mtime: int
    ctime: int = 0
    inode: int = 0


class FolderSnapshot(NamedTuple):
    """The stats of all files below a folder, and when they were taken, in nanoseconds since the epoch."""

    taken_at: int
    files: dict[str, FileStat]


def compute_digest(data: bytes) -> str:
    """The SHA-256 digest, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def choose_part(key: str, parts: int) -> int:
    """The part, from 0, to which `key` belongs when many keys are divided: it depends on no other key, so that a new
    one changes one part."""
    return crc32(key.encode()) % parts


def compute_blob_id(data: bytes, like: str) -> str:
    """The id that Git gives to the bytes of a text file, in the notation of the id `like`; line ends do not count."""
    text = data.replace(b"\r\n", b"\n")
    return hashlib.new("sha1" if len(like) == 40 else "sha256", b"blob %d\0" % len(text) + text).hexdigest()


def compute_checksum(data: bytes) -> str:
    """CRC-32 in hexadecimal: detects damage several times faster than a digest."""
    return f"{crc32(data):08x}"


def compute_data_digest(data: object) -> str:
    """The digest of plain data, independent of the order of its keys."""
    return compute_digest(json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def shorten_to_digest(text: str) -> str:
    """`text` if it is shorter than a digest (32 characters), else its digest."""
    return text if len(text) < 32 else compute_digest(text.encode())[:32]
