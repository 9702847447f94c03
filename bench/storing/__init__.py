"""Storing: what one more release costs the process that writes, by this code and by older code."""
