"""`due`: what falls to somebody to do."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from ..analysis.due import COLUMNS, Obligation, in_order, rows_of
from ..analysis.due import as_text as as_lines
from ..core.cells import csv_of
from ..core.printable import told
from ..engine.pipeline import check, counted
from ..library import Library
from ..model.language import Language, language
from ..model.problems import errors
from .telling import build_options, disk_told, place_meant, problem_lines, tell, watching


def run(choices: dict[str, Any]) -> None:
    """Lists what is due, of all places or of one and those below it."""
    options, style, place = build_options(choices), choices["style"], choices["place"]
    with watching(choices) as watch, disk_told():
        checked = check(options, watch)
    spoken = language(choices["tag"] or checked.library.site.languages[0])
    inside = place_meant(checked.library, place) if place else ""
    if wrong := errors(checked.problems):
        tell(problem_lines(wrong, {**choices, "style": "text"}, spoken))
        if not options.skip_invalid:
            sys.exit(1)
    briefs, _ = counted(checked, options.folders.content, full=options.full)
    of_issues = (one for brief in briefs.values() for one in brief.duties)
    found = [one for one in in_order(checked.library, of_issues, checked.as_of)
             if not inside or f"{one.place}/".startswith(f"{inside}/")]
    click.echo(_DUE_FORMATS[style](found, checked.library, spoken), nl=style != "csv")


def _due_as_text(found: Sequence[Obligation], library: Library, spoken: Language) -> str:
    return told("\n".join(as_lines(found, library, spoken)))


def _due_as_csv(found: Sequence[Obligation], library: Library, spoken: Language) -> bytes:
    return csv_of((COLUMNS, *rows_of(found, library)))


def _due_as_json(found: Sequence[Obligation], library: Library, spoken: Language) -> str:
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in rows_of(found, library)]
    return json.dumps(rows, ensure_ascii=False, indent=1)


_DUE_FORMATS: Mapping[str, Callable[[Sequence[Obligation], Library, Language], str | bytes]] = {
    "text": _due_as_text, "csv": _due_as_csv, "json": _due_as_json}
