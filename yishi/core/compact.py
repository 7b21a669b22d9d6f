"""A value as JSON on one line. Pure."""

from msgspec.json import encode


def compact(value: object) -> str:
    """A value as JSON on one line, as short as it can be."""
    return encode(value).decode()


def embedded(value: object) -> str:
    """The same where it can stand in an element of a page: nothing in it is read as HTML."""
    return compact(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
