"""Where tests commit: a repository of their own, far from that of this project."""

import os
import subprocess
from pathlib import Path


class Repository:
    """A repository in `root`, which keeps all but caches and sites."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "--quiet", "--initial-branch=main")
        (root / ".gitignore").write_text(".build-cache/\nsite/\n")

    def git(self, *arguments: str, day: str = "2025-06-01") -> str:
        """What Git says, on a day at noon in China."""
        who = ["-c", "user.name=Xylophone Author", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]
        when = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"{day}T12:00:00+0800")
        done = subprocess.run(["git", *who, *arguments], cwd=self.root, capture_output=True, text=True, check=True,
                              env={**os.environ, **when})
        return done.stdout.strip()

    def commit(self, message: str, day: str = "2025-06-01") -> str:
        """Commits all that lies there; its id."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", f"--message={message}", day=day)
        return self.git("rev-parse", "HEAD")
