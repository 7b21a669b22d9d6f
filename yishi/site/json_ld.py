"""Structured data of a page for search engines: schema.org as JSON-LD, in a data block that no browser executes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..core.json_format import encode_json_for_html
from ..core.traditional import convert_data
from ..model.dates import PartialDate
from ..model.records import Case, Event, Issue, Meeting, Method, Place
from ..model.times import get_time_zone
from .page_context import Link, PageContext, join_items, link_to_record, localize_label, localize_name, localize_text

JsonLdThing = Mapping[str, Any]
"""A schema.org object: its `@type`, and the properties specific to that type."""

_TYPES_WITH_HEADLINE = ("Report", "Article")
"""The types that have a `headline` in place of a `name`."""

_ATTENDANCE_MODES = {"in_person": "Offline", "online": "Online", "mixed": "Mixed"}


def encode_json_ld(context: PageContext, address: str, title: str, description: str, trail: Sequence[tuple[str, str]],
                   about: JsonLdThing | None) -> str:
    """Encode the JSON-LD block, escaped for use in a script element.

    `address`: the URL of the page, "" = not known; `trail`: its breadcrumbs as (name, address).
    """
    thing = {"@type": "WebPage", **(about or {})}
    name_key = "headline" if thing["@type"] in _TYPES_WITH_HEADLINE else "name"
    thing = _drop_empty_values({**thing, name_key: title, "description": description, "url": address,
                                "inLanguage": context.language.tag})
    steps = [_drop_empty_values({"@type": "ListItem", "position": number, "name": name, "item": target})
             for number, (name, target) in enumerate(trail, 1)]
    crumbs = [{"@type": "BreadcrumbList", "itemListElement": steps}]
    data = {"@context": "https://schema.org", "@graph": [thing, *crumbs]}
    return encode_json_for_html(convert_data(data, context.conversion))


def _drop_empty_values(thing: Mapping[str, Any]) -> dict[str, Any]:
    """`thing` without its empty properties."""
    return {key: value for key, value in thing.items() if value not in ("", None, [], ())}


def describe_site(context: PageContext, search: str) -> JsonLdThing:
    """Describe the site and its search; `search`: the URL of the search page, "" if there is none."""
    action = {"@type": "SearchAction", "target": f"{search}?q={{q}}", "query-input": "required name=q"}
    return _drop_empty_values({"@type": "WebSite", "publisher": _publisher(context),
                               "potentialAction": action if search else None})


def describe_work(context: PageContext, record: Issue | Case, place: str) -> JsonLdThing:
    """Describe an issue as a Report, a case as an Article."""
    kind, when = ("Report", record.raised) if isinstance(record, Issue) else ("Article", PartialDate("unknown"))
    topics = join_items(context, (context.label("topic", topic) for topic in record.topic))
    return _drop_empty_values({"@type": kind, "author": _publisher(context), "dateCreated": _schema_date(when),
                               "keywords": topics, "dateModified": _schema_date(record.updated),
                               "contentLocation": _administrative_area(context, place)})


def describe_event(context: PageContext, record: Meeting | Event, place: str) -> JsonLdThing | None:
    """Describe a meeting or an event; None if its date is not known, because schema.org requires a start date."""
    start, end = _schema_date(record.date), ""
    if not start:
        return None
    if isinstance(record, Meeting) and record.time and (day := record.date.exact):
        moments = record.time.on(day, get_time_zone(context.library.site.timezone))
        start, end = (moment.isoformat(timespec="minutes") if moment else "" for moment in moments)
    area = _administrative_area(context, place)
    venue = localize_text(context, record, record.venue).text if isinstance(record, Meeting) else ""
    where = {"@type": "Place", "name": venue, "containedInPlace": area} if venue else area
    mode = record.mode if isinstance(record, Meeting) else None
    return _drop_empty_values({"@type": "Event", "startDate": start, "endDate": end, "location": where,
                               "organizer": _publisher(context),
                               "eventAttendanceMode": f"https://schema.org/{_ATTENDANCE_MODES[mode]}EventAttendanceMode"
                               if mode else ""})


def describe_place(context: PageContext, place: Place, above: str) -> JsonLdThing:
    """Describe a place, and the place that contains it."""
    return _drop_empty_values({"@type": "AdministrativeArea", "identifier": place.code,
                               "containedInPlace": _administrative_area(context, above)})


def describe_method(context: PageContext, method: Method) -> JsonLdThing:
    """Describe a method stage by stage."""
    stages = ((stage, localize_label(context, stage).text) for stage in method.stages if stage.verified)
    return _drop_empty_values({"@type": "HowTo", "step": [
        {"@type": "HowToStep", "name": name, "text": localize_text(context, method, stage.full_label).text or name}
        for stage, name in stages]})


def describe_dataset(context: PageContext, files: Iterable[tuple[str, str]]) -> JsonLdThing:
    """Describe a table for download; `files`: each as (URL, media type)."""
    licence = context.library.site.licence
    return _drop_empty_values({"@type": "Dataset", "creator": _publisher(context),
                               "dateModified": context.as_of.isoformat(),
                               "license": licence and {"@type": "CreativeWork", "name": licence},
                               "distribution": [{"@type": "DataDownload", "contentUrl": address, "encodingFormat": kind}
                                                for address, kind in files]})


def _publisher(context: PageContext) -> JsonLdThing:
    site = context.library.site
    name = localize_text(context, site, site.publisher).text or localize_name(context, site).text
    return {"@type": "Organization", "name": name}


def _administrative_area(context: PageContext, place: str) -> JsonLdThing | None:
    link: Link | None = link_to_record(context, place)
    return {"@type": "AdministrativeArea", "name": link.text} if link else None


def _schema_date(when: PartialDate | None) -> str:
    """Format a date as precisely as it is known; "" if only bounds are known, or if it is approximate."""
    is_plain = when is not None and when.precision in ("day", "month", "year") and not when.is_about
    return when.edtf if when and is_plain else ""
