"""Watches: saved searches that tell of releases that are new, edited, withdrawn or back."""
