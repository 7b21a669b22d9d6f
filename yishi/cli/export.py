"""`export`: the records in a workbook."""

import secrets
from typing import Any

from ..core import files
from ..model.language import marked
from ..workbook.templates import ABOUT_PLACE, build_place_sheets
from ..workbook.write_workbook import write_workbook
from .common import OutputLine, print_lines, report_disk_errors, resolve_place
from .workbook_common import load_import_context, open_content_folder, require_xlsx_suffix


def run_export_command(choices: dict[str, Any]) -> None:
    """Write the workbook; report records that could not be read."""
    require_xlsx_suffix(choices["out"])
    content, language = open_content_folder(choices)
    place = resolve_place(content.library, choices["place"]) if choices["place"] else ""
    context, records = load_import_context(content, place)
    pages = build_place_sheets(context, place, secrets.token_hex(4), language, records)
    out = choices["out"]
    about = [language.text(line) for line in ABOUT_PLACE]
    with report_disk_errors():
        files.write_file(out.parent, out.name, write_workbook(pages, place, about, language))
    left_out = [OutputLine(language.text(marked("Left out, because its file has errors: {file}"), file=one.file), True)
                for one in records if one.file_problem]
    print_lines([*left_out, OutputLine(language.text(marked("Written: {file}"), file=out))])
