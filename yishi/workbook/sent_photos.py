"""Photos sent beside a record file. The form names them in remarks, because a record whose photo is missing is refused:
a remark becomes a key once its photo is there and has words for those who cannot see it."""

import json
import re
from collections.abc import Callable, Container, Iterator, Mapping
from itertools import count

from ..model.paths import PHOTO_SUFFIXES
from ..model.problems import Problem

_NAME = re.compile(rf"(?<![\w./-])\w[\w.()-]*(?:{'|'.join(map(re.escape, PHOTO_SUFFIXES))})(?!\w)", re.IGNORECASE)

_REMARK = re.compile(r"^#(?P<item>   - \{\w+: (?P<name>[^,\s]+), \w+: (?P<alt>\".*\")\}[ \t]*\r?)$", re.MULTILINE)

_REMARK_HEAD = re.compile(r"^# (\w+:[ \t]*\r?\n)(?=(?:#   - \{.*\n)*   - \{)", re.MULTILINE)


def list_photo_names(data: bytes) -> tuple[str, ...]:
    """The names of photos in the text of a record, without those that lie in a folder, and those without words."""
    text = data.decode("utf-8", "replace")
    wordless = {remark["name"] for remark in _REMARK.finditer(text) if not _has_words(remark)}
    return tuple(name for name in dict.fromkeys(_NAME.findall(text)) if name not in wordless)


def find_missing_photos(name: str, data: bytes, photos: Mapping[str, bytes], most: int) -> Iterator[Problem]:
    """A question for each photo in a remark of the record file `name` that does not become one of the record, because
    it is not among `photos` (name → bytes), or has no words. `most`: megabytes that a photo may have."""
    text = data.decode("utf-8", "replace")
    for remark in _REMARK.finditer(text):
        if remark["name"] not in photos:
            code = "photo_not_sent" if _has_words(remark) else "photo_without_words"
            yield Problem(name, text.count("\n", 0, remark.start()) + 1, 1, code,
                          (("found", remark["name"]), ("allowed", f"{most:,}")), level="warning")


def add_photos(path: str, data: bytes, photos: Mapping[str, bytes],
               read: Callable[[str], bytes]) -> tuple[bytes, dict[str, bytes]]:
    """The file of the record at `path` with its `photos` (name → bytes), and the files of the photos: they lie beside
    it under its name and a number. `read`: what lies at a path; b"" if nothing does."""
    try:
        text = data.decode()
    except UnicodeDecodeError:  # told when it is read
        return data, {}
    text = _REMARK.sub(lambda one: one["item"] if one["name"] in photos else one[0], text)
    text = _REMARK_HEAD.sub(r"\1", text)
    files = dict[str, bytes]()
    for name in list_photo_names(_REMARK.sub("", text).encode()):
        if name in photos:
            file = _find_free_path(path, f".{name.rpartition('.')[2].lower()}", files, read)
            files[file] = photos[name]
            text = re.sub(rf"(?<![\w./-]){re.escape(name)}(?!\w)", file.rpartition("/")[2], text)
    return text.encode(), files


def _find_free_path(path: str, suffix: str, used: Container[str], read: Callable[[str], bytes]) -> str:
    numbered = (f"{path}-{number}{suffix}" for number in count(1))
    return next(file for file in numbered if file not in used and not read(file))


def _has_words(remark: re.Match[str]) -> bool:
    try:
        return bool(json.loads(remark["alt"]).strip())
    except ValueError:
        return False
