"""From what the files say to the records that are published: drafts and invalid records are withheld, the rest linked.

One bad file must not silence the others. A place, a method or the site itself is never withheld for a mistake in it,
since others hang on it: what is valid in it stands, and the mistake is a problem all the same.
"""

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
from ..core.dependencies import LazyDict
from ..model.kinds import COLLECTIONS, KINDS
from ..model.language import get_collation_key
from ..model.paths import RecordLocation, get_kind_at, list_ancestor_places
from ..model.problems import Finding, Problem, select_errors
from ..model.records import Record, Site
from ..model.vocabulary import get_built_in_vocabulary
from . import RECORD_CACHE_SIZE, Library, NameSortKey, ResolveRecords, WithheldRecords, link_records


class SelectedRecords(Struct, frozen=True):
    """The records that can be linked, and those that are withheld; `partial`: what is valid in invalid ones.

    `kinds`: path → kind of each record; the records themselves are made when they are asked for.
    """

    records: Mapping[str, Record]
    kinds: Mapping[str, str]
    withheld: WithheldRecords
    findings: tuple[Finding, ...]
    partial: Mapping[str, "_PartialRecord"]

    @property
    def site(self) -> Site:
        """The site's own record."""
        site = self.records["site"]
        assert isinstance(site, Site)
        return site


class _ReadRecord(Struct, frozen=True):
    """One record as read."""

    path: str
    kind: str
    id: str
    reading: ParsedFile

    @property
    def data(self) -> RecordData:
        return self.reading.entries[self.id] if self.reading.entries else {}

    @property
    def hits(self) -> tuple[RecordPrivacyHit, ...]:
        return tuple(hit for of, hit in self.reading.privacy_hits if of == self.id)

    @property
    def is_valid(self) -> bool:
        return not self.reading.invalid & {"", self.id}

    @property
    def is_draft(self) -> bool:
        return not self.reading.is_clean and get_built_in_vocabulary().key("answer",
                                                                           str(self.data.get("draft", ""))) == "yes"


class _PartialRecord(Struct, frozen=True):
    """An invalid record: what is valid in it, and under which keys that was typed; of a list of which some entries are
    not valid, which ones are `left`. `is_whole`: nothing is missing of it."""

    record: Record
    keys: frozenset[str]
    kept_indexes: Mapping[str, tuple[int, ...]]
    is_whole: bool

    def translate_finding(self, finding: Finding) -> Finding | None:
        """A finding of the record as it is told of its file; None if it may come of what is missing."""
        if not finding.keys or finding.code in _LOG_SEQUENCE_CODES:
            return finding if self.is_whole else None
        key, *rest = finding.keys
        if key not in self.keys:
            return None
        if key in self.kept_indexes and rest and isinstance(rest[0], int):
            rest[0] = self.kept_indexes[str(key)][rest[0]]
        return replace(finding, keys=(key, *rest))


_LOG_SEQUENCE_CODES = frozenset({"resolved_twice", "reopened_without_closing", "closed_without_result"})
"""What is found between the entries of a log."""


def select_records(readings: Mapping[str, ParsedFile], slots: Mapping[str, RecordLocation],
                   misplaced: Collection[Problem], *,
                   drafts: bool) -> SelectedRecords:
    """What the files say (file → reading) as records. `misplaced`: problems of where files lie; `drafts`: show them."""
    wrong = {problem.path for problem in select_errors(list(misplaced))}
    entries = {entry.path: entry for file, reading in readings.items() if file not in wrong
               for entry in _iter_read_records(reading, slots[file])}
    allowed = _allowed_texts(entries.get("site"))
    findings = tuple(finding for entry in entries.values() for finding in _check_personal_data(entry, allowed))
    exposed = {finding.record for finding in findings if finding.level == "error"}
    invalid = {slots[file].path: slots[file].kind for file in wrong if file in slots}
    hidden: dict[str, str] = {}
    kinds: dict[str, str] = {}
    partial: dict[str, _PartialRecord] = {}
    for path, entry in entries.items():
        if entry.is_draft and not drafts:
            hidden[path] = entry.kind
        elif not KINDS[entry.kind].essential and (not entry.is_valid or path in exposed):
            invalid[path] = entry.kind
            partial[path] = _create_partial_record(entry)
        else:
            kinds[path] = entry.kind
    drafts_below = _find_below_drafts(entries)
    if not drafts:
        findings += tuple(_warn_of_draft_places(drafts_below))
    if "site" not in kinds:
        kinds["site"], entries["site"] = "site", _ReadRecord("site", "site", "", ParsedFile(invalid=frozenset({""})))
    _withhold_below(kinds, hidden, invalid)
    records = LazyDict(kinds, lambda path: _create_record(entries[path], allowed, path in drafts_below),
                       keep=RECORD_CACHE_SIZE)
    unreadable = {file: slots[file].kind for file, reading in readings.items()
                  if slots[file].kind in COLLECTIONS and not reading.entries and reading.invalid}
    return SelectedRecords(records, kinds, WithheldRecords(invalid, hidden, unreadable,
                                                           _collect_withdrawn(entries, kinds)), findings, partial)


def link_until_stable(intake: SelectedRecords, files: Collection[str], as_of: date,
                      resolve: ResolveRecords | None = None, order: NameSortKey = get_collation_key,
                      ) -> tuple[Library, list[Finding], WithheldRecords]:
    """The library of all records that are right among each other, and the findings about the others.

    `resolve`, `order`: as for `library.link`.
    """
    records, kinds, withheld = intake.records, dict(intake.kinds), intake.withheld
    findings: dict[Finding, None] = dict.fromkeys((*intake.findings, *_check_partial_records(intake, files, as_of)))
    while True:
        library, found = link_records(records, withheld, files, as_of, kinds, resolve, order)
        found = [_downgrade_in_draft(finding, records[finding.record]) for finding in found]
        findings |= dict.fromkeys(found)
        wrong = {finding.record for finding in found if finding.level == "error"}
        wrong = {path for path in wrong if not KINDS[kinds[path]].essential}
        if not wrong:
            return library, list(findings), withheld
        withheld = replace(withheld, invalid={**withheld.invalid, **{path: kinds.pop(path) for path in wrong}})


def _check_partial_records(intake: SelectedRecords, files: Collection[str], as_of: date) -> Iterator[Finding]:
    """What else is wrong in the records that are invalid in themselves: a writer is told everything at once."""
    if not intake.partial:
        return
    partial = {path: one.record for path, one in intake.partial.items()}
    invalid = {path: kind for path, kind in intake.withheld.invalid.items() if path not in partial}
    kinds = {**intake.kinds, **{path: record.kind_of_record for path, record in partial.items()}}
    records = LazyDict(kinds, lambda path: partial[path] if path in partial else intake.records[path])
    _, found = link_records(records, replace(intake.withheld, invalid=invalid), files, as_of, kinds)
    for finding in found:
        one = intake.partial.get(finding.record)
        if one and (placed := one.translate_finding(finding)):
            yield placed


def _downgrade_in_draft(finding: Finding, record: Record) -> Finding:
    """What is missing or unknown in a draft is only a warning."""
    return replace(finding, level="warning") if record.draft else finding


# --- one record -------------------------------------------------------------------------------------------------------


def _iter_read_records(reading: ParsedFile, slot: RecordLocation) -> Iterator[_ReadRecord]:
    for entry_id in reading.entries or ([""] if reading.invalid else []):
        yield _ReadRecord(f"{slot.path}/{entry_id}" if entry_id else slot.path, slot.kind, entry_id, reading)


def _create_record(entry: _ReadRecord, allowed: Collection[str], is_below_draft: bool) -> Record:
    record = _create_valid_record(entry, allowed)
    return record.model_copy(update={"draft": True}) if is_below_draft else record


def _create_valid_record(entry: _ReadRecord, allowed: Collection[str]) -> Record:
    exposed = {hit.keys[0] for hit in entry.hits if hit.level == "error" and hit.text not in allowed}
    if entry.is_valid and not exposed and not entry.is_draft:
        return create_record(entry.kind, entry.data)
    data = {key: value for key, value in entry.data.items() if key not in exposed}
    return create_partial_record(entry.kind, data, _default_values(entry.kind, entry.path.rpartition("/")[2]))


def _create_partial_record(entry: _ReadRecord) -> _PartialRecord:
    """What is valid in an invalid record."""
    defaults = _default_values(entry.kind, entry.path.rpartition("/")[2])
    data, left = drop_invalid_items(entry.kind, entry.data)
    record, bare = create_partial_record(entry.kind, data, defaults), create_partial_record(entry.kind, {}, defaults)
    keys = frozenset(key for key in entry.data.keys() & record.model_fields_set
                     if key not in defaults or getattr(record, key) != getattr(bare, key))
    is_whole = keys == entry.data.keys() and not left and all(one.code != "yaml" for one in entry.reading.problems)
    return _PartialRecord(record, keys, left, is_whole)


def _default_values(kind: str, name: str) -> dict[str, Any]:
    """What stands for the required values that a draft or an essential record lacks; `name` is that of its file."""
    return {KINDS[kind].title_key: (" ".join(name.split()) or "议事")[:60], **KINDS[kind].required}


def _collect_withdrawn(entries: Mapping[str, _ReadRecord], kinds: Mapping[str, str]) -> dict[str, str]:
    """The records that were withdrawn: path → kind."""
    told = (str(entries[path].data.get("path", "")) for path, kind in kinds.items() if kind == "withdrawal")
    return {path: kind for path in told if path not in entries and (kind := get_kind_at(path))}


# --- what is withheld -------------------------------------------------------------------------------------------------


def _allowed_texts(site: _ReadRecord | None) -> frozenset[str]:
    """The exact texts that the site allows although they look like personal data."""
    entries = site.data.get("privacy_allow", []) if site else []
    return frozenset(str(entry.get("text")) for entry in entries if isinstance(entry, dict))


def _check_personal_data(entry: _ReadRecord, allowed: Collection[str]) -> Iterator[Finding]:
    for hit in entry.hits:
        if hit.text not in allowed and hit.keys[0] != "privacy_allow":
            yield Finding(entry.path, hit.keys, hit.kind, (("found", hit.masked),), level=hit.level, line=hit.line)


def _find_below_drafts(entries: Mapping[str, _ReadRecord]) -> dict[str, str]:
    """What is no draft itself and stands below a place that is one: path → the nearest such place."""
    drafts = {path for path, entry in entries.items() if entry.kind == "place" and entry.is_draft}
    if not drafts:
        return {}
    above = {path: next((place for place in list_ancestor_places(path) if place in drafts), "")
             for path, entry in entries.items() if not entry.is_draft}
    return {path: place for path, place in above.items() if place}


def _warn_of_draft_places(drafts_below: Mapping[str, str]) -> Iterator[Finding]:
    """Whoever makes a place a draft is told how much goes with it."""
    for place, number in Counter(drafts_below.values()).items():
        yield Finding(place, ("draft",), "draft_place", (("found", str(number)),), level="warning")


def _withhold_below(kinds: dict[str, str], hidden: dict[str, str], invalid: dict[str, str]) -> None:
    """What belongs to a withheld place is withheld with it."""
    if not any(kind == "place" for withheld in (hidden, invalid) for kind in withheld.values()):
        return
    for path in [path for path in kinds if path.startswith("places/")]:
        above = next((place for place in list_ancestor_places(path) if place in hidden or place in invalid), None)
        if above:
            (hidden if above in hidden else invalid)[path] = kinds.pop(path)
