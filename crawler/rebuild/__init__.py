"""Reads all captures again: `capture_index` locates them, `reader` extracts them, `warc_import`
imports foreign files, `replay` stores the results."""
