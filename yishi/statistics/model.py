"""What a statistic is."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from ..library import Library
from ..progress import Progress
from ..records import Issue

Kind = Literal["count", "share", "split", "median", "distinct"]


class Matter(Struct, frozen=True):
    """One issue as statistics see it."""

    path: str
    issue: Issue
    progress: Progress
    kinds: frozenset[str]      # of stakeholders, in the issue and its meetings
    location_kind: str | None
    as_of: date


class Part(Struct, frozen=True):
    """What one record contributes: to a count or share `numerator` of `denominator`; to a split its `values`;
    to a median its `number`; or the reason why it is left out."""

    numerator: int = 0
    denominator: int = 0
    values: tuple[str, ...] = ()
    number: float | None = None
    left_out: str = ""
    about: bool = False
    """Whether a number in it is approximate."""


class Definition(Struct, frozen=True):
    """One statistic: its key, and its name and meaning as message ids."""

    key: str
    kind: Kind
    name: str
    meaning: str
    numerator: str
    denominator: str
    rule: Callable[[Matter], Part | None] | None = None
    """What one issue contributes; None: it is not of the population."""
    gather: Callable[[Library, date], Iterator[tuple[str, Part]]] | None = None
    """What records of other kinds contribute, by path."""
    judging: bool = False
    """Judging statistics leave out what is known only from a press report."""
    people: bool = False
    """Counts people: few of them are hidden, and what would give them away (`hiding`)."""

    @property
    def anchor(self) -> str:
        """Where its rule stands in `docs/content-model.md`, section 6."""
        return self.key


class Stat(Struct, frozen=True):
    """A statistic of one scope. `value`: a number, a share 0-1, for a split value → number; None = not computable.

    `suppressed`: what stands instead of a number of people that is hidden, `<5` or `[c]`.
    """

    value: float | int | Mapping[str, int] | None
    numerator: int | None
    denominator: int | None
    excluded: Mapping[str, int]
    n: int | None = None
    quartiles: tuple[float, ...] | None = None
    results: Mapping[str, int] | None = None
    suppressed: str = ""
    about: bool = False


class Statistics(Struct, frozen=True):
    """All statistics on a day: `scopes[place path, "" = the site][key]`, and per key what each issue contributed."""

    as_of: date
    scopes: Mapping[str, Mapping[str, Stat]]
    parts: Mapping[str, Mapping[str, Part]]


def as_data(stat: Stat) -> dict[str, object]:
    """A statistic as machines are told it: the shape of content model §8."""
    data: dict[str, object] = {"value": stat.value, "numerator": stat.numerator, "denominator": stat.denominator,
                               "excluded": stat.excluded}
    if stat.n is not None:
        data |= {"n": stat.n, "quartiles": stat.quartiles}
    if stat.results is not None:
        data["results"] = stat.results
    if stat.suppressed:
        data["suppressed"] = True
    return data
