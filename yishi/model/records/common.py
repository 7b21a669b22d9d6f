"""What every record may say."""

from typing import Annotated, ClassVar

from .parts import Correction, Translation
from .values import Flag, Lines, Model, Moment, Refers, Text, term


class Record(Model):
    """What all records may say."""

    kind_of_record: ClassVar[str]
    prose_of_body: ClassVar[str] = "body"
    """The key that the Markdown below the front matter fills."""
    aliases: tuple[Text, ...] = ()
    source: Annotated[tuple[Text, ...], Refers("source")] = ()
    updated: Moment | None = None
    translations: dict[Annotated[str, term("language")], Translation] = {}
    basis: Annotated[str, term("basis")] = "own"
    corrections: tuple[Correction, ...] = ()
    draft: Flag = False
    reviewed_by: Text | None = None
    notes: Lines | None = None
