"""Compute the value of a statistic from its aggregate (content model §6). Pure."""

from collections.abc import Mapping, Sequence
from statistics import median, quantiles

from .model import Aggregate, Definition, Stat


def compute(definition: Definition, aggregate: Aggregate) -> Stat:
    """The value of a statistic."""
    numerator = aggregate.numerator
    excluded = in_order(aggregate.excluded)
    match definition.kind:
        case "share":
            return Stat(fraction(numerator, aggregate.denominator), numerator, aggregate.denominator, excluded,
                        results=in_order(aggregate.values) or None, is_approximate=aggregate.is_approximate,
                        untold=aggregate.untold)
        case "split":
            return Stat(in_order(aggregate.values), numerator, aggregate.denominator, excluded)
        case "median":
            return _median(aggregate.numbers, definition.least, excluded)
        case "distinct":
            numerator = len(aggregate.values)
    return Stat(numerator, numerator, None, excluded)


def _median(numbers: Sequence[int], least: int, excluded: Mapping[str, int]) -> Stat:
    """The median and the inclusive quartiles (first, second, third); None for fewer than `least` numbers."""
    n = len(numbers)
    if n < least:
        return Stat(None, None, n, excluded, n=n)
    quartiles = tuple(round(q, 4) for q in quantiles(numbers, n=4, method="inclusive"))
    return Stat(median(numbers), None, n, excluded, n=n, quartiles=quartiles)


def fraction(numerator: int, denominator: int) -> float | None:
    """A share 0-1 with four decimals; None if the denominator is 0."""
    return round(numerator / denominator, 4) if denominator else None


def in_order(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts sorted by key."""
    return dict(sorted(counts.items()))
