"""Yishi's command line: `python build.py` builds the site; `python build.py COMMAND --help` tells the rest."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

OWN_PYTHON = Path(__file__).resolve().parent / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
"""The Python that `make` set up beside this file."""


def end_at_once(code: str | int | None) -> None:
    """Ends the process: to give back the memory of a large site object by object would take long."""
    with contextlib.suppress(OSError):  # nobody reads any more, or the disk is full: that is told by the usual end
        sys.stdout.flush()
        sys.stderr.flush()
        if not isinstance(code, str):
            os._exit(code or 0)


try:
    from yishi.cli import main

    if __name__ == "__main__":
        try:
            main(sys.argv[1:])
        except SystemExit as end:
            end_at_once(end.code)
            raise
except ModuleNotFoundError as missing:
    if (missing.name or "").startswith("yishi"):
        raise
    if OWN_PYTHON.exists() and Path(sys.prefix) != OWN_PYTHON.parents[1]:
        sys.exit(subprocess.call([OWN_PYTHON, *sys.argv]))
    sys.exit(f"Yishi needs the package {missing.name} / 缺少软件包 {missing.name}。 Run / 请运行: make site   "
             "(Windows: start.bat; without make / 没有 make 时: python -m pip install -c constraints.txt -e . )")

