"""The guide for writers: the text that `docs/` has, in sections that a phone shows one at a time."""

import re
from collections.abc import Iterator

from msgspec import Struct

from ..content import markup
from ..core.outputs import Output
from ..core.traditional import mark_unconverted
from .layout import CONTENT_MODEL_PAGE, GUIDE_PAGE, SUBMIT_PAGE, build_page
from .page_context import Link, PageContext

_HEADING = re.compile(r"<h2[^>]*>(.*?)</h2>")


class GuideSection(Struct, frozen=True):
    """A section: where a link finds it, its heading, and its HTML."""

    anchor: str
    title: str
    html: str


class GuideView(Struct, frozen=True):
    """The guide: what stands before its sections, the sections, and the pages that writers need beside it."""

    intro: str
    sections: tuple[GuideSection, ...]
    related_pages: tuple[Link, ...]


def build_guide_page(edition: PageContext, text: str) -> Output:
    """The guide of which `text` is the Markdown: a title, and sections below headings `##`."""
    title, _, rest = text.partition("\n")
    title = title.lstrip("#").strip()
    intro, *parts = _HEADING.split(markup.render_markdown(rest).html)
    tag = edition.language.tag
    sections = (GuideSection(mark_unconverted(tag, markup.create_anchor(markup.strip_markup(heading))), heading, html)
                for heading, html in zip(parts[::2], parts[1::2], strict=True))
    view = GuideView(intro, tuple(sections), tuple(_related_pages(edition)))
    return build_page(edition, GUIDE_PAGE, "pages/guide.html", title, view, trail=(Link(title),))




def _related_pages(edition: PageContext) -> Iterator[Link]:
    if edition.library.site.submit:
        yield Link(edition.text("Write a record"), SUBMIT_PAGE)
    yield Link(edition.text("By topic"), "topics/index.html")
    yield Link(edition.text("Ways of working"), "methods/index.html")
    yield Link(edition.text("What the data mean"), "data/dictionary/index.html")
    if edition.has_content_model:
        yield Link(edition.text("The content model"), CONTENT_MODEL_PAGE)
