"""Spiders, discovery and extraction: from a city's page to a release."""
