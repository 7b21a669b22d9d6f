"""The program as it is typed in a console, run in this process: to start another takes longer than most commands do."""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

from tests.support.workshop import PROJECT
from yishi.cli import main

TEMPLATES = ("--templates", os.fspath(PROJECT / "templates"))


def run_program(folder: Path, *arguments: str | Path, encoding: str = "utf-8",
                **environment: str) -> "subprocess.CompletedProcess[str]":
    """How a command ended that was typed in `folder`, and what it said in a console of this encoding."""
    out, err = (_Console(encoding, errors) for errors in ("strict", "backslashreplace"))
    with (contextlib.chdir(folder), mock.patch.dict(os.environ, environment), contextlib.redirect_stdout(out),
          contextlib.redirect_stderr(err), mock.patch.object(sys, "stdin", io.StringIO())):
        code = _exit_code([os.fspath(argument) for argument in arguments])
    return subprocess.CompletedProcess(arguments, code, out.said(), err.said())


def _exit_code(arguments: list[str]) -> int:
    """What the program ends with; whatever it raises but the end is raised here."""
    try:
        main(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


class _Console(io.TextIOWrapper):
    """What takes the output of a program, as a console of an encoding does."""

    def __init__(self, encoding: str, errors: str) -> None:
        super().__init__(io.BytesIO(), encoding, errors, newline="\n", write_through=True)

    def said(self) -> str:
        """What can be read of all that was written so far."""
        return str(self.buffer.getvalue(), self.encoding, "replace")  # type: ignore[attr-defined]
