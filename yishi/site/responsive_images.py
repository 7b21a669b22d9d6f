"""The `<picture>` data of a photo in several sizes and formats."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from urllib.parse import quote

from ..content.markup import ResponsiveImage
from ..core.outputs import Rendition

SINGLE_SIZES = "(max-width: 46rem) calc(100vw - 2rem), 44rem"
PAIR_SIZES = "(max-width: 40rem) calc(100vw - 2rem), 22rem"
"""The `sizes` attribute of an `<img>`; it must match the widths in style.css."""


def build_responsive_image(renditions: Sequence[Rendition], base: str, sizes: str = SINGLE_SIZES) -> ResponsiveImage:
    """The `<picture>` data for a page with the site root at `base`; every browser reads the last format."""
    formats = [(kind, list(group)) for kind, group in groupby(renditions, key=lambda rendition: rendition.mime_type)]
    *better, (_, srcset) = ((kind, _srcset(group, base)) for kind, group in formats)
    plain = formats[-1][1]
    middle = plain[len(plain) // 2]
    largest = plain[-1]
    return ResponsiveImage(tuple(better), build_photo_url(middle, base), srcset, sizes, largest.width, largest.height)


def build_photo_url(rendition: Rendition, base: str) -> str:
    """The URL of a photo, quoted because a space or comma would end a URL in `srcset`."""
    return base + quote(rendition.path)


def _srcset(renditions: Iterable[Rendition], base: str) -> str:
    return ", ".join(f"{build_photo_url(rendition, base)} {rendition.width}w" for rendition in renditions)
