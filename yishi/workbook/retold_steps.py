"""Recognise a step of a log that is told a second time, in other words or in another form."""

import re
from collections.abc import Mapping
from typing import Literal

from ..model.dates import UNKNOWN_DATE, PartialDate
from ..model.vocabulary import get_built_in_vocabulary, normalize_word
from .cell_values import list_numbers

Likeness = Literal["", "maybe", "same"]
"""Whether two steps are one: "same" surely, "maybe" to be asked, "" they are not."""


def compare_steps(step: Mapping[str, object], other: Mapping[str, object]) -> Likeness:
    """Whether two steps, by normalised `date`, `stage` and `text`, are one that is told twice."""
    text, other_text = _reduce(step.get("text")), _reduce(other.get("text"))
    days = _compare_days(step.get("date"), other.get("date"))
    likeness = _compare_texts(text, other_text)
    if days == "same":
        are_ends = is_end(step.get("stage")) and is_end(other.get("stage"))
        return likeness or ("maybe" if are_ends and list_numbers(text) == list_numbers(other_text) else "")
    if not likeness or days == "other":
        return ""
    if days == "open":
        return "maybe" if text == other_text else ""
    return "same" if days == "none" and text == other_text else "maybe"


def is_end(stage: object) -> bool:
    """Whether a stage, as written in a record, ends an issue."""
    return get_built_in_vocabulary().key("reserved_stage", str(stage or "")) in ("resolved", "closed")


def _compare_days(date: object, other: object) -> Literal["same", "near", "open", "none", "other"]:
    """Whether two dates are one, may be one, or one ("open") or none of them is known."""
    known = [one for one in (date, other) if isinstance(one, PartialDate) and one != UNKNOWN_DATE]
    if len(known) < 2:
        return "open" if known else "none"
    first, second = known
    if (first.earliest, first.latest) == (second.earliest, second.latest):
        return "same"
    is_apart = any(one.latest and two.earliest and one.latest < two.earliest
                   for one, two in ((first, second), (second, first)))
    return "other" if is_apart else "near"


_FILLERS = frozenset("了的和把被") | {"the", "a", "an", "was", "were", "is", "and", "to", "of", "has", "have"}
_ENOUGH = 0.75
"""Share of the words of the shorter text that the other must have too, to be asked about."""


def _compare_texts(text: str, other: str) -> Likeness:
    """Whether two reduced texts say the same; texts with other figures never do."""
    words, other_words = (set(re.findall(r"[a-z0-9]+|[^\W\da-z_]", one)) - _FILLERS for one in (text, other))
    fewer, more = sorted((len(words), len(other_words)))
    is_part = text in other or other in text
    figures, other_figures = set(list_numbers(text)), set(list_numbers(other))
    if fewer < 2 or not (figures == other_figures or (is_part and (figures <= other_figures
                                                                   or other_figures <= figures))):
        return "same" if text == other and text else ""
    share = len(words & other_words) / fewer
    if is_part or (share == 1 and fewer > (1 if text.isascii() else 2) and fewer / more > 0.6):
        return "same"
    return "maybe" if share >= _ENOUGH and fewer / more >= 0.5 else ""


def _reduce(text: object) -> str:
    """A text without punctuation and white space between Chinese characters."""
    words = re.sub(r"[^\w]+", " ", normalize_word(str(text or ""))).strip()
    return re.sub(r"(?<=[\u4e00-\u9fff]) | (?=[\u4e00-\u9fff])", "", words)
