"""Posts a file as the comment of a merge request on GitLab: one comment, brought up to date with every push.

    python deploy/gitlab_comment.py changes.md

Runs in a pipeline of GitLab, which says where, with a token in CHANGES_TOKEN that may write comments.
"""

import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import Any

MARK = "<!-- yishi changes -->"
"""What the comment begins with, and is known by."""


def asked(method: str, address: str, token: str, body: str = "") -> Any:
    """What GitLab answers, as plain data. Raises OSError."""
    data = json.dumps({"body": body}).encode() if body else None
    headers = {"PRIVATE-TOKEN": token, "Content-Type": "application/json"}
    request = urllib.request.Request(address, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def own_comment(notes: str, token: str) -> int | None:
    """The number of the comment that was posted before; None if there is none."""
    page = 1
    while found := asked("GET", f"{notes}?per_page=100&page={page}", token):
        for note in found:
            if note["body"].startswith(MARK):
                return int(note["id"])
        page += 1
    return None


def main(file: str) -> None:
    """Posts the file, or puts it in the place of what was posted before."""
    place, token = os.environ, os.environ["CHANGES_TOKEN"]
    notes = (f"{place['CI_API_V4_URL']}/projects/{place['CI_PROJECT_ID']}"
             f"/merge_requests/{place['CI_MERGE_REQUEST_IID']}/notes")
    text, number = f"{MARK}\n{Path(file).read_text('utf-8')}", own_comment(notes, token)
    asked("PUT" if number else "POST", f"{notes}/{number}" if number else notes, token, text)


if __name__ == "__main__":
    main(sys.argv[1])
