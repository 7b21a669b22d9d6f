"""What Git knows of a content folder. Git is only asked: no index, no file and no lock of it is written."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .digests import digest
from .filenames import is_hidden

MAIN = ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main",
        "refs/heads/master")
"""What may be the main branch, the likeliest first."""


class Refused(Exception):
    """Git cannot tell: `code` is `no_git`, `no_repository`, `no_revision`, `shallow` or `failed`; `found`, of what."""

    def __init__(self, code: str, found: str = "") -> None:
        super().__init__(code, found)
        self.code, self.found = code, found


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit: its id, the id as people write it, and when it was made."""

    id: str
    short: str
    made: datetime


# --- revisions --------------------------------------------------------------------------------------------------------


def revision(content: Path, name: str) -> Revision:
    """The commit that `name` means. Raises Refused."""
    try:
        told = _git(content, "log", "-1", "--no-show-signature", "--format=%H %h %ct", "--end-of-options", name, "--")
        id_, short, made = told.decode().split()
    except (Refused, ValueError) as error:
        raise _why_not(content, name, error) from None
    return Revision(id_, short, datetime.fromtimestamp(int(made), UTC))


def published(content: Path) -> Revision:
    """The last commit that the main branch has in common with what lies here: what the public has. Raises Refused."""
    head = revision(content, "HEAD")
    named = _git(content, "for-each-ref", "--format=%(refname)", *MAIN).decode().split()
    main = next((name for name in MAIN if name in named), "")
    if not main:
        return head
    try:
        return revision(content, _git(content, "merge-base", head.id, main).decode().strip())
    except Refused as error:
        raise _why_not(content, main, error) from None


def _why_not(content: Path, name: str, error: Exception) -> Refused:
    if isinstance(error, Refused) and error.code != "failed":
        return error
    shallow = _git(content, "rev-parse", "--is-shallow-repository").strip() == b"true"
    return Refused("shallow" if shallow else "no_revision", name)


# --- files at a revision ----------------------------------------------------------------------------------------------


def files_at(content: Path, commit: Revision, lying: Collection[str]) -> dict[str, str]:
    """The files that the content folder had: path → "" if it lies there now as it did then, else Git's id of it.

    `lying`: the files that lie there now. Links and names that begin with a dot are left out, as `files.scan` does.
    """
    differing = set(_paths(_git(content, "diff-index", "--name-only", "-z", "--no-renames", "--relative",
                                "--ignore-submodules=all", commit.id, "--", ".")))
    found = {}
    for entry in _paths(_git(content, "ls-tree", "-r", "-z", commit.id)):
        (mode, _, id_), path = entry.partition("\t")[0].split(), entry.partition("\t")[2]
        if mode.startswith("100") and not is_hidden(path):
            found[path] = id_ if path in differing or path not in lying else ""
    return dict(sorted(found.items()))


def blobs(content: Path, ids: Iterable[str]) -> dict[str, bytes]:
    """Git's id of a file → its bytes, all read by one process. Raises Refused if one is not in this clone."""
    wanted = list(dict.fromkeys(ids))
    told = memoryview(_git(content, "cat-file", "--batch", given="".join(f"{one}\n" for one in wanted).encode()))
    found, start = {}, 0
    for one in wanted:
        end = start + bytes(told[start:start + 100]).index(b"\n")
        head = bytes(told[start:end]).split()
        if len(head) != 3:
            raise Refused("shallow", one[:12])
        start = end + 1 + int(head[2])
        found[one] = bytes(told[end + 1:start])
        start += 1
    return found


def _paths(listed: bytes) -> Iterator[str]:
    return (path for path in listed.decode("utf-8", "surrogateescape").split("\0") if path)


# --- what was done, and when ------------------------------------------------------------------------------------------


def state(content: Path) -> str:
    """What tells whether there is a new commit, read without asking Git; "" where no history can be told.

    That is where there is no repository, and in a shallow clone, whose first commit is not the first.
    """
    for folder in (content.resolve(), *content.resolve().parents):
        if own := _repository(folder / ".git"):
            shared = own / (_read(own / "commondir").strip() or ".")
            if (shared / "shallow").exists():
                return ""
            head = _read(own / "HEAD")
            name = head.removeprefix("ref:").strip()
            packed = "" if _read(shared / name) else _read(shared / "packed-refs")
            tables = [_read(one / "reftable" / "tables.list") for one in {own, shared}]
            return digest(repr((head, _read(shared / name), packed, tables)).encode())
    return ""


def _repository(git: Path) -> Path | None:
    """The folder of a repository, which `.git` is or names."""
    if git.is_dir():
        return git
    return (git.parent / _read(git).removeprefix("gitdir:").strip()) if git.is_file() else None


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""


def log(content: Path) -> str:
    """What Git tells of all commits that changed the content folder, the first first; "" where it cannot tell.

    Of each, after a mark \\x1e and with \\0 between: when it was made (seconds), its message, and the files that it
    added (A), changed (M), renamed (R: old, new) or deleted (D). Of a merge, what it brought to the branch that it was
    merged into: that is when the public saw it.
    """
    try:
        return _git(content, "log", "-z", "--first-parent", "-m", "--reverse", "-M", "--name-status", "--relative",
                    "--encoding=UTF-8", "--no-show-signature", "--no-color", "--format=%x1e%ct%x00%B%x00", "--", "."
                    ).decode("utf-8", "replace")
    except Refused:
        return ""


# --- asking -----------------------------------------------------------------------------------------------------------

_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")
"""What a hook sets, and what would lead away from the content folder."""

_QUIETLY: Mapping[str, str] = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0",
                               "LC_ALL": "C"}
"""Nothing is written, fetched, or asked back; and what is told is told in one language."""


def _git(content: Path, *arguments: str, given: bytes = b"") -> bytes:
    """What Git answers. Raises Refused."""
    import subprocess  # here, since most that look into this module ask nothing

    kept = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    try:
        done = subprocess.run(["git", "-c", "core.fsmonitor=false", "--no-pager", *arguments], cwd=content, input=given,
                              env={**kept, **_QUIETLY}, capture_output=True, check=False)
    except FileNotFoundError:
        raise Refused("no_git") from None
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
    raise Refused("no_repository" if "not a git repository" in said.lower() else "failed", said)
