"""Texts as they are searched: folded to one form, and cut into the tokens that the index knows them by.

`templates/static/search.js` does the same; both are held by the table `tests/search.json`.
"""

import re
from collections.abc import Iterator
from operator import add
from unicodedata import normalize

from .character_tables import KNOWN_CHARACTERS, SIMPLIFIED, TRADITIONAL

FOLDS = dict(zip(TRADITIONAL, SIMPLIFIED, strict=True))
"""Traditional character → the simplified one that stands for both."""

_HAN = ("\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
        "\uf900-\ufaff\U00020000-\U0003ffff")
"""What is written without spaces: Chinese characters and kana."""

_LETTER_SPELLINGS = {"ς": "σ", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ø": "o", "đ": "d", "ð": "d", "ł": "l",
                     "ħ": "h",
                     "ı": "i"}
"""Small letters that are typed otherwise where a keyboard lacks them, and have no accent that could be taken off."""


def _character_ranges() -> Iterator[str]:
    at = 0
    for run in KNOWN_CHARACTERS.split():
        gap, length = (int(number, 36) for number in run.split("."))
        yield f"{chr(at + gap)}-{chr(at + gap + length)}"
        at += gap + length


_COMMON = re.compile("[ -~\n\u3000-\u301f\u4e00-\u9fff\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f“”‘’…·—]*")
"""Texts of these are as good as normalized: what differs in them is no letter."""

_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+")
"""What nobody sees (Unicode: default ignorable): a soft hyphen, a space without width, the variant of a character."""

_UNKNOWN = re.compile("[^" + "".join(re.sub(r"[\[\]\\^]", r"\\\g<0>", run) for run in _character_ranges()) + "]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_FOLD_TABLE = str.maketrans({**FOLDS, **_LETTER_SPELLINGS})
_FOLDABLE = re.compile(f"[{TRADITIONAL}{''.join(_LETTER_SPELLINGS)}]")
_TRADITIONAL = re.compile(f"[{TRADITIONAL}]")
_SEPARATORS = re.compile(rf"(?:[^\w{_HAN}]|_)+")
_NOT_HAN = re.compile(f"[^{_HAN}]+")
_WORD = re.compile(rf"[^\W_{_HAN}]+")


def fold_text(text: str) -> str:
    """`text` in the form that is compared: NFKC, small letters without accents, simplified characters; one space for
    all that is no letter, nothing for what cannot be seen."""
    plain = text.lower() if _COMMON.fullmatch(text) else _normalize(text)
    if _FOLDABLE.search(plain):
        plain = plain.translate(_FOLD_TABLE)
    return _SEPARATORS.sub(" ", plain).strip()


def _normalize(text: str) -> str:
    known = _UNKNOWN.sub(" ", _IGNORABLE.sub("", text))
    return normalize("NFKC", _ACCENTS.sub("", normalize("NFKD", known).lower()))


def list_fold_pairs(text: str) -> str:
    """The traditional characters in `text`, each once, followed by the simplified ones that stand for them."""
    found = sorted(set(_TRADITIONAL.findall(text if _COMMON.fullmatch(text) else _normalize(text))))
    return "".join((*found, *map(FOLDS.__getitem__, found)))


def tokenize(text: str) -> set[str]:
    """The tokens of a folded text: Chinese in single characters and pairs, words whole and by their first two letters.

    A phrase occurs only in texts that have all its tokens.
    """
    han = _NOT_HAN.sub(" ", text)
    tokens = {pair for pair in set(map(add, han, han[1:])) if " " not in pair}
    tokens.update(han)
    tokens.discard(" ")
    for word in _WORD.findall(text):
        tokens.update((word[:1], word[:2], word))
    return tokens
