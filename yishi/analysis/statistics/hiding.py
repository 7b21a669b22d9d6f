"""Which totals of people are hidden, so that no hidden number can be worked out from those that are told. Pure.

A total is made of the numbers of its place's own meetings and of the totals of the places directly below. It is hidden
where it is itself of few people; and where it would give away a number that it is made of: because only one of them is
hidden, or because the hidden ones can only all be as small, or all as large, as a hidden number can be. What is then
told holds either no hidden number or several that could each be another. The sign of a hidden total of several hidden
numbers does not say whether it is few: that too would narrow them down.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from ...model.few import CLOSED, FEW, sign_of
from ...model.thresholds import FEW_PEOPLE
from .model import Contribution

Tree = Mapping[str, Iterable[str]]
"""Place ("" = the site) → the places directly below."""


class Unknown(Struct, frozen=True):
    """Of the numbers that a total is made of, those that nobody is told: how many, their sum, and the least and the
    most that everybody knows it to be."""

    number: int = 0
    total: int = 0
    least: int = 0
    most: int = 0

    def __add__(self, other: "Unknown") -> "Unknown":
        return Unknown(self.number + other.number, self.total + other.total, self.least + other.least,
                       self.most + other.most)

    @property
    def would_be_known(self) -> bool:
        """Whether one of them could be told if their sum were."""
        return self.number == 1 or (self.number > 1 and self.total in (self.least, self.most))


def signs_of(part: Contribution) -> tuple[str, str]:
    """What stands instead of a part's numerator, and of its denominator; "" where it is told."""
    return sign_of(part.numerator, part.denominator - part.others_told), sign_of(part.denominator)


Signs = Mapping[str, str]
"""Place ("" = the site) → what stands instead of its total; of a total that is told nothing."""


def hidden_totals(tree: Tree, own: Mapping[str, Iterable[Contribution]],
                  totals: Mapping[str, Contribution]) -> tuple[Signs, Signs]:
    """The numerators that are hidden, and the denominators. `own`: place → what its own records contribute."""
    return _hidden(tree, own, totals, 0), _hidden(tree, own, totals, 1)


def _hidden(tree: Tree, own: Mapping[str, Iterable[Contribution]], totals: Mapping[str, Contribution],
            which: int) -> Signs:
    """What stands instead of the hidden numerators (`which` = 0) or denominators (1)."""
    signs: dict[str, str] = {}

    def unknown_of(place: str) -> Unknown:
        """What stays unknown of a place when all that is told of it is known."""
        inside = sum((_unknown(part, which) for part in own.get(place, ())), Unknown())
        inside = sum(map(unknown_of, tree.get(place, ())), inside)
        sign = signs_of(totals[place])[which]
        if not sign and not inside.would_be_known:
            return Unknown()
        signs[place] = FEW if sign == FEW and inside.number == 1 else CLOSED
        return inside

    unknown_of("")
    return signs


def _unknown(part: Contribution, which: int) -> Unknown:
    """What nobody is told of a number: one to four people, or of a numerator all of the denominator but one to four
    and those that another statistic tells."""
    sign, number = signs_of(part)[which], (part.numerator, part.denominator)[which]
    whole = part.denominator - part.others_told
    if sign == CLOSED:
        return Unknown(1, number, whole - FEW_PEOPLE + 1, whole - 1)
    return Unknown(1, number, 1, FEW_PEOPLE - 1) if sign else Unknown()
