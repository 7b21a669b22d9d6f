"""Personal data in the texts of a record."""

from collections.abc import Iterator

from msgspec import Struct

from ...model.problems import KeyPath, Severity
from .. import privacy
from ..markup import said
from .record_data import RecordData


class RecordPrivacyHit(Struct, frozen=True):
    """Personal data found in a record: where, of which kind, the text itself and how it may be shown."""

    keys: KeyPath
    kind: str
    level: Severity
    text: str
    masked: str
    line: int
    """Lines below the beginning of the text it stands in."""


def scan_record(data: RecordData, kind: str) -> Iterator[RecordPrivacyHit]:
    """The personal data in every text of a record, as it was typed and as it is published."""
    texts = list(_iter_texts(data, ()))
    # Nearly always one look at all of them is enough.
    if not privacy.find_personal_data("\n".join(text for _, *forms in texts for text in forms)):
        return
    for keys, typed, published in texts:
        for hit, text, at in _found(typed, published):
            if not _is_public(kind, keys, hit.kind):
                yield RecordPrivacyHit(keys, hit.kind, hit.level, text, hit.masked, typed.count("\n", 0, at))


def _found(typed: str, published: str) -> Iterator[tuple[privacy.PrivacyHit, str, int]]:
    """Each personal datum with its text and where in `typed` it begins: what stands there as such, then what only
    rendering puts together."""
    hits = [(hit, typed[hit.start:hit.end]) for hit in privacy.find_personal_data(typed)]
    yield from ((hit, text, hit.start) for hit, text in hits)
    told = {(hit.kind, _bare(text)) for hit, text in hits}
    for hit in privacy.find_personal_data(published):
        text = published[hit.start:hit.end]
        if (hit.kind, _bare(text)) not in told:
            yield hit, text, _beginning(typed, text)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _beginning(typed: str, text: str) -> int:
    """Where in `typed` the longest beginning of `text` stands; 0 if none does."""
    return next((at for end in range(len(text), 0, -1) if (at := typed.find(text[:end])) >= 0), 0)


def _is_public(kind: str, keys: KeyPath, hit: str) -> bool:
    """Whether a number or address stands where an office publishes its own."""
    return ((hit == "landline" and keys[0] in ("office", "hotline", "contact"))
            or (hit == "email" and (keys[0] in ("office", "contact") or kind == "source")))


def _iter_texts(value: object, at: KeyPath) -> Iterator[tuple[KeyPath, str, str]]:
    """Every text with the keys that lead to it: as typed and, where that differs, as published."""
    if isinstance(value, str):
        yield at, value, ""
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _iter_texts(item, (*at, number))
    elif isinstance(value, dict) and "html" in value:
        yield at, str(value["source"]), said(str(value["html"]))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield (*at, key), str(key), ""
            yield from _iter_texts(item, (*at, key))
