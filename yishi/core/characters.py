"""Characters that no text may contain, and how texts are escaped for a terminal."""

import re

_NONCHARACTERS = "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
FORBIDDEN_CHARACTERS = f"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff{_NONCHARACTERS}"
"""Inside of a regular expression class: control characters except tab and line feed, invisible line separators,
bidirectional overrides (they make a text read differently from what it is), and Unicode noncharacters. Joiners and the
directional marks U+200E and U+200F are allowed, because languages need them."""

MULTI_LINE_PATTERN = f"^[^{FORBIDDEN_CHARACTERS}]*$"
SINGLE_LINE_PATTERN = f"^[^\n{FORBIDDEN_CHARACTERS}]*$"
"""Regular expressions for a text of several lines and of one line; pydantic uses them too."""

_FORBIDDEN = re.compile(f"[{FORBIDDEN_CHARACTERS}\ud800-\udfff]")
_INVISIBLE_CHARACTERS = re.compile(f"[{FORBIDDEN_CHARACTERS}\ud800-\udfff\xad\u200b\u200e\u200f\u2060-\u206f]")
"""The forbidden characters and all other invisible ones."""

_CI_COMMAND = re.compile(r"^(\s*:)(?=:)|(##)(?=\[)", re.MULTILINE)


def find_forbidden(text: str) -> tuple[int, str] | None:
    """The first forbidden character of `text` as (index, code point such as `U+001B`), or None."""
    found = _FORBIDDEN.search(text)
    return (found.start(), f"U+{ord(found[0]):04X}") if found else None


def remove_forbidden(text: str) -> str:
    """`text` without forbidden characters."""
    return _FORBIDDEN.sub("", text)


def format_for_terminal_line(text: str) -> str:
    """`text` on one line: line feeds become `⏎`, tabs spaces, invisible characters are escaped."""
    return escape_invisible(text.replace("\n", "⏎").replace("\t", " "))


def escape_invisible(text: str) -> str:
    """`text` with each invisible character as its code point: `[U+200B]`."""
    return _INVISIBLE_CHARACTERS.sub(lambda unseen: _format_code_point(ord(unseen[0])), text)


def _format_code_point(character: int) -> str:
    """The escape for a code point. A surrogate by which Python represents an undecodable byte of a file name gives the
    byte."""
    return f"\\x{character - 0xDC00:02x}" if 0xDC80 <= character <= 0xDCFF else f"[U+{character:04X}]"


def escape_for_terminal(text: str) -> str:
    """`text` with invisible characters escaped, and without workflow commands (`::`, `##[`) that a CI log would run."""
    return _CI_COMMAND.sub(lambda sign: f"{sign[0]}\u200b", escape_invisible(text))
