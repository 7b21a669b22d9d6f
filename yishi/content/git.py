"""What Git knows of a content folder. Git is only asked: no index, no file and no lock of it is written."""

import json
import os
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..core.hashes import compute_digest
from ..model.filenames import is_hidden

MAIN_BRANCH_REFS = ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master",
                    "refs/heads/main",
                    "refs/heads/master")
"""What may be the main branch, the likeliest first."""


class GitUnavailable(Exception):
    """Git cannot tell: `found`, of what; `code` is one of

    `no_git`, `no_repository`, `no_revision`; `foreign` (Git does not trust a folder of another user), `shallow`,
    `partial` (a clone that lacks what would have to be fetched), `no_commit`, `failed`.
    """

    def __init__(self, code: str, found: str = "") -> None:
        super().__init__(code, found)
        self.code, self.detail = code, found


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit: its id, the id as people write it, and when it was made."""

    id: str
    short: str
    committed_at: datetime


# --- revisions --------------------------------------------------------------------------------------------------------


def resolve_revision(content: Path, name: str) -> Revision:
    """The commit that `name` means. Raises Refused."""
    try:
        told = _run_git(content, "log", "-1", "--no-show-signature", "--format=%H %h %ct", "--end-of-options", name,
                        "--")
        id_, short, made = told.decode().split()
    except (GitUnavailable, ValueError) as error:
        raise _explain_failure(content, name, error) from None
    return Revision(id_, short, parse_commit_time(made) or _UNKNOWN_TIME)


def parse_commit_time(seconds: str) -> datetime | None:
    """The time of a commit, as Git tells it; None for what is no time, or in no calendar of any time zone."""
    if seconds.isascii() and seconds.isdigit() and len(seconds) < 20 and int(seconds) < _MAX_TIMESTAMP:
        return datetime.fromtimestamp(int(seconds), UTC)
    return None


_MAX_TIMESTAMP = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())
_UNKNOWN_TIME = datetime.fromtimestamp(0, UTC)


def find_published_revision(content: Path) -> Revision:
    """The last commit that the main branch has in common with what lies here: what the public has. Raises Refused."""
    head = resolve_revision(content, "HEAD")
    named = _run_git(content, "for-each-ref", "--format=%(refname)", *MAIN_BRANCH_REFS).decode().split()
    main = next((name for name in MAIN_BRANCH_REFS if name in named), "")
    if not main:
        return head
    try:
        return resolve_revision(content, _run_git(content, "merge-base", head.id, main).decode().strip())
    except GitUnavailable as error:
        raise _explain_failure(content, main, error) from None


def _explain_failure(content: Path, name: str, error: Exception) -> GitUnavailable:
    if isinstance(error, GitUnavailable) and error.code != "failed":
        return error
    return GitUnavailable("shallow" if _is_shallow(content) else "no_revision", name)


def _is_shallow(content: Path) -> bool:
    return _run_git(content, "rev-parse", "--is-shallow-repository").strip() == b"true"


# --- files at a revision ----------------------------------------------------------------------------------------------


def list_files_at(content: Path, commit: Revision, lying: Collection[str]) -> dict[str, str]:
    """The files that the content folder had: path → "" if it lies there now as it did then, else Git's id of it.

    `lying`: the files that lie there now. Links and names that begin with a dot are left out, as `files.scan` does.
    """
    differing = set(_split_paths(_run_git(content, "diff-index", "--name-only", "-z", "--no-renames", "--relative",
                                          "--ignore-submodules=all", commit.id, "--", ".")))
    found = {}
    for entry in _split_paths(_run_git(content, "ls-tree", "-r", "-z", commit.id)):
        (mode, _, id_), path = entry.partition("\t")[0].split(), entry.partition("\t")[2]
        if mode.startswith("100") and not is_hidden(path):
            found[path] = id_ if path in differing or path not in lying else ""
    return dict(sorted(found.items()))


def read_blobs(content: Path, ids: Iterable[str]) -> dict[str, bytes]:
    """Git's id of a file → its bytes, all read by one process. Raises Refused if one is not in this clone."""
    wanted = list(dict.fromkeys(ids))
    told = memoryview(_run_git(content, "cat-file", "--batch", given="".join(f"{one}\n" for one in wanted).encode()))
    found, start = {}, 0
    for one in wanted:
        end = start + bytes(told[start:start + 100]).index(b"\n")
        head = bytes(told[start:end]).split()
        if len(head) != 3:
            raise GitUnavailable("shallow", one[:12])
        start = end + 1 + int(head[2])
        found[one] = bytes(told[end + 1:start])
        start += 1
    return found


def _split_paths(listed: bytes) -> Iterator[str]:
    return (path for path in listed.decode("utf-8", "surrogateescape").split("\0") if path)


# --- what was done, and when ------------------------------------------------------------------------------------------


def compute_repository_state(content: Path) -> str:
    """What tells whether there is a new commit, read without asking Git; "" where there is no repository."""
    for folder in (content.resolve(), *content.resolve().parents):
        if own := _find_git_folder(folder / ".git"):
            shared = own / (_read_text(own / "commondir").strip() or ".")
            head = _read_text(own / "HEAD")
            name = head.removeprefix("ref:").strip()
            packed = "" if _read_text(shared / name) else _read_text(shared / "packed-refs")
            tables = [_read_text(one / "reftable" / "tables.list") for one in {own, shared}]
            return compute_digest(repr((head, _read_text(shared / name), packed, tables,
                                        _read_text(shared / "shallow"))).encode())
    return ""


def _find_git_folder(git: Path) -> Path | None:
    """The folder of a repository, which `.git` is or names."""
    if os.path.isdir(git):
        return git
    return (git.parent / _read_text(git).removeprefix("gitdir:").strip()) if os.path.isfile(git) else None


def _read_text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""


def read_git_log(content: Path) -> str:
    """What Git tells of all commits that changed the content folder, the first first. Raises Refused.

    The first line lists (JSON) the folders of the repository in which the content lies and once lay, that of today
    first. Then, of each commit, with \\0 between: its short id and when it was made (seconds), after a / by which no
    file begins; its message; and the files that it added (A), changed (M), renamed (R: old, new) or deleted (D). Of a
    merge, what it brought to the branch that it was merged into: that is when the public saw it. Bytes that are not
    UTF-8 are escaped as in names of files.
    """
    if _is_shallow(content):
        raise GitUnavailable("shallow")
    folders = _content_folders(content)
    told = _run_git(content, "-c", "log.showRoot=true", "log", "-z", "--first-parent", "-m", "--reverse",
                    _RENAME_THRESHOLD,
                    "--name-status", "--no-relative", *_LOG_OPTIONS, "--format=/%h %ct%x00%B", "--",
                    *(f":(top,literal){folder}" if folder else ":(top)" for folder in folders))
    return f"{json.dumps(folders)}\n{told.decode('utf-8', 'surrogateescape')}"


_RENAME_THRESHOLD = "-M70%"
"""Records begun from one template are alike by half, and yet not one record that was renamed."""

_LOG_OPTIONS = ("-l1000", "--no-ext-diff", "--encoding=UTF-8", "--no-show-signature", "--no-color")
"""The same answer whatever this computer's settings of Git are."""


def _content_folders(content: Path) -> list[str]:
    """The folders of the repository in which the content lies and once lay, as `site.yaml` was moved: each with a / at
    its end, "" = the whole."""
    here = _run_git(content, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").removesuffix("\n")
    folders = [here]
    for name in (one for one in ("site.yaml", "site.yml", "site.md") if (content / one).is_file()):
        moves = _split_paths(_run_git(content, "log", "-z", "--follow", "--diff-filter=R", "--name-status",
                                      *_LOG_OPTIONS,
                                      "--format=", "--", name))
        folders += (f"{folder}/" if folder else "" for path in moves for folder, _, file in [path.rpartition("/")]
                    if file.startswith("site."))
    return list(dict.fromkeys(folders))


# --- asking -----------------------------------------------------------------------------------------------------------

_REMOVED_ENVIRONMENT = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")
"""What a hook sets, and what would lead away from the content folder."""

_GIT_ENVIRONMENT: Mapping[str, str] = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1",
                                       "GIT_ALLOW_PROTOCOL": "none",
                                       "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
"""Nothing is written, fetched, or asked back; and what is told is told in one language."""


def _run_git(content: Path, *arguments: str, given: bytes = b"") -> bytes:
    """What Git answers. Raises Refused."""
    import subprocess  # here, since most that look into this module ask nothing

    kept = {name: value for name, value in os.environ.items() if name not in _REMOVED_ENVIRONMENT}
    try:
        done = subprocess.run(["git", "-c", "core.fsmonitor=false", "--no-pager", *arguments], cwd=content, input=given,
                              env={**kept, **_GIT_ENVIRONMENT}, capture_output=True, check=False)
    except FileNotFoundError:
        raise GitUnavailable("no_git") from None
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
    code = next((code for code, words in _ERROR_PATTERNS.items() if any(word in said.lower() for word in words)),
                "failed")
    raise GitUnavailable(code, shlex.quote(said.split("'")[1]) if code == "foreign" and said.count("'") > 1 else said)


_ERROR_PATTERNS: Mapping[str, tuple[str, ...]] = {
    "no_repository": ("not a git repository",),
    "foreign": ("dubious ownership", "unsafe repository"),
    "partial": ("promisor", "lazy fetch", "transport 'file' not allowed", "transport 'https' not allowed",
                "transport 'http' not allowed", "transport 'ssh' not allowed", "transport 'git' not allowed"),
    "no_commit": ("does not have any commits",),
}
"""Why Git refuses, by what it says then (in English, see `_GIT_ENVIRONMENT`)."""
