"""JSON Schemas (draft 2020-12) of the kinds of records, for editors and for the form of the site.

A schema accepts what the loader accepts, under every name of a key and with every word of a vocabulary, and rejects
what the loader rejects, as far as JSON Schema can express it. It does not express:

- what the loader normalises before comparing: words and dates in other case or full width, or with surrounding blanks;
  trailing blanks count in the length of a text; numbers such as `1_000` and `.5`; addresses such as `http://[::1]/`
- how a number was typed: `0314` and `1.0` are numbers to an editor, and the texts `0314` and `1.0` to the loader;
  nor the number of its digits, if it is a fraction or uses 万 and 亿
- that a part whose values are all empty counts as missing: the schema requires the keys of such a part
- that invalid values in a draft are only warnings: the schema only lets a draft lack required keys
- a stage whose name is a date in a log entry of one line, and entries joined because a space is missing
- rules for more than one value: distinct names of stages, references, levels, criteria, the order of a log, and that
  the id of a criterion is valid unless it is its label
- what is forbidden in YAML here (anchors, tags, duplicate keys, a text cut off by ` #`) and in texts: personal data,
  control characters, pictures without alt text

The annotation `problem` names the problem (a key of `problems.MESSAGES`) of violating a rule.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ...model.keys import KeySpec, key_table, meaning
from ...model.kinds import COLLECTIONS, KINDS
from ...model.language import LANGUAGES
from ...model.records import (
    Case,
    Criterion,
    Followup,
    LogEntry,
    Model,
    Quantity,
    Review,
)
from ...model.vocabulary import Vocabulary, get_built_in_vocabulary
from .value_schemas import (
    BASIC_DEFINITIONS,
    ID_SCHEMA,
    LOG_LINE_HEAD,
    NOT_BLANK,
    SCALAR_TYPES,
    SCHEMA_OF_TYPE,
    WHOLE_DAY,
    Schema,
    create_ref,
)

__all__ = ["build_schema", "encode_schemas"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def encode_schemas(vocabulary: Vocabulary, stages: Sequence[str] = ()) -> Iterator[tuple[str, bytes]]:
    """The schema of every kind of record: file name → bytes."""
    for kind in KINDS:
        text = json.dumps(build_schema(kind, vocabulary, stages), ensure_ascii=False, indent=1)
        yield f"{kind}.json", f"{text}\n".encode()


def build_schema(kind: str, vocabulary: Vocabulary, stages: Iterable[str] = (), *, described: bool = True) -> Schema:
    """The schema of a file of one kind of record.

    `vocabulary` is the site's; `stages`: names of stages that an editor may propose; `described`: whether keys carry
    their meanings, in every shipped language.
    """
    writer = _SchemaBuilder(vocabulary, tuple(stages), described)
    record = writer.part_schema(KINDS[kind].model)
    label = vocabulary.terms["record_kind"][kind]
    whole = _collection_schema(record) if kind in COLLECTIONS else record
    return {"$schema": DIALECT, "title": f"{label.label('zh-Hans')} {label.key}", **whole,
            "$defs": {**BASIC_DEFINITIONS, **dict(sorted(writer.parts.items()))}}


def _collection_schema(entry: Schema) -> Schema:
    """The schema of several records in one file: a mapping by id, or a list."""
    return {"type": ["object", "array", "null"], "propertyNames": ID_SCHEMA, "additionalProperties": entry,
            "items": entry}


# --- records and their parts ------------------------------------------------------------------------------------------


class _SchemaBuilder:
    """Builds the schema of one kind of record; `parts` collects those of its nested models."""

    def __init__(self, vocabulary: Vocabulary, stages: tuple[str, ...], described: bool) -> None:
        self.vocabulary = vocabulary
        self.stages = stages
        self.described = described
        self.parts: dict[str, Schema] = {}

    def _model_schema(self, model: type[Model]) -> Schema:
        """A mapping in which each key occurs under one of its names, and the required keys are present."""
        names, specs = key_table(model).names, key_table(model).specs
        values = {key: self._add_description(model, key, _or_blank(self._value_schema(spec, model)))
                  for key, spec in specs.items()}
        needed = [_require_key(names, key) for key, spec in specs.items() if spec.required]
        needed += [{"anyOf": [_require_key(names, key) for key in keys], "problem": code}
                   for of, keys, code in _ALTERNATIVE_KEYS if of is model]
        return {
            "type": "object",
            "properties": {**values, **{name: create_ref(f"{model.__name__}/properties/{key}")
                                        for name, key in names.items() if name != key}},
            "additionalProperties": False,
            "allOf": [*_unless_draft(needed, names), *_forbid_synonyms(names)],
        }

    def _add_description(self, model: type[Model], key: str, value: Schema) -> Schema:
        if not self.described:
            return value
        words = meaning(model, key)
        text = "\n".join(words[tag] for tag in LANGUAGES if tag in words)
        return {"title": key_table(model).both_names(key), "description": text, **value}

    def _value_schema(self, spec: KeySpec, model: type[Model]) -> Schema:
        """The schema of the value of a key, if there is one."""
        if spec.prose:
            return {"type": [*SCALAR_TYPES, "null"]}
        if spec.many:
            return self._list_schema(spec)
        if model is LogEntry and spec.key == "stage":  # any text is valid; the known ones are proposed
            return {"anyOf": [_enum_schema(self._list_known_stages()), create_ref("text")]}
        return self._item_schema(spec)

    def _list_known_stages(self) -> list[str]:
        reserved, phases = (self.vocabulary.terms[name].values() for name in ("reserved_stage", "phase"))
        own = self.stages or [term.label(tag) for tag in ("zh-Hans", "en") for term in phases]
        return [*dict.fromkeys([*own, *(word for term in reserved for word in (term.label("zh-Hans"), term.key))])]

    def _list_schema(self, spec: KeySpec) -> Schema:
        """A list, or a single value instead of a list of one; empty items are ignored."""
        one = self._item_schema(spec)
        model = spec.model
        entry = one
        if model in (LogEntry, Followup, Criterion):
            entry = {"anyOf": [*one["anyOf"], self._short_form_pair(model)]}
        filled = {"not": create_ref("blank")}
        return {"anyOf": [one, {"type": "array", "items": _or_blank(entry), "contains": filled}]}

    def _item_schema(self, spec: KeySpec) -> Schema:
        """The schema of a single value."""
        if spec.vocabulary:
            words = self._vocabulary_schema(spec.vocabulary)
            return {"anyOf": [words, create_ref("text")]} if spec.free else words
        if spec.type is bool:
            return _enum_schema([*_list_answers("yes"), *_list_answers("no")], problem="not_yes_or_no")
        if spec.keys and spec.values:
            return {"type": "object", "propertyNames": self._item_schema(spec.keys),
                    "additionalProperties": _or_blank(self._item_schema(spec.values))}
        if spec.model:
            return self.part_schema(spec.model)
        return next(schema for alias, schema in SCHEMA_OF_TYPE if alias == spec.hint)

    def _vocabulary_schema(self, name: str) -> Schema:
        self.parts[name] = _enum_schema(_list_vocabulary_words(self.vocabulary, name))
        return create_ref(name)

    def part_schema(self, model: type[Model]) -> Schema:
        """A nested model, as a mapping or in its short form."""
        name = model.__name__
        if name not in self.parts:
            self.parts[name] = self._model_schema(model)
        line = self._short_form_schema(model)
        return {"anyOf": [create_ref(name), line]} if line else create_ref(name)

    def _short_form_schema(self, model: type[Model]) -> Schema | None:
        """The short form of a nested model, if it is a single text."""
        if model in (LogEntry, Followup):
            return {"type": "string", "pattern": f"^{self._short_form_head(model)}[:：]", "problem": "not_a_dated_line"}
        if model is Quantity:
            unknown = [word for word, key in self.vocabulary.words["precision"].items() if key == "unknown"]
            return {"anyOf": [create_ref("count"), create_ref("amount"), _enum_schema(sorted(unknown))],
                    "problem": "not_a_count"}
        return create_ref("text") if model is Criterion else None

    def _short_form_head(self, model: type[Model]) -> str:
        """The pattern of the part before the colon of a short form."""
        if model is LogEntry:
            return LOG_LINE_HEAD
        words = "|".join(map(_escape_pattern, _list_vocabulary_words(self.vocabulary, "followup_result")))
        return rf"\s*{WHOLE_DAY}\s+(?:{words})\s*"

    def _short_form_pair(self, model: type[Model]) -> Schema:
        """The short form as a list item, `- 2025-09-11 议事: …`: for an editor, a mapping with one key."""
        head = NOT_BLANK if model is Criterion else rf"^{self._short_form_head(model)}(?:[:：]|$)"
        names = {"pattern": head, "not": {"enum": list(key_table(model).names)}}
        return {"type": "object", "minProperties": 1, "maxProperties": 1, "propertyNames": names,
                "additionalProperties": {"type": [*SCALAR_TYPES, "null"]}}


_ALTERNATIVE_KEYS: Sequence[tuple[type[Model], Sequence[str], str]] = (
    (Case, ("issues", "location"), "case_about_nothing"),
    (Review, ("criteria", "recommendations"), "review_says_nothing"),
)
"""Record, the keys of which it must have at least one, and the code of the problem if it has none."""


def _or_blank(schema: Schema) -> Schema:
    """The schema `schema`, or an empty value."""
    if "null" in schema.get("type", ()):
        return schema
    return {"anyOf": [*(schema["anyOf"] if set(schema) == {"anyOf"} else [schema]), create_ref("blank")]}


def _require_key(names: Mapping[str, str], key: str) -> Schema:
    """A key is present under one of its names, and is not empty."""
    return {"anyOf": [{"required": [name], "properties": {name: {"not": create_ref("blank")}}}
                      for name, of in names.items() if of == key], "problem": "missing_key", "key": key}


def _forbid_synonyms(names: Mapping[str, str]) -> Iterator[Schema]:
    """No key occurs under two of its names."""
    for name, key in names.items():
        if name != key:
            yield {"not": {"required": [name, key]}, "problem": "duplicate_key"}


def _unless_draft(needed: Sequence[Schema], names: Mapping[str, str]) -> Iterator[Schema]:
    """Requirements that do not apply to a draft."""
    own = [name for name, key in names.items() if key == "draft"]
    if not own or not needed:
        yield from needed
        return
    draft = {"anyOf": [{"required": [name], "properties": {name: {"enum": _list_answers("yes")}}} for name in own]}
    yield {"if": draft, "else": {"allOf": list(needed)}}


def _enum_schema(words: Iterable[object], problem: str = "not_allowed") -> Schema:
    return {"enum": list(words), "problem": problem}


def _list_vocabulary_words(vocabulary: Vocabulary, name: str) -> list[str]:
    """Every word for a value, in the order in which an editor proposes them: labels first."""
    terms = vocabulary.terms[name].values()
    words = (word for term in terms for word in (*term.labels.values(), term.key, *term.synonyms))
    return list(dict.fromkeys(words))


def _list_answers(answer: str) -> list[object]:
    """Every way to write yes, or no: as a text, or as a YAML boolean."""
    words = [word for word, key in get_built_in_vocabulary().words["answer"].items() if key == answer]
    return [*dict.fromkeys(words), answer == "yes"]


def _escape_pattern(word: str) -> str:
    """A word as a regular expression that every dialect understands."""
    return "".join(f"\\{sign}" if sign in r"\^$.|?*+()[]{}/" else sign for sign in word)
