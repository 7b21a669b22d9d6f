"""How a reference finds its record: by path, or by id from the record's own place upwards (content model §1)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ..model.paths import get_place_of, list_self_and_ancestors
from ..model.records import Criterion, Level, Place, Stage
from ..model.vocabulary import encode_bilingual, find_nearest_word


class ReferenceIndex:
    """The records of one kind, found by path or id."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)
        by_id: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self._paths):
            by_id[path.rpartition("/")[2]].append(path)
        self._by_id: Mapping[str, list[str]] = by_id

    def resolve(self, text: str, place: str) -> list[str]:
        """The paths that `text`, written in a record of `place`, may mean: one if all is well, else none or several."""
        text = text.strip().strip("/")
        if "/" in text:
            return [text] if text in self._paths else []
        return select_nearest_paths(place, self._by_id.get(text, []))

    def find_nearest_id(self, text: str) -> str:
        """The id nearest to `text`, "" if none is near."""
        return find_nearest_word(text.rpartition("/")[2], self._by_id) or ""


def select_nearest_paths(place: str, candidates: list[str]) -> list[str]:
    """Those of `candidates` that a record of `place` means: in the first place upwards that has any, or below it."""
    if not candidates or not candidates[0].startswith("places/"):
        return candidates
    for level in (*list_self_and_ancestors(place), ""):
        here = [path for path in candidates if get_place_of(path) == level]
        if found := here or [path for path in candidates if path.startswith(f"{level}/" if level else "")]:
            return found
    return []


def format_method_term(one: Stage | Level | Criterion) -> str:
    """What the word of a method is called, for a message in any language."""
    english = one.translations.get("en")
    return encode_bilingual(one.label, english.title if english and english.title else one.label)


def find_nearest_method(places: Mapping[str, Place], path: str) -> str | None:
    """The method of the place at or nearest above `path` that names one."""
    above = (places[level].method for level in (*list_self_and_ancestors(path), "") if level in places)
    return next(filter(None, above), None)
