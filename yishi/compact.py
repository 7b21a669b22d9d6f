"""A value as JSON on one line. Pure."""

from msgspec.json import encode


def compact(value: object) -> str:
    """A value as JSON on one line, as short as it can be."""
    return encode(value).decode()
