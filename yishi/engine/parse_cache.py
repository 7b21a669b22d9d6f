"""Every record file of the content folder, parsed: from the cache if unchanged, else in parallel."""

import errno
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial

from msgspec import Raw, Struct
from msgspec.msgpack import decode, encode
from msgspec.structs import replace

from ..content.load import ParsedFile, RecordData, read_records, refuse_large_file
from ..content.privacy import mask_problem
from ..content.yaml_source import SourceFile
from ..core import files, hashes
from ..core.dependencies import LazyDict
from ..core.parallel import Workers
from ..model.kinds import BULK
from ..model.language import get_collation_key, marked
from ..model.paths import RecordLocation
from ..model.problems import Problem
from ..model.records.limits import Limits
from .cache import Cache, CacheStage, count_open_shards, group_by_shard
from .content_source import ContentSource, ProgressCallback
from .file_index import FileEntry, FileIndex

_OTHER_KINDS = "other kinds"
"""The shard of all records but issues and cases: every build decodes them."""


class CachedFile(Struct, frozen=True, array_like=True):
    """A parsed file without errors, drafts and personal data: the key of everything it depends on, its records by id
    (encoded), and its warnings, masked."""

    key: str
    entries: Raw
    problems: tuple[Problem, ...] = ()


PARSED = CacheStage("parsed", dict[str, CachedFile])


class _RecordLoader(Struct, frozen=True):
    """Where the records of clean files come from when they are needed: `unsaved` holds those parsed now that are in no
    shard yet, `shards` those of the cache; a file that is in neither is parsed again."""

    source: ContentSource
    locations: Mapping[str, RecordLocation]
    shard_of: Mapping[str, str]
    shards: LazyDict[str, Mapping[str, CachedFile]]
    unsaved: dict[str, CachedFile]
    limits: Limits

    def find(self, file: str, digest: str) -> CachedFile | None:
        """The parsed file, if it is known."""
        cached = self.unsaved.get(file) or self.shards[self.shard_of[file]].get(file)
        return cached if cached and cached.key == _create_key(self.locations[file], file, digest) else None

    def load(self, file: str, digest: str, entry_id: str) -> RecordData:
        """The record of a clean file. Raises ContentChanged if it is another file by now."""
        if cached := self.find(file, digest):
            data: RecordData = decode(cached.entries)[entry_id]
            return data
        source = SourceFile(file, self.source.read_file(file))
        if hashes.compute_digest(source.data) != digest:
            raise files.ContentChanged(file)
        return read_records(source, self.locations[file], self.limits).entries[entry_id]


class _SingleRecord(Mapping[str, RecordData]):
    """The only record of a clean file, decoded on each access: a site has one of these for every file in memory."""

    __slots__ = ("_digest", "_file", "_loader")

    def __init__(self, loader: _RecordLoader, file: str, digest: str) -> None:
        self._loader = loader
        self._file = file
        self._digest = digest

    def __getitem__(self, entry_id: str) -> RecordData:
        return self._loader.load(self._file, self._digest, entry_id)

    def __iter__(self) -> Iterator[str]:
        return iter(("",))

    def __len__(self) -> int:
        return 1


class ParsedFiles(Struct, frozen=True):
    """The parsed files and their index entries, by file; `saved`: file → the shard that holds it."""

    readings: Mapping[str, ParsedFile]
    entries: Mapping[str, FileEntry]
    saved: Mapping[str, str]
    loader: _RecordLoader

    def list_keys(self) -> dict[str, str]:
        """Record file → the key of everything its records depend on."""
        return {file: _create_key(self.loader.locations[file], file, entry.digest)
                for file, entry in self.entries.items()}


def parse_record_files(source: ContentSource, locations: Mapping[str, RecordLocation], previous_index: FileIndex,
                       cache: Cache, fingerprint: str, progress: ProgressCallback, workers: Workers,
                       limits: Limits) -> ParsedFiles:
    """Parse every record file; `fingerprint`: of the program. Nothing is cached yet."""
    bulk = (file for file, location in locations.items() if location.kind in BULK)
    shards = group_by_shard(bulk, lambda file: locations[file].place)
    shard_of = {**dict.fromkeys(locations, _OTHER_KINDS),
                **{file: shard for shard, files in shards.items() for file in files}}
    loader = _RecordLoader(source, locations, shard_of, LazyDict(
        {_OTHER_KINDS, *shards}, partial(_load_shard, cache, fingerprint), keep=count_open_shards(shards)), {}, limits)
    found = {file: _look_up_file(loader, file, previous_index) for file in locations}
    readings = {file: one.reading for file, one in found.items() if one.reading}
    unread = [(SourceFile(file, one.data), locations[file]) for file, one in found.items() if file not in readings]
    saved = {file: entry.shard for file, entry in previous_index.entries.items() if entry.shard}
    progress("read", len(readings), len(locations))
    for part in workers.map(_parse_files, limits, unread, len(unread)):
        for file, (reading, cached) in part.items():
            if cached:
                loader.unsaved[file] = cached
            readings[file] = reading or _load_lazily(loader, file, cached.key.rpartition(" ")[2] if cached else "")
    progress("read", len(locations), len(locations))
    entries = {file: one.entry._replace(is_clean=readings[file].is_clean) for file, one in found.items() if one.entry}
    return ParsedFiles({file: readings[file] for file in locations}, entries, saved, loader)


def _load_shard(cache: Cache, fingerprint: str, shard: str) -> Mapping[str, CachedFile]:
    return cache.get(PARSED, shard, fingerprint) or {}


class _FileLookup(Struct, frozen=True):
    """The index entry and the cached parse of a record file; if it must be parsed, its bytes."""

    entry: FileEntry | None
    reading: ParsedFile | None
    data: bytes = b""


def _look_up_file(loader: _RecordLoader, file: str, previous_index: FileIndex) -> _FileLookup:
    """The cached parse of a file, if its stat or digest matches; its bytes are read only if its stat differs."""
    stat = loader.source.file_stats[file]
    entry = previous_index.find_unchanged(file, stat)
    if entry and entry.is_clean and entry.shard == loader.shard_of[file]:
        return _FileLookup(entry, _load_lazily(loader, file, entry.digest))
    if entry and (cached := loader.find(file, entry.digest)):
        return _FileLookup(entry, _decode_file(loader, file, cached))
    if refused := refuse_large_file(file, stat.size, loader.limits):
        return _FileLookup(None, refused)
    try:
        data = loader.source.read_file(file)
    except OSError as error:
        return _FileLookup(None, ParsedFile(problems=(create_unreadable_problem(file, error),),
                                            invalid=frozenset({""})))
    entry = FileEntry(*stat, hashes.compute_digest(data))
    cached = loader.find(file, entry.digest)
    return _FileLookup(entry, _decode_file(loader, file, cached) if cached else None, data)


def _decode_file(loader: _RecordLoader, file: str, cached: CachedFile) -> ParsedFile:
    reading = ParsedFile(entries=decode(cached.entries),
                         problems=tuple(replace(problem, path=file) for problem in cached.problems))
    is_clean = loader.locations[file].kind in BULK and is_clean_reading(reading)
    return _load_lazily(loader, file, cached.key.rpartition(" ")[2]) if is_clean else reading


def _load_lazily(loader: _RecordLoader, file: str, digest: str) -> ParsedFile:
    """A clean file, decoded on each access."""
    return ParsedFile(entries=_SingleRecord(loader, file, digest), is_clean=True)


def _create_key(location: RecordLocation, file: str, digest: str) -> str:
    """Key of a parsed file: everything its result depends on."""
    return f"{location.kind} {file.rpartition('.')[2]} {digest}"


def _parse_files(limits: Limits, unread: Sequence[tuple[SourceFile, RecordLocation]],
                 ) -> dict[str, tuple[ParsedFile | None, CachedFile | None]]:
    """File → its parse result (None for clean issues and cases: it is decoded on demand) and what may be cached."""
    return {source.path: _parse_file(source, location, limits) for source, location in unread}


def _parse_file(source: SourceFile, location: RecordLocation,
                limits: Limits) -> tuple[ParsedFile | None, CachedFile | None]:
    reading = read_records(source, location, limits)
    cached = encode_reading(reading, _create_key(location, source.path, hashes.compute_digest(source.data)))
    return None if cached and location.kind in BULK and is_clean_reading(reading) else reading, cached


def encode_reading(reading: ParsedFile, key: str) -> CachedFile | None:
    """A parsed file as it may be cached; None if it must be parsed each time: with errors, drafts or personal data."""
    if reading.invalid or reading.privacy_hits or any("draft" in data for data in reading.entries.values()):
        return None
    return CachedFile(key, Raw(encode(reading.entries)), tuple(map(mask_problem, reading.problems)))


def is_clean_reading(reading: ParsedFile) -> bool:
    """Whether a file holds exactly one valid, published record without problems or privacy hits."""
    return (not reading.invalid and not reading.problems and not reading.privacy_hits and list(reading.entries) == [""]
            and "draft" not in reading.entries[""])


# --- saving -----------------------------------------------------------------------------------------------------------


def save_parsed_files(parsed: ParsedFiles, published: Collection[str], cache: Cache, fingerprint: str) -> ParsedFiles:
    """Cache the files of which everything is published (`published`: paths of records), and nothing of any other.

    A file that was saved is no longer held in memory.
    """
    loader = parsed.loader
    wanted = {file: loader.shard_of[file] for file, reading in parsed.readings.items()
              if (file in loader.unsaved or parsed.saved.get(file) == loader.shard_of[file])
              and _is_published(loader.locations[file], reading, published)}
    files_before, files_now = _group_by_value(parsed.saved), _group_by_value(wanted)
    renewed = {shard: _save_shard(loader, shard, own, cache, fingerprint)
               for shard in files_before.keys() | files_now.keys() for own in (files_now.get(shard, []),)
               if set(own) != set(files_before.get(shard, ())) or any(file in loader.unsaved for file in own)}
    saved = {file: shard for file, shard in parsed.saved.items() if shard not in renewed}
    for of_shard in renewed.values():
        saved |= of_shard
    cache.prune(PARSED, files_now)
    entries = {file: entry._replace(shard=saved.get(file, "")) for file, entry in parsed.entries.items()}
    return replace(parsed, entries=entries, saved=saved)


def _is_published(location: RecordLocation, reading: ParsedFile, published: Collection[str]) -> bool:
    return all((f"{location.path}/{entry}" if entry else location.path) in published for entry in reading.entries)


def _group_by_value(shard_of: Mapping[str, str]) -> dict[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for file, shard in shard_of.items():
        groups[shard].append(file)
    return groups


def _save_shard(loader: _RecordLoader, shard: str, files: Sequence[str], cache: Cache,
                fingerprint: str) -> dict[str, str]:
    """Write a shard; returns the files that it holds, each with its shard."""
    before = loader.shards.get(shard, {})
    table = {file: cached for file in files if (cached := loader.unsaved.get(file) or before.get(file))}
    if not table or not cache.put(PARSED, shard, fingerprint, table):
        return {}
    loader.shards.forget(shard)
    for file in table:
        loader.unsaved.pop(file, None)
    return dict.fromkeys(table, shard)


# --- what is no record ------------------------------------------------------------------------------------------------


COLLATION_KEYS = CacheStage("collation", dict[str, tuple[str, str]])


def load_collation_keys(cache: Cache, fingerprint: str, names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Name → collation key; cached, because the pinyin dictionary is slow to load."""
    known = cache.get(COLLATION_KEYS, "", fingerprint) or {}
    keys = {name: known.get(name) or get_collation_key(name) for name in names}
    if keys != known:
        cache.put(COLLATION_KEYS, "", fingerprint, keys)
    return keys


_READ_ERROR_TEXTS = {
    0: marked("the disk does not give it"), errno.EACCES: marked("nobody but its owner may read it"),
    errno.EPERM: marked("nobody but its owner may read it"), errno.ENOENT: marked("it was deleted meanwhile"),
    errno.EISDIR: marked("it is a folder"),
    errno.ELOOP: marked("it is a link, and links are not followed; put what it leads to in its place"),
}
"""errno → why a file cannot be read, in words for writers."""


def create_unreadable_problem(file: str, error: OSError) -> Problem:
    """The problem with a file that cannot be read."""
    return Problem(file, 1, 1, "unreadable", (("found", _READ_ERROR_TEXTS.get(error.errno or 0,
                                                                              _READ_ERROR_TEXTS[0])),))


def explain_link(source: ContentSource, problem: Problem) -> Problem:
    """The problem of a file that is not read; of a link, that links are not followed."""
    if files.is_link(source.folder, problem.path):
        return create_unreadable_problem(problem.path, OSError(errno.ELOOP, ""))
    return problem
