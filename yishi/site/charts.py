"""The geometry of charts: numbers → where each mark stands, in pixels or as a share of the width. Pure, without words.

A chart in pixels is drawn in its own size and never shrunk, so that its letters stay as large as they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from msgspec import Struct

TINTS = 4
"""So many steps of shade above none."""

MONTHS = 24
"""So many months are drawn; the tables beside them hold all."""

LEAST = 4
"""The value at the top of a chart of months is at least this, so that a single record does not look like many."""


class Mark(Struct, frozen=True):
    """A rectangle in a chart, in pixels."""

    x: int
    y: int
    width: int
    height: int


class Tick(Struct, frozen=True):
    """A line across a chart: its height, and the value that it stands for."""

    y: int
    value: int


class Frame(Struct, frozen=True):
    """The measures of a chart of columns, in pixels: of each group of columns, of the chart, and of its margins."""

    group: int
    column: int
    height: int
    side: int = 0
    top: int = 0
    bottom: int = 0


class Columns(Struct, frozen=True):
    """Groups of columns side by side: the size of the chart, its lines, and group by group the middle and the marks."""

    width: int
    height: int
    base: int
    ticks: tuple[Tick, ...]
    groups: tuple[tuple[int, tuple[Mark, ...]], ...]


def ticks_to(most: int) -> tuple[int, ...]:
    """Round values from 0 up to one that is at least `most`: at most five, evenly apart."""
    step = next(step for power in count() for digit in (1, 2, 5) if 4 * (step := digit * 10 ** power) >= most)
    steps = max(-(-most // step), 1)
    return tuple(range(0, steps * step + 1, step))


def columns(groups: Sequence[Sequence[int]], frame: Frame, most: int = 0) -> Columns:
    """Where the columns stand; every group has as many. `most`: the value at the top, at least that of the highest."""
    values = ticks_to(max((most, *(number for group in groups for number in group))))
    base, top = frame.top + frame.height, values[-1]

    def mark(start: int, place: int, number: int) -> Mark:
        height = max(round(frame.height * number / top), bool(number))
        return Mark(start + place * frame.column, base - height, frame.column - 1, height)

    def group_at(number: int, group: Sequence[int]) -> tuple[int, tuple[Mark, ...]]:
        middle = frame.side + number * frame.group + frame.group // 2
        start = middle - len(group) * frame.column // 2
        return middle, tuple(mark(start, place, value) for place, value in enumerate(group))

    return Columns(
        2 * frame.side + len(groups) * frame.group, base + frame.bottom, base,
        tuple(Tick(base - round(frame.height * value / top), value) for value in values),
        tuple(group_at(number, group) for number, group in enumerate(groups)))


def outline(marks: Iterable[Mark]) -> str:
    """Marks as one path, so that a small chart is a short text."""
    return "".join(f"M{one.x} {one.y}h{one.width}v{one.height}h-{one.width}z" for one in marks if one.height)


def centred(number: int, most: int) -> tuple[str, str]:
    """Where a bar in the middle begins, and how wide it is."""
    return percent(most - number, 2 * most), percent(number, most)


def percent(part: int, whole: int) -> str:
    """`42.0%`"""
    return f"{100 * part / whole if whole else 0:.1f}%"


def tint(number: int, most: int) -> int:
    """The step of shade of a number: 0 for none, 1 up to TINTS for `most`, or less where that is less than TINTS."""
    return -(-TINTS * number // max(most, TINTS))


def reached(values: Mapping[str, int], order: Sequence[str]) -> tuple[int, ...]:
    """How many came at least as far as each step of `order`; `values`: step → how many came just so far."""
    return tuple(sum(values.get(step, 0) for step in order[place:]) for place in range(len(order)))


def months_between(first: str, last: str) -> tuple[str, ...]:
    """Every month from `first` to `last`, both `YYYY-MM` and both included; none if `last` lies before."""
    start, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return tuple(f"{one // 12:04}-{one % 12 + 1:02}" for one in range(start, end + 1))


def quarter_of(month: str) -> str:
    """The first month of the quarter that a month lies in: `2025-08` → `2025-07`."""
    return f"{month[:4]}-{(int(month[5:7]) - 1) // 3 * 3 + 1:02}"
