"""The table of dates as people write them (`tests/model/dates.tsv`), for the program and for the form's script."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class DateForm:
    """A form: how it is written, its reading (`-`: refused; `? A | B`: asked, with proposals), the day of writing, the
    order of numbers in the country ("" = not known), and where the date lies."""

    text: str
    reading: str
    day: date
    order: Any
    direction: Any


def read_date_forms(path: Path) -> list[DateForm]:
    """The rows of the table."""
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines()[1:])
    return [DateForm(text, reading, date.fromisoformat(day), "" if order == "-" else order, direction)
            for text, reading, day, order, direction in rows]
