"""Spiders, discovery and extraction: from a site's pages to releases."""
