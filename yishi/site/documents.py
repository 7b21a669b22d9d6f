"""The documents of the program, from `docs/`: the guide for writers, and the content model."""

import re
from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from ..content import markup
from ..core.outputs import Output
from ..core.traditional import mark_unconverted
from .layout import CONTENT_MODEL_PAGE, GUIDE_PAGE, SUBMIT_PAGE, build_page
from .page_context import Link, LocalizedText, PageContext

CONTENT_MODEL_LANGUAGE = "en"

_GUIDE_HEADING = re.compile(r"<h2[^>]*>(.*?)</h2>")
_CONTENT_MODEL_HEADING = re.compile(r'^## <a id="([^"]+)"></a>(.*)$', re.MULTILINE)


class DocumentView(Struct, frozen=True):
    """A document: its text or introduction as HTML, its sections (anchor, heading and HTML) and its links.

    The content model is one text with links to its sections. The guide is divided, because phones show one section at a
    time; its links lead to other pages that writers need.
    """

    text: LocalizedText
    sections: tuple[tuple[str, str, str], ...]
    links: tuple[Link, ...]


def build_guide_page(context: PageContext, text: str) -> Output:
    """The guide from its Markdown `text`, divided at the headings of level 2 (`##`)."""
    title, _, rest = text.partition("\n")
    title = title.lstrip("#").strip()
    intro, *parts = _GUIDE_HEADING.split(markup.render_markdown(rest).html)
    tag = context.language.tag
    sections = ((mark_unconverted(tag, markup.create_anchor(markup.strip_markup(heading))), heading, html)
                for heading, html in zip(parts[::2], parts[1::2], strict=True))
    view = DocumentView(LocalizedText(intro), tuple(sections), tuple(_links_for_writers(context)))
    return build_page(context, GUIDE_PAGE, "pages/guide.html", title, view, trail=(Link(title),))


def _links_for_writers(context: PageContext) -> Iterator[Link]:
    if context.library.site.submit:
        yield Link(context.text("Report an issue"), SUBMIT_PAGE)
    yield Link(context.text("By topic"), "topics/index.html")
    yield Link(context.text("Ways of working"), "methods/index.html")
    yield Link(context.text("What the data mean"), "data/dictionary/index.html")
    if context.has_content_model:
        yield Link(context.text("The content model"), CONTENT_MODEL_PAGE)


def build_content_model_page(context: PageContext, text: str) -> Output:
    """The content model page from its Markdown `text`: a title, and sections with anchors.

    The text is part of the program, so it is not sanitised and the anchors of its rules and statistics remain.
    """
    tag = context.language.tag
    title = context.text("The content model")
    sections = (Link(mark_unconverted(tag, name), f"#{anchor}")
                for anchor, name in _CONTENT_MODEL_HEADING.findall(text))
    html = LocalizedText(mark_unconverted(tag, _convert_markdown(text)),
                         "" if tag == CONTENT_MODEL_LANGUAGE else CONTENT_MODEL_LANGUAGE)
    up = (Link(context.text("How to write a record"), GUIDE_PAGE),) if context.has_guide else ()
    return build_page(context, CONTENT_MODEL_PAGE, "pages/content_model.html", title,
                      DocumentView(html, (), tuple(sections)), trail=(*up, Link(title)))


@cache  # The text is long and the same in every language, so its rendered HTML is kept.
def _convert_markdown(text: str) -> str:
    from ..content.markup.converter import convert_markdown  # takes 25 ms; the page is seldom built

    return convert_markdown(text.partition("\n")[2])[0]
