"""The layout of a page: its blocks, its main content, and what is pruned."""
