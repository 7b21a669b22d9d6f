"""Traditional Chinese: converted from Simplified once a page is made; what a writer wrote in it stays as written."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from typing import TypeVar

from msgspec import Struct

T = TypeVar("T")

SOURCES = {"zh-Hant": "zh-Hans"}
"""Language that is converted → the one it is converted from."""

_OPEN, _CLOSE = "\ufdd0", "\ufdd1"  # noncharacters: Unicode keeps them for a program's own use, no text has them
_KEPT = f"{_OPEN}[^{_CLOSE}]*{_CLOSE}"
_PIECES = re.compile(rf"""({_KEPT}|<[^<>"]*(?:"[^"]*"[^<>"]*)*>)""")
_READ = re.compile(r""" (?:alt|aria-label|content|label|placeholder|title)="(?!https?:)([^"]*)\"""")


class Conversion(Struct, frozen=True):
    """How a site is converted: the name of OpenCC's standard, and proper names, each with how it is then written."""

    standard: str = "s2tw"
    names: tuple[tuple[str, str], ...] = ()


def in_language(tag: str, translations: Mapping[str, T], say: Callable[[T], str | None]) -> str:
    """What `say` finds in the translation into a language, "" if nothing.

    A language that is converted takes the text of its source, unless it has one of its own.
    """
    own, source = translations.get(tag), translations.get(SOURCES.get(tag, ""))
    text = say(own) if own is not None else None
    if text:
        return as_written(tag, text)
    return (say(source) if source is not None else None) or ""


def as_written(tag: str, text: str) -> str:
    """`text` for a page in a language, marked as not to be converted where that language is."""
    return f"{_OPEN}{text}{_CLOSE}" if text and tag in SOURCES else text


def converted_page(html: str, conversion: Conversion) -> str:
    """A page with all that is read on it converted, but for what is marked; addresses, names and ids stay."""
    convert, pieces = converter(conversion), _PIECES.split(html)
    pieces[::2] = map(convert, pieces[::2])
    pieces[1::2] = (_in_tag(piece, convert) if piece[0] == "<" else piece[1:-1] for piece in pieces[1::2])
    return "".join(pieces)


def _in_tag(tag: str, convert: Callable[[str], str]) -> str:
    if tag.isascii():
        return tag
    return _READ.sub(lambda found: found[0][:found.start(1) - found.start()] + convert(found[1]) + '"', tag)


@cache
def converter(conversion: Conversion) -> Callable[[str], str]:
    """What converts a text: the same text always to the same."""
    from opencc import OpenCC  # only where a site has this language

    convert, names = OpenCC(conversion.standard).convert, dict(conversion.names)
    apart = re.compile(f"({'|'.join((_KEPT, *_longest_first(names)))})")

    @lru_cache(maxsize=8192)  # what stands on every page is converted once
    def converted(text: str) -> str:
        if text.isascii():
            return text
        pieces = apart.split(text)
        pieces[::2] = map(convert, pieces[::2])
        pieces[1::2] = (names.get(piece) or piece.strip(_OPEN + _CLOSE) for piece in pieces[1::2])
        return "".join(pieces)

    return converted


def _longest_first(names: Iterable[str]) -> list[str]:
    return [re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name))]


def converts_with(languages: Iterable[str]) -> str:
    """The program that converts one of `languages`, with its version; "" if none is converted."""
    if SOURCES.keys().isdisjoint(languages):
        return ""
    from opencc import __version__

    return f"OpenCC {__version__}"
