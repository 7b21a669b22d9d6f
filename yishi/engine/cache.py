"""Encode and decode what is cached between builds. Pure, but for the files of `CacheTables`.

Parsed files are cached by digest, summaries by record; both in one table per place, so that a change in one place
leaves the tables of the others alone. One line of text per entry.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from msgspec import DecodeError, Struct, ValidationError, convert, field
from msgspec.json import Decoder, decode, encode
from msgspec.structs import asdict

from ..content.load import ParsedFile, RecordData, RecordPrivacyHit
from ..core import files, hashes
from ..core.dependencies import LazyDict
from ..core.hashes import CTIME_RESOLUTION_NS, MTIME_RESOLUTION_NS, FileStat
from ..core.json_format import encode_json
from ..model.problems import Problem


class FileEntry(NamedTuple):
    """The stat of a file when it was read (as `FileStat`), and its digest; `is_clean`: as `ParsedFile.is_clean`;
    `pixels`: width and height of a photo."""

    size: int
    mtime: int
    ctime: int
    inode: int
    digest: str
    is_clean: bool = False
    pixels: tuple[int, int] | None = None


class FileIndex(Struct, frozen=True):
    """File of the content folder → its entry, written by the program with this fingerprint."""

    program_fingerprint: str = ""
    entries: Mapping[str, FileEntry] = field(default_factory=dict)

    def find_unchanged(self, path: str, stat: FileStat) -> FileEntry | None:
        """The cached entry if the stat matches, else None."""
        entry = self.entries.get(path)
        return entry if entry and entry[:4] == stat else None


CacheTable = Mapping[str, str]
"""Cache table: key → encoded value, one line of text each."""


def encode_reading(reading: ParsedFile) -> str:
    """A parsed file as one line of text; "" for one that must be parsed again: of what is withheld nothing is kept."""
    if (reading.invalid or any("draft" in data for data in reading.entries.values())
            or any(hit.level == "error" for _, hit in reading.privacy_hits)):
        return ""
    warnings = [(p.line, p.column, p.code, p.values, p.suggestion, p.example, p.level) for p in reading.problems]
    hits = [(entry, asdict(hit)) for entry, hit in reading.privacy_hits]
    return encode_json([reading.entries, hits, warnings])


def decode_reading(text: str, path: str) -> ParsedFile:
    """The parsed file encoded as `text`, for the file at `path`. Raises ValueError if `text` is malformed."""
    try:
        entries, hits, warnings = decode(text)
        return ParsedFile(
            entries=dict(entries),
            privacy_hits=tuple((entry, convert(hit, RecordPrivacyHit, strict=True)) for entry, hit in hits),
            problems=tuple(Problem(path, line, column, program_fingerprint, tuple(map(tuple, values)), *rest)
                           for line, column, program_fingerprint, values, *rest in warnings),
        )
    except (TypeError, ValidationError) as error:
        raise ValueError(text) from error


def decode_reading_lazily(text: str) -> ParsedFile:
    """A clean parsed file whose record is decoded on each access."""
    def load(entry: str) -> RecordData:
        record_data: RecordData = decode(text)[0][entry]
        return record_data

    return ParsedFile(entries=LazyDict([""], load, keep=0), is_clean=True)


def is_clean_reading(reading: ParsedFile) -> bool:
    """Whether a file holds exactly one valid, published record without problems or privacy hits."""
    return (not reading.invalid and not reading.problems and not reading.privacy_hits and list(reading.entries) == [""]
            and "draft" not in reading.entries[""])


def drop_recent_entries(index: FileIndex, started: int) -> FileIndex:
    """Drop files modified just before `started` (nanoseconds).

    Such a file may change again within the timestamp resolution, so the next build must read it again.
    """
    return FileIndex(index.program_fingerprint, {path: entry for path, entry in index.entries.items()
                                                 if entry.mtime < started - MTIME_RESOLUTION_NS
                                                 and entry.ctime < started - CTIME_RESOLUTION_NS})


# --- as kept on disk --------------------------------------------------------------------------------------------------


def encode_file_index(index: FileIndex) -> bytes:
    """The index as JSON."""
    return encode(index)


def decode_file_index(data: bytes, program_fingerprint: str) -> FileIndex:
    """The index encoded as `data`; empty if it is malformed or from another program version."""
    try:
        index = _FILE_INDEX_DECODER.decode(data)
    except DecodeError:
        return FileIndex(program_fingerprint)
    return index if index.program_fingerprint == program_fingerprint else FileIndex(program_fingerprint)


_FILE_INDEX_DECODER = Decoder(FileIndex)


def encode_cache_table(program_fingerprint: str, table: CacheTable) -> bytes:
    """The program fingerprint, then one line per entry, sorted by key."""
    lines = (f"{key}\t{text}" for key, text in sorted(table.items()))
    return "\n".join((program_fingerprint, *lines)).encode()


def decode_cache_table(data: bytes, program_fingerprint: str) -> dict[str, str]:
    """The table encoded as `data`; empty if it is malformed or from another program version."""
    try:
        head, *lines = data.decode().split("\n")
        return dict(_split_line(line) for line in lines) if head == program_fingerprint else {}
    except ValueError:
        return {}


def _split_line(line: str) -> tuple[str, str]:
    key, text = line.split("\t", 1)
    return key, text


_MAX_OPEN_TABLES = 8
"""Number of cache tables held in memory: records are processed place by place."""


class CacheTables(Struct, frozen=True):
    """The cache tables of one kind of a content folder, one per place, read on demand."""

    content: Path
    name: str
    program_fingerprint: str
    tables: Mapping[str, CacheTable]
    writes_cache: bool = True

    def save_table(self, place: str, table: CacheTable) -> bool:
        """Write the table of one place, or delete it if empty; returns whether it is on disk."""
        file = _locate_cache_table(self.content, self.name, place)
        if self.writes_cache and table:
            return files.write_cache(file, encode_cache_table(self.program_fingerprint, table))
        if self.writes_cache:
            files.delete_cache_file(file)
        return False


def open_cache_tables(content: Path, name: str, program_fingerprint: str, places: Iterable[str], *, full: bool,
                      writes_cache: bool = True) -> CacheTables:
    """The cache tables called `name` of a content folder; `full` ignores what is cached, `writes_cache=False` only
    reads."""
    def load(place: str) -> CacheTable:
        data = b"" if full else files.read_cache(_locate_cache_table(content, name, place))
        return decode_cache_table(data, program_fingerprint)

    return CacheTables(content, name, program_fingerprint, LazyDict(places, load, keep=_MAX_OPEN_TABLES), writes_cache)


def _locate_cache_table(content: Path, name: str, place: str) -> Path:
    folder = files.locate_cache_file(content, "memos", content)
    return folder / f"{name}-{hashes.compute_digest(place.encode())[:16]}"
