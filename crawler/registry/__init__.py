"""The registry: sources declared in TOML, checked, drafted and edited."""
