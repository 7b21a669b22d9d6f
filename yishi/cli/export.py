"""`export`: the records in a workbook, or the published data in a database."""

import secrets
from typing import Any

from ..content.privacy import list_exposed_files, mask_path
from ..core import files
from ..engine.pipeline import assemble_site_data, get_site_address, summarise_content
from ..engine.search_index import collect_searchable_texts
from ..exports.sqlite_file import encode_sqlite
from ..model.language import marked
from ..workbook.templates import ABOUT_PLACE, build_place_sheets
from ..workbook.write_workbook import write_workbook
from .common import (
    OutputLine,
    check_or_exit,
    create_build_options,
    print_lines,
    report_disk_errors,
    resolve_place,
    show_progress,
)
from .usage import WrongUsage
from .workbook_common import load_import_context, open_content_folder, require_xlsx_suffix

_DATABASE_SUFFIXES = (".db", ".sqlite", ".sqlite3")


def run_export_command(choices: dict[str, Any]) -> None:
    """Write the workbook or the database. Raises WrongUsage unless exactly one of both is asked for."""
    if (choices["out"] is None) == (choices["sqlite"] is None) or (choices["sqlite"] and choices["place"]):
        raise WrongUsage(marked("name either a workbook, as in: export OUT.xlsx, or a database of the whole site, as "
                                "in: export --sqlite site.db"))
    (_export_database if choices["sqlite"] else _export_workbook)(choices)


def _export_database(choices: dict[str, Any]) -> None:
    """Write the SQLite file; exits with 1 if the content has errors, since its numbers must be those of the site."""
    out, options = choices["sqlite"], create_build_options(choices)
    if out.suffix.lower() not in _DATABASE_SUFFIXES:
        raise WrongUsage(marked("--sqlite: the name must end in .db or .sqlite"))
    with show_progress(choices) as watch, report_disk_errors():
        checked, language = check_or_exit(options, choices, watch)
        summaries, statistics = summarise_content(checked, options.folders.content, full=options.full)
        site_data = assemble_site_data(checked, options, summaries, statistics)
        data = encode_sqlite(site_data, collect_searchable_texts(checked.library, summaries),
                             get_site_address(checked, options))
        files.write_file(out.parent, out.name, data)
    print_lines([OutputLine(language.text(marked("Written: {file}"), file=out))])


def _export_workbook(choices: dict[str, Any]) -> None:
    """Write the workbook; report records that could not be read, or must not be passed on."""
    require_xlsx_suffix(choices["out"])
    content, language = open_content_folder(choices)
    place = resolve_place(content.library, choices["place"]) if choices["place"] else ""
    context, records = load_import_context(content, place)
    exposed = list_exposed_files(content.problems)
    shown = [one for one in records if mask_path(one.file) not in exposed]
    pages = build_place_sheets(context, place, secrets.token_hex(4), language, shown)
    out = choices["out"]
    about = [language.text(line) for line in ABOUT_PLACE]
    with report_disk_errors():
        files.write_file(out.parent, out.name, write_workbook(pages, place, about, language))
    left_out = [OutputLine(language.text(marked("Left out, because its file has errors: {file}"), file=file), True)
                for one in records for file in [mask_path(one.file)] if one.file_problem or file in exposed]
    print_lines([*left_out, OutputLine(language.text(marked("Written: {file}"), file=out))])
