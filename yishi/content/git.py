"""The Git history of a content folder. No index, file or lock is written but by `push_folder`."""

import json
import os
import re
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..core.hashes import compute_digest
from ..model.filenames import is_hidden

MAIN_BRANCH_REFS = ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master",
                    "refs/heads/main", "refs/heads/master")
"""Possible main branches, the most likely first."""


class GitUnavailable(Exception):
    """Git cannot answer; `detail` names the commit or file concerned, and `code` is one of

    `no_git`, `no_repository`, `no_revision`; `foreign` (Git does not trust a folder of another user), `shallow`,
    `partial` (a clone that lacks objects that would have to be fetched), `no_commit`, `failed`.
    """

    def __init__(self, code: str, found: str = "") -> None:
        super().__init__(code, found)
        self.code, self.detail = code, found


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit: its full id, its abbreviated id, and when it was made."""

    id: str
    short: str
    committed_at: datetime


# --- revisions --------------------------------------------------------------------------------------------------------


def resolve_revision(content: Path, name: str) -> Revision:
    """The commit that `name` means. Raises GitUnavailable."""
    try:
        output = _run_git(content, "log", "-1", "--no-show-signature", "--format=%H %h %ct", "--end-of-options", name,
                          "--")
        id_, short, made = output.decode().split()
    except (GitUnavailable, ValueError) as error:
        raise _explain_failure(content, name, error) from None
    return Revision(id_, short, parse_commit_time(made) or _UNKNOWN_TIME)


def parse_commit_time(seconds: str) -> datetime | None:
    """The time of a commit from seconds since the epoch; None if invalid or beyond the year 9998."""
    if seconds.isascii() and seconds.isdigit() and len(seconds) < 20 and int(seconds) < _MAX_TIMESTAMP:
        return datetime.fromtimestamp(int(seconds), UTC)
    return None


_MAX_TIMESTAMP = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())
_UNKNOWN_TIME = datetime.fromtimestamp(0, UTC)


def find_published_revision(content: Path) -> Revision:
    """The merge base of HEAD and the main branch: what the public has. Raises GitUnavailable."""
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


def list_files_at(content: Path, commit: Revision, present: Collection[str]) -> dict[str, str]:
    """The files of the content folder at a commit: path → "" if the file is unchanged, else its Git blob id.

    `present`: the files in the folder now. Symbolic links and names that begin with a dot are left out, as in
    `files.scan_folder`.
    """
    differing = set(_split_paths(_run_git(content, "diff-index", "--name-only", "-z", "--no-renames", "--relative",
                                          "--ignore-submodules=all", commit.id, "--", ".")))
    found = {}
    for entry in _split_paths(_run_git(content, "ls-tree", "-r", "-z", commit.id)):
        description, _, path = entry.partition("\t")
        mode, _, id_ = description.split()
        if mode.startswith("100") and not is_hidden(path):
            found[path] = id_ if path in differing or path not in present else ""
    return dict(sorted(found.items()))


def read_blobs(content: Path, ids: Iterable[str]) -> dict[str, bytes]:
    """Git blob id → its bytes, all read by one process. Raises GitUnavailable if one is missing in this clone."""
    wanted = list(dict.fromkeys(ids))
    lines = "".join(f"{blob_id}\n" for blob_id in wanted)
    output = memoryview(_run_git(content, "cat-file", "--batch", stdin=lines.encode()))
    found = {}
    start = 0
    for blob_id in wanted:
        end = start + bytes(output[start:start + 100]).index(b"\n")
        head = bytes(output[start:end]).split()
        if len(head) != 3:
            raise GitUnavailable("shallow", blob_id[:12])
        start = end + 1 + int(head[2])
        found[blob_id] = bytes(output[end + 1:start])
        start += 1
    return found


def _split_paths(listed: bytes) -> Iterator[str]:
    return (path for path in listed.decode("utf-8", "surrogateescape").split("\0") if path)


def is_tracked(folder: Path) -> bool:
    """Whether a folder, or something in it, is in the repository that holds it; False without a repository or Git."""
    for root in folder.parents:
        if own := _find_git_folder(root / ".git"):
            try:  # most repositories are spared a process
                named = folder.name.lstrip(".").encode() + b"/" in (own / "index").read_bytes()
                return named and bool(_run_git(folder.parent, "ls-files", "--", folder.name))
            except (OSError, GitUnavailable):
                return False
    return False


# --- log --------------------------------------------------------------------------------------------------------------


def compute_repository_state(content: Path) -> str:
    """A digest that changes with every new commit, read from the repository's files without running Git; "" without a
    repository."""
    for folder in (content.resolve(), *content.resolve().parents):
        if own := _find_git_folder(folder / ".git"):
            shared = own / (_read_text(own / "commondir").strip() or ".")
            head = _read_text(own / "HEAD")
            name = head.removeprefix("ref:").strip()
            packed = "" if _read_text(shared / name) else _read_text(shared / "packed-refs")
            tables = [_read_text(folder / "reftable" / "tables.list") for folder in {own, shared}]
            return compute_digest(repr((head, _read_text(shared / name), packed, tables,
                                        _read_text(shared / "shallow"))).encode())
    return ""


def _find_git_folder(git: Path) -> Path | None:
    """The folder of a repository: `.git`, or the folder that the file `.git` names."""
    if os.path.isdir(git):
        return git
    return (git.parent / _read_text(git).removeprefix("gitdir:").strip()) if os.path.isfile(git) else None


def _read_text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""


def read_git_log(content: Path) -> str:
    """The log of all commits that changed the content folder, oldest first. Raises GitUnavailable.

    The first line is a JSON list of the current and former folders of the content in the repository, the current one
    first. Then follow, for each commit, separated by \\0:

    - the abbreviated id and the time in seconds since the epoch, after a `/`, with which no path begins
    - the message
    - the files that it added (A), changed (M), renamed (R: old, new) or deleted (D)

    The files of a merge are those it changed in the branch that it was merged into, because the public saw the changes
    then. Bytes that are not UTF-8 are represented by surrogates, as in file names.
    """
    if _is_shallow(content):
        raise GitUnavailable("shallow")
    folders = _content_folders(content)
    output = _run_git(content, "-c", "log.showRoot=true", "log", "-z", "--first-parent", "-m", "--reverse",
                      _RENAME_THRESHOLD, "--name-status", "--no-relative", *_LOG_OPTIONS, "--format=/%h %ct%x00%B",
                      "--", *(f":(top,literal){folder}" if folder else ":(top)" for folder in folders))
    return f"{json.dumps(folders)}\n{output.decode('utf-8', 'surrogateescape')}"


def read_first_versions(content: Path, folder: str) -> dict[str, str]:
    """Path of each file that ever was in this folder of the content → the blob id with which it first came into the
    repository. Raises GitUnavailable."""
    parts = _split_paths(_run_git(content, "log", "-z", "--reverse", "--diff-filter=A", "--no-renames", "--relative",
                                  "--raw", "--no-abbrev", *_LOG_OPTIONS, "--format=", "--", folder))
    first: dict[str, str] = {}
    for description, path in zip(parts, parts, strict=True):
        first.setdefault(path, description.split()[3])
    return first


_RENAME_THRESHOLD = "-M70%"
"""Records written from one template are up to half alike without being renamed."""

_LOG_OPTIONS = ("-l1000", "--no-ext-diff", "--encoding=UTF-8", "--no-show-signature", "--no-color")
"""Options that make the output independent of the user's Git configuration."""


def _content_folders(content: Path) -> list[str]:
    """The current and former folders of the content in the repository, found by renames of `site.yaml`; each ends with
    `/`, and "" is the root."""
    here = _run_git(content, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").removesuffix("\n")
    folders = [here]
    for name in (name for name in ("site.yaml", "site.yml", "site.md") if (content / name).is_file()):
        moves = _split_paths(_run_git(content, "log", "-z", "--follow", "--diff-filter=R", "--name-status",
                                      *_LOG_OPTIONS, "--format=", "--", name))
        folders += (f"{folder}/" if folder else "" for path in moves for folder, _, file in [path.rpartition("/")]
                    if file.startswith("site."))
    return list(dict.fromkeys(folders))


# --- publishing -------------------------------------------------------------------------------------------------------


def list_uncommitted(content: Path) -> list[str]:
    """The files of the folder that the last commit does not have as they are now. Raises GitUnavailable."""
    entries = _split_paths(_run_git(content, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all",
                                    "--", "."))
    return sorted(entry[3:] for entry in entries)


def locate_remote(content: Path, remote: str) -> tuple[str, str]:
    """The branch that is checked out, and the address of the remote, without a password. Raises GitUnavailable."""
    if remote not in _run_git(content, "remote").decode().split():
        raise GitUnavailable("failed", f"no such remote: {remote}")
    branch = _run_git(content, "symbolic-ref", "--short", "HEAD").decode().strip()
    address = _run_git(content, "remote", "get-url", remote).decode().strip()
    return branch, re.sub(r"(?<=://)[^/@]*@", "", address)


def push_folder(content: Path, remote: str, message: str) -> None:
    """Commit the files of the folder, if any has changed, and push the branch. Raises GitUnavailable."""
    branch, _ = locate_remote(content, remote)
    if list_uncommitted(content):
        _run_git(content, "add", "--all", "--", ".", environment=_WRITING_ENVIRONMENT)
        _run_git(content, "commit", "--quiet", f"--message={message}", "--", ".", environment=_WRITING_ENVIRONMENT)
    _run_git(content, "push", "--quiet", remote, f"HEAD:refs/heads/{branch}", environment=_WRITING_ENVIRONMENT)


# --- running Git ------------------------------------------------------------------------------------------------------

_REMOVED_ENVIRONMENT = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")
"""Variables set by hooks, or pointing to another repository."""

_GIT_ENVIRONMENT: Mapping[str, str] = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1",
                                       "GIT_ALLOW_PROTOCOL": "none", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
"""Nothing is written, fetched or prompted for, and messages are in English."""


_WRITING_ENVIRONMENT: Mapping[str, str] = {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def _run_git(content: Path, *arguments: str, stdin: bytes = b"",
             environment: Mapping[str, str] = _GIT_ENVIRONMENT) -> bytes:
    """The output of a Git command. Raises GitUnavailable."""
    import subprocess  # imported here: most users of this module run no Git command

    inherited = {name: value for name, value in os.environ.items() if name not in _REMOVED_ENVIRONMENT}
    try:
        result = subprocess.run(["git", "-c", "core.fsmonitor=false", "--no-pager", *arguments], cwd=content,
                                input=stdin, env={**inherited, **environment}, capture_output=True, check=False)
    except FileNotFoundError:
        raise GitUnavailable("no_git") from None
    if result.returncode == 0:
        return result.stdout
    message = result.stderr.decode(errors="replace").strip().partition("\n")[0]
    code = next((code for code, words in _ERROR_PATTERNS.items() if any(word in message.lower() for word in words)),
                "failed")
    if code == "foreign" and message.count("'") > 1:
        raise GitUnavailable(code, shlex.quote(message.split("'")[1]))
    raise GitUnavailable(code, message)


_ERROR_PATTERNS: Mapping[str, tuple[str, ...]] = {
    "no_repository": ("not a git repository",),
    "foreign": ("dubious ownership", "unsafe repository"),
    "partial": ("promisor", "lazy fetch", "transport 'file' not allowed", "transport 'https' not allowed",
                "transport 'http' not allowed", "transport 'ssh' not allowed", "transport 'git' not allowed"),
    "no_commit": ("does not have any commits",),
}
"""Part of Git's error message (in English, see `_GIT_ENVIRONMENT`) → code."""
