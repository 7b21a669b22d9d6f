"""The content model: the specification that `docs/` has, with an anchor for each section, rule and statistic."""

import re
from functools import cache

from msgspec import Struct

from ..content.markup.converter import convert_markdown
from ..core.outputs import Output
from ..core.traditional import mark_unconverted
from .layout import CONTENT_MODEL_PAGE, GUIDE_PAGE, build_page
from .page_context import Link, PageContext

LANGUAGE = "en"
"""The language that it is written in."""

_SECTION = re.compile(r'^## <a id="([^"]+)"></a>(.*)$', re.MULTILINE)


class ContentModelView(Struct, frozen=True):
    """The text as HTML; its language, "" where it is the page's own; its main sections."""

    html: str
    lang: str
    sections: tuple[Link, ...]


def build_content_model_page(edition: PageContext, text: str) -> Output:
    """The page of the content model of which `text` is the Markdown: a title, and sections with anchors.

    The text is the program's own, so that it is not sanitised: its anchors stay.
    """
    tag, title = edition.language.tag, edition.text("The content model")
    sections = tuple(Link(name, f"#{anchor}") for anchor, name in _SECTION.findall(text))
    view = ContentModelView(mark_unconverted(tag, _convert_markdown(text)), "" if tag == LANGUAGE else LANGUAGE,
                            tuple(Link(mark_unconverted(tag, one.text), one.target) for one in sections))
    up = (Link(edition.text("How to write a record"), GUIDE_PAGE),) if edition.has_guide else ()
    return build_page(edition, CONTENT_MODEL_PAGE, "pages/content_model.html", title, view, trail=(*up, Link(title)))


@cache  # the same in every language, and long
def _convert_markdown(text: str) -> str:
    return convert_markdown(text.partition("\n")[2])
