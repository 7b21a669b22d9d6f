"""Builds with a cluster on this computer: `python -m tests.support.cluster OPTIONS-OF-BUILD…`."""

import subprocess
import sys

from tests.support.workshop import PROJECT


def main(options: list[str]) -> int:
    """Starts a scheduler and two workers, builds with them, and ends them."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster:
        print(f"scheduler and two workers: {cluster.scheduler_address}", flush=True)
        return subprocess.run([sys.executable, "build.py", *options, "--cluster", cluster.scheduler_address],
                              cwd=PROJECT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
