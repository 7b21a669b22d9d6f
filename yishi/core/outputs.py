"""`OutputPlan`: a file of the site to be produced. `Output`: the file produced, before it is encoded to bytes."""

from collections.abc import Callable

from msgspec import Struct

from .traditional import Conversion


class Rendition(Struct, frozen=True):
    """A photo in one format and one size in pixels; `path` is its path in the site."""

    path: str
    mime_type: str
    width: int
    height: int


class Output(Struct, frozen=True):
    """A file of the site: a template with the view that it shows, a finished body, or a `file` of the content folder,
    as it is or as one rendition of a photo.

    `path` is relative to the output folder (`en/places/shahe/index.html`). `view` is a frozen type that holds exactly
    what the page shows, in `language`; `conversion`: how the rendered page is converted.
    """

    path: str
    template: str = ""
    language: str = ""
    view: object = None
    body: bytes = b""
    conversion: Conversion | None = None
    file: str = ""
    photo: Rendition | None = None


class OutputPlan(Struct, frozen=True):
    """A file of the site to be produced.

    `produce(source, *args)` returns its Output at the same `path`. It is a function of module level, so that it can be
    sent to a worker, and depends only on what it reads in `source` and on `args`: plain data computed while planning
    (texts, numbers, small frozen types), never records. `digest`: that of its bytes, if known beforehand; the file is
    then up to date as long as it has them, whatever else changes. `origin`: the content file it comes from, "" for what
    the site generates. `measures`: files whose sizes in bytes are one more argument, a tuple; they are produced first.
    """

    path: str
    produce: Callable[..., Output]
    source: object
    args: tuple[object, ...] = ()
    digest: str = ""
    origin: str = ""
    measures: tuple[str, ...] = ()

    def produce_output(self) -> Output:
        """Produce the file now."""
        return self.produce(self.source, *self.args)
