"""HTML and XML from any site: decoded, parsed within limits, and its visible text."""
