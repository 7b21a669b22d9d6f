"""The documents of the program, from `docs/`: the guide for writers, and the content model."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from msgspec import Struct

from ..content import markup
from ..core.outputs import Output, OutputPlan
from ..core.traditional import mark_unconverted
from .layout import CONTENT_MODEL_PAGE, GUIDE_PAGE, SUBMIT_PAGE, build_page, get_rule_section_page, plan_page
from .page_context import Link, LocalizedText, PageContext

CONTENT_MODEL_LANGUAGE = "en"

_GUIDE_HEADING = re.compile(r"<h2[^>]*>(.*?)</h2>")
_SECTION_HEADING = re.compile(r'^## <a id="([^"]+)"></a>(.*)$', re.MULTILINE)
_SUBHEADING = re.compile(r'^### <a id="([^"]+)"></a>(.*)$', re.MULTILINE)
_ANCHOR = re.compile(r'<a id="([^"]+)"></a>')
_RULE_LINK = re.compile(r"\]\(#([^)]+)\)")


class GuideView(Struct, frozen=True):
    """The guide: its introduction as HTML, its sections (anchor, heading and HTML) and its links.

    It is divided, because phones show one section at a time; its links lead to other pages that writers need.
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
    view = GuideView(LocalizedText(intro), tuple(sections), tuple(_links_for_writers(context)))
    return build_page(context, GUIDE_PAGE, "pages/guide.html", title, view, trail=(Link(title),))


def _links_for_writers(context: PageContext) -> Iterator[Link]:
    if context.library.site.submit:
        yield Link(context.text("Report an issue"), SUBMIT_PAGE)
    yield Link(context.text("By topic"), "topics/index.html")
    yield Link(context.text("Ways of working"), "methods/index.html")
    yield Link(context.text("What the data mean"), "data/dictionary/index.html")
    if context.has_content_model:
        yield Link(context.text("The content model"), CONTENT_MODEL_PAGE)


class SpecificationView(Struct, frozen=True):
    """The contents of the content model: its introduction as HTML, and each section with those below it (`target`: path
    and anchor below the language's root; `value`: the anchor)."""

    text: LocalizedText
    contents: tuple[tuple[Link, tuple[Link, ...]], ...]


class SpecificationSectionView(Struct, frozen=True):
    """A section of the content model: its anchor, its text as HTML, and the parts below it (anchor, heading and HTML).

    `neighbours`: the sections before and after it.
    """

    anchor: str
    text: LocalizedText
    parts: tuple[tuple[str, str, LocalizedText], ...]
    neighbours: tuple[Link, ...]


class _SpecificationSection(Struct, frozen=True):
    """A section of the content model: its number, its heading, its Markdown before the first part below it, and those
    parts: anchor, heading and Markdown."""

    number: str
    heading: str
    text: str
    below: tuple[tuple[str, str, str], ...]


def plan_content_model_pages(context: PageContext, text: str) -> Iterator[OutputPlan]:
    """The content model from its Markdown `text`: a page with the contents, and one for each section."""
    introduction, sections = _split_content_model(text)
    headings = tuple((one.number, one.heading, tuple(part[:2] for part in one.below)) for one in sections)
    yield plan_page(context, CONTENT_MODEL_PAGE, build_content_model_page, introduction, headings)
    for number, one in enumerate(sections):
        around = (*headings[max(number - 1, 0):number], *headings[number + 1:number + 2])
        yield plan_page(context, get_rule_section_page(one.number), build_content_model_section, one.number,
                        one.heading, one.text, one.below, tuple((key, name) for key, name, _ in around))


@cache
def _split_content_model(text: str) -> tuple[str, tuple[_SpecificationSection, ...]]:
    """The introduction, and the sections; a link to a rule of another section leads to that section's page."""
    introduction, *parts = _SECTION_HEADING.split(text.partition("\n")[2])
    section_of = {anchor: number for number, _, body in _triples(parts) for anchor in (number, *_ANCHOR.findall(body))}

    def lead_to(body: str, here: str) -> str:
        def link(match: re.Match[str]) -> str:
            number = section_of.get(match[1], here)
            page = "" if number == here else f"{'../' if here else ''}{number}/index.html"
            return f"]({page}#{match[1]})"

        return _RULE_LINK.sub(link, body)

    def read_section(number: str, heading: str, body: str) -> _SpecificationSection:
        text, *below = _SUBHEADING.split(lead_to(body, number))
        return _SpecificationSection(number, heading.strip(), text,
                                     tuple((key, name.strip(), part) for key, name, part in _triples(below)))

    return lead_to(introduction, ""), tuple(read_section(*part) for part in _triples(parts))


def _triples(parts: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    return zip(parts[::3], parts[1::3], parts[2::3], strict=True)


def build_content_model_page(context: PageContext, introduction: str,
                             headings: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]) -> Output:
    """The page of the content model: its introduction and its contents, in which each section keeps the anchors by
    which it was known when all stood on one page."""
    tag, title = context.language.tag, context.text("The content model")

    def link(section: str, anchor: str, name: str) -> Link:
        return Link(mark_unconverted(tag, name), f"{get_rule_section_page(section)}#{anchor}", value=anchor)

    contents = tuple((link(number, number, name), tuple(link(number, *one) for one in below))
                     for number, name, below in headings)
    return build_page(context, CONTENT_MODEL_PAGE, "pages/content_model.html", title,
                      SpecificationView(_specification_text(context, introduction), contents),
                      trail=(*_link_guide(context), Link(title)))


def build_content_model_section(context: PageContext, number: str, heading: str, text: str,
                                below: tuple[tuple[str, str, str], ...],
                                around: tuple[tuple[str, str], ...]) -> Output:
    """The page of one section. Its text is part of the program, so it is not sanitised and the anchors of its rules and
    statistics remain."""
    tag = context.language.tag
    parts = tuple((key, mark_unconverted(tag, name), _specification_text(context, part)) for key, name, part in below)
    neighbours = tuple(Link(mark_unconverted(tag, name), get_rule_section_page(key)) for key, name in around)
    title = mark_unconverted(tag, heading)
    view = SpecificationSectionView(number, _specification_text(context, text), parts, neighbours)
    up = Link(context.text("The content model"), CONTENT_MODEL_PAGE)
    return build_page(context, get_rule_section_page(number), "pages/content_model_section.html", title, view,
                      trail=(*_link_guide(context), up, Link(title, "", view.text.lang)))


def _specification_text(context: PageContext, text: str) -> LocalizedText:
    tag = context.language.tag
    return LocalizedText(mark_unconverted(tag, _convert_markdown(text)),
                         "" if tag == CONTENT_MODEL_LANGUAGE else CONTENT_MODEL_LANGUAGE)


def _link_guide(context: PageContext) -> tuple[Link, ...]:
    return (Link(context.text("How to write a record"), GUIDE_PAGE),) if context.has_guide else ()


@cache  # the text is the same in every language, so its rendered HTML is kept
def _convert_markdown(text: str) -> str:
    from ..content.markup.converter import convert_markdown  # takes 25 ms; the page is seldom built

    return convert_markdown(text)[0].replace("<br />", "<br>")
