"""What pages showed, kept for when nothing but their templates has changed: a view as bytes, and back. Pure."""

from functools import cache
from typing import Any

from msgspec import DecodeError
from msgspec.json import Decoder, encode

from ..core.outputs import Output
from ..core.traditional import Conversion
from ..site import KEPT, Sheet, Shell


def packed(output: Output) -> bytes:
    """What a page shows, to be kept; nothing of a kind of which there are few pages."""
    if output.template not in KEPT or not isinstance(output.view, Sheet):
        return b""
    return encode((output.language, output.conversion, output.view.page, output.view.view))


def unpacked(path: str, template: str, data: bytes) -> Output | None:
    """The page at `path` as it was kept; None if it was not."""
    try:
        language, conversion, page, view = _decoder(template).decode(data)
    except DecodeError:
        return None
    return Output(path, template, language, Sheet(page, view), conversion=conversion)


@cache
def _decoder(template: str) -> Decoder[Any]:
    view: Any = KEPT[template]
    return Decoder(tuple[str, Conversion | None, Shell, view])
