"""How each file of the content folder was seen last: an unchanged file is not read again. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct, field

from ..content.privacy import mask_path
from ..core.hashes import CTIME_RESOLUTION_NS, MTIME_RESOLUTION_NS, FileStat
from ..model.boundaries import Outline
from .cache import CacheStage


class FileEntry(NamedTuple):
    """The stat of a file when it was read (as `FileStat`), and its digest.

    `is_clean`: as `ParsedFile.is_clean`; `shard`: the shard of the cache that holds its records, "" if none; `pixels`:
    width and height of a photo; `outline`: of a file that is the boundary of a location.
    """

    size: int
    mtime: int
    ctime: int
    inode: int
    digest: str
    is_clean: bool = False
    shard: str = ""
    pixels: tuple[int, int] | None = None
    outline: Outline | None = None


class FileIndex(Struct, frozen=True):
    """File of the content folder → its entry."""

    entries: Mapping[str, FileEntry] = field(default_factory=dict)

    def find_unchanged(self, path: str, stat: FileStat) -> FileEntry | None:
        """The entry if the stat matches, else None."""
        entry = self.entries.get(path)
        return entry if entry and entry[:4] == stat else None


FILE_INDEX = CacheStage("files", FileIndex)


def select_fit_names(entries: Mapping[str, FileEntry]) -> dict[str, FileEntry]:
    """The entries of files whose names hold no personal data: the others are read again each time."""
    return {path: entry for path, entry in entries.items() if mask_path(path) == path}


def forget_recent_stats(index: FileIndex, started: int) -> FileIndex:
    """Forget the stats of files modified just before `started` (nanoseconds).

    Such a file may change again within the timestamp resolution, so the next build must read it again.
    """
    return FileIndex({path: entry if _is_settled(entry, started) else entry._replace(size=_UNKNOWN_SIZE)
                      for path, entry in index.entries.items()})


def _is_settled(entry: FileEntry, started: int) -> bool:
    return entry.mtime < started - MTIME_RESOLUTION_NS and entry.ctime < started - CTIME_RESOLUTION_NS


_UNKNOWN_SIZE = -1
"""Size that no file has."""
