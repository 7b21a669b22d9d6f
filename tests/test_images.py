"""What `yishi.images` promises: the picture stays, everything else goes."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from yishi.images import FORMATS, NotAnImage, TooLarge, clean, size

SECRETS = (b"Exif", b"GPS", b"secret", b"xmp", b"http://ns.adobe.com", b"ICC", b"iCCP")


def picture(file_format: str = "JPEG", orientation: int = 6, **options: Any) -> bytes:
    """A 40 x 20 picture, its left half red, its right half blue, with EXIF (a place, an orientation)."""
    image = Image.new("RGB", (40, 20), (250, 0, 0))
    image.paste((0, 0, 250), (20, 0, 40, 20))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x8825] = orientation, "secret", {1: "N", 2: (40.0, 13.0, 0.0)}
    return saved(image, file_format, exif=exif, quality=95, **options)


def saved(image: Image.Image, file_format: str, **options: Any) -> bytes:
    """The file of `image`."""
    output = BytesIO()
    image.save(output, file_format, **options)
    return output.getvalue()


def colour(data: bytes, x: int, y: int) -> str:
    """Which colour the picture has there."""
    pixel = Image.open(BytesIO(data)).convert("RGB").getpixel((x, y))
    assert isinstance(pixel, tuple)
    return "red" if pixel[0] > pixel[2] else "blue"


@pytest.mark.parametrize(("suffix", "options"), [
    (".jpg", {"comment": b"secret", "xmp": b"<x:xmpmeta>secret</x:xmpmeta>"}),
    (".jpeg", {}),
    (".png", {}),
    (".webp", {"xmp": b"<x:xmpmeta>secret</x:xmpmeta>"}),
    (".gif", {"comment": b"secret"}),
    (".JPG", {}),
])
def test_no_metadata_is_left(suffix: str, options: dict[str, Any]) -> None:
    """Place, comment, XMP and colour profile are gone from every format, which stays what it was."""
    file_format = FORMATS[suffix.lower()]
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = picture(file_format, icc_profile=profile, **options)
    assert any(secret in data for secret in SECRETS)
    cleaned = clean(data, suffix)
    assert not [secret for secret in SECRETS if secret in cleaned]
    image = Image.open(BytesIO(cleaned))
    assert image.format == file_format
    assert not dict(image.getexif())


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_the_picture_stands_upright(suffix: str) -> None:
    """A picture that was marked as turned by a quarter is turned, and `size` says so before and after."""
    data = picture(FORMATS[suffix], orientation=6)
    cleaned = clean(data, suffix)
    assert size(data) == size(cleaned) == (20, 40)
    assert (colour(cleaned, 10, 5), colour(cleaned, 10, 35)) == ("red", "blue")


def test_what_is_hidden_behind_the_picture_goes() -> None:
    """Films and second pictures that phones append to a JPEG are cut off."""
    data = saved(Image.new("RGB", (8, 8)), "JPEG")
    assert clean(data + b"secret film", ".jpg").endswith(b"\xff\xd9")
    assert b"secret" not in clean(data + b"secret film\xff\xe1\xff\xd9", ".jpg")


def test_a_clean_jpeg_stays_as_it_is() -> None:
    """A JPEG without metadata loses no quality."""
    data = saved(Image.new("RGB", (64, 64), "green"), "JPEG", quality=70)
    assert clean(data, ".jpg") is data


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".gif"])
def test_the_same_bytes_give_the_same_bytes(suffix: str) -> None:
    """Cleaning is deterministic, and cleaning again a JPEG that was cleaned changes nothing."""
    data = picture(FORMATS[suffix])
    assert clean(data, suffix) == clean(data, suffix)
    once = clean(picture(), ".jpg")
    assert clean(once, ".jpg") == once


def test_colours_are_converted_to_srgb() -> None:
    """A picture with another colour profile looks the same without it."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red_is_green = profile.replace(b"rXYZ", b"____").replace(b"gXYZ", b"rXYZ").replace(b"____", b"gXYZ")
    cleaned = clean(saved(Image.new("RGB", (4, 4), (250, 0, 0)), "PNG", icc_profile=red_is_green), ".png")
    pixel = Image.open(BytesIO(cleaned)).getpixel((1, 1))
    assert isinstance(pixel, tuple)
    assert pixel[1] > 200 > 50 > pixel[0]


def test_transparency_stays_where_the_format_has_it() -> None:
    """A PNG keeps what is see-through; a JPEG shows it white."""
    data = saved(Image.new("RGBA", (4, 4), (255, 0, 0, 0)), "PNG")
    assert Image.open(BytesIO(clean(data, ".png"))).convert("RGBA").getpixel((1, 1)) == (255, 0, 0, 0)
    assert Image.open(BytesIO(clean(data, ".jpg"))).getpixel((1, 1)) == (255, 255, 255)


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims this size and holds almost nothing."""
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(8_000, 5_001), (10_000, 10_000), (60_000, 60_000)])
def test_too_large_a_picture_is_refused_before_it_is_decoded(width: int, height: int) -> None:
    """More than 40 megapixels are refused, however small the file."""
    with pytest.raises(TooLarge):
        clean(png_of(width, height), ".png")
    with pytest.raises(TooLarge):
        size(png_of(width, height))
    assert size(png_of(8_000, 5_000)) == (8_000, 5_000)


@pytest.mark.parametrize(("data", "suffix"), [
    (b"", ".jpg"), (b"no picture", ".png"), (picture()[:400], ".jpg"), (picture(), ".heic"), (picture(), ""),
    (b"\x00\x00\x00\x18ftypheic", ".jpg"), (png_of(10, 10), ".png")])
def test_what_is_no_picture_is_refused(data: bytes, suffix: str) -> None:
    """Other files, damaged pictures and other suffixes are NotAnImage, which is a ValueError."""
    with pytest.raises(NotAnImage):
        clean(data, suffix)


@given(st.binary(max_size=200), st.integers(0, 600), st.sampled_from(sorted(FORMATS)))
def test_any_bytes_are_a_picture_or_refused(noise: bytes, place: int, suffix: str) -> None:
    """Whatever a file holds, nothing but the two errors is raised."""
    for data in (noise, (original := picture(FORMATS[suffix]))[:place] + noise + original[place + len(noise):]):
        try:
            assert clean(data, suffix)
            assert min(size(data)) > 0
        except (NotAnImage, TooLarge):
            pass
