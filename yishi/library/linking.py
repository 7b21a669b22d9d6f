"""Resolve one record: references become paths, words the keys of the site's vocabularies and methods."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeVar
from unicodedata import normalize
from urllib.parse import quote, unquote

from msgspec import Struct, field

from ..content.markup import find_line
from ..model.keys import KeySpec, key_table
from ..model.paths import (
    ATTACHMENT_FOLDER,
    BOUNDARY_SUFFIXES,
    DOCUMENT_SUFFIXES,
    PHOTO_SUFFIXES,
    RECORD_SUFFIXES,
    get_kind_at,
    get_place_of,
    get_record_url,
    list_ancestor_places,
    locate_record,
)
from ..model.problems import Finding, KeyPath, Severity
from ..model.records import (
    DEFAULT_METHOD,
    Body,
    Case,
    Issue,
    Location,
    Method,
    Model,
    Place,
    Record,
    Site,
    Stage,
    Translation,
    list_stage_words,
)
from ..model.vocabulary import (
    encode_bilingual,
    encode_choices,
    find_nearest_word,
    get_built_in_vocabulary,
    normalize_word,
)
from .checks import check_issue, check_translated_texts, create_repeats_uncounted
from .link_context import LinkContext, RecordedLookups
from .reference_index import find_nearest_method, format_method_term

M = TypeVar("M", bound=Model)


class LinkedRecord(Struct, omit_defaults=True):
    """A resolved record and what resolving it found; `record` is None if it is resolved again on demand.

    `attachments`: output file → content file; `references`: (target path, `KIND.KEY`); `method`: path of the method of
    an issue or case; `summary`: what was made of it (a `summaries.RecordSummary`); `fingerprint`: digest of the whole
    record.
    """

    record: Record | None
    references: list[tuple[str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    dropped_refs: dict[str, str] = field(default_factory=dict)
    links: dict[str, str | None] = field(default_factory=dict)
    photos: dict[str, str] = field(default_factory=dict)
    attachments: dict[str, str] = field(default_factory=dict)
    method: str = ""
    draft: bool = False
    lookups: RecordedLookups = field(default_factory=RecordedLookups)
    summary: Any = None
    fingerprint: str = ""


def link_record(path: str, record: Record, context: LinkContext) -> LinkedRecord:
    """The record at `path` with all its references resolved."""
    linker = _Linker(path, context, record)
    resolved = linker.resolve_model(record, ())
    linker.linked.record = linker.resolve_method(resolved) if isinstance(resolved, Issue | Case) else resolved
    linker.resolve_files(resolved)
    linker.linked.findings += check_translated_texts(path, record)
    return linker.linked


def resolve_record(path: str, record: Record, context: LinkContext) -> LinkedRecord:
    """The issue or case at `path`, resolved and checked."""
    linked = link_record(path, record, context)
    if isinstance(linked.record, Issue):
        method = context.methods[linked.method]
        linked.findings += check_issue(path, linked.record, method, context.as_of)
    return linked


@cache
def get_default_method() -> Method:
    """The built-in method: one stage per core phase, none required."""
    names = {"zh-Hans": "一般流程", "en": "The usual course"}
    translations = {tag: Translation(title=name) for tag, name in names.items()}
    method = Method(name=names["zh-Hans"], translations=translations)
    return method.model_copy(update={"stages": get_default_stages()})


@cache
def get_default_stages() -> tuple[Stage, ...]:
    """One stage per core phase, with the phase's key and labels."""
    phases = get_built_in_vocabulary().terms["phase"].values()
    return tuple(Stage(id=term.key, label=term.label("zh-Hans"), core=(term.key,),
                       translations={tag: Translation(title=label) for tag, label in term.labels.items()})
                 for term in phases)


class _Linker:
    """Resolves one record and collects the results in `linked`."""

    def __init__(self, path: str, context: LinkContext, record: Record) -> None:
        self.path = path
        self.context = context
        self.linked = LinkedRecord(record, draft=record.draft)
        self.kind = record.kind_of_record
        self.place = path if isinstance(record, Place) else get_place_of(path)

    # --- references and words

    def resolve_model(self, model: M, at: KeyPath) -> M:
        """`model` with every marked field resolved, also in nested models."""
        changes: dict[str, object] = {}
        for spec in _marked_keys(type(model)):
            value = getattr(model, spec.attribute)
            if value:
                changes[spec.attribute] = self._resolve_field(value, spec, (*at, spec.key))
        return model.model_copy(update=changes) if changes else model

    def _resolve_field(self, value: Any, spec: KeySpec, at: KeyPath) -> Any:
        if isinstance(value, tuple):
            resolved = (self._resolve_field(item, spec, (*at, number)) for number, item in enumerate(value))
            return tuple(item for item in resolved if item is not None)
        if spec.by_site:
            return self._resolve_term(value, spec, at)
        return self._resolve_reference(value, spec.refers, at) if spec.refers else self.resolve_model(value, at)

    def _resolve_term(self, text: str, spec: KeySpec, at: KeyPath) -> str | None:
        vocabulary = self.context.vocabulary
        key = vocabulary.key(spec.vocabulary, text, free=spec.free)
        if key is None and not spec.free:
            parts = [part.strip() for part in re.split("[,，、;；]", text)]
            several = len(parts) > 1 and all(vocabulary.key(spec.vocabulary, part) for part in parts)
            near = f"[{', '.join(parts)}]" if several else vocabulary.nearest(spec.vocabulary, text) or ""
            self._add_finding("not_allowed", at, near, found=f"'{text}'", allowed=vocabulary.allowed(spec.vocabulary))
        return key or (text if spec.free else None)

    def _resolve_reference(self, text: str, kinds: tuple[str, ...], at: KeyPath) -> str | None:
        target = self._find_target(text, kinds, at)
        if at == ("duplicate_of",) and target is None and not self._has_finding_at(at):
            self.linked.findings.append(create_repeats_uncounted(self.path, text))
        return target

    def _has_finding_at(self, at: KeyPath) -> bool:
        return any(finding.keys == at for finding in self.linked.findings)

    def _find_target(self, text: str, kinds: tuple[str, ...], at: KeyPath) -> str | None:
        candidates = self._look_up_reference(text, kinds)
        if not candidates and not set(kinds).isdisjoint(self.context.withheld.unreadable.values()):
            self._drop_reference(at, text)
        elif not candidates and (withdrawn := self._find_withdrawn_place(text, kinds)):
            self._drop_reference(at, withdrawn)
            self._add_finding("below_withdrawn", at, level="warning", found=f"'{text}'", allowed=withdrawn)
        elif not candidates:
            near = next(filter(None, (self.context.reference_indexes[kind].find_nearest_id(text) for kind in kinds)),
                        "")
            labels = encode_choices(map(_kind_label, kinds))
            self._add_finding("unknown_reference", at, near, found=f"'{text}'", allowed=labels)
        elif len(candidates) > 1:
            self._add_finding("ambiguous_reference", at, found=f"'{text}'", allowed=encode_choices(candidates))
        elif candidates[0] == self.path:
            self._add_finding("self_reference", at)
        elif (visibility := self._look_up_visibility(candidates[0])) in ("invalid", "withdrawn"):
            self._drop_reference(at, text if visibility == "invalid" else candidates[0])
        elif visibility != "draft":
            self.linked.references.append((candidates[0], f"{self.kind}.{at[0]}"))
            return candidates[0]
        return None

    def _find_withdrawn_place(self, text: str, kinds: tuple[str, ...]) -> str:
        """The withdrawn place above the path of a record of these kinds; "" if there is none."""
        path = text.strip().strip("/")
        above = list_ancestor_places(path) if get_kind_at(path) in kinds else ()
        return next((place for place in above if self._look_up_visibility(place) == "withdrawn"), "")

    def _look_up_reference(self, text: str, kinds: tuple[str, ...]) -> list[str]:
        candidates = self.context.resolve_reference(kinds, text, self.place)
        self.linked.lookups.references[kinds, text] = candidates
        return candidates

    def _look_up_visibility(self, path: str) -> str:
        visibility = self.linked.lookups.visibilities[path] = self.context.visibility(path)
        return visibility

    def _look_up_file(self, file: str) -> bool:
        exists = self.linked.lookups.files[file] = file in self.context.files
        return exists

    def _drop_reference(self, at: KeyPath, text: str) -> None:
        self.linked.dropped_refs[str(at[0])] = text

    # --- the method and its words

    def resolve_method(self, record: Issue | Case) -> Issue | Case:
        """`record` with its method, and ids of the method's stages and levels in place of words."""
        path = record.method or find_nearest_method(self.context.places, self.place) or DEFAULT_METHOD
        method = self.context.methods[path]
        self.linked.method = path
        changes: dict[str, object] = {"method": path}
        if isinstance(record, Issue):
            words = {**_stage_ids_by_word(method), **_reserved_words()}
            changes["log"] = tuple(
                entry.model_copy(update={"stage": self._resolve_stage(entry.stage, words, method, ("log", n, "stage"))})
                for n, entry in enumerate(record.log))
            changes["level"] = self._resolve_level(record.level, method)
        else:
            changes["stages_shown"] = tuple(self._resolve_stage(stage, _stage_ids_by_word(method), method,
                                                                ("stages_shown", n))
                                            for n, stage in enumerate(record.stages_shown))
        return record.model_copy(update=changes)

    def _resolve_stage(self, text: str, words: Mapping[str, str], method: Method, at: KeyPath) -> str:
        stage = words.get(normalize_word(text))
        if stage is None:
            labels = [format_method_term(stage) for stage in method.stages if stage.verified]
            reserved = [encode_bilingual(term.label("zh-Hans"), term.key)
                        for term in get_built_in_vocabulary().terms["reserved_stage"].values()]
            self._add_finding("unknown_stage", at, find_nearest_word(text, words) or "", found=f"'{text}'",
                              method=_method_name(method),
                              allowed=encode_choices((*labels, *(reserved if at[0] == "log" else ()))))
        return stage or text

    def _resolve_level(self, text: str | None, method: Method) -> str | None:
        if text is None:
            return None
        verified = [level for level in method.levels if level.verified]
        levels = {normalize_word(word): level.id for level in verified for word in (level.id, level.label)}
        if normalize_word(text) not in levels:
            allowed = encode_choices(map(format_method_term, verified))
            self._add_finding("unknown_level", ("level",), found=f"'{text}'", allowed=allowed)
        return levels.get(normalize_word(text))

    # --- files and links

    def resolve_files(self, record: Record) -> None:
        """Resolve photos, boundary and links of `record`."""
        for number, photo in enumerate(getattr(record, "photos", ())):
            if file := self._resolve_named_file(photo.file, ("photos", number, "file"), PHOTO_SUFFIXES):
                self.linked.photos[photo.file] = file
        logo = record.look.logo if isinstance(record, Site) and record.look else None
        if logo and (file := self._resolve_named_file(logo, ("look", "logo"), PHOTO_SUFFIXES)):
            self.linked.photos[logo] = file
        if isinstance(record, Place) and isinstance(record.geometry, str):
            self._resolve_named_file(record.geometry, ("geometry",), DOCUMENT_SUFFIXES)
        if isinstance(record, Location) and isinstance(record.boundary, str) and (
                file := self._resolve_named_file(record.boundary, ("boundary",), BOUNDARY_SUFFIXES)):
            self.linked.photos[record.boundary] = file
        for at, body in _iter_bodies(record):
            for target in body.links:
                self.linked.links[target] = self._resolve_link(target, at, body)

    def _resolve_named_file(self, name: str, at: KeyPath, kinds: tuple[str, ...]) -> str | None:
        """The output file of the attachment `name`; adds a finding if there is none."""
        if posixpath.isabs(name) or posixpath.normpath(posixpath.join(self._folder, name)).startswith("../"):
            self._add_finding("file_outside", at, found=f"'{name}'")
            return None
        file = self._resolve_attachment(name, at, kinds)
        if file is None:
            self._add_finding("file_missing", at, self._find_similar_file(name), found=f"'{name}'")
        return file

    def _resolve_attachment(self, name: str, at: KeyPath, kinds: tuple[str, ...]) -> str | None:
        """The file that `name` refers to; adds a finding if its type cannot be published here."""
        file = next(filter(self._look_up_file, self._candidate_paths(name)), None)
        if file and not file.lower().endswith(kinds):
            self._add_finding("file_kind", at, found=f"'{name}'", allowed=", ".join(kinds))
        elif file:
            self.linked.attachments[file] = file
        return file

    def _candidate_paths(self, name: str) -> Iterator[str]:
        for folder in (self._folder, self.place, posixpath.join(self.place, ATTACHMENT_FOLDER), ""):
            file = normalize("NFC", posixpath.normpath(posixpath.join(folder, name)))
            if locate_record(file) is None:
                yield file

    def _find_similar_file(self, name: str) -> str:
        """The name of a file that differs only in case; "" if there is none."""
        folded_paths = {candidate.casefold() for candidate in self._candidate_paths(name)}
        matches = (file for file in sorted(self.context.files) if file.casefold() in folded_paths)
        return posixpath.basename(next(matches, ""))

    def _resolve_link(self, target: str, at: KeyPath, body: Body) -> str | None:
        """The URL of a local link, relative to the root of the site; adds a warning if it is dead."""
        if target in ("#", "#top"):  # to a browser, the beginning of the page
            return target
        name, hash_mark, fragment = target.partition("#")
        path = self._record_path_of_link(unquote(name))
        visibility = self._look_up_visibility(path) if name else ""
        if visibility == "draft":
            return None
        if visibility in ("shown", "withdrawn"):
            return get_record_url(path) + hash_mark + _in_url(fragment)
        url = self._url_of_file(target, at)
        if url is None and visibility != "invalid":
            self._add_finding("dead_link", at, level="warning", line=find_line(body.source, target),
                              found=f"'{target}'")
        return url

    def _url_of_file(self, target: str, at: KeyPath) -> str | None:
        """The URL of the attachment a link refers to; the name may be escaped or not, and may contain a `#`."""
        for name, hash_mark, fragment in (target.partition("#"), target.rpartition("#"), (target, "", "")):
            for candidate in filter(None, (unquote(name), name)):
                if file := self._resolve_attachment(candidate, at, PHOTO_SUFFIXES + DOCUMENT_SUFFIXES):
                    return quote(file) + hash_mark + _in_url(fragment)
        return None

    def _record_path_of_link(self, name: str) -> str:
        """The path of the record a link refers to, by its file or by its path."""
        file = posixpath.normpath(posixpath.join(self._folder, name))
        location = locate_record(file) if file.endswith(RECORD_SUFFIXES) else None
        return location.path if location else name.strip("/")

    @property
    def _folder(self) -> str:
        """The folder of the record's file."""
        if self.path == self.place:
            return self.path
        location = locate_record(f"{self.path}.yaml")
        return posixpath.dirname(self.path if location else posixpath.dirname(self.path))

    def _add_finding(self, code: str, at: KeyPath, near: str = "", level: Severity = "error", line: int | None = None,
                     **values: str) -> None:
        self.linked.findings.append(Finding(self.path, at, code, tuple(values.items()), near, level, line))


def _in_url(fragment: str) -> str:
    return quote(unquote(fragment), safe=_IN_FRAGMENT)


_IN_FRAGMENT = "/?:@!$&'()*+,;=-._~"
"""Characters allowed in a fragment besides letters and digits (RFC 3986)."""


def _iter_bodies(record: Record) -> Iterator[tuple[KeyPath, Body]]:
    for key, spec in key_table(type(record)).specs.items():
        if spec.prose and (body := getattr(record, key)):
            yield (key,), body
    for language, translation in record.translations.items():
        for key, text in (("body", translation.body), ("rules", translation.rules)):
            if text:
                yield ("translations", language, key), text


@cache
def _marked_keys(model: type[Model]) -> tuple[KeySpec, ...]:
    """The keys of `model` that depend on the site, or hold models with such keys."""
    return tuple(spec for spec in key_table(model).specs.values()
                 if spec.by_site or spec.refers or (spec.model and not spec.values and _marked_keys(spec.model)))


@cache
def _reserved_words() -> Mapping[str, str]:
    return get_built_in_vocabulary().words["reserved_stage"]


def _stage_ids_by_word(method: Method) -> dict[str, str]:
    """Every word by which a log entry may refer to a stage of `method` → id of the stage."""
    return {word: stage.id for stage in method.stages if stage.verified for word in list_stage_words(stage)}


def _method_name(method: Method) -> str:
    """The name of a method, for a message in any language."""
    english = method.translations.get("en")
    return encode_bilingual(method.name, english.title if english and english.title else method.name)


def _kind_label(kind: str) -> str:
    term = get_built_in_vocabulary().terms["record_kind"][kind]
    return encode_bilingual(term.label("zh-Hans"), term.label("en"))
