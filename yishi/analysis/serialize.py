"""Serialise a record to plain data: English keys, vocabulary values as keys, references as paths. Pure.

Keys that no page shows and keys without a value are left out. Small numbers of people are suppressed.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from ..content.markup import strip_markup
from ..model.dates import PartialDate
from ..model.keys import KeySpec, key_table
from ..model.records import Amount, Body, Model
from ..model.suppression import PRIMARY, find_suppressed_values, is_below_threshold

UNPUBLISHED_KEYS = frozenset({"aliases", "owners", "draft", "consent", "file", "geometry", "boundary", "verified"})
"""Keys for internal use that are never published."""


def serialize_model(model: Model) -> dict[str, object]:
    """A record, or a model nested in one, as JSON-ready data."""
    data = _serialize_fields(model)
    for keys, marker in find_suppressed_values(model).items():
        part: Any = data
        for key in keys[:-1]:
            part = part[key]
        part[keys[-1]] = marker
    return data


def collect_date_words(value: object, path: str = "") -> dict[str, str]:
    """How the dates of a record were put, where that says more than the dates: `log.0.date` → the words."""
    if isinstance(value, PartialDate):
        return {path: value.words} if value.words else {}
    parts: Iterable[tuple[object, object]] = ()
    if isinstance(value, Model):
        parts = ((spec.key, getattr(value, spec.attribute)) for spec in _list_dated_keys(type(value)))
    elif isinstance(value, tuple):
        parts = enumerate(value)
    return {key: words for name, part in parts
            for key, words in collect_date_words(part, f"{path}.{name}" if path else str(name)).items()}


@cache  # a few dozen classes, looked up for every record
def _list_dated_keys(model: type[Model]) -> tuple[KeySpec, ...]:
    """The published keys of a model that hold dates, themselves or in parts."""
    return tuple(spec for spec in shown_keys(model)
                 if spec.type is PartialDate or (spec.model and _list_dated_keys(spec.model)))


def _serialize_fields(model: Model) -> dict[str, object]:
    """The fields before suppression of related numbers."""
    stated = model.model_fields_set | {"basis"}
    values = ((spec.key, _serialize_value(getattr(model, spec.attribute), spec.people))
              for spec in shown_keys(type(model)) if spec.attribute in stated)
    return {name: value for name, value in values if value not in (None, "", [], {})}


@cache  # a few dozen classes, looked up for every record
def shown_keys(model: type[Model]) -> tuple[KeySpec, ...]:
    """The published keys of a model in its order; keys common to all records come last."""
    return tuple(spec for spec in key_table(model).own_first if spec.key not in UNPUBLISHED_KEYS)


def _serialize_value(value: object, people: bool) -> object:
    if isinstance(value, str | bool | None):
        return value
    if isinstance(value, int | float):
        return PRIMARY if people and is_below_threshold(value) else value
    if isinstance(value, Body):
        return strip_markup(value.html)
    if isinstance(value, Model):
        people = people or (isinstance(value, Amount) and value.counts_people)
        data = _serialize_fields(value)
        return {**data, "value": _serialize_value(data["value"], people)} if people and "value" in data else data
    if isinstance(value, tuple):
        return [_serialize_value(item, people) for item in value if getattr(item, "verified", True)]
    if isinstance(value, Mapping):
        return {key: _serialize_value(item, people) for key, item in value.items()}
    return value.edtf if isinstance(value, PartialDate) else str(value)
