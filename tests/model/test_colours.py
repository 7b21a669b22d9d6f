"""Whether texts can be read with the colours of a site: by the formula of WCAG 2.2, in light and in dark."""

import random
import re

import pytest

from tests.support.workshop import PROJECT
from yishi.model.colours import (
    DARK,
    LIGHT,
    MIN_CONTRAST,
    Palette,
    choose_palettes,
    compute_contrast,
    find_colour_faults,
    find_readable_colour,
    parse_colour,
)


@pytest.mark.parametrize(("one", "other", "ratio"), [
    ("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#767676", "#ffffff", 4.54), ("#123456", "#123456", 1),
    ("#ff0000", "#ffffff", 4.0)])
def test_the_contrast_is_that_of_the_guideline(one: str, other: str, ratio: float) -> None:
    """Known pairs, in both orders."""
    assert compute_contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert compute_contrast(one, other) == compute_contrast(other, one)


@pytest.mark.parametrize(("typed", "colour"), [("a8522a", "#a8522a"), ("#A8522A", "#a8522a"), (" fa0 ", "#ffaa00"),
                                               ("red", ""), ("a8522", ""), ("#a8522aff", ""), ("url(x)", ""), ("", "")])
def test_a_colour_is_six_hexadecimal_digits(typed: str, colour: str) -> None:
    """Or three; nothing else can get into the stylesheet."""
    if colour:
        assert parse_colour(typed) == colour
    else:
        with pytest.raises(ValueError, match=r"^" + re.escape(typed)):
            parse_colour(typed)


def pairs(palette: Palette) -> list[tuple[str, str]]:
    """Each text with what it stands on."""
    on_paper = [(ink, palette.paper) for ink in (palette.text, palette.muted, palette.link, palette.accent)]
    return [*on_paper, (palette.accent, palette.surface)]


def test_whatever_is_chosen_can_be_read() -> None:
    """Of many colours and papers the palettes have enough contrast, in light and dark; what suffices is not changed."""
    chosen = random.Random(1)
    for _ in range(150):
        accent, paper = (f"#{chosen.randrange(1 << 24):06x}" for _ in range(2))
        for palette in choose_palettes(accent, paper):
            assert min(compute_contrast(*pair) for pair in pairs(palette)) >= MIN_CONTRAST, (accent, paper)
        for fault in find_colour_faults(accent, paper):
            assert fault.contrast < MIN_CONTRAST <= compute_contrast(fault.nearest, fault.beside)
    assert choose_palettes(None, None) == (LIGHT, DARK)
    assert choose_palettes(LIGHT.accent, LIGHT.paper)[0] == LIGHT
    assert list(find_colour_faults(LIGHT.accent, LIGHT.paper)) == []


def test_the_nearest_colour_is_near() -> None:
    """A grey just too light becomes just dark enough; black on grey that suits neither gets the better end."""
    assert find_readable_colour("#777777", ("#ffffff",)) in ("#767676", "#757575")
    assert find_readable_colour("#808080", ("#000000", "#ffffff")) in ("#000000", "#ffffff", "#767676", "#757575")


def test_the_built_in_colours_are_those_of_the_stylesheet() -> None:
    """They stand in both; each pair has enough contrast."""
    css = (PROJECT / "templates/static/style.css").read_text("utf-8")
    names = {"paper": "background", "surface": "surface", "text": "text", "muted": "text-muted", "link": "link",
             "accent": "accent"}
    for field, name in names.items():
        assert f"--{name}: var(--light, {getattr(LIGHT, field)}) var(--dark, {getattr(DARK, field)});" in css
    assert all(compute_contrast(*pair) >= MIN_CONTRAST for palette in (LIGHT, DARK) for pair in pairs(palette))
