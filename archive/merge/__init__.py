"""Merges another archive into this one, as if everything had been crawled here."""
