"""The kinds of records: everything specific to a kind, once, from its model and folder to its sheet."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from .language import marked
from .records import (
    Case,
    Event,
    Figure,
    Forum,
    Issue,
    Location,
    Meeting,
    Method,
    Page,
    Place,
    Plan,
    Record,
    Reference,
    Register,
    Review,
    Site,
    Withdrawal,
)


class KindSpec(Struct, frozen=True, kw_only=True):
    """Everything specific to one kind of record."""

    model: type[Record]
    location: Literal["top file", "top folder", "place file", "place folder"]
    folder: str
    """The folder that contains its files, or its file without the suffix."""
    title_key: str = "title"
    """The key that holds the title of a record."""
    entries: bool = False
    """Whether one file holds many of them, as entries."""
    bulk: bool = False
    """Whether there are very many, so that they are created only on access."""
    essential: bool = False
    """Whether others depend on it, so that it is never withheld for an error in it."""
    required: Mapping[str, object] = {}
    """Key → default for a required value that is missing, besides the title."""
    new_suffix: Literal[".yaml", ".md", ""] = ".yaml"
    """The suffix of a new record's file ("": none can be created)."""
    new_as_draft: bool = False
    """Whether a new record begins as a draft."""
    download_position: int = 0
    """The position of its table among the data tables (0: it has none)."""
    list_title: str = ""
    list_of_place: str = ""
    list_empty: str = ""
    """Message ids: the title of the list of all of them, that of a place's list, and the text of an empty list."""
    sheets: Mapping[str, str] = {}
    """"" → the keys with a column in its sheet of the workbook; key of a list → the same for its entries. Only keys
    that are often written have a column; others stay in the file unchanged."""
    sheet_position: int = 0
    """The position of its sheets in the workbook of a place (0: none)."""
    date_key: str = ""
    """The key of the date that distinguishes rows of the same title."""

    @property
    def name(self) -> str:
        """The name of the kind in code, data and addresses: `issue`."""
        return self.model.kind_of_record

    @property
    def table(self) -> str:
        """The field of the library that holds its records, and the name of their table: `issues`."""
        return "places" if self.folder == "place" else self.folder

    @property
    def is_placed(self) -> bool:
        """Whether its records belong to a place."""
        return self.location.startswith("place")


_PARTICIPANTS = "participants.kinds participants.headcount participants.under18 participants.over60"

KINDS: Mapping[str, KindSpec] = {spec.name: spec for spec in (
    KindSpec(model=Site, location="top file", folder="site", essential=True),
    KindSpec(model=Reference, location="top file", folder="sources", download_position=13, entries=True),
    KindSpec(model=Method, location="top folder", folder="methods", title_key="name", download_position=12,
             essential=True),
    KindSpec(model=Place, location="place file", folder="place", title_key="name", download_position=9, essential=True,
             required={"kind": "community"}),
    KindSpec(
        model=Location, location="place file", folder="locations", title_key="name", download_position=10, entries=True,
        required={"kind": "compound"}, sheet_position=3, sheets={"": "name kind old_compound built"}),
    KindSpec(
        model=Issue, location="place folder", folder="issues", download_position=1, bulk=True,
        list_title=marked("Issues"), list_of_place=marked("Issues of {place}"),
        list_empty=marked("No issue has been published yet."),
        required={"topic": ["other"], "raised": "unknown", "log": [{"stage": "raised"}]}, date_key="raised",
        sheet_position=1, sheets={
            "": f"title topic raised location summary channel forum {_PARTICIPANTS} causes constraints decision.text "
                "decision.rule decision.for decision.against decision.abstain lead partners due outcome.kind "
                "outcome.text outcome.mechanism outcome.evidence close_reason derived_from duplicate_of wall.tag "
                "source notes draft",
            "log": "date stage text by",
            "followups": "date result text by",
        }),
    KindSpec(
        model=Case, location="place folder", folder="cases", download_position=2, bulk=True,
        list_title=marked("Case studies"), list_of_place=marked("Case studies of {place}"),
        list_empty=marked("No case study has been published yet."),
        required={"issues": ["?"]}, new_suffix=".md", new_as_draft=True, sheet_position=4,
        sheets={"": "title issues location summary topic stakeholders engagement outcome.kind outcome.text lessons "
                    "transferable event body source notes draft"}),
    KindSpec(model=Figure, location="place file", folder="figures", title_key="label", download_position=11,
             entries=True, required={"value": "0", "source": ["?"]}, new_as_draft=True),
    KindSpec(model=Page, location="top folder", folder="pages", download_position=14, new_suffix=".md"),
    KindSpec(model=Withdrawal, location="top file", folder="withdrawn", title_key="path", entries=True,
             required={"date": "2000-01-01", "why": "?"}, new_suffix=""),
    KindSpec(
        model=Forum, location="place folder", folder="forums", title_key="name", download_position=8,
        list_title=marked("Deliberation bodies"), list_of_place=marked("Forums of {place}"),
        required={"kind": "council"}),
    KindSpec(
        model=Meeting, location="place folder", folder="meetings", download_position=3,
        list_title=marked("Meetings"), list_of_place=marked("Meetings of {place}"),
        required={"date": "unknown"}, date_key="date", sheet_position=2,
        sheets={"": f"title date time issues form mode venue chair forum {_PARTICIPANTS} agenda summary minutes source "
                    "notes draft",
                "actions": "what lead due done_on"}),
    KindSpec(
        model=Event, location="place folder", folder="events", download_position=4,
        list_title=marked("Events"), list_of_place=marked("Events of {place}"),
        list_empty=marked("No event has been published yet."), required={"date": "unknown"}),
    KindSpec(
        model=Review, location="place folder", folder="reviews", download_position=5,
        list_title=marked("Reviews"), list_of_place=marked("Reviews of {place}"),
        list_empty=marked("No review has been published yet."),
        required={"target": "?", "recommendations": [{"text": "?"}]}, new_as_draft=True, date_key="date",
        sheets={"": "target title date reviewer_role reviewer_org summary body",
                "criteria": "key rating finding evidence",
                "recommendations": "text response due done_on"}),
    KindSpec(model=Plan, location="place folder", folder="plans", download_position=6,
             list_title=marked("Plans"), list_of_place=marked("Plans of {place}")),
    KindSpec(model=Register, location="place folder", folder="registers", download_position=7,
             list_title=marked("Registers"), list_of_place=marked("Registers of {place}")),
)}
"""Every kind of record by its name: the only list of them."""

BULK = tuple(kind for kind, spec in KINDS.items() if spec.bulk)
"""The kinds with very many records."""

COLLECTIONS = frozenset(kind for kind, spec in KINDS.items() if spec.entries)
"""The kinds whose records are entries of one file."""

ACTIVITIES = tuple(kind for kind, spec in KINDS.items() if spec.location == "place folder" and not spec.bulk)
"""The kinds that record activities around the issues: forums, meetings, events and their follow-up."""

TABLES: Mapping[str, str] = {spec.name: spec.table for spec in sorted(
    (spec for spec in KINDS.values() if spec.download_position), key=lambda spec: spec.download_position)}
"""Kind of record → the name of its data table, the most used tables first."""
