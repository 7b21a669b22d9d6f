"""What pages showed, kept for when nothing but their templates has changed: a view as bytes, and back. Pure."""

from functools import cache
from typing import Any

from msgspec import DecodeError
from msgspec.json import Decoder, encode

from ..core.outputs import Output
from ..core.traditional import Conversion
from ..site import CACHED_VIEWS, PageFrame, PageModel


def encode_view(output: Output) -> bytes:
    """What a page shows, to be kept; nothing of a kind of which there are few pages."""
    if output.template not in CACHED_VIEWS or not isinstance(output.view, PageModel):
        return b""
    return encode((output.language, output.conversion, output.view.page, output.view.view))


def decode_view(path: str, template: str, data: bytes) -> Output | None:
    """The page at `path` as it was kept; None if it was not."""
    try:
        language, conversion, page, view = _view_decoder(template).decode(data)
    except DecodeError:
        return None
    return Output(path, template, language, PageModel(page, view), conversion=conversion)


@cache
def _view_decoder(template: str) -> Decoder[Any]:
    view: Any = CACHED_VIEWS[template]
    return Decoder(tuple[str, Conversion | None, PageFrame, view])
