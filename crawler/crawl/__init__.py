"""One crawl of one source: its plan, its seeds, the releases it fetches, and its outcome."""
