"""A photo's bytes without what they tell beside the picture: no place, no time, no camera, no comment, no preview."""

import re
import warnings
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".gif": "GIF"}
"""Suffix of a photo's file name → its format."""

MOST_PIXELS = 40_000_000


class NotAnImage(ValueError):
    """The bytes are no JPEG, PNG, WebP or GIF, or are damaged; or the suffix is of no such format."""


class TooLarge(ValueError):
    """The picture has more than 40 megapixels."""


def clean(data: bytes, suffix: str) -> bytes:
    """The picture in `data` in the format of `suffix` (`.jpg`), upright, in sRGB, without any metadata.

    A JPEG without metadata is returned as it is; of an animation the first picture stays. The same bytes give the same
    bytes. Raises NotAnImage, TooLarge.
    """
    file_format = FORMATS.get(suffix.lower())
    if file_format is None:
        raise NotAnImage(suffix)
    image = _opened(data)
    if image.format == file_format == "JPEG" and not _METADATA.search(data) and data.endswith(_END):
        return data
    try:
        return _encoded(_in_srgb(ImageOps.exif_transpose(image)), file_format)
    except Exception as error:  # Pillow's readers raise whatever they stumble over
        raise NotAnImage(str(error)) from error


def size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels as the picture is seen, after its orientation. Raises NotAnImage, TooLarge."""
    image = _opened(data)
    try:
        # a PNG's own getexif would decode the whole picture
        lies = Image.Image.getexif(image).get(_ORIENTATION, 1) in (5, 6, 7, 8)
    except Exception as error:  # as above
        raise NotAnImage(str(error)) from error
    return (image.height, image.width) if lies else (image.width, image.height)


# In a JPEG's picture data 0xff never stands before these: the segments of EXIF, XMP, colour profiles, comments.
_METADATA = re.compile(rb"\xff[\xe1-\xed\xef\xfe]|\xff\xe0(?!\x00\x10JFIF)")
_END = b"\xff\xd9"  # phones append films and second pictures behind it
_ORIENTATION = 0x0112


def _opened(data: bytes) -> Image.Image:
    """The picture, of which only the header has been read: too large a one is never decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own bound is lower
            image = Image.open(BytesIO(data), formats=sorted(set(FORMATS.values())))
    except Image.DecompressionBombError as error:
        raise TooLarge(str(error)) from error
    except Exception as error:  # as above
        raise NotAnImage(str(error)) from error
    if image.width * image.height > MOST_PIXELS:
        raise TooLarge(f"{image.width} x {image.height}")
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    image = _without_palette(image)
    if not profile:
        return image
    wanted = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=wanted)
    except (ImageCms.PyCMSError, OSError):
        return image  # a damaged profile is dropped
    return converted or image


def _without_palette(image: Image.Image) -> Image.Image:
    if "transparency" in image.info or image.mode in ("LA", "PA"):
        return image.convert("RGBA")
    return image.convert("RGB") if image.mode == "P" else image


def _encoded(image: Image.Image, file_format: str) -> bytes:
    if file_format == "JPEG" and image.mode != "L":
        image = _on_white(image).convert("RGB")
    image.info = {}  # where a plain save would find a comment or a profile again
    output = BytesIO()
    if file_format == "PNG":
        image.save(output, "PNG", exif=b"")
    elif file_format == "GIF":
        image.save(output, "GIF")
    else:
        image.save(output, file_format, quality=90, exif=b"")
    return output.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
