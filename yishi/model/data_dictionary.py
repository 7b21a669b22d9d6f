"""The data dictionary: the name and meaning of each key and column, in every language."""

from collections.abc import Mapping

from ..core.traditional import pick_translation
from .language import get_language, marked
from .thresholds import THRESHOLDS
from .vocabulary import get_built_in_vocabulary, get_key_meanings, get_key_names

_DERIVED_COLUMNS: Mapping[str, tuple[str, str]] = {
    "table.path": (marked("Path"), marked("What identifies the record: its file in the content folder.")),
    "table.url": (marked("Page"), marked("The page of the record, from the front page of the site.")),
    "table.place": (marked("Place"), marked("The path of the place that the record belongs to.")),
    "table.as_written": (marked("As written"),
                         marked("How the writer put a date, where that says more than the date.")),
    "table.derived": (marked("Derived"), marked("What follows from the log on the day of the report.")),
    "derived.status": (marked("Status"), marked("The status of the issue, derived from the log and not entered by "
                                                "hand.")),
    "derived.phase": (marked("Phase"), marked("The furthest phase that the issue has reached.")),
    "derived.ladder": (marked("Result"), marked("Whether the result holds, by the latest follow-up.")),
    "derived.reopenings": (marked("Reopenings"), marked("How often the issue was reopened after it had been closed.")),
    "derived.resolved_on": (marked("Resolved on"), marked("The day on which it was resolved, if that is known.")),
    "derived.days_to_resolve": (marked("Days to resolution"),
                                marked("From the day it was raised to the day it was resolved, if both are known.")),
    "derived.days_open": (marked("Days open"), marked("Of an open issue: the days since it was raised.")),
    "derived.days_to_first_reply": (marked("Days to the first reply"),
                                    marked("From the day it was raised to the first entry after that.")),
    "derived.followup_due": (marked("Follow-up due"), marked("The day from which a follow-up is due.")),
    "derived.overdue": (marked("Overdue"), marked("Whether it is still open after the promised date.")),
    "derived.stale": (marked("No news"),
                      marked("Whether it is open and nothing was recorded in the last {stale_days} days.")),
    "derived.breadth": (marked("Kinds of participants"),
                        marked("How many different kinds of participants it and its meetings name.")),
    "statistics.scope": (marked("Scope"), marked("The path of a place, with all places below it; empty: the site.")),
    "statistics.key": (marked("Statistic"), marked("The key of the statistic; its page says how it is counted.")),
    "statistics.dimension": (
        marked("Dimension"),
        marked("Empty: the statistic itself. Else the value of a split, a quartile, or why records were left out.")),
    "statistics.value": (marked("Value"), marked("A number, or a share between 0 and 1.")),
    "statistics.numerator": (marked("Numerator"), marked("How many were counted.")),
    "statistics.denominator": (marked("Denominator"), marked("Of how many.")),
}
"""Computed column → its name and its meaning, as message ids."""


def get_column_name(key: str, tag: str) -> str:
    """The name of the column or key `MODEL.KEY` in a language."""
    if key in _DERIVED_COLUMNS:
        return get_language(tag).text(_DERIVED_COLUMNS[key][0])
    english = key.rpartition(".")[2]
    return english if tag == "en" else get_key_names().get(key) or get_key_names()[english]


def get_column_meaning(key: str, tag: str) -> str:
    """The meaning of the column or key `MODEL.KEY` in a language."""
    if key in _DERIVED_COLUMNS:
        return get_language(tag).text(_DERIVED_COLUMNS[key][1], **THRESHOLDS)
    texts = get_key_meanings()[key] if key in get_key_meanings() else get_key_meanings()[key.rpartition(".")[2]]
    return pick_translation(tag, texts, str) or texts["en"]


def get_kind_label(kind: str, tag: str) -> str:
    """The label of a kind of record in a language."""
    return get_built_in_vocabulary().label("record_kind", kind, tag)
