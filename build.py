"""Yishi's command line: `python build.py` builds the site; `python build.py COMMAND --help` tells the rest."""

import sys

try:
    from yishi.command import main
except ModuleNotFoundError as missing:
    if (missing.name or "").startswith("yishi"):
        raise
    sys.exit(f"Yishi needs the package {missing.name}. Run: make site   "
             "(or, without make: python -m pip install -c constraints.txt -e . )")

if __name__ == "__main__":
    main(sys.argv[1:])
