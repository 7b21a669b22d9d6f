"""`schema`: JSON Schemas of the records, by which an editor knows their keys and words while they are typed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..content.load import read_records, salvaged
from ..content.schema import schemas
from ..content.sources import Source
from ..core import files
from ..library import vocabulary_of
from ..model.language import language, marked
from ..model.paths import RECORD_SUFFIXES, slot_of
from ..model.records import Method, Record, Site
from .telling import Line, disk_told, tell


def run(choices: dict[str, Any]) -> None:
    """Writes the schema of every kind of record, with the site's own words, into a folder."""
    content, folder = choices["content"], choices["folder"]
    with disk_told():
        site = next(_records(content, "site", Site(title="-")), Site(title="-"))
        assert isinstance(site, Site)
        methods = [one for one in _records(content, "methods/", Method(name="-")) if isinstance(one, Method)]
        stages = [stage.label for method in methods for stage in method.stages if stage.verified]
        written = [files.write(folder, name, data) for name, data in schemas(vocabulary_of(site), stages)]
    if not choices["quiet"]:
        spoken = language(choices["tag"] or site.languages[0])
        tell([Line(spoken.text(marked("{number} schemas are written to {folder}."), number=spoken.number(len(written)),
                               folder=folder))])


def _records(content: Path, beginning: str, empty: Record) -> Iterator[Record]:
    """What can be read of the records whose path begins so; what is wrong in them `check` tells."""
    for file in sorted(files.scan(content)):
        slot = slot_of(file) if file.startswith(beginning) and file.endswith(RECORD_SUFFIXES) else None
        if slot and slot.kind == empty.kind_of_record:
            data = read_records(Source(file, files.read(content, file)), slot).entries.get("", {})
            yield salvaged(slot.kind, data, empty.model_dump(exclude_unset=True))
