"""The files of a content folder, now or at an earlier commit."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct

from ..core import files
from ..core.hashes import FileStat, FolderSnapshot
from ..model.filenames import classify_files

ProgressCallback = Callable[[str, int, int], None]
"""Called with the name of a phase, how many items are done, and how many there are."""


class ContentSource(Struct, frozen=True):
    """The files of a content folder, now or at an earlier commit: stats, and a function that reads one (raises
    OSError).

    Caches are stored for `folder`; `writes_cache=False` only reads them. `taken_at`: time of the snapshot in
    nanoseconds. `unusable`, `leftovers`: files that are not read, as in `filenames.classify_files`.
    """

    folder: Path
    file_stats: Mapping[str, FileStat]
    read_file: Callable[[str], bytes]
    writes_cache: bool = True
    taken_at: int = 0
    unusable: Sequence[str] = ()
    leftovers: Sequence[str] = ()


def open_content(content: Path, snapshot: FolderSnapshot | None = None) -> ContentSource:
    """The current files of a content folder; `snapshot`: their stats, if taken already."""
    snapshot = snapshot or files.scan_snapshot(content)
    return create_content_source(content, snapshot.files, partial(files.read_file, content), taken_at=snapshot.taken_at)


def create_content_source(folder: Path, file_stats: Mapping[str, FileStat], read: Callable[[str], bytes], *,
                          writes_cache: bool = True, taken_at: int = 0) -> ContentSource:
    """A content source from file stats and a function that reads a file."""
    names = classify_files(file_stats)
    return ContentSource(folder, names.files, read, writes_cache, taken_at, names.unusable, names.leftovers)


def override_files(source: ContentSource, overrides: Mapping[str, bytes]) -> ContentSource:
    """The same source with the given files added or replaced (file → bytes); it writes no caches."""
    stats = {**source.file_stats, **{file: FileStat(len(data), 0) for file, data in overrides.items()}}
    return ContentSource(source.folder, dict(sorted(stats.items())), lambda file: overrides[file] if file in overrides
                         else source.read_file(file), writes_cache=False, unusable=source.unusable,
                         leftovers=source.leftovers)
