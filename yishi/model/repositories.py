"""Where the record files lie on a Git host, and the addresses of the host's own editor. Pure."""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from msgspec import Struct


class RepositoryFolder(Struct, frozen=True):
    """The folder of the records in a repository. `host`: the name of the host; `edit_prefix`: what stands before a
    file's path in the address that edits it; `create_pattern`: the address that creates a file, in which `{folder}` and
    `{name}` stand for those of the file; `text_parameter`: what tells that address the text of the file."""

    host: str
    edit_prefix: str
    create_pattern: str
    text_parameter: str


class _HostSyntax(Struct, frozen=True):
    """How a kind of Git host writes its addresses: that of a folder, up to the branch, and what replaces it there."""

    folder: str
    edit: str
    create: str
    create_query: str
    text_parameter: str


_HOST_SYNTAXES = (
    _HostSyntax("/-/tree/", "/-/edit/", "/-/new/", "/{folder}?file_name={name}", "content"),  # GitLab
    _HostSyntax("/src/branch/", "/_edit/", "/_new/", "/{folder}?filename={name}", "value"),  # Gitea, Forgejo
    # GitHub drops the last folder of an address with `filename`: here, as in its own links, all folders stand in it
    _HostSyntax("/tree/", "/edit/", "/new/", "?filename={folder}/{name}", "value"),
)
"""The most specific first."""

_FOLDER_OF_HOST: Mapping[str, str] = {
    "github.com": "/tree/", "gitlab.com": "/-/tree/", "codeberg.org": "/src/branch/", "gitea.com": "/src/branch/"}
"""Well-known host → how it writes the address of a folder."""

_USUAL_FOLDER = "main/content"
"""Branch and folder of the records, where the address names the repository alone: as `new site` makes it."""


def resolve_repository(address: str) -> RepositoryFolder | None:
    """The folder that `address` means: that of the folder as the browser shows it, or of a repository on a well-known
    host. None if it does not say which host it is."""
    plain = address.split("?")[0].split("#")[0].rstrip("/").removesuffix(".git")
    host = urlsplit(plain).hostname or ""
    if host in _FOLDER_OF_HOST and not any(syntax.folder in f"{plain}/" for syntax in _HOST_SYNTAXES):
        plain += _FOLDER_OF_HOST[host] + _USUAL_FOLDER
    for syntax in _HOST_SYNTAXES:
        repository, is_folder, folder = plain.partition(syntax.folder)
        if is_folder and re.fullmatch(r"[^/]+(/[^/]+)*", folder):
            return RepositoryFolder(host, f"{repository}{syntax.edit}{folder}/",
                                    _write_create_pattern(repository, syntax, folder), syntax.text_parameter)
    return None


def _write_create_pattern(repository: str, syntax: _HostSyntax, folder: str) -> str:
    if not syntax.create_query.startswith("?"):
        return f"{repository}{syntax.create}{folder}{syntax.create_query}"
    branch, _, below = folder.partition("/")
    query = syntax.create_query.replace("{folder}", f"{below}/{{folder}}".lstrip("/"))
    return f"{repository}{syntax.create}{branch}{query}"


def build_edit_address(folder: RepositoryFolder, file: str) -> str:
    """The address that opens `file`, a path below the content folder, in the host's editor."""
    return folder.edit_prefix + quote(file)


def build_create_address(folder: RepositoryFolder, file: str, text: str) -> str:
    """The address that opens the host's editor with a new `file` that holds `text`."""
    parent, _, name = file.rpartition("/")
    address = folder.create_pattern.replace("{name}", quote(name)).replace("{folder}", quote(parent))
    return f"{address}&{folder.text_parameter}={quote(text, safe='')}"
