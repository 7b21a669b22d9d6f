"""The lists of forums, meetings, events, reviews, plans and registers, of the site and of each place."""

from collections.abc import Iterator

from ..core.outputs import Plan
from ..model.kinds import ACTIVITIES, KINDS
from .edition import Edition, name_of
from .lists import list_pages
from .shell import trail_to


def practice_lists(edition: Edition) -> Iterator[Plan]:
    """All events, all reviews; and for every place the list of each kind of record that it has."""
    specs = [KINDS[kind] for kind in ACTIVITIES]
    for spec in specs:
        if spec.list_empty:
            yield from list_pages(edition, spec.folder, edition.text(spec.list_title),
                                  edition.holdings.of_kind[spec.table], empty=edition.text(spec.list_empty))
    for place in edition.library.places:
        name = name_of(edition, edition.library.places[place]).text
        for spec in specs:
            if paths := edition.holdings.of_kind_in[spec.table].get(place, ()):
                yield from list_pages(edition, f"{place}/{spec.folder}", edition.text(spec.list_of_place, place=name),
                                      paths, empty="", trail=trail_to(edition, place))
