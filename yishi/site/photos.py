"""Photos on a page: several sizes each; before/after pairs side by side."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from urllib.parse import quote

from msgspec import Struct

from ..content.markup import ResponsiveImage
from ..core.outputs import Rendition
from ..model.records import Photo

SINGLE_SIZES = "(max-width: 46rem) calc(100vw - 2rem), 44rem"
PAIR_SIZES = "(max-width: 40rem) calc(100vw - 2rem), 22rem"
"""The `sizes` attribute of an `<img>`; it must match the widths in style.css."""


class PhotoView(Struct, frozen=True):
    """A photo, its caption, and whether it was taken before or after ("" = neither), as text."""

    image: ResponsiveImage
    alt: str
    time_label: str


PhotoGroup = tuple[PhotoView, ...]
"""One photo, or a before/after pair of the same subject."""


def group_photos(photos: Iterable[Photo], files: Mapping[str, str], renditions: Mapping[str, tuple[Rendition, ...]],
                 base: str, times: Mapping[str, str]) -> Iterator[PhotoGroup]:
    """The publishable photos; the first one taken before is paired with the first one taken after, and so on.

    `files`: a photo's `file` → its output file; `base`: path from the page to the site root; `times`: the words for
    before and after.
    """
    known = [photo for photo in photos if files.get(photo.file) in renditions]
    for group in _pair_before_and_after(known):
        sizes = PAIR_SIZES if len(group) > 1 else SINGLE_SIZES
        shown = [build_responsive_image(renditions[files[photo.file]], base, sizes) for photo in group]
        yield tuple(PhotoView(image, photo.alt, times.get(photo.when or "", ""))
                    for image, photo in zip(shown, group, strict=True))


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


def _pair_before_and_after(photos: Sequence[Photo]) -> Iterator[tuple[Photo, ...]]:
    """Group photos: a before/after pair stands at the position of its first photo."""
    before, after = ([n for n, photo in enumerate(photos) if photo.when == when] for when in ("before", "after"))
    pairs = {n: pair for pair in zip(before, after, strict=False) for n in pair}
    for n in range(len(photos)):
        pair = pairs.get(n, (n,))
        if n == min(pair):
            yield tuple(photos[photo] for photo in pair)
