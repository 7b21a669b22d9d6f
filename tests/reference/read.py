"""Reads a content folder by itself: places, methods and records, with English keys and every value as typed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from . import words

FOLDERS = {
    "issues": "issue", "cases": "case", "meetings": "meeting", "forums": "forum", "events": "event",
    "reviews": "review", "plans": "plan", "registers": "register",
}  # fmt: skip
"""Folders of records below a place (content model §1)."""
LONG_TEXT = {"meeting": "minutes", "register": "body"}
FRONT_MATTER = re.compile(r"---\n(.*?\n)---(?:\n|$)(.*)", re.DOTALL)
SHORT_FORMS = ("log", "followups")
"""Lists whose entries may be written as one line; their keys are no keys of the model."""
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Reads every scalar as it was typed; that of libyaml is ten times as fast, where PyYAML was built with it."""

Data = dict[str, Any]


@dataclass(frozen=True)
class Record:
    """One record: its kind, its path from `places/`, the path of its place, and what it says."""

    kind: str
    path: str
    place: str
    data: Data
    is_below_draft: bool = False

    @property
    def id(self) -> str:
        """Its file name, or its key in a list of entries."""
        return PurePosixPath(self.path).name

    @property
    def is_draft(self) -> bool:
        """Whether it, or the place in which it stands, is a draft: never counted or mentioned (content model §2.1)."""
        return self.is_below_draft or is_yes(self.data.get("draft"))

    @property
    def is_press(self) -> bool:
        """Whether it is known only from a published report: never judged (content model §2)."""
        return meant(self.data.get("basis", "own"), words.BASES) == "press"


@dataclass
class Town:
    """All that a content folder says: places (but drafts) and methods by path or id, and records in the order of their
    paths."""

    places: dict[str, Data] = field(default_factory=dict)
    methods: dict[str, Data] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    site: Data = field(default_factory=dict)

    @property
    def published(self) -> list[Record]:
        """The records in folders of their own, but drafts."""
        return [record for record in self.records if record.kind in FOLDERS.values() and not record.is_draft]

    def of_kind(self, kind: str) -> list[Record]:
        """The published records of a kind."""
        return [record for record in self.records if record.kind == kind and not record.is_draft]

    def resolve(self, reference: str, kind: str, place: str) -> Record | None:
        """The record that `reference` means, written in a record of `place` (content model §1)."""
        candidates = [record for record in self.records if record.kind == kind]
        if reference.startswith("places/"):
            return next((record for record in candidates if record.path == reference), None)
        named = [record for record in candidates if record.id == reference]
        for level in upwards(place):
            for matching in ([r for r in named if r.place == level], [r for r in named if is_within(r.place, level)]):
                if len(matching) == 1:
                    return matching[0]
        return None

    def shown(self, reference: str | None, kind: str, place: str) -> Record | None:
        """The record that `reference` means, None if it is not published (content model §1.5)."""
        found = self.resolve(reference, kind, place) if reference else None
        return None if found and found.is_draft else found

    def children(self, scope: str) -> list[str]:
        """The paths of the places directly below a place, or of the highest ones for the whole site."""
        return [path for path in self.places if (parent(path) or "") == scope]

    def method_of(self, record: Record) -> Data:
        """The method that a record goes by: its own, else that of the nearest place (content model §3)."""
        own = record.data.get("method")
        named = own or next((m for p in upwards(record.place) if (m := self.places[p].get("method"))), None)
        return self.methods[named] if named else {}


def read_town(content: Path) -> Town:
    """Everything that lies below `content`."""
    town = Town(site=_read(content / "site.yaml", words.KEYS))
    for file in sorted((content / "methods").glob("*")) if (content / "methods").is_dir() else []:
        town.methods[file.stem] = _read(file, words.METHOD_KEYS)
    for file in sorted((content / "places").rglob("place.*")):
        town.places[file.parent.relative_to(content).as_posix()] = _read(file, words.KEYS)
    drafts = {place for place in town.places if any(is_yes(town.places[p].get("draft")) for p in upwards(place))}
    for place in town.places:
        town.records += [replace(one, is_below_draft=place in drafts) for one in _records_of(content, place)]
    town.records += _withdrawn_locations(content)
    town.places = {place: data for place, data in town.places.items() if place not in drafts}
    return town


def _records_of(content: Path, place: str) -> Iterator[Record]:
    for folder, kind in FOLDERS.items():
        for file in sorted((content / place / folder).glob("*")):
            if file.suffix in (".yaml", ".yml", ".md"):
                yield Record(kind, f"{place}/{folder}/{file.stem}", place, _read(file, words.KEYS))
    for file in (content / place).glob("locations.y*ml"):
        for key, entry in _read(file, words.KEYS).items():
            yield Record("location", f"{place}/locations/{key}", place, entry)
    for file in (content / place).glob("figures.y*ml"):
        for number, entry in enumerate(_parse(file.read_text(encoding="utf-8"), words.KEYS)):
            yield Record("figure", f"{place}/figures/{number}", place, entry)


def _withdrawn_locations(content: Path) -> Iterator[Record]:
    """Locations that were taken back: an id may still mean them (content model §1.5), and they are as little published
    as a draft."""
    file = content / "withdrawn.yaml"
    for entry in _parse(file.read_text(encoding="utf-8"), words.KEYS) if file.exists() else []:
        place, folder, _ = entry["path"].rsplit("/", 2)
        if folder == "locations":
            yield Record("location", entry["path"], place, {"draft": "yes"})


def _read(file: Path, keys: dict[str, str]) -> Data:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".md" and (parts := FRONT_MATTER.fullmatch(text)):
        text = parts[1]
    data = _parse(text, keys)
    return data if isinstance(data, dict) else {}


def _parse(text: str, keys: dict[str, str]) -> Any:
    """YAML with every scalar as the string typed (content model §2), and English keys."""
    return _english(yaml.load(text, Loader=LOADER), keys)


def _english(node: Any, keys: dict[str, str]) -> Any:
    if isinstance(node, list):
        return [_english(entry, keys) for entry in node]
    if not isinstance(node, dict):
        return node
    named = {keys.get(key, key): value for key, value in node.items()}
    return {key: value if key in SHORT_FORMS else _english(value, keys) for key, value in named.items()}


def english_keys(node: Data) -> Data:
    """The same mapping with English keys."""
    return {words.KEYS.get(key, key): value for key, value in node.items()}


def meant(value: str, labels: dict[str, str]) -> str:
    """The key of a closed value that was written by its key or its label (content model §2, §5)."""
    return labels.get(value, value)


def as_list(value: Any) -> list[Any]:
    """A list, or a single value where one is enough, or nothing (content model §2)."""
    if value is None or value in ("", {}):
        return []
    return value if isinstance(value, list) else [value]


def is_yes(value: Any) -> bool:
    """Whether a yes-or-no value says yes."""
    return isinstance(value, str) and meant(value, words.ANSWERS) == "yes"


def as_count(value: Any) -> int | None:
    """A count or the value of a quantity, None where none is recorded."""
    if isinstance(value, dict):
        value = value.get("value")
    return int(value) if value not in (None, "", "unknown", "未知") else None


def is_within(place: str, scope: str) -> bool:
    """Whether a place is `scope` or lies below it; everything lies below the whole site, ``""``."""
    return not scope or place == scope or place.startswith(f"{scope}/")


def parent(place: str) -> str | None:
    """The place above, None for the highest."""
    above = place.rpartition("/")[0]
    return above if "/" in above else None


def upwards(place: str) -> Iterator[str]:
    """A place and those above it, the nearest first."""
    level: str | None = place
    while level:
        yield level
        level = parent(level)
