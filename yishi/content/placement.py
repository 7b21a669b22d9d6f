"""Files in places where no record can be: each is a problem that explains what to do."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from unicodedata import normalize

from msgspec.structs import replace

from ..core.characters import format_for_terminal_line
from ..core.files import FONT_SUFFIXES
from ..model.filenames import guess_intended_name
from ..model.identifiers import WINDOWS_DEVICE_NAMES, is_valid_name
from ..model.language import slugify
from ..model.paths import (
    ATTACHMENT_FOLDER,
    DOCUMENT_SUFFIXES,
    PHOTO_SUFFIXES,
    RECORD_FOLDERS,
    RECORD_SUFFIXES,
    TOP_FOLDERS,
    RecordLocation,
    conflicts_with_site_page,
    fold_path,
    is_allowed_place_name,
    is_underscored,
    list_self_and_ancestors,
    locate_record,
    parse_snapshot_name,
    suggest_file_name,
)
from ..model.problems import Problem, Severity
from ..model.vocabulary import encode_bilingual, find_nearest_word
from .privacy import find_personal_data, holds_personal_data

MAX_PATH_LENGTH = 200
"""Maximum length of a path below the content folder, in characters; Windows allows 260 including the folder above."""

_DEVICE_NAME = re.compile(rf"(?<![^/])(?P<name>{'|'.join(sorted(WINDOWS_DEVICE_NAMES))})(?:\.[^/]*)?(?![^/])",
                          re.IGNORECASE)


def check_record_locations(locations: Mapping[str, RecordLocation]) -> Iterator[Problem]:
    """Problems with the locations of records; `locations`: file → location, for all records."""
    places = {location.path for location in locations.values() if location.kind == "place"}
    missing = {place: _find_missing_place(place, places) for place in set(map(_place_needed, locations.values()))}
    valid_names = _select_valid_names(part for location in locations.values() for part in location.path.split("/"))
    addresses: dict[str, str] = {}
    if "site" not in {location.path for location in locations.values()}:
        yield _file_problem("site.yaml", "site_missing")
    for file, location in locations.items():
        other = addresses.setdefault(location.path, file)
        if other != file:
            yield _file_problem(file, "same_address", found=other)
        elif problem := _check_location(file, location, missing, valid_names):
            yield problem


def check_attachments(files: Iterable[str], locations: Mapping[str, RecordLocation],
                      named: Collection[str]) -> Iterator[Problem]:
    """Problems with the locations of all other files; `named` are those that a record refers to."""
    places = {location.path for location in locations.values() if location.kind == "place"}
    set_aside = set[str]()
    others = [file for file in files if file not in locations and file not in named]
    if holds_personal_data("\n".join(others)):
        yield from (problem for file in others for problem in check_file_name(file))
    for file in others:
        if parse_snapshot_name(file) or ("/" not in file and file.lower().endswith(FONT_SUFFIXES)):  # of share cards
            continue
        if is_underscored(file) and not file.lower().endswith((*PHOTO_SUFFIXES, *DOCUMENT_SUFFIXES)):
            set_aside.add(_underscored_path(file))
        else:
            yield _unused_file_problem(file, places)
    for path in sorted(set_aside):
        yield _file_problem(path, "set_aside", level="warning", found=f"'{path.rpartition('/')[2]}'")


def _underscored_path(file: str) -> str:
    """The file, or the highest folder above it, whose name begins with `_`."""
    parts = file.split("/")
    return "/".join(parts[:next(n for n, part in enumerate(parts) if part.startswith("_")) + 1])


def check_ignored_names(unfit: Iterable[str], leftovers: Sequence[str]) -> Iterator[Problem]:
    """A problem for each name that no text can hold, and one for all files left by systems and editors."""
    for file in unfit:
        level: Severity = "error" if file.endswith(RECORD_SUFFIXES) else "warning"
        path = format_for_terminal_line(file)
        yield _file_problem(path, "unfit_name", guess_intended_name(file), level, found=f"'{path.rpartition('/')[2]}'")
    if leftovers:
        names = list(dict.fromkeys(format_for_terminal_line(file.rpartition("/")[2]) for file in leftovers))
        told = ", ".join(names[:_MAX_LISTED_LEFTOVERS]) + (" …" if len(names) > _MAX_LISTED_LEFTOVERS else "")
        yield _file_problem(format_for_terminal_line(leftovers[0]), "leftovers", level="warning", found=told)


_MAX_LISTED_LEFTOVERS = 5
"""Maximum number of such files that are listed."""


def _place_needed(location: RecordLocation) -> str:
    """The place that must exist for a record to be there; "" if none must."""
    if not location.path.startswith("places/"):
        return ""
    return location.path if location.kind == "place" else location.place


def _check_location(file: str, location: RecordLocation, missing: Mapping[str, str],
                    valid_names: frozenset[str]) -> Problem | None:
    """A record whose name cannot be an address, or whose folder is not a place; `missing`: as `_find_missing_place`,
    for each place."""
    parts = location.path.split("/")
    if not valid_names.issuperset(parts):
        return _bad_name_problem(file, next(part for part in parts if part not in valid_names))
    if conflicts_with_site_page(location):
        return _file_problem(file, "reserved_name", found=f"'{parts[-1]}'")
    absent = missing[_place_needed(location)]
    return _absent_place_problem(file, absent) if absent else None


def _select_valid_names(parts: Iterable[str]) -> frozenset[str]:
    """The valid names of folders and files; usually all of them, which one check of all names shows."""
    names = frozenset(filter(is_valid_name, frozenset(parts)))
    if not holds_personal_data("\n".join(names)):
        return names
    return frozenset(name for name in names if not any(check_file_name(name)))


def check_file_name(file: str) -> Iterator[Problem]:
    """An error for each folder or file name in a path that holds personal data."""
    for part in file.split("/"):
        for hit in find_personal_data(part):
            if hit.level == "error":
                yield _file_problem(file, hit.kind, key=encode_bilingual("文件名", "the file name"), found=hit.masked)


def _bad_name_problem(file: str, part: str) -> Problem:
    if private := next(check_file_name(part), None):
        return replace(private, path=file)
    return _file_problem(file, "bad_name", slugify(part), found=f"'{part}'")


def check_portable_names(files: Iterable[str]) -> Iterator[Problem]:
    """Names that other systems cannot hold: device names of Windows, names that differ only in case or Unicode form,
    long paths."""
    seen: dict[str, str] = {}
    for file in files:
        other = seen.setdefault(fold_path(file), file)
        if device := _DEVICE_NAME.search(file):
            yield _file_problem(file, "name_of_device", suggest_file_name(device["name"], ()), found=f"'{device[0]}'")
        elif other != file:
            same_form = normalize("NFC", file) != normalize("NFC", other)
            yield _file_problem(file, "same_but_capitals" if same_form else "same_but_form", found=other)
        elif len(file) > MAX_PATH_LENGTH:
            yield _file_problem(file, "path_too_long", level="warning", found=str(len(file)),
                                allowed=str(MAX_PATH_LENGTH))


def _unused_file_problem(file: str, places: Collection[str]) -> Problem:
    """A file that is no record and that no record refers to: an unused attachment, or a file that is never read."""
    *folders, name = file.split("/")
    if folders[:1] == ["places"] and len(folders) > 1:
        inside = folders[-1] in RECORD_FOLDERS or folders[-1] == ATTACHMENT_FOLDER
        if absent := _find_missing_place("/".join(folders[:-1] if inside else folders), places):
            return _absent_place_problem(file, absent)
    is_beside_records = folders[:1] in (["places"], *([folder] for folder in TOP_FOLDERS))
    if not is_beside_records or name.endswith(RECORD_SUFFIXES):
        return _file_problem(file, "not_a_record", _suggest_record_file(file), found=f"'{name}'",
                             allowed="issues/, cases/")
    if not name.lower().endswith((*PHOTO_SUFFIXES, *DOCUMENT_SUFFIXES)):
        return _file_problem(file, "file_ending", _suggest_record_file(file), found=f"'{name}'",
                             allowed=", ".join(PHOTO_SUFFIXES + DOCUMENT_SUFFIXES))
    return _file_problem(file, "unused_attachment", level="warning")


_RECORD_SUFFIX = re.compile(r"\.(?P<kind>ya?ml|md|markdown)(\.txt)?$", re.IGNORECASE)
"""Variants of record suffixes that an editor or a system has written differently."""


def _suggest_record_file(file: str) -> str:
    """The file name under which a file would be read as a record; "" if unclear."""
    folder, _, name = file.rpartition("/")
    ending = _RECORD_SUFFIX.search(name)
    if not ending:
        return ""
    meant = f"{slugify(name[:ending.start()])}.{ending['kind'].lower().replace('markdown', 'md')}"
    return meant if locate_record(f"{folder}/{meant}".lstrip("/")) and meant != name else ""


def _find_missing_place(place: str, places: Collection[str]) -> str:
    """The highest of `place` and the folders above it that is not a place; "" if all are."""
    return next((path for path in reversed(list_self_and_ancestors(place)) if path not in places), "")


def _absent_place_problem(file: str, missing: str) -> Problem:
    """The folder `missing`, in which a file lies, is not a place."""
    name = missing.rpartition("/")[2]
    if not is_allowed_place_name(name):
        return _file_problem(file, "reserved_name", found=f"'{name}'")
    meant = find_nearest_word(name, RECORD_FOLDERS) or ""
    example = "" if meant else encode_bilingual(f"# {missing}/place.yaml\n名称: …\n类别: 社区",
                                                f"# {missing}/place.yaml\nname: …\nkind: community")
    return replace(_file_problem(file, "no_place", meant, found=f"'{name}'"), example=example)


def _file_problem(file: str, code: str, near: str = "", level: Severity = "error", **values: str) -> Problem:
    return Problem(file, 1, 1, code, tuple(values.items()), near, level=level)
