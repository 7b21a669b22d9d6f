"""Finds hidden numbers of people that somebody could work out from what is published (content model §6.1.15)."""

from collections.abc import Iterator
from dataclasses import dataclass

from .read import is_within
from .suppression import FEW


@dataclass(frozen=True)
class Part:
    """What one meeting adds to a total, as published: its number, None if hidden; `is_few` if it is said to be 1-4."""

    place: str
    number: int | None
    is_few: bool = False


def given_away(totals: dict[str, int], parts: list[Part]) -> Iterator[str]:
    """The scopes whose published total leaves a single explanation for a hidden part within it.

    What published totals of places further down explain is taken off first.
    """
    for scope, total in totals.items():
        lower = _highest([path for path in totals if path != scope and is_within(path, scope)])
        here = [part for part in parts if is_within(part.place, scope)]
        others = [part for part in here if not any(is_within(part.place, path) for path in lower)]
        hidden = [part for part in others if part.number is None]
        rest = total - sum(totals[path] for path in lower) - sum(part.number or 0 for part in others)
        if _is_explained(hidden, rest):
            yield scope


def _highest(paths: list[str]) -> list[str]:
    return [path for path in paths if not any(path != other and is_within(path, other) for other in paths)]


def _is_explained(hidden: list[Part], rest: int) -> bool:
    """Whether each hidden part can be one number only: it is alone, or all are as few, or as many, as they can be."""
    extremes = (len(hidden) * FEW.start, len(hidden) * (FEW.stop - 1))
    return len(hidden) == 1 or (bool(hidden) and all(part.is_few for part in hidden) and rest in extremes)
