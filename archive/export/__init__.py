"""Exports: the increment since a `seq`, its formats, and its manifest."""
