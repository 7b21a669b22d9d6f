"""Colours that a site chooses, and whether its texts can be read with them (WCAG 2.2, 1.4.3). Pure."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

MIN_CONTRAST = 4.5
"""The least ratio of contrast between a text and what it stands on (WCAG 2.2, level AA)."""


class Palette(Struct, frozen=True):
    """The colours of one scheme: what stands on `paper` and `surface`, as `#rrggbb`."""

    paper: str
    surface: str
    text: str
    muted: str
    link: str
    accent: str


LIGHT = Palette("#fbf6ec", "#fffdf9", "#2a2622", "#625a50", "#17595a", "#a8522a")
DARK = Palette("#1b1916", "#262320", "#ece6dc", "#b9aea0", "#8fd3c8", "#e0946a")
"""The built-in colours, as in `templates/static/style.css`."""


NOTE_COLOURS: Mapping[str, str] = {
    "green": "#d3e8ca", "yellow": "#fae9a8", "pink": "#f9d9df", "grey": "#e2ded6", "white": "#fffefa",
    "blue": "#d3e5f4", "orange": "#fcdcb3"}
"""The colours of notes in light, as in `templates/static/style.css`."""


def parse_colour(text: str) -> str:
    """A colour typed as `#a8522a`, `a8522a` or `#a52`, as `#rrggbb`. Raises ValueError."""
    digits = text.strip().removeprefix("#").lower()
    if re.fullmatch("[0-9a-f]{3}", digits):
        digits = "".join(digit * 2 for digit in digits)
    if not re.fullmatch("[0-9a-f]{6}", digits):
        raise ValueError(text)
    return f"#{digits}"


def compute_contrast(one: str, other: str) -> float:
    """The ratio of contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((_compute_luminance(one), _compute_luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def find_least_contrast(colour: str, others: Sequence[str]) -> tuple[str, float]:
    """That of `others` from which `colour` stands out least, and the ratio."""
    return min(((other, compute_contrast(colour, other)) for other in others), key=lambda pair: pair[1])


def find_readable_colour(colour: str, others: Sequence[str]) -> str:
    """The nearest colour, lighter or darker, that has enough contrast with all `others`; `colour` itself if it has. If
    there is none, black or white, whichever does better."""
    for step in range(_STEPS + 1):
        for target in ("#000000", "#ffffff"):
            near = mix_colours(colour, target, step / _STEPS)
            if find_least_contrast(near, others)[1] >= MIN_CONTRAST:
                return near
    return max(("#000000", "#ffffff"), key=lambda end: find_least_contrast(end, others)[1])


_STEPS = 100


class ColourFault(Struct, frozen=True):
    """A chosen colour that texts cannot be read with: its key, itself, the colour beside it and their ratio, and the
    nearest colour that does."""

    key: str
    colour: str
    beside: str
    contrast: float
    nearest: str


@cache  # asked for each page
def choose_palettes(accent: str | None, paper: str | None) -> tuple[Palette, Palette]:
    """The light and the dark palette of a site with these colours. The paper holds in light only; a colour that cannot
    be read is replaced by the nearest that can, so the accent may differ in dark."""
    light_paper = find_readable_colour(paper, _INKS) if paper else LIGHT.paper
    light, dark = (find_readable_colour(accent or base.accent, (on, base.surface))
                   for base, on in ((LIGHT, light_paper), (DARK, DARK.paper)))
    return replace(LIGHT, paper=light_paper, accent=light), replace(DARK, accent=dark)


_INKS = (LIGHT.text, LIGHT.muted, LIGHT.link)
"""What stands on the paper besides the accent."""


def find_colour_faults(accent: str | None, paper: str | None) -> Iterator[ColourFault]:
    """The faults of a site's colours in light; in dark the accent is adapted by itself (`choose_palettes`)."""
    light, _ = choose_palettes(accent, paper)
    chosen: Mapping[str, tuple[str | None, str, Sequence[str]]] = {
        "paper": (paper, light.paper, _INKS), "accent": (accent, light.accent, (light.paper, light.surface))}
    for key, (colour, shown, others) in chosen.items():
        if colour and colour != shown:
            beside, contrast = find_least_contrast(colour, others)
            yield ColourFault(key, colour, beside, contrast, shown)


def _compute_luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    red, green, blue = (_to_linear(channel / 255) for channel in split_channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _to_linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else math.pow((channel + 0.055) / 1.055, 2.4)


def mix_colours(colour: str, target: str, share: float) -> str:
    """`colour` with a share (0-1) of `target` mixed in."""
    channels = zip(split_channels(colour), split_channels(target), strict=True)
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in channels)


def split_channels(colour: str) -> tuple[int, ...]:
    """Red, green and blue (0-255) of `#rrggbb`."""
    return tuple(int(colour[at:at + 2], 16) for at in (1, 3, 5))
