"""Draws the pictures of tests/sites/showcase/: pairs of before and after, of three cases of the invented town.

    python tests/sites/draw_showcase.py

They are drawings, not photos, made for this town and free under the licence of the project. `make_showcase.py` draws
them too, after it has written the records.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).parent / "showcase"
TOWN = "places/shili-zhen"
SIZE = WIDTH, HEIGHT = 960, 600
GROUND = 400
"""Where the ground begins, from above."""

Pen = ImageDraw.ImageDraw


def pictures() -> dict[str, Image.Image]:
    """Path below the content folder → picture."""
    scenes = {"caihong/cases/guangchang": _draw_square, "songguo/cases/ludeng": _draw_lamps,
              "yinghuo/cases/tingche": _draw_parking}
    return {f"{TOWN}/{name}-{when}.png": _drawn(draw, when == "after")
            for name, draw in scenes.items() for when in ("before", "after")}


def main() -> None:
    """Writes the pictures anew."""
    for name, picture in pictures().items():
        picture.save(FOLDER / name, optimize=True)


def _drawn(draw: Callable[[Pen, bool], None], is_after: bool) -> Image.Image:
    """A scene in few colours, as it was before or is after."""
    picture = Image.new("RGB", (2 * WIDTH, 2 * HEIGHT))
    pen = ImageDraw.Draw(picture)
    draw(pen, is_after)
    return picture.resize(SIZE, Image.Resampling.BOX).quantize(48, dither=Image.Dither.NONE)


# --- scenes -----------------------------------------------------------------------------------------------------------


def _draw_square(pen: Pen, is_after: bool) -> None:
    """A small square: bare with loose tiles; then with shade, flower beds and a corner for children."""
    _fill(pen, "#dfe9ee" if is_after else "#d5d5d2", "#d8cdb8" if is_after else "#c3bdb2")
    for x in (60, 400, 740):
        _house(pen, x, "#c9a98c", "#eef3f5")
    for number, (x, y) in enumerate(_tiles()):
        is_loose = not is_after and number in (6, 17, 21, 35)
        _box(pen, x, y, x + 74, y + 44, "#7d776d" if is_loose else "", "#a89f8f")
    if not is_after:
        return
    for x in (120, 300, 820):
        _tree(pen, x, 430)
    for x in (40, 210, 390):
        _box(pen, x, 520, x + 130, 560, "#8a5a3a")
        for number in range(7):
            _dot(pen, x + 12 + 18 * number, 512, 9, ("#d9566b", "#e9b949", "#ffffff")[number % 3])
    _line(pen, (600, 540), (690, 450), "#d9822b", 16)
    _line(pen, (690, 450), (690, 545), "#5b6b73", 10)
    _line(pen, (690, 450), (725, 545), "#5b6b73", 10)
    _bench(pen, 770, 520)


def _draw_lamps(pen: Pen, is_after: bool) -> None:
    """A courtyard at night: the lamps out; then all of them lit."""
    _fill(pen, "#1d2740" if is_after else "#141a2b", "#3a3f4d" if is_after else "#20242f")
    for x in (40, 360, 680):
        _house(pen, x, "#2b3350", "#f1d58a" if is_after else "#39425f")
    _polygon(pen, ((380, 600), (580, 600), (520, 400), (440, 400)), "#6b675f" if is_after else "#2b2e38")
    for number, x in enumerate((90, 220, 350, 480, 610, 740, 870)):
        top = 250 + 30 * (number % 2)
        if is_after:
            for radius, colour in ((70, "#4a4a55"), (48, "#7a6d50"), (28, "#c9a94f")):
                _dot(pen, x, top, radius, colour)
        _line(pen, (x, top), (x, 470), "#8b8f99", 7)
        _dot(pen, x, top, 14, "#fff3c4" if is_after else "#4b5160")


def _draw_parking(pen: Pen, is_after: bool) -> None:
    """A lane: cars across the way of the fire engine; then in marked bays, with the way free."""
    _fill(pen, "#dfe9ee", "#8f9296")
    for x in (40, 360, 680):
        _house(pen, x, "#b9c4b2", "#eef3f5")
    if is_after:
        for x in range(60, 920, 150):
            _line(pen, (x, 420), (x, 500), "#ffffff", 5)
        _line(pen, (60, 420), (900, 420), "#ffffff", 5)
        for x in range(20, 940, 90):
            _line(pen, (x, 575), (x + 50, 575), "#e9b949", 8)
    spots = ((75, 430), (225, 430), (525, 430), (675, 430)) if is_after else (
        (40, 430), (190, 500), (370, 440), (470, 520), (640, 450), (780, 510))
    for number, (x, y) in enumerate(spots):
        _car(pen, x, y, ("#b5483a", "#3d6f8e", "#e2e2de", "#4c7a4f")[number % 4])


# --- things -----------------------------------------------------------------------------------------------------------


def _tiles() -> Iterator[tuple[int, int]]:
    for row, y in enumerate(range(GROUND + 8, HEIGHT, 52)):
        for x in range(-40 + 40 * (row % 2), WIDTH, 80):
            yield x, y


def _fill(pen: Pen, sky: str, ground: str) -> None:
    _box(pen, 0, 0, WIDTH, GROUND, sky)
    _box(pen, 0, GROUND, WIDTH, HEIGHT, ground)


def _house(pen: Pen, x: int, wall: str, window: str) -> None:
    _box(pen, x, 90, x + 250, GROUND, wall)
    for row in range(4):
        for column in range(4):
            left, top = x + 22 + 56 * column, 112 + 68 * row
            _box(pen, left, top, left + 36, top + 42, window)


def _tree(pen: Pen, x: int, foot: int) -> None:
    _box(pen, x - 9, foot - 110, x + 9, foot, "#6d4c35")
    for dx, dy, radius in ((-38, -120, 46), (38, -120, 46), (0, -160, 56)):
        _dot(pen, x + dx, foot + dy, radius, "#5d8a4f")


def _bench(pen: Pen, x: int, y: int) -> None:
    _box(pen, x, y, x + 130, y + 12, "#8a5a3a")
    _box(pen, x, y - 34, x + 130, y - 24, "#8a5a3a")
    for leg in (x + 12, x + 110):
        _box(pen, leg, y - 34, leg + 8, y + 40, "#4d4d4d")


def _car(pen: Pen, x: int, y: int, colour: str) -> None:
    _polygon(pen, ((x + 28, y), (x + 92, y), (x + 112, y + 28), (x + 10, y + 28)), "#cfd8dc")
    _box(pen, x, y + 26, x + 125, y + 58, colour)
    for wheel in (x + 28, x + 97):
        _dot(pen, wheel, y + 58, 14, "#2b2b2b")


# --- strokes, in units of the finished picture ------------------------------------------------------------------------


def _box(pen: Pen, left: int, top: int, right: int, bottom: int, fill: str, outline: str = "") -> None:
    pen.rectangle((2 * left, 2 * top, 2 * right, 2 * bottom), fill=fill or None, outline=outline or None, width=3)


def _dot(pen: Pen, x: int, y: int, radius: int, fill: str) -> None:
    pen.ellipse((2 * (x - radius), 2 * (y - radius), 2 * (x + radius), 2 * (y + radius)), fill=fill)


def _line(pen: Pen, start: tuple[int, int], end: tuple[int, int], fill: str, width: int) -> None:
    pen.line((2 * start[0], 2 * start[1], 2 * end[0], 2 * end[1]), fill=fill, width=2 * width)


def _polygon(pen: Pen, corners: tuple[tuple[int, int], ...], fill: str) -> None:
    pen.polygon([(2 * x, 2 * y) for x, y in corners], fill=fill)


if __name__ == "__main__":
    main()
