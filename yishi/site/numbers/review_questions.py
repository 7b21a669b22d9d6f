"""The three questions that reviewers ask first, each with the statistics that bear on it."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ...analysis.statistics import DEFINITIONS, Stat
from ...model.language import marked
from ..format_stat import (
    build_split_values,
    encode_stat_value,
    format_exclusions,
    format_parts,
    format_stat,
    get_definition_path,
    get_stat,
    get_statistic_path,
    is_share_of_few,
    say_untold,
)
from ..page_context import Link, PageContext
from .geometry import format_percent

REVIEW_QUESTIONS: Mapping[str, str] = {
    "procedure": marked("Is the procedure regular?"),
    "diversity": marked("Are the participants diverse?"),
    "lasting": marked("Do the results last?"),
}
"""Criterion → its question; `Definition.criterion` says which statistics answer it."""


class AnswerStatistic(Struct, frozen=True):
    """A statistic as an answer; `definition`: path of its definition; `notes`: the results of
    follow-ups, what was left out, and why.

    `bar_width`: width of its bar, "" if it is not a share or has too few records.
    """

    key: str
    name: Link
    definition: str
    meaning: str
    value: str
    detail: str
    bar_width: str
    notes: tuple[str, ...]


class ReviewQuestion(Struct, frozen=True):
    """A question, its subject in one word, and its answers: the main one, and further ones."""

    key: str
    label: str
    text: str
    main: AnswerStatistic
    further: tuple[AnswerStatistic, ...]


def build_review_questions(context: PageContext, scope: str) -> tuple[ReviewQuestion, ...]:
    """The questions with their answers for a place ("" = the site)."""
    return tuple(_review_question(context, scope, key, text) for key, text in REVIEW_QUESTIONS.items())


def _review_question(context: PageContext, scope: str, criterion: str, text: str) -> ReviewQuestion:
    ranked = sorted((definition.criterion_rank, key) for key, definition in DEFINITIONS.items()
                    if definition.criterion == criterion)
    main, *further = (_reading(context, scope, key) for _, key in ranked)
    return ReviewQuestion(criterion, context.label("criterion", criterion), context.text(text), main, tuple(further))


def _reading(context: PageContext, scope: str, key: str) -> AnswerStatistic:
    stat = get_stat(context, scope, key)
    definition = DEFINITIONS[key].in_words(context.language)
    name = Link(definition.name, get_statistic_path(key, scope), value=encode_stat_value(stat) if stat else "")
    answer = _answer_texts(context, key, stat) if stat else ("", "", "")
    return AnswerStatistic(key, name, get_definition_path(key), definition.meaning, *answer,
                           notes=tuple(_notes(context, scope, key, stat)) if stat else ())


def _notes(context: PageContext, scope: str, key: str, stat: Stat) -> Iterator[str]:
    results = format_parts(context, ((one.name.text, one.number)
                                     for one in build_split_values(context, key, stat, scope)))
    yield from (results,) if results else ()
    yield from format_exclusions(context, stat)
    yield from filter(None, (say_untold(context, stat),))


def _answer_texts(context: PageContext, key: str, stat: Stat) -> tuple[str, str, str]:
    """The value, its detail, and the width of its bar."""
    formatted = format_stat(context, key, stat)
    definition = DEFINITIONS[key]
    is_drawn = definition.kind == "share" and not is_share_of_few(definition, stat)
    if stat.value is None or stat.denominator is None or not is_drawn:
        return formatted.value, formatted.detail or formatted.explanation, ""
    return formatted.value, formatted.detail, format_percent(stat.numerator or 0, stat.denominator)
