"""The files of a content folder, as they are or as they were at an earlier commit."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct

from ..core import files
from ..core.digests import Look, OnDisk
from ..model.filenames import sort_out

Watch = Callable[[str, int, int], None]
"""Told which phase has come how far: its name, how many are done, of how many."""


class Stock(Struct, frozen=True):
    """What a content folder holds, or held: how each file lies, and what reads one (raises OSError).

    Memos lie beside `folder`; without `keeps` they are only looked up. `at`: when it was looked at, in nanoseconds.
    `unfit`, `leftovers`: what is not read, as in `filenames.Sorted`.
    """

    folder: Path
    found: Mapping[str, OnDisk]
    read: Callable[[str], bytes]
    keeps: bool = True
    at: int = 0
    unfit: Sequence[str] = ()
    leftovers: Sequence[str] = ()


def stock_of(content: Path, look: Look | None = None) -> Stock:
    """What a content folder holds now; `look`: how its files lie, where that is known already."""
    look = look or files.look(content)
    return stocked(content, look.files, partial(files.read, content), at=look.at)


def stocked(folder: Path, found: Mapping[str, OnDisk], read: Callable[[str], bytes], *, keeps: bool = True,
            at: int = 0) -> Stock:
    """The same of files that were `found` in whatever way."""
    names = sort_out(found)
    return Stock(folder, names.files, read, keeps, at, names.unfit, names.leftovers)


def with_instead(stock: Stock, instead: Mapping[str, bytes]) -> Stock:
    """The same with other files, or with what they would say: file → its bytes. Nothing of that is kept."""
    found = {**stock.found, **{file: OnDisk(len(data), 0) for file, data in instead.items()}}
    return Stock(stock.folder, dict(sorted(found.items())),
                 lambda file: instead[file] if file in instead else stock.read(file), keeps=False,
                 unfit=stock.unfit, leftovers=stock.leftovers)
