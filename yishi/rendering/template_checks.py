"""Check the templates of a site against the blocks and the page models of this version. Pure: sources and types in,
mistakes out.

A field is checked wherever its type follows from `view`, `page` and loops over them; what macros are given is not.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from jinja2 import nodes
from msgspec import Struct

from .render import parse_template

_UNKNOWN = object()
"""The type of an expression that cannot be told."""

_Scope = Mapping[str, Any]
"""Name of a variable → its type."""


class TemplateMistake(Struct, frozen=True):
    """What a template uses and does not get, and what there is instead. `kind`: `block`, `macro` or `field`; `owner`:
    the template that has the blocks or macros, or the type that has the fields."""

    template: str
    line: int
    kind: str
    name: str
    owner: str
    available: tuple[str, ...]


def find_template_mistakes(name: str, templates: Mapping[str, str],
                           page_models: Mapping[str, Any], frame: Any) -> Iterator[TemplateMistake]:
    """The mistakes of the template `name`. `templates`: name → source, all valid; `page_models`: template → the type
    of `view`; `frame`: the type of `page`."""
    tree = parse_template(templates[name], name)
    yield from _find_unknown_blocks(name, tree, templates)
    yield from _find_unknown_macros(name, tree, templates)
    if name in page_models or name == _BASE:
        scope = {"page": frame, "view": page_models.get(name, _UNKNOWN)}
        yield from _FieldChecker(name).check(tree, scope)


_BASE = "base.html"


def list_blocks(name: str, templates: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the blocks of a template and of those that it extends."""
    tree = parse_template(templates[name], name)
    parents = [one.template.value for one in tree.find_all(nodes.Extends) if isinstance(one.template, nodes.Const)]
    own = [block.name for block in tree.find_all(nodes.Block)]
    return tuple(dict.fromkeys([*own, *(block for parent in parents for block in list_blocks(parent, templates))]))


def _find_unknown_blocks(name: str, tree: nodes.Template, templates: Mapping[str, str]) -> Iterator[TemplateMistake]:
    """Blocks that fill nothing: what stands in them is shown nowhere."""
    for extends in tree.find_all(nodes.Extends):
        if isinstance(extends.template, nodes.Const):
            parent = extends.template.value
            known = list_blocks(parent, templates)
            for block in tree.body:
                if isinstance(block, nodes.Block) and block.name not in known:
                    yield TemplateMistake(name, block.lineno, "block", block.name, parent, known)


def _find_unknown_macros(name: str, tree: nodes.Template, templates: Mapping[str, str]) -> Iterator[TemplateMistake]:
    """Macros that are imported from a template which has none of that name."""
    for imported in tree.find_all(nodes.FromImport):
        if isinstance(imported.template, nodes.Const):
            source = imported.template.value
            known = [macro.name for macro in parse_template(templates[source], source).find_all(nodes.Macro)]
            for macro in (one if isinstance(one, str) else one[0] for one in imported.names):
                if macro not in known:
                    yield TemplateMistake(name, imported.lineno, "macro", macro, source, tuple(known))


class _FieldChecker:
    """Walks through a template with the types of its variables."""

    def __init__(self, template: str) -> None:
        self._template = template
        self._mistakes: list[TemplateMistake] = []

    def check(self, tree: nodes.Node, scope: _Scope) -> list[TemplateMistake]:
        self._visit(tree, dict(scope))
        return self._mistakes

    def _visit(self, node: nodes.Node, scope: dict[str, Any]) -> None:
        match node:
            case nodes.For():
                self._visit(node.iter, scope)
                inner = {**scope, "loop": _UNKNOWN, **_bind(node.target, _item_type(self._type_of(node.iter, scope)))}
                for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
                    self._visit(child, inner)
            case nodes.Assign():
                self._visit(node.node, scope)
                scope.update(_bind(node.target, self._type_of(node.node, scope)))
            case nodes.Macro() | nodes.CallBlock():
                inner = {**scope, **{argument.name: _UNKNOWN for argument in node.args}}
                for child in node.iter_child_nodes(exclude=["args"]):
                    self._visit(child, inner)
            case nodes.Getattr():
                self._visit(node.node, scope)
                self._check_field(node, self._type_of(node.node, scope))
            case _:
                for child in node.iter_child_nodes():
                    self._visit(child, scope)

    def _type_of(self, node: nodes.Node, scope: _Scope) -> Any:
        if isinstance(node, nodes.Name):
            return scope.get(node.name, _UNKNOWN)
        if isinstance(node, nodes.Getattr):
            return get_field_type(self._type_of(node.node, scope), node.attr)
        return _UNKNOWN

    def _check_field(self, node: nodes.Getattr, owner: Any) -> None:
        types = [one for one in _list_alternatives(owner) if isinstance(get_origin(one) or one, type)]
        structs = [one for one in types if issubclass(get_origin(one) or one, Struct)]
        if structs and len(structs) == len(types) and all(get_field_type(one, node.attr) is None for one in structs):
            model = get_origin(structs[0]) or structs[0]
            self._mistakes.append(TemplateMistake(self._template, node.lineno, "field", node.attr, model.__name__,
                                                  model.__struct_fields__))


def get_field_type(owner: Any, name: str) -> Any:
    """The type of a field or property of the model `owner`; None if it has none, an opaque object if it cannot be
    told."""
    for one in _list_alternatives(owner):
        model = get_origin(one) or one
        if not (isinstance(model, type) and issubclass(model, Struct)):
            return _UNKNOWN
        if name in model.__struct_fields__:
            parameters = dict(zip(getattr(model, "__parameters__", ()), get_args(one), strict=False))
            return _substitute(_list_field_types(model)[name], parameters)
        if hasattr(model, name):
            return _UNKNOWN
    return None


@cache  # a few hundred classes
def _list_field_types(model: type[Struct]) -> dict[str, Any]:
    return get_type_hints(model)


def _list_alternatives(hint: Any) -> list[Any]:
    """The types of a union but for None; a type itself."""
    if get_origin(hint) in (Union, UnionType):
        return [one for one in get_args(hint) if one is not NoneType]
    return [hint]


def _substitute(hint: Any, parameters: Mapping[Any, Any]) -> Any:
    """A type with its type variables replaced."""
    if isinstance(hint, TypeVar):
        return parameters.get(hint, _UNKNOWN)
    if get_origin(hint) is tuple and parameters:
        return tuple[tuple(_substitute(one, parameters) for one in get_args(hint))]  # type: ignore[misc]
    return hint


def _item_type(hint: Any) -> Any:
    """The type of the items of a tuple of any length."""
    for one in _list_alternatives(hint):
        if get_origin(one) is tuple and get_args(one)[1:] == (Ellipsis,):
            return get_args(one)[0]
    return _UNKNOWN


def _bind(target: nodes.Node, hint: Any) -> dict[str, Any]:
    """The types of the variables to which a value of the type `hint` is assigned."""
    if isinstance(target, nodes.Name):
        return {target.name: hint}
    if isinstance(target, nodes.Tuple):
        parts = get_args(hint) if get_origin(hint) is tuple and Ellipsis not in get_args(hint) else ()
        hints = parts if len(parts) == len(target.items) else [_UNKNOWN] * len(target.items)
        return {name: part for item, one in zip(target.items, hints, strict=True)
                for name, part in _bind(item, one).items()}
    return {}
