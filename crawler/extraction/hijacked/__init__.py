"""Pages that others injected into an office's site, and the evidence for it."""
