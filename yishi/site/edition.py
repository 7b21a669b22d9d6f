"""`Edition`: the site in one language, and the small views that all pages share."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from urllib.parse import unquote

from msgspec import Struct

from ..analysis.holdings import Holdings
from ..analysis.progress import Progress
from ..analysis.statistics import Statistics
from ..content.markup import Shown, relink
from ..core.traditional import SOURCES, Conversion, in_language
from ..library import Library
from ..model.dates import When
from ..model.few import sign_of
from ..model.kinds import BULK
from ..model.language import Language, marked
from ..model.paths import RECORD_FOLDERS, folder_of, is_photo, url_of
from ..model.records import (
    DEFAULT_METHOD,
    Body,
    Case,
    Issue,
    Method,
    Record,
    Review,
    Site,
    Stage,
    Translation,
    title_of,
)
from ..model.vocabulary import built_in
from .book import Book
from .photos import address, shown_as

SHAPES = {status: term.shape for status, term in built_in().terms["status"].items()}
"""Status → the shape on its note."""


_WHEN_REPORTED = {
    "new": marked("Newly raised when reported"), "in_progress": marked("Under way when reported"),
    "planned": marked("Planned when reported"), "under_way": marked("Under way when reported"),
}
"""Open status of an issue or a plan → how it is called where it is known only from a published report: it was so then,
not surely today."""


class Words(Struct, frozen=True):
    """A text and its language, where that is not the page's ("")."""

    text: str
    lang: str = ""


class Link(Struct, frozen=True):
    """A text that may lead somewhere: `target` is a file below the language's root ("" = plain text).

    `value`: of a number that is shown, as machines read it.
    """

    text: str
    target: str = ""
    lang: str = ""
    value: str = ""


class Row(Struct, frozen=True):
    """A record in a list. Only an issue has a `status`; `place` is the name of where it belongs.

    For sorting: `topics`, keys with a space between, and `day`, the last it can be of (`2025-03-31`, "" = unknown).
    """

    title: str
    lang: str
    target: str
    place: str
    place_lang: str
    when: str
    about: str
    press: bool
    draft: bool
    status: str = ""
    label: str = ""
    colour: str = ""
    shape: str = ""
    tag: str = ""
    about_lang: str = ""
    topics: str = ""
    day: str = ""


class Edition(Struct, frozen=True):
    """The site in one language. `rows` holds every record that is listed, as lists show it."""

    book: Book
    language: Language
    base_url: str
    rows: Mapping[str, Row]
    has_search: bool = True
    has_past: bool = False
    has_guide: bool = False
    has_content_model: bool = False

    @property
    def library(self) -> Library:
        """All records."""
        return self.book.library

    @property
    def progress(self) -> Mapping[str, Progress]:
        """Issue → where it stands."""
        return self.book.progress

    @property
    def statistics(self) -> Statistics:
        """All numbers."""
        return self.book.statistics

    @property
    def holdings(self) -> Holdings:
        """All lists."""
        return self.book.holdings

    @property
    def first(self) -> str:
        """The tag of the site's first language, in which records are written."""
        return self.library.site.languages[0]

    @property
    def original(self) -> str:
        """The language of untranslated record texts, "" where it is the page's own, or converted to it."""
        return "" if self.first in (self.language.tag, SOURCES.get(self.language.tag)) else self.first

    @property
    def conversion(self) -> Conversion | None:
        """How this language is converted; None if it is not."""
        return conversion_of(self.library.site, self.language.tag)

    @property
    def as_of(self) -> date:
        """The day that everything is told for."""
        return self.book.as_of

    def text(self, message: str, /, **values: object) -> str:
        """`message` in this language."""
        return self.language.text(message, **values)

    def plural(self, one: str, many: str, number: int, **values: object) -> str:
        """The form of a message that `number` takes, in this language."""
        return self.language.plural(one, many, number, **values)

    def number(self, value: float | int) -> str:
        """A number as this language writes it."""
        return self.language.number(value)

    def label(self, vocabulary: str, key: str) -> str:
        """The label of a closed value."""
        return self.library.vocabulary.label(vocabulary, key, self.language.tag)


def status_in_words(edition: Edition, status: str, *, reported: bool, vocabulary: str = "status") -> str:
    """What a status of issues, or of plans (`plan_status`), is called; `reported`: known only from press reports."""
    if reported and status in _WHEN_REPORTED:
        return edition.text(_WHEN_REPORTED[status])
    return edition.label(vocabulary, status)


def status_in(edition: Edition, place: str, status: str) -> str:
    """What a status of all issues of a place ("" = the site) is called."""
    return status_in_words(edition, status, reported=status in (edition.holdings.only_reported.get(place) or ()))


def conversion_of(site: Site, tag: str) -> Conversion | None:
    """How a language of the site is converted; None if it is not."""
    how = site.traditional
    return Conversion(how.standard, tuple(how.names.items())) if tag in SOURCES else None


# --- what a record says, in this language -----------------------------------------------------------------------------


def name_of(edition: Edition, record: Record) -> Words:
    """The record's title or name, translated where it is."""
    titles = titles_in(record.translations)
    if isinstance(record, Review) and not record.title and not in_language(edition.language.tag, titles, str):
        reviewed = link_to(edition, record.target)
        return Words(edition.text("Review of {name}", name=reviewed.text) if reviewed else edition.text("Review"))
    return named(edition, title_of(record), titles)


def named(edition: Edition, title: str, titles: Mapping[str, str]) -> Words:
    """A title, or its translation: `titles` by language."""
    translated = in_language(edition.language.tag, titles, str)
    return Words(translated) if translated else Words(title, edition.original)


def titles_in(translations: Mapping[str, Translation]) -> dict[str, str]:
    """Language → the title, of those translations that have one."""
    return {tag: one.title for tag, one in translations.items() if one.title}


def summary_of(edition: Edition, record: Record) -> Words | None:
    """The record's summary, translated where it is."""
    translated = in_language(edition.language.tag, record.translations, lambda one: one.summary)
    if translated:
        return Words(translated)
    summary = getattr(record, "summary", None)
    return Words(summary, edition.original) if isinstance(summary, str) else None


def body_of(edition: Edition, path: str, record: Record, root: str) -> Words | None:
    """The record's long text as HTML for a page whose language root is `root` (`../../`)."""
    translated = in_language(edition.language.tag, record.translations,
                             lambda one: _led_home(edition, path, one.body, root) if one.body else None)
    if translated:
        return Words(translated)
    body: Body | None = getattr(record, record.prose_of_body, None)
    return prose_of(edition, path, body, root)


def prose_of(edition: Edition, path: str, body: Body | None, root: str) -> Words | None:
    """A Markdown text of the record at `path` as HTML for a page whose language root is `root`."""
    return Words(_led_home(edition, path, body, root), edition.original) if body else None


def _led_home(edition: Edition, path: str, body: Body, root: str) -> str:
    """The HTML of `body` with local links and images leading to files of the site; dead ones become text."""
    library, links, base = edition.library, edition.library.links.get(path, {}), base_of(edition, root)

    def leads(link: str) -> str | None:
        target = links.get(link)
        if target is None:  # a heading of this text is found without us
            return link if link.startswith("#") and link not in links else None
        if target.startswith("#"):
            return target
        file = _file_at(target)
        if is_photo(file):
            return address(library.renditions[file][-1], base) if file in library.renditions else None
        return (base if file in library.attachments else root) + target

    def picture(link: str) -> Shown | None:
        renditions = library.renditions.get(_file_at(links.get(link) or ""))
        return shown_as(renditions, base) if renditions else None

    return relink(body.html, leads, picture) if body.links else body.html


def _file_at(url: str) -> str:
    return unquote(url.partition("#")[0])


def base_of(edition: Edition, root: str) -> str:
    """The way to the root of the site from a page whose language root is `root`."""
    return root if edition.language.tag == edition.first else f"{root}../"


def link_to(edition: Edition, path: str | None) -> Link | None:
    """A link to the record at `path`, None if there is none; for an issue or a case its file is not opened."""
    if path is None:
        return None
    if RECORD_FOLDERS.get(folder_of(path)) in BULK:
        listing = edition.book.listings.get(path)
        name = named(edition, listing.title, listing.titles) if listing else None
    else:
        record = edition.library.record(path)
        name = name_of(edition, record) if record else None
    return Link(name.text, url_of(path), name.lang) if name else None


def reference(edition: Edition, path: str, field: str, target: str | None) -> Link | None:
    """The record that `field` of the record at `path` refers to; what was typed, as plain text, if it is withheld."""
    typed = edition.library.lost.get(path, {}).get(field)
    return link_to(edition, target) or (withheld(edition, typed) if typed else None)


def withheld(edition: Edition, typed: str) -> Link:
    """A reference to a record that is not published: as it was typed; to one that was withdrawn, leading to why."""
    if any(one.path == typed for one in edition.library.withdrawn.values()):
        return Link(edition.text("a record that was withdrawn"), url_of(typed))
    return Link(typed, "", edition.original)


def links_to(edition: Edition, paths: Iterable[str]) -> tuple[Link, ...]:
    """Links to those of the records at `paths` that are published."""
    return tuple(link for path in paths if (link := link_to(edition, path)))


def rows_of(edition: Edition, paths: Iterable[str]) -> tuple[Row, ...]:
    """The rows of the records at `paths`."""
    return tuple(edition.rows[path] for path in paths if path in edition.rows)


# --- values in words --------------------------------------------------------------------------------------------------


def topics_in_words(edition: Edition, topics: Iterable[str]) -> str:
    """`照明、绿化`"""
    return listed(edition, [edition.label("topic", topic) for topic in topics])


def listed(edition: Edition, texts: Iterable[str]) -> str:
    """Texts in a row, as this language separates them."""
    return edition.text(", ").join(texts)


def sentences(edition: Edition, texts: Iterable[str]) -> str:
    """Sentences one after the other: Chinese ones need no space between."""
    return ("" if edition.language.tag.startswith("zh") else " ").join(filter(None, texts))


def raised_in_words(edition: Edition, when: When) -> str:
    """When a matter was raised, as precisely as it is known."""
    if when.day is None:
        return edition.text("date raised not known")
    return edition.text("raised {when}", when=edition.language.when(when))


def span_in_words(edition: Edition, text: str, start: When, end: When) -> str:
    """A stretch of time, as it was written or as far as it is known; "" if it is not."""
    if text:
        return text
    known = [edition.language.when(when) for when in (start, end) if when.day]
    if len(known) == 2 and start != end:
        return edition.text("{start} to {end}", start=known[0], end=known[1])
    return known[0] if known else ""


def people_in_words(edition: Edition, number: int, hidden: str | None = None) -> str:
    """A published count of people; 1-4 are not told exactly. `hidden`: what stands instead of it, if it is hidden."""
    return hidden or sign_of(number) or edition.number(number)


_PRECISIONS: Mapping[str, str] = {
    "exact": marked("{amount}"), "about": marked("about {amount}"), "over": marked("more than {amount}"),
    "at_least": marked("at least {amount}"), "unknown": marked("about {amount}"),
}


def amount_in_words(edition: Edition, value: float | int | None, unit: str | None, precision: str,
                    write: Callable[[Edition, int], str] | None = None) -> str:
    """A quantity as precisely as it is known: `more than 20 people`; a missing value is "number not known"."""
    if value is None:
        return edition.text("number not known")
    number = write(edition, int(value)) if write else edition.number(value)
    glue = "" if unit and not unit[0].isascii() else " "
    return edition.text(_PRECISIONS[precision], amount=f"{number}{glue}{unit}" if unit else number)


# --- methods ----------------------------------------------------------------------------------------------------------


def method_of(edition: Edition, record: Issue | Case) -> tuple[str, Method] | None:
    """The path of the method a record was worked on by, and the method."""
    path = record.method if record.method in edition.library.methods else DEFAULT_METHOD
    method = edition.library.methods.get(path or "")
    return (path or "", method) if method else None


def stage_name(edition: Edition, stage: Stage) -> Words:
    """The stage's label, translated where it is."""
    return named(edition, stage.label, titles_in(stage.translations))
