"""Traditional Chinese: converted from Simplified text by text; what a writer wrote in it stays as written.

Nothing is converted once it is part of a page: a conversion may give any text, so what it gives is escaped like any.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, TypeVar

from msgspec import Struct

T = TypeVar("T")

CONVERSION_SOURCES = {"zh-Hant": "zh-Hans"}
"""Language that is converted → the one it is converted from."""

_OPEN, _CLOSE = "\ufdd0", "\ufdd1"  # noncharacters: Unicode keeps them for a program's own use, no text has them
_UNCONVERTED_SPAN = f"{_OPEN}[^{_CLOSE}]*{_CLOSE}"
_ADDRESS = re.compile("(?:https?|mailto|tel):")


class Conversion(Struct, frozen=True):
    """How a site is converted: the name of OpenCC's standard, and proper names, each with how it is then written."""

    standard: str = "s2tw"
    names: tuple[tuple[str, str], ...] = ()


def pick_translation(tag: str, translations: Mapping[str, T], say: Callable[[T], str | None]) -> str:
    """What `say` finds in the translation into a language, "" if nothing.

    A language that is converted takes the text of its source, unless it has one of its own.
    """
    own, source = translations.get(tag), translations.get(CONVERSION_SOURCES.get(tag, ""))
    text = say(own) if own is not None else None
    if text:
        return mark_unconverted(tag, text)
    return (say(source) if source is not None else None) or ""


def mark_unconverted(tag: str, text: str) -> str:
    """`text` for a page in a language, marked as not to be converted where that language is."""
    return f"{_OPEN}{text}{_CLOSE}" if text and tag in CONVERSION_SOURCES else text


def strip_unconverted_mark(text: str) -> str:
    """A text that is marked as a whole, without its mark; "" if it is not."""
    return text[1:-1] if text.startswith(_OPEN) and text.find(_CLOSE) == len(text) - 1 else ""


@cache
def create_converter(conversion: Conversion) -> Callable[[str], str]:
    """What converts a text, which is no HTML: the same always to the same. An address stays as it is."""
    from opencc import OpenCC  # only where a site has this language

    convert, names = OpenCC(conversion.standard).convert, dict(conversion.names)
    apart = re.compile(f"({'|'.join((_UNCONVERTED_SPAN, *_patterns_longest_first(names)))})")

    @lru_cache(maxsize=8192)  # what stands on every page is converted once
    def converted(text: str) -> str:
        if text.isascii() or _ADDRESS.match(text):
            return text
        pieces = apart.split(text)
        pieces[::2] = map(convert, pieces[::2])
        pieces[1::2] = (names.get(piece) or piece.strip(_OPEN + _CLOSE) for piece in pieces[1::2])
        return "".join(pieces)

    return converted


def convert_data(value: Any, conversion: Conversion | None) -> Any:
    """Plain data with each text in it converted, but for keys; as it is where nothing is converted."""
    if conversion is None:
        return value
    if isinstance(value, str):
        return create_converter(conversion)(value)
    if isinstance(value, Mapping):
        return {key: convert_data(one, conversion) for key, one in value.items()}
    return [convert_data(one, conversion) for one in value] if isinstance(value, list | tuple) else value


def _patterns_longest_first(names: Iterable[str]) -> list[str]:
    return [re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name))]


def describe_converter(languages: Iterable[str]) -> str:
    """The program that converts one of `languages`, with its version; "" if none is converted."""
    if CONVERSION_SOURCES.keys().isdisjoint(languages):
        return ""
    from opencc import __version__

    return f"OpenCC {__version__}"
