"""Yishi's command line: `python build.py` builds the site; `python build.py --help` lists the commands."""

import os
import subprocess
import sys
from pathlib import Path

OWN_PYTHON = Path(__file__).resolve().parent / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
"""The Python that `make` set up beside this file."""

try:
    from yishi.cli import run_program

    if __name__ == "__main__":
        run_program("python build.py")
except ModuleNotFoundError as missing:
    if (missing.name or "").startswith("yishi"):
        raise
    if OWN_PYTHON.exists() and Path(sys.prefix) != OWN_PYTHON.parents[1]:
        sys.exit(subprocess.call([OWN_PYTHON, *sys.argv]))
    sys.exit(f"Yishi needs the package {missing.name} / 缺少软件包 {missing.name}。 Run / 请运行: make site   "
             "(Windows: start.bat; without make / 没有 make 时: python -m pip install -c constraints.txt -e . )")
