"""The page layout: language versions, navigation, breadcrumbs and footer."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVarTuple
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from ..core.outputs import Output, OutputPlan
from ..core.traditional import mark_unconverted
from ..model.colours import DARK, LIGHT, choose_palettes
from ..model.language import marked
from ..model.records import Site
from ..model.repositories import build_create_address, build_edit_address, resolve_repository
from .json_ld import JsonLdThing, encode_json_ld
from .look import get_look_path
from .page_context import (
    Link,
    LocalizedText,
    PageContext,
    get_language_root,
    get_wall_name,
    link_to_record,
    localize_name,
    localize_summary,
    localize_text,
)
from .record_words import write_example_issue
from .responsive_images import build_photo_url

PageArguments = TypeVarTuple("PageArguments")

LANGUAGE_NAMES = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English"}
"""Language tag → the language's own name."""

OPEN_GRAPH_LOCALES = {"zh-Hans": "zh_CN", "zh-Hant": "zh_TW", "en": "en_US"}
"""Language tag → Open Graph locale, which requires a country."""

ICP_FILING_URL = "https://beian.miit.gov.cn/"
"""Where an ICP record number (ICP备) has to link, as the regulation requires."""

DATED_TEMPLATES = frozenset(f"pages/{name}.html" for name in (
    "comparison", "data", "home", "objections", "place", "places", "year", "report_card", "report_cards",
    "obligations", "gaps", "wall", "overview_page", "statistic_pages", "snapshot", "week"))
"""Templates that show the day of the report. No other page shows it, because that page would then change daily."""

WALL_PAGE = "wall/index.html"

NAVIGATION = (
    ("places/index.html", marked("Places")),
    ("issues/index.html", marked("Issues")),
    ("cases/index.html", marked("Case studies")),
    (WALL_PAGE, marked("Wall")),
    ("statistics/index.html", marked("Statistics")),
)
"""The main navigation: (target, name)."""

SEARCH_PAGE = "search/index.html"
CHANGES_PAGE = "changes/index.html"
SUBMIT_PAGE = "submit/index.html"
SHARE_CARD = "share.png"
"""File name of the share card in the folder of its page."""

COMPARE_PAGE = "compare/index.html"
COMPARE_TABLE = "compare/compare.csv"
GUIDE_PAGE = "guide/index.html"
CONTENT_MODEL_PAGE = "guide/content-model/index.html"
ACCESSIBILITY_PAGE = "accessibility/index.html"

FOOTER_PAGES = (
    (SEARCH_PAGE, marked("Search")),
    ("topics/index.html", marked("By topic")),
    ("status/index.html", marked("By status")),
    ("months/index.html", marked("By month")),
    ("methods/index.html", marked("Ways of working")),
    ("events/index.html", marked("Events")),
    ("reviews/index.html", marked("Reviews")),
    ("sources/index.html", marked("Sources")),
    ("due/index.html", marked("What is due")),
    ("objections/index.html", marked("Objections and answers")),
    ("corrections/index.html", marked("Corrections")),
    (CHANGES_PAGE, marked("What was changed")),
    ("data/index.html", marked("Data to download")),
    (GUIDE_PAGE, marked("How to write a record")),
    (SUBMIT_PAGE, marked("Report an issue")),
    (ACCESSIBILITY_PAGE, marked("Accessibility and contact")),
)
"""The further links in the footer of every page: (target, name)."""


class LanguageAlternate(Struct, frozen=True):
    """The page in one language (`is_current`: in its own). `href`: relative; `url`: absolute, "" without a base URL."""

    tag: str
    open_graph_locale: str
    label: str
    href: str
    url: str
    is_current: bool


NavigationEntry = tuple[Link, bool]
"""An entry of the navigation or the footer, and whether it is the current page."""


class SiteInfo(Struct, frozen=True):
    """The site's details for the head and foot of every page. Texts are in the site's first language unless translated.

    `wall`: what the wall is called. `url` is absolute, "" without a base URL; `search`: path of the search page,
    `feed`: path of the news feed; `look`: path of the stylesheet with the site's own colours, `logo`: URL of its
    picture below the site root; "" = none. `paper`: the colour behind a page, in light and in dark.
    """

    title: LocalizedText
    subtitle: LocalizedText
    notice: LocalizedText
    publisher: LocalizedText
    licence: str
    icp_filing: Link | None
    contact: tuple[Link, ...]
    url: str
    search: str = ""
    feed: str = ""
    look: str = ""
    wall: str = ""
    logo: str = ""
    paper: tuple[str, str] = (LIGHT.paper, DARK.paper)


class PageFrame(Struct, frozen=True):
    """The layout data of a page. `root`: path to the root of its language; `base`: to that of the site (`../../`).

    `original_language` is that of untranslated record texts, "" if it is the page's own. `as_of` is the day of the
    report, "" on pages that do not show it. `is_converted`: the page is converted automatically from another language.
    `json_ld`: structured data for search engines, as JSON. `edit`: the address that edits the page's record on the
    site's Git host, `new_issue`: of a place, the address that begins a new issue there; "" = none.
    `card`: the absolute URL of its share card; "" = that of every site.
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
    edit: str = ""
    new_issue: str = ""
    card: str = ""


class PageModel(Struct, frozen=True):
    """The data of a page template: the layout data, and exactly what the page shows."""

    page: PageFrame
    view: object


def plan_page(context: PageContext, path: str, make: Callable[[PageContext, *PageArguments], Output],
              *args: *PageArguments) -> OutputPlan:
    """The plan of the page at `path` (below the language's root), built by `make(context, *args)`."""
    return OutputPlan(localize_path(context, path), make, context, args)


def build_page(context: PageContext, path: str, template: str, title: str, view: object, *,
               description: str = "", trail: Sequence[Link] = (), about: JsonLdThing | None = None,
               root: str | None = None, has_card: bool = False) -> Output:
    """The page at `path` (below the language's root).

    `about`: what the page is about, for search engines; `root` is given only for a page that must work at any address;
    `has_card`: it has a share card of its own, on a site that draws them.
    """
    frame = build_frame(context, path, title, description, tuple(trail), about, root, dated=template in DATED_TEMPLATES)
    if has_card and frame.canonical and context.card_font:
        frame = replace(frame, card=frame.canonical + SHARE_CARD)
    return Output(path=localize_path(context, path), template=template,
                  language=context.language.tag, view=PageModel(frame, view), conversion=context.conversion)


def build_frame(context: PageContext, path: str, title: str, description: str, trail: tuple[Link, ...],
                about: JsonLdThing | None = None, root: str | None = None, *, dated: bool = False) -> PageFrame:
    """The layout data of the page at `path`; with `root` it has neither a URL nor language versions."""
    tag = context.language.tag
    up = get_language_root(path) if root is None else root
    base = up if tag == context.first_language else f"{up}../"
    return PageFrame(
        title=title, description=description or _site_description(context), language=tag,
        open_graph_locale=OPEN_GRAPH_LOCALES.get(tag, tag),
        original_language=context.original_language, is_converted=context.conversion is not None, root=up, base=base,
        canonical=(build_absolute_url(context, tag, path) or None) if root is None else None,
        alternates=tuple(_language_alternates(context, path, base)) if root is None else (),
        navigation=tuple(_navigation_entries(context, path)),
        footer_links=tuple((Link(context.text(name), target + _place_query(context, target, path)), target == path)
                           for target, name in FOOTER_PAGES if _has_page(context, target)),
        breadcrumbs=trail, as_of=context.language.day(context.as_of) if dated else "",
        site=build_site_info(context),
        json_ld=_page_json_ld(context, path, title, description, trail, about) if root is None else "",
        **(_build_edit_links(context, path) if root is None else {}),
    )


def _build_edit_links(context: PageContext, path: str) -> dict[str, str]:
    """The addresses of the Git host's editor for the page at `path`; none without a repository."""
    repository = resolve_repository(context.library.site.repository or "")
    if repository is None:  # before the table is read: every read is recorded, for every page
        return {}
    record = path.removesuffix("/index.html") if path != "index.html" else "site"
    files, above = context.site_data.record_files, record.rpartition("/")[0]
    file = files.get(record) or (None if above in context.library.places else files.get(above))
    if file is None:
        return {}
    new_issue = ""
    if record in context.library.places:
        new_issue = build_create_address(repository, f"{record}/issues/{_NEW_ISSUE_FILE}",
                                         f"{write_example_issue(context, record)}\n")
    return {"edit": build_edit_address(repository, file), "new_issue": new_issue}


_NEW_ISSUE_FILE = "new-issue.yaml"
"""The name proposed for the file of a new issue."""


def _page_json_ld(context: PageContext, path: str, title: str, description: str, trail: tuple[Link, ...],
                  about: JsonLdThing | None) -> str:
    """Encode the page's JSON-LD; if the site does not know its URL, links are relative to the page."""
    def at(target: str) -> str:
        return build_absolute_url(context, context.language.tag, target) or get_language_root(path) + target

    home = localize_name(context, context.library.site).text
    way = ((home, at("index.html")), *((link.text, at(link.target) if link.target else "") for link in trail))
    return encode_json_ld(context, build_absolute_url(context, context.language.tag, path), title or home, description,
                          way, about)


def _place_query(context: PageContext, target: str, path: str) -> str:
    """What tells the form the place of the page at `path`; nothing for other targets."""
    if target != SUBMIT_PAGE:
        return ""
    place = path if path.startswith("places/") else ""
    while place and place not in context.library.places:
        place = place.rpartition("/")[0]
    return f"?place={place}" if place else ""


def _has_page(context: PageContext, target: str) -> bool:
    """Whether the site has the page at `target`; only the optional pages can be absent."""
    optional = {SEARCH_PAGE: context.has_search, GUIDE_PAGE: context.has_guide,
                SUBMIT_PAGE: context.library.site.submit, CHANGES_PAGE: context.has_change_log}
    return optional.get(target, True)


def _site_description(context: PageContext) -> str:
    """The site's summary or subtitle, for pages without a description of their own."""
    summary = localize_summary(context, context.library.site)
    return summary.text if summary else localize_text(context, context.library.site, context.library.site.subtitle).text


def join_place_path(place: str, page: str) -> str:
    """The path of a `page` of a place ("" = the site): `wall/index.html`, `places/shahe/wall/index.html`."""
    return f"{place}/{page}" if place else page


def get_group_page(event: str, number: int) -> str:
    """The path of the page of a group (from 1) of an event."""
    return f"{event}/groups/{number}/index.html"


def get_group_table(event: str, number: int) -> str:
    """The path of the table of that page."""
    return f"{event}/groups/{number}/compare.csv"


def get_language_prefix(context: PageContext, tag: str) -> str:
    """The folder of a language with a slash; "" for the first one, which is at the root of the site."""
    return "" if tag == context.first_language else f"{tag.lower()}/"


def localize_path(context: PageContext, path: str) -> str:
    """The path in the site of what is at `path` below the root of the context's language."""
    return get_language_prefix(context, context.language.tag) + path


def get_base_path(base_url: str) -> str:
    """The path part of the base URL, with a slash at its end."""
    return urlsplit(base_url).path.rstrip("/") + "/"


def build_breadcrumbs(context: PageContext, place: str, *further: Link) -> tuple[Link, ...]:
    """The breadcrumbs to a place ("" = the site, which has none), followed by `further`."""
    if not place:
        return further
    places: list[Link] = []
    while place in context.library.places:
        link = link_to_record(context, place)
        places += [link] if link else []
        place = place.rpartition("/")[0]
    return Link(context.text("Places"), "places/index.html"), *reversed(places), *further


def build_absolute_url(context: PageContext, tag: str, path: str) -> str:
    """The absolute URL of the page at `path` in a language; "" if the site has no base URL."""
    if not context.base_url:
        return ""
    return f"{context.base_url.rstrip('/')}/{get_language_prefix(context, tag)}{path.removesuffix('index.html')}"


def format_page_address(context: PageContext, page: str) -> str:
    """The address of a page for a reference: absolute, or below the site's root if the site's own is not known."""
    tag, path = context.language.tag, page.replace("/index.html", "/")
    return build_absolute_url(context, tag, path) or get_language_prefix(context, tag) + path


def _language_alternates(context: PageContext, path: str, base: str) -> Iterator[LanguageAlternate]:
    languages = context.library.site.languages
    for tag in languages if len(languages) > 1 else ():
        href = f"{base}{get_language_prefix(context, tag)}{path}"
        label = mark_unconverted(context.language.tag, LANGUAGE_NAMES.get(tag, tag))
        yield LanguageAlternate(tag, OPEN_GRAPH_LOCALES.get(tag, tag), label, href,
                                build_absolute_url(context, tag, path), tag == context.language.tag)


def _navigation_entries(context: PageContext, path: str) -> Iterator[NavigationEntry]:
    here = path.partition("/")[0]
    for target, message in NAVIGATION:
        said = get_wall_name(context) if target == WALL_PAGE else context.text(message)
        yield Link(said, target), target.partition("/")[0] == here
    for page in sorted(context.library.pages, key=lambda page: (context.library.pages[page].order, page)):
        name = localize_name(context, context.library.pages[page])
        yield Link(name.text, f"{page}/index.html", name.lang), f"{page}/index.html" == path


def build_site_info(context: PageContext) -> SiteInfo:
    """The site's details for the head and foot of every page."""
    site = context.library.site
    return SiteInfo(
        title=localize_name(context, site), subtitle=localize_text(context, site, site.subtitle),
        notice=localize_text(context, site, site.notice), publisher=localize_text(context, site, site.publisher),
        licence=site.licence or "", icp_filing=_filing_link(context),
        contact=tuple(_contact_links(context)), url=f"{context.base_url.rstrip('/')}/" if context.base_url else "",
        search=SEARCH_PAGE if context.has_search else "", feed="feed.xml" if context.base_url else "",
        look=get_look_path(site), wall=get_wall_name(context), logo=_get_logo_url(context), paper=_choose_papers(site),
    )


def _choose_papers(site: Site) -> tuple[str, str]:
    light, dark = choose_palettes(None, site.look and site.look.paper)
    return light.paper, dark.paper


def _get_logo_url(context: PageContext) -> str:
    """The smallest rendition of the logo that every browser reads."""
    look = context.library.site.look
    if look is None or look.logo is None:
        return ""
    file = context.library.photos.get("site", {}).get(look.logo, "")
    renditions = context.library.renditions.get(file, ())
    plain = [rendition for rendition in renditions if rendition.mime_type == "image/jpeg"]
    return build_photo_url(plain[0], "") if plain else ""


def _filing_link(context: PageContext) -> Link | None:
    """The site's ICP record number, linked to the registry."""
    number = context.library.site.filing
    if not number:
        return None
    return Link(mark_unconverted(context.language.tag, number), ICP_FILING_URL if "ICP备" in number else "",
                context.original_language)


def _contact_links(context: PageContext) -> Iterator[Link]:
    contact = context.library.site.contact
    if contact is None:
        return
    if contact.email:
        yield Link(contact.email, f"mailto:{contact.email}")
    if contact.phone:
        yield Link(contact.phone, build_phone_url(contact.phone))
    if contact.url:
        yield Link(contact.url, contact.url if contact.url.startswith(("http://", "https://")) else "")
    if contact.address:
        address = localize_text(context, context.library.site, contact.address)
        yield Link(address.text, "", address.lang)


def build_phone_url(number: str) -> str:
    """The `tel:` URL of a phone number; "" if it is not a single plain number."""
    digits = "".join(c for c in number if c.isascii() and c.isdigit())
    return f"tel:{digits}" if len(digits) >= 3 and all(c in "0123456789-+ ()（）" for c in number) else ""


STATISTICS_SECTION = "6"
"""The section of the content model with the rules of the statistics."""


def get_rule_section_page(number: str) -> str:
    """The path of the page of a section of the content model, below the language's root."""
    return f"guide/content-model/{number}/index.html"


def get_rule_path(context: PageContext, statistic: str) -> str:
    """The path and anchor of the rule of a statistic, below the language's root; "" without the content model."""
    return f"{get_rule_section_page(STATISTICS_SECTION)}#{statistic}" if context.has_content_model else ""
