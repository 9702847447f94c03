"""Benchmarks: `python -m bench` runs all of them. A crawl needs none of this."""
