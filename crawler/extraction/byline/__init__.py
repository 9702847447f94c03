"""The byline: the brackets that sign a text, and who is named in them."""
