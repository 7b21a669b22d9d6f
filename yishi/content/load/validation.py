"""Validate a record's data with its model; the errors are worded for writers."""

from collections.abc import Iterable, Iterator

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ...core.characters import find_forbidden
from ...model.identifiers import MAX_ID_LENGTH, find_id_problem
from ...model.keys import key_table, model_at
from ...model.kinds import COLLECTIONS, KINDS
from ...model.paths import suggest_file_name
from ...model.problems import A_LIST, A_MAPPING, A_TEXT, KeyPath, Problem
from ...model.quantities import ParsedQuantity, parse_quantity, propose_quantity
from ...model.records import Model, Quantity
from ...model.vocabulary import encode_bilingual, encode_choices, find_nearest_word, get_built_in_vocabulary
from ..privacy import find_personal_data, mask_personal_data
from ..yaml_source import ScalarNode
from .record_data import RecordData
from .source_positions import SourcePosition, SourcePositions


def check_data(data: RecordData, kind: str, positions: SourcePositions, path: str) -> Iterator[Problem]:
    """The problems that the model finds in `data`."""
    try:
        KINDS[kind].model.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        seen: set[tuple[object, ...]] = set()
        for detail in details:
            problem = _create_problem(detail, kind, positions, path)
            position = (problem.line, problem.column, problem.code, problem.values)
            if position not in seen and not _follows_from_another(detail, details):
                seen.add(position)
                yield problem


def check_entry_id(key: ScalarNode, path: str) -> Iterator[Problem]:
    """Check the id of an entry of a collection: the `key` of its mapping."""
    if code := find_id_problem(key.text):
        values = (("key", "id"), ("found", _quote_value(key.text)), ("allowed", str(MAX_ID_LENGTH)))
        yield Problem(path, key.line, key.column, code, values, suggest_file_name(key.text, ()))
    elif hits := find_personal_data(key.text):
        yield Problem(path, key.line, key.column, hits[0].kind, (("key", "id"), ("found", hits[0].masked)),
                      level=hits[0].level)


def _follows_from_another(detail: ErrorDetails, details: Iterable[ErrorDetails]) -> bool:
    """Whether the error follows from another: a list is "too short" if its only entry is invalid; one problem is
    enough."""
    if "too_short" not in detail["type"]:
        return False
    loc = detail["loc"]
    return any(other["loc"][:len(loc)] == loc and other["loc"] != loc for other in details)


_CODE_OF_ERROR_TYPE = {
    "missing": "missing_key", "extra_forbidden": "unknown_key", "string_too_long": "too_long",
    "string_too_short": "empty", "too_short": "empty", "int_parsing": "not_a_number", "float_parsing": "not_a_number",
    "int_type": "not_a_number", "float_type": "not_a_number", "int_from_float": "not_a_number",
    "finite_number": "not_a_number", "int_parsing_size": "not_a_number", "greater_than_equal": "negative",
    "less_than_equal": "too_large", "string_pattern_mismatch": "several_lines",
}
"""Pydantic's error type → problem code; our own errors keep their code, all others are `wrong_shape`."""


def _create_problem(detail: ErrorDetails, kind: str, positions: SourcePositions, path: str) -> Problem:
    code = detail["type"] if detail["type"] in _OWN_CODES else _CODE_OF_ERROR_TYPE.get(detail["type"], "wrong_shape")
    if code == "several_lines" and find_forbidden(str(detail["input"])):
        code = "control_character"
    keys: KeyPath = detail["loc"]
    if code == "missing_key":
        return _missing_key_problem(model_at(KINDS[kind].model, keys[:-1]), str(keys[-1]), keys[:-1], positions, path)
    position = positions.nearest(keys)
    if code == "unknown_key" and len(keys) == 1 and kind not in COLLECTIONS and keys[0] in _DERIVED_KEYS:
        found_key = (("found", f"'{position.key}'"),)
        return Problem(path, position.line, position.column, _DERIVED_KEYS[str(keys[0])], found_key)
    if detail["type"] in ("model_type", "model_attributes_type"):
        code = "needs_keys"
    found, allowed, near = _explain_error(code, detail, position, model_at(KINDS[kind].model, keys))
    if code == "unknown_key" and near:
        code, allowed = "misspelt_key", ""
    values = (("key", position.key), ("found", found), ("allowed", allowed))
    return Problem(path, position.line, position.column, code, values, near)


def _missing_key_problem(model: type[Model], key: str, at: KeyPath, positions: SourcePositions, path: str) -> Problem:
    """A missing required key; for a closed vocabulary, with the allowed values."""
    position = positions.nearest(at)
    names = key_table(model).named(key)
    spec = key_table(model).specs[key]
    name = spec.vocabulary
    if not name or spec.by_site:
        return Problem(path, position.line, position.column, "missing_key", (("key", names),))
    terms = get_built_in_vocabulary().terms[name]
    term = terms.get(USUAL_TERMS.get(name, "")) or next(iter(terms.values()))
    chinese = key_table(model).both_names(key).split()[0]
    line = encode_bilingual(f"{chinese}: {term.label('zh-Hans')}", f"{key}: {term.key}")
    values = (("key", names), ("found", line), ("allowed", get_built_in_vocabulary().allowed(name)))
    return Problem(path, position.line, position.column, "missing_term", values)


USUAL_TERMS = {"topic": "other", "place_kind": "community"}
"""Key → the value that most writers need, where it is not the first."""


def _explain_error(code: str, detail: ErrorDetails, position: SourcePosition,
                   model: type[Model]) -> tuple[str, str, str]:
    """The value found, the values allowed, and the one that was probably meant."""
    context = {name: str(value) for name, value in (detail.get("ctx") or {}).items()}
    text = str(detail["input"])
    found = _quote_value(detail["input"])
    if code == "not_allowed":
        name = context["vocabulary"]
        return found, get_built_in_vocabulary().allowed(name), get_built_in_vocabulary().nearest(name, text) or ""
    if code == "unknown_key":
        table = key_table(model)
        return f"'{position.key}'", _list_usual_keys(model), find_nearest_word(position.key, table.names) or ""
    if code == "too_large":
        return found, context["le"], ""
    if code == "too_many_digits":
        return _quote_value(context["found"]), context["allowed"], ""
    if code == "too_long":
        return str(len(text.strip())), context["max_length"], ""
    if code == "needs_keys":
        return found, _list_first_keys(model), ""
    if code == "wrong_shape":
        return found, _SHAPE_OF_ERROR_TYPE.get(detail["type"], A_TEXT), ""
    if code == "several_lines":
        return _quote_value(text.strip().partition("\n")[0]), "", ""
    if forbidden := code == "control_character" and find_forbidden(text):
        return forbidden[1], "", ""
    if code in ID_CODES:
        return _quote_value(context["found"]), str(MAX_ID_LENGTH), suggest_file_name(context["found"], ())
    if code == "not_a_count" and (amount := parse_quantity(text) or propose_quantity(text)):
        return found, "", _format_proposal(amount, text) if model is Quantity else str(amount.value)
    allowed = context.get("allowed") or encode_bilingual(model.short_form, model.short_form_in_english)
    return context.get("found", found), allowed, ""


def _format_proposal(amount: ParsedQuantity, text: str) -> str:
    """An approximate number in the language of `text`."""
    return f"about {amount.value} {amount.unit}".strip() if text.isascii() else f"约{amount.value}{amount.unit}"


def _list_usual_keys(model: type[Model]) -> str:
    """The keys of `model`: required ones, then its own, then those common to all records."""
    table = key_table(model)
    return encode_choices(table.named(spec.key) for spec in sorted(table.own_first, key=lambda spec: not spec.required))


def _list_first_keys(model: type[Model]) -> str:
    """The required keys of a nested `model`, or its first two."""
    table = key_table(model)
    required = [key for key, spec in table.specs.items() if spec.required]
    return encode_choices(map(table.named, required or list(table.specs)[:2]))


_DERIVED_KEYS = {
    "status": "follows_from_log", "状态": "follows_from_log", "进度": "follows_from_log",
    "id": "follows_from_path", "编号": "follows_from_path",
    "community": "follows_from_path", "社区": "follows_from_path", "place": "follows_from_path",
    "所在地": "follows_from_path",
}
"""Keys that writers expect although the site computes their values."""

ID_CODES = ("bad_id", "name_of_device")

_OWN_CODES = frozenset({
    "too_long", "not_allowed", "no_such_day", "no_such_year", "not_a_date", "not_a_day", "not_a_time", "not_a_boundary",
    "not_coordinates", "not_address", "not_a_colour", "not_yes_or_no", "not_a_dated_line", "not_a_count",
    "not_a_number", "too_many_digits", "more_than_all", "stage_word_reserved", "stage_word_twice", "entry_twice",
    "case_about_nothing", "review_says_nothing",
    *ID_CODES,
})
_SHAPE_OF_ERROR_TYPE = {"string_type": A_TEXT, "tuple_type": A_LIST, "dict_type": A_MAPPING}


def _quote_value(value: object) -> str:
    """An invalid value for a message: quoted, and cut to a maximum length."""
    if not isinstance(value, str):
        return A_LIST if isinstance(value, list) else A_MAPPING
    text = mask_personal_data(value)  # while it is whole: a part of a number is none
    return f"'{text}'" if len(text) <= 60 else f"'{text[:60]}…'"
