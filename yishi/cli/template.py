"""`template`: a workbook to fill."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..core import files
from ..model.language import Language, marked
from ..model.paths import place_of
from ..workbook.ground import Ground
from ..workbook.handout import ABOUT_PLACE, ABOUT_SCORES, score_pages, usual_pages
from ..workbook.layout import written
from .telling import Line, disk_told, place_meant, tell
from .usage import Misuse
from .workbooks import content_of, ground_and_records, refuse_other_suffix


def run(choices: dict[str, Any]) -> None:
    """Writes the workbook, or one for each reviewer; none replaces a file that is there."""
    refuse_other_suffix(choices["out"])
    content, spoken = content_of(choices)
    place = place_meant(content.library, choices["place"]) if choices["place"] else ""
    ground, _ = ground_and_records(content, place)
    made = _scores(ground, choices, spoken) if choices["kind"] == "scores" else _usual(ground, place, choices, spoken)
    for out, data in made:
        if out.exists():
            raise Misuse(marked("{file} is there already; nothing is written over it"), file=out)
        with disk_told():
            files.write(out.parent, out.name, data)
        tell([Line(spoken.text(marked("Written: {file}"), file=out))])


def _usual(ground: Ground, place: str, choices: dict[str, Any], spoken: Language) -> Iterator[tuple[Path, bytes]]:
    pages = usual_pages(ground, place, secrets.token_hex(4), spoken)
    yield choices["out"], written(pages, place, [spoken.text(line) for line in ABOUT_PLACE], spoken)


def _scores(ground: Ground, choices: dict[str, Any], spoken: Language) -> Iterator[tuple[Path, bytes]]:
    event, out, copies = _event_meant(ground, choices["event"]), choices["out"], choices["copies"]
    about = [spoken.text(line) for line in ABOUT_SCORES]
    for number in range(1, copies + 1):
        pages = score_pages(ground, event, secrets.token_hex(4), spoken)
        name = out if copies == 1 else out.with_name(f"{out.stem}-{number}{out.suffix}")
        yield name, written(pages, place_of(event), about, spoken)


def _event_meant(ground: Ground, text: str | None) -> str:
    """The path of the event that `text` names; without it the only one. Raises UsageError."""
    events = list(ground.library.events)
    meant = list(ground.words.path_of(("event",), text, "")) if text else events
    if len(meant) != 1:
        raise Misuse(marked("--event: say which one: {events}"), events=", ".join(meant or events) or "-")
    return meant[0]
