"""`export`: the records in a workbook."""

import secrets
from typing import Any

from ..core import files
from ..model.language import marked
from ..workbook.handout import ABOUT_PLACE, usual_pages
from ..workbook.layout import written
from .telling import Line, disk_told, place_meant, tell
from .workbooks import content_of, ground_and_records, refuse_other_suffix


def run(choices: dict[str, Any]) -> None:
    """Writes the workbook; tells of records that could not be read."""
    refuse_other_suffix(choices["out"])
    content, spoken = content_of(choices)
    place = place_meant(content.library, choices["place"]) if choices["place"] else ""
    ground, records = ground_and_records(content, place)
    pages = usual_pages(ground, place, secrets.token_hex(4), spoken, records)
    out = choices["out"]
    with disk_told():
        files.write(out.parent, out.name, written(pages, place, [spoken.text(line) for line in ABOUT_PLACE], spoken))
    left = [Line(spoken.text(marked("Left out, because its file has errors: {file}"), file=one.file), True)
            for one in records if one.broken]
    tell([*left, Line(spoken.text(marked("Written: {file}"), file=out))])
