"""Find personal data in files that records attach: in their names, in their text, and where a photo was taken."""

import html
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator
from io import BytesIO

from ...model.paths import is_photo_name
from ...model.problems import Problem
from ...model.records.limits import MAX_SEARCHED_BYTES
from ...model.vocabulary import encode_bilingual
from ..images import holds_place
from ..placement import check_file_name
from ..privacy import find_personal_data


def scan_attachment(file: str, data: bytes, countries: Collection[str], allowed: Collection[str]) -> Iterator[Problem]:
    """What must not be published of the file `file`: an error each. A photo's place, which is removed from what is
    published, is a warning about the original. Texts in `allowed` may stand."""
    yield from check_file_name(file)
    if is_photo_name(file):
        if holds_place(data):
            yield Problem(file, 1, 1, "photo_place", (("found", file.rpartition("/")[2]),), level="warning")
        return
    for number, line in enumerate(_extract_text(file, data).split("\n"), start=1):
        for hit in find_personal_data(line, countries):
            if hit.level == "error" and line[hit.start:hit.end] not in allowed:
                values = (("key", encode_bilingual("附件", "the file")), ("found", hit.masked))
                yield Problem(file, number, hit.start + 1, hit.kind, values)


def check_texts(file: str, texts: Iterable[str]) -> Iterator[Problem]:
    """An error for each personal datum in `texts` of the file `file` that must not be published."""
    for hit in (hit for text in texts for hit in find_personal_data(text) if hit.level == "error"):
        yield Problem(file, 1, 1, hit.kind, (("key", encode_bilingual("文件", "the file")), ("found", hit.masked)))


_TEXT_SUFFIXES = (".csv", ".json", ".geojson")
_END_OF_TEXT = re.compile(r"</(?:w:p|a:p|text:p|text:h|si|c|row|table:table-cell|comment)>")
_TAG = re.compile(r"<[^>]*>")


def _extract_text(file: str, data: bytes) -> str:
    """The text of a file, one cell, paragraph or line of it a line; "" for what holds none."""
    if file.lower().endswith(_TEXT_SUFFIXES):
        text = data[:MAX_SEARCHED_BYTES].decode("utf-8" if _is_utf8(data) else "gb18030", "replace")
        return re.sub("[,;\t\"]", "\n", text) if file.lower().endswith(".csv") else text
    return "\n".join(_TAG.sub("", _END_OF_TEXT.sub("\n", xml)) for xml in _read_office_parts(data))


def _is_utf8(data: bytes) -> bool:
    try:
        data[:MAX_SEARCHED_BYTES].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.end >= min(len(data), MAX_SEARCHED_BYTES) - 3
    return True


def _read_office_parts(data: bytes) -> Iterator[str]:
    """The XML parts of an Office file; nothing for another file, or for one that is too large."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            names = [info for info in parts.infolist() if info.filename.endswith(".xml")]
            if sum(info.file_size for info in names) <= MAX_SEARCHED_BYTES:
                for info in names:
                    yield html.unescape(parts.read(info).decode("utf-8", "replace"))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError):
        return
