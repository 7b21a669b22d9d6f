"""Valid names of files, folders, parts of addresses and keys in data."""

import re

WINDOWS_DEVICE_NAMES = frozenset({"con", "prn", "aux", "nul",
                                  *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
"""Names reserved by Windows, with any extension: no file or folder can have them there."""

MAX_ID_LENGTH = 60
"""Maximum length of an id written inside a file, in characters; it becomes one part of a path."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def is_valid_name(text: str) -> bool:
    """Whether `text` may name a folder or file: lower-case letters, digits, hyphens."""
    return _NAME.fullmatch(text) is not None


def find_id_problem(text: str) -> str:
    """The code of the problem with `text` as an id written inside a file; "" if it is valid.

    An id may become a folder, an anchor or a key in data, so the rules of file names apply; underscores are allowed as
    well, since the keys of the built-in vocabularies have them.
    """
    if len(text) > MAX_ID_LENGTH or not is_valid_name(text.replace("_", "-")):
        return "bad_id"
    return "name_of_device" if text in WINDOWS_DEVICE_NAMES else ""
