"""What writes releases: the store, the frontier, versions, and corrections by reprocessing."""
