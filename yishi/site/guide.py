"""The guide for writers: the text from `docs/`, in sections that phones show one at a time."""

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
    """A section: its anchor, heading and HTML."""

    anchor: str
    title: str
    html: str


class GuideView(Struct, frozen=True):
    """The guide: its introduction, its sections, and links to other pages that writers need."""

    intro: str
    sections: tuple[GuideSection, ...]
    related_pages: tuple[Link, ...]


def build_guide_page(context: PageContext, text: str) -> Output:
    """Build the guide from its Markdown `text`, divided at the headings of level 2 (`##`)."""
    title, _, rest = text.partition("\n")
    title = title.lstrip("#").strip()
    intro, *parts = _HEADING.split(markup.render_markdown(rest).html)
    tag = context.language.tag
    sections = (GuideSection(mark_unconverted(tag, markup.create_anchor(markup.strip_markup(heading))), heading, html)
                for heading, html in zip(parts[::2], parts[1::2], strict=True))
    view = GuideView(intro, tuple(sections), tuple(_related_pages(context)))
    return build_page(context, GUIDE_PAGE, "pages/guide.html", title, view, trail=(Link(title),))




def _related_pages(context: PageContext) -> Iterator[Link]:
    if context.library.site.submit:
        yield Link(context.text("Write a record"), SUBMIT_PAGE)
    yield Link(context.text("By topic"), "topics/index.html")
    yield Link(context.text("Ways of working"), "methods/index.html")
    yield Link(context.text("What the data mean"), "data/dictionary/index.html")
    if context.has_content_model:
        yield Link(context.text("The content model"), CONTENT_MODEL_PAGE)
