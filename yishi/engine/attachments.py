"""The files of the content folder that are no records: attachments and frozen statistics."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from ..analysis import snapshots
from ..analysis.snapshots import StatisticsSnapshot
from ..content import git, images
from ..content.load.attachment_scan import check_texts, scan_attachment
from ..content.privacy import select_countries
from ..core import hashes
from ..library import Library
from ..model.boundaries import parse_outline_file
from ..model.paths import SNAPSHOT_FOLDER, is_photo_name, parse_snapshot_name
from ..model.problems import Problem, select_errors
from ..model.records.limits import MEGABYTE, Limits
from .cache import Cache, CacheStage
from .content_source import ContentSource
from .file_index import FileEntry, FileIndex
from .parse_cache import create_unreadable_problem


class AttachmentScan(Struct, frozen=True):
    """The attached files: their index entries, and problems with those that cannot be published or tell too much."""

    entries: Mapping[str, FileEntry]
    problems: tuple[Problem, ...]


def inspect_attachments(source: ContentSource, library: Library, previous_index: FileIndex) -> AttachmentScan:
    """Digest and size of every attachment; unchanged files are not read again."""
    entries: dict[str, FileEntry] = {}
    problems: list[Problem] = []
    countries = select_countries(library.site.countries, library.site.timezone)
    limits = library.site.limits
    allowed = frozenset(one.text for one in library.site.privacy_allow)
    boundaries = {library.attachments[output] for output in list_boundary_files(library).values()}
    for file in sorted(set(library.attachments.values())):
        entry = previous_index.find_unchanged(file, source.file_stats[file])
        if entry and file in boundaries and entry.outline is None:  # it was another attachment before
            entry = None
        if refused := _refuse_large_file(file, source.file_stats[file].size, limits):
            problems.append(refused)
            continue
        try:
            found = () if entry else tuple(scan_attachment(file, source.read_file(file), countries, allowed))
            problems += found
            if not select_errors(found):
                entries[file] = entry or _inspect_file(source, file, limits, is_boundary=file in boundaries)
        except InvalidBoundary:
            problems.append(Problem(file, 1, 1, "not_a_boundary", (("key", "boundary"), ("found", file))))
        except images.UnusablePhoto as error:
            problems.append(Problem(file, 1, 1, error.code, (("found", file),
                                                             ("allowed", str(limits.photo_megapixels)))))
        except OSError as error:
            problems.append(create_unreadable_problem(file, error))
    return AttachmentScan(entries, tuple(problems))


def _refuse_large_file(file: str, size: int, limits: Limits) -> Problem | None:
    """The problem with a file that is not read for its size."""
    most = limits.photo_mb if is_photo_name(file) else limits.attachment_mb
    values = (("found", f"{size / MEGABYTE:,.1f} MB"), ("allowed", f"{most:,} MB"))
    return Problem(file, 1, 1, "attachment_too_large", values) if size > most * MEGABYTE else None


def list_boundary_files(library: Library) -> dict[str, str]:
    """Location → the output file of its boundary, for those that name a file."""
    return {path: file for path, location in library.locations.items() if isinstance(location.boundary, str)
            and (file := library.photos.get(path, {}).get(location.boundary))}


class InvalidBoundary(ValueError):
    """A file that is named as a boundary and holds none."""


def _inspect_file(source: ContentSource, file: str, limits: Limits, *, is_boundary: bool) -> FileEntry:
    """The index entry of an attachment. Raises images.UnusablePhoto for a photo that cannot be published,
    InvalidBoundary, OSError."""
    data = source.read_file(file)
    entry = FileEntry(*source.file_stats[file], hashes.compute_digest(data),
                      pixels=images.measure_photo(data, limits.photo_megapixels * 1_000_000)
                      if is_photo_name(file) else None)
    if not is_boundary:
        return entry
    if len(data) > limits.record_mb * MEGABYTE:
        raise InvalidBoundary
    try:
        return entry._replace(outline=parse_outline_file(data))
    except ValueError as error:
        raise InvalidBoundary from error


_FIRST_VERSIONS = CacheStage("frozen", dict[str, str])


def find_changed_snapshots(source: ContentSource, snapshots: Iterable[str], cache: Cache) -> Iterator[Problem]:
    """A warning for each frozen copy that is another than the one that first came into the Git history; nothing where
    there is no history."""
    state = git.compute_repository_state(source.folder) if source.writes_cache else ""
    first = cache.get(_FIRST_VERSIONS, "", state) if state else {}
    if first is None:
        try:
            first = git.read_first_versions(source.folder, SNAPSHOT_FOLDER)
        except git.GitUnavailable:
            return
        cache.put(_FIRST_VERSIONS, "", state, first)
    for file in (f"{SNAPSHOT_FOLDER}/{name}.json" for name in snapshots):
        if file in first and hashes.compute_blob_id(source.read_file(file), first[file]) != first[file]:
            yield Problem(file, 1, 1, "frozen_differs", (("found", file),), level="warning")


def read_snapshots(source: ContentSource) -> tuple[dict[str, StatisticsSnapshot], list[Problem]]:
    """Frozen statistics by name, and the problems of their files."""
    found: dict[str, StatisticsSnapshot] = {}
    problems: list[Problem] = []
    for file in sorted(source.file_stats):
        if name := parse_snapshot_name(file):
            try:
                snapshot = snapshots.decode_snapshot(source.read_file(file).decode())
                if exposed := tuple(check_texts(file, [name, *snapshot.list_texts()])):
                    problems += exposed
                elif snapshot.name == name:
                    found[name] = snapshot
                else:
                    problems.append(Problem(file, 1, 1, "frozen_renamed", (("found", f"'{snapshot.name}.json'"),)))
            except (snapshots.SnapshotError, UnicodeDecodeError) as error:
                code = str(error) if isinstance(error, snapshots.SnapshotError) else "frozen_unreadable"
                problems.append(Problem(file, 1, 1, code))
            except OSError as error:
                problems.append(create_unreadable_problem(file, error))
    return found, problems
