"""The content model page: the specification from `docs/`, with an anchor for each section, rule and statistic."""

import re
from functools import cache

from msgspec import Struct

from ..core.outputs import Output
from ..core.traditional import mark_unconverted
from .layout import CONTENT_MODEL_PAGE, GUIDE_PAGE, build_page
from .page_context import Link, PageContext

LANGUAGE = "en"
"""The language of the specification."""

_SECTION = re.compile(r'^## <a id="([^"]+)"></a>(.*)$', re.MULTILINE)


class ContentModelView(Struct, frozen=True):
    """The text as HTML, its language ("" = that of the page) and its main sections."""

    html: str
    lang: str
    sections: tuple[Link, ...]


def build_content_model_page(context: PageContext, text: str) -> Output:
    """Build the content model page from its Markdown `text`: a title, and sections with anchors.

    The text is part of the program, so it is not sanitised and its anchors remain.
    """
    tag, title = context.language.tag, context.text("The content model")
    sections = tuple(Link(name, f"#{anchor}") for anchor, name in _SECTION.findall(text))
    view = ContentModelView(mark_unconverted(tag, _convert_markdown(text)), "" if tag == LANGUAGE else LANGUAGE,
                            tuple(Link(mark_unconverted(tag, one.text), one.target) for one in sections))
    up = (Link(context.text("How to write a record"), GUIDE_PAGE),) if context.has_guide else ()
    return build_page(context, CONTENT_MODEL_PAGE, "pages/content_model.html", title, view, trail=(*up, Link(title)))


@cache  # The text is long and the same in every language, so its rendered HTML is kept.
def _convert_markdown(text: str) -> str:
    from ..content.markup.converter import convert_markdown  # takes 25 ms; the page is seldom built

    return convert_markdown(text.partition("\n")[2])
