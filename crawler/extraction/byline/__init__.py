"""The byline: brackets that sign a text, and the names and roles in them."""
