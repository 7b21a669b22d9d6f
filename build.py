"""Yishi's command line: `python build.py` builds the site; `python build.py COMMAND --help` tells the rest."""

import os
import subprocess
import sys
from pathlib import Path

OWN_PYTHON = Path(__file__).resolve().parent / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
"""The Python that `make` set up beside this file."""

try:
    from yishi.command import main

    if __name__ == "__main__":
        main(sys.argv[1:])
except ModuleNotFoundError as missing:
    if (missing.name or "").startswith("yishi"):
        raise
    if OWN_PYTHON.exists() and Path(sys.prefix) != OWN_PYTHON.parents[1]:
        sys.exit(subprocess.call([OWN_PYTHON, *sys.argv]))
    sys.exit(f"Yishi needs the package {missing.name} / 缺少软件包 {missing.name}。 Run / 请运行: make site   "
             "(Windows: start.bat; without make / 没有 make 时: python -m pip install -c constraints.txt -e . )")

