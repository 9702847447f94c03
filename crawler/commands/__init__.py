"""The project's `scrapy` commands: their names, options and help. What they do is in
`crawler/console/`."""
