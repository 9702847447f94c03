"""The archive in a browser: our pages, served by Datasette.

Needs requirements-extra.txt; only `archive.commands.serve` imports it.
"""
