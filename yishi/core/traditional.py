"""Traditional Chinese, converted from Simplified text by text; text written in Traditional is left unchanged.

Texts are converted before they become part of a page, so that the result of a conversion is escaped like any other
text.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Any, TypeVar

from msgspec import Struct

T = TypeVar("T")

CONVERSION_SOURCES = {"zh-Hant": "zh-Hans"}
"""Converted language → the language it is converted from."""

_OPEN, _CLOSE = "\ufdd0", "\ufdd1"  # noncharacters: reserved for internal use, forbidden in texts
_UNCONVERTED_SPAN = f"{_OPEN}[^{_CLOSE}]*{_CLOSE}"
_ADDRESS = re.compile("(?:https?|mailto|tel):")


class Conversion(Struct, frozen=True):
    """How a site is converted: the name of an OpenCC configuration, and pairs (proper name, its Traditional form)."""

    standard: str = "s2tw"
    names: tuple[tuple[str, str], ...] = ()


def pick_translation(tag: str, translations: Mapping[str, T], get_text: Callable[[T], str | None]) -> str:
    """The text that `get_text` takes from the translation into language `tag`, or "".

    A converted language falls back to the text of its source language.
    """
    own = translations.get(tag)
    source = translations.get(CONVERSION_SOURCES.get(tag, ""))
    text = get_text(own) if own is not None else None
    if text:
        return mark_unconverted(tag, text)
    return (get_text(source) if source is not None else None) or ""


def mark_unconverted(tag: str, text: str) -> str:
    """`text` marked not to be converted, if `tag` is a converted language; else unchanged."""
    return f"{_OPEN}{text}{_CLOSE}" if text and tag in CONVERSION_SOURCES else text


def strip_unconverted_mark(text: str) -> str:
    """A text that is marked as a whole, without its marks; else ""."""
    return text[1:-1] if text.startswith(_OPEN) and text.find(_CLOSE) == len(text) - 1 else ""


def has_converter() -> bool:
    """Whether the package that converts is installed; there is none for every system."""
    return find_spec("opencc") is not None


def simplify(text: str) -> str:
    """A text typed in Traditional Chinese, in Simplified Chinese; any other, and without the package, unchanged."""
    chinese = "".join(re.findall("[\u4e00-\u9fff]+", text))
    if len(chinese.encode("gb2312", "ignore")) == 2 * len(chinese) or not has_converter():
        return text  # the characters of GB 2312 are the Simplified ones
    return create_converter(Conversion("t2s"))(text)


@cache
def create_converter(conversion: Conversion) -> Callable[[str], str]:
    """A function that converts plain text (not HTML); deterministic. Addresses are not converted."""
    from opencc import OpenCC  # imported here: only sites in this language need it

    convert = OpenCC(conversion.standard).convert
    names = dict(conversion.names)
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    splitter = re.compile(f"({'|'.join((_UNCONVERTED_SPAN, *map(re.escape, longest_first)))})")

    @lru_cache(maxsize=8192)  # texts repeated on every page are converted once
    def converted(text: str) -> str:
        if text.isascii() or _ADDRESS.match(text):
            return text
        pieces = splitter.split(text)
        pieces[::2] = map(convert, pieces[::2])
        pieces[1::2] = (names.get(piece) or piece.strip(_OPEN + _CLOSE) for piece in pieces[1::2])
        return "".join(pieces)

    return converted


def convert_data(value: Any, conversion: Conversion | None) -> Any:
    """Plain data with each string in it converted, except keys; unchanged if `conversion` is None."""
    if conversion is None:
        return value
    if isinstance(value, str):
        return create_converter(conversion)(value)
    if isinstance(value, Mapping):
        return {key: convert_data(item, conversion) for key, item in value.items()}
    return [convert_data(item, conversion) for item in value] if isinstance(value, list | tuple) else value


def describe_converter(languages: Iterable[str]) -> str:
    """The name and version of the program that converts one of `languages`; "" if none is converted."""
    if CONVERSION_SOURCES.keys().isdisjoint(languages):
        return ""
    from opencc import __version__

    return f"OpenCC {__version__}"
