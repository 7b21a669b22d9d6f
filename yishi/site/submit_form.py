"""The form: an issue or a case is written in the browser, checked by the same rules and in the same words as a file.

What is typed never leaves the device: the page ends in a text to pass on. The rules are the JSON Schemas of the
records, the words those of the vocabularies and of the problems; the page holds them as data, for its scripts.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from ..content import privacy
from ..content.schema import build_schema
from ..core.json_format import encode_json_for_html
from ..core.outputs import Output
from ..core.traditional import CONVERSION_SOURCES, convert_data, mark_unconverted
from ..library.reference_index import find_nearest_method
from ..model.keys import key_table, meaning, model_at
from ..model.kinds import KINDS
from ..model.language import marked
from ..model.paths import get_place_of
from ..model.problems import MESSAGES
from ..model.records import LogEntry, Model
from ..model.vocabulary import Term, get_built_in_vocabulary
from .layout import GUIDE_PAGE, SUBMIT_PAGE, build_page
from .page_context import Link, PageContext, localize_name, localize_stage

Widget = Literal["line", "text", "long", "when", "choice", "choices", "log", "location"]


class FormChoice(Struct, frozen=True):
    """A value that can be chosen: what is written, and what is shown."""

    value: str
    text: str
    lang: str = ""


class ChoiceGroup(Struct, frozen=True):
    """Choices that stand together; `label` may be ""."""

    label: str
    choices: tuple[FormChoice, ...]


class FormField(Struct, frozen=True):
    """A key of a record: where it stands in it (`log.date`), its name, and what it means."""

    path: str
    widget: Widget
    label: str
    hint: tuple[str, ...]
    required: bool = False
    groups: tuple[ChoiceGroup, ...] = ()
    parts: tuple["FormField", ...] = ()


class RecordForm(Struct, frozen=True):
    """What is asked of one kind of record: the usual keys, and further ones."""

    kind: str
    label: str
    fields: tuple[FormField, ...]
    more: tuple[FormField, ...]


class SubmitView(Struct, frozen=True):
    """The form; `rules` and `texts` are data for its scripts, `example` the smallest record there is, `guide` the page
    of the guide for writers, "" if there is none."""

    places: tuple[FormChoice, ...]
    forms: tuple[RecordForm, ...]
    rules: str
    texts: str
    example: str
    guide: str


_FORM_KEYS: Mapping[str, tuple[tuple[tuple[str, Widget], ...], tuple[tuple[str, Widget], ...]]] = {
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

_LOG_ENTRY_KEYS: tuple[tuple[str, Widget], ...] = (("date", "when"), ("stage", "choice"), ("text", "text"),
                                                   ("by", "choice"))

_HINTS: Mapping[str, str] = {
    "issues": marked("The addresses of their pages on this site, or the names of their files, with a space between. "
                     "A case names issues, or the location below."),
    "lead": marked("Choose from the list, or write something else."),
}
"""What the form says of a field besides what its key means, by its path."""

_BODY_HINT = marked("Good headings are: ## Background, ## Disagreement, ## Process, ## Result and what followed.")

_FORM_PROBLEMS = (
    "missing_key", "too_long", "empty", "not_a_date", "no_such_day", "not_a_day", "not_a_count", "not_a_number",
    "negative",
    "not_allowed", "wrong_shape", "not_a_dated_line", "case_about_nothing", "log_out_of_order",
    "resolved_before_raised", "close_reason_missing", "alt_missing", "mobile", "landline", "resident_id", "bank_card",
    "plate", "account", "email", "door", "name", "sensitive", "minor",
)
"""The problems that the form can tell of."""

_SCRIPT_TEXTS: Mapping[str, str] = {
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


def build_submit_page(edition: PageContext) -> Output:
    """The form, with all that its scripts need to know."""
    title = edition.text("Write a record")
    view = SubmitView(
        tuple(_places(edition)), tuple(_form(edition, kind) for kind in _FORM_KEYS),
        encode_json_for_html(_script_rules(edition)),
        encode_json_for_html(convert_data(_script_texts(edition), edition.conversion)), _example_file(edition),
        GUIDE_PAGE if edition.has_guide else "")
    return build_page(edition, SUBMIT_PAGE, "pages/submit_form.html", title, view, trail=(Link(title),))


# --- what is asked ----------------------------------------------------------------------------------------------------


def _places(edition: PageContext) -> Iterator[FormChoice]:
    """All places as a tree, each indented below its parent."""
    for path, place in edition.library.places.items():
        name = localize_name(edition, place)
        yield FormChoice(path, "\u3000" * (path.count("/") - 1) + name.text, name.lang)


def _form(edition: PageContext, kind: str) -> RecordForm:
    usual, more = ([_field(edition, kind, path, widget) for path, widget in asked] for asked in _FORM_KEYS[kind])
    label = edition.label("record_kind", kind)
    return RecordForm(kind, label[:1].upper() + label[1:], tuple(usual), tuple(more))


def _field(edition: PageContext, kind: str, path: str, widget: Widget) -> FormField:
    model, key = _model_and_key(kind, path)
    if key == "text" and "." in path and path != "log.text":  # the text of a part is what the part is about
        model, key = KINDS[kind].model, path.partition(".")[0]
    words = meaning(model, key)
    parts = [_field(edition, kind, f"log.{part}", how) for part, how in _LOG_ENTRY_KEYS] if widget == "log" else []
    more = _HINTS.get(path) or (_BODY_HINT if (kind, path) == ("case", "body") else "")
    hint = (words[_file_language(edition)], *([edition.text(more)] if more else []))
    return FormField(path, widget, _label(edition, kind, path), hint, _is_required(kind, path),
                     tuple(_choice_groups(edition, key_table(model).specs[key].vocabulary)), tuple(parts))


def _model_and_key(kind: str, path: str) -> tuple[type[Model], str]:
    """The model and the key at a path of a record."""
    *parts, key = path.split(".")
    return model_at(KINDS[kind].model, parts), key


def _label(edition: PageContext, kind: str, path: str) -> str:
    part, _, key = path.partition(".")
    names = [_written_key(edition, *_model_and_key(kind, part))]
    if key and part == "log":
        names = []
    if key and (key != "text" or part == "log"):
        names.append(_written_key(edition, *_model_and_key(kind, path)))
    said = edition.text(": ").join(names)
    return said.replace("_", " ").capitalize()


def _written_key(edition: PageContext, model: type[Model], key: str) -> str:
    """A key as it is written in this language."""
    return key_table(model).both_names(key).split()[0] if _file_language(edition) == "zh-Hans" else key


def _file_language(edition: PageContext) -> str:
    """The language in which the form writes records: of one that is converted, its source."""
    return CONVERSION_SOURCES.get(edition.language.tag, edition.language.tag)


def _is_required(kind: str, path: str) -> bool:
    model, key = _model_and_key(kind, path)
    return path == "log.stage" or ("." not in path and key_table(model).specs[key].required)


def _choice_groups(edition: PageContext, name: str) -> Iterator[ChoiceGroup]:
    """The values of a vocabulary, as they are written and as they are shown."""
    vocabulary, found = edition.library.vocabulary, dict[str, list[FormChoice]]()
    for term in vocabulary.terms[name].values() if name else ():
        choice = FormChoice(mark_unconverted(edition.language.tag, _written_value(edition, term)),
                            term.label(edition.language.tag))
        found.setdefault(term.group, []).append(choice)
    for key in sorted(found, key=lambda key: key == "other"):
        group = vocabulary.groups.get(key)
        yield ChoiceGroup(group.label(edition.language.tag) if group else "", tuple(found[key]))


def _written_value(edition: PageContext, term: Term) -> str:
    """A value as the form writes it: by its label in Chinese, by its key otherwise."""
    return term.labels.get("zh-Hans", term.key) if _file_language(edition) == "zh-Hans" else term.key


# --- what the scripts know --------------------------------------------------------------------------------------------


def _script_rules(edition: PageContext) -> dict[str, object]:
    """What a record must be, and how it is written; nothing here is shown."""
    vocabulary, reserved = edition.library.vocabulary, get_built_in_vocabulary().terms["reserved_stage"].values()
    return {
        "chinese": _file_language(edition) == "zh-Hans",
        "schemas": {kind: build_schema(kind, vocabulary, described=False) for kind in _FORM_KEYS},
        "names": {kind: _written_keys(edition, kind) for kind in _FORM_KEYS},
        "entry": list(key_table(LogEntry).names),
        "methods": {path: _method_of_place(edition, path) for path in edition.library.places},
        "stages": {method: [value for value, _ in stages] for method, stages in _stages_by_method(edition).items()},
        "reserved": {_written_value(edition, term): term.key for term in reserved},
        "privacy": privacy.export_patterns(),
        "allowed": [one.text for one in edition.library.site.privacy_allow],
    }


def _written_keys(edition: PageContext, kind: str) -> dict[str, str]:
    """Path → the key that is written there."""
    paths = [path for asked in _FORM_KEYS[kind] for path, _ in asked]
    whole = dict.fromkeys([*paths, *(f"log.{part}" for part, _ in _LOG_ENTRY_KEYS if "log" in paths)])
    above = {path.partition(".")[0]: "" for path in whole}
    return {path: _written_key(edition, *_model_and_key(kind, path)) for path in [*above, *whole]}


def _method_of_place(edition: PageContext, place: str) -> str:
    return find_nearest_method(edition.library.places, place) or ""


def _stages_by_method(edition: PageContext) -> dict[str, list[tuple[str, str]]]:
    """Method ("" = the default) → its stages and what always holds, as they are written and as they are shown."""
    tag, chinese = edition.language.tag, _file_language(edition) == "zh-Hans"
    reserved = [(_written_value(edition, term), term.label(tag))
                for term in get_built_in_vocabulary().terms["reserved_stage"].values()]
    phases = [(_written_value(edition, term), term.label(tag))
              for term in get_built_in_vocabulary().terms["phase"].values()]
    own = {path: [(stage.label if chinese else stage.id, localize_stage(edition, stage).text)
                  for stage in method.stages if stage.verified] for path, method in edition.library.methods.items()}
    return {method: [reserved[0], *stages, *reserved[1:]] for method, stages in {**own, "": phases}.items()}


def _script_texts(edition: PageContext) -> dict[str, object]:
    """What the scripts say and show."""
    return {
        "texts": {name: edition.text(text) for name, text in _SCRIPT_TEXTS.items()},
        "messages": {code: edition.text(MESSAGES[code]) for code in _FORM_PROBLEMS},
        "labels": {kind: {path: _label(edition, kind, path) for path in _written_keys(edition, kind)}
                   for kind in _FORM_KEYS},
        "stages": {method: [text for _, text in stages] for method, stages in _stages_by_method(edition).items()},
        "locations": _locations_by_place(edition),
    }


def _locations_by_place(edition: PageContext) -> dict[str, list[tuple[str, str]]]:
    """Place → what lies in it: id and name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path, location in edition.library.locations.items():
        found.setdefault(get_place_of(path), []).append((path.rpartition("/")[2],
                                                         localize_name(edition, location).text))
    return found


def _example_file(edition: PageContext) -> str:
    """The smallest issue, as it is written by hand."""
    def name(path: str) -> str:
        return _written_key(edition, *_model_and_key("issue", path))

    topic = next(iter(edition.library.vocabulary.terms["topic"].values()))
    raised = _written_value(edition, get_built_in_vocabulary().terms["reserved_stage"]["raised"])
    unknown = _written_value(edition, get_built_in_vocabulary().terms["answer"]["unknown"])
    place = next(iter(edition.library.places), "places/…")
    return mark_unconverted(edition.language.tag, "\n".join((
        f"# {place}", f"{name('title')}: …", f"{name('topic')}: {_written_value(edition, topic)}",
        f"{name('raised')}: {unknown}", f"{name('log')}:", f"  - 2025-09-11 {raised}: …")))
