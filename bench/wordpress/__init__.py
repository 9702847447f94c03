"""A real WordPress, from Debian's packages, with made-up posts."""

from bench.wordpress.instance import NotInstalled, WordPress

__all__ = ["NotInstalled", "WordPress"]
