"""What need not be worked out again, in a form to keep: readings by the digest of their file, briefs by record.

Two kinds of memo: what a file says, and what follows from an issue or a case for lists, numbers and walls (`briefs`).
Both are kept per place, so that a change in one place leaves the others' alone; each is one line of text.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from msgspec import DecodeError, Struct, field
from msgspec.json import Decoder, decode, encode

from ..content.load import Data, Hit, Reading
from ..core import digests, files
from ..core.compact import compact
from ..core.digests import MOMENT, TICK, OnDisk
from ..core.facts import Later
from ..model.problems import Problem


class Seen(NamedTuple):
    """How a file lay on disk when it was looked into (as `OnDisk`); `plain`: as `Reading.plain`; `pixels`: a photo's
    width and height."""

    size: int
    mtime: int
    changed: int
    node: int
    digest: str
    plain: bool = False
    pixels: tuple[int, int] | None = None


class Index(Struct, frozen=True):
    """File of the content folder → how it was seen, by a program with the digest `code`."""

    code: str = ""
    files: Mapping[str, Seen] = field(default_factory=dict)

    def seen(self, path: str, lying: OnDisk) -> Seen | None:
        """How a file that lies as it did was seen."""
        seen = self.files.get(path)
        return seen if seen and seen[:4] == lying else None


Shelf = Mapping[str, str]
"""Memos by key, each a text of one line."""


def kept(reading: Reading) -> str:
    """A reading without errors as a text of one line; "" for one that has to be read again."""
    if reading.invalid:
        return ""
    warnings = [(p.line, p.column, p.code, p.values, p.nearest, p.example, p.level) for p in reading.problems]
    hits = [(entry, hit.keys, hit.kind, hit.level, hit.text, hit.masked, hit.line) for entry, hit in reading.hits]
    return compact([reading.entries, hits, warnings])


def restored(text: str, path: str) -> Reading:
    """The reading kept as `text`, as that of the file at `path`. Raises ValueError for another text."""
    try:
        entries, hits, warnings = decode(text)
        return Reading(
            entries=dict(entries),
            hits=tuple((entry, Hit(tuple(keys), *rest)) for entry, keys, *rest in hits),
            problems=tuple(Problem(path, line, column, code, tuple(map(tuple, values)), *rest)
                           for line, column, code, values, *rest in warnings),
        )
    except TypeError as error:
        raise ValueError(text) from error


def restored_later(text: str) -> Reading:
    """The reading of a plain file; what it says is looked up when it is asked for."""
    def data(entry: str) -> Data:
        found: Data = decode(text)[0][entry]
        return found

    return Reading(entries=Later([""], data, keep=0), plain=True)


def is_plain(reading: Reading) -> bool:
    """Whether it is one valid record, no draft, of which nothing is to be told."""
    return (not reading.invalid and not reading.problems and not reading.hits and list(reading.entries) == [""]
            and "draft" not in reading.entries[""])


def settled(index: Index, started: int) -> Index:
    """Without the files changed in the moment before `started` (when they were looked into, nanoseconds).

    Such a file may have changed once more without a new time or size, so the next build looks into it again.
    """
    return Index(index.code, {path: seen for path, seen in index.files.items()
                              if seen.mtime < started - MOMENT and seen.changed < started - TICK})


# --- as kept on disk --------------------------------------------------------------------------------------------------


def dumped(index: Index) -> bytes:
    """The index as it is kept on disk."""
    return encode(index)


def loaded(data: bytes, code: str) -> Index:
    """The index kept as `data`; an empty one if it cannot be read or was made by other `code`."""
    try:
        found = _INDEX.decode(data)
    except DecodeError:
        return Index(code)
    return found if found.code == code else Index(code)


_INDEX = Decoder(Index)


def shelf_dumped(code: str, shelf: Shelf) -> bytes:
    """Memos as they are kept on disk: the digest of the program, then a line for each."""
    lines = (f"{key}\t{text}" for key, text in sorted(shelf.items()))
    return "\n".join((code, *lines)).encode()


def shelf_loaded(data: bytes, code: str) -> dict[str, str]:
    """The memos kept as `data`; none if they cannot be read or were made by other `code`."""
    try:
        head, *lines = data.decode().split("\n")
        return dict(_pair(line) for line in lines) if head == code else {}
    except ValueError:
        return {}


def _pair(line: str) -> tuple[str, str]:
    key, text = line.split("\t", 1)
    return key, text


_OPEN = 8
"""So many shelves are open at once: what is done with records is done place by place."""


class Cabinet(Struct, frozen=True):
    """The memos of one kind of a content folder, a shelf for each place; `shelves` are read when they are asked for."""

    content: Path
    name: str
    code: str
    shelves: Mapping[str, Shelf]
    keeps: bool = True

    def keep(self, place: str, shelf: Shelf) -> bool:
        """Keeps the memos of one place, and tells whether they are kept; an empty shelf is cleared away."""
        file = _shelf_file(self.content, self.name, place)
        if self.keeps and shelf:
            return files.write_cache(file, shelf_dumped(self.code, shelf))
        if self.keeps:
            files.forget_cache(file)
        return False


def cabinet(content: Path, name: str, code: str, places: Iterable[str], *, full: bool, keeps: bool = True) -> Cabinet:
    """The memos called `name` of a content folder; with `full` none is used, without `keeps` none is kept."""
    def shelf(place: str) -> Shelf:
        data = b"" if full else files.read_cache(_shelf_file(content, name, place))
        return shelf_loaded(data, code)

    return Cabinet(content, name, code, Later(places, shelf, keep=_OPEN), keeps)


def _shelf_file(content: Path, name: str, place: str) -> Path:
    folder = files.cache_file(content, "memos", content)
    return folder / f"{name}-{digests.digest(place.encode())[:16]}"
