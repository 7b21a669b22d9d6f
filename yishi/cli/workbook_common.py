"""Shared by the commands on workbooks: the content folder and the import context."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from ..core import files
from ..engine.pipeline import CheckedContent, check
from ..model.kinds import KINDS
from ..model.language import Language, get_language, marked
from ..model.paths import locate_record
from ..workbook.import_context import ExistingRecord, ImportContext, build_import_context, read_existing_records
from ..workbook.import_files import ContentFolder
from .common import create_build_options, report_disk_errors, show_progress
from .usage import WrongUsage


def open_content_folder(choices: dict[str, Any]) -> tuple[ContentFolder, Language]:
    """The content folder, checked, and the language of messages."""
    options = create_build_options(choices)
    with show_progress(choices) as watch, report_disk_errors():
        checked = check(options, watch)
    folder = options.folders.content

    def rechecked(instead: Mapping[str, bytes]) -> Any:
        with show_progress(choices) as watch, report_disk_errors():
            return check(options, watch, instead).problems

    language = get_language(choices["tag"] or checked.library.site.languages[0])
    read = partial(files.read_file, folder)
    hidden = partial(files.read_file_or_empty, folder)
    return ContentFolder(checked.library, checked.problems, _list_record_files(checked), read, hidden,
                         rechecked), language


def _list_record_files(checked: CheckedContent) -> list[str]:
    return [file for file in checked.file_stats if locate_record(file)]


def load_import_context(content: ContentFolder, place: str) -> tuple[ImportContext, list[ExistingRecord]]:
    """The import context, and the records with a sheet of `place` and of places below it ("" = all)."""
    locations = {file: location for file in content.files
                 if (location := locate_record(file)) and KINDS[location.kind].sheets}
    with report_disk_errors():
        found = read_existing_records({file: content.read(file) for file in locations}, locations, content.language)
    inside = [one for one in found.values() if f"{one.place}/".startswith(f"{place}/" if place else "")]
    return build_import_context(content.library, found, content.language), sorted(inside, key=lambda one: one.path)


def require_xlsx_suffix(out: Any) -> None:
    """Raise WrongUsage for a name that does not end in .xlsx."""
    if out.suffix.lower() != ".xlsx":
        raise WrongUsage(marked("OUT.xlsx: the name must end in .xlsx"))
