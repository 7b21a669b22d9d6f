"""Photos on a page: several sizes each; before/after pairs side by side."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from ..content.markup import ResponsiveImage
from ..core.outputs import Rendition
from ..model.records import Photo
from .page_context import LocalizedText
from .responsive_images import PAIR_SIZES, SINGLE_SIZES, build_responsive_image


class PhotoView(Struct, frozen=True):
    """A photo, its caption `alt`, and whether it was taken before or after ("" = neither), as text."""

    image: ResponsiveImage
    alt: LocalizedText
    time_label: str


PhotoGroup = tuple[PhotoView, ...]
"""One photo, or a before/after pair of the same subject."""


def group_photos(photos: Iterable[Photo], captions: Mapping[str, LocalizedText], files: Mapping[str, str],
                 renditions: Mapping[str, tuple[Rendition, ...]], base: str,
                 times: Mapping[str, str]) -> Iterator[PhotoGroup]:
    """The publishable photos; the first one taken before is paired with the first one taken after, and so on.

    `captions`: a photo's `file` → what it shows; `files`: the same → its output file; `base`: path from the page to
    the site root; `times`: the words for before and after.
    """
    known = [photo for photo in photos if files.get(photo.file) in renditions]
    for group in _pair_before_and_after(known):
        sizes = PAIR_SIZES if len(group) > 1 else SINGLE_SIZES
        shown = [build_responsive_image(renditions[files[photo.file]], base, sizes) for photo in group]
        yield tuple(PhotoView(image, captions[photo.file], times.get(photo.when or "", ""))
                    for image, photo in zip(shown, group, strict=True))


def _pair_before_and_after(photos: Sequence[Photo]) -> Iterator[tuple[Photo, ...]]:
    """Group photos: a before/after pair stands at the position of its first photo."""
    before, after = ([n for n, photo in enumerate(photos) if photo.when == when] for when in ("before", "after"))
    pairs = {n: pair for pair in zip(before, after, strict=False) for n in pair}
    for n in range(len(photos)):
        pair = pairs.get(n, (n,))
        if n == min(pair):
            yield tuple(photos[photo] for photo in pair)
