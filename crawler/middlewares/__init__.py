"""What stands between the engine and a site."""
