"""`Output`: one file of the site, before it is bytes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Output:
    """A file of the site: a template with the view that it shows, a ready body, or a `file` of the content folder.

    `path` is relative to the output folder (`en/places/shahe/index.html`); `view` is a frozen dataclass that holds
    exactly what the page shows, in `language`. `kept`: the file stays as the last build wrote it.
    """

    path: str
    template: str = ""
    language: str = ""
    view: object = None
    body: bytes = b""
    file: str = ""
    kept: bool = False
