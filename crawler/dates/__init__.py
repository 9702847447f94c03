"""Printed dates: one stamp parsed, and the labels beside it."""
