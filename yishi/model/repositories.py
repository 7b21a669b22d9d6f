"""Where the record files lie on a Git host, and the addresses of the host's own editor. Pure."""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from msgspec import Struct


class RepositoryFolder(Struct, frozen=True):
    """The folder of the records in a repository: what stands before a file's path in the address that edits it, and in
    the address that creates a file; `name_parameter`: how the latter is told the file's name ("" = it cannot be)."""

    edit_prefix: str
    create_prefix: str
    name_parameter: str = ""


class _HostSyntax(Struct, frozen=True):
    """How a kind of Git host writes its addresses: that of a folder, up to the branch, and what replaces it there."""

    folder: str
    edit: str
    create: str
    name_parameter: str = ""


_HOST_SYNTAXES = (
    _HostSyntax("/-/tree/", "/-/edit/", "/-/new/", "file_name"),  # GitLab
    _HostSyntax("/src/branch/", "/_edit/", "/_new/"),  # Gitea, Forgejo
    _HostSyntax("/tree/", "/edit/", "/new/", "filename"),  # GitHub
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
            return RepositoryFolder(f"{repository}{syntax.edit}{folder}/", f"{repository}{syntax.create}{folder}/",
                                    syntax.name_parameter)
    return None


def build_edit_address(folder: RepositoryFolder, file: str) -> str:
    """The address that opens `file`, a path below the content folder, in the host's editor."""
    return folder.edit_prefix + quote(file)


def build_create_address(folder: RepositoryFolder, file: str) -> str:
    """The address that opens the host's editor with a new, empty `file`; where the host cannot be told its name, in
    its folder."""
    parent, _, name = file.rpartition("/")
    query = f"?{folder.name_parameter}={quote(name)}" if folder.name_parameter else ""
    return f"{folder.create_prefix}{quote(parent)}{query}"
