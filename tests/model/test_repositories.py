"""Which address opens a file in the editor of a Git host."""

import pytest

from yishi.model.repositories import build_create_address, build_edit_address, resolve_repository

FILE = "places/shahe/issues/路灯 1.yaml"
QUOTED = "places/shahe/issues/%E8%B7%AF%E7%81%AF%201.yaml"


@pytest.mark.parametrize(("address", "edit", "create"), [
    ("https://github.com/o/r", f"https://github.com/o/r/edit/main/content/{QUOTED}",
     "https://github.com/o/r/new/main?filename=content/places/shahe/issues/%E8%B7%AF%E7%81%AF%201.yaml&value=a%0A%26b"),
    ("https://github.com/o/r.git", f"https://github.com/o/r/edit/main/content/{QUOTED}", None),
    ("https://github.com/o/r/tree/dev/records/", f"https://github.com/o/r/edit/dev/records/{QUOTED}", None),
    ("https://github.com/o/r/tree/main", f"https://github.com/o/r/edit/main/{QUOTED}",
     "https://github.com/o/r/new/main?filename=places/shahe/issues/%E8%B7%AF%E7%81%AF%201.yaml&value=a%0A%26b"),
    ("https://gitlab.com/g/sub/r", f"https://gitlab.com/g/sub/r/-/edit/main/content/{QUOTED}",
     "https://gitlab.com/g/sub/r/-/new/main/content/places/shahe/issues?file_name=%E8%B7%AF%E7%81%AF%201.yaml"
     "&content=a%0A%26b"),
    ("https://git.example.org/g/r/-/tree/main/content?ref_type=heads",
     f"https://git.example.org/g/r/-/edit/main/content/{QUOTED}", None),
    ("https://codeberg.org/o/r", f"https://codeberg.org/o/r/_edit/main/content/{QUOTED}",
     "https://codeberg.org/o/r/_new/main/content/places/shahe/issues?filename=%E8%B7%AF%E7%81%AF%201.yaml&value=a%0A%26b"),
    ("https://git.example.org/o/r/src/branch/main/a/b", f"https://git.example.org/o/r/_edit/main/a/b/{QUOTED}", None),
])
def test_each_host_opens_the_file_and_is_told_its_text(address: str, edit: str, create: str | None) -> None:
    """At its path, whether or not its folder is there yet.

    The address of the folder as the browser shows it, and that of a repository on a well-known host.
    """
    folder = resolve_repository(address)
    assert folder
    assert build_edit_address(folder, FILE) == edit
    assert create is None or build_create_address(folder, FILE, "a\n&b") == create


@pytest.mark.parametrize("address", ["https://git.example.org/o/r", "https://example.org/", "",
                                     "https://git.example.org/o/r/tree/", "https://example.org/tree//x"])
def test_an_unknown_host_gets_no_address(address: str) -> None:
    """Rather none than one that leads nowhere."""
    assert resolve_repository(address) is None
