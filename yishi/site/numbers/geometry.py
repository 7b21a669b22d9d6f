"""Geometry of charts: pure functions from numbers to positions, in pixels or in per cent of the width; no texts.

Charts in pixels are never scaled down, so that their labels keep the size of the text.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from msgspec import Struct

SHADE_STEPS = 4
"""Number of shade steps above zero."""

MONTHS_DRAWN = 24
"""Number of months drawn; the tables beside the charts have all months."""

MIN_SCALE_TOP = 4
"""The smallest value at the top of a chart by month, so that a single record does not look like many."""


class Bar(Struct, frozen=True):
    """A rectangle in a chart, in pixels."""

    x: int
    y: int
    width: int
    height: int


class ChartFrame(Struct, frozen=True):
    """The dimensions of a column chart in pixels: group and column widths, height, and margins."""

    group_width: int
    column_width: int
    height: int
    side_margin: int = 0
    top_margin: int = 0
    bottom_margin: int = 0


class ColumnChart(Struct, frozen=True):
    """Groups of columns side by side: size of the chart, ticks (y and value), and each group's centre (x) and bars."""

    width: int
    height: int
    baseline: int
    ticks: tuple[tuple[int, int], ...]
    groups: tuple[tuple[int, tuple[Bar, ...]], ...]


class PlotColumn(Struct, frozen=True):
    """A period in a plot: the label below its bars, the year if one begins here, their middle, and one or two bars."""

    description: str
    label: str
    year: str
    x: int
    bars: tuple[Bar, ...]


class Plot(Struct, frozen=True):
    """Bars over time with a scale. `caption`: what it shows, in a sentence; `unit`: follows each value of the scale."""

    caption: str
    chart: ColumnChart
    columns: tuple[PlotColumn, ...]
    unit: str = ""


PLOT_FRAME = ChartFrame(group_width=32, column_width=12, height=150, side_margin=34, top_margin=12, bottom_margin=44)
"""The dimensions of a plot by month."""


def compute_ticks(most: int) -> tuple[int, ...]:
    """At most five evenly spaced round values, from 0 to one of at least `most`."""
    step = next(step for power in count() for digit in (1, 2, 5) if 4 * (step := digit * 10 ** power) >= most)
    steps = max(-(-most // step), 1)
    return tuple(range(0, steps * step + 1, step))


def lay_out_columns(groups: Sequence[Sequence[int]], frame: ChartFrame, most: int = 0) -> ColumnChart:
    """Compute the position of all columns; all groups have the same number. `most`: the smallest value at the top."""
    values = compute_ticks(max((most, *(number for group in groups for number in group))))
    base = frame.top_margin + frame.height
    top = values[-1]

    def mark(start: int, place: int, number: int) -> Bar:
        height = max(round(frame.height * number / top), bool(number))
        return Bar(start + place * frame.column_width, base - height, frame.column_width - 1, height)

    def group_at(number: int, group: Sequence[int]) -> tuple[int, tuple[Bar, ...]]:
        center = frame.side_margin + number * frame.group_width + frame.group_width // 2
        start = center - len(group) * frame.column_width // 2
        return center, tuple(mark(start, place, value) for place, value in enumerate(group))

    return ColumnChart(
        2 * frame.side_margin + len(groups) * frame.group_width, base + frame.bottom_margin, base,
        tuple((base - round(frame.height * value / top), value) for value in values),
        tuple(group_at(number, group) for number, group in enumerate(groups)))


def encode_svg_path(marks: Iterable[Bar]) -> str:
    """Encode bars as one SVG path, which is much shorter than one element for each."""
    return "".join(f"M{bar.x} {bar.y}h{bar.width}v{bar.height}h-{bar.width}z" for bar in marks if bar.height)


def center_bar(number: int, most: int) -> tuple[str, str]:
    """Start and width of a centred bar, in per cent."""
    return format_percent(most - number, 2 * most), format_percent(number, most)


def format_percent(part: int, whole: int) -> str:
    """Format a share in per cent: `42.0%`."""
    return f"{100 * part / whole if whole else 0:.1f}%"


def compute_shade(number: int, most: int) -> int:
    """The shade of a number: 0 for none, up to SHADE_STEPS for `most`; fewer if `most` is below SHADE_STEPS."""
    return -(-SHADE_STEPS * number // max(most, SHADE_STEPS))


def accumulate_from_end(values: Mapping[str, int], order: Sequence[str]) -> tuple[int, ...]:
    """How many reached at least each step of `order`; `values`: step → how many reached exactly that step."""
    return tuple(sum(values.get(step, 0) for step in order[place:]) for place in range(len(order)))


def list_months(first: str, last: str) -> tuple[str, ...]:
    """Every month from `first` to `last` (`YYYY-MM`, inclusive); none if `last` is earlier."""
    start, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return tuple(f"{month // 12:04}-{month % 12 + 1:02}" for month in range(start, end + 1))


def find_quarter(month: str) -> str:
    """The first month of a month's quarter: `2025-08` → `2025-07`."""
    return f"{month[:4]}-{(int(month[5:7]) - 1) // 3 * 3 + 1:02}"


def label_years(months: Sequence[str]) -> tuple[str, ...]:
    """For each month its year if that begins there, else ""; the first one always has it."""
    return tuple(month[:4] if not place or month.endswith("-01") else "" for place, month in enumerate(months))
