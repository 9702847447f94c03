"""Full-text search: index, query, stemming and snippets."""
