"""Where to raise a matter: the office and the hotline."""


from msgspec import Struct

from ..model.paths import place_of
from ..model.records import Place
from .edition import Edition, Link, links_to
from .shell import phone_address


class Desk(Struct, frozen=True):
    """Where to raise a matter in person; `whose` is the place it belongs to, if that is a place above."""

    whose: Link | None
    address: str
    hours: str
    phone: str
    phone_address: str
    hotline: str
    hotline_address: str


def desk_of(edition: Edition, place: str) -> Desk | None:
    """The office and hotline of the place, or of the nearest place above that has published one."""
    at = place
    while at:
        record = edition.library.places.get(at)
        if record and (record.office or record.hotline):
            return _desk(edition, record, links_to(edition, [at])[0] if at != place else None)
        at = place_of(at)
    return None


def _desk(edition: Edition, place: Place, whose: Link | None) -> Desk:
    office = place.office
    phone, hotline = (office.phone or "" if office else ""), place.hotline or ""
    return Desk(whose, office.address or "" if office else "", office.hours or "" if office else "",
                phone, phone_address(phone), hotline, phone_address(hotline))
