"""The content model: the specification that `docs/` has, with an anchor for each section, rule and statistic."""

import re
from functools import cache

from msgspec import Struct

from ..content.markup.converter import convert
from ..core.outputs import Output
from ..core.traditional import as_written
from .edition import Edition, Link
from .shell import CONTENT_MODEL, GUIDE, sheet

LANGUAGE = "en"
"""The language that it is written in."""

_SECTION = re.compile(r'^## <a id="([^"]+)"></a>(.*)$', re.MULTILINE)


class ContentModelView(Struct, frozen=True):
    """The text as HTML; its language, "" where it is the page's own; its main sections."""

    html: str
    lang: str
    sections: tuple[Link, ...]


def content_model_page(edition: Edition, text: str) -> Output:
    """The page of the content model of which `text` is the Markdown: a title, and sections with anchors.

    The text is the program's own, so that it is not sanitised: its anchors stay.
    """
    tag, title = edition.language.tag, edition.text("The content model")
    sections = tuple(Link(name, f"#{anchor}") for anchor, name in _SECTION.findall(text))
    view = ContentModelView(as_written(tag, _html_of(text)), "" if tag == LANGUAGE else LANGUAGE,
                            tuple(Link(as_written(tag, one.text), one.target) for one in sections))
    up = (Link(edition.text("How to write a record"), GUIDE),) if edition.has_guide else ()
    return sheet(edition, CONTENT_MODEL, "pages/content_model.html", title, view, trail=(*up, Link(title)))


@cache  # the same in every language, and long
def _html_of(text: str) -> str:
    return convert(text.partition("\n")[2])
