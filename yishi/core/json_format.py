"""Compact JSON. Pure."""

from msgspec.json import encode


def encode_json(value: object) -> str:
    """A value as JSON on one line without spaces."""
    return encode(value).decode()


def encode_json_for_html(value: object) -> str:
    """JSON that can stand inside an HTML element: <, > and & are escaped."""
    return encode_json(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
