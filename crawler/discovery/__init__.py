"""Where the releases of a site are."""
