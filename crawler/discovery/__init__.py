"""Finds the releases of a site: lists, feeds, sitemaps, URLs. Pure: bytes in, values out."""
