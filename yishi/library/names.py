"""How a reference finds its record: by path, or by id from the record's own place upwards (content model §1)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ..model.paths import and_above, place_of
from ..model.records import Criterion, Level, Place, Stage
from ..model.vocabulary import in_both, nearest


class Names:
    """The records of one kind, found by path or id."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)
        by_id: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self._paths):
            by_id[path.rpartition("/")[2]].append(path)
        self._by_id: Mapping[str, list[str]] = by_id

    def meant(self, text: str, place: str) -> list[str]:
        """The paths that `text`, written in a record of `place`, may mean: one if all is well, else none or several."""
        text = text.strip().strip("/")
        if "/" in text:
            return [text] if text in self._paths else []
        return nearest_to(place, self._by_id.get(text, []))

    def nearest(self, text: str) -> str:
        """The id nearest to `text`, "" if none is near."""
        return nearest(text.rpartition("/")[2], self._by_id) or ""


def nearest_to(place: str, candidates: list[str]) -> list[str]:
    """Those of `candidates` that a record of `place` means: in the first place upwards that has any, or below it."""
    if not candidates or not candidates[0].startswith("places/"):
        return candidates
    for level in (*and_above(place), ""):
        here = [path for path in candidates if place_of(path) == level]
        if found := here or [path for path in candidates if path.startswith(f"{level}/" if level else "")]:
            return found
    return []


def named(one: Stage | Level | Criterion) -> str:
    """What the word of a method is called, for a message in any language."""
    english = one.translations.get("en")
    return in_both(one.label, english.title if english and english.title else one.label)


def nearest_method(places: Mapping[str, Place], path: str) -> str | None:
    """The method of the place at or nearest above `path` that names one."""
    above = (places[level].method for level in (*and_above(path), "") if level in places)
    return next(filter(None, above), None)
