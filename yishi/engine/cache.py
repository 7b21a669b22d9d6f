"""What need not be worked out again, in a form to keep: readings by the digest of their file, briefs by record.

Two kinds of memo: what a file says, and what follows from an issue or a case for lists, numbers and walls (`briefs`).
Both are kept per place, so that a change in one place leaves the others' alone; each is one line of text.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from msgspec import DecodeError, Struct, field
from msgspec.json import Decoder, decode, encode

from ..content.load import ParsedFile, RecordData, RecordPrivacyHit
from ..core import files, hashes
from ..core.dependencies import LazyDict
from ..core.hashes import CTIME_RESOLUTION_NS, MTIME_RESOLUTION_NS, FileStat
from ..core.json_format import encode_json
from ..model.problems import Problem


class FileEntry(NamedTuple):
    """How a file lay on disk when it was looked into (as `FileStat`); `plain`: as `ParsedFile.plain`; `pixels`: a
    photo's width and height."""

    size: int
    mtime: int
    ctime: int
    inode: int
    digest: str
    is_clean: bool = False
    pixels: tuple[int, int] | None = None


class FileIndex(Struct, frozen=True):
    """File of the content folder → how it was seen, by a program with the digest `code`."""

    program_fingerprint: str = ""
    entries: Mapping[str, FileEntry] = field(default_factory=dict)

    def find_unchanged(self, path: str, lying: FileStat) -> FileEntry | None:
        """How a file that lies as it did was seen."""
        seen = self.entries.get(path)
        return seen if seen and seen[:4] == lying else None


CacheTable = Mapping[str, str]
"""Memos by key, each a text of one line."""


def encode_reading(reading: ParsedFile) -> str:
    """A reading without errors as a text of one line; "" for one that has to be read again."""
    if reading.invalid:
        return ""
    warnings = [(p.line, p.column, p.code, p.values, p.suggestion, p.example, p.level) for p in reading.problems]
    hits = [(entry, hit.keys, hit.kind, hit.level, hit.text, hit.masked, hit.line) for entry,
            hit in reading.privacy_hits]
    return encode_json([reading.entries, hits, warnings])


def decode_reading(text: str, path: str) -> ParsedFile:
    """The reading kept as `text`, as that of the file at `path`. Raises ValueError for another text."""
    try:
        entries, hits, warnings = decode(text)
        return ParsedFile(
            entries=dict(entries),
            privacy_hits=tuple((entry, RecordPrivacyHit(tuple(keys), *rest)) for entry, keys, *rest in hits),
            problems=tuple(Problem(path, line, column, code, tuple(map(tuple, values)), *rest)
                           for line, column, code, values, *rest in warnings),
        )
    except TypeError as error:
        raise ValueError(text) from error


def decode_reading_lazily(text: str) -> ParsedFile:
    """The reading of a plain file; what it says is looked up when it is asked for."""
    def data(entry: str) -> RecordData:
        found: RecordData = decode(text)[0][entry]
        return found

    return ParsedFile(entries=LazyDict([""], data, keep=0), is_clean=True)


def is_clean_reading(reading: ParsedFile) -> bool:
    """Whether it is one valid record, no draft, of which nothing is to be told."""
    return (not reading.invalid and not reading.problems and not reading.privacy_hits and list(reading.entries) == [""]
            and "draft" not in reading.entries[""])


def drop_recent_entries(index: FileIndex, started: int) -> FileIndex:
    """Without the files changed in the moment before `started` (when they were looked into, nanoseconds).

    Such a file may have changed once more without a new time or size, so the next build looks into it again.
    """
    return FileIndex(index.program_fingerprint, {path: seen for path, seen in index.entries.items()
                                                 if seen.mtime < started - MTIME_RESOLUTION_NS
                                                 and seen.ctime < started - CTIME_RESOLUTION_NS})


# --- as kept on disk --------------------------------------------------------------------------------------------------


def encode_file_index(index: FileIndex) -> bytes:
    """The index as it is kept on disk."""
    return encode(index)


def decode_file_index(data: bytes, code: str) -> FileIndex:
    """The index kept as `data`; an empty one if it cannot be read or was made by other `code`."""
    try:
        found = _FILE_INDEX_DECODER.decode(data)
    except DecodeError:
        return FileIndex(code)
    return found if found.program_fingerprint == code else FileIndex(code)


_FILE_INDEX_DECODER = Decoder(FileIndex)


def encode_cache_table(code: str, shelf: CacheTable) -> bytes:
    """Memos as they are kept on disk: the digest of the program, then a line for each."""
    lines = (f"{key}\t{text}" for key, text in sorted(shelf.items()))
    return "\n".join((code, *lines)).encode()


def decode_cache_table(data: bytes, code: str) -> dict[str, str]:
    """The memos kept as `data`; none if they cannot be read or were made by other `code`."""
    try:
        head, *lines = data.decode().split("\n")
        return dict(_split_line(line) for line in lines) if head == code else {}
    except ValueError:
        return {}


def _split_line(line: str) -> tuple[str, str]:
    key, text = line.split("\t", 1)
    return key, text


_MAX_OPEN_TABLES = 8
"""So many shelves are open at once: what is done with records is done place by place."""


class CacheTables(Struct, frozen=True):
    """The memos of one kind of a content folder, a shelf for each place; `shelves` are read when they are asked for."""

    content: Path
    name: str
    program_fingerprint: str
    tables: Mapping[str, CacheTable]
    writes_cache: bool = True

    def save_table(self, place: str, shelf: CacheTable) -> bool:
        """Keeps the memos of one place, and tells whether they are kept; an empty shelf is cleared away."""
        file = _locate_cache_table(self.content, self.name, place)
        if self.writes_cache and shelf:
            return files.write_cache(file, encode_cache_table(self.program_fingerprint, shelf))
        if self.writes_cache:
            files.delete_cache_file(file)
        return False


def open_cache_tables(content: Path, name: str, code: str, places: Iterable[str], *, full: bool,
                      keeps: bool = True) -> CacheTables:
    """The memos called `name` of a content folder; with `full` none is used, without `keeps` none is kept."""
    def shelf(place: str) -> CacheTable:
        data = b"" if full else files.read_cache(_locate_cache_table(content, name, place))
        return decode_cache_table(data, code)

    return CacheTables(content, name, code, LazyDict(places, shelf, keep=_MAX_OPEN_TABLES), keeps)


def _locate_cache_table(content: Path, name: str, place: str) -> Path:
    folder = files.locate_cache_file(content, "memos", content)
    return folder / f"{name}-{hashes.compute_digest(place.encode())[:16]}"
