"""A crawl beside a naive spider and beside download alone: `python -m bench crawl`."""
