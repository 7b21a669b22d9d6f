"""The frame around every page: where it stands, its other languages, navigation, and what the foot says."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVarTuple
from urllib.parse import urlsplit

from msgspec import Struct

from ..core.outputs import Output, Plan
from ..core.traditional import as_written
from ..model.language import marked
from .edition import Edition, Link, Words, link_to, name_of, summary_of
from .linked import About, linked_data

Given = TypeVarTuple("Given")

OWN_NAMES = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English"}
"""Language tag → what the language calls itself."""

SHARED_AS = {"zh-Hans": "zh_CN", "zh-Hant": "zh_TW", "en": "en_US"}
"""Language tag → what Open Graph, which wants a country, calls it."""

FILED_AT = "https://beian.miit.gov.cn/"
"""Where an ICP record number (ICP备) must lead."""

DATED = frozenset(f"pages/{name}.html" for name in (
    "data", "home", "place", "places", "year", "report_card", "obligations", "gaps", "wall", "overview_page",
    "statistic_pages", "snapshot"))
"""The templates of pages that tell of the day of the report. It stands on no other page: each would change daily."""

SECTIONS = (
    ("places/index.html", marked("Places")),
    ("issues/index.html", marked("Issues")),
    ("cases/index.html", marked("Case studies")),
    ("wall/index.html", marked("Wall")),
    ("statistics/index.html", marked("Numbers")),
)
"""The main navigation: target, name."""

SEARCH = "search/index.html"
CHANGES = "changes/index.html"
SUBMIT = "submit/index.html"
GUIDE = "guide/index.html"
CONTENT_MODEL = "guide/content-model/index.html"

INDEXES = (
    (SEARCH, marked("Search")),
    ("topics/index.html", marked("By topic")),
    ("status/index.html", marked("By status")),
    ("months/index.html", marked("By month")),
    ("methods/index.html", marked("Ways of working")),
    ("events/index.html", marked("Showcases and events")),
    ("reviews/index.html", marked("Reviews")),
    ("sources/index.html", marked("Sources")),
    ("corrections/index.html", marked("Corrections")),
    (CHANGES, marked("What was changed")),
    ("data/index.html", marked("Data to download")),
    (GUIDE, marked("How to write a record")),
    (SUBMIT, marked("Write a record")),
)
"""The further ways in, at the foot of every page."""


class Alternate(Struct, frozen=True):
    """The same page in another language (or this one, `current`); `address` is absolute, "" without a base URL."""

    tag: str
    shared_as: str
    label: str
    href: str
    address: str
    current: bool


class Section(Struct, frozen=True):
    """An entry of the navigation."""

    text: str
    lang: str
    target: str
    current: bool


class Facts(Struct, frozen=True):
    """What the site says of itself on every page. Texts are in the site's first language unless translated.

    `address` is absolute, "" without a base URL; `search` the search page, "" while the site has none; `feed` that
    of its news.
    """

    title: Words
    subtitle: str
    notice: str
    publisher: str
    licence: str
    filing: Link | None
    contact: tuple[Link, ...]
    address: str
    search: str = ""
    feed: str = ""


class Shell(Struct, frozen=True):
    """The frame of one page. `root` leads to the root of its language, `base` to the site's (`../../`).

    `original` is the language of untranslated record texts, "" where it is the page's own; `as_of` the day of the
    report, "" on a page that does not tell of it; `converted` tells that a program makes it of another language;
    `data` is what search engines are told, as JSON.
    """

    title: str
    description: str
    language: str
    shared_as: str
    original: str
    converted: bool
    root: str
    base: str
    canonical: str | None
    alternates: tuple[Alternate, ...]
    navigation: tuple[Section, ...]
    indexes: tuple[Section, ...]
    trail: tuple[Link, ...]
    as_of: str
    site: Facts
    data: str


class Sheet(Struct, frozen=True):
    """What a page template receives: the frame, and exactly what the page shows."""

    page: Shell
    view: object


def planned(edition: Edition, path: str, make: Callable[[Edition, *Given], Output], *given: *Given) -> Plan:
    """The plan of the page at `path` (below the language's root), which `make` makes of the edition and `given`."""
    return Plan(prefix_of(edition, edition.language.tag) + path, make, edition, given)


def sheet(edition: Edition, path: str, template: str, title: str, view: object, *,
          description: str = "", trail: Sequence[Link] = (), about: About | None = None,
          root: str | None = None) -> Output:
    """The output at `path` (below the language's root). `about`: what the page is about, for search engines; `root` is
    given only where a page must work at any address."""
    shell = shell_of(edition, path, title, description, tuple(trail), about, root, dated=template in DATED)
    return Output(path=prefix_of(edition, edition.language.tag) + path, template=template,
                  language=edition.language.tag, view=Sheet(shell, view), conversion=edition.conversion)


def shell_of(edition: Edition, path: str, title: str, description: str, trail: tuple[Link, ...],
             about: About | None = None, root: str | None = None, *, dated: bool = False) -> Shell:
    """The frame of the page at `path`; one that works at any address has no address of its own, nor other languages."""
    tag = edition.language.tag
    up = root_of(path) if root is None else root
    base = up if tag == edition.first else f"{up}../"
    return Shell(
        title=title, description=description or _described(edition), language=tag, shared_as=SHARED_AS.get(tag, tag),
        original=edition.original, converted=edition.conversion is not None, root=up, base=base,
        canonical=(absolute(edition, tag, path) or None) if root is None else None,
        alternates=tuple(_alternates(edition, path, base)) if root is None else (),
        navigation=tuple(_navigation(edition, path)),
        indexes=tuple(Section(edition.text(name), "", target, target == path) for target, name in INDEXES
                      if _is_there(edition, target)),
        trail=trail, as_of=edition.language.day(edition.as_of) if dated else "",
        site=facts_of(edition), data="" if root is not None else _data(edition, path, title, description, trail, about),
    )


def _data(edition: Edition, path: str, title: str, description: str, trail: tuple[Link, ...],
          about: About | None) -> str:
    """What the page tells search engines; where the site does not know its address, from the page itself."""
    def at(target: str) -> str:
        return absolute(edition, edition.language.tag, target) or root_of(path) + target

    home = name_of(edition, edition.library.site).text
    way = ((home, at("index.html")), *((one.text, at(one.target) if one.target else "") for one in trail))
    return linked_data(edition, absolute(edition, edition.language.tag, path), title or home, description, way, about)


def _is_there(edition: Edition, target: str) -> bool:
    """Whether the site has one of the pages that it need not have."""
    there = {SEARCH: edition.has_search, GUIDE: edition.has_guide, SUBMIT: edition.library.site.submit,
             CHANGES: edition.has_past}
    return there.get(target, True)


def _described(edition: Edition) -> str:
    """What the site is, for pages that have no summary of their own."""
    summary = summary_of(edition, edition.library.site)
    return summary.text if summary else edition.library.site.subtitle or ""


def root_of(path: str) -> str:
    """The way from the page at `path` up to the root of its language."""
    return "../" * path.count("/")


def page_of(place: str, page: str) -> str:
    """The path of a `page` of a place ("" = the site): `wall/index.html`, `places/shahe/wall/index.html`."""
    return f"{place}/{page}" if place else page


def prefix_of(edition: Edition, tag: str) -> str:
    """The folder of a language: the first stands at the root of the site."""
    return "" if tag == edition.first else f"{tag.lower()}/"


def path_of_base(base_url: str) -> str:
    """The path part of the base URL, with a slash at its end."""
    return urlsplit(base_url).path.rstrip("/") + "/"


def trail_to(edition: Edition, place: str, *further: Link) -> tuple[Link, ...]:
    """The way down to a place, and what follows."""
    places: list[Link] = []
    while place in edition.library.places:
        link = link_to(edition, place)
        places += [link] if link else []
        place = place.rpartition("/")[0]
    return Link(edition.text("Places"), "places/index.html"), *reversed(places), *further


def absolute(edition: Edition, tag: str, path: str) -> str:
    """The address of the page at `path` in a language; "" if the site does not know its own."""
    if not edition.base_url:
        return ""
    return f"{edition.base_url.rstrip('/')}/{prefix_of(edition, tag)}{path.removesuffix('index.html')}"


def _alternates(edition: Edition, path: str, base: str) -> Iterator[Alternate]:
    languages = edition.library.site.languages
    for tag in languages if len(languages) > 1 else ():
        href = f"{base}{prefix_of(edition, tag)}{path}"
        label = as_written(edition.language.tag, OWN_NAMES.get(tag, tag))
        yield Alternate(tag, SHARED_AS.get(tag, tag), label, href, absolute(edition, tag, path),
                        tag == edition.language.tag)


def _navigation(edition: Edition, path: str) -> Iterator[Section]:
    here = path.partition("/")[0]
    for target, message in SECTIONS:
        yield Section(edition.text(message), "", target, target.partition("/")[0] == here)
    for page in sorted(edition.library.pages, key=lambda page: (edition.library.pages[page].order, page)):
        name = name_of(edition, edition.library.pages[page])
        yield Section(name.text, name.lang, f"{page}/index.html", f"{page}/index.html" == path)


def facts_of(edition: Edition) -> Facts:
    """What the foot and the head of every page say."""
    site = edition.library.site
    return Facts(
        title=name_of(edition, site), subtitle=site.subtitle or "", notice=site.notice or "",
        publisher=site.publisher or "", licence=site.licence or "", filing=_filing(edition),
        contact=tuple(_contact(edition)), address=f"{edition.base_url.rstrip('/')}/" if edition.base_url else "",
        search=SEARCH if edition.has_search else "", feed="feed.xml" if edition.base_url else "",
    )


def _filing(edition: Edition) -> Link | None:
    """The record number of the site, leading to where it is filed."""
    number = edition.library.site.filing
    if not number:
        return None
    return Link(as_written(edition.language.tag, number), FILED_AT if "ICP备" in number else "",
                edition.original)


def _contact(edition: Edition) -> Iterator[Link]:
    contact = edition.library.site.contact
    if contact is None:
        return
    if contact.email:
        yield Link(contact.email, f"mailto:{contact.email}")
    if contact.phone:
        yield Link(contact.phone, phone_address(contact.phone))
    if contact.url:
        yield Link(contact.url, contact.url if contact.url.startswith(("http://", "https://")) else "")
    if contact.address:
        yield Link(contact.address, "", edition.original)


def phone_address(number: str) -> str:
    """What a tap on a phone number dials; "" if it is not one plain number."""
    digits = "".join(c for c in number if c.isascii() and c.isdigit())
    return f"tel:{digits}" if len(digits) >= 3 and all(c in "0123456789-+ ()（）" for c in number) else ""


def rule_of(edition: Edition, anchor: str) -> str:
    """Where the page of the content model has a rule, below the language's root; "" where the site has no such page."""
    return f"{CONTENT_MODEL}#{anchor}" if edition.has_content_model else ""
