"""The problems that a record's model finds in its data, in a writer's words."""

from collections.abc import Iterable, Iterator

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ..problems import KeyPath, Problem
from ..records import MODELS, Model
from ..shapes import model_at, shape_of
from ..vocabulary import built_in, nearest
from .data import Data
from .places import Place, Places


def check_data(data: Data, kind: str, places: Places, path: str) -> Iterator[Problem]:
    """The problems that the model finds in `data`."""
    try:
        MODELS[kind].model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        seen: set[tuple[object, ...]] = set()
        for detail in details:
            problem = _problem_of(detail, kind, places, path)
            place = (problem.line, problem.column, problem.code, problem.values)
            if place not in seen and not _follows_from_another(detail, details):
                seen.add(place)
                yield problem


def _follows_from_another(detail: ErrorDetails, details: Iterable[ErrorDetails]) -> bool:
    """A list is "too short" where its only entry is wrong: one problem is enough."""
    if "too_short" not in detail["type"]:
        return False
    loc = detail["loc"]
    return any(other["loc"][:len(loc)] == loc and other["loc"] != loc for other in details)


_CODES = {
    "missing": "missing_key", "extra_forbidden": "unknown_key", "string_too_long": "too_long",
    "string_too_short": "empty", "too_short": "empty", "int_parsing": "not_a_number", "float_parsing": "not_a_number",
    "int_type": "not_a_number", "float_type": "not_a_number", "greater_than_equal": "negative",
    "int_from_float": "not_a_number", "finite_number": "not_a_number", "int_parsing_size": "not_a_number",
}
"""The kind of problem for each kind of error of pydantic; our own keep their code, all others are a wrong shape."""


def _problem_of(detail: ErrorDetails, kind: str, places: Places, path: str) -> Problem:
    code = detail["type"] if detail["type"] in _OWN_CODES else _CODES.get(detail["type"], "wrong_shape")
    keys: KeyPath = detail["loc"]
    if code == "missing_key":
        place, shape = places.nearest(keys[:-1]), shape_of(model_at(MODELS[kind], keys[:-1]))
        return Problem(path, place.line, place.column, code, (("key", shape.both_names(str(keys[-1]))),))
    place = places.nearest(keys)
    found, allowed, near = _explained(code, detail, place, model_at(MODELS[kind], keys))
    if code == "unknown_key" and near:
        code, allowed = "misspelt_key", ""
    values = (("key", place.key), ("found", found), ("allowed", allowed))
    return Problem(path, place.line, place.column, code, values, near)


def _explained(code: str, detail: ErrorDetails, place: Place, model: type[Model]) -> tuple[str, str, str]:
    """What was found, what is allowed, and what may have been meant."""
    context = {name: str(value) for name, value in (detail.get("ctx") or {}).items()}
    text = str(detail["input"])
    found = _shown(detail["input"])
    if code == "not_allowed":
        name = context["vocabulary"]
        return found, built_in().allowed(name), built_in().nearest(name, text) or ""
    if code == "unknown_key":
        shape = shape_of(model)
        allowed = ", ".join(map(shape.both_names, shape.parts))
        return f"'{place.key}'", allowed, nearest(place.key, shape.names) or ""
    if code == "too_long":
        return str(len(text.strip())), context["max_length"], ""
    if code == "wrong_shape":
        return found, _SHAPES.get(detail["type"], "key: value"), ""
    return context.get("found", found), model.short_form, ""


_OWN_CODES = frozenset({
    "not_allowed", "no_such_day", "not_a_date", "not_a_day", "not_coordinates", "not_yes_or_no", "not_a_dated_line",
    "stage_word_reserved", "stage_word_twice", "case_about_nothing", "review_says_nothing",
})
_SHAPES = {"string_type": "文字 text", "tuple_type": "- …", "model_type": "key: value", "dict_type": "key: value"}


def _shown(value: object) -> str:
    """A wrong value as a message shows it: in quotes, cut short."""
    text = value if isinstance(value, str) else "- …" if isinstance(value, list) else "key: value"
    return f"'{text}'" if len(text) <= 60 else f"'{text[:60]}…'"
