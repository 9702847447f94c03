"""The command line: shared options, errors with exit codes, terminal output."""
