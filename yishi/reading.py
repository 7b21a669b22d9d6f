"""What every file of the content folder says: from its memo where it is unchanged, else read, by several processes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from . import files, images, memos, traces
from .images import Size
from .library import Library
from .load import Reading, read_records
from .memos import Memos
from .paths import Slot, is_photo
from .problems import Problem
from .publish import Watch
from .sources import Source
from .traces import OnDisk
from .workers import share_out


@dataclass(frozen=True, slots=True)
class _File:
    """A record file as it was found: the key of its memo, its digest, and its reading; without one, its bytes."""

    key: str
    digest: str
    reading: Reading | None
    data: bytes = b""


def read_all(content: Path, found: Mapping[str, OnDisk], slots: Mapping[str, Slot], before: Memos, watch: Watch,
             jobs: int) -> tuple[dict[str, Reading], Memos]:
    """The reading of every record file (file → what it is), and the memos for the next build."""
    looked_up = {file: _look_up(content, file, slot, found[file], before) for file, slot in slots.items()}
    readings = {file: one.reading for file, one in looked_up.items() if one.reading}
    unread = [(Source(file, one.data), slots[file]) for file, one in looked_up.items() if file not in readings]
    watch("read", len(readings), len(slots))
    for part in share_out(_read, unread, jobs):
        readings |= part
    watch("read", len(slots), len(slots))
    kept = {one.key: before.readings.get(one.key) or memos.kept(readings[file]) for file, one in looked_up.items()}
    digests = {file: (*found[file], one.digest) for file, one in looked_up.items() if one.digest}
    return readings, Memos(before.code, {key: memo for key, memo in kept.items() if memo}, digests)


def _look_up(content: Path, file: str, slot: Slot, lying: OnDisk, before: Memos) -> _File:
    """What is known of a file without reading what it says; its bytes are read only if it does not lie as it did."""
    known = before.digest(file, lying)
    if known and (reading := before.reading(_key(slot, file, known), file)):
        return _File(_key(slot, file, known), known, reading)
    try:
        data = files.read(content, file)
    except OSError as error:
        return _File("", "", _unreadable(file, error))
    digest = traces.digest(data)
    return _File(_key(slot, file, digest), digest, before.reading(_key(slot, file, digest), file), data)


def _key(slot: Slot, file: str, digest: str) -> str:
    """What a reading is kept under: all that it depends on."""
    return f"{slot.kind}{PurePosixPath(file).suffix}:{digest}"


def _read(unread: Sequence[tuple[Source, Slot]]) -> dict[str, Reading]:
    return {source.path: read_records(source, slot) for source, slot in unread}


def _unreadable(file: str, error: OSError) -> Reading:
    problem = Problem(file, 1, 1, "unreadable", (("found", error.strerror or str(error)),))
    return Reading(problems=(problem,), invalid=frozenset({""}))


@dataclass(frozen=True, slots=True)
class Attachments:
    """The files that records name: how each lay on disk with which digest, photo → its size, what cannot be shown."""

    digests: Mapping[str, tuple[int, int, str]]
    sizes: Mapping[str, Size]
    problems: tuple[Problem, ...]


def read_attachments(content: Path, found: Mapping[str, OnDisk], library: Library, before: Memos) -> Attachments:
    """Looks into the files that records name; into a photo only once."""
    digests: dict[str, tuple[int, int, str]] = {}
    sizes: dict[str, Size] = {}
    problems: list[Problem] = []
    for file in sorted(set(library.attachments.values())):
        known = before.digest(file, found[file])
        try:
            data = b"" if known else files.read(content, file)
            digest = known or traces.digest(data)
            if is_photo(file):
                sizes[file] = before.sizes.get(digest) or images.size(data or files.read(content, file))
            digests[file] = (*found[file], digest)
        except images.Refused as refused:
            problems.append(Problem(file, 1, 1, refused.code, (("found", file),)))
        except OSError as error:
            problems += _unreadable(file, error).problems
    return Attachments(digests, sizes, tuple(problems))
