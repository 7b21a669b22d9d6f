"""The frame around every page: where it stands, its other languages, navigation, and what the foot says."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVarTuple
from urllib.parse import urlsplit

from msgspec import Struct

from ..core.outputs import Output, OutputPlan
from ..core.traditional import mark_unconverted
from ..model.language import marked
from .json_ld import JsonLdThing, encode_json_ld
from .page_context import Link, LocalizedText, PageContext, link_to_record, localize_name, localize_summary

PageArguments = TypeVarTuple("PageArguments")

LANGUAGE_NAMES = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English"}
"""Language tag → what the language calls itself."""

OPEN_GRAPH_LOCALES = {"zh-Hans": "zh_CN", "zh-Hant": "zh_TW", "en": "en_US"}
"""Language tag → what Open Graph, which wants a country, calls it."""

ICP_FILING_URL = "https://beian.miit.gov.cn/"
"""Where an ICP record number (ICP备) must lead."""

DATED_TEMPLATES = frozenset(f"pages/{name}.html" for name in (
    "data", "home", "place", "places", "year", "report_card", "obligations", "gaps", "wall", "overview_page",
    "statistic_pages", "snapshot"))
"""The templates of pages that tell of the day of the report. It stands on no other page: each would change daily."""

NAVIGATION = (
    ("places/index.html", marked("Places")),
    ("issues/index.html", marked("Issues")),
    ("cases/index.html", marked("Case studies")),
    ("wall/index.html", marked("Wall")),
    ("statistics/index.html", marked("Statistics")),
)
"""The main navigation: target, name."""

SEARCH_PAGE = "search/index.html"
CHANGES_PAGE = "changes/index.html"
SUBMIT_PAGE = "submit/index.html"
GUIDE_PAGE = "guide/index.html"
CONTENT_MODEL_PAGE = "guide/content-model/index.html"

FOOTER_PAGES = (
    (SEARCH_PAGE, marked("Search")),
    ("topics/index.html", marked("By topic")),
    ("status/index.html", marked("By status")),
    ("months/index.html", marked("By month")),
    ("methods/index.html", marked("Ways of working")),
    ("events/index.html", marked("Showcases and events")),
    ("reviews/index.html", marked("Reviews")),
    ("sources/index.html", marked("Sources")),
    ("corrections/index.html", marked("Corrections")),
    (CHANGES_PAGE, marked("What was changed")),
    ("data/index.html", marked("Data to download")),
    (GUIDE_PAGE, marked("How to write a record")),
    (SUBMIT_PAGE, marked("Write a record")),
)
"""The further ways in, at the foot of every page."""


class LanguageAlternate(Struct, frozen=True):
    """The same page in another language (or this one, `current`); `address` is absolute, "" without a base URL."""

    tag: str
    open_graph_locale: str
    label: str
    href: str
    url: str
    is_current: bool


class NavigationEntry(Struct, frozen=True):
    """An entry of the navigation."""

    text: str
    lang: str
    target: str
    is_current: bool


class SiteInfo(Struct, frozen=True):
    """What the site says of itself on every page. Texts are in the site's first language unless translated.

    `address` is absolute, "" without a base URL; `search` the search page, "" while the site has none; `feed` that
    of its news.
    """

    title: LocalizedText
    subtitle: str
    notice: str
    publisher: str
    licence: str
    icp_filing: Link | None
    contact: tuple[Link, ...]
    url: str
    search: str = ""
    feed: str = ""


class PageFrame(Struct, frozen=True):
    """The frame of one page. `root` leads to the root of its language, `base` to the site's (`../../`).

    `original` is the language of untranslated record texts, "" where it is the page's own; `as_of` the day of the
    report, "" on a page that does not tell of it; `converted` tells that a program makes it of another language;
    `data` is what search engines are told, as JSON.
    """

    title: str
    description: str
    language: str
    open_graph_locale: str
    original_language: str
    is_converted: bool
    root: str
    base: str
    canonical: str | None
    alternates: tuple[LanguageAlternate, ...]
    navigation: tuple[NavigationEntry, ...]
    footer_links: tuple[NavigationEntry, ...]
    breadcrumbs: tuple[Link, ...]
    as_of: str
    site: SiteInfo
    json_ld: str


class PageModel(Struct, frozen=True):
    """What a page template receives: the frame, and exactly what the page shows."""

    page: PageFrame
    view: object


def plan_page(edition: PageContext, path: str, make: Callable[[PageContext, *PageArguments], Output],
              *given: *PageArguments) -> OutputPlan:
    """The plan of the page at `path` (below the language's root), which `make` makes of the edition and `given`."""
    return OutputPlan(get_language_prefix(edition, edition.language.tag) + path, make, edition, given)


def build_page(edition: PageContext, path: str, template: str, title: str, view: object, *,
               description: str = "", trail: Sequence[Link] = (), about: JsonLdThing | None = None,
               root: str | None = None) -> Output:
    """The output at `path` (below the language's root). `about`: what the page is about, for search engines; `root` is
    given only where a page must work at any address."""
    shell = build_frame(edition, path, title, description, tuple(trail), about, root, dated=template in DATED_TEMPLATES)
    return Output(path=get_language_prefix(edition, edition.language.tag) + path, template=template,
                  language=edition.language.tag, view=PageModel(shell, view), conversion=edition.conversion)


def build_frame(edition: PageContext, path: str, title: str, description: str, trail: tuple[Link, ...],
                about: JsonLdThing | None = None, root: str | None = None, *, dated: bool = False) -> PageFrame:
    """The frame of the page at `path`; one that works at any address has no address of its own, nor other languages."""
    tag = edition.language.tag
    up = get_language_root(path) if root is None else root
    base = up if tag == edition.first_language else f"{up}../"
    return PageFrame(
        title=title, description=description or _site_description(edition), language=tag,
        open_graph_locale=OPEN_GRAPH_LOCALES.get(tag, tag),
        original_language=edition.original_language, is_converted=edition.conversion is not None, root=up, base=base,
        canonical=(build_absolute_url(edition, tag, path) or None) if root is None else None,
        alternates=tuple(_language_alternates(edition, path, base)) if root is None else (),
        navigation=tuple(_navigation_entries(edition, path)),
        footer_links=tuple(NavigationEntry(edition.text(name), "", target, target == path) for target,
                           name in FOOTER_PAGES
                           if _has_page(edition, target)),
        breadcrumbs=trail, as_of=edition.language.day(edition.as_of) if dated else "",
        site=build_site_info(edition), json_ld="" if root is not None
        else _page_json_ld(edition, path, title, description, trail, about),
    )


def _page_json_ld(edition: PageContext, path: str, title: str, description: str, trail: tuple[Link, ...],
                  about: JsonLdThing | None) -> str:
    """What the page tells search engines; where the site does not know its address, from the page itself."""
    def at(target: str) -> str:
        return build_absolute_url(edition, edition.language.tag, target) or get_language_root(path) + target

    home = localize_name(edition, edition.library.site).text
    way = ((home, at("index.html")), *((one.text, at(one.target) if one.target else "") for one in trail))
    return encode_json_ld(edition, build_absolute_url(edition, edition.language.tag, path), title or home, description,
                          way, about)


def _has_page(edition: PageContext, target: str) -> bool:
    """Whether the site has one of the pages that it need not have."""
    there = {SEARCH_PAGE: edition.has_search, GUIDE_PAGE: edition.has_guide, SUBMIT_PAGE: edition.library.site.submit,
             CHANGES_PAGE: edition.has_change_log}
    return there.get(target, True)


def _site_description(edition: PageContext) -> str:
    """What the site is, for pages that have no summary of their own."""
    summary = localize_summary(edition, edition.library.site)
    return summary.text if summary else edition.library.site.subtitle or ""


def get_language_root(path: str) -> str:
    """The way from the page at `path` up to the root of its language."""
    return "../" * path.count("/")


def join_place_path(place: str, page: str) -> str:
    """The path of a `page` of a place ("" = the site): `wall/index.html`, `places/shahe/wall/index.html`."""
    return f"{place}/{page}" if place else page


def get_language_prefix(edition: PageContext, tag: str) -> str:
    """The folder of a language: the first stands at the root of the site."""
    return "" if tag == edition.first_language else f"{tag.lower()}/"


def get_base_path(base_url: str) -> str:
    """The path part of the base URL, with a slash at its end."""
    return urlsplit(base_url).path.rstrip("/") + "/"


def build_breadcrumbs(edition: PageContext, place: str, *further: Link) -> tuple[Link, ...]:
    """The way down to a place, and what follows."""
    places: list[Link] = []
    while place in edition.library.places:
        link = link_to_record(edition, place)
        places += [link] if link else []
        place = place.rpartition("/")[0]
    return Link(edition.text("Places"), "places/index.html"), *reversed(places), *further


def build_absolute_url(edition: PageContext, tag: str, path: str) -> str:
    """The address of the page at `path` in a language; "" if the site does not know its own."""
    if not edition.base_url:
        return ""
    return f"{edition.base_url.rstrip('/')}/{get_language_prefix(edition, tag)}{path.removesuffix('index.html')}"


def _language_alternates(edition: PageContext, path: str, base: str) -> Iterator[LanguageAlternate]:
    languages = edition.library.site.languages
    for tag in languages if len(languages) > 1 else ():
        href = f"{base}{get_language_prefix(edition, tag)}{path}"
        label = mark_unconverted(edition.language.tag, LANGUAGE_NAMES.get(tag, tag))
        yield LanguageAlternate(tag, OPEN_GRAPH_LOCALES.get(tag, tag), label, href,
                                build_absolute_url(edition, tag, path),
                                tag == edition.language.tag)


def _navigation_entries(edition: PageContext, path: str) -> Iterator[NavigationEntry]:
    here = path.partition("/")[0]
    for target, message in NAVIGATION:
        yield NavigationEntry(edition.text(message), "", target, target.partition("/")[0] == here)
    for page in sorted(edition.library.pages, key=lambda page: (edition.library.pages[page].order, page)):
        name = localize_name(edition, edition.library.pages[page])
        yield NavigationEntry(name.text, name.lang, f"{page}/index.html", f"{page}/index.html" == path)


def build_site_info(edition: PageContext) -> SiteInfo:
    """What the foot and the head of every page say."""
    site = edition.library.site
    return SiteInfo(
        title=localize_name(edition, site), subtitle=site.subtitle or "", notice=site.notice or "",
        publisher=site.publisher or "", licence=site.licence or "", icp_filing=_filing_link(edition),
        contact=tuple(_contact_links(edition)), url=f"{edition.base_url.rstrip('/')}/" if edition.base_url else "",
        search=SEARCH_PAGE if edition.has_search else "", feed="feed.xml" if edition.base_url else "",
    )


def _filing_link(edition: PageContext) -> Link | None:
    """The record number of the site, leading to where it is filed."""
    number = edition.library.site.filing
    if not number:
        return None
    return Link(mark_unconverted(edition.language.tag, number), ICP_FILING_URL if "ICP备" in number else "",
                edition.original_language)


def _contact_links(edition: PageContext) -> Iterator[Link]:
    contact = edition.library.site.contact
    if contact is None:
        return
    if contact.email:
        yield Link(contact.email, f"mailto:{contact.email}")
    if contact.phone:
        yield Link(contact.phone, build_phone_url(contact.phone))
    if contact.url:
        yield Link(contact.url, contact.url if contact.url.startswith(("http://", "https://")) else "")
    if contact.address:
        yield Link(contact.address, "", edition.original_language)


def build_phone_url(number: str) -> str:
    """What a tap on a phone number dials; "" if it is not one plain number."""
    digits = "".join(c for c in number if c.isascii() and c.isdigit())
    return f"tel:{digits}" if len(digits) >= 3 and all(c in "0123456789-+ ()（）" for c in number) else ""


def get_rule_path(edition: PageContext, anchor: str) -> str:
    """Where the page of the content model has a rule, below the language's root; "" where the site has no such page."""
    return f"{CONTENT_MODEL_PAGE}#{anchor}" if edition.has_content_model else ""
