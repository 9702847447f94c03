"""Tests; they mirror crawler/ and archive/."""
