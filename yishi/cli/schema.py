"""`schema`: write JSON Schemas, with which editors complete and check the keys of records."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..content.load import create_partial_record, read_records
from ..content.schema import encode_schemas
from ..content.yaml_source import SourceFile
from ..core import files
from ..library import build_site_vocabulary
from ..model.language import get_language, marked
from ..model.paths import RECORD_SUFFIXES, locate_record
from ..model.records import Method, Record, Site
from .common import OutputLine, print_lines, report_disk_errors


def run_schema_command(choices: dict[str, Any]) -> None:
    """Write the schema of every kind of record, with the vocabulary of the site, into a folder."""
    content, folder = choices["content"], choices["folder"]
    with report_disk_errors():
        site = next(_read_valid_records(content, "site", Site(title="-")), Site(title="-"))
        assert isinstance(site, Site)
        methods = [one for one in _read_valid_records(content, "methods/", Method(name="-")) if isinstance(one, Method)]
        stages = [stage.label for method in methods for stage in method.stages if stage.verified]
        written = [files.write_file(folder, name, data)
                   for name, data in encode_schemas(build_site_vocabulary(site), stages)]
    if not choices["quiet"]:
        language = get_language(choices["tag"] or site.languages[0])
        print_lines([OutputLine(language.text(marked("{number} schemas are written to {folder}."),
                                              number=language.number(len(written)), folder=folder))])


def _read_valid_records(content: Path, beginning: str, empty: Record) -> Iterator[Record]:
    """The valid part of the records whose path starts with `beginning`; `check` reports their problems."""
    for file in sorted(files.scan_folder(content)):
        location = locate_record(file) if file.startswith(beginning) and file.endswith(RECORD_SUFFIXES) else None
        if location and location.kind == empty.kind_of_record:
            data = read_records(SourceFile(file, files.read_file(content, file)), location).entries.get("", {})
            yield create_partial_record(location.kind, data, empty.model_dump(exclude_unset=True))
