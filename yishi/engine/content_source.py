"""The files of a content folder, as they are or as they were at an earlier commit."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct

from ..core import files
from ..core.hashes import FileStat, FolderSnapshot
from ..model.filenames import classify_files

ProgressCallback = Callable[[str, int, int], None]
"""Told which phase has come how far: its name, how many are done, of how many."""


class ContentSource(Struct, frozen=True):
    """What a content folder holds, or held: how each file lies, and what reads one (raises OSError).

    Memos lie beside `folder`; without `keeps` they are only looked up. `at`: when it was looked at, in nanoseconds.
    `unfit`, `leftovers`: what is not read, as in `filenames.Sorted`.
    """

    folder: Path
    file_stats: Mapping[str, FileStat]
    read_file: Callable[[str], bytes]
    writes_cache: bool = True
    taken_at: int = 0
    unusable: Sequence[str] = ()
    leftovers: Sequence[str] = ()


def open_content(content: Path, look: FolderSnapshot | None = None) -> ContentSource:
    """What a content folder holds now; `look`: how its files lie, where that is known already."""
    look = look or files.scan_snapshot(content)
    return create_content_source(content, look.files, partial(files.read_file, content), at=look.taken_at)


def create_content_source(folder: Path, found: Mapping[str, FileStat], read: Callable[[str], bytes], *,
                          keeps: bool = True,
                          at: int = 0) -> ContentSource:
    """The same of files that were `found` in whatever way."""
    names = classify_files(found)
    return ContentSource(folder, names.files, read, keeps, at, names.unusable, names.leftovers)


def override_files(stock: ContentSource, instead: Mapping[str, bytes]) -> ContentSource:
    """The same with other files, or with what they would say: file → its bytes. Nothing of that is kept."""
    found = {**stock.file_stats, **{file: FileStat(len(data), 0) for file, data in instead.items()}}
    return ContentSource(stock.folder, dict(sorted(found.items())),
                         lambda file: instead[file] if file in instead else stock.read_file(file), writes_cache=False,
                         unusable=stock.unusable, leftovers=stock.leftovers)
