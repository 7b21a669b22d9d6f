"""Every file of the content folder, parsed: from the cache if unchanged, else in parallel."""

import errno
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from ..analysis import snapshots
from ..analysis.snapshots import StatisticsSnapshot
from ..content import images
from ..content.load import ParsedFile, RecordData, read_records
from ..content.load.attachment_scan import scan_attachment
from ..content.privacy import select_countries
from ..content.yaml_source import SourceFile
from ..core import files, hashes
from ..core.dependencies import LazyDict
from ..core.json_format import encode_json
from ..core.parallel import map_parallel
from ..library import Library
from ..model.kinds import BULK
from ..model.language import get_collation_key, marked
from ..model.paths import RecordLocation, is_photo_name, locate_record, parse_snapshot_name
from ..model.problems import Problem, select_errors
from . import cache
from .cache import CacheTables, FileEntry, FileIndex, open_cache_tables
from .content_source import ContentSource, ProgressCallback


def get_cache_table_name(location: RecordLocation) -> str:
    """Name of the cache table of a record: one per place for issues and cases, which are rarely decoded, and one ("")
    for all others, which are decoded in every build."""
    return location.place if location.kind in BULK else ""


class _FileLookup(Struct, frozen=True):
    """The index entry and the cached parse of a record file; if it must be parsed, its bytes."""

    entry: FileEntry | None
    reading: ParsedFile | None
    data: bytes = b""


class ParsedFiles(Struct, frozen=True):
    """The parsed files by file, the keys of their cache entries, and their index entries."""

    readings: Mapping[str, ParsedFile]
    keys: Mapping[str, str]
    entries: Mapping[str, FileEntry]


def parse_record_files(source: ContentSource, locations: Mapping[str, RecordLocation], previous_index: FileIndex,
                       tables: CacheTables, progress: ProgressCallback, jobs: int) -> ParsedFiles:
    """Parse every record file; what was not cached is cached for the next build."""
    looked_up = {file: _look_up_file(source, file, location, previous_index, tables)
                 for file, location in locations.items()}
    readings = {file: one.reading for file, one in looked_up.items() if one.reading}
    unread = [(SourceFile(file, one.data), locations[file]) for file, one in looked_up.items() if file not in readings]
    progress("read", len(readings), len(locations))
    texts: dict[str, str] = {}
    for part in map_parallel(_parse_files, unread, jobs):
        for file, (reading, text) in part.items():
            readings[file], texts[file] = reading or cache.decode_reading_lazily(text), text
    progress("read", len(locations), len(locations))
    entries = {file: one.entry._replace(is_clean=readings[file].is_clean) for file, one in looked_up.items()
               if one.entry}
    keys = {file: _reading_cache_key(locations[file], file, one.digest) for file, one in entries.items()}
    saved_names = _save_changed_tables(tables, locations, keys, texts, previous_index)
    saved_tables = open_cache_tables(tables.content, tables.name, tables.program_fingerprint, tables.tables, full=False)
    for file in texts:  # reload cached records on demand to bound memory
        if readings[file].is_clean and get_cache_table_name(locations[file]) in saved_names:
            readings[file] = _load_clean_reading_lazily(source, file, locations[file], entries[file], saved_tables)
    return ParsedFiles({file: readings[file] for file in locations}, keys, entries)


def _look_up_file(source: ContentSource, file: str, location: RecordLocation, previous_index: FileIndex,
                  tables: CacheTables) -> _FileLookup:
    """The cached parse of a file, if its stat or digest matches; its bytes are read only if its stat differs."""
    stat = source.file_stats[file]
    entry = previous_index.find_unchanged(file, stat)
    if entry and entry.is_clean:
        return _FileLookup(entry, _load_clean_reading_lazily(source, file, location, entry, tables))
    table = tables.tables[get_cache_table_name(location)]
    if entry and (text := table.get(_reading_cache_key(location, file, entry.digest))):
        return _FileLookup(entry, cache.decode_reading(text, file))
    try:
        data = source.read_file(file)
    except OSError as error:
        return _FileLookup(None, _unreadable_file_problem(file, error))
    digest = hashes.compute_digest(data)
    text = table.get(_reading_cache_key(location, file, digest), "")
    return _FileLookup(FileEntry(*stat, digest), _decode_cached_reading(text, file, location) if text else None, data)


def _decode_cached_reading(text: str, file: str, location: RecordLocation) -> ParsedFile:
    reading = cache.decode_reading(text, file)
    return cache.decode_reading_lazily(text) if location.kind in BULK and cache.is_clean_reading(reading) else reading


def _load_clean_reading_lazily(source: ContentSource, file: str, location: RecordLocation, entry: FileEntry,
                               tables: CacheTables) -> ParsedFile:
    """An unchanged clean file, decoded on each access."""
    return ParsedFile(entries=LazyDict([""], lambda _: _load_clean_data(source, file, location, entry, tables), keep=0),
                      is_clean=True)


def _load_clean_data(source: ContentSource, file: str, location: RecordLocation, entry: FileEntry,
                     tables: CacheTables) -> RecordData:
    """The record of an unchanged clean file: from the cache, or parsed again if its entry is lost."""
    text = tables.tables[get_cache_table_name(location)].get(_reading_cache_key(location, file, entry.digest))
    if text:
        reading = cache.decode_reading(text, file)
    else:
        reading = read_records(SourceFile(file, source.read_file(file)), location)
    return reading.entries[""]


def _reading_cache_key(location: RecordLocation, file: str, digest: str) -> str:
    """Key of a parsed file: everything its result depends on."""
    return f"{location.kind} {file.rpartition('.')[2]} {digest}"


def _parse_files(unread: Sequence[tuple[SourceFile, RecordLocation]]) -> dict[str, tuple[ParsedFile | None, str]]:
    """File → its parse result and its encoded form; for clean issues and cases only the latter."""
    encoded = {}
    for source, location in unread:
        reading = read_records(source, location)
        is_clean = location.kind in BULK and cache.is_clean_reading(reading)
        encoded[source.path] = None if is_clean else reading, cache.encode_reading(reading)
    return encoded


_READ_ERROR_TEXTS = {
    0: marked("the disk does not give it"), errno.EACCES: marked("nobody but its owner may read it"),
    errno.EPERM: marked("nobody but its owner may read it"), errno.ENOENT: marked("it was deleted meanwhile"),
    errno.EISDIR: marked("it is a folder"),
    errno.ELOOP: marked("it is a link, and links are not followed; put what it leads to in its place"),
}
"""errno → why a file cannot be read, in words for writers."""


def _unreadable_file_problem(file: str, error: OSError) -> ParsedFile:
    problem = Problem(file, 1, 1, "unreadable", (("found",
                                                  _READ_ERROR_TEXTS.get(error.errno or 0, _READ_ERROR_TEXTS[0])),))
    return ParsedFile(problems=(problem,), invalid=frozenset({""}))


def explain_link(source: ContentSource, problem: Problem) -> Problem:
    """The problem of a file that is not read; of a link, that links are not followed."""
    if files.is_link(source.folder, problem.path):
        return _unreadable_file_problem(problem.path, OSError(errno.ELOOP, "")).problems[0]
    return problem


def _save_changed_tables(tables: CacheTables, locations: Mapping[str, RecordLocation], keys: Mapping[str, str],
                         texts: Mapping[str, str], previous_index: FileIndex) -> set[str]:
    """Save the cache tables in which a file was added, changed or removed; returns those that are on disk."""
    removed = [location for file in previous_index.entries.keys() - keys.keys() if (location := locate_record(file))]
    changed = [locations[file] for file, key in keys.items() if file in texts
               or not _is_cached(previous_index, file, key)]
    tables_by_name: dict[str, dict[str, str]] = {get_cache_table_name(location): {}
                                                 for location in (*removed, *changed)}
    for file, key in keys.items():
        if (name := get_cache_table_name(locations[file])) in tables_by_name:
            tables_by_name[name][key] = texts.get(file) or tables.tables[name].get(key, "")
    return {name for name, table in tables_by_name.items()
            if tables.save_table(name, {key: text for key, text in table.items() if text})}


def _is_cached(previous_index: FileIndex, file: str, key: str) -> bool:
    return file in previous_index.entries and key.endswith(previous_index.entries[file].digest)


def load_collation_keys(content: Path, program_fingerprint: str, names: Iterable[str], *, full: bool,
                        writes_cache: bool = True) -> dict[str, tuple[str, str]]:
    """Name → collation key; cached, because the pinyin dictionary is slow to load."""
    tables = open_cache_tables(content, "orders", program_fingerprint, [""], full=full, writes_cache=writes_cache)
    cache_keys = {name: encode_json(name) for name in names}
    collation_keys = {name: _decode_collation_key(tables.tables[""].get(key, "")) or get_collation_key(name)
                      for name, key in cache_keys.items()}
    table = {key: encode_json(collation_keys[name]) for name, key in cache_keys.items()}
    if table != tables.tables[""]:
        tables.save_table("", table)
    return collation_keys


def _decode_collation_key(text: str) -> tuple[str, str] | None:
    return tuple(json.loads(text)) if text else None


class AttachmentScan(Struct, frozen=True):
    """The attached files: their index entries, and problems with those that cannot be published or tell too much."""

    entries: Mapping[str, FileEntry]
    problems: tuple[Problem, ...]


def inspect_attachments(source: ContentSource, library: Library, previous_index: FileIndex) -> AttachmentScan:
    """Digest and size of every attachment; unchanged files are not read again."""
    entries: dict[str, FileEntry] = {}
    problems: list[Problem] = []
    countries = select_countries(library.site.countries, library.site.timezone)
    allowed = frozenset(one.text for one in library.site.privacy_allow)
    for file in sorted(set(library.attachments.values())):
        entry = previous_index.find_unchanged(file, source.file_stats[file])
        try:
            found = () if entry else tuple(scan_attachment(file, source.read_file(file), countries, allowed))
            problems += found
            if not select_errors(found):
                entries[file] = entry or _inspect_file(source, file)
        except images.UnusablePhoto as error:
            problems.append(Problem(file, 1, 1, error.code, (("found", file),)))
        except OSError as error:
            problems += _unreadable_file_problem(file, error).problems
    return AttachmentScan(entries, tuple(problems))


def read_snapshots(source: ContentSource) -> tuple[dict[str, StatisticsSnapshot], list[Problem]]:
    """Frozen statistics by name, and the problems of their files."""
    found: dict[str, StatisticsSnapshot] = {}
    problems: list[Problem] = []
    for file in sorted(source.file_stats):
        if name := parse_snapshot_name(file):
            try:
                snapshot = snapshots.decode_snapshot(source.read_file(file).decode())
                if snapshot.name == name:
                    found[name] = snapshot
                else:
                    problems.append(Problem(file, 1, 1, "frozen_renamed", (("found", f"'{snapshot.name}.json'"),)))
            except (snapshots.SnapshotError, UnicodeDecodeError) as error:
                code = str(error) if isinstance(error, snapshots.SnapshotError) else "frozen_unreadable"
                problems.append(Problem(file, 1, 1, code))
            except OSError as error:
                problems += _unreadable_file_problem(file, error).problems
    return found, problems


def _inspect_file(source: ContentSource, file: str) -> FileEntry:
    """The index entry of an attachment. Raises images.UnusablePhoto for a photo that cannot be published, OSError."""
    data = source.read_file(file)
    return FileEntry(*source.file_stats[file], hashes.compute_digest(data),
                     pixels=images.measure_photo(data) if is_photo_name(file) else None)
