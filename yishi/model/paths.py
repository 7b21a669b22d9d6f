"""Where a record lives: the path of a source file says what it is, which place it belongs to, and its URL.

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


def _standing(stands: str) -> dict[str, str]:
    return {spec.folder: spec.name for spec in KINDS.values() if spec.stands == stands}


RECORD_FOLDERS, PLACE_FILES = _standing("place folder"), _standing("place file")
"""Folder below a place, and file in its own folder → the kind of record there."""

TOP_FOLDERS, TOP_FILES = _standing("top folder"), _standing("top file")

KIND_IN = {spec.folder: spec.name for spec in KINDS.values() if spec.entries or spec.stands.endswith("folder")}
"""What stands before the name of a record in its path, but for a place → its kind."""

SNAPSHOT_FOLDER = "frozen"
"""Folder of the numbers that are kept as they were published."""

RECORD_SUFFIXES = (".yaml", ".yml", ".md")
ATTACHMENT_FOLDER = "files"

PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif")
"""What can be shown, and is published in other sizes without metadata."""

HEIC_SUFFIXES = (".heic", ".heif")
"""What phones take and browsers do not show."""

DOCUMENT_SUFFIXES = (".pdf", ".csv", ".xlsx", ".docx", ".pptx", ".ods", ".odt", ".geojson", ".json", ".mp3", ".mp4")
"""What a text may link to besides; nothing that a browser would run, no photo that keeps its place and camera."""

RESERVED_PLACE_NAMES = frozenset({
    *TABLES.values(), "statistics", "wall", "page", "topics", "status", "months", "data", "search", "problems",
    "changes", "corrections", "due", "gaps", "report", "static", "files",
})
"""Names that the site's own pages use below a place: no place may be called so."""

SOURCE_ANCHOR_PREFIX = "source-"
"""What stands before the id of a source in its anchor, so that it cannot be one of the page itself."""

MAX_SUGGESTED_NAME = 40
"""Characters of a file name that is proposed."""

_YEAR = re.compile(r"\d{4}")


class RecordLocation(Struct, frozen=True):
    """What a source file is: its kind of record, and the path of its record (or of its collection)."""

    kind: str
    path: str

    @property
    def place(self) -> str:
        """The path of the place it belongs to ("" = the site itself)."""
        return get_place_of(self.path)


def locate_record(file: str) -> RecordLocation | None:
    """What the file at this path (relative to the content folder, with /) is; None if no record can stand there."""
    path, dot, suffix = file.rpartition(".")
    if dot + suffix not in RECORD_SUFFIXES or is_underscored(file) or not is_usable_path(file):
        return None
    parts = path.split("/")
    kind = _kind_at_top(parts) if parts[0] != "places" else _kind_below_places(parts)
    return RecordLocation(kind, path.removesuffix("/place") if kind == "place" else path) if kind else None


def is_underscored(file: str) -> bool:
    """Whether the name of a file, or of a folder above it, begins with _: no record is read from it."""
    return file.startswith("_") or "/_" in file


def locate_records(files: Iterable[str]) -> dict[str, RecordLocation]:
    """File → what it is, of all files in which a record can stand."""
    return {file: slot for file in files if (slot := locate_record(file))}


def _kind_at_top(parts: list[str]) -> str | None:
    if len(parts) == 1:
        return TOP_FILES.get(parts[0])
    return TOP_FOLDERS.get(parts[0]) if len(parts) == 2 else None


def _kind_below_places(parts: list[str]) -> str | None:
    if len(parts) >= 3 and parts[-1] in PLACE_FILES and parts[-2] not in RECORD_FOLDERS:
        return PLACE_FILES[parts[-1]]
    return RECORD_FOLDERS.get(parts[-2]) if len(parts) >= 4 else None


def get_kind_at(path: str) -> str:
    """The kind of the record with a page of its own that can stand at `path`; "" if none can."""
    slot = locate_record(f"{path}.yaml") or locate_record(f"{path}/place.yaml")
    named = slot is not None and slot.path == path and all(map(is_valid_name,
                                                               path.split("/"))) and not conflicts_with_site_page(slot)
    return slot.kind if slot and named and slot.kind not in COLLECTIONS and slot.kind != "site" else ""


@cache  # asked of every record many times
def get_place_of(path: str) -> str:
    """The path of the place that the record at `path` belongs to; a place's is its parent ("" = none)."""
    folder = path.rpartition("/")[0]
    if not folder.startswith("places/"):
        return ""
    above, _, name = folder.rpartition("/")
    return above if name in RECORD_FOLDERS or name in PLACE_FILES else folder


def group_by_place(paths: Iterable[str]) -> dict[str, list[str]]:
    """Place → those of `paths` that belong to it, in their order."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        found[get_place_of(path)].append(path)
    return dict(found)


def get_folder_name(path: str) -> str:
    """The folder in which the file of a record lies, as a name: `issues`."""
    return path.rpartition("/")[0].rpartition("/")[2]


@cache
def list_self_and_ancestors(place: str) -> tuple[str, ...]:
    """A place and all above it, the highest last."""
    return (place, *list_self_and_ancestors(get_place_of(place))) if place else ()


def list_ancestor_places(path: str) -> tuple[str, ...]:
    """The place that a record belongs to and all above it, the highest last."""
    return list_self_and_ancestors(get_place_of(path))


def get_record_url(path: str) -> str:
    """The output file that shows the record at `path`, relative to the root of its language."""
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
    """The name of the frozen copy that a file of the content folder holds; "" if it holds none."""
    folder, _, name = file.rpartition("/")
    stem = name.removesuffix(".json")
    return stem if folder == SNAPSHOT_FOLDER and stem != name and is_valid_name(stem) else ""


def is_photo_name(file: str) -> bool:
    """Whether a file is called as photos are."""
    return file.lower().endswith(PHOTO_SUFFIXES)


def is_allowed_place_name(text: str) -> bool:
    """Whether a place may be called `text`: the site's own pages keep their names, and so do years."""
    return text not in RESERVED_PLACE_NAMES and _YEAR.fullmatch(text) is None


def is_reserved_name(text: str) -> bool:
    """Whether the pages of a long list are called so: no issue or case may be."""
    return text == "unknown" or _YEAR.fullmatch(text) is not None


def normalize_separators(typed: str) -> str:
    """A path as somebody typed it, with / for the backslash of Windows and without one at its ends."""
    return typed.replace("\\", "/").strip("/")


def suggest_file_name(title: str, taken: Container[str], *, kind: str = "", folder: str = "") -> str:
    """A file or folder name for what is called `title`: its pinyin, cut after a whole syllable.

    A number stands behind it where it is in `taken` (as a path, if its `folder` is given), or is no name for a record
    of this `kind`.
    """
    name, before = _shorten(slugify(title)), f"{folder}/" if folder else ""
    numbered = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(one for one in numbered if f"{before}{one}" not in taken and _is_allowed_name(one, kind))


def _shorten(name: str) -> str:
    start = name[:MAX_SUGGESTED_NAME]
    return name if len(name) <= MAX_SUGGESTED_NAME else start.rpartition("-")[0] or start


def _is_allowed_name(name: str, kind: str) -> bool:
    """Whether a record of this kind may be called so, on every system."""
    return not (name in WINDOWS_DEVICE_NAMES or is_reserved_name(name)
                or (kind == "place" and not is_allowed_place_name(name)))


def fold_path(path: str) -> str:
    """What two paths have in common that are one and the same file on some system."""
    return normalize("NFC", path).casefold()


def conflicts_with_site_page(slot: RecordLocation) -> bool:
    """Whether a record would stand where the site has a page of its own."""
    name = slot.path.rpartition("/")[2]
    if slot.kind == "place":
        return not is_allowed_place_name(name)
    return slot.kind in RECORD_FOLDERS.values() and is_reserved_name(name)
