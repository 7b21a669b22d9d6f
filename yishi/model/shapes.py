"""The shape of a model: the keys it accepts, by every name, and what each of them holds."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, get_args, get_origin

from msgspec import Struct
from pydantic import BeforeValidator, PlainValidator
from pydantic.fields import FieldInfo

from .records import Model, Prose, Refers, SiteTerm
from .vocabulary import in_both, key_names, meanings


class Part(Struct, frozen=True):
    """What a field holds: a model, a list (`many`), a mapping with keys of its own (`keyed`), Markdown (`prose`);
    `mark` tells that its value depends on the site; `free`: any text, written for people to read."""

    model: type[Model] | None = None
    many: bool = False
    keyed: bool = False
    prose: bool = False
    free: bool = False
    mark: Refers | SiteTerm | None = None


class Shape(Struct, frozen=True):
    """The keys of a model: `names` = every accepted name → canonical key, `parts` = canonical key → what it holds."""

    names: Mapping[str, str]
    parts: Mapping[str, Part]

    def both_names(self, key: str) -> str:
        """A key by all its names: `标题 title`."""
        return " ".join(dict.fromkeys([*(name for name, of in self.names.items() if of == key), key]))


    def named(self, key: str) -> str:
        """A key for a message in any language (`vocabulary.in_both`)."""
        return in_both(self.both_names(key).split()[0], key)


ANYTHING = Part()


@cache
def shape_of(model: type[Model]) -> Shape:
    """The shape of `model`, from its fields and the Chinese names of keys."""
    parts = {info.alias or name: _part(info.alias or name, info) for name, info in model.model_fields.items()}
    own = model.__name__.lower()
    chinese = {name: key for key in parts if (name := key_names().get(f"{own}.{key}") or key_names().get(key))}
    return Shape({**chinese, **{key: key for key in parts}}, parts)


def meaning(model: type[Model], key: str) -> Mapping[str, str]:
    """What `key` of `model` means to a writer: language → a few plain words."""
    own, texts = f"{model.__name__.lower()}.{key}", meanings()
    return texts[own] if own in texts else texts[key]


def model_at(model: type[Model], keys: tuple[str | int, ...]) -> type[Model]:
    """The model of the part at `keys` of a record of `model`."""
    for key in keys:
        part = shape_of(model).parts.get(key) if isinstance(key, str) else None
        model = part.model if part and part.model else model
    return model


_NO_TEXT = frozenset({"code", "file", "id", "key", "level", "matches", "owners", "path", "stage", "statistic",
                      "timezone"})
"""Keys whose text is a name for the program."""


def _part(key: str, info: FieldInfo) -> Part:
    prose = any(isinstance(mark, Prose) for mark in info.metadata)
    mark = next((mark for mark in info.metadata if isinstance(mark, Refers | SiteTerm)), None)
    model = None if prose else next(_models(info.annotation), None)
    origin = get_origin(info.annotation)
    named = key in _NO_TEXT or isinstance(mark, Refers) or (isinstance(mark, SiteTerm) and not mark.free)
    marks = [one for one in info.metadata if one is not mark]
    free = prose or (not named and _holds_text(info.annotation, marks))
    return Part(model, origin is tuple, origin is dict, prose, free, mark)


def _holds_text(annotation: object, marks: Iterable[object] = ()) -> bool:
    """Whether a value may be any text: no date, number, address, closed value or reference."""
    if any(isinstance(mark, BeforeValidator | PlainValidator | Refers | SiteTerm) for mark in marks):
        return False
    base, *rest = get_args(annotation) or [annotation]
    if get_origin(annotation) is Annotated:
        return _holds_text(base, rest)
    return annotation is str or any(map(_holds_text, get_args(annotation)[get_origin(annotation) is dict:]))


def _models(annotation: object) -> Iterator[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
