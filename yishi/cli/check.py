"""`check`: what is wrong in the content, without writing anything but what `--fix` repairs."""

import sys
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Any

from ..content.mending import Mended, mended
from ..content.privacy import mask
from ..content.sources import Source
from ..core import files
from ..engine.pipeline import check
from ..model.language import Language, language, marked
from ..model.paths import Slot, slot_of
from ..model.problems import Problem, describe, errors, place_in
from .telling import Line, build_options, disk_told, problem_lines, tell, watching


def run(choices: dict[str, Any]) -> None:
    """Checks the records, tells their problems, and exits with 1 if one is an error."""
    options = build_options(choices)
    with watching(choices) as watch, disk_told():
        repaired = _repaired(choices["content"]) if choices["fix"] else {}
        checked = check(options, watch)
    spoken = language(choices["tag"] or checked.library.site.languages[0])
    if not choices["quiet"]:
        tell(_repairs_told(repaired, choices, spoken))
    tell(problem_lines(checked.problems, choices, spoken))
    if not (choices["quiet"] or choices["style"] != "text" or checked.problems):
        tell([Line(spoken.text(marked("Everything is in order.")))])
    if not (choices["quiet"] or choices["style"] != "text" or choices["fix"]):
        tell(_repairs_offered(checked.problems, choices["content"], spoken))
    sys.exit(1 if errors(checked.problems) else 0)


# --- --fix ------------------------------------------------------------------------------------------------------------


def _repaired(content: Path) -> dict[str, Mended]:
    """Repairs the files of a content folder; path → what was repaired."""
    slots = ((file, slot) for file in files.scan(content) if (slot := slot_of(file)))
    found = {file: one for file, slot in slots if (one := _mended(content, file, slot))}
    for file, one in found.items():
        files.replace(content, file, one.data)
    return found


def _repairs_offered(problems: Sequence[Problem], content: Path, spoken: Language) -> list[Line]:
    """How many of the wrong files `--fix` would repair something in."""
    slots = ((file, slot) for file in {problem.path for problem in errors(problems)} if (slot := slot_of(file)))
    found = sum(_mended(content, file, slot) is not None for file, slot in slots)
    told = spoken.plural("In {n} file the program can repair something: python build.py check --fix",
                         "In {n} files the program can repair something: python build.py check --fix", found)
    return [Line(told, err=True)] if found else []


def _mended(content: Path, file: str, slot: Slot) -> Mended | None:
    try:
        return mended(Source(file, files.read(content, file)), slot)
    except OSError:  # the check tells; a link is left alone, since it may lead elsewhere
        return None


def _repairs_told(repaired: dict[str, Mended], choices: dict[str, Any], spoken: Language) -> list[Line]:
    """What was wrong in each file, the difference, and how many files there are; apart from what a machine reads."""
    folder, err = files.way(choices["content"], Path()), choices["style"] != "text"
    lines = [line for file, one in repaired.items() for line in _one_told(file, one, folder, spoken)]
    if repaired:
        lines.append(spoken.plural("{n} file was repaired.", "{n} files were repaired.", len(repaired)))
    return [Line(line, err) for line in lines]


def _one_told(file: str, one: Mended, folder: str, spoken: Language) -> Iterator[str]:
    told = (f"{place_in(repair, folder)}: {describe(repair, spoken)}" for repair in one.repairs)
    difference = unified_diff(one.before.splitlines(), one.after.splitlines(), file, file, n=1, lineterm="")
    yield from map(mask, (*told, *difference, ""))
