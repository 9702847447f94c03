"""Looking at the archive in a browser, with Datasette: its pages, our words. Needs
requirements-extra.txt; only `archive.commands.serve` imports it."""
