"""What each record contributes to each statistic, as lines of a table."""

from collections.abc import Mapping
from functools import lru_cache

from msgspec.structs import replace

from ..core.cells import END, Row, line_of
from ..model.paths import place_of
from .briefs import Brief
from .statistics import DEFINITIONS, Contribution, role_of, signs_of

COLUMNS = ("path", "title", "place", "role", "numerator", "denominator", "values", "number", "left_out")


def contributed(briefs: Mapping[str, Brief]) -> dict[str, bytes]:
    """Statistic → the lines of its table, by path: what each issue or case contributes.

    An issue contributes to some fifteen statistics; what all its lines begin with is written once.
    """
    found: dict[str, list[str]] = {key: [] for key, one in DEFINITIONS.items() if one.of_issues}
    for path, brief in sorted(briefs.items()):
        place = place_of(path)
        issue = line_of((path, brief.listing.title, place))
        contributions = brief.contributions
        for key, lines in found.items():
            if one := contributions.get(DEFINITIONS[key].source):
                lines.append(f"{issue},{_ending(key, replace(one, values=(place,)) if key == 'by_place' else one)}")
    return {key: "".join(lines).encode() for key, lines in found.items()}


@lru_cache(10_000)  # thousands of issues contribute the same
def _ending(key: str, one: Contribution) -> str:
    return line_of(_cells(key, one)) + END


def lines_about(titles: Mapping[str, str], key: str, contributions: Mapping[str, Contribution]) -> bytes:
    """The lines of the table of a statistic to which other records contribute; `contributions` by path."""
    rows = ((path, titles[path], place_of(path), *_cells(key, one)) for path, one in sorted(contributions.items()))
    return "".join(line_of(row) + END for row in rows).encode()


def _cells(key: str, one: Contribution) -> Row:
    """What a record contributes; numbers of few people are not told."""
    numerator, denominator = signs_of(one) if DEFINITIONS[key].people else ("", "")
    role, reason = ("left_out", one.left_out) if one.is_left_out else (role_of(key, one), "")
    return (role, numerator or one.numerator, denominator or one.denominator, " ".join(one.values), one.number, reason)
