"""One source file → its records, or their problems.

A file is first read into a *reading*: plain data with canonical keys, Markdown rendered. That is all that has to be
kept of an unchanged file; models are made of it anew. Nothing here depends on the site or on other files.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from . import markup, privacy
from .paths import COLLECTIONS, Slot
from .problems import Finding, KeyPath, Level, Problem
from .records import MODELS, LogEntry, Model, Record
from .shapes import ANYTHING, Part, Shape, both_names, model_at, shape_of
from .sources import Document, Items, Node, Pairs, Scalar, Source, read
from .vocabulary import built_in, nearest

Data = dict[str, Any]
"""A record as plain data: canonical keys, texts as typed, Markdown as {source, html, links}."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Personal data found in a record: where, of which kind, the text itself and how it may be shown."""

    keys: KeyPath
    kind: str
    level: Level
    text: str
    masked: str
    line: int
    """Lines below the beginning of the text it stands in."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says: `entries` by id ("" where the file is one record), personal data in them, and problems."""

    entries: Mapping[str, Data] = field(default_factory=dict)
    hits: tuple[tuple[str, Hit], ...] = ()
    problems: tuple[Problem, ...] = ()
    invalid: frozenset[str] = frozenset()
    """The ids of entries with errors; "" = all."""


def read_records(source: Source, slot: Slot) -> Reading:
    """What the file in `slot` says, checked as far as that needs no other file."""
    document = read(source)
    if document.root is None and document.problems:
        return Reading(problems=document.problems, invalid=frozenset({""}))
    entries = list(_entries(document, slot.kind, source.path))
    problems = (*document.problems, *(problem for entry in entries for problem in entry.problems))
    invalid = {""} if document.problems else {entry.id for entry in entries if _has_errors(entry.problems)}
    return Reading(
        entries={entry.id: entry.data for entry in entries},
        hits=tuple((entry.id, hit) for entry in entries for hit in _hits(entry.data, slot.kind)),
        problems=problems,
        invalid=frozenset(invalid),
    )


def record_of(kind: str, data: Data) -> Record:
    """The record that valid `data` describes."""
    return MODELS[kind].model_validate(data)


def salvaged(kind: str, data: Data, defaults: Mapping[str, object]) -> Record:
    """A record of whatever is valid in `data`; what is required and not there comes from `defaults`."""
    rest = {key: value for key, value in data.items() if key in shape_of(MODELS[kind]).parts}
    while rest:
        try:
            return MODELS[kind].model_validate({**defaults, **rest})
        except ValidationError as error:
            wrong = {str(detail["loc"][0]) if detail["loc"] else "" for detail in error.errors()}
            rest = {key: value for key, value in rest.items() if key not in wrong} if wrong & rest.keys() else {}
    return MODELS[kind].model_validate(defaults)


def located(finding: Finding, source: Source, slot: Slot) -> Problem:
    """The problem that `finding` becomes in its file: read again, since places are not kept."""
    entry_id = finding.record.removeprefix(f"{slot.path}/") if slot.kind in COLLECTIONS else ""
    entry = next((entry for entry in _entries(read(source), slot.kind, source.path) if entry.id == entry_id), None)
    place = entry.places.nearest(finding.keys) if entry else _Place(1, 1, "")
    line, column = place.down(finding.line) if finding.line is not None else (place.line, place.column)
    return Problem(source.path, line, column, finding.code,
                   (("key", place.key), *finding.values), finding.nearest, level=finding.level)


# --- from nodes to plain data -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value stands, and its key as typed. `below`: a text that begins on the line below."""

    line: int
    column: int
    key: str
    below: bool = False

    def down(self, lines: int) -> tuple[int, int]:
        """The line and column of what stands so many lines below the beginning of the text."""
        lines += self.below
        return (self.line + lines, 1) if lines else (self.line, self.column)


class _Places(dict[KeyPath, _Place]):
    """Where the values of a record stand."""

    def nearest(self, keys: KeyPath) -> _Place:
        """The place of the value at `keys`, or of the nearest one above it."""
        while keys not in self:
            keys = keys[:-1]
        return self[keys]


@dataclass(frozen=True, slots=True)
class _Entry:
    id: str
    data: Data
    places: _Places
    problems: tuple[Problem, ...]


def _entries(document: Document, kind: str, path: str) -> Iterator[_Entry]:
    root = document.root or Pairs((), 1, 1)
    if kind not in COLLECTIONS:
        yield _entry("", root, kind, path, document.body)
    elif isinstance(root, Pairs):
        for key, node in root.pairs:
            yield _entry(key.text, node, kind, path)
    else:
        for number, node in enumerate(root.items, start=1):
            yield _entry(str(number), node, kind, path)


def _entry(entry_id: str, node: Node, kind: str, path: str, body: Scalar | None = None) -> _Entry:
    reader = _Reader(path)
    shape = shape_of(MODELS[kind])
    reader.places[()] = _Place(node.line, node.column, entry_id)
    data = reader.mapping(node, shape, ()) if isinstance(node, Pairs) else reader.refused(node)
    if body and body.text.strip():
        reader.body(data, body, MODELS[kind].prose_of_body)
    problems = [*reader.problems, *_validated(data, kind, reader.places, path)]
    if data.get("draft") and built_in().key("answer", str(data["draft"])) == "yes":
        problems = [replace(p, level="warning") if p.code in _FORGIVEN_IN_DRAFTS else p for p in problems]
    return _Entry(entry_id, data, reader.places, tuple(problems))


_FORGIVEN_IN_DRAFTS = frozenset({
    "missing_key", "not_allowed", "no_such_day", "not_a_date", "not_a_day", "empty", "case_about_nothing",
    "review_says_nothing",
})


class _Reader:
    """Turns the nodes of one record into plain data; notes places and problems."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.places = _Places()
        self.problems: list[Problem] = []

    def mapping(self, node: Pairs, shape: Shape, at: KeyPath) -> Data:
        """The keys of `node` made canonical; empty values left out."""
        data: Data = {}
        typed: dict[str, Scalar] = {}
        for key, value in node.pairs:
            name = shape.names.get(key.text, key.text)
            if name in typed:
                self._problem("duplicate_key", key, key=both_names(name), found=str(typed[name].line))
                continue
            typed[name] = key
            in_block = isinstance(value, Scalar) and value.block
            self.places[(*at, name)] = _Place(value.line, value.column, key.text, in_block)
            if name not in shape.parts:
                self.places[(*at, name)] = _Place(key.line, key.column, key.text)
            content = self._value(value, shape.parts.get(name, ANYTHING), (*at, name), key.text)
            if content not in ("", [], {}):
                data[name] = content
        return data

    def body(self, data: Data, body: Scalar, name: str) -> None:
        """The Markdown below the front matter, which fills the key `name`."""
        if name in data:
            self._problem("duplicate_key", body, key=name, found=str(self.places[name,].line))
        else:
            self.places[name,] = _Place(body.line, body.column, name)
            data[name] = self._prose(body)

    def refused(self, node: Node) -> Data:
        """Nothing, where keys and values were expected."""
        self._problem("not_keys", node, found=str(getattr(node, "text", "- "))[:30], allowed="标题: …")
        return {}

    def _value(self, node: Node, part: Part, at: KeyPath, key: str) -> Any:
        if part.many and not isinstance(node, Items):
            node = self._as_items(node, part)
        if isinstance(node, Items):
            return self._items(node, part, at, key)
        if isinstance(node, Pairs):
            return self._pairs(node, part, at)
        if part.model is LogEntry and node.cut:
            self._problem("text_cut_off", node, level="warning", key=key)
        return self._prose(node) if part.prose and node.text.strip() else node.text.strip()

    def _as_items(self, node: Node, part: Part) -> Items:
        """What stands where a list may: one value, or entries in short form of which none has its hyphen."""
        if isinstance(node, Scalar) and not node.text.strip():
            return Items((), node.line, node.column)
        if isinstance(node, Pairs) and _are_entries(node, part):
            self._dash_missing(node.pairs[0])
        return Items((node,), node.line, node.column)

    def _entries_of(self, node: Items, part: Part) -> Iterator[Node]:
        """The items of a list; an entry in short form that lacks its hyphen has run into the one before it."""
        for item in node.items:
            if isinstance(item, Pairs) and len(item.pairs) > 1 and _are_entries(item, part):
                for number, pair in enumerate(item.pairs):
                    if number:
                        self._dash_missing(pair)
                    yield Pairs((pair,), pair[0].line, pair[0].column)
            else:
                yield item

    def _dash_missing(self, pair: tuple[Scalar, Node]) -> None:
        key, value = pair
        self._problem("needs_dash", key, example=f"- {key.text}: {getattr(value, 'text', '')}")

    def _items(self, node: Items, part: Part, at: KeyPath, key: str) -> list[Any]:
        contents: list[Any] = []
        for item in self._entries_of(node, part):
            place = (*at, len(contents))
            self.places[place] = _Place(item.line, item.column, key)
            content = self._value(item, replace(part, many=False), place, key)
            if content not in ("", [], {}):
                contents.append(content)
        return contents

    def _pairs(self, node: Pairs, part: Part, at: KeyPath) -> Any:
        if part.model is None or part.keyed:
            return {key.text: self._keyed(key, value, part, at) for key, value in node.pairs}
        shape = shape_of(part.model)
        key, value = node.pairs[0] if node.pairs else (None, None)
        if part.model.short_form and key and key.text not in shape.names and isinstance(value, Scalar):
            if part.model is LogEntry and value.cut:
                self._problem("text_cut_off", value, level="warning", key=key.text)
            return f"{key.text}: {value.text}"
        return self.mapping(node, shape, at)

    def _keyed(self, key: Scalar, value: Node, part: Part, at: KeyPath) -> Any:
        self.places[(*at, key.text)] = _Place(value.line, value.column, key.text)
        inner = Part(model=part.model, prose=part.prose) if part.keyed else ANYTHING
        return self._value(value, inner, (*at, key.text), key.text)

    def _prose(self, node: Scalar) -> Data:
        rendered = markup.render(node.text)
        if rendered.dropped:
            self._problem("html_dropped", node, level="warning", found=", ".join(rendered.dropped))
        return {"source": node.text, "html": rendered.html, "links": list(rendered.links)}

    def _problem(self, code: str, node: Node, level: Level = "error", example: str = "", **values: str) -> None:
        self.problems.append(Problem(self.path, node.line, node.column, code, tuple(values.items()),
                                     example=example, level=level))


def _are_entries(node: Pairs, part: Part) -> bool:
    """Whether the keys of `node` are entries in short form rather than keys of its model."""
    return (part.model is not None and bool(part.model.short_form) and bool(node.pairs)
            and not any(key.text in shape_of(part.model).names for key, _ in node.pairs))


# --- problems of one record -------------------------------------------------------------------------------------------


def _validated(data: Data, kind: str, places: _Places, path: str) -> Iterator[Problem]:
    """The problems that the model finds in `data`."""
    try:
        MODELS[kind].model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        seen: set[tuple[object, ...]] = set()
        for detail in details:
            problem = _problem_of(detail, kind, places, path)
            place = (problem.line, problem.column, problem.code, problem.values)
            if place not in seen and not _follows_from_another(detail, details):
                seen.add(place)
                yield problem


def _follows_from_another(detail: ErrorDetails, details: Iterable[ErrorDetails]) -> bool:
    """A list is "too short" where its only entry is wrong: one problem is enough."""
    if "too_short" not in detail["type"]:
        return False
    loc = detail["loc"]
    return any(other["loc"][:len(loc)] == loc and other["loc"] != loc for other in details)


_CODES = {
    "missing": "missing_key", "extra_forbidden": "unknown_key", "string_too_long": "too_long",
    "string_too_short": "empty", "too_short": "empty", "int_parsing": "not_a_number", "float_parsing": "not_a_number",
    "int_type": "not_a_number", "float_type": "not_a_number", "greater_than_equal": "negative",
    "int_from_float": "not_a_number", "finite_number": "not_a_number", "int_parsing_size": "not_a_number",
}
"""The kind of problem for each kind of error of pydantic; our own keep their code, all others are a wrong shape."""


def _problem_of(detail: ErrorDetails, kind: str, places: _Places, path: str) -> Problem:
    code = detail["type"] if detail["type"] in _OWN_CODES else _CODES.get(detail["type"], "wrong_shape")
    keys: KeyPath = detail["loc"]
    if code == "missing_key":
        place = places.nearest(keys[:-1])
        return Problem(path, place.line, place.column, code, (("key", both_names(str(keys[-1]))),))
    place = places.nearest(keys)
    found, allowed, near = _explained(code, detail, place, model_at(MODELS[kind], keys))
    if code == "unknown_key" and near:
        code, allowed = "misspelt_key", ""
    values = (("key", place.key), ("found", found), ("allowed", allowed))
    return Problem(path, place.line, place.column, code, values, near)


def _explained(code: str, detail: ErrorDetails, place: _Place, model: type[Model]) -> tuple[str, str, str]:
    """What was found, what is allowed, and what may have been meant."""
    context = {name: str(value) for name, value in (detail.get("ctx") or {}).items()}
    text = str(detail["input"])
    found = _shown(detail["input"])
    if code == "not_allowed":
        name = context["vocabulary"]
        return found, built_in().allowed(name), built_in().nearest(name, text) or ""
    if code == "unknown_key":
        names = shape_of(model).names
        allowed = ", ".join(both_names(key) for key in dict.fromkeys(names.values()))
        return f"'{place.key}'", allowed, nearest(place.key, names) or ""
    if code == "too_long":
        return str(len(text.strip())), context["max_length"], ""
    if code == "wrong_shape":
        return found, _SHAPES.get(detail["type"], "key: value"), ""
    return context.get("found", found), model.short_form, ""


_OWN_CODES = frozenset({
    "not_allowed", "no_such_day", "not_a_date", "not_a_day", "not_coordinates", "not_yes_or_no", "not_a_dated_line",
    "stage_word_reserved", "stage_word_twice", "case_about_nothing", "review_says_nothing",
})
_SHAPES = {"string_type": "文字 text", "tuple_type": "- …", "model_type": "key: value", "dict_type": "key: value"}


def _shown(value: object) -> str:
    """A wrong value as a message shows it: in quotes, cut short."""
    text = value if isinstance(value, str) else "- …" if isinstance(value, list) else "key: value"
    return f"'{text}'" if len(text) <= 60 else f"'{text[:60]}…'"


def _has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.level == "error" for problem in problems)


# --- personal data ----------------------------------------------------------------------------------------------------

def _hits(data: Data, kind: str) -> Iterator[Hit]:
    texts = list(_texts(data, ()))
    if not privacy.find("\n".join(text for _, text in texts)):  # nearly always: one look at all of them is enough
        return
    for keys, text in texts:
        for hit in privacy.find(text):
            if not _is_public(kind, keys, hit.kind):
                yield Hit(keys, hit.kind, hit.level, text[hit.start:hit.end], hit.masked,
                          text.count("\n", 0, hit.start))


def _is_public(kind: str, keys: KeyPath, hit: str) -> bool:
    """Whether a number or address stands where an office publishes its own."""
    return ((hit == "landline" and keys[0] in ("office", "hotline", "contact"))
            or (hit == "email" and (keys[0] in ("office", "contact") or kind == "source")))


def _texts(value: object, at: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, (*at, number))
    elif isinstance(value, dict) and "html" in value:
        yield at, str(value["source"])
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*at, key))
