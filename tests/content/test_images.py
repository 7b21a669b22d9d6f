"""What `yishi.content.images` promises: the picture stays, smaller and upright; everything else goes."""

import struct
import sys
import zlib
from io import BytesIO
from typing import Any

import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms, PngImagePlugin

from yishi.content import images
from yishi.content.images import UnusablePhoto, convert_photo, measure_photo, plan_renditions
from yishi.core.outputs import Rendition

SECRETS = (b"Exif", b"GPS", b"secret", b"xmp", b"http://ns.adobe.com", b"ICC", b"iCCP", b"tEXt", b"iTXt")
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
TYPES = {"image/avif": "AVIF", "image/webp": "WEBP", "image/jpeg": "JPEG"}
XMP = b"<x:xmpmeta>secret</x:xmpmeta>"


def picture(file_format: str = "JPEG", orientation: int = 6, **options: Any) -> bytes:
    """A 40 x 20 picture, its left half red, its right half blue, with EXIF (a place, an orientation)."""
    image = Image.new("RGB", (40, 20), (250, 0, 0))
    image.paste((0, 0, 250), (20, 0, 40, 20))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x8825] = orientation, "secret", {1: "N", 2: (40.0, 13.0, 0.0)}
    return saved(image, file_format, **{"exif": exif, "quality": 95, **options})


def saved(image: Image.Image, file_format: str, **options: Any) -> bytes:
    """The file of `image`."""
    output = BytesIO()
    image.save(output, file_format, **options)
    return output.getvalue()


def made(data: bytes, kind: str = "image/jpeg") -> bytes:
    """The largest rendition of the picture in this format."""
    return convert_photo(data, [one for one in plan_renditions("x.jpg", measure_photo(data), avif=True)
                                if one.mime_type == kind][-1])


def opened(data: bytes) -> Image.Image:
    """The picture in `data`."""
    return Image.open(BytesIO(data))


def colour(data: bytes, x: int, y: int) -> str:
    """Which colour the picture has there."""
    pixel = opened(data).convert("RGB").getpixel((x, y))
    assert isinstance(pixel, tuple)
    return "red" if pixel[0] > pixel[2] else "blue"


def texts() -> PngImagePlugin.PngInfo:
    """The text chunks of a PNG: plain, compressed and international."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "secret")
    info.add_text("Author", "secret", zip=True)
    info.add_itxt("Location", "secret")
    return info


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize(("file_format", "options"), [
    ("JPEG", {"comment": b"secret", "xmp": XMP}),
    ("PNG", {"pnginfo": texts()}),
    ("WEBP", {"xmp": XMP}),
    ("GIF", {"comment": b"secret"}),
])
def test_no_metadata_is_left(file_format: str, options: dict[str, Any], kind: str) -> None:
    """Place, comment, XMP, text chunks and colour profile are gone, whatever is read and written."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = picture(file_format, icc_profile=profile, **options)
    assert any(secret in data for secret in SECRETS)
    image = opened(clean := made(data, kind))
    image.load()
    assert not [secret for secret in SECRETS if secret in clean]
    assert image.format == TYPES[kind]
    assert not dict(image.getexif())
    assert not {"icc_profile", "comment", "xmp", "exif", "Comment", "Author"} & image.info.keys()


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("kind", TYPES)
def test_the_picture_stands_upright(file_format: str, kind: str) -> None:
    """A picture that was marked as turned by a quarter is turned, and `measure_photo` says so before and after."""
    data = picture(file_format, orientation=6)
    upright = made(data, kind)
    assert measure_photo(data) == opened(upright).size == (20, 40)
    assert (colour(upright, 10, 5), colour(upright, 10, 35)) == ("red", "blue")


@pytest.mark.parametrize(("orientation", "first"), [(1, "red"), (2, "blue"), (3, "blue"), (4, "red"),
                                                    (5, "red"), (6, "red"), (7, "blue"), (8, "blue")])
def test_every_orientation_is_applied(orientation: int, first: str) -> None:
    """However the camera was held, mirrored or not."""
    assert colour(made(picture(orientation=orientation)), 3, 3) == first


def test_a_large_photo_that_lies_on_its_side_is_turned_too() -> None:
    """A JPEG that is decoded at a fraction of its size is turned after that."""
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(Image.new("RGB", (2400, 1200), "red"), "JPEG", exif=exif)
    assert [opened(convert_photo(data, one)).size for one in plan_renditions("x", measure_photo(data))[:3]] == [
        (400, 800), (800, 1600), (1200, 2400)]


@pytest.mark.parametrize(("original", "sizes"), [
    ((4000, 3000), [(400, 300), (800, 600), (1600, 1200)]),
    ((1200, 900), [(400, 300), (800, 600), (1200, 900)]),
    ((900, 600), [(400, 267), (900, 600)]),
    ((400, 300), [(400, 300)]),
    ((40, 20), [(40, 20)]),
    ((1, 1), [(1, 1)]),
    ((1080, 30000), [(400, 11111), (576, 16000)]),
    ((40_000_000, 1), [(400, 1), (800, 1), (1600, 1)]),
    ((1, 40_000_000), [(1, 16000)]),
])
def test_a_photo_has_up_to_three_sizes_none_larger_than_itself(
        original: tuple[int, int], sizes: list[tuple[int, int]]) -> None:
    """In WebP and JPEG, in AVIF where that is wanted; never wider or higher than the original."""
    names = {"image/avif": "avif", "image/webp": "webp", "image/jpeg": "jpg"}
    for avif, kinds in ((False, ["image/webp", "image/jpeg"]), (True, list(TYPES))):
        assert plan_renditions("a/b.png", original, avif=avif) == tuple(
            Rendition(f"a/b.png.{width}.{names[kind]}", kind, width, height) for kind in kinds
            for width, height in sizes)


def test_a_photo_of_a_whole_chat_is_converted() -> None:
    """What is too high for a WebP is made small enough."""
    data = saved(Image.new("L", (100, 20_000)), "PNG")
    assert opened(made(data, "image/webp")).size == (80, 16_000)


def test_what_is_hidden_behind_the_picture_goes() -> None:
    """Films and second pictures that phones append to a JPEG are cut off."""
    data = saved(Image.new("RGB", (8, 8)), "JPEG")
    assert b"secret" not in made(data + b"secret film\xff\xe1\xff\xd9")


def test_a_jpeg_with_a_second_view_is_a_photo() -> None:
    """What some phones save, two JPEGs in one file, is shown as the first of them."""
    image = Image.new("RGB", (40, 20), "red")
    data = saved(image, "MPO", save_all=True, append_images=[Image.new("RGB", (40, 20), "blue")])
    assert opened(data).format == "MPO"
    assert colour(made(data), 20, 10) == "red"


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("file_format", FORMATS)
def test_the_same_bytes_give_the_same_bytes(file_format: str, kind: str) -> None:
    """Converting is deterministic."""
    data = picture(file_format)
    assert made(data, kind) == made(data, kind)


def test_colours_are_converted_to_srgb() -> None:
    """A picture with another colour profile looks the same without it."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red_is_green = profile.replace(b"rXYZ", b"____").replace(b"gXYZ", b"rXYZ").replace(b"____", b"gXYZ")
    clean = made(saved(Image.new("RGB", (4, 4), (250, 0, 0)), "PNG", icc_profile=red_is_green))
    pixel = opened(clean).getpixel((1, 1))
    assert isinstance(pixel, tuple)
    assert pixel[1] > 200 > 50 > pixel[0]


@pytest.mark.parametrize(("mode", "value", "grey"), [
    ("1", 1, 255), ("L", 128, 128), ("LA", (0, 0), 255), ("P", 255, 255), ("RGBA", (0, 0, 0, 0), 255),
    ("I;16", 32_768, 128), ("CMYK", (0, 0, 0, 127), 128)])
@pytest.mark.parametrize("kind", ["image/webp", "image/jpeg"])
def test_every_kind_of_colour_is_shown_as_it_is(mode: str, value: Any, grey: int, kind: str) -> None:
    """Black and white, grey in 8 and 16 bits, palettes, print colours; what is see-through is white, as on paper."""
    image = Image.new(mode, (8, 8), value)
    if mode == "P":
        image.putpalette([level for level in range(256) for _ in range(3)])
    pixel = opened(made(saved(image, "JPEG" if mode == "CMYK" else "PNG"), kind)).convert("RGB").getpixel((4, 4))
    assert isinstance(pixel, tuple)
    assert all(abs(part - grey) <= 3 for part in pixel)


def chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims this size and holds almost nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


# --- every kind of PNG, against what the standard says of its samples -------------------------------------------------

GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
KINDS_OF_PNG = [(GREY, depth) for depth in (1, 2, 4, 8, 16)] + [(PALETTE, depth) for depth in (1, 2, 4, 8)] + [
    (kind, depth) for kind in (RGB, GREY_ALPHA, RGB_ALPHA) for depth in (8, 16)]
SAMPLES = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGB_ALPHA: 4}
SIDE = 16
"""Pixels along the side of a square of one colour: large enough that no codec blurs its middle."""


def png_in_squares(kind: int, depth: int, squares: list[tuple[int, ...]], further: bytes = b"") -> bytes:
    """A PNG of squares side by side, each with the samples given; written by hand, so that no library has its say."""
    bits = "".join("".join(f"{sample:0{depth}b}" for sample in square) * SIDE for square in squares)
    bits += "0" * (-len(bits) % 8)
    row = b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")
    header = struct.pack(">IIBBBBB", SIDE * len(squares), SIDE, depth, kind, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + further + chunk(b"IDAT", zlib.compress(row * SIDE))
            + chunk(b"IEND", b""))


PALETTE_OF = [(250, 0, 0), (0, 200, 0), (10, 20, 230), (128, 128, 128)]
ALPHAS = [255, 0, 128]
"""Of the first colours of the palette; the others are opaque."""


def seen(kind: int, depth: int, square: tuple[int, ...], key: tuple[int, ...] | None) -> tuple[float, ...]:
    """The colour (0-255) in which a square of these samples is seen on white paper."""
    whole = 2**depth - 1
    if kind == PALETTE:
        colour: tuple[float, ...] = PALETTE_OF[square[0]]
        alpha = (ALPHAS[square[0]] if square[0] < len(ALPHAS) else 255) / 255 if key is not None else 1.0
    else:
        levels = [255 * sample / whole for sample in square]
        alpha = levels.pop() / 255 if kind in (GREY_ALPHA, RGB_ALPHA) else 0.0 if square == key else 1.0
        colour = tuple((levels * 3)[:3] if len(levels) == 1 else levels)
    return tuple(level * alpha + 255 * (1 - alpha) for level in colour)


@pytest.mark.parametrize("has_key", [False, True])
@pytest.mark.parametrize(("kind", "depth"), KINDS_OF_PNG)
def test_every_png_is_shown_as_the_standard_says(kind: int, depth: int, has_key: bool) -> None:
    """All kinds and depths of PNG, with a colour or a palette that is see-through, against the samples worked out."""
    whole, number = 2**depth - 1, SAMPLES[kind]
    squares: list[tuple[int, ...]]
    key: tuple[int, ...] | None
    levels = [0, whole // 5, whole // 2, whole - whole // 3, whole]
    if kind == PALETTE:
        squares = [(index,) for index in range(min(whole, 3) + 1)]
        further = chunk(b"PLTE", b"".join(map(bytes, PALETTE_OF[:len(squares)])))
        further += chunk(b"tRNS", bytes(ALPHAS[:len(squares)])) if has_key else b""
        key = () if has_key else None
    else:
        squares = [(level, *levels[-number + 1:])[:number] for level in levels]
        key = squares[3] if has_key and kind in (GREY, RGB) else None
        further = chunk(b"tRNS", b"".join(struct.pack(">H", sample) for sample in key)) if key else b""
    data = png_in_squares(kind, depth, squares, further)
    image = opened(made(data)).convert("RGB")
    for number, square in enumerate(squares):
        pixel = image.getpixel((number * SIDE + SIDE // 2, SIDE // 2))
        assert isinstance(pixel, tuple)
        expected = seen(kind, depth, square, key)
        assert all(abs(one - other) <= 6 for one, other in zip(pixel, expected, strict=True)), (square, pixel, expected)


def test_a_picture_of_part_of_its_frame_is_white_around_it() -> None:
    """A GIF whose picture is smaller than its frame is see-through beside it, as browsers show it."""
    data = bytearray(saved(Image.new("P", (16, 16), 0), "GIF"))
    width = data.index(b"\x10\x00\x10\x00")
    data[width:width + 2] = b"\x20\x00"  # the frame is twice as wide
    image = opened(made(bytes(data))).convert("RGB")
    assert image.size == (32, 16)
    assert image.getpixel((4, 8)) < (20, 20, 20)  # type: ignore[operator]
    assert image.getpixel((28, 8)) > (235, 235, 235)  # type: ignore[operator]


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_a_profile_of_grey_is_kept_to(mode: str) -> None:
    """A grey picture with a grey profile is as bright as the profile says, see-through or not."""
    image = Image.new(mode, (16, 16), 128 if mode == "L" else (128, 255))
    plain, with_profile = (opened(made(saved(image, "PNG", **more))).convert("L").getpixel((8, 8))
                           for more in ({}, {"icc_profile": grey_profile()}))
    assert plain == pytest.approx(128, abs=3)
    assert with_profile == pytest.approx(188, abs=4)  # linear light 0.5 in sRGB


def grey_profile() -> bytes:
    """A smallest ICC profile: grey, its numbers proportional to light."""
    curve = b"curv" + bytes(4) + struct.pack(">I", 0)
    point = b"XYZ " + bytes(4) + struct.pack(">iii", 63190, 65536, 54061)
    name = b"desc" + bytes(4) + struct.pack(">I", 2) + b"g\0" + bytes(78)
    tags, at = [(b"desc", name), (b"wtpt", point), (b"kTRC", curve)], 128 + 4 + 12 * 3
    table, body = struct.pack(">I", len(tags)), b""
    for tag, text in tags:
        table += tag + struct.pack(">II", at + len(body), len(text))
        body += text + bytes(-len(text) % 4)
    size_of = at + len(body)
    header = struct.pack(">I4sI4s4s4s", size_of, b"lcms", 0x02400000, b"mntr", b"GRAY", b"XYZ ") + bytes(12) + b"acsp"
    return header + bytes(28) + struct.pack(">iii", 63190, 65536, 54061) + bytes(48) + table + body


ONE = Rendition("x.1.jpg", "image/jpeg", 1, 1)
MOVING = [Image.new("RGB", (8, 8), one) for one in ("red", "blue")]


@pytest.mark.parametrize(("data", "code"), [
    (png_of(8_000, 5_001), "photo_too_large"),
    (png_of(10_000, 10_000), "photo_too_large"),
    (png_of(60_000, 60_000), "photo_too_large"),
    (png_of(8_000, 5_000), "bad_photo"),  # small enough, but without a picture
    (b"\x00\x00\x00\x18ftypheic", "photo_heic"),
    (b"\x00\x00\x00\x18ftypmif1", "photo_heic"),
    (b"", "bad_photo"),
    (b"no picture", "bad_photo"),
    (b"GIF89a" + bytes(10), "bad_photo"),
    (picture()[:400], "bad_photo"),
    (saved(Image.effect_noise((200, 200), 90), "JPEG")[:-4000], "bad_photo"),
    (saved(Image.new("RGB", (8, 8)), "TIFF"), "bad_photo"),
])
def test_what_cannot_be_shown_is_refused(data: bytes, code: str) -> None:
    """More than 40 megapixels, before they are decoded; HEIC; what is no picture, or half one."""
    with pytest.raises(UnusablePhoto, match=code):
        measure_photo(data)
    if code != "photo_too_large":  # which is seen to once, by what a site allows
        with pytest.raises(UnusablePhoto, match=code):
            convert_photo(data, ONE)


def test_a_large_photo_of_a_camera_is_made_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    """A JPEG in one scan may have four times the pixels of other photos, for never more than these are decoded."""
    monkeypatch.setattr(images, "_MAX_DECODED", 1_000)
    photo = Image.new("RGB", (80, 50), "teal")
    data = saved(photo, "JPEG")
    assert measure_photo(data, 1_000) == (80, 50)
    assert images._read_upright(data, 80, sys.maxsize)[0].size == (40, 25)
    assert Image.open(BytesIO(convert_photo(data, Rendition("x.jpg", "image/jpeg", 80, 50)))).size == (80, 50)
    scan = data.index(b"\xff\xda") + 4
    in_three_scans = data[:scan] + b"\1" + data[scan + 1:]
    for large in (saved(photo, "JPEG", progressive=True), in_three_scans, saved(photo, "PNG"),
                  saved(Image.new("RGB", (80, 51)), "JPEG")):
        with pytest.raises(UnusablePhoto, match="photo_too_large"):
            measure_photo(large, 1_000)


def test_a_photo_as_phones_store_it_is_read_where_the_library_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the same limit, upright, and without what the camera wrote; without the library it is told."""
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    data = saved(Image.new("RGB", (64, 48), "teal"), "HEIF", exif=exif.tobytes(), quality=90)
    assert measure_photo(data, 64 * 48) == (64, 48)
    shown = convert_photo(data, Rendition("x.jpg", "image/jpeg", 64, 48))
    assert max(ImageChops.difference(opened(shown), Image.new("RGB", (64, 48), "teal")).tobytes()) < 12
    assert b"Camera" in data
    assert b"Camera" not in shown
    with pytest.raises(UnusablePhoto, match="photo_too_large"):
        measure_photo(data, 64 * 48 - 1)
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(UnusablePhoto, match="photo_heic"):
        measure_photo(data)


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG"])
def test_what_moves_is_refused(file_format: str) -> None:
    """An animation is not silently shown as its first picture; a file of one picture is none."""
    with pytest.raises(UnusablePhoto, match="photo_moves"):
        measure_photo(saved(MOVING[0], file_format, save_all=True, append_images=MOVING[1:]))
    assert measure_photo(saved(MOVING[0], file_format, save_all=True)) == (8, 8)


@given(st.binary(max_size=200), st.integers(0, 600), st.sampled_from(FORMATS))
def test_any_bytes_are_a_picture_or_refused(noise: bytes, place: int, file_format: str) -> None:
    """Whatever a file holds, nothing but Refused is raised; and what `measure_photo` lets through can be converted."""
    original = picture(file_format)
    for data in (noise, original[:place] + noise + original[place + len(noise):]):
        try:
            assert min(measure_photo(data)) > 0
        except UnusablePhoto:
            continue
        assert made(data)
