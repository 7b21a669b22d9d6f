"""Files that stand where no record can: each a problem that says what to do."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from unicodedata import normalize

from msgspec.structs import replace

from ..core.printable import printable
from ..model.filenames import meant
from ..model.identifiers import DEVICES, is_name
from ..model.language import slug
from ..model.paths import (
    ATTACHMENTS,
    DOCUMENTS,
    HEIC,
    PHOTOS,
    RECORD_FOLDERS,
    RECORD_SUFFIXES,
    TOP_FOLDERS,
    Slot,
    and_above,
    free_name,
    frozen_name,
    is_place_name,
    is_set_aside,
    one_file,
    slot_of,
    takes_a_page,
)
from ..model.problems import Level, Problem
from ..model.vocabulary import in_both, nearest
from .privacy import find

MAX_PATH = 200
"""Characters of a path below the content folder; Windows refuses more than 260, and its own folder comes on top."""

_DEVICE = re.compile(rf"(?<![^/])(?P<name>{'|'.join(sorted(DEVICES))})(?:\.[^/]*)?(?![^/])", re.IGNORECASE)


def check_records(slots: Mapping[str, Slot]) -> Iterator[Problem]:
    """What is wrong with where the records of a content folder lie; `slots`: file → what it is, of all its records."""
    places = {slot.path for slot in slots.values() if slot.kind == "place"}
    fine = _fine(part for slot in slots.values() for part in slot.path.split("/"))
    addresses: dict[str, str] = {}
    if "site" not in {slot.path for slot in slots.values()}:
        yield _problem("site.yaml", "site_missing")
    for file, slot in slots.items():
        other = addresses.setdefault(slot.path, file)
        if other != file:
            yield _problem(file, "same_address", found=other)
        elif problem := _misplaced(file, slot, places, fine):
            yield problem


def check_attachments(files: Iterable[str], slots: Mapping[str, Slot], named: Collection[str]) -> Iterator[Problem]:
    """What is wrong with where all other files lie; `named` are those that a record names."""
    places = {slot.path for slot in slots.values() if slot.kind == "place"}
    set_aside = set[str]()
    for file in files:
        if file in slots or file in named or frozen_name(file):
            continue
        if is_set_aside(file) and not file.lower().endswith((*PHOTOS, *DOCUMENTS)):
            set_aside.add(_set_aside_part(file))
        else:
            yield _unread(file, places)
    for path in sorted(set_aside):
        yield _problem(path, "set_aside", level="warning", found=f"'{path.rpartition('/')[2]}'")


def _set_aside_part(file: str) -> str:
    """The file, or the highest folder above it, whose name begins with _."""
    parts = file.split("/")
    return "/".join(parts[:next(n for n, part in enumerate(parts) if part.startswith("_")) + 1])


def check_unread_names(unfit: Iterable[str], leftovers: Sequence[str]) -> Iterator[Problem]:
    """Names that no text can hold, each; and once what systems and editors left."""
    for file in unfit:
        level: Level = "error" if file.endswith(RECORD_SUFFIXES) else "warning"
        path = printable(file)
        yield _problem(path, "unfit_name", meant(file), level, found=f"'{path.rpartition('/')[2]}'")
    if leftovers:
        names = list(dict.fromkeys(printable(file.rpartition("/")[2]) for file in leftovers))
        told = ", ".join(names[:_TOLD]) + (" …" if len(names) > _TOLD else "")
        yield _problem(printable(leftovers[0]), "leftovers", level="warning", found=told)


_TOLD = 5
"""So many names of files that nobody wrote are told."""


def _misplaced(file: str, slot: Slot, places: Collection[str], fine: Set[str]) -> Problem | None:
    """A record whose name cannot be an address, or whose folder is not a place."""
    *folders, name = slot.path.split("/")
    wrong = next((part for part in (*folders, name) if part not in fine), None)
    if wrong is not None:
        return _named_wrong(file, wrong)
    if takes_a_page(slot):
        return _problem(file, "reserved_name", found=f"'{name}'")
    place = slot.path if slot.kind == "place" else slot.place
    return _no_place(file, place, places) if slot.path.startswith("places/") else None


def _fine(parts: Iterable[str]) -> frozenset[str]:
    """What folders and files may be called so; nearly always nothing is found in all of them at once."""
    names = frozenset(filter(is_name, frozenset(parts)))
    return frozenset(name for name in names if not find(name)) if find("\n".join(names)) else names


def _named_wrong(file: str, part: str) -> Problem:
    if hits := find(part):
        return _problem(file, hits[0].kind, key=in_both("文件名", "the file name"), found=hits[0].masked)
    return _problem(file, "bad_name", slug(part), found=f"'{part}'")


def check_portable(files: Iterable[str]) -> Iterator[Problem]:
    """What other systems cannot hold: names that Windows keeps, names that differ by capitals or by the Unicode form
    of their letters only, long paths."""
    seen: dict[str, str] = {}
    for file in files:
        other = seen.setdefault(one_file(file), file)
        if device := _DEVICE.search(file):
            yield _problem(file, "name_of_device", free_name(device["name"], ()), found=f"'{device[0]}'")
        elif other != file:
            same_form = normalize("NFC", file) != normalize("NFC", other)
            yield _problem(file, "same_but_capitals" if same_form else "same_but_form", found=other)
        elif len(file) > MAX_PATH:
            yield _problem(file, "path_too_long", level="warning", found=str(len(file)), allowed=str(MAX_PATH))


def _unread(file: str, places: Collection[str]) -> Problem:
    """A file that is no record and that no record names: an attachment left over, or something that nothing reads."""
    *folders, name = file.split("/")
    if folders[:1] == ["places"] and len(folders) > 1:
        inside = folders[-1] in RECORD_FOLDERS or folders[-1] == ATTACHMENTS
        if problem := _no_place(file, "/".join(folders[:-1] if inside else folders), places):
            return problem
    is_beside_records = folders[:1] in (["places"], *([folder] for folder in TOP_FOLDERS))
    if not is_beside_records or name.endswith(RECORD_SUFFIXES):
        return _problem(file, "not_a_record", _as_record(file), found=f"'{name}'", allowed="issues/, cases/")
    if name.lower().endswith(HEIC):
        return _problem(file, "photo_heic", found=f"'{name}'")
    if not name.lower().endswith((*PHOTOS, *DOCUMENTS)):
        return _problem(file, "file_ending", _as_record(file), found=f"'{name}'", allowed=", ".join(PHOTOS + DOCUMENTS))
    return _problem(file, "unused_attachment", level="warning")


_RECORD_ENDING = re.compile(r"\.(?P<kind>ya?ml|md|markdown)(\.txt)?$", re.IGNORECASE)
"""How the name of a record ends where an editor or a system has spelt it otherwise."""


def _as_record(file: str) -> str:
    """What a file is to be called to be read as a record; "" where that is not plain."""
    folder, _, name = file.rpartition("/")
    ending = _RECORD_ENDING.search(name)
    if not ending:
        return ""
    meant = f"{slug(name[:ending.start()])}.{ending['kind'].lower().replace('markdown', 'md')}"
    return meant if slot_of(f"{folder}/{meant}".lstrip("/")) and meant != name else ""


def _no_place(file: str, place: str, places: Collection[str]) -> Problem | None:
    """The folder of `place`, or one above it, is no place."""
    missing = next((path for path in reversed(list(and_above(place))) if path not in places), None)
    if missing is None:
        return None
    name = missing.rpartition("/")[2]
    if not is_place_name(name):
        return _problem(file, "reserved_name", found=f"'{name}'")
    meant = nearest(name, RECORD_FOLDERS) or ""
    example = "" if meant else in_both(f"# {missing}/place.yaml\n名称: …\n类别: 社区",
                                          f"# {missing}/place.yaml\nname: …\nkind: community")
    return replace(_problem(file, "no_place", meant, found=f"'{name}'"), example=example)


def _problem(file: str, code: str, near: str = "", level: Level = "error", **values: str) -> Problem:
    return Problem(file, 1, 1, code, tuple(values.items()), near, level=level)
