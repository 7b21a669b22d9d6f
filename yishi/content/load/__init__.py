"""One source file → its records, or their problems.

A file is first read into a *reading*: plain data with canonical keys, Markdown rendered. That is all that has to be
kept of an unchanged file; models are made of it anew. Nothing here depends on the site or on other files.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace
from pydantic import ValidationError

from ...model.keys import key_table
from ...model.kinds import COLLECTIONS, KINDS
from ...model.paths import Slot
from ...model.problems import Finding, Problem
from ...model.records import Record
from ...model.vocabulary import built_in
from ..sources import Document, Node, Pairs, Scalar, Source, read
from .data import Data, Reader
from .dated import mended_start, plain_date
from .hits import Hit, hits_in
from .places import Place, Places
from .validation import USUAL_TERMS, check_data, check_id

__all__ = ["USUAL_TERMS", "Data", "Hit", "Places", "Reading", "located", "mended_start", "places_in", "plain_date",
           "pruned", "read_records", "record_of", "salvaged"]


class Reading(Struct, frozen=True):
    """What a file says: `entries` by id ("" where the file is one record), personal data in them, and problems."""

    entries: Mapping[str, Data] = field(default_factory=dict)
    hits: tuple[tuple[str, Hit], ...] = ()
    problems: tuple[Problem, ...] = ()
    invalid: frozenset[str] = frozenset()
    """The ids of entries with errors; "" = all."""
    plain: bool = False
    """Known to be one valid record, no draft, of which nothing is to be told; what it says may be read later."""


def read_records(source: Source, slot: Slot) -> Reading:
    """What the file in `slot` says, checked as far as that needs no other file."""
    document = read(source)
    if document.root is None and document.problems:
        return Reading(problems=document.problems, invalid=frozenset({""}))
    entries = list(_entries(document, slot.kind, source.path))
    told = (problem for entry in entries for problem in entry.problems)
    if any(problem.code == "yaml" for problem in document.problems):  # what is missing may stand in the lines not read
        told = (problem for problem in told if problem.code not in _OF_THE_WHOLE)
    problems = (*document.problems, *told)
    invalid = {""} if document.problems else {entry.id for entry in entries if _has_errors(entry.problems)}
    return Reading(
        entries={entry.id: entry.data for entry in entries},
        hits=tuple((entry.id, hit) for entry in entries for hit in hits_in(entry.data, slot.kind)),
        problems=problems,
        invalid=frozenset(invalid),
    )


def record_of(kind: str, data: Data) -> Record:
    """The record that valid `data` describes."""
    return KINDS[kind].model.model_validate(data)


def pruned(kind: str, data: Data) -> tuple[Data, dict[str, tuple[int, ...]]]:
    """`data` without those entries of its lists that are not valid; key → which of its entries are left."""
    try:
        KINDS[kind].model.model_validate(data)
    except ValidationError as error:
        wrong = {(detail["loc"][0], detail["loc"][1]) for detail in error.errors() if len(detail["loc"]) > 1}
        left = {key: tuple(number for number in range(len(value)) if (key, number) not in wrong)
                for key, value in data.items() if isinstance(value, list)}
        left = {key: numbers for key, numbers in left.items() if 0 < len(numbers) < len(data[key])}
        return {**data, **{key: [data[key][number] for number in numbers] for key, numbers in left.items()}}, left
    return data, {}


def salvaged(kind: str, data: Data, defaults: Mapping[str, object]) -> Record:
    """A record of whatever is valid in `data`; what is required and not there comes from `defaults`."""
    rest = {key: value for key, value in data.items() if key in key_table(KINDS[kind].model).specs}
    while rest:
        try:
            return KINDS[kind].model.model_validate({**defaults, **rest})
        except ValidationError as error:
            wrong = {str(detail["loc"][0]) if detail["loc"] else "" for detail in error.errors()}
            rest = {key: value for key, value in rest.items() if key not in wrong} if wrong & rest.keys() else {}
    return KINDS[kind].model.model_validate(defaults)


def located(finding: Finding, source: Source, slot: Slot) -> Problem:
    """The problem that `finding` becomes in its file: read again, since places are not kept."""
    entry_id = finding.record.removeprefix(f"{slot.path}/") if slot.kind in COLLECTIONS else ""
    entry = next((entry for entry in _entries(read(source), slot.kind, source.path) if entry.id == entry_id), None)
    place = entry.places.nearest(finding.keys) if entry else Place(1, 1, "")
    line, column = place.down(finding.line) if finding.line is not None else (place.line, place.column)
    return Problem(source.path, line, column, finding.code,
                   (("key", place.key), *finding.values), finding.nearest, level=finding.level)


def places_in(source: Source, slot: Slot) -> Mapping[str, Places]:
    """Where every value of a file stands: id of the entry ("" where the file is one record) → its places."""
    return {entry.id: entry.places for entry in _entries(read(source), slot.kind, source.path)}


# --- the entries of a file --------------------------------------------------------------------------------------------


class Entry(Struct, frozen=True):
    id: str
    data: Data
    places: Places
    problems: tuple[Problem, ...]


def _entries(document: Document, kind: str, path: str) -> Iterator[Entry]:
    root = document.root or Pairs((), 1, 1)
    if kind not in COLLECTIONS:
        yield _entry("", root, kind, path, document.body)
    elif isinstance(root, Pairs):
        for key, node in root.pairs:
            entry = _entry(key.text, node, kind, path)
            yield replace(entry, problems=(*check_id(key, path), *entry.problems))
    else:
        for number, node in enumerate(root.items, start=1):
            yield _entry(str(number), node, kind, path)


def _entry(entry_id: str, node: Node, kind: str, path: str, body: Scalar | None = None) -> Entry:
    reader = Reader(path)
    shape = key_table(KINDS[kind].model)
    reader.places[()] = Place(node.line, node.column, entry_id)
    data = reader.mapping(node, shape, ()) if isinstance(node, Pairs) else reader.refused(node)
    if body and body.text.strip():
        reader.body(data, body, KINDS[kind].model.prose_of_body, shape)
    problems = [*reader.problems, *check_data(data, kind, reader.places, path)]
    if problems and node == Pairs((), node.line, node.column) and not data and kind not in COLLECTIONS:
        problems = [Problem(path, 1, 1, "empty_file")]
    if data.get("draft") and built_in().key("answer", str(data["draft"])) == "yes":
        problems = [replace(p, level="warning") if p.code in _FORGIVEN_IN_DRAFTS else p for p in problems]
    return Entry(entry_id, data, reader.places, tuple(problems))


_OF_THE_WHOLE = frozenset({
    "missing_key", "missing_term", "empty", "empty_file", "case_about_nothing", "review_says_nothing",
})
"""What is wrong with a record of which every line was read, and of no other."""

_FORGIVEN_IN_DRAFTS = frozenset({
    "missing_key", "missing_term", "not_allowed", "no_such_day", "no_such_year", "not_a_date", "not_a_day", "empty",
    "case_about_nothing", "review_says_nothing",
})


def _has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.level == "error" for problem in problems)
