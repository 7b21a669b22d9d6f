"""The base class of records."""

from typing import Annotated, ClassVar

from .field_types import DateField, Flag, Model, MultilineText, RefersTo, Text, validate_term
from .parts import Correction, Translation, select_texts, select_titles


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

    @property
    def from_press(self) -> bool:
        """Whether it is known only from published reports."""
        return self.basis == "press"

    @property
    def is_judged(self) -> bool:
        """Whether it may be called due, overdue or incomplete."""
        return not self.from_press and not self.draft

    @property
    def translated_titles(self) -> dict[str, str]:
        """Language → title, of those translations that have one."""
        return select_titles(self.translations)

    def translate_text(self, text: str) -> dict[str, str]:
        """Language → translation of a text of the record, of those translations that have it."""
        return select_texts(self.translations, text) if self.translations else {}
