"""The value of a statistic from what its records add up to (content model §6). Pure."""

from collections.abc import Mapping, Sequence
from statistics import median, quantiles

from .model import Aggregate, Definition, Stat


def compute(definition: Definition, total: Aggregate) -> Stat:
    """What a statistic says of what its records add up to."""
    counted, excluded = total.numerator, in_order(total.excluded)
    match definition.kind:
        case "share":
            return Stat(fraction(counted, total.denominator), counted, total.denominator, excluded,
                        results=in_order(total.values) or None, about=total.is_approximate)
        case "split":
            return Stat(in_order(total.values), counted, total.denominator, excluded)
        case "median":
            return _median(total.numbers, definition.least, excluded)
        case "distinct":
            counted = len(total.values)
    return Stat(counted, counted, None, excluded)


def _median(numbers: Sequence[int], least: int, excluded: Mapping[str, int]) -> Stat:
    """The median and the inclusive quartiles (first, second, third); null for fewer than `least` numbers."""
    n = len(numbers)
    if n < least:
        return Stat(None, None, n, excluded, n=n)
    quartiles = tuple(round(q, 4) for q in quantiles(numbers, n=4, method="inclusive"))
    return Stat(median(numbers), None, n, excluded, n=n, quartiles=quartiles)


def fraction(numerator: int, denominator: int) -> float | None:
    """A share 0-1 with four decimals; None of nothing."""
    return round(numerator / denominator, 4) if denominator else None


def in_order(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts in the order of their keys."""
    return dict(sorted(counts.items()))
