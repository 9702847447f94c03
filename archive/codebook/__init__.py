"""Describes an export for its users: fields, coverage with its known gaps,
calendar, versions. As Markdown, and as a Data Package (`datapackage.json`)."""
