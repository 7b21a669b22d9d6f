"""Convert photos for publication: a few sizes, upright, sRGB, without metadata. Pure."""

import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import reduce
from io import BytesIO
from types import MappingProxyType
from typing import Any

import PIL
from msgspec import Struct
from PIL import Image, ImageChops, ImageCms, ImageFile, features

from ..core.outputs import Rendition
from ..model.records.limits import DEFAULT_LIMITS

WIDTHS = (400, 800, 1600)
"""In pixels: a phone; a phone with a high-resolution screen, or half a page; a whole page."""

_FEATURES = [features.version(name) for name in ('jpg', 'webp', 'avif', 'littlecms2')]
CODEC_VERSIONS = f"Pillow {PIL.__version__} {_FEATURES}"
"""Library versions on which the converted bytes depend."""

JPEG_FACTOR = 4
"""A JPEG may have so many times the pixels of other photos, as it is made smaller while it is decoded. Of more than 179
million pixels Pillow opens none."""

_MAX_DECODED = DEFAULT_LIMITS.photo_megapixels * 1_000_000
"""Pixels of a JPEG that are decoded at most."""

PixelSize = tuple[int, int]
"""Width and height in pixels."""


class UnusablePhoto(ValueError):
    """A photo that cannot be shown; `code` is the code of the problem."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def measure_photo(data: bytes, max_pixels: int = DEFAULT_LIMITS.photo_megapixels * 1_000_000) -> PixelSize:
    """The size of the photo in `data` as displayed, after applying its orientation; checks that it can be converted.

    `max_pixels`: a JPEG that is decoded line by line may have JPEG_FACTOR as many. Raises UnusablePhoto:
    `photo_too_large` before anything is decoded, `photo_heic`, `photo_moves`, `bad_photo`.
    """
    return _read_upright(data, 1, max_pixels)[1]


def plan_renditions(path: str, size: PixelSize, *, avif: bool = False) -> tuple[Rendition, ...]:
    """The renditions of the photo `path` of this size: the best format first, each from small to large."""
    return tuple(Rendition(f"{path}.{width}.{encoder.suffix}", kind, width, height)
                 for kind, encoder in _ENCODERS.items() if avif or kind != "image/avif"
                 for width, height in _rendition_sizes(*size))


def convert_photo(data: bytes, wanted: Rendition) -> bytes:
    """The photo in `data` converted to `wanted`; transparency becomes white. Deterministic.

    Raises UnusablePhoto as `measure_photo` does, which has seen to its size.
    """
    image, _ = _read_upright(data, max(wanted.width, wanted.height), sys.maxsize)
    small = image.resize((wanted.width, wanted.height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _encode_image(_flatten_on_white(_to_srgb(small)), _ENCODERS[wanted.mime_type])


class _Encoder(Struct, frozen=True):
    """Pillow's options for a format."""

    name: str
    suffix: str
    options: Mapping[str, Any]


_ENCODERS = MappingProxyType({
    "image/avif": _Encoder("AVIF", "avif", {"quality": 55, "speed": 6, "max_threads": 1}),  # threads affect the bytes
    "image/webp": _Encoder("WEBP", "webp", {"quality": 75, "method": 4}),
    "image/jpeg": _Encoder("JPEG", "jpg", {"quality": 78, "optimize": True, "progressive": True}),
})
_READABLE_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_MAX_SIDE = 16_000  # the maximum height of WebP; screenshots of whole chats exceed it
_ORIENTATION, _PLACE = 0x0112, 0x8825
_TRANSPOSITIONS = MappingProxyType({
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
})
_SIDE_PRESERVING = (None, *(_TRANSPOSITIONS[orientation] for orientation in (2, 3, 4)))


def _rendition_sizes(width: int, height: int) -> Iterator[PixelSize]:
    """The sizes of the renditions: never larger than the original; of two nearly equal ones only one."""
    widest = max(1, min(width, WIDTHS[-1], _MAX_SIDE * width // height))
    for wide in (*(width for width in WIDTHS if width < 0.8 * widest), widest):
        yield wide, max(1, min(_MAX_SIDE, round(height * wide / width)))


# --- reading ----------------------------------------------------------------------------------------------------------


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Turn all errors and warnings of Pillow into UnusablePhoto."""
    with warnings.catch_warnings(action="ignore"):
        try:
            yield
        except UnusablePhoto:
            raise
        except Image.DecompressionBombError as error:
            raise UnusablePhoto("photo_too_large") from error
        except Exception as error:
            raise UnusablePhoto("bad_photo") from error


@_translate_errors()
def _read_upright(data: bytes, longest: int, max_pixels: int) -> tuple[Image.Image, PixelSize]:
    """The picture, upright, and its full size. A JPEG may be decoded at a reduced size with both sides at least
    `longest`, or less if it were too large."""
    image = _open_image(data, max_pixels)
    size = image.size
    tile = image.tile[0] if image.tile else None
    image.draft(None, _choose_draft(size, longest))
    image.load()
    turn = _TRANSPOSITIONS.get(_orientation(image))
    plain = _to_resizable_mode(image, tile)
    upright = plain if turn is None else plain.transpose(turn)
    return upright, size if turn in _SIDE_PRESERVING else (size[1], size[0])


def _choose_draft(size: PixelSize, longest: int) -> PixelSize:
    """The least size to which a JPEG of this size may be decoded; it can be a half, a quarter or an eighth."""
    pixels = size[0] * size[1]
    divisor = next((divisor for divisor in (1, 2, 4) if pixels // divisor ** 2 <= _MAX_DECODED), 8)
    return (longest, longest) if divisor == 1 or min(size) // longest >= divisor else (
        max(1, size[0] // divisor), max(1, size[1] // divisor))


def _open_image(data: bytes, max_pixels: int = sys.maxsize) -> ImageFile.ImageFile:
    """The picture with only its header read: a picture that is too large is never decoded."""
    image = _open_heic(data) if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS else Image.open(
        BytesIO(data), formats=_READABLE_FORMATS)
    if image.width * image.height > max_pixels * (JPEG_FACTOR if _is_in_one_scan(image, data) else 1):
        raise UnusablePhoto("photo_too_large")
    # further images in a JPEG are previews or gain maps, not frames
    if image.format in ("PNG", "WEBP", "GIF") and getattr(image, "is_animated", False):
        raise UnusablePhoto("photo_moves")
    return image


def _open_heic(data: bytes) -> ImageFile.ImageFile:
    """A HEIC photo, where the optional library that reads it is installed."""
    try:
        import pillow_heif  # optional: its wheels carry decoders and encoders under other licences

        pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
        return Image.open(BytesIO(data), formats=("HEIF",))
    except Exception as error:
        raise UnusablePhoto("photo_heic") from error


def _is_in_one_scan(image: Image.Image, data: bytes) -> bool:
    """Whether a picture is a JPEG of a single scan, as cameras write it: of several scans (progressive, or one for each
    colour) the decoder keeps the whole picture in memory, at any size that is asked for."""
    if image.format not in ("JPEG", "MPO") or image.info.get("progressive"):
        return False
    at = 2
    while data[at:at + 1] == b"\xff" and (marker := data[at + 1]) != _START_OF_SCAN:
        at += 1 if marker == 0xff else 2 + int.from_bytes(data[at + 2:at + 4], "big")
    return data[at + 4:at + 5] == bytes([len(image.getbands())])


_START_OF_SCAN = 0xda


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # as above: unreadable EXIF is ignored
        return 1


def holds_place(data: bytes) -> bool:
    """Whether a photo tells where it was taken, in its EXIF or XMP data."""
    try:
        with _translate_errors():
            return bool(_open_image(data).getexif().get_ifd(_PLACE)) or b"GPSLatitude" in data
    except UnusablePhoto:  # refused elsewhere
        return b"GPSLatitude" in data


# --- colours and frames -----------------------------------------------------------------------------------------------


def _to_resizable_mode(image: Image.Image, tile: ImageFile._Tile | None) -> Image.Image:
    """Convert to a mode that can be resized: L, RGB or CMYK; LA or RGBA with transparency.

    `tile`: how the file stores the picture, as reported by Pillow before loading.
    """
    if image.mode == "P":
        plain = image.convert("RGBA" if "transparency" in image.info else "RGB")
    else:
        alpha = _alpha_from_colour_key(image, str(tile.args) if tile else "")
        plain = _to_8_bits(image)
        if alpha:
            plain.putalpha(alpha)
    return _place_in_frame(plain, tile.extents) if tile and image.format == "GIF" and tile.extents else plain


def _to_8_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16-bit greyscale
        return image.convert("I").point([level * 255 // 65535 for level in range(65536)], "L")
    return image.convert("L") if image.mode == "1" else image


def _alpha_from_colour_key(image: Image.Image, packed: str) -> Image.Image | None:
    """Transparency where the picture has the colour marked as transparent (tRNS of a PNG, in its samples).

    Of 16-bit colours Pillow keeps only the upper 8 bits.
    """
    key = image.info.pop("transparency", None)
    if key is None or image.mode not in ("1", "L", "I;16", "RGB"):
        return None
    if image.mode == "I;16":
        return image.convert("I").point([255 * (level != key) for level in range(65536)], "L")
    scale = next((factor for bits, factor in (("1", 255), ("L;2", 85), ("L;4", 17)) if packed == bits), 1)
    keys = [part >> 8 if "16" in packed else part * scale for part in (key if isinstance(key, tuple) else (key,))]
    bands = (image.convert("L") if image.mode == "1" else image).split()
    differs = [band.point([255 * (level != part) for level in range(256)])
               for band, part in zip(bands, keys, strict=True)]
    return reduce(ImageChops.lighter, differs)


def _place_in_frame(image: Image.Image, extents: tuple[int, int, int, int]) -> Image.Image:
    """A GIF may fill only a part of its frame: the rest is transparent."""
    if extents == (0, 0, *image.size):
        return image
    inside = image.convert("RGBA").crop(extents)
    framed = Image.new("RGBA", image.size)
    framed.paste(inside, extents[:2])
    return framed


def _to_srgb(image: Image.Image) -> Image.Image:
    """Convert the colours to sRGB; transparency is preserved. A damaged profile is dropped."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colour = image.convert(image.mode.removesuffix("A")) if alpha else image
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(colour, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image
    if converted and alpha:
        converted.putalpha(alpha)
    return converted or image


def _flatten_on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("LA", "RGBA"):
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")


def _encode_image(image: Image.Image, encoder: _Encoder) -> bytes:
    image.info = {}  # a plain save would write comments and profiles from here
    output = BytesIO()
    image.save(output, encoder.name, exif=b"", **encoder.options)
    return output.getvalue()
