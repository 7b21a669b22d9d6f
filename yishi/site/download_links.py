"""Links to the feed, calendar and data of a place, and the JSON-LD description of a table."""

import math

from .json_ld import JsonLdThing, describe_dataset
from .layout import build_absolute_url, join_place_path
from .page_context import Link, PageContext, get_site_root, join_sentences, localize_name
from .taking_part import say_whom_to_ask

DATA_PAGE = "data/index.html"
DICTIONARY_PAGE = "data/dictionary/index.html"


def build_follow_links(context: PageContext, place: str) -> tuple[Link, ...]:
    """The links for following a place ("" = the site): its week, its feed, its calendar and its data."""
    name = localize_name(context, context.library.places.get(place) or context.library.site).text
    feed = Link(context.text("Subscribe to what is new: {place}", place=name), join_place_path(place, "feed.xml"))
    return (Link(context.text("The week at a glance"), join_place_path(place, "week/index.html")),
            *((feed,) if context.base_url else ()),
            *((_link_subscription(context, place),) if context.base_url and context.site_data.calendar.get(place)
              else ()), link_calendar(context, place),
            Link(context.text("Download the data"), DATA_PAGE))


def _link_subscription(context: PageContext, place: str) -> Link:
    """The calendar by `webcal:`, to which calendar programs subscribe; the file alone is only copied once."""
    url = build_absolute_url(context, context.language.tag, join_place_path(place, "calendar.ics"))
    return Link(context.text("Subscribe to the calendar"), f"webcal://{url.partition('://')[2]}")


def link_calendar(context: PageContext, place: str) -> Link:
    """The link to a place's calendar ("" = the site); only words, and whom to ask, while there is nothing in it."""
    if not context.site_data.calendar.get(place):
        return Link(join_sentences(context, (context.text("There is no meeting or date to add to your calendar now."),
                                             say_whom_to_ask(context, place))))
    return Link(context.text("Add meetings, promised dates and follow-ups to your calendar"),
                join_place_path(place, "calendar.ics"))


def format_file(context: PageContext, kind: str, size: int) -> str:
    """The format of a file and its size in bytes, rounded up: `CSV, 84 KB`; without the size if that is 0."""
    if not size:
        return kind.upper()
    thousands = -(-size // 1000)
    amount = (context.text("{n}\N{NO-BREAK SPACE}KB", n=context.number(thousands)) if thousands < 1000
              else context.text("{n}\N{NO-BREAK SPACE}MB", n=context.number(math.ceil(size / 100_000) / 10)))
    return context.text("{format}, {size}", format=kind.upper(), size=amount)


def format_table(context: PageContext, rows: int) -> str:
    """The format of a table and its number of rows: `CSV, 9 rows`."""
    return context.plural("CSV, {n} row", "CSV, {n} rows", rows)


def describe_tables(context: PageContext, page: str, *files: str) -> JsonLdThing:
    """The JSON-LD data set of the tables shown on `page`; `files` are paths below the site root."""
    base = get_site_root(context, page)
    kinds = {"csv": "text/csv", "json": "application/json", "zip": "application/zip"}
    return describe_dataset(context, [(build_absolute_url(context, context.first_language, file) or base + file,
                                       kinds[file.rpartition(".")[2]])
                                      for file in files])
