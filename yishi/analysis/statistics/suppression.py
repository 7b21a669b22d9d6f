"""Which totals of people are hidden, so that no hidden number can be worked out from those that are told. Pure.

A total is made of the numbers of its place's own meetings and of the totals of the places directly below. It is hidden
where it is itself of few people; and where it would give away a number that it is made of: because only one of them is
hidden, or because the hidden ones can only all be as small, or all as large, as a hidden number can be. What is then
told holds either no hidden number or several that could each be another. The sign of a hidden total of several hidden
numbers does not say whether it is few: that too would narrow them down.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from ...model.suppression import PRIMARY, SECONDARY, choose_marker
from ...model.thresholds import MIN_PEOPLE
from .model import Contribution

PlaceTree = Mapping[str, Iterable[str]]
"""Place ("" = the site) → the places directly below."""


class SuppressedSet(Struct, frozen=True):
    """Of the numbers that a total is made of, those that nobody is told: how many, their sum, and the least and the
    most that everybody knows it to be."""

    count: int = 0
    total: int = 0
    lower_bound: int = 0
    upper_bound: int = 0

    def __add__(self, other: "SuppressedSet") -> "SuppressedSet":
        return SuppressedSet(self.count + other.count, self.total + other.total, self.lower_bound + other.lower_bound,
                             self.upper_bound + other.upper_bound)

    @property
    def is_disclosive(self) -> bool:
        """Whether one of them could be told if their sum were."""
        return self.count == 1 or (self.count > 1 and self.total in (self.lower_bound, self.upper_bound))


def find_suppression_marks(part: Contribution) -> tuple[str, str]:
    """What stands instead of a part's numerator, and of its denominator; "" where it is told."""
    return choose_marker(part.numerator, part.denominator - part.others_told), choose_marker(part.denominator)


MarksByPlace = Mapping[str, str]
"""Place ("" = the site) → what stands instead of its total; of a total that is told nothing."""


def find_suppressed_totals(tree: PlaceTree, own: Mapping[str, Iterable[Contribution]],
                           totals: Mapping[str, Contribution]) -> tuple[MarksByPlace, MarksByPlace]:
    """The numerators that are hidden, and the denominators. `own`: place → what its own records contribute."""
    return _suppress_tree(tree, own, totals, 0), _suppress_tree(tree, own, totals, 1)


def _suppress_tree(tree: PlaceTree, own: Mapping[str, Iterable[Contribution]], totals: Mapping[str, Contribution],
                   which: int) -> MarksByPlace:
    """What stands instead of the hidden numerators (`which` = 0) or denominators (1)."""
    signs: dict[str, str] = {}

    def unknown_of(place: str) -> SuppressedSet:
        """What stays unknown of a place when all that is told of it is known."""
        inside = sum((_unknown(part, which) for part in own.get(place, ())), SuppressedSet())
        inside = sum(map(unknown_of, tree.get(place, ())), inside)
        sign = find_suppression_marks(totals[place])[which]
        if not sign and not inside.is_disclosive:
            return SuppressedSet()
        signs[place] = PRIMARY if sign == PRIMARY and inside.count == 1 else SECONDARY
        return inside

    unknown_of("")
    return signs


def _unknown(part: Contribution, which: int) -> SuppressedSet:
    """What nobody is told of a number: one to four people, or of a numerator all of the denominator but one to four
    and those that another statistic tells."""
    sign, number = find_suppression_marks(part)[which], (part.numerator, part.denominator)[which]
    whole = part.denominator - part.others_told
    if sign == SECONDARY:
        return SuppressedSet(1, number, whole - MIN_PEOPLE + 1, whole - 1)
    return SuppressedSet(1, number, 1, MIN_PEOPLE - 1) if sign else SuppressedSet()
