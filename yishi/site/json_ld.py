"""What a page tells search engines of what it is about: schema.org as JSON-LD, a block of data that no browser runs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..core.json_format import encode_json_for_html
from ..core.traditional import convert_data
from ..model.dates import PartialDate
from ..model.records import Case, Event, Issue, Meeting, Method, Place
from .page_context import Link, PageContext, join_items, link_to_record, localize_name, localize_stage

JsonLdThing = Mapping[str, Any]
"""A thing of schema.org: its `@type`, and what only things of this type have."""

_TYPES_WITH_HEADLINE = ("Report", "Article")
"""What has a headline rather than a name."""

_ATTENDANCE_MODES = {"in_person": "Offline", "online": "Online", "mixed": "Mixed"}


def encode_json_ld(edition: PageContext, address: str, title: str, description: str, trail: Sequence[tuple[str, str]],
                   about: JsonLdThing | None) -> str:
    """What stands in the block, safe within a script element. `address`: that of the page, "" = not known; `trail`: the
    way down to it, each as (name, address)."""
    thing = {"@type": "WebPage", **(about or {})}
    named = "headline" if thing["@type"] in _TYPES_WITH_HEADLINE else "name"
    thing = _drop_empty_values({**thing, named: title, "description": description, "url": address,
                                "inLanguage": edition.language.tag})
    steps = [_drop_empty_values({"@type": "ListItem", "position": number, "name": name, "item": target})
             for number, (name, target) in enumerate(trail, 1)]
    crumbs = [{"@type": "BreadcrumbList", "itemListElement": steps}]
    data = {"@context": "https://schema.org", "@graph": [thing, *crumbs]}
    return encode_json_for_html(convert_data(data, edition.conversion))


def _drop_empty_values(thing: Mapping[str, Any]) -> dict[str, Any]:
    """A thing without what is not known of it."""
    return {key: value for key, value in thing.items() if value not in ("", None, [], ())}


def describe_site(edition: PageContext, search: str) -> JsonLdThing:
    """The site, and how its search is asked: `search`, the address of its page, "" if it has none."""
    asked = {"@type": "SearchAction", "target": f"{search}?q={{q}}", "query-input": "required name=q"}
    return _drop_empty_values({"@type": "WebSite", "publisher": _publisher(edition),
                               "potentialAction": asked if search else None})


def describe_work(edition: PageContext, record: Issue | Case, place: str) -> JsonLdThing:
    """The report of an issue, or the article of a case."""
    kind, when = ("Report", record.raised) if isinstance(record, Issue) else ("Article", PartialDate("unknown"))
    topics = join_items(edition, (edition.label("topic", topic) for topic in record.topic))
    return _drop_empty_values({"@type": kind, "author": _publisher(edition), "dateCreated": _schema_date(when),
                               "keywords": topics,
                               "dateModified": _schema_date(record.updated),
                               "contentLocation": _administrative_area(edition, place)})


def describe_event(edition: PageContext, record: Meeting | Event, place: str) -> JsonLdThing | None:
    """A meeting, or an event; nothing where its date is not known, which an event must have."""
    start = _schema_date(record.date)
    if not start:
        return None
    area = _administrative_area(edition, place)
    where = {"@type": "Place", "name": record.venue, "containedInPlace": area} if (
        isinstance(record, Meeting) and record.venue) else area
    mode = record.mode if isinstance(record, Meeting) else None
    return _drop_empty_values({"@type": "Event", "startDate": start, "location": where,
                               "organizer": _publisher(edition),
                               "eventAttendanceMode": f"https://schema.org/{_ATTENDANCE_MODES[mode]}EventAttendanceMode"
                               if mode else ""})


def describe_place(edition: PageContext, place: Place, above: str) -> JsonLdThing:
    """A place, and the one that it belongs to."""
    return _drop_empty_values({"@type": "AdministrativeArea", "identifier": place.code,
                               "containedInPlace": _administrative_area(edition, above)})


def describe_method(edition: PageContext, method: Method) -> JsonLdThing:
    """A way of working, stage by stage."""
    stages = ((stage, localize_stage(edition, stage).text) for stage in method.stages if stage.verified)
    return _drop_empty_values({"@type": "HowTo", "step": [{"@type": "HowToStep", "name": name,
                                                           "text": stage.full_label or name}
                                                          for stage, name in stages]})


def describe_dataset(edition: PageContext, files: Iterable[tuple[str, str]]) -> JsonLdThing:
    """A table to download: `files`, each as (address, media type)."""
    licence = edition.library.site.licence
    return _drop_empty_values({"@type": "Dataset", "creator": _publisher(edition),
                               "dateModified": edition.as_of.isoformat(),
                               "license": licence and {"@type": "CreativeWork", "name": licence},
                               "distribution": [{"@type": "DataDownload", "contentUrl": address, "encodingFormat": kind}
                                                for address, kind in files]})


def _publisher(edition: PageContext) -> JsonLdThing:
    site = edition.library.site
    return {"@type": "Organization", "name": site.publisher or localize_name(edition, site).text}


def _administrative_area(edition: PageContext, place: str) -> JsonLdThing | None:
    link: Link | None = link_to_record(edition, place)
    return {"@type": "AdministrativeArea", "name": link.text} if link else None


def _schema_date(when: PartialDate | None) -> str:
    """A date as far as it is known; "" if only its bounds are."""
    return "" if when is None or when.precision in ("by", "unknown") else str(when)
