"""The three questions that somebody who judges the work asks first, each answered by the statistics that bear on it."""

from collections.abc import Mapping

from msgspec import Struct

from ..analysis.statistics import DEFINITIONS, Stat
from ..model.language import marked
from .charts import percent
from .edition import Edition, Link
from .numbers import machine_value, number_at, said, stat_of

QUESTIONS: Mapping[str, str] = {
    "procedure": marked("Is the procedure regular?"),
    "diversity": marked("Are the participants diverse?"),
    "lasting": marked("Do the results last?"),
}
"""Criterion → how it is asked; `Definition.answers` says which statistics answer it."""


class Reading(Struct, frozen=True):
    """A statistic as it answers a question. `width` is that of its bar, "" where it is no share of enough records."""

    name: Link
    meaning: str
    value: str
    detail: str
    width: str


class Question(Struct, frozen=True):
    """A question, what it is about in a word, and its answers: the main one, and those beside it."""

    key: str
    label: str
    text: str
    main: Reading
    further: tuple[Reading, ...]


def questions_of(edition: Edition, scope: str) -> tuple[Question, ...]:
    """The questions as the numbers of a place ("" = the site) answer them."""
    return tuple(_question(edition, scope, key, text) for key, text in QUESTIONS.items())


def _question(edition: Edition, scope: str, criterion: str, text: str) -> Question:
    ranked = sorted((one.answers[1], key) for key, one in DEFINITIONS.items() if one.answers[0] == criterion)
    main, *further = (_reading(edition, scope, key) for _, key in ranked)
    return Question(criterion, edition.label("criterion", criterion), edition.text(text), main, tuple(further))


def _reading(edition: Edition, scope: str, key: str) -> Reading:
    stat, definition = stat_of(edition, scope, key), DEFINITIONS[key].in_words(edition.language)
    name = Link(definition.name, number_at(key, scope), value=machine_value(stat) if stat else "")
    return Reading(name, definition.meaning, *(_told(edition, key, stat) if stat else ("", "", "")))


def _told(edition: Edition, key: str, stat: Stat) -> tuple[str, str, str]:
    """The value, what there is to say beside it, and the width of its bar."""
    words, definition = said(edition, key, stat), DEFINITIONS[key]
    if stat.value is None or stat.denominator is None or definition.kind != "share":
        return words.value, words.detail or words.why, ""
    if stat.denominator < definition.least:  # a percentage of so few would say more than is known
        return words.detail, edition.text("too few for a percentage"), ""
    return words.value, words.detail, percent(stat.numerator or 0, stat.denominator)
