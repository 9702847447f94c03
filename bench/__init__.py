"""Measurements: `python -m bench` runs them all. Nothing of it is needed to crawl."""
