"""Encode and decode cached page models, reused when only templates have changed. Pure."""

from functools import cache
from typing import Any

from msgspec import DecodeError
from msgspec.json import Decoder, encode

from ..core.outputs import Output
from ..core.traditional import Conversion
from ..site import CACHED_VIEWS, PageFrame, PageModel


def encode_view(output: Output) -> bytes:
    """The encoded page model of an output; empty for templates with few pages."""
    if output.template not in CACHED_VIEWS or not isinstance(output.view, PageModel):
        return b""
    return encode((output.language, output.conversion, output.view.page, output.view.view))


def decode_view(path: str, template: str, data: bytes) -> Output | None:
    """The output at `path` with its cached page model; None if `data` cannot be decoded."""
    try:
        language, conversion, page, view = _view_decoder(template).decode(data)
    except DecodeError:
        return None
    return Output(path, template, language, PageModel(page, view), conversion=conversion)


@cache
def _view_decoder(template: str) -> Decoder[Any]:
    view: Any = CACHED_VIEWS[template]
    return Decoder(tuple[str, Conversion | None, PageFrame, view])
