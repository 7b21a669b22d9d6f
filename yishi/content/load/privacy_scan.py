"""Find personal data in the texts of a record."""

from collections.abc import Iterator

from msgspec import Struct

from ...model.problems import KeyPath, Severity
from .. import privacy
from ..markup import extract_all_text
from .record_data import RecordData


class RecordPrivacyHit(Struct, frozen=True):
    """Personal data in a record: its position, its kind, the text itself and its masked form."""

    keys: KeyPath
    kind: str
    level: Severity
    text: str
    masked: str
    line: int
    """Lines below the beginning of the text that contains it."""


def scan_record(data: RecordData, kind: str) -> Iterator[RecordPrivacyHit]:
    """The personal data in every text of a record, both as typed and as published."""
    texts = list(_iter_texts(data, ()))
    # Nearly all records contain none, so all texts are searched at once first.
    if not privacy.find_personal_data("\n".join(text for _, *forms in texts for text in forms)):
        return
    for keys, typed, published in texts:
        for hit, text, at in _found(typed, published):
            if not _is_public(kind, keys, hit.kind):
                yield RecordPrivacyHit(keys, hit.kind, hit.level, text, hit.masked, typed.count("\n", 0, at))


def _found(typed: str, published: str) -> Iterator[tuple[privacy.PrivacyHit, str, int]]:
    """Each personal datum with its text and its index in `typed`: first those in `typed` itself, then those that only
    appear in the rendered text."""
    hits = [(hit, typed[hit.start:hit.end]) for hit in privacy.find_personal_data(typed)]
    yield from ((hit, text, hit.start) for hit, text in hits)
    typed_hits = {(hit.kind, _bare(text)) for hit, text in hits}
    for hit in privacy.find_personal_data(published):
        text = published[hit.start:hit.end]
        if (hit.kind, _bare(text)) not in typed_hits:
            yield hit, text, _beginning(typed, text)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _beginning(typed: str, text: str) -> int:
    """The index in `typed` of the longest prefix of `text` that occurs there; 0 if none does."""
    return next((at for end in range(len(text), 0, -1) if (at := typed.find(text[:end])) >= 0), 0)


def _is_public(kind: str, keys: KeyPath, hit: str) -> bool:
    """Whether a number or address is in a field where an office publishes its own."""
    return ((hit == "landline" and keys[0] in ("office", "hotline", "contact"))
            or (hit == "email" and (keys[0] in ("office", "contact") or kind == "source")))


def _iter_texts(value: object, at: KeyPath) -> Iterator[tuple[KeyPath, str, str]]:
    """Every text with its path of keys: as typed and, where that differs, as published."""
    if isinstance(value, str):
        yield at, value, ""
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _iter_texts(item, (*at, number))
    elif isinstance(value, dict) and "html" in value:
        yield at, str(value["source"]), extract_all_text(str(value["html"]))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield (*at, key), str(key), ""
            yield from _iter_texts(item, (*at, key))
