"""Select the records to publish: drafts and invalid records are withheld, the rest is linked.

One bad file must not hide the others. A place, a method or the site is never withheld for an error in it, because
others depend on it: its valid parts stand, and the error is reported.
"""

import functools
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..content.load import (
    ParsedFile,
    RecordData,
    RecordPrivacyHit,
    create_partial_record,
    create_record,
    drop_invalid_items,
)
from ..content.privacy import select_countries
from ..core.dependencies import LazyDict
from ..model.kinds import COLLECTIONS, KINDS
from ..model.language import get_collation_key
from ..model.paths import RecordLocation, get_kind_at, list_ancestor_places
from ..model.problems import Finding, KeyPath, Problem, select_errors
from ..model.records import Record, Site
from ..model.records.field_types import MAX_TITLE_LENGTH
from ..model.vocabulary import get_built_in_vocabulary
from . import RECORD_CACHE_SIZE, Library, NameSortKey, ResolveRecords, WithheldRecords, link_records


class SelectedRecords(Struct, frozen=True):
    """The records that can be linked, those that are withheld, and the valid parts of invalid ones (`partial`).

    `kinds`: path → kind of each record; the records themselves are created on access.
    """

    records: Mapping[str, Record]
    kinds: Mapping[str, str]
    withheld: WithheldRecords
    findings: tuple[Finding, ...]
    partial: Mapping[str, "_PartialRecord"]

    @property
    def site(self) -> Site:
        """The record of the site."""
        site = self.records["site"]
        assert isinstance(site, Site)
        return site


class _ReadRecord(Struct, frozen=True):
    """One parsed record."""

    path: str
    kind: str
    id: str
    reading: ParsedFile

    @property
    def data(self) -> RecordData:
        return self.reading.entries[self.id] if self.reading.entries else {}

    @property
    def is_valid(self) -> bool:
        return not self.reading.invalid & {"", self.id}

    @property
    def is_draft(self) -> bool:
        if self.reading.is_clean:  # known without decoding the record
            return False
        return get_built_in_vocabulary().key("answer", str(self.data.get("draft", ""))) == "yes"


class _PartialRecord(Struct, frozen=True):
    """The valid part of an invalid record: `keys` are those typed and valid, `kept_indexes` the original indexes of
    the valid entries of a list; `is_whole`: nothing is missing."""

    record: Record
    keys: frozenset[str]
    kept_indexes: Mapping[str, tuple[int, ...]]
    is_whole: bool

    def translate_finding(self, finding: Finding) -> Finding | None:
        """A finding about the partial record with the indexes of its file; None if missing parts may have caused it."""
        if not finding.keys or finding.code in _LOG_SEQUENCE_CODES:
            return finding if self.is_whole else None
        key, *rest = finding.keys
        if key not in self.keys:
            return None
        if key in self.kept_indexes and rest and isinstance(rest[0], int):
            rest[0] = self.kept_indexes[str(key)][rest[0]]
        return replace(finding, keys=(key, *rest))


_LOG_SEQUENCE_CODES = frozenset({"resolved_twice", "reopened_without_closing", "closed_without_result"})
"""Codes of findings about the sequence of log entries."""


def select_records(readings: Mapping[str, ParsedFile], locations: Mapping[str, RecordLocation],
                   location_problems: Collection[Problem], *, drafts: bool) -> SelectedRecords:
    """Turn parsed files (file → parse result) into records.

    `location_problems`: problems of where files are; `drafts`: publish drafts.
    """
    misplaced_files = {problem.path for problem in select_errors(list(location_problems))}
    entries = {entry.path: entry for file, reading in readings.items() if file not in misplaced_files
               for entry in _iter_read_records(reading, locations[file])}
    rules = _read_privacy_rules(entries.get("site"))
    findings = tuple(finding for entry in entries.values() for finding in _check_personal_data(entry, rules))
    exposed = {finding.record for finding in findings if finding.level == "error"}
    invalid = {locations[file].path: locations[file].kind for file in misplaced_files if file in locations}
    hidden_drafts: dict[str, str] = {}
    kinds: dict[str, str] = {}
    partial: dict[str, _PartialRecord] = {}
    for path, entry in entries.items():
        if entry.is_draft and not drafts:
            hidden_drafts[path] = entry.kind
        elif not KINDS[entry.kind].essential and (not entry.is_valid or path in exposed):
            invalid[path] = entry.kind
            partial[path] = _extract_valid_part(entry)
        else:
            kinds[path] = entry.kind
    drafts_below = _find_below_drafts(entries)
    if not drafts:
        findings += tuple(_warn_of_draft_places(drafts_below))
    if "site" not in kinds:
        kinds["site"] = "site"
        entries["site"] = _ReadRecord("site", "site", "", ParsedFile(invalid=frozenset({""})))
    _withhold_below(kinds, hidden_drafts, invalid)
    records = LazyDict(kinds, functools.partial(_create_record, entries, rules, drafts_below), keep=RECORD_CACHE_SIZE)
    unreadable = {file: locations[file].kind for file, reading in readings.items()
                  if locations[file].kind in COLLECTIONS and not reading.entries and reading.invalid}
    return SelectedRecords(records, kinds, WithheldRecords(invalid, hidden_drafts, unreadable,
                                                           _collect_withdrawn(entries, kinds)), findings, partial)


def link_until_stable(selected: SelectedRecords, files: Collection[str], as_of: date,
                      resolve: ResolveRecords | None = None, name_sort_key: NameSortKey = get_collation_key,
                      ) -> tuple[Library, list[Finding], WithheldRecords]:
    """The library of all records that are valid together, the findings about the others, and the withheld records.

    Withholding a record can make others invalid, so linking is repeated until nothing changes. `resolve`,
    `name_sort_key`: as for `link_records`.
    """
    records = selected.records
    kinds = dict(selected.kinds)
    withheld = selected.withheld
    findings: dict[Finding, None] = dict.fromkeys((*selected.findings, *_check_partial_records(selected, files, as_of)))
    while True:
        library, new_findings = link_records(records, withheld, files, as_of, kinds, resolve, name_sort_key)
        new_findings = [_downgrade_in_draft(finding, records[finding.record]) for finding in new_findings]
        findings |= dict.fromkeys(new_findings)
        invalid_paths = {finding.record for finding in new_findings if finding.level == "error"}
        invalid_paths = {path for path in invalid_paths if not KINDS[kinds[path]].essential}
        if not invalid_paths:
            return library, list(findings), withheld
        withheld = replace(withheld, invalid={**withheld.invalid, **{path: kinds.pop(path) for path in invalid_paths}})


def _check_partial_records(selected: SelectedRecords, files: Collection[str], as_of: date) -> Iterator[Finding]:
    """Further findings about records that are invalid by themselves, so that a writer sees everything at once."""
    if not selected.partial:
        return
    partial = {path: partial_record.record for path, partial_record in selected.partial.items()}
    invalid = {path: kind for path, kind in selected.withheld.invalid.items() if path not in partial}
    kinds = {**selected.kinds, **{path: record.kind_of_record for path, record in partial.items()}}
    records = LazyDict(kinds, lambda path: partial[path] if path in partial else selected.records[path])
    _, findings = link_records(records, replace(selected.withheld, invalid=invalid), files, as_of, kinds)
    for finding in findings:
        partial_record = selected.partial.get(finding.record)
        if partial_record and (translated := partial_record.translate_finding(finding)):
            yield translated


def _downgrade_in_draft(finding: Finding, record: Record) -> Finding:
    """Missing or unknown values in a draft are only warnings."""
    return replace(finding, level="warning") if record.draft else finding


# --- one record -------------------------------------------------------------------------------------------------------


def _iter_read_records(reading: ParsedFile, location: RecordLocation) -> Iterator[_ReadRecord]:
    for entry_id in reading.entries or ([""] if reading.invalid else []):
        yield _ReadRecord(f"{location.path}/{entry_id}" if entry_id else location.path, location.kind, entry_id,
                          reading)


def _create_record(entries: Mapping[str, _ReadRecord], rules: "_PrivacyRules", below_drafts: Collection[str],
                   path: str) -> Record:
    record = _create_publishable_record(entries[path], rules)
    return record.model_copy(update={"draft": True}) if path in below_drafts else record


def _create_publishable_record(entry: _ReadRecord, rules: "_PrivacyRules") -> Record:
    """The record without personal data; of a draft or an essential record what is valid."""
    exposed = {key for hit in rules.select_hits(entry) if hit.level == "error" for key in hit.keys[:1]}
    if entry.is_valid and not exposed and not entry.is_draft:
        return create_record(entry.kind, entry.data)
    data = {key: value for key, value in entry.data.items() if key not in exposed}
    return create_partial_record(entry.kind, data, _default_values(entry.kind, entry.path.rpartition("/")[2]))


def _extract_valid_part(entry: _ReadRecord) -> _PartialRecord:
    """The valid part of an invalid record."""
    defaults = _default_values(entry.kind, entry.path.rpartition("/")[2])
    data, kept_indexes = drop_invalid_items(entry.kind, entry.data)
    record = create_partial_record(entry.kind, data, defaults)
    default_record = create_partial_record(entry.kind, {}, defaults)
    keys = frozenset(key for key in entry.data.keys() & record.model_fields_set
                     if key not in defaults or getattr(record, key) != getattr(default_record, key))
    is_whole = (keys == entry.data.keys() and not kept_indexes
                and all(problem.code != "yaml" for problem in entry.reading.problems))
    return _PartialRecord(record, keys, kept_indexes, is_whole)


def _default_values(kind: str, name: str) -> dict[str, Any]:
    """Substitutes for the required values that a draft or an essential record lacks; `name`: its file name."""
    return {KINDS[kind].title_key: (" ".join(name.split()) or "议事")[:MAX_TITLE_LENGTH], **KINDS[kind].required}


def _collect_withdrawn(entries: Mapping[str, _ReadRecord], kinds: Mapping[str, str]) -> dict[str, str]:
    """Path → kind of withdrawn records."""
    paths = (str(entries[path].data.get("path", "")) for path, kind in kinds.items() if kind == "withdrawal")
    return {path: kind for path in paths if path not in entries and (kind := get_kind_at(path))}


# --- withheld records -------------------------------------------------------------------------------------------------


class _PrivacyRules(Struct, frozen=True):
    """What a site takes for personal data: by `countries`, and except the exact texts that it allows."""

    allowed: frozenset[str]
    countries: frozenset[str]

    def select_hits(self, entry: _ReadRecord) -> Iterator[RecordPrivacyHit]:
        """The personal data in a record."""
        for entry_id, hit in entry.reading.privacy_hits:
            if (entry_id == entry.id and hit.text not in self.allowed and not _is_allowance(hit.keys)
                    and not self.countries.isdisjoint(hit.countries)):
                yield hit


def _is_allowance(keys: KeyPath) -> bool:
    return keys[:1] == ("privacy_allow",) and keys[-1] == "text"


def _read_privacy_rules(site: _ReadRecord | None) -> _PrivacyRules:
    data = site.data if site else {}
    allowed = (str(entry.get("text")) for entry in data.get("privacy_allow", []) if isinstance(entry, dict))
    named = [str(country) for country in data.get("countries", []) if isinstance(country, str)]
    return _PrivacyRules(frozenset(allowed), select_countries(named, str(data.get("timezone", "Asia/Shanghai"))))


def _check_personal_data(entry: _ReadRecord, rules: _PrivacyRules) -> Iterator[Finding]:
    for hit in rules.select_hits(entry):
        yield Finding(entry.path, hit.keys, hit.kind, (("key", hit.key), ("found", hit.masked)), level=hit.level,
                      position=(hit.line, hit.column))


def _find_below_drafts(entries: Mapping[str, _ReadRecord]) -> dict[str, str]:
    """Published records below a draft place: path → the nearest draft place."""
    drafts = {path for path, entry in entries.items() if entry.kind == "place" and entry.is_draft}
    if not drafts:
        return {}
    above = {path: next((place for place in list_ancestor_places(path) if place in drafts), "")
             for path, entry in entries.items() if not entry.is_draft}
    return {path: place for path, place in above.items() if place}


def _warn_of_draft_places(drafts_below: Mapping[str, str]) -> Iterator[Finding]:
    """A warning per draft place with the number of records withheld below it."""
    for place, number in Counter(drafts_below.values()).items():
        yield Finding(place, ("draft",), "draft_place", (("found", str(number)),), level="warning")


def _withhold_below(kinds: dict[str, str], hidden_drafts: dict[str, str], invalid: dict[str, str]) -> None:
    """Withhold everything below a withheld place."""
    if not any(kind == "place" for withheld in (hidden_drafts, invalid) for kind in withheld.values()):
        return
    for path in [path for path in kinds if path.startswith("places/")]:
        withheld_place = next((place for place in list_ancestor_places(path)
                               if place in hidden_drafts or place in invalid), None)
        if withheld_place:
            (hidden_drafts if withheld_place in hidden_drafts else invalid)[path] = kinds.pop(path)
