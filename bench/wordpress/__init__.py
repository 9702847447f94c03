"""A real WordPress, from Debian's packages, with made-up posts: as slow and as odd as it really is."""

from bench.wordpress.instance import NotInstalled, WordPress

__all__ = ["NotInstalled", "WordPress"]
