"""Activities on a place's page: the newest forums, meetings, events, reviews, plans and registers."""

from collections.abc import Iterator

from msgspec import Struct

from ...model.kinds import ACTIVITIES, KINDS
from ..page_context import Link, PageContext, RecordRow, select_rows
from ..recommendations import RecommendationView, list_place_recommendations
from ..record_parts import link_gaps_page

MAX_SHOWN_PER_KIND = 5
"""Maximum number of records of one kind on a place's own page."""


class ActivityGroup(Struct, frozen=True):
    """The records of one kind: the newest of them, and a link to the list of all."""

    title: str
    number: str
    rows: tuple[RecordRow, ...]
    full_list: Link


class PlaceActivities(Struct, frozen=True):
    """The activities of a place and those below it.

    `recommendations`: those of reviewers with their answers, open ones first; `gaps`: link to the gaps page.
    """

    groups: tuple[ActivityGroup, ...]
    recommendations: tuple[RecommendationView, ...]
    gaps: Link | None


def build_place_activities(context: PageContext, place: str) -> PlaceActivities:
    """Build the activities of `place`; without records its parts are empty."""
    return PlaceActivities(
        groups=tuple(_activity_groups(context, place)),
        recommendations=tuple(list_place_recommendations(context, place))[:MAX_SHOWN_PER_KIND],
        gaps=link_gaps_page(context, place),
    )


def _activity_groups(context: PageContext, place: str) -> Iterator[ActivityGroup]:
    for spec in map(KINDS.__getitem__, ACTIVITIES):
        paths = context.record_lists.by_kind_in[spec.table].get(place, ())
        if paths:
            whole = Link(context.text("All of them"), f"{place}/{spec.folder}/index.html")
            rows = select_rows(context, paths[:MAX_SHOWN_PER_KIND])
            yield ActivityGroup(context.text(spec.list_title), context.number(len(paths)), rows, whole)
