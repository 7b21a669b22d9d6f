"""The rules for dates in words, from `rules.yaml`."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import yaml
from msgspec import Struct

DateRule = tuple[re.Pattern[str], Mapping[str, Any]]


class DateRules(Struct, frozen=True):
    unknown: re.Pattern[str]
    moves: Sequence[tuple[re.Pattern[str], str]]
    joins: re.Pattern[str]
    wrappers: Sequence[DateRule]
    ends: Sequence[DateRule]
    rules: Sequence[DateRule]
    words: Mapping[str, Any]
    years: Mapping[int, str]


@cache
def load_date_rules() -> DateRules:
    text = resources.files("yishi.model.date_expressions").joinpath("rules.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.load(text, yaml.CSafeLoader)
    parts: dict[str, str] = {}
    for name, part in data["parts"].items():
        parts[name] = _fill_parts(part, parts)
    wrappers, ends, rules = ([(_compile(entry[0], parts), entry[1] if len(entry) > 1 else {}) for entry in data[name]]
                             for name in ("wrappers", "ends", "rules"))
    moves = [(_compile(pattern, parts), order.replace("$<", r"\g<")) for pattern, order in data["moves"]]
    return DateRules(_compile(data["unknown"], parts), moves, re.compile(data["joins"]), wrappers, ends, rules,
                     data["words"], data["years"])


def _fill_parts(expression: str, parts: Mapping[str, str]) -> str:
    return re.sub(r"\{([a-z]\w*)\}", lambda match: parts[match[1]], expression)


def _compile(expression: str, parts: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile(_fill_parts(expression, parts).replace("(?<", "(?P<"), re.ASCII)




def export_date_rules() -> dict[str, object]:
    """The rules as data for the form's script, with expressions in JavaScript's notation."""
    rules = load_date_rules()
    return {"unknown": rules.unknown.pattern, "joins": rules.joins.pattern,
            "moves": [[pattern.pattern.replace("?P<", "?<"), order.replace(r"\g<", "$<")]
                      for pattern, order in rules.moves],
            **{name: [[one.pattern.replace("?P<", "?<"), adds] for one, adds in entries] for name, entries in
               (("wrappers", rules.wrappers), ("ends", rules.ends), ("rules", rules.rules))},
            "words": rules.words, "years": {str(year): text for year, text in rules.years.items()}}


def get_date_word(kind: str, text: str) -> int:
    """What a word of a rule means, such as -1 for `昨天`; English names by their first three letters."""
    words: Mapping[str, int] = load_date_rules().words[kind]
    return words[text] if text in words else words[text[:3]]
