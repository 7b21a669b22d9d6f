"""`owners`: who reviews changes of which place, as code hosts read it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..core import files
from ..model.language import marked
from ..model.records import Place
from .common import OutputLine, check_or_exit, create_build_options, print_lines, report_disk_errors, show_progress

OWNERS_FILE = "CODEOWNERS"
_ACCOUNT = re.compile(r"@[\w.-]+(?:/[\w./-]+)?|[^\s@#]+@[\w.-]+", re.ASCII)
"""An account, a team of an organisation, or an address, as GitHub and GitLab know them."""


def run_owners_command(choices: dict[str, Any]) -> None:
    """Write the file beside the content folder; tell of what is no account. Exits with 1 if the content has errors."""
    content = choices["content"].absolute()
    with show_progress(choices) as watch, report_disk_errors():
        checked, language = check_or_exit(create_build_options(choices), choices, watch)
        accounts, others = _list_accounts(checked.library.places)
        files.write_file(content.parent, OWNERS_FILE, _format_owners(content.name, accounts).encode())
    unknown = marked("{place}: {text} is no account, and is left out: write @NAME, @GROUP/TEAM or an e-mail address")
    print_lines([OutputLine(language.text(unknown, place=path, text=word), True) for path, word in others])
    print_lines([OutputLine(language.text(marked("Written: {file}"), file=choices["content"].parent / OWNERS_FILE))])


def _list_accounts(places: Mapping[str, Place]) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """Path of a place → its accounts; and the words that are no account, each with its place."""
    named = [(path, word) for path, place in sorted(places.items()) for word in place.owners]
    accounts: dict[str, list[str]] = {}
    for path, word in named:
        if _ACCOUNT.fullmatch(word):
            accounts.setdefault(path, []).append(word)
    return accounts, [(path, word) for path, word in named if not _ACCOUNT.fullmatch(word)]


def _format_owners(folder: str, accounts: Mapping[str, Sequence[str]]) -> str:
    """The lines of the file: those of a place below those of the place above it, since the last that fits counts."""
    head = "# Who reviews changes: the accounts under `owners` in place.yaml. Written by the command `owners`.\n"
    escaped = re.sub(r"([\s#\\])", r"\\\1", folder)
    return head + "".join(f"/{escaped}/{path}/ {' '.join(words)}\n" for path, words in accounts.items())
