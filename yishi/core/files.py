"""The only module that touches the disk: scan, read, write, prune, cache. All paths in data have / and are relative."""

import contextlib
import errno
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Container, Iterable, Iterator, Set
from functools import cache
from io import FileIO
from itertools import count
from pathlib import Path
from unicodedata import normalize

from .digests import Look, OnDisk, Part, checksum, digest

CACHE = ".build-cache"

_PATIENCE = 2.0
"""Seconds to wait for another build, such as a very short one, or one that was killed and whose workers just end."""


STAGED = ".yishi-next"
"""Folder below the output folder in which new files wait until all of them are made."""


class Removed(Exception):
    """The output folder, or some of it, was removed while a build was writing to it; its path."""


class Busy(Exception):
    """Another build is at work in the same output folder; its path."""


def scan(folder: Path, *, hidden: bool = False) -> dict[str, OnDisk]:
    """All files below `folder`, sorted; without names that begin with a dot unless `hidden`."""
    found: list[tuple[str, OnDisk]] = []
    waiting = [(str(folder), "")]
    while waiting:
        path, prefix = waiting.pop()
        for entry in _entries(path):
            name = entry.name
            if not hidden and name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, f"{prefix}{name}/"))
            elif entry.is_file(follow_symlinks=False) or entry.is_symlink():
                stat = entry.stat(follow_symlinks=False)
                found.append((prefix + name, _lies(stat)))
    return dict(sorted(found))


def look(folder: Path) -> Look:
    """How all files below `folder` lie now, as `scan`."""
    return Look(time.time_ns(), scan(folder))


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


def read(folder: Path, path: str) -> bytes:
    """The bytes of a file, whichever Unicode form its name has on the disk.

    Raises OSError; a symbolic link is not followed, since it may lead out of the folder.
    """
    file = f"{folder}/{path}"
    if not path.isascii() and not os.path.lexists(file):
        file = f"{folder}/{_as_it_lies(folder, path)}"
    if os.path.islink(file):
        raise OSError(f"symbolic link: {path}")
    with open(file, "rb") as stream:
        return stream.read()


def _as_it_lies(folder: Path, path: str) -> str:
    """The path with the names that the disk has for it; as it is where the disk has none."""
    found = ""
    for part in path.split("/"):
        names = (entry.name for entry in _entries(f"{folder}/{found}"))
        found += next((name for name in names if normalize("NFC", name) == normalize("NFC", part)), part) + "/"
    return found.rstrip("/")


def read_all(folder: Path, suffixes: tuple[str, ...] = ("",)) -> dict[str, bytes]:
    """Every file below `folder` that ends in one of `suffixes`."""
    return {path: read(folder, path) for path in scan(folder) if path.endswith(suffixes)}


def inside(path: str) -> str:
    """`path` itself, if it stays in the folder that it is below on every system. Raises OSError."""
    if _LEADS_OUT.search(path):
        raise PermissionError(errno.EPERM, "this path does not stay in its folder", repr(path))
    return path


_LEADS_OUT = re.compile(r"(?:\A|/)\.{0,2}(?:/|\Z)|[\0\\]|\A[A-Za-z]:")
"""Absolute, up and out, on another drive, or with a character that some system takes for the end or for a slash."""


@contextlib.contextmanager
def staging(folder: Path, names: Set[str]) -> Iterator[None]:
    """Meanwhile files can be staged for `folder`, in which `names` lie; what was not moved into place is dropped.

    Raises OSError, and Removed if somebody else has removed the folder, or some of those names, by the end.
    """
    waiting = folder / STAGED
    drop_staged(folder)
    waiting.mkdir(parents=True)
    try:
        yield
        waiting.rmdir()
        if not names <= set(os.listdir(folder)):
            raise Removed(str(folder))
    except FileNotFoundError:
        if waiting.is_dir():
            raise
        raise Removed(str(folder)) from None
    finally:
        drop_staged(folder)


def drop_staged(folder: Path) -> None:
    """Deletes what is staged, such as by a build that was killed."""
    shutil.rmtree(folder / STAGED, ignore_errors=True)


def stage(folder: Path, path: str, data: bytes) -> OnDisk:
    """Writes a file of the site where it waits to be moved into place; how it then lies. Raises OSError."""
    return _written(_staged(folder, path), data)


def move_staged(folder: Path, paths: Iterable[str]) -> None:
    """Moves files that are staged into place, each in one step.

    A symbolic link in its place is replaced: it may lead to a file of somebody else's. Raises OSError, also for a path
    that leads out of the folder.
    """
    known = set[str]()
    for path in paths:
        file = _own_file(folder, path, known)
        try:
            os.replace(_staged(folder, path), file)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(file), exist_ok=True)
            os.replace(_staged(folder, path), file)


def _staged(folder: Path, path: str) -> str:
    return f"{folder}/{STAGED}/{digest(path.encode())[:32]}"


def write(folder: Path, path: str, data: bytes) -> OnDisk:
    """Writes a file in place; how it then lies.

    A symbolic link in its place is replaced: it may lead to a file of somebody else's. Raises OSError, also for a path
    that leads out of the folder.
    """
    file = _own_file(folder, path)
    if os.path.islink(file):
        os.unlink(file)
    os.makedirs(os.path.dirname(file), exist_ok=True)
    return _written(file, data)


def _written(file: str, data: bytes) -> OnDisk:
    descriptor = os.open(file, _TO_WRITE, 0o644)
    try:
        with open(descriptor, "wb") as stream:
            stream.write(data)
            stream.truncate()
            stream.flush()
            stat = os.fstat(stream.fileno())
    except OSError as error:  # a full disk does not say which file it refused
        error.filename = file
        raise
    return _lies(stat)


def _lies(stat: os.stat_result) -> OnDisk:
    return OnDisk(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


def write_whole(folder: Path, path: str, draft: str, data: bytes) -> OnDisk:
    """The same in one step: the file is as it was or as it is, never half. `draft`: what it is called until then."""
    lies = write(folder, draft, data)
    os.replace(f"{folder}/{draft}", f"{folder}/{path}")
    return lies


def read_if_there(folder: Path, path: str) -> bytes:
    """The bytes of a file; nothing if it cannot be read."""
    try:
        return read(folder, path)
    except OSError:
        return b""


def _own_file(folder: Path, path: str, known: set[str] | None = None) -> str:
    """The file at `path`. Raises OSError if it is not inside the folder, be it by a link in place of a folder.

    `known`: the folders that have been looked at already, which are noted there.
    """
    above, known = inside(path), set() if known is None else known
    while (above := above.rpartition("/")[0]) and above not in known:
        if os.path.islink(f"{folder}/{above}"):
            raise PermissionError(errno.EPERM, "a symbolic link is in the way", f"{folder}/{above}")
        known.add(above)
    return f"{folder}/{path}"


_TO_WRITE = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


def create(folder: Path, path: str, data: bytes) -> None:
    """Writes a new file, and the folders it needs. Raises FileExistsError rather than write over one, OSError."""
    file = Path(_own_file(folder, path))
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "xb") as stream:
        stream.write(data)


def replace(folder: Path, path: str, data: bytes) -> None:
    """Replaces a file in one step: whoever reads it finds it as it was or as it is, never half. Raises OSError."""
    file = Path(_own_file(folder, path))
    descriptor, name = tempfile.mkstemp(prefix=".", dir=file.parent)
    try:
        with open(descriptor, "wb") as stream:
            stream.write(data)
        shutil.copymode(file, name)
        os.replace(name, file)
    except OSError:
        os.unlink(name)
        raise


def remove(folder: Path, paths: Iterable[str]) -> int:
    """Deletes these files, and the folders that this leaves empty; the number of files deleted."""
    removed = 0
    for path in paths:
        file = Path(_own_file(folder, path))
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            file.unlink()
            removed += 1
        for parent in file.parents:
            if parent == folder or not _remove_if_empty(parent):
                break
    return removed


def keep_only(folder: Path, names: Container[str]) -> None:
    """Deletes the files in a folder of the cache that are not called so, as far as that is possible."""
    with contextlib.suppress(OSError):
        for path in scan(folder, hidden=True):
            if path not in names:
                forget_cache(folder / path)


def _remove_if_empty(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return False
    return True


def way(path: Path, start: Path) -> str:
    """The way from the folder `start` to `path`, with /; the whole path where there is none (another drive)."""
    try:
        return Path(os.path.relpath(path, start)).as_posix()
    except ValueError:
        return path.resolve().as_posix()


# --- the cache beside the content folder ------------------------------------------------------------------------------


def cache_file(content: Path, name: str, about: Path | None = None) -> Path:
    """Where a part of the cache lies; `about`: the folder that it is about, where there may be several."""
    key = f"-{digest(os.fsencode(about.resolve()))[:16]}" if about else ""
    return content.resolve().parent / CACHE / f"{name}{key}"


@contextlib.contextmanager
def alone(content: Path, output: Path) -> Iterator[None]:
    """Meanwhile no other build of `content` writes to `output`; Raises Busy if one does already.

    The lock goes with the process that holds it, however that ends. Where no cache can be kept there is no lock either.
    """
    from filelock import FileLock, Timeout  # here, since a build that finds nothing to do has no use for it

    file = cache_file(content, "trace", output).with_suffix(".lock")
    with contextlib.ExitStack() as held:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            held.enter_context(FileLock(file, timeout=_PATIENCE, fallback_to_soft=False))
            _clear_drafts(file.parent)
        except Timeout:
            raise Busy(str(output)) from None
        except OSError:
            pass
        yield


def read_cache(file: Path) -> bytes:
    """What is cached there; nothing if it cannot be read or is not as it was written."""
    try:
        mark, _, data = file.read_bytes().partition(b"\n")
    except OSError:
        return b""
    return data if mark == checksum(data).encode() else b""


def write_cache(file: Path, data: bytes) -> bool:
    """Replaces a file of the cache in one step, under the checksum of its data; whether that was possible."""
    draft = ""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(prefix=_DRAFT, dir=file.parent)
        with open(descriptor, "wb") as stream:
            stream.write(checksum(data).encode() + b"\n" + data)
        os.replace(draft, file)
    except OSError:
        if draft:
            forget_cache(Path(draft))
        return False
    return True


_DRAFT = "tmp"
"""What a file of the cache is called until it is whole."""

_ABANDONED = 3600
"""Seconds after which nobody is at work on a draft any more: the build that began it was stopped."""


def _clear_drafts(cache: Path) -> None:
    """Deletes what builds that were stopped left of files they were writing."""
    with contextlib.suppress(OSError):
        for folder in (cache, *(Path(entry.path) for entry in _entries(str(cache)) if entry.is_dir())):
            for entry in _entries(str(folder)):
                if entry.name.startswith(_DRAFT) and entry.stat().st_mtime < time.time() - _ABANDONED:
                    forget_cache(Path(entry.path))


def forget_cache(file: Path) -> None:
    """Deletes a file of the cache, if it is there."""
    with contextlib.suppress(OSError):
        file.unlink()


@contextlib.contextmanager
def reading_parts(folder: Path) -> Iterator[Callable[[Part], bytes]]:
    """Meanwhile what reads a part of a pack in `folder`: nothing if it is not there, or not as it was written."""
    with contextlib.ExitStack() as opened:
        @cache
        def pack(name: str) -> FileIO:
            return opened.enter_context(open(folder / name, "rb", buffering=0))

        def read_part(part: Part) -> bytes:
            with contextlib.suppress(OSError):
                stream = pack(part.pack)
                stream.seek(part.at)
                data = stream.read(part.size)
                return data if checksum(data) == part.sum else b""
            return b""

        yield read_part


@contextlib.contextmanager
def writing_parts(folder: Path) -> Iterator[Callable[[bytes], Part | None]]:
    """Meanwhile what adds to a new pack in `folder`; None where it could not be kept."""
    name = f"{time.time_ns()}-{os.getpid()}"
    with contextlib.ExitStack() as opened:
        @cache
        def pack() -> FileIO:
            folder.mkdir(parents=True, exist_ok=True)
            return opened.enter_context(open(folder / name, "xb", buffering=0))

        def add(data: bytes) -> Part | None:
            with contextlib.suppress(OSError):
                at = pack().tell()
                if pack().write(data) == len(data):
                    return Part(name, at, len(data), checksum(data))
            return None

        yield add


def photo_cache(content: Path) -> Path:
    """The folder of the converted photos of a content folder."""
    return cache_file(content, "photos", content)


# --- the program itself -----------------------------------------------------------------------------------------------


_PACKAGE = Path(__file__).parents[1]
_PROGRAM = (".py", ".yaml", ".po")
_DOCS = _PACKAGE.parent / "docs"


def code_digest(codecs: str) -> str:
    """The digest of Yishi's own code and data and of the versions of its libraries; `codecs`: what converts photos."""
    found = read_all(_PACKAGE, _PROGRAM)
    parts = (part for path, data in found.items() for part in (path.encode(), data))
    return digest(b"\0".join((*parts, codecs.encode(), repr(_versions()).encode(), sys.version.encode())))


def converter_digest(codecs: str) -> str:
    """The digest of all that the bytes of a photo depend on besides the original."""
    return digest((_PACKAGE / "content" / "images.py").read_bytes() + codecs.encode())


def _versions() -> list[str]:
    """The libraries that make what stands on pages, by the folders that pip leaves: `markdown-3.9.dist-info`."""
    names = [name for folder in sys.path if os.path.isdir(folder or ".") for name in os.listdir(folder or ".")]
    return sorted(name for name in names if name.endswith(".dist-info") and name.lower().startswith(_LIBRARIES))


_LIBRARIES = ("babel-", "jinja2-", "markdown-", "markupsafe-", "msgspec-", "nh3-", "opencc-", "pillow-",
              "pydantic-", "pydantic_core-", "pypinyin-", "pyyaml-", "tzdata-")


def kit(name: str) -> dict[str, bytes]:
    """The content folder of a kit."""
    return read_all(_PACKAGE / "content" / "kits" / name)


def guides() -> dict[str, str]:
    """The guide for writers in each language, as Markdown; none where the program lies without its `docs`."""
    return {path.removesuffix(".md"): data.decode("utf-8", "replace")
            for path, data in read_all(_DOCS / "guide", (".md",)).items()}


def content_model() -> str:
    """The specification of the records, as Markdown; "" where the program lies without its `docs`."""
    return read_all(_DOCS, ("content-model.md",)).get("content-model.md", b"").decode("utf-8", "replace")


def program_lies() -> list[object]:
    """How the program and its libraries lie on disk, without reading them: what changes with each of them."""
    folders = [(folder, os.stat(folder).st_mtime_ns) for folder in sys.path if os.path.isdir(folder)]
    own = [(path, lies) for path, lies in scan(_PACKAGE).items() if path.endswith(_PROGRAM)]
    return [sys.version, folders, own, list(scan(_DOCS).items())]


def move_away(file: Path, folder: Path) -> Path:
    """Moves a file into a folder, under its own name or, where that is there already, with a number; its new path.

    Nothing is ever written over. Raises OSError.
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
        except OSError:  # another disk
            shutil.copy2(file, target)
            file.unlink()
        return target
    raise AssertionError("numbers do not end")
