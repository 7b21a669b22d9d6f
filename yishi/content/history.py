"""What Git knows of a content folder. Git is only asked: no index, no file and no lock of it is written."""

import json
import os
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..core.digests import digest
from ..model.filenames import is_hidden

MAIN = ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main",
        "refs/heads/master")
"""What may be the main branch, the likeliest first."""


class Refused(Exception):
    """Git cannot tell: `found`, of what; `code` is one of

    `no_git`, `no_repository`, `no_revision`; `foreign` (Git does not trust a folder of another user), `shallow`,
    `partial` (a clone that lacks what would have to be fetched), `no_commit`, `failed`.
    """

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
    return Revision(id_, short, time_of(made) or _NO_TIME)


def time_of(seconds: str) -> datetime | None:
    """The time of a commit, as Git tells it; None for what is no time, or in no calendar of any time zone."""
    if seconds.isascii() and seconds.isdigit() and len(seconds) < 20 and int(seconds) < _LAST:
        return datetime.fromtimestamp(int(seconds), UTC)
    return None


_LAST = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())
_NO_TIME = datetime.fromtimestamp(0, UTC)


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
    return Refused("shallow" if _is_shallow(content) else "no_revision", name)


def _is_shallow(content: Path) -> bool:
    return _git(content, "rev-parse", "--is-shallow-repository").strip() == b"true"


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
    """What tells whether there is a new commit, read without asking Git; "" where there is no repository."""
    for folder in (content.resolve(), *content.resolve().parents):
        if own := _repository(folder / ".git"):
            shared = own / (_read(own / "commondir").strip() or ".")
            head = _read(own / "HEAD")
            name = head.removeprefix("ref:").strip()
            packed = "" if _read(shared / name) else _read(shared / "packed-refs")
            tables = [_read(one / "reftable" / "tables.list") for one in {own, shared}]
            return digest(repr((head, _read(shared / name), packed, tables, _read(shared / "shallow"))).encode())
    return ""


def _repository(git: Path) -> Path | None:
    """The folder of a repository, which `.git` is or names."""
    if os.path.isdir(git):
        return git
    return (git.parent / _read(git).removeprefix("gitdir:").strip()) if os.path.isfile(git) else None


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""


def log(content: Path) -> str:
    """What Git tells of all commits that changed the content folder, the first first. Raises Refused.

    The first line lists (JSON) the folders of the repository in which the content lies and once lay, that of today
    first. Then, of each commit, with \\0 between: its short id and when it was made (seconds), after a / by which no
    file begins; its message; and the files that it added (A), changed (M), renamed (R: old, new) or deleted (D). Of a
    merge, what it brought to the branch that it was merged into: that is when the public saw it. Bytes that are not
    UTF-8 are escaped as in names of files.
    """
    if _is_shallow(content):
        raise Refused("shallow")
    folders = _folders(content)
    told = _git(content, "-c", "log.showRoot=true", "log", "-z", "--first-parent", "-m", "--reverse", _ALIKE,
                "--name-status", "--no-relative", *_PLAINLY, "--format=/%h %ct%x00%B", "--",
                *(f":(top,literal){folder}" if folder else ":(top)" for folder in folders))
    return f"{json.dumps(folders)}\n{told.decode('utf-8', 'surrogateescape')}"


_ALIKE = "-M70%"
"""Records begun from one template are alike by half, and yet not one record that was renamed."""

_PLAINLY = ("-l1000", "--no-ext-diff", "--encoding=UTF-8", "--no-show-signature", "--no-color")
"""The same answer whatever this computer's settings of Git are."""


def _folders(content: Path) -> list[str]:
    """The folders of the repository in which the content lies and once lay, as `site.yaml` was moved: each with a / at
    its end, "" = the whole."""
    here = _git(content, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").removesuffix("\n")
    folders = [here]
    for name in (one for one in ("site.yaml", "site.yml", "site.md") if (content / one).is_file()):
        moves = _paths(_git(content, "log", "-z", "--follow", "--diff-filter=R", "--name-status", *_PLAINLY,
                            "--format=", "--", name))
        folders += (f"{folder}/" if folder else "" for path in moves for folder, _, file in [path.rpartition("/")]
                    if file.startswith("site."))
    return list(dict.fromkeys(folders))


# --- asking -----------------------------------------------------------------------------------------------------------

_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")
"""What a hook sets, and what would lead away from the content folder."""

_QUIETLY: Mapping[str, str] = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none",
                               "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
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
    code = next((code for code, words in _REFUSALS.items() if any(word in said.lower() for word in words)), "failed")
    raise Refused(code, shlex.quote(said.split("'")[1]) if code == "foreign" and said.count("'") > 1 else said)


_REFUSALS: Mapping[str, tuple[str, ...]] = {
    "no_repository": ("not a git repository",),
    "foreign": ("dubious ownership", "unsafe repository"),
    "partial": ("promisor", "lazy fetch", "transport 'file' not allowed", "transport 'https' not allowed",
                "transport 'http' not allowed", "transport 'ssh' not allowed", "transport 'git' not allowed"),
    "no_commit": ("does not have any commits",),
}
"""Why Git refuses, by what it says then (in English, see `_QUIETLY`)."""
