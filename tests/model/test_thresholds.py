"""The number of a rule stands once: in `yishi.model.thresholds`. Definitions, pages and messages take it from there."""

import re

import pytest
from msgspec.structs import replace

from tests.support.catalogue import CATALOGUE, PROJECT, translations
from yishi.analysis.obligations import OBLIGATION_KINDS
from yishi.analysis.statistics import DEFINITIONS
from yishi.model.language import get_language
from yishi.model.thresholds import (
    EARLY_FOLLOWUP_DAYS,
    FOLLOWUP_DAYS,
    GRACE_DAYS,
    MIN_PEOPLE,
    MIN_VALUES,
    STALE_DAYS,
    THRESHOLDS,
)

RULE = re.compile(r"\b(?:60|30|14|90) ?(?:days|天)|[Ff]ewer than five|at least five|[Oo]ne to four|<5"
                  r"|不足五|不到五|至少.?五|[1一]到[4四]人")
"""What says the number of a rule in so many words."""


def test_no_text_repeats_the_number_of_a_rule() -> None:
    """No text of the program, in English or Chinese, says 60, 30, 14 or 90 days, five values or one to four people."""
    known = translations(CATALOGUE.read_text("utf-8"))
    texts = [text for pair in known.items() for said in pair for text in ([said] if isinstance(said, str) else said)]
    assert len(texts) > 1000
    assert [text for text in texts if RULE.search(text)] == []


@pytest.mark.parametrize("tag", ["en", "zh-Hans"])
def test_every_definition_is_filled_with_the_numbers_of_its_rules(tag: str) -> None:
    """Each number that a definition names is a threshold; another threshold would make it another text."""
    others = {name: number + 1000 for name, number in THRESHOLDS.items()}
    messages = [text for one in DEFINITIONS.values() for text in (one.meaning, one.numerator, one.denominator)]
    assert all("{" not in repr(replace(one.in_words(get_language(tag)), page_of_value=""))
               for one in DEFINITIONS.values())
    for message in (*filter(None, messages), *(meaning for _, meaning, _ in OBLIGATION_KINDS.values())):
        filled, other = (get_language(tag).text(message, **numbers) for numbers in (THRESHOLDS, others))
        assert "{" not in filled
        assert (filled != other) is ("{" in message)


def test_the_specification_says_the_same_numbers() -> None:
    """docs/content-model.md is written by hand; the numbers in its rules are those of the program."""
    text = (PROJECT / "docs/content-model.md").read_text("utf-8")
    words = dict(enumerate(("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")))
    for sentence in (f"in the last {STALE_DAYS} days", f"(by default {FOLLOWUP_DAYS})",
                     f"{EARLY_FOLLOWUP_DAYS} days before followup_due or later",
                     f"{GRACE_DAYS} days before T or earlier", f"of fewer than {words[MIN_VALUES]} values",
                     f"and one to {words[MIN_PEOPLE - 1]} of them are hidden",
                     f"A number of 1-{MIN_PEOPLE - 1} people is shown as `<{MIN_PEOPLE}`"):
        assert sentence in " ".join(text.split())
