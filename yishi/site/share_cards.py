"""Share cards: pictures of a record, a place or a number for chat programs, which show them beside a link.

They are drawn only with `share_cards: yes`, and only where the site knows its address, as links need it.
"""

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from ..analysis.statistics import DEFINITIONS
from ..core.files import FontFile
from ..core.outputs import Output, OutputPlan
from ..core.traditional import convert_data
from ..model.colours import choose_palettes
from .format_stat import build_split_values, format_parts, format_stat, get_numerator, get_split_counts, get_stat
from .layout import SHARE_CARD, join_place_path, localize_path, plan_page
from .page_context import PageContext, localize_name
from .records.record_pages import VIEWS


class ShareCard(Struct, frozen=True):
    """What a card shows, in `language`: a note in the colour of its status, as on the wall. `number`: a number in large
    figures, "" = none; `foot`: a line at the foot of the note; `address`: that of the site."""

    language: str
    heading: str
    title: str
    number: str
    foot: str
    colour: str
    site: str
    address: str
    paper: str
    accent: str
    font: FontFile


def plan_share_cards(context: PageContext) -> Iterator[OutputPlan]:
    """The cards of all records with a page of their own, of places, and of the numbers of the site."""
    if context.card_font is None:
        return
    library = context.library
    yield _plan_card(context, "", "site", "", context.card_font)
    for place in library.places:
        yield _plan_card(context, place, "place", place, context.card_font)
    for kind in VIEWS:
        for path in library.of_kind(kind):
            yield _plan_card(context, path, "record", path, context.card_font)
    for key in context.statistics.scopes.get("", {}):
        yield _plan_card(context, f"statistics/{key}", "statistic", key, context.card_font)


def _plan_card(context: PageContext, folder: str, kind: str, key: str, font: FontFile) -> OutputPlan:
    path = join_place_path(folder, SHARE_CARD)
    return plan_page(context, path, build_share_card, path, kind, key, font)


def build_share_card(context: PageContext, path: str, kind: str, key: str, font: FontFile) -> Output:
    """The card at `path` of the site, a place, a record or a statistic."""
    site = context.library.site
    light, _ = choose_palettes(site.look and site.look.accent, site.look and site.look.paper)
    parts = {"heading": "", "number": "", "foot": "", "colour": "white", "site": localize_name(context, site).text,
             **_DESCRIBE[kind](context, key)}
    address = urlsplit(context.base_url)
    card = ShareCard(language=context.language.tag, address=(address.netloc + address.path).rstrip("/"),
                     paper=light.paper, accent=light.accent, font=font,
                     **{name: convert_data(text, context.conversion) for name, text in parts.items()})
    return Output(localize_path(context, path), view=card)


def _describe_site(context: PageContext, _: str) -> Mapping[str, str]:
    site = context.library.site
    return {"title": localize_name(context, site).text, "heading": site.subtitle or "",
            "foot": _count_issues(context, "")}


def _describe_place(context: PageContext, place: str) -> Mapping[str, str]:
    record = context.library.places[place]
    return {"title": localize_name(context, record).text, "heading": context.label("place_kind", record.kind),
            "foot": _count_issues(context, place)}


def _count_issues(context: PageContext, place: str) -> str:
    counts = {DEFINITIONS["issues"].in_words(context.language).name: get_numerator(context, place, "issues"),
              context.label("status", "resolved"): get_split_counts(context, place, "by_status").get("resolved", 0)}
    return format_parts(context, ((name, context.number(number)) for name, number in counts.items() if number))


def _describe_record(context: PageContext, path: str) -> Mapping[str, str]:
    row = context.rows[path]
    foot = " · ".join(filter(None, (row.status_label, row.date_text if row.day or not row.status else "")))
    return {"title": row.title, "heading": row.place, "foot": foot, "colour": row.colour or "white"}


def _describe_statistic(context: PageContext, key: str) -> Mapping[str, str]:
    title, stat = context.text(DEFINITIONS[key].name), get_stat(context, "", key)
    if stat is None:
        return {"title": title}
    if values := [(one.name.text, one.number) for one in build_split_values(context, key, stat, "")]:
        return {"title": title, "foot": format_parts(context, values[:_MAX_VALUES])}
    formatted = format_stat(context, key, stat)
    number = "" if DEFINITIONS[key].kind == "split" else formatted.value
    return {"title": title, "number": number, "foot": formatted.detail or formatted.explanation}


_MAX_VALUES = 3
"""How many values of a split a card tells."""


_DESCRIBE: Mapping[str, Callable[[PageContext, str], Mapping[str, str]]] = {
    "site": _describe_site, "place": _describe_place, "record": _describe_record, "statistic": _describe_statistic}
"""What a card is of → function that tells its parts."""
