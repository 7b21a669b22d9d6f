"""The search index of a build: only what has changed since the last one is made anew."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from . import files
from .dates import When
from .library import Library
from .outputs import Output
from .progress import Progress
from .publish import Folders, as_written
from .search import FOLDER, Index, Kept, index_of, names_of
from .search.entries import entries_of, records_of, text_of

NO_INDEX = Index({}, Kept())


def indexed(library: Library, progress: Mapping[str, Progress], when: Mapping[str, When], digests: Mapping[str, str],
            made_by: str, folders: Folders, *, full: bool) -> Index:
    """The index of all records. `when`: record → the date it is listed by; `digests`: those of the content files.

    `made_by` is another whenever texts may be read otherwise. With `full` nothing of the last build is used.
    """
    records, before = records_of(library), Kept() if full else _loaded(folders, made_by)
    keys = _keys(digests)
    entries = entries_of(library, progress, when, {path: _key(path, keys) for path in records})
    usable = before.size > 0 and as_written(folders, FOLDER, names_of(before))
    return index_of(entries, lambda path: text_of(records[path], library.vocabulary), before,
                    partial(files.read, folders.output) if usable else None)


def outputs_of(index: Index) -> Iterator[Output]:
    """The files of an index as outputs."""
    for name, body in index.files.items():
        yield Output(name, body=body or b"", kept=body is None)


@contextmanager
def remembered(index: Index, made_by: str, folders: Folders) -> Iterator[None]:
    """Keeps for the next build what the index was made of, once its files are written; while they are, nothing."""
    cache, state = _cache(folders), _dumped(index.kept, made_by)
    is_new = files.read_cache(cache) != state
    if is_new:
        files.write_cache(cache, b"")
    yield
    if is_new:
        files.write_cache(cache, state)


# --- what the last build kept -----------------------------------------------------------------------------------------


def _cache(folders: Folders) -> Path:
    return files.cache_file(folders.content, "search", folders.output)


def _dumped(kept: Kept, made_by: str) -> bytes:
    return json.dumps({"by": made_by, "size": kept.size, "records": kept.records}, separators=(",", ":")).encode()


def _loaded(folders: Folders, made_by: str) -> Kept:
    try:
        found = json.loads(files.read_cache(_cache(folders)))
        if found["by"] == made_by:
            return Kept(found["size"], {path: (number, key) for path, (number, key) in found["records"].items()})
    except (ValueError, TypeError, KeyError, AttributeError):
        pass
    return Kept()


# --- whose text changes with which file -------------------------------------------------------------------------------


def _keys(digests: Mapping[str, str]) -> dict[str, str]:
    """Path of a record or of a collection → the digest of its file."""
    return {file.rpartition(".")[0].removesuffix("/place"): digest for file, digest in digests.items()}


def _key(path: str, keys: Mapping[str, str]) -> str:
    return keys.get(path) or keys.get(path.rpartition("/")[0], "")
