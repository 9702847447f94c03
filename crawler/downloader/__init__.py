"""How responses are downloaded: bounded headers, timing, and public addresses only."""
