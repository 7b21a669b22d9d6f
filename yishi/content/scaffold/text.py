"""The text of a new record: what it must say is filled in, what it may say stands in comments with its meaning."""

import json
from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct

from ...model.keys import key_table, meaning
from ...model.kinds import KINDS
from ...model.language import language, marked
from ...model.records import Model, Record
from ...model.vocabulary import Vocabulary
from ..load import USUAL_TERMS
from ..sources import Items, Scalar, Source, read


class Setting(Struct, frozen=True):
    """What a new record is written in: the language of its keys, the words of its site, the day, the record it names.

    `about`: key → what is filled in because of what there is already, such as the issue that a case tells of.
    """

    tag: str
    vocabulary: Vocabulary
    day: date
    about: Mapping[str, str]


_SHOWN = 8
"""So many words of a vocabulary stand in a comment; all do where one has to be chosen."""

HEADINGS = (marked("Background"), marked("What was disputed"), marked("What was done"), marked("Result and after"))
"""What a case tells, in this order."""


def text_of(kind: str, title: str, setting: Setting) -> str:
    """The keys of a record of this kind: those it needs with their values, then the others as comments."""
    filled = dict(_filled(kind, title, setting))
    model, spoken = KINDS[kind].model, language(setting.tag)
    is_below = KINDS[kind].new.startswith("md")  # its text stands below the keys
    others = [key for key in _keys(model) if key not in filled and not (key == "body" and is_below)]
    hint = spoken.text(marked("All that follows may be left out. To use a line, take away the # and the blank before "
                              "it, and write behind the colon."))
    lines = [*_required(model, filled, setting), f"# {hint}",
             *(f"# {_name(model, key, setting)}: {_empty(model, key, setting)}".rstrip()
               + f"  # {_explained(model, key, setting)}" for key in others)]
    return "\n".join(lines) + "\n"


def body_of(kind: str, setting: Setting) -> str:
    """What stands below the keys of a Markdown record."""
    spoken = language(setting.tag)
    return "\n".join(f"## {spoken.text(heading)}\n" for heading in HEADINGS) if kind == "case" else ""


# --- what is filled in ------------------------------------------------------------------------------------------------


def _filled(kind: str, title: str, setting: Setting) -> Iterator[tuple[str, str]]:
    """Key → what stands behind its colon; a list in lines of its own."""
    model = KINDS[kind].model
    if KINDS[kind].new.endswith("draft"):
        yield "draft", _word("answer", "yes", setting)
    for key in _keys(model):
        spec = key_table(model).specs[key]
        if key == KINDS[kind].title_key:
            yield key, scalar(title)
        elif key in setting.about:
            yield key, f"[{setting.about[key]}]" if spec.many else setting.about[key]
        elif kind == "review" and key == "recommendations":
            yield key, f"[{{{_name(spec.model or model, 'text', setting)}: …}}]"
        elif spec.required:
            yield key, _natural(model, key, title, setting)


def _natural(model: type[Model], key: str, title: str, setting: Setting) -> str:
    """What a required key holds as long as nobody has said anything else."""
    if key == "log":
        entry = f"{setting.day} {_word('reserved_stage', 'raised', setting)}: {title}"
        return "\n  - " + (entry if scalar(title) == title else scalar(entry))
    if key in ("raised", "date"):
        return str(setting.day)
    if key_table(model).specs[key].refers:
        return ""  # there is none to refer to yet
    if name := key_table(model).specs[key].vocabulary:
        terms = setting.vocabulary.terms[name]
        return _word(name, USUAL_TERMS.get(name) if USUAL_TERMS.get(name) in terms else next(iter(terms)), setting)
    return "0"


def _required(model: type[Model], filled: Mapping[str, str], setting: Setting) -> Iterator[str]:
    for key, value in sorted(filled.items(), key=lambda pair: pair[0] == "draft"):
        words = _words(model, key, setting, most=100)
        comment = f"  # {words}" if words else ""
        if key == "draft":
            comment = "  # " + language(setting.tag).text(marked("Take this line away when the record is written."))
        yield f"{_name(model, key, setting)}:{'' if value[:1] in ('', chr(10)) else ' '}{value}{comment}"


def scalar(text: str) -> str:
    """`text` as a value: as it is where YAML reads it so, in quotes otherwise."""
    found = read(Source("x.yaml", f"- {text}\n".encode()))
    read_as = found.root.items if isinstance(found.root, Items) and not found.problems else ()
    plain = [one.text for one in read_as if isinstance(one, Scalar) and not one.cut] == [text] and "\n" not in text
    return text if plain else json.dumps(text, ensure_ascii=False)


# --- what may be said besides -----------------------------------------------------------------------------------------


def _keys(model: type[Record]) -> list[str]:
    """The keys of a record, its own before those of every record."""
    return [spec.key for spec in key_table(model).own_first]


def _empty(model: type[Model], key: str, setting: Setting) -> str:
    """What a key holds, with nothing in it: `{from: , to: }` of a part, `[]` of a list."""
    spec = key_table(model).specs[key]
    if spec.model is None or spec.model.short_form or spec.values:
        return "[]" if spec.many else "{}" if spec.values else ""
    pairs = ", ".join(f"{_name(spec.model, inner, setting)}: " for inner in key_table(spec.model).specs)
    return f"[{{{pairs}}}]" if spec.many else f"{{{pairs}}}"


def _explained(model: type[Model], key: str, setting: Setting) -> str:
    said, words = meaning(model, key)[_tag(setting)], _words(model, key, setting)
    if not words:
        return said
    return language(setting.tag).text(marked("{meaning}. {words}"), meaning=said, words=words)


def _words(model: type[Model], key: str, setting: Setting, most: int = _SHOWN) -> str:
    """The values that may stand behind a key, where they are words of a vocabulary."""
    name = key_table(model).specs[key].vocabulary
    if not name:
        return ""
    spoken = language(setting.tag)
    words = [_word(name, one, setting) for one in setting.vocabulary.terms[name]]
    shown = [*words[:most], *["…"][:len(words) > most]]
    return spoken.text(marked("Words: {words}"), words=spoken.text(", ").join(shown))


# --- in the language of the site --------------------------------------------------------------------------------------


def _tag(setting: Setting) -> str:
    return "zh-Hans" if setting.tag.startswith("zh") else "en"


def _name(model: type[Model], key: str, setting: Setting) -> str:
    """A key as this site writes it."""
    return key_table(model).both_names(key).split()[0] if _tag(setting) == "zh-Hans" else key


def _word(name: str, key: str | None, setting: Setting) -> str:
    """A value as this site writes it."""
    key = key or ""
    return setting.vocabulary.label(name, key, "zh-Hans") if _tag(setting) == "zh-Hans" else key
