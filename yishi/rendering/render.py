"""Render an output with its template as bytes. Pure but for the compiled templates that are kept on disk:
templates and paths of static files come in as data."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, lru_cache, partial
from gettext import NullTranslations
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FunctionLoader, StrictUndefined, TemplateSyntaxError, nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from ..content.markup import map_texts
from ..core.hashes import compute_digest
from ..core.outputs import Output
from ..core.traditional import Conversion, create_converter, strip_unconverted_mark
from ..model.language import get_language
from ..model.thresholds import THRESHOLDS
from ..site import PageModel

_REFERENCE_NODES = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
_EMPTY_MARKUP = Markup("")
_NEEDS_ESCAPING = re.compile("[&<>'\"]").search


def create_renderer(templates: Mapping[str, str], assets: Mapping[str, str],
                    code_fingerprint: str = "") -> Callable[[Output], bytes]:
    """Returns a function that renders an output as bytes.

    `templates`: name → source text; `assets`: name of a static file → its path in the site; `code_fingerprint`: of
    everything besides its text that a compiled template depends on; if given, compiled templates are kept on disk.
    The function raises jinja2's errors for an invalid template, or one that uses what its view does not have.
    """
    @cache
    def environment(tag: str, conversion: Conversion | None) -> Environment:
        return _create_environment(templates, assets, tag, conversion, code_fingerprint)

    def render(output: Output) -> bytes:
        if not output.template:
            return output.body
        template = environment(output.language or "en", output.conversion).get_template(output.template)
        return template.render(_template_variables(output.view)).encode()

    return render


def find_template_references(templates: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Template → templates it extends, includes or imports.

    Raises TemplateSyntaxError if a template is invalid, or refers to one that does not exist or by an expression,
    because its inputs could then not be fingerprinted.
    """
    return {name: tuple(_existing_references(name, templates)) for name in templates}


def find_template_closure(name: str, references: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """The template `name` and all templates it includes, directly or indirectly. Raises KeyError if there is none.

    `references`: template → those it refers to directly.
    """
    closure = set[str]()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in closure:
            closure.add(one)
            waiting += references[one]
    return frozenset(closure)


def _existing_references(name: str, templates: Mapping[str, str]) -> Iterator[str]:
    for target, line in _parse_references(templates[name], name):
        if target not in templates:
            raise TemplateSyntaxError(f"there is no template '{target}'", line, name)
        yield target


def _parse_references(source: str, name: str) -> tuple[tuple[str, int], ...]:
    """The templates to which a template refers, each with its line."""
    found = parse_template(source, name).find_all(_REFERENCE_NODES)
    return tuple((_constant_template_name(node.template, node.lineno, name), node.lineno) for node in found)  # type: ignore[attr-defined]


def parse_template(source: str, name: str) -> nodes.Template:
    """The syntax tree of a template. Raises TemplateSyntaxError."""
    try:
        return _parse_source(source)
    except TemplateSyntaxError as error:
        raise TemplateSyntaxError(error.message or "", error.lineno, name) from error


@lru_cache(1_000)  # `serve` builds repeatedly in one process, and a built-in template may stand under two names
def _parse_source(source: str) -> nodes.Template:
    return Environment(extensions=["jinja2.ext.i18n"]).parse(source)


def _constant_template_name(target: nodes.Expr, line: int, name: str) -> str:
    if isinstance(target, nodes.Const) and isinstance(target.value, str):
        return target.value
    raise TemplateSyntaxError("a template must be named by a plain string", line, name)


class _CodeCache(FileSystemBytecodeCache):
    """Compiled templates, kept in a folder of the system for temporary files that belongs to this user alone: unlike
    the cache of a content folder, which others may be able to write, it may hold code."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template, if there is room for it."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _open_code_cache(fingerprint: str) -> _CodeCache | None:
    """The compiled templates of this fingerprint; None if it is "", or the system has no folder that is safe."""
    try:
        return _CodeCache(pattern=f"yishi-{fingerprint}-%s") if fingerprint else None
    except (OSError, RuntimeError):
        return None


def _create_environment(templates: Mapping[str, str], assets: Mapping[str, str], tag: str,
                        conversion: Conversion | None, code_fingerprint: str) -> Environment:
    # compiled code holds the translated texts
    own_fingerprint = code_fingerprint and compute_digest(f"{code_fingerprint} {tag} {conversion!r}".encode())
    environment = _LocalizedEnvironment(
        loader=FunctionLoader(lambda name: (templates[name], name, None)), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, extensions=["jinja2.ext.i18n"],
        cache_size=-1, auto_reload=False, bytecode_cache=_open_code_cache(own_fingerprint),
    )
    if conversion:
        environment.convert = create_converter(conversion)
        environment.escape_value = partial(_convert_and_escape, environment.convert)
    catalogue = environment.catalogue = get_language(tag).catalogue
    escape_texts = partial(_escape_translations, environment.convert)
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        escape_texts(catalogue.gettext), escape_texts(catalogue.ngettext), newstyle=True,
        pgettext=escape_texts(catalogue.pgettext), npgettext=escape_texts(catalogue.npgettext))
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters["lang"] = _lang_attribute
    environment.filters["html"] = partial(_convert_html, environment.convert) if conversion else Markup
    environment.filters["data"] = Markup
    environment.filters["lines"] = partial(_break_lines, environment.escape_value)
    environment.filters["join"] = partial(_join_texts, environment.escape_value)
    environment.globals["assets"] = dict(assets)
    environment.globals["thresholds"] = THRESHOLDS
    return environment


def _escape_translations(convert: Callable[[str], str], translate: Callable[..., str]) -> Callable[..., Markup]:
    """`translate` with its results escaped: jinja2 takes translations for HTML, but they are plain text."""
    return lambda *messages: escape(convert(translate(*messages)))


def _break_lines(escape_value: Callable[[Any], str], text: str) -> str:
    """`text` as HTML with <br> for its line breaks."""
    return Markup("<br>").join(Markup(escape_value(text.rstrip("\n"))).split("\n")) if "\n" in text else text


def _join_texts(escape_value: Callable[[Any], str], texts: Iterable[str], separator: str) -> Markup:
    """`texts` as HTML; jinja2's own filter returns markup where it must be plain text still, to be converted."""
    return Markup(escape_value(separator)).join(Markup(escape_value(text)) for text in texts)


def _escape_value(value: Any) -> str:
    """`value` as HTML; markup is left as it is, and most texts need no escaping."""
    kind = type(value)
    if kind is Markup or (kind is str and not _NEEDS_ESCAPING(value)):
        return value  # type: ignore[no-any-return]
    return escape(value)


def _convert_and_escape(convert: Callable[[str], str], value: Any) -> str:
    """`value` as HTML, converted before it is escaped."""
    return _escape_value(convert(value) if type(value) is str else value)


def _convert_html(convert: Callable[[str], str], html: str) -> Markup:
    """Sanitised HTML with its texts converted and escaped again, unless it was translated by hand."""
    return Markup(strip_unconverted_mark(html) or map_texts(html, convert))


class _FastCodeGenerator(CodeGenerator):
    """Faster generated code: views are plain objects and nearly all values plain text, so jinja2's generic lookups and
    escaping are skipped."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """Attribute access without item lookup; an attribute that a view lacks is an error in the template."""
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write("environment.escape_value(")


class _LocalizedEnvironment(Environment):
    """Environment of one language; fixed texts are translated when a template is compiled, not each time it is
    rendered."""

    code_generator_class = _FastCodeGenerator
    escape_value: Callable[[Any], str] = staticmethod(_escape_value)
    convert: Callable[[str], str] = staticmethod(str)
    catalogue: NullTranslations

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        translated: nodes.Template = _FixedTextTranslator(self).visit(template)
        return translated


class _FixedTextTranslator(NodeTransformer):
    """Replaces each fixed text by its translation, escaped, with its variables filled in."""

    def __init__(self, environment: _LocalizedEnvironment) -> None:
        self._environment = environment

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """Replace a call of gettext with a constant text; other calls stay."""
        self.generic_visit(node)
        if not (isinstance(node.node, nodes.Name) and node.node.name in ("_", "gettext")
                and len(node.args) == 1 and isinstance(node.args[0], nodes.Const)):
            return node
        translation = self._environment.convert(self._environment.catalogue.gettext(node.args[0].value))
        text: nodes.Expr = nodes.MarkSafe(nodes.Const(str(escape(translation))))
        pairs = [nodes.Pair(nodes.Const(keyword.key), _escape_node(keyword.value)) for keyword in node.kwargs]
        filled = nodes.Mod(text, nodes.Dict(pairs))
        return filled.set_environment(self._environment).set_lineno(node.lineno)


def _escape_node(value: nodes.Expr) -> nodes.Expr:
    """An expression for a value that is filled into a fixed text, escaped."""
    return nodes.Call(nodes.EnvironmentAttribute("escape_value"), [value], [], None, None)


def _lang_attribute(tag: str) -> Markup:
    """The `lang` attribute of a text in another language than the page's."""
    return Markup(f' lang="{escape(tag)}"') if tag else _EMPTY_MARKUP


def _template_variables(view: object) -> dict[str, object]:
    return {"page": view.page, "view": view.view} if isinstance(view, PageModel) else {"view": view}
