"""The public status page: what readers of the data can rely on, office by office."""
