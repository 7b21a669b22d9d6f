"""One frozen model per kind of record, as specified in the content model.

Values of closed vocabularies are validated here, by key or by label. Values that depend on the site - vocabularies it
may change, the stages of a method, references - stay as typed (fields marked `SiteTerm`, `RefersTo`) until `library`
resolves them.
"""

from .activities import (
    Action,
    Claimed,
    Event,
    Forum,
    Gap,
    Group,
    Item,
    Judgement,
    Meeting,
    Plan,
    Presentation,
    Recommendation,
    Register,
    Review,
    Session,
    Vote,
)
from .common import Record
from .field_types import (
    MAX_SUMMARY_LENGTH,
    Body,
    Model,
    PeopleCount,
    Prose,
    Quantity,
    RefersTo,
    SiteTerm,
    get_max_title_length,
)
from .kinds import Case, Figure, Issue, Location, Method, Page, Place, Reference, Site, Withdrawal, list_stage_words
from .limits import Limits
from .parts import (
    Allowance,
    Amount,
    Contact,
    Correction,
    Criterion,
    Decision,
    Disclosure,
    Followup,
    Funding,
    Level,
    LogEntry,
    Look,
    Note,
    Objection,
    Office,
    Option,
    Outcome,
    OwnTerms,
    Participants,
    Photo,
    Span,
    Stage,
    Traditional,
    Translation,
)

__all__ = [
    "DEFAULT_METHOD",
    "MAX_SUMMARY_LENGTH",
    "Action",
    "Allowance",
    "Amount",
    "Body",
    "Case",
    "Claimed",
    "Contact",
    "Correction",
    "Criterion",
    "Decision",
    "Disclosure",
    "Event",
    "Figure",
    "Followup",
    "Forum",
    "Funding",
    "Gap",
    "Group",
    "Issue",
    "Item",
    "Judgement",
    "Level",
    "Limits",
    "Location",
    "LogEntry",
    "Look",
    "Meeting",
    "Method",
    "Model",
    "Note",
    "Objection",
    "Office",
    "Option",
    "Outcome",
    "OwnTerms",
    "Page",
    "Participants",
    "PeopleCount",
    "Photo",
    "Place",
    "Plan",
    "Presentation",
    "Prose",
    "Quantity",
    "Recommendation",
    "Record",
    "Reference",
    "RefersTo",
    "Register",
    "Review",
    "Session",
    "Site",
    "SiteTerm",
    "Span",
    "Stage",
    "Traditional",
    "Translation",
    "Vote",
    "Withdrawal",
    "get_max_title_length",
    "get_title",
    "list_stage_words",
]

DEFAULT_METHOD = "methods/default"
"""The path of the built-in method, used where a record names no other."""


def get_title(record: Record) -> str:
    """The title, name or label of a record; for a withdrawn one, its former path."""
    named = (getattr(record, key, None) for key in ("title", "name", "label", "path"))
    return str(next(filter(None, named), ""))
