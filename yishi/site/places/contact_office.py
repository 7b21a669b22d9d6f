"""Where to raise an issue: the office and the hotline."""


from msgspec import Struct

from ...model.paths import get_place_of
from ...model.records import Place
from ..layout import build_phone_url
from ..page_context import Link, PageContext, link_to_records


class ContactOffice(Struct, frozen=True):
    """An office; `owner` is the name of the place that it belongs to, if that is a place above."""

    owner: Link | None
    address: str
    hours: str
    phone: str
    phone_url: str
    hotline: str
    hotline_url: str


def find_contact_office(context: PageContext, place: str) -> ContactOffice | None:
    """Return the office and hotline of the place, else of the nearest place above that has published one."""
    at = place
    while at:
        record = context.library.places.get(at)
        if record and (record.office or record.hotline):
            return _contact_office(context, record, link_to_records(context, [at])[0] if at != place else None)
        at = get_place_of(at)
    return None


def _contact_office(context: PageContext, place: Place, whose: Link | None) -> ContactOffice:
    office = place.office
    phone, hotline = (office.phone or "" if office else ""), place.hotline or ""
    return ContactOffice(whose, office.address or "" if office else "", office.hours or "" if office else "",
                         phone, build_phone_url(phone), hotline, build_phone_url(hotline))
