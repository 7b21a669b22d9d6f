"""A value as JSON on one line. Pure."""

from msgspec.json import encode


def encode_json(value: object) -> str:
    """A value as JSON on one line, as short as it can be."""
    return encode(value).decode()


def encode_json_for_html(value: object) -> str:
    """The same where it can stand in an element of a page: nothing in it is read as HTML."""
    return encode_json(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
