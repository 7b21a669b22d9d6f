"""The path of a source file determines its kind of record, the place it belongs to, and its URL.

A record's path is its file's path in the content folder without the extension (`places/shahe/dongyicun/issues/x`);
entries of a collection file have a path below it (`places/shahe/dongyicun/locations/yard`).
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterable
from functools import cache
from itertools import chain, count
from unicodedata import normalize

from msgspec import Struct

from .filenames import is_usable_path
from .identifiers import WINDOWS_DEVICE_NAMES, is_valid_name
from .kinds import COLLECTIONS, KINDS, TABLES
from .language import slugify


def _kinds_stored_as(location: str) -> dict[str, str]:
    return {spec.folder: spec.name for spec in KINDS.values() if spec.location == location}


RECORD_FOLDERS, PLACE_FILES = _kinds_stored_as("place folder"), _kinds_stored_as("place file")
"""Name of a folder below a place, or of a file in the place's own folder → the kind of record there."""

TOP_FOLDERS, TOP_FILES = _kinds_stored_as("top folder"), _kinds_stored_as("top file")

KIND_IN = {spec.folder: spec.name for spec in KINDS.values() if spec.entries or spec.location.endswith("folder")}
"""The part before the name of a record in its path → its kind; without places."""

SNAPSHOT_FOLDER = "frozen"
"""Folder of snapshots: statistics as they were published."""

RECORD_SUFFIXES = (".yaml", ".yml", ".md")
ATTACHMENT_FOLDER = "files"

PHOTO_SUFFIXES = (".jpg", ".jpeg", ".jfif", ".png", ".webp", ".gif", ".heic", ".heif")
"""Photos; they are published in several sizes that browsers show, without metadata. HEIC is read by an optional
library."""

DOCUMENT_SUFFIXES = (".pdf", ".csv", ".xlsx", ".docx", ".pptx", ".ods", ".odt", ".geojson", ".json", ".mp3", ".mp4")
"""Other files that a text may link to: nothing that a browser would execute, no photo format that keeps metadata."""

BOUNDARY_SUFFIXES = (".geojson", ".json")

RESERVED_PLACE_NAMES = frozenset({
    *TABLES.values(), "statistics", "wall", "page", "topics", "status", "months", "data", "search", "problems",
    "changes", "corrections", "due", "gaps", "report", "report-cards", "week", "map", "static", "files",
})
"""Names that the site's own pages use below a place: no place may have them."""

SOURCE_ANCHOR_PREFIX = "source-"
"""Prefix of the anchor of a source, so that no id collides with one of the page itself."""

MAX_SUGGESTED_NAME = 40
"""Maximum length of a suggested file name, in characters."""

_YEAR = re.compile(r"\d{4}")


class RecordLocation(Struct, frozen=True):
    """The kind of record in a source file, and the path of the record (or of the collection)."""

    kind: str
    path: str

    @property
    def place(self) -> str:
        """The path of the place it belongs to ("": the site itself)."""
        return get_place_of(self.path)


def locate_record(file: str) -> RecordLocation | None:
    """The location for the file at this path (relative to the content folder, with /); None if no record can be
    there."""
    path, dot, suffix = file.rpartition(".")
    if dot + suffix not in RECORD_SUFFIXES or is_underscored(file) or not is_usable_path(file):
        return None
    parts = path.split("/")
    kind = _kind_at_top(parts) if parts[0] != "places" else _kind_below_places(parts)
    return RecordLocation(kind, path.removesuffix("/place") if kind == "place" else path) if kind else None


def is_underscored(file: str) -> bool:
    """Whether the name of a file, or of a folder above it, begins with `_`; such files are not read as records."""
    return file.startswith("_") or "/_" in file


def locate_records(files: Iterable[str]) -> dict[str, RecordLocation]:
    """File → its location, for all files in which a record can be."""
    return {file: location for file in files if (location := locate_record(file))}


def _kind_at_top(parts: list[str]) -> str | None:
    if len(parts) == 1:
        return TOP_FILES.get(parts[0])
    return TOP_FOLDERS.get(parts[0]) if len(parts) == 2 else None


def _kind_below_places(parts: list[str]) -> str | None:
    if len(parts) >= 3 and parts[-1] in PLACE_FILES and parts[-2] not in RECORD_FOLDERS:
        return PLACE_FILES[parts[-1]]
    return RECORD_FOLDERS.get(parts[-2]) if len(parts) >= 4 else None


def get_kind_at(path: str) -> str:
    """The kind of the record with a page of its own that can be at `path`; "" if none can."""
    location = _locate_entry_or_record(path)
    if location is None or location.path != path or not all(map(is_valid_name, path.split("/"))):
        return ""
    has_page = get_record_url(path) == f"{path}/index.html" and not conflicts_with_site_page(location)
    is_below_places = all(is_allowed_place_name(place.rpartition("/")[2]) for place in list_ancestor_places(path))
    return location.kind if has_page and is_below_places else ""


def _locate_entry_or_record(path: str) -> RecordLocation | None:
    collection = locate_record(f"{path.rpartition('/')[0]}.yaml")
    if collection and collection.kind in COLLECTIONS:
        return RecordLocation(collection.kind, path)
    location = locate_record(f"{path}.yaml") or locate_record(f"{path}/place.yaml")
    return None if location is None or location.kind in COLLECTIONS else location


@cache  # called many times for every record
def get_place_of(path: str) -> str:
    """The path of the place that the record at `path` belongs to; for a place, its parent ("": none)."""
    folder = path.rpartition("/")[0]
    if not folder.startswith("places/"):
        return ""
    above, _, name = folder.rpartition("/")
    return above if name in RECORD_FOLDERS or name in PLACE_FILES else folder


def group_by_place(paths: Iterable[str]) -> dict[str, list[str]]:
    """Place → those of `paths` that belong to it, in their order."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        groups[get_place_of(path)].append(path)
    return dict(groups)


def get_folder_name(path: str) -> str:
    """The name of the folder that contains the file of a record: `issues`."""
    return path.rpartition("/")[0].rpartition("/")[2]


@cache
def list_self_and_ancestors(place: str) -> tuple[str, ...]:
    """A place and all places above it, the highest last."""
    return (place, *list_self_and_ancestors(get_place_of(place))) if place else ()


def list_ancestor_places(path: str) -> tuple[str, ...]:
    """The place that a record belongs to and all places above it, the highest last."""
    return list_self_and_ancestors(get_place_of(path))


def get_record_url(path: str) -> str:
    """The output file that shows the record at `path`, relative to the root of its language; with an anchor if need
    be."""
    if path == "site":
        return "index.html"
    head, _, name = path.rpartition("/")
    if head == "sources":
        return f"sources/index.html#{SOURCE_ANCHOR_PREFIX}{name}"
    if head == "withdrawn":
        return f"corrections/index.html#withdrawn-{name}"
    if head.endswith("/figures"):
        return f"{head.removesuffix('/figures')}/index.html#figure-{name}"
    return f"{path}/index.html"


def parse_snapshot_name(file: str) -> str:
    """The name of the snapshot in a file of the content folder; "" if the file is not one."""
    folder, _, name = file.rpartition("/")
    stem = name.removesuffix(".json")
    return stem if folder == SNAPSHOT_FOLDER and stem != name and is_valid_name(stem) else ""


def is_photo_name(file: str) -> bool:
    """Whether a file has the suffix of a photo."""
    return file.lower().endswith(PHOTO_SUFFIXES)


def is_allowed_place_name(text: str) -> bool:
    """Whether a place may have the name `text`: names of the site's own pages and years are reserved."""
    return text not in RESERVED_PLACE_NAMES and _YEAR.fullmatch(text) is None


def is_reserved_name(text: str) -> bool:
    """Whether `text` is the name of a page of a long list (a year, `unknown`): no issue or case may have it."""
    return text == "unknown" or _YEAR.fullmatch(text) is not None


def normalize_separators(typed: str) -> str:
    """A typed path with / instead of the backslash of Windows, and without separators at its ends."""
    return typed.replace("\\", "/").strip("/")


def suggest_file_name(title: str, taken: Container[str], *, kind: str = "", folder: str = "") -> str:
    """A file or folder name for `title`: its pinyin, cut after a whole syllable.

    A number is appended while the name is in `taken` (as a path, if its `folder` is given) or not allowed for a record
    of this `kind`.
    """
    name = _shorten(slugify(title))
    before = f"{folder}/" if folder else ""
    numbered = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(name for name in numbered if f"{before}{name}" not in taken and _is_allowed_name(name, kind))


def _shorten(name: str) -> str:
    start = name[:MAX_SUGGESTED_NAME]
    return name if len(name) <= MAX_SUGGESTED_NAME else start.rpartition("-")[0] or start


def _is_allowed_name(name: str, kind: str) -> bool:
    """Whether a record of this kind may have the name, on every system."""
    return not (name in WINDOWS_DEVICE_NAMES or is_reserved_name(name)
                or (kind == "place" and not is_allowed_place_name(name)))


def fold_path(path: str) -> str:
    """The key under which two paths are the same file on some system (NFC, case-folded)."""
    return path.lower() if path.isascii() else normalize("NFC", path).casefold()


def conflicts_with_site_page(location: RecordLocation) -> bool:
    """Whether the record's URL is that of a page of the site's own."""
    name = location.path.rpartition("/")[2]
    if location.kind == "place":
        return not is_allowed_place_name(name)
    return location.kind in RECORD_FOLDERS.values() and is_reserved_name(name)
