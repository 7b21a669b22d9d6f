"""The guide for writers: the text that `docs/` has, in sections that a phone shows one at a time."""

import re
from collections.abc import Iterator

from msgspec import Struct

from ..content import markup
from ..core.outputs import Output
from ..core.traditional import as_written
from .edition import Edition, Link
from .shell import CONTENT_MODEL, GUIDE, SUBMIT, sheet

_HEADING = re.compile(r"<h2[^>]*>(.*?)</h2>")


class Section(Struct, frozen=True):
    """A section: where a link finds it, its heading, and its HTML."""

    anchor: str
    title: str
    html: str


class GuideView(Struct, frozen=True):
    """The guide: what stands before its sections, the sections, and the pages that writers need beside it."""

    intro: str
    sections: tuple[Section, ...]
    ways: tuple[Link, ...]


def guide_page(edition: Edition, text: str) -> Output:
    """The guide of which `text` is the Markdown: a title, and sections below headings `##`."""
    title, _, rest = text.partition("\n")
    title = title.lstrip("#").strip()
    intro, *parts = _HEADING.split(markup.render(rest).html)
    tag = edition.language.tag
    sections = (Section(as_written(tag, markup.anchor_of(markup.plain(heading))), heading, html)
                for heading, html in zip(parts[::2], parts[1::2], strict=True))
    view = GuideView(intro, tuple(sections), tuple(_ways(edition)))
    return sheet(edition, GUIDE, "pages/guide.html", title, view, trail=(Link(title),))




def _ways(edition: Edition) -> Iterator[Link]:
    if edition.library.site.submit:
        yield Link(edition.text("Write a record"), SUBMIT)
    yield Link(edition.text("By topic"), "topics/index.html")
    yield Link(edition.text("Ways of working"), "methods/index.html")
    yield Link(edition.text("What the data mean"), "data/dictionary/index.html")
    if edition.has_content_model:
        yield Link(edition.text("The content model"), CONTENT_MODEL)
