"""What every file of the content folder says: from its memo where it is unchanged, else read, by several processes."""

import errno
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from ..analysis import frozen
from ..analysis.frozen import Frozen
from ..content import images
from ..content.load import Data, Reading, read_records
from ..content.sources import Source
from ..core import digests
from ..core.compact import compact
from ..core.facts import Later
from ..core.workers import share_out
from ..library import Library
from ..model.kinds import BULK
from ..model.language import marked, name_order
from ..model.paths import Slot, frozen_name, is_photo, slot_of
from ..model.problems import Problem
from . import memos
from .content_source import Stock, Watch
from .memos import Cabinet, Index, Seen, cabinet


def shelf_of(slot: Slot) -> str:
    """The shelf for the reading of a record: there is one for the issues and cases of each place, whose readings are
    hardly ever asked for, and one ("") for all else, which is asked for in every build."""
    return slot.place if slot.kind in BULK else ""


class _File(Struct, frozen=True):
    """A record file as it was found: how it was seen, and its reading; without one, its bytes."""

    seen: Seen | None
    reading: Reading | None
    data: bytes = b""


class Readings(Struct, frozen=True):
    """File → what it says, and the key under which that is kept; `seen`: how each file lay."""

    of: Mapping[str, Reading]
    keys: Mapping[str, str]
    seen: Mapping[str, Seen]


def read_all(stock: Stock, slots: Mapping[str, Slot], before: Index, kept: Cabinet, watch: Watch,
             jobs: int) -> Readings:
    """The reading of every record file; what was read anew is kept for the next build."""
    looked_up = {file: _look_up(stock, file, slot, before, kept) for file, slot in slots.items()}
    readings = {file: one.reading for file, one in looked_up.items() if one.reading}
    unread = [(Source(file, one.data), slots[file]) for file, one in looked_up.items() if file not in readings]
    watch("read", len(readings), len(slots))
    texts: dict[str, str] = {}
    for part in share_out(_read, unread, jobs):
        for file, (reading, text) in part.items():
            readings[file], texts[file] = reading or memos.restored_later(text), text
    watch("read", len(slots), len(slots))
    seen = {file: one.seen._replace(plain=readings[file].plain) for file, one in looked_up.items() if one.seen}
    keys = {file: _key(slots[file], file, one.digest) for file, one in seen.items()}
    on_disk = _keep(kept, slots, keys, texts, before)
    again = cabinet(kept.content, kept.name, kept.code, kept.shelves, full=False)
    for file in texts:  # what lies on disk need not lie in memory too
        if readings[file].plain and shelf_of(slots[file]) in on_disk:
            readings[file] = _plain_later(stock, file, slots[file], seen[file], again)
    return Readings({file: readings[file] for file in slots}, keys, seen)


def _look_up(stock: Stock, file: str, slot: Slot, before: Index, kept: Cabinet) -> _File:
    """What is known of a file without reading what it says; its bytes are read only if it does not lie as it did."""
    lying = stock.found[file]
    seen = before.seen(file, lying)
    if seen and seen.plain:
        return _File(seen, _plain_later(stock, file, slot, seen, kept))
    if seen and (text := kept.shelves[shelf_of(slot)].get(_key(slot, file, seen.digest))):
        return _File(seen, memos.restored(text, file))
    try:
        data = stock.read(file)
    except OSError as error:
        return _File(None, _unreadable(file, error))
    digest = digests.digest(data)
    text = kept.shelves[shelf_of(slot)].get(_key(slot, file, digest), "")
    return _File(Seen(*lying, digest), _restored(text, file, slot) if text else None, data)


def _restored(text: str, file: str, slot: Slot) -> Reading:
    reading = memos.restored(text, file)
    return memos.restored_later(text) if slot.kind in BULK and memos.is_plain(reading) else reading


def _plain_later(stock: Stock, file: str, slot: Slot, seen: Seen, kept: Cabinet) -> Reading:
    """The reading of an unchanged plain file, looked up when it is asked for."""
    return Reading(entries=Later([""], lambda _: _plain(stock, file, slot, seen, kept), keep=0), plain=True)


def _plain(stock: Stock, file: str, slot: Slot, seen: Seen, kept: Cabinet) -> Data:
    """What an unchanged plain file says: from its memo; without one, read again."""
    text = kept.shelves[shelf_of(slot)].get(_key(slot, file, seen.digest))
    reading = memos.restored(text, file) if text else read_records(Source(file, stock.read(file)), slot)
    return reading.entries[""]


def _key(slot: Slot, file: str, digest: str) -> str:
    """What a reading is kept under: all that it depends on."""
    return f"{slot.kind} {file.rpartition('.')[2]} {digest}"


def _read(unread: Sequence[tuple[Source, Slot]]) -> dict[str, tuple[Reading | None, str]]:
    """File → its reading, and the text to keep; of a plain issue or case the text alone."""
    found = {}
    for source, slot in unread:
        reading = read_records(source, slot)
        plain = slot.kind in BULK and memos.is_plain(reading)
        found[source.path] = None if plain else reading, memos.kept(reading)
    return found


_UNREADABLE = {
    0: marked("the disk does not give it"), errno.EACCES: marked("nobody but its owner may read it"),
    errno.EPERM: marked("nobody but its owner may read it"), errno.ENOENT: marked("it was deleted meanwhile"),
    errno.EISDIR: marked("it is a folder"), errno.ELOOP: marked("it is a link that leads to itself"),
}
"""Why the disk refuses, in a writer's words."""


def _unreadable(file: str, error: OSError) -> Reading:
    problem = Problem(file, 1, 1, "unreadable", (("found", _UNREADABLE.get(error.errno or 0, _UNREADABLE[0])),))
    return Reading(problems=(problem,), invalid=frozenset({""}))


def _keep(kept: Cabinet, slots: Mapping[str, Slot], keys: Mapping[str, str], texts: Mapping[str, str],
          before: Index) -> set[str]:
    """Keeps the shelves on which a file came, changed or went; those that are kept now."""
    gone = [slot for file in before.files.keys() - keys.keys() if (slot := slot_of(file))]
    moved = [slots[file] for file, key in keys.items() if file in texts or not _is_kept(before, file, key)]
    found: dict[str, dict[str, str]] = {shelf_of(slot): {} for slot in (*gone, *moved)}
    for file, key in keys.items():
        if (name := shelf_of(slots[file])) in found:
            found[name][key] = texts.get(file) or kept.shelves[name].get(key, "")
    return {name for name, shelf in found.items()
            if kept.keep(name, {key: text for key, text in shelf.items() if text})}


def _is_kept(before: Index, file: str, key: str) -> bool:
    return file in before.files and key.endswith(before.files[file].digest)


def orders_of(content: Path, code: str, names: Iterable[str], *, full: bool,
              keeps: bool = True) -> dict[str, tuple[str, str]]:
    """Name → the key by which it is sorted; those known from the last build need no dictionary of pinyin."""
    kept = cabinet(content, "orders", code, [""], full=full, keeps=keeps)
    keys = {name: compact(name) for name in names}
    orders = {name: _order(kept.shelves[""].get(key, "")) or name_order(name) for name, key in keys.items()}
    shelf = {key: compact(orders[name]) for name, key in keys.items()}
    if shelf != kept.shelves[""]:
        kept.keep("", shelf)
    return orders


def _order(text: str) -> tuple[str, str] | None:
    return tuple(json.loads(text)) if text else None


class Attachments(Struct, frozen=True):
    """The files that records name: how each was seen, and what cannot be shown."""

    seen: Mapping[str, Seen]
    problems: tuple[Problem, ...]


def read_attachments(stock: Stock, library: Library, before: Index) -> Attachments:
    """Looks into the files that records name; into one that lies as it did only once."""
    seen: dict[str, Seen] = {}
    problems: list[Problem] = []
    for file in sorted(set(library.attachments.values())):
        known = before.seen(file, stock.found[file])
        try:
            seen[file] = known or _looked_at(stock, file)
        except images.Refused as refused:
            problems.append(Problem(file, 1, 1, refused.code, (("found", file),)))
        except OSError as error:
            problems += _unreadable(file, error).problems
    return Attachments(seen, tuple(problems))


def read_frozen(stock: Stock) -> tuple[dict[str, Frozen], list[Problem]]:
    """The numbers that are kept as they were published, by name; and what is wrong with their files."""
    copies: dict[str, Frozen] = {}
    problems: list[Problem] = []
    for file in sorted(stock.found):
        if name := frozen_name(file):
            try:
                copy = frozen.loaded(stock.read(file).decode())
                if copy.name == name:
                    copies[name] = copy
                else:
                    problems.append(Problem(file, 1, 1, "frozen_renamed", (("found", f"'{copy.name}.json'"),)))
            except (frozen.Unreadable, UnicodeDecodeError) as error:
                code = str(error) if isinstance(error, frozen.Unreadable) else "frozen_unreadable"
                problems.append(Problem(file, 1, 1, code))
            except OSError as error:
                problems += _unreadable(file, error).problems
    return copies, problems


def _looked_at(stock: Stock, file: str) -> Seen:
    """A file that is to be published. Raises images.Refused for a photo that cannot be shown, OSError."""
    data = stock.read(file)
    return Seen(*stock.found[file], digests.digest(data), pixels=images.size(data) if is_photo(file) else None)
