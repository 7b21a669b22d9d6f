"""The pages of a built site by kind, to see how equal two sites are."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

_KINDS = (
    (r"places/.*/issues/i\d+/", "an issue"),
    (r"places/.*/cases/c\d+/sheet/", "a discussion sheet"),
    (r"places/.*/cases/c\d+/", "a case study"),
    (r"places/.*/locations/[^/]+/", "a location"),
    (r"places/.*/(issues|cases)/", "a list of a place"),
    (r"places/.*/(wall|due|report|statistics)/", "a place's wall, dues, report card or statistics"),
    (r"places/", "a place"),
    (r"(issues|cases|topics|status|months|methods)/", "a list of the site"),
    (r"statistics/", "a statistic"),
    (r"data/dictionary/", "the meaning of every column"),
    (r"", "other pages"),
)


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages of one kind: how many, and their bytes."""

    number: int
    size: int


def kind_of(page: str) -> str:
    """What kind of page lies at this path in the output of either program."""
    return next(kind for pattern, kind in _KINDS if re.match(pattern, page))


def pages_below(output: Path) -> dict[str, Pages]:
    """The HTML pages in a folder by kind."""
    numbers: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for path in output.rglob("*.html"):
        kind = kind_of(path.relative_to(output).as_posix())
        numbers[kind] += 1
        sizes[kind] += path.stat().st_size
    return {kind: Pages(number, sizes[kind]) for kind, number in numbers.items()}
