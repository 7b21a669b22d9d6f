"""The submission form: write an issue or a case in the browser, with the same checks and messages as for a file.

Nothing typed leaves the device: the page produces a text to pass on. The rules are the JSON Schemas of the records, the
messages those of the vocabularies and of the problems; the page embeds them as data for its scripts.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from ..content import privacy
from ..content.schema import build_schema
from ..core.json_format import encode_json_for_html
from ..core.outputs import Output
from ..core.traditional import convert_data, mark_unconverted
from ..library.reference_index import find_nearest_method
from ..model.date_expressions import export_date_rules, find_date_order, find_time_direction
from ..model.keys import key_table, meaning, model_at
from ..model.kinds import KINDS
from ..model.language import marked
from ..model.paths import get_place_of
from ..model.problems import MESSAGES
from ..model.records import Issue, LogEntry, Model, Photo
from ..model.repositories import resolve_repository
from ..model.vocabulary import get_built_in_vocabulary
from .filters import SelectOption, list_place_options
from .layout import GUIDE_PAGE, SUBMIT_PAGE, build_page, localize_path
from .page_context import Link, PageContext, localize_label, localize_name
from .record_words import get_file_language, write_example_issue, write_key, write_value
from .taking_part import list_ways_to_send

Widget = Literal["line", "text", "long", "when", "day", "count", "choice", "choices", "log", "location"]


class FormField(Struct, frozen=True):
    """A key of a record: its path in the record (`log.date`), its name and its meaning.

    `groups` are the values to choose from, as written to the file, by group (label, may be "", and options).
    """

    path: str
    widget: Widget
    label: str
    hint: tuple[str, ...]
    required: bool = False
    groups: tuple[tuple[str, tuple[SelectOption, ...]], ...] = ()
    parts: tuple["FormField", ...] = ()


class RecordForm(Struct, frozen=True):
    """The fields for one kind of record: the usual ones, further ones, and what was agreed."""

    kind: str
    label: str
    fields: tuple[FormField, ...]
    more: tuple[FormField, ...]
    agreed: tuple[FormField, ...]


class HostEditor(Struct, frozen=True):
    """What is said of the editor of the Git host: its link, what the link does, and what works without scripts."""

    link: str
    hint: str
    without: str


class SubmitView(Struct, frozen=True):
    """The form. `rules`: the script that holds the rules, beside the page; `texts`: data for its scripts; `example`: a
    minimal record; `guide`: the path of the guide for writers ("" = none); `editor`: that of the site's Git host."""

    places: tuple[SelectOption, ...]
    forms: tuple[RecordForm, ...]
    rules: str
    texts: str
    example: str
    guide: str
    editor: HostEditor | None = None


_FORM_KEYS: Mapping[str, tuple[tuple[tuple[str, Widget], ...], ...]] = {
    "issue": (
        (("title", "line"), ("topic", "choices"), ("raised", "when"), ("log", "log"), ("close_reason", "choice")),
        (("location", "location"), ("channel", "choice"), ("summary", "text"), ("participants.kinds", "choices"),
         ("outcome.text", "text"), ("outcome.mechanism", "text"),
         ("body", "long")),
        (("meeting.date", "when"), ("meeting.form", "line"), ("participants.headcount", "line"),
         ("decision.text", "text"), ("decision.for", "count"), ("decision.against", "count"),
         ("decision.abstain", "count"), ("lead", "line"), ("due", "day")),
    ),
    "case": (
        (("title", "line"), ("issues", "line"), ("location", "location"), ("summary", "text"), ("body", "long")),
        (("topic", "choices"), ("stakeholders", "choices"), ("dates.start", "when"), ("dates.end", "when"),
         ("lessons", "text"), ("transferable", "text")),
        (),
    ),
}
"""Kind → the required fields, the further ones, and what was agreed: path, and type of input. The meeting of an issue
is no key of it: it becomes an entry of the log."""

_LOG_ENTRY_KEYS: tuple[tuple[str, Widget], ...] = (("date", "when"), ("stage", "choice"), ("text", "text"),
                                                   ("by", "choice"))

_MEETING_PATHS = ("meeting.date", "meeting.form")

_DATE_PATHS = ("raised", "log.date", "dates.start", "dates.end", "meeting.date", "due")

_HINTS: Mapping[str, str] = {
    "issues": marked("The addresses of their pages on this site, or the names of their files, with a space between. "
                     "A case names issues, or the location below."),
    "decision.text": marked("Also what was promised; who does it, and by which day, stands below."),
    "lead": marked("Choose from the list, or write something else."),
}
"""Path of a field → its hint, in addition to the meaning of its key."""

_BODY_HINT = marked("Good headings are: ## Background, ## Disagreement, ## Process, ## Result and what followed.")

_FORM_PROBLEMS = (
    "missing_key", "too_long", "empty", "not_a_date", "value_read", "no_such_day", "not_a_day", "not_a_count",
    "not_a_number", "negative", "not_allowed", "wrong_shape", "not_a_dated_line", "case_about_nothing",
    "log_out_of_order", "resolved_before_raised", "close_reason_missing", "alt_missing", "mobile", "landline",
    "resident_id", "bank_card", "plate", "account", "email", "door", "name", "sensitive", "minor",
)
"""Codes of the problems that the form's scripts can report."""

_SCRIPT_TEXTS: Mapping[str, str] = {
    "one": marked("1 thing is still to be put right:"),
    "many": marked("{n} things are still to be put right:"),
    "ready": marked("The text is ready: copy it or save the file, and pass it on."),
    "copied": marked("Copied."),
    "again": marked("The text has changed since: copy or save it once more."),
    "saved": marked("The file {name} was saved where this device keeps downloads."),
    "opened": marked("The text is filled in on the page that opens. If it is missing there, copy it here and paste "
                     "it."),
    "paste": marked("The text is too long to go along by itself: it is copied; paste it into the page that opens."),
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
    "subject": marked("{place}: {title}"),
    "shows": marked("What photo {n} shows"),
    "save": marked("Save {name}"),
    "unreadable": marked("{name} is no picture that this browser can read."),
}
"""Name → message of the form's scripts."""


RULES_SCRIPT = "submit/rules.js"
"""Path of the script with the rules of the form, below the language's root."""


WORKER_SCRIPT = "submit/worker.js"
"""Path of the script that opens the form without a network, below the language's root. A browser lets it answer for its
own folder only."""


def build_submit_page(context: PageContext) -> Output:
    """The form, with all data that its scripts need."""
    title = context.text("Report an issue")
    example = write_example_issue(context, next(iter(context.library.places), "places/…"))
    view = SubmitView(
        list_place_options(context), tuple(_form(context, kind) for kind in _FORM_KEYS),
        RULES_SCRIPT.rpartition("/")[2],
        encode_json_for_html(convert_data(_script_texts(context), context.conversion)),
        mark_unconverted(context.language.tag, example), GUIDE_PAGE if context.has_guide else "",
        _host_editor(context))
    return build_page(context, SUBMIT_PAGE, "pages/submit_form.html", title, view, trail=(Link(title),))


def build_submit_rules(context: PageContext) -> Output:
    """The script with the rules of the form, loaded after the page is shown: it is the longest part of it."""
    rules = encode_json_for_html(_script_rules(context))
    return Output(localize_path(context, RULES_SCRIPT),
                  body=f"window.yishi = Object.assign(window.yishi || {{}}, {{ rules: {rules} }});\n".encode())


def build_submit_worker(context: PageContext) -> Output:
    """The script that opens the form without a network."""
    return Output(localize_path(context, WORKER_SCRIPT), "scripts/submit_worker.js")


# --- the fields -------------------------------------------------------------------------------------------------------


def _form(context: PageContext, kind: str) -> RecordForm:
    usual, more, agreed = (tuple(_field(context, kind, path, widget) for path, widget in asked)
                           for asked in _FORM_KEYS[kind])
    label = context.label("record_kind", kind)
    return RecordForm(kind, label[:1].upper() + label[1:], usual, more, agreed)


def _field(context: PageContext, kind: str, path: str, widget: Widget) -> FormField:
    model, key = _model_and_key(kind, path)
    if key == "text" and "." in path and path != "log.text":  # described by its parent key
        model = KINDS[kind].model
        key = path.partition(".")[0]
    words = meaning(model, key)
    parts = [_field(context, kind, f"log.{part}", how) for part, how in _LOG_ENTRY_KEYS] if widget == "log" else []
    more = _HINTS.get(path) or (_BODY_HINT if (kind, path) == ("case", "body") else "")
    hint = (words[get_file_language(context)], *([context.text(more)] if more else []))
    return FormField(path, widget, _label(context, kind, path), hint, _is_required(kind, path),
                     tuple(_choice_groups(context, key_table(model).specs[key].vocabulary)), tuple(parts))


def _model_and_key(kind: str, path: str) -> tuple[type[Model], str]:
    """The model and the key at a path of a record."""
    *parts, key = path.split(".")
    if parts == ["meeting"]:
        return KINDS["meeting"].model, key
    return model_at(KINDS[kind].model, parts), key


def _label(context: PageContext, kind: str, path: str) -> str:
    part, _, key = path.partition(".")
    names = [context.label("record_kind", part) if part == "meeting" else write_key(
        context, *_model_and_key(kind, part))]
    if key and part == "log":
        names = []
    if key and (key != "text" or part == "log"):
        names.append(write_key(context, *_model_and_key(kind, path)))
    label = context.text(": ").join(names)
    return label.replace("_", " ").capitalize()


def _is_required(kind: str, path: str) -> bool:
    model, key = _model_and_key(kind, path)
    return path == "log.stage" or ("." not in path and key_table(model).specs[key].required)


def _choice_groups(context: PageContext, name: str) -> Iterator[tuple[str, tuple[SelectOption, ...]]]:
    """The values of a vocabulary by group, each as written and as shown."""
    vocabulary = context.library.vocabulary
    groups = dict[str, list[SelectOption]]()
    for term in vocabulary.terms[name].values() if name else ():
        choice = SelectOption(mark_unconverted(context.language.tag, write_value(context, term)),
                              term.label(context.language.tag))
        groups.setdefault(term.group, []).append(choice)
    for key in sorted(groups, key=lambda key: key == "other"):
        group = vocabulary.groups.get(key)
        yield group.label(context.language.tag) if group else "", tuple(groups[key])


# --- data for the scripts ---------------------------------------------------------------------------------------------


def _script_rules(context: PageContext) -> dict[str, object]:
    """The rules for a record and how it is written; none of this is displayed."""
    site = context.library.site
    vocabulary = context.library.vocabulary
    reserved = get_built_in_vocabulary().terms["reserved_stage"].values()
    return {
        "chinese": get_file_language(context) == "zh-Hans",
        "schemas": {kind: build_schema(kind, vocabulary, described=False) for kind in _FORM_KEYS},
        "names": {kind: _written_keys(context, kind) for kind in _FORM_KEYS},
        "entry": list(key_table(LogEntry).names),
        "folders": {kind: KINDS[kind].folder for kind in _FORM_KEYS},
        "photo": [write_key(context, model, key)
                  for model, key in ((Issue, "photos"), (Photo, "file"), (Photo, "alt"))],
        "methods": {path: find_nearest_method(context.library.places, path) or "" for path in context.library.places},
        "stages": {method: [value for value, _ in stages] for method, stages in _stages_by_method(context).items()},
        "meetings": _meeting_stages(context),
        "reserved": {write_value(context, term): term.key for term in reserved},
        "privacy": privacy.export_patterns(privacy.select_countries(site.countries, site.timezone)),
        "dates": export_date_rules(),
        "order": find_date_order(site.languages[0], site.timezone),
        "directions": {path: find_time_direction(path.rpartition(".")[2]) for path in _DATE_PATHS},
        "allowed": [exception.text for exception in site.privacy_allow],
    }


def _written_keys(context: PageContext, kind: str) -> dict[str, str]:
    """Path → the key as written."""
    paths = [path for asked in _FORM_KEYS[kind] for path, _ in asked if not path.startswith("meeting.")]
    whole = dict.fromkeys([*paths, *(f"log.{part}" for part, _ in _LOG_ENTRY_KEYS if "log" in paths)])
    above = {path.partition(".")[0]: "" for path in whole}
    return {path: write_key(context, *_model_and_key(kind, path)) for path in [*above, *whole]}


def _stages_by_method(context: PageContext) -> dict[str, list[tuple[str, str]]]:
    """Method ("" = the default) → its stages and the reserved ones, each as written and as shown."""
    tag = context.language.tag
    chinese = get_file_language(context) == "zh-Hans"
    reserved = [(write_value(context, term), term.label(tag))
                for term in get_built_in_vocabulary().terms["reserved_stage"].values()]
    phases = [(write_value(context, term), term.label(tag))
              for term in get_built_in_vocabulary().terms["phase"].values()]
    own = {path: [(stage.label if chinese else stage.id, localize_label(context, stage).text)
                  for stage in method.stages if stage.verified] for path, method in context.library.methods.items()}
    return {method: [reserved[0], *stages, *reserved[1:]] for method, stages in {**own, "": phases}.items()}


def _meeting_stages(context: PageContext) -> dict[str, str]:
    """Method ("" = the default) → the stage in which one meets, as written, if it has one."""
    chinese = get_file_language(context) == "zh-Hans"
    phase = get_built_in_vocabulary().terms["phase"]["deliberate"]
    own = {path: stage.label if chinese else stage.id for path, method in context.library.methods.items()
           for stage in reversed(method.stages) if stage.verified and phase.key in stage.core}
    return {**own, "": write_value(context, phase)}


def _script_texts(context: PageContext) -> dict[str, object]:
    """The texts that the scripts display."""
    return {
        "texts": {name: context.text(text) for name, text in _SCRIPT_TEXTS.items()},
        "messages": {code: context.text(MESSAGES[code]) for code in _FORM_PROBLEMS},
        "labels": {kind: {path: _label(context, kind, path)
                          for path in (*_written_keys(context, kind), *_MEETING_PATHS, "photos")}
                   for kind in _FORM_KEYS},
        "ways": list_ways_to_send(context),
        "editor": _editor_address(context),
        "stages": {method: [text for _, text in stages] for method, stages in _stages_by_method(context).items()},
        "locations": _locations_by_place(context),
    }


def _host_editor(context: PageContext) -> HostEditor | None:
    repository = resolve_repository(context.library.site.repository or "")
    if repository is None:
        return None
    host = mark_unconverted(context.language.tag, repository.host)
    return HostEditor(
        context.text("Open in the editor of {host}", host=host),
        context.text("For those who have an account at {host}: a page opens there with this text as a new file. Only "
                     "then does {host} receive it.", host=host),
        context.text("With an account at {host} you can write it there: each page of a place has a link for it at its "
                     "foot.", host=host))


def _editor_address(context: PageContext) -> tuple[str, str] | None:
    """The pattern of the address that creates a file on the site's Git host, and what tells it the text of the file."""
    repository = resolve_repository(context.library.site.repository or "")
    if repository is None:
        return None
    return mark_unconverted(context.language.tag, repository.create_pattern), repository.text_parameter


def _locations_by_place(context: PageContext) -> dict[str, list[tuple[str, str]]]:
    """Place → its locations, each as (id, name)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path, location in context.library.locations.items():
        found.setdefault(get_place_of(path), []).append((path.rpartition("/")[2],
                                                         localize_name(context, location).text))
    return found
