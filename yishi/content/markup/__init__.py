"""Markdown → safe HTML and plain text.

The HTML is canonical: the sanitiser escapes every `<`, `>` and `&` of texts and attributes, so the regular expressions
below match only real tags.
"""

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from msgspec import Struct

from ...core.characters import FORBIDDEN_CHARACTERS
from ..line_breaks import join_html
from .sanitizer import find_dropped, has_known_scheme, is_local_target, sanitize_html


class RenderedMarkdown(Struct, frozen=True):
    """A rendered text.

    `links`: the local targets of its links and images as typed, in order and without duplicates, except links to its
    own headings. `dropped`: what was removed, without duplicates: `<font>`, `onclick=`, `javascript:`, `<!--`.
    `images_without_alt`: the targets of images, as in `links`, whose alt text is empty. `is_read`: whether it was
    read as Markdown; a text that would take too long is shown as typed.
    """

    html: str
    links: tuple[str, ...]
    dropped: tuple[str, ...]
    images_without_alt: tuple[str, ...]
    is_read: bool = True


class ResponsiveImage(Struct, frozen=True):
    """An image in several sizes for a browser to choose from: first of `sources`, each a MIME type and a srcset.

    `sizes` describes the displayed width; `width` and `height` are those of the largest image, in pixels.
    """

    sources: tuple[tuple[str, str], ...]
    src: str
    srcset: str
    sizes: str
    width: int
    height: int


def render_markdown(source: str, prefix: str = "") -> RenderedMarkdown:
    """Render the Markdown text `source` as safe HTML, with headings from h2 downwards. Never raises.

    `prefix` is prepended to the ids of its headings and notes, so that several texts of one page do not collide.
    """
    if _PLAIN_LINE.fullmatch(source):
        return RenderedMarkdown(f"<p>{source}</p>", (), (), ())
    from .converter import convert_markdown  # takes 25 ms; most texts of a small change are plain lines

    raw, is_read = convert_markdown(_INVISIBLE.sub("", source.replace("\r\n", "\n").replace("\r", "\n")))
    clean = sanitize_html(raw, typed="<" in source)
    safe = _mark_external_links(_replace_align_attributes(_add_anchors(_shift_headings(join_html(clean)), prefix)))
    dropped = find_dropped(raw) if "<" in source or "[" in source else ()  # the writer used HTML or links
    return RenderedMarkdown(safe.strip(), tuple(dict.fromkeys(_find_local_targets(safe))),
                            tuple(dict.fromkeys(dropped)),
                            tuple(dict.fromkeys(_find_images_without_alt(safe))), is_read)


def replace_targets(rendered: str, resolve: Callable[[str], str | None],
                    picture: Callable[[str], ResponsiveImage | None] = lambda target: None) -> str:
    """Rendered HTML with each local target replaced by `resolve(target)`, that of an image by `picture(target)`.

    If the result is None, a link is replaced by its text and an image by its alt text.
    """

    def relinked(tag: re.Match[str]) -> str:
        target = _get_target(tag[0])
        if target is None or not is_local_target(target):
            return tag[0]
        if tag[0].startswith("<img") and (shown := picture(target)):
            return _to_picture(tag[0], shown)
        resolved = resolve(target)
        if resolved is None:
            return _remove_target(tag[0])
        return _TARGET.sub(lambda m: m[1] + _quote_attribute(resolved), tag[0])

    return _LINK_OR_IMAGE.sub(relinked, rendered)


def find_line(source: str, wanted: str) -> int:
    """The line, from 0, on which a text contains `wanted`, a target of a link or one of `dropped`; 0 if unknown."""
    pattern = r"\s*".join(map(re.escape, wanted.rstrip(">")))
    found = re.search(pattern, source, re.IGNORECASE)
    return source.count("\n", 0, found.start()) if found else 0


def create_anchor(heading: str) -> str:
    """The anchor of a heading in the style of code hosts: `花费 Costs` → `花费-costs`."""
    return _NOT_IN_ANCHOR.sub("", heading.lower()).replace(" ", "-")


def create_heading_id(heading: str, prefix: str = "") -> str:
    """The id of a heading within a page, or of the heading that a link names.

    Ids used by the page itself get the prefix `text-`.
    """
    anchor = prefix + create_anchor(heading)
    return f"text-{anchor}" if _RESERVED_IDS.fullmatch(anchor) else anchor


def map_texts(rendered: str, write: Callable[[str], str]) -> str:
    """Rendered HTML with `write(text)` applied to each text, alt text and title, except in code."""
    def written(piece: re.Match[str]) -> str:
        if not piece[0].startswith("<"):
            return html.escape(write(html.unescape(piece[0])), quote=False)
        if piece["code"] or piece[0].isascii():
            return piece[0]
        return _TEXT_ATTRIBUTE.sub(lambda m: f"{m[1]}{_quote_attribute(write(html.unescape(m[2])))}", piece[0])

    return rendered if rendered.isascii() else _TAG_OR_TEXT.sub(written, rendered)


def strip_markup(rendered: str) -> str:
    """The text of rendered HTML on one line, without markup; images are replaced by their alt text. Never raises."""
    text = _NOTE_LINK.sub("", _IMAGE.sub(lambda image: _remove_target(image[0]), rendered))
    text = _ANY_TAG.sub(" ", _INLINE_TAG.sub("", text))
    return " ".join(html.unescape(text).split())


def extract_all_text(rendered: str) -> str:
    """All content of rendered HTML: its text, one line per block, then the texts and targets of links and images, one
    per line. Never raises."""
    text = " ".join(_NOTE_LINK.sub("", rendered).replace("<br>", " ").split())
    values = (unquote(html.unescape(value)) for tag in _LINK_OR_IMAGE.findall(rendered)
              for value in _VALUE.findall(tag))
    return "\n".join((html.unescape(_ANY_TAG.sub("\n", _INLINE_TAG.sub("", text))), *values))


# --- Markdown ---------------------------------------------------------------------------------------------------------

_INVISIBLE_CLASS = rf"{FORBIDDEN_CHARACTERS}\ud800-\udfff"
_INVISIBLE = re.compile(f"[{_INVISIBLE_CLASS}]")
# Fast path: one line without any Markdown or HTML syntax, as most texts outside of bodies.
_PLAIN_LINE = re.compile(rf"(?!\s|[-+=]|\d+\.|.*://)[^{_INVISIBLE_CLASS}\t\n\xa0\\`*_~\[<>&#]{{1,2000}}")


# --- post-processing --------------------------------------------------------------------------------------------------

_HEADING = re.compile(r"<(/?)h([1-6])>")
_WHOLE_HEADING = re.compile(r"<h([2-6])>(.*?)</h\1>", re.DOTALL)
_RESERVED_IDS = re.compile(r"|advice|beside|cases|comments|communities|content|copy|find|help|issues|lately|not-solved"
                           r"|nothing|on-the-day|presented|published|q|raise|services|since|terms|(?:column|figure|fn|fnref|status)-.*")
"""Ids of elements on pages that show texts (a test compares them with all pages of a site), and of notes."""
_NOT_IN_ANCHOR = re.compile(r"[^\w\- ]")
_ID = re.compile(r' id="([^"]*)"')
_ANCHOR_LINK = re.compile(r'(<a href="#)([^"]+)"')
_NOTE_REFERENCE = re.compile(r'<sup><a href="#fn-(\d+)">')
_NOTE_BACKLINK = re.compile(r'<a href="#fnref-(\d+)">↑</a> ?')
_NOTE_LINK = re.compile(r'<sup(?: id="[^"]*")?><a href="#[^"]*fn-\d+">\d+</a></sup>|<a id="[^"]*fn-\d+"[^>]*>↑</a> ?')
_EMPTY_LINK = re.compile(r'(<a href="([^"]+)"[^<>]*>)\s*(?=</a>)')
_ALIGNED_CELL = re.compile(r'<(t[hd]) align="(\w+)">')
_LINK_OR_IMAGE = re.compile(r"<(?:a|img)(?: [^<>]*)?>")
_TARGET = re.compile(r'( (?:href|src)=)"([^"]*)"')
_EXTERNAL_TARGET = re.compile(r"\s*(?:https?:|[\\/]{2})", re.IGNORECASE)
_TAG_OR_TEXT = re.compile(r"<(?P<code>pre|code)>.*?</(?P=code)>|<[^<>]*>|[^<]+", re.DOTALL)
_TEXT_ATTRIBUTE = re.compile(r'( (?:alt|title)=)"([^"]*)"')
_VALUE = re.compile(r'="([^"]*)"')
_ALT = re.compile(r' alt="([^"]*)"')
_IMAGE = re.compile(r"<img(?: [^<>]*)?>")
_ANY_TAG = re.compile(r"<[^<>]*>")
_INLINE_TAG = re.compile(r"</?(?:a|em|strong|code|del|sup|sub)(?: [^<>]*)?>")


def _shift_headings(text: str) -> str:
    # The page's title is its only h1.
    levels = {int(level) for _, level in _HEADING.findall(text)}
    shift = 2 - min(levels, default=2)
    return _HEADING.sub(lambda m: f"<{m[1]}h{min(int(m[2]) + shift, 6)}>", text) if shift else text


def _add_anchors(text: str, prefix: str) -> str:
    """Add unique ids to headings and notes; links to them are adjusted, and one without a text shows its target."""
    ids: set[str] = set()
    if "<h" in text:
        times = Counter[str]()
        text = _WHOLE_HEADING.sub(lambda m: _add_heading_id(m, prefix, ids, times), text)
    if "<a" not in text:
        return text
    text = _EMPTY_LINK.sub(r"\1\2", text)
    if 'href="#' not in text:
        return text
    text = _add_note_ids(text, prefix, ids)

    def repair_anchor_link(link: re.Match[str]) -> str:
        target = unquote(html.unescape(link[2]))
        candidates = (target, prefix + target, create_heading_id(target, prefix))
        anchor = next((candidate for candidate in candidates if candidate in ids), None)
        return f'{link[1]}{html.escape(anchor)}"' if anchor else link[0]

    return _ANCHOR_LINK.sub(repair_anchor_link, text)


def _add_heading_id(heading: re.Match[str], prefix: str, ids: set[str], times: Counter[str]) -> str:
    anchor = first = create_heading_id(strip_markup(_NOTE_LINK.sub("", heading[2])), prefix)
    while anchor in ids:
        times[first] += 1
        anchor = f"{first}-{times[first] + 1}"
    ids.add(anchor)
    return f'<h{heading[1]} id="{html.escape(anchor)}">{heading[2]}</h{heading[1]}>'


def _add_note_ids(text: str, prefix: str, ids: set[str]) -> str:
    notes = set(_NOTE_BACKLINK.findall(text))
    used = set[str]()

    def link_to_note(tag: re.Match[str]) -> str:
        number = tag[1]
        if number not in notes:
            return tag[0]
        name = "" if number in used else f' id="{prefix}fnref-{number}"'
        used.add(number)
        return f'<sup{name}><a href="#{prefix}fn-{number}">'

    def link_back(tag: re.Match[str]) -> str:
        number = tag[1]
        if number not in used:
            return ""  # nothing refers to this note
        return f'<a id="{prefix}fn-{number}" href="#{prefix}fnref-{number}">↑</a> '

    text = _NOTE_BACKLINK.sub(link_back, _NOTE_REFERENCE.sub(link_to_note, text))
    ids |= {f"{prefix}{kind}-{number}" for number in used for kind in ("fn", "fnref")}
    return text


def _replace_align_attributes(text: str) -> str:
    return _ALIGNED_CELL.sub(r'<\1 class="align-\2">', text)


def _mark_external_links(text: str) -> str:
    def mark_external(tag: re.Match[str]) -> str:
        target = _get_target(tag[0])
        if target is None or not (is_local_target(target) or has_known_scheme(target)):
            return _remove_target(tag[0])
        return f'{tag[0][:-1]} rel="external noopener">' if _EXTERNAL_TARGET.match(target) else tag[0]

    return _LINK_OR_IMAGE.sub(mark_external, text)


def _find_images_without_alt(text: str) -> Iterator[str]:
    for tag in _LINK_OR_IMAGE.findall(text):
        alt = _ALT.search(tag)
        target = _get_target(tag)
        if tag.startswith("<img") and target is not None and not (alt and alt[1].strip()):
            yield target


def _to_picture(tag: str, shown: ResponsiveImage) -> str:
    """An `<img>` as a `<picture>` in several sizes."""
    sizes = f"sizes={_quote_attribute(shown.sizes)}"
    sources = "".join(f'<source type="{kind}" srcset={_quote_attribute(srcset)} {sizes}>'
                      for kind, srcset in shown.sources)
    image = _TARGET.sub(lambda m: m[1] + _quote_attribute(shown.src), tag)[:-1]
    return (f'<picture>{sources}{image} srcset={_quote_attribute(shown.srcset)} {sizes} width="{shown.width}"'
            f' height="{shown.height}" loading="lazy" decoding="async"></picture>')


def _find_local_targets(text: str) -> Iterator[str]:
    targets = [_get_target(tag) for tag in _LINK_OR_IMAGE.findall(text)]
    within = {f"#{html.unescape(anchor)}" for anchor in _ID.findall(text)} if 'href="#' in text else ()
    return (target for target in targets if target is not None and is_local_target(target) and target not in within)


def _get_target(tag: str) -> str | None:
    found = _TARGET.search(tag)
    return html.unescape(found[2]) if found else None


def _remove_target(tag: str) -> str:
    if tag.startswith("<img"):
        alt = _ALT.search(tag)
        return alt[1] if alt else ""
    return "<a>"


def _quote_attribute(value: str) -> str:
    return f'"{html.escape(value)}"'
