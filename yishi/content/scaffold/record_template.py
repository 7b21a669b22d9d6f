"""The text of a new record: required keys are filled in, optional ones are comments with their meaning."""

import json
from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct

from ...model.keys import key_table, meaning
from ...model.kinds import KINDS
from ...model.language import get_language, marked
from ...model.records import Model, Record
from ...model.vocabulary import Vocabulary
from ..load import USUAL_TERMS
from ..yaml_source import ScalarNode, SequenceNode, SourceFile, parse_source


class ScaffoldContext(Struct, frozen=True):
    """The context of a new record: the language of its keys, the vocabulary of its site, the day, the related record.

    `about`: key → value filled in from existing records, such as the issue of a case.
    """

    tag: str
    vocabulary: Vocabulary
    day: date
    prefilled: Mapping[str, str]


_MAX_WORDS = 8
"""Maximum number of words of a vocabulary in a comment; all are listed where one must be chosen."""

CASE_HEADINGS = (marked("Background"), marked("What was disputed"), marked("What was done"), marked("Result and after"))
"""The headings of a case, in order."""


def render_record_keys(kind: str, title: str, context: ScaffoldContext) -> str:
    """The keys of a record of this kind: required ones with their values, then the others as comments."""
    filled = dict(_iter_filled_keys(kind, title, context))
    model = KINDS[kind].model
    language = get_language(context.tag)
    is_below = KINDS[kind].new_suffix == ".md"  # its text is below the keys
    others = [key for key in _ordered_keys(model) if key not in filled and not (key == "body" and is_below)]
    hint = language.text(marked("All that follows may be left out. To use a line, take away the # and the blank before "
                                "it, and write behind the colon."))
    lines = [*_required_lines(model, filled, context), f"# {hint}",
             *(f"# {_key_name(model, key, context)}: {_empty_value(model, key, context)}".rstrip()
               + f"  # {_key_comment(model, key, context)}" for key in others)]
    return "\n".join(lines) + "\n"


def render_record_body(kind: str, context: ScaffoldContext) -> str:
    """The text below the keys of a Markdown record."""
    language = get_language(context.tag)
    return "\n".join(f"## {language.text(heading)}\n" for heading in CASE_HEADINGS) if kind == "case" else ""


# --- required keys ----------------------------------------------------------------------------------------------------


def _iter_filled_keys(kind: str, title: str, context: ScaffoldContext) -> Iterator[tuple[str, str]]:
    """Key → the text behind its colon; a list on lines of its own."""
    model = KINDS[kind].model
    if KINDS[kind].new_as_draft:
        yield "draft", _term_word("answer", "yes", context)
    for key in _ordered_keys(model):
        spec = key_table(model).specs[key]
        if key == KINDS[kind].title_key:
            yield key, quote_scalar(title)
        elif key in context.prefilled:
            yield key, f"[{context.prefilled[key]}]" if spec.many else context.prefilled[key]
        elif kind == "review" and key == "recommendations":
            yield key, f"[{{{_key_name(spec.model or model, 'text', context)}: …}}]"
        elif spec.required:
            yield key, _default_value(model, key, title, context)


def _default_value(model: type[Model], key: str, title: str, context: ScaffoldContext) -> str:
    """The initial value of a required key."""
    if key == "log":
        entry = f"{context.day} {_term_word('reserved_stage', 'raised', context)}: {title}"
        return "\n  - " + (entry if quote_scalar(title) == title else quote_scalar(entry))
    if key in ("raised", "date"):
        return str(context.day)
    if key_table(model).specs[key].refers:
        return ""  # no record to refer to exists yet
    if name := key_table(model).specs[key].vocabulary:
        terms = context.vocabulary.terms[name]
        return _term_word(name, USUAL_TERMS.get(name) if USUAL_TERMS.get(name) in terms else next(iter(terms)), context)
    return "0"


def _required_lines(model: type[Model], filled: Mapping[str, str], context: ScaffoldContext) -> Iterator[str]:
    for key, value in sorted(filled.items(), key=lambda pair: pair[0] == "draft"):
        words = _list_words(model, key, context, most=100)
        comment = f"  # {words}" if words else ""
        if key == "draft":
            comment = "  # " + get_language(context.tag).text(marked("Take this line away when the record is written."))
        yield f"{_key_name(model, key, context)}:{'' if value[:1] in ('', chr(10)) else ' '}{value}{comment}"


def quote_scalar(text: str) -> str:
    """`text` as a YAML value: plain where YAML reads it unchanged, else in quotes."""
    found = parse_source(SourceFile("x.yaml", f"- {text}\n".encode()))
    read_as = found.root.items if isinstance(found.root, SequenceNode) and not found.problems else ()
    plain = [node.text for node in read_as if isinstance(node, ScalarNode)
             and not node.uncut_line] == [text] and "\n" not in text
    return text if plain else json.dumps(text, ensure_ascii=False)


# --- optional keys ----------------------------------------------------------------------------------------------------


def _ordered_keys(model: type[Record]) -> list[str]:
    """The keys of a record, its own before the common ones."""
    return [spec.key for spec in key_table(model).own_first]


def _empty_value(model: type[Model], key: str, context: ScaffoldContext) -> str:
    """The empty value of a key: `{from: , to: }` for a part, `[]` for a list."""
    spec = key_table(model).specs[key]
    if spec.model is None or spec.model.short_form or spec.values:
        empty = "{}" if spec.values else ""
        return "[]" if spec.many else empty
    pairs = ", ".join(f"{_key_name(spec.model, inner, context)}: " for inner in key_table(spec.model).specs)
    return f"[{{{pairs}}}]" if spec.many else f"{{{pairs}}}"


def _key_comment(model: type[Model], key: str, context: ScaffoldContext) -> str:
    text = meaning(model, key)[_content_language(context)]
    words = _list_words(model, key, context)
    if not words:
        return text
    return get_language(context.tag).text(marked("{meaning}. {words}"), meaning=text, words=words)


def _list_words(model: type[Model], key: str, context: ScaffoldContext, most: int = _MAX_WORDS) -> str:
    """The values allowed for a key, if they are words of a vocabulary."""
    name = key_table(model).specs[key].vocabulary
    if not name:
        return ""
    language = get_language(context.tag)
    words = [_term_word(name, key, context) for key in context.vocabulary.terms[name]]
    shown = [*words[:most], *["…"][:len(words) > most]]
    return language.text(marked("Words: {words}"), words=language.text(", ").join(shown))


# --- words of the site ------------------------------------------------------------------------------------------------


def _content_language(context: ScaffoldContext) -> str:
    return "zh-Hans" if context.tag.startswith("zh") else "en"


def _key_name(model: type[Model], key: str, context: ScaffoldContext) -> str:
    """A key in the language of this site."""
    return key_table(model).both_names(key).split()[0] if _content_language(context) == "zh-Hans" else key


def _term_word(name: str, key: str | None, context: ScaffoldContext) -> str:
    """A value in the language of this site."""
    key = key or ""
    return context.vocabulary.label(name, key, "zh-Hans") if _content_language(context) == "zh-Hans" else key
