"""What a page tells search engines of what it is about: schema.org as JSON-LD, a block of data that no browser runs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..core.compact import embedded
from ..core.traditional import converted_data
from ..model.dates import When
from ..model.records import Case, Event, Issue, Meeting, Method, Place
from .edition import Edition, Link, link_to, listed, name_of, stage_name

About = Mapping[str, Any]
"""A thing of schema.org: its `@type`, and what only things of this type have."""

_HEADED = ("Report", "Article")
"""What has a headline rather than a name."""

_MODES = {"in_person": "Offline", "online": "Online", "mixed": "Mixed"}


def linked_data(edition: Edition, address: str, title: str, description: str, trail: Sequence[tuple[str, str]],
                about: About | None) -> str:
    """What stands in the block, safe within a script element. `address`: that of the page, "" = not known; `trail`: the
    way down to it, each as (name, address)."""
    thing = {"@type": "WebPage", **(about or {})}
    named = "headline" if thing["@type"] in _HEADED else "name"
    thing = _told({**thing, named: title, "description": description, "url": address,
                   "inLanguage": edition.language.tag})
    steps = [_told({"@type": "ListItem", "position": number, "name": name, "item": target})
             for number, (name, target) in enumerate(trail, 1)]
    crumbs = [{"@type": "BreadcrumbList", "itemListElement": steps}]
    data = {"@context": "https://schema.org", "@graph": [thing, *crumbs]}
    return embedded(converted_data(data, edition.conversion))


def _told(thing: Mapping[str, Any]) -> dict[str, Any]:
    """A thing without what is not known of it."""
    return {key: value for key, value in thing.items() if value not in ("", None, [], ())}


def about_site(edition: Edition, search: str) -> About:
    """The site, and how its search is asked: `search`, the address of its page, "" if it has none."""
    asked = {"@type": "SearchAction", "target": f"{search}?q={{q}}", "query-input": "required name=q"}
    return _told({"@type": "WebSite", "publisher": _publisher(edition), "potentialAction": asked if search else None})


def about_work(edition: Edition, record: Issue | Case, place: str) -> About:
    """The report of an issue, or the article of a case."""
    kind, when = ("Report", record.raised) if isinstance(record, Issue) else ("Article", When("unknown"))
    topics = listed(edition, (edition.label("topic", topic) for topic in record.topic))
    return _told({"@type": kind, "author": _publisher(edition), "dateCreated": _day(when), "keywords": topics,
                  "dateModified": _day(record.updated), "contentLocation": _area(edition, place)})


def about_event(edition: Edition, record: Meeting | Event, place: str) -> About | None:
    """A meeting, or an event; nothing where its date is not known, which an event must have."""
    start = _day(record.date)
    if not start:
        return None
    area = _area(edition, place)
    where = {"@type": "Place", "name": record.venue, "containedInPlace": area} if (
        isinstance(record, Meeting) and record.venue) else area
    mode = record.mode if isinstance(record, Meeting) else None
    return _told({"@type": "Event", "startDate": start, "location": where, "organizer": _publisher(edition),
                  "eventAttendanceMode": f"https://schema.org/{_MODES[mode]}EventAttendanceMode" if mode else ""})


def about_place(edition: Edition, place: Place, above: str) -> About:
    """A place, and the one that it belongs to."""
    return _told({"@type": "AdministrativeArea", "identifier": place.code, "containedInPlace": _area(edition, above)})


def about_method(edition: Edition, method: Method) -> About:
    """A way of working, stage by stage."""
    stages = ((stage, stage_name(edition, stage).text) for stage in method.stages if stage.verified)
    return _told({"@type": "HowTo", "step": [{"@type": "HowToStep", "name": name, "text": stage.full_label or name}
                                             for stage, name in stages]})


def about_data(edition: Edition, files: Iterable[tuple[str, str]]) -> About:
    """A table to download: `files`, each as (address, media type)."""
    licence = edition.library.site.licence
    return _told({"@type": "Dataset", "creator": _publisher(edition), "dateModified": edition.as_of.isoformat(),
                  "license": licence and {"@type": "CreativeWork", "name": licence},
                  "distribution": [{"@type": "DataDownload", "contentUrl": address, "encodingFormat": kind}
                                   for address, kind in files]})


def _publisher(edition: Edition) -> About:
    site = edition.library.site
    return {"@type": "Organization", "name": site.publisher or name_of(edition, site).text}


def _area(edition: Edition, place: str) -> About | None:
    link: Link | None = link_to(edition, place)
    return {"@type": "AdministrativeArea", "name": link.text} if link else None


def _day(when: When | None) -> str:
    """A date as far as it is known; "" if only its bounds are."""
    return "" if when is None or when.precision in ("by", "unknown") else str(when)
