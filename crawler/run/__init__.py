"""Many sources crawled in one process: the run, its schedule, and the check of the clock."""
