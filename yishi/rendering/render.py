"""Output + template → bytes. Pure: templates and the names of static files come in as data."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache, partial
from gettext import NullTranslations
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, FunctionLoader, StrictUndefined, TemplateSyntaxError, nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from ..content.markup import map_texts
from ..core.outputs import Output
from ..core.traditional import Conversion, create_converter, strip_unconverted_mark
from ..model.language import get_language
from ..model.thresholds import THRESHOLDS
from ..site import PageModel

_REFERENCE_NODES = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
_EMPTY_MARKUP = Markup("")
_NEEDS_ESCAPING = re.compile("[&<>'\"]").search


def create_renderer(templates: Mapping[str, str], assets: Mapping[str, str]) -> Callable[[Output], bytes]:
    """What turns an output into its bytes.

    `templates`: name → source text; `assets`: name of a static file → its path in the site. Raises jinja2's errors for
    a template that is wrong or asks for what its view does not hold.
    """
    @cache
    def environment(tag: str, conversion: Conversion | None) -> Environment:
        return _create_environment(templates, assets, tag, conversion)

    def rendered(output: Output) -> bytes:
        if not output.template:
            return output.body
        template = environment(output.language or "en", output.conversion).get_template(output.template)
        return template.render(_template_variables(output.view)).encode()

    return rendered


def find_template_references(templates: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Each template → those that it extends, includes or imports.

    Raises TemplateSyntaxError if one of them is wrong, or names another that does not exist, or by an expression, so
    that what a page is made from could not be known beforehand.
    """
    return {name: tuple(_existing_references(name, templates)) for name in templates}


def find_template_closure(name: str, named: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """The template `name` with all that it is made of; `named`: the references. Raises KeyError if there is none."""
    found, waiting = set[str](), [name]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += named[one]
    return frozenset(found)


def _existing_references(name: str, templates: Mapping[str, str]) -> Iterator[str]:
    for target, line in _parse_references(templates[name], name):
        if target not in templates:
            raise TemplateSyntaxError(f"there is no template '{target}'", line, name)
        yield target


@lru_cache(1_000)  # whoever builds again in the same process, as `serve`, reads again what has changed
def _parse_references(source: str, name: str) -> tuple[tuple[str, int], ...]:
    """The templates that a template names, each with its line."""
    found = Environment(extensions=["jinja2.ext.i18n"]).parse(source, name).find_all(_REFERENCE_NODES)
    return tuple((_constant_template_name(node.template, node.lineno, name), node.lineno) for node in found)  # type: ignore[attr-defined]


def _constant_template_name(target: nodes.Expr, line: int, name: str) -> str:
    if isinstance(target, nodes.Const) and isinstance(target.value, str):
        return target.value
    raise TemplateSyntaxError("a template must be named by a plain string", line, name)


class _MemoryBytecodeCache(BytecodeCache):
    """The code of templates: whoever builds again in the same process, as `serve`, compiles what has changed."""

    def __init__(self) -> None:
        self._codes = dict[tuple[str, str], CodeType | None]()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Takes the code of a template with this name and text, if there is."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps it."""
        self._codes[bucket.key, bucket.checksum] = bucket.code


@cache  # in each language its own: fixed texts are translated in it
def _bytecode_cache(tag: str, conversion: Conversion | None) -> _MemoryBytecodeCache:
    return _MemoryBytecodeCache()


def _create_environment(templates: Mapping[str, str], assets: Mapping[str, str], tag: str,
                        conversion: Conversion | None) -> Environment:
    environment = _LocalizedEnvironment(
        loader=FunctionLoader(lambda name: (templates[name], name, None)), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, extensions=["jinja2.ext.i18n"],
        cache_size=-1, auto_reload=False, bytecode_cache=_bytecode_cache(tag, conversion),
    )
    if conversion:
        environment.convert = create_converter(conversion)
        environment.escape_value = partial(_convert_and_escape, environment.convert)
    spoken = environment.catalogue = get_language(tag).catalogue
    as_html = partial(_escape_translations, environment.convert)
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        as_html(spoken.gettext), as_html(spoken.ngettext), newstyle=True,
        pgettext=as_html(spoken.pgettext), npgettext=as_html(spoken.npgettext))
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters["lang"] = _lang_attribute
    environment.filters["html"] = partial(_convert_html, environment.convert) if conversion else Markup
    environment.filters["data"] = Markup
    environment.filters["lines"] = partial(_break_lines, environment.escape_value)
    environment.globals["assets"] = dict(assets)
    environment.globals["thresholds"] = THRESHOLDS
    return environment


def _escape_translations(convert: Callable[[str], str], translated: Callable[..., str]) -> Callable[..., Markup]:
    """`translated` with its texts escaped: jinja2 takes every translation for HTML, and they are plain text."""
    return lambda *messages: escape(convert(translated(*messages)))


def _break_lines(escaped: Callable[[Any], str], text: str) -> str:
    """`text` as HTML with its line breaks, which would be shown as blanks."""
    return Markup("<br>").join(Markup(escaped(text.rstrip("\n"))).split("\n")) if "\n" in text else text


def _escape_value(value: Any) -> str:
    """`value` as HTML: what is HTML already stays; most texts hold nothing to escape."""
    kind = type(value)
    if kind is Markup or (kind is str and not _NEEDS_ESCAPING(value)):
        return value  # type: ignore[no-any-return]
    return escape(value)


def _convert_and_escape(convert: Callable[[str], str], value: Any) -> str:
    """`value` as HTML, converted before it is escaped."""
    return _escape_value(convert(value) if type(value) is str else value)


def _convert_html(convert: Callable[[str], str], html: str) -> Markup:
    """Sanitised HTML with its texts converted, each escaped again, unless it was written by hand."""
    return Markup(strip_unconverted_mark(html) or map_texts(html, convert))


class _FastCodeGenerator(CodeGenerator):
    """Templates as quicker code: views are plain objects, and nearly all that is shown is plain text."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """An attribute without jinja2's look at keys; one that a view lacks is a mistake in the template."""
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write("environment.escape_value(")


class _LocalizedEnvironment(Environment):
    """Templates in one language: fixed texts are translated when a template is compiled, not whenever it is used."""

    code_generator_class = _FastCodeGenerator
    escape_value: Callable[[Any], str] = staticmethod(_escape_value)
    convert: Callable[[str], str] = staticmethod(str)
    catalogue: NullTranslations

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        translated: nodes.Template = _FixedTextTranslator(self).visit(template)
        return translated


class _FixedTextTranslator(NodeTransformer):
    """Puts the translation of each fixed text in its place, escaped, and filled in where it has variables."""

    def __init__(self, environment: _LocalizedEnvironment) -> None:
        self._environment = environment

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """A call of gettext with a fixed text; all others stay."""
        self.generic_visit(node)
        if not (isinstance(node.node, nodes.Name) and node.node.name in ("_", "gettext")
                and len(node.args) == 1 and isinstance(node.args[0], nodes.Const)):
            return node
        said = self._environment.convert(self._environment.catalogue.gettext(node.args[0].value))
        text: nodes.Expr = nodes.MarkSafe(nodes.Const(str(escape(said))))
        pairs = [nodes.Pair(nodes.Const(one.key), _escape_node(one.value)) for one in node.kwargs]
        filled = nodes.Mod(text, nodes.Dict(pairs))
        return filled.set_environment(self._environment).set_lineno(node.lineno)


def _escape_node(value: nodes.Expr) -> nodes.Expr:
    """A value that fills a fixed text, as HTML."""
    return nodes.Call(nodes.EnvironmentAttribute("escape_value"), [value], [], None, None)


def _lang_attribute(tag: str) -> Markup:
    """The attribute that says a text's language, where it is not the page's."""
    return Markup(f' lang="{escape(tag)}"') if tag else _EMPTY_MARKUP


def _template_variables(view: object) -> dict[str, object]:
    return {"page": view.page, "view": view.view} if isinstance(view, PageModel) else {"view": view}
