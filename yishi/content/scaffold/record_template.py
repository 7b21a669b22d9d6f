"""The text of a new record: what it must say is filled in, what it may say stands in comments with its meaning."""

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
    """What a new record is written in: the language of its keys, the words of its site, the day, the record it names.

    `about`: key → what is filled in because of what there is already, such as the issue that a case tells of.
    """

    tag: str
    vocabulary: Vocabulary
    day: date
    prefilled: Mapping[str, str]


_MAX_WORDS = 8
"""So many words of a vocabulary stand in a comment; all do where one has to be chosen."""

CASE_HEADINGS = (marked("Background"), marked("What was disputed"), marked("What was done"), marked("Result and after"))
"""What a case tells, in this order."""


def render_record_keys(kind: str, title: str, setting: ScaffoldContext) -> str:
    """The keys of a record of this kind: those it needs with their values, then the others as comments."""
    filled = dict(_iter_filled_keys(kind, title, setting))
    model, spoken = KINDS[kind].model, get_language(setting.tag)
    is_below = KINDS[kind].new.startswith("md")  # its text stands below the keys
    others = [key for key in _ordered_keys(model) if key not in filled and not (key == "body" and is_below)]
    hint = spoken.text(marked("All that follows may be left out. To use a line, take away the # and the blank before "
                              "it, and write behind the colon."))
    lines = [*_required_lines(model, filled, setting), f"# {hint}",
             *(f"# {_key_name(model, key, setting)}: {_empty_value(model, key, setting)}".rstrip()
               + f"  # {_key_comment(model, key, setting)}" for key in others)]
    return "\n".join(lines) + "\n"


def render_record_body(kind: str, setting: ScaffoldContext) -> str:
    """What stands below the keys of a Markdown record."""
    spoken = get_language(setting.tag)
    return "\n".join(f"## {spoken.text(heading)}\n" for heading in CASE_HEADINGS) if kind == "case" else ""


# --- what is filled in ------------------------------------------------------------------------------------------------


def _iter_filled_keys(kind: str, title: str, setting: ScaffoldContext) -> Iterator[tuple[str, str]]:
    """Key → what stands behind its colon; a list in lines of its own."""
    model = KINDS[kind].model
    if KINDS[kind].new.endswith("draft"):
        yield "draft", _term_word("answer", "yes", setting)
    for key in _ordered_keys(model):
        spec = key_table(model).specs[key]
        if key == KINDS[kind].title_key:
            yield key, quote_scalar(title)
        elif key in setting.prefilled:
            yield key, f"[{setting.prefilled[key]}]" if spec.many else setting.prefilled[key]
        elif kind == "review" and key == "recommendations":
            yield key, f"[{{{_key_name(spec.model or model, 'text', setting)}: …}}]"
        elif spec.required:
            yield key, _default_value(model, key, title, setting)


def _default_value(model: type[Model], key: str, title: str, setting: ScaffoldContext) -> str:
    """What a required key holds as long as nobody has said anything else."""
    if key == "log":
        entry = f"{setting.day} {_term_word('reserved_stage', 'raised', setting)}: {title}"
        return "\n  - " + (entry if quote_scalar(title) == title else quote_scalar(entry))
    if key in ("raised", "date"):
        return str(setting.day)
    if key_table(model).specs[key].refers:
        return ""  # there is none to refer to yet
    if name := key_table(model).specs[key].vocabulary:
        terms = setting.vocabulary.terms[name]
        return _term_word(name, USUAL_TERMS.get(name) if USUAL_TERMS.get(name) in terms else next(iter(terms)), setting)
    return "0"


def _required_lines(model: type[Model], filled: Mapping[str, str], setting: ScaffoldContext) -> Iterator[str]:
    for key, value in sorted(filled.items(), key=lambda pair: pair[0] == "draft"):
        words = _list_words(model, key, setting, most=100)
        comment = f"  # {words}" if words else ""
        if key == "draft":
            comment = "  # " + get_language(setting.tag).text(marked("Take this line away when the record is written."))
        yield f"{_key_name(model, key, setting)}:{'' if value[:1] in ('', chr(10)) else ' '}{value}{comment}"


def quote_scalar(text: str) -> str:
    """`text` as a value: as it is where YAML reads it so, in quotes otherwise."""
    found = parse_source(SourceFile("x.yaml", f"- {text}\n".encode()))
    read_as = found.root.items if isinstance(found.root, SequenceNode) and not found.problems else ()
    plain = [one.text for one in read_as if isinstance(one, ScalarNode)
             and not one.uncut_line] == [text] and "\n" not in text
    return text if plain else json.dumps(text, ensure_ascii=False)


# --- what may be said besides -----------------------------------------------------------------------------------------


def _ordered_keys(model: type[Record]) -> list[str]:
    """The keys of a record, its own before those of every record."""
    return [spec.key for spec in key_table(model).own_first]


def _empty_value(model: type[Model], key: str, setting: ScaffoldContext) -> str:
    """What a key holds, with nothing in it: `{from: , to: }` of a part, `[]` of a list."""
    spec = key_table(model).specs[key]
    if spec.model is None or spec.model.short_form or spec.values:
        return "[]" if spec.many else "{}" if spec.values else ""
    pairs = ", ".join(f"{_key_name(spec.model, inner, setting)}: " for inner in key_table(spec.model).specs)
    return f"[{{{pairs}}}]" if spec.many else f"{{{pairs}}}"


def _key_comment(model: type[Model], key: str, setting: ScaffoldContext) -> str:
    said, words = meaning(model, key)[_content_language(setting)], _list_words(model, key, setting)
    if not words:
        return said
    return get_language(setting.tag).text(marked("{meaning}. {words}"), meaning=said, words=words)


def _list_words(model: type[Model], key: str, setting: ScaffoldContext, most: int = _MAX_WORDS) -> str:
    """The values that may stand behind a key, where they are words of a vocabulary."""
    name = key_table(model).specs[key].vocabulary
    if not name:
        return ""
    spoken = get_language(setting.tag)
    words = [_term_word(name, one, setting) for one in setting.vocabulary.terms[name]]
    shown = [*words[:most], *["…"][:len(words) > most]]
    return spoken.text(marked("Words: {words}"), words=spoken.text(", ").join(shown))


# --- in the language of the site --------------------------------------------------------------------------------------


def _content_language(setting: ScaffoldContext) -> str:
    return "zh-Hans" if setting.tag.startswith("zh") else "en"


def _key_name(model: type[Model], key: str, setting: ScaffoldContext) -> str:
    """A key as this site writes it."""
    return key_table(model).both_names(key).split()[0] if _content_language(setting) == "zh-Hans" else key


def _term_word(name: str, key: str | None, setting: ScaffoldContext) -> str:
    """A value as this site writes it."""
    key = key or ""
    return setting.vocabulary.label(name, key, "zh-Hans") if _content_language(setting) == "zh-Hans" else key
