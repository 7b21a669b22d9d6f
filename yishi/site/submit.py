"""The form: an issue or a case is written in the browser, checked by the same rules and in the same words as a file.

What is typed never leaves the device: the page ends in a text to pass on. The rules are the JSON Schemas of the
records, the words those of the vocabularies and of the problems; the page holds them as data, for its scripts.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from ..content import privacy
from ..content.schema import schema_of
from ..core.compact import embedded
from ..core.outputs import Output
from ..core.traditional import SOURCES, as_written, converted_data
from ..library.names import nearest_method
from ..model.keys import key_table, meaning, model_at
from ..model.kinds import KINDS
from ..model.language import marked
from ..model.paths import place_of
from ..model.problems import MESSAGES
from ..model.records import LogEntry, Model
from ..model.vocabulary import Term, built_in
from .edition import Edition, Link, name_of, stage_name
from .shell import GUIDE, SUBMIT, sheet

Widget = Literal["line", "text", "long", "when", "choice", "choices", "log", "location"]


class Choice(Struct, frozen=True):
    """A value that can be chosen: what is written, and what is shown."""

    value: str
    text: str
    lang: str = ""


class Group(Struct, frozen=True):
    """Choices that stand together; `label` may be ""."""

    label: str
    choices: tuple[Choice, ...]


class Field(Struct, frozen=True):
    """A key of a record: where it stands in it (`log.date`), its name, and what it means."""

    path: str
    widget: Widget
    label: str
    hint: tuple[str, ...]
    required: bool = False
    groups: tuple[Group, ...] = ()
    parts: tuple["Field", ...] = ()


class Form(Struct, frozen=True):
    """What is asked of one kind of record: the usual keys, and further ones."""

    kind: str
    label: str
    fields: tuple[Field, ...]
    more: tuple[Field, ...]


class SubmitView(Struct, frozen=True):
    """The form; `rules` and `texts` are data for its scripts, `example` the smallest record there is, `guide` the page
    of the guide for writers, "" if there is none."""

    places: tuple[Choice, ...]
    forms: tuple[Form, ...]
    rules: str
    texts: str
    example: str
    guide: str


_ASKED: Mapping[str, tuple[tuple[tuple[str, Widget], ...], tuple[tuple[str, Widget], ...]]] = {
    "issue": (
        (("title", "line"), ("topic", "choices"), ("raised", "when"), ("log", "log"), ("close_reason", "choice")),
        (("location", "location"), ("channel", "choice"), ("summary", "text"), ("participants.kinds", "choices"),
         ("participants.headcount", "line"), ("lead", "line"), ("outcome.text", "text"), ("outcome.mechanism", "text"),
         ("body", "long")),
    ),
    "case": (
        (("title", "line"), ("issues", "line"), ("location", "location"), ("summary", "text"), ("body", "long")),
        (("topic", "choices"), ("stakeholders", "choices"), ("dates.start", "when"), ("dates.end", "when"),
         ("lessons", "text"), ("transferable", "text")),
    ),
}
"""Kind → what is always asked, and what besides: where it stands, and how it is filled in."""

_OF_ENTRY: tuple[tuple[str, Widget], ...] = (("date", "when"), ("stage", "choice"), ("text", "text"), ("by", "choice"))

_HINTS: Mapping[str, str] = {
    "issues": marked("The addresses of their pages on this site, or the names of their files, with a space between. "
                     "A case names issues, or the location below."),
    "lead": marked("Choose from the list, or write something else."),
}
"""What the form says of a field besides what its key means, by its path."""

_STORY = marked("Good headings are: ## Background, ## Disagreement, ## Process, ## Result and what followed.")

_SAID = (
    "missing_key", "too_long", "empty", "not_a_date", "no_such_day", "not_a_day", "not_a_count", "not_a_number",
    "negative",
    "not_allowed", "wrong_shape", "not_a_dated_line", "case_about_nothing", "log_out_of_order",
    "resolved_before_raised", "close_reason_missing", "alt_missing", "mobile", "landline", "resident_id", "bank_card",
    "plate", "account", "email", "door", "name", "sensitive", "minor",
)
"""The problems that the form can tell of."""

_TEXTS: Mapping[str, str] = {
    "one": marked("1 thing is still to be put right:"),
    "many": marked("{n} things are still to be put right:"),
    "ready": marked("The text is ready: copy it or save the file, and pass it on."),
    "copied": marked("Copied."),
    "saved": marked("The file {name} was saved where this device keeps downloads."),
    "by_hand": marked("Select the text and copy it by hand."),
    "kept": marked("A draft is kept on this device."),
    "not_kept": marked("This browser keeps no draft: finish before you close the page."),
    "sure": marked("Clear everything that is filled in here?"),
    "cleared": marked("Everything is cleared."),
    "added": marked("Entry {n} was added."),
    "removed": marked("Entry {n} was removed."),
    "entry": marked("Entry {n}"),
    "warning": marked("Please look again:"),
    "meant": marked("Did you mean {word}?"),
    "place": marked("Choose the place that the record is of."),
}
"""What the scripts say, by name."""


def submit_page(edition: Edition) -> Output:
    """The form, with all that its scripts need to know."""
    title = edition.text("Write a record")
    view = SubmitView(
        tuple(_places(edition)), tuple(_form(edition, kind) for kind in _ASKED),
        embedded(_rules(edition)), embedded(converted_data(_texts(edition), edition.conversion)), _example(edition),
        GUIDE if edition.has_guide else "")
    return sheet(edition, SUBMIT, "pages/submit_form.html", title, view, trail=(Link(title),))


# --- what is asked ----------------------------------------------------------------------------------------------------


def _places(edition: Edition) -> Iterator[Choice]:
    """All places as a tree, each indented below its parent."""
    for path, place in edition.library.places.items():
        name = name_of(edition, place)
        yield Choice(path, "\u3000" * (path.count("/") - 1) + name.text, name.lang)


def _form(edition: Edition, kind: str) -> Form:
    usual, more = ([_field(edition, kind, path, widget) for path, widget in asked] for asked in _ASKED[kind])
    label = edition.label("record_kind", kind)
    return Form(kind, label[:1].upper() + label[1:], tuple(usual), tuple(more))


def _field(edition: Edition, kind: str, path: str, widget: Widget) -> Field:
    model, key = _at(kind, path)
    if key == "text" and "." in path and path != "log.text":  # the text of a part is what the part is about
        model, key = KINDS[kind].model, path.partition(".")[0]
    words = meaning(model, key)
    parts = [_field(edition, kind, f"log.{part}", how) for part, how in _OF_ENTRY] if widget == "log" else []
    more = _HINTS.get(path) or (_STORY if (kind, path) == ("case", "body") else "")
    hint = (words[_written_in(edition)], *([edition.text(more)] if more else []))
    return Field(path, widget, _label(edition, kind, path), hint, _is_required(kind, path),
                 tuple(_groups(edition, key_table(model).specs[key].vocabulary)), tuple(parts))


def _at(kind: str, path: str) -> tuple[type[Model], str]:
    """The model and the key at a path of a record."""
    *parts, key = path.split(".")
    return model_at(KINDS[kind].model, parts), key


def _label(edition: Edition, kind: str, path: str) -> str:
    part, _, key = path.partition(".")
    names = [_name(edition, *_at(kind, part))]
    if key and part == "log":
        names = []
    if key and (key != "text" or part == "log"):
        names.append(_name(edition, *_at(kind, path)))
    said = edition.text(": ").join(names)
    return said.replace("_", " ").capitalize()


def _name(edition: Edition, model: type[Model], key: str) -> str:
    """A key as it is written in this language."""
    return key_table(model).both_names(key).split()[0] if _written_in(edition) == "zh-Hans" else key


def _written_in(edition: Edition) -> str:
    """The language in which the form writes records: of one that is converted, its source."""
    return SOURCES.get(edition.language.tag, edition.language.tag)


def _is_required(kind: str, path: str) -> bool:
    model, key = _at(kind, path)
    return path == "log.stage" or ("." not in path and key_table(model).specs[key].required)


def _groups(edition: Edition, name: str) -> Iterator[Group]:
    """The values of a vocabulary, as they are written and as they are shown."""
    vocabulary, found = edition.library.vocabulary, dict[str, list[Choice]]()
    for term in vocabulary.terms[name].values() if name else ():
        choice = Choice(as_written(edition.language.tag, _word(edition, term)), term.label(edition.language.tag))
        found.setdefault(term.group, []).append(choice)
    for key in sorted(found, key=lambda key: key == "other"):
        group = vocabulary.groups.get(key)
        yield Group(group.label(edition.language.tag) if group else "", tuple(found[key]))


def _word(edition: Edition, term: Term) -> str:
    """A value as the form writes it: by its label in Chinese, by its key otherwise."""
    return term.labels.get("zh-Hans", term.key) if _written_in(edition) == "zh-Hans" else term.key


# --- what the scripts know --------------------------------------------------------------------------------------------


def _rules(edition: Edition) -> dict[str, object]:
    """What a record must be, and how it is written; nothing here is shown."""
    vocabulary, reserved = edition.library.vocabulary, built_in().terms["reserved_stage"].values()
    return {
        "chinese": _written_in(edition) == "zh-Hans",
        "schemas": {kind: schema_of(kind, vocabulary, described=False) for kind in _ASKED},
        "names": {kind: _names(edition, kind) for kind in _ASKED},
        "entry": list(key_table(LogEntry).names),
        "methods": {path: _method(edition, path) for path in edition.library.places},
        "stages": {method: [value for value, _ in stages] for method, stages in _stages(edition).items()},
        "reserved": {_word(edition, term): term.key for term in reserved},
        "privacy": privacy.patterns(),
        "allowed": [one.text for one in edition.library.site.privacy_allow],
    }


def _names(edition: Edition, kind: str) -> dict[str, str]:
    """Path → the key that is written there."""
    paths = [path for asked in _ASKED[kind] for path, _ in asked]
    whole = dict.fromkeys([*paths, *(f"log.{part}" for part, _ in _OF_ENTRY if "log" in paths)])
    above = {path.partition(".")[0]: "" for path in whole}
    return {path: _name(edition, *_at(kind, path)) for path in [*above, *whole]}


def _method(edition: Edition, place: str) -> str:
    return nearest_method(edition.library.places, place) or ""


def _stages(edition: Edition) -> dict[str, list[tuple[str, str]]]:
    """Method ("" = the default) → its stages and what always holds, as they are written and as they are shown."""
    tag, chinese = edition.language.tag, _written_in(edition) == "zh-Hans"
    reserved = [(_word(edition, term), term.label(tag)) for term in built_in().terms["reserved_stage"].values()]
    phases = [(_word(edition, term), term.label(tag)) for term in built_in().terms["phase"].values()]
    own = {path: [(stage.label if chinese else stage.id, stage_name(edition, stage).text)
                  for stage in method.stages if stage.verified] for path, method in edition.library.methods.items()}
    return {method: [reserved[0], *stages, *reserved[1:]] for method, stages in {**own, "": phases}.items()}


def _texts(edition: Edition) -> dict[str, object]:
    """What the scripts say and show."""
    return {
        "texts": {name: edition.text(text) for name, text in _TEXTS.items()},
        "messages": {code: edition.text(MESSAGES[code]) for code in _SAID},
        "labels": {kind: {path: _label(edition, kind, path) for path in _names(edition, kind)} for kind in _ASKED},
        "stages": {method: [text for _, text in stages] for method, stages in _stages(edition).items()},
        "locations": _locations(edition),
    }


def _locations(edition: Edition) -> dict[str, list[tuple[str, str]]]:
    """Place → what lies in it: id and name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path, location in edition.library.locations.items():
        found.setdefault(place_of(path), []).append((path.rpartition("/")[2], name_of(edition, location).text))
    return found


def _example(edition: Edition) -> str:
    """The smallest issue, as it is written by hand."""
    def name(path: str) -> str:
        return _name(edition, *_at("issue", path))

    topic = next(iter(edition.library.vocabulary.terms["topic"].values()))
    raised = _word(edition, built_in().terms["reserved_stage"]["raised"])
    unknown = _word(edition, built_in().terms["answer"]["unknown"])
    place = next(iter(edition.library.places), "places/…")
    return as_written(edition.language.tag, "\n".join((
        f"# {place}", f"{name('title')}: …", f"{name('topic')}: {_word(edition, topic)}",
        f"{name('raised')}: {unknown}", f"{name('log')}:", f"  - 2025-09-11 {raised}: …")))
