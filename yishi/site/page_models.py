"""Which page model each template is given: templates that a site replaces are checked against these types, and
`docs/templates.md` is made from them."""

from collections.abc import Mapping
from typing import Any

from .documents import GuideView, SpecificationSectionView, SpecificationView
from .layout import PageFrame
from .lists.corrections import ChangeGroup, CorrectionsView
from .lists.data import DataView, DictionaryView
from .lists.issue_indexes import IndexGroup
from .lists.obligations import ObligationsView
from .lists.search_page import SearchView
from .lists.sources import SourceView
from .lists.wall import WallView
from .lists.week import WeekView
from .misc_pages import NotFoundText
from .numbers.comparison import ComparisonView
from .numbers.overview_page import OverviewView
from .numbers.snapshots import SnapshotView
from .numbers.statistic_pages import StatisticView
from .page_context import Link, LocalizedText, Section
from .paginated_lists import ListView
from .places.gaps import GapsView
from .places.home import HomeView
from .places.map import MapView
from .places.objections import ObjectionToResult
from .places.place import PlaceTable, PlaceView
from .places.report_card import ReportCardView
from .places.year import YearView
from .record_parts import DatedEntry, RecordParts
from .records.case import CaseView
from .records.discussion_sheet import DiscussionSheetView
from .records.event import EventView
from .records.forum import ForumView
from .records.issue import IssueView
from .records.location import LocationView
from .records.meeting import MeetingView
from .records.method import MethodView
from .records.plan import PlanView
from .records.register import RegisterView
from .records.review import ReviewView
from .submit_form import SubmitView

FRAME_MODEL = PageFrame
"""The type of `page`, which every page has; that of `view` is below."""

PAGE_MODELS: Mapping[str, Any] = {
    "pages/accessibility.html": Link,
    "pages/case.html": CaseView,
    "pages/changes.html": tuple[Section[ChangeGroup], ...],
    "pages/content_model.html": SpecificationView, "pages/content_model_section.html": SpecificationSectionView,
    "pages/corrections.html": CorrectionsView,
    "pages/data.html": DataView,
    "pages/dictionary.html": DictionaryView,
    "pages/discussion_sheet.html": DiscussionSheetView,
    "pages/event.html": EventView,
    "pages/forum.html": ForumView,
    "pages/free_page.html": RecordParts,
    "pages/gaps.html": GapsView,
    "pages/guide.html": GuideView,
    "pages/home.html": HomeView,
    "pages/issue.html": IssueView,
    "pages/issue_indexes.html": tuple[IndexGroup, ...],
    "pages/location.html": LocationView,
    "pages/map.html": MapView,
    "pages/meeting.html": MeetingView,
    "pages/method.html": MethodView,
    "pages/methods.html": tuple[tuple[Link, LocalizedText | None], ...],
    "pages/missing.html": tuple[NotFoundText, ...],
    "pages/objections.html": tuple[Section[ObjectionToResult], ...],
    "pages/obligations.html": ObligationsView,
    "pages/comparison.html": ComparisonView,
    "pages/overview_page.html": OverviewView,
    "pages/paginated_lists.html": ListView,
    "pages/place.html": PlaceView,
    "pages/places.html": PlaceTable | None,
    "pages/plan.html": PlanView,
    "pages/problems.html": tuple[tuple[str, LocalizedText], ...],
    "pages/register.html": RegisterView,
    "pages/report_card.html": ReportCardView,
    "pages/report_cards.html": tuple[ReportCardView, ...],
    "pages/review.html": ReviewView,
    "pages/search_page.html": SearchView,
    "pages/snapshot.html": SnapshotView,
    "pages/snapshots.html": tuple[tuple[Link, str, str], ...],
    "pages/sources.html": tuple[SourceView, ...],
    "pages/statistic_pages.html": StatisticView,
    "pages/submit_form.html": SubmitView,
    "pages/wall.html": WallView,
    "pages/withdrawn.html": DatedEntry,
    "pages/week.html": WeekView,
    "pages/year.html": YearView,
}
"""Template → the type of `view`."""
