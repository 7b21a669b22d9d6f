"""Resolve references: by path, or by id from the record's own place upwards (content model §1)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ..model.paths import get_place_of, list_self_and_ancestors
from ..model.records import Criterion, Level, Place, Stage
from ..model.vocabulary import encode_bilingual, find_nearest_word


class ReferenceIndex:
    """The records of one kind, indexed by path and id."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)
        by_id: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self._paths):
            by_id[path.rpartition("/")[2]].append(path)
        self._by_id: Mapping[str, list[str]] = by_id

    def resolve(self, text: str, place: str) -> list[str]:
        """The paths that `text` in a record of `place` may refer to: one if valid, none or several otherwise."""
        text = text.strip().strip("/")
        if "/" in text:
            return [text] if text in self._paths else []
        return select_nearest_paths(place, self._by_id.get(text, []))

    def find_nearest_id(self, text: str) -> str:
        """The id most similar to `text`; "" if none is similar."""
        return find_nearest_word(text.rpartition("/")[2], self._by_id) or ""


def select_nearest_paths(place: str, candidates: list[str]) -> list[str]:
    """The candidates in the nearest place upwards from `place` that has any, or otherwise below it."""
    if not candidates or not candidates[0].startswith("places/"):
        return candidates
    for level in (*list_self_and_ancestors(place), ""):
        here = [path for path in candidates if get_place_of(path) == level]
        if nearest := here or [path for path in candidates if path.startswith(f"{level}/" if level else "")]:
            return nearest
    return []


def format_method_term(term: Stage | Level | Criterion) -> str:
    """The label of a stage, level or criterion, for a message in any language."""
    english = term.translations.get("en")
    return encode_bilingual(term.label, english.title if english and english.title else term.label)


def find_nearest_method(places: Mapping[str, Place], path: str) -> str | None:
    """The method of the nearest place at or above `path` that has one."""
    above = (places[level].method for level in (*list_self_and_ancestors(path), "") if level in places)
    return next(filter(None, above), None)
