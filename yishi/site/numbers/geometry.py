"""The geometry of charts: numbers → where each mark stands, in pixels or as a share of the width. Pure, without words.

A chart in pixels is drawn in its own size and never shrunk, so that its letters stay as large as they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from msgspec import Struct

SHADE_STEPS = 4
"""So many steps of shade above none."""

MONTHS_DRAWN = 24
"""So many months are drawn; the tables beside them hold all."""

MIN_SCALE_TOP = 4
"""The value at the top of a chart of months is at least this, so that a single record does not look like many."""


class Bar(Struct, frozen=True):
    """A rectangle in a chart, in pixels."""

    x: int
    y: int
    width: int
    height: int


class AxisTick(Struct, frozen=True):
    """A line across a chart: its height, and the value that it stands for."""

    y: int
    value: int


class ChartFrame(Struct, frozen=True):
    """The measures of a chart of columns, in pixels: of each group of columns, of the chart, and of its margins."""

    group_width: int
    column_width: int
    height: int
    side_margin: int = 0
    top_margin: int = 0
    bottom_margin: int = 0


class ColumnChart(Struct, frozen=True):
    """Groups of columns side by side: the size of the chart, its lines, and group by group the middle and the marks."""

    width: int
    height: int
    baseline: int
    ticks: tuple[AxisTick, ...]
    groups: tuple[tuple[int, tuple[Bar, ...]], ...]


def compute_ticks(most: int) -> tuple[int, ...]:
    """Round values from 0 up to one that is at least `most`: at most five, evenly apart."""
    step = next(step for power in count() for digit in (1, 2, 5) if 4 * (step := digit * 10 ** power) >= most)
    steps = max(-(-most // step), 1)
    return tuple(range(0, steps * step + 1, step))


def lay_out_columns(groups: Sequence[Sequence[int]], frame: ChartFrame, most: int = 0) -> ColumnChart:
    """Where the columns stand; every group has as many. `most`: the value at the top, at least that of the highest."""
    values = compute_ticks(max((most, *(number for group in groups for number in group))))
    base, top = frame.top_margin + frame.height, values[-1]

    def mark(start: int, place: int, number: int) -> Bar:
        height = max(round(frame.height * number / top), bool(number))
        return Bar(start + place * frame.column_width, base - height, frame.column_width - 1, height)

    def group_at(number: int, group: Sequence[int]) -> tuple[int, tuple[Bar, ...]]:
        middle = frame.side_margin + number * frame.group_width + frame.group_width // 2
        start = middle - len(group) * frame.column_width // 2
        return middle, tuple(mark(start, place, value) for place, value in enumerate(group))

    return ColumnChart(
        2 * frame.side_margin + len(groups) * frame.group_width, base + frame.bottom_margin, base,
        tuple(AxisTick(base - round(frame.height * value / top), value) for value in values),
        tuple(group_at(number, group) for number, group in enumerate(groups)))


def encode_svg_path(marks: Iterable[Bar]) -> str:
    """Marks as one path, so that a small chart is a short text."""
    return "".join(f"M{one.x} {one.y}h{one.width}v{one.height}h-{one.width}z" for one in marks if one.height)


def center_bar(number: int, most: int) -> tuple[str, str]:
    """Where a bar in the middle begins, and how wide it is."""
    return format_percent(most - number, 2 * most), format_percent(number, most)


def format_percent(part: int, whole: int) -> str:
    """`42.0%`"""
    return f"{100 * part / whole if whole else 0:.1f}%"


def compute_shade(number: int, most: int) -> int:
    """The step of shade of a number: 0 for none, 1 up to TINTS for `most`, or less where that is less than TINTS."""
    return -(-SHADE_STEPS * number // max(most, SHADE_STEPS))


def accumulate_from_end(values: Mapping[str, int], order: Sequence[str]) -> tuple[int, ...]:
    """How many came at least as far as each step of `order`; `values`: step → how many came just so far."""
    return tuple(sum(values.get(step, 0) for step in order[place:]) for place in range(len(order)))


def list_months(first: str, last: str) -> tuple[str, ...]:
    """Every month from `first` to `last`, both `YYYY-MM` and both included; none if `last` lies before."""
    start, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return tuple(f"{one // 12:04}-{one % 12 + 1:02}" for one in range(start, end + 1))


def find_quarter(month: str) -> str:
    """The first month of the quarter that a month lies in: `2025-08` → `2025-07`."""
    return f"{month[:4]}-{(int(month[5:7]) - 1) // 3 * 3 + 1:02}"
