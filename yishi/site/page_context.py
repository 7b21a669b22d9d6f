"""PageContext: the site data in one language; small views and formatting functions shared by all pages."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Generic, TypeVar
from urllib.parse import unquote

from msgspec import Struct

from ..analysis.progress import Progress
from ..analysis.record_lists import RecordLists
from ..analysis.statistics import Statistics
from ..content.markup import ResponsiveImage, replace_targets
from ..core.files import FontFile
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
    Criterion,
    Forum,
    Issue,
    Level,
    Method,
    Record,
    Register,
    Review,
    Site,
    Stage,
    get_title,
)
from ..model.records.parts import Translation, select_titles
from ..model.suppression import choose_marker
from ..model.times import TimeSpan
from ..model.units import format_unit
from ..model.vocabulary import get_built_in_vocabulary, translate_phrase
from .responsive_images import build_photo_url, build_responsive_image
from .site_data import SiteData

Item = TypeVar("Item")

STATUS_SHAPES = {status: term.shape for status, term in get_built_in_vocabulary().terms["status"].items()}
"""Status → the shape on its note."""


_REPORTED_STATUS_LABELS = {
    "new": marked("Newly raised when reported"), "in_progress": marked("Under way when reported"),
    "planned": marked("Planned when reported"), "under_way": marked("Under way when reported"),
}
"""Open status of an issue or a plan → its label if it is known only from a published report: it was true when reported,
and may have changed since."""


class LocalizedText(Struct, frozen=True):
    """A text and its language ("" = that of the page)."""

    text: str
    lang: str = ""


class Link(Struct, frozen=True):
    """A text with an optional link: `target` is a file below the language's root ("" = plain text).

    `value`: the machine-readable value of a displayed number.
    """

    text: str
    target: str = ""
    lang: str = ""
    value: str = ""


class Mark(Struct, frozen=True):
    """A state as a word and a shape, so that colour is never the only sign of it."""

    key: str
    label: str
    shape: str = ""


class Section(Struct, Generic[Item], frozen=True):
    """A part of a page: a title ("" = none) and its items.

    `number`: how many there are in all; `key`: its anchor; `notes`: sentences on the items; `more`: link to all.
    """

    title: str
    items: tuple[Item, ...]
    number: Link = Link("")
    key: str = ""
    notes: tuple[str, ...] = ()
    more: Link | None = None


class RecordRow(Struct, frozen=True):
    """A record in a list. Only issues have a `status`; `place` is the name of the place that the record belongs to.

    For sorting and filtering: `topics`, keys separated by spaces, and `day`, the latest possible day (`2025-03-31`, ""
    = unknown).
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
    tag_lang: str = ""
    subject_lang: str = ""
    topics: str = ""
    day: str = ""


class PageContext(Struct, frozen=True):
    """The site data in one language. `rows`: path → the record's row, for every record that appears in lists."""

    site_data: SiteData
    language: Language
    base_url: str
    rows: Mapping[str, RecordRow]
    has_search: bool = True
    has_change_log: bool = False
    has_guide: bool = False
    has_content_model: bool = False
    card_font: FontFile | None = None
    """The font of share cards; None if there are none."""

    @property
    def library(self) -> Library:
        """All published records."""
        return self.site_data.library

    @property
    def progress(self) -> Mapping[str, Progress]:
        """Issue → its progress."""
        return self.site_data.progress

    @property
    def statistics(self) -> Statistics:
        """All statistics."""
        return self.site_data.statistics

    @property
    def record_lists(self) -> RecordLists:
        """All lists of records."""
        return self.site_data.record_lists

    @property
    def first_language(self) -> str:
        """The tag of the site's first language, in which records are written."""
        return self.library.site.languages[0]

    @property
    def original_language(self) -> str:
        """The language of untranslated record texts; "" if it is the page's own or is converted to it."""
        return "" if self.first_language in (self.language.tag,
                                             CONVERSION_SOURCES.get(self.language.tag)) else self.first_language

    @property
    def conversion(self) -> Conversion | None:
        """How texts are converted to this language; None if they are not."""
        return get_conversion(self.library.site, self.language.tag)

    @property
    def as_of(self) -> date:
        """The day of the report."""
        return self.site_data.as_of

    def text(self, message: str, /, **values: object) -> str:
        """`message` translated into this language."""
        return self.language.text(message, **values)

    def plural(self, one: str, many: str, number: int, **values: object) -> str:
        """The plural form for `number`, translated into this language."""
        return self.language.plural(one, many, number, **values)

    def number(self, value: float | int) -> str:
        """Format a number for this language."""
        return self.language.number(value)

    def label(self, vocabulary: str, key: str) -> str:
        """The label of a vocabulary value."""
        return self.library.vocabulary.label(vocabulary, key, self.language.tag)


def format_status(context: PageContext, status: str, *, reported: bool, vocabulary: str = "status") -> str:
    """The label of a status of issues or of plans (`plan_status`); `reported`: known only from press reports."""
    if reported and status in _REPORTED_STATUS_LABELS:
        return context.text(_REPORTED_STATUS_LABELS[status])
    return context.label(vocabulary, status)


def format_place_status(context: PageContext, place: str, status: str) -> str:
    """The label of a status for all issues of a place ("" = the site)."""
    return format_status(context, status, reported=status in (context.record_lists.statuses_only_from_press.get(place)
                                                              or ()))


def get_conversion(site: Site, tag: str) -> Conversion | None:
    """How texts are converted to the language `tag`; None if they are not."""
    how = site.traditional
    return Conversion(how.standard, tuple(how.names.items())) if tag in CONVERSION_SOURCES else None


# --- places ---------------------------------------------------------------------------------------------------------


MAX_COMMUNITIES = 60
"""With more communities than this, only the places that contain them are listed and drawn."""


def list_communities(context: PageContext, scope: str) -> tuple[str, ...]:
    """The lowest places of a place in tree order; if there are too many, those directly in it."""
    lowest = tuple(_lowest_places(context, scope))
    return lowest if len(lowest) <= MAX_COMMUNITIES else tuple(context.library.children.get(scope, ()))


def _lowest_places(context: PageContext, place: str) -> Iterator[str]:
    for child in context.library.children.get(place, ()):
        if context.library.children.get(child):
            yield from _lowest_places(context, child)
        else:
            yield child


# --- the texts of a record in this language ---------------------------------------------------------------------------


def localize_name(context: PageContext, record: Record) -> LocalizedText:
    """The record's title or name, translated if there is a translation."""
    titles = record.translated_titles
    if isinstance(record, Review) and not record.title and not pick_translation(context.language.tag, titles, str):
        reviewed = link_to_record(context, record.target)
        return LocalizedText(context.text("Review of {name}", name=reviewed.text) if reviewed
                             else context.text("Review"))
    return localize_title(context, get_title(record), titles)


def localize_title(context: PageContext, title: str, titles: Mapping[str, str]) -> LocalizedText:
    """A title, or its translation from `titles` (by language)."""
    translated = pick_translation(context.language.tag, titles, str)
    return LocalizedText(translated) if translated else LocalizedText(title, context.original_language)


def localize_text(context: PageContext, record: Record, text: str | None) -> LocalizedText:
    """A text of a record as written, or its translation there or in `site.yaml`; empty without a text."""
    return localize_phrase(context, text, record.translate_text(text)) if text else LocalizedText("")


def localize_phrase(context: PageContext, text: str, translated: Mapping[str, str]) -> LocalizedText:
    """A text, or its translation from `translated` (by language), `site.yaml`, or the phrases that many sites write."""
    known = {**context.library.site.translate_text(text), **translated}
    return localize_title(context, text, known or (translate_phrase(text) if context.original_language else {}))


def localize_texts(context: PageContext, record: Record, texts: Iterable[str]) -> tuple[LocalizedText, ...]:
    """Texts of a record, each as `localize_text`."""
    return tuple(localize_text(context, record, text) for text in texts)


def localize_summary(context: PageContext, record: Record) -> LocalizedText | None:
    """The record's summary, translated if there is a translation; None without one."""
    translated = pick_translation(context.language.tag, record.translations, lambda translation: translation.summary)
    if translated:
        return LocalizedText(translated)
    summary = getattr(record, "summary", None)
    return LocalizedText(summary, context.original_language) if isinstance(summary, str) else None


def localize_body(context: PageContext, path: str, record: Record) -> LocalizedText | None:
    """The long text of the record at `path` as HTML for its page."""
    return _localize_markdown(context, path, record, getattr(record, record.body_key, None), lambda one: one.body)


def localize_rules(context: PageContext, path: str, record: Forum | Register) -> LocalizedText | None:
    """The rules of the record at `path` as HTML for its page."""
    return _localize_markdown(context, path, record, record.rules, lambda one: one.rules)


def _localize_markdown(context: PageContext, path: str, record: Record, body: Body | None,
                       get_translated: Callable[[Translation], Body | None]) -> LocalizedText | None:
    """A Markdown text as HTML, translated if there is a translation; None without a text."""
    def get_html(translation: Translation) -> str | None:
        translated = get_translated(translation)
        return _relink_body(context, path, translated) if translated else None

    html = pick_translation(context.language.tag, record.translations, get_html)
    if html:
        return LocalizedText(html)
    return LocalizedText(_relink_body(context, path, body), context.original_language) if body else None


def _relink_body(context: PageContext, path: str, body: Body) -> str:
    """The HTML of `body` with local links and images rewritten to published files; broken links become text."""
    library = context.library
    links = context.library.links.get(path, {})
    page = get_record_url(path)
    root = get_language_root(page)
    base = get_site_root(context, page)

    def resolve_link(link: str) -> str | None:
        target = links.get(link)
        if target is None:  # an anchor within this text needs no rewriting
            return link if link.startswith("#") and link not in links else None
        if target.startswith("#"):
            return target
        file = _file_at(target)
        if is_photo_name(file):
            return build_photo_url(library.renditions[file][-1], base) if file in library.renditions else None
        return (base if file in library.attachments else root) + target

    def find_picture(link: str) -> ResponsiveImage | None:
        renditions = library.renditions.get(_file_at(links.get(link) or ""))
        return build_responsive_image(renditions, base) if renditions else None

    return replace_targets(body.html, resolve_link, find_picture) if body.links else body.html


def _file_at(url: str) -> str:
    return unquote(url.partition("#")[0])


def get_language_root(page: str) -> str:
    """The relative path from `page` to the root of its language."""
    return "../" * page.count("/")


def get_site_root(context: PageContext, page: str) -> str:
    """The relative path from `page` (below the root of its language) to the site root."""
    root = get_language_root(page)
    return root if context.language.tag == context.first_language else f"{root}../"


def link_to_record(context: PageContext, path: str | None) -> Link | None:
    """A link to the record at `path`, None if there is none. Issues and cases are not loaded for it."""
    if path is None:
        return None
    if RECORD_FOLDERS.get(get_folder_name(path)) in BULK:
        item = context.site_data.list_items.get(path)
        name = localize_title(context, item.title, item.translated_titles) if item else None
    else:
        record = context.library.record(path)
        name = localize_name(context, record) if record else None
    return Link(name.text, get_record_url(path), name.lang) if name else None


def link_to_reference(context: PageContext, path: str, field: str, target: str | None) -> Link | None:
    """A link to the record that `field` of the record at `path` refers to; if withheld, the typed text."""
    typed = context.library.dropped_refs.get(path, {}).get(field)
    return link_to_record(context, target) or (link_to_withheld(context, typed) if typed else None)


def link_to_withheld(context: PageContext, typed: str) -> Link:
    """The text of a reference to an unpublished record; if that was withdrawn, a link to its notice."""
    if any(withdrawal.path == typed for withdrawal in context.library.withdrawn.values()):
        return Link(context.text("a record that was withdrawn"), get_record_url(typed))
    return Link(typed, "", context.original_language)


def link_to_records(context: PageContext, paths: Iterable[str]) -> tuple[Link, ...]:
    """Links to those records at `paths` that are published."""
    return tuple(link for path in paths if (link := link_to_record(context, path)))


def link_text(context: PageContext, record: Record, text: str | None) -> Link | None:
    """A text of a record, translated if there is a translation; None if there is none."""
    localized = localize_text(context, record, text)
    return Link(localized.text, "", localized.lang) if text else None


def link_texts(context: PageContext, record: Record, texts: Iterable[str]) -> tuple[Link, ...]:
    """Texts of a record, each as `link_text`."""
    return tuple(link for text in texts if (link := link_text(context, record, text)))


def link_terms(context: PageContext, vocabulary: str, keys: Iterable[str]) -> tuple[Link, ...]:
    """The labels of values of a vocabulary."""
    return tuple(Link(context.label(vocabulary, key)) for key in keys)


def select_rows(context: PageContext, paths: Iterable[str]) -> tuple[RecordRow, ...]:
    """The rows of those records at `paths` that appear in lists."""
    return tuple(context.rows[path] for path in paths if path in context.rows)


# --- formatted values -------------------------------------------------------------------------------------------------


def format_topics(context: PageContext, topics: Iterable[str]) -> str:
    """Format topics by their labels: `照明、绿化`."""
    return join_items(context, [context.label("topic", topic) for topic in topics])


def join_items(context: PageContext, texts: Iterable[str]) -> str:
    """Join texts with the list separator of this language."""
    return context.text(", ").join(texts)


def join_sentences(context: PageContext, texts: Iterable[str]) -> str:
    """Join sentences; Chinese ones need no space between them."""
    return ("" if context.language.tag.startswith("zh") else " ").join(filter(None, texts))


def format_raised(context: PageContext, when: PartialDate) -> str:
    """Format the date on which an issue was raised, as precisely as it is known."""
    if when.day is None:
        return context.text("date raised not known")
    return context.text("raised {when}", when=context.language.when(when))


def format_time_span(span: TimeSpan | None) -> str:
    """From when to when on a day: `19:00–20:30`, in every language; "" if it is not known."""
    return str(span).replace("-", "–") if span else ""


def format_span(context: PageContext, text: str, start: PartialDate, end: PartialDate) -> str:
    """Format a period as written, else by its known dates; "" if there are none."""
    if text:
        return text
    known = [context.language.when(when) for when in (start, end) if when.day]
    if len(known) == 2 and start != end:
        return context.text("{start} to {end}", start=known[0], end=known[1])
    return known[0] if known else ""


def format_people(context: PageContext, number: int | None, hidden: str | None = None) -> str:
    """Format a published count of people; 1-4 are suppressed, None gives "".

    `hidden`: the marker, if already suppressed.
    """
    return "" if number is None else hidden or choose_marker(number) or context.number(number)


_PRECISION_LABELS: Mapping[str, str] = {
    "exact": marked("{amount}"), "about": marked("about {amount}"), "over": marked("more than {amount}"),
    "at_least": marked("at least {amount}"), "unknown": marked("about {amount}"),
}


def format_amount(context: PageContext, value: float | int | None, unit: str | None, precision: str,
                  write: Callable[[PageContext, int], str] | None = None, record: Record | None = None) -> str:
    """Format a quantity of `record` as precisely as it is known (`more than 20 people`); None gives "number not known".

    On a page in another language than the record's the unit is translated, as far as it is known.
    """
    if value is None:
        return context.text("number not known")
    number = write(context, int(value)) if write else context.number(value)
    return context.text(_PRECISION_LABELS[precision], amount=_join_unit(context, record, number, value, unit))


def _join_unit(context: PageContext, record: Record | None, number: str, value: float | int, unit: str | None) -> str:
    if not unit:
        return number
    localized = localize_text(context, record or context.library.site, unit)
    if localized.lang and (translated := format_unit(context.language.tag, number, value, unit)):
        return translated
    glue = " " if localized.text[0].isascii() else ""
    return f"{number}{glue}{localized.text}"


# --- methods ----------------------------------------------------------------------------------------------------------


def find_method(context: PageContext, record: Issue | Case) -> tuple[str, Method] | None:
    """(path, method) of the method by which the record was handled, the default one if it names none."""
    path = record.method if record.method in context.library.methods else DEFAULT_METHOD
    method = context.library.methods.get(path or "")
    return (path or "", method) if method else None


def format_phase(context: PageContext, phase: str) -> str:
    """The label of a phase; if all of the site works by one method, with the names of its stages: 协商（议事）."""
    label = context.label("phase", phase)
    methods = tuple(context.library.methods.items())
    if len(methods) != 1 or methods[0][0] == DEFAULT_METHOD:
        return label
    stages = (localize_label(context, stage).text for stage in methods[0][1].stages
              if stage.verified and phase in stage.core)
    names = join_items(context, (name for name in stages if name != label))
    return context.text("{name} ({n})", name=label, n=names) if names else label


def get_wall_name(context: PageContext) -> str:
    """What the wall is called: as the site says, in this language, else the general word."""
    site = context.library.site
    name = localize_text(context, site, site.look.wall if site.look else None)
    return name.text if name.text and not name.lang else context.text("Wall")


def localize_label(context: PageContext, term: Stage | Level | Criterion) -> LocalizedText:
    """The label of a stage, level or criterion, translated if there is a translation."""
    return localize_title(context, term.label, select_titles(term.translations))
