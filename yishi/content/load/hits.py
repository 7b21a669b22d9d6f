"""Personal data in the texts of a record."""

from collections.abc import Iterator

from msgspec import Struct

from ...model.problems import KeyPath, Level
from .. import privacy
from .data import Data


class Hit(Struct, frozen=True):
    """Personal data found in a record: where, of which kind, the text itself and how it may be shown."""

    keys: KeyPath
    kind: str
    level: Level
    text: str
    masked: str
    line: int
    """Lines below the beginning of the text it stands in."""


def hits_in(data: Data, kind: str) -> Iterator[Hit]:
    texts = list(_texts(data, ()))
    if not privacy.find("\n".join(text for _, text in texts)):  # nearly always: one look at all of them is enough
        return
    for keys, text in texts:
        for hit in privacy.find(text):
            if not _is_public(kind, keys, hit.kind):
                yield Hit(keys, hit.kind, hit.level, text[hit.start:hit.end], hit.masked,
                          text.count("\n", 0, hit.start))


def _is_public(kind: str, keys: KeyPath, hit: str) -> bool:
    """Whether a number or address stands where an office publishes its own."""
    return ((hit == "landline" and keys[0] in ("office", "hotline", "contact"))
            or (hit == "email" and (keys[0] in ("office", "contact") or kind == "source")))


def _texts(value: object, at: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, (*at, number))
    elif isinstance(value, dict) and "html" in value:
        yield at, str(value["source"])
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*at, key))
