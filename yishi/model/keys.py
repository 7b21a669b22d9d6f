"""The keys of a model: their accepted names and the type of their values. The only reader of annotations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BeforeValidator, PlainValidator

from .records import Body, Model, PeopleCount, Prose, Record, RefersTo, SiteTerm
from .records.field_types import ClosedTermValidator
from .vocabulary import encode_bilingual, get_former_keys, get_key_meanings, get_key_names


class KeySpec(Struct, frozen=True):
    """What a key of a model holds.

    `hint`: the annotation of one value, such as `field_types.Title`, without the marks described by the other fields;
    `type`: its Python type; float for numbers with fractions and coordinates.
    """

    key: str = ""
    attribute: str = ""
    """Its Python attribute, which differs where the key is a Python keyword: `for_`."""
    required: bool = False
    hint: Any = None
    type: Any = None
    many: bool = False
    """Whether it holds a list."""
    keys: "KeySpec | None" = None
    """For a mapping with free keys: its keys; `values`: its values."""
    values: "KeySpec | None" = None
    vocabulary: str = ""
    """The vocabulary of its values; `by_site`: the site may change it; `free`: other text is allowed too."""
    by_site: bool = False
    free: bool = False
    refers: tuple[str, ...] = ()
    """The kinds of records to which it may refer."""
    people: bool = False
    """Whether it is a number of people."""
    prose: bool = False
    """Whether it is Markdown."""
    model: "type[Model] | None" = None
    """The model of its nested part, or of each value of a mapping with free keys."""
    is_text: bool = False
    """Whether it is free text for readers: no identifier, date, number or address."""


class KeyTable(Struct, frozen=True):
    """The keys of a model: `names` = every accepted name → canonical key, `specs` = canonical key → KeySpec, `former` =
    those names that are still accepted, with a warning."""

    names: Mapping[str, str]
    specs: Mapping[str, KeySpec]
    former: Mapping[str, str] = {}

    def both_names(self, key: str) -> str:
        """All names of a key: `标题 title`."""
        return " ".join(dict.fromkeys([*(name for name, of in self.names.items()
                                       if of == key and name not in self.former), key]))

    def named(self, key: str) -> str:
        """A key for a message in any language (`vocabulary.encode_bilingual`)."""
        return encode_bilingual(self.both_names(key).split()[0], key)

    @property
    def own_first(self) -> list[KeySpec]:
        """All keys: first the model's own, then those common to all records."""
        return sorted(self.specs.values(), key=lambda spec: spec.attribute in Record.model_fields)


@cache  # a few dozen classes
def key_table(model: type[Model]) -> KeyTable:
    """The keys of `model`, from its fields and the Chinese names of keys."""
    hints = get_type_hints(model, include_extras=True)
    specs = dict[str, KeySpec]()
    for name, info in model.model_fields.items():
        key = info.alias or name
        spec = _parse_hint(hints[name])
        specs[key] = replace(spec, key=key, attribute=name, required=info.is_required(),
                             is_text=spec.is_text and key not in _NAMES)
    own = model.__name__.lower()
    chinese = {word: key for key in specs if (word := get_key_names().get(f"{own}.{key}") or get_key_names().get(key))}
    former = {name.removeprefix(f"{own}."): key for name, key in get_former_keys().items()
              if key in specs and name.rpartition(".")[0] in ("", own)}
    return KeyTable({**former, **chinese, **{key: key for key in specs}}, specs, former)


def meaning(model: type[Model], key: str) -> Mapping[str, str]:
    """The meaning of `key` of `model` for writers: language → a short explanation."""
    own = f"{model.__name__.lower()}.{key}"
    texts = get_key_meanings()
    return texts[own] if own in texts else texts[key]


def model_at(model: type[Model], keys: Iterable[str | int]) -> type[Model]:
    """The model of the part at the path `keys` in a record of `model`."""
    for key in keys:
        spec = key_table(model).specs.get(key) if isinstance(key, str) else None
        model = spec.model if spec and spec.model else model
    return model


def list_texts(model: Model) -> Iterator[str]:
    """Every text of a record that its page can show, as written; without its translations, its Markdown, and the labels
    of parts that have translations of their own."""
    for spec in _text_keys(type(model)):
        yield from _list_value_texts(getattr(model, spec.attribute))


@cache
def _text_keys(model: type[Model]) -> tuple[KeySpec, ...]:
    is_named_part = "translations" in model.model_fields and not issubclass(model, Record)
    unshown = {*_UNSHOWN, "label"} if is_named_part else _UNSHOWN
    return tuple(spec for spec in key_table(model).specs.values()
                 if spec.key not in unshown and not spec.prose and (spec.is_text or spec.model))


_UNSHOWN = frozenset({"aliases", "consent", "email", "hotline", "phone", "privacy_allow", "stages_shown",
                      "translations"})
"""Keys whose text no page shows, or every page as it is."""


def _list_value_texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Model):
        yield from list_texts(value)
    elif isinstance(value, tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _list_value_texts(item)


_NAMES = frozenset({"code", "file", "id", "key", "level", "logo", "matches", "owners", "path", "stage", "statistic",
                    "timezone"})
"""Keys whose text is an identifier for the program."""


# --- annotations ------------------------------------------------------------------------------------------------------


def _parse_hint(hint: Any) -> KeySpec:
    """The specification of an annotated type."""
    base, *marks = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    site_marks = {mark for mark in marks if isinstance(mark, Prose | PeopleCount | RefersTo | SiteTerm)}
    validators = tuple(mark for mark in marks if mark not in site_marks)
    if not any(isinstance(mark, BeforeValidator | PlainValidator) for mark in validators):
        if get_origin(base) in (Union, UnionType):
            return _apply_marks(_parse_hint(next(one for one in get_args(base) if one is not NoneType)), site_marks)
        if get_origin(base) is tuple:
            return replace(_apply_marks(_parse_hint(get_args(base)[0]), site_marks), many=True)
        if get_origin(base) is dict:
            keys, values = map(_parse_hint, get_args(base))
            return KeySpec(hint=base, type=dict, keys=keys, values=values, model=values.model, is_text=values.is_text)
    return _apply_marks(_parse_value_hint(base, validators), site_marks)


def _parse_value_hint(base: Any, validators: Sequence[object]) -> KeySpec:
    """The specification of a single value of type `base` with the validators `validators`."""
    words = (mark.func.name for mark in validators if isinstance(mark, BeforeValidator)
             and isinstance(mark.func, ClosedTermValidator))
    model = base if isinstance(base, type) and issubclass(base, Model) and base is not Body else None
    is_text = base is str and not any(isinstance(mark, BeforeValidator | PlainValidator) for mark in validators)
    hint = Annotated[(base, *validators)] if validators else base
    return KeySpec(hint=hint, type=_type(base), vocabulary=next(words, ""), model=model, is_text=is_text)


def _apply_marks(spec: KeySpec, marks: Iterable[object]) -> KeySpec:
    """`spec` with the properties that these marks set."""
    for mark in marks:
        if isinstance(mark, SiteTerm):
            spec = replace(spec, vocabulary=mark.name, by_site=True, free=mark.free, is_text=mark.free)
        elif isinstance(mark, RefersTo):
            spec = replace(spec, refers=mark.kinds, is_text=False)
        elif isinstance(mark, PeopleCount):
            spec = replace(spec, people=True)
        elif isinstance(mark, Prose):
            spec = replace(spec, prose=True, is_text=True)
    return spec


def _type(base: Any) -> Any:
    """The Python type of one value."""
    types = set(_types(base))
    return next((one for one in (float, str) if one in types), base)


def _types(base: Any) -> Iterator[Any]:
    if not get_args(base):
        yield base
    for part in get_args(base):
        yield from _types(part)
