"""File names in one Unicode form; names that no text can hold and files left by systems are separated. Pure."""

import re
from collections.abc import Mapping
from typing import Generic, TypeVar
from unicodedata import normalize

from msgspec import Struct

from ..core.characters import FORBIDDEN_CHARACTERS

V = TypeVar("V")

_UNUSABLE_CHARACTERS = re.compile(f"[\t\n{FORBIDDEN_CHARACTERS}\ud800-\udfff]")
"""Characters that no page, table or message can hold on one line: control characters, undecodable bytes."""

_SYSTEM_FILES = frozenset({"desktop.ini", "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", ".ds_store", "icon\r",
                           "__macosx", "@eadir", "#recycle", "$recycle.bin", "system volume information", "lost+found"})
"""Files and folders that Windows, macOS and network disks leave."""

_EDITOR_FILES = re.compile(r"~\$.*|.*~|#.*#|\.~lock\..*#|.*\.(?:sw[a-p]|tmp|temp|bak|orig|part|crdownload)|"
                           r".*\.sb-[0-9a-f]+-\w+", re.IGNORECASE | re.DOTALL)
"""Copies, locks and unfinished files that editors, office programs and browsers leave."""


class ClassifiedFiles(Struct, Generic[V], frozen=True):
    """The files of a folder: readable ones, by their normalised names; names that no text can hold; files left by
    systems and editors."""

    files: dict[str, V]
    unusable: tuple[str, ...]
    leftovers: tuple[str, ...]


def classify_files(entries: Mapping[str, V]) -> ClassifiedFiles[V]:
    """Classify the files of a folder, given as path → anything.

    Paths are normalised to NFC, in which people type; where two paths differ only in their form, the second is left
    unchanged.
    """
    leftover_names = set(filter(_is_leftover_name, {part for path in entries for part in path.split("/")}))
    leftovers = tuple(path for path in entries if leftover_names and not leftover_names.isdisjoint(path.split("/")))
    unusable = tuple(path for path in entries if not is_usable_path(path) and path not in leftovers)
    skipped = {*leftovers, *unusable}
    files: dict[str, V] = {}
    for path, value in entries.items():
        if path not in skipped:
            composed = normalize("NFC", path)
            files[path if composed != path and (composed in entries or composed in files) else composed] = value
    return ClassifiedFiles(dict(sorted(files.items())), unusable, leftovers)


def is_usable_path(path: str) -> bool:
    """Whether a text can hold this path."""
    # No unusable character is printable, and nearly every path is.
    return path.isprintable() or _UNUSABLE_CHARACTERS.search(path) is None


def is_leftover(path: str) -> bool:
    """Whether a system or an editor left this file, or a folder above it."""
    return any(map(_is_leftover_name, path.split("/")))


def _is_leftover_name(name: str) -> bool:
    return name.lower() in _SYSTEM_FILES or _EDITOR_FILES.fullmatch(name) is not None


def is_hidden(path: str) -> bool:
    """Whether the name of this file, or of a folder above it, begins with a dot."""
    return path.startswith(".") or "/." in path


def guess_intended_name(path: str) -> str:
    """The likely name for a path whose bytes are not UTF-8: decoded as Chinese from Windows (GB 18030); "" if
    impossible."""
    name = path.rpartition("/")[2]
    try:
        text = name.encode("utf-8", "surrogateescape").decode("gb18030")
    except UnicodeError:
        return ""
    return text if text != name and _CHINESE_NAME.fullmatch(text) else ""


_CHINESE_NAME = re.compile(r"[ -~\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
