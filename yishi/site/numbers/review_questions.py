"""The three questions that somebody who judges the work asks first, each answered by the statistics that bear on it."""

from collections.abc import Mapping

from msgspec import Struct

from ...analysis.statistics import DEFINITIONS, Stat
from ...model.language import marked
from ..format_stat import encode_stat_value, format_stat, get_stat, get_statistic_path
from ..page_context import Link, PageContext
from .geometry import format_percent

REVIEW_QUESTIONS: Mapping[str, str] = {
    "procedure": marked("Is the procedure regular?"),
    "diversity": marked("Are the participants diverse?"),
    "lasting": marked("Do the results last?"),
}
"""Criterion → how it is asked; `Definition.answers` says which statistics answer it."""


class AnswerStatistic(Struct, frozen=True):
    """A statistic as it answers a question. `width` is that of its bar, "" where it is no share of enough records."""

    name: Link
    meaning: str
    value: str
    detail: str
    bar_width: str


class ReviewQuestion(Struct, frozen=True):
    """A question, what it is about in a word, and its answers: the main one, and those beside it."""

    key: str
    label: str
    text: str
    main: AnswerStatistic
    further: tuple[AnswerStatistic, ...]


def build_review_questions(context: PageContext, scope: str) -> tuple[ReviewQuestion, ...]:
    """The questions as the numbers of a place ("" = the site) answer them."""
    return tuple(_review_question(context, scope, key, text) for key, text in REVIEW_QUESTIONS.items())


def _review_question(context: PageContext, scope: str, criterion: str, text: str) -> ReviewQuestion:
    ranked = sorted((one.answers[1], key) for key, one in DEFINITIONS.items() if one.answers[0] == criterion)
    main, *further = (_reading(context, scope, key) for _, key in ranked)
    return ReviewQuestion(criterion, context.label("criterion", criterion), context.text(text), main, tuple(further))


def _reading(context: PageContext, scope: str, key: str) -> AnswerStatistic:
    stat, definition = get_stat(context, scope, key), DEFINITIONS[key].in_words(context.language)
    name = Link(definition.name, get_statistic_path(key, scope), value=encode_stat_value(stat) if stat else "")
    return AnswerStatistic(name, definition.meaning, *(_answer_texts(context, key, stat) if stat else ("", "", "")))


def _answer_texts(context: PageContext, key: str, stat: Stat) -> tuple[str, str, str]:
    """The value, what there is to say beside it, and the width of its bar."""
    words, definition = format_stat(context, key, stat), DEFINITIONS[key]
    if stat.value is None or stat.denominator is None or definition.kind != "share":
        return words.value, words.detail or words.explanation, ""
    if stat.denominator < definition.least:  # a percentage of so few would say more than is known
        return words.detail, context.text("too few for a percentage"), ""
    return words.value, words.detail, format_percent(stat.numerator or 0, stat.denominator)
