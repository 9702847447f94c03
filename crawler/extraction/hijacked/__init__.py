"""Recognises pages that others injected into an office's site, with the evidence."""
