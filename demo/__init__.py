"""A small web of made-up city sites, served on loopback, and the whole job done on it."""
