"""What a record is: one frozen model per record type, as the content model describes them.

Values of closed vocabularies are checked here, by key or by label. What depends on the site - values of the
vocabularies it may change, the stages of a method, references - stays as typed (fields marked `SiteTerm`, `Refers`)
until `library` resolves it.
"""

from .common import Record
from .kinds import Case, Figure, Issue, Location, Method, Page, Place, Reference, Site, Withdrawal, stage_words
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
from .practice import (
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
from .values import Body, Model, People, Prose, Quantity, Refers, SiteTerm

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
    "People",
    "Photo",
    "Place",
    "Plan",
    "Presentation",
    "Prose",
    "Quantity",
    "Recommendation",
    "Record",
    "Reference",
    "Refers",
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
    "stage_words",
    "title_of",
]

DEFAULT_METHOD = "methods/default"
"""The path of the built-in method, which holds where no other is named."""


def title_of(record: Record) -> str:
    """What a record is called: its title, name or label; of one that was withdrawn, where it stood."""
    named = (getattr(record, key, None) for key in ("title", "name", "label", "path"))
    return str(next(filter(None, named), ""))
