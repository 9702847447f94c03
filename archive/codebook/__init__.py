"""What stands in an export, for those who work with it: fields, coverage with its known gaps,
calendar, versions. As Markdown, and as a Data Package (`datapackage.json`)."""
