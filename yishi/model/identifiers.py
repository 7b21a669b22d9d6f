"""What may name a file, a folder, a part of an address or a key in data, and what may not."""

import re

WINDOWS_DEVICE_NAMES = frozenset({"con", "prn", "aux", "nul",
                                  *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
"""Names that Windows keeps for itself, with any extension: no file or folder there can be called so."""

MAX_ID_LENGTH = 60
"""Characters of an id written inside a file; it becomes one part of a path."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def is_valid_name(text: str) -> bool:
    """Whether `text` may name a folder or file: lower-case letters, digits, hyphens."""
    return _NAME.fullmatch(text) is not None


def find_id_problem(text: str) -> str:
    """Why `text` may not be an id written inside a file, as the code of a problem; "" if it may.

    An id may become a folder, an anchor or a key in data, so it is a name such as files have; underscores are allowed,
    since the keys of the built-in vocabularies have them.
    """
    if len(text) > MAX_ID_LENGTH or not is_valid_name(text.replace("_", "-")):
        return "bad_id"
    return "name_of_device" if text in WINDOWS_DEVICE_NAMES else ""
