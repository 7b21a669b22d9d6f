"""What every file of the content folder says: from its memo where it is unchanged, else read, by several processes."""

import errno
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from ..analysis import snapshots
from ..analysis.snapshots import StatisticsSnapshot
from ..content import images
from ..content.load import ParsedFile, RecordData, read_records
from ..content.yaml_source import SourceFile
from ..core import hashes
from ..core.dependencies import LazyDict
from ..core.json_format import encode_json
from ..core.parallel import map_parallel
from ..library import Library
from ..model.kinds import BULK
from ..model.language import get_collation_key, marked
from ..model.paths import RecordLocation, is_photo_name, locate_record, parse_snapshot_name
from ..model.problems import Problem
from . import cache
from .cache import CacheTables, FileEntry, FileIndex, open_cache_tables
from .content_source import ContentSource, ProgressCallback


def get_cache_table_name(slot: RecordLocation) -> str:
    """The shelf for the reading of a record: there is one for the issues and cases of each place, whose readings are
    hardly ever asked for, and one ("") for all else, which is asked for in every build."""
    return slot.place if slot.kind in BULK else ""


class _FileLookup(Struct, frozen=True):
    """A record file as it was found: how it was seen, and its reading; without one, its bytes."""

    entry: FileEntry | None
    reading: ParsedFile | None
    data: bytes = b""


class ParsedFiles(Struct, frozen=True):
    """File → what it says, and the key under which that is kept; `seen`: how each file lay."""

    readings: Mapping[str, ParsedFile]
    keys: Mapping[str, str]
    entries: Mapping[str, FileEntry]


def parse_record_files(stock: ContentSource, slots: Mapping[str, RecordLocation], before: FileIndex, kept: CacheTables,
                       watch: ProgressCallback,
                       jobs: int) -> ParsedFiles:
    """The reading of every record file; what was read anew is kept for the next build."""
    looked_up = {file: _look_up_file(stock, file, slot, before, kept) for file, slot in slots.items()}
    readings = {file: one.reading for file, one in looked_up.items() if one.reading}
    unread = [(SourceFile(file, one.data), slots[file]) for file, one in looked_up.items() if file not in readings]
    watch("read", len(readings), len(slots))
    texts: dict[str, str] = {}
    for part in map_parallel(_parse_files, unread, jobs):
        for file, (reading, text) in part.items():
            readings[file], texts[file] = reading or cache.decode_reading_lazily(text), text
    watch("read", len(slots), len(slots))
    seen = {file: one.entry._replace(is_clean=readings[file].is_clean) for file, one in looked_up.items() if one.entry}
    keys = {file: _reading_cache_key(slots[file], file, one.digest) for file, one in seen.items()}
    on_disk = _save_changed_tables(kept, slots, keys, texts, before)
    again = open_cache_tables(kept.content, kept.name, kept.program_fingerprint, kept.tables, full=False)
    for file in texts:  # what lies on disk need not lie in memory too
        if readings[file].is_clean and get_cache_table_name(slots[file]) in on_disk:
            readings[file] = _load_clean_reading_lazily(stock, file, slots[file], seen[file], again)
    return ParsedFiles({file: readings[file] for file in slots}, keys, seen)


def _look_up_file(stock: ContentSource, file: str, slot: RecordLocation, before: FileIndex,
                  kept: CacheTables) -> _FileLookup:
    """What is known of a file without reading what it says; its bytes are read only if it does not lie as it did."""
    lying = stock.file_stats[file]
    seen = before.find_unchanged(file, lying)
    if seen and seen.is_clean:
        return _FileLookup(seen, _load_clean_reading_lazily(stock, file, slot, seen, kept))
    if seen and (text := kept.tables[get_cache_table_name(slot)].get(_reading_cache_key(slot, file, seen.digest))):
        return _FileLookup(seen, cache.decode_reading(text, file))
    try:
        data = stock.read_file(file)
    except OSError as error:
        return _FileLookup(None, _unreadable_file_problem(file, error))
    digest = hashes.compute_digest(data)
    text = kept.tables[get_cache_table_name(slot)].get(_reading_cache_key(slot, file, digest), "")
    return _FileLookup(FileEntry(*lying, digest), _decode_cached_reading(text, file, slot) if text else None, data)


def _decode_cached_reading(text: str, file: str, slot: RecordLocation) -> ParsedFile:
    reading = cache.decode_reading(text, file)
    return cache.decode_reading_lazily(text) if slot.kind in BULK and cache.is_clean_reading(reading) else reading


def _load_clean_reading_lazily(stock: ContentSource, file: str, slot: RecordLocation, seen: FileEntry,
                               kept: CacheTables) -> ParsedFile:
    """The reading of an unchanged plain file, looked up when it is asked for."""
    return ParsedFile(entries=LazyDict([""], lambda _: _load_clean_data(stock, file, slot, seen, kept), keep=0),
                      is_clean=True)


def _load_clean_data(stock: ContentSource, file: str, slot: RecordLocation, seen: FileEntry,
                     kept: CacheTables) -> RecordData:
    """What an unchanged plain file says: from its memo; without one, read again."""
    text = kept.tables[get_cache_table_name(slot)].get(_reading_cache_key(slot, file, seen.digest))
    reading = cache.decode_reading(text, file) if text else read_records(SourceFile(file, stock.read_file(file)), slot)
    return reading.entries[""]


def _reading_cache_key(slot: RecordLocation, file: str, digest: str) -> str:
    """What a reading is kept under: all that it depends on."""
    return f"{slot.kind} {file.rpartition('.')[2]} {digest}"


def _parse_files(unread: Sequence[tuple[SourceFile, RecordLocation]]) -> dict[str, tuple[ParsedFile | None, str]]:
    """File → its reading, and the text to keep; of a plain issue or case the text alone."""
    found = {}
    for source, slot in unread:
        reading = read_records(source, slot)
        plain = slot.kind in BULK and cache.is_clean_reading(reading)
        found[source.path] = None if plain else reading, cache.encode_reading(reading)
    return found


_READ_ERROR_TEXTS = {
    0: marked("the disk does not give it"), errno.EACCES: marked("nobody but its owner may read it"),
    errno.EPERM: marked("nobody but its owner may read it"), errno.ENOENT: marked("it was deleted meanwhile"),
    errno.EISDIR: marked("it is a folder"), errno.ELOOP: marked("it is a link that leads to itself"),
}
"""Why the disk refuses, in a writer's words."""


def _unreadable_file_problem(file: str, error: OSError) -> ParsedFile:
    problem = Problem(file, 1, 1, "unreadable", (("found",
                                                  _READ_ERROR_TEXTS.get(error.errno or 0, _READ_ERROR_TEXTS[0])),))
    return ParsedFile(problems=(problem,), invalid=frozenset({""}))


def _save_changed_tables(kept: CacheTables, slots: Mapping[str, RecordLocation], keys: Mapping[str, str],
                         texts: Mapping[str, str],
                         before: FileIndex) -> set[str]:
    """Keeps the shelves on which a file came, changed or went; those that are kept now."""
    gone = [slot for file in before.entries.keys() - keys.keys() if (slot := locate_record(file))]
    moved = [slots[file] for file, key in keys.items() if file in texts or not _is_cached(before, file, key)]
    found: dict[str, dict[str, str]] = {get_cache_table_name(slot): {} for slot in (*gone, *moved)}
    for file, key in keys.items():
        if (name := get_cache_table_name(slots[file])) in found:
            found[name][key] = texts.get(file) or kept.tables[name].get(key, "")
    return {name for name, shelf in found.items()
            if kept.save_table(name, {key: text for key, text in shelf.items() if text})}


def _is_cached(before: FileIndex, file: str, key: str) -> bool:
    return file in before.entries and key.endswith(before.entries[file].digest)


def load_collation_keys(content: Path, code: str, names: Iterable[str], *, full: bool,
                        keeps: bool = True) -> dict[str, tuple[str, str]]:
    """Name → the key by which it is sorted; those known from the last build need no dictionary of pinyin."""
    kept = open_cache_tables(content, "orders", code, [""], full=full, keeps=keeps)
    keys = {name: encode_json(name) for name in names}
    orders = {name: _decode_collation_key(kept.tables[""].get(key, "")) or get_collation_key(name) for name,
              key in keys.items()}
    shelf = {key: encode_json(orders[name]) for name, key in keys.items()}
    if shelf != kept.tables[""]:
        kept.save_table("", shelf)
    return orders


def _decode_collation_key(text: str) -> tuple[str, str] | None:
    return tuple(json.loads(text)) if text else None


class AttachmentScan(Struct, frozen=True):
    """The files that records name: how each was seen, and what cannot be shown."""

    entries: Mapping[str, FileEntry]
    problems: tuple[Problem, ...]


def inspect_attachments(stock: ContentSource, library: Library, before: FileIndex) -> AttachmentScan:
    """Looks into the files that records name; into one that lies as it did only once."""
    seen: dict[str, FileEntry] = {}
    problems: list[Problem] = []
    for file in sorted(set(library.attachments.values())):
        known = before.find_unchanged(file, stock.file_stats[file])
        try:
            seen[file] = known or _inspect_file(stock, file)
        except images.UnusablePhoto as refused:
            problems.append(Problem(file, 1, 1, refused.code, (("found", file),)))
        except OSError as error:
            problems += _unreadable_file_problem(file, error).problems
    return AttachmentScan(seen, tuple(problems))


def read_snapshots(stock: ContentSource) -> tuple[dict[str, StatisticsSnapshot], list[Problem]]:
    """The numbers that are kept as they were published, by name; and what is wrong with their files."""
    copies: dict[str, StatisticsSnapshot] = {}
    problems: list[Problem] = []
    for file in sorted(stock.file_stats):
        if name := parse_snapshot_name(file):
            try:
                copy = snapshots.decode_snapshot(stock.read_file(file).decode())
                if copy.name == name:
                    copies[name] = copy
                else:
                    problems.append(Problem(file, 1, 1, "frozen_renamed", (("found", f"'{copy.name}.json'"),)))
            except (snapshots.SnapshotError, UnicodeDecodeError) as error:
                code = str(error) if isinstance(error, snapshots.SnapshotError) else "frozen_unreadable"
                problems.append(Problem(file, 1, 1, code))
            except OSError as error:
                problems += _unreadable_file_problem(file, error).problems
    return copies, problems


def _inspect_file(stock: ContentSource, file: str) -> FileEntry:
    """A file that is to be published. Raises images.Refused for a photo that cannot be shown, OSError."""
    data = stock.read_file(file)
    return FileEntry(*stock.file_stats[file], hashes.compute_digest(data),
                     pixels=images.measure_photo(data) if is_photo_name(file) else None)
