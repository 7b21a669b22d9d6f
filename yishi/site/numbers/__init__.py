"""Pages of statistics: the overview, one page for each statistic, snapshots, charts and history."""
