"""Parse one source file into records or problems.

The result (plain data with canonical keys, rendered Markdown) is cached per file; models are created from it on each
build. Nothing here depends on the site or on other files.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from msgspec import Struct, field
from msgspec.structs import replace
from pydantic import ValidationError

from ...model.keys import key_table
from ...model.kinds import COLLECTIONS, KINDS
from ...model.paths import RecordLocation
from ...model.problems import Finding, Problem, keep_worst, select_errors
from ...model.records import Record
from ...model.records.limits import DEFAULT_LIMITS, MAX_PROBLEMS, MEGABYTE, Limits
from ...model.vocabulary import get_built_in_vocabulary
from ..yaml_source import MappingNode, ScalarNode, SourceDocument, SourceFile, SourceNode, decode_source, parse_source
from .date_repair import has_unsure_date, repair_line_start, respell_date
from .privacy_scan import RecordPrivacyHit, move_to_line, scan_comments, scan_record
from .record_data import RecordData, RecordReader
from .source_positions import SourcePosition, SourcePositions
from .validation import USUAL_TERMS, check_data, check_entry_id

__all__ = [
    "USUAL_TERMS",
    "ParsedFile",
    "RecordData",
    "RecordPrivacyHit",
    "SourcePositions",
    "create_partial_record",
    "create_record",
    "drop_invalid_items",
    "has_unsure_date",
    "locate_findings",
    "map_positions",
    "read_records",
    "refuse_large_file",
    "repair_line_start",
    "respell_date",
]


class ParsedFile(Struct, frozen=True):
    """The parsed content of a file: `entries` by id ("" where the file is one record), personal data in them, and
    problems."""

    entries: Mapping[str, RecordData] = field(default_factory=dict)
    privacy_hits: tuple[tuple[str, RecordPrivacyHit], ...] = ()
    problems: tuple[Problem, ...] = ()
    invalid: frozenset[str] = frozenset()
    """The ids of entries with errors; "" = all."""
    is_clean: bool = False
    """Exactly one valid record, no draft, nothing to report: its data may be loaded on demand."""


def read_records(source: SourceFile, location: RecordLocation, limits: Limits = DEFAULT_LIMITS) -> ParsedFile:
    """Parse the file at `location`, and check it as far as possible without other files."""
    if refused := refuse_large_file(source.path, len(source.data), limits):
        return refused
    document = parse_source(source, limits.list_entries)
    if document.root is None and document.problems:
        return ParsedFile(problems=document.problems, invalid=frozenset({""}))
    entries = list(_parse_entries(document, location.kind, source.path))
    entry_problems = (problem for entry in entries for problem in entry.problems)
    if any(problem.code == "yaml" for problem in document.problems):  # missing keys may be in the unreadable lines
        entry_problems = (problem for problem in entry_problems if problem.code not in _COMPLETENESS_CODES)
    problems = keep_worst((*document.problems, *entry_problems), MAX_PROBLEMS + 1)
    invalid = {""} if document.problems else {entry.id for entry in entries if select_errors(entry.problems)}
    text = decode_source(source)
    hits = [(entry.id, move_to_line(hit, text, entry.positions)) for entry in entries
            for hit in scan_record(entry.data, location.kind, entry.positions, entry.id)]
    known = frozenset(hit.text for _, hit in hits)
    hits += [(entry.id, hit) for entry in entries[:1] for hit in scan_comments(text, known)]
    return ParsedFile(
        entries={entry.id: entry.data for entry in entries},
        privacy_hits=tuple(hits),
        problems=tuple(problems),
        invalid=frozenset(invalid),
    )


def refuse_large_file(path: str, size: int, limits: Limits) -> ParsedFile | None:
    """The result for a file of more bytes than are read; None for any other."""
    if size <= limits.record_mb * MEGABYTE:
        return None
    values = (("found", f"{size / MEGABYTE:,.1f} MB"), ("allowed", f"{limits.record_mb:,} MB"))
    return ParsedFile(problems=(Problem(path, 1, 1, "file_too_large", values),), invalid=frozenset({""}))


def create_record(kind: str, data: RecordData) -> Record:
    """The record described by valid `data`."""
    return KINDS[kind].model.model_validate(data)


def drop_invalid_items(kind: str, data: RecordData) -> tuple[RecordData, dict[str, tuple[int, ...]]]:
    """`data` without the invalid items of its lists; key → indexes of the items left."""
    try:
        KINDS[kind].model.model_validate(data)
    except ValidationError as error:
        wrong = {(detail["loc"][0], detail["loc"][1]) for detail in error.errors() if len(detail["loc"]) > 1}
        left = {key: tuple(number for number in range(len(value)) if (key, number) not in wrong)
                for key, value in data.items() if isinstance(value, list)}
        left = {key: numbers for key, numbers in left.items() if 0 < len(numbers) < len(data[key])}
        return {**data, **{key: [data[key][number] for number in numbers] for key, numbers in left.items()}}, left
    return data, {}


def create_partial_record(kind: str, data: RecordData, defaults: Mapping[str, object]) -> Record:
    """A record of the valid part of `data`; missing required values come from `defaults`."""
    rest = {key: value for key, value in data.items() if key in key_table(KINDS[kind].model).specs}
    while rest:
        try:
            return KINDS[kind].model.model_validate({**defaults, **rest})
        except ValidationError as error:
            wrong = {str(detail["loc"][0]) if detail["loc"] else "" for detail in error.errors()}
            rest = {key: value for key, value in rest.items() if key not in wrong} if wrong & rest.keys() else {}
    return KINDS[kind].model.model_validate(defaults)


def locate_findings(findings: Iterable[Finding], source: SourceFile, location: RecordLocation) -> Iterator[Problem]:
    """Locate the findings of one file, which is parsed again because positions are not cached."""
    positions = map_positions(source, location)
    for finding in findings:
        entry_id = finding.record.removeprefix(f"{location.path}/") if location.kind in COLLECTIONS else ""
        yield _locate_finding(finding, source.path, positions.get(entry_id))


def _locate_finding(finding: Finding, path: str, positions: SourcePositions | None) -> Problem:
    position = positions.nearest(finding.keys) if positions else SourcePosition(1, 1, "")
    line, column = position.shift_down(finding.line) if finding.line is not None else (position.line, position.column)
    return Problem(path, line, column, finding.code,
                   (("key", position.key), *finding.values), finding.suggestion, level=finding.level)


def map_positions(source: SourceFile, location: RecordLocation) -> Mapping[str, SourcePositions]:
    """Positions of all values in a file: id of the entry ("" where the file is one record) → its positions."""
    return {entry.id: entry.positions for entry in _parse_entries(parse_source(source), location.kind, source.path)}


# --- the entries of a file --------------------------------------------------------------------------------------------


class ParsedEntry(Struct, frozen=True):
    id: str
    data: RecordData
    positions: SourcePositions
    problems: tuple[Problem, ...]


def _parse_entries(document: SourceDocument, kind: str, path: str) -> Iterator[ParsedEntry]:
    root = document.root or MappingNode((), 1, 1)
    left = MAX_PROBLEMS + 1
    if kind not in COLLECTIONS:
        yield _parse_entry("", root, kind, path, left, document.body)
    elif isinstance(root, MappingNode):
        for key, node in root.pairs:
            entry = _parse_entry(key.text, node, kind, path, left)
            yield replace(entry, problems=(*check_entry_id(key, path), *entry.problems))
            left = max(left - len(entry.problems), 1)
    else:
        for number, node in enumerate(root.items, start=1):
            yield (entry := _parse_entry(str(number), node, kind, path, left))
            left = max(left - len(entry.problems), 1)


def _parse_entry(entry_id: str, node: SourceNode, kind: str, path: str, most: int,
                 body: ScalarNode | None = None) -> ParsedEntry:
    """An entry; of what its model finds, at most so many problems, for each takes long to explain."""
    reader = RecordReader(path)
    table = key_table(KINDS[kind].model)
    reader.positions[()] = SourcePosition(node.line, node.column, entry_id)
    data = reader.read_mapping(node, table, ()) if isinstance(node, MappingNode) else reader.reject_node(node)
    if body and body.text.strip():
        reader.read_body(data, body, KINDS[kind].model.body_key, table)
    problems = [*reader.problems, *islice(check_data(data, kind, reader.positions, path), most)]
    if problems and node == MappingNode((), node.line, node.column) and not data and kind not in COLLECTIONS:
        problems = [Problem(path, 1, 1, "empty_file")]
    if data.get("draft") and get_built_in_vocabulary().key("answer", str(data["draft"])) == "yes":
        problems = [replace(p, level="warning") if p.code in _WARNINGS_IN_DRAFTS else p for p in problems]
    return ParsedEntry(entry_id, data, reader.positions, tuple(problems))


_COMPLETENESS_CODES = frozenset({
    "missing_key", "missing_term", "empty", "empty_file", "case_about_nothing", "review_says_nothing",
})
"""Problems that are only reported for a record of which every line could be parsed."""

_WARNINGS_IN_DRAFTS = frozenset({
    "missing_key", "missing_term", "not_allowed", "no_such_day", "no_such_year", "not_a_date", "not_a_day",
    "not_a_time", "empty", "case_about_nothing", "review_says_nothing",
})
