"""The only module that touches the disk: scan, read, write, prune, cache. Paths in data are relative and use `/`."""

import contextlib
import errno
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Container, Iterable, Iterator, Set
from functools import partial
from itertools import count
from pathlib import Path
from typing import BinaryIO, NamedTuple
from unicodedata import normalize

from .hashes import FileStat, FolderSnapshot, compute_checksum, compute_digest

CACHE_FOLDER = ".build-cache"

_LOCK_TIMEOUT_S = 2.0
"""Seconds to wait for another build: a very short one, or one that was killed and whose workers are just ending."""


STAGING_FOLDER = ".yishi-next"
"""Folder below the output folder that holds new files until all of them are written."""


class OutputFolderRemoved(Exception):
    """The output folder, or a part of it, was removed while a build was writing to it; the argument is its path."""


class ContentChanged(Exception):
    """A file of the content folder was changed while a build was reading it; the argument is its path."""


class OutputLocked(Exception):
    """Another build is writing to the same output folder; the argument is its path."""


def scan_folder(folder: Path, *, hidden: bool = False) -> dict[str, FileStat]:
    """Path → stat of every file below `folder`, sorted; names that begin with a dot only if `hidden`."""
    found: list[tuple[str, FileStat]] = []
    waiting = [(str(folder), "")]
    while waiting:
        path, prefix = waiting.pop()
        for entry in _list_entries(path):
            name = entry.name
            if not hidden and name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, f"{prefix}{name}/"))
            elif entry.is_file(follow_symlinks=False) or entry.is_symlink():
                stat = entry.stat(follow_symlinks=False)
                found.append((prefix + name, _to_file_stat(stat)))
    return dict(sorted(found))


def stat_files(folder: Path, paths: Iterable[str]) -> dict[str, FileStat]:
    """Path → stat of those of these files below `folder` that exist, as `scan_folder`; it takes a third of the time."""
    found: dict[str, FileStat] = {}
    for path in paths:
        with contextlib.suppress(OSError, ValueError):
            found[path] = _to_file_stat(os.lstat(f"{folder}/{path}"))
    return found


def scan_snapshot(folder: Path) -> FolderSnapshot:
    """Stats of all files below `folder`, as `scan_folder`, with the time they were taken."""
    return FolderSnapshot(time.time_ns(), scan_folder(folder))


def _list_entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


def read_file(folder: Path, path: str) -> bytes:
    """The bytes of a file, whichever Unicode form its name has on disk.

    Raises OSError; a symbolic link is not followed, since it may lead out of the folder.
    """
    file = _locate_on_disk(folder, path)
    if os.path.islink(file):
        raise OSError(errno.ELOOP, f"symbolic link: {path}")
    with open(file, "rb") as stream:
        return stream.read()


def is_link(folder: Path, path: str) -> bool:
    """Whether the file at `path` is a symbolic link, which is not followed."""
    return os.path.islink(_locate_on_disk(folder, path))


def _locate_on_disk(folder: Path, path: str) -> str:
    file = f"{folder}/{path}"
    return file if path.isascii() or os.path.lexists(file) else f"{folder}/{_find_name_on_disk(folder, path)}"


def _find_name_on_disk(folder: Path, path: str) -> str:
    """The path spelt as on disk; parts that do not exist are left unchanged."""
    found = ""
    for part in path.split("/"):
        names = (entry.name for entry in _list_entries(f"{folder}/{found}"))
        found += next((name for name in names if normalize("NFC", name) == normalize("NFC", part)), part) + "/"
    return found.rstrip("/")


def read_folder(folder: Path, suffixes: tuple[str, ...] = ("",)) -> dict[str, bytes]:
    """Path → bytes of every file below `folder` that ends in one of `suffixes`."""
    return {path: read_file(folder, path) for path in scan_folder(folder) if path.endswith(suffixes)}


def require_inside(path: str) -> str:
    """`path` itself if, on every system, it stays inside the folder that it is relative to. Raises PermissionError
    otherwise."""
    if _UNSAFE_PATH.search(path):
        raise PermissionError(errno.EPERM, "this path does not stay in its folder", repr(path))
    return path


_UNSAFE_PATH = re.compile(r"(?:\A|/)\.{0,2}(?:/|\Z)|[\0\\]|\A[A-Za-z]:")
"""Absolute, leading upwards, on another drive, or with a character that some system takes for a terminator or
separator."""


@contextlib.contextmanager
def open_staging(folder: Path, names: Set[str]) -> Iterator[None]:
    """Context in which files can be staged for `folder`, which contains `names`; whatever was not moved into place is
    dropped at the end.

    Raises OSError, and OutputFolderRemoved if the folder or some of `names` have been removed by the end.
    """
    waiting = folder / STAGING_FOLDER
    drop_staged(folder)
    waiting.mkdir(parents=True)
    try:
        yield
        waiting.rmdir()
        if not names <= set(os.listdir(folder)):
            raise OutputFolderRemoved(str(folder))
    except FileNotFoundError:
        if waiting.is_dir():
            raise
        raise OutputFolderRemoved(str(folder)) from None
    finally:
        drop_staged(folder)


def drop_staged(folder: Path) -> None:
    """Delete staged files, such as those of a build that was killed."""
    shutil.rmtree(folder / STAGING_FOLDER, ignore_errors=True)


def stage_file(folder: Path, path: str, data: bytes) -> FileStat:
    """Write a file to the staging folder; return its stat. Raises OSError."""
    return _write_bytes(_staged_path(folder, path), data)


def move_staged(folder: Path, paths: Iterable[str]) -> None:
    """Move staged files into place, each atomically.

    A symbolic link in the place of a file is replaced, since it may lead to a file outside the site. Raises OSError,
    also for a path that leads out of the folder.
    """
    staged = [*paths]
    replacing = [path for path in staged if os.path.lexists(f"{folder}/{path}")]
    if len(replacing) < _MIN_THREADED_MOVES:
        _move_all(folder, staged)
        return
    from concurrent.futures import ThreadPoolExecutor  # imported here: most builds do not need it

    parts = [staged[start::_MOVING_THREADS] for start in range(_MOVING_THREADS)]
    with ThreadPoolExecutor(_MOVING_THREADS) as threads:
        list(threads.map(partial(_move_all, folder), parts))  # raises what a thread raised


_MIN_THREADED_MOVES = 500
"""Where fewer files are replaced, all are moved one after another."""

_MOVING_THREADS = 4
"""Replacing a file waits for the disk; several at a time take a third of the time or less."""


def _move_all(folder: Path, paths: Iterable[str]) -> None:
    known = set[str]()
    for path in paths:
        file = _resolve_inside(folder, path, known)
        try:
            os.replace(_staged_path(folder, path), file)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(file), exist_ok=True)
            os.replace(_staged_path(folder, path), file)


def _staged_path(folder: Path, path: str) -> str:
    return f"{folder}/{STAGING_FOLDER}/{compute_digest(path.encode())[:32]}"


def write_file(folder: Path, path: str, data: bytes) -> FileStat:
    """Write a file in place; return its stat.

    A symbolic link in its place is replaced, since it may lead to a file outside the site. Raises OSError, also for a
    path that leads out of the folder.
    """
    file = _resolve_inside(folder, path)
    if os.path.islink(file):
        os.unlink(file)
    os.makedirs(os.path.dirname(file), exist_ok=True)
    return _write_bytes(file, data)


def _write_bytes(file: str, data: bytes) -> FileStat:
    descriptor = os.open(file, _OPEN_FLAGS, 0o644)
    try:
        with open(descriptor, "wb") as stream:
            stream.write(data)
            stream.truncate()
            stream.flush()
            stat = os.fstat(stream.fileno())
    except OSError as error:  # the error for a full disk does not name the file
        error.filename = file
        raise
    return _to_file_stat(stat)


def _to_file_stat(stat: os.stat_result) -> FileStat:
    return FileStat(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


def write_file_atomically(folder: Path, path: str, draft: str, data: bytes) -> FileStat:
    """Write a file atomically through the temporary name `draft`; return its stat. Raises as `write_file`."""
    stat = write_file(folder, draft, data)
    os.replace(f"{folder}/{draft}", f"{folder}/{path}")
    return stat


def read_file_or_empty(folder: Path, path: str) -> bytes:
    """The bytes of a file; empty if it cannot be read."""
    try:
        return read_file(folder, path)
    except OSError:
        return b""


def _resolve_inside(folder: Path, path: str, known: set[str] | None = None) -> str:
    """The file at `path`. Raises OSError if it is not inside the folder, for example through a symbolic link to a
    folder.

    `known`: folders already checked; those checked here are added.
    """
    above = require_inside(path)
    known = set() if known is None else known
    while (above := above.rpartition("/")[0]) and above not in known:
        if os.path.islink(f"{folder}/{above}"):
            raise PermissionError(errno.EPERM, "a symbolic link is in the way", f"{folder}/{above}")
        known.add(above)
    return f"{folder}/{path}"


_OPEN_FLAGS = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


def create_file(folder: Path, path: str, data: bytes) -> None:
    """Create a file and its folders. Raises FileExistsError instead of overwriting, and OSError."""
    file = Path(_resolve_inside(folder, path))
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "xb") as stream:
        stream.write(data)


def replace_file(folder: Path, path: str, data: bytes) -> None:
    """Replace a file atomically: readers see the old or the new content, never a part. Raises OSError."""
    file = Path(_resolve_inside(folder, path))
    descriptor, name = tempfile.mkstemp(prefix=".", dir=file.parent)
    try:
        with open(descriptor, "wb") as stream:
            stream.write(data)
        shutil.copymode(file, name)
        os.replace(name, file)
    except OSError:
        os.unlink(name)
        raise


def remove_files(folder: Path, paths: Iterable[str]) -> int:
    """Delete files and the folders that become empty; return the number of files deleted."""
    removed = 0
    for path in paths:
        file = Path(_resolve_inside(folder, path))
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            file.unlink()
            removed += 1
        for parent in file.parents:
            if parent == folder or not _remove_if_empty(parent):
                break
    return removed


def prune_cache(folder: Path, names: Container[str]) -> None:
    """Delete the files in a cache folder whose paths are not in `names`; errors are ignored."""
    with contextlib.suppress(OSError):
        for path in scan_folder(folder, hidden=True):
            if path not in names:
                delete_cache_file(folder / path)


def _remove_if_empty(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return False
    return True


def make_relative(path: Path, start: Path) -> str:
    """`path` relative to `start`, with `/`; absolute where there is no relative path (another drive)."""
    try:
        return Path(os.path.relpath(path, start)).as_posix()
    except ValueError:
        return path.resolve().as_posix()


# --- the cache beside the content folder ------------------------------------------------------------------------------


def locate_cache(content: Path) -> Path:
    """The folder of the cache of a content folder."""
    return content.resolve().parent / CACHE_FOLDER


def locate_cache_file(content: Path, name: str, about: Path | None = None) -> Path:
    """The path of the cache file `name`; `about`: the folder that it describes, where there may be several."""
    key = f"-{compute_digest(os.fsencode(about.resolve()))[:16]}" if about else ""
    return locate_cache(content) / f"{name}{key}"


@contextlib.contextmanager
def lock_output(content: Path, output: Path) -> Iterator[None]:
    """Context that locks `output` against other builds of `content`. Raises OutputLocked.

    The lock ends with its process. Without a writable cache there is no lock.
    """
    from filelock import FileLock, Timeout  # imported here: a build with nothing to do does not need it

    file = locate_cache_file(content, "output", output).with_suffix(".lock")
    with contextlib.ExitStack() as stack:
        try:
            _create_cache_folder(file.parent)
            stack.enter_context(FileLock(file, timeout=_LOCK_TIMEOUT_S, fallback_to_soft=False))
            _delete_abandoned_temp_files(file.parent)
        except Timeout:
            raise OutputLocked(str(output)) from None
        except OSError:
            pass
        yield


def read_cache(file: Path) -> bytes:
    """The data of a cache file; empty if it is missing, unreadable or damaged."""
    try:
        mark, _, data = file.read_bytes().partition(b"\n")
    except OSError:
        return b""
    return data if mark == compute_checksum(data).encode() else b""


def write_cache(file: Path, data: bytes) -> bool:
    """Write a cache file atomically, with a checksum of its data; return whether it succeeded."""
    draft = ""
    try:
        _create_cache_folder(file.parent)
        descriptor, draft = tempfile.mkstemp(prefix=_TEMP_PREFIX, dir=file.parent)
        with open(descriptor, "wb") as stream:
            stream.write(compute_checksum(data).encode() + b"\n" + data)
        os.replace(draft, file)
    except OSError:
        if draft:
            delete_cache_file(Path(draft))
        return False
    return True


def _create_cache_folder(folder: Path) -> None:
    """Create a folder of the cache, which keeps itself out of version control. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    ignored = next(one for one in (folder, *folder.parents) if one.name in (CACHE_FOLDER, "")) / ".gitignore"
    if ignored.parent.name and not ignored.exists():
        ignored.write_text("*\n", "utf-8")


_TEMP_PREFIX = "tmp"
"""Prefix of cache files that are still being written."""

_TEMP_MAX_AGE_S = 3600
"""Age in seconds after which a temporary file is known to be left from a build that was stopped."""


def _delete_abandoned_temp_files(cache: Path) -> None:
    """Delete temporary files left by builds that were stopped."""
    with contextlib.suppress(OSError):
        for folder in (cache, *(Path(entry.path) for entry in _list_entries(str(cache)) if entry.is_dir())):
            for entry in _list_entries(str(folder)):
                if entry.name.startswith(_TEMP_PREFIX) and entry.stat().st_mtime < time.time() - _TEMP_MAX_AGE_S:
                    delete_cache_file(Path(entry.path))


def delete_cache_file(file: Path) -> None:
    """Delete a cache file, if it exists."""
    with contextlib.suppress(OSError):
        file.unlink()


@contextlib.contextmanager
def write_shared_file(data: bytes) -> Iterator[str]:
    """Context with a file that nobody but this user may read, for other processes of this build; yields its path."""
    descriptor, name = tempfile.mkstemp(prefix="yishi-")
    try:
        with open(descriptor, "wb") as stream:
            stream.write(data)
        yield name
    finally:
        os.unlink(name)


def open_shared_file(name: str) -> BinaryIO:
    """A file that another process of this build shares, open for reading."""
    return Path(name).open("rb")


def locate_photo_cache(content: Path) -> Path:
    """The cache folder of the converted photos of a content folder."""
    return locate_cache_file(content, "photos", content)


# --- fonts ------------------------------------------------------------------------------------------------------------


class FontFile(NamedTuple):
    """A font on this computer and its digest. `path` "": the one that comes with Pillow, for Latin letters only."""

    path: str = ""
    digest: str = ""


FONT_SUFFIXES = (".ttf", ".otf", ".ttc")

_SYSTEM_FONTS = (
    "NotoSansCJK-Medium.ttc", "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf",
    "NotoSansSC-Regular.ttf", "SourceHanSansSC-Regular.otf", "SourceHanSans.ttc", "msyh.ttc", "PingFang.ttc",
    "Hiragino Sans GB.ttc", "STHeiti Medium.ttc", "wqy-microhei.ttc", "wqy-zenhei.ttc", "simhei.ttf",
    "DroidSansFallbackFull.ttf",
)
"""File names of the usual fonts with Chinese characters, the best first."""


def find_fonts(content: Path) -> Iterator[FontFile]:
    """Fonts that may have Chinese characters: those beside site.yaml, then those of the system, the best first."""
    own = [content / name for name in sorted(os.listdir(content)) if name.lower().endswith(FONT_SUFFIXES)]
    yield from (_read_font(file) for file in own if file.is_file())
    known = {file.name: file for folder in _list_font_folders() for file in folder.rglob("*")
             if file.name in _SYSTEM_FONTS}
    yield from (_read_font(known[name]) for name in _SYSTEM_FONTS if name in known)


def _list_font_folders() -> Iterator[Path]:
    """Where Linux, macOS and Windows keep fonts."""
    yield from map(Path, ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts"))
    yield Path.home() / ".local" / "share" / "fonts"
    if windows := os.environ.get("WINDIR"):
        yield Path(windows) / "Fonts"


def _read_font(file: Path) -> FontFile:
    return FontFile(str(file), compute_digest(file.read_bytes()))


# --- the program itself -----------------------------------------------------------------------------------------------


_PACKAGE = Path(__file__).parents[1]
_PROGRAM_SUFFIXES = (".py", ".yaml", ".po")


def _locate_program_part(name: str) -> Path:
    """A folder or file of the program besides its code: inside the package where it is installed, else beside it."""
    installed = _PACKAGE / name
    return installed if installed.exists() else _PACKAGE.parent / name


_DOCS = _locate_program_part("docs")
_TEMPLATES = _locate_program_part("templates")
CHANGELOG_FILE = _locate_program_part("CHANGELOG.md")


def compute_program_fingerprint(codecs: str) -> str:
    """The digest of the program's code and data, of Python and of the libraries; `codecs`: versions of the image
    libraries."""
    found = read_folder(_PACKAGE, _PROGRAM_SUFFIXES)
    parts = (part for path, data in found.items() for part in (path.encode(), data))
    return compute_digest(b"\0".join((*parts, codecs.encode(), repr(_library_versions()).encode(),
                                      sys.version.encode())))


def compute_image_fingerprint(codecs: str) -> str:
    """The digest of everything besides the original on which the bytes of a converted photo depend."""
    return compute_digest((_PACKAGE / "content" / "images.py").read_bytes() + codecs.encode())


def compute_card_fingerprint(codecs: str) -> str:
    """The digest of everything besides its texts and font on which the bytes of a share card depend."""
    return compute_digest((_PACKAGE / "rendering" / "share_cards.py").read_bytes() + codecs.encode())


def compute_renderer_fingerprint() -> str:
    """The digest of everything besides its text on which the code of a compiled template depends."""
    catalogues = read_folder(_PACKAGE / "model" / "locales", (".po",))
    renderer = (_PACKAGE / "rendering" / "render.py").read_bytes()
    return compute_digest(b"\0".join((renderer, *catalogues.values(), repr(_library_versions()).encode())))


def _library_versions() -> list[str]:
    """The libraries that affect pages, by the folders that pip creates: `markdown-3.9.dist-info`."""
    names = [name for folder in sys.path if os.path.isdir(folder or ".") for name in os.listdir(folder or ".")]
    return sorted(name for name in names if name.endswith(".dist-info") and name.lower().startswith(_LIBRARY_PREFIXES))


_LIBRARY_PREFIXES = ("babel-", "jinja2-", "markdown-", "markupsafe-", "msgspec-", "nh3-", "opencc-", "pillow-",
                     "pillow_heif-", "pydantic-", "pydantic_core-", "pypinyin-", "pyyaml-", "tzdata-")


def read_kit(name: str) -> dict[str, bytes]:
    """Path → bytes of the files of a starter kit: its own, and those that every town's repository has."""
    kits = _PACKAGE / "content" / "kits"
    common = {re.sub(r"\Adot-", ".", path): data for path, data in read_folder(kits / "repository").items()}
    common |= {f"docs/windows/{path}": data for path, data in read_folder(_DOCS / "windows").items()}
    if name.startswith("zh"):
        common["收表.bat"] = common.pop("office.bat")
    return {**common, **read_folder(kits / name)}


BUILT_IN_PREFIX = "yishi/"
"""Before the name of a built-in template, so that the one that replaces it can extend it."""


def read_templates(own: Path) -> dict[str, bytes]:
    """Path → bytes of the files of all templates: those of the folder `own`, and the built-in ones it does not
    replace; if it replaces or adds any, the built-in templates also under `BUILT_IN_PREFIX`."""
    built_in, found = read_folder(_TEMPLATES), read_folder(own)
    if not found.items() - built_in.items():
        return built_in
    originals = {BUILT_IN_PREFIX + path: data for path, data in built_in.items() if not path.startswith("static/")}
    return {**originals, **built_in, **found}


def locate_template(own: Path, name: str) -> Path:
    """The file of a template that `read_templates` found."""
    return own / name if (own / name).exists() else _TEMPLATES / name.removeprefix(BUILT_IN_PREFIX)


def read_guides() -> dict[str, str]:
    """Language → the guide for writers as Markdown."""
    return {path.removesuffix(".md"): data.decode("utf-8", "replace")
            for path, data in read_folder(_DOCS / "guide", (".md",)).items()}


def read_content_model() -> str:
    """The specification of the records as Markdown."""
    return read_folder(_DOCS, ("content-model.md",)).get("content-model.md", b"").decode("utf-8", "replace")


def read_changelog() -> str:
    """What changed with each version, as Markdown."""
    return read_file_or_empty(CHANGELOG_FILE.parent, CHANGELOG_FILE.name).decode("utf-8", "replace")


def stat_program() -> list[object]:
    """Stats of the program, its documents and templates and the library folders: changes whenever one of them
    does."""
    folders = [(folder, os.stat(folder).st_mtime_ns) for folder in sys.path if os.path.isdir(folder)]
    own = [(path, stat) for path, stat in scan_folder(_PACKAGE).items() if path.endswith(_PROGRAM_SUFFIXES)]
    return [sys.version, folders, own, list(scan_folder(_DOCS).items()), list(scan_folder(_TEMPLATES).items())]


def move_without_overwriting(file: Path, folder: Path) -> Path:
    """Move a file into a folder, under its own name or, if that exists, with a number; return its new path.

    Nothing is ever overwritten. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        target = folder / (file.name if number == 1 else f"{file.stem}-{number}{file.suffix}")
        try:
            target.open("xb").close()
        except FileExistsError:
            continue
        try:
            os.replace(file, target)
        except OSError:  # on another disk
            shutil.copy2(file, target)
            file.unlink()
        return target
    raise AssertionError("numbers do not end")
