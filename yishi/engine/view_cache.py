"""Encode and decode cached page models, reused when only templates have changed. Pure."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import DecodeError, Raw
from msgspec.msgpack import Decoder, encode

from ..core.hashes import compute_digest
from ..core.outputs import Output
from ..core.traditional import Conversion
from ..model.paths import RECORD_FOLDERS
from ..site import CACHED_VIEWS, PageFrame, PageModel
from .cache import CacheStage

_RECORD_FOLDER = re.compile(f"/(?:{'|'.join(sorted(RECORD_FOLDERS))})/")


def create_view_stage(output: Path) -> CacheStage[dict[str, Raw]]:
    """The stage of the views of an output folder: output → its page model, as `encode_view`."""
    return CacheStage(f"views-{compute_digest(str(output.resolve()).encode('utf-8', 'surrogateescape'))[:16]}",
                 dict[str, Raw])


def get_view_folder(path: str) -> str:
    """The folder of an output whose views are cached together: all below a folder of records."""
    match = _RECORD_FOLDER.search(path)
    return path[:match.end()] if match else path.rpartition("/")[0]


def encode_view(output: Output) -> bytes:
    """The encoded page model of an output; empty for templates with few pages."""
    if output.template not in CACHED_VIEWS or not isinstance(output.view, PageModel):
        return b""
    return encode((output.language, output.conversion, output.view.page, output.view.view))


def digest_view(data: bytes | Raw) -> str:
    """Shortened digest of an encoded page model."""
    return compute_digest(bytes(data))[:16]


def decode_view(path: str, template: str, data: bytes | Raw) -> Output | None:
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
