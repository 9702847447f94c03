"""How well copies are told from what only looks like them, and what that costs."""
