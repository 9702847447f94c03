"""Scrapy extensions: captures, crawl delay, progress."""
