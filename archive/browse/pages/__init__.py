"""A module a page: its `look_up` gives what the template of that name shows."""
