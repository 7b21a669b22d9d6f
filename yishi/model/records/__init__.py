"""What a record is: one frozen model per record type, as the content model describes them.

Values of closed vocabularies are checked here, by key or by label. What depends on the site - values of the
vocabularies it may change, the stages of a method, references - stays as typed (fields marked `SiteTerm`, `RefersTo`)
until `library` resolves it.
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
from .field_types import Body, Model, PeopleCount, Prose, Quantity, RefersTo, SiteTerm
from .kinds import Case, Figure, Issue, Location, Method, Page, Place, Reference, Site, Withdrawal, list_stage_words
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
    "Location",
    "LogEntry",
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
    "get_title",
    "list_stage_words",
]

DEFAULT_METHOD = "methods/default"
"""The path of the built-in method, which holds where no other is named."""


def get_title(record: Record) -> str:
    """What a record is called: its title, name or label; of one that was withdrawn, where it stood."""
    named = (getattr(record, key, None) for key in ("title", "name", "label", "path"))
    return str(next(filter(None, named), ""))
