"""What the commands on workbooks share: the records they are about, read from the content folder."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from ..core import files
from ..engine.pipeline import Checked, check
from ..model.kinds import KINDS
from ..model.language import Language, language, marked
from ..model.paths import slot_of
from ..workbook.ground import Found, Ground, found_in, ground_of
from ..workbook.inbox import Content
from .telling import build_options, disk_told, watching
from .usage import Misuse


def content_of(choices: dict[str, Any]) -> tuple[Content, Language]:
    """The content folder, checked, and the language to tell of it."""
    options = build_options(choices)
    with watching(choices) as watch, disk_told():
        checked = check(options, watch)
    folder = options.folders.content

    def rechecked(instead: Mapping[str, bytes]) -> Any:
        with watching(choices) as watch, disk_told():
            return check(options, watch, instead).problems

    spoken = language(choices["tag"] or checked.library.site.languages[0])
    read = partial(files.read, folder)
    hidden = partial(files.read_if_there, folder)
    return Content(checked.library, checked.problems, _record_files(checked), read, hidden, rechecked), spoken


def _record_files(checked: Checked) -> list[str]:
    return [file for file in checked.found if slot_of(file)]


def ground_and_records(content: Content, place: str) -> tuple[Ground, list[Found]]:
    """What is known of the site, and the records that have a sheet, of `place` and those below it ("" = of all)."""
    slots = {file: slot for file in content.files if (slot := slot_of(file)) and KINDS[slot.kind].sheets}
    with disk_told():
        found = found_in({file: content.read(file) for file in slots}, slots, content.language)
    inside = [one for one in found.values() if f"{one.place}/".startswith(f"{place}/" if place else "")]
    return ground_of(content.library, found, content.language), sorted(inside, key=lambda one: one.path)


def refuse_other_suffix(out: Any) -> None:
    """Raises UsageError for a name that is none of a workbook."""
    if out.suffix.lower() != ".xlsx":
        raise Misuse(marked("OUT.xlsx: the name must end in .xlsx"))
