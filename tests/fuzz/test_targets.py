"""A few inputs of each kind, the same in every run; `make fuzz` tries hundreds of thousands."""

import re
from random import Random

import pytest

from tests.content.test_images import png_of
from tests.fuzz.mutation import shorten
from tests.fuzz.targets import TARGETS, pack, workbooks


def change_modified_time(text: str) -> bytes:
    """A workbook that says this of the time of its last change."""
    parts = workbooks()[-1]
    core = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\1" + text.encode(), parts["docProps/core.xml"])
    return pack({**parts, "docProps/core.xml": core})


@pytest.mark.parametrize("name", TARGETS)
def test_inputs_that_nobody_would_write_are_survived(name: str) -> None:
    """Whatever is put in, what the target promises holds."""
    target = TARGETS[name]
    for number in range(target.few):
        target.check(target.make(Random(f"0 {number}")))


FOUND = [
    ("csv", "title,topic\n灯,没有的主题".encode()),  # a case has no note on the wall for a topic that is not known
    ("forms", ("a.yaml", b"# places/liuxi/nanyuan\ntitle: " + b"9" * 200)),  # its path was masked, and its errors lost
    ("markdown", "a[^1]\n\n[^1]: [^2]: a note within a note"),
    ("attachments", ("a.png", png_of(10_000, 9_000))),  # Pillow's warning stood on the terminal
    ("http", b"POST /office/?token=%C3%A9 HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n\r\n"),
    ("http", b"GET /office/answers/" + b"9" * 5000 + b"/a HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("workbooks", change_modified_time("同上")),
]
"""Target and input: what failed once."""


@pytest.mark.parametrize(("name", "given"), FOUND)
def test_what_failed_once_is_survived(name: str, given: object) -> None:
    """Inputs that fuzzing found."""
    TARGETS[name].check(given)


def test_a_failing_input_is_cut_down_to_what_matters() -> None:
    """What is shown of a failure is short."""
    assert shorten("a" * 50 + "x" + "b" * 70 + "y", lambda text: "x" in text and "y" in text) == "xy"
