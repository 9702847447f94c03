"""How an archive's tables came to be, step by step. Only ever added to."""
