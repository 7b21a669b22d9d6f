"""The lists of docs/templates.md, made from the types of the page models: `python -m tests.support.template_document`
brings the document up to date."""

import inspect
import re
from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from tests.support.workshop import PROJECT
from yishi.site.page_models import FRAME_MODEL, PAGE_MODELS

DOCUMENT = PROJECT / "docs/templates.md"
MARK = "<!-- What follows is made by `make page-models`; write nothing below this line. -->\n"

_PLAIN_TYPES = {str: "text", int: "whole number", float: "number", bool: "true or false", bytes: "bytes"}


def updated(text: str) -> str:
    """The document with its lists as the types are now."""
    return text.partition(MARK)[0] + MARK + "\n" + "\n".join(_lists())


def _lists() -> Iterator[str]:
    yield "## What `view` is in each template\n"
    yield "| template | `view` |"
    yield "|---|---|"
    for template, hint in PAGE_MODELS.items():
        yield f"| `{template}` | {described(hint)} |"
    yield "\n## The page models\n"
    for model in sorted(reachable(), key=lambda model: model.__name__):
        yield f"### {model.__name__}\n"
        yield from (f"{line}\n" for line in _paragraphs(model))
        yield "| field | what it is |"
        yield "|---|---|"
        hints = get_type_hints(model)
        yield from (f"| `{name}` | {described(hints[name])} |" for name in model.__struct_fields__)
        yield ""


def _paragraphs(model: type[Struct]) -> Iterator[str]:
    """Its docstring; that which msgspec makes itself says nothing."""
    text = inspect.getdoc(model) or ""
    if not text.startswith(f"{model.__name__}("):
        yield from (paragraph.replace("\n", " ") for paragraph in text.split("\n\n"))


def reachable() -> set[type[Struct]]:
    """Every model of a page and of what it holds."""
    waiting, found = [FRAME_MODEL, *PAGE_MODELS.values()], set[type[Struct]]()
    while waiting:
        hint = waiting.pop()
        model = get_origin(hint) or hint
        if isinstance(model, type) and issubclass(model, Struct) and model not in found:
            found.add(model)
            waiting += get_type_hints(model).values()
        waiting += get_args(hint)
    return found


def described(hint: Any) -> str:
    """A type in words, models as links to their tables."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return " or ".join([*(described(one) for one in arguments if one is not NoneType),
                            *["nothing"] * (NoneType in arguments)])
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in arguments)
    if origin is tuple:
        if arguments[1:] == (Ellipsis,):
            return f"list of {described(arguments[0])}"
        return f"({', '.join(map(described, arguments))})"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return " → ".join(map(described, arguments))
    model = origin or hint
    if isinstance(model, type) and issubclass(model, Struct):
        of = f" of {', '.join(map(described, arguments))}" if arguments else ""
        return f"[{model.__name__}](#{model.__name__.lower()}){of}"
    if isinstance(hint, TypeVar):
        return "items"
    return _PLAIN_TYPES.get(hint) or re.sub(r"^.*\.", "", getattr(hint, "__name__", str(hint)))


if __name__ == "__main__":
    DOCUMENT.write_text(updated(DOCUMENT.read_text("utf-8")), "utf-8")
