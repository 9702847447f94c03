"""The pages, a module each: its `look_up` gives the content of the template of that name."""
