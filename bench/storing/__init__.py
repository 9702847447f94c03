"""Measures the processor time of storing one more release, with this code and with older code."""
