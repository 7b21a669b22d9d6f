"""`upgrade`: what the version that is installed changes for a site that was built with another one."""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .. import __version__
from ..core import files
from ..engine.assets import InvalidTemplate, check_templates
from ..model.language import Language, marked
from ..model.problems import select_errors
from .check import report_check
from .common import OutputLine, create_build_options, format_problem_lines, print_lines, report_disk_errors
from .usage import choose_language

REQUIREMENTS_FILE = "requirements.txt"
_VERSION_FILES = (REQUIREMENTS_FILE, ".pre-commit-config.yaml")
"""Files of a town's repository that name the version, as `new site` writes them."""

_PINNED_VERSION = re.compile(rb"(?<![\w-])(yishi(?:\[[\w, -]+\])? *== *)([\w.]+)")

_CONCERNING: Mapping[str, str] = {"Changed": marked("Changed ({n}):"), "Deprecated": marked("Soon to go ({n}):"),
                                  "Removed": marked("Removed ({n}):")}
"""Headings of the changelog under which stands what concerns existing sites (docs/versions.md), as they are told."""


def run_upgrade_command(choices: dict[str, Any]) -> None:
    """Tell what this version changes, check records and templates and, with --fix, repair them and record the version.
    Exits with 1 if there are errors, or if the site asks for a newer version than this."""
    options = create_build_options(choices)
    town = Path(choices["content"]).absolute().parent
    recorded, language = _read_recorded_version(town), choose_language(choices)
    print_lines([OutputLine(line) for line in _describe_versions(recorded, language)])
    if _parse_version(recorded) > _parse_version(__version__):
        sys.exit(1)
    checked, language = report_check(choices, options)
    try:
        check_templates(options.folders)
    except InvalidTemplate as mistake:
        print_lines(format_problem_lines([mistake.problem], choices, language))
        sys.exit(1)
    if select_errors(checked.problems):
        sys.exit(1)
    if recorded not in ("", __version__):
        print_lines(_record_version(town, language) if choices["fix"] else [OutputLine(language.text(_HOW_TO_GO_ON))])


_HOW_TO_GO_ON = marked("Nothing stands in the way. To write the new version into requirements.txt: upgrade --fix")


def _read_recorded_version(town: Path) -> str:
    """The version that the site asks for; "" if it names none."""
    found = _PINNED_VERSION.search(files.read_file_or_empty(town, REQUIREMENTS_FILE))
    return found[2].decode() if found else ""


def _parse_version(version: str) -> tuple[int, ...]:
    """The numbers of a version, for comparison."""
    return tuple(map(int, re.findall(r"\d+", version)))


def _describe_versions(recorded: str, language: Language) -> Iterator[str]:
    """Which versions are compared, and what the changelog says of those between them."""
    values = {"recorded": recorded, "running": __version__, "file": REQUIREMENTS_FILE}
    if not recorded:
        yield language.text(marked("No file {file} beside the records names a version of Yishi; this is {running}."),
                            **values)
    elif _parse_version(recorded) > _parse_version(__version__):
        yield language.text(marked("The site asks for Yishi {recorded}, and this is the older {running}. Install what "
                                   "it asks for: python -m pip install -r {file}"), **values)
    elif recorded == __version__:
        yield language.text(marked("The site asks for the version that is running, {running}."), **values)
    else:
        yield language.text(marked("The site asks for Yishi {recorded}; this is {running}. What concerns existing "
                                   "sites:"), **values)
        for version, heading, points in list_changes(files.read_changelog(), recorded, __version__):
            count = sum(line.startswith("- ") for line in points)
            yield from ("", f"{version} {language.text(_CONCERNING[heading], n=language.number(count))}", *points)
        yield from ("", language.text(marked("The whole changelog: {file}"), file=files.CHANGELOG_FILE), "")


def list_changes(changelog: str, since: str, until: str) -> Iterator[tuple[str, str, list[str]]]:
    """(Version, heading, lines of the points) of what concerns existing sites, for each version after `since` up to
    `until`, the newest first."""
    for section in changelog.split("\n## [")[1:]:
        version = section.partition("]")[0]
        if _parse_version(since) < _parse_version(version) <= _parse_version(until):
            parts = (part.partition("\n") for part in section.split("\n### ")[1:])
            yield from ((version, heading.strip(), [line for line in text.splitlines() if line.strip()])
                        for heading, _, text in parts if heading.strip() in _CONCERNING)


def _record_version(town: Path, language: Language) -> list[OutputLine]:
    """Write this version into the files of the site that name one; say which."""
    pinned = rb"\g<1>" + __version__.encode()
    written: list[str] = []
    with report_disk_errors():
        for name in _VERSION_FILES:
            data = files.read_file_or_empty(town, name)
            if (changed := _PINNED_VERSION.sub(pinned, data)) != data:
                files.replace_file(town, name, changed)
                written.append(name)
    done = marked("{file} now asks for Yishi {running}.")
    return [OutputLine(language.text(done, file=name, running=__version__)) for name in written]
