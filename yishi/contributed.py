"""What each record contributes to each statistic, as lines of a table."""

from collections.abc import Mapping
from functools import lru_cache

from msgspec.structs import replace

from .briefs import Brief, part_of
from .cells import END, Row, line_of
from .paths import place_of
from .statistics import DEFINITIONS, KEYS, Part, signs_of

COLUMNS = ("path", "title", "place", "role", "numerator", "denominator", "values", "number", "left_out")

BY_ISSUES = frozenset((*KEYS, "by_place"))
"""The statistics to which issues contribute."""

_OF_PEOPLE = frozenset(definition.key for definition in DEFINITIONS if definition.people)


def contributed(briefs: Mapping[str, Brief]) -> dict[str, bytes]:
    """Statistic of issues → the lines of its table, by path: what each issue contributes.

    An issue contributes to some fifteen statistics; what all its lines begin with is written once.
    """
    found: dict[str, list[str]] = {key: [] for key in BY_ISSUES}
    for path, brief in sorted(briefs.items()):
        place = place_of(path)
        issue = line_of((path, brief.listing.title, place))
        parts = brief.part_texts
        for key, text in parts.items():
            found[key].append(f"{issue},{_ending(text)}")
        if "issues" in parts:
            found["by_place"].append(f"{issue},{_ending(parts['issues'], place)}")
    return {key: "".join(lines).encode() for key, lines in found.items()}


@lru_cache(10_000)  # thousands of issues contribute the same
def _ending(text: str, place: str = "") -> str:
    """What a line says of the contribution kept as `text`; `place`: by which it is told apart."""
    part = part_of(text)
    return line_of(_cells("", replace(part, values=(place,)) if place else part)) + END


def lines_about(titles: Mapping[str, str], key: str, parts: Mapping[str, Part]) -> bytes:
    """The lines of the table of a statistic to which other records contribute: path → part."""
    rows = ((path, titles[path], place_of(path), *_cells(key, part)) for path, part in sorted(parts.items()))
    return "".join(line_of(row) + END for row in rows).encode()


def _cells(key: str, part: Part) -> Row:
    """What a record contributes; numbers of few people are not told."""
    counted, of = signs_of(part) if key in _OF_PEOPLE else ("", "")
    return ("left_out" if part.left_out else "counted", counted or part.numerator, of or part.denominator,
            " ".join(part.values), part.number, part.left_out)
