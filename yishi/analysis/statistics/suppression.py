"""Primary and secondary cell suppression of totals of people over the place tree. Pure.

A total is the sum of the numbers of its place's own meetings and the totals of the places directly below. It is
suppressed if it is small itself (primary), or if it would reveal a suppressed number it is made of (secondary):
because only one of them is suppressed, or because the suppressed ones must all have the lowest or all the highest
possible value. A published total then contains either no suppressed number or several that remain indistinguishable.
The marker of a suppressed total of several suppressed numbers does not say whether it is small, since that would
narrow them down.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from ...model.suppression import PRIMARY, SECONDARY, choose_marker
from ...model.thresholds import MIN_PEOPLE
from .model import Contribution

PlaceTree = Mapping[str, Iterable[str]]
"""Place ("" for the site) → the places directly below."""


class SuppressedSet(Struct, frozen=True):
    """The suppressed numbers in a total: how many, their sum, and the bounds of that sum known to the public."""

    count: int = 0
    total: int = 0
    lower_bound: int = 0
    upper_bound: int = 0

    def __add__(self, other: "SuppressedSet") -> "SuppressedSet":
        return SuppressedSet(self.count + other.count, self.total + other.total, self.lower_bound + other.lower_bound,
                             self.upper_bound + other.upper_bound)

    @property
    def is_disclosive(self) -> bool:
        """Whether publishing the sum would reveal one of them."""
        return self.count == 1 or (self.count > 1 and self.total in (self.lower_bound, self.upper_bound))


def find_suppression_marks(contribution: Contribution) -> tuple[str, str]:
    """The markers in place of the numerator and the denominator of a contribution; "" if published."""
    return (choose_marker(contribution.numerator, contribution.remainder), choose_marker(contribution.denominator))


MarksByPlace = Mapping[str, str]
"""Place ("" for the site) → marker in place of its total; only suppressed totals."""


def find_suppressed_totals(tree: PlaceTree, own: Mapping[str, Iterable[Contribution]],
                           totals: Mapping[str, Contribution]) -> tuple[MarksByPlace, MarksByPlace]:
    """The suppressed numerators and denominators. `own`: place → contributions of its own records."""
    return _suppress_tree(tree, own, totals, 0), _suppress_tree(tree, own, totals, 1)


def _suppress_tree(tree: PlaceTree, own: Mapping[str, Iterable[Contribution]], totals: Mapping[str, Contribution],
                   which: int) -> MarksByPlace:
    """The markers of the suppressed numerators (`which` = 0) or denominators (1)."""
    markers: dict[str, str] = {}

    def collect_suppressed(place: str) -> SuppressedSet:
        """The suppressed parts inside a place, given everything published about it."""
        suppressed = sum((_unknown(part, which) for part in own.get(place, ())), SuppressedSet())
        suppressed = sum(map(collect_suppressed, tree.get(place, ())), suppressed)
        marker = find_suppression_marks(totals[place])[which]
        if not marker and not suppressed.is_disclosive:
            return SuppressedSet()
        markers[place] = PRIMARY if marker == PRIMARY and suppressed.count == 1 else SECONDARY
        return suppressed

    collect_suppressed("")
    return markers


def _unknown(contribution: Contribution, which: int) -> SuppressedSet:
    """The range an outsider can infer for a suppressed number: 1-4; for a numerator with secondary suppression
    denominator-4 … denominator-1, where the denominator is without people published by another statistic."""
    marker = find_suppression_marks(contribution)[which]
    number = (contribution.numerator, contribution.denominator)[which]
    if marker == SECONDARY:
        return SuppressedSet(1, number, contribution.remainder - MIN_PEOPLE + 1, contribution.remainder - 1)
    return SuppressedSet(1, number, 1, MIN_PEOPLE - 1) if marker else SuppressedSet()
