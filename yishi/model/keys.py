"""The keys of a model: by which names each may be written, and what it holds. Nothing else reads annotations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BeforeValidator, PlainValidator

from .records import Body, Model, PeopleCount, Prose, Record, RefersTo, SiteTerm
from .records.field_types import ClosedTermValidator
from .vocabulary import encode_bilingual, get_key_meanings, get_key_names


class KeySpec(Struct, frozen=True):
    """What a key of a model holds.

    `hint`: the annotation of one value, such as `records.values.Title`, without what is told by the other fields;
    `type`: its Python type, that of a number with fractions or of coordinates being float.
    """

    key: str = ""
    attribute: str = ""
    """Its name in Python, where the key is a word of the language: `for_`."""
    required: bool = False
    hint: Any = None
    type: Any = None
    many: bool = False
    """A list."""
    keys: "KeySpec | None" = None
    """Of a mapping with keys of its own: what these are; `values` what stands under them."""
    values: "KeySpec | None" = None
    vocabulary: str = ""
    """The vocabulary whose values it holds; `by_site`: which the site may change; `free`: or any other text."""
    by_site: bool = False
    free: bool = False
    refers: tuple[str, ...] = ()
    """The kinds of records of which it names one."""
    people: bool = False
    """A number of people."""
    prose: bool = False
    """Markdown."""
    model: "type[Model] | None" = None
    """The model of the part of a record that stands here, or under each key of the mapping that does."""
    is_text: bool = False
    """Any text, written for people to read: no name for the program, date, number or address."""


class KeyTable(Struct, frozen=True):
    """The keys of a model: `names` = every accepted name → canonical key, `specs` = canonical key → what it holds."""

    names: Mapping[str, str]
    specs: Mapping[str, KeySpec]

    def both_names(self, key: str) -> str:
        """A key by all its names: `标题 title`."""
        return " ".join(dict.fromkeys([*(name for name, of in self.names.items() if of == key), key]))

    def named(self, key: str) -> str:
        """A key for a message in any language (`vocabulary.in_both`)."""
        return encode_bilingual(self.both_names(key).split()[0], key)

    @property
    def own_first(self) -> list[KeySpec]:
        """What all keys hold: first those of its own, then those that every record may have."""
        return sorted(self.specs.values(), key=lambda spec: spec.attribute in Record.model_fields)


@cache  # of a few dozen classes
def key_table(model: type[Model]) -> KeyTable:
    """The keys of `model`, from its fields and the Chinese names of keys."""
    hints, specs = get_type_hints(model, include_extras=True), dict[str, KeySpec]()
    for name, info in model.model_fields.items():
        key = info.alias or name
        spec = _spec(hints[name])
        specs[key] = replace(spec, key=key, attribute=name, required=info.is_required(),
                             is_text=spec.is_text and key not in _NAMES)
    own = model.__name__.lower()
    chinese = {word: key for key in specs if (word := get_key_names().get(f"{own}.{key}") or get_key_names().get(key))}
    return KeyTable({**chinese, **{key: key for key in specs}}, specs)


def meaning(model: type[Model], key: str) -> Mapping[str, str]:
    """What `key` of `model` means to a writer: language → a few plain words."""
    own, texts = f"{model.__name__.lower()}.{key}", get_key_meanings()
    return texts[own] if own in texts else texts[key]


def model_at(model: type[Model], keys: Iterable[str | int]) -> type[Model]:
    """The model of the part at `keys` of a record of `model`."""
    for key in keys:
        spec = key_table(model).specs.get(key) if isinstance(key, str) else None
        model = spec.model if spec and spec.model else model
    return model


_NAMES = frozenset({"code", "file", "id", "key", "level", "matches", "owners", "path", "stage", "statistic",
                    "timezone"})
"""Keys whose text is a name for the program."""


# --- annotations ------------------------------------------------------------------------------------------------------


def _spec(hint: Any) -> KeySpec:
    """What is annotated so."""
    base, *marks = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    of_site = {mark for mark in marks if isinstance(mark, Prose | PeopleCount | RefersTo | SiteTerm)}
    own = tuple(mark for mark in marks if mark not in of_site)
    if not any(isinstance(mark, BeforeValidator | PlainValidator) for mark in own):
        if get_origin(base) in (Union, UnionType):
            return _marked(_spec(next(one for one in get_args(base) if one is not NoneType)), of_site)
        if get_origin(base) is tuple:
            return replace(_marked(_spec(get_args(base)[0]), of_site), many=True)
        if get_origin(base) is dict:
            keys, values = map(_spec, get_args(base))
            return KeySpec(hint=base, type=dict, keys=keys, values=values, model=values.model, is_text=values.is_text)
    return _marked(_one_value(base, own), of_site)


def _one_value(base: Any, own: Sequence[object]) -> KeySpec:
    """What `base` with these validators is, which hold for one value."""
    words = (mark.func.name for mark in own if isinstance(mark, BeforeValidator)
             and isinstance(mark.func, ClosedTermValidator))
    model = base if isinstance(base, type) and issubclass(base, Model) and base is not Body else None
    is_text = base is str and not any(isinstance(mark, BeforeValidator | PlainValidator) for mark in own)
    hint = Annotated[(base, *own)] if own else base
    return KeySpec(hint=hint, type=_type(base), vocabulary=next(words, ""), model=model, is_text=is_text)


def _marked(spec: KeySpec, marks: Iterable[object]) -> KeySpec:
    """`spec` with what these marks say."""
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
    found = set(_types(base))
    return next((one for one in (float, str) if one in found), base)


def _types(base: Any) -> Iterator[Any]:
    if not get_args(base):
        yield base
    for one in get_args(base):
        yield from _types(one)
