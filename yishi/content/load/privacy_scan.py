"""Find personal data in the texts of a record, and in the comments of its file."""

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from ...model.problems import KeyPath, Severity
from .. import privacy
from ..markup import extract_all_text
from .record_data import RecordData
from .source_positions import SourcePositions


class RecordPrivacyHit(Struct, frozen=True):
    """Personal data in a record: its position, its kind, the text itself and its masked form.

    `key`: as it is typed. `countries`: those in which it is one, of `privacy.COUNTRIES` and "" for any other.
    """

    keys: KeyPath
    kind: str
    level: Severity
    text: str
    masked: str
    line: int
    column: int
    key: str
    countries: tuple[str, ...]


def scan_record(data: RecordData, kind: str, positions: SourcePositions,
                entry_id: str = "") -> Iterator[RecordPrivacyHit]:
    """The personal data in every text of a record, in its keys and its id, both as typed and as published."""
    texts: list[tuple[KeyPath, str, str]] = [((), entry_id, ""), *_iter_texts(data, ())]
    for keys, typed, published in privacy.select_suspects(texts, lambda one: "\n".join(one[1:])):
        for hit, text, at, countries in _find_in_forms(typed, published):
            if not _is_public(kind, keys, hit.kind):
                position = positions.nearest(keys)
                line, column = position.shift_down(typed.count("\n", 0, at))
                yield RecordPrivacyHit(keys, hit.kind, hit.level, text, hit.masked, line, column, position.key,
                                       countries)


def move_to_line(hit: RecordPrivacyHit, source: str, positions: SourcePositions) -> RecordPrivacyHit:
    """`hit` on the line of a file on which its text stands: YAML joins the lines of a folded text."""
    lines, text = source.split("\n"), hit.text.partition("\n")[0]
    end = min((position.line for position in positions.values() if position.line > hit.line), default=len(lines) + 1)
    line = next((line for line in range(hit.line, end) if text in lines[line - 1]), hit.line)
    return hit if line == hit.line else replace(hit, line=line, column=1)


def scan_comments(source: str, known: frozenset[str]) -> Iterator[RecordPrivacyHit]:
    """The personal data in the comments of a file, except the texts `known` from its records."""
    comments = [comment for comment in _COMMENT.finditer(source)
                if not _ROW_COMMENT.fullmatch(comment["text"])] if "#" in source else []
    for comment in privacy.select_suspects(comments, lambda comment: comment["text"]):
        line = source.count("\n", 0, comment.start()) + 1
        column = comment.start("text") - comment.start() + 1
        for hit, countries in _find_by_country(comment["text"]):
            text = comment["text"][hit.start:hit.end]
            if not any(text in other for other in known):
                yield RecordPrivacyHit((), hit.kind, hit.level, text, hit.masked, line, column, "#", countries)


_COMMENT = re.compile(r"^(?:[^\n]*?[ \t])??(?P<text>#[^\n]*)", re.MULTILINE)
_ROW_COMMENT = re.compile(r"# row [0-9a-f]{8}-[0-9a-z-]+\s*")
"""The comment in which an import keeps the random id of a workbook's row: digits that mean nobody."""


def _find_in_forms(typed: str, published: str) -> Iterator[tuple[privacy.PrivacyHit, str, int, tuple[str, ...]]]:
    """Each personal datum with its text, its index in `typed` and its countries: first those in `typed` itself, then
    those that only appear in the rendered text."""
    hits = [(hit, typed[hit.start:hit.end], countries) for hit, countries in _find_by_country(typed)]
    yield from ((hit, text, hit.start, countries) for hit, text, countries in hits)
    typed_hits = {(hit.kind, _keep_letters(text)) for hit, text, _ in hits}
    for hit, countries in _find_by_country(published):
        text = published[hit.start:hit.end]
        if (hit.kind, _keep_letters(text)) not in typed_hits:
            yield hit, text, _locate_in_source(typed, text), countries


def _find_by_country(text: str) -> list[tuple[privacy.PrivacyHit, tuple[str, ...]]]:
    """The personal data in `text` with the countries in which each is one."""
    found: dict[privacy.PrivacyHit, tuple[str, ...]] = {}
    if privacy.holds_personal_data(text):
        for country in ("", *privacy.COUNTRIES):
            for hit in privacy.find_personal_data(text, (country,)):
                found[hit] = (*found.get(hit, ()), country)
    return sorted(found.items(), key=lambda hit_and_countries: hit_and_countries[0].start)


def _keep_letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _locate_in_source(typed: str, text: str) -> int:
    """The index in `typed` of the longest prefix of `text` that occurs there; 0 if none does."""
    return next((index for end in range(len(text), 0, -1) if (index := typed.find(text[:end])) >= 0), 0)


def _is_public(kind: str, keys: KeyPath, hit: str) -> bool:
    """Whether a number or address is in a field where an office publishes its own, or a venue is named."""
    first = keys[0] if keys else ""
    return ((hit in ("landline", "door") and first in ("office", "hotline", "contact", "venue"))
            or (hit == "email" and (first in ("office", "contact") or kind == "source")))


_MARKUP = re.compile("[&<\n]")
_FIELD = re.compile("[a-z_]+")  # most keys are those of the program, and no other such word tells of a person


def _iter_texts(value: object, keys: KeyPath) -> Iterator[tuple[KeyPath, str, str]]:
    """Every text with its path of keys: as typed and, where that differs, as published."""
    if isinstance(value, str):
        yield keys, value, ""
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _iter_texts(item, (*keys, number))
    elif isinstance(value, dict) and "html" in value:
        source, rendered = str(value["source"]), str(value["html"])
        is_plain = rendered == f"<p>{source}</p>" and not _MARKUP.search(source)
        yield keys, source, "" if is_plain else extract_all_text(rendered)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not _FIELD.fullmatch(str(key)):
                yield (*keys, key), str(key), ""
            yield from _iter_texts(item, (*keys, key))
