"""Characters that no text may hold, and how they are shown where a text is told on a terminal."""

import re

_NONCHARACTERS = "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
FORBIDDEN_CHARACTERS = f"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff{_NONCHARACTERS}"
"""Control characters but tab and line feed, ends of line that no editor shows, what turns the direction of writing (it
makes a text read as what it is not), and what Unicode keeps out of texts. What joins letters or parts them may stand,
and so may the marks of a direction (U+200E, U+200F), which turn nothing: languages need them."""

MULTI_LINE_PATTERN, SINGLE_LINE_PATTERN = f"^[^{FORBIDDEN_CHARACTERS}]*$", f"^[^\n{FORBIDDEN_CHARACTERS}]*$"
"""What a text of several lines, or of one, is made of: regular expressions for pydantic too."""

_FORBIDDEN = re.compile(f"[{FORBIDDEN_CHARACTERS}\ud800-\udfff]")
_INVISIBLE_CHARACTERS = re.compile(f"[{FORBIDDEN_CHARACTERS}\ud800-\udfff\xad\u200b\u200e\u200f\u2060-\u206f]")
"""The same, and what can be seen by nobody."""

_CI_COMMAND = re.compile(r"^(\s*:)(?=:)|(##)(?=\[)", re.MULTILINE)


def find_forbidden(text: str) -> tuple[int, str] | None:
    """The first character of `text` that no text may hold: where it stands, and which it is (`U+001B`)."""
    found = _FORBIDDEN.search(text)
    return (found.start(), f"U+{ord(found[0]):04X}") if found else None


def remove_forbidden(text: str) -> str:
    """`text` without the characters that no text may hold."""
    return _FORBIDDEN.sub("", text)


def format_for_terminal_line(text: str) -> str:
    """`text` as it can be told on one line of a terminal: what nobody sees by its number, ends of lines by a sign."""
    return escape_invisible(text.replace("\n", "⏎").replace("\t", " "))


def escape_invisible(text: str) -> str:
    """Lines with what nobody sees by its number."""
    return _INVISIBLE_CHARACTERS.sub(lambda unseen: _format_code_point(ord(unseen[0])), text)


def _format_code_point(character: int) -> str:
    """What stands for a character; for a byte of a file name that is not UTF-8, which Python keeps as one, the byte."""
    return f"\\x{character - 0xDC00:02x}" if 0xDC80 <= character <= 0xDCFF else f"[U+{character:04X}]"


def escape_for_terminal(text: str) -> str:
    """The same; nothing in them is a command to what keeps a log of them, as CI does."""
    return _CI_COMMAND.sub(lambda sign: f"{sign[0]}\u200b", escape_invisible(text))
