"""File names as folders hold them: in one Unicode form, without those that no text can hold or nobody wrote. Pure."""

import re
from collections.abc import Mapping
from typing import Generic, TypeVar
from unicodedata import normalize

from msgspec import Struct

from ..core.characters import FORBIDDEN_CHARACTERS

V = TypeVar("V")

_UNUSABLE_CHARACTERS = re.compile(f"[\t\n{FORBIDDEN_CHARACTERS}\ud800-\udfff]")
"""What no page, table or message can hold on one line: control characters, bytes that are not UTF-8."""

_SYSTEM_FILES = frozenset({"desktop.ini", "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", ".ds_store", "icon\r",
                           "__macosx", "@eadir", "#recycle", "$recycle.bin", "system volume information", "lost+found"})
"""Files and folders that Windows, macOS and network disks leave."""

_EDITOR_FILES = re.compile(r"~\$.*|.*~|#.*#|\.~lock\..*#|.*\.(?:sw[a-p]|tmp|temp|bak|orig|part|crdownload)|"
                           r".*\.sb-[0-9a-f]+-\w+", re.IGNORECASE | re.DOTALL)
"""Copies, locks and unfinished files that editors, office programs and browsers leave."""


class ClassifiedFiles(Struct, Generic[V], frozen=True):
    """The files of a folder: those that can be read, by their names in one form; names that no text can hold; and
    what systems and editors left."""

    files: dict[str, V]
    unusable: tuple[str, ...]
    leftovers: tuple[str, ...]


def classify_files(found: Mapping[str, V]) -> ClassifiedFiles[V]:
    """What lies in a folder, path → anything.

    A path is given in the composed form (NFC), in which people type; where two paths differ in their form only, the
    second is given as it is.
    """
    leftovers = tuple(path for path in found if is_leftover(path))
    unfit = tuple(path for path in found if not is_usable_path(path) and not is_leftover(path))
    passed_over = {*leftovers, *unfit}
    files: dict[str, V] = {}
    for path, value in found.items():
        if path not in passed_over:
            composed = normalize("NFC", path)
            files[path if composed != path and (composed in found or composed in files) else composed] = value
    return ClassifiedFiles(dict(sorted(files.items())), unfit, leftovers)


def is_usable_path(path: str) -> bool:
    """Whether a text can hold this path."""
    return _UNUSABLE_CHARACTERS.search(path) is None


def is_leftover(path: str) -> bool:
    """Whether a system or an editor left this file, or a folder above it."""
    return any(part.lower() in _SYSTEM_FILES or _EDITOR_FILES.fullmatch(part) for part in path.split("/"))


def is_hidden(path: str) -> bool:
    """Whether this file, or a folder above it, is hidden: its name begins with a dot."""
    return path.startswith(".") or "/." in path


def guess_intended_name(path: str) -> str:
    """The name that the bytes of a path that is not UTF-8 likely mean: Chinese as Windows writes it; "" if none."""
    name = path.rpartition("/")[2]
    try:
        text = name.encode("utf-8", "surrogateescape").decode("gb18030")
    except UnicodeError:
        return ""
    return text if text != name and _CHINESE_NAME.fullmatch(text) else ""


_CHINESE_NAME = re.compile(r"[ -~\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
