"""The command line: shared options, errors as sentences and exit codes, terminal output."""
