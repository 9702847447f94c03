"""Our own `scrapy` commands."""
