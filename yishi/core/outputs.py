"""`OutputPlan`: a file of the site that is to be made. `Output`: the same file once made, before it is bytes."""

from collections.abc import Callable

from msgspec import Struct

from .traditional import Conversion


class Rendition(Struct, frozen=True):
    """A photo in one format (its MIME type) and size, as it stands at `path` in the site."""

    path: str
    mime_type: str
    width: int
    height: int


class Output(Struct, frozen=True):
    """A file of the site: a template with the view that it shows, a ready body, or a `file` of the content folder,
    as it is or as one rendition of a photo.

    `path` is relative to the output folder (`en/places/shahe/index.html`); `view` is a frozen type that holds
    exactly what the page shows, in `language`; `conversion`, how that is then converted.
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
    """A file of the site that is to be made: where, how, and of what.

    `make(source, *given)` makes its output, at the same `path`. It is a function of module level, and depends on
    nothing but what it reads in `source` and what is `given`: plain data that was worked out while planning, texts,
    numbers and small frozen types, never records. `digest`: that of its bytes, where they are known beforehand;
    the file is then up to date as long as it has them, whatever else changes. `origin`: the file of a writer that it
    comes of, "" for what the site makes by itself.
    """

    path: str
    produce: Callable[..., Output]
    source: object
    args: tuple[object, ...] = ()
    digest: str = ""
    origin: str = ""

    def produce_output(self) -> Output:
        """The file, made now."""
        return self.produce(self.source, *self.args)
