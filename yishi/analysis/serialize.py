"""A record as plain data, as machines need it: English keys, closed values as keys, references as paths. Pure.

What no page shows is left out, and so is what a record does not say. Numbers of few people are hidden (`few`).
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from ..content.markup import strip_markup as plain_text
from ..model.keys import KeySpec, key_table
from ..model.records import Body, Model
from ..model.suppression import PRIMARY, find_suppressed_values, is_below_threshold

UNPUBLISHED_KEYS = frozenset({"aliases", "owners", "draft", "consent", "file", "geometry", "verified"})
"""Keys of what is for the program or the office, and stands on no page."""


def serialize_model(model: Model) -> dict[str, object]:
    """What a record, or a part of one, says."""
    told = _serialize_fields(model)
    for keys, sign in find_suppressed_values(model).items():
        part: Any = told
        for key in keys[:-1]:
            part = part[key]
        part[keys[-1]] = sign
    return told


def _serialize_fields(model: Model) -> dict[str, object]:
    """The same, before what hangs together is hidden."""
    said = model.model_fields_set | {"basis"}
    found = ((spec.key, _serialize_value(getattr(model, spec.attribute), spec.people))
             for spec in shown_keys(type(model)) if spec.attribute in said)
    return {name: value for name, value in found if value not in (None, "", [], {})}


@cache  # of a few dozen classes, asked of every record
def shown_keys(model: type[Model]) -> tuple[KeySpec, ...]:
    """What is told of a model, in its order: what all may say comes last."""
    return tuple(spec for spec in key_table(model).own_first if spec.key not in UNPUBLISHED_KEYS)


def _serialize_value(value: object, people: bool) -> object:
    if isinstance(value, str | bool | None):
        return value
    if isinstance(value, int | float):
        return PRIMARY if people and is_below_threshold(value) else value
    if isinstance(value, Body):
        return plain_text(value.html)
    if isinstance(value, Model):
        told = _serialize_fields(value)
        return {**told, "value": _serialize_value(told["value"], people)} if people and "value" in told else told
    if isinstance(value, tuple):
        return [_serialize_value(one, people) for one in value if getattr(one, "verified", True)]
    if isinstance(value, Mapping):
        return {key: _serialize_value(one, people) for key, one in value.items()}
    return str(value)
