"""What HTML may stand in a published text: every setting of the sanitiser, with its reason, and what it left out."""

import html
import re
from collections.abc import Iterator, Mapping
from functools import cache

import nh3

ALLOWED_TAGS = frozenset([
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td",
    "blockquote", "pre", "code", "em", "strong", "del", "sup", "sub", "a", "img", "br", "hr"])
"""What Markdown itself writes, and no more: no element that runs, embeds, is submitted, has a style or another way of
being parsed (`svg`, `math`, `template`, `noscript`, `form`, `iframe`, `style`, `base`, `meta` …)."""
ALLOWED_ATTRIBUTES: Mapping[str, set[str]] = {
    "a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}, "*": set()}
"""No `id` and no `name`, which would take the place of a page's own elements or of what scripts call by name; no
`class` and `style`, which would cover the page or imitate its parts; no `target`; nothing that begins with `on`. The
empty set takes the place of what the sanitiser allows of itself for every element (`*`): `lang` and `title`."""
ALLOWED_SCHEMES = {"http", "https", "mailto", "tel"}
"""Schemes that open another page or program and run nothing in this one; not `javascript`, `data`, `blob`, `file`."""
_ALIGNMENTS = {"align": {"left", "center", "right"}}
"""Written for the columns of tables; made a class after sanitising, since the page's policy allows no style."""
_CONTENT_DROPPED = {"script", "style"}
"""Elements whose content is no text for readers."""

_CONVERTER_ATTRIBUTES = {("th", "align"), ("td", "align"), ("code", "class")}  # set by Python-Markdown, not by writers

_OPENING_TAG = re.compile(r"<([a-zA-Z][^\s/>]*+)((?:[^>\"']|\"[^\"]*\"|'[^']*')*+)>")
# A comment or a whole tag (ASCII except in quotes). Any other `<` is text, and unescaped would hide what follows.
_TAG = re.compile(r"<!--(?:(?!<!--).)*?-->|</?([a-zA-Z][\w:.-]*+)(?:[^<>\"'\x80-\U0010ffff]|\"[^\"]*\"|'[^']*')*+>|<",
                  re.DOTALL | re.ASCII)
_RAW_ATTRIBUTE = re.compile(r"""([^\s"'=/>]++)(?:\s*+=\s*+("[^"]*"|'[^']*'|[^\s>]++))?+""")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_SPACES = re.compile(r"[\s\x00-\x1f]+")


def sanitize_html(raw: str, *, typed: bool) -> str:
    """`raw` without what is not allowed. `typed`: it may hold HTML of the writer, not only what Markdown writes."""
    if not typed:
        return _create_sanitizer(closes_scripts=True).clean(raw)
    return _create_sanitizer(_closes_scripts(raw)).clean(_TAG.sub(_filter_tag, raw))


@cache
def _create_sanitizer(closes_scripts: bool) -> nh3.Cleaner:
    # A closed script is dropped with its content; one that is never closed would take the rest of the text with it.
    return nh3.Cleaner(tags=set(ALLOWED_TAGS), clean_content_tags=_CONTENT_DROPPED if closes_scripts else set(),
                       attributes={**ALLOWED_ATTRIBUTES}, tag_attribute_values={"th": _ALIGNMENTS, "td": _ALIGNMENTS},
                       url_schemes=ALLOWED_SCHEMES, link_rel=None, attribute_filter=_filter_attribute)


def _filter_attribute(tag: str, attribute: str, value: str) -> str | None:
    # An image on another host would send a request there.
    return None if tag == "img" and attribute == "src" and not is_local_target(value) else value


def _closes_scripts(raw: str) -> bool:
    text = raw.casefold()
    return all(text.count(f"<{tag}") <= text.count(f"</{tag}") for tag in _CONTENT_DROPPED)


def _filter_tag(tag: re.Match[str]) -> str:
    """A tag as passed to the sanitiser: empty for tags that are not allowed, since the sanitiser would drop the text of
    some."""
    if tag[0] == "<":
        return "&lt;"
    name = tag[1].casefold() if tag[1] else ""
    return tag[0] if not name or name in ALLOWED_TAGS or name in _CONTENT_DROPPED else ""


def find_dropped(raw: str) -> Iterator[str]:
    """What `sanitize_html` leaves out of HTML of the writer, as `RenderedMarkdown.dropped`."""
    if "<!--" in raw and any(tag[0][:4] == "<!--" for tag in _TAG.finditer(raw)):
        yield "<!--"
    for tag, attributes in _OPENING_TAG.findall(raw):
        if tag.casefold() not in ALLOWED_TAGS:
            yield f"<{tag.casefold()}>"
        else:
            yield from _find_dropped_attributes(tag.casefold(), attributes)


def _find_dropped_attributes(tag: str, attributes: str) -> Iterator[str]:
    for typed, value in _RAW_ATTRIBUTE.findall(attributes):
        name = typed.casefold()
        if name in ("href", "src"):
            yield from _find_dropped_target(tag, html.unescape(value.strip("\"'")))
        elif name not in ALLOWED_ATTRIBUTES.get(tag, ()) and (tag, name) not in _CONVERTER_ATTRIBUTES:
            yield f"{name}="


def _find_dropped_target(tag: str, target: str) -> Iterator[str]:
    scheme = _SCHEME.match(_SPACES.sub("", target))
    if scheme and scheme[0][:-1].casefold() not in ALLOWED_SCHEMES:
        yield scheme[0].casefold()
    elif tag == "img" and not is_local_target(target):
        yield "<img>"


def has_known_scheme(target: str) -> bool:
    """Whether the scheme of an address is allowed, also for a browser that ignores white space in it."""
    compact = _SPACES.sub("", target).replace("\\", "/")
    scheme = _SCHEME.match(compact)
    return compact.startswith("//") or (scheme is not None and scheme[0][:-1].casefold() in ALLOWED_SCHEMES)


def is_local_target(target: str) -> bool:
    """Whether an address leads to a file or page of the site."""
    compact = _SPACES.sub("", target).replace("\\", "/")
    return not compact.startswith("//") and not _SCHEME.match(compact)
