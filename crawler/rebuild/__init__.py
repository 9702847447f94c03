"""Reads all captures again: `capture_index` finds them (`locations`), `reader` extracts them,
`warc_import` imports foreign files, `replay` stores the results."""
