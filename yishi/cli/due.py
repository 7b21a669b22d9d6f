"""`due`: list obligations."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from ..analysis.obligations import (
    OBLIGATION_COLUMNS,
    Obligation,
    collect_obligations,
    format_obligations,
    tabulate_obligations,
)
from ..core.characters import escape_for_terminal
from ..core.csv_format import encode_csv
from ..engine.pipeline import check, summarise_content
from ..library import Library
from ..model.language import Language, get_language
from ..model.problems import select_errors
from .common import (
    create_build_options,
    format_problem_lines,
    print_lines,
    report_disk_errors,
    resolve_place,
    show_progress,
)


def run_due_command(choices: dict[str, Any]) -> None:
    """List what is due, in all places or in one and those below it."""
    options, style, place = create_build_options(choices), choices["style"], choices["place"]
    with show_progress(choices) as watch, report_disk_errors():
        checked = check(options, watch)
    language = get_language(choices["tag"] or checked.library.site.languages[0])
    inside = resolve_place(checked.library, place) if place else ""
    if wrong := select_errors(checked.problems):
        print_lines(format_problem_lines(wrong, {**choices, "style": "text"}, language))
        if not options.skip_invalid:
            sys.exit(1)
    summaries, _ = summarise_content(checked, options.folders.content, full=options.full)
    of_issues = (one for summary in summaries.values() for one in summary.obligations)
    obligations = [one for one in collect_obligations(checked.library, of_issues, checked.as_of)
                   if not inside or f"{one.place}/".startswith(f"{inside}/")]
    click.echo(_OBLIGATION_FORMATTERS[style](obligations, checked.library, language), nl=style != "csv")


def _due_as_text(obligations: Sequence[Obligation], library: Library, language: Language) -> str:
    return escape_for_terminal("\n".join(format_obligations(obligations, library, language)))


def _due_as_csv(obligations: Sequence[Obligation], library: Library, language: Language) -> bytes:
    return encode_csv((OBLIGATION_COLUMNS, *tabulate_obligations(obligations, library)))


def _due_as_json(obligations: Sequence[Obligation], library: Library, language: Language) -> str:
    rows = [dict(zip(OBLIGATION_COLUMNS, row, strict=True)) for row in tabulate_obligations(obligations, library)]
    return json.dumps(rows, ensure_ascii=False, indent=1)


_OBLIGATION_FORMATTERS: Mapping[str, Callable[[Sequence[Obligation], Library, Language], str | bytes]] = {
    "text": _due_as_text, "csv": _due_as_csv, "json": _due_as_json}
