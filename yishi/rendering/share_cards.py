"""Draw share cards: PNG pictures of 1200 by 630 pixels, the size that chat programs show.

The fingerprint of what a card shows stands in the file, so that a card which is there already need not be drawn again.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from ..core.files import FontFile
from ..core.hashes import compute_digest
from ..model.colours import LIGHT, NOTE_COLOURS, mix_colours, split_channels
from ..site.share_cards import ShareCard

WIDTH, HEIGHT = 1200, 630
_LEFT, _TOP, _RIGHT, _BOTTOM = 64, 64, 1136, 500
"""The note, which looks like those of the wall."""
_PADDING, _FOLD = 52, 74
_TITLE_SIZES = (84, 72, 62, 52, 44)
_MAX_LINES = 3
_KEYWORD = "fingerprint"

Font = ImageFont.FreeTypeFont


def fingerprint_card(card: ShareCard, drawing: str) -> str:
    """The digest of everything on which the bytes of a card depend, but not of where the font lies; `drawing`: that of
    all but the card."""
    shown = (*(getattr(card, name) for name in card.__struct_fields__ if name != "font"), card.font.digest)
    return compute_digest(repr((shown, drawing)).encode())


def is_drawn(data: bytes, fingerprint: str) -> bool:
    """Whether a file is the whole card of this fingerprint."""
    if fingerprint.encode() not in data[:256]:
        return False
    try:
        Image.open(BytesIO(data), formats=("PNG",)).verify()
    except Exception:  # whatever a damaged file makes Pillow raise
        return False
    return data.endswith(b"IEND\xaeB`\x82")


def draw_share_card(card: ShareCard, fingerprint: str) -> bytes:
    """The card as PNG, with its fingerprint. Deterministic for the same font and version of Pillow."""
    image = Image.new("RGB", (WIDTH, HEIGHT), card.paper)
    draw = ImageDraw.Draw(image)
    _draw_note(draw, card)
    _draw_words(draw, card)
    _draw_site(draw, card)
    output, info = BytesIO(), PngImagePlugin.PngInfo()
    info.add_text(_KEYWORD, fingerprint)
    few = image.quantize(palette=_build_palette(card), dither=Image.Dither.NONE)
    few.save(output, "PNG", pnginfo=info, compress_level=6)  # 9 takes ten times as long for a tenth less
    return output.getvalue()


def _build_palette(card: ShareCard) -> Image.Image:
    """The colours of a card with the steps between a text and what it stands on: to find them takes longer than to draw
    the card."""
    note = NOTE_COLOURS[card.colour]
    pairs = ((note, LIGHT.text), (note, LIGHT.muted), (card.paper, card.accent), (card.paper, LIGHT.muted))
    colours = [mix_colours(one, other, step / _STEPS) for one, other in pairs for step in range(_STEPS + 1)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for colour in dict.fromkeys((*colours, _SHADOW, _EDGE, LIGHT.surface))
                        for channel in split_channels(colour)])
    return palette


_STEPS = 7
_SHADOW, _EDGE = "#d9d1c3", "#b9ae9c"


def _draw_note(draw: ImageDraw.ImageDraw, card: ShareCard) -> None:
    """The note with its shadow, its folded corner and its pin."""
    colour, corner = NOTE_COLOURS[card.colour], (_RIGHT - _FOLD, _BOTTOM - _FOLD)
    outline = [(_LEFT, _TOP), (_RIGHT, _TOP), (_RIGHT, corner[1]), (corner[0], _BOTTOM), (_LEFT, _BOTTOM)]
    draw.polygon([(x + 7, y + 9) for x, y in outline], fill=_SHADOW)
    draw.polygon(outline, fill=colour, outline=_EDGE, width=2)
    draw.polygon([(_RIGHT, corner[1]), corner, (corner[0], _BOTTOM)], fill=LIGHT.surface, outline=_EDGE)
    middle = WIDTH // 2
    draw.ellipse((middle - 16, _TOP - 18, middle + 16, _TOP + 14), fill=card.accent, outline=_EDGE, width=2)


def _draw_words(draw: ImageDraw.ImageDraw, card: ShareCard) -> None:
    left, width = _LEFT + _PADDING, _RIGHT - _LEFT - 2 * _PADDING
    _draw_line(draw, card, (left, _TOP + 38), card.heading, 30, LIGHT.muted, width)
    _draw_line(draw, card, (left, _BOTTOM - 78), card.foot, 34, LIGHT.text, width - _FOLD)
    lines, size = _fit_lines(card.title, card, width, 1 if card.number else _MAX_LINES)
    if card.number:
        _draw_line(draw, card, (left, _TOP + 88), lines[0], 46, LIGHT.text, width)
        _draw_line(draw, card, (left, _TOP + 158), card.number, 138, LIGHT.text, width, stroke=2)
        return
    height = round(size * 1.32)
    top = _TOP + 92 + (_BOTTOM - 92 - _TOP - 92 - height * len(lines)) // 2
    for number, line in enumerate(lines):
        draw.text((left, top + number * height), line, LIGHT.text, load_face(card.font, size, card.language),
                  stroke_width=1)


def _draw_site(draw: ImageDraw.ImageDraw, card: ShareCard) -> None:
    """The name of the site, and its address if both have room."""
    _draw_line(draw, card, (_LEFT, 546), card.site, 36, card.accent, 640)
    face = load_face(card.font, 26, card.language)
    if (length := face.getlength(card.address)) < _RIGHT - _LEFT - 660:
        draw.text((_RIGHT - length, 554), card.address, LIGHT.muted, face)


def _draw_line(draw: ImageDraw.ImageDraw, card: ShareCard, at: tuple[float, float], text: str, size: int, colour: str,
               width: float, stroke: int = 0) -> None:
    """One line, made smaller and then cut off where it would be longer than `width`."""
    face = load_face(card.font, size, card.language)
    while size > 26 and face.getlength(text) > width:
        size = max(26, size * 9 // 10)
        face = load_face(card.font, size, card.language)
    draw.text(at, _cut(text, face, width), colour, face, stroke_width=stroke)


def _fit_lines(text: str, card: ShareCard, width: float, most: int) -> tuple[list[str], int]:
    """The lines of a title in the largest size in which they are few enough; the last one is cut off if need be."""
    for size in _TITLE_SIZES:
        face = load_face(card.font, size, card.language)
        lines = list(_wrap(text, face, width))
        if len(lines) <= most:
            return lines, size
    return [*lines[:most - 1], _cut(" ".join(lines[most - 1:]), face, width)], size


def _wrap(text: str, face: Font, width: float) -> Iterator[str]:
    """The lines of a text: broken between words, and between Chinese characters but not before a closing mark."""
    line = ""
    for piece in _UNBROKEN.findall(text):
        if line and face.getlength((line + piece).rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += piece.lstrip() if not line else piece
    if line:
        yield line.rstrip()


_UNBROKEN = re.compile(r"[\u2e80-\ufaff\uff00-\uffef][，。、；：？！）》”’…]*|[^\s\u2e80-\ufaff\uff00-\uffef]+|\s+")


def _cut(text: str, face: Font, width: float) -> str:
    if face.getlength(text) <= width:
        return text
    while text and face.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


# --- fonts ------------------------------------------------------------------------------------------------------------


@lru_cache(64)
def load_face(font: FontFile, size: int, language: str) -> Font:
    """The font in a size in pixels; of several faces in one file that of the language. Raises OSError if it cannot be
    read."""
    if not font.path:
        return ImageFont.load_default(size)  # type: ignore[return-value]  # with FreeType, which Pillow's wheels have
    return ImageFont.truetype(font.path, size, _find_face(font.path, "TC" if language == "zh-Hant" else "SC"))


@lru_cache(8)
def _find_face(path: str, script: str) -> int:
    """The number of the face for a script (SC, TC) in a file; 0 if none is named so."""
    for number in range(_MAX_FACES):
        try:
            family = ImageFont.truetype(path, 16, number).getname()[0] or ""
        except OSError:
            return 0
        if family.endswith(script) and "Mono" not in family:
            return number
    return 0


_MAX_FACES = 12


def has_chinese(font: FontFile) -> bool:
    """Whether a font has Chinese characters; False if it cannot be read."""
    try:
        face = load_face(font, 24, "zh-Hans")
        return bytes(face.getmask("议")) not in (bytes(face.getmask("\U0010fffd")), b"")
    except (OSError, ValueError):
        return False
