"""`Output`: one file of the site, before it is bytes."""

from dataclasses import dataclass

from .images import Rendition


@dataclass(frozen=True, slots=True)
class Output:
    """A file of the site: a template with the view that it shows, a ready body, or a `file` of the content folder,
    as it is or as one rendition of a photo.

    `path` is relative to the output folder (`en/places/shahe/index.html`); `view` is a frozen dataclass that holds
    exactly what the page shows, in `language`.
    """

    path: str
    template: str = ""
    language: str = ""
    view: object = None
    body: bytes = b""
    file: str = ""
    photo: Rendition | None = None
