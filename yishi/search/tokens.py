"""Texts as they are searched: folded to one form, and cut into the tokens that the index knows them by.

`templates/static/search.js` does the same; both are held by the table `tests/search.json`.
"""

import re
from operator import add
from unicodedata import normalize

from .characters import SIMPLIFIED, TRADITIONAL

FOLDS = dict(zip(TRADITIONAL, SIMPLIFIED, strict=True))
"""Traditional character → the simplified one that stands for both."""

_HAN = ("\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
        "\uf900-\ufaff\U00020000-\U0003ffff")
"""What is written without spaces: Chinese characters and kana."""

_FOLDED = str.maketrans({**FOLDS, "ς": "σ"})
_FOLDABLE = re.compile(f"[{TRADITIONAL}ς]")
_APART = re.compile(r"[\W_]+")
_NOT_HAN = re.compile(f"[^{_HAN}]+")
_WORD = re.compile(rf"[^\W_{_HAN}]+")


def folded(text: str) -> str:
    """`text` in the form that is compared: NFKC, small letters, simplified; one space for all that is no letter."""
    plain = normalize("NFKC", text).lower()
    if _FOLDABLE.search(plain):
        plain = plain.translate(_FOLDED)
    return _APART.sub(" ", plain).strip()


def foldable(text: str) -> str:
    """The traditional characters in `text`, each once, followed by the simplified ones that stand for them."""
    if not _FOLDABLE.search(text):
        return ""
    found = sorted(set(_FOLDABLE.findall(text)) - {"ς"})
    return "".join((*found, *map(FOLDS.__getitem__, found)))


def tokens_of(text: str) -> set[str]:
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
