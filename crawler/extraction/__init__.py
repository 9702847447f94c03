"""Pages in, releases out; no network, no database."""
