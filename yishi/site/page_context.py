"""`PageContext`: the site in one language, and the small views that all pages share."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from urllib.parse import unquote

from msgspec import Struct

from ..analysis.progress import Progress
from ..analysis.record_lists import RecordLists
from ..analysis.statistics import Statistics
from ..content.markup import ResponsiveImage, replace_targets
from ..core.traditional import CONVERSION_SOURCES, Conversion, pick_translation
from ..library import Library
from ..model.dates import PartialDate
from ..model.kinds import BULK
from ..model.language import Language, marked
from ..model.paths import RECORD_FOLDERS, get_folder_name, get_record_url, is_photo_name
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
    get_title,
)
from ..model.suppression import choose_marker
from ..model.vocabulary import get_built_in_vocabulary
from .photos import build_photo_url, build_responsive_image
from .site_data import SiteData

STATUS_SHAPES = {status: term.shape for status, term in get_built_in_vocabulary().terms["status"].items()}
"""Status → the shape on its note."""


_REPORTED_STATUS_LABELS = {
    "new": marked("Newly raised when reported"), "in_progress": marked("Under way when reported"),
    "planned": marked("Planned when reported"), "under_way": marked("Under way when reported"),
}
"""Open status of an issue or a plan → how it is called where it is known only from a published report: it was so then,
not surely today."""


class LocalizedText(Struct, frozen=True):
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


class RecordRow(Struct, frozen=True):
    """A record in a list. Only an issue has a `status`; `place` is the name of where it belongs.

    For sorting: `topics`, keys with a space between, and `day`, the last it can be of (`2025-03-31`, "" = unknown).
    """

    title: str
    lang: str
    target: str
    place: str
    place_lang: str
    date_text: str
    subject: str
    from_press: bool
    is_draft: bool
    status: str = ""
    status_label: str = ""
    colour: str = ""
    shape: str = ""
    tag: str = ""
    subject_lang: str = ""
    topics: str = ""
    day: str = ""


class PageContext(Struct, frozen=True):
    """The site in one language. `rows` holds every record that is listed, as lists show it."""

    site_data: SiteData
    language: Language
    base_url: str
    rows: Mapping[str, RecordRow]
    has_search: bool = True
    has_change_log: bool = False
    has_guide: bool = False
    has_content_model: bool = False

    @property
    def library(self) -> Library:
        """All records."""
        return self.site_data.library

    @property
    def progress(self) -> Mapping[str, Progress]:
        """Issue → where it stands."""
        return self.site_data.progress

    @property
    def statistics(self) -> Statistics:
        """All numbers."""
        return self.site_data.statistics

    @property
    def record_lists(self) -> RecordLists:
        """All lists."""
        return self.site_data.record_lists

    @property
    def first_language(self) -> str:
        """The tag of the site's first language, in which records are written."""
        return self.library.site.languages[0]

    @property
    def original_language(self) -> str:
        """The language of untranslated record texts, "" where it is the page's own, or converted to it."""
        return "" if self.first_language in (self.language.tag,
                                             CONVERSION_SOURCES.get(self.language.tag)) else self.first_language

    @property
    def conversion(self) -> Conversion | None:
        """How this language is converted; None if it is not."""
        return get_conversion(self.library.site, self.language.tag)

    @property
    def as_of(self) -> date:
        """The day that everything is told for."""
        return self.site_data.as_of

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


def format_status(edition: PageContext, status: str, *, reported: bool, vocabulary: str = "status") -> str:
    """What a status of issues, or of plans (`plan_status`), is called; `reported`: known only from press reports."""
    if reported and status in _REPORTED_STATUS_LABELS:
        return edition.text(_REPORTED_STATUS_LABELS[status])
    return edition.label(vocabulary, status)


def format_place_status(edition: PageContext, place: str, status: str) -> str:
    """What a status of all issues of a place ("" = the site) is called."""
    return format_status(edition, status, reported=status in (edition.record_lists.statuses_only_from_press.get(place)
                                                              or ()))


def get_conversion(site: Site, tag: str) -> Conversion | None:
    """How a language of the site is converted; None if it is not."""
    how = site.traditional
    return Conversion(how.standard, tuple(how.names.items())) if tag in CONVERSION_SOURCES else None


# --- what a record says, in this language -----------------------------------------------------------------------------


def localize_name(edition: PageContext, record: Record) -> LocalizedText:
    """The record's title or name, translated where it is."""
    titles = select_titles(record.translations)
    if isinstance(record, Review) and not record.title and not pick_translation(edition.language.tag, titles, str):
        reviewed = link_to_record(edition, record.target)
        return LocalizedText(edition.text("Review of {name}", name=reviewed.text) if reviewed
                             else edition.text("Review"))
    return localize_title(edition, get_title(record), titles)


def localize_title(edition: PageContext, title: str, titles: Mapping[str, str]) -> LocalizedText:
    """A title, or its translation: `titles` by language."""
    translated = pick_translation(edition.language.tag, titles, str)
    return LocalizedText(translated) if translated else LocalizedText(title, edition.original_language)


def select_titles(translations: Mapping[str, Translation]) -> dict[str, str]:
    """Language → the title, of those translations that have one."""
    return {tag: one.title for tag, one in translations.items() if one.title}


def localize_summary(edition: PageContext, record: Record) -> LocalizedText | None:
    """The record's summary, translated where it is."""
    translated = pick_translation(edition.language.tag, record.translations, lambda one: one.summary)
    if translated:
        return LocalizedText(translated)
    summary = getattr(record, "summary", None)
    return LocalizedText(summary, edition.original_language) if isinstance(summary, str) else None


def localize_body(edition: PageContext, path: str, record: Record, root: str) -> LocalizedText | None:
    """The record's long text as HTML for a page whose language root is `root` (`../../`)."""
    translated = pick_translation(edition.language.tag, record.translations,
                                  lambda one: _relink_body(edition, path, one.body, root) if one.body else None)
    if translated:
        return LocalizedText(translated)
    body: Body | None = getattr(record, record.body_key, None)
    return localize_markdown(edition, path, body, root)


def localize_markdown(edition: PageContext, path: str, body: Body | None, root: str) -> LocalizedText | None:
    """A Markdown text of the record at `path` as HTML for a page whose language root is `root`."""
    return LocalizedText(_relink_body(edition, path, body, root), edition.original_language) if body else None


def _relink_body(edition: PageContext, path: str, body: Body, root: str) -> str:
    """The HTML of `body` with local links and images leading to files of the site; dead ones become text."""
    library, links, base = edition.library, edition.library.links.get(path, {}), get_site_root(edition, root)

    def leads(link: str) -> str | None:
        target = links.get(link)
        if target is None:  # a heading of this text is found without us
            return link if link.startswith("#") and link not in links else None
        if target.startswith("#"):
            return target
        file = _file_at(target)
        if is_photo_name(file):
            return build_photo_url(library.renditions[file][-1], base) if file in library.renditions else None
        return (base if file in library.attachments else root) + target

    def picture(link: str) -> ResponsiveImage | None:
        renditions = library.renditions.get(_file_at(links.get(link) or ""))
        return build_responsive_image(renditions, base) if renditions else None

    return replace_targets(body.html, leads, picture) if body.links else body.html


def _file_at(url: str) -> str:
    return unquote(url.partition("#")[0])


def get_site_root(edition: PageContext, root: str) -> str:
    """The way to the root of the site from a page whose language root is `root`."""
    return root if edition.language.tag == edition.first_language else f"{root}../"


def link_to_record(edition: PageContext, path: str | None) -> Link | None:
    """A link to the record at `path`, None if there is none; for an issue or a case its file is not opened."""
    if path is None:
        return None
    if RECORD_FOLDERS.get(get_folder_name(path)) in BULK:
        listing = edition.site_data.list_items.get(path)
        name = localize_title(edition, listing.title, listing.translated_titles) if listing else None
    else:
        record = edition.library.record(path)
        name = localize_name(edition, record) if record else None
    return Link(name.text, get_record_url(path), name.lang) if name else None


def link_to_reference(edition: PageContext, path: str, field: str, target: str | None) -> Link | None:
    """The record that `field` of the record at `path` refers to; what was typed, as plain text, if it is withheld."""
    typed = edition.library.dropped_refs.get(path, {}).get(field)
    return link_to_record(edition, target) or (link_to_withheld(edition, typed) if typed else None)


def link_to_withheld(edition: PageContext, typed: str) -> Link:
    """A reference to a record that is not published: as it was typed; to one that was withdrawn, leading to why."""
    if any(one.path == typed for one in edition.library.withdrawn.values()):
        return Link(edition.text("a record that was withdrawn"), get_record_url(typed))
    return Link(typed, "", edition.original_language)


def link_to_records(edition: PageContext, paths: Iterable[str]) -> tuple[Link, ...]:
    """Links to those of the records at `paths` that are published."""
    return tuple(link for path in paths if (link := link_to_record(edition, path)))


def select_rows(edition: PageContext, paths: Iterable[str]) -> tuple[RecordRow, ...]:
    """The rows of the records at `paths`."""
    return tuple(edition.rows[path] for path in paths if path in edition.rows)


# --- values in words --------------------------------------------------------------------------------------------------


def format_topics(edition: PageContext, topics: Iterable[str]) -> str:
    """`照明、绿化`"""
    return join_items(edition, [edition.label("topic", topic) for topic in topics])


def join_items(edition: PageContext, texts: Iterable[str]) -> str:
    """Texts in a row, as this language separates them."""
    return edition.text(", ").join(texts)


def join_sentences(edition: PageContext, texts: Iterable[str]) -> str:
    """Sentences one after the other: Chinese ones need no space between."""
    return ("" if edition.language.tag.startswith("zh") else " ").join(filter(None, texts))


def format_raised(edition: PageContext, when: PartialDate) -> str:
    """When a matter was raised, as precisely as it is known."""
    if when.day is None:
        return edition.text("date raised not known")
    return edition.text("raised {when}", when=edition.language.when(when))


def format_span(edition: PageContext, text: str, start: PartialDate, end: PartialDate) -> str:
    """A stretch of time, as it was written or as far as it is known; "" if it is not."""
    if text:
        return text
    known = [edition.language.when(when) for when in (start, end) if when.day]
    if len(known) == 2 and start != end:
        return edition.text("{start} to {end}", start=known[0], end=known[1])
    return known[0] if known else ""


def format_people(edition: PageContext, number: int, hidden: str | None = None) -> str:
    """A published count of people; 1-4 are not told exactly. `hidden`: what stands instead of it, if it is hidden."""
    return hidden or choose_marker(number) or edition.number(number)


_PRECISION_LABELS: Mapping[str, str] = {
    "exact": marked("{amount}"), "about": marked("about {amount}"), "over": marked("more than {amount}"),
    "at_least": marked("at least {amount}"), "unknown": marked("about {amount}"),
}


def format_amount(edition: PageContext, value: float | int | None, unit: str | None, precision: str,
                  write: Callable[[PageContext, int], str] | None = None) -> str:
    """A quantity as precisely as it is known: `more than 20 people`; a missing value is "number not known"."""
    if value is None:
        return edition.text("number not known")
    number = write(edition, int(value)) if write else edition.number(value)
    glue = "" if unit and not unit[0].isascii() else " "
    return edition.text(_PRECISION_LABELS[precision], amount=f"{number}{glue}{unit}" if unit else number)


# --- methods ----------------------------------------------------------------------------------------------------------


def find_method(edition: PageContext, record: Issue | Case) -> tuple[str, Method] | None:
    """The path of the method a record was worked on by, and the method."""
    path = record.method if record.method in edition.library.methods else DEFAULT_METHOD
    method = edition.library.methods.get(path or "")
    return (path or "", method) if method else None


def localize_stage(edition: PageContext, stage: Stage) -> LocalizedText:
    """The stage's label, translated where it is."""
    return localize_title(edition, stage.label, select_titles(stage.translations))
