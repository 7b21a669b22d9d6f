"""The three questions that somebody who judges the work asks first, each answered by the statistics that bear on it."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ..analysis.statistics import Stat
from ..model.language import marked
from ..model.thresholds import ENOUGH, THRESHOLDS
from .charts import percent
from .edition import Edition, Link
from .numbers import DEFINITIONS, machine_value, number_at, said, stat_of

QUESTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "procedure": (marked("Is the procedure regular?"),
                  ("procedure_complete", "actions_done", "overdue_share", "stale_share")),
    "diversity": (marked("Are the participants diverse?"),
                  ("breadth_3plus", "breadth_median", "youth_share", "elderly_share")),
    "lasting": (marked("Do the results last?"),
                ("lasting_share", "followup_rate", "reopened_share", "mechanism_share")),
}
"""Criterion → how it is asked, and the statistics that answer it: the first is the main one."""


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
    return tuple(_question(edition, scope, key, text, keys) for key, (text, keys) in QUESTIONS.items())


def _question(edition: Edition, scope: str, key: str, text: str, keys: tuple[str, ...]) -> Question:
    main, *further = _readings(edition, scope, keys)
    return Question(key, edition.label("criterion", key), edition.text(text), main, tuple(further))


def _readings(edition: Edition, scope: str, keys: tuple[str, ...]) -> Iterator[Reading]:
    for key in keys:
        stat, definition = stat_of(edition, scope, key), DEFINITIONS[key]
        name = Link(edition.text(definition.name), number_at(key, scope), value=machine_value(stat) if stat else "")
        value, detail, width = _told(edition, key, stat) if stat else ("", "", "")
        yield Reading(name, edition.text(definition.meaning, **THRESHOLDS), value, detail, width)


def _told(edition: Edition, key: str, stat: Stat) -> tuple[str, str, str]:
    """The value, what there is to say beside it, and the width of its bar."""
    words = said(edition, key, stat)
    if stat.value is None or stat.denominator is None or DEFINITIONS[key].kind != "share":
        return words.value, words.detail or words.why, ""
    if stat.denominator < ENOUGH:  # a percentage of so few would say more than is known
        return words.detail, edition.text("too few for a percentage"), ""
    return words.value, words.detail, percent(stat.numerator or 0, stat.denominator)
