"""The base class of records."""

from typing import Annotated, ClassVar

from .field_types import DateField, Flag, Model, MultilineText, RefersTo, Text, validate_term
from .parts import Correction, Translation


class Record(Model):
    """What all records may say."""

    kind_of_record: ClassVar[str]
    body_key: ClassVar[str] = "body"
    """The key filled by the Markdown below the front matter."""
    aliases: tuple[Text, ...] = ()
    source: Annotated[tuple[Text, ...], RefersTo("source")] = ()
    updated: DateField | None = None
    translations: dict[Annotated[str, validate_term("language")], Translation] = {}
    basis: Annotated[str, validate_term("basis")] = "own"
    corrections: tuple[Correction, ...] = ()
    draft: Flag = False
    reviewed_by: Text | None = None
    notes: MultilineText | None = None
