"""Pages of numbers: the overview, each statistic, snapshots, ratings."""
