"""Normalise texts for search and split them into index tokens.

`templates/static/search.js` does the same; both are tested against the table `tests/search.json`.
"""

import re
from collections.abc import Iterator
from functools import cache
from operator import add
from unicodedata import normalize

from .character_tables import KNOWN_CHARACTERS, SIMPLIFIED, TRADITIONAL

FOLDS = dict(zip(TRADITIONAL, SIMPLIFIED, strict=True))
"""Traditional character → the simplified one that both are folded to."""

HAN = ("\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
        "\uf900-\ufaff\U00020000-\U0003ffff")
"""Scripts written without spaces: Chinese characters and kana."""

_LETTER_SPELLINGS = {"ς": "σ", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ø": "o", "đ": "d", "ð": "d", "ł": "l",
                     "ħ": "h", "ı": "i"}
"""Lower-case letters that are typed differently on keyboards without them, and have no accent to strip."""


def _character_ranges() -> Iterator[str]:
    start = 0
    for run in KNOWN_CHARACTERS.split():
        gap, length = (int(number, 36) for number in run.split("."))
        yield f"{chr(start + gap)}-{chr(start + gap + length)}"
        start += gap + length


# The patterns are compiled by `re` when first used, which takes 7 ms: a build that indexes no text needs none.
_COMMON = "[ -~\n\u3000-\u301f\u4e00-\u9fff\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f“”‘’…·—]*"
"""Texts of these characters need no Unicode normalization: it changes no letters in them."""

_IGNORABLE = (
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+")
"""Invisible characters (Unicode default ignorable): soft hyphens, zero-width spaces, variation selectors."""

_ACCENTS = "[\u0300-\u036f]+"
_FOLD_TABLE = str.maketrans({**FOLDS, **_LETTER_SPELLINGS})
_FOLDABLE = f"[{TRADITIONAL}{''.join(_LETTER_SPELLINGS)}]"
_SEPARATORS = rf"(?:[^\w{HAN}]|_)+"
_NOT_HAN = f"[^{HAN}]+"
_WORD = rf"[^\W_{HAN}]+"


def fold_text(text: str) -> str:
    """`text` in the form that is compared: NFKC, lower case without accents, simplified characters.

    Everything that is no letter becomes one space; invisible characters are removed.
    """
    folded = text.lower() if re.fullmatch(_COMMON, text) else _normalize(text)
    if re.search(_FOLDABLE, folded):
        folded = folded.translate(_FOLD_TABLE)
    return re.sub(_SEPARATORS, " ", folded).strip()


def _normalize(text: str) -> str:
    known_text = re.sub(_unknown_characters(), " ", re.sub(_IGNORABLE, "", text))
    return normalize("NFKC", re.sub(_ACCENTS, "", normalize("NFKD", known_text).lower()))


@cache
def _unknown_characters() -> str:
    """The pattern of characters that Unicode 12.1 does not have."""
    return "[^" + "".join(re.sub(r"[\[\]\\^]", r"\\\g<0>", run) for run in _character_ranges()) + "]+"


def list_fold_pairs(text: str) -> str:
    """The distinct traditional characters in `text`, followed by the simplified ones they are folded to."""
    characters = sorted(FOLDS.keys() & set(text if re.fullmatch(_COMMON, text) else _normalize(text)))
    return "".join((*characters, *map(FOLDS.__getitem__, characters)))


def tokenize(text: str) -> set[str]:
    """The tokens of a folded text: single Chinese characters and pairs; words whole and by their first one and two
    letters.

    A phrase occurs only in texts that have all its tokens.
    """
    han = re.sub(_NOT_HAN, " ", text)
    tokens = {pair for pair in set(map(add, han, han[1:])) if " " not in pair}
    tokens.update(han)
    tokens.discard(" ")
    for word in re.findall(_WORD, text):
        tokens.update((word[:1], word[:2], word))
    return tokens
