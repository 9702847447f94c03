"""Downloader middlewares: URLs, robots.txt, retries, conditional GET, decompression."""
