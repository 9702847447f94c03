"""Measures how well copies are distinguished from similar texts, and what that costs."""
